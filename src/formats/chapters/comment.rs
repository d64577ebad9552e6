//! Chapters as a comment below a video: viewers click on a time to jump there (空降).

use super::flat::{self, Entry};
use super::{ChapterFormat, Fault, Note};
use crate::cues::shorten;
use crate::formats::Demands;
use crate::timeline::{Ms, Span, Timeline};

/// `chapters.comment.txt`: `HH:MM:SS title` lines, an empty line between one comment and the next.
pub(super) struct Comment;

const FILE: &str = "chapters.comment.txt";

/// Bilibili takes comments of this many characters at most, as uploaders' tools report.
const MOST_CHARS: usize = 1_000;
/// A title in a comment is no longer than this, so that one line is never a whole comment.
const MOST_TITLE: usize = 100;

impl ChapterFormat for Comment {
    fn file(&self) -> &'static str {
        FILE
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, FILE);
        let lines: Vec<String> = row.iter().map(line).collect();
        let (mut text, mut length) = (String::new(), 0);
        for line in &lines {
            let more = line.chars().count() + 1;
            if length + more > MOST_CHARS {
                text.push('\n');
                length = 0;
            }
            text += line;
            text.push('\n');
            length += more;
        }
        ((!text.is_empty()).then_some(text), notes)
    }

    fn check(&self, list: &str, _duration: Ms, _: &Demands) -> Result<(), Fault> {
        let mut entry = 0;
        let mut before = "";
        for comment in list.split("\n\n") {
            if comment.chars().count() > MOST_CHARS {
                return Err(Fault::Malformed { entry: entry + 1 });
            }
            for line in comment.lines() {
                entry += 1;
                let (clock, title) = line.split_once(' ').ok_or(Fault::Malformed { entry })?;
                if title.trim().is_empty() {
                    return Err(Fault::Title { entry });
                }
                // Clocks of one length and two digits a place are in the order of time as they are in that of letters.
                if (clock.len(), clock) < (before.len(), before) {
                    return Err(Fault::TooClose { entry });
                }
                before = clock;
            }
        }
        Ok(())
    }
}

fn line(Entry { span: Span { start, .. }, title }: &Entry) -> String {
    let seconds = start.0 / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let short = shorten(title, MOST_TITLE);
    let title = if short.is_empty() { title.chars().take(MOST_TITLE).collect() } else { short };
    format!("{hours:02}:{minutes:02}:{seconds:02} {title}")
}
