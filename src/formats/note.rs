//! What a format could not hold.

use std::fmt;

/// Something that was left out of a file, or changed in it, because the format cannot hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Cues that begin too late for the format, or for the media as the site counts it.
    CuesLeftOut {
        /// The format or file.
        target: &'static str,
        /// How many.
        count: usize,
    },
    /// Cues that are longer than the site likes.
    CuesLong {
        /// The format or file.
        target: &'static str,
        /// How many.
        count: usize,
        /// The most characters that go through everywhere.
        most: usize,
    },
    /// More cues than the site likes.
    CuesMany {
        /// The format or file.
        target: &'static str,
        /// How many there are.
        count: usize,
        /// The most that go through everywhere.
        most: usize,
    },
    /// Words without times of their own.
    WordsLeftOut {
        /// The format or file.
        target: &'static str,
        /// How many.
        count: usize,
    },
    /// Chapters that the target has no room for.
    ChaptersLeftOut {
        /// The file.
        target: &'static str,
        /// Their titles at full length.
        titles: Vec<String>,
    },
    /// Chapter titles that had to be shortened.
    TitlesShortened {
        /// The file.
        target: &'static str,
        /// How many.
        count: usize,
    },
    /// A list with fewer chapters than the site takes, and therefore not written.
    TooFewChapters {
        /// The file.
        target: &'static str,
        /// How many would have fitted.
        count: usize,
        /// The fewest that the site takes.
        least: usize,
    },
    /// Corrections that a line of a table cannot hold.
    CorrectionsLeftOut {
        /// How many.
        count: usize,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::CuesLeftOut { target, count } => write!(f, "{target}: {} too late for it, left out", cues(*count)),
            Note::CuesLong { target, count, most } => {
                write!(f, "{target}: {} of more than {most} characters; the site may refuse them", cues(*count))
            }
            Note::CuesMany { target, count, most } => {
                write!(f, "{target}: {count} cues; the site may refuse more than {most}")
            }
            Note::WordsLeftOut { target, count } => write!(f, "{target}: {count} words without a time left out"),
            Note::ChaptersLeftOut { target, titles } => {
                write!(f, "{target}: no room for {}: {}", chapters(titles.len()), titles.join("; "))
            }
            Note::TitlesShortened { target, count } => {
                write!(f, "{target}: the titles of {} shortened", chapters(*count))
            }
            Note::TooFewChapters { target, count, least } => {
                write!(f, "{target}: not written, the site takes no fewer than {least} chapters and there are {count}")
            }
            Note::CorrectionsLeftOut { count } => {
                write!(f, "corrections.tsv: {count} corrections of tabs or line breaks left out")
            }
        }
    }
}

fn cues(count: usize) -> String {
    if count == 1 { "1 cue".into() } else { format!("{count} cues") }
}

fn chapters(count: usize) -> String {
    if count == 1 { "1 chapter".into() } else { format!("{count} chapters") }
}
