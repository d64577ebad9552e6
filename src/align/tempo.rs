//! How fast the sentences of a path are spoken.

use std::ops::Range;

use super::graph::Graph;
use super::path::{Path, Step};
use crate::signal::percentile;

/// A sentence spoken so many times faster or slower than the usual one is probably misplaced: it teaches nothing.
const TRUSTED: f32 = 1.5;

/// The tempo of every sentence, in frames a state.
pub struct Tempos {
    /// The words of each sentence, and its tempo; 0 where it is not spoken.
    pub sentences: Vec<(Range<usize>, f32)>,
    /// The middle one of those that are spoken; `None` where none is.
    pub usual: Option<f32>,
}

impl Tempos {
    /// The tempos along a path.
    pub fn of(graph: &Graph, path: &Path) -> Tempos {
        let mut frames = vec![0u32; graph.words()];
        for step in path.steps() {
            if let Step::State { word, .. } = step {
                frames[word as usize] += 1;
            }
        }
        let sentences: Vec<(Range<usize>, f32)> = graph
            .sentence_starts
            .windows(2)
            .map(|pair| {
                let words = pair[0] as usize..pair[1] as usize;
                let states = graph.states_before(words.end) - graph.states_before(words.start);
                let tempo = frames[words.clone()].iter().sum::<u32>() as f32 / states.max(1) as f32;
                (words, tempo)
            })
            .collect();
        let mut tempos: Vec<f32> = sentences.iter().map(|&(_, tempo)| tempo).filter(|&tempo| tempo > 0.0).collect();
        let usual = percentile(&mut tempos, 0.5);
        Tempos { sentences, usual }
    }

    /// For each word whether its sentence is spoken at a tempo that can be believed.
    pub fn trusted(&self) -> Vec<bool> {
        let words = self.sentences.iter().flat_map(|(words, tempo)| words.clone().map(|_| *tempo));
        let Some(usual) = self.usual else { return words.map(|_| true).collect() };
        words.map(|tempo| (1.0 / TRUSTED..TRUSTED).contains(&(tempo / usual))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{graph, path_of};

    #[test]
    fn sentences_at_an_odd_tempo_teach_nothing() {
        // Two at the usual tempo, one much too slow, one that has no frames at all.
        let graph = graph("d-a d-a. d-a d-a. d-a d-a. d-a d-a.");
        let lengths = [20, 22, 24, 20, 90, 100, 0, 0];
        let mut end = 0;
        let words = lengths.map(|length| {
            end += length;
            end - length..end
        });
        let path = path_of(&graph, &words, end);
        assert_eq!(Tempos::of(&graph, &path).trusted(), [true, true, true, true, false, false, false, false]);
        // Where nothing is known of any tempo nothing is held against anybody.
        assert_eq!(Tempos::of(&graph, &[Step::Silence { word: 0 }].into_iter().collect()).trusted(), [true; 8]);
    }
}
