//! LRC, the format of lyrics, and its enhanced form with a time before every word.

use std::fmt;
use std::io::Write;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::reading::{Entry, Fault, Reading, Unreadable};
use super::{Format, FormatError, Note, Reader, Subject, grid, text};
use crate::timeline::{Ms, Span};

/// LRC (`.lrc`): a line a cue with its start. A line stays until the next one; where it should go long before that, an
/// empty line takes it away.
pub(super) struct Lrc;

/// Enhanced LRC (`.elrc`): a line a sentence, and before every word the time at which it is said.
pub(super) struct EnhancedLrc;

/// A pause of this length takes the line away: Style::pause, the silence that ends a cue in any case.
const EMPTY_AFTER: Ms = Ms(1_500);

/// How long a line stays that nothing takes away.
const LAST_STAYS: Ms = Ms(5_000);

/// Hundredths of a second.
const STEP: Ms = Ms(10);

impl Format for Lrc {
    fn name(&self) -> &'static str {
        "LRC"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["lrc"]
    }

    fn names_in_text(&self) -> bool {
        true
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, mut notes) = grid::cues(subject, "lrc", STEP, Ms(i64::MAX / 8));
        for (at, cue) in cues.iter().enumerate() {
            writeln!(out, "[{}]{}", Clock(cue.span.start), line(&cue.lines.join(" ")))?;
            if cues.get(at + 1).is_none_or(|next| next.span.start - cue.span.end >= EMPTY_AFTER) {
                writeln!(out, "[{}]", Clock(cue.span.end))?;
            }
        }
        notes.extend(Note::overlaps("lrc", &cues));
        notes.extend(Note::speakers_left_out("lrc", subject));
        notes.extend(Note::looks_of_cues_left_out("lrc", &cues));
        Ok(notes)
    }
}

/// A bracket at the start of a line would be read as another time or tag.
fn line(text: &str) -> String {
    text.strip_prefix('[').map_or(text.to_owned(), |rest| format!("［{rest}"))
}

impl Format for EnhancedLrc {
    fn name(&self) -> &'static str {
        "enhanced LRC"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["elrc"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let mut segments: Vec<_> = subject.timeline.spoken().collect();
        segments.sort_by_key(|(_, span)| span.start);
        let round = |time: Ms| Ms((time.0.clamp(0, i64::MAX / 8) + STEP.0 / 2) / STEP.0 * STEP.0);
        let mut untimed = 0;
        for (at, (segment, span)) in segments.iter().enumerate() {
            let mut timed = String::new();
            let mut reached = 0;
            for (word, _) in text::words(segment) {
                let Some(word_span) = word.span else {
                    untimed += 1;
                    continue;
                };
                timed += &part(&segment.text, reached..word.chars.start);
                timed += &format!("<{}>", Clock(round(word_span.start)));
                timed += &part(&segment.text, word.chars.clone());
                reached = word.chars.end;
            }
            timed += &part(&segment.text, reached..usize::MAX);
            let shown = text::one_line(&timed);
            writeln!(out, "[{}]{}", Clock(round(span.start)), line(&shown))?;
            if segments.get(at + 1).is_none_or(|(_, next)| next.start - span.end >= EMPTY_AFTER) {
                writeln!(out, "[{}]", Clock(round(span.end)))?;
            }
        }
        let mut notes: Vec<Note> = Note::speakers_left_out("elrc", subject).into_iter().collect();
        if untimed > 0 {
            notes.push(Note::WordsLeftOut { target: "elrc", count: untimed });
        }
        Ok(notes)
    }
}

/// Some characters of a text, in which no angle bracket would be read as a time.
fn part(text: &str, chars: Range<usize>) -> String {
    let length = chars.end.saturating_sub(chars.start);
    text.chars().skip(chars.start).take(length).map(|c| if c == '<' { '＜' } else { c }).collect()
}

/// Minutes, seconds and hundredths; an hour is sixty minutes.
struct Clock(Ms);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0;
        write!(f, "{:02}:{:02}.{:02}", ms / 60_000, ms / 1000 % 60, ms / 10 % 100)
    }
}

static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*\[(\d{1,5}):(\d{1,2})(?:[.:](\d{1,3}))?\]").expect("a constant pattern"));
static WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(\d{1,5}):(\d{1,2})(?:[.:](\d{1,3}))?>").expect("a constant pattern"));
static OFFSET: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*\[offset:\s*([+-]?\d{1,8})\s*\]").expect("a constant pattern"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*\[[A-Za-z#]+:.*\]\s*$").expect("a constant pattern"));

fn time(found: &regex::Captures) -> Ms {
    let number = |text: &str| text.parse::<i64>().unwrap_or(0);
    let fraction = found.get(3).map_or(String::new(), |digits| digits.as_str().into());
    Ms((number(&found[1]) * 60 + number(&found[2])) * 1000 + number(&format!("{fraction:0<3}")))
}

impl Reader for Lrc {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        &["lrc", "elrc"]
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().take(50).any(|line| TAG.is_match(line))
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut lines, mut faults, mut offset) = (Vec::new(), Vec::new(), Ms::ZERO);
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(found) = OFFSET.captures(line) {
                // A positive offset shows the lines sooner.
                offset = Ms(found[1].parse().unwrap_or(0));
                continue;
            }
            let (mut rest, mut starts) = (line, Vec::new());
            while let Some(found) = TAG.captures(rest) {
                starts.push(time(&found));
                rest = &rest[found.get_match().end()..];
            }
            if starts.is_empty() && !line.trim().is_empty() && !NAMED.is_match(line) {
                faults
                    .push(Fault {
                        line: number, what: format!("text without a time is left out: “{}”", line.trim())
                    });
            }
            lines.extend(starts.into_iter().map(|start| (start - offset, rest.trim().to_owned())));
        }
        lines.sort_by_key(|(start, _)| *start);
        Ok(Reading { faults, ..Reading::of_entries(entries(&lines, offset)) })
    }
}

/// A cue a line with text, up to the next line, which may be empty.
fn entries(lines: &[(Ms, String)], offset: Ms) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (at, (start, line)) in lines.iter().enumerate().filter(|(_, (_, line))| !line.is_empty()) {
        let next = lines[at + 1..].iter().map(|(next, _)| *next).find(|next| next > start);
        let start = (*start).max(Ms::ZERO);
        let span = Span::new(start, next.unwrap_or(start + LAST_STAYS));
        let (text, words) = words(line, span, offset);
        entries.push(Entry { span, lines: vec![text], words, ..Entry::default() });
    }
    entries
}

/// The text without the times of its words, and the words.
fn words(line: &str, span: Span, offset: Ms) -> (String, Vec<(Range<usize>, Span)>) {
    let (mut text, mut starts, mut at) = (String::new(), Vec::new(), 0);
    for found in WORD.captures_iter(line) {
        let whole = found.get_match();
        text.push_str(&line[at..whole.start()]);
        starts.push((text.chars().count(), (time(&found) - offset).clamp(span.start, span.end)));
        at = whole.end();
    }
    text.push_str(&line[at..]);
    let chars: Vec<char> = text.chars().collect();
    let ends = starts.iter().skip(1).copied().chain([(chars.len(), span.end)]);
    let said = |c: &char| c.is_alphanumeric();
    let word = |(&(start, from), (end, to)): (&(usize, Ms), (usize, Ms))| {
        let start = (start..end).find(|&at| said(&chars[at]))?;
        let end = (start..end).rev().find(|&at| said(&chars[at]))? + 1;
        Some((start..end, Span::new(from, to)))
    };
    let words = starts.iter().zip(ends).filter_map(word).collect();
    (text, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(i64, i64, String)> {
        let reading = Lrc.read(text).unwrap();
        reading.cues.iter().map(|cue| (cue.span.start.0, cue.span.end.0, cue.lines.join("/"))).collect()
    }

    #[test]
    fn lines_stay_until_the_next_and_may_come_again() {
        let text = "[ti:鸟]\n[offset:+500]\n[00:01.50][00:09.000]听见\n[00:03.5]是保护\n[00:05.00]\n无时间\n";
        assert_eq!(
            read(text),
            [(1_000, 3_000, "听见".into()), (3_000, 4_500, "是保护".into()), (8_500, 13_500, "听见".into())]
        );
        assert_eq!(Lrc.read(text).unwrap().faults[0].line, 6);
    }

    #[test]
    fn words_of_the_enhanced_form_have_times() {
        let reading = Lrc.read("[00:01.00]<00:01.00>听<00:01.40>见 <00:02.00>it.\n[00:03.00]\n").unwrap();
        let segment = &reading.timeline.segments[0];
        let words: Vec<_> =
            segment.words.iter().map(|word| (segment.word_text(word), word.span.unwrap().start.0)).collect();
        assert_eq!((segment.text.as_str(), words), ("听见 it.", vec![("听", 1_000), ("见", 1_400), ("it", 2_000)]));
    }
}
