//! Text that remembers where in the transcript each of its characters stands.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Given, Span};

/// One character of the transcript as given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Point {
    /// 1-based line.
    pub line: u32,
    /// 0-based offset in that line, in characters (Unicode scalar values).
    pub offset: u32,
}

/// A stretch of the transcript as given, from `start` up to but not including `end`; it may run over several lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Its first character.
    pub start: Point,
    /// Just past its last character, on that character's line.
    pub end: Point,
}

/// Text whose every character knows the point of the transcript that it came from.
///
/// Cleaning and correction change the text and keep the points, so that whatever is said about the output can be
/// said about the source. A character that was put in has the point of the character it stands for or follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traced {
    chars: Vec<char>,
    points: Vec<Point>,
}

impl Traced {
    /// The whole of line number `line` (1-based).
    pub fn line(line: u32, text: &str) -> Traced {
        let chars: Vec<char> = text.chars().collect();
        let points = (0..chars.len() as u32).map(|offset| Point { line, offset }).collect();
        Traced { chars, points }
    }

    /// Its characters.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The points of its characters, one each.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// How many characters it has.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The text alone.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The text of some of its characters.
    pub fn text_of(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// Where it stands in the transcript; `None` when empty.
    pub fn place(&self) -> Option<Place> {
        self.place_of(0..self.len())
    }

    /// Where some of its characters stand; `None` for an empty range.
    pub fn place_of(&self, range: Range<usize>) -> Option<Place> {
        let points = &self.points[range];
        let (first, last) = (points.first()?, points.last()?);
        Some(Place { start: *first, end: Point { line: last.line, offset: last.offset + 1 } })
    }

    /// A part of it.
    pub fn slice(&self, range: Range<usize>) -> Traced {
        Traced { chars: self.chars[range.clone()].to_vec(), points: self.points[range].to_vec() }
    }

    /// Adds one character that stands at `point`.
    pub fn push(&mut self, character: char, point: Point) {
        self.chars.push(character);
        self.points.push(point);
    }

    /// Adds all of `other`.
    pub fn append(&mut self, other: &Traced) {
        self.chars.extend_from_slice(&other.chars);
        self.points.extend_from_slice(&other.points);
    }

    /// Puts `text` in the place of `range`. The new characters take the points of the old ones, one by one; where they
    /// are more, the rest take the last one's; put into an empty range they take the point of the character before it,
    /// or after it at the very start.
    pub fn replace(&mut self, range: Range<usize>, text: &str) {
        let beside = self.points.get(range.start.wrapping_sub(1)).or(self.points.get(range.start));
        let last = if range.is_empty() { beside } else { self.points.get(range.end - 1) };
        let last = last.copied().unwrap_or_default();
        let chars: Vec<char> = text.chars().collect();
        let points: Vec<Point> =
            (0..chars.len()).map(|i| *self.points[range.clone()].get(i).unwrap_or(&last)).collect();
        self.chars.splice(range.clone(), chars);
        self.points.splice(range, points);
    }

    /// Takes the characters of `range` out.
    pub fn remove(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }
}

/// A sentence of the cleaned transcript: what the aligner times and the subtitles show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// The cleaned text, with its punctuation.
    pub text: Traced,
    /// The number of its paragraph, counted from 0; rises through the document.
    pub paragraph: u32,
    /// The speaker that a label in the transcript gives it, as the label spells it.
    pub label: Option<String>,
    /// The time that the transcript already had (SRT, WebVTT, JSON of a recogniser, times beside labels).
    pub hint: Option<Hint>,
}

/// When a sentence is spoken, as the transcript has it: exactly, or about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// From its first word to its last; empty where only the start is known.
    pub span: Span,
    /// Whether the source has the start itself. Else it is a share of the time of a cue that begins earlier.
    pub exact_start: bool,
    /// The same of the end.
    pub exact_end: bool,
}

impl Hint {
    /// What of it the source has itself.
    pub fn given(self) -> Given {
        Given { start: self.exact_start.then_some(self.span.start), end: self.exact_end.then_some(self.span.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(line: u32, offset: u32) -> Point {
        Point { line, offset }
    }

    #[test]
    fn what_is_replaced_keeps_the_points_of_what_stood_there() {
        let mut text = Traced::line(7, "提升1。5倍");
        text.replace(3..4, ".");
        assert_eq!(text.text(), "提升1.5倍");
        assert_eq!(text.points()[3], point(7, 3));
        assert_eq!(text.place_of(2..5), Some(Place { start: point(7, 2), end: point(7, 5) }));
    }

    #[test]
    fn longer_text_leans_on_the_last_point() {
        let mut text = Traced::line(1, "用拉马训练");
        text.replace(1..3, "LLaMA");
        assert_eq!(text.text(), "用LLaMA训练");
        assert_eq!(text.points()[1..6], [point(1, 1), point(1, 2), point(1, 2), point(1, 2), point(1, 2)]);
        assert_eq!(text.points()[6], point(1, 3));
    }

    #[test]
    fn text_put_in_stands_beside_its_neighbour() {
        let mut text = Traced::line(1, "AI创新");
        text.replace(2..2, " ");
        assert_eq!(text.points()[2], point(1, 1));
        let mut text = Traced::line(1, "创");
        text.replace(0..0, "“");
        assert_eq!(text.points()[0], point(1, 0));
    }

    #[test]
    fn a_place_may_run_over_lines() {
        let mut text = Traced::line(3, "在去年");
        text.append(&Traced::line(5, "十月"));
        assert_eq!(text.place(), Some(Place { start: point(3, 0), end: point(5, 2) }));
        text.remove(0..5);
        assert_eq!(text.place(), None);
    }
}
