//! `timeline.json`, which readers of Whisper's JSON understand, and the JSON of recognisers.

mod recognisers;

use std::io::Write;
use std::path::Path;

use super::reading::{Reading, Unreadable};
use super::{Format, FormatError, Note, Phones, Reader, Subject};
use crate::cues::{self, Style};
use crate::timeline::{Timeline, TimelineError};

pub(super) use recognisers::{FunAsr, Recognised, Whisper, WhisperX};

/// Whisper's JSON and more (`.json`): see [`Timeline::write_json`](crate::timeline::Timeline::write_json).
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "JSON"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn phones(&self) -> Phones {
        Phones::OnWish
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        subject.timeline.write_json(out)?;
        Ok(vec![])
    }
}

impl Reader for Json {
    fn name(&self) -> &'static str {
        "zimu's timeline"
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        text.trim_start().starts_with('{')
            && ["\"version\"", "\"media\"", "\"segments\""].iter().all(|key| text.contains(key))
    }

    /// The cues are those that `make` cuts.
    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let timeline = Timeline::parse_json(text, Path::new("timeline.json")).map_err(|error| match error {
            TimelineError::Parse { source, .. } => Unreadable { line: source.line(), what: source.to_string() },
            error => Unreadable { line: 1, what: error.to_string() },
        })?;
        let cues = cues::cut(&timeline, &Style::for_language(timeline.language));
        Ok(Reading { timeline, cues, ..Reading::default() })
    }
}
