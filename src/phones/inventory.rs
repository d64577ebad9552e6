//! The phones themselves.

use std::fmt;

/// A unit of sound that the acoustic model learns: an initial or a final of Mandarin, a consonant or a vowel of English.
///
/// The two languages share a phone where their sounds agree, so that a few English words in a Chinese recording are
/// timed with what its Chinese has taught, and the other way round.
///
/// * Lower-case names are Hanyu Pinyin: the initials `b p m f …`, and each final as one phone without its tone (`uan`,
///   `ing` …); `ii` is the vowel of *zi ci si*, `iii` that of *zhi chi shi ri*.
/// * Upper-case names are the ARPAbet symbols of the English sounds that Mandarin lacks, and of the glides.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Phone(u8);

/// Number of phones that are consonants; they come first.
const CONSONANTS: usize = 29;

/// The names of all phones, consonants first.
const NAMES: [&str; Phone::COUNT] = [
    "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s", //
    "TH", "DH", "V", "Z", "ZH", "Y", "W", "NG", //
    "a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "o", "ong", "ou", //
    "i", "ia", "ian", "iang", "iao", "ie", "in", "ing", "iong", "iu", "ii", "iii", //
    "u", "ua", "uai", "uan", "uang", "ui", "un", "uo", "ü", "üan", "üe", "ün", //
    "AE", "AH", "EH", "IH", "UH", "ER", "AO", "OY",
];

impl Phone {
    /// How many phones there are.
    pub const COUNT: usize = 74;

    /// All phones, in the order of their indices.
    pub fn all() -> impl Iterator<Item = Phone> {
        (0..Phone::COUNT as u8).map(Phone)
    }

    /// The phone of that index.
    pub fn at(index: usize) -> Option<Phone> {
        (index < Phone::COUNT).then_some(Phone(index as u8))
    }

    /// Its index, from 0 up to but not including [`Phone::COUNT`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Its name, unique among the phones.
    pub fn name(self) -> &'static str {
        NAMES[self.index()]
    }

    /// The phone of that name.
    pub fn named(name: &str) -> Option<Phone> {
        NAMES.iter().position(|known| *known == name).map(|index| Phone(index as u8))
    }

    /// How many states its hidden Markov model has: 2 for a consonant; 3 for a vowel or final, which is longer and
    /// changes more on its way.
    pub fn states(self) -> usize {
        if self.index() < CONSONANTS { 2 } else { 3 }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phone_is_found_by_its_name() {
        assert_eq!(Phone::all().count(), Phone::COUNT);
        for phone in Phone::all() {
            assert_eq!(Phone::named(phone.name()), Some(phone));
        }
        assert_eq!(Phone::named(""), None);
    }

    #[test]
    fn consonants_are_shorter_than_vowels() {
        let states = |name| Phone::named(name).map(Phone::states);
        assert_eq!([states("zh"), states("NG"), states("a"), states("OY")], [Some(2), Some(2), Some(3), Some(3)]);
    }
}
