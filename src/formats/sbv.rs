//! SBV, the captions that YouTube gave out: a line of times, lines of text, a blank line.

use std::fmt;
use std::io::Write;

use super::reading::{Entry, Fault, Reading, Unreadable};
use super::timing::clock;
use super::{Format, FormatError, Note, Reader, Subject, grid};
use crate::timeline::{Ms, Span};

/// SBV (`.sbv`).
pub(super) struct Sbv;

impl Format for Sbv {
    fn name(&self) -> &'static str {
        "SBV"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["sbv"]
    }

    fn names_in_text(&self) -> bool {
        true
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, mut notes) = grid::cues(subject, "sbv", Ms(1), Ms(i64::MAX));
        for (at, cue) in cues.iter().enumerate() {
            let blank = if at > 0 { "\n" } else { "" };
            writeln!(out, "{blank}{},{}\n{}", Clock(cue.span.start), Clock(cue.span.end), cue.lines.join("\n"))?;
        }
        notes.extend(Note::speakers_left_out("sbv", subject));
        notes.extend(Note::looks_of_cues_left_out("sbv", &cues));
        Ok(notes)
    }
}

/// Hours of one digit or more, minutes, seconds, thousandths.
struct Clock(Ms);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0;
        write!(f, "{}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
    }
}

fn times(line: &str) -> Option<(Ms, Ms)> {
    let (start, end) = line.split_once(',')?;
    Some((clock(start)?, clock(end)?))
}

impl Reader for Sbv {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| times(line).is_some())
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut entries, mut faults): (Vec<Entry>, Vec<Fault>) = (vec![], vec![]);
        // Whether the text that follows belongs to a cue.
        let mut open = false;
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            match times(line) {
                Some((start, end)) if end > start => {
                    entries.push(Entry { span: Span { start, end }, line: number, ..Entry::default() });
                    open = true;
                }
                Some((start, end)) => {
                    let what = format!("the end {end} does not come after the start {start}; the cue is left out");
                    faults.push(Fault { line: number, what });
                    open = false;
                }
                None if line.is_empty() => {}
                None => match entries.last_mut().filter(|_| open) {
                    Some(entry) => entry.lines.push(line.into()),
                    None => faults
                        .push(Fault { line: number, what: format!("text without times is left out: “{line}”") }),
                },
            }
        }
        entries.retain(|entry| !entry.lines.is_empty());
        Ok(Reading { faults, ..Reading::of_entries(entries) })
    }
}
