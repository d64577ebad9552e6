//! A transcript of a part of a recording, and a recording of a part of what its transcript holds.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;
use std::ops::Range;

use desk::{Desk, sample};
use serde_json::Value;
use zimu::media::{Request, decode};
use zimu::progress::Silent;
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

/// Some seconds of the sample, as a WAV file.
fn excerpt(seconds: Range<usize>) -> Vec<u8> {
    const RATE: usize = 16_000;
    let mut samples: Vec<f32> = Vec::new();
    decode(sample("forum.m4a").as_ref(), &Request::default(), &Silent, &mut |block| samples.extend(block)).unwrap();
    let part = &samples[seconds.start * RATE..seconds.end * RATE];
    let data: Vec<u8> = part.iter().flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
    let number = |number: usize| (number as u32).to_le_bytes();
    let format = [&16u32.to_le_bytes()[..], &[1, 0, 1, 0], &number(RATE), &number(2 * RATE), &[2, 0, 16, 0]].concat();
    let body = [b"WAVEfmt ", &format[..], b"data", &number(data.len()), &data].concat();
    [b"RIFF", &number(body.len())[..], &body].concat()
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
    let minute = 100..160;
    let from = Ms::from_seconds(100.0);
    let within = |(start, end): (Ms, Ms)| (start >= from && end <= Ms::from_seconds(160.0)).then(|| start - from);
    let sentences = forum();
    let desk = Desk::new().file("all.txt", lines(&sentences)).file("minute.wav", excerpt(minute));
    desk.run("align minute.wav all.txt -o out.json").works().says("sentences are not spoken");
    let starts: Vec<_> = sentences.into_iter().map(|(text, time)| (text, time.and_then(within))).collect();
    assert!(starts.iter().filter(|(_, start)| start.is_some()).count() >= 5);
    assert_begin(&Timeline::read_json(&desk.path("out.json")).unwrap(), &starts);
}
