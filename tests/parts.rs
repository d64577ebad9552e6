//! A transcript of a part of a recording, and a recording of a part of what its transcript holds.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;

use desk::{Desk, excerpt, sample};
use serde_json::Value;
use zimu::timeline::{Ms, Timeline};

/// The sample's sentences and when they begin and end, as far as they are spoken.
fn forum() -> Vec<(String, Option<(Ms, Ms)>)> {
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let sentence = |sentence: &Value| {
        let time = |key: &str| sentence[key].as_f64().map(Ms::from_seconds);
        (sentence["text"].as_str().unwrap().to_owned(), time("start").zip(time("end")))
    };
    truth["sentences"].as_array().unwrap().iter().map(sentence).collect()
}

fn lines(sentences: &[(String, Option<(Ms, Ms)>)]) -> String {
    sentences.iter().map(|(text, _)| format!("{text}\n")).collect()
}

/// Asserts that of the sentences those that have a time begin then, and the others at none.
fn assert_begin(timeline: &Timeline, sentences: &[(String, Option<Ms>)]) {
    let mut segments = timeline.segments.iter();
    for (text, start) in sentences {
        let segment = segments.find(|segment| text.starts_with(&segment.text)).unwrap();
        let found = segment.span.map(|span| span.start);
        match (found, start) {
            (Some(found), Some(start)) => {
                assert!(found.distance(*start) <= Ms(300), "{text}: {found:?}, not {start:?}")
            }
            _ => assert_eq!(found, *start, "{text}"),
        }
    }
}

#[test]
fn the_text_of_the_last_minute_is_found_there() {
    let mut sentences = forum();
    let last = sentences.split_off(sentences.len() - 11);
    let desk = Desk::new().file("last.txt", lines(&last));
    desk.run("align FORUM last.txt -o out.json").works();
    let starts: Vec<_> = last.into_iter().map(|(text, time)| (text, time.map(|time| time.0))).collect();
    assert_begin(&Timeline::read_json(&desk.path("out.json")).unwrap(), &starts);
}

#[test]
fn one_minute_out_of_the_midst_takes_its_own_sentences() {
    let from = Ms::from_seconds(100.0);
    let within = |(start, end): (Ms, Ms)| (start >= from && end <= Ms::from_seconds(160.0)).then(|| start - from);
    let sentences = forum();
    let desk = Desk::new().file("all.txt", lines(&sentences)).file("minute.wav", excerpt(100.0..160.0));
    desk.run("align minute.wav all.txt -o out.json").works().says("sentences are not spoken");
    let starts: Vec<_> = sentences.into_iter().map(|(text, time)| (text, time.and_then(within))).collect();
    assert!(starts.iter().filter(|(_, start)| start.is_some()).count() >= 5);
    assert_begin(&Timeline::read_json(&desk.path("out.json")).unwrap(), &starts);
}
