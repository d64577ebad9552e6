//! Strings that are looked for in a document all at once.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::AhoCorasick;

/// Some strings, each once.
pub(super) struct Strings {
    strings: Vec<String>,
    /// `None` where there are none to look for.
    automaton: Option<AhoCorasick>,
}

impl Strings {
    pub(super) fn of(mut strings: Vec<String>) -> Strings {
        strings.retain(|string| !string.is_empty());
        strings.sort_unstable();
        strings.dedup();
        let automaton = AhoCorasick::new(&strings).ok().filter(|_| !strings.is_empty());
        Strings { strings, automaton }
    }

    /// Where any of them stands, in characters; they may overlap.
    pub(super) fn places(&self, text: &[char]) -> Vec<Range<usize>> {
        let Some(automaton) = &self.automaton else { return vec![] };
        let string: String = text.iter().collect();
        let char_at = |byte: usize| string[..byte].chars().count();
        automaton.find_overlapping_iter(&string).map(|found| char_at(found.start())..char_at(found.end())).collect()
    }

    /// How often each stands in the sentences of a document.
    pub(super) fn counts(self, texts: &[&[char]]) -> HashMap<String, usize> {
        let mut counts = vec![0; self.strings.len()];
        for text in self.automaton.iter().flat_map(|_| texts) {
            let string: String = text.iter().collect();
            let found = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(&string));
            found.for_each(|found| counts[found.pattern()] += 1);
        }
        self.strings.into_iter().zip(counts).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_counted_where_they_overlap_too() {
        let texts: Vec<Vec<char>> = ["大模型和大模型", "模型"].iter().map(|text| text.chars().collect()).collect();
        let texts: Vec<&[char]> = texts.iter().map(|text| &text[..]).collect();
        let strings = || Strings::of(["模型", "大模型", "模型", "", "小模型"].map(String::from).into());
        assert_eq!(strings().places(texts[0]), [0..3, 1..3, 4..7, 5..7]);
        let counts = strings().counts(&texts);
        assert_eq!(["模型", "大模型", "小模型"].map(|string| counts[string]), [3, 2, 0]);
        assert!(Strings::of(vec![]).places(texts[0]).is_empty());
    }
}
