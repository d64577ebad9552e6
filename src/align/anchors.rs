//! Anchors: the times that the transcript brought along, as far as they go together.

use std::ops::Range;

use super::graph::Graph;
use crate::signal::FRAME_MS;
use crate::timeline::{Hint, Ms, Sentence};

/// A place of the text and the time that the transcript gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The word that begins there, or the one behind the word that ends there.
    pub junction: usize,
    /// When.
    pub frame: usize,
}

/// Where fewer of the given times than this can be true together, none of them is trusted: of times thrown about at
/// random, one in five to one in ten still rise.
const LEAST_SHARE: f32 = 0.5;

/// The starts and ends that the transcript gives, in order, without those that contradict the others.
///
/// `words` tells how many spoken words each of `sentences` has. Kept is the most that can be true together: times rise, none
/// lies past the recording, and between two of them there is at least a frame for every state of the text between. Nothing
/// at all is kept where that is less than half.
pub fn anchors(graph: &Graph, sentences: &[Sentence], words: &[usize], frames: usize) -> Vec<Anchor> {
    let given = given(sentences, words);
    // With the time taken off that the text before it needs at least, no anchor may lie before its predecessor.
    let spare = |anchor: &Anchor| anchor.frame as i64 - graph.states_before(anchor.junction) as i64;
    let possible: Vec<Anchor> = given.iter().filter(|anchor| anchor.frame <= frames).copied().collect();
    let chain = longest_rising(&possible.iter().map(spare).collect::<Vec<i64>>());
    if (chain.len() as f32) < LEAST_SHARE * given.len() as f32 {
        return Vec::new();
    }
    chain.into_iter().map(|at| possible[at]).collect()
}

/// The starts that the transcript has itself, in order, whether they make sense or not.
pub fn starts(sentences: &[Sentence], words: &[usize]) -> Vec<Anchor> {
    hinted(sentences, words)
        .filter_map(|(place, hint)| Some(Anchor { junction: place.start, frame: frame(hint.given().start?) }))
        .collect()
}

/// The sentences with words and a time: the junctions that they lie between, and the time.
fn hinted<'a>(sentences: &'a [Sentence], words: &'a [usize]) -> impl Iterator<Item = (Range<usize>, Hint)> + 'a {
    let mut next = 0;
    sentences.iter().zip(words).filter_map(move |(sentence, &words)| {
        let place = next..next + words;
        next = place.end;
        Some((place, sentence.hint?)).filter(|_| words > 0)
    })
}

fn frame(time: Ms) -> usize {
    (time.0.max(0) / FRAME_MS) as usize
}

/// Every start and end that is given, in the order of the text.
fn given(sentences: &[Sentence], words: &[usize]) -> Vec<Anchor> {
    let mut given: Vec<Anchor> = Vec::new();
    for (place, hint) in hinted(sentences, words) {
        let start = Anchor { junction: place.start, frame: frame(hint.span.start) };
        // A cue that lingers into the next one ends where that begins.
        if let [.., open, last] = &mut given[..]
            && last.junction == place.start
            && (open.frame..last.frame).contains(&start.frame)
        {
            last.frame = start.frame;
        }
        given.push(start);
        if hint.span.length() > Ms::ZERO {
            given.push(Anchor { junction: place.end, frame: frame(hint.span.end) });
        }
    }
    given
}

/// The places of the longest row of values that never falls (Fredman, "On computing the length of longest increasing
/// subsequences", 1975).
fn longest_rising(values: &[i64]) -> Vec<usize> {
    // For each length the place of the lowest value that a row of that length can end in.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, &value) in values.iter().enumerate() {
        let length = ends.partition_point(|&end| values[end] <= value);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut row: Vec<usize> = std::iter::successors(ends.last().copied(), |&at| before[at]).collect();
    row.reverse();
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::graph;
    use crate::timeline::{Span, Traced};
    use proptest::prelude::*;

    /// Sentences of two words each ("d-a d-a.", ten states), with times in seconds.
    fn anchored(times: &[Option<(f64, f64)>], frames: usize) -> Vec<Anchor> {
        let sentence = |time: &Option<(f64, f64)>| Sentence {
            text: Traced::line(1, "大大。"),
            hint: time.map(|(start, end)| Hint {
                span: Span::new(Ms::from_seconds(start), Ms::from_seconds(end)),
                ..Hint::default()
            }),
            ..Sentence::default()
        };
        let sentences: Vec<Sentence> = times.iter().map(sentence).collect();
        anchors(&graph(&"d-a d-a. ".repeat(times.len())), &sentences, &vec![2; times.len()], frames)
    }

    fn points(anchors: &[Anchor]) -> Vec<(usize, usize)> {
        anchors.iter().map(|anchor| (anchor.junction, anchor.frame)).collect()
    }

    #[test]
    fn starts_and_ends_of_sentences_are_anchors() {
        let found = anchored(&[Some((1.0, 2.0)), None, Some((5.5, 5.5)), Some((7.0, 9.0))], 1_000);
        // The third one's end is not known.
        assert_eq!(points(&found), [(0, 100), (2, 200), (4, 550), (6, 700), (8, 900)]);
    }

    #[test]
    fn only_starts_that_the_source_has_itself_pull() {
        let sentence = |exact_start| Sentence {
            hint: Some(Hint { span: Span::new(Ms(1_000), Ms(2_000)), exact_start, exact_end: true }),
            ..Sentence::default()
        };
        let found = starts(&[sentence(true), sentence(false), sentence(true), sentence(true)], &[1, 2, 0, 1]);
        assert_eq!(points(&found), [(0, 100), (3, 100)]);
    }

    #[test]
    fn a_cue_that_lingers_ends_where_the_next_begins() {
        let found = anchored(&[Some((1.0, 3.0)), Some((2.5, 4.0))], 1_000);
        assert_eq!(points(&found), [(0, 100), (2, 250), (2, 250), (4, 400)]);
    }

    #[test]
    fn what_contradicts_the_others_is_left_out() {
        let times = [(1.0, 2.0), (61.0, 62.0), (3.0, 4.0), (0.5, 0.8), (7.0, 8.0), (9.0, 9.5)];
        let found = anchored(&times.map(Some), 10_000);
        assert_eq!(points(&found), [(0, 100), (2, 200), (4, 300), (6, 400), (8, 700), (10, 800), (10, 900), (12, 950)]);
    }

    #[test]
    fn no_text_is_squeezed_into_less_time_than_its_states_need() {
        // Ten states in five frames; then two sentences given the same moment.
        let found = anchored(&[Some((1.0, 1.05)), Some((3.0, 4.0)), Some((5.0, 5.0)), Some((5.0, 6.0))], 1_000);
        assert_eq!(points(&found).len(), 5, "{found:?}");
    }

    #[test]
    fn times_that_make_no_sense_are_not_trusted_at_all() {
        let backwards: Vec<Option<(f64, f64)>> = (0..20).rev().map(|at| Some((at as f64, at as f64 + 0.5))).collect();
        assert_eq!(anchored(&backwards, 5_000), []);
        let past_the_end: Vec<Option<(f64, f64)>> = (0..20).map(|at| Some((at as f64, at as f64 + 0.5))).collect();
        assert_eq!(anchored(&past_the_end, 500), []);
        assert_eq!(anchored(&[None, None], 500), []);
    }

    proptest! {
        #[test]
        fn the_row_is_the_longest_of_all(values in prop::collection::vec(-9i64..9, 0..11)) {
            let row = longest_rising(&values);
            prop_assert!(row.windows(2).all(|pair| pair[0] < pair[1] && values[pair[0]] <= values[pair[1]]));
            let rises = |set: &u32| {
                let chosen: Vec<i64> = (0..values.len()).filter(|at| set >> at & 1 == 1).map(|at| values[at]).collect();
                chosen.is_sorted()
            };
            let longest = (0u32..1 << values.len()).filter(rises).map(u32::count_ones).max().unwrap_or(0);
            prop_assert_eq!(row.len(), longest as usize);
        }
    }
}
