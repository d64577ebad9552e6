//! Text to phones: what a sentence sounds like, word by word, for the aligner.

mod dictionary;
mod english;
mod inventory;
mod letters;
mod mandarin;
mod numbers;
mod romanised;
mod words;

use std::ops::Range;

pub use inventory::Phone;
pub use numbers::chinese_cardinal;

use crate::timeline::Language;
use words::{Kind, Part};

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
/// (punctuation, emoji, spaces) belongs to none. Numbers are read out in the language of the nearest letters, and in the
/// document's where that is another one.
pub fn read_out(text: &[char], language: Language) -> Vec<SpokenWord> {
    let nearest = nearest_languages(text, language);
    let spoken = words::split(text).into_iter().filter_map(|token| {
        let readings = match &token.kind {
            Kind::Han(character) => han_readings(*character),
            Kind::RhoticSuffix => mandarin::rhotic_suffix(),
            Kind::Glued(parts) => {
                let context = Context {
                    nearest: nearest[token.chars.start],
                    document: language,
                    next: text.get(token.chars.end).copied(),
                };
                english::combine(parts.iter().map(|part| context.readings(part, parts.len() > 1)))
            }
        };
        (!readings.is_empty()).then_some(SpokenWord { chars: token.chars, readings })
    });
    spoken.collect()
}

/// The readings of a Han character; one so rare that no list has it goes through romanisation.
fn han_readings(character: char) -> Vec<Vec<Phone>> {
    let readings = mandarin::readings(character);
    if readings.is_empty() { romanised::readings(&character.to_string()) } else { readings }
}

/// What decides how a number is read.
struct Context {
    /// The language of the nearest letters.
    nearest: Language,
    /// The document's main language.
    document: Language,
    /// The character after the word.
    next: Option<char>,
}

impl Context {
    /// The readings of a part of a word; `glued` where it has others.
    fn readings(&self, part: &Part, glued: bool) -> Vec<Vec<Phone>> {
        match part {
            Part::Letters(letters) => english::readings(letters),
            Part::Foreign(letters) => romanised::readings(letters),
            Part::And => self.in_languages(glued, |language| match language {
                Language::Chinese => vec!["和".to_string()],
                Language::English => vec!["and".to_string()],
            }),
            Part::Number(number) => self.in_languages(glued, |language| number.wordings(language, self.next)),
            Part::Unit(unit) => {
                let mut readings = self.in_languages(glued, |language| match language {
                    Language::Chinese => unit.chinese().iter().map(|name| name.to_string()).collect(),
                    Language::English => unit.english().map(str::to_string).to_vec(),
                });
                readings.extend(unit.letters().into_iter().flat_map(english::readings));
                english::distinct(readings)
            }
        }
    }

    /// The sound of wordings in the languages that may be spoken here, each wording of the first before the best of the
    /// second. Letters glued to a number say nothing about its language: ChatGPT 4 is 四 in a Chinese talk.
    fn in_languages(&self, glued: bool, wordings: impl Fn(Language) -> Vec<String>) -> Vec<Vec<Phone>> {
        let other = if self.nearest == Language::Chinese { Language::English } else { Language::Chinese };
        let (first, second) = match (glued, self.nearest == self.document) {
            (true, _) => (self.document, Some(Language::English)),
            (false, true) => (self.nearest, None),
            (false, false) => (self.nearest, Some(other)),
        };
        let mut sounds: Vec<Vec<Phone>> = wordings(first).iter().map(|wording| sound(wording, first)).collect();
        if let Some(second) = second.filter(|second| *second != first) {
            sounds.truncate(MAX_READINGS - 1);
            sounds.extend(wordings(second).first().map(|wording| sound(wording, second)));
        }
        english::distinct(sounds)
    }
}

/// What a wording sounds like in a language.
fn sound(wording: &str, language: Language) -> Vec<Phone> {
    match language {
        Language::Chinese => {
            wording.chars().filter_map(|word| mandarin::readings(word).into_iter().next()).flatten().collect()
        }
        Language::English => english::phrase(wording),
    }
}

/// For each character, the language of the nearest letter of its sentence; the document's where both sides are as near
/// or there is none.
fn nearest_languages(text: &[char], document: Language) -> Vec<Language> {
    let language = |character: &char| match character {
        _ if is_han(*character) => Some(Language::Chinese),
        _ if character.is_alphabetic() => Some(Language::English),
        _ => None,
    };
    let distances = |characters: &mut dyn Iterator<Item = &char>| {
        let mut last = None;
        let mut step = |character: &char| {
            last = language(character)
                .map(|language| (0usize, language))
                .or(last.map(|(far, language)| (far + 1, language)));
            last
        };
        characters.map(&mut step).collect::<Vec<Option<(usize, Language)>>>()
    };
    let before = distances(&mut text.iter());
    let mut after = distances(&mut text.iter().rev());
    after.reverse();
    let nearest = before.into_iter().zip(after).map(|sides| match sides {
        (Some((left, _)), Some((right, language))) if right < left => language,
        (Some((left, language)), Some((right, _))) if left < right => language,
        (Some((_, left)), Some((_, right))) if left != right => document,
        (Some((_, language)), _) | (None, Some((_, language))) => language,
        (None, None) => document,
    });
    nearest.collect()
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

/// Whether the dictionary of English has a word in small letters, or its stem.
pub(crate) fn knows_english(word: &str) -> bool {
    english::is_known(word)
}

/// Whether a character is a Han character (a CJK ideograph, or the zero 〇 that is written like one).
pub(crate) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '〇')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, language: Language) -> Vec<(String, Vec<String>)> {
        let chars: Vec<char> = text.chars().collect();
        let spell = |reading: &Vec<Phone>| reading.iter().map(|phone| phone.name()).collect::<Vec<_>>().join(" ");
        let word = |word: SpokenWord| (chars[word.chars].iter().collect(), word.readings.iter().map(spell).collect());
        read_out(&chars, language).into_iter().map(word).collect()
    }

    fn first(text: &str, language: Language) -> String {
        read(text, language).into_iter().map(|(_, readings)| readings[0].clone()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_chinese_sentence_with_everything_in_it() {
        assert_eq!(
            first("OpenAI在2024年提升了50%。", Language::Chinese),
            "ou p AH n ei ai, z ai, er l ing er s ii, n ian, t i, sh eng, l e, b ai f en zh iii u sh iii"
        );
    }

    #[test]
    fn a_number_is_read_in_the_language_around_it() {
        assert_eq!(first("in 5 days", Language::Chinese).split(", ").nth(1), Some("f ai V"));
        assert_eq!(first("用5天", Language::English).split(", ").nth(1), Some("u"));
        assert_eq!(first("5", Language::English), "f ai V");
        assert_eq!(first("5", Language::Chinese), "u");
    }

    #[test]
    fn a_number_glued_to_letters_is_read_in_both_languages() {
        let (word, readings) = read("用GPT4来写", Language::Chinese).swap_remove(1);
        assert_eq!(word, "GPT4");
        assert_eq!(readings, ["zh i p i t i s ii", "zh i p i t i f AO r"]);
    }

    #[test]
    fn a_dash_between_numbers_may_be_said() {
        let words = read("涨了3-5%", Language::Chinese);
        assert_eq!(words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>(), ["涨", "了", "3", "-5%"]);
        assert_eq!(words[3].1[..2], ["d ao b ai f en zh iii u", "zh iii b ai f en zh iii u"]);
        assert_eq!(first("零下-3度", Language::Chinese), "l ing, x ia, f u s an, d u");
    }

    #[test]
    fn rhotic_endings_may_merge() {
        assert_eq!(read("玩儿", Language::Chinese)[1].1, ["er", "r"]);
        assert_eq!(read("儿子", Language::Chinese)[0].1[0], "er");
    }

    #[test]
    fn what_makes_no_sound_is_no_word() {
        assert!(read("，。！？ 🎼😊 … — “”\n", Language::Chinese).is_empty());
    }

    #[test]
    fn the_main_language_is_the_one_with_more_words() {
        assert_eq!(language_of(["我们用 ChatGPT 写代码"].into_iter()), Language::Chinese);
        assert_eq!(language_of(["We visited Shanghai (上海) again"].into_iter()), Language::English);
        assert_eq!(language_of([].into_iter()), Language::Chinese);
    }

    fn check(text: &str, language: Language) {
        let chars: Vec<char> = text.chars().collect();
        let mut end = 0;
        for word in read_out(&chars, language) {
            assert!(word.chars.start >= end && word.chars.start < word.chars.end && word.chars.end <= chars.len());
            end = word.chars.end;
            assert!((1..=MAX_READINGS).contains(&word.readings.len()));
            assert!(word.readings.iter().all(|reading| !reading.is_empty()));
            assert_eq!(english::distinct(word.readings.clone()), word.readings);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            check(&text, Language::Chinese);
            check(&text, Language::English);
        }

        #[test]
        fn any_mixture_of_numbers_and_letters_is_read(text in "[0-9a-zA-Z'&.,:/%$¥°C+~ 年两儿きュé\u{301}-]{0,40}") {
            check(&text, Language::Chinese);
            check(&text, Language::English);
        }

        #[test]
        fn every_han_letter_and_digit_belongs_to_a_word(text in "[0-9a-zA-Z一-龥 ，。.%]{0,40}") {
            let chars: Vec<char> = text.chars().collect();
            let words = read_out(&chars, Language::Chinese);
            for (at, character) in chars.iter().enumerate().filter(|(_, character)| character.is_alphanumeric()) {
                prop_assert!(words.iter().any(|word| word.chars.contains(&at)), "{character} in {text}");
            }
        }
    }

    /// The time grows with the length and no faster, whatever the text.
    #[test]
    fn long_texts_take_linear_time() {
        for unit in
            ["我们在2024年用GPT4做了50%的工作，it works really well。", "b", "1", "1,000,", "A&", "é", "1:00", "a'"]
        {
            let text: Vec<char> = unit.chars().cycle().take(75_000).collect();
            let start = std::time::Instant::now();
            let words = read_out(&text, Language::Chinese);
            let seconds = start.elapsed().as_secs_f64();
            eprintln!("{} words of {unit:?} in {seconds:.3} s", words.len());
            assert!(seconds < 5.0, "{unit:?}: {seconds} s");
        }
    }
}
