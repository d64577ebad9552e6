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
use serde_json::{Value, json as value};
use zimu::formats::corrections;
use zimu::timeline::{
    Correction, Decision, Gap, GapKind, MediaSummary, Ms, Place, Point, Segment, SettledCue, Span, Tier, Timeline, Word,
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

    /// The project as the page is shown it.
    fn project(&self) -> Value {
        json(&self.get("/project"))["project"].take()
    }

    fn acts(&self) -> u64 {
        json(&self.get("/project"))["state"]["acts"].as_u64().unwrap()
    }

    /// What was decided, by the keys of the corrections.
    fn decided(&self) -> Vec<(String, String)> {
        let project = self.project();
        let decided = project["corrections"].as_array().unwrap().iter();
        let pair = |row: &Value| Some((row["key"].as_str()?.into(), row["decision"].as_str()?.into()));
        decided.filter_map(pair).collect()
    }

    /// Makes an edit upon the newest state.
    fn edit(&self, edit: Value) -> String {
        self.post(&format!("/edit?after={}", self.acts()), &edit.to_string())
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
    assert_eq!(served.acts(), 0);
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
    assert_eq!(served.acts(), 0);
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
        let body = decide("1:0:来兵:来宾", "reject");
        let _ = write!(last, "{}Content-Length: {}\r\n\r\n{body}", served.head("POST", "/edit"), body.len());
    }
    let again = Served::of(&desk);
    assert!(again.acts() >= acknowledged);
    assert_eq!(again.decided().len(), 100);
}

#[test]
fn what_is_saved_is_what_make_takes() {
    let desk = project(2);
    let served = Served::of(&desk);
    json(&served.post("/edit", &decide("1:0:来兵:来宾", "accept")));
    json(&served.post("/edit", &decide("1:1:上五:上午", "edit:下午")));
    assert_eq!(json(&served.post("/save", ""))["state"]["unsaved"], 0);
    let path = desk.path("talk.zimu/decisions.json");
    let read: Vec<_> = corrections::read(&path).unwrap().into_iter().map(|row| row.decision).collect();
    assert_eq!(read, [Some(Decision::Accept), Some(Decision::Edit("下午".into()))]);
    // What somebody else wrote since is not written over unasked, of whatever file.
    for file in ["decisions.json", "subtitles.srt"] {
        let path = desk.path(&format!("talk.zimu/{file}"));
        std::fs::write(&path, r#"{"version":1,"corrections":[]}"#).unwrap();
        let refused = served.post("/save", "");
        assert!(status(&refused) == 409 && refused.contains(file), "{refused}");
        assert_eq!(desk.read(&format!("talk.zimu/{file}")), r#"{"version":1,"corrections":[]}"#);
        assert_eq!(json(&served.post("/save?over=true", ""))["state"]["unsaved"], 0);
    }
    // Nor is what was written while no review was open.
    drop(served);
    std::fs::write(desk.path("talk.zimu/subtitles.vtt"), "WEBVTT\n").unwrap();
    let again = Served::of(&desk);
    assert!(again.post("/save", "").contains("subtitles.vtt"));
    assert_eq!(desk.read("talk.zimu/subtitles.vtt"), "WEBVTT\n");
}

/// A project of the cues 各位来宾 (18 to 20 s) and 大家上午好 (20 to 22 s), of one sentence whose words are as long as each other.
fn two_cues() -> Desk {
    let desk = project(0);
    let path = desk.path("talk.zimu/timeline.json");
    let mut timeline: Timeline = Timeline::read_json(&path).unwrap();
    let word = |at: usize| Word {
        chars: at..at + 1,
        span: Some(Span::new(Ms(18_000 + 444 * at as i64), Ms(18_444 + 444 * at as i64))),
        probability: 0.9,
        ..Word::default()
    };
    timeline.segments[0].words = (0..9).map(word).collect();
    let cue = |start, end, line: &str| SettledCue {
        span: Span::new(Ms(start), Ms(end)),
        lines: vec![line.into()],
        ..SettledCue::default()
    };
    timeline.cues = Some(vec![cue(18_000, 19_776, "各位来宾"), cue(19_776, 22_000, "大家上午好")]);
    timeline.write_json(&mut std::fs::File::create(&path).unwrap()).unwrap();
    desk
}

fn lines(project: &Value) -> Vec<String> {
    let cues = project["cues"].as_array().unwrap().iter();
    cues.map(|cue| cue["lines"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect()).collect()
}

#[test]
fn what_is_edited_is_in_every_file() {
    let desk = two_cues();
    let served = Served::of(&desk);
    for edit in [
        value!({ "text": { "cue": 1, "lines": ["大家下午好"] } }),
        value!({ "give": { "from": 1, "to": 1, "name": "林晓岚" } }),
        value!({ "insert": { "start": 24, "end": 26, "lines": ["谢谢"] } }),
        value!({ "time": { "cue": 0, "start": 17.5, "end": 19.7 } }),
        value!({ "chapters": { "headings": [
            { "start": 0, "title": "开场", "level": 1, "speaker": null },
            { "start": 20, "title": "问候", "level": 1, "speaker": 0 },
            { "start": 60, "title": "报告", "level": 1, "speaker": null },
        ] } }),
        value!({ "rename": { "speaker": 0, "name": "林小兰", "title": "主持人" } }),
    ] {
        assert_eq!(status(&served.edit(edit.clone())), 200, "{edit}");
    }
    json(&served.post("/save", ""));
    let srt = desk.read("talk.zimu/subtitles.srt");
    assert!(srt.contains("00:00:17,500 --> 00:00:19,700\n各位来宾"), "{srt}");
    assert!(srt.contains("大家下午好") && srt.contains("00:00:24,000 --> 00:00:26,000\n谢谢"), "{srt}");
    assert!(desk.read("talk.zimu/speakers/01-林小兰.srt").contains("大家下午好"));
    assert!(desk.read("talk.zimu/speakers.rttm").contains("林小兰"));
    assert!(desk.read("talk.zimu/chapters.youtube.txt").contains("0:20 问候"));
    let timeline = Timeline::read_json(&desk.path("talk.zimu/timeline.json")).unwrap();
    assert_eq!(
        timeline.segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>(),
        ["各位来宾", "大家下午好", "谢谢"]
    );
    // Other commands keep what was settled.
    desk.run("convert talk.zimu/timeline.json out.vtt").works();
    assert!(desk.read("out.vtt").contains("00:00:17.500 --> 00:00:19.700"));
    // All is there again, and can be taken back.
    let before = served.project();
    drop(served);
    let again = Served::of(&desk);
    assert_eq!(again.project(), before);
    for _ in 0..6 {
        json(&again.post("/undo", ""));
    }
    assert_eq!(lines(&again.project()), ["各位来宾", "大家上午好"]);
}

#[test]
fn two_windows_do_not_undo_each_other() {
    let desk = two_cues();
    let served = Served::of(&desk);
    let text = |line: &str| value!({ "text": { "cue": 1, "lines": [line] } }).to_string();
    let news = json(&served.post("/edit?after=0", &text("大家下午好")));
    assert_eq!(news["patches"][0]["cues"]["added"][0]["lines"][0], "大家下午好");
    let late = served.post("/edit?after=0", &text("大家晚上好"));
    assert!(status(&late) == 412 && late.contains("another window"), "{late}");
    // Who asks what is new gets all that they have not seen.
    assert_eq!(json(&served.get("/news?after=0"))["patches"].as_array().unwrap().len(), 1);
    assert_eq!(json(&served.post("/edit?after=1", &text("大家晚上好")))["state"]["acts"], 2);
    assert_eq!(lines(&served.project())[1], "大家晚上好");
}

#[test]
fn what_cannot_be_edited_is_told_and_changes_nothing() {
    let desk = two_cues();
    let served = Served::of(&desk);
    let before = served.project();
    for (edit, told) in [
        (value!({ "text": { "cue": 1, "lines": [" "] } }), "delete it instead"),
        (value!({ "time": { "cue": 0, "start": 18, "end": 21 } }), "no other one is"),
        (value!({ "merge": { "cue": 1 } }), "no next subtitle"),
        (value!({ "delete": { "from": 1, "to": 2 } }), "no such subtitle"),
        (value!({ "rename": { "speaker": 7, "name": "x", "title": "" } }), "no such"),
        (value!({ "term": { "term": "|" } }), "term"),
        (value!({ "time": { "cue": 0, "start": -1e300, "end": 1e300 } }), "no other one is"),
        (value!({ "split": { "cue": 0, "line": 0, "at": u64::MAX } }), "one side only"),
        (value!({ "text": { "cue": 0, "lines": ["好".repeat(50_000)] } }), "too long"),
        (value!({ "text": { "cue": 0, "lines": vec!["好"; 40_000] } }), "too long"),
        (value!({ "term": { "term": "好".repeat(50_000) } }), "too long"),
    ] {
        let refused = served.edit(edit.clone());
        assert!(status(&refused) == 422 && refused.contains(told), "{edit}: {refused}");
    }
    assert_eq!((served.project(), served.acts()), (before, 0));
}

#[test]
fn a_timeline_made_anew_keeps_decisions_and_the_former_journal() {
    let desk = project(2);
    let served = Served::of(&desk);
    json(&served.post("/edit", &decide("1:0:来兵:来宾", "reject")));
    drop(served);
    let path = desk.path("talk.zimu/timeline.json");
    let other = desk.read("talk.zimu/timeline.json").replace("各位来宾大家上午好", "各位来宾大家下午好");
    std::fs::write(&path, other).unwrap();
    let again = Served::of(&desk);
    assert_eq!(again.decided(), [("1:0:来兵:来宾".to_string(), "reject".to_string())]);
    assert!(
        desk.path("talk.zimu/review/journal-1.jsonl").exists() && desk.path("talk.zimu/review/base-1.json").exists()
    );
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
fn make_says_what_is_not_in_what_it_makes_anew() {
    let make = format!("make {} {} -o talk.zimu --force", sample("forum.m4a"), sample("forum.md"));
    let desk = Desk::new();
    desk.run(&make).works();
    let served = Served::of(&desk);
    // A look alone is no edit.
    assert!(!desk.run(&make).works().err.contains("edited in the review"));
    json(&served.edit(value!({ "delete": { "from": 0, "to": 0 } })));
    drop(served);
    desk.run(&make).works().says("edited in the review").says("--decisions talk.zimu/decisions.json");
}

/// What the page says is left.
fn left(browser: &Browser, doubts: &str) {
    browser.wait(&format!("document.getElementById('left').textContent === '{doubts}'"));
}

#[test]
fn doubts_are_settled_by_keys_in_a_browser() {
    let desk = project(4);
    let served = Served::of(&desk);
    let Some(browser) = Browser::start() else { return };
    browser.open(&served.address());
    left(&browser, "5 doubts left");
    assert_eq!(browser.script("return location.search"), "");
    // The worst first is the gap; then the corrections.
    browser.press("a");
    left(&browser, "4 doubts left");
    browser.press("r");
    left(&browser, "3 doubts left");
    browser.press("e");
    browser.wait("document.activeElement.tagName === 'INPUT'");
    // What an input method composes is neither an order nor an end of it.
    browser.compose("shangwu");
    browser.script(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true }))",
    );
    assert_eq!(served.acts(), 2);
    browser.put_in("尚武");
    browser.script("document.activeElement.value = '尚武'");
    browser.press(browser::ENTER);
    left(&browser, "2 doubts left");
    let edited = |served: &Served| served.decided().iter().any(|(_, decision)| decision == "edit:尚武");
    assert!(edited(&served));
    browser.press_with(&[browser::CONTROL], "z");
    left(&browser, "3 doubts left");
    assert!(!edited(&served));
    browser.press_with(&[browser::CONTROL], "y");
    left(&browser, "2 doubts left");
    // The same everywhere: what was rejected before is accepted with it.
    browser.press("s");
    browser.press("a");
    left(&browser, "1 doubt left");
    let accepted = served.decided().into_iter().filter(|(_, decision)| decision == "accept").count();
    assert_eq!(accepted, 2);
    browser.press_with(&[browser::CONTROL], "s");
    browser.wait("document.getElementById('status').textContent === 'saved'");
    assert!(desk.read("talk.zimu/decisions.json").contains("edit:尚武"));
}

/// The text of a cue in the list.
fn shown(cue: usize) -> String {
    format!("document.querySelector('.cue[data-at=\"{cue}\"] .text').textContent")
}

#[test]
fn the_sample_is_played_edited_saved_and_found_again_in_a_browser() {
    let desk = Desk::new();
    desk.run(&format!("make {} {} -o talk.zimu", sample("forum.m4a"), sample("forum.md"))).works();
    let served = Served::of(&desk);
    let Some(browser) = Browser::start() else { return };
    browser.open(&served.address());
    browser.wait("document.querySelectorAll('.cue').length > 3");
    // What is played is heard: the clock goes on.
    browser.press(" ");
    browser.wait("document.getElementById('player').currentTime > 0.2");
    browser.press(" ");
    browser.wait("document.getElementById('player').paused");
    let count = served.project()["cues"].as_array().unwrap().len();

    // What another window does is seen here.
    assert_eq!(status(&served.edit(value!({ "text": { "cue": 0, "lines": ["大家早"] } }))), 200);
    browser.wait(&format!("{} === '大家早'", shown(0)));
    assert_eq!(status(&served.post("/undo", "")), 200);
    browser.wait(&format!("{} !== '大家早'", shown(0)));
    let acts = served.acts();

    // Text, by an input method.
    browser.script("document.querySelector('.cue[data-at=\"2\"]').click()");
    let before = browser.script(&format!("return {}", shown(2)));
    browser.press(browser::ENTER);
    browser.wait("document.activeElement.tagName === 'TEXTAREA'");
    browser.compose("dajia");
    assert_eq!(served.acts(), acts);
    browser.put_in("大家");
    browser.press_with(&[browser::CONTROL], browser::ENTER);
    let text = format!("{}大家", before.as_str().unwrap());
    browser.wait(&format!("{} === '{text}'", shown(2)));

    // An edge, by the mouse. The pointer takes hold of where the third cue ends, on the waveform.
    browser.script("document.activeElement.blur(); document.querySelector('.cue[data-at=\"2\"]').click()");
    let end = served.project()["cues"][2]["end"].as_f64().unwrap();
    let x = "((time) => { const near = document.getElementById('near'), box = near.getBoundingClientRect(), \
             { from, span } = near.dataset; return [Math.round(box.x + (time - from) / span * box.width), \
             Math.round(box.y + 50), box.width / span] })";
    browser.wait("document.getElementById('near').dataset.span > 0");
    let there = browser.script(&format!("return {x}({end})"));
    let point = (there[0].as_i64().unwrap(), there[1].as_i64().unwrap());
    browser.drag(point, (point.0 - 30, point.1));
    let moved = 30.0 / there[2].as_f64().unwrap();
    wait_for(|| {
        (served.project()["cues"][2]["end"].as_f64().unwrap() - (end - moved)).abs() < 0.25 && served.acts() == acts + 2
    });

    // Two cues of one where the cursor stands, and one of two.
    browser.press(browser::ENTER);
    browser.wait("document.activeElement.tagName === 'TEXTAREA'");
    browser.script("document.activeElement.setSelectionRange(2, 2)");
    browser.press_with(&[browser::CONTROL, browser::ALT], "v");
    wait_for(|| served.project()["cues"].as_array().unwrap().len() == count + 1);
    browser.press_with(&[browser::CONTROL, browser::SHIFT], "m");
    wait_for(|| served.project()["cues"].as_array().unwrap().len() == count);

    // A name, everywhere.
    browser.script("document.activeElement.blur(); document.querySelectorAll('#tabs button')[2].click()");
    browser.script("const name = document.querySelector('.person input'); name.focus(); name.select()");
    browser.put_in("林小兰");
    browser.press(browser::ENTER);
    browser.wait("document.querySelector('.cue .name').textContent === '林小兰'");
    browser.script("document.activeElement.blur()");
    browser.press_with(&[browser::CONTROL], "z");
    browser.wait("document.querySelector('.cue .name').textContent === '林晓岚'");
    browser.press_with(&[browser::CONTROL], "y");
    browser.wait("document.querySelector('.cue .name').textContent === '林小兰'");

    browser.press_with(&[browser::CONTROL], "s");
    browser.wait("document.getElementById('status').textContent === 'saved'");
    assert!(
        desk.path("talk.zimu/speakers/01-林小兰.srt").exists()
            && !desk.path("talk.zimu/speakers/01-林晓岚.srt").exists()
    );
    assert!(desk.read("talk.zimu/report.html").contains("林小兰"));

    let before = served.project();
    drop(served);
    let again = Served::of(&desk);
    assert!(again.project() == before);
    browser.open(&again.address());
    browser.wait("document.querySelector('.cue .name')?.textContent === '林小兰'");
    browser.press_with(&[browser::CONTROL], "z");
    browser.wait("document.querySelector('.cue .name').textContent === '林晓岚'");
}

/// Waits until something is so.
fn wait_for(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(15), "it never came");
        std::thread::sleep(Duration::from_millis(50));
    }
}
