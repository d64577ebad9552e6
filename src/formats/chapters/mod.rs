//! Chapter lists, each within the rules of the site or player it is for.
//!
//! Each list is written, then read back by a check of its own against the rules of its target, so that no list leaves
//! zimu that a site refuses. What a site has no room for is left out by importance and told in [`Note`]s.

mod bilibili;
mod comment;
mod ffmetadata;
mod flat;
mod matroska;
mod others;
mod podcast;
mod read;
mod short;
mod site;
mod webvtt;
mod youtube;

use std::path::Path;

use thiserror::Error;

use super::reading::Reading;
use super::{FormatError, Note, Reader};
use crate::cues::Cue;
use crate::timeline::{Chapter, Ms, Timeline};

/// A format for lists of chapters.
pub trait ChapterFormat: Sync {
    /// The list's name in a project folder.
    fn file(&self) -> &'static str;

    /// The list, or `None` where it would be refused or of no use; with what it could not hold.
    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>);

    /// Whether a list keeps to all rules of its target, for media of this length.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault>;
}

/// Every chapter format.
pub static CHAPTER_FORMATS: [&dyn ChapterFormat; 7] = [
    &bilibili::Bilibili,
    &youtube::YouTube,
    &comment::Comment,
    &webvtt::WebVtt,
    &ffmetadata::FfMetadata,
    &matroska::Matroska,
    &podcast::Podcast,
];

/// The lists that are made on request alone, for editors and players beside those of a project.
pub static OTHER_FORMATS: [&dyn ChapterFormat; 5] =
    [&others::Ogm, &others::Podlove, &others::Labels, &others::Premiere, &others::Resolve];

/// Who reads lists of chapters. Where several know a text the first one has it.
pub(super) static CHAPTER_READERS: [&dyn Reader; 7] =
    [&read::FfMetadata, &read::Ogm, &read::Podcast, &read::Xml, &read::Premiere, &read::Resolve, &read::Lines];

/// Makes chapters of what was read as cues: WebVTT and labels serve for both.
pub fn take_cues(reading: &mut Reading) {
    let chapter = |cue: Cue| Chapter { span: cue.span, title: cue.lines.join(" "), level: 1, speaker: None };
    reading.timeline.chapters = std::mem::take(&mut reading.cues).into_iter().map(chapter).collect();
    reading.timeline.segments.clear();
}

/// The format for a list's name, by its ending, such as `.bilibili.txt` or `.mkv.xml`.
pub fn for_path(path: &Path) -> Option<&'static dyn ChapterFormat> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    CHAPTER_FORMATS.into_iter().chain(OTHER_FORMATS).find(|format| name.ends_with(ending_of(*format)))
}

/// The endings that [`for_path`] knows, for messages.
pub fn known_endings() -> String {
    CHAPTER_FORMATS.iter().chain(&OTHER_FORMATS).map(|format| ending_of(*format)).collect::<Vec<_>>().join(" ")
}

/// What a list's name ends with, from the dot on.
fn ending_of(format: &dyn ChapterFormat) -> &'static str {
    format.file().trim_start_matches("chapters")
}

/// The checked list of `timeline` in `format`, or `None` where it would be of no use; with what it could not hold.
///
/// # Errors
/// [`FormatError::Chapters`] when the list breaks a rule of its target: a fault of zimu that a user should not have to
/// find out from the site.
pub fn list(format: &dyn ChapterFormat, timeline: &Timeline) -> Result<(Option<String>, Vec<Note>), FormatError> {
    let (list, notes) = format.write(timeline);
    if let Some(list) = &list {
        let checked = format.check(list, timeline.duration());
        checked.map_err(|fault| FormatError::Chapters { file: format.file(), fault })?;
    }
    Ok((list, notes))
}

/// A rule that a chapter list breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// It is not written as its format wants.
    #[error("entry {entry} is not written as the format wants it")]
    Malformed {
        /// The entry, counted from 1; 0 for what comes before the first.
        entry: usize,
    },
    /// The first chapter does not begin with the media.
    #[error("the first chapter does not begin at 0:00")]
    LateStart,
    /// Fewer chapters than the site takes.
    #[error("{count} chapters; the least is {least}")]
    TooFew {
        /// How many there are.
        count: usize,
        /// The fewest allowed.
        least: usize,
    },
    /// More chapters than the site takes.
    #[error("{count} chapters; the most is {most}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// The most allowed.
        most: usize,
    },
    /// A chapter too short, or out of order.
    #[error("chapter {entry} begins too soon after the one before, or before it")]
    TooClose {
        /// The chapter, counted from 1.
        entry: usize,
    },
    /// A chapter ends before it begins, runs into the next one, or past the end of the media.
    #[error("chapter {entry} does not end where it may")]
    WrongEnd {
        /// The chapter, counted from 1.
        entry: usize,
    },
    /// A title that is empty, too long, or has a character in it that the target does not take.
    #[error("the title of chapter {entry} is empty, too long, or has a mark in it that is not taken")]
    Title {
        /// The chapter, counted from 1.
        entry: usize,
    },
    /// An identifier that is zero or used twice.
    #[error("chapter {entry} has no identifier of its own")]
    Identifier {
        /// The chapter, counted from 1.
        entry: usize,
    },
}
