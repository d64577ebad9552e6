//! The words of a text, and what kind of word each is as far as a border cares.

use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use crate::lexicon::JIEBA;

/// Digits as written by hand.
const NUMERALS: &str = "零〇一二三四五六七八九十百千万亿两几半第";

/// What kind of word it is; of Chinese by jieba's dictionary, which knows a word's commonest use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Noun,
    Verb,
    Adjective,
    Adverb,
    Pronoun,
    Number,
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
            let class = if word.iter().all(|c| is_digit(*c)) { Class::Number } else { class };
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
    let mut at = 0;
    for word in JIEBA.tag(&text, true) {
        let end = at + word.word.chars().count();
        classes[at..end].fill(class_of_tag(word.tag));
        if end < run.len() {
            ends[at..end].fill(false);
            ends[end - 1] = true;
        } else {
            ends[at..end - 1].fill(false);
        }
        at = end;
    }
}

fn class_of_tag(tag: &str) -> Class {
    match tag {
        "nr" | "nrt" | "nrfg" => Class::Person,
        "m" | "mq" => Class::Number,
        "vn" => Class::Noun,
        "ad" | "zg" => Class::Adverb,
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

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || NUMERALS.contains(c) || c == '.'
}

/// Whether it is a digit, a numeral or a letter that counts (`N种`).
pub(super) fn counts(c: char) -> bool {
    c.is_ascii_alphanumeric() || NUMERALS.contains(c)
}

/// Whether it is a Han character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
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
