//! Chapters in a row: what players show that know no parts of chapters.

use super::{Fault, Note};
use crate::formats::text::one_line;
use crate::timeline::{Ms, Span, Timeline};

/// A chapter in a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub span: Span,
    pub title: String,
}

/// The chapters of all levels, each up to the start of the next one, the last to the end of the media. Of those that
/// begin together only the uppermost can stand in a row.
pub(super) fn row(timeline: &Timeline, target: &'static str) -> (Vec<Entry>, Vec<Note>) {
    let end = timeline.duration();
    let mut chapters: Vec<_> = timeline.chapters.iter().filter(|chapter| chapter.span.start < end).collect();
    chapters.sort_by_key(|chapter| (chapter.span.start, chapter.level));
    let (mut row, mut left_out): (Vec<Entry>, Vec<String>) = (vec![], vec![]);
    for chapter in chapters {
        let start = chapter.span.start.max(Ms::ZERO);
        match row.last_mut() {
            Some(before) if before.span.start == start => {
                left_out.push(chapter.title.clone());
                continue;
            }
            Some(before) => before.span.end = start,
            None => {}
        }
        let title = Some(one_line(&chapter.title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| (row.len() + 1).to_string());
        row.push(Entry { span: Span::new(start, end), title });
    }
    let notes = if left_out.is_empty() { vec![] } else { vec![Note::ChaptersLeftOut { target, titles: left_out }] };
    (row, notes)
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
