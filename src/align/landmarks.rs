//! Landmarks: phrases of the text that are found in the recording wherever they are said.
//!
//! The first guess lays the text over the speech in proportion. Where the recording holds much that its transcript does
//! not, or the transcript much that the recording does not, that is off by minutes or hours. But a phrase of a few
//! seconds sounds like nothing else: so phrases from all over the text are each looked for in the whole recording by
//! what the seed model heard (any place may begin one, as in keyword spotting; Rohlicek et al., "Continuous hidden
//! Markov modeling for speaker-independent word spotting", 1989), and the places that go together are kept.

use std::ops::Range;

use rayon::prelude::*;

use super::anchors::Anchor;
use super::coarse::{FRAMES, Rougher};
use super::ear::{Ear, Scores, block_by_block};
use super::graph::Graph;
use super::pdf::Pdf;
use super::search::Band;
use super::seed::hear::{Hearing, Ratios};
use crate::signal::percentile;

/// Phones of a phrase at most, some 4 s, and at least.
const MOST_PHONES: usize = 40;
const LEAST_PHONES: usize = 16;
/// How many phrases are looked for: as many as there is work for, within bounds. The work is a step of one phone's state
/// at one coarse frame; so much takes about half a second on one core.
const WORK: usize = 400_000_000;
const LEAST_PHRASES: usize = 32;
const MOST_PHRASES: usize = 1_000;
/// What is taken off the score of a frame, as a share of what the best phone scores there: about what a wrong text reaches.
const OTHER_SPEECH: f32 = 0.4;
/// Places that a phrase may have: where it scores best. What the next one scores it reaches by chance.
const PLACES: usize = 9;
/// Coarse frames within which two places are one: 2 s.
const APART: usize = 67;
/// What a place scores more than one by chance, in nats a phone, if it may be a landmark. On recordings with their own
/// text it is 6 to 20 in the middle where the phrase is said, elsewhere mostly under 3.
const LEAST_GAIN: f32 = 7.0;
/// The places that go together in the order of the text have to gain so many times what those gain that go together in the
/// reverse order: thrown about by chance they would do that as well.
const LEAST_ORDER: f32 = 1.4;
/// Of fewer than this chance makes any order.
const LEAST_LANDMARKS: usize = 3;
/// Coarse frames of a block that is scored at once.
const BLOCK: usize = 512;

/// How many times slower or faster than mostly between landmarks the text before the first and after the last of them may
/// be, and how many frames it may begin earlier or end later besides (5 s).
const TEMPO_RANGE: f32 = 1.5;
const SPARE: f32 = 500.0;

/// Places of the text that were found in the recording.
pub struct Landmarks {
    /// The ends of phrases, in order; words and frames both rise.
    ends: Vec<Anchor>,
    /// Frames a state.
    tempo: f32,
}

impl Landmarks {
    /// Looks all over a recording of so many frames for phrases from all over a text; finds none where those that can be
    /// true together are too few.
    pub fn of(graph: &Graph, ratios: &Ratios, frames: usize) -> Landmarks {
        let coarse = graph.coarse();
        let length = frames.div_ceil(FRAMES);
        let number = (WORK / MOST_PHONES / length.max(1)).clamp(LEAST_PHRASES, MOST_PHRASES);
        let mut spotters: Vec<Spotter> =
            phrases(&coarse, number).into_iter().map(|words| Spotter::new(&coarse, words)).collect();
        let hearing = Hearing { ratios, found: None };
        let ear = Rougher { ear: &hearing, frames };
        let blocks: Vec<Range<usize>> = (0..length).step_by(BLOCK).map(|at| at..(at + BLOCK).min(length)).collect();
        let score = |block: &Range<usize>| ear.score(block.clone(), 1.0);
        block_by_block(&blocks, &score, |block, scores| {
            let best = |frame| scores.frame(frame).iter().copied().fold(0.0, f32::max);
            let others: Vec<f32> = (0..block.len()).map(|frame| OTHER_SPEECH * best(frame)).collect();
            spotters.par_iter_mut().for_each(|spotter| spotter.block(block, scores, &others));
        });
        let found: Vec<Vec<Place>> = spotters.into_iter().map(|spotter| spotter.places(frames)).collect();
        Landmarks::that_go_together(&found, graph)
    }

    /// The places, one a phrase at most, that gain the most of all that go together: times rise in the order of the text,
    /// with at least a frame for every state between them.
    fn that_go_together(found: &[Vec<Place>], graph: &Graph) -> Landmarks {
        // With the time taken off that the text before it needs at least, no place may lie before its predecessor.
        let spare = |place: &Place| place.end.frame as i64 - graph.states_before(place.end.junction) as i64;
        let (mut ends, gain) = heaviest(found, |before, after| spare(before) <= spare(after));
        let (_, by_chance) = heaviest(found, |before, after| before.end.frame > after.end.frame);
        if ends.len() < LEAST_LANDMARKS || gain < LEAST_ORDER * by_chance {
            ends.clear();
        }
        let pairs = ends.windows(2);
        let tempo = |pair: &[Anchor]| {
            (pair[1].frame - pair[0].frame) as f32 / between(graph, pair[0].junction, pair[1].junction)
        };
        let mut tempos: Vec<f32> = pairs.map(tempo).collect();
        Landmarks { tempo: percentile(&mut tempos, 0.25).unwrap_or_default(), ends }
    }

    /// The same in a part of the text that begins at a junction.
    pub fn counted_from(mut self, junction: usize) -> Landmarks {
        self.ends.iter_mut().for_each(|end| end.junction -= junction);
        self
    }

    /// What holds a first guess: the landmarks, and how far the text reaches before and after them.
    pub fn anchors(&self, graph: &Graph, frames: usize) -> Vec<Anchor> {
        let (Some(first), Some(last)) = (self.ends.first(), self.ends.last()) else { return Vec::new() };
        let length = |from, to| (TEMPO_RANGE * self.tempo * between(graph, from, to) + SPARE) as usize;
        let start = Anchor { junction: 0, frame: first.frame.saturating_sub(length(0, first.junction)) };
        let words = graph.words();
        let end = Anchor { junction: words, frame: (last.frame + length(last.junction, words)).min(frames) };
        [&[start], &self.ends[..], &[end]].concat()
    }

    /// Where a path may lead: between two landmarks what the text has from the one before them to the one after, since one
    /// of them may be wrong. `None` without landmarks.
    pub fn band(&self, graph: &Graph, frames: usize) -> Option<Band> {
        let anchors = self.anchors(graph, frames);
        let mut passed = 0;
        let bounds = (0..frames).map(|frame| {
            passed += anchors[passed..].iter().take_while(|anchor| anchor.frame <= frame).count();
            let low = passed.checked_sub(2).map_or(0, |before| anchors[before].junction);
            let high = anchors.get(passed + 1).map_or(graph.words(), |after| after.junction);
            (low as u32, high as u32)
        });
        (!anchors.is_empty()).then(|| Band::of(bounds))
    }

    /// The words that a recording of so many frames can hold, whole sentences: those too far before the first
    /// landmark and after the last one are not.
    pub fn held(&self, graph: &Graph, frames: usize) -> Range<usize> {
        let (Some(first), Some(last)) = (self.ends.first(), self.ends.last()) else { return 0..graph.words() };
        let states = |frames: usize| ((frames as f32 + SPARE) * TEMPO_RANGE / self.tempo) as usize;
        let from = graph.states_before(first.junction).saturating_sub(states(first.frame));
        let to = graph.states_before(last.junction) + states(frames.saturating_sub(last.frame));
        let starts = &graph.sentence_starts;
        let before = |states: usize| starts.partition_point(|&start| graph.states_before(start as usize) <= states);
        let (from, to) = (before(from).saturating_sub(1), before(to).min(starts.len() - 1));
        starts[from] as usize..starts[to] as usize
    }
}

/// How many states lie between two junctions.
fn between(graph: &Graph, from: usize, to: usize) -> f32 {
    (graph.states_before(to) - graph.states_before(from)) as f32
}

/// The words of some phrases from all over a text: it is cut into pieces of [`MOST_PHONES`], and of so many groups of
/// pieces each gives its longest.
fn phrases(graph: &Graph, number: usize) -> Vec<Range<usize>> {
    let phones = |words: &Range<usize>| graph.states_before(words.end) - graph.states_before(words.start);
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for sentence in graph.sentence_starts.windows(2) {
        let words = sentence[0] as usize..sentence[1] as usize;
        let mut from = words.start;
        for word in words.clone() {
            if phones(&(from..word + 1)) > MOST_PHONES {
                pieces.push(from..word);
                from = word;
            }
        }
        pieces.push(from..words.end);
    }
    pieces.retain(|piece| (LEAST_PHONES..=MOST_PHONES).contains(&phones(piece)));
    let size = pieces.len().div_ceil(number).max(1);
    let longest = |group: &[Range<usize>]| group.iter().max_by_key(|piece| phones(piece)).cloned();
    pieces.chunks(size).filter_map(longest).collect()
}

/// The places, one a phrase at most, that gain the most of all that may follow one another, and what they gain.
fn heaviest(found: &[Vec<Place>], may_follow: impl Fn(&Place, &Place) -> bool) -> (Vec<Anchor>, f32) {
    let places: Vec<&Place> = found.iter().flatten().collect();
    // For each place what the heaviest row that ends in it gains, and the place before it there.
    let mut rows: Vec<(f32, Option<usize>)> = Vec::with_capacity(places.len());
    for (at, place) in places.iter().enumerate() {
        let before = (0..at)
            .filter(|&other| places[other].end.junction < place.end.junction && may_follow(places[other], place))
            .max_by(|&a, &b| rows[a].0.total_cmp(&rows[b].0));
        rows.push((place.gain + before.map_or(0.0, |before| rows[before].0), before));
    }
    let last = (0..rows.len()).max_by(|&a, &b| rows[a].0.total_cmp(&rows[b].0));
    let mut row: Vec<Anchor> = std::iter::successors(last, |&at| rows[at].1).map(|at| places[at].end).collect();
    row.reverse();
    (row, last.map_or(0.0, |last| rows[last].0))
}

/// Where a phrase may be said.
#[derive(Clone, Debug)]
struct Place {
    /// Where it ends.
    end: Anchor,
    /// What it scores there more than by chance, in nats.
    gain: f32,
}

/// Looks for one phrase: the best path through its phones up to each frame, begun anywhere.
struct Spotter {
    /// The junction behind the phrase.
    end: usize,
    /// Its phones.
    pdfs: Vec<Pdf>,
    /// The best path's score in each of them.
    scores: Vec<f32>,
    /// The coarse frames at which it best ends, and the scores there, at most one within [`APART`].
    peaks: Vec<(usize, f32)>,
}

impl Spotter {
    fn new(graph: &Graph, words: Range<usize>) -> Spotter {
        let reading = |word| graph.readings(word).first().cloned().unwrap_or(0..0);
        let states = words.clone().flat_map(reading);
        let pdfs: Vec<Pdf> = states.map(|state| graph.pdfs[state as usize]).collect();
        Spotter { end: words.end, scores: vec![f32::MIN / 2.0; pdfs.len()], pdfs, peaks: Vec::new() }
    }

    fn block(&mut self, frames: &Range<usize>, scores: &Scores, others: &[f32]) {
        for frame in frames.clone() {
            let score = self.step(scores.frame(frame - frames.start), others[frame - frames.start]);
            match self.peaks.last_mut() {
                Some(peak) if frame - peak.0 < APART => {
                    if score > peak.1 {
                        *peak = (frame, score);
                    }
                }
                _ => self.peaks.push((frame, score)),
            }
        }
    }

    /// Takes one frame; returns the score of the best path that has come to the phrase's end.
    fn step(&mut self, heard: &[f32], other: f32) -> f32 {
        // Before the first phone stands a path that has scored nothing yet.
        let mut before = 0.0f32;
        for (score, pdf) in self.scores.iter_mut().zip(&self.pdfs) {
            let here = *score;
            *score = here.max(before) + heard[pdf.index()] - other;
            before = here;
        }
        *self.scores.last().unwrap_or(&f32::MIN)
    }

    /// The best places, the best first.
    fn places(mut self, frames: usize) -> Vec<Place> {
        self.peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
        let chance = self.peaks.get(PLACES).or(self.peaks.last()).map_or(0.0, |peak| peak.1);
        let gains = self.peaks.iter().take(PLACES).map(|&(frame, score)| (frame, score - chance));
        let landmarks = gains.filter(|&(_, gain)| gain >= LEAST_GAIN * self.pdfs.len() as f32);
        let end = |frame: usize| Anchor { junction: self.end, frame: ((frame + 1) * FRAMES).min(frames) };
        landmarks.map(|(frame, gain)| Place { end: end(frame), gain }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{Dice, babble, graph};
    use crate::align::graph::ScriptWord;
    use proptest::prelude::*;

    /// What a network hears that is sure of every phone of these words, each 60 to 120 ms long, and the frame at which
    /// each word ends.
    fn heard(words: &[ScriptWord]) -> (Ratios, Vec<usize>) {
        let mut dice = Dice(7);
        let (mut pdfs, mut ends) = (Vec::new(), Vec::new());
        for phone in words.iter().map(|word| &word.readings[0]) {
            for &phone in phone {
                (0..phone.states()).for_each(|state| pdfs.extend(vec![Pdf::of(phone, state); dice.of(2..5)]));
            }
            ends.push(pdfs.len());
        }
        (Ratios::of_pdfs(pdfs.into_iter()), ends)
    }

    fn ends(landmarks: &Landmarks) -> Vec<(usize, usize)> {
        landmarks.ends.iter().map(|end| (end.junction, end.frame)).collect()
    }

    #[test]
    fn a_short_text_is_found_in_a_long_recording() {
        let words = babble(900, 1);
        let (ratios, said) = heard(&words);
        let frames = said[said.len() - 1];
        let graph = Graph::new(&words[600..800]);
        let landmarks = Landmarks::of(&graph, &ratios, frames);
        assert!(landmarks.ends.len() >= LEAST_LANDMARKS);
        for end in &landmarks.ends {
            let off = end.frame.abs_diff(said[600 + end.junction - 1]);
            assert!(off <= FRAMES, "{off} frames off");
        }
        assert_eq!(landmarks.held(&graph, frames), 0..200);
        // The text before the first landmark and after the last one is not spread over the rest of the recording.
        let anchors = landmarks.anchors(&graph, frames);
        let (first, last) = (anchors[0].frame, anchors[anchors.len() - 1].frame);
        let (start, end) = (said[599], said[799]);
        assert!(start.saturating_sub(1_000) < first && first < start, "begins at {start}, looked for from {first} on");
        assert!(end < last && last < end + 1_000, "ends at {end}, looked for up to {last}");
        let band = landmarks.band(&graph, frames).unwrap();
        for (junction, &frame) in said[600..799].iter().enumerate() {
            let (low, high) = band.bounds(frame);
            assert!((low..=high).contains(&(junction as u32 + 1)));
        }
    }

    #[test]
    fn of_a_long_text_only_the_sentences_around_what_is_said_are_held() {
        let words = babble(4_000, 2);
        let (ratios, said) = heard(&words[2_000..2_150]);
        let (graph, frames) = (Graph::new(&words), said[said.len() - 1]);
        let landmarks = Landmarks::of(&graph, &ratios, frames);
        let held = landmarks.held(&graph, frames);
        assert!(held.start <= 2_000 && held.end >= 2_150, "{held:?}");
        assert!(held.len() < 1_000, "{held:?}");
        assert!([held.start, held.end].iter().all(|&end| graph.sentence_starts.contains(&(end as u32))));
        let part = landmarks.counted_from(held.start);
        assert!(
            ends(&part).iter().all(|&(junction, frame)| said[held.start + junction - 2_001].abs_diff(frame) <= FRAMES)
        );
    }

    #[test]
    fn a_text_of_something_else_has_no_landmarks() {
        let (ratios, said) = heard(&babble(900, 3));
        let (graph, frames) = (Graph::new(babble(300, 4)), said[899]);
        let landmarks = Landmarks::of(&graph, &ratios, frames);
        assert_eq!(ends(&landmarks), []);
        assert_eq!(landmarks.held(&graph, frames), 0..300);
        assert_eq!(landmarks.anchors(&graph, frames), []);
        assert_eq!(landmarks.band(&graph, frames), None);
    }

    fn place(junction: usize, frame: usize, gain: f32) -> Place {
        Place { end: Anchor { junction, frame }, gain }
    }

    /// Phrases of one word each in a text of ten.
    fn together(found: &[Vec<Place>]) -> Vec<(usize, usize)> {
        ends(&Landmarks::that_go_together(found, &graph(&"d-a d-a. ".repeat(5))))
    }

    #[test]
    fn places_that_gain_the_most_together_are_kept() {
        let found = [
            vec![place(2, 900, 120.0), place(2, 100, 100.0)],
            vec![],
            vec![place(4, 700, 100.0)],
            vec![place(6, 200, 250.0)],
            vec![place(8, 500, 200.0)],
            vec![place(10, 800, 200.0)],
        ];
        assert_eq!(together(&found), [(2, 100), (6, 200), (8, 500), (10, 800)]);
    }

    #[test]
    fn no_text_is_squeezed_between_landmarks() {
        // Ten states in nine frames.
        let found = [
            vec![place(2, 100, 200.0)],
            vec![place(4, 109, 100.0)],
            vec![place(6, 300, 200.0)],
            vec![place(8, 500, 200.0)],
        ];
        assert_eq!(together(&found), [(2, 100), (6, 300), (8, 500)]);
    }

    #[test]
    fn places_in_no_order_are_no_landmarks() {
        let frames = [500, 100, 400, 200, 300];
        let found: Vec<Vec<Place>> =
            (1..).zip(frames).map(|(word, frame)| vec![place(2 * word, frame, 200.0)]).collect();
        assert_eq!(together(&found), []);
        // Two in order prove nothing.
        assert_eq!(together(&[vec![place(2, 100, 200.0)], vec![place(4, 300, 200.0)]]), []);
    }

    #[test]
    fn phrases_come_from_all_over_the_text() {
        let graph = Graph::new(babble(1_000, 5)).coarse();
        let phrases = phrases(&graph, 30);
        assert!((25..=30).contains(&phrases.len()), "{}", phrases.len());
        assert!(phrases[0].start < 50 && phrases[phrases.len() - 1].end > 950);
        assert!(phrases.windows(2).all(|pair| pair[0].end <= pair[1].start));
        let phones = |words: &Range<usize>| graph.states_before(words.end) - graph.states_before(words.start);
        assert!(phrases.iter().all(|words| (LEAST_PHONES..=MOST_PHONES).contains(&phones(words))));
    }

    proptest! {
        #[test]
        fn the_row_gains_the_most_of_all(frames in prop::collection::vec((0usize..9, 1u8..9), 0..10)) {
            let places: Vec<Vec<Place>> =
                (1..).zip(&frames).map(|(word, &(frame, gain))| vec![place(word, frame, f32::from(gain))]).collect();
            let rises = |before: &Place, after: &Place| before.end.frame <= after.end.frame;
            let (row, gain) = heaviest(&places, rises);
            prop_assert!(row.windows(2).all(|pair| pair[0].junction < pair[1].junction && pair[0].frame <= pair[1].frame));
            let gains = |set: u32| {
                let chosen = || frames.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1).map(|(_, place)| place);
                chosen().is_sorted_by_key(|place| place.0).then(|| chosen().map(|place| u32::from(place.1)).sum::<u32>())
            };
            let most = (0u32..1 << frames.len()).filter_map(gains).max().unwrap_or(0);
            prop_assert_eq!(gain, most as f32);
        }
    }
}
