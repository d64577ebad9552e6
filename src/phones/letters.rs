//! Letter-to-sound rules for English words that the dictionary lacks.
//!
//! The form is that of Elovitz, Johnson, McHugh and Shore, *Letter-to-Sound Rules for Automatic Translation of English
//! Text to Phonetics* (IEEE Trans. ASSP 24, 1976): at each place of the word, the first rule of its letter whose letters
//! and surroundings match gives the phones and consumes the letters. The rules are our own.

use std::sync::LazyLock;

use super::Phone;

/// The rules, one a line: `left[letters]right phones`, those of one letter in the order in which they are tried.
///
/// In the surroundings a lower-case letter is itself, and
///
/// * `_` is the border of the word,
/// * `V` is a vowel letter (`a e i o u y`), `C` any other, `F` one of `e i y`,
/// * `U` is a letter of a voiceless sound (`c f h k p q s t x`),
/// * `*` is any number of consonants, none included,
/// * `%` is what a silent *e* leaves at the end of a word: `e es ed er ers ing ely`.
///
/// A line without a bracket is none.
const RULES: &str = include_str!("letters.rules");

/// One rule.
struct Rule {
    /// What stands before, nearest first.
    left: Vec<u8>,
    letters: &'static [u8],
    right: &'static [u8],
    sound: Sound,
}

/// What the letters of a rule sound like.
enum Sound {
    Phones(Vec<Phone>),
    /// `?`: the *s* of a plural or a verb, voiced or not after the phone before it.
    Ending,
}

/// The rules by their first letter, `a` first.
static BY_LETTER: LazyLock<[Vec<Rule>; 26]> = LazyLock::new(|| {
    let mut by_letter: [Vec<Rule>; 26] = Default::default();
    for rule in RULES.lines().filter_map(parse) {
        by_letter[usize::from(rule.letters[0] - b'a')].push(rule);
    }
    by_letter
});

fn parse(line: &'static str) -> Option<Rule> {
    let (left, rest) = line.trim().split_once('[')?;
    let (letters, rest) = rest.split_once(']')?;
    let (right, phones) = rest.split_once(' ').unwrap_or((rest, ""));
    if !letters.starts_with(|first: char| first.is_ascii_lowercase()) {
        return None;
    }
    let sound = if phones == "?" {
        Sound::Ending
    } else {
        Sound::Phones(phones.split_whitespace().filter_map(Phone::named).collect())
    };
    Some(Rule { left: left.bytes().rev().collect(), letters: letters.as_bytes(), right: right.as_bytes(), sound })
}

/// What is longer than this is no word, and read out in pieces, so that the time stays linear.
const LONGEST_WORD: usize = 48;

/// What a word of the letters a to z sounds like by the rules; other characters are passed over.
pub(super) fn sound_out(word: &str) -> Vec<Phone> {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase()).collect();
    letters.chunks(LONGEST_WORD).flat_map(sound_out_piece).collect()
}

fn sound_out_piece(letters: &[u8]) -> Vec<Phone> {
    let mut phones = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let rules = &BY_LETTER[usize::from(letters[at] - b'a')];
        let Some(rule) = rules.iter().find(|rule| rule.matches(letters, at)) else {
            at += 1;
            continue;
        };
        match &rule.sound {
            Sound::Phones(sound) => phones.extend_from_slice(sound),
            Sound::Ending => phones.extend(plural_after(phones.last().copied())),
        }
        at += rule.letters.len();
    }
    phones
}

/// The *s* of a plural after `last`: voiceless after a voiceless consonant.
pub(super) fn plural_after(last: Option<Phone>) -> Option<Phone> {
    Phone::named(if is_voiceless(last) { "s" } else { "Z" })
}

/// Whether a phone is a voiceless consonant of English.
pub(super) fn is_voiceless(phone: Option<Phone>) -> bool {
    phone.is_some_and(|phone| matches!(phone.name(), "p" | "t" | "k" | "f" | "TH" | "s" | "sh" | "ch"))
}

impl Rule {
    fn matches(&self, word: &[u8], at: usize) -> bool {
        word[at..].starts_with(self.letters)
            && surrounds(&self.left, &mut word[..at].iter().rev().copied())
            && surrounds(self.right, &mut word[at + self.letters.len()..].iter().copied())
    }
}

/// Whether `letters`, going away from the rule's own, fit a pattern.
fn surrounds(pattern: &[u8], letters: &mut (impl Iterator<Item = u8> + Clone)) -> bool {
    for symbol in pattern {
        let fits = match symbol {
            b'*' => {
                while letters.clone().next().is_some_and(|letter| !is_vowel(letter)) {
                    letters.next();
                }
                true
            }
            b'%' => is_silent_e(&letters.take(LONGEST_SILENT_E + 1).collect::<Vec<_>>()),
            b'_' => letters.next().is_none(),
            b'V' => letters.next().is_some_and(is_vowel),
            b'C' => letters.next().is_some_and(|letter| !is_vowel(letter)),
            b'F' => letters.next().is_some_and(|letter| b"eiy".contains(&letter)),
            b'U' => letters.next().is_some_and(|letter| b"cfhkpqstx".contains(&letter)),
            literal => letters.next() == Some(*literal),
        };
        if !fits {
            return false;
        }
    }
    true
}

fn is_vowel(letter: u8) -> bool {
    b"aeiouy".contains(&letter)
}

/// Length of the longest ending that holds a silent *e*.
const LONGEST_SILENT_E: usize = 3;

/// Whether this is what a silent *e* leaves at the end of a word.
fn is_silent_e(ending: &[u8]) -> bool {
    [&b"e"[..], b"es", b"ed", b"er", b"ers", b"ing", b"ely"].contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::super::dictionary;
    use super::*;

    fn spell(word: &str) -> String {
        sound_out(word).iter().map(|phone| phone.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_line_is_a_rule_with_known_phones() {
        for line in RULES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert!(parse(line).is_some(), "{line}");
            let phones =
                line.rsplit_once(']').and_then(|(_, rest)| rest.split_once(' ')).map_or("", |(_, phones)| phones);
            assert!(phones == "?" || phones.split_whitespace().all(|name| Phone::named(name).is_some()), "{line}");
        }
        assert!(BY_LETTER.iter().all(|rules| rules.iter().any(|rule| rule.left.is_empty() && rule.right.is_empty())));
    }

    #[test]
    fn regular_words_come_out_right() {
        for (word, phones) in [
            ("make", "m ei k"),
            ("night", "n ai t"),
            ("phone", "f ou n"),
            ("station", "s t ei sh AH n"),
            ("quick", "k W IH k"),
            ("judge", "zh AH zh"),
            ("singing", "s IH NG IH NG"),
            ("cats", "k AE t s"),
            ("dogs", "d a g Z"),
            ("knee", "n i"),
            ("boy", "b OY"),
            ("", ""),
        ] {
            assert_eq!(spell(word), phones, "{word}");
        }
    }

    /// Fewest changes that turn one reading into the other.
    fn distance(a: &[Phone], b: &[Phone]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut corner = row[0];
            row[0] = i + 1;
            for (j, y) in b.iter().enumerate() {
                let next = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
                corner = std::mem::replace(&mut row[j + 1], next);
            }
        }
        row[b.len()]
    }

    #[test]
    fn words_of_the_dictionary_come_out_close() {
        let (mut errors, mut phones, mut right, mut words) = (0, 0, 0, 0);
        for word in dictionary::words().filter(|word| word.len() > 2 && !word.contains('\'')).step_by(7) {
            let sounded = sound_out(word);
            let readings = dictionary::readings(word);
            let best = readings.iter().min_by_key(|reading| distance(reading, &sounded)).expect("it has readings");
            let wrong = distance(best, &sounded);
            (errors, phones) = (errors + wrong, phones + best.len());
            (right, words) = (right + usize::from(wrong == 0), words + 1);
        }
        let rate = errors as f64 / phones as f64;
        eprintln!(
            "{words} words: phone error rate {:.1}%, {:.1}% of words right",
            100.0 * rate,
            100.0 * right as f64 / words as f64
        );
        assert!(rate < 0.16, "phone error rate {rate:.3}");
    }
}
