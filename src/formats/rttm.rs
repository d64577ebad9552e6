//! RTTM, NIST's rich transcription time marks: who speaks when ("The 2009 (RT-09) Rich Transcription Meeting Recognition
//! Evaluation Plan", appendix A). Scorers of speaker diarization read it.

use std::io::{self, Write};
use std::path::Path;

use super::text::field;
use crate::timeline::Span;

/// Writes the line of one turn: `SPEAKER`, the recording's name, channel 1, start and duration in seconds, who, and how
/// sure that is, 0 to 1, where it is known.
///
/// # Errors
/// Whatever the writer says.
pub fn write_turn(
    out: &mut dyn Write,
    recording: &Path,
    span: Span,
    name: &str,
    confidence: Option<f32>,
) -> io::Result<()> {
    let recording = field(&recording.file_stem().unwrap_or_default().to_string_lossy());
    let (start, length) = (span.start.seconds(), span.length().seconds());
    let confidence = confidence.map_or("<NA>".into(), |confidence| format!("{confidence:.3}"));
    writeln!(out, "SPEAKER {recording} 1 {start:.3} {length:.3} <NA> <NA> {} {confidence} <NA>", field(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Ms;

    #[test]
    fn a_turn_is_a_line_of_ten_fields() {
        let mut out = Vec::new();
        let span = Span { start: Ms(1_250), end: Ms(4_000) };
        write_turn(&mut out, Path::new("a talk.mp3"), span, "Ann Lee", Some(0.98)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "SPEAKER a_talk 1 1.250 2.750 <NA> <NA> Ann_Lee 0.980 <NA>\n");
    }
}
