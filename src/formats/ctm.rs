//! CTM, NIST's time-marked words.

use std::io::Write;
use std::path::Path;

use super::text::{self, field};
use super::{Format, FormatError, Note, Subject};

/// CTM (`.ctm`): recording, channel, start, duration in seconds, word, confidence; a line a word.
pub(super) struct Ctm;

impl Format for Ctm {
    fn name(&self) -> &'static str {
        "CTM"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ctm"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let path = Path::new(&subject.timeline.media.path);
        let recording = field(&path.file_stem().unwrap_or_default().to_string_lossy());
        let mut untimed = 0;
        let mut rows = Vec::new();
        for (segment, _) in subject.timeline.spoken() {
            for (word, text) in text::words(segment) {
                match word.span {
                    Some(span) => rows.push((span, field(text), word.probability)),
                    None => untimed += 1,
                }
            }
        }
        rows.sort_by_key(|(span, ..)| span.start);
        for (span, word, probability) in rows {
            let (start, end) = (span.start.seconds(), span.end.seconds());
            writeln!(out, "{recording} 1 {start:.3} {:.3} {word} {probability:.3}", end - start)?;
        }
        Ok(if untimed > 0 { vec![Note::WordsLeftOut { target: "ctm", count: untimed }] } else { vec![] })
    }
}
