//! WebVTT (W3C), with the speaker as a voice span.
//!
//! [`parse`](parse::parse) takes a file apart as the specification says, [`cue_text::parse`] a cue's text; what zimu makes of
//! them is in `read`.

pub mod cue_text;
pub mod parse;
mod read;
mod settings;

use std::fmt;
use std::io::Write;

pub use settings::{Align, Edge, Line, Region, Settings, Vertical};

use super::emphasis::{html, tagged};
use super::reading::{Reading, Unreadable};
use super::{Format, FormatError, Note, Reader, Subject, grid, text};
use crate::cues::Anchor;
use crate::timeline::Ms;

/// WebVTT (`.vtt`).
pub(super) struct WebVtt;

impl Format for WebVtt {
    fn name(&self) -> &'static str {
        "WebVTT"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["vtt"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, notes) = grid::cues(subject, "vtt", Ms(1), Ms(i64::MAX));
        writeln!(out, "WEBVTT")?;
        for cue in &cues {
            let name = subject.timeline.speaker_name(cue.speaker).map(voice).filter(|name| !name.is_empty());
            let (start, end, place) = (Clock(cue.span.start), Clock(cue.span.end), place(cue.look.anchor));
            writeln!(out, "\n{start} --> {end}{place}")?;
            if let Some(name) = name {
                write!(out, "<v {name}>")?;
            }
            let line = |(number, line): (usize, &String)| tagged(line, number, &cue.look, html, escape);
            let lines: Vec<String> = cue.lines.iter().enumerate().map(line).collect();
            writeln!(out, "{}", lines.join("\n"))?;
        }
        Ok(notes)
    }
}

/// A WebVTT timestamp: hours, of two digits or more, always written.
pub(super) struct Clock(pub Ms);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0.max(0);
        write!(f, "{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
    }
}

/// Text as cue text: no character of it is markup, and `-->` cannot occur (W3C WebVTT, 4.2.2).
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A name as the annotation of a voice span, which ends at the first `>`; many readers do not know escapes there.
fn voice(name: &str) -> String {
    let name = text::one_line(&name.replace(['<', '>'], " "));
    name.split_whitespace().collect::<Vec<_>>().join(" ").replace('&', "&amp;")
}

/// The settings for a place other than the bottom.
fn place(anchor: Anchor) -> String {
    let line = match anchor.key() {
        7.. => " line:0",
        4..=6 => " line:50%",
        _ => "",
    };
    let align = match anchor.key() % 3 {
        1 => " align:left",
        0 => " align:right",
        _ => "",
    };
    format!("{line}{align}")
}

impl Reader for WebVtt {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        parse::is_signed(text)
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        read::read(text)
    }
}
