//! SubRip: written through `srtlib`, read as it is found in the wild.
//!
//! `srtlib` writes what it is given: text with a blank line or an arrow in it becomes a file that it cannot read back,
//! times of 256 hours and more wrap around, and the last line has no end. What goes in here has none of that.

mod read;
mod tags;

use std::io::Write;

use srtlib::{Subtitle, Subtitles, Timestamp};

use super::emphasis::{html, tagged};
use super::{Format, FormatError, Note, Reader, Subject, grid};
use crate::cues::Anchor;
use crate::formats::reading::{Reading, Unreadable};
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

    fn names_in_text(&self) -> bool {
        true
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let latest = Ms(i64::from(Timestamp::MAX_TIMESTAMP_MILLIS));
        let (cues, mut notes) = grid::cues(subject, "srt", Ms(1), latest);
        let subtitles = cues.iter().enumerate().map(|(at, cue)| {
            let (start, end) = (timestamp(cue.span.start), timestamp(cue.span.end));
            Subtitle::new(at + 1, start, end, text(cue))
        });
        let subtitles = Subtitles::new_from_vec(subtitles.collect());
        if !subtitles.is_empty() {
            writeln!(out, "{subtitles}")?;
        }
        notes.extend(Note::speakers_left_out("srt", subject));
        Ok(notes)
    }
}

/// The lines of a cue, with tags for what is set apart and for a place other than the bottom.
fn text(cue: &grid::Shown) -> String {
    let line = |(number, line): (usize, &String)| tagged(line, number, &cue.look, html, tags::escape);
    let lines: Vec<String> = cue.lines.iter().enumerate().map(line).collect();
    let place = match cue.look.anchor {
        Anchor::BOTTOM => String::new(),
        anchor => format!("{{\\an{}}}", anchor.key()),
    };
    place + &lines.join("\n")
}

/// A time between zero and the latest that `srtlib` knows.
fn timestamp(time: Ms) -> Timestamp {
    let latest = Timestamp::MAX_TIMESTAMP_MILLIS;
    Timestamp::from_milliseconds(u32::try_from(time.0.max(0)).map_or(latest, |ms| ms.min(latest)))
}

impl Reader for Srt {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        read::looks_like_cues(text)
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        read::read(text)
    }
}
