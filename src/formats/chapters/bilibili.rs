//! The chapters of a video on Bilibili (分段章节), to paste in its creator centre.

use super::site::{self, Target};
use super::{ChapterFormat, Fault, Note};
use crate::formats::Demands;
use crate::timeline::{Ms, Timeline};

/// `chapters.bilibili.txt`: `MM:SS title` or `HH:MM:SS title`.
pub(super) struct Bilibili;

const FILE: &str = "chapters.bilibili.txt";

/// The list by these rules.
fn target(demands: &Demands) -> Target<'_> {
    Target { file: FILE, rules: &demands.bilibili.chapters, clock }
}

fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours:02}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

impl ChapterFormat for Bilibili {
    fn file(&self) -> &'static str {
        FILE
    }

    fn write(&self, timeline: &Timeline, demands: &Demands) -> (Option<String>, Vec<Note>) {
        site::write(timeline, &target(demands))
    }

    fn check(&self, list: &str, duration: Ms, demands: &Demands) -> Result<(), Fault> {
        site::check(list, duration, target(demands).rules)
    }
}
