//! Names in Latin letters: words that English has not.

use std::collections::HashSet;

use crate::correct::sound::{is_joint, is_letter};
use crate::phones;

/// Fewer letters are abbreviations: those of one thing and of another differ by a letter too.
const SHORTEST: usize = 4;

/// The names.
pub(super) fn find<'a>(texts: &[&'a [char]]) -> HashSet<&'a [char]> {
    let mut seen = HashSet::new();
    for text in texts {
        let runs = text.split(|&c| !is_letter(c) && !c.is_ascii_digit());
        seen.extend(runs.filter(|word| word.iter().filter(|&&c| is_letter(c)).count() >= SHORTEST && is_name(word)));
    }
    seen
}

/// Whether a word is a name: English has it not, or it has capitals within as no English word has (LLaMA).
pub(super) fn is_name(word: &[char]) -> bool {
    has_inner_capitals(word) || !is_english(word)
}

/// Whether a word has capitals behind its first letter, and small letters too.
pub(super) fn has_inner_capitals(words: &[char]) -> bool {
    words
        .split(|&c| is_joint(c))
        .any(|word| word.iter().skip(1).any(|c| c.is_uppercase()) && word.iter().any(|c| c.is_lowercase()))
}

/// Whether all of the words are English.
pub(super) fn is_english(words: &[char]) -> bool {
    let words = words.split(|&c| is_joint(c)).filter(|word| !word.is_empty());
    words.map(|word| word.iter().collect::<String>().to_lowercase()).all(|word| phones::knows_english(&word))
}
