//! Labels for the corpus: which pdf each frame of each clip belongs to.
//!
//! At first nothing is known but the text of each clip, and Gaussians learn from the clips as they do from a recording
//! (`align`): laid evenly, estimated, searched, estimated again. Later the network that learned from these labels
//! makes better ones.

use std::ops::Range;

use rayon::prelude::*;

use super::learn::UNKNOWN;
use crate::align::count::count;
use crate::align::ear::Ear;
use crate::align::edges;
use crate::align::expected::Expected;
use crate::align::graph::Graph;
use crate::align::guess::first_guess;
use crate::align::model::{Listening, Model, Tally};
use crate::align::path::{Path, Step};
use crate::align::pdf::Pdf;
use crate::align::search::{Band, Costs, search};
use crate::align::seed::Net;
use crate::align::seed::hear::{Hearing, Ratios};
use crate::progress::{Progress, Silent};
use crate::signal::Cepstra;

/// A clip and its text, ready to be aligned.
pub struct Spoken {
    /// What is heard.
    pub cepstra: Cepstra,
    /// What is said.
    pub graph: Graph,
}

/// Most Gaussians a state, pass by pass.
const PASSES: [usize; 8] = [1, 1, 1, 2, 2, 4, 4, 8];
/// Inside a clip everything is spoken and nothing else is.
const COSTS: Costs = Costs {
    scale: 0.3,
    state: 0.0,
    silence: 4.0,
    silence_frame: 0.0,
    filler: 1e6,
    filler_frame: 0.0,
    unspoken: None,
    unspoken_more: 0.0,
    beam: 1e9,
};
/// Clips that one task counts; fixed, so that sums are added in the same order whatever the number of threads.
const SHARE: usize = 64;

/// Labels from nothing.
pub fn from_nothing(spoken: &[Spoken], progress: &dyn Progress) -> Vec<Vec<u16>> {
    progress.begin("labelling", (PASSES.len() * spoken.len()) as u64);
    let mut paths: Vec<Path> = spoken.par_iter().map(guess).collect();
    let all: Vec<f32> = spoken.iter().flat_map(|clip| clip.cepstra.statics(0..clip.cepstra.frames())).collect();
    let mut model = Model::flat(&Cepstra::from_statics(&all));
    for (number, &gaussians) in PASSES.iter().enumerate() {
        model = model.reestimate(&count_all(&model, spoken, &paths), |_| gaussians);
        let scorer = model.scorer();
        paths = spoken
            .par_iter()
            .zip(&paths)
            .map(|(clip, path)| {
                let ear = Listening { cepstra: &clip.cepstra, scorer: &scorer };
                find(clip, &ear).unwrap_or_else(|| path.clone())
            })
            .collect();
        progress.reach(((number + 1) * spoken.len()) as u64);
    }
    progress.end();
    spoken.iter().zip(&paths).map(|(clip, path)| labels(clip, path)).collect()
}

/// Labels by a network; clips too short for their text get none.
pub fn by_net(spoken: &[Spoken], net: &Net) -> Vec<Vec<u16>> {
    let label = |clip: &Spoken| {
        let ratios = Ratios::of(net, &clip.cepstra, &Silent);
        let path = find(clip, &Hearing { ratios: &ratios, found: None });
        path.map_or_else(Vec::new, |path| labels(clip, &path))
    };
    spoken.par_iter().map(label).collect()
}

fn find(clip: &Spoken, ear: &dyn Ear) -> Option<Path> {
    let band = Band::new(std::iter::repeat_n(0, clip.cepstra.frames()), clip.graph.words());
    search(&clip.graph, ear, &band, &Expected::default(), &COSTS, &Silent)
}

/// The pdfs along a path. What is too quiet at the edges to be speech is silence whatever the path says: a plosive's
/// closure sounds like it and would take in more and more of it.
fn labels(clip: &Spoken, path: &Path) -> Vec<u16> {
    let voiced = voiced(&clip.cepstra);
    let label = |(frame, step): (usize, Step)| match step {
        Step::Filler { .. } => UNKNOWN,
        _ if !voiced.contains(&frame) => Pdf::SILENCE.0,
        step => step.pdf(&clip.graph).0,
    };
    path.steps().enumerate().map(label).collect()
}

/// From the first frame that is clearly louder than the clip's quiet ones to the last.
fn voiced(cepstra: &Cepstra) -> Range<usize> {
    let threshold = cepstra.energy_between(0..cepstra.frames(), edges::START_LEVEL);
    let energies = cepstra.energies(0..cepstra.frames());
    let is_loud = |energy: &f32| *energy > threshold;
    let from = energies.iter().position(is_loud).unwrap_or(0);
    from..energies.iter().rposition(is_loud).map_or(cepstra.frames(), |last| last + 1)
}

/// The states evenly over what is not silence.
fn guess(clip: &Spoken) -> Path {
    first_guess(&clip.graph, &[], &[voiced(&clip.cepstra)], &[], clip.cepstra.frames())
}

fn count_all(model: &Model, spoken: &[Spoken], paths: &[Path]) -> Tally {
    let tallies: Vec<Tally> = spoken
        .par_chunks(SHARE)
        .zip(paths.par_chunks(SHARE))
        .map(|(clips, paths)| {
            let mut sum = model.tally();
            for (clip, path) in clips.iter().zip(paths) {
                sum.merge(&count(model, &clip.graph, &clip.cepstra, path, &[], &|_| true));
            }
            sum
        })
        .collect();
    let mut sum = model.tally();
    tallies.iter().for_each(|tally| sum.merge(tally));
    sum
}
