//! Small drafts for tests.

use super::draft::Draft;
use crate::phones;
use crate::timeline::{Language, MediaSummary, Ms, Place, Point, Segment, SettledCue, Span, Timeline, Word};

/// A draft of sentences whose words are half a second each, one after the other, and of cues (lines apart by `|`) that begin
/// with their first word and end with their last.
pub fn draft(sentences: &[&str], cues: &[&str]) -> Draft {
    let mut time = 0;
    let mut next = || {
        time += 500;
        Span::new(Ms(time - 500), Ms(time))
    };
    let segment = |(line, text): (usize, &&str)| {
        let chars: Vec<char> = text.chars().collect();
        let words = phones::read_out(&chars, Language::Chinese).into_iter();
        let words: Vec<Word> = words
            .map(|word| Word { chars: word.chars, span: Some(next()), probability: 0.9, phones: vec![] })
            .collect();
        let point = |offset| Point { line: line as u32 + 1, offset };
        Segment {
            span: words.first().and_then(|first| Some(first.span?.union(words.last()?.span?))),
            text: (*text).into(),
            confidence: 0.9,
            source: Place { start: point(0), end: point(chars.len() as u32) },
            words,
            ..Segment::default()
        }
    };
    let segments: Vec<Segment> = sentences.iter().enumerate().map(segment).collect();
    // The words by their letters, each with the word's time.
    let letters = segments.iter().flat_map(|segment: &Segment| {
        let of_word =
            |word: &Word| (segment.word_text(word).chars().filter(|c| c.is_alphanumeric()).count(), word.span);
        segment.words.iter().map(of_word).flat_map(|(count, span)| vec![span; count])
    });
    let letters: Vec<Span> = letters.flatten().collect();
    let mut rest = letters.as_slice();
    let cue = |text: &&str| {
        let (own, after) = rest.split_at(text.chars().filter(|c| c.is_alphanumeric()).count().min(rest.len()));
        rest = after;
        let span = own.iter().copied().reduce(Span::union).unwrap_or_default();
        SettledCue { span, lines: text.split('|').map(String::from).collect(), speaker: None }
    };
    let cues = cues.iter().map(cue).collect();
    let media = MediaSummary { duration: Ms(60_000), ..MediaSummary::default() };
    Draft::of(Timeline { media, segments, ..Timeline::default() }, cues)
}

/// The lines of the cues, lines apart by `|`.
pub fn shown(draft: &Draft) -> Vec<String> {
    draft.cues().iter().map(|cue| cue.lines.join("|")).collect()
}

/// The texts of the sentences.
pub fn said(draft: &Draft) -> Vec<&str> {
    draft.timeline.segments.iter().map(|segment| segment.text.as_str()).collect()
}
