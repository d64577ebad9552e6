//! Strings of Chinese words that recur: organisations, products and terms are among them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::people::NAME;
use crate::correct::find::PARTICLES;
use crate::correct::words::Cut;

/// Characters that a string has at least: shorter ones sound like too much.
const SHORTEST: usize = 3;

/// Characters that it has at most: what is longer is known by its parts.
const LONGEST: usize = 8;

/// How often it is written at least.
const LEAST: usize = 2;

/// Strings that stand between borders of words again and again; none runs into the name of one of the `people`.
pub(super) fn find<'a, T>(texts: &[&'a [char]], cuts: &[Cut], people: &HashMap<&[char], T>) -> Vec<&'a [char]> {
    let mut seen: HashMap<&[char], usize> = HashMap::new();
    for (text, cut) in texts.iter().zip(cuts) {
        let words: Vec<Range<usize>> = cut.words().collect();
        let names = text.windows(NAME).map(|window| people.contains_key(window));
        let names: Vec<usize> = names.enumerate().filter_map(|(at, is_name)| is_name.then_some(at)).collect();
        let is_named = |word: &Range<usize>| names.iter().any(|&at| at < word.end && word.start < at + NAME);
        for run in words.split(|word| !is_meaning(&text[word.clone()]) || is_named(word)) {
            for (at, first) in run.iter().enumerate() {
                let ends = run[at..].iter().map(|word| word.end).take_while(|end| end - first.start <= LONGEST);
                for end in ends.filter(|end| end - first.start >= SHORTEST) {
                    *seen.entry(&text[first.start..end]).or_default() += 1;
                }
            }
        }
    }
    seen.retain(|_, count| *count >= LEAST);
    let parts = parts(&seen);
    seen.into_keys().filter(|string| !parts.contains(string)).collect()
}

/// What always stands within the same longer string.
fn parts<'a>(seen: &HashMap<&'a [char], usize>) -> HashSet<&'a [char]> {
    let mut parts = HashSet::new();
    for (string, count) in seen {
        let shorter = (SHORTEST..string.len()).flat_map(|length| string.windows(length));
        parts.extend(shorter.filter(|part| seen.get(part) == Some(count)));
    }
    parts
}

/// Whether a word is Chinese and more than grammar.
fn is_meaning(word: &[char]) -> bool {
    word.iter().all(|&c| matches!(c, '\u{3400}'..='\u{9fff}')) && !word.iter().all(|&c| PARTICLES.contains(c))
}
