//! The review page: who is let in, what is kept, and what a browser makes of it.

#[path = "review/browser.rs"]
mod browser;
#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use browser::Browser;
use desk::{Desk, sample};
use serde_json::Value;
use zimu::formats::corrections;
use zimu::timeline::{
    Correction, Decision, Gap, GapKind, MediaSummary, Ms, Place, Point, Segment, Span, Tier, Timeline,
};

/// A project in which so many corrections are in doubt, all of the sample's first sentence, and a gap.
fn project(doubts: u32) -> Desk {
    let span = Span::new(Ms(18_000), Ms(22_000));
    let source = Place { start: Point { line: 1, offset: 0 }, end: Point { line: 1, offset: 1_000 } };
    let said =
        Segment {
            span: Some(span), text: "各位来宾大家上午好".into(), confidence: 0.9, source, ..Segment::default()
        };
    let correction = |offset| Correction {
        line: 1,
        offset,
        wrong: if offset % 2 == 0 { "来兵" } else { "上五" }.into(),
        right: if offset % 2 == 0 { "来宾" } else { "上午" }.into(),
        tier: Tier::Likely,
        reason: "sounds like it".into(),
        ..Correction::default()
    };
    let timeline = Timeline {
        media: MediaSummary { path: sample("forum.m4a"), duration: Ms(346_460), ..MediaSummary::default() },
        segments: vec![said],
        corrections: (0..doubts).map(correction).collect(),
        gaps: vec![Gap { span: Span::new(Ms(30_000), Ms(31_000)), kind: GapKind::Untranscribed }],
        ..Timeline::default()
    };
    let mut json = Vec::new();
    timeline.write_json(&mut json).unwrap();
    Desk::new().file("talk.zimu/timeline.json", json)
}

/// A server that runs, killed at the end as the system kills: without warning.
struct Served {
    child: Child,
    port: u16,
    token: String,
}

impl Served {
    fn of(desk: &Desk) -> Served {
        let mut command = desk.zimu(["review", "talk.zimu", "--no-open"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let (host, token) = address.trim().split_once("/?token=").unwrap();
        let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
        Served { child, port, token: token.into() }
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Sends what is given, word for word, and reads until the server closes.
    fn raw(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The head of a request that is let in.
    fn head(&self, method: &str, path: &str) -> String {
        let Served { port, token, .. } = self;
        format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: zimu-{port}={token}\r\n\
             Origin: http://127.0.0.1:{port}\r\nConnection: close\r\n"
        )
    }

    fn get(&self, path: &str) -> String {
        self.raw(&format!("{}\r\n", self.head("GET", path)))
    }

    fn post(&self, path: &str, body: &str) -> String {
        self.raw(&format!("{}Content-Length: {}\r\n\r\n{body}", self.head("POST", path), body.len()))
    }

    fn settled(&self) -> Value {
        json(&self.get("/settled"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

fn json(answer: &str) -> Value {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no body: {answer:?}"));
    assert_eq!(status(head), 200, "{answer}");
    serde_json::from_str(body).unwrap_or_else(|fault| panic!("{fault}: {body}"))
}

fn decide(key: &str, decision: &str) -> String {
    format!(r#"{{"decide":{{"corrections":["{key}"],"decision":"{decision}"}}}}"#)
}

#[test]
fn only_whoever_has_the_token_is_let_in() {
    let desk = project(1);
    let served = Served::of(&desk);
    let Served { port, token, .. } = &served;
    let get = |path: &str, headers: &str| {
        status(&served.raw(&format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")))
    };
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    let cookie = format!("Cookie: zimu-{port}={token}\r\n");
    assert_eq!(get("/project", &format!("{host}{cookie}")), 200);
    assert_eq!(get("/project", &host), 403);
    assert_eq!(get("/project", &format!("{host}Cookie: zimu-{port}=0123\r\n")), 403);
    assert_eq!(get(&format!("/project?token={token}"), &host), 403);
    assert_eq!(get("/", &host), 403);
    assert_eq!(get(&format!("/?token={token}"), &host), 303);
    assert_eq!(get("/project", &format!("Host: evil.example\r\n{cookie}")), 421);
    assert_eq!(get("/project", &format!("Host: 127.0.0.1\r\n{cookie}")), 421);
    assert_eq!(get("/project", &format!("{host}{cookie}Origin: http://evil.example\r\n")), 403);
    let post = |headers: &str| {
        status(&served.raw(&format!("POST /undo HTTP/1.1\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")))
    };
    assert_eq!(post(&format!("{host}{cookie}")), 403);
    assert_eq!(post(&format!("{host}{cookie}Origin: http://evil.example\r\n")), 403);
    assert_eq!(post(&format!("{host}{cookie}Origin: http://127.0.0.1:{port}\r\n")), 200);
    let head = served.get("/");
    for header in
        ["content-security-policy: default-src 'none'", "x-content-type-options: nosniff", "cache-control: no-store"]
    {
        assert!(head.contains(header), "{head}");
    }
}

#[test]
fn no_path_leads_out_of_the_page() {
    let desk = project(1);
    let served = Served::of(&desk);
    for path in [
        "/../timeline.json",
        "/%2e%2e/timeline.json",
        "/media/../../../etc/passwd",
        "/media/x",
        "//etc/passwd",
        "/timeline.json",
    ] {
        assert_eq!(status(&served.get(path)), 404, "{path}");
    }
    assert_eq!(status(&served.get("/peaks?zoom=../..")), 400);
    assert_eq!(status(&served.raw("nonsense\r\n\r\n")), 400);
}

#[test]
fn a_body_of_a_gigabyte_is_refused() {
    let desk = project(1);
    let served = Served::of(&desk);
    let mut stream = served.connect();
    write!(stream, "{}Content-Length: 1073741824\r\n\r\n", served.head("POST", "/edit")).unwrap();
    let mut sent = 0usize;
    while sent < 1 << 30 && stream.write_all(&[b' '; 1 << 16]).is_ok() {
        sent += 1 << 16;
    }
    assert!(sent < 1 << 28, "{sent} bytes were taken");
    assert_eq!(status(&served.post("/edit", &" ".repeat(300_000))), 413);
    assert_eq!(status(&served.post("/edit", "nonsense")), 400);
    assert_eq!(served.settled()["acts"], 0);
}

#[test]
fn a_slow_client_is_let_go() {
    let desk = project(1);
    let served = Served::of(&desk);
    let started = Instant::now();
    let (mut head, mut body) = (served.connect(), served.connect());
    head.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    write!(body, "{}Content-Length: 100\r\n\r\n{{", served.head("POST", "/edit")).unwrap();
    // Others are served meanwhile.
    assert_eq!(served.settled()["acts"], 0);
    let mut answer = String::new();
    body.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 408);
    let mut rest = Vec::new();
    let _ = head.read_to_end(&mut rest);
    assert!(!String::from_utf8_lossy(&rest).contains("200"));
    assert!(started.elapsed() < Duration::from_secs(25));
}

#[test]
fn the_recording_comes_in_parts() {
    let desk = project(1);
    let served = Served::of(&desk);
    let length = std::fs::metadata(sample("forum.m4a")).unwrap().len();
    let part = |range: &str| served.raw(&format!("{}Range: bytes={range}\r\n\r\n", served.head("GET", "/media")));
    for (range, content) in
        [("0-99", format!("bytes 0-99/{length}")), ("-10", format!("bytes {}-{}/{length}", length - 10, length - 1))]
    {
        let answer = part(range);
        assert_eq!(status(&answer), 206);
        assert!(answer.contains(&content), "{answer}");
    }
    assert_eq!(status(&part(&format!("{length}-"))), 416);
    assert_eq!(status(&served.get("/media")), 200);
}

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let desk = project(100);
    let mut acknowledged = 0;
    for half in [0..50, 50..100] {
        let served = Served::of(&desk);
        for offset in half {
            let (wrong, right) = if offset % 2 == 0 { ("来兵", "来宾") } else { ("上五", "上午") };
            assert_eq!(status(&served.post("/edit", &decide(&format!("1:{offset}:{wrong}:{right}"), "accept"))), 200);
            acknowledged += 1;
        }
        // One more is on its way when the server is killed.
        let mut last = served.connect();
        let body = decide("1:0:来兵:来宾", "accept");
        let _ = write!(last, "{}Content-Length: {}\r\n\r\n{body}", served.head("POST", "/edit"), body.len());
    }
    let settled = Served::of(&desk).settled();
    assert!(settled["acts"].as_u64().unwrap() >= acknowledged);
    assert_eq!(settled["decisions"].as_object().unwrap().len(), 100);
}

#[test]
fn what_is_saved_is_what_make_takes() {
    let desk = project(2);
    let served = Served::of(&desk);
    json(&served.post("/edit", &decide("1:0:来兵:来宾", "accept")));
    json(&served.post("/edit", &decide("1:1:上五:上午", "edit:下午")));
    assert_eq!(json(&served.post("/save", ""))["unsaved"], 0);
    let path = desk.path("talk.zimu/decisions.json");
    let read: Vec<_> = corrections::read(&path).unwrap().into_iter().map(|row| row.decision).collect();
    assert_eq!(read, [Some(Decision::Accept), Some(Decision::Edit("下午".into()))]);
    // What somebody else wrote since is not written over unasked.
    std::fs::write(&path, r#"{"version":1,"corrections":[]}"#).unwrap();
    let refused = served.post("/save", "");
    assert!(status(&refused) == 409 && refused.contains("decisions.json"), "{refused}");
    assert_eq!(desk.read("talk.zimu/decisions.json"), r#"{"version":1,"corrections":[]}"#);
    assert_eq!(json(&served.post("/save?over=true", ""))["unsaved"], 0);
}

#[test]
fn what_cannot_be_reviewed_is_told() {
    let desk = project(1).file("broken.zimu/timeline.json", "{").file("torn.zimu/review/journal.jsonl", "nonsense\n");
    std::fs::copy(desk.path("talk.zimu/timeline.json"), desk.path("torn.zimu/timeline.json")).unwrap();
    desk.run("review nothing.zimu --no-open").fails().says("nothing.zimu").says("there is no timeline.json");
    desk.run("review broken.zimu --no-open").fails().says("broken.zimu/timeline.json");
    desk.run("review torn.zimu --no-open").fails().says("torn.zimu/review/journal.jsonl").says("line 1");
    desk.run("review talk.zimu --no-open --media gone.mp4").fails().says("gone.mp4: no such file");
    let _served = Served::of(&desk);
    let twice = desk.zimu(["review", "talk.zimu", "--no-open"]).output().unwrap();
    assert_eq!(twice.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("another zimu review"));
}

#[test]
fn doubts_are_settled_by_keys_in_a_browser() {
    let desk = project(4);
    let served = Served::of(&desk);
    let Some(browser) = Browser::start() else { return };
    browser.open(&served.address());
    browser.wait("document.getElementById('left').textContent === '5 doubts left'");
    assert_eq!(browser.script("return location.search"), "");
    // The worst first is the gap; then the corrections.
    browser.press("a");
    browser.wait("document.getElementById('left').textContent === '4 doubts left'");
    browser.press("r");
    browser.wait("document.getElementById('left').textContent === '3 doubts left'");
    // Letters that an input method composes are no orders.
    browser.script(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, isComposing: true }))",
    );
    browser.press("e");
    browser.wait("document.activeElement.tagName === 'INPUT'");
    browser.script(
        "const input = document.activeElement; input.value = '尚武';
         input.dispatchEvent(new CompositionEvent('compositionstart'));
         input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true }));",
    );
    assert_eq!(served.settled()["acts"], 2);
    browser.press(browser::ENTER);
    browser.wait("document.getElementById('left').textContent === '2 doubts left'");
    let edited = |settled: &Value| settled["decisions"].as_object().unwrap().values().any(|one| one == "edit:尚武");
    assert!(edited(&served.settled()));
    browser.press_with(browser::CONTROL, "z");
    browser.wait("document.getElementById('left').textContent === '3 doubts left'");
    assert!(!edited(&served.settled()));
    browser.press_with(browser::CONTROL, "y");
    browser.wait("document.getElementById('left').textContent === '2 doubts left'");
    // The same everywhere: what was rejected before is accepted with it.
    browser.press("s");
    browser.press("a");
    browser.wait("document.getElementById('left').textContent === '1 doubt left'");
    let settled = served.settled();
    assert!(["1:0:来兵:来宾", "1:2:来兵:来宾"].iter().all(|key| settled["decisions"][key] == "accept"), "{settled}");
    browser.press_with(browser::CONTROL, "s");
    browser.wait("document.getElementById('status').textContent.includes('decisions.json')");
    assert!(desk.read("talk.zimu/decisions.json").contains("edit:尚武"));
    let before = served.settled();
    drop(served);
    let again = Served::of(&desk);
    assert_eq!(again.settled()["decisions"], before["decisions"]);
    browser.open(&again.address());
    browser.wait("document.getElementById('left').textContent.length > 0");
    // What is played is heard: the clock goes on.
    browser.press(" ");
    browser.wait("document.getElementById('player').currentTime > 0.2");
}
