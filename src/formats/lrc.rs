//! LRC, the format of lyrics.

use std::fmt;
use std::io::Write;

use super::{Format, FormatError, Note, Subject, grid};
use crate::timeline::Ms;

/// LRC (`.lrc`): a line a cue with its start. A line stays until the next one; where it should go long before that, an
/// empty line takes it away.
pub(super) struct Lrc;

/// A pause of this length takes the line away: Style::pause, the silence that ends a cue in any case.
const EMPTY_AFTER: Ms = Ms(1_500);

/// Hundredths of a second.
const STEP: Ms = Ms(10);

impl Format for Lrc {
    fn name(&self) -> &'static str {
        "LRC"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["lrc"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, notes) = grid::cues(subject, "lrc", STEP, Ms(i64::MAX / 8));
        for (at, cue) in cues.iter().enumerate() {
            // A bracket at the start of a line would be read as another time or tag.
            let text = cue.lines.join(" ");
            let text = text.strip_prefix('[').map_or(text.clone(), |rest| format!("［{rest}"));
            writeln!(out, "[{}]{text}", Clock(cue.span.start))?;
            if cues.get(at + 1).is_none_or(|next| next.span.start - cue.span.end >= EMPTY_AFTER) {
                writeln!(out, "[{}]", Clock(cue.span.end))?;
            }
        }
        Ok(notes)
    }
}

/// Minutes, seconds and hundredths; an hour is sixty minutes.
struct Clock(Ms);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0;
        write!(f, "{:02}:{:02}.{:02}", ms / 60_000, ms / 1000 % 60, ms / 10 % 100)
    }
}
