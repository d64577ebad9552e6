//! Chapter lists, each within the rules of the site or player it is for.
//!
//! Each list is written, then read back by a check of its own against the rules of its target, so that no list leaves
//! zimu that a site refuses. What a site has no room for is left out by importance and told in [`Note`]s.

mod bilibili;
mod comment;
mod ffmetadata;
mod flat;
mod labels;
mod lines;
mod matroska;
mod nested;
mod ogm;
mod podcast;
mod podlove;
mod premiere;
mod read;
mod resolve;
mod short;
mod site;
mod webvtt;
mod youtube;

use std::path::Path;

use thiserror::Error;

use super::reading::Reading;
use super::{Demands, FormatError, Note, Reader};
use crate::timeline::{Ms, Timeline};

/// A format for lists of chapters.
pub trait ChapterFormat: Sync {
    /// The list's name in a project folder.
    fn file(&self) -> &'static str;

    /// What it has a place for beside starts and titles.
    fn holds(&self) -> Holds {
        Holds::default()
    }

    /// The list, or `None` where it would be refused or of no use; with what there was no room for.
    fn write(&self, timeline: &Timeline, demands: &Demands) -> (Option<String>, Vec<Note>);

    /// Whether a list keeps to all rules of its target, for media of this length.
    ///
    /// # Errors
    /// The first [`Fault`] found.
    fn check(&self, list: &str, duration: Ms, demands: &Demands) -> Result<(), Fault>;
}

/// What a list has a place for beside starts and titles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Where chapters end.
    pub ends: bool,
    /// Which chapter is a part of which.
    pub levels: bool,
    /// Times are counted in frames.
    pub frames: bool,
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
    [&ogm::Ogm, &podlove::Podlove, &labels::Labels, &premiere::Premiere, &resolve::Resolve];

/// Who reads lists of chapters. Where several know a text the first one has it; nearly any text with times could be one
/// of lines.
pub(super) static CHAPTER_READERS: [&dyn Reader; 10] = [
    &ffmetadata::FfMetadata,
    &ogm::Ogm,
    &podcast::Podcast,
    &matroska::Matroska,
    &podlove::Podlove,
    &premiere::Premiere,
    &resolve::Resolve,
    &webvtt::WebVtt,
    &labels::Labels,
    &lines::Lines,
];

/// Has a list end with the media, where it does not say how long that is.
///
/// # Errors
/// [`Fault::WrongEnd`] where a chapter begins later.
pub fn end_with(reading: &mut Reading, duration: Ms) -> Result<(), Fault> {
    let chapters = &mut reading.timeline.chapters;
    if let Some(at) = chapters.iter().position(|chapter| chapter.span.start >= duration) {
        return Err(Fault::WrongEnd { entry: at + 1 });
    }
    let before = reading.timeline.media.duration;
    for chapter in chapters.iter_mut().filter(|chapter| chapter.span.end == before || chapter.span.end > duration) {
        chapter.span.end = duration;
    }
    reading.timeline.media.duration = duration;
    reading.open_end = false;
    Ok(())
}

/// What a list is written without, or with what nobody said, for want of a place or of knowledge.
pub fn shortcomings(format: &dyn ChapterFormat, timeline: &Timeline, open_end: bool) -> Vec<Note> {
    let (holds, target) = (format.holds(), ending_of(format).trim_start_matches('.'));
    let top = timeline.chapters.iter().map(|chapter| chapter.level).min();
    let count = timeline.chapters.iter().filter(|chapter| Some(chapter.level) > top).count();
    let levels = (count > 0 && !holds.levels).then_some(Note::LevelsLeftOut { target, count });
    let end = (open_end && holds.ends).then_some(Note::EndGuessed { target });
    levels.into_iter().chain(end).collect()
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
pub fn list(
    format: &dyn ChapterFormat,
    timeline: &Timeline,
    demands: &Demands,
) -> Result<(Option<String>, Vec<Note>), FormatError> {
    let (list, notes) = format.write(timeline, demands);
    if let Some(list) = &list {
        let checked = format.check(list, timeline.duration(), demands);
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
