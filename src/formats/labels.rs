//! Plain text with times: the label track of Audacity.

use std::io::Write;

use super::reading::{Entry, Fault, Reading, Unreadable};
use super::{Format, FormatError, Note, Reader, Subject, grid};
use crate::timeline::{Ms, Span};

/// Plain text (`.txt`): a line a cue, start and end in seconds, the text, with tabs between; Audacity reads it as a
/// label track.
pub(super) struct Labels;

impl Format for Labels {
    fn name(&self) -> &'static str {
        "text with times"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["txt"]
    }

    fn names_in_text(&self) -> bool {
        true
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, mut notes) = grid::cues(subject, "txt", Ms(1), Ms(i64::MAX));
        for cue in &cues {
            let (start, end) = (cue.span.start.seconds(), cue.span.end.seconds());
            writeln!(out, "{start:.6}\t{end:.6}\t{}", cue.lines.join(" "))?;
        }
        notes.extend(Note::speakers_left_out("txt", subject));
        notes.extend(Note::looks_of_cues_left_out("txt", &cues));
        Ok(notes)
    }
}

/// How long a label is shown that marks a moment.
const MOMENT: Ms = Ms(1_000);

/// Start and end of a label, and its text.
pub(super) fn label(line: &str) -> Option<(Ms, Ms, &str)> {
    let (start, rest) = line.split_once('\t')?;
    let (end, text) = rest.split_once('\t').unwrap_or((rest, ""));
    let time = |text: &str| text.trim().parse::<f64>().ok().filter(|time| time.is_finite()).map(Ms::from_seconds);
    Some((time(start)?, time(end)?, text.trim()))
}

impl Reader for Labels {
    fn name(&self) -> &'static str {
        "Audacity labels"
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| label(line).is_some())
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()) {
            match label(line) {
                Some((start, end, text)) if start >= Ms::ZERO && end >= start && !text.is_empty() => {
                    let end = if end == start { start + MOMENT } else { end };
                    entries.push(Entry {
                        span: Span { start, end },
                        lines: vec![text.into()],
                        line: number,
                        ..Entry::default()
                    });
                }
                // The frequencies of the label above.
                _ if line.trim().is_empty() || line.starts_with('\\') => {}
                _ => faults.push(Fault {
                    line: number,
                    what: format!("is no label with a text; left out: “{}”", line.trim()),
                }),
            }
        }
        if entries.is_empty() {
            let what = "a text without times; align it with its recording first (zimu align)".into();
            return Err(Unreadable { line: 1, what });
        }
        Ok(Reading { faults, ..Reading::of_entries(entries) })
    }
}
