//! Which stretches are of one voice: the pairs that one voice explains best are joined, until none is left that one voice
//! explains better than two.
//!
//! How much better is a matter of evidence (Bayesian model selection in place of a threshold on distances, as the
//! information criterion is in Chen and Gopalakrishnan, "Speaker, environment and channel change detection and clustering
//! via the Bayesian information criterion", 1998): a voice more has to pay for itself, so that the number of voices is
//! found. First neighbours in time are joined, since who speaks mostly goes on; what results is compact enough for every
//! pair to be looked at.

use std::ops::Range;

use super::points::{Bunch, Points};
use crate::timeline::{Ms, Span};

/// What two stretches that are not neighbours must gain, in nats, to be of one voice: in a recording of many voices any two
/// stretches are 400 to 1 not of the same.
const FAR_GAIN: f64 = 6.0;
/// What neighbours must gain across a pause of at most [`BREATH`]: they are 50 to 1 of one voice.
const NEAR_GAIN: f64 = -4.0;
/// What they must gain across a longer one, of at most [`PAUSE`]: even odds.
const PAUSE_GAIN: f64 = 0.0;
/// How long people pause inside of what they say, and between two sentences.
const BREATH: Ms = Ms(500);
const PAUSE: Ms = Ms(1_000);
/// Parts that are compared pair by pair; where there are more, neighbours are joined until there are not. The gains of
/// so many take 8 MB.
const MOST_PARTS: usize = 2_000;

/// Stretches that are taken to be of one voice.
struct Part {
    bunch: Bunch,
    evidence: f64,
    members: Vec<usize>,
}

/// Which of the points are of one voice: lists of their numbers, in the order of the first of each. `spans` tells when each
/// stretch is, in the order of time.
pub fn cluster(points: &Points, spans: &[Span]) -> Vec<Vec<usize>> {
    let parts = neighbours(points, spans);
    let mut voices: Vec<Vec<usize>> = pairs(parts, &points.between).into_iter().map(|part| part.members).collect();
    voices.iter_mut().for_each(|members| members.sort_unstable());
    voices.sort_unstable();
    voices
}

impl Part {
    fn of(points: &Points, at: usize) -> Part {
        let bunch = points.bunch(at);
        Part { evidence: bunch.evidence(&points.between), bunch, members: vec![at] }
    }

    /// What is left of a part that was joined to another.
    fn none() -> Part {
        Part { bunch: Bunch::none(0), evidence: 0.0, members: Vec::new() }
    }

    /// By how much one voice explains both better than two do.
    fn gain(&self, other: &Part, between: &[f32]) -> f64 {
        self.bunch.evidence_with(&other.bunch, between) - self.evidence - other.evidence
    }

    fn join(&mut self, other: Part, between: &[f32]) {
        self.bunch.add(&other.bunch);
        self.evidence = self.bunch.evidence(between);
        self.members.extend(other.members);
    }
}

/// What the stretches on both sides of a pause must gain.
fn least_gain(pause: Ms) -> f64 {
    match pause {
        pause if pause <= BREATH => NEAR_GAIN,
        pause if pause <= PAUSE => PAUSE_GAIN,
        _ => FAR_GAIN,
    }
}

/// Joins neighbours in time.
fn neighbours(points: &Points, spans: &[Span]) -> Vec<Part> {
    let between = &points.between;
    let mut parts: Vec<Part> = (0..points.len()).map(|at| Part::of(points, at)).collect();
    let mut least: Vec<f64> = spans.windows(2).map(|pair| least_gain(pair[1].start - pair[0].end)).collect();
    let surplus = |parts: &[Part], least: &[f64], at: usize| parts[at].gain(&parts[at + 1], between) - least[at];
    let mut surpluses: Vec<f64> = (0..least.len()).map(|at| surplus(&parts, &least, at)).collect();
    while let Some((at, &most)) = surpluses.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) {
        if most <= 0.0 && parts.len() <= MOST_PARTS {
            break;
        }
        let next = parts.remove(at + 1);
        parts[at].join(next, between);
        least.remove(at);
        surpluses.remove(at);
        let touched: Range<usize> = at.saturating_sub(1)..(at + 1).min(surpluses.len());
        touched.for_each(|at| surpluses[at] = surplus(&parts, &least, at));
    }
    parts
}

/// Joins any two, the best first.
fn pairs(mut parts: Vec<Part>, between: &[f32]) -> Vec<Part> {
    let mut gains = Gains::of(&parts, between);
    while let Some((one, other)) = gains.best().filter(|pair| gains.between(*pair) > FAR_GAIN as f32) {
        let joined = std::mem::replace(&mut parts[other], Part::none());
        parts[one].join(joined, between);
        gains.forget(other);
        for at in (0..parts.len()).filter(|&at| at != one && !parts[at].members.is_empty()) {
            gains.set((one, at), parts[one].gain(&parts[at], between) as f32);
        }
        gains.settle();
    }
    parts.retain(|part| !part.members.is_empty());
    parts
}

/// What every pair of parts gains by being of one voice, and for each part with which later one it gains most.
struct Gains {
    rows: Vec<Vec<f32>>,
    best: Vec<Option<usize>>,
    stale: Vec<bool>,
}

impl Gains {
    fn of(parts: &[Part], between: &[f32]) -> Gains {
        let row = |at: usize| parts[at + 1..].iter().map(|other| parts[at].gain(other, between) as f32).collect();
        let rows: Vec<Vec<f32>> = (0..parts.len()).map(row).collect();
        let mut gains = Gains { best: vec![None; rows.len()], stale: vec![true; rows.len()], rows };
        gains.settle();
        gains
    }

    fn between(&self, (one, other): (usize, usize)) -> f32 {
        let (first, last) = (one.min(other), one.max(other));
        self.rows[first][last - first - 1]
    }

    fn set(&mut self, (one, other): (usize, usize), gain: f32) {
        let (first, last) = (one.min(other), one.max(other));
        let before = std::mem::replace(&mut self.rows[first][last - first - 1], gain);
        self.stale[first] |= gain > before || self.best[first] == Some(last);
    }

    /// A part that is no longer there gains nothing with any other.
    fn forget(&mut self, part: usize) {
        for other in (0..self.rows.len()).filter(|&other| other != part) {
            self.set((part, other), f32::NEG_INFINITY);
        }
    }

    /// Finds the best partner again of the parts of which it may have changed.
    fn settle(&mut self) {
        for (at, row) in self.rows.iter().enumerate().filter(|&(at, _)| self.stale[at]) {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            self.best[at] = best.map(|(other, _)| at + 1 + other);
        }
        self.stale.fill(false);
    }

    /// The pair that gains most.
    fn best(&self) -> Option<(usize, usize)> {
        let pairs = self.best.iter().enumerate().filter_map(|(at, best)| Some((at, (*best)?)));
        pairs.max_by(|a, b| self.between(*a).total_cmp(&self.between(*b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of 2 s with a pause of `pause` after each, at these places in each of four dimensions.
    fn spoken(places: &[f32], pause: i64) -> (Points, Vec<Span>) {
        let points = Points {
            places: places.iter().map(|&place| vec![place; 4]).collect(),
            weights: vec![1.0; places.len()],
            between: vec![100.0; 4],
        };
        let start = |at: usize| Ms(at as i64 * (2_000 + pause));
        let spans = (0..places.len()).map(|at| Span { start: start(at), end: start(at) + Ms(2_000) }).collect();
        (points, spans)
    }

    #[test]
    fn voices_that_come_back_are_known_again() {
        let places = [9.0, 9.5, 8.5, -9.0, -9.5, -8.7, 9.2, 8.8, 9.1, -9.1, -9.0, -9.0];
        let (points, spans) = spoken(&places, 100);
        assert_eq!(cluster(&points, &spans), [vec![0, 1, 2, 6, 7, 8], vec![3, 4, 5, 9, 10, 11]]);
    }

    #[test]
    fn neighbours_are_of_one_voice_sooner_than_others() {
        let (points, spans) = spoken(&[0.0, 2.0], 100);
        assert_eq!(cluster(&points, &spans).len(), 1);
        let (points, spans) = spoken(&[0.0, 2.0], 5_000);
        assert_eq!(cluster(&points, &spans).len(), 2);
    }

    #[test]
    fn nothing_has_no_voices() {
        assert!(cluster(&Points::default(), &[]).is_empty());
    }
}
