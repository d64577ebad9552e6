//! Headings get their times.

use std::ops::Range;

use super::Heading;
use crate::timeline::{Chapter, Language, Ms, Segment, Span};

/// A recording that begins with more than this of music or silence gets a chapter for it, so that nobody need sit
/// through it to find the first words.
const LONG_PRELUDE: Ms = Ms::from_secs(15);

/// A chapter begins this much before its first word, or in the middle of a shorter pause: a viewer who jumps there hears
/// the whole word, and nothing of the one before.
const BREATH: Ms = Ms(300);

/// The chapters of some headings, in the order of time; `segments[i]` is sentence `i`.
///
/// A chapter begins in the pause before the first of its sentences that is spoken; one of which nothing is spoken is
/// left out. The first begins at zero.
pub fn place(headings: &[Heading], segments: &[Segment], duration: Ms, language: Language) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (number, heading) in headings.iter().enumerate() {
        let own = own_sentences(&headings[number..], segments.len());
        let spoken = || own.clone().find_map(|sentence| starts_at(segments, sentence));
        let Some(start) = heading.at.or_else(spoken) else { continue };
        let start = chapters.last().map_or(start, |before| start.max(before.span.start)).min(duration);
        let Heading { level, title, speaker, .. } = heading.clone();
        chapters.push(Chapter { span: Span::new(start, duration), title, level, speaker });
    }
    begin_at_zero(&mut chapters, language);
    close(&mut chapters, duration);
    chapters
}

/// The sentences of the first of `headings`: up to the next one of its level, or of a lower number.
fn own_sentences(headings: &[Heading], sentences: usize) -> Range<usize> {
    let Some((first, later)) = headings.split_first() else { return 0..0 };
    let next = later.iter().find(|later| later.level <= first.level);
    first.sentence..next.map_or(sentences, |next| next.sentence).max(first.sentence)
}

/// Where to begin to hear a sentence: a breath before it.
fn starts_at(segments: &[Segment], sentence: usize) -> Option<Ms> {
    let start = segments.get(sentence)?.span?.start;
    let before = segments[..sentence].iter().rev().find_map(|segment| segment.span).map_or(Ms::ZERO, |span| span.end);
    let pause = (start - before).max(Ms::ZERO);
    Some(start - BREATH.min(Ms(pause.0 / 2)))
}

/// Players want the first chapter at zero: it reaches back there, or what goes before the first words is a chapter.
fn begin_at_zero(chapters: &mut Vec<Chapter>, language: Language) {
    let Some(first) = chapters.first().map(|first| first.span.start) else { return };
    if first <= LONG_PRELUDE {
        // A part and its first talk may begin together.
        chapters.iter_mut().filter(|chapter| chapter.level == 1 && chapter.span.start == first).for_each(|chapter| {
            chapter.span.start = Ms::ZERO;
        });
        return;
    }
    let title = match language {
        Language::Chinese => "片头",
        Language::English => "Before the start",
    };
    let prelude = Chapter { span: Span::new(Ms::ZERO, first), title: title.into(), level: 1, speaker: None };
    chapters.insert(0, prelude);
}

/// Gives every chapter its end: the start of the next one of its level, or of a lower number.
pub(super) fn close(chapters: &mut [Chapter], duration: Ms) {
    for at in 0..chapters.len() {
        let (level, start) = (chapters[at].level, chapters[at].span.start);
        let next = chapters[at + 1..].iter().find(|next| next.level <= level);
        chapters[at].span = Span::new(start, next.map_or(duration, |next| next.span.start).max(start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(sentence: usize, level: u8) -> Heading {
        Heading { sentence, level, title: format!("{sentence}"), speaker: None, at: None }
    }

    /// Segments that are spoken from and to these milliseconds, or not at all.
    fn segments(spans: &[Option<(i64, i64)>]) -> Vec<Segment> {
        let span = |(start, end): (i64, i64)| Span::new(Ms(start), Ms(end));
        spans.iter().map(|s| Segment { span: s.map(span), ..Segment::default() }).collect()
    }

    fn starts(headings: &[Heading], spans: &[Option<(i64, i64)>]) -> Vec<(i64, String)> {
        let chapters = place(headings, &segments(spans), Ms::from_secs(60), Language::Chinese);
        chapters.into_iter().map(|chapter| (chapter.span.start.0, chapter.title)).collect()
    }

    #[test]
    fn a_chapter_begins_in_the_pause_before_its_first_word() {
        let spans = [Some((0, 5_000)), Some((7_000, 9_000)), Some((9_200, 12_000))];
        let found = starts(&[heading(0, 1), heading(1, 1), heading(2, 1)], &spans);
        assert_eq!(found, [(0, "0".into()), (6_700, "1".into()), (9_100, "2".into())]);
    }

    #[test]
    fn an_unspoken_sentence_neither_holds_nor_moves_a_chapter() {
        let spans = [Some((0, 5_000)), None, Some((7_000, 9_000)), None, Some((20_000, 22_000))];
        let found = starts(&[heading(0, 1), heading(1, 1), heading(3, 1), heading(4, 1)], &spans);
        assert_eq!(found, [(0, "0".into()), (6_700, "1".into()), (19_700, "4".into())]);
    }

    #[test]
    fn music_before_the_first_words_is_a_chapter() {
        assert_eq!(starts(&[heading(0, 1)], &[Some((30_000, 35_000))]), [(0, "片头".into()), (29_700, "0".into())]);
    }
}
