//! RTTM, NIST's rich transcription time marks: who speaks when ("The 2009 (RT-09) Rich Transcription Meeting Recognition
//! Evaluation Plan", appendix A). Scorers of speaker diarization read it, diarizers write it.

mod read;

use std::io::{self, Write};
use std::path::Path;

use crate::formats::text::field;
use crate::timeline::{Ms, Span, Timeline, Turn};

pub use read::{Diarization, RttmError, read, read_bytes};

/// A pause of more than this ends a line: in it nobody speaks.
const PAUSE: Ms = Ms(500);

/// Writes the turns of a timeline, a line for each stretch of speech in them: pauses belong to nobody.
///
/// # Errors
/// Whatever the writer says.
pub fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let recording = Path::new(&timeline.media.path);
    for turn in &timeline.turns {
        let name = timeline.speaker_name(Some(turn.speaker)).unwrap_or_default();
        for span in spoken(timeline, turn) {
            write_turn(out, recording, span, name, Some(turn.confidence))?;
        }
    }
    Ok(())
}

/// When words of a turn are said; all of it where there are none.
fn spoken(timeline: &Timeline, turn: &Turn) -> Vec<Span> {
    let segments = timeline.segments.get(turn.segments.clone()).unwrap_or_default();
    let words = segments.iter().flat_map(|segment| &segment.words).filter_map(|word| word.span);
    let mut spans: Vec<Span> = Vec::new();
    for word in words {
        match spans.last_mut().filter(|last| word.start - last.end <= PAUSE) {
            Some(last) => *last = last.union(word),
            None => spans.push(word),
        }
    }
    if spans.is_empty() { vec![turn.span] } else { spans }
}

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
    use crate::timeline::{MediaSummary, Segment, Speaker, Word};

    #[test]
    fn a_turn_is_a_line_of_ten_fields() {
        let mut out = Vec::new();
        let span = Span { start: Ms(1_250), end: Ms(4_000) };
        write_turn(&mut out, Path::new("a talk.mp3"), span, "Ann Lee", Some(0.98)).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "SPEAKER a_talk 1 1.250 2.750 <NA> <NA> Ann_Lee 0.980 <NA>\n");
    }

    #[test]
    fn a_long_pause_is_nobodys() {
        let word = |start, end| Word { span: Some(Span::new(Ms(start), Ms(end))), ..Word::default() };
        let segment = Segment { words: vec![word(0, 400), word(500, 900), word(2_000, 2_500)], ..Segment::default() };
        let turn =
            |segments, start, end| Turn { span: Span::new(Ms(start), Ms(end)), speaker: 0, segments, confidence: 1.0 };
        let timeline = Timeline {
            media: MediaSummary { path: "talk.wav".into(), ..MediaSummary::default() },
            segments: vec![segment],
            speakers: vec![Speaker { name: "林 晓".into(), ..Speaker::default() }],
            turns: vec![turn(0..1, 0, 2_500), turn(1..1, 3_000, 4_000)],
            ..Timeline::default()
        };
        let mut out = Vec::new();
        write(&timeline, &mut out).unwrap();
        let lines = String::from_utf8(out).unwrap();
        let times: Vec<&str> = lines.lines().map(|line| &line["SPEAKER talk 1 ".len()..][..11]).collect();
        assert_eq!(times, ["0.000 0.900", "2.000 0.500", "3.000 1.000"]);
        assert!(lines.contains(" 林_晓 "), "{lines}");
    }
}
