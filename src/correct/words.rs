//! How a text reads: its words, and how likely they are.

use std::ops::Range;

use crate::lexicon::JIEBA;

/// The sum of the counts in jieba's dictionary: `p(word)` is its count over this.
const ALL_COUNTS: f64 = 60_101_967.0;

/// What a word of Latin letters costs, in nats: one in 60,000. The dictionary knows hardly any.
const LATIN_COST: f64 = 11.0;

/// What a number in figures costs.
const NUMBER_COST: f64 = 5.0;

/// What people say while they think. The dictionary's counts are of written Chinese; in speech every twentieth word is one.
pub(super) const FILLERS: &str = "呃啊嗯呢哎唉哦噢欸诶";

/// What one of these costs.
const FILLER_COST: f64 = 4.0;

/// What a mark costs: it stands wherever it stands.
const MARK_COST: f64 = 3.0;

/// What a term costs, in nats: a document of 10,000 words has each of its terms about once, some a hundred times.
pub(super) const TERM_COST: f64 = 9.2;

/// A text cut into words in the likeliest way, each word as likely as it is in Chinese in general.
pub(super) struct Cut {
    /// Where each word ends, in characters.
    ends: Vec<usize>,
    /// What each costs.
    costs: Vec<f64>,
}

impl Cut {
    pub(super) fn of(chars: &[char]) -> Cut {
        let text: String = chars.iter().collect();
        let mut cut = Cut { ends: Vec::new(), costs: Vec::new() };
        let mut at = 0;
        for token in JIEBA.cut(&text, false) {
            at += token.word.chars().count();
            cut.ends.push(at);
            cut.costs.push(cost(token.word));
        }
        cut
    }

    /// The words, one behind the other, as ranges of characters.
    pub(super) fn words(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }

    /// What all of it costs, in nats.
    pub(super) fn cost(&self) -> f64 {
        self.costs.iter().sum()
    }

    /// What the characters of `range` cost where they stand: the words that they touch, less what would be left of these.
    pub(super) fn cost_of(&self, chars: &[char], range: &Range<usize>) -> f64 {
        let (words, touched) = self.touched(range);
        let rest = |range: Range<usize>| Cut::of(&chars[range]).cost();
        self.costs[words].iter().sum::<f64>() - rest(touched.start..range.start) - rest(range.end..touched.end)
    }

    /// The words that a range touches: which they are, and their characters.
    fn touched(&self, range: &Range<usize>) -> (Range<usize>, Range<usize>) {
        let first = self.ends.partition_point(|&end| end <= range.start);
        let last = self.ends.partition_point(|&end| end < range.end);
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        (first..last + 1, start..self.ends[last])
    }
}

/// A word and its part of speech.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// The part of speech that the dictionary takes it for, in the letters of the Chinese tag set of ICTCLAS: `v` a verb, `vn` one
    /// used as a noun, `a` an adjective, `d` an adverb, `z` a word of state, `m` a number, `x` what it does not know.
    pub(super) tag: &'a str,
    /// Where it starts, in characters.
    pub(super) start: usize,
}

/// The words of a text with their parts of speech, one behind the other.
pub(super) fn tagged(text: &str) -> Vec<Word<'_>> {
    let tags = JIEBA.tag(text, false);
    tags.into_iter().map(|tag| Word { text: tag.word, tag: tag.tag, start: tag.start }).collect()
}

/// What a word costs: minus the logarithm of its probability, in nats.
fn cost(word: &str) -> f64 {
    match word.chars().next() {
        Some(_) if word.bytes().all(|byte| byte.is_ascii_digit()) => NUMBER_COST,
        Some(c) if c.is_ascii_alphanumeric() => LATIN_COST,
        Some(c) if FILLERS.contains(c) => FILLER_COST,
        Some(c) if c.is_alphanumeric() => (ALL_COUNTS / JIEBA.suggest_freq(word) as f64).ln(),
        Some(c) if c.is_whitespace() => 0.0,
        _ => MARK_COST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost_of(text: &str, range: Range<usize>) -> f64 {
        let chars: Vec<char> = text.chars().collect();
        Cut::of(&chars).cost_of(&chars, &range)
    }

    #[test]
    fn what_is_no_word_costs_most() {
        assert!(cost_of("我们研究新智生产力", 4..9) > 2.0 * cost_of("我们研究生产力", 4..7));
    }

    #[test]
    fn what_cuts_words_in_two_costs_less() {
        assert!(cost_of("研究技术资料", 2..5) < cost_of("研究技术资料", 2..6));
        assert!(cost_of("研究技术资料", 3..5) < 5.0);
    }

    proptest::proptest! {
        #[test]
        fn every_character_is_in_a_word(text in "(\\PC|[\\t\\n 的a1]){0,30}") {
            let chars: Vec<char> = text.chars().collect();
            let cut = Cut::of(&chars);
            proptest::prop_assert_eq!(cut.ends.last().copied().unwrap_or(0), chars.len());
            for start in 0..chars.len() {
                proptest::prop_assert!(cut.cost_of(&chars, &(start..start + 1)).is_finite());
            }
        }
    }

    #[test]
    fn the_words_that_a_range_touches() {
        let cut = Cut { ends: vec![2, 4, 5], costs: vec![0.0; 3] };
        assert_eq!(cut.touched(&(2..4)), (1..2, 2..4));
        assert_eq!(cut.touched(&(1..3)), (0..2, 0..4));
        assert_eq!(cut.touched(&(4..5)), (2..3, 4..5));
    }
}
