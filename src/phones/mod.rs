//! Text to phones: what a sentence sounds like, word by word, for the aligner.

mod inventory;
mod mandarin;

use std::ops::Range;

pub use inventory::Phone;

use crate::timeline::Language;

/// How many readings a word has at most; the search tries them all.
const MAX_READINGS: usize = 8;

/// A word of a sentence and what it may sound like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenWord {
    /// The characters of the sentence that it is, counted from 0.
    pub chars: Range<usize>,
    /// Its readings, the likeliest first: at least one and at most eight, all different, none empty.
    pub readings: Vec<Vec<Phone>>,
}

/// What `text` sounds like, word by word.
///
/// `language` is the main language of the document. The words' ranges rise and never overlap; what makes no sound
/// (punctuation, emoji, spaces) belongs to none.
pub fn read_out(text: &[char], language: Language) -> Vec<SpokenWord> {
    let _ = language;
    let mut words = Vec::new();
    for (at, &character) in text.iter().enumerate() {
        let suffix = character == '儿' && words.last().is_some_and(|word: &SpokenWord| word.chars.end == at);
        let readings = if suffix { mandarin::rhotic_suffix() } else { mandarin::readings(character) };
        if !readings.is_empty() {
            words.push(SpokenWord { chars: at..at + 1, readings });
        }
    }
    words
}

/// The main language of a document: Chinese where Han characters outnumber the words of Latin letters.
pub fn language_of<'a>(texts: impl Iterator<Item = &'a str>) -> Language {
    let (mut han, mut latin) = (0usize, 0usize);
    for text in texts {
        let mut inside_word = false;
        for character in text.chars() {
            let letter = character.is_ascii_alphabetic();
            latin += usize::from(letter && !inside_word);
            han += usize::from(is_han(character));
            inside_word = letter || (inside_word && matches!(character, '\'' | '’'));
        }
    }
    if han >= latin { Language::Chinese } else { Language::English }
}

/// Whether a character is a Han character (a CJK ideograph, or the zero 〇 that is written like one).
fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '〇')
}
