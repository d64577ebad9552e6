//! Finds what a recogniser wrote for a term with Latin letters in it, by what both sound like: 恰GPT for ChatGPT, open eye
//! for OpenI.
//!
//! Both languages are brought to one small alphabet of sounds, coarse as a recogniser's ear for the other language is.
//! Terms are found by three sounds in a row, kept in a table; where these lie as they do in the term the two are
//! compared sound by sound.

use std::collections::HashMap;
use std::ops::Range;

use super::sound::{is_joint, is_letter};
use crate::phones::{self, Phone, SpokenWord};
use crate::timeline::Language;

/// Sounds in a row by which a term is found.
const SEED: usize = 3;

/// A term of so many sounds must be found by two of its rows.
const LONG: usize = 8;

/// Readings of a term that are looked for.
const READINGS: usize = 2;

/// Sounds by which the text may be longer or shorter than the term, on either side.
const SLACK: usize = 3;

/// What it costs to write sounds in another way than the term does, in nats, when they are all alike.
const WRITTEN_OTHERWISE: f64 = 3.0;

/// What a word more may cost that is taken for a part of the term too, in nats: half of it is heard in the term.
const ALSO_SAID: f64 = 4.5;

/// What every sound costs that a Han character stands for: of the sounds that are alike to the coarse ear it is one.
const IN_HAN: f64 = 1.2;

/// A stretch of characters and the term that it sounds like.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spoken {
    /// The characters of the text.
    pub(super) chars: Range<usize>,
    /// Index of the right writing in the terms.
    pub(super) right: usize,
    /// What it costs to hear the text where the term is said, in nats.
    pub(super) sound: f64,
}

/// The terms of Latin letters, by their sounds.
pub(super) struct SpokenIndex {
    /// The sounds of each reading, and the term that it is of.
    readings: Vec<(Vec<u8>, usize)>,
    /// Sounds in a row → reading and their place in it.
    seeds: HashMap<[u8; SEED], Vec<(usize, usize)>>,
}

impl SpokenIndex {
    pub(super) fn new(right: &[String]) -> SpokenIndex {
        let mut index = SpokenIndex { readings: Vec::new(), seeds: HashMap::new() };
        for (number, writing) in right.iter().enumerate() {
            let chars: Vec<char> = writing.chars().collect();
            if !chars.iter().any(|&c| is_letter(c)) || chars.iter().any(|&c| c.is_alphabetic() && !is_letter(c)) {
                continue;
            }
            for sounds in sounds_of(&chars) {
                index.add(sounds, number);
            }
        }
        index
    }

    fn add(&mut self, sounds: Vec<u8>, right: usize) {
        for (at, seed) in sounds.windows(SEED).enumerate() {
            // Windows are as long as a seed.
            let Ok(seed) = seed.try_into() else { continue };
            self.seeds.entry(seed).or_default().push((self.readings.len(), at));
        }
        self.readings.push((sounds, right));
    }

    /// All that sounds like a term, in the order of their places. Terms that stand there rightly are among it.
    pub(super) fn hits(&self, text: &[char]) -> Vec<Spoken> {
        if self.readings.is_empty() {
            return vec![];
        }
        let heard = Heard::of(text);
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (place, seed) in heard.sounds.windows(SEED).enumerate() {
            for &(reading, at) in self.seeds.get(seed).into_iter().flatten() {
                // Where the term would begin so far before the text, little of it can stand there.
                if let Some(start) = (place + heard.sounds.len()).checked_sub(at) {
                    places.push((reading, start / SLACK));
                }
            }
        }
        places.sort_unstable();
        let mut hits = Vec::new();
        for row in places.chunk_by(|a, b| a == b) {
            let (sounds, right) = &self.readings[row[0].0];
            if row.len() > 1 || sounds.len() < LONG {
                let start = (row[0].1 * SLACK).saturating_sub(heard.sounds.len());
                let around = start.saturating_sub(SLACK)..(start + sounds.len() + 2 * SLACK).min(heard.sounds.len());
                let best = heard.best(sounds, around.clone(), None);
                // Whether the word before belongs to it too is for the judgement to say: what would it be alone?
                let before = best.as_ref().and_then(|(chars, _)| heard.word_before(chars.start));
                let longer = before.and_then(|word| heard.best(sounds, word.min(around.start)..around.end, Some(word)));
                let longer =
                    longer.filter(|(_, sound)| best.as_ref().is_some_and(|(_, least)| sound - least <= ALSO_SAID));
                let hit = |(chars, sound)| Spoken { chars, right: *right, sound };
                hits.extend(best.into_iter().chain(longer).map(hit));
            }
        }
        hits.sort_by_key(|hit| (hit.chars.start, hit.chars.end, hit.right));
        hits.dedup_by(|a, b| {
            let same = (&a.chars, a.right) == (&b.chars, b.right);
            b.sound = if same { b.sound.min(a.sound) } else { b.sound };
            same
        });
        hits
    }
}

/// The sounds of a term in its likeliest readings; what is all capitals may be said letter by letter or as a word.
fn sounds_of(term: &[char]) -> Vec<Vec<u8>> {
    let lower: Vec<char> = term.iter().flat_map(|c| c.to_lowercase()).collect();
    let mut all: Vec<Vec<u8>> = Vec::new();
    for (term, readings) in [(term, READINGS), (&lower[..], 1)] {
        let words = phones::read_out(term, Language::Chinese);
        for choice in 0..readings {
            let sounds: Vec<u8> = words.iter().flat_map(|word| sounds(reading(word, choice))).collect();
            if !all.contains(&sounds) {
                all.push(sounds);
            }
        }
    }
    all
}

/// A text as it sounds.
struct Heard {
    sounds: Vec<u8>,
    /// For each sound, the stretch without marks that it is in.
    stretches: Vec<usize>,
    /// For each sound, whether a Han character stands for it.
    han: Vec<bool>,
    /// The character at which a word begins, for those sounds that begin one.
    starts: Vec<Option<usize>>,
    /// The character at which a word ends, for those sounds that end one.
    ends: Vec<Option<usize>>,
}

impl Heard {
    fn of(text: &[char]) -> Heard {
        let mut heard = Heard { sounds: vec![], stretches: vec![], han: vec![], starts: vec![], ends: vec![] };
        let (mut stretch, mut end) = (0, 0);
        for word in phones::read_out(text, Language::Chinese) {
            stretch += usize::from(text[end..word.chars.start].iter().any(|&c| !is_joint(c)));
            end = word.chars.end;
            let first = heard.sounds.len();
            heard.sounds.extend(sounds(reading(&word, 0)));
            let length = heard.sounds.len();
            heard.stretches.resize(length, stretch);
            heard.han.resize(length, !is_letter(text[word.chars.start]));
            heard.starts.resize(length, None);
            heard.ends.resize(length, None);
            if length > first {
                heard.starts[first] = Some(word.chars.start);
                heard.ends[length - 1] = Some(word.chars.end);
            }
        }
        heard
    }

    /// The sound at which the word before character `start` begins.
    fn word_before(&self, start: usize) -> Option<usize> {
        let here = self.starts.iter().position(|&word| word == Some(start))?;
        self.starts[..here].iter().rposition(Option::is_some)
    }

    /// The stretch of whole words within `around` that sounds most like `said`, and what that costs; where `from` is
    /// given, of those that begin at this sound.
    fn best(&self, said: &[u8], around: Range<usize>, from: Option<usize>) -> Option<(Range<usize>, f64)> {
        // Row by row over what is heard: the cost so far, and where it began.
        let mut row: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); said.len() + 1];
        let mut best: Option<(Range<usize>, f64)> = None;
        let mut stretch = None;
        for at in around {
            if stretch.replace(self.stretches[at]) != Some(self.stretches[at]) {
                row.fill((f64::INFINITY, 0));
            }
            if let Some(start) = self.starts[at].filter(|_| from.is_none_or(|from| from == at)) {
                lay(&mut row, said, start);
            }
            let heard = self.sounds[at];
            let mut before = row[0];
            row[0] = (f64::INFINITY, 0);
            for j in 1..=said.len() {
                let added = (row[j].0 + added_or_lost(heard), row[j].1);
                let in_han = if self.han[at] { IN_HAN } else { 0.0 };
                let replaced = (before.0 + in_han + replaced(heard, said[j - 1]), before.1);
                let lost = (row[j - 1].0 + added_or_lost(said[j - 1]), row[j - 1].1);
                before = row[j];
                row[j] =
                    [replaced, added, lost].into_iter().fold((f64::INFINITY, 0), |a, b| if b.0 < a.0 { b } else { a });
            }
            let (cost, start) = row[said.len()];
            if let (Some(end), true) = (self.ends[at], best.as_ref().is_none_or(|(_, least)| cost < *least)) {
                best = cost.is_finite().then_some((start..end, cost));
            }
        }
        best.map(|(chars, cost)| (chars, cost + WRITTEN_OTHERWISE))
    }
}

/// Lets a stretch begin here: nothing of the term is heard yet, or its first sounds were lost.
fn lay(row: &mut [(f64, usize)], said: &[u8], start: usize) {
    let mut cost = 0.0;
    for (j, place) in row.iter_mut().enumerate() {
        if cost < place.0 {
            *place = (cost, start);
        }
        cost += said.get(j).map_or(0.0, |&sound| added_or_lost(sound));
    }
}

fn reading(word: &SpokenWord, choice: usize) -> &[Phone] {
    &word.readings[choice.min(word.readings.len() - 1)]
}

fn sounds(phones: &[Phone]) -> impl Iterator<Item = u8> {
    phones.iter().flat_map(|phone| coarse(*phone).bytes())
}

/// A phone in the coarse alphabet: `P M F T N L K H C S R` and the vowels `a e i o u`; finals fall into their parts.
fn coarse(phone: Phone) -> &'static str {
    match phone.name() {
        "b" | "p" => "P",
        "m" => "M",
        "f" | "V" => "F",
        "d" | "t" | "TH" | "DH" => "T",
        "n" | "NG" => "N",
        "l" => "L",
        "g" | "k" => "K",
        "h" => "H",
        "j" | "q" | "zh" | "ch" | "ZH" | "z" | "c" => "C",
        "x" | "sh" | "s" | "Z" => "S",
        "r" => "R",
        "Y" | "i" | "IH" => "i",
        "W" | "u" | "UH" | "ü" => "u",
        "a" | "AE" | "AH" => "a",
        "ai" => "ai",
        "an" | "ang" => "aN",
        "ao" => "ao",
        "e" | "EH" | "ii" | "iii" => "e",
        "ei" => "ei",
        "en" | "eng" => "eN",
        "er" | "ER" => "eR",
        "o" | "AO" => "o",
        "ong" => "oN",
        "ou" => "ou",
        "ia" => "ia",
        "ian" => "ieN",
        "iang" => "iaN",
        "iao" => "iao",
        "ie" => "ie",
        "in" | "ing" => "iN",
        "iong" => "ioN",
        "iu" => "iou",
        "ua" => "ua",
        "uai" => "uai",
        "uan" | "uang" | "üan" => "uaN",
        "ui" => "uei",
        "un" => "ueN",
        "uo" => "uo",
        "üe" => "ue",
        "ün" => "uN",
        "OY" => "oi",
        _ => "",
    }
}

fn is_vowel(sound: u8) -> bool {
    b"aeiou".contains(&sound)
}

/// Sounds that are near one another, for ears of the other language.
const NEAR: [[u8; 2]; 10] = [*b"NL", *b"RL", *b"SC", *b"HF", *b"KH", *b"TC", *b"PF", *b"NM", *b"Fu", *b"Ri"];

/// What it costs to hear one sound for another, in nats.
fn replaced(heard: u8, said: u8) -> f64 {
    match (is_vowel(heard), is_vowel(said)) {
        _ if heard == said => 0.0,
        (true, true) => 2.0,
        _ if NEAR.contains(&[heard, said]) || NEAR.contains(&[said, heard]) => 2.0,
        (false, false) => 4.0,
        _ => 6.0,
    }
}

/// What it costs that a sound is heard that was not said, or the other way round. Mandarin has no consonants in a row
/// and few at the end of a syllable, so vowels come in and consonants go.
fn added_or_lost(sound: u8) -> f64 {
    match sound {
        b'N' | b'R' | b'L' => 2.0,
        sound if is_vowel(sound) => 2.0,
        _ => 3.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(term: &str, text: &str) -> Vec<(String, f64)> {
        let text: Vec<char> = text.chars().collect();
        let found = SpokenIndex::new(&[term.to_string()]).hits(&text);
        found.iter().map(|hit| (text[hit.chars.clone()].iter().collect(), hit.sound)).collect()
    }

    #[test]
    fn a_latin_word_is_found_in_han_characters_and_other_words() {
        assert!(hits("ChatGPT", "我们用恰GPT写").iter().any(|(found, sound)| found == "恰GPT" && *sound < 11.0));
        assert!(hits("OpenI", "这个open eye社区").iter().any(|(found, sound)| found == "open eye" && *sound < 5.0));
        assert!(hits("LLaMA", "像拉马这样的").iter().any(|(found, sound)| found == "拉马" && *sound < 9.0));
    }

    #[test]
    fn a_word_more_is_left_to_the_judgement_where_it_is_half_heard() {
        let found: Vec<String> = hits("ChatGPT", "因为这个恰载GPT").into_iter().map(|(found, _)| found).collect();
        assert_eq!(found, ["恰载GPT", "载GPT"]);
        let found: Vec<String> = hits("ChatGPT", "我们用恰GPT").into_iter().map(|(found, _)| found).collect();
        assert_eq!(found, ["恰GPT"], "用 is not heard in it");
    }

    #[test]
    fn a_term_may_be_much_longer_than_the_text() {
        assert!(hits("LLaMALLaMALLaMALLaMALLaMA lama", "LLaMA").iter().all(|(_, sound)| *sound > 12.0));
    }

    #[test]
    fn what_sounds_otherwise_is_not_near() {
        assert!(hits("Transformer", "我们研究大模型的技术").is_empty());
    }
}
