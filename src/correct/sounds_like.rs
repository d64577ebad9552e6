//! Finds what sounds like a term with Han characters in it.
//!
//! A term is found by pairs of its units (first two, last two …), kept in a table by what they sound like; what the
//! pairs bring up is then compared unit by unit. Any single error leaves one pair whole, so nothing that
//! [`Hit::cost`] would allow is missed, and a text costs as much as it has pairs, however many terms there are.

use std::collections::HashMap;
use std::ops::Range;

use super::sound::{Likeness, Unit, units};

/// A stretch of units and the writing that it sounds like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// The units of the text.
    pub(super) units: Range<usize>,
    /// Index of the right writing in the terms.
    pub(super) right: usize,
    /// How each unit of the writing is like the text's; one that was left out or put in is `Other`.
    pub(super) likeness: Vec<Likeness>,
}

impl Hit {
    /// How far the sounds are apart, in quarters of a unit; 0 for homophones.
    pub(super) fn cost(&self) -> usize {
        self.likeness.iter().map(|&likeness| quarters(likeness)).sum()
    }

    /// How many units are as `likeness` says.
    pub(super) fn count(&self, likeness: Likeness) -> usize {
        self.likeness.iter().filter(|&&of| of == likeness).count()
    }
}

/// CapsWriter's prices: a confusion is half an error. Sounds that share a half are a little nearer than others.
fn quarters(likeness: Likeness) -> usize {
    match likeness {
        Likeness::Identical | Likeness::Homophone => 0,
        Likeness::Near => 2,
        Likeness::Half => 3,
        Likeness::Other => 4,
    }
}

/// The greatest cost at which a writing of `len` units may still be meant: two units must sound exactly the same, of
/// three one may be confused, of more one may be off and another confused.
fn allowance(len: usize) -> usize {
    match len {
        0..=2 => 0,
        3 => 2,
        4..=5 => 4,
        _ => 6,
    }
}

/// Whether the two units of a pair stand side by side or one apart.
type Pair = (u32, u32, bool);

/// The writings that have Han characters, by the sound of their pairs.
pub(super) struct SoundIndex {
    /// The units of each right writing; none for those that are not looked for here.
    writings: Vec<Vec<Unit>>,
    /// Pair → writing and the pair's place in it.
    pairs: HashMap<Pair, Vec<(usize, usize)>>,
}

impl SoundIndex {
    pub(super) fn new(right: &[String]) -> SoundIndex {
        let mut index = SoundIndex { writings: Vec::with_capacity(right.len()), pairs: HashMap::new() };
        for (number, writing) in right.iter().enumerate() {
            let units = units(&writing.chars().collect::<Vec<_>>());
            let wanted = units.len() >= 2 && units.iter().any(Unit::is_han);
            let codes: Vec<Vec<u32>> = units.iter().map(Unit::codes).collect();
            for (at, apart) in if wanted { telling_pairs(units.len()) } else { vec![] } {
                for pair in pairs_at(&codes, at, apart) {
                    index.pairs.entry(pair).or_default().push((number, at));
                }
            }
            index.writings.push(if wanted { units } else { vec![] });
        }
        index
    }

    /// All hits in a text, each once, in the order of their places. Writings that stand there rightly are among them.
    pub(super) fn hits(&self, text: &[Unit]) -> Vec<Hit> {
        let codes: Vec<Vec<u32>> = text.iter().map(Unit::codes).collect();
        let mut windows = Vec::new();
        for place in 0..text.len() {
            for apart in [false, true] {
                for pair in pairs_at(&codes, place, apart) {
                    for &(right, at) in self.pairs.get(&pair).into_iter().flatten() {
                        windows.extend(self.windows(text.len(), right, at, place).map(|window| (window, right)));
                    }
                }
            }
        }
        windows.sort_unstable();
        windows.dedup();
        windows.into_iter().filter_map(|((start, end), right)| self.compare(text, start..end, right)).collect()
    }

    /// Where a writing would stand if the pair at `at` of it is the one at `place` of the text. The first pair fixes
    /// the start, the last one the end: the other side may be a unit longer or shorter.
    fn windows(&self, text: usize, right: usize, at: usize, place: usize) -> impl Iterator<Item = (usize, usize)> {
        let len = self.writings[right].len();
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

    fn compare(&self, text: &[Unit], window: Range<usize>, right: usize) -> Option<Hit> {
        let (writing, text) = (&self.writings[right], &text[window.clone()]);
        let likeness = match text.len() as isize - writing.len() as isize {
            0 => text.iter().zip(writing).map(|(a, b)| a.likeness(b)).collect(),
            -1 => with_one_more(text, writing)?,
            _ => with_one_more(writing, text)?,
        };
        if text.iter().filter(|unit| unit.is_mark()).count() != writing.iter().filter(|unit| unit.is_mark()).count() {
            return None;
        }
        let hit = Hit { units: window, right, likeness };
        let ends = hit.likeness.first().max(hit.likeness.last());
        let bounded = ends <= Some(&if text.len() == writing.len() { Likeness::Half } else { Likeness::Near });
        (bounded && hit.cost() <= allowance(writing.len())).then_some(hit)
    }
}

/// The likeness of two stretches of which one has a unit more, somewhere inside; that unit counts as `Other`.
fn with_one_more(short: &[Unit], long: &[Unit]) -> Option<Vec<Likeness>> {
    let front: Vec<Likeness> = short.iter().zip(long).map(|(a, b)| a.likeness(b)).collect();
    let back: Vec<Likeness> = short.iter().zip(&long[1..]).map(|(a, b)| a.likeness(b)).collect();
    let mut cost: usize = back.iter().map(|&likeness| quarters(likeness)).sum();
    let mut best = None;
    for cut in 1..short.len() {
        cost = cost + quarters(front[cut - 1]) - quarters(back[cut - 1]);
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, cut));
        }
    }
    let (_, cut) = best?;
    Some([&front[..cut], &[Likeness::Other], &back[cut..]].concat())
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
    codes[at].iter().flat_map(|&a| partners.iter().map(move |&b| (a, b, apart))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(terms: &[&str], text: &str) -> Vec<(Range<usize>, usize)> {
        let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
        let found = SoundIndex::new(&terms).hits(&units(&text.chars().collect::<Vec<_>>()));
        found.iter().map(|hit| (hit.units.clone(), hit.cost())).collect()
    }

    #[test]
    fn homophones_cost_nothing_and_confusions_half() {
        assert_eq!(hits(&["震旦鸦雀"], "看见震旦鸦雀了"), [(2..6, 0)]);
        assert_eq!(hits(&["震旦鸦雀"], "看见镇旦压雀了"), [(2..6, 0)]);
        assert_eq!(hits(&["震旦鸦雀"], "看见震荡鸦雀了"), [(2..6, 2)]);
    }

    #[test]
    fn a_unit_may_be_left_out_or_put_in() {
        assert_eq!(hits(&["卷积神经网络"], "用卷神经网络"), [(1..6, 4)]);
        assert_eq!(hits(&["卷积神经网络"], "用卷积的神经网络"), [(1..8, 4)]);
    }

    #[test]
    fn two_characters_must_sound_the_same() {
        assert_eq!(hits(&["鸣谱"], "名普和名破"), [(0..2, 0)]);
    }

    #[test]
    fn letters_count_as_units_whatever_their_case() {
        assert_eq!(hits(&["声野AI"], "由生也 ai主办"), [(1..4, 0)]);
    }

    #[test]
    fn no_hit_runs_over_a_comma() {
        assert_eq!(hits(&["听苇计划"], "听伟，计划"), []);
    }
}
