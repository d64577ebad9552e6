//! Where the words of a sentence begin and end.

use std::ops::Range;

use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

/// Finds words by a dictionary of Chinese.
pub(super) struct Words {
    segmenter: WordSegmenterBorrowed<'static>,
}

impl Words {
    pub(super) fn new() -> Words {
        Words { segmenter: WordSegmenter::new_dictionary(Default::default()) }
    }

    /// The borders between the words of a text.
    pub(super) fn borders(&self, chars: &[char]) -> Borders {
        let text: String = chars.iter().collect();
        let mut is_border = vec![false; chars.len() + 1];
        let mut breaks = self.segmenter.segment_str(&text).peekable();
        for (at, (byte, _)) in text.char_indices().chain([(text.len(), ' ')]).enumerate() {
            is_border[at] = breaks.next_if_eq(&byte).is_some();
        }
        Borders { is_border }
    }
}

/// For each place between two characters, whether a word ends there.
pub(super) struct Borders {
    is_border: Vec<bool>,
}

impl Borders {
    /// Whether a word runs on over either end of `range`.
    pub(super) fn cut_by(&self, range: &Range<usize>) -> bool {
        !self.is_border[range.start] || !self.is_border[range.end]
    }

    /// The word that character `at` belongs to.
    pub(super) fn word(&self, at: usize) -> Range<usize> {
        let start = (0..=at).rev().find(|&i| self.is_border[i]).unwrap_or(0);
        let end = (at + 1..self.is_border.len()).find(|&i| self.is_border[i]).unwrap_or(at + 1);
        start..end
    }

    /// The words that `range` touches.
    pub(super) fn words(&self, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let (mut at, end) = (range.start, range.end);
        std::iter::from_fn(move || {
            let word = (at < end).then(|| self.word(at))?;
            at = word.end;
            Some(word)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_word_is_not_cut() {
        let text: Vec<char> = "我们研究人工智能。".chars().collect();
        let borders = Words::new().borders(&text);
        assert!(!borders.cut_by(&(2..4)));
        assert!(borders.cut_by(&(3..5)));
        assert_eq!(borders.word(1), 0..2);
    }

    #[test]
    fn an_empty_text_has_a_border() {
        assert!(!Words::new().borders(&[]).cut_by(&(0..0)));
    }
}
