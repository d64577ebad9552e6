//! The chapters in a video's description on YouTube.

use super::site::{self, Rules};
use super::{ChapterFormat, Fault, Note};
use crate::timeline::{Ms, Timeline};

/// `chapters.youtube.txt`: `M:SS title` or `H:MM:SS title`.
pub(super) struct YouTube;

/// YouTube's help: the first chapter at 0:00, at least three, each at least ten seconds. Titles are shown up to 70
/// characters. A description must not have angle brackets in it.
const RULES: Rules = Rules {
    file: "chapters.youtube.txt",
    least: 3,
    most: usize::MAX,
    shortest: 10,
    title: 70,
    takes: |c| c != '<' && c != '>',
    clock: |seconds| {
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
    },
};

impl ChapterFormat for YouTube {
    fn file(&self) -> &'static str {
        RULES.file
    }

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        site::write(timeline, &RULES)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        site::check(list, duration, &RULES)
    }
}
