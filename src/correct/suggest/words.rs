//! Where the words of a text begin and end.

use std::ops::Range;

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

/// Finds words by a dictionary of Chinese; what it lacks falls into single characters.
pub(super) struct Words {
    segmenter: WordSegmenterBorrowed<'static>,
}

impl Words {
    pub(super) fn new() -> Words {
        Words { segmenter: WordSegmenter::new_dictionary(Default::default()) }
    }

    /// The words of a text, one behind the other, as ranges of its characters.
    pub(super) fn cut(&self, chars: &[char]) -> Vec<Range<usize>> {
        let text: String = chars.iter().collect();
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut breaks = self.segmenter.segment_str(&text).skip(1).peekable();
        let mut byte = 0;
        for (at, c) in chars.iter().enumerate() {
            byte += c.len_utf8();
            if breaks.next_if_eq(&byte).is_some() {
                words.push(words.last().map_or(0, |word| word.end)..at + 1);
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_dictionary_are_whole_and_others_are_characters() {
        let cut = |text: &str| Words::new().cut(&text.chars().collect::<Vec<_>>());
        assert_eq!(cut("研究人工智能，鸣谱"), [0..2, 2..4, 4..6, 6..7, 7..8, 8..9]);
        assert_eq!(cut("用Reed"), [0..1, 1..5]);
        assert!(cut("").is_empty());
    }
}
