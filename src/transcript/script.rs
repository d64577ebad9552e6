//! Kinds of characters, and where words end.

use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
    LazyLock::new(|| WordSegmenter::new_auto(WordBreakInvariantOptions::default()));

/// The byte positions of `text` between two words, its start and its end among them.
pub(super) fn word_borders(text: &str) -> Vec<usize> {
    SEGMENTER.segment_str(text).collect()
}

/// A Han character, kana or hangul: scripts that Chinese punctuation goes with.
pub(super) fn is_cjk(character: char) -> bool {
    matches!(character, '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// A letter of an alphabet that puts spaces between words.
pub(super) fn is_letter(character: char) -> bool {
    character.is_alphabetic() && !is_cjk(character)
}

/// A letter, a digit or an apostrophe: what a Latin word is made of.
pub(super) fn is_word_part(character: char) -> bool {
    is_letter(character) || character.is_ascii_digit() || matches!(character, '\'' | '’')
}

/// Whether the character ends a sentence, in Chinese or in English.
pub(super) fn is_stop(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '!' | '?' | '…' | '．' | '｡' | '.')
}

/// Whether the character is a mark at which a clause ends.
pub(super) fn is_clause_mark(character: char) -> bool {
    is_stop(character) || matches!(character, '，' | ',' | '、' | '；' | ';' | '：' | ':' | '—')
}

/// A quote or bracket that closes what stands before it.
pub(super) fn is_closing(character: char) -> bool {
    matches!(character, '”' | '’' | '"' | '\'' | '」' | '』' | '）' | ')' | '》' | '】' | ']' | '〉')
}

/// Whether a space belongs between two pieces of text, of which one ends in `last` and the other begins with `first`.
pub(super) fn needs_space(last: Option<char>, first: Option<char>) -> bool {
    let (Some(last), Some(first)) = (last, first) else { return false };
    let left = is_word_part(last) || last.is_ascii_punctuation();
    let right = is_word_part(first) || matches!(first, '"' | '(' | '“' | '[');
    left && right
}

/// How many words of an alphabet `text` has.
pub(super) fn latin_words(text: &str) -> usize {
    text.split(|c: char| !is_word_part(c)).filter(|word| word.chars().any(is_letter)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_space_goes_between_latin_words_only() {
        assert!(needs_space(Some('.'), Some('T')));
        assert!(!needs_space(Some('。'), Some('T')));
        assert!(!needs_space(Some('I'), Some('的')));
    }

    #[test]
    fn words_are_those_of_a_dictionary() {
        assert!(word_borders("工程院院士").contains(&"工程院".len()));
        assert_eq!(latin_words("the GPT-4 of 2024"), 3);
    }
}
