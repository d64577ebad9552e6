//! Chapters as the user wants them.

use serde::Deserialize;

use super::Refusal;
use crate::review::draft::Draft;
use crate::timeline::{Chapter, Ms, Span};

/// Where a chapter begins, and what it is called.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// Its start.
    pub start: Ms,
    /// Its title.
    pub title: String,
    /// 1 for the parts of the event, 2 for the talks, 3 for parts of a talk.
    pub level: u8,
    /// Whose talk it is.
    pub speaker: Option<usize>,
}

/// Makes the chapters those under these headings; each ends where the next of its level or a lower one begins.
pub fn head(draft: &mut Draft, headings: &[Heading]) -> Result<(), Refusal> {
    let duration = draft.timeline.duration();
    for (at, heading) in headings.iter().enumerate() {
        if let Some(fault) = fault(heading, duration) {
            return Err(Refusal::Chapter { number: at + 1, fault });
        }
    }
    let mut headings = headings.to_vec();
    headings.sort_by_key(|heading| (heading.start, heading.level));
    let chapter = |(at, heading): (usize, &Heading)| {
        let next = headings[at + 1..].iter().find(|next| next.level <= heading.level);
        let end = next.map_or(duration, |next| next.start);
        Chapter {
            span: Span::new(heading.start, end),
            title: heading.title.trim().into(),
            level: heading.level,
            speaker: heading.speaker.filter(|speaker| *speaker < draft.timeline.speakers.len()),
        }
    };
    draft.timeline.chapters = headings.iter().enumerate().map(chapter).collect();
    Ok(())
}

fn fault(heading: &Heading, duration: Ms) -> Option<&'static str> {
    match heading {
        _ if heading.title.trim().is_empty() => Some("it needs a title"),
        _ if !(1..=3).contains(&heading.level) => Some("its level is 1, 2 or 3"),
        _ if heading.start < Ms::ZERO || heading.start >= duration => Some("it must begin within the recording"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::draft;

    fn heading(start: i64, title: &str, level: u8) -> Heading {
        Heading { start: Ms(start), title: title.into(), level, speaker: None }
    }

    #[test]
    fn a_chapter_ends_where_the_next_of_its_level_begins() {
        let mut draft = draft(&["听见。"], &["听见"]);
        let headings =
            [heading(30_000, "讨论", 1), heading(0, "报告", 1), heading(5_000, "甲", 2), heading(9_000, " 乙 ", 2)];
        head(&mut draft, &headings).unwrap();
        let chapters = draft.timeline.chapters.iter();
        let told: Vec<_> = chapters.map(|one| (one.span.start.0, one.span.end.0, one.title.as_str())).collect();
        let wanted = [(0, 30_000, "报告"), (5_000, 9_000, "甲"), (9_000, 30_000, "乙"), (30_000, 60_000, "讨论")];
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_is_no_chapter_is_told() {
        let mut draft = draft(&["听见。"], &["听见"]);
        let told = |headings: &[Heading], draft: &mut Draft| head(draft, headings).unwrap_err().to_string();
        assert_eq!(told(&[heading(0, " ", 1)], &mut draft), "chapter 1: it needs a title");
        assert_eq!(told(&[heading(0, "a", 4)], &mut draft), "chapter 1: its level is 1, 2 or 3");
        let late = [heading(0, "a", 1), heading(60_000, "b", 1)];
        assert_eq!(told(&late, &mut draft), "chapter 2: it must begin within the recording");
    }
}
