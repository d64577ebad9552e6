//! `zimu correct --llm` with a stand-in for the language model, which answers, and does whatever else servers do.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use desk::{Desk, Outcome};
use serde_json::{Value, json};

/// What the stand-in does with a request.
enum Step {
    /// Answers with a status, a header, and a body of its whole length.
    Answer(u16, &'static str, String),
    /// Sends this, whatever it is, and closes the connection.
    Send(String),
    /// Says nothing, and stays.
    Hang,
    /// Sends spaces for ever, so slowly that no single one is late.
    Drip,
}

/// A request as it came.
#[derive(Clone)]
struct Request {
    head: String,
    body: Value,
}

/// A server that works its steps off, one a connection; after the last one its port is closed.
struct StandIn {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl StandIn {
    fn of(steps: Vec<Step>) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            let mut hung = Vec::new();
            for step in steps {
                let (mut stream, _) = listener.accept().unwrap();
                seen.lock().unwrap().push(request(&stream));
                match step {
                    Step::Answer(status, header, body) => {
                        let length = body.len();
                        let head = format!("HTTP/1.1 {status} Hm\r\n{header}content-length: {length}\r\n\r\n");
                        // Who has read enough may go.
                        let _ = stream.write_all((head + &body).as_bytes());
                    }
                    Step::Send(text) => stream.write_all(text.as_bytes()).unwrap(),
                    Step::Hang => hung.push(stream),
                    Step::Drip => drip(stream),
                }
            }
            drop(listener);
            thread::sleep(Duration::from_secs(60));
        });
        StandIn { url, requests }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn request(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let head = head.to_lowercase();
    let length = head.split_once("content-length: ").unwrap().1.lines().next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Request { head, body: serde_json::from_slice(&body).unwrap() }
}

fn drip(mut stream: TcpStream) {
    thread::spawn(move || {
        let mut bytes: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n";
        while stream.write_all(bytes).is_ok() {
            bytes = b" ";
            thread::sleep(Duration::from_millis(100));
        }
    });
}

/// What the model writes, as its server sends it.
fn written(text: &str) -> Step {
    Step::Answer(200, "", json!({ "choices": [{ "message": { "role": "assistant", "content": text } }] }).to_string())
}

/// The same verdict on the first `count` places.
fn verdicts(verdict: &str, count: usize) -> Step {
    let places: Vec<Value> = (1..=count).map(|number| json!({ "number": number, "verdict": verdict })).collect();
    written(&json!({ "places": places }).to_string())
}

const TERMS: &str = "声野科技\n鸣谱\nEchoReed\n";

/// One sure error and one likely one.
const TEXT: &str = "由生也科技主办，名普和林晓蓝也来了。\n";

/// A text with so many likely errors.
fn many(count: usize) -> String {
    "我们用 Echo Reed 听鸟。\n".repeat(count)
}

fn desk(text: &str) -> Desk {
    Desk::new().file("talk.md", text).file("terms.txt", TERMS)
}

/// Corrects `talk.md` and asks at `url`; `more` is typed too.
fn ask<'a>(desk: &'a Desk, url: &str, more: &str) -> Outcome<'a> {
    let args = format!("correct talk.md --terms terms.txt --llm {url} --llm-model tiny --report r.tsv {more}");
    let before = desk.files();
    let output = desk.zimu(args.split_whitespace()).env("ZIMU_LLM_KEY", "sk-secret").output().unwrap();
    let outcome = Outcome::of(desk, before, output);
    assert!(!outcome.err.contains("secret") && !outcome.out.contains("secret"));
    outcome
}

/// Wrong, tier, what the model says, applied.
fn rows(desk: &Desk) -> Vec<[String; 4]> {
    let report = desk.read("r.tsv");
    let mut lines = report.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let at =
        ["wrong", "tier", "model", "applied"].map(|name| header.iter().position(|column| *column == name).unwrap());
    lines.map(|cells| at.map(|at| cells[at].to_string())).collect()
}

#[test]
fn what_the_model_says_moves_tiers_and_adds_guesses() {
    let answer =
        json!({ "places": [{ "number": 1, "verdict": "right", "other": [{ "wrong": "林晓蓝", "right": "林晓岚" }] }] });
    let server = StandIn::of(vec![written(&answer.to_string()), verdicts("wrong", 1)]);
    let desk = desk(TEXT);
    let run = ask(&desk, &server.url, "--apply likely").works();
    assert_eq!(run.out, "由声野科技主办，鸣谱和林晓蓝也来了。\n");
    assert_eq!(
        run.err,
        "asked the language model about 1 place, 1 request: 1 right, 0 wrong, 0 unsure; 1 further guess\n\
         1 sure, 1 likely, 1 guess; 2 made\n"
    );
    let wanted = [["生也科技", "sure", "", "yes"], ["名普", "likely", "agrees", "yes"], ["林晓蓝", "guess", "", "no"]];
    assert_eq!(rows(&desk), wanted);

    let run = ask(&desk, &server.url, "--apply likely --diff").works();
    assert_eq!(rows(&desk)[1], ["名普", "guess", "disagrees", "no"]);
    assert!(run.out.contains("[?名普|鸣谱?]"), "{}", run.out);
    assert!(run.out.contains("sounds the same as the term; the language model disagrees"), "{}", run.out);

    let request = &server.requests()[0];
    assert!(request.head.starts_with("post /v1/chat/completions http/1.1\r\n"), "{}", request.head);
    assert!(request.head.contains("\r\nauthorization: bearer sk-secret\r\n"));
    assert_eq!((&request.body["model"], &request.body["temperature"]), (&json!("tiny"), &json!(0)));
    let question: Value = serde_json::from_str(request.body["messages"][1]["content"].as_str().unwrap()).unwrap();
    let place = &question["places"][0];
    assert_eq!((&place["before"], &place["written"]), (&json!("由生也科技主办，"), &json!("名普")));
}

#[test]
fn what_was_rejected_stays_rejected_with_a_model_and_without() {
    let answer =
        json!({ "places": [{ "number": 1, "verdict": "right", "other": [{ "wrong": "林晓蓝", "right": "林晓岚" }] }] });
    let server = StandIn::of((0..2).map(|_| written(&answer.to_string())).collect());
    let desk = desk(TEXT);
    ask(&desk, &server.url, "").works();
    let report = desk.read("r.tsv").replace("\tno\t\t", "\tno\treject\t");
    assert_eq!(report.matches("reject").count(), 2);
    let one = report.replace("likely\tsounds", "likely\tlooks");
    std::fs::write(desk.path("all.tsv"), &report).unwrap();
    std::fs::write(desk.path("one.tsv"), &one).unwrap();
    let without = "correct talk.md --terms terms.txt --decisions all.tsv";
    assert_eq!(desk.run(without).works().err, "1 sure, 0 likely, 0 guess; 1 made\n");
    ask(&desk, &server.url, "--decisions one.tsv").works().says("1 sure, 1 likely, 0 guess");
    // Nothing is left to be asked about.
    ask(&desk, &server.url, "--decisions all.tsv").works().says("1 sure, 0 likely, 0 guess");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_model_that_fails_changes_nothing_and_stops_nothing() {
    let plain = desk(TEXT);
    let wanted = plain.run("correct talk.md --terms terms.txt --report r.tsv").works();
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"choices\": [{\"mess";
    let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{\"choi";
    let missing = json!({ "error": { "message": "no model “tiny”" } }).to_string();
    let failures = [
        (vec![], "it could not be reached (connection refused)"),
        (vec![Step::Hang], "it did not answer within 1 s"),
        (vec![Step::Drip], "it did not answer within 1 s"),
        (vec![Step::Send(cut.into())], "the connection broke off"),
        (vec![Step::Send(chunks.into())], "the connection broke off"),
        (vec![Step::Send(String::new())], "the connection broke off"),
        (vec![Step::Send("what?\r\n\r\n".into())], "the connection broke off"),
        (vec![Step::Answer(200, "", "[".repeat(3 << 20))], "its answer is longer than 1 MB"),
        (vec![Step::Answer(200, "", "<html>".into())], "its answer is not what was asked for"),
        (vec![Step::Answer(200, "", "{\"choices\": []}".into())], "its answer is not what was asked for"),
        (vec![written("All of them look fine to me!")], "its answer is not what was asked for"),
        (vec![written(r#"{"places": [{"number": 7, "verdict": "right"}]}"#)], "its answer is not what was asked for"),
        (vec![Step::Answer(401, "", "{\"error\": \"bad key sk-secret\"}".into())], "it answered with status 401\n"),
        (vec![Step::Answer(403, "", String::new())], "it answered with status 403\n"),
        (vec![Step::Answer(404, "", missing)], "it answered with status 404: no model “tiny”\n"),
        (vec![Step::Answer(302, "location: /else\r\n", String::new())], "it answered with status 302\n"),
        (vec![Step::Answer(429, "retry-after: 3600\r\n", String::new())], "it answered with status 429\n"),
    ];
    for (steps, why) in failures {
        let (server, desk) = (StandIn::of(steps), desk(TEXT));
        let begun = Instant::now();
        let run = ask(&desk, &server.url, "--llm-timeout 1").works();
        assert!(begun.elapsed() < Duration::from_secs(10), "{why}");
        let says = "warning: the language model said nothing of 1 of 1 places, which stay as they were: ";
        let run = run.says(&format!("{says}{why}"));
        assert_eq!(run.err.matches("warning:").count(), 1, "{}", run.err);
        assert_eq!((&run.out, desk.read("r.tsv")), (&wanted.out, plain.read("r.tsv")));
    }
}

#[test]
fn a_busy_server_is_asked_once_more() {
    for busy in [Step::Answer(429, "retry-after: 1\r\n", String::new()), Step::Answer(503, "", "busy".into())] {
        let (server, desk) = (StandIn::of(vec![busy, verdicts("right", 1)]), desk(TEXT));
        let begun = Instant::now();
        let run = ask(&desk, &server.url, "").works().says("1 place, 2 requests: 1 right");
        assert!(begun.elapsed() >= Duration::from_secs(1));
        assert!(!run.err.contains("warning"), "{}", run.err);
    }
    let busy = (0..2).map(|_| Step::Answer(500, "retry-after: 0\r\n", String::new())).collect();
    let (server, desk) = (StandIn::of(busy), desk(TEXT));
    ask(&desk, &server.url, "").works().says("it answered with status 500");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn places_are_asked_about_in_batches_up_to_the_budget() {
    let server = StandIn::of(vec![verdicts("right", 20), verdicts("unsure", 19)]);
    let desk = desk(&many(45));
    let run = ask(&desk, &server.url, "--llm-budget 2").works();
    let run = run.says("about 45 places, 2 requests: 20 right, 0 wrong, 19 unsure; 0 further guesses");
    run.says("nothing of 6 of 45 places, which stay as they were: its answer leaves them out (1); the budget of requests is used up (5)");
    assert_eq!(rows(&desk).iter().filter(|row| row[2] == "agrees").count(), 20);
}

#[test]
fn who_cannot_answer_is_not_asked_for_ever() {
    let asked = |step: fn() -> Step| {
        let (server, desk) = (StandIn::of((0..5).map(|_| step()).collect()), desk(&many(100)));
        ask(&desk, &server.url, "--llm-timeout 1").works().says("nothing of 100 of 100 places");
        server.requests().len()
    };
    assert_eq!(asked(|| Step::Answer(403, "", String::new())), 1);
    assert_eq!(asked(|| written("hm")), 3);
    assert_eq!(asked(|| Step::Hang), 3);
}

#[test]
fn what_is_in_the_cache_is_not_asked_again() {
    let server = StandIn::of(vec![verdicts("right", 20), written("hm")]);
    let desk = desk(&many(25));
    let more = "--llm-cache asked.jsonl --llm-timeout 1";
    ask(&desk, &server.url, more).works().says("5 of 25 places");
    assert_eq!(desk.read("asked.jsonl").lines().count(), 1, "nonsense is not kept");
    // Nobody is there any more.
    ask(&desk, &server.url, more).works().says("1 request: 20 right").says("5 of 25 places").says("reached");
    let server = StandIn::of(vec![verdicts("wrong", 5)]);
    ask(&desk, &server.url, more).works().says("1 request: 20 right, 5 wrong");
    let run = ask(&desk, "http://127.0.0.1:9/v1", more).works().says("0 requests: 20 right, 5 wrong");
    assert!(!run.err.contains("warning"), "{}", run.err);
}

#[test]
fn what_cannot_be_meant_is_refused_before_any_work() {
    let desk = desk(TEXT).file("other.txt", "mine").file("r.tsv", "of an earlier run");
    let url = "http://127.0.0.1:9/v1";
    desk.run(&format!("correct talk.md --terms terms.txt --llm {url}")).misused().says("--llm-model");
    desk.run("correct talk.md --terms terms.txt --llm-model tiny").misused().says("--llm");
    desk.run("correct talk.md --terms terms.txt --llm localhost:9 --llm-model tiny").misused().says("http://");
    ask(&desk, url, "--llm-timeout 0").misused();
    ask(&desk, url, "-o out.md --llm-cache talk.md").fails().says("talk.md");
    ask(&desk, url, "-o out.md --llm-cache r.tsv").fails().says("r.tsv");
    ask(&desk, url, "-o out.md --llm-cache other.txt").fails().says("other.txt is no cache of answers");
}
