//! English words: from the dictionary, by their parts, by rule, or letter by letter.

use super::letters::{is_voiceless, plural_after, sound_out};
use super::{MAX_READINGS, Phone, dictionary};

/// The names of the letters, a first.
const LETTER_NAMES: [&str; 26] = [
    "ei",
    "b i",
    "s i",
    "d i",
    "i",
    "EH f",
    "zh i",
    "ei ch",
    "ai",
    "zh ei",
    "k ei",
    "EH l",
    "EH m",
    "EH n",
    "ou",
    "p i",
    "k Y u",
    "a r",
    "EH s",
    "t i",
    "Y u",
    "V i",
    "d AH b AH l Y u",
    "EH k s",
    "W ai",
    "Z i",
];

/// Endings whose sound does not depend on the stem, and that sound.
const ENDINGS: [(&str, &str); 14] = [
    ("ing", "IH NG"),
    ("ings", "IH NG Z"),
    ("er", "ER"),
    ("ers", "ER Z"),
    ("est", "IH s t"),
    ("ly", "l i"),
    ("ness", "n AH s"),
    ("less", "l AH s"),
    ("ment", "m AH n t"),
    ("ful", "f AH l"),
    ("able", "AH b AH l"),
    ("'ll", "AH l"),
    ("'ve", "V"),
    ("'re", "r"),
];

/// Beginnings that words are made with, and their sound.
const BEGINNINGS: [(&str, &str); 6] =
    [("un", "AH n"), ("re", "r i"), ("non", "n a n"), ("pre", "p r i"), ("multi", "m AH l t i"), ("anti", "AE n t i")];

/// What small words sound like when nothing stresses them, as mostly they are not; the dictionary has the full forms.
const WEAK_FORMS: [(&str, &str); 19] = [
    ("an", "AH n"),
    ("and", "AH n d"),
    ("and", "AH n"),
    ("are", "ER"),
    ("as", "AH Z"),
    ("at", "AH t"),
    ("can", "k AH n"),
    ("for", "f ER"),
    ("from", "f r AH m"),
    ("have", "AH V"),
    ("of", "AH"),
    ("or", "ER"),
    ("than", "DH AH n"),
    ("that", "DH AH t"),
    ("the", "DH AH"),
    ("to", "t AH"),
    ("was", "W AH Z"),
    ("you", "Y AH"),
    ("your", "Y ER"),
];

/// The shortest word that counts as a part of a compound; shorter ones turn up in words by chance.
const SHORTEST_PART: usize = 3;

/// The longest word that is looked for in parts.
const LONGEST_COMPOUND: usize = 30;

/// Shorter words in capitals are more often spelt (AI, USA) than said (NASA); longer ones the other way round.
const SHORTEST_SAID: usize = 4;

/// The readings of a word of ASCII letters and apostrophes, the likeliest first; none where it has no letter.
///
/// A word that the dictionary lacks is taken apart at its capitals (ChatGPT, LLMs).
pub(super) fn readings(word: &str) -> Vec<Vec<Phone>> {
    let lower = word.to_ascii_lowercase();
    if lower.len() > 1 && !is_abbreviation(word) && dictionary::contains(&lower) {
        return said(&lower);
    }
    let parts = parts(word).into_iter().map(|part| part_readings(&word[part])).filter(|part| !part.is_empty());
    combine(parts)
}

/// What a phrase of English words sounds like, each with its usual reading.
pub(super) fn phrase(words: &str) -> Vec<Phone> {
    words.split_whitespace().filter_map(|word| readings(word).into_iter().next()).flatten().collect()
}

/// Readings of a whole from those of its parts, one after the other, the likeliest first.
pub(super) fn combine(parts: impl Iterator<Item = Vec<Vec<Phone>>>) -> Vec<Vec<Phone>> {
    let mut wholes: Vec<Vec<Phone>> = vec![Vec::new()];
    for part in parts {
        let Some((usual, others)) = part.split_first() else { continue };
        let joined = others.iter().flat_map(|end| wholes.iter().map(move |start| [&start[..], end].concat()));
        let joined: Vec<_> = joined.take(MAX_READINGS - wholes.len()).collect();
        wholes.iter_mut().for_each(|whole| whole.extend_from_slice(usual));
        wholes.extend(joined);
    }
    distinct(wholes)
}

/// The readings that are not empty, each once, in their order, as many as a word may have.
pub(super) fn distinct(readings: Vec<Vec<Phone>>) -> Vec<Vec<Phone>> {
    let mut kept: Vec<Vec<Phone>> = Vec::new();
    for reading in readings {
        if kept.len() < MAX_READINGS && !reading.is_empty() && !kept.contains(&reading) {
            kept.push(reading);
        }
    }
    kept
}

/// The phones of that many names.
fn phones(names: &str) -> Vec<Phone> {
    names.split(' ').filter_map(Phone::named).collect()
}

/// A word letter by letter.
fn spelt(word: &str) -> Vec<Phone> {
    let letters = word.bytes().filter(u8::is_ascii_alphabetic);
    letters.flat_map(|letter| phones(LETTER_NAMES[usize::from(letter.to_ascii_lowercase() - b'a')])).collect()
}

/// Whether it is in capitals throughout, and more than one.
fn is_abbreviation(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Where a word falls apart at its capitals: before one that follows a small letter, and before one that a small letter
/// follows in a row of capitals (GPTModel), unless it is but the *s* of a plural (LLMs).
fn parts(word: &str) -> Vec<std::ops::Range<usize>> {
    let bytes = word.as_bytes();
    let mut starts = vec![0];
    for at in 1..bytes.len() {
        let capital = bytes[at].is_ascii_uppercase();
        let small_before = bytes[at - 1].is_ascii_lowercase();
        let small_after = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase) && &bytes[at + 1..] != b"s";
        let plural = &bytes[at..] == b"s" && at > 1 && bytes[..at].iter().all(u8::is_ascii_uppercase);
        let mark = bytes[at] == b'\'' && bytes[at - 1].is_ascii_uppercase() && at > 1;
        if (capital && (small_before || small_after)) || plural || mark {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn part_readings(part: &str) -> Vec<Vec<Phone>> {
    let lower = part.to_ascii_lowercase();
    let letters = lower.bytes().filter(u8::is_ascii_alphabetic).count();
    let vowels = lower.bytes().any(|byte| b"aeiouy".contains(&byte));
    match part {
        "a" => return vec![phones("AH"), phones("ei")],
        "A" => return vec![phones("ei"), phones("AH")],
        "s" | "'s" => return vec![phones("Z"), phones("s"), phones("EH s")],
        _ => {}
    }
    if letters < 2 || !(vowels || dictionary::contains(&lower)) {
        return distinct(vec![spelt(part)]);
    }
    let mut readings = said(&lower);
    if is_abbreviation(part) {
        let first = if letters < SHORTEST_SAID || !dictionary::contains(&lower) { 0 } else { readings.len() };
        readings.insert(first, spelt(part));
    } else if letters < SHORTEST_SAID && !dictionary::contains(&lower) {
        readings.push(spelt(part));
    }
    distinct(readings)
}

/// The readings of a word in small letters as a word.
fn said(word: &str) -> Vec<Vec<Phone>> {
    let mut readings = dictionary::readings(word);
    if readings.is_empty() {
        readings.extend(inflected(word).or_else(|| prefixed(word)).or_else(|| compound(word)));
        readings.push(sound_out(word));
    }
    readings.extend(WEAK_FORMS.iter().filter(|(weak, _)| *weak == word).map(|(_, sound)| phones(sound)));
    distinct(readings)
}

/// The usual reading of a word that is in the dictionary, or whose stem is.
fn known(word: &str) -> Option<Vec<Phone>> {
    dictionary::readings(word).into_iter().next().or_else(|| inflected(word))
}

/// Whether a word in small letters is in the dictionary, or its stem.
pub(super) fn is_known(word: &str) -> bool {
    known(word).is_some()
}

/// A word as a stem of the dictionary and an ending.
fn inflected(word: &str) -> Option<Vec<Phone>> {
    let with = |stem: Vec<Phone>, ending: Vec<Phone>| [stem, ending].concat();
    if let Some(stem) = stem(word, &["'s", "s'", "'", "s", "es"]) {
        let last = stem.last().copied();
        let hisses = last.is_some_and(|phone| matches!(phone.name(), "s" | "Z" | "sh" | "ZH" | "ch" | "zh"));
        let ending = if hisses { phones("IH Z") } else { plural_after(last).into_iter().collect() };
        return Some(with(stem, ending));
    }
    if let Some(stem) = stem(word, &["ed", "d", "'d"]) {
        let last = stem.last().copied();
        let stops = last.is_some_and(|phone| matches!(phone.name(), "t" | "d"));
        return Some(with(
            stem,
            phones(if stops {
                "IH d"
            } else if is_voiceless(last) {
                "t"
            } else {
                "d"
            }),
        ));
    }
    ENDINGS.iter().find_map(|(ending, sound)| Some(with(stem(word, &[ending])?, phones(sound))))
}

/// The reading of what one of the endings leaves of a word, its spelling mended: a silent *e* put back, *i* made *y*, a
/// doubled consonant made single.
fn stem(word: &str, endings: &[&str]) -> Option<Vec<Phone>> {
    endings.iter().find_map(|ending| {
        let stem = word.strip_suffix(ending).filter(|stem| stem.len() > 1)?;
        let mut mended = vec![stem.to_string()];
        if !ending.starts_with('\'') {
            mended.push(format!("{stem}e"));
            mended.extend(stem.strip_suffix('i').map(|stem| format!("{stem}y")));
            let bytes = stem.as_bytes();
            if bytes.len() > 2 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2] {
                mended.extend(stem.get(..stem.len() - 1).map(str::to_string));
            }
        }
        mended.iter().find_map(|stem| dictionary::readings(stem).into_iter().next())
    })
}

/// A word as a beginning and a known word.
fn prefixed(word: &str) -> Option<Vec<Phone>> {
    BEGINNINGS.iter().find_map(|(beginning, sound)| {
        let rest = word.strip_prefix(beginning).filter(|rest| rest.len() >= SHORTEST_PART)?;
        Some([phones(sound), known(rest)?].concat())
    })
}

/// A word as two known ones, the first as long as can be.
fn compound(word: &str) -> Option<Vec<Phone>> {
    if !word.is_ascii() || !(2 * SHORTEST_PART..=LONGEST_COMPOUND).contains(&word.len()) {
        return None;
    }
    (SHORTEST_PART..=word.len() - SHORTEST_PART).rev().find_map(|at| {
        let (first, second) = word.split_at(at);
        Some([dictionary::readings(first).into_iter().next()?, known(second)?].concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(word: &str) -> Vec<String> {
        let spell = |reading: &Vec<Phone>| reading.iter().map(|phone| phone.name()).collect::<Vec<_>>().join(" ");
        readings(word).iter().map(spell).collect()
    }

    #[test]
    fn words_come_from_the_dictionary() {
        assert_eq!(spell("Hello"), ["h AH l ou"]);
        assert_eq!(spell("don't"), ["d ou n t"]);
        assert_eq!(spell("read"), ["r i d", "r EH d"]);
    }

    #[test]
    fn small_words_have_weak_forms() {
        assert_eq!(spell("the"), ["DH i", "DH AH"]);
        assert_eq!(spell("and"), ["AE n d", "AH n d", "AH n"]);
        assert_eq!(spell("a"), ["AH", "ei"]);
        assert_eq!(spell("A"), ["ei", "AH"]);
    }

    #[test]
    fn inflections_follow_their_stem() {
        assert_eq!(spell("sentences")[0], "s EH n t AH n s IH Z");
        assert_eq!(spell("wanted")[0], "W a n t IH d");
        assert_eq!(spell("subtitles")[0], "s AH b t ai d AH l Z");
        assert_eq!(spell("recording's")[0], spell("recording")[0].clone() + " Z");
    }

    #[test]
    fn new_words_are_made_of_known_ones() {
        assert_eq!(spell("livestream")[0], "l ai V s t r i m");
        assert_eq!(spell("untranscribed")[0], format!("AH n {}", spell("transcribed")[0]));
    }

    #[test]
    fn abbreviations_are_spelt() {
        assert_eq!(spell("GPT"), ["zh i p i t i"]);
        assert_eq!(spell("CPU")[0], "s i p i Y u");
        assert_eq!(spell("LLMs")[0], "EH l EH l EH m Z");
        assert_eq!(spell("X"), ["EH k s"]);
        assert!(
            spell("NASA").contains(&"EH n ei EH s ei".to_string()) && spell("NASA").contains(&"n AE s AH".to_string())
        );
    }

    #[test]
    fn a_word_falls_apart_at_its_capitals() {
        let cut = |word: &'static str| parts(word).into_iter().map(|part| &word[part]).collect::<Vec<_>>();
        assert_eq!(cut("ChatGPT"), ["Chat", "GPT"]);
        assert_eq!(cut("GPTModel"), ["GPT", "Model"]);
        assert_eq!(cut("iPhone"), ["i", "Phone"]);
        assert_eq!(cut("LLMs"), ["LLM", "s"]);
        assert_eq!(cut("hello"), ["hello"]);
        assert_eq!(spell("ChatGPT")[0], "ch AE t zh i p i t i");
        assert_eq!(spell("OpenAI")[0], "ou p AH n ei ai");
    }

    #[test]
    fn nothing_readable_has_no_reading() {
        assert!(spell("").is_empty() && spell("'").is_empty() && spell("''").is_empty());
    }
}
