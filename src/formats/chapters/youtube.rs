//! The chapters in a video's description on YouTube.

use super::site::{self, Target};
use super::{ChapterFormat, Fault, Note};
use crate::formats::Demands;
use crate::timeline::{Ms, Timeline};

/// `chapters.youtube.txt`: `M:SS title` or `H:MM:SS title`.
pub(super) struct YouTube;

const FILE: &str = "chapters.youtube.txt";

/// The list by these rules.
fn target(demands: &Demands) -> Target<'_> {
    Target { file: FILE, rules: &demands.youtube.chapters, clock }
}

fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

impl ChapterFormat for YouTube {
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
