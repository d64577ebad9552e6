//! The edges of what is said between two pauses, finer than a frame.
//!
//! The search knows sounds, and to its models the dying end of a word is much like silence, the closure before a
//! plosive much like the plosive. Where speech borders on a pause the energy tells the edge better: it lies where the
//! level crosses a threshold between the quiet and the loud of the surroundings. Edges between two words that follow
//! each other stay where the search put them.

use crate::signal::{Cepstra, FRAME_MS};
use crate::timeline::{Ms, Span};

/// How far from the quiet level to the loud one, in decibels, a word's start lies.
pub const START_LEVEL: f32 = 0.25;
/// The same of its end: words set in at once, but die away.
const END_LEVEL: f32 = 0.15;
/// Frames on either side whose levels are looked at.
const AROUND: usize = 70;
/// How far an edge is moved into the pause, and into the word, in frames.
const OUTWARD: usize = 20;
const INWARD: usize = 25;
/// What a word keeps at least, in frames.
const SHORTEST_WORD: usize = 3;
/// A pause that has edges: words closer than this, in frames, follow each other.
const SHORTEST_PAUSE: usize = 4;

/// Moves the edges of the words that border on a pause. `spans` are the words' times in order, on whole frames; `None`
/// is not spoken.
pub fn settle(spans: &mut [Option<Span>], cepstra: &Cepstra) {
    let spoken: Vec<usize> = (0..spans.len()).filter(|&word| spans[word].is_some()).collect();
    let frame = |time: Ms| (time.0 / FRAME_MS).max(0) as usize;
    let frames: Vec<(usize, usize)> =
        spoken.iter().filter_map(|&word| spans[word]).map(|span| (frame(span.start), frame(span.end))).collect();
    for (at, &word) in spoken.iter().enumerate() {
        let (start, end) = frames[at];
        let before = at.checked_sub(1).map_or(0, |before| frames[before].1);
        let after = frames.get(at + 1).map_or(cepstra.frames(), |after| after.0);
        let Some(span) = &mut spans[word] else { continue };
        // Half of each pause belongs to either side, so that edges never cross.
        if start >= before + SHORTEST_PAUSE || at == 0 {
            let room = (start - before) / 2;
            span.start = onset(cepstra, start, end, room).min(span.end);
        }
        if after >= end + SHORTEST_PAUSE {
            let room = (after - end) / 2;
            span.end = offset(cepstra, start, end, room).max(span.start);
        }
    }
}

/// When the sound that the search has begin with frame `start` begins; `room` frames before it are free.
fn onset(cepstra: &Cepstra, start: usize, end: usize, room: usize) -> Ms {
    let levels = Levels::around(cepstra, start, START_LEVEL);
    let edge = if levels.is_loud(start) {
        let earliest = start - room.min(OUTWARD);
        (earliest..start).rev().find(|&frame| !levels.is_loud(frame)).map_or(earliest, |quiet| quiet + 1)
    } else {
        let latest = (start + INWARD).min(end.saturating_sub(SHORTEST_WORD)).max(start);
        (start..latest).find(|&frame| levels.is_loud(frame)).unwrap_or(start)
    };
    levels.crossing(edge.checked_sub(1), edge)
}

/// When the sound that the search has end before frame `end` ends; `room` frames from there are free.
fn offset(cepstra: &Cepstra, start: usize, end: usize, room: usize) -> Ms {
    let levels = Levels::around(cepstra, end.saturating_sub(1), END_LEVEL);
    let last = if levels.is_loud(end - 1) {
        let latest = end - 1 + room.min(OUTWARD);
        (end..=latest).find(|&frame| !levels.is_loud(frame)).map_or(latest, |quiet| quiet - 1)
    } else {
        let earliest = end.saturating_sub(INWARD).max(start + SHORTEST_WORD).min(end);
        (earliest..end).rev().find(|&frame| levels.is_loud(frame)).unwrap_or(end - 1)
    };
    levels.crossing((last + 1 < cepstra.frames()).then_some(last + 1), last)
}

/// The levels around an edge, and the threshold that it lies at.
struct Levels {
    /// The frame of the first level.
    first: usize,
    energies: Vec<f32>,
    threshold: f32,
}

impl Levels {
    /// Those around a frame, with a threshold between the quiet (0) and the loud (1) among them.
    fn around(cepstra: &Cepstra, frame: usize, level: f32) -> Levels {
        let around = frame.saturating_sub(AROUND)..(frame + AROUND + 1).min(cepstra.frames());
        let threshold = cepstra.energy_between(around.clone(), level);
        Levels { first: around.start, energies: cepstra.energies(around), threshold }
    }

    fn at(&self, frame: usize) -> f32 {
        self.energies[frame - self.first]
    }

    fn is_loud(&self, frame: usize) -> bool {
        self.at(frame) >= self.threshold
    }

    /// When the level crosses the threshold between the middles of two frames that are neighbours; the outer edge of the
    /// loud one where it does not.
    fn crossing(&self, quiet: Option<usize>, loud: usize) -> Ms {
        let middle = |frame: usize| (frame as f32 + 0.5) * FRAME_MS as f32;
        let outer = |quiet: usize| if quiet > loud { loud + 1 } else { loud } as f32 * FRAME_MS as f32;
        let Some(quiet) = quiet else { return Ms((loud as i64) * FRAME_MS) };
        let (low, high) = (self.at(quiet), self.at(loud));
        if !(low < self.threshold && high >= self.threshold) {
            return Ms(outer(quiet) as i64);
        }
        let part = (high - self.threshold) / (high - low);
        Ms((middle(loud) + part * (middle(quiet) - middle(loud))).round() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A recording that is loud in these stretches of frames and quiet elsewhere.
    fn recording(frames: usize, loud: &[std::ops::Range<usize>]) -> Cepstra {
        let energy = |frame: usize| if loud.iter().any(|stretch| stretch.contains(&frame)) { 0.0 } else { -4.0 };
        let statics = (0..frames).flat_map(|frame| {
            let mut row = [0.0; crate::signal::STATIC];
            row[0] = energy(frame);
            row
        });
        Cepstra::from_statics(&statics.collect::<Vec<f32>>())
    }

    fn span(from: i64, to: i64) -> Option<Span> {
        Some(Span::new(Ms(from), Ms(to)))
    }

    #[test]
    fn edges_at_pauses_go_where_the_level_changes() {
        let cepstra = recording(300, &[50..120, 180..250]);
        let mut spans = [span(420, 900), span(900, 1_100), None, span(1_850, 2_600)];
        settle(&mut spans, &cepstra);
        let near = |time: Ms, expected: i64| (time.0 - expected).abs() <= 10;
        let [first, second, _, last] = spans;
        assert!(near(first.unwrap().start, 500), "{first:?}");
        // Words that follow each other keep the edge between them.
        assert_eq!((first.unwrap().end, second.unwrap().start), (Ms(900), Ms(900)));
        assert!(near(second.unwrap().end, 1_200), "{second:?}");
        assert!(near(last.unwrap().start, 1_800), "{last:?}");
        assert!(near(last.unwrap().end, 2_500), "{last:?}");
    }

    #[test]
    fn a_word_ends_where_it_has_nearly_died_away() {
        // Loud to frame 100, then fading into the quiet over 20 frames.
        let level = |frame: usize| -4.0 * ((frame.saturating_sub(100)) as f32 / 20.0).min(1.0);
        let statics = (0..200).flat_map(|frame| {
            let mut row = [0.0; crate::signal::STATIC];
            row[0] = level(frame);
            row
        });
        let cepstra = Cepstra::from_statics(&statics.collect::<Vec<f32>>());
        let mut spans = [span(500, 1_050)];
        settle(&mut spans, &cepstra);
        let end = spans[0].unwrap().end.0;
        assert!((1_160..=1_190).contains(&end), "{end}");
    }

    #[test]
    fn edges_never_cross_and_words_never_vanish() {
        let mut rng = fastrand::Rng::with_seed(5);
        for _ in 0..200 {
            let loud: Vec<_> = (0..6)
                .map(|_| (rng.usize(0..200), rng.usize(1..30)))
                .map(|(from, length)| from..from + length)
                .collect();
            let cepstra = recording(230, &loud);
            let mut spans = Vec::new();
            let mut at = rng.i64(0..10);
            while at < 215 {
                let end = at + rng.i64(1..14);
                spans.push(Some(Span::new(Ms(at * 10), Ms(end * 10))));
                at = end + if rng.bool() { 0 } else { rng.i64(0..40) };
            }
            settle(&mut spans, &cepstra);
            let spans: Vec<Span> = spans.into_iter().flatten().collect();
            assert!(spans.iter().all(|span| span.start < span.end), "{spans:?}");
            assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{spans:?}");
        }
    }
}
