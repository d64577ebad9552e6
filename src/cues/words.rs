//! The words of a text, and what kind of word each is as far as a border cares.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use super::bonds::{is_measure, is_measure_word};
use crate::lexicon::JIEBA;
use crate::phones::is_han;

/// Digits as written by hand.
const NUMERALS: &str = "零〇一二三四五六七八九十百千万亿两几半第";

/// Characters that end no name: they are words of their own.
const FUNCTION: &str = "会在是和与的了把被对从向将给让就都也要说";

/// What kind of word it is; of Chinese by jieba's dictionary, which knows a word's commonest use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Noun,
    Verb,
    Adjective,
    Adverb,
    Pronoun,
    Number,
    /// A number with what it counts by: 三年, 一个.
    Quantity,
    Preposition,
    Conjunction,
    /// 今天, 现在.
    Time,
    /// A Chinese name or a part of one.
    Person,
    /// A word of letters.
    Latin,
    Mark,
    Other,
}

/// A word or a mark, which no line tears apart.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Its characters.
    pub chars: Range<usize>,
    /// The same in lower case.
    pub text: String,
    pub class: Class,
}

impl Token {
    pub fn is_number(&self) -> bool {
        self.class == Class::Number
    }

    /// How many characters it has.
    pub fn len(&self) -> usize {
        self.chars.len()
    }
}

/// The words of `chars`: those of Han characters by a dictionary and how Chinese words are formed, others by the rules
/// of Unicode (UAX #29). Space belongs to none of them; every other character does.
pub(super) fn tokens(chars: &[char]) -> Vec<Token> {
    let mut ends = unicode_ends(chars);
    let mut classes = vec![Class::Other; chars.len()];
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| is_han(**c)).count();
        if run > 0 {
            chinese(&chars[at..at + run], &mut ends[at..at + run], &mut classes[at..at + run]);
            let after_digit = at > 0 && chars[at - 1].is_ascii_digit();
            // 30分在: the measure word belongs to the number, whatever words it makes with what follows.
            let first = ends[at..at + run].iter().position(|end| *end).map_or(run, |last| last + 1);
            let word: String = chars[at..at + first].iter().collect();
            if after_digit && is_measure(chars[at]) && !is_measure_word(&word) {
                ends[at] = true;
            }
        }
        at += run.max(1);
    }
    let (mut tokens, mut start) = (Vec::new(), 0);
    for (at, is_end) in ends.into_iter().enumerate() {
        if !is_end {
            continue;
        }
        let word = &chars[start..=at];
        if !word.iter().all(|c| c.is_whitespace()) {
            let class = if is_han(word[0]) { classes[start] } else { class_by_letters(word) };
            let counts =
                word.iter().all(|c| is_digit(*c)) || class == Class::Quantity && is_digit(word[word.len() - 1]);
            let class = if counts { Class::Number } else { class };
            let text = word.iter().flat_map(|c| c.to_lowercase()).collect();
            tokens.push(Token { chars: start..at + 1, text, class });
        }
        start = at + 1;
    }
    tokens
}

/// Of each character whether a word ends with it, by UAX #29.
fn unicode_ends(chars: &[char]) -> Vec<bool> {
    static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
        LazyLock::new(|| WordSegmenter::new_auto(WordBreakInvariantOptions::default()));
    let text: String = chars.iter().collect();
    let mut ends = SEGMENTER.segment_str(&text).skip(1).peekable();
    let mut byte = 0;
    let is_end = |c: &char| {
        byte += c.len_utf8();
        ends.next_if_eq(&byte).is_some()
    };
    chars.iter().map(is_end).collect()
}

/// The words of a run of Han characters. Whether a word ends with the last of them the neighbours tell (食べる).
fn chinese(run: &[char], ends: &mut [bool], classes: &mut [Class]) {
    let text: String = run.iter().collect();
    let whole_run_ends = ends[run.len() - 1];
    let mut at = 0;
    for word in JIEBA.tag(&text, true) {
        let end = at + word.word.chars().count();
        ends[at..end].fill(false);
        ends[end - 1] = true;
        classes[at..end].fill(class_of_tag(word.tag));
        // A word that the dictionary lacks is a guess, which takes 会 and 在 for the end of a name.
        if end - at > 2 && FUNCTION.contains(run[end - 1]) && !JIEBA.has_word(word.word) {
            ends[end - 2] = true;
            classes[end - 1] = Class::Verb;
        }
        at = end;
    }
    ends[run.len() - 1] = whole_run_ends;
}

fn class_of_tag(tag: &str) -> Class {
    match tag {
        "nr" | "nrt" | "nrfg" => Class::Person,
        "m" | "mq" => Class::Quantity,
        "vn" => Class::Noun,
        "ad" => Class::Adverb,
        "t" => Class::Time,
        _ => match tag.as_bytes().first() {
            Some(b'n' | b'j' | b'l' | b's' | b'i') => Class::Noun,
            Some(b'v') => Class::Verb,
            Some(b'a' | b'b') => Class::Adjective,
            Some(b'd') => Class::Adverb,
            Some(b'r') => Class::Pronoun,
            Some(b'p') => Class::Preposition,
            Some(b'c') => Class::Conjunction,
            _ => Class::Other,
        },
    }
}

fn class_by_letters(word: &[char]) -> Class {
    if word.iter().any(|c| c.is_alphabetic()) {
        Class::Latin
    } else if word.iter().any(|c| c.is_ascii_digit()) {
        Class::Number
    } else {
        Class::Mark
    }
}

/// Whether it is a digit or a numeral.
pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || NUMERALS.contains(c) || c == '.'
}

/// Whether it is a digit, a numeral or a letter that counts (`N种`).
pub(super) fn counts(c: char) -> bool {
    c.is_ascii_alphanumeric() || NUMERALS.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        tokens(&chars).into_iter().map(|token| token.text).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_of_both_languages() {
        assert_eq!(words("强化学习的准确率，GPT很好"), "强化|学习|的|准确率|，|gpt|很|好");
        assert_eq!(words("Don't say 3.14 twice"), "don't|say|3.14|twice");
    }

    #[test]
    fn numbers_are_told_from_words() {
        let chars: Vec<char> = "十五3.5个".chars().collect();
        let numbers: Vec<bool> = tokens(&chars).iter().map(Token::is_number).collect();
        assert_eq!(numbers, [true, true, false]);
    }
}
