//! How sure each word's time is, judged by models that have not seen the word.
//!
//! A model that was trained on a wrong path fits that path. So the words are dealt out into two hands, each hand's
//! words are scored by a model estimated from the other's, and what counts is how much better the word's own states
//! explain its frames than the filler does: words that lie where they are spoken gain several nats a frame, misplaced
//! ones nothing. Where the seed model knows the voices it is asked instead: how much of the best phones' score the words
//! of a sentence reach. That tells as much about a clip of ten words as about an hour, and it has not heard the path.

use rayon::prelude::*;

use super::count::count;
use super::graph::Graph;
use super::model::Model;
use super::path::{Path, Step};
use super::seed::hear::Ratios;
use crate::signal::{Cepstra, DIMS};

/// Words dealt to one hand before the other has its turn: enough for a phrase, few enough that both hear every voice.
const HAND: usize = 8;
/// Words on either side whose gains a word's own is averaged with (a misplaced word has misplaced neighbours).
const NEIGHBOURS: usize = 2;
/// The gain, in nats a frame, at which a word is as likely right as wrong, and the gain over which the odds grow by e.
/// Half the words gained 3 to 4 nats and more under their own transcripts, 0.7 to 1.9 under those of other recordings
/// (docs/accuracy.md): even a wrong path is one that the search liked.
const EVEN_GAIN: f32 = 2.0;
const GAIN_SCALE: f32 = 0.5;
/// The same for what is reached of the best phones' score, where the seed model knows the voices, and the words of the
/// same sentence on either side that it is summed over. Fitted to 10,000 words, among them those of sentences that nobody
/// says, laid on speech that the transcript lacks: half of these reach less than 0.35, in noise one in twenty of the
/// others too (docs/accuracy.md).
const EVEN_SHARE: f32 = 0.38;
const SHARE_SCALE: f32 = 0.08;
const SHARED: usize = 10;
/// The share of the words of a text that have to be rather right than wrong if it is to be that of the recording.
/// Recordings measured 0.8 and more with their own.
pub const BORNE_OUT: f32 = 0.65;
/// Frames of a block that is scored at once.
const BLOCK: usize = 4_096;

/// The probability that each word lies where the path has it; 0 for words that have no frames.
///
/// `ratios` are what the seed model heard, if it knows the voices.
pub fn of_words(graph: &Graph, cepstra: &Cepstra, path: &Path, ratios: Option<&Ratios>) -> Vec<f32> {
    let Some(ratios) = ratios else {
        return probabilities(&gains(graph, cepstra, path), NEIGHBOURS, EVEN_GAIN, GAIN_SCALE).collect();
    };
    let scores = scores(graph, path, ratios);
    let sentences = graph.sentence_starts.windows(2).map(|pair| &scores[pair[0] as usize..pair[1] as usize]);
    sentences.flat_map(|sentence| probabilities(sentence, SHARED, EVEN_SHARE, SHARE_SCALE)).collect()
}

/// The probability that each word of a sentence lies where it was laid, by what its phones reach of the best phones' score
/// there: both, word by word.
pub fn by_shares(words: &[(f32, f32)]) -> Vec<f32> {
    probabilities(words, SHARED, EVEN_SHARE, SHARE_SCALE).collect()
}

/// The probability that each of some words is right, by what it and so many words on either side have of the second sums.
fn probabilities(sums: &[(f32, f32)], neighbours: usize, even: f32, scale: f32) -> impl Iterator<Item = f32> {
    (0..sums.len()).map(move |word| {
        let around = word.saturating_sub(neighbours)..(word + neighbours + 1).min(sums.len());
        let odds = share(&sums[around]).filter(|_| sums[word].1 > 0.0).map(|share| (share - even) / scale);
        odds.map_or(0.0, |odds| 1.0 / (1.0 + (-odds).exp()))
    })
}

/// The share of the words with a time that are rather right than wrong, 0 to 1.
pub fn share_of_sure(words: &[f32]) -> f32 {
    let (sure, timed) = (words.iter().filter(|&&word| word >= 0.5), words.iter().filter(|&&word| word > 0.0));
    sure.count() as f32 / timed.count().max(1) as f32
}

/// What part the first sums are of the second; `None` where there is nothing to be a part of.
fn share(sums: &[(f32, f32)]) -> Option<f32> {
    let (part, whole) = sums.iter().fold((0.0, 0.0), |sum, near| (sum.0 + near.0, sum.1 + near.1));
    (whole > 0.0).then(|| part / whole)
}

/// What each sentence's phones reach of the best phones' score; `None` for those that are not spoken.
pub fn of_sentences(graph: &Graph, path: &Path, ratios: &Ratios) -> Vec<Option<f32>> {
    let words = scores(graph, path, ratios);
    graph.sentence_starts.windows(2).map(|pair| share(&words[pair[0] as usize..pair[1] as usize])).collect()
}

/// For each word what its phones score by the seed model, and the best phones in its frames.
fn scores(graph: &Graph, path: &Path, ratios: &Ratios) -> Vec<(f32, f32)> {
    let mut sums = vec![(0.0, 0.0); graph.words()];
    for (word, own, best) in ratios.against_best(graph, path, 0..path.frames()).flatten() {
        sums[word] = (sums[word].0 + own, sums[word].1 + best);
    }
    sums
}

/// For each word how much better its own states explain its frames than the filler, in nats, and its frames.
fn gains(graph: &Graph, cepstra: &Cepstra, path: &Path) -> Vec<(f32, f32)> {
    let flat = Model::flat(cepstra);
    let hands = [0, 1].map(|hand| {
        let others = |word: usize| word / HAND % 2 != hand;
        flat.reestimate(&count(&flat, graph, cepstra, path, &path.filler(), &others), |_| 1).scorer()
    });
    let blocks: Vec<usize> = (0..path.frames()).step_by(BLOCK).collect();
    let gains: Vec<Vec<(u32, f32)>> = blocks
        .into_par_iter()
        .map(|start| {
            let end = (start + BLOCK).min(path.frames());
            let mut vectors = Vec::new();
            cepstra.vectors(start..end, &mut vectors);
            debug_assert_eq!(vectors.len(), (end - start) * DIMS);
            let scores = [hands[0].score(&vectors, 1.0), hands[1].score(&vectors, 1.0)];
            path.steps_of(start..end)
                .enumerate()
                .filter_map(|(frame, step)| match step {
                    Step::State { word, .. } => {
                        let scores = scores[word as usize / HAND % 2].frame(frame);
                        Some((word, scores[step.pdf(graph).index()]))
                    }
                    _ => None,
                })
                .collect()
        })
        .collect();
    let mut sums = vec![(0.0, 0.0); graph.words()];
    for (word, gain) in gains.into_iter().flatten() {
        let sum = &mut sums[word as usize];
        *sum = (sum.0 + gain, sum.1 + 1.0);
    }
    sums
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
        let graph = Graph::new(babble(160, text_seed));
        of_words(&graph, &cepstra, &path_of(&graph, &frames, cepstra.frames()), None)
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
        let sure = of_words(&graph, &cepstra, &path_of(&graph, &frames, cepstra.frames()), None);
        assert!(middle(sure[..55].to_vec()) > 0.5, "{sure:?}");
        assert!(middle(sure[65..105].to_vec()) < 0.5, "{sure:?}");
        assert!(middle(sure[115..].to_vec()) > 0.5, "{sure:?}");
    }

    #[test]
    fn of_a_few_words_the_seed_model_is_asked() {
        let said = babble(12, 1);
        let mut studio = Studio::new(1);
        studio.read(&said);
        let frames = studio.said.clone();
        let cepstra = studio.finish();
        let graph = Graph::new(&said);
        let path = path_of(&graph, &frames, cepstra.frames());
        let heard = Ratios::of_pdfs(path.steps().map(|step| step.pdf(&graph)));
        let sure = of_words(&graph, &cepstra, &path, Some(&heard));
        assert!(sure.iter().all(|&probability| probability > 0.9), "{sure:?}");
        assert_eq!(share_of_sure(&sure), 1.0);

        // What it hears is another text.
        let other = Graph::new(babble(12, 2));
        let elsewhere = path_of(&other, &frames, cepstra.frames());
        let heard = Ratios::of_pdfs(elsewhere.steps().map(|step| step.pdf(&other)));
        let unsure = of_words(&graph, &cepstra, &path, Some(&heard));
        assert!(unsure.iter().all(|&probability| probability < 0.1), "{unsure:?}");
        assert_eq!(share_of_sure(&unsure), 0.0);
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
        assert_eq!(of_words(&graph, &cepstra, &path_of(&graph, &frames, cepstra.frames()), None)[20], 0.0);
    }
}
