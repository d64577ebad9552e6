//! Plain text with times: the label track of Audacity.

use std::io::Write;

use super::{Format, FormatError, Note, Subject, grid};
use crate::timeline::Ms;

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

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, notes) = grid::cues(subject, "txt", Ms(1), Ms(i64::MAX));
        for cue in &cues {
            let (start, end) = (cue.span.start.seconds(), cue.span.end.seconds());
            writeln!(out, "{start:.6}\t{end:.6}\t{}", cue.lines.join(" "))?;
        }
        Ok(notes)
    }
}
