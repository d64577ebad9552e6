//! From words with times to sentences, and words found again in a text.

use std::ops::Range;

use super::reading::Entry;
use crate::timeline::{Ms, Span};

/// A pause of this length ends a sentence of words that have no marks: Style::pause.
const PAUSE: Ms = Ms(1_500);

/// Words put together up to pauses, with spaces between those of letters.
pub(super) fn sentences(words: &[(Span, &str)]) -> Vec<Entry> {
    words.chunk_by(|(before, _), (after, _)| after.start - before.end < PAUSE).filter_map(sentence).collect()
}

fn sentence(words: &[(Span, &str)]) -> Option<Entry> {
    let (mut text, mut placed) = (String::new(), Vec::new());
    for (span, word) in words {
        let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
        if ascii(text.chars().next_back()) && ascii(word.chars().next()) {
            text.push(' ');
        }
        let start = text.chars().count();
        text.push_str(word);
        placed.push((start..start + word.chars().count(), *span));
    }
    let ((first, _), (last, _)) = (words.first()?, words.last()?);
    Some(Entry { span: first.union(*last), lines: vec![text], words: placed, ..Entry::default() })
}

/// Words with their times where they stand in the text; those that do not stand there in order are passed over.
pub(super) fn found_in_order(text: &str, words: &[(Span, &str)]) -> Vec<(Range<usize>, Span)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut found) = (0, Vec::new());
    for (span, word) in words {
        let word: Vec<char> = word.trim().chars().collect();
        let place = chars[at..].windows(word.len().max(1)).position(|window| window == word);
        if let Some(place) = place.map(|place| at + place) {
            found.push((place..place + word.len(), *span));
            at = place + word.len();
        }
    }
    found
}
