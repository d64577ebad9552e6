//! The JSON of recognisers: Whisper, WhisperX, FunASR, and layouts like theirs.

use std::path::Path;

use serde_json::Value;

use super::{Cue, join_cues};
use crate::timeline::{Ms, Point, Span, Traced};
use crate::transcript::TranscriptError;
use crate::transcript::draft::{Draft, Paragraph, Timed};

/// Keys whose value is a list of segments, and whether their times are milliseconds.
const LISTS: [(&str, bool); 4] = [("segments", false), ("sentence_info", true), ("sentences", true), ("body", false)];
const TEXTS: [&str; 4] = ["text", "body", "content", "sentence"];
const STARTS: [&str; 3] = ["start", "startTime", "from"];
const ENDS: [&str; 3] = ["end", "endTime", "to"];
const SPEAKERS: [&str; 3] = ["speaker", "spk", "spk_id"];

/// Reads the segments. A segment's characters have the points at which they stand inside the JSON.
pub(super) fn parse(lines: &[String], name: &Path) -> Result<Draft, TranscriptError> {
    let text = lines.join("\n");
    let root: Value = serde_json::from_str(&text).map_err(|fault| TranscriptError::Json {
        path: name.into(),
        line: fault.line(),
        column: fault.column(),
        message: plain(&fault),
    })?;
    let segments = segments(&root).ok_or_else(|| TranscriptError::JsonLayout { path: name.into() })?;
    let mut literals = Literals::new(lines);
    let mut draft = Draft { cues: true, ..Draft::default() };
    let mut cues = Vec::new();
    for segment in segments {
        let whole = literals.find(segment.text);
        let mut times = segment.times(&whole);
        draft.times.append(&mut times);
        let text = without_blanks(&whole);
        cues.push(Cue {
            paragraph: Paragraph { text, label: segment.label, labelled: false },
            start: segment.span.map(|span| span.start),
            end: segment.span.map(|span| span.end),
        });
    }
    draft.times.sort_by_key(|timed| timed.from);
    draft.paragraphs = join_cues(cues);
    Ok(draft)
}

/// What serde says, without its line and column, which we give ourselves.
fn plain(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_string()
}

fn without_blanks(text: &Traced) -> Traced {
    let blank = |c: &&char| c.is_whitespace();
    let start = text.chars().iter().take_while(blank).count();
    let end = text.len() - text.chars()[start..].iter().rev().take_while(blank).count();
    text.slice(start..end)
}

struct SegmentJson<'a> {
    text: &'a str,
    label: Option<String>,
    span: Option<Span>,
    /// Times of its words: as pairs with their text (Whisper), or of its characters and Latin words in turn (FunASR).
    words: Vec<(Option<&'a str>, Span)>,
}

/// All segments in the order of the file; `None` when the layout is unknown.
fn segments(root: &Value) -> Option<Vec<SegmentJson<'_>>> {
    match root {
        Value::Array(items) => {
            let mut all = Vec::new();
            for item in items {
                all.extend(segments(item)?);
            }
            Some(all)
        }
        Value::Object(_) => {
            let list = LISTS.iter().find_map(|(key, ms)| Some((root.get(key)?.as_array()?, *ms)));
            match list {
                Some((items, ms)) => Some(items.iter().filter_map(|item| SegmentJson::new(item, ms)).collect()),
                None => SegmentJson::new(root, false).map(|segment| vec![segment]),
            }
        }
        _ => None,
    }
}

fn first<'a>(item: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().find_map(|key| item.get(key))
}

fn time(value: &Value, ms: bool) -> Option<Ms> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(Ms::from_seconds(if ms { number / 1000.0 } else { number }))
}

fn span_of(item: &Value, ms: bool) -> Option<Span> {
    let start = time(first(item, &STARTS)?, ms)?;
    let end = first(item, &ENDS).and_then(|end| time(end, ms));
    let length = || item.get("duration").and_then(|length| time(length, ms)).map(|length| start + length);
    Some(Span::new(start, end.or_else(length)?))
}

impl<'a> SegmentJson<'a> {
    fn new(item: &'a Value, ms: bool) -> Option<SegmentJson<'a>> {
        let text = first(item, &TEXTS)?.as_str()?;
        let list = |key: &str| item.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut words: Vec<(Option<&str>, Span)> = list("words")
            .iter()
            .filter_map(|word| Some((Some(first(word, &["word", "text"])?.as_str()?.trim()), span_of(word, false)?)))
            .collect();
        if words.is_empty() {
            // FunASR: one pair of milliseconds for each character or Latin word of `text`, none for punctuation.
            let pair = |pair: &Value| Some(Span::new(time(pair.get(0)?, true)?, time(pair.get(1)?, true)?));
            words = list("timestamp").iter().filter_map(|value| Some((None, pair(value)?))).collect();
        }
        let span = span_of(item, ms).or_else(|| Some(words.first()?.1.union(words.last()?.1)));
        Some(SegmentJson { text, label: label(first(item, &SPEAKERS)), span, words })
    }

    /// The times of its words where they fit the text, else its own span.
    fn times(&self, text: &Traced) -> Vec<Timed> {
        let fine = if self.words.iter().all(|(word, _)| word.is_some()) {
            self.named_words(text)
        } else {
            self.counted_words(text)
        };
        if !fine.is_empty() {
            return fine;
        }
        let (Some(span), Some(place)) = (self.span, text.place()) else { return Vec::new() };
        vec![Timed { from: place.start, to: place.end.offset, span, opens: true, closes: true }]
    }

    fn named_words(&self, text: &Traced) -> Vec<Timed> {
        let mut at = 0;
        let mut starts = Vec::new();
        for (word, span) in &self.words {
            let word: Vec<char> = word.unwrap_or_default().chars().collect();
            let found = text.chars()[at..].windows(word.len().max(1)).position(|window| window == word);
            let Some(found) = found.filter(|_| !word.is_empty()) else { continue };
            starts.push((at + found, *span));
            at += found + word.len();
        }
        up_to_the_next(starts, text)
    }

    fn counted_words(&self, text: &Traced) -> Vec<Timed> {
        let mut starts = Vec::new();
        let mut inside = false;
        for (i, c) in text.chars().iter().enumerate() {
            let latin = super::super::script::is_word_part(*c);
            if c.is_alphanumeric() && !(latin && inside) {
                starts.push(i);
            }
            inside = latin;
        }
        if starts.len() != self.words.len() {
            return Vec::new();
        }
        up_to_the_next(starts.into_iter().zip(self.words.iter().map(|word| word.1)).collect(), text)
    }
}

/// Every word's stretch runs to the next word's start, so that punctuation is timed with the word before it; what opens
/// the text, a quotation mark say, goes with the first word.
fn up_to_the_next(mut starts: Vec<(usize, Span)>, text: &Traced) -> Vec<Timed> {
    if let Some(first) = starts.first_mut() {
        first.0 = 0;
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|((at, span), end)| {
            let place = text.place_of(*at..end)?;
            Some(Timed { from: place.start, to: place.end.offset, span: *span, opens: true, closes: true })
        })
        .collect()
}

/// A name as it stands; a recogniser's number counts from 0.
fn label(speaker: Option<&Value>) -> Option<String> {
    match speaker? {
        Value::String(name) if !name.trim().is_empty() => Some(name.trim().to_string()),
        Value::Number(number) => number.as_u64().map(|number| format!("说话人 {}", number.saturating_add(1))),
        _ => None,
    }
}

/// The strings of a JSON file that are values of a text key, with the points of their characters.
struct Literals {
    found: Vec<Traced>,
    next: usize,
}

impl Literals {
    fn new(lines: &[String]) -> Literals {
        let mut found = Vec::new();
        let mut key: Option<String> = None;
        for (number, line) in (1..).zip(lines) {
            // A JSON string never runs over a line end.
            let chars: Vec<char> = line.chars().collect();
            let mut at = 0;
            while at < chars.len() {
                match chars[at] {
                    '"' => {
                        let (literal, end) = literal(&chars, at + 1, number);
                        at = end;
                        let is_key = chars[end.min(chars.len())..].iter().find(|c| !c.is_whitespace()) == Some(&':');
                        if is_key {
                            key = Some(literal.text());
                        } else if key.take().is_some_and(|key| TEXTS.contains(&key.as_str())) {
                            found.push(literal);
                        }
                    }
                    ',' | '[' | '{' => {
                        key = None;
                        at += 1;
                    }
                    _ => at += 1,
                }
            }
        }
        Literals { found, next: 0 }
    }

    /// The next string that reads `text`. Segments come in the file's order, so one pass finds them all.
    fn find(&mut self, text: &str) -> Traced {
        let chars: Vec<char> = text.chars().collect();
        let found = self.found[self.next..].iter().position(|literal| literal.chars() == chars);
        if let Some(found) = found {
            self.next += found + 1;
            return self.found[self.next - 1].clone();
        }
        let near = self.found.get(self.next).and_then(|literal| literal.points().first()).copied();
        let mut traced = Traced::default();
        chars.into_iter().for_each(|c| traced.push(c, near.unwrap_or(Point { line: 1, offset: 0 })));
        traced
    }
}

/// The string that begins at `at`, and the offset just past its closing quote.
fn literal(chars: &[char], mut at: usize, line: u32) -> (Traced, usize) {
    let mut text = Traced::default();
    let mut high: Option<(u32, usize)> = None;
    while let Some(&c) = chars.get(at) {
        let start = at;
        at += 1;
        let unit = match (c, chars.get(at)) {
            ('"', _) => break,
            ('\\', Some('u')) => {
                let digits: String = chars.iter().skip(at + 1).take(4).collect();
                at += 5;
                u32::from_str_radix(&digits, 16).unwrap_or(0xfffd)
            }
            ('\\', Some(escaped)) => {
                at += 1;
                match escaped {
                    'n' => 0x0a,
                    't' => 0x09,
                    'r' => 0x0d,
                    'b' => 0x08,
                    'f' => 0x0c,
                    other => *other as u32,
                }
            }
            _ => c as u32,
        };
        let (unit, start) = match (high.take(), unit) {
            (Some((first, start)), 0xdc00..=0xdfff) => (0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00), start),
            (_, 0xd800..=0xdbff) => {
                high = Some((unit, start));
                continue;
            }
            _ => (unit, start),
        };
        text.push(char::from_u32(unit).unwrap_or('\u{fffd}'), Point { line, offset: start as u32 });
    }
    (text, at)
}
