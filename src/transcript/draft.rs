//! The transcript while it is being cleaned: paragraphs that rules edit, with a record of every edit.

use std::ops::Range;

use super::{Change, EventKind, Rule};
use crate::timeline::{Hint, Ms, Point, Span, Traced};

/// A line of prose, a cue, or a segment of a recogniser; later a whole joined paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct Paragraph {
    pub text: Traced,
    pub label: Option<String>,
    /// Whether a label stood at its very start.
    pub labelled: bool,
}

/// When a stretch of one source line is spoken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timed {
    /// Its first character.
    pub from: Point,
    /// The offset just past its last, on the same line.
    pub to: u32,
    pub span: Span,
    /// Whether the source has its start itself; else it is a share of the time of a cue with several lines.
    pub opens: bool,
    /// The same of its end.
    pub closes: bool,
}

impl Timed {
    fn holds(&self, point: Point) -> bool {
        point >= self.from && point.line == self.from.line && point.offset < self.to.max(self.from.offset + 1)
    }

    /// The time of the border before offset `offset`: the characters of a stretch share its time evenly.
    fn at(&self, offset: u32) -> Ms {
        let length = i64::from(self.to.saturating_sub(self.from.offset).max(1));
        let done = i64::from(offset.saturating_sub(self.from.offset)).min(length);
        Ms(self.span.start.0 + ((i128::from(self.span.length().0) * i128::from(done)) / i128::from(length)) as i64)
    }
}

/// The transcript on its way from lines to sentences.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub title: Option<String>,
    pub paragraphs: Vec<Paragraph>,
    /// Times that the source has, in the order of its lines.
    pub times: Vec<Timed>,
    /// Whether the paragraphs are timed cues, which joining leaves alone.
    pub cues: bool,
    pub events: Vec<(EventKind, Point)>,
    /// Where a recogniser's segments met: the points of the marks that it left there.
    pub seams: Vec<Point>,
    pub changes: Vec<Change>,
}

/// One edit of a paragraph: `text` takes the place of the bytes of `range`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

impl Edit {
    pub fn new(range: Range<usize>, text: &str) -> Edit {
        Edit { range, text: text.into() }
    }

    pub fn remove(range: Range<usize>) -> Edit {
        Edit::new(range, "")
    }
}

impl Draft {
    /// Runs `propose` over the text of every paragraph and makes the edits that it proposes.
    pub fn edit_each(&mut self, rule: Rule, mut propose: impl FnMut(&str) -> Vec<Edit>) {
        for paragraph in &mut self.paragraphs {
            let edits = propose(&paragraph.text.text());
            apply(&mut paragraph.text, &edits, rule, &mut self.changes);
        }
    }

    /// When the characters from `first` to `last` are spoken, if the source says so.
    ///
    /// `before` is the last character of the sentence before, `after` the first one of the sentence after. A stretch
    /// that holds neither belongs to this sentence alone, with all its time: labels and markup that were taken out of it are
    /// not spoken.
    pub fn hint(&self, first: Point, last: Point, before: Option<Point>, after: Option<Point>) -> Option<Hint> {
        let opening = self.timed(first)?;
        let alone = before.is_none_or(|before| !opening.holds(before));
        let start = if alone { opening.span.start } else { opening.at(first.offset) };
        let Some(closing) = self.timed(last).filter(|closing| closing.closes || closing.span.length() > Ms::ZERO)
        else {
            return Some(Hint { span: Span::new(start, start), exact_start: alone && opening.opens, exact_end: false });
        };
        let last_there = after.is_none_or(|after| !closing.holds(after));
        let end = if last_there { closing.span.end } else { closing.at(last.offset + 1) };
        Some(Hint {
            span: Span::new(start, end),
            exact_start: alone && opening.opens,
            exact_end: last_there && closing.closes,
        })
    }

    fn timed(&self, point: Point) -> Option<&Timed> {
        let after = self.times.partition_point(|timed| timed.from <= point);
        self.times[..after].last().filter(|timed| timed.holds(point))
    }
}

/// Makes `edits` (in order; one that overlaps its predecessor is left out) in one pass and records them.
pub(super) fn apply(text: &mut Traced, edits: &[Edit], rule: Rule, changes: &mut Vec<Change>) {
    if edits.is_empty() {
        return;
    }
    let source = text.text();
    let mut result = Traced::default();
    let (mut byte, mut at) = (0, 0);
    for edit in edits {
        if edit.range.start < byte {
            continue;
        }
        let start = at + source[byte..edit.range.start].chars().count();
        let end = start + source[edit.range.clone()].chars().count();
        result.append(&text.slice(at..start));
        let before = &source[edit.range.clone()];
        if before != edit.text {
            let point = point_beside(text, start);
            changes.push(Change { rule, at: point, before: before.into(), after: edit.text.clone() });
        }
        push_traced(&mut result, &edit.text, text, start..end);
        (byte, at) = (edit.range.end, end);
    }
    result.append(&text.slice(at..text.len()));
    *text = result;
}

/// The point of character `at`, or of the one before it at the end of the text.
fn point_beside(text: &Traced, at: usize) -> Point {
    text.points().get(at).or(text.points().last()).copied().unwrap_or_default()
}

/// New characters take the points of the old ones in turn, the rest the last one's; put into an empty place, that of
/// the character before it.
fn push_traced(result: &mut Traced, new: &str, old: &Traced, range: Range<usize>) {
    let last = if range.is_empty() { range.start.saturating_sub(1) } else { range.end - 1 };
    for (i, character) in new.chars().enumerate() {
        result.push(character, point_beside(old, (range.start + i).min(last)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_one_pass_and_recorded() {
        let mut text = Traced::line(4, "提升1。5倍呃到2倍");
        let mut changes = Vec::new();
        let edits = [Edit::new(7..10, "."), Edit::remove(14..17), Edit::remove(14..17)];
        apply(&mut text, &edits, Rule::Decimals, &mut changes);
        assert_eq!(text.text(), "提升1.5倍到2倍");
        assert_eq!(text.points()[6], Point { line: 4, offset: 7 });
        assert_eq!(changes.len(), 2);
        assert_eq!((changes[0].at.offset, changes[0].before.as_str(), changes[0].after.as_str()), (3, "。", "."));
    }

    #[test]
    fn a_sentence_in_the_middle_of_a_cue_takes_its_share_of_the_time() {
        let draft = Draft { times: vec![cue(3, 0..10, 1_000..2_000)], ..Draft::default() };
        let point = |offset| Point { line: 3, offset };
        let first = draft.hint(point(0), point(4), None, Some(point(5))).unwrap_or_default();
        assert_eq!(first, Hint { span: Span::new(Ms(1_000), Ms(1_500)), exact_start: true, exact_end: false });
        let second = draft.hint(point(5), point(9), Some(point(4)), None).unwrap_or_default();
        assert_eq!(second, Hint { span: Span::new(Ms(1_500), Ms(2_000)), exact_start: false, exact_end: true });
        assert_eq!(draft.hint(point(12), point(13), None, None), None);
    }

    #[test]
    fn a_label_before_a_sentence_takes_none_of_its_time() {
        // Three characters of label, and a tag behind the sentence.
        let draft = Draft { times: vec![cue(1, 0..10, 0..1_000)], ..Draft::default() };
        let point = |offset| Point { line: 1, offset };
        let alone = Hint { span: Span::new(Ms(0), Ms(1_000)), exact_start: true, exact_end: true };
        assert_eq!(draft.hint(point(3), point(7), None, None), Some(alone));
    }

    fn cue(line: u32, chars: Range<u32>, ms: Range<i64>) -> Timed {
        Timed {
            from: Point { line, offset: chars.start },
            to: chars.end,
            span: Span::new(Ms(ms.start), Ms(ms.end)),
            opens: true,
            closes: true,
        }
    }
}
