//! What lists of chapters have in common when they are read.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::formats::reading::{Fault, Reading, Unreadable};
use crate::phones::language_of;
use crate::timeline::{Chapter, Ms, Span};

/// A chapter as a list has it.
#[derive(Debug, PartialEq)]
pub(super) struct Listed {
    pub start: Ms,
    /// Where the list says so.
    pub end: Option<Ms>,
    pub title: String,
    /// Counted from 1.
    pub level: u8,
}

impl Listed {
    /// A chapter of a list without ends and levels.
    pub fn at(start: Ms, title: impl Into<String>) -> Listed {
        Listed { start, end: None, title: title.into(), level: 1 }
    }
}

/// The chapters of a list, each up to where the list says, and not past the next one of its level or an upper one. Where
/// the list does not say how long the last one is, it is taken to last a minute, and the reading says so.
pub(super) fn reading(mut listed: Vec<Listed>, faults: Vec<Fault>) -> Result<Reading, Unreadable> {
    const LAST: Ms = Ms::from_secs(60);
    if listed.is_empty() {
        let nothing = || Fault { line: 1, what: "there is no chapter with a time and a title".into() };
        let Fault { line, what } = faults.into_iter().next().unwrap_or_else(nothing);
        return Err(Unreadable { line, what });
    }
    listed.sort_by_key(|chapter| (chapter.start, chapter.level));
    let last = listed.last().map_or(Ms::ZERO, |chapter| chapter.start);
    let given = listed.iter().filter_map(|chapter| chapter.end).max().filter(|end| *end > last);
    let duration = given.unwrap_or(last + LAST);
    let mut reading = Reading { faults, open_end: given.is_none(), ..Reading::default() };
    reading.timeline.media.duration = duration;
    reading.timeline.language = language_of(listed.iter().map(|chapter| chapter.title.as_str()));
    let mut next: Vec<(u8, Ms)> = Vec::new();
    let mut spans: Vec<Span> = Vec::new();
    for chapter in listed.iter().rev() {
        // Of those that follow, what is of a lower level ends nothing here, nor before.
        while next.last().is_some_and(|(level, _)| *level > chapter.level) {
            next.pop();
        }
        let limit = next.last().map_or(duration, |(_, start)| *start);
        let own = chapter.end.filter(|end| *end > chapter.start).unwrap_or(limit);
        spans.push(Span::new(chapter.start, own.min(limit)));
        next.push((chapter.level, chapter.start));
    }
    let chapters = listed.into_iter().zip(spans.into_iter().rev());
    let chapter = |(Listed { title, level, .. }, span)| Chapter { span, title, level, speaker: None };
    reading.timeline.chapters = chapters.map(chapter).collect();
    Ok(reading)
}

/// `1:02:03.456`, `2:03`, with full-width marks too. Of thirty years there are six digits of hours.
pub(super) const CLOCK: &str = r"(?:(\d{1,6})\s*[:：]\s*)?(\d{1,3})\s*[:：]\s*(\d{2})(?:[.,](\d{1,9}))?";

static WHOLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(&format!(r"^\s*{CLOCK}\s*$")).expect("a constant pattern"));

/// The time of the four groups of [`CLOCK`], the first of which is number `at`.
pub(super) fn time(found: &Captures, at: usize) -> Ms {
    // Six digits are always a number.
    let number = |group: usize| found.get(group).map_or(0, |digits| digits.as_str().parse::<i64>().unwrap_or(0));
    let fraction = found.get(at + 3).map_or("", |digits| digits.as_str());
    let ms = fraction
        .bytes()
        .map(|digit| i64::from(digit - b'0'))
        .chain([0; 3])
        .take(3)
        .fold(0, |ms, digit| ms * 10 + digit);
    Ms(((number(at) * 60 + number(at + 1)) * 60 + number(at + 2)) * 1000 + ms)
}

/// A clock, or seconds.
pub(super) fn clock(text: &str) -> Option<Ms> {
    WHOLE.captures(text).map(|found| time(&found, 1)).or_else(|| seconds(text.trim().parse().ok()?))
}

/// A time in seconds; `None` where no recording has it.
pub(super) fn seconds(seconds: f64) -> Option<Ms> {
    /// Thirty years.
    const MOST: f64 = 1e9;
    (0.0..MOST).contains(&seconds).then(|| Ms::from_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(start: i64, end: Option<i64>, level: u8) -> Listed {
        Listed { start: Ms(start), end: end.map(Ms), title: "a".into(), level }
    }

    fn spans(list: Vec<Listed>) -> Vec<(i64, i64)> {
        let chapters = reading(list, vec![]).unwrap().timeline.chapters;
        chapters.iter().map(|chapter| (chapter.span.start.0, chapter.span.end.0)).collect()
    }

    #[test]
    fn a_chapter_ends_where_the_next_of_its_level_begins() {
        let list = vec![listed(0, None, 1), listed(10, None, 2), listed(20, None, 2), listed(30, None, 1)];
        assert_eq!(spans(list), [(0, 30), (10, 20), (20, 30), (30, 60_030)]);
    }

    #[test]
    fn an_end_that_is_given_holds_up_to_the_next_chapter() {
        let list = vec![listed(0, Some(5), 1), listed(10, Some(99), 1), listed(20, Some(40), 1)];
        assert_eq!(spans(list), [(0, 5), (10, 20), (20, 40)]);
        assert!(!reading(vec![listed(0, Some(5), 1)], vec![]).unwrap().open_end);
        assert!(reading(vec![listed(0, None, 1)], vec![]).unwrap().open_end);
    }

    #[test]
    fn times_are_clocks_or_seconds() {
        assert_eq!(clock("1:02:03.4"), Some(Ms(3_723_400)));
        assert_eq!(clock("62：03"), Some(Ms(3_723_000)));
        assert_eq!(clock("00:00:00.123456789"), Some(Ms(123)));
        assert_eq!(clock(" 12.5 "), Some(Ms(12_500)));
        assert_eq!(clock("2222:13:20.000"), Some(Ms(7_999_400_000 + 600_000)));
        for wrong in ["", "1:2", "-1", "1e300", "NaN", "a"] {
            assert_eq!(clock(wrong), None, "{wrong}");
        }
    }
}
