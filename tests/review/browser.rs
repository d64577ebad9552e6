//! A browser without a window, told what to do through WebDriver.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub const ENTER: &str = "\u{e007}";
pub const CONTROL: &str = "\u{e009}";
pub const SHIFT: &str = "\u{e008}";
pub const ALT: &str = "\u{e00a}";

/// Chromium, as chromedriver runs it.
pub struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// A browser in English, or none where chromedriver is not installed; then it says so.
    pub fn start() -> Option<Browser> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(driver) = command.spawn() else {
            eprintln!("SKIPPED: chromedriver is not installed; .ci/run installs it");
            return None;
        };
        let address = format!("http://127.0.0.1:{port}");
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--window-size=1280,860",
            "--lang=en",
            "--autoplay-policy=no-user-gesture-required",
        ];
        let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": {
            "args": args, "prefs": { "intl.accept_languages": "en" } } } } });
        let started = Instant::now();
        loop {
            match ask(&format!("{address}/session"), &wanted) {
                Some(value) => {
                    let id = value["sessionId"].as_str().unwrap();
                    return Some(Browser { driver, session: format!("{address}/session/{id}") });
                }
                None => assert!(started.elapsed() < Duration::from_secs(30), "chromedriver does not answer"),
            }
            sleep(Duration::from_millis(100));
        }
    }

    fn ask(&self, what: &str, body: Value) -> Value {
        ask(&format!("{}/{what}", self.session), &body).unwrap_or_else(|| panic!("{what} failed: {body}"))
    }

    pub fn open(&self, address: &str) {
        self.ask("url", json!({ "url": address }));
    }

    pub fn script(&self, script: &str) -> Value {
        self.ask("execute/sync", json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression is true.
    pub fn wait(&self, expression: &str) {
        let started = Instant::now();
        while self.script(&format!("return {expression}")) != true {
            let state =
                "return [document.getElementById('left')?.textContent, document.getElementById('status')?.textContent]";
            assert!(started.elapsed() < Duration::from_secs(15), "never {expression}: {}", self.script(state));
            sleep(Duration::from_millis(50));
        }
    }

    pub fn press(&self, key: &str) {
        self.keys(&[("keyDown", key), ("keyUp", key)]);
    }

    pub fn press_with(&self, held: &[&str], key: &str) {
        let down = held.iter().map(|held| ("keyDown", *held));
        let up = held.iter().rev().map(|held| ("keyUp", *held));
        self.keys(&down.chain([("keyDown", key), ("keyUp", key)]).chain(up).collect::<Vec<_>>());
    }

    /// Presses a mouse button at one point of the page, and lets go at another.
    pub fn drag(&self, from: (i64, i64), to: (i64, i64)) {
        let move_to = |(x, y): (i64, i64)| json!({ "type": "pointerMove", "x": x, "y": y, "duration": 40 });
        let halfway = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
        let actions = json!([
            move_to(from), { "type": "pointerDown", "button": 0 },
            move_to(halfway), move_to(to), { "type": "pointerUp", "button": 0 },
        ]);
        let mouse =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        self.ask("actions", json!({ "actions": [mouse] }));
    }

    /// Composes text as an input method does, letter by letter; nothing is put in yet.
    pub fn compose(&self, letters: &str) {
        let upto = (1..=letters.len()).map(|end| &letters[..end]);
        for text in upto {
            let at = text.len();
            self.devtools("Input.imeSetComposition", json!({ "text": text, "selectionStart": at, "selectionEnd": at }));
        }
    }

    /// Puts in what an input method found for what was composed.
    pub fn put_in(&self, text: &str) {
        self.devtools("Input.insertText", json!({ "text": text }));
    }

    fn devtools(&self, command: &str, params: Value) {
        self.ask("goog/cdp/execute", json!({ "cmd": command, "params": params }));
    }

    fn keys(&self, strokes: &[(&str, &str)]) {
        let actions: Vec<Value> = strokes.iter().map(|(kind, key)| json!({ "type": kind, "value": key })).collect();
        self.ask("actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn ask(address: &str, body: &Value) -> Option<Value> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.post(address).header("content-type", "application/json").send(body.to_string()).ok()?;
    let text = answer.body_mut().read_to_string().ok()?;
    if answer.status() != 200 {
        eprintln!("{text}");
        return None;
    }
    let mut value: Value = serde_json::from_str(&text).ok()?;
    Some(value["value"].take())
}
