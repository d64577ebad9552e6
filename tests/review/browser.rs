//! A browser without a window, told what to do through WebDriver.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub const ENTER: &str = "\u{e007}";
pub const CONTROL: &str = "\u{e009}";

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

    pub fn press_with(&self, held: &str, key: &str) {
        self.keys(&[("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)]);
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
