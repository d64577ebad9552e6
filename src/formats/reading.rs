//! Reading what others wrote: one small trait, and the faults that a file is read in spite of.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::Note;
use super::chapters::CHAPTER_READERS;
use super::frames::FrameRate;
use crate::cues::{Cue, Look};
use crate::phones::language_of;
use crate::timeline::{Ms, Segment, Span, Speaker, Timeline, Word};
use crate::transcript::decode;

/// A file format whose files zimu reads as subtitles.
pub trait Reader: Sync {
    /// What people call it.
    fn name(&self) -> &'static str;

    /// The endings of its files, without the leading dot.
    fn endings(&self) -> &'static [&'static str];

    /// Whether a text looks like a file of this format, whatever it is called.
    fn knows(&self, text: &str) -> bool;

    /// Reads all that can be understood; line ends are LF, a byte order mark is gone.
    ///
    /// # Errors
    /// [`Unreadable`] where nothing of it can be.
    fn read(&self, text: &str) -> Result<Reading, Unreadable>;

    /// The same where times may be counted in frames, and the file does not say how many make a second; without a rate
    /// the usual one is taken, and told.
    ///
    /// # Errors
    /// As [`read`](Reader::read).
    fn read_at(&self, text: &str, _rate: Option<FrameRate>) -> Result<Reading, Unreadable> {
        self.read(text)
    }
}

/// Every reader. Where several know a text the first one has it.
pub static READERS: [&dyn Reader; 12] = [
    &super::bcc::Bcc,
    &super::json::Json,
    &super::json::Recognised,
    &super::vtt::WebVtt,
    &super::ass::Ass,
    &super::ttml::Ttml,
    &super::textgrid::TextGrid,
    &super::srt::Srt,
    &super::sbv::Sbv,
    &super::lrc::Lrc,
    &super::ctm::Ctm,
    &super::labels::Labels,
];

/// What a file of subtitles holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// A segment a cue, in the same order, or what the file has instead (sentences and words); speakers, chapters.
    pub timeline: Timeline,
    /// What is on the screen, by start. Cues may overlap where the file's do.
    pub cues: Vec<Cue>,
    /// The line of the file at which each cue begins, counted from 1; 0 where that is not known.
    pub lines: Vec<usize>,
    /// What could not be read, in the order of the file.
    pub faults: Vec<Fault>,
    /// What was read and is not kept, such as colours.
    pub notes: Vec<Note>,
    /// Whether there are chapters of which nothing says when the last one ends.
    pub open_end: bool,
}

/// A place of a file that was not written as its format wants.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there and what was made of it.
    pub what: String,
}

/// Nothing in a file could be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct Unreadable {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Why no subtitles could be read from a file.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no text.
    #[error("{path} is {what}, not a file of subtitles", path = path.display())]
    NoText {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// It is of no format that zimu knows.
    #[error("{path} is no file of subtitles that zimu knows; it reads {}", known())]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// It is of a known format, and nothing in it can be used.
    #[error("{path}: {fault}; taken for {format}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it was taken for.
        format: &'static str,
        /// What is wrong with it.
        fault: Unreadable,
    },
}

fn known() -> String {
    readers().map(|reader| reader.name()).collect::<Vec<_>>().join(", ")
}

/// Everyone who reads, of chapters and of subtitles.
pub fn readers() -> impl Iterator<Item = &'static dyn Reader> + Clone {
    CHAPTER_READERS.iter().chain(&READERS).copied()
}

/// Reads a file of subtitles by its ending where the content does not contradict it, else by its content.
///
/// # Errors
/// [`ReadError`], which names the file.
pub fn read(path: &Path) -> Result<Reading, ReadError> {
    let bytes = fs::read(path).map_err(|source| ReadError::Open { path: path.into(), source })?;
    read_bytes(&bytes, path)
}

/// The same from what a file holds; `path` is its name.
///
/// # Errors
/// [`ReadError`], which names the file.
pub fn read_bytes(bytes: &[u8], path: &Path) -> Result<Reading, ReadError> {
    read_bytes_at(bytes, path, None)
}

/// The same where it is known how many frames make a second.
///
/// # Errors
/// [`ReadError`], which names the file.
pub fn read_bytes_at(bytes: &[u8], path: &Path, rate: Option<FrameRate>) -> Result<Reading, ReadError> {
    let decoded = decode::decode(bytes).map_err(|what| ReadError::NoText { path: path.into(), what })?;
    let text = decoded.lines.join("\n");
    let reader = reader_for(&text, path).ok_or_else(|| ReadError::Unknown { path: path.into() })?;
    let unreadable = |fault| ReadError::Unreadable { path: path.into(), format: reader.name(), fault };
    let mut reading = reader.read_at(&text, rate).map_err(unreadable)?;
    let damaged = decoded.damaged.iter().map(|line| Fault { line: *line as usize, what: DAMAGED.into() });
    reading.faults.splice(0..0, damaged);
    Ok(reading)
}

const DAMAGED: &str = "bytes that are no text, shown as \u{fffd}";

/// Who reads it: of those whose ending it has one that knows it, then anyone who knows it, then whoever has its ending
/// and may say what is wrong with it.
fn reader_for(text: &str, path: &Path) -> Option<&'static dyn Reader> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let has_ending = |reader: &&dyn Reader| {
        let mut endings = reader.endings().iter().map(|ending| ending.to_lowercase());
        endings.any(|ending| name == ending || name.ends_with(&format!(".{ending}")))
    };
    let mut named = readers().filter(has_ending);
    let by_name = named.clone().find(|reader| reader.knows(text));
    // Nearly any text with times could be a list of chapters: subtitles are asked first.
    let by_content = || READERS.iter().chain(&CHAPTER_READERS).copied().find(|reader| reader.knows(text));
    by_name.or_else(by_content).or_else(|| named.next())
}

/// A cue as a file has it, from which a [`Reading`] is put together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// When.
    pub span: Span,
    /// The lines, without markup.
    pub lines: Vec<String>,
    /// Who speaks, by name.
    pub speaker: Option<String>,
    /// Its words where the file times them: the characters of the lines joined by a line feed, and when.
    pub words: Vec<(Range<usize>, Span)>,
    /// How it looks.
    pub look: Look,
    /// The line of the file at which it begins, counted from 1; 0 where that is not known.
    pub line: usize,
}

impl Reading {
    /// Puts cues in the order of their starts; those of the same start stay as they were.
    ///
    /// The media's duration is the last end, up to a whole second, the language the one that most of the text is in.
    pub fn of_entries(mut entries: Vec<Entry>) -> Reading {
        entries.sort_by_key(|entry| entry.span.start);
        let mut reading = Reading::default();
        for Entry { span, lines, speaker, words, look, line } in entries {
            let speaker = speaker.map(|name| reading.speaker(&name));
            let words = words.into_iter().map(|(chars, span)| Word {
                chars,
                span: Some(span),
                probability: 1.0,
                phones: vec![],
            });
            reading.timeline.segments.push(Segment {
                id: reading.timeline.segments.len(),
                span: Some(span),
                text: lines.join("\n"),
                speaker,
                confidence: 1.0,
                words: words.collect(),
                ..Segment::default()
            });
            reading.cues.push(Cue { span, lines, speaker, look });
            reading.lines.push(line);
        }
        let ends = reading.cues.iter().map(|cue| cue.span.end);
        let end = ends.max().unwrap_or(Ms::ZERO);
        // Sites count in whole seconds and take nothing past the last: the media is not cut within one.
        reading.timeline.media.duration = Ms(end.0.saturating_add(999) / 1000 * 1000);
        reading.timeline.language = language_of(reading.cues.iter().flat_map(|cue| &cue.lines).map(String::as_str));
        reading
    }

    /// The number of the speaker of this name.
    fn speaker(&mut self, name: &str) -> usize {
        let speakers = &mut self.timeline.speakers;
        speakers.iter().position(|speaker| speaker.name == name).unwrap_or_else(|| {
            let id = speakers.len();
            speakers.push(Speaker { id, name: name.into(), title: None });
            id
        })
    }
}
