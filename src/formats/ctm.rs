//! CTM, NIST's time-marked words.

use std::io::Write;
use std::path::Path;

use super::reading::{Fault, Reading, Unreadable};
use super::text::{self, field};
use super::words::sentences;
use super::{Format, FormatError, Note, Reader, Subject, grid};
use crate::cues::{self, Style};
use crate::timeline::{Ms, Span};

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
        let (timeline, guessed) = grid::with_words(subject.timeline);
        let mut untimed = 0;
        let mut rows = Vec::new();
        for (segment, _) in timeline.spoken() {
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
        let mut notes: Vec<Note> = Note::speakers_left_out("ctm", subject).into_iter().collect();
        if guessed > 0 {
            notes.push(Note::WordsGuessed { target: "ctm", count: guessed });
        }
        if untimed > 0 {
            notes.push(Note::WordsLeftOut { target: "ctm", count: untimed });
        }
        Ok(notes)
    }
}

/// A word, when it is said, and how sure that is.
fn word(line: &str) -> Option<(Span, &str, f32)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, _, start, length, word, rest @ ..] = &fields[..] else { return None };
    let seconds = |text: &str| text.parse::<f64>().ok().filter(|time| (0.0..1e9).contains(time));
    let (start, length) = (seconds(start)?, seconds(length)?);
    let sure = rest.first().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    Some((Span::new(Ms::from_seconds(start), Ms::from_seconds(start + length)), word, sure))
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with(";;")
}

impl Reader for Ctm {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().find(|line| !is_comment(line)).is_some_and(|line| word(line).is_some())
    }

    /// Words are put together up to pauses, and cut into cues as those of a timeline are.
    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut words, mut faults) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !is_comment(line)) {
            match word(line) {
                Some(word) => words.push(word),
                None => faults
                    .push(Fault { line: number, what: format!("is no word with its times; left out: “{line}”") }),
            }
        }
        words.sort_by_key(|(span, ..)| span.start);
        let spoken: Vec<(Span, &str)> = words.iter().map(|(span, word, _)| (*span, *word)).collect();
        let mut reading = Reading { faults, ..Reading::of_entries(sentences(&spoken)) };
        let timeline = &mut reading.timeline;
        let sure = words.iter().map(|(.., sure)| *sure);
        timeline
            .segments
            .iter_mut()
            .flat_map(|segment| &mut segment.words)
            .zip(sure)
            .for_each(|(w, p)| w.probability = p);
        reading.cues = cues::cut(timeline, &Style::for_language(timeline.language));
        Ok(reading)
    }
}
