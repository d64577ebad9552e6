//! A transcript without a recording, as long as it would take to say.

use crate::phones;
use crate::timeline::{Language, Ms, Segment, Sentence, Span};

/// How long a word takes on average, a Han character or a Latin word, its share of the pauses included: people speak
/// some 240 characters, or 150 English words of 1.5 syllables, a minute.
const WORD: Ms = Ms(250);
const ENGLISH_WORD: Ms = Ms(400);

/// The sentences one behind the other, each as long as it would take to say. For lengths, not for places.
pub fn read_aloud(sentences: &[Sentence], language: Language) -> Vec<Segment> {
    let mut start = Ms::ZERO;
    let segment = |(id, sentence): (usize, &Sentence)| {
        let words = phones::read_out(sentence.text.chars(), language);
        let length = words.iter().map(|word| length(&sentence.text.chars()[word.chars.clone()])).sum();
        let span = Span::new(start, start + Ms(length));
        start = span.end;
        Segment {
            id,
            span: Some(span),
            text: sentence.text.text(),
            source: sentence.text.place().unwrap_or_default(),
            ..Segment::default()
        }
    };
    sentences.iter().enumerate().map(segment).collect()
}

fn length(word: &[char]) -> i64 {
    if word.len() > 1 && word[0].is_ascii_alphabetic() { ENGLISH_WORD.0 } else { WORD.0 }
}
