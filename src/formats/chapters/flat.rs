//! Chapters in a row: what players show that know no parts of chapters.

use super::{Fault, Note};
use crate::formats::frames::FrameRate;
use crate::formats::reading::{Reading, Unreadable};
use crate::formats::text::one_line;
use crate::timeline::{Ms, Span, Timeline};

/// A chapter in a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub span: Span,
    pub title: String,
}

/// The chapters of all levels, each up to the start of the next one, the last to the end of the media. Of those that
/// begin together only the uppermost can stand in a row; what begins past the end cannot.
pub(super) fn row(timeline: &Timeline, target: &'static str) -> (Vec<Entry>, Vec<Note>) {
    row_on(timeline, target, |start| start)
}

/// The same where a chapter can begin with a frame alone: the one that is shown then.
pub(super) fn row_of_frames(timeline: &Timeline, target: &'static str, rate: FrameRate) -> (Vec<Entry>, Vec<Note>) {
    row_on(timeline, target, |start| rate.time(rate.frame(start)))
}

fn row_on(timeline: &Timeline, target: &'static str, place: impl Fn(Ms) -> Ms) -> (Vec<Entry>, Vec<Note>) {
    let end = timeline.duration();
    let mut chapters: Vec<_> = timeline.chapters.iter().collect();
    chapters.sort_by_key(|chapter| (chapter.span.start, chapter.level));
    let (mut row, mut left_out): (Vec<Entry>, Vec<String>) = (vec![], vec![]);
    for chapter in chapters {
        let start = place(chapter.span.start.max(Ms::ZERO));
        let begin_together = row.last().is_some_and(|before| before.span.start == start);
        if start >= end || begin_together {
            left_out.push(chapter.title.clone());
            continue;
        }
        if let Some(before) = row.last_mut() {
            before.span.end = start;
        }
        let title = Some(one_line(&chapter.title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| (row.len() + 1).to_string());
        row.push(Entry { span: Span::new(start, end), title });
    }
    let notes = if left_out.is_empty() { vec![] } else { vec![Note::ChaptersLeftOut { target, titles: left_out }] };
    (row, notes)
}

/// Whether a list of starts was read whole, and its chapters follow one another up to the end of the media.
pub(super) fn check_read(read: Result<Reading, Unreadable>, duration: Ms) -> Result<(), Fault> {
    let reading = read.ok().filter(|reading| reading.faults.is_empty()).ok_or(Fault::Malformed { entry: 0 })?;
    let chapters = reading.timeline.chapters.into_iter();
    let mut row: Vec<Entry> = chapters.map(|chapter| Entry { span: chapter.span, title: chapter.title }).collect();
    if let Some(last) = row.last_mut() {
        last.span.end = duration;
    }
    check(&row, duration)
}

/// Hours, minutes, seconds and milliseconds.
pub(super) fn clock(time: Ms) -> String {
    let ms = time.0;
    format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

/// Whether the chapters have titles and follow one another without overlap up to the end of the media.
pub(super) fn check(row: &[Entry], duration: Ms) -> Result<(), Fault> {
    let mut before = Ms::ZERO;
    for (entry, Entry { span, title }) in (1..).zip(row) {
        if span.start < before {
            return Err(Fault::TooClose { entry });
        }
        if span.end <= span.start || span.end > duration {
            return Err(Fault::WrongEnd { entry });
        }
        if title.is_empty() {
            return Err(Fault::Title { entry });
        }
        before = span.end;
    }
    Ok(())
}
