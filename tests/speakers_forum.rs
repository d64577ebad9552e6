//! Speakers and chapters on a real forum of two and a half hours, its true times and speakers known.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use zimu::chapters;
use zimu::speakers::{self, Cast};
use zimu::timeline::{Language, Ms, Point, Segment, Sentence, Span};
use zimu::transcript::{self, Rules};

/// A sentence as it was really spoken.
struct Spoken {
    at: Point,
    end: u32,
    speaker: String,
    span: Option<Span>,
}

struct Forum {
    sentences: Vec<Sentence>,
    cast: Cast,
    truth: Vec<Spoken>,
    duration: Ms,
    shared: PathBuf,
}

/// The forum, cast; `None` where the shared recordings are not beside the project.
fn forum() -> Option<Forum> {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).to_path_buf();
    let Ok(json) = fs::read_to_string(shared.join("forum/truth.json")) else {
        eprintln!("skipped: {} has no forum/truth.json", shared.display());
        return None;
    };
    let json: Value = serde_json::from_str(&json).unwrap();
    let truth = json["sentences"].as_array().unwrap().iter().map(spoken).collect();
    let document = transcript::read(&shared.join("seed/transcript.md"), &Rules::default()).unwrap();
    let (sentences, cast) = speakers::cast(document.sentences, Language::Chinese);
    let duration = Ms::from_seconds(json["meta"]["duration"].as_f64().unwrap());
    Some(Forum { sentences, cast, truth, duration, shared })
}

fn spoken(json: &Value) -> Spoken {
    let number = |key: &str| json[key].as_u64().unwrap() as u32;
    let time = |key: &str| json[key].as_f64().map(Ms::from_seconds);
    Spoken {
        at: Point { line: number("line"), offset: number("char_start") },
        end: number("char_end"),
        speaker: json["speaker"].as_str().unwrap().to_string(),
        span: time("start").zip(time("end")).map(|(start, end)| Span::new(start, end)),
    }
}

impl Forum {
    /// The sentences with their true times: a sentence takes its place in the true sentence that holds its first word.
    fn segments(&self) -> Vec<Segment> {
        let timed = |sentence: &Sentence| {
            let held = |point: &Point| {
                let truth = &self.truth[self.truth.partition_point(|t| t.at <= *point).checked_sub(1)?];
                (truth.at.line == point.line && point.offset < truth.end).then_some((truth, *point))
            };
            let (truth, first) = sentence.text.points().iter().find_map(held)?;
            let (span, length) = (truth.span?, i64::from(truth.end - truth.at.offset));
            let into = i64::from(first.offset - truth.at.offset);
            Some(Span::new(Ms(span.start.0 + span.length().0 * into / length), span.end))
        };
        let segment = |(id, sentence): (usize, &Sentence)| Segment {
            id,
            span: timed(sentence),
            text: sentence.text.text(),
            ..Segment::default()
        };
        self.sentences.iter().enumerate().map(segment).collect()
    }
}

/// A true chapter: when it begins, its title and level.
type Row = (Ms, String, u8);

impl Forum {
    /// The true chapters; each begins with the sentence that holds its place, or with a share of it.
    fn gold(&self) -> Vec<Row> {
        let table = fs::read_to_string(self.shared.join("gold/chapters.tsv")).unwrap();
        let row = |line: &str| {
            let row: Vec<&str> = line.split('\t').collect();
            let at = Point { line: row[0].parse().unwrap(), offset: row[1].parse().unwrap() };
            // The truth may begin a sentence with the comma before the first word that gold names.
            let near = |t: &Spoken| t.at >= at || t.at.line == at.line && t.at.offset + 2 >= at.offset;
            let start = self.truth.iter().find_map(|t| near(t).then_some(t.span?.start))?;
            Some((start, row[2].to_string(), row[4].parse().unwrap()))
        };
        table.lines().skip(1).filter_map(row).collect()
    }
}

/// Pairs the true chapters with ours, tells all of them, and counts the pairs.
fn paired(gold: &[Row], ours: &[Row]) -> usize {
    let mut left = ours.to_vec();
    let mut found = 0;
    for (start, title, _) in gold {
        let near = left.iter().position(|(at, ..)| at.distance(*start) <= Ms::from_secs(3));
        let mine = near.map(|at| left.remove(at));
        found += usize::from(mine.is_some());
        eprintln!("{start} {title} <- {}", mine.map_or("MISSED".into(), |(at, mine, _)| format!("{at} {mine}")));
    }
    left.iter().for_each(|(at, title, level)| eprintln!("extra {at} [{level}] {title}"));
    eprintln!("chapters: {found} of {} found, {} of ours extra", gold.len(), left.len());
    found
}

#[test]
fn most_chapters_are_found() {
    let Some(forum) = forum() else { return };
    let chapters = chapters::divide(&forum.segments(), &forum.cast, forum.duration, Language::Chinese);
    let ours: Vec<Row> = chapters.iter().map(|c| (c.span.start, c.title.clone(), c.level)).collect();
    let of_topics = |rows: &[Row], topics: bool| -> Vec<Row> {
        rows.iter().filter(|(.., level)| (*level > 2) == topics).cloned().collect()
    };
    let gold = forum.gold();
    let (talks, our_talks) = (of_topics(&gold, false), of_topics(&ours, false));
    let found = paired(&talks, &our_talks);
    assert!(found * 10 >= talks.len() * 9);
    assert!(found * 10 >= our_talks.len() * 9);
    let (topics, our_topics) = (of_topics(&gold, true), of_topics(&ours, true));
    let found = paired(&topics, &our_topics);
    assert!(found * 2 >= topics.len());
}

#[test]
fn most_words_go_to_the_right_speaker() {
    let Some(forum) = forum() else { return };
    let mut ours: BTreeMap<Point, &str> = BTreeMap::new();
    for turn in &forum.cast.turns {
        for sentence in &forum.sentences[turn.sentences.clone()] {
            for point in sentence.text.points() {
                ours.insert(*point, forum.cast.speakers[turn.speaker].name.as_str());
            }
        }
    }
    let (mut right, mut all) = (0, 0);
    let mut wrong: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for truth in &forum.truth {
        for offset in truth.at.offset..truth.end {
            let Some(name) = ours.get(&Point { line: truth.at.line, offset }) else { continue };
            all += 1;
            if *name == truth.speaker.replace('·', "") {
                right += 1;
            } else {
                *wrong.entry((truth.speaker.as_str(), name)).or_default() += 1;
            }
        }
    }
    for ((truth, ours), count) in wrong {
        eprintln!("{count:6} characters of {truth} went to {ours}");
    }
    for turn in &forum.cast.turns {
        let first = &forum.sentences[turn.sentences.start].text;
        let place = first.place().unwrap().start;
        let start: String = first.text().chars().take(24).collect();
        eprintln!("{}:{} {} {start}", place.line, place.offset, forum.cast.speakers[turn.speaker].name);
    }
    eprintln!("speakers: {right} of {all} characters, {:.1}%", 100.0 * f64::from(right) / f64::from(all));
    assert!(right * 100 >= all * 87);
}
