//! The chapters of a video on Bilibili (分段章节), to paste in its creator centre.

use super::site::{self, Rules};
use super::{ChapterFormat, Fault, Note};
use crate::timeline::{Ms, Timeline};

/// `chapters.bilibili.txt`: `MM:SS title` or `HH:MM:SS title`.
pub(super) struct Bilibili;

/// Bilibili publishes no rules. These satisfy all that uploaders' tools report of refusals: the first chapter at 00:00,
/// 3 to 10 chapters, titles of at most 16 characters without marks; ten seconds between chapters are more than the five
/// reported, and make the list one for YouTube too.
const RULES: Rules = Rules {
    file: "chapters.bilibili.txt",
    least: 3,
    most: 10,
    shortest: 10,
    title: 16,
    takes: |c| c.is_alphanumeric() || c == ' ',
    clock: |seconds| {
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 { format!("{hours:02}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
    },
};

impl ChapterFormat for Bilibili {
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
