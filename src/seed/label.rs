//! Labels for the corpus: which pdf each frame of each clip belongs to.
//!
//! At first nothing is known but the text of each clip, and Gaussians learn from the clips as they do from a recording
//! (`align`): laid evenly, estimated, searched, estimated again. Later the network that learned from these labels
//! makes better ones.

use std::ops::Range;

use rayon::prelude::*;

use super::hear::Heard;
use super::learn::UNKNOWN;
use super::net::Net;
use crate::align::graph::Graph;
use crate::align::model::{Listening, Model, Pdf, Tally};
use crate::align::search::{Band, Costs, Ear, Step, search};
use crate::progress::{Progress, Silent};
use crate::signal::{Cepstra, DIMS};

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
/// How far from a clip's quiet level to its loud one, in decibels, speech begins.
const EDGE: f32 = 0.25;
/// How far under its loudest a clip's edges count as silence before anything is known, in units of
/// [`Cepstra::energy`].
const QUIET: f32 = 1.5;

/// Labels from nothing.
pub fn from_nothing(spoken: &[Spoken], progress: &dyn Progress) -> Vec<Vec<u16>> {
    progress.begin("labelling", (PASSES.len() * spoken.len()) as u64);
    let mut paths: Vec<Vec<Step>> = spoken.par_iter().map(lay).collect();
    let all: Vec<f32> = spoken.iter().flat_map(|clip| clip.cepstra.statics()).copied().collect();
    let mut model = Model::flat(&Cepstra::from_statics(all));
    for (number, &gaussians) in PASSES.iter().enumerate() {
        model = count(&model, spoken, &paths)
            .map_or_else(|| model.clone(), |tally| model.reestimate(&tally, |_| gaussians));
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
        let path = find(clip, &Heard::new(net, &clip.cepstra, &Silent));
        path.map_or_else(Vec::new, |path| labels(clip, &path))
    };
    spoken.par_iter().map(label).collect()
}

fn find(clip: &Spoken, ear: &dyn Ear) -> Option<Vec<Step>> {
    let frames = clip.cepstra.frames();
    let band = Band { centre: vec![0; frames], reach: clip.graph.words() };
    search(&clip.graph, frames, ear, &band, &COSTS, &Silent)
}

/// The pdfs along a path. What is too quiet at the edges to be speech is silence whatever the path says: a plosive's
/// closure sounds like it and would take in more and more of it.
fn labels(clip: &Spoken, path: &[Step]) -> Vec<u16> {
    let voiced = voiced(&clip.cepstra);
    let label = |(frame, step): (usize, &Step)| match step {
        Step::Filler { .. } => UNKNOWN,
        _ if !voiced.contains(&frame) => Pdf::SILENCE.0,
        step => step.pdf(&clip.graph).0,
    };
    path.iter().enumerate().map(label).collect()
}

/// From the first frame that is clearly louder than the clip's quiet ones to the last.
fn voiced(cepstra: &Cepstra) -> Range<usize> {
    let energies: Vec<f32> = (0..cepstra.frames()).map(|frame| cepstra.energy(frame)).collect();
    let mut sorted = energies.clone();
    sorted.sort_by(f32::total_cmp);
    let rank = |share: f32| sorted.get((share * sorted.len() as f32) as usize).copied().unwrap_or_default();
    let (quiet, loud) = (rank(0.03), rank(0.95));
    let is_loud = |energy: &f32| *energy > quiet + EDGE * (loud - quiet);
    let from = energies.iter().position(is_loud).unwrap_or(0);
    from..energies.iter().rposition(is_loud).map_or(energies.len(), |last| last + 1)
}

/// The states evenly over what is not silence.
fn lay(clip: &Spoken) -> Vec<Step> {
    let frames = clip.cepstra.frames();
    let loud = |&frame: &usize| clip.cepstra.energy(frame) > -QUIET;
    let from = (0..frames).find(loud).unwrap_or(0);
    let to = (0..frames).rev().find(loud).map_or(frames, |last| last + 1);
    let states: Vec<Step> = (0..clip.graph.words())
        .flat_map(|word| {
            let states = clip.graph.readings(word).first().cloned().unwrap_or(0..0);
            states.map(move |state| Step::State { word: word as u32, state })
        })
        .collect();
    let last = Step::Silence { word: clip.graph.words() as u32 };
    (0..frames)
        .map(|frame| match frame {
            _ if frame < from => Step::Silence { word: 0 },
            _ if frame >= to => last,
            _ => states.get((frame - from) * states.len() / (to - from)).copied().unwrap_or(last),
        })
        .collect()
}

fn count(model: &Model, spoken: &[Spoken], paths: &[Vec<Step>]) -> Option<Tally> {
    let tallies: Vec<Tally> = spoken
        .par_chunks(64)
        .zip(paths.par_chunks(64))
        .map(|(clips, paths)| {
            let (mut tally, mut vectors) = (model.tally(), Vec::new());
            for (clip, path) in clips.iter().zip(paths) {
                clip.cepstra.vectors(0..path.len(), &mut vectors);
                for (step, vector) in path.iter().zip(vectors.chunks(DIMS)) {
                    model.count(&mut tally, step.pdf(&clip.graph), vector);
                    model.count(&mut tally, Pdf::FILLER, vector);
                }
            }
            tally
        })
        .collect();
    tallies.into_iter().reduce(|mut sum, other| {
        sum.merge(&other);
        sum
    })
}
