//! How sure each word's time is, judged by models that have not seen the word.
//!
//! A model that was trained on a wrong path fits that path. So the words are dealt out into two hands, each hand's
//! words are scored by a model estimated from the other's, and what counts is how much better the word's own states
//! explain its frames than the filler does: words that lie where they are spoken gain several nats a frame, misplaced
//! ones nothing.

use rayon::prelude::*;

use super::graph::Graph;
use super::model::Model;
use super::schedule::count;
use super::search::Step;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{Studio, babble, path_of};

    fn middle(mut values: Vec<f32>) -> f32 {
        values.sort_by(f32::total_cmp);
        values[values.len() / 2]
    }

    /// How sure the words of a text seem when they are laid where the words of `babble(160, 1)` are said.
    fn confidence_of(text_seed: u64) -> Vec<f32> {
        let said = babble(160, 1);
        let mut studio = Studio::new(1);
        studio.read(&said);
        let frames = studio.said.clone();
        let cepstra = studio.finish();
        let graph = Graph::new(&babble(160, text_seed));
        of_words(&graph, &cepstra, &path_of(&graph, &frames, cepstra.frames()))
    }

    #[test]
    fn words_that_lie_where_they_are_said_are_sure() {
        let sure = confidence_of(1);
        assert!(sure.iter().all(|probability| (0.0..=1.0).contains(probability)));
        assert!(middle(sure.clone()) > 0.8, "{sure:?}");
    }

    #[test]
    fn words_that_lie_on_others_are_not() {
        let unsure = confidence_of(2);
        assert!(unsure.iter().all(|probability| (0.0..=1.0).contains(probability)));
        assert!(middle(unsure.clone()) < 0.2, "{unsure:?}");
    }

    #[test]
    fn where_a_text_goes_astray_is_seen() {
        // The middle third of the words is laid one word late.
        let said = babble(160, 1);
        let mut studio = Studio::new(1);
        studio.read(&said);
        let mut frames = studio.said.clone();
        let cepstra = studio.finish();
        frames[60..110].rotate_right(1);
        frames[60] = frames[59].end..frames[59].end;
        let graph = Graph::new(&said);
        let sure = of_words(&graph, &cepstra, &path_of(&graph, &frames, cepstra.frames()));
        assert!(middle(sure[..55].to_vec()) > 0.5, "{sure:?}");
        assert!(middle(sure[65..105].to_vec()) < 0.5, "{sure:?}");
        assert!(middle(sure[115..].to_vec()) > 0.5, "{sure:?}");
    }

    #[test]
    fn a_word_without_frames_is_never_sure() {
        let said = babble(40, 1);
        let mut studio = Studio::new(1);
        studio.read(&said);
        let mut frames = studio.said.clone();
        frames[20] = frames[20].end..frames[20].end;
        let cepstra = studio.finish();
        let graph = Graph::new(&said);
        assert_eq!(of_words(&graph, &cepstra, &path_of(&graph, &frames, cepstra.frames()))[20], 0.0);
    }
}
