//! Plain text, for people to read: what is said, without times.

use std::io::Write;

use super::{Format, FormatError, Note, Subject, text};

/// Plain text (`.plain.txt`): a paragraph for what one person says without a break, with the name before it.
pub(super) struct Plain;

impl Format for Plain {
    fn name(&self) -> &'static str {
        "plain text"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["plain.txt"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let mut before: Option<Option<usize>> = None;
        for (segment, _) in subject.timeline.spoken() {
            let said = text::one_line(&segment.text);
            if said.is_empty() {
                continue;
            }
            if before == Some(segment.speaker) {
                writeln!(out, "{said}")?;
            } else {
                let blank = if before.is_some() { "\n" } else { "" };
                let name =
                    subject.timeline.speaker_name(segment.speaker).map(|name| format!("{}：", text::one_line(name)));
                writeln!(out, "{blank}{}{said}", name.unwrap_or_default())?;
            }
            before = Some(segment.speaker);
        }
        Ok(vec![])
    }
}
