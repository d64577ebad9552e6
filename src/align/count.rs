//! A path counted: what a model is estimated from.

use std::ops::Range;

use rayon::prelude::*;

use super::graph::Graph;
use super::model::{Model, Tally};
use super::pdf::Pdf;
use super::search::Step;
use crate::signal::{Cepstra, DIMS};

/// Frames that one task counts; fixed, so that sums are added in the same order whatever the number of threads.
const SHARE: usize = 16_384;

/// Counts a path into a tally of `model`: every frame for what it was laid on, where its word is one that counts; and
/// every frame that is not silence for the filler, or for the noise where `noise` has it.
pub fn count(
    model: &Model,
    graph: &Graph,
    cepstra: &Cepstra,
    path: &[Step],
    noise: &[bool],
    counts: &(dyn Fn(usize) -> bool + Sync),
) -> Tally {
    let shares: Vec<Range<usize>> =
        (0..path.len()).step_by(SHARE).map(|from| from..(from + SHARE).min(path.len())).collect();
    let tallies: Vec<Tally> = shares
        .into_par_iter()
        .map(|share| {
            let (mut tally, mut vectors) = (model.tally(), Vec::new());
            cepstra.vectors(share.clone(), &mut vectors);
            let frames = path[share.clone()].iter().zip(&noise[share]);
            for ((step, &noise), vector) in frames.zip(vectors.chunks(DIMS)) {
                let any = if noise { Pdf::NOISE } else { Pdf::FILLER };
                match *step {
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
        })
        .collect();
    let mut sum = model.tally();
    for tally in &tallies {
        sum.merge(tally);
    }
    sum
}
