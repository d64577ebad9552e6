//! Words of any other script: to Latin letters, then letter by letter with the vowels of most languages.

use any_ascii::any_ascii;

use super::{Phone, dictionary, english};

/// What groups of Latin letters sound like in a romanisation, the longest groups first.
const SOUNDS: &[(&str, &str)] = &[
    ("shch", "sh ch"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("sh", "sh"),
    ("ch", "ch"),
    ("zh", "ZH"),
    ("kh", "h"),
    ("th", "t"),
    ("ph", "f"),
    ("ts", "c"),
    ("tz", "c"),
    ("dj", "zh"),
    ("ng", "NG"),
    ("qu", "k"),
    ("ck", "k"),
    ("ae", "EH"),
    ("eo", "AO"),
    ("oe", "EH"),
    ("ue", "ü"),
    ("eu", "EH"),
    ("ei", "ei"),
    ("ay", "ai"),
    ("ai", "ai"),
    ("au", "ao"),
    ("ou", "u"),
    ("yu", "Y u"),
    ("ya", "Y a"),
    ("yo", "Y AO"),
    ("ye", "Y EH"),
    ("a", "a"),
    ("b", "b"),
    ("c", "k"),
    ("d", "d"),
    ("e", "EH"),
    ("f", "f"),
    ("g", "g"),
    ("h", "h"),
    ("i", "i"),
    ("j", "zh"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("o", "AO"),
    ("p", "p"),
    ("q", "k"),
    ("r", "r"),
    ("s", "s"),
    ("t", "t"),
    ("u", "u"),
    ("v", "V"),
    ("w", "W"),
    ("x", "k s"),
    ("y", "i"),
    ("z", "Z"),
];

/// The last letter of the Latin script with an accent, combining accents included.
const LAST_LATIN_LETTER: char = '\u{36f}';

/// The readings of a word that is not all ASCII letters: as the English word that its bare letters make (café), if they
/// make one, and letter by letter; none where nothing of it romanises.
pub(super) fn readings(word: &str) -> Vec<Vec<Phone>> {
    let latin: String = any_ascii(word).chars().filter(char::is_ascii_alphabetic).collect();
    let latin = latin.to_ascii_lowercase();
    let accented = word.chars().all(|letter| letter <= LAST_LATIN_LETTER);
    let mut readings = if accented { dictionary::readings(&latin) } else { Vec::new() };
    readings.push(sound_out(&latin));
    english::distinct(readings)
}

fn sound_out(mut latin: &str) -> Vec<Phone> {
    let mut phones = Vec::new();
    while let Some((rest, sound)) =
        SOUNDS.iter().find_map(|(letters, sound)| Some((latin.strip_prefix(letters)?, sound)))
    {
        phones.extend(sound.split(' ').filter_map(Phone::named));
        latin = rest;
    }
    phones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(word: &str) -> Vec<String> {
        let spell = |reading: &Vec<Phone>| reading.iter().map(|phone| phone.name()).collect::<Vec<_>>().join(" ");
        readings(word).iter().map(spell).collect()
    }

    #[test]
    fn other_scripts_are_romanised() {
        assert_eq!(spell("Спасибо"), ["s p a s i b AO"]);
        assert_eq!(spell("か"), ["k a"]);
        assert_eq!(spell("안"), ["a n"]);
        assert_eq!(spell("café")[0], "k AE f ei");
        assert!(spell("…").is_empty() && spell("").is_empty());
    }

    #[test]
    fn every_letter_has_a_sound() {
        assert!(SOUNDS.iter().all(|(_, sound)| sound.split(' ').all(|name| Phone::named(name).is_some())));
        assert!(('a'..='z').all(|letter| !sound_out(&letter.to_string()).is_empty()));
    }
}
