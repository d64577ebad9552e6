//! Finds what is spelt like a term of Latin letters.

use std::collections::HashMap;
use std::ops::Range;

use super::sound::{is_joint, is_letter};

/// A writing is looked for as up to this many words more than it has: recognisers cut names into words.
const LONGEST: usize = 5;

/// Shorter terms are only found where they are spelt exactly so: four letters with one wrong are anything.
const SHORTEST_GUESSED: usize = 6;

/// A term that is clipped at its end (`transform` for Transformer) keeps so many letters, and two thirds of all.
const SHORTEST_CLIPPED: usize = 5;

/// Of a term of several words each may be clipped (`h face` for Hugging Face), but for one of so many letters.
const SHORTEST_WHOLE: usize = 4;

/// Letters at either end of which one must be whole.
const ENDS: usize = 3;

/// Whether it is the last end, and its letters.
type End = (bool, [char; ENDS]);

/// A stretch of characters and the writing that it is spelt like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    /// The characters of the text.
    pub(super) chars: Range<usize>,
    /// Index of the right writing in the terms.
    pub(super) right: usize,
    /// Letters to put in, take out, change or swap, spaces and case apart.
    pub(super) edits: usize,
    /// Letters of the writing.
    pub(super) letters: usize,
}

/// The writings of Latin letters and digits alone, by their letters.
pub(super) struct SpellingIndex {
    /// Letters in lower case → writings.
    exact: HashMap<Vec<char>, Vec<usize>>,
    /// First and last letters → writings, with all their letters.
    ends: HashMap<End, Vec<(usize, Vec<char>)>>,
    /// The words of writings of several words → writings, with all their words.
    words: HashMap<Vec<char>, Vec<(usize, Words)>>,
}

/// The words of a writing, each in letters.
type Words = Vec<Vec<char>>;

impl SpellingIndex {
    pub(super) fn new(right: &[String]) -> SpellingIndex {
        let mut index = SpellingIndex { exact: HashMap::new(), ends: HashMap::new(), words: HashMap::new() };
        for (number, writing) in right.iter().enumerate() {
            if !writing.chars().any(is_letter) || !writing.chars().all(|c| c < '\u{2E80}') {
                continue;
            }
            let letters = letters_of(&writing.chars().collect::<Vec<_>>());
            if letters.len() >= SHORTEST_GUESSED {
                for end in ends(&letters) {
                    index.ends.entry(end).or_default().push((number, letters.clone()));
                }
            }
            index.exact.entry(letters).or_default().push(number);
            let writing: Vec<char> = writing.chars().collect();
            let spelt: Words = words(&writing).into_iter().map(|word| letters_of(&writing[word])).collect();
            for word in spelt.iter().filter(|word| spelt.len() > 1 && word.len() >= SHORTEST_WHOLE) {
                index.words.entry(word.clone()).or_default().push((number, spelt.clone()));
            }
        }
        index
    }

    /// All that is spelt like a writing, in the order of places. Writings that stand there rightly are among it.
    pub(super) fn hits(&self, text: &[char]) -> Vec<Spelling> {
        let words = words(text);
        let mut hits = Vec::new();
        for first in 0..words.len() {
            for last in first..words.len().min(first + LONGEST) {
                if last > first && !text[words[last - 1].end..words[last].start].iter().all(|&c| is_joint(c)) {
                    break;
                }
                self.at(text, words[first].start..words[last].end, &mut hits);
                self.clipped(text, &words[first..=last], &mut hits);
            }
        }
        hits
    }

    fn at(&self, text: &[char], chars: Range<usize>, hits: &mut Vec<Spelling>) {
        let found = letters_of(&text[chars.clone()]);
        if let Some(same) = self.exact.get(&found) {
            let hit = |&right: &usize| Spelling { chars: chars.clone(), right, edits: 0, letters: found.len() };
            hits.extend(same.iter().map(hit));
            return;
        }
        self.near(text, chars, hits);
    }

    /// The writings of which every word is begun by the one that stands there, and one is whole.
    fn clipped(&self, text: &[char], words: &[Range<usize>], hits: &mut Vec<Spelling>) {
        let [first, .., last] = words else { return };
        let found: Words = words.iter().map(|word| letters_of(&text[word.clone()])).collect();
        for (right, spelt) in found.iter().filter_map(|word| self.words.get(word)).flatten() {
            let begun = || spelt.iter().zip(&found).all(|(word, found)| word.starts_with(found));
            if spelt.len() == found.len() && *spelt != found && begun() {
                let count = |words: &[Vec<char>]| words.iter().map(Vec::len).sum::<usize>();
                let letters = count(spelt);
                let hit =
                    Spelling { chars: first.start..last.end, right: *right, edits: letters - count(&found), letters };
                if hits.last() != Some(&hit) {
                    hits.push(hit);
                }
            }
        }
    }

    /// What `chars` are spelt nearly like, whether or not they are spelt exactly like something.
    pub(super) fn near(&self, text: &[char], chars: Range<usize>, hits: &mut Vec<Spelling>) {
        let found = letters_of(&text[chars.clone()]);
        if found.len() < ENDS {
            return;
        }
        let mut tried = Vec::new();
        for (right, letters) in ends(&found).into_iter().filter_map(|end| self.ends.get(&end)).flatten() {
            if tried.contains(right) || letters.len().abs_diff(found.len()) > letters.len() / 3 {
                continue;
            }
            tried.push(*right);
            let edits = edits(&found, letters);
            let clipped = letters.starts_with(&found) && found.len() >= SHORTEST_CLIPPED;
            if (edits <= letters.len() / 5 || clipped) && digits(&found).eq(digits(letters)) {
                hits.push(Spelling { chars: chars.clone(), right: *right, edits, letters: letters.len() });
            }
        }
    }
}

/// Runs of letters and digits, each cut where letters meet digits, and where a word was stammered (`agentagent`).
fn words(text: &[char]) -> Vec<Range<usize>> {
    runs(text)
        .into_iter()
        .flat_map(|run| {
            let middle = run.start + run.len() / 2;
            let twice = run.len() >= 2 * SHORTEST_WHOLE && text[run.start..middle] == text[middle..run.end];
            if twice { vec![run.start..middle, middle..run.end] } else { vec![run] }
        })
        .collect()
}

fn runs(text: &[char]) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, &c) in text.iter().enumerate() {
        let Some(kind) = run(c) else { continue };
        match words.last_mut() {
            Some(word) if word.end == at && run(text[at - 1]) == Some(kind) => word.end = at + 1,
            _ => words.push(at..at + 1),
        }
    }
    words
}

/// What kind of run a character belongs to: letters (`false`), digits (`true`), or none.
fn run(c: char) -> Option<bool> {
    (is_letter(c) || c.is_ascii_digit()).then(|| c.is_ascii_digit())
}

/// Letters and digits in lower case.
fn letters_of(chars: &[char]) -> Vec<char> {
    chars.iter().copied().filter(|&c| run(c).is_some()).flat_map(char::to_lowercase).collect()
}

fn digits(letters: &[char]) -> impl Iterator<Item = &char> {
    letters.iter().filter(|c| c.is_ascii_digit())
}

/// The first and the last letters.
fn ends(letters: &[char]) -> Vec<End> {
    let first = letters.first_chunk().map(|end| (false, *end));
    let last = letters.last_chunk().map(|end| (true, *end));
    first.into_iter().chain(last).collect()
}

/// Edits between two spellings; a swap of neighbours is one (optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 1..=a.len() {
        let [before, last, row] = &mut rows;
        row[0] = i;
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(term: &str, text: &str) -> Vec<(String, usize)> {
        let text: Vec<char> = text.chars().collect();
        let found = SpellingIndex::new(&[term.to_string()]).hits(&text);
        found.iter().map(|hit| (text[hit.chars.clone()].iter().collect(), hit.edits)).collect()
    }

    #[test]
    fn case_spaces_and_hyphens_do_not_count() {
        assert_eq!(hits("EchoReed", "用echo reed录音"), [("echo reed".to_string(), 0)]);
        assert_eq!(hits("Reed-5", "REED 5号"), [("REED 5".to_string(), 0)]);
    }

    #[test]
    fn letters_may_differ_a_little() {
        assert_eq!(hits("EchoReed", "called Echo read does"), [("Echo read".to_string(), 1)]);
        assert_eq!(hits("EchoReed", "E c h o r e d"), []);
        assert_eq!(hits("Transformer", "用transform的"), [("transform".to_string(), 2)]);
        assert_eq!(hits("Reeds", "needs"), []);
    }

    #[test]
    fn a_swap_is_one_edit() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(edits(&chars("chatgtp"), &chars("chatgpt")), 1);
        assert_eq!(edits(&chars("kitten"), &chars("sitting")), 3);
        assert_eq!(edits(&[], &chars("ab")), 2);
    }

    #[test]
    fn a_name_is_not_found_within_a_word() {
        assert_eq!(hits("Sora", "Sorabji"), []);
    }
}
