//! The recording teaches its own model: search, count, estimate anew, again and again.

use std::ops::Range;

use rayon::prelude::*;

use super::graph::Graph;
use super::model::{Model, Pdf, Tally};
use super::search::{Band, Costs, Step, search};
use crate::progress::Progress;
use crate::signal::{Cepstra, DIMS};

/// Frames that one task counts; fixed, so that sums are added in the same order whatever the number of threads.
const SHARE: usize = 16_384;

/// Counts a path into a tally of `model`: each frame for what it was laid on, and for the filler what is not silence.
pub fn count(model: &Model, graph: &Graph, cepstra: &Cepstra, path: &[Step]) -> Tally {
    let trusted = trusted(graph, path);
    let shares: Vec<Range<usize>> =
        (0..path.len()).step_by(SHARE).map(|from| from..(from + SHARE).min(path.len())).collect();
    let tallies: Vec<Tally> = shares
        .into_par_iter()
        .map(|share| {
            let (mut tally, mut vectors) = (model.tally(), Vec::new());
            cepstra.vectors(share.clone(), &mut vectors);
            for (step, vector) in path[share].iter().zip(vectors.chunks(DIMS)) {
                let pdf = step.pdf(graph);
                if pdf == Pdf::SILENCE || pdf != Pdf::FILLER && trusted[step.word() as usize] {
                    model.count(&mut tally, pdf, vector);
                }
                if pdf != Pdf::SILENCE {
                    model.count(&mut tally, Pdf::FILLER, vector);
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

/// One pass of the schedule.
pub struct Pass {
    /// How far from the last path the search may go, in seconds of speech.
    pub reach: f32,
    /// Most Gaussians a state.
    pub gaussians: usize,
    /// What the search costs.
    pub costs: Costs,
}

/// Most Gaussians for silence, and for the filler, by the Gaussians of a phone's state.
pub fn most(gaussians: usize, pdf: Pdf) -> usize {
    match pdf {
        Pdf::SILENCE => 2 * gaussians,
        Pdf::FILLER => 8.max(2 * gaussians),
        _ => gaussians,
    }
}

/// One pass: a search round the last path with a model made from it.
pub fn pass(
    graph: &Graph,
    cepstra: &Cepstra,
    model: &mut Model,
    path: &mut Vec<Step>,
    pass: &Pass,
    progress: &dyn Progress,
) -> bool {
    *model = model.reestimate(&count(model, graph, cepstra, path), |pdf| most(pass.gaussians, pdf));
    let words_a_second = graph.words() as f32 / (path.len() as f32 / 100.0).max(1.0);
    let band = Band {
        centre: path.iter().map(|step| step.word()).collect(),
        reach: (pass.reach * words_a_second) as usize + 10,
    };
    match search(graph, cepstra, &model.scorer(), &band, &pass.costs, progress) {
        Some(found) => {
            *path = found;
            true
        }
        None => false,
    }
}

fn trusted(graph: &Graph, path: &[Step]) -> Vec<bool> {
    let ratio: f32 = std::env::var("TRUST").ok().and_then(|v| v.parse().ok()).unwrap_or(1000.0);
    let mut frames = vec![0u32; graph.words() + 1];
    for step in path {
        if let Step::State { word, .. } = step {
            frames[*word as usize] += 1;
        }
    }
    let mut rates: Vec<(usize, usize, f32)> = Vec::new();
    for pair in graph.sentence_starts.windows(2) {
        let (a, b) = (pair[0] as usize, pair[1] as usize);
        let f: u32 = frames[a..b].iter().sum();
        let l: usize = (a..b).map(|w| graph.length(w)).sum();
        rates.push((a, b, f as f32 / l.max(1) as f32));
    }
    let mut sorted: Vec<f32> = rates.iter().map(|r| r.2).collect();
    sorted.sort_by(f32::total_cmp);
    let median = sorted[sorted.len() / 2];
    let mut out = vec![false; graph.words() + 1];
    for (a, b, r) in rates {
        if r < median * ratio && r > median / ratio {
            out[a..b].fill(true);
        }
    }
    out
}
