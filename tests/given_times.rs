//! Transcripts that bring times along: right ones are kept, wrong ones are repaired, and what was repaired is said.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fmt::Write as _;
use std::fs;

use desk::{Desk, sample};
use serde_json::{Value, json};
use zimu::timeline::{Given, Ms, Segment, Timeline};

/// A sentence of the sample forum: its text, when it is said (if it is), and the time that the test gives it.
#[derive(Clone)]
struct Cue {
    text: String,
    truth: Option<(Ms, Ms)>,
    given: (Ms, Ms),
}

/// The sample's sentences with their true times; those that nobody says have the two seconds after the one before.
fn forum() -> Vec<Cue> {
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let mut last = Ms::ZERO;
    let cue = |sentence: &Value| {
        let time = |key: &str| sentence[key].as_f64().map(Ms::from_seconds);
        let truth = time("start").zip(time("end"));
        let given = truth.unwrap_or((last, last + Ms(2_000)));
        last = given.1;
        Cue { text: sentence["text"].as_str().unwrap().into(), truth, given }
    };
    truth["sentences"].as_array().unwrap().iter().map(cue).collect()
}

fn late(cues: &[Cue], by: Ms) -> Vec<Cue> {
    cues.iter().map(|cue| Cue { given: (cue.given.0 + by, cue.given.1 + by), ..cue.clone() }).collect()
}

fn srt(cues: &[Cue]) -> String {
    let clock =
        |Ms(ms): Ms| format!("{:02}:{:02}:{:02},{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000);
    cues.iter().enumerate().fold(String::new(), |mut text, (at, Cue { text: said, given, .. })| {
        let _ = write!(text, "{}\n{} --> {}\n{said}\n\n", at + 1, clock(given.0), clock(given.1));
        text
    })
}

/// What `align` makes of a transcript: the timeline, and what it says.
fn aligned(name: &str, transcript: &str) -> (Timeline, String) {
    let desk = Desk::new().file(name, transcript);
    let err = desk.run(&format!("align FORUM {name} -o out.json")).works().err;
    (Timeline::read_json(&desk.path("out.json")).unwrap(), err)
}

/// Each cue with the segment that it begins with; a false full stop makes two sentences of some.
fn pairs<'a>(timeline: &'a Timeline, cues: &'a [Cue]) -> Vec<(&'a Cue, &'a Segment)> {
    let mut segments = timeline.segments.iter();
    let pair = |cue: &'a Cue| Some((cue, segments.find(|segment| cue.text.starts_with(&segment.text))?));
    let pairs: Vec<_> = cues.iter().filter_map(pair).collect();
    assert_eq!(pairs.len(), cues.len());
    pairs
}

/// How many of the spoken sentences begin within 0.3 s of the truth, and how many are spoken.
fn right(timeline: &Timeline, cues: &[Cue]) -> (usize, usize) {
    let pairs = pairs(timeline, cues);
    let spoken: Vec<_> = pairs.iter().filter_map(|(cue, segment)| Some((cue.truth?.0, segment.span))).collect();
    let near = spoken.iter().filter(|(start, span)| span.is_some_and(|span| span.start.distance(*start) <= Ms(300)));
    (near.count(), spoken.len())
}

fn nearly_all_right(timeline: &Timeline, cues: &[Cue]) {
    let (right, spoken) = right(timeline, cues);
    assert!(right * 20 >= spoken * 19, "{right} of {spoken}");
}

#[test]
fn right_times_are_kept() {
    let cues = forum();
    let (timeline, err) = aligned("talk.srt", &srt(&cues));
    nearly_all_right(&timeline, &cues);
    let repairs = timeline.repairs().unwrap();
    assert_eq!((repairs.unspoken, repairs.lateness), (2, None));
    assert!(repairs.sentences() >= cues.len() && repairs.moved.len() <= 2, "{err}");
    let told = format!("given      times for {} sentences: {} kept", repairs.sentences(), repairs.kept);
    assert!(err.contains(&told), "{err}");
    let (cue, segment) = pairs(&timeline, &cues)[7];
    assert_eq!(segment.given, Some(Given { start: Some(cue.given.0), end: Some(cue.given.1) }));
}

#[test]
fn wrong_times_are_repaired_and_listed_with_both_times() {
    let mut cues = forum();
    cues[20].given = (Ms(301_000), Ms(303_000));
    cues[40].given = (Ms(12_000), Ms(15_500));
    let (timeline, err) = aligned("talk.srt", &srt(&cues));
    nearly_all_right(&timeline, &cues);
    let repairs = timeline.repairs().unwrap();
    for at in [20, 40] {
        let (cue, segment) = pairs(&timeline, &cues)[at];
        let moved = repairs.moved.iter().find(|moved| moved.segment == segment.id).unwrap();
        assert_eq!(moved.given, cue.given.0);
        assert!(moved.found.distance(cue.truth.unwrap().0) <= Ms(300), "{moved:?}");
        assert!(err.contains(&format!("{} → ", moved.given)) && err.contains(&moved.found.to_string()), "{err}");
    }
}

#[test]
fn times_that_are_late_throughout_are_said_to_be() {
    let cues = late(&forum(), Ms(3_000));
    let (timeline, err) = aligned("talk.srt", &srt(&cues));
    nearly_all_right(&timeline, &cues);
    assert!(err.contains(" sentences, 3.0 s late throughout: "), "{err}");
}

#[test]
fn times_of_something_else_do_no_harm() {
    let cues = forum();
    let without: String = cues.iter().map(|cue| format!("{}\n\n", cue.text)).collect();
    let (without, err) = aligned("talk.txt", &without);
    assert!(without.repairs().is_none() && !err.contains("given"), "{err}");
    let (best, _) = right(&without, &cues);

    let mut backwards = cues.clone();
    for (cue, other) in backwards.iter_mut().zip(cues.iter().rev()) {
        cue.given = other.given;
    }
    for wrong in [backwards, late(&cues, Ms(60_000))] {
        let (timeline, err) = aligned("talk.srt", &srt(&wrong));
        assert!(right(&timeline, &cues).0 >= best, "{err}");
    }
}

#[test]
fn times_for_a_part_of_the_text_help_with_that_part() {
    let cues = forum();
    let segment = |(at, cue): (usize, &Cue)| match at {
        0..30 => json!({"text": cue.text, "start": cue.given.0.seconds(), "end": cue.given.1.seconds()}),
        _ => json!({"text": cue.text}),
    };
    let segments: Vec<Value> = cues.iter().enumerate().map(segment).collect();
    let (timeline, _) = aligned("talk.json", &json!({ "segments": segments }).to_string());
    nearly_all_right(&timeline, &cues);
    let with_times = timeline.repairs().unwrap().sentences();
    assert!((30..35).contains(&with_times), "{with_times} of {}", timeline.segments.len());
}

#[test]
fn the_report_lists_what_was_moved() {
    let mut cues = forum();
    cues[20].given = (Ms(301_000), Ms(303_000));
    let desk = Desk::new().file("talk.srt", srt(&cues));
    let made = desk.run("make FORUM talk.srt -o out").works();
    assert!(made.err.contains("given      times for "), "{}", made.err);
    let page = desk.read("out/report.html");
    let section = page.split("<h2 id=\"given\">").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap();
    assert!(section.contains("5:01.000"), "{section}");
}

#[test]
fn the_report_says_early_of_times_that_are() {
    let desk = Desk::new().file("talk.srt", srt(&late(&forum(), Ms(-3_000))));
    let made = desk.run("make FORUM talk.srt -o out").works();
    assert!(made.err.contains(" s early throughout: "), "{}", made.err);
    let page = desk.read("out/report.html");
    assert!(page.contains("整体偏早 0:0") && !page.contains("整体偏晚"), "{page}");
}
