//! `timeline.json`, which readers of Whisper's JSON understand.

use std::io::Write;

use super::{Format, FormatError, Note, Phones, Subject};

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
