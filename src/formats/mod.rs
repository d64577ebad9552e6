//! The files that zimu writes: one small trait, a file a format.
//!
//! A [`Format`] writes the whole of a timeline as one file; [`for_path`] finds the one for a file's name. [`chapters`]
//! are lists of another kind, each within the limits of the site or player it is for. [`write_project`] fills a
//! project folder with all of them; [`write_whole`] writes one file whole or not at all; [`check_folder`] and
//! [`check_file`] tell beforehand whether there is a place for them.
//!
//! [`demands`] are the limits of sites, as data that a user can change, and [`frames`] how editors count time.
//!
//! [`reading`] reads what others wrote, a [`Reader`] a format.
//!
//! [`corrections`] is the one file that comes back: the user fills in what to do, and it is read again.
//!
//! [`rttm`] tells who speaks when, with or without a transcript.
//!
//! [`report`] is a page for people, [`plot`] the picture in it, or by itself.
//!
//! What a format cannot hold is left out and told in [`Note`]s; nothing here prints.

pub mod breaches;
pub mod chapters;
pub mod corrections;
pub mod plot;
pub mod report;
pub mod rttm;

mod ass;
mod bcc;
mod capcut;
mod ctm;
pub mod demands;
mod eaf;
mod emphasis;
pub mod frames;
mod grid;
mod json;
mod labels;
mod lrc;
mod note;
mod place;
mod plain;
mod project;
pub mod reading;
mod sbv;
mod srt;
mod text;
mod textgrid;
mod timing;
mod ttml;
pub mod turns;
pub mod vtt;
mod whole;
mod words;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::cues::Cue;
use crate::timeline::Timeline;

pub use corrections::CorrectionsError;
pub use demands::Demands;
pub use note::Note;
pub use place::{PlaceFault, check_file};
pub use project::{Existing, Written, check_folder, files_of, write_project};
pub use reading::Reader;
pub use whole::write_whole;

/// What is written: the timeline and the cues cut from it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// All that is known.
    pub timeline: &'a Timeline,
    /// The cues, in the order of time; what zimu cuts does not overlap, what was read may.
    pub cues: &'a [Cue],
    /// What the target asks for beside its format.
    pub demands: &'a Demands,
}

impl<'a> Subject<'a> {
    /// For targets that ask for what they usually do.
    pub fn new(timeline: &'a Timeline, cues: &'a [Cue]) -> Subject<'a> {
        Subject { timeline, cues, demands: Demands::usual() }
    }

    /// For a format of which it is asked to tell who speaks: with the `named` cues, if there are any, where it has no other
    /// place for names.
    pub fn naming(self, named: Option<&'a [Cue]>, format: &dyn Format) -> Subject<'a> {
        Subject { cues: named.filter(|_| format.names_in_text()).unwrap_or(self.cues), ..self }
    }
}

/// Whether the files of a format have the phones of words in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phones {
    /// They have no place for them.
    Never,
    /// Where somebody asks for them.
    OnWish,
    /// Whoever uses the format expects them.
    Always,
}

/// A file format for subtitles or timed words.
pub trait Format: Sync {
    /// What people call it.
    fn name(&self) -> &'static str;

    /// The endings of its files, without the leading dot; the first is the usual one.
    fn endings(&self) -> &'static [&'static str];

    /// Whether its files have the phones of words in them.
    fn phones(&self) -> Phones {
        Phones::Never
    }

    /// Whether who speaks can stand in the text of its cues, and nowhere else.
    fn names_in_text(&self) -> bool {
        false
    }

    /// Writes the file, and says what of the subject it cannot hold.
    ///
    /// # Errors
    /// [`FormatError::Out`] with what the writer says.
    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError>;
}

/// Every format, the ones with longer endings before those that share their tail.
pub static FORMATS: [&dyn Format; 18] = [
    &bcc::Bcc,
    &json::Whisper,
    &json::WhisperX,
    &json::FunAsr,
    &capcut::CapCut,
    &json::Json,
    &srt::Srt,
    &vtt::WebVtt,
    &ass::Ass,
    &lrc::Lrc,
    &lrc::EnhancedLrc,
    &sbv::Sbv,
    &ttml::Ttml,
    &textgrid::TextGrid,
    &ctm::Ctm,
    &eaf::Eaf,
    &plain::Plain,
    &labels::Labels,
];

/// The format for a file's name, by its ending; upper and lower case are the same.
///
/// # Errors
/// [`FormatError::UnknownEnding`], which lists the known ones.
pub fn for_path(path: &Path) -> Result<&'static dyn Format, FormatError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends = |ending: &&str| {
        (ending.contains('.') && name == **ending) || name.ends_with(&format!(".{}", ending.to_lowercase()))
    };
    let found = FORMATS.iter().find(|format| format.endings().iter().any(ends));
    found.copied().ok_or_else(|| FormatError::UnknownEnding { path: path.into() })
}

/// Whether words must keep their phones to be written in these formats: where one always has them, or where they are
/// `asked` for and one has a place for them.
///
/// # Errors
/// [`FormatError::NoPhones`] where they are asked for and none has a place for them.
pub fn want_phones(formats: &[&dyn Format], asked: bool) -> Result<bool, FormatError> {
    if asked && formats.iter().all(|format| format.phones() == Phones::Never) {
        let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
        return Err(FormatError::NoPhones { formats: names.join(", ") });
    }
    Ok(asked || formats.iter().any(|format| format.phones() == Phones::Always))
}

/// Why something was not written.
#[derive(Debug, Error)]
pub enum FormatError {
    /// The writer that was handed in failed; [`write_whole`] adds the path.
    #[error("cannot write: {0}")]
    Out(#[from] io::Error),
    /// A file or folder could not be written: no permission, no room, no such folder.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no place for it; known before any work is done.
    #[error("cannot write {path}: {fault}")]
    NoPlace {
        /// The file or folder.
        path: PathBuf,
        /// What stands in the way.
        fault: PlaceFault,
    },
    /// No format has this file's ending.
    #[error("no format is known for {path}; known endings: {}", known_endings())]
    UnknownEnding {
        /// The file.
        path: PathBuf,
    },
    /// A picture was asked for under a name that is none of a picture.
    #[error("cannot draw {path}: a picture is .svg or .png")]
    NoPicture {
        /// The file.
        path: PathBuf,
    },
    /// A picture could not be turned into pixels.
    #[error(transparent)]
    Png(#[from] plot::PngError),
    /// Phones were asked for where there is no place for them.
    #[error("there is no place for phones in {formats}: leave --phones out, or write .json or .TextGrid")]
    NoPhones {
        /// What people call the formats.
        formats: String,
    },
    /// The project folder is there already.
    #[error("{path} already exists and is not empty: name another folder with -o, or replace its files with --force")]
    FolderExists {
        /// The folder.
        path: PathBuf,
    },
    /// A chapter list that breaks the rules of its target was about to be written; a fault of zimu.
    #[error("{file} would break a rule of its format: {fault}")]
    Chapters {
        /// The file's name.
        file: &'static str,
        /// Which rule.
        fault: chapters::Fault,
    },
}

fn known_endings() -> String {
    let endings: Vec<String> =
        FORMATS.iter().flat_map(|format| format.endings()).map(|ending| format!(".{ending}")).collect();
    endings.join(" ")
}
