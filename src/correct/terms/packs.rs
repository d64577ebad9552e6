//! Packs of terms that zimu brings.

use std::str::FromStr;

use thiserror::Error;

use super::entry::Entry;
use super::error::TermsError;
use super::lines;

/// A pack of terms of one field, for those who have none of their own yet.
///
/// What the user's own files say goes before a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pack {
    /// Artificial intelligence.
    Ai,
}

/// A pack that there is not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no pack “{name}”; there are: {known}", known = Pack::ALL.map(Pack::name).join(", "))]
pub struct UnknownPack {
    /// The name in question.
    pub name: String,
}

impl Pack {
    /// All packs.
    pub const ALL: [Pack; 1] = [Pack::Ai];

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Pack::Ai => "ai",
        }
    }

    /// What is in it, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Pack::Ai => "artificial intelligence: models, companies and laboratories, techniques, data sets",
        }
    }

    /// The pack as a file of terms.
    pub fn text(self) -> &'static str {
        match self {
            Pack::Ai => include_str!("../packs/ai.txt"),
        }
    }

    /// How many terms are in it, other names apart.
    pub fn terms(self) -> usize {
        // A pack is text that its tests have read.
        self.entries().map_or(0, |entries| entries.len())
    }

    /// What it says of its terms.
    pub(super) fn entries(self) -> Result<Vec<Entry>, TermsError> {
        lines::parse(self.text(), &format!("the pack {}", self.name()))
    }
}

impl FromStr for Pack {
    type Err = UnknownPack;

    fn from_str(name: &str) -> Result<Pack, UnknownPack> {
        Pack::ALL.into_iter().find(|pack| pack.name() == name).ok_or_else(|| UnknownPack { name: name.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Terms;
    use super::*;

    #[test]
    fn packs_are_known_by_their_names() {
        assert!(Pack::ALL.into_iter().all(|pack| pack.name().parse() == Ok(pack)));
        assert_eq!("AI?".parse::<Pack>().unwrap_err().to_string(), "there is no pack “AI?”; there are: ai");
    }

    #[test]
    fn every_pack_is_read_and_contradicts_neither_itself_nor_another() {
        let entries: Vec<Entry> = Pack::ALL.into_iter().flat_map(|pack| pack.entries().unwrap()).collect();
        let all: String = Pack::ALL.into_iter().map(|pack| format!("{}\nclass:\n", pack.text())).collect();
        let terms = Terms::parse(&all, "packs").unwrap();
        let writings = entries.iter().map(|entry| 1 + entry.others.len());
        assert_eq!(terms.right.len(), writings.sum::<usize>(), "a writing stands in two places");
        assert_eq!(Terms::read_all(&[], &Pack::ALL).unwrap().right, terms.right);
    }

    #[test]
    fn every_term_of_a_pack_has_a_class_and_none_is_so_short_that_common_words_sound_like_it() {
        let is_han = |c: char| !c.is_ascii() && c.is_alphabetic();
        for entry in Pack::ALL.into_iter().flat_map(|pack| pack.entries().unwrap()) {
            assert!(entry.class.is_some(), "{}", entry.term);
            for writing in [&entry.term].into_iter().chain(&entry.others).chain(&entry.wrong) {
                assert!(!writing.chars().all(is_han) || writing.chars().count() > 2, "{writing}");
            }
            assert!(entry.readings.iter().all(|reading| reading.split(' ').count() > 3), "{}", entry.term);
        }
        assert!((150..=300).contains(&Pack::Ai.entries().unwrap().len()));
    }
}
