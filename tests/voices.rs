//! Who speaks when in the sample forum, by the voices alone.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use desk::{Desk, sample};
use serde_json::Value;

/// Start and end in seconds, and who.
type Turn = (f64, f64, String);

/// The sentences of the sample that are spoken.
fn truth() -> Vec<Turn> {
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let sentence = |sentence: &Value| {
        let (start, end) = (sentence["start"].as_f64()?, sentence["end"].as_f64()?);
        Some((start, end, sentence["speaker"].as_str()?.to_owned()))
    };
    truth["sentences"].as_array().unwrap().iter().filter_map(sentence).collect()
}

fn turns(rttm: &str) -> Vec<Turn> {
    let turn = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        assert_eq!((fields.len(), fields[0], fields[1], fields[2]), (10, "SPEAKER", "forum", "1"), "{line}");
        let start: f64 = fields[3].parse().unwrap();
        assert!((0.0..=1.0).contains(&fields[8].parse::<f64>().unwrap()), "{line}");
        (start, start + fields[4].parse::<f64>().unwrap(), fields[7].to_owned())
    };
    rttm.lines().map(turn).collect()
}

#[test]
fn the_voices_of_the_sample_are_told_apart() {
    let desk = Desk::new();
    let ran = desk.run("speakers FORUM -o out.rttm").works();
    let (truth, found) = (truth(), turns(&desk.read("out.rttm")));
    let voices: BTreeSet<&str> = found.iter().map(|(.., voice)| voice.as_str()).collect();
    // Four people, and the voice of the film.
    assert!((4..=7).contains(&voices.len()), "{voices:?}");
    assert!(ran.err.contains(&format!("{} voices", voices.len())), "{}", ran.err);

    let mut shared: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
    for (start, end, speaker) in &truth {
        let of = shared.entry(speaker).or_default();
        for (from, to, voice) in &found {
            *of.entry(voice).or_default() += (end.min(*to) - start.max(*from)).max(0.0);
        }
    }
    let mut taken = BTreeSet::new();
    for (speaker, of) in &shared {
        let (voice, most) = of.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
        assert!(taken.insert(voice), "{speaker} has a voice of another: {shared:?}");
        assert!(most / of.values().sum::<f64>() > 0.9, "{speaker}: {shared:?}");
    }
}

#[test]
fn a_dash_prints_the_turns() {
    let desk = Desk::new();
    let printed = desk.run("speakers FORUM -o -").works().out;
    desk.run("speakers FORUM -o out.rttm").works();
    assert_eq!(printed, desk.read("out.rttm"));
}
