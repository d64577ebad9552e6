//! The English pronouncing dictionary.
//!
//! Its source is the American word list of the Misaki project (Apache-2.0), taken at build time from the `misaki-rs`
//! crate (MIT) by `build.rs`, which also describes the table. The table is searched where it lies: nothing is loaded.

use super::Phone;

/// One word a line, sorted by bytes: the word in lower case, a space, its readings.
static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/english.dict"));

/// The byte of a reading that stands for the first phone.
const FIRST_PHONE: u8 = 0x80;

/// The byte between two readings.
const SEPARATOR: u8 = 0xff;

/// The readings of a word in lower case, the usual one first; none where the dictionary lacks it.
pub(super) fn readings(word: &str) -> Vec<Vec<Phone>> {
    let Some(line) = line_of(TABLE, word.as_bytes()) else { return Vec::new() };
    line.split(|byte| *byte == SEPARATOR).map(|reading| reading.iter().filter_map(phone).collect()).collect()
}

/// Whether the dictionary has a word in lower case.
pub(super) fn contains(word: &str) -> bool {
    line_of(TABLE, word.as_bytes()).is_some()
}

fn phone(byte: &u8) -> Option<Phone> {
    Phone::at(usize::from(byte.checked_sub(FIRST_PHONE)?))
}

/// What follows `word` and a space on its line of a sorted table: a binary search over bytes that steps back to the
/// start of the line it falls on.
fn line_of<'a>(table: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = table[low..middle].iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
        let end = table[middle..high].iter().position(|byte| *byte == b'\n').map_or(high, |at| middle + at);
        let line = &table[start..end];
        let space = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        match line[..space].cmp(word) {
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Equal => return line.get(space + 1..),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// All words of the dictionary, in lower case and in order.
#[cfg(test)]
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    TABLE
        .split(|byte| *byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line.split(|byte| *byte == b' ').next()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(word: &str) -> Vec<String> {
        let spell = |reading: &Vec<Phone>| reading.iter().map(|phone| phone.name()).collect::<Vec<_>>().join(" ");
        readings(word).iter().map(spell).collect()
    }

    #[test]
    fn a_word_is_looked_up() {
        assert_eq!(spelt("hello"), ["h AH l ou"]);
        assert_eq!(spelt("world"), ["W ER l d"]);
        assert_eq!(spelt("went"), ["W EH n t"]);
        assert_eq!(spelt("read"), ["r i d", "r EH d"]);
        assert!(spelt("zimuzimu").is_empty() && spelt("").is_empty() && spelt("~").is_empty());
    }

    #[test]
    fn every_word_is_found_and_has_readings() {
        for word in words().filter(|word| !word.is_empty()) {
            assert!(contains(word) && readings(word).iter().all(|reading| !reading.is_empty()), "{word}");
        }
        assert!(words().count() > 80_000);
    }

    #[test]
    fn the_search_finds_first_and_last_lines() {
        let table = b"a 1\nb 2\nbb 3\nc 4\n";
        for (word, found) in [("a", "1"), ("b", "2"), ("bb", "3"), ("c", "4")] {
            assert_eq!(line_of(table, word.as_bytes()), Some(found.as_bytes()));
        }
        for word in ["", "0", "aa", "ba", "bc", "d"] {
            assert_eq!(line_of(table, word.as_bytes()), None);
        }
    }
}
