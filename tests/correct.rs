//! Corrections on whole transcripts: the sample's, a real one's, any text at all, and very many terms.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use proptest::prelude::*;
use zimu::correct::{Policy, Terms, correct};
use zimu::timeline::{Correction, Sentence, Tier, Traced};
use zimu::transcript::{self, Rules};

/// One sentence a line, nothing cleaned.
fn sentences(text: &str) -> Vec<Sentence> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(i, line)| Sentence { text: Traced::line(i as u32 + 1, line), ..Sentence::default() }).collect()
}

/// The characters of the transcript where a correction says its error stands.
fn standing_at(text: &str, c: &Correction) -> String {
    let line = text.lines().nth(c.line as usize - 1).unwrap_or_default();
    line.chars().skip(c.offset as usize).take(c.wrong.chars().count()).collect()
}

fn of_tier(corrections: &[Correction], tier: Tier) -> Vec<(&str, &str)> {
    let of_tier = corrections.iter().filter(|c| c.tier == tier);
    of_tier.map(|c| (c.wrong.as_str(), c.right.as_str())).collect()
}

#[test]
fn the_sample_forum_is_put_right() {
    let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"));
    let text = fs::read_to_string(samples.join("forum.md")).unwrap();
    let document = transcript::read(&samples.join("forum.md"), &Rules::default()).unwrap();
    let (mut sentences, terms) = (document.sentences, Terms::read(&samples.join("terms.txt")).unwrap());
    let corrections = correct(&mut sentences, &document.lines, &terms, &Policy::default(), None);

    let corrected: String = sentences.iter().map(|sentence| sentence.text.text()).collect();
    for (wrong, right) in [
        ("清炉湖", "青芦湖"),
        ("生也科技", "声野科技"),
        ("苏影雪", "苏映雪"),
        ("震荡鸦雀", "震旦鸦雀"),
        ("大伟鹰", "大苇莺"),
        ("听伟计划", "听苇计划"),
        ("被动生学监测", "被动声学监测"),
        ("卷机神经网络", "卷积神经网络"),
        ("明朴云听", "鸣谱云听"),
        ("声警图谱", "声景图谱"),
        ("陈博周", "陈柏舟"),
    ] {
        assert!(text.contains(wrong) && !corrected.contains(wrong) && corrected.contains(right), "{wrong} → {right}");
    }
    assert!(corrections.iter().all(|c| standing_at(&text, c) == c.wrong));
    let likely = of_tier(&corrections, Tier::Likely);
    assert_eq!(likely, [("Daniel Heartley", "Daniel Hartley"), ("Echo read", "EchoReed")]);
}

#[test]
fn nearly_all_that_is_sure_in_a_real_transcript_is_right() {
    let shared = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let path = shared.join("seed/transcript.md");
    let Ok(text) = fs::read_to_string(&path) else {
        return eprintln!("skipped: no ../shared/seed/transcript.md");
    };
    let terms = Terms::read(&shared.join("gold/glossary.txt")).unwrap();
    let mut document = transcript::read(&path, &Rules::default()).unwrap();
    let corrections = correct(&mut document.sentences, &document.lines, &terms, &Policy::default(), None);
    let report = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("corrections.tsv");
    fs::write(&report, table(&corrections)).unwrap();
    eprintln!("wrote {}", report.display());
    assert!(corrections.iter().all(|c| standing_at(&text, c) == c.wrong));

    // Gold covers lines 1 to 800. A row of ours is right when gold has an error there whose right form shares ours.
    let gold = fs::read_to_string(shared.join("gold/corrections.open.tsv")).unwrap();
    let gold: Vec<Vec<&str>> = gold.lines().skip(1).map(|row| row.split('\t').collect()).collect();
    let is_right = |c: &&Correction| {
        gold.iter().any(|row| {
            let offset: u32 = row[3].parse().unwrap();
            let touches =
                offset < c.offset + c.wrong.chars().count() as u32 && c.offset < offset + row[1].chars().count() as u32;
            row[0].parse() == Ok(c.line) && touches && (row[2].contains(&c.right) || c.right.contains(row[2]))
        })
    };
    let sure: Vec<&Correction> = corrections.iter().filter(|c| c.tier == Tier::Sure && c.line <= 800).collect();
    let right = sure.iter().filter(|&c| is_right(c)).count();
    assert!(sure.len() >= 110 && right * 100 >= sure.len() * 96, "{right} of {} sure rows are right", sure.len());
}

fn table(corrections: &[Correction]) -> String {
    let mut out = String::from("line\toffset\twrong\tright\ttier\treason\n");
    for c in corrections {
        let tier = c.tier.name();
        out += &format!("{}\t{}\t{}\t{}\t{tier}\t{}\n", c.line, c.offset, c.wrong, c.right, c.reason);
    }
    out
}

/// Names and sentences of common characters, drawn by a small generator so that they are the same on every run.
fn drawn(count: usize, length: usize, seed: u64) -> Vec<String> {
    let common: Vec<char> = (0..600).filter_map(|i| char::from_u32(0x4E00 + i * 29)).collect();
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        common[(state >> 33) as usize % common.len()]
    };
    (0..count).map(|_| (0..length).map(|_| next()).collect()).collect()
}

#[test]
fn ten_thousand_terms_are_no_trouble() {
    let terms = Terms::parse(&drawn(10_000, 4, 1).join("\n"), "terms").unwrap();
    let text = drawn(750, 100, 2);
    let mut sentences = sentences(&text.join("\n"));
    let start = Instant::now();
    let corrections = correct(&mut sentences, &text, &terms, &Policy::default(), None);
    eprintln!("{} corrections in {:?}", corrections.len(), start.elapsed());
    assert!(start.elapsed().as_secs() < 20, "a loop over the terms would take minutes");
}

fn without_joints(text: &str) -> String {
    text.replace([' ', '·', '-'], "").to_lowercase()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn whatever_the_text_errors_stand_where_they_are_said_to(
        terms in "([声生野也科技鸣名谱普AIai4 ·|\t；-]{1,8}\n){1,6}",
        text in "([声生野也科技鸣名谱普的AIai34 ·，。😊-]{0,16}\n){0,6}",
    ) {
        let Ok(terms) = Terms::parse(&terms, "terms") else { return Ok(()) };
        let mut sentences = sentences(&text);
        let lines: Vec<String> = text.lines().map(String::from).collect();
        let corrections = correct(&mut sentences, &lines, &terms, &Policy::default(), None);
        for c in &corrections {
            prop_assert_eq!(&standing_at(&text, c), &c.wrong);
            prop_assert_ne!(&c.wrong, &c.right);
        }
        for sentence in &sentences {
            let line = sentence.text.place().map(|place| place.start.line);
            let sure = corrections.iter().filter(|c| Some(c.line) == line && c.tier == Tier::Sure);
            prop_assert_eq!(sentence.text.len(), sentence.text.points().len());
            for c in sure {
                // Spaces and middle dots of a term are a matter of style where the rest is put right.
                let (right, text) = (without_joints(&c.right), without_joints(&sentence.text.text()));
                prop_assert!(text.contains(&right), "{} in {}", right, text);
            }
        }
    }
}
