//! Lays the English pronouncing dictionary out as one sorted table that the program carries inside.
//!
//! The dictionary is the American "gold" list of the `misaki-rs` crate (MIT; the lists are those of the Misaki project,
//! Apache-2.0), with the short words of its "silver" list: longer ones are mostly inflections and rarities, which the
//! suffix and letter rules of `src/phones` read out well. The crate is needed at build time only; the program carries
//! the table alone, one word a line, sorted:
//!
//! ```text
//! word READING [0xFF READING]…      a reading: one byte a phone, 0x80 + its index
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs, io};

use misaki_rs::lexicon::PhonemeEntry;

#[allow(dead_code)] // The table needs the names and indices only.
#[path = "src/phones/inventory.rs"]
mod inventory;

use inventory::Phone;

/// Words of the silver list up to this length are taken.
const LONGEST_SILVER_WORD: usize = 6;

/// What the symbols of Misaki's American alphabet are in ours; stress marks are not in it and drop out.
const SYMBOLS: &[(&str, &str)] = &[
    ("ɜɹ", "ER"),
    ("əɹ", "ER"),
    ("ᵊɹ", "ER"),
    ("ə", "AH"),
    ("ᵊ", "AH"),
    ("ʌ", "AH"),
    ("ɜ", "ER"),
    ("ɪ", "IH"),
    ("ᵻ", "IH"),
    ("ɛ", "EH"),
    ("æ", "AE"),
    ("ɑ", "a"),
    ("ɔ", "AO"),
    ("ʊ", "UH"),
    ("i", "i"),
    ("u", "u"),
    ("A", "ei"),
    ("I", "ai"),
    ("O", "ou"),
    ("W", "ao"),
    ("Y", "OY"),
    ("ɹ", "r"),
    ("ɾ", "d"),
    ("ʔ", "t"),
    ("ɡ", "g"),
    ("ŋ", "NG"),
    ("ʃ", "sh"),
    ("ʒ", "ZH"),
    ("ʧ", "ch"),
    ("ʤ", "zh"),
    ("θ", "TH"),
    ("ð", "DH"),
    ("v", "V"),
    ("z", "Z"),
    ("j", "Y"),
    ("w", "W"),
    ("b", "b"),
    ("d", "d"),
    ("f", "f"),
    ("h", "h"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("p", "p"),
    ("s", "s"),
    ("t", "t"),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/phones/inventory.rs");
    let silver = misaki_rs::data::load_us_silver().into_iter().filter(|(word, _)| word.len() <= LONGEST_SILVER_WORD);
    let mut table: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    // A list's own lower-case spelling comes before the capitalised one (polish, Polish), the gold list before the other.
    for list in [misaki_rs::data::load_us_gold().into_iter().collect(), silver.collect::<Vec<_>>()] {
        let (lower, capitalised): (Vec<_>, Vec<_>) =
            list.into_iter().partition(|(word, _)| word.chars().all(|letter| !letter.is_ascii_uppercase()));
        for entries in [lower, sorted(capitalised)] {
            entries.iter().for_each(|(word, entry)| add(&mut table, word, entry));
        }
    }
    let mut bytes = Vec::new();
    for (word, readings) in &table {
        bytes.extend_from_slice(word.as_bytes());
        bytes.push(b' ');
        bytes.extend(readings.join(&0xff));
        bytes.push(b'\n');
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&folder).join("english.dict"), bytes)
}

/// In the order of their words: the lists come as hash maps, and the table must not depend on their order.
fn sorted(mut entries: Vec<(String, PhonemeEntry)>) -> Vec<(String, PhonemeEntry)> {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// Adds the readings of `word`, the usual one first, unless it is no plain word or the table has it already.
fn add(table: &mut BTreeMap<String, Vec<Vec<u8>>>, word: &str, entry: &PhonemeEntry) {
    let plain = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'\'');
    let word = word.to_ascii_lowercase();
    if !plain || table.contains_key(&word) {
        return;
    }
    let mut readings = Vec::new();
    for phonemes in spellings(entry) {
        let reading = encode(phonemes);
        if !reading.is_empty() && !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    if !readings.is_empty() {
        table.insert(word, readings);
    }
}

/// The readings of an entry, its default first, the others in the order of their grammatical tags.
fn spellings(entry: &PhonemeEntry) -> Vec<&str> {
    match entry {
        PhonemeEntry::Simple(phonemes) => vec![phonemes],
        PhonemeEntry::Tagged(tagged) => {
            let mut tagged: Vec<_> = tagged.iter().collect();
            tagged.sort_by_key(|(tag, _)| (tag.as_str() != "DEFAULT", tag.as_str()));
            tagged.into_iter().filter_map(|(_, phonemes)| phonemes.as_deref()).collect()
        }
    }
}

/// One byte a phone.
fn encode(mut phonemes: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(first) = phonemes.chars().next() {
        let symbol = SYMBOLS.iter().find_map(|(symbol, name)| Some((phonemes.strip_prefix(symbol)?, *name)));
        let Some((rest, name)) = symbol else {
            phonemes = &phonemes[first.len_utf8()..];
            continue;
        };
        bytes.extend(Phone::named(name).map(|phone| 0x80 + phone.index() as u8));
        phonemes = rest;
    }
    bytes
}
