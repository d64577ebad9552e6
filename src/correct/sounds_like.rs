//! Finds what sounds like a term with Han characters in it.
//!
//! A term is found by pairs of its units (first two, last two …), kept in a table by what they sound like; what the
//! pairs bring up is then compared unit by unit. Any single error leaves one pair whole, of two units one and a half. So
//! a text costs as much as it has pairs, however many terms there are.

use std::collections::HashMap;
use std::ops::Range;

use super::sound::{Likeness, Unit};

/// A stretch of units and the writing that it sounds like.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    /// The units of the text.
    pub(super) units: Range<usize>,
    /// Index of the right writing in the terms.
    pub(super) right: usize,
    /// For each unit of the text that is the writing's own, which characters of the writing it is.
    pub(super) own: Vec<Option<Range<usize>>>,
    /// What it costs to hear the text where the writing is said, in nats.
    pub(super) sound: f64,
}

impl Hit {
    /// Whether all that is said is written so.
    pub(super) fn is_right(&self) -> bool {
        self.sound == 0.0 && self.own.iter().all(Option::is_some)
    }

    /// Whether it sounds the same as the writing.
    pub(super) fn is_homophone(&self) -> bool {
        let other = self.own.iter().filter(|own| own.is_none()).count();
        self.sound <= MISHEARD + Likeness::Homophone.nats() * other as f64
    }
}

/// What it costs that a term is misheard at all, in nats. One that the recogniser has never met it mishears as a whole, so
/// that each further syllable costs less.
const MISHEARD: f64 = 1.5;

/// What it costs that a syllable of the writing is not heard.
const LOST: f64 = 5.5;

/// What it costs that one is heard that it has not.
const ADDED: f64 = 8.5;

/// What it costs to hear two syllables as one that begins like the first and ends like the second: 语言 as 元.
const MERGED: f64 = 4.5;

/// The greatest cost at which a writing may still be meant, by its syllables. This only keeps the search short; what is
/// likely is for the judgement to say.
fn allowance(writing: &[Unit]) -> f64 {
    match writing.iter().map(Unit::syllables).sum::<f64>() {
        ..=2.0 => 9.0,
        ..=3.0 => 14.0,
        ..=5.0 => 18.0,
        _ => 20.0,
    }
}

/// Whether the two units of a pair stand side by side or one apart.
type Pair = (u32, u32, bool);

/// The writings that have Han characters, by the sound of their pairs.
pub(super) struct SoundIndex {
    /// What each writing sounds like, and its index in the terms.
    writings: Vec<(Vec<Unit>, usize)>,
    /// Pair → writing and the pair's place in it.
    pairs: HashMap<Pair, Vec<(usize, usize)>>,
}

impl SoundIndex {
    /// Of what writings sound like, each with the index in the terms of the writing. Those of a single unit, and
    /// those without Han characters, are not looked for here.
    pub(super) fn new(sounds: impl IntoIterator<Item = (Vec<Unit>, usize)>) -> SoundIndex {
        let mut index = SoundIndex { writings: Vec::new(), pairs: HashMap::new() };
        for (units, right) in sounds {
            if units.len() < 2 || !units.iter().any(Unit::is_han) {
                continue;
            }
            let codes: Vec<Vec<u32>> = units.iter().map(Unit::codes).collect();
            let mut pairs: Vec<(Pair, usize)> = Vec::new();
            for (at, apart) in telling_pairs(units.len()) {
                pairs.extend(pairs_at(&codes, at, apart).into_iter().map(|pair| (pair, at)));
            }
            if let [first, _, _, last] = &codes[..] {
                // The two in the middle heard as one leave neither pair whole, and the first and the last one apart.
                pairs.extend(pairs_of(first, last, true).map(|pair| (pair, 0)));
            }
            if units.len() == 2 {
                pairs.extend(half_pairs_at(&codes, &units, 0).into_iter().map(|pair| (pair, 0)));
            }
            for (pair, at) in pairs {
                index.pairs.entry(pair).or_default().push((index.writings.len(), at));
            }
            index.writings.push((units, right));
        }
        index
    }

    /// All hits in a text, each once, in the order of their places. Writings that stand there rightly are among them.
    pub(super) fn hits(&self, text: &[Unit]) -> Vec<Hit> {
        let codes: Vec<Vec<u32>> = text.iter().map(Unit::codes).collect();
        let mut windows = Vec::new();
        for place in 0..text.len() {
            let pairs = [false, true].into_iter().flat_map(|apart| pairs_at(&codes, place, apart));
            for pair in pairs.chain(half_pairs_at(&codes, text, place)) {
                for &(writing, at) in self.pairs.get(&pair).into_iter().flatten() {
                    windows.extend(self.windows(text.len(), writing, at, place).map(|window| (window, writing)));
                }
            }
        }
        windows.sort_unstable();
        windows.dedup();
        windows.into_iter().filter_map(|((start, end), writing)| self.compare(text, start..end, writing)).collect()
    }

    /// Where a writing would stand if the pair at `at` of it is the one at `place` of the text. The first pair fixes
    /// the start, the last one the end: the other side may be a unit longer or shorter.
    fn windows(&self, text: usize, writing: usize, at: usize, place: usize) -> impl Iterator<Item = (usize, usize)> {
        let len = self.writings[writing].0.len();
        let lengths = if len < 4 { len..=len } else { len - 1..=len + 1 };
        lengths.filter_map(move |length| {
            let (start, end) = if at == 0 {
                (place, place + length)
            } else {
                let end = place + len - at;
                (end.checked_sub(length)?, end)
            };
            (end <= text).then_some((start, end))
        })
    }

    fn compare(&self, text: &[Unit], window: Range<usize>, writing: usize) -> Option<Hit> {
        let ((writing, right), text) = (&self.writings[writing], &text[window.clone()]);
        if text.iter().filter(|unit| unit.is_mark()).count() != writing.iter().filter(|unit| unit.is_mark()).count() {
            return None;
        }
        let (sound, own) = heard_as(text, writing, allowance(writing))?;
        let sound = if sound > 0.0 { sound + MISHEARD } else { 0.0 };
        Some(Hit { units: window, right: *right, own, sound })
    }
}

/// What it costs to hear `text` where `writing` is said, by the cheapest way to lay the one on the other, and which
/// characters of the writing the units of the text then are; `None` where it costs more than `most`.
fn heard_as(text: &[Unit], writing: &[Unit], most: f64) -> Option<(f64, Vec<Option<Range<usize>>>)> {
    if text.len() == writing.len() {
        return side_by_side(text, writing, most);
    }
    let (rows, columns) = (text.len() + 1, writing.len() + 1);
    // The least cost of the first units of both, and how many units of text and writing the last step took.
    let mut costs = vec![(f64::INFINITY, 0, 0); rows * columns];
    costs[0].0 = 0.0;
    for i in 0..rows {
        for j in 0..columns {
            let so_far = costs[i * columns + j].0;
            if so_far > most {
                continue;
            }
            let mut step = |cost: f64, heard: usize, said: usize| {
                let next = &mut costs[(i + heard) * columns + j + said];
                if so_far + cost < next.0 {
                    *next = (so_far + cost, heard, said);
                }
            };
            let (heard, said) = (text.get(i), writing.get(j));
            if let (Some(heard), Some(said)) = (heard, said) {
                step(instead(heard, said), 1, 1);
                match writing.get(j + 1) {
                    Some(next) if heard.merges(said, next) => step(MERGED, 1, 2),
                    Some(next) if heard.contracts(said, next) => step(LOST, 1, 2),
                    _ => {}
                }
            }
            // Borders are where they are heard; only inside can a syllable be lost or put in.
            if heard.is_some() && i > 0 && j > 0 && j + 1 < columns {
                step(ADDED, 1, 0);
            }
            if said.is_some() && i > 0 && j > 0 && i + 1 < rows {
                step(LOST, 0, 1);
            }
        }
    }
    let (sound, ..) = costs[rows * columns - 1];
    (sound <= most).then(|| (sound, own_units(text, writing, &costs)))
}

/// The same of as many units: each is heard for the one in its place.
fn side_by_side(text: &[Unit], writing: &[Unit], most: f64) -> Option<(f64, Vec<Option<Range<usize>>>)> {
    let mut sound = 0.0;
    for (heard, said) in text.iter().zip(writing) {
        sound += instead(heard, said);
        if sound > most {
            return None;
        }
    }
    let own = |(heard, said): (&Unit, &Unit)| is_own(heard, said).then(|| said.chars.clone());
    Some((sound, text.iter().zip(writing).map(own).collect()))
}

/// What it costs to hear the one for the other.
fn instead(heard: &Unit, said: &Unit) -> f64 {
    heard.likeness(said).nats() * said.syllables().max(heard.syllables())
}

fn is_own(heard: &Unit, said: &Unit) -> bool {
    heard.likeness(said) == Likeness::Identical
}

/// Which units of the text are the writing's own, back along the cheapest way.
fn own_units(text: &[Unit], writing: &[Unit], costs: &[(f64, usize, usize)]) -> Vec<Option<Range<usize>>> {
    let (mut i, mut j) = (text.len(), writing.len());
    let mut own = vec![None; text.len()];
    while i > 0 || j > 0 {
        let (_, heard, said) = costs[i * (writing.len() + 1) + j];
        (i, j) = (i - heard, j - said);
        if (heard, said) == (1, 1) && is_own(&text[i], &writing[j]) {
            own[i] = Some(writing[j].chars.clone());
        }
    }
    own
}

/// The pairs, as place and whether a unit lies between, of which one is whole after any single error.
fn telling_pairs(len: usize) -> Vec<(usize, bool)> {
    match len {
        0..=1 => vec![],
        2 => vec![(0, false)],
        3 => vec![(0, false), (1, false), (0, true)],
        _ => vec![(0, false), (len - 2, false)],
    }
}

/// The pairs that begin at unit `at`: as many as its and its partner's readings make.
fn pairs_at(codes: &[Vec<u32>], at: usize, apart: bool) -> Vec<Pair> {
    let Some(partners) = codes.get(at + 1 + usize::from(apart)) else { return vec![] };
    pairs_of(&codes[at], partners, apart).collect()
}

fn pairs_of(first: &[u32], second: &[u32], apart: bool) -> impl Iterator<Item = Pair> {
    first.iter().flat_map(move |&a| second.iter().map(move |&b| (a, b, apart)))
}

/// The pairs of unit `at` and the one after it where of one of the two only a half counts, its initial or its final.
fn half_pairs_at(codes: &[Vec<u32>], units: &[Unit], at: usize) -> Vec<Pair> {
    let (Some(first), Some(second)) = (units.get(at), units.get(at + 1)) else { return vec![] };
    let (first_halves, second_halves) = (first.half_codes(), second.half_codes());
    let pair = |firsts: &[u32], seconds: &[u32]| -> Vec<Pair> {
        firsts.iter().flat_map(|&a| seconds.iter().map(move |&b| (a, b, false))).collect()
    };
    let mut pairs = pair(&codes[at], &second_halves);
    pairs.extend(pair(&first_halves, &codes[at + 1]));
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::sound::units;
    use super::*;

    fn index(terms: &[&str]) -> SoundIndex {
        let sounds = terms.iter().enumerate().map(|(right, term)| (units(&term.chars().collect::<Vec<_>>()), right));
        SoundIndex::new(sounds)
    }

    fn hits(terms: &[&str], text: &str) -> Vec<(Range<usize>, f64)> {
        let found = index(terms).hits(&units(&text.chars().collect::<Vec<_>>()));
        // Of those that overlap the nearest.
        let mut found: Vec<(Range<usize>, f64)> = found.iter().map(|hit| (hit.units.clone(), hit.sound)).collect();
        let all = found.clone();
        found.retain(|(units, sound)| {
            all.iter().all(|(other, less)| other.start >= units.end || units.start >= other.end || sound <= less)
        });
        found
    }

    #[test]
    fn the_nearer_it_sounds_the_less_it_costs() {
        assert_eq!(hits(&["震旦鸦雀"], "看见震旦鸦雀了"), [(2..6, 0.0)]);
        assert_eq!(hits(&["震旦鸦雀"], "看见镇旦压雀了"), [(2..6, MISHEARD + 3.0)]);
        assert_eq!(hits(&["震旦鸦雀"], "看见震荡鸦雀了"), [(2..6, MISHEARD + 4.0)]);
    }

    #[test]
    fn a_unit_may_be_left_out_or_put_in() {
        assert_eq!(hits(&["卷积神经网络"], "用卷神经网络"), [(1..6, MISHEARD + LOST)]);
        assert_eq!(hits(&["卷积神经网络"], "用卷积的神经网络"), [(1..8, MISHEARD + ADDED)]);
    }

    #[test]
    fn two_syllables_may_be_heard_as_one() {
        assert_eq!(hits(&["大语言模型"], "这个大元模型"), [(2..6, MISHEARD + MERGED)]);
        assert_eq!(hits(&["大语言模型"], "这个大云模型"), [(2..6, MISHEARD + MERGED)]);
        // What lay between is lost: 潮 begins like 城 and ends like 脑, and neither pair of the four is whole.
        assert_eq!(hits(&["鹏城脑海"], "这个鹏潮海"), [(2..5, MISHEARD + LOST)]);
    }

    #[test]
    fn of_two_characters_one_may_be_half_heard() {
        assert_eq!(hits(&["鸣谱"], "名普和名破"), [(0..2, MISHEARD + 3.0), (3..5, MISHEARD + 8.5)]);
        assert_eq!(hits(&["鸣谱"], "名字"), []);
    }

    #[test]
    fn what_is_written_as_in_the_term_is_known() {
        let text: Vec<char> = "卷机神经网络".chars().collect();
        let hits = index(&["卷积神经网络"]).hits(&units(&text));
        let whole = hits.iter().find(|hit| hit.units == (0..6)).unwrap();
        assert_eq!(whole.own.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, true, true, true]);
    }

    #[test]
    fn letters_count_as_units_whatever_their_case() {
        assert_eq!(hits(&["声野AI"], "由生也 ai主办"), [(1..4, MISHEARD + 3.0)]);
    }

    #[test]
    fn no_hit_runs_over_a_comma() {
        assert_eq!(hits(&["听苇计划"], "听伟，计划"), []);
    }
}
