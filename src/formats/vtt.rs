//! WebVTT (W3C), with the speaker as a voice span.

use std::fmt;
use std::io::Write;

use super::{Format, FormatError, Note, Subject, grid, text};
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
            writeln!(out, "\n{} --> {}", Clock(cue.span.start), Clock(cue.span.end))?;
            if let Some(name) = name {
                write!(out, "<v {name}>")?;
            }
            writeln!(out, "{}", escape(&cue.lines.join("\n")))?;
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
