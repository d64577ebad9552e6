//! How sure each word's time is, judged by models that have not seen the word.
//!
//! A model that was trained on a wrong path fits that path. So the words are dealt out into two hands, each hand's
//! words are scored by a model estimated from the other's, and what counts is how much better the word's own states
//! explain its frames than the filler does: words that lie where they are spoken gain several nats a frame, misplaced
//! ones nothing.

use rayon::prelude::*;

use super::graph::Graph;
use super::model::Model;
use super::search::Step;
use super::train::count;
use crate::signal::{Cepstra, DIMS};

/// Words dealt to one hand before the other has its turn: enough for a phrase, few enough that both hear every voice.
const HAND: usize = 8;
/// Words on either side whose scores a word's own is averaged with (a misplaced word has misplaced neighbours).
const NEIGHBOURS: usize = 2;
/// The gain, in nats a frame, at which a word is as likely right as wrong, and the gain over which the odds grow by e.
/// Half the words gained 3 to 4 nats and more under their own transcripts, 0.7 to 1.9 under those of other recordings
/// (docs/accuracy.md): even a wrong path is one that the search liked.
const EVEN_GAIN: f32 = 2.0;
const GAIN_SCALE: f32 = 0.5;
/// Frames of a block that is scored at once.
const BLOCK: usize = 4_096;

/// The probability that each word lies where the path has it; 0 for words that have no frames.
pub fn of_words(graph: &Graph, cepstra: &Cepstra, path: &[Step]) -> Vec<f32> {
    let noise: Vec<bool> = path.iter().map(|step| matches!(step, Step::Filler { .. })).collect();
    let flat = Model::flat(cepstra);
    let hands = [0, 1].map(|hand| {
        let others = |word: usize| word / HAND % 2 != hand;
        flat.reestimate(&count(&flat, graph, cepstra, path, &noise, &others), |_| 1).scorer()
    });
    let blocks: Vec<usize> = (0..path.len()).step_by(BLOCK).collect();
    let gains: Vec<Vec<(u32, f32)>> = blocks
        .into_par_iter()
        .map(|start| {
            let end = (start + BLOCK).min(path.len());
            let mut vectors = Vec::new();
            cepstra.vectors(start..end, &mut vectors);
            debug_assert_eq!(vectors.len(), (end - start) * DIMS);
            let scores = [hands[0].score(&vectors, 1.0), hands[1].score(&vectors, 1.0)];
            path[start..end]
                .iter()
                .enumerate()
                .filter_map(|(frame, step)| match step {
                    Step::State { word, .. } => {
                        let scores = scores[*word as usize / HAND % 2].frame(frame);
                        Some((*word, scores[step.pdf(graph).index()]))
                    }
                    _ => None,
                })
                .collect()
        })
        .collect();
    let mut sums = vec![(0.0f32, 0u32); graph.words()];
    for (word, gain) in gains.into_iter().flatten() {
        let (sum, frames) = &mut sums[word as usize];
        *sum += gain;
        *frames += 1;
    }
    (0..sums.len()).map(|word| probability(&sums, word)).collect()
}

fn probability(sums: &[(f32, u32)], word: usize) -> f32 {
    if sums[word].1 == 0 {
        return 0.0;
    }
    let around = &sums[word.saturating_sub(NEIGHBOURS)..(word + NEIGHBOURS + 1).min(sums.len())];
    let (sum, frames) = around.iter().fold((0.0, 0), |(sum, frames), near| (sum + near.0, frames + near.1));
    let gain = sum / frames as f32;
    1.0 / (1.0 + ((EVEN_GAIN - gain) / GAIN_SCALE).exp())
}
