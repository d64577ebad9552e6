//! Cues by every guide, on a forum of two and a half hours and on recordings joined from clips, their times known.
//!
//! Further timelines, such as `zimu make` writes, are measured too where `ZIMU_TIMELINES` names them:
//! `forum=forum.zimu/timeline.json,en10=en10.json`.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use jieba_rs::Jieba;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;
use zimu::cues::check::{Evidence, check};
use zimu::cues::{Cue, Style, cut};
use zimu::timeline::{MediaSummary, Ms, Segment, Span, Speaker, Timeline, Word};

/// A set's true sentences as a timeline; `None` where the shared recordings are not beside the project.
fn truth(name: &str) -> Option<Timeline> {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let folder = shared.join(if name == "forum" { "forum".into() } else { format!("speech/open/concat/{name}") });
    let read =
        |file: &str| -> Option<Value> { serde_json::from_str(&fs::read_to_string(folder.join(file)).ok()?).ok() };
    let Some(json) = read("truth.json") else {
        eprintln!("skipped: no truth.json in {}", folder.display());
        return None;
    };
    let chars = read("truth_chars.json").unwrap_or_default();
    let sentences = json.get("sentences").unwrap_or(&json).as_array()?;
    let mut timeline = Timeline::default();
    for sentence in sentences.iter().filter(|sentence| sentence["start"].is_number()) {
        let speaker = sentence["speaker"].as_str()?;
        let known = timeline.speakers.iter().position(|known| known.name == speaker);
        let id = known.unwrap_or(timeline.speakers.len());
        if known.is_none() {
            timeline.speakers.push(Speaker { id, name: speaker.into(), title: None });
        }
        timeline.segments.push(segment(sentence, id, &chars["chars"][sentence["id"].to_string()]));
    }
    let end = timeline.segments.iter().filter_map(|segment| segment.span).map(|span| span.end).max()?;
    timeline.media = MediaSummary { duration: end + Ms(3_000), ..MediaSummary::default() };
    Some(timeline)
}

fn time(json: &Value) -> Ms {
    Ms::from_seconds(json.as_f64().unwrap())
}

fn segment(sentence: &Value, speaker: usize, chars: &Value) -> Segment {
    let first = sentence["char_start"].as_u64().unwrap_or(0);
    let word = |char: &Value| {
        let at = (char[0].as_u64().unwrap() - first) as usize;
        Word {
            chars: at..at + 1,
            span: Some(Span::new(time(&char[1]), time(&char[2]))),
            probability: 1.0,
            ..Word::default()
        }
    };
    Segment {
        span: Some(Span::new(time(&sentence["start"]), time(&sentence["end"]))),
        text: sentence["text"].as_str().unwrap().into(),
        speaker: Some(speaker),
        words: chars.as_array().into_iter().flatten().map(word).collect(),
        ..Segment::default()
    }
}

/// A letter or digit that is shown: which sentence it is of, when it is said, whether a word goes on before it.
struct Letter {
    sentence: usize,
    said: Option<Ms>,
    inside: bool,
}

/// What is spoken, in the order of time.
struct Speech {
    letters: Vec<Letter>,
    /// Of each sentence, the columns that are spoken in a second.
    speeds: Vec<f64>,
}

fn speech(timeline: &Timeline, jieba: &Jieba) -> Speech {
    let mut segments: Vec<(&Segment, Span)> = timeline.spoken().collect();
    segments.sort_by_key(|(_, span)| span.start);
    let mut speech = Speech { letters: vec![], speeds: vec![] };
    for (sentence, (segment, span)) in segments.into_iter().enumerate() {
        let bare = segment.text.replace(['。', '，', '、', '；', '：'], "");
        speech.speeds.push(bare.width() as f64 / span.length().seconds().max(0.001));
        let mut said = HashMap::new();
        if let Some(at) = segment.text.chars().position(char::is_alphanumeric) {
            said.insert(at, span.start);
        }
        said.extend(segment.words.iter().filter_map(|word| Some((word.chars.start, word.span?.start))));
        let mut at = 0;
        for token in jieba.cut(&segment.text, false) {
            for (within, c) in token.word.chars().enumerate() {
                if c.is_alphanumeric() {
                    let inside = within > 0 && token.word.chars().all(char::is_alphanumeric);
                    speech.letters.push(Letter { sentence, said: said.get(&at).copied(), inside });
                }
                at += 1;
            }
        }
    }
    speech
}

/// What was measured of cues.
#[derive(Default)]
struct Figures {
    cues: usize,
    hard: usize,
    /// Cues that time allows to be read, and those of them that are within the reading speed.
    readable: (usize, usize),
    /// The same of cues whose sentences are themselves spoken no faster.
    unhurried: (usize, usize),
    /// Lines that begin inside a word.
    torn: Vec<String>,
    /// Distances of cues from their first words, in milliseconds, sorted.
    away: Vec<i64>,
}

fn share((of, within): (usize, usize)) -> f64 {
    100.0 * within as f64 / of.max(1) as f64
}

fn figures(timeline: &Timeline, style: &Style, jieba: &Jieba) -> Figures {
    let cues = cut(timeline, style);
    let speech = speech(timeline, jieba);
    let breaches = check(&cues, style, &Evidence::of_timeline(timeline));
    let mut figures =
        Figures { cues: cues.len(), hard: breaches.iter().filter(|breach| breach.hard).count(), ..Figures::default() };
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let mut reached = 0;
    for (at, cue) in cues.iter().enumerate() {
        let from = reached;
        for line in &cue.lines {
            if speech.letters.get(reached).is_some_and(|letter| letter.inside && letters(line) > 0) {
                figures.torn.push(line.clone());
            }
            reached += letters(line);
        }
        let said = speech.letters.get(from).and_then(|letter| letter.said);
        let next = cues.get(at + 1).and_then(|_| speech.letters.get(reached)?.said);
        weigh(&mut figures, cue, said, next, style);
        let sentences = speech.letters[from..reached].iter().map(|letter| speech.speeds[letter.sentence]);
        if sentences.reduce(f64::max).is_some_and(|speed| speed <= style.speed) {
            figures.unhurried.0 += 1;
            figures.unhurried.1 += usize::from(speed(cue, cue.span.length()) <= style.speed);
        }
    }
    figures.away.sort_unstable();
    figures
}

/// Columns a second.
fn speed(cue: &Cue, time: Ms) -> f64 {
    let width: usize = cue.lines.iter().map(|line| line.width()).sum();
    width as f64 / time.seconds().max(0.001)
}

/// `said` and `next` are when the first words of this cue and of the next one are spoken, where that is known.
fn weigh(figures: &mut Figures, cue: &Cue, said: Option<Ms>, next: Option<Ms>, style: &Style) {
    let Some(said) = said else { return };
    figures.away.push((cue.span.start - said).0.abs());
    let Some(next) = next else { return };
    let time = (next - style.gap - said).min(style.longest);
    if time > Ms::ZERO && speed(cue, time) <= style.speed {
        figures.readable.0 += 1;
        figures.readable.1 += usize::from(speed(cue, cue.span.length()) <= style.speed);
    }
}

/// Measures and prints; what was asked is asserted.
fn holds(name: &str, timeline: &Timeline, jieba: &Jieba) {
    for style in Style::names().map(|name| Style::named(name).unwrap()) {
        let found = figures(timeline, &style, jieba);
        let (median, most) = (found.away[found.away.len() / 2], found.away[found.away.len() * 95 / 100]);
        let row = format!(
            "| {name}, {} | {} | {} | {} | {:.1}% of {} | {:.1}% of {} | {median} ms, {most} ms |",
            style.name,
            found.cues,
            found.hard,
            found.torn.len(),
            share(found.readable),
            found.readable.0,
            share(found.unhurried),
            found.unhurried.0
        );
        println!("{row}");
        assert_eq!(found.hard, 0, "{row}");
        assert!(found.torn.is_empty(), "{row}: {:?}", found.torn);
        assert!(share(found.readable) >= 97.0, "{row}");
        assert!(median < 60, "{row}");
    }
}

#[test]
fn every_guide_is_kept_on_speech_of_known_times() {
    let jieba = Jieba::new();
    for name in ["forum", "zh10", "mix12", "en10", "zh75"] {
        if let Some(timeline) = truth(name) {
            holds(name, &timeline, &jieba);
        }
    }
}

#[test]
fn every_guide_is_kept_on_timelines_at_hand() {
    let Ok(timelines) = std::env::var("ZIMU_TIMELINES") else {
        eprintln!("skipped: ZIMU_TIMELINES names no timelines");
        return;
    };
    let jieba = Jieba::new();
    for (name, path) in timelines.split(',').filter_map(|timeline| timeline.split_once('=')) {
        holds(name, &Timeline::read_json(Path::new(path)).unwrap(), &jieba);
    }
}
