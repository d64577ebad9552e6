//! A path counted: what a model is estimated from.

use std::ops::Range;

use rayon::prelude::*;

use super::graph::Graph;
use super::model::{Model, Tally};
use super::path::{Path, Step, lies_in};
use super::pdf::Pdf;
use crate::signal::{Cepstra, DIMS};

/// Frames that one task counts; fixed, so that sums are added in the same order whatever the number of threads.
const SHARE: usize = 16_384;
/// Tasks whose sums are held at a time: each has 200 kB of them.
const ROUND: usize = 32;

/// Counts a path into a tally of `model`: every frame for what it was laid on, where its word is one that counts; and
/// every frame that is not silence for the filler, or for the noise in the stretches of `noise`.
pub fn count(
    model: &Model,
    graph: &Graph,
    cepstra: &Cepstra,
    path: &Path,
    noise: &[Range<usize>],
    counts: &(dyn Fn(usize) -> bool + Sync),
) -> Tally {
    let shares: Vec<Range<usize>> =
        (0..path.frames()).step_by(SHARE).map(|from| from..(from + SHARE).min(path.frames())).collect();
    let count = |share: &Range<usize>| count_share(model, graph, cepstra, path, noise, counts, share.clone());
    let mut sum = model.tally();
    for round in shares.chunks(ROUND) {
        let tallies: Vec<Tally> = round.par_iter().map(count).collect();
        tallies.iter().for_each(|tally| sum.merge(tally));
    }
    sum
}

fn count_share(
    model: &Model,
    graph: &Graph,
    cepstra: &Cepstra,
    path: &Path,
    noise: &[Range<usize>],
    counts: &(dyn Fn(usize) -> bool + Sync),
    share: Range<usize>,
) -> Tally {
    let (mut tally, mut vectors) = (model.tally(), Vec::new());
    cepstra.vectors(share.clone(), &mut vectors);
    let mut is_noise = lies_in(noise);
    for ((frame, step), vector) in share.clone().zip(path.steps_of(share)).zip(vectors.chunks(DIMS)) {
        let noise = is_noise(frame);
        let any = if noise { Pdf::NOISE } else { Pdf::FILLER };
        match step {
            Step::Silence { .. } => model.count(&mut tally, if noise { any } else { Pdf::SILENCE }, vector),
            Step::Filler { .. } => model.count(&mut tally, any, vector),
            Step::State { word, .. } => {
                if counts(word as usize) {
                    model.count(&mut tally, step.pdf(graph), vector);
                }
                model.count(&mut tally, any, vector);
            }
        }
    }
    tally
}
