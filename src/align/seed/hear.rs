//! A recording as the network hears it.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use super::net::{CLASSES, Net};
use crate::align::ear::{Ear, Scores};
use crate::align::graph::Graph;
use crate::align::path::{Path, Step};
use crate::align::pdf::Pdf;
use crate::progress::Progress;
use crate::signal::{Cepstra, STATIC};
use crate::spool::{Spool, SpoolError};

/// How many of a frame's pdfs are remembered: those that it fits best. The right one is hardly ever further down.
const KEPT: usize = 16;
/// What the rest are taken to score, in nats under any sound's; no score is worse, since the network may err.
const WORST: f32 = -6.0;
/// Scores are kept to this many nats.
const GRAIN: f32 = 1.0 / 8.0;
/// Nats by which silence is favoured over what its share of the training data says. There it is so frequent that a
/// frame that is most likely silent would fit many a rare phone better.
const SILENCE_FAVOUR: f32 = 2.0;
/// Once a path is known the filler scores this share of what the text itself reaches around there, within bounds.
const FILLER_OF_TEXT: f32 = 0.45;
const LEAST_FILLER_SHARE: f32 = 0.15;
const MOST_FILLER_SHARE: f32 = 0.4;
/// Frames on either side that this is averaged over: 30 s.
const FILLER_REACH: usize = 3_000;

/// Pdfs and how much likelier a frame is under each than on the average, the likeliest first.
type Kept = [[u8; 2]; KEPT];

/// What the network says of a whole recording: for each frame the [`KEPT`] pdfs that it fits best. What it says of a long
/// one is kept in a temporary file.
pub struct Ratios {
    rows: Spool,
}

impl Ratios {
    /// Listens to a recording once, on all cores.
    pub fn of(net: &Net, cepstra: &Cepstra, progress: &dyn Progress) -> Ratios {
        /// Frames that one task listens to: their numbers stay in the cache.
        const SHARE: usize = 512;
        /// Tasks from one report of progress to the next.
        const ROUND: usize = 64;
        progress.begin("listening", cepstra.frames() as u64);
        let mut rows = Spool::new(size_of::<Kept>());
        let starts: Vec<usize> = (0..cepstra.frames()).step_by(SHARE).collect();
        for round in starts.chunks(ROUND) {
            let heard: Vec<Vec<Kept>> = round
                .par_iter()
                .map(|&from| {
                    let frames = from..(from + SHARE).min(cepstra.frames());
                    let ratios = net.likelihood_ratios(input(cepstra, net, frames));
                    ratios.rows().into_iter().map(|row| keep(row.as_slice().unwrap_or_default())).collect()
                })
                .collect();
            heard.iter().for_each(|task| rows.push(task.as_flattened().as_flattened()));
            progress.reach(rows.rows() as u64);
        }
        progress.end();
        Ratios { rows }
    }

    /// What a network says that is sure of one pdf in every frame, by three nats.
    #[cfg(test)]
    pub fn of_pdfs(pdfs: impl Iterator<Item = Pdf>) -> Ratios {
        let sure = |pdf: Pdf| {
            let mut ratios = [-9.0; CLASSES];
            ratios[pdf.index()] = 3.0;
            keep(&ratios)
        };
        let mut rows = Spool::new(size_of::<Kept>());
        pdfs.map(sure).for_each(|kept| rows.push(kept.as_flattened()));
        Ratios { rows }
    }

    /// What is kept of some frames.
    fn kept(&self, frames: Range<usize>) -> impl Iterator<Item = Kept> {
        self.rows.blocks(frames).flat_map(|block| block.as_chunks().0.as_chunks().0.to_vec())
    }

    /// Whether everything could be kept and read so far.
    ///
    /// # Errors
    /// [`SpoolError`] where it could not; then anything may be wrong.
    pub fn check(&self) -> Result<(), SpoolError> {
        self.rows.check()
    }

    /// For each of some frames that a path lays on a word: the word, what the frame scores as the phone there, in whichever
    /// state, and what as the pdf that it fits best; `None` for the other frames.
    pub fn against_best<'a>(
        &'a self,
        graph: &'a Graph,
        path: &'a Path,
        frames: Range<usize>,
    ) -> impl Iterator<Item = Option<(usize, f32, f32)>> + 'a {
        self.kept(frames.clone()).zip(path.steps_of(frames)).map(|(kept, step)| {
            let Step::State { word, .. } = step else { return None };
            let pdf = step.pdf(graph);
            let own = kept.iter().find(|[other, _]| Pdf(u16::from(*other)).is_same_phone(pdf));
            Some((word as usize, own.map_or(WORST, |&[_, steps]| ratio(steps)), ratio(kept[0][1]).max(0.0)))
        })
    }
}

/// A ratio as it was kept.
fn ratio(steps: u8) -> f32 {
    WORST + GRAIN * f32::from(steps)
}

/// The best of a frame's scores.
fn keep(ratios: &[f32]) -> Kept {
    let mut best = [(0u8, f32::MIN); KEPT];
    for (pdf, &ratio) in ratios.iter().enumerate() {
        if ratio > best[KEPT - 1].1 && pdf != Pdf::FILLER.index() {
            let at = best.partition_point(|&(_, other)| other >= ratio);
            best[at..].rotate_right(1);
            best[at] = (pdf as u8, ratio);
        }
    }
    best.map(|(pdf, ratio)| [pdf, ((ratio - WORST) / GRAIN).round() as u8])
}

/// A recording heard by the network.
pub struct Hearing<'a> {
    /// What the network says of it.
    pub ratios: &'a Ratios,
    /// Where a text was found in it, if anything is known yet.
    pub found: Option<(&'a Graph, &'a Path)>,
}

impl Hearing<'_> {
    /// The filler's score in some frames, as a share of the best phone's: if any phone may be chosen for any frame, the
    /// right text reaches some two thirds of that on the average, other texts one third. It is a part of what the
    /// text's phones reach around there, since voices differ in how well the network knows them.
    fn filler_shares(&self, frames: Range<usize>) -> Vec<f32> {
        let Some((graph, path)) = self.found else { return vec![0.0; frames.len()] };
        let around = |frame: usize| frame.saturating_sub(FILLER_REACH)..(frame + FILLER_REACH).min(path.frames());
        let first = around(frames.start).start;
        // Sums up to each frame of what the words' phones scored, and the best phones beside them; they are exact, so
        // that it does not matter where they begin.
        let mut sum = (0.0f64, 0.0f64);
        let mut upto = vec![sum];
        for frame in self.ratios.against_best(graph, path, first..around(frames.end - 1).end) {
            if let Some((_, own, best)) = frame {
                sum = (sum.0 + f64::from(own), sum.1 + f64::from(best));
            }
            upto.push(sum);
        }
        let share = |frame: usize| {
            let (from, to) = (upto[around(frame).start - first], upto[around(frame).end - first]);
            let (own, best) = (to.0 - from.0, to.1 - from.1);
            let reached = if best > 0.0 { (own / best) as f32 } else { 0.0 };
            (FILLER_OF_TEXT * reached).clamp(LEAST_FILLER_SHARE, MOST_FILLER_SHARE)
        };
        frames.map(share).collect()
    }
}

impl Ear for Hearing<'_> {
    fn score(&self, frames: Range<usize>, scale: f32) -> Scores {
        let mut scores = vec![0.0; frames.len() * CLASSES];
        let heard = self.ratios.kept(frames.clone()).zip(self.filler_shares(frames));
        for (row, (kept, filler_share)) in scores.chunks_mut(CLASSES).zip(heard) {
            row.fill(WORST);
            for [pdf, steps] in kept {
                row[usize::from(pdf)] = ratio(steps);
            }
            row[Pdf::SILENCE.index()] += SILENCE_FAVOUR;
            let best = row.iter().copied().fold(0.0, f32::max);
            let filler = row[Pdf::NOISE.index()].max(filler_share * best);
            row.iter_mut().for_each(|score| *score = scale * (*score - filler));
            row[Pdf::FILLER.index()] = 0.0;
        }
        Scores::new(scores)
    }
}

/// What the network has to see for some frames; past the recording's ends its first and last frames go on.
pub fn input(cepstra: &Cepstra, net: &Net, frames: Range<usize>) -> Array2<f32> {
    let (before, after) = net.reach();
    let last = cepstra.frames() as isize - 1;
    let first = frames.start as isize - before as isize;
    let rows = frames.len() + before + after;
    let seen = frames.start.saturating_sub(before)..(frames.end + after).min(cepstra.frames());
    let statics = cepstra.statics(seen.clone());
    Array2::from_shape_fn((rows, STATIC), |(row, dim)| {
        let frame = (first + row as isize).clamp(0, last.max(0)) as usize;
        statics[(frame - seen.start) * STATIC + dim]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::seed::shipped;
    use crate::progress::Silent;

    #[test]
    fn what_is_kept_is_what_fits_best() {
        let mut ratios = vec![-9.0f32; CLASSES];
        (10..40).for_each(|pdf| ratios[pdf] = (pdf % 13) as f32 / 4.0);
        ratios[Pdf::FILLER.index()] = 99.0;
        let kept = keep(&ratios);
        assert!(kept.windows(2).all(|pair| pair[0][1] >= pair[1][1]));
        for [pdf, steps] in kept {
            assert!((ratio(steps) - ratios[usize::from(pdf)]).abs() <= GRAIN / 2.0);
        }
        let least = ratio(kept[KEPT - 1][1]);
        let better = (0..CLASSES).filter(|&pdf| pdf != Pdf::FILLER.index() && ratios[pdf] > least + GRAIN).count();
        assert!(better < KEPT);
    }

    #[test]
    fn silence_is_heard_as_silence() {
        let samples: Vec<f32> =
            (0..48_000u32).map(|at| (at.wrapping_mul(2_654_435_761) as f32 / 4e9 - 0.5) * 1e-3).collect();
        let ratios = Ratios::of(shipped(), &Cepstra::of(&samples), &Silent);
        let heard = Hearing { ratios: &ratios, found: None };
        let scores = heard.score(100..200, 1.0);
        let quiet = (0..100).filter(|&frame| {
            let row = scores.frame(frame);
            row.iter().all(|score| *score <= row[Pdf::SILENCE.index()].max(row[Pdf::NOISE.index()]))
        });
        assert!(quiet.count() > 80);
    }
}
