//! What a format could not hold.

use std::fmt;

use super::Subject;
use super::frames::FrameRate;
use super::grid::Shown;
use crate::cues::Look;

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
    /// Names of speakers, which the format has no place for.
    SpeakersLeftOut {
        /// The format or file.
        target: &'static str,
        /// How many speakers.
        count: usize,
    },
    /// Colours, fonts, exact places and effects, which zimu does not keep.
    LooksLeftOut {
        /// The format or file.
        target: &'static str,
        /// How many cues have any.
        count: usize,
    },
    /// Cues that overlap others, which the format cannot say.
    Overlaps {
        /// The format or file.
        target: &'static str,
        /// How many begin before the one before ends.
        count: usize,
    },
    /// Tiers that are neither sentences nor words.
    TiersLeftOut {
        /// The format or file.
        target: &'static str,
        /// How many.
        count: usize,
    },
    /// Words that the subtitles gave no times: those of their cues are shared among them.
    WordsGuessed {
        /// The format or file.
        target: &'static str,
        /// How many.
        count: usize,
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
    /// Chapters that are parts of others, which the list cannot say.
    LevelsLeftOut {
        /// The list.
        target: &'static str,
        /// How many.
        count: usize,
    },
    /// An end of the last chapter that nobody said, and that the list must have.
    EndGuessed {
        /// The list.
        target: &'static str,
    },
    /// Times that are counted in frames, where nobody said how many make a second.
    FramesGuessed {
        /// The list.
        target: &'static str,
    },
    /// Characters that no font of this machine has.
    LettersMissing {
        /// The format.
        target: &'static str,
        /// Each of them once.
        letters: String,
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
            Note::SpeakersLeftOut { target, count } => {
                write!(f, "{target}: no place for the names of {count} speakers, left out")
            }
            Note::LooksLeftOut { target, count } => {
                write!(f, "{target}: colours, fonts, exact places or effects of {} left out", cues(*count))
            }
            Note::Overlaps { target, count } => {
                write!(f, "{target}: {} that overlap the one before are cut short or follow it", cues(*count))
            }
            Note::TiersLeftOut { target, count } => {
                write!(f, "{target}: {count} tiers that are neither sentences nor words left out")
            }
            Note::WordsGuessed { target, count } => {
                write!(f, "{target}: {count} words have no times; those of their cues are shared among them")
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
            Note::LevelsLeftOut { target, count } => {
                write!(f, "{target}: {} that are parts of others stand in a row with them", chapters(*count))
            }
            Note::EndGuessed { target } => {
                write!(f, "{target}: the last chapter is taken to last a minute; --duration says how long the media is")
            }
            Note::FramesGuessed { target } => {
                write!(f, "{target}: times are counted at 25 frames a second; --fps says if it is another number")
            }
            Note::LettersMissing { target, letters } => write!(
                f,
                "{target}: no font on this machine has {}, not drawn; for Chinese install Noto Sans CJK (Debian, Ubuntu: \
                 fonts-noto-cjk; Fedora: google-noto-sans-cjk-fonts; Arch: noto-fonts-cjk)",
                some(letters)
            ),
            Note::CorrectionsLeftOut { count } => {
                write!(f, "corrections.tsv: {count} corrections of tabs or line breaks left out")
            }
        }
    }
}

impl Note {
    /// That the names of the speakers are left out, where there are any.
    pub(super) fn speakers_left_out(target: &'static str, subject: Subject) -> Option<Note> {
        let mut speakers: Vec<usize> = subject.cues.iter().filter_map(|cue| cue.speaker).collect();
        speakers.sort_unstable();
        speakers.dedup();
        (!speakers.is_empty()).then_some(Note::SpeakersLeftOut { target, count: speakers.len() })
    }

    /// That the looks of cues are left out, where they have any.
    pub(super) fn looks_of_cues_left_out(target: &'static str, cues: &[Shown]) -> Option<Note> {
        Note::looks_left_out(target, cues.iter().filter(|cue| cue.look != Look::default()).count())
    }

    /// That times are counted at the usual rate, where no other is given.
    pub(super) fn frames_taken(target: &'static str, rate: Option<FrameRate>) -> Option<Note> {
        rate.is_none().then_some(Note::FramesGuessed { target })
    }

    /// That so many tiers are left out, if any.
    pub(super) fn tiers_left_out(target: &'static str, count: usize) -> Option<Note> {
        (count > 0).then_some(Note::TiersLeftOut { target, count })
    }

    /// That cues overlap, where some do.
    pub(super) fn overlaps(target: &'static str, cues: &[Shown]) -> Option<Note> {
        let count = cues.windows(2).filter(|pair| pair[1].span.start < pair[0].span.end).count();
        (count > 0).then_some(Note::Overlaps { target, count })
    }

    /// That looks of so many cues are left out, if any.
    pub(super) fn looks_left_out(target: &'static str, count: usize) -> Option<Note> {
        (count > 0).then_some(Note::LooksLeftOut { target, count })
    }
}

/// The first of the letters, and how many more there are.
fn some(letters: &str) -> String {
    const TOLD: usize = 12;
    let told: String = letters.chars().take(TOLD).collect();
    match letters.chars().count().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told} and {more} more characters"),
    }
}

fn cues(count: usize) -> String {
    if count == 1 { "1 cue".into() } else { format!("{count} cues") }
}

fn chapters(count: usize) -> String {
    if count == 1 { "1 chapter".into() } else { format!("{count} chapters") }
}
