//! Reading RTTM as others write it: who speaks when by another diarizer.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::formats::reading::Fault;
use crate::formats::text::field;
use crate::speakers::voices::VoiceTurn;
use crate::timeline::{Ms, Span};
use crate::transcript::decode;

/// Who speaks when in one recording, as a file of RTTM says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diarization {
    /// What the file calls the voices, in the order of their first words.
    pub names: Vec<String>,
    /// The turns, by start; turns of several voices may overlap. A turn whose line does not say how sure it is has
    /// confidence 1.
    pub turns: Vec<VoiceTurn>,
    /// Lines that could not be read.
    pub faults: Vec<Fault>,
    /// Lines that tell of something else than turns, such as words or what is known of a speaker.
    pub others: usize,
}

/// Why no turns could be read from a file.
#[derive(Debug, Error)]
pub enum RttmError {
    /// The file could not be opened or read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no text.
    #[error("{path} is {what}, not RTTM", path = path.display())]
    NoText {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// No line of it is a turn.
    #[error("{path} has no line of a turn: SPEAKER, recording, channel, start, duration, two empty fields, voice",
        path = path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// It is of several recordings, and none has the name of the one at hand.
    #[error("{path} is of {count} recordings, none of which is called {wanted}", path = path.display())]
    OtherRecordings {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
        /// What the recording at hand is called there.
        wanted: String,
    },
}

/// Reads what a file says of `recording`: of several recordings the lines with its name, of one all of them.
///
/// # Errors
/// [`RttmError`], which names the file.
pub fn read(path: &Path, recording: &Path) -> Result<Diarization, RttmError> {
    let bytes = fs::read(path).map_err(|source| RttmError::Open { path: path.into(), source })?;
    read_bytes(&bytes, path, recording)
}

/// The same from what a file holds; `path` is its name.
///
/// # Errors
/// [`RttmError`], which names the file.
pub fn read_bytes(bytes: &[u8], path: &Path, recording: &Path) -> Result<Diarization, RttmError> {
    let decoded = decode::decode(bytes).map_err(|what| RttmError::NoText { path: path.into(), what })?;
    let mut found = Diarization::default();
    let mut lines: Vec<Line> = Vec::new();
    for (number, text) in (1..).zip(&decoded.lines) {
        match text.split_whitespace().next() {
            None => {}
            Some(comment) if comment.starts_with(";;") => {}
            Some("SPEAKER") => match line(text) {
                Ok(line) => lines.push(line),
                Err(what) => found.faults.push(Fault { line: number, what: format!("{what}; left out: “{text}”") }),
            },
            Some(_) => found.others += 1,
        }
    }
    if lines.is_empty() {
        return Err(RttmError::Empty { path: path.into() });
    }
    found.take(of_recording(lines, path, recording)?);
    Ok(found)
}

/// A line of a turn.
struct Line<'a> {
    recording: &'a str,
    name: &'a str,
    span: Span,
    confidence: f32,
}

/// Reads a line; what is wrong with it where it says of nobody when they speak.
fn line(text: &str) -> Result<Line<'_>, &'static str> {
    /// No recording is longer, in seconds.
    const MOST: f64 = 1e9;
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [_, recording, _, start, length, _, _, name, rest @ ..] = &fields[..] else {
        return Err("has fewer than eight fields");
    };
    let seconds = |text: &str| text.parse::<f64>().ok().filter(|time| (0.0..MOST).contains(time)).map(Ms::from_seconds);
    let start = seconds(start).ok_or("begins at no time")?;
    let length = seconds(length).filter(|length| *length > Ms::ZERO).ok_or("lasts for no time")?;
    let confidence = rest.first().and_then(|text| text.parse().ok()).filter(|sure| (0.0..=1.0).contains(sure));
    Ok(Line { recording, name, span: Span::new(start, start + length), confidence: confidence.unwrap_or(1.0) })
}

/// The lines of one recording.
fn of_recording<'a>(mut lines: Vec<Line<'a>>, path: &Path, recording: &Path) -> Result<Vec<Line<'a>>, RttmError> {
    let mut recordings: Vec<&str> = lines.iter().map(|line| line.recording).collect();
    recordings.sort_unstable();
    recordings.dedup();
    if recordings.len() > 1 {
        let wanted = field(&recording.file_stem().unwrap_or_default().to_string_lossy());
        lines.retain(|line| line.recording == wanted);
        if lines.is_empty() {
            return Err(RttmError::OtherRecordings { path: path.into(), count: recordings.len(), wanted });
        }
    }
    Ok(lines)
}

impl Diarization {
    fn take(&mut self, mut lines: Vec<Line>) {
        lines.sort_by_key(|line| line.span.start);
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for Line { name, span, confidence, .. } in lines {
            let voice = *numbers.entry(name).or_insert_with(|| {
                self.names.push(name.into());
                self.names.len() - 1
            });
            self.turns.push(VoiceTurn { span, voice, confidence });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::rttm::write_turn;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Diarization, RttmError> {
        read_bytes(text.as_bytes(), Path::new("who.rttm"), Path::new("talk.wav"))
    }

    fn turns(found: &Diarization) -> Vec<(i64, i64, &str)> {
        let turn = |turn: &VoiceTurn| (turn.span.start.0, turn.span.end.0, found.names[turn.voice].as_str());
        found.turns.iter().map(turn).collect()
    }

    #[test]
    fn turns_of_other_diarizers() {
        let pyannote = "SPEAKER talk 1 6.5 2.25 <NA> <NA> SPEAKER_01 <NA> <NA>\n\
            SPEAKER talk 1 0.031 6.7 <NA> <NA> SPEAKER_00 <NA> <NA>\n";
        let nemo = "SPEAKER talk 1   0.000   4.280 <NA> <NA> speaker_0 <NA> <NA>\r\n";
        assert_eq!(
            turns(&read(pyannote).unwrap()),
            [(31, 6_731, "SPEAKER_00"), (6_500, 8_750, "SPEAKER_01")],
            "by start; they may overlap"
        );
        assert_eq!(turns(&read(nemo).unwrap()), [(0, 4_280, "speaker_0")]);
    }

    #[test]
    fn what_is_no_turn_is_left_out_and_told() {
        let found = read(
            ";; a comment\n\
             SPKR-INFO talk 1 <NA> <NA> <NA> adult_male Ann <NA>\n\
             SPEAKER talk 1 1.0 2.0 <NA> <NA> Ann 0.75\n\
             \n\
             LEXEME talk 1 1.0 0.4 hello lex Ann 0.5\n\
             SPEAKER talk 1 soon 2.0 <NA> <NA> Ann <NA>\n\
             SPEAKER talk 1 4.0 0.000 <NA> <NA> Ann <NA>\n\
             SPEAKER talk 1 4.0\n",
        );
        let found = found.unwrap();
        assert_eq!((turns(&found), found.others), (vec![(1_000, 3_000, "Ann")], 2));
        assert_eq!(found.turns[0].confidence, 0.75);
        let told: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[0], "line 6: begins at no time; left out: “SPEAKER talk 1 soon 2.0 <NA> <NA> Ann <NA>”");
        assert!(told[1].starts_with("line 7: lasts for no time") && told[2].starts_with("line 8: has fewer"));
    }

    #[test]
    fn of_several_recordings_the_one_at_hand_is_read() {
        let line = |recording| format!("SPEAKER {recording} 1 1.0 2.0 <NA> <NA> {recording}_A <NA> <NA>\n");
        let both = line("talk") + &line("other");
        assert_eq!(turns(&read(&both).unwrap()), [(1_000, 3_000, "talk_A")]);
        assert_eq!(turns(&read(&line("other")).unwrap()), [(1_000, 3_000, "other_A")], "its name may be another");
        let error = read(&(line("one") + &line("other"))).unwrap_err().to_string();
        assert_eq!(error, "who.rttm is of 2 recordings, none of which is called talk");
        assert!(matches!(read("LEXEME talk 1 1.0 0.4 hello lex Ann 0.5\n"), Err(RttmError::Empty { .. })));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_to_the_millisecond(
            written in prop::collection::vec((0i64..36_000_000, 1i64..600_000, 0usize..5, 0u16..=1000), 1..50),
        ) {
            let names = ["Ann Lee", "林 晓", "voice3", "A\tB", ""];
            let mut written: Vec<_> = written
                .into_iter()
                .map(|(start, length, name, sure)| (Span::new(Ms(start), Ms(start + length)), names[name], sure))
                .collect();
            written.sort_by_key(|(span, ..)| span.start);
            let mut text = Vec::new();
            for (span, name, sure) in &written {
                let sure = f32::from(*sure) / 1000.0;
                write_turn(&mut text, Path::new("a talk.mp3"), *span, name, Some(sure)).unwrap();
            }
            let found = read_bytes(&text, Path::new("who.rttm"), Path::new("a talk.mp3")).unwrap();
            prop_assert_eq!((&found.faults, found.others), (&vec![], 0));
            prop_assert_eq!(found.turns.len(), written.len());
            for (turn, (span, name, sure)) in found.turns.iter().zip(&written) {
                prop_assert_eq!((turn.span, found.names[turn.voice].clone()), (*span, field(name)));
                prop_assert!((turn.confidence - f32::from(*sure) / 1000.0).abs() < 1e-6);
            }
        }

        #[test]
        fn whatever_a_file_holds_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read_bytes(&bytes, Path::new("who.rttm"), Path::new("talk.wav"));
        }
    }
}
