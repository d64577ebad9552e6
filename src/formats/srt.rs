//! SubRip, through `srtlib`.
//!
//! `srtlib` writes what it is given: text with a blank line or an arrow in it becomes a file that it cannot read back,
//! times of 256 hours and more wrap around, and the last line has no end. What goes in here has none of that.

use std::io::Write;

use srtlib::{Subtitle, Subtitles, Timestamp};

use super::{Format, FormatError, Note, Subject, grid};
use crate::timeline::Ms;

/// SubRip (`.srt`).
pub(super) struct Srt;

impl Format for Srt {
    fn name(&self) -> &'static str {
        "SubRip"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["srt"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let latest = Ms(i64::from(Timestamp::MAX_TIMESTAMP_MILLIS));
        let (cues, notes) = grid::cues(subject, "srt", Ms(1), latest);
        let subtitles = cues.iter().enumerate().map(|(at, cue)| {
            Subtitle::new(
                at + 1,
                timestamp(cue.span.start),
                timestamp(cue.span.end),
                cue.lines.join("\n").replace("-->", "→"),
            )
        });
        let subtitles = Subtitles::new_from_vec(subtitles.collect());
        if !subtitles.is_empty() {
            writeln!(out, "{subtitles}")?;
        }
        Ok(notes)
    }
}

/// A time between zero and the latest that `srtlib` knows.
fn timestamp(time: Ms) -> Timestamp {
    let latest = Timestamp::MAX_TIMESTAMP_MILLIS;
    Timestamp::from_milliseconds(u32::try_from(time.0.max(0)).map_or(latest, |ms| ms.min(latest)))
}
