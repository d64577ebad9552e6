//! What a line, or a row of a table, says of a term.

use super::super::sound::syllable_of;
use super::error::{Place, TermsError};

/// A term with all that one place of a file says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// 1-based line.
    pub(super) line: usize,
    pub(super) term: String,
    /// Other right ways to say it.
    pub(super) others: Vec<String>,
    /// Wrong writings.
    pub(super) wrong: Vec<String>,
    pub(super) readings: Vec<String>,
    pub(super) class: Option<Class>,
    pub(super) not_in: Vec<String>,
}

/// What a term names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::correct) enum Class {
    Person,
    Organisation,
    Product,
    Technical,
}

/// The classes and what users may call them, the name that messages use first.
const CLASSES: [(Class, &[&str]); 4] = [
    (Class::Person, &["person", "people", "name", "人名", "人物", "人"]),
    (Class::Organisation, &["organisation", "organization", "org", "机构", "机构名", "组织"]),
    (Class::Product, &["product", "products", "产品", "产品名", "作品"]),
    (Class::Technical, &["technical", "technique", "术语", "技术"]),
];

impl Class {
    /// The class that a user calls so.
    pub(in crate::correct) fn named(name: &str) -> Option<Class> {
        let name = name.trim().to_lowercase();
        CLASSES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(class, _)| *class)
    }

    /// The names for messages.
    pub(super) fn known() -> String {
        let names = CLASSES.iter().map(|(_, names)| names[0]);
        let chinese = ["人名", "机构", "产品", "术语"];
        names.zip(chinese).map(|(name, chinese)| format!("{name} ({chinese})")).collect::<Vec<_>>().join(", ")
    }
}

impl Entry {
    /// Takes in a class; none where there is nothing.
    pub(super) fn set_class(&mut self, class: &str, at: &Place) -> Result<(), TermsError> {
        self.class = class_in(class, at)?;
        Ok(())
    }

    /// Takes in a reading: syllables of pinyin, their tones taken off.
    pub(super) fn add_reading(&mut self, reading: &str, at: &Place) -> Result<(), TermsError> {
        let syllables: Vec<String> = reading.split_whitespace().map(without_tone).collect();
        if let Some(wrong) = syllables.iter().position(|syllable| syllable_of(syllable).is_none()) {
            let syllable = reading.split_whitespace().nth(wrong).unwrap_or_default().into();
            return Err(TermsError::Reading { at: at.clone(), syllable });
        }
        if !syllables.is_empty() {
            self.readings.push(syllables.join(" "));
        }
        Ok(())
    }
}

/// The class that stands there, if any does.
pub(super) fn class_in(class: &str, at: &Place) -> Result<Option<Class>, TermsError> {
    if class.trim().is_empty() {
        return Ok(None);
    }
    let found = Class::named(class).ok_or_else(|| TermsError::Class { at: at.clone(), class: class.trim().into() })?;
    Ok(Some(found))
}

/// A syllable in small letters without its tone, which may be a digit or a mark; `v` and `u:` are ü.
fn without_tone(syllable: &str) -> String {
    let plain: String = syllable.to_lowercase().chars().map(without_mark).collect();
    plain.trim_end_matches(|c: char| c.is_ascii_digit()).replace("u:", "ü").replace('v', "ü")
}

fn without_mark(letter: char) -> char {
    const MARKED: [(char, &str); 6] =
        [('a', "āáǎà"), ('e', "ēéěè"), ('i', "īíǐì"), ('o', "ōóǒò"), ('u', "ūúǔù"), ('ü', "ǖǘǚǜ")];
    MARKED.iter().find(|(_, marked)| marked.contains(letter)).map_or(letter, |(plain, _)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { name: "t.txt".into(), line: 3 }
    }

    #[test]
    fn a_reading_is_syllables_without_tones() {
        let mut entry = Entry::default();
        for reading in ["ai kou  rui de", "Lín Xiǎo lan2", "nv lü4 lüe", " "] {
            entry.add_reading(reading, &place()).unwrap();
        }
        assert_eq!(entry.readings, ["ai kou rui de", "lin xiao lan", "nü lü lüe"]);
        for (reading, syllable) in [("ai ekko", "ekko"), ("声野", "声野"), ("airuide", "airuide"), ("a3b", "a3b")] {
            let told = entry.add_reading(reading, &place()).unwrap_err().to_string();
            assert!(told.starts_with(&format!("t.txt, line 3: “{syllable}” is no syllable")), "{told}");
        }
    }

    #[test]
    fn classes_have_names_in_both_languages() {
        for (class, names) in CLASSES {
            assert!(names.iter().all(|name| Class::named(name) == Some(class)));
        }
        assert_eq!(Class::named(" Person "), Some(Class::Person));
        let told = class_in("persn", &place()).unwrap_err().to_string();
        assert!(told.contains("“persn” is no class") && told.contains("organisation (机构)"), "{told}");
        assert_eq!(class_in(" ", &place()).unwrap(), None);
    }
}
