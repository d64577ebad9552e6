//! How well cleaning does on a real transcript that was read by hand. Skipped where the samples are not there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use zimu::timeline::Point;
use zimu::transcript::{self, Document, Rules};

/// Run with this variable set to see every boundary that was judged otherwise than by the reader.
const DETAILS: &str = "ZIMU_TEST_DETAILS";
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");

/// The transcript under the default rules and the rows of a table beside it.
fn sample(table: &str) -> Option<(Document, Vec<BTreeMap<String, String>>)> {
    let (transcript, table) = (Path::new(SHARED).join("seed/transcript.md"), Path::new(SHARED).join(table));
    if !transcript.exists() || !table.exists() {
        eprintln!("skipped: {} or {} is not there", transcript.display(), table.display());
        return None;
    }
    Some((transcript::read(&transcript, &Rules::default()).unwrap(), rows(&table)))
}

fn rows(table: &PathBuf) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(table).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| header.iter().map(|name| name.to_string()).zip(line.split('\t').map(String::from)).collect();
    lines.map(row).collect()
}

/// The cleaned text that came from line `line` and the three after it: a row may run over two paragraphs.
fn cleaned_near(document: &Document, line: u32) -> String {
    let near = |point: &Point| (line..=line + 3).contains(&point.line);
    let mut text = String::new();
    let mut last: Option<u32> = None;
    for sentence in &document.sentences {
        if last.is_some_and(|paragraph| paragraph != sentence.paragraph) {
            text.push('\n');
        } else if text.ends_with(|c: char| c.is_ascii_punctuation()) {
            text.push(' ');
        }
        let chars = sentence.text.chars().iter().zip(sentence.text.points());
        text.extend(chars.filter(|(_, point)| near(point)).map(|(c, _)| *c));
        last = Some(sentence.paragraph);
    }
    text
}

#[test]
fn the_gold_of_cleaning() {
    let Some((document, rows)) = sample("gold/cleaning.tsv") else { return };
    let (mut yes, mut cleaned, mut harmed) = (0, 0, Vec::new());
    let mut missed = Vec::new();
    for row in &rows {
        let line: u32 = row["line_no"].parse().unwrap();
        let (before, after) = (row["before"].replace("\\n", "\n"), row["after"].replace("\\n", "\n"));
        let text = cleaned_near(&document, line);
        match row["default"].as_str() {
            "yes" => {
                yes += 1;
                let gone = after.is_empty() && !text.contains(&before);
                if gone || !after.is_empty() && text.contains(after.trim()) {
                    cleaned += 1;
                } else {
                    missed.push((line, before, after));
                }
            }
            "no" if !text.contains(&before) => harmed.push((line, before, after)),
            _ => {}
        }
    }
    eprintln!("cleaned {cleaned} of {yes} rows; missed: {missed:#?}");
    assert!(harmed.is_empty(), "rows that must stay were changed: {harmed:#?}");
    assert!(cleaned * 100 >= yes * 95, "only {cleaned} of {yes} rows were cleaned");
}

/// What each line of the transcript ends with in the cleaned text, and what follows there.
fn line_ends(document: &Document) -> BTreeMap<u32, (char, Option<char>)> {
    let sentences = document.sentences.iter();
    let chars: Vec<(u32, char)> = sentences
        .flat_map(|sentence| sentence.text.chars().iter().zip(sentence.text.points()))
        .map(|(c, point)| (point.line, *c))
        .collect();
    let next = chars.iter().skip(1).map(|(_, c)| Some(*c)).chain([None]);
    chars.iter().zip(next).map(|((line, c), next)| (*line, (*c, next))).collect()
}

#[test]
fn the_gold_of_joins() {
    let Some((document, rows)) = sample("gold/joins.open.tsv") else { return };
    let ends = line_ends(&document);
    // What counts is what stands in the stop's place: a decimal torn over two lines is another rule's.
    let joined = |line: u32| match ends.get(&line) {
        Some(('.', next)) => next.is_some_and(|next| next.is_ascii_digit()),
        Some((end, _)) => !matches!(end, '。' | '？' | '！' | '?' | '!'),
        None => false,
    };
    let (mut hits, mut misses, mut alarms, mut kept) = (0, Vec::new(), Vec::new(), 0);
    for row in &rows {
        let line: u32 = row["line_no"].parse().unwrap();
        let place = format!("{line} {} | {}", row["tail"], row["head"]);
        match (row["final_mark"].as_str(), joined(line)) {
            ("false", true) => hits += 1,
            ("false", false) => misses.push(place),
            ("true", true) => alarms.push(place),
            ("true", false) => kept += 1,
            _ => {}
        }
    }
    let percent = |part: usize, rest: usize| 100 * part / (part + rest).max(1);
    let (precision, recall) = (percent(hits, alarms.len()), percent(hits, misses.len()));
    let (false_stops, true_stops) = (hits + misses.len(), alarms.len() + kept);
    eprintln!("false stops found: {hits} of {false_stops} ({recall}%), precision {precision}%");
    eprintln!("true stops joined: {} of {true_stops}", alarms.len());
    if std::env::var_os(DETAILS).is_some() {
        eprintln!("alarms: {alarms:#?}\nmisses: {misses:#?}");
    }
    assert!(recall >= 80, "only {recall}% of the false stops were found");
    assert!(alarms.len() * 20 < true_stops, "{} of {true_stops} true stops were joined", alarms.len());
}
