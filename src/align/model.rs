//! The acoustic model: a mixture of Gaussians with diagonal covariance for every state of every phone, one for
//! silence and one for "speech or noise of some kind" (the filler).
//!
//! The log density of a diagonal Gaussian is linear in the numbers of a vector and their squares, so that the scores
//! of a block of frames under all Gaussians are one product of two matrices.

use std::ops::Range;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};

use super::ear::{Ear, Scores};
use super::pdf::Pdf;
use crate::signal::{Cepstra, DIMS};

/// Variance under which no dimension falls, in units of its variance over the recording: keeps a Gaussian that saw few
/// frames from becoming a needle.
const LEAST_VARIANCE: f64 = 0.02;
/// Frames of everything that each Gaussian is taken to have seen before its own (a MAP prior; Gauvain & Lee 1994).
const PRIOR_FRAMES: f64 = 6.0;
/// Frames that a Gaussian needs before it is split in two.
const FRAMES_TO_SPLIT: f64 = 60.0;
/// How far the halves of a split are moved apart, in standard deviations (HTK Book, 10.6).
const SPLIT_DISTANCE: f32 = 0.2;

/// One component of a mixture.
#[derive(Clone, Debug)]
struct Gaussian {
    log_weight: f32,
    mean: [f32; DIMS],
    variance: [f32; DIMS],
    frames: f64,
}

/// A mixture for every [`Pdf`]; one without frames of its own stands in with the distribution of everything.
#[derive(Clone, Debug)]
pub struct Model {
    mixtures: Vec<Vec<Gaussian>>,
}

/// Sums over the frames that a Gaussian was given.
#[derive(Clone)]
struct Sums {
    frames: f64,
    first: [f64; DIMS],
    second: [f64; DIMS],
}

impl Sums {
    const NONE: Sums = Sums { frames: 0.0, first: [0.0; DIMS], second: [0.0; DIMS] };

    fn add(&mut self, vector: &[f32]) {
        self.frames += 1.0;
        for (dim, &value) in vector.iter().enumerate() {
            let value = f64::from(value);
            self.first[dim] += value;
            self.second[dim] += value * value;
        }
    }

    fn merge(&mut self, other: &Sums) {
        self.frames += other.frames;
        for dim in 0..DIMS {
            self.first[dim] += other.first[dim];
            self.second[dim] += other.second[dim];
        }
    }

    /// The Gaussian of these sums, leaning on `prior` by [`PRIOR_FRAMES`].
    fn gaussian(&self, prior: &Gaussian, mixture_frames: f64) -> Gaussian {
        let frames = self.frames + PRIOR_FRAMES;
        let mean: [f64; DIMS] =
            std::array::from_fn(|dim| (self.first[dim] + PRIOR_FRAMES * f64::from(prior.mean[dim])) / frames);
        let variance = |dim: usize| {
            let own = self.second[dim] - 2.0 * mean[dim] * self.first[dim] + self.frames * mean[dim] * mean[dim];
            let apart = f64::from(prior.mean[dim]) - mean[dim];
            let leaning = PRIOR_FRAMES * (f64::from(prior.variance[dim]) + apart * apart);
            ((own.max(0.0) + leaning) / frames).max(LEAST_VARIANCE) as f32
        };
        Gaussian {
            log_weight: (self.frames.max(1.0) / mixture_frames.max(1.0)).ln() as f32,
            mean: mean.map(|value| value as f32),
            variance: std::array::from_fn(variance),
            frames: self.frames,
        }
    }
}

/// Sums for every Gaussian of a model.
pub struct Tally {
    sums: Vec<Vec<Sums>>,
}

impl Tally {
    /// Adds what another part of the recording gave.
    pub fn merge(&mut self, other: &Tally) {
        for (mine, theirs) in self.sums.iter_mut().flatten().zip(other.sums.iter().flatten()) {
            mine.merge(theirs);
        }
    }
}

impl Model {
    /// One Gaussian a pdf, all of them the distribution of everything heard: the state before any training.
    pub fn flat(cepstra: &Cepstra) -> Model {
        let mut everything = Sums::NONE;
        let mut block = Vec::new();
        // Every frame of a long recording says no more about the whole than one in a hundred does.
        let step = (cepstra.frames() / 50_000).max(1);
        for frame in (0..cepstra.frames()).step_by(step) {
            cepstra.vectors(frame..frame + 1, &mut block);
            everything.add(&block);
        }
        let unit = Gaussian { log_weight: 0.0, mean: [0.0; DIMS], variance: [1.0; DIMS], frames: everything.frames };
        let global = everything.gaussian(&unit, everything.frames);
        Model { mixtures: vec![vec![global]; Pdf::COUNT] }
    }

    /// An empty tally for this model.
    pub fn tally(&self) -> Tally {
        Tally { sums: self.mixtures.iter().map(|mixture| vec![Sums::NONE; mixture.len()]).collect() }
    }

    /// Adds one frame that was laid on `pdf` to a tally: to the component that fits it best.
    pub fn count(&self, tally: &mut Tally, pdf: Pdf, vector: &[f32]) {
        let mixture = &self.mixtures[pdf.index()];
        let best = if mixture.len() == 1 { 0 } else { best_component(mixture, vector) };
        tally.sums[pdf.index()][best].add(vector);
    }

    /// The model that a tally of this one gives. Mixtures of more than `most(pdf)` components are not made; those with
    /// frames enough for more than they have are split.
    pub fn reestimate(&self, tally: &Tally, most: impl Fn(Pdf) -> usize) -> Model {
        let global = self.everything(tally);
        let mixtures = tally.sums.iter().enumerate().map(|(index, sums)| {
            let frames: f64 = sums.iter().map(|sum| sum.frames).sum();
            if frames < 1.0 {
                return vec![global.clone()];
            }
            let mut mixture: Vec<Gaussian> =
                sums.iter().filter(|sum| sum.frames >= 1.0).map(|sum| sum.gaussian(&global, frames)).collect();
            split(&mut mixture, most(Pdf(index as u16)));
            mixture
        });
        Model { mixtures: mixtures.collect() }
    }

    /// The distribution of all frames in a tally, as the prior of every Gaussian.
    fn everything(&self, tally: &Tally) -> Gaussian {
        let mut sums = Sums::NONE;
        for sum in tally.sums.iter().flatten() {
            sums.merge(sum);
        }
        sums.gaussian(&self.mixtures[Pdf::FILLER.index()][0], sums.frames)
    }

    /// The model in the form that scores blocks.
    pub fn scorer(&self) -> Scorer {
        Scorer::new(self)
    }
}

fn best_component(mixture: &[Gaussian], vector: &[f32]) -> usize {
    let score = |gaussian: &Gaussian| {
        let distance: f32 = (0..DIMS)
            .map(|dim| {
                let apart = vector[dim] - gaussian.mean[dim];
                apart * apart / gaussian.variance[dim] + gaussian.variance[dim].ln()
            })
            .sum();
        gaussian.log_weight - 0.5 * distance
    };
    (0..mixture.len()).max_by(|&a, &b| score(&mixture[a]).total_cmp(&score(&mixture[b]))).unwrap_or(0)
}

/// Splits the components with the most frames until there are `most`, or all have too few.
fn split(mixture: &mut Vec<Gaussian>, most: usize) {
    let before = mixture.len();
    // At most doubling at a time: halves need a pass to find their own frames before they are split again.
    while mixture.len() < most.min(2 * before) {
        let Some(heaviest) = (0..mixture.len()).max_by(|&a, &b| mixture[a].frames.total_cmp(&mixture[b].frames)) else {
            return;
        };
        if mixture[heaviest].frames < FRAMES_TO_SPLIT {
            return;
        }
        let half = &mut mixture[heaviest];
        half.log_weight -= std::f32::consts::LN_2;
        half.frames /= 2.0;
        let mut other = half.clone();
        for dim in 0..DIMS {
            let step = SPLIT_DISTANCE * half.variance[dim].sqrt();
            half.mean[dim] += step;
            other.mean[dim] -= step;
        }
        mixture.push(other);
    }
}

/// A model as one matrix, to score blocks of frames.
pub struct Scorer {
    /// `2 * DIMS` rows (a number's weight, its square's weight) by one column a Gaussian.
    weights: Array2<f32>,
    /// What every Gaussian adds.
    constants: Vec<f32>,
    /// The columns of each pdf.
    columns: Vec<(usize, usize)>,
}

/// Frames scored at once: their products with a few hundred Gaussians stay in the cache.
const TILE: usize = 128;

/// Hears a recording by a model.
pub struct Listening<'a> {
    /// The recording.
    pub cepstra: &'a Cepstra,
    /// The model.
    pub scorer: &'a Scorer,
}

impl Ear for Listening<'_> {
    fn score(&self, frames: Range<usize>, scale: f32) -> Scores {
        let mut vectors = Vec::new();
        self.cepstra.vectors(frames, &mut vectors);
        self.scorer.score(&vectors, scale)
    }
}

impl Scorer {
    fn new(model: &Model) -> Scorer {
        let total: usize = model.mixtures.iter().map(Vec::len).sum();
        let (mut weights, mut constants) = (Array2::zeros((2 * DIMS, total)), Vec::with_capacity(total));
        let mut columns = Vec::with_capacity(Pdf::COUNT);
        for mixture in &model.mixtures {
            columns.push((constants.len(), constants.len() + mixture.len()));
            for gaussian in mixture {
                let column = constants.len();
                let mut constant = gaussian.log_weight;
                for dim in 0..DIMS {
                    let (mean, variance) = (gaussian.mean[dim], gaussian.variance[dim]);
                    weights[[dim, column]] = mean / variance;
                    weights[[DIMS + dim, column]] = -0.5 / variance;
                    constant -= 0.5 * (mean * mean / variance + variance.ln());
                }
                constants.push(constant);
            }
        }
        Scorer { weights, constants, columns }
    }

    /// Scores the frames of `vectors` ([`DIMS`] numbers each); every score is multiplied by `scale`.
    pub fn score(&self, vectors: &[f32], scale: f32) -> Scores {
        let mut values = vec![0.0; vectors.len() / DIMS * Pdf::COUNT];
        let mut squared = Array2::zeros((TILE, 2 * DIMS));
        let mut products = Array2::zeros((TILE, self.constants.len()));
        for (tile, out) in vectors.chunks(TILE * DIMS).zip(values.chunks_mut(TILE * Pdf::COUNT)) {
            let frames = tile.len() / DIMS;
            for (mut row, vector) in squared.rows_mut().into_iter().zip(tile.chunks(DIMS)) {
                for (dim, &value) in vector.iter().enumerate() {
                    row[dim] = value;
                    row[DIMS + dim] = value * value;
                }
            }
            let squared: ArrayView2<f32> = squared.slice_axis(Axis(0), Slice::from(..frames));
            let mut products: ArrayViewMut2<f32> = products.slice_axis_mut(Axis(0), Slice::from(..frames));
            general_mat_mul(1.0, &squared, &self.weights, 0.0, &mut products);
            for (row, out) in products.rows().into_iter().zip(out.chunks_mut(Pdf::COUNT)) {
                self.best_of_each(row.as_slice().unwrap_or_default(), scale, out);
            }
        }
        Scores::new(values)
    }

    fn best_of_each(&self, products: &[f32], scale: f32, out: &mut [f32]) {
        for (score, &(from, to)) in out.iter_mut().zip(&self.columns) {
            *score = (from..to).map(|column| products[column] + self.constants[column]).fold(f32::MIN, f32::max);
        }
        let filler = out[Pdf::FILLER.index()].max(out[Pdf::NOISE.index()]);
        out[Pdf::FILLER.index()] = filler;
        for score in out {
            *score = (*score - filler) * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::Dice;
    use proptest::prelude::*;

    const A_PHONE: Pdf = Pdf(10);

    fn gaussian(mean: f32, variance: f32) -> Gaussian {
        Gaussian { log_weight: 0.0, mean: [mean; DIMS], variance: [variance; DIMS], frames: 0.0 }
    }

    /// Every pdf the same Gaussian.
    fn model_of(one: Gaussian) -> Model {
        Model { mixtures: vec![vec![one]; Pdf::COUNT] }
    }

    /// One to three Gaussians a pdf, as a trained model may have them.
    fn chance_model(dice: &mut Dice) -> Model {
        let mut gaussian = || Gaussian {
            log_weight: dice.between(0.05, 1.0).ln(),
            mean: std::array::from_fn(|_| dice.normal()),
            variance: std::array::from_fn(|_| dice.between(0.2, 2.0)),
            frames: 100.0,
        };
        Model { mixtures: (0..Pdf::COUNT).map(|pdf| (0..1 + pdf % 3).map(|_| gaussian()).collect()).collect() }
    }

    fn chance_vectors(frames: usize, dice: &mut Dice) -> Vec<f32> {
        (0..frames * DIMS).map(|_| 1.5 * dice.normal()).collect()
    }

    fn tally_of(model: &Model, frames: &[(Pdf, &[f32])]) -> Tally {
        let mut tally = model.tally();
        for (pdf, vector) in frames {
            model.count(&mut tally, *pdf, vector);
        }
        tally
    }

    /// The log of a component's weight and density as a textbook writes it, less the constant that all share.
    fn log_likelihood(gaussian: &Gaussian, vector: &[f32]) -> f64 {
        let of_dim = |dim: usize| {
            let (mean, variance) = (f64::from(gaussian.mean[dim]), f64::from(gaussian.variance[dim]));
            let density = (-(f64::from(vector[dim]) - mean).powi(2) / (2.0 * variance)).exp() / variance.sqrt();
            density.ln()
        };
        f64::from(gaussian.log_weight) + (0..DIMS).map(of_dim).sum::<f64>()
    }

    fn best_likelihood(model: &Model, pdf: Pdf, vector: &[f32]) -> f64 {
        model.mixtures[pdf.index()].iter().map(|one| log_likelihood(one, vector)).fold(f64::NEG_INFINITY, f64::max)
    }

    #[test]
    fn the_filler_scores_nothing_and_stands_for_noise_where_that_fits_better() {
        let mut model = model_of(gaussian(0.0, 1.0));
        model.mixtures[Pdf::NOISE.index()] = vec![gaussian(3.0, 1.0)];
        let quiet_then_noise = [[0.0; DIMS], [3.0; DIMS]].concat();
        let scores = model.scorer().score(&quiet_then_noise, 0.5);
        let near = |score: f32, expected: f32| assert!((score - expected).abs() < 1e-3, "{score}, not {expected}");
        for frame in [0, 1] {
            near(scores.frame(frame)[Pdf::FILLER.index()], 0.0);
        }
        // Half of what 39 numbers lose by lying three standard deviations away.
        near(scores.frame(0)[A_PHONE.index()], 0.0);
        near(scores.frame(1)[A_PHONE.index()], 0.5 * DIMS as f32 * -4.5);
    }

    #[test]
    fn many_frames_give_their_own_mean_and_variance() {
        let mut dice = Dice(7);
        let model = model_of(gaussian(0.0, 1.0));
        let vectors: Vec<f32> = (0..4_000 * DIMS).map(|_| 2.0 + 0.5 * dice.normal()).collect();
        let frames: Vec<(Pdf, &[f32])> = vectors.chunks(DIMS).map(|vector| (A_PHONE, vector)).collect();
        let taught = &model.reestimate(&tally_of(&model, &frames), |_| 1).mixtures[A_PHONE.index()];
        assert_eq!(taught.len(), 1);
        for dim in 0..DIMS {
            assert!((taught[0].mean[dim] - 2.0).abs() < 0.05, "{}", taught[0].mean[dim]);
            assert!((taught[0].variance[dim] - 0.25).abs() < 0.03, "{}", taught[0].variance[dim]);
        }
    }

    #[test]
    fn a_pdf_without_frames_is_the_distribution_of_everything() {
        let model = model_of(gaussian(0.0, 1.0));
        let everywhere = [1.0; DIMS];
        let frames = vec![(A_PHONE, &everywhere[..]); 500];
        let taught = model.reestimate(&tally_of(&model, &frames), |_| 4);
        for pdf in [Pdf::SILENCE, Pdf(11)] {
            let mixture = &taught.mixtures[pdf.index()];
            assert_eq!(mixture.len(), 1);
            assert!(mixture[0].mean.iter().all(|mean| (mean - 1.0).abs() < 0.05), "{:?}", mixture[0].mean);
        }
    }

    #[test]
    fn a_few_frames_move_a_gaussian_only_a_little() {
        let model = model_of(gaussian(0.0, 1.0));
        let (usual, once) = ([0.0; DIMS], [9.0; DIMS]);
        let mut frames = vec![(Pdf::FILLER, &usual[..]); 2_000];
        frames.push((A_PHONE, &once));
        let taught = &model.reestimate(&tally_of(&model, &frames), |_| 1).mixtures[A_PHONE.index()][0];
        assert!((0.5..4.5).contains(&taught.mean[0]), "{}", taught.mean[0]);
        assert!(taught.variance[0] > 0.5, "{}", taught.variance[0]);
    }

    #[test]
    fn frames_that_are_all_alike_make_no_needle() {
        let model = model_of(gaussian(0.0, 1e-6));
        let same = [0.0; DIMS];
        let taught = model.reestimate(&tally_of(&model, &vec![(A_PHONE, &same[..]); 10_000]), |_| 1);
        assert!(taught.mixtures[A_PHONE.index()][0].variance.iter().all(|&variance| variance >= LEAST_VARIANCE as f32));
    }

    #[test]
    fn a_mixture_finds_the_two_sounds_that_it_was_given() {
        let mut dice = Dice(3);
        let vectors: Vec<f32> = (0..600)
            .flat_map(|frame| [if frame % 3 == 0 { -2.0 } else { 2.0 }; DIMS])
            .map(|centre| centre + 0.3 * dice.normal())
            .collect();
        let frames: Vec<(Pdf, &[f32])> = vectors.chunks(DIMS).map(|vector| (A_PHONE, vector)).collect();
        let mut model = model_of(gaussian(0.0, 1.0));
        for _ in 0..4 {
            model = model.reestimate(&tally_of(&model, &frames), |_| 2);
        }
        let mut halves = model.mixtures[A_PHONE.index()].clone();
        halves.sort_by(|a, b| a.mean[0].total_cmp(&b.mean[0]));
        assert_eq!(halves.len(), 2);
        assert!((halves[0].mean[0] + 2.0).abs() < 0.1 && (halves[1].mean[0] - 2.0).abs() < 0.1);
        // A third of the frames lies on the one side.
        assert!((halves[0].log_weight.exp() - 0.333).abs() < 0.02, "{}", halves[0].log_weight.exp());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// More frames than a tile among them.
        #[test]
        fn the_matrix_scores_as_the_formula_does(seed: u64, frames in 1usize..300, scale in 0.05f32..1.0) {
            let mut dice = Dice(seed);
            let model = chance_model(&mut dice);
            let vectors = chance_vectors(frames, &mut dice);
            let scores = model.scorer().score(&vectors, scale);
            // Every frame would take seconds to write out: the first, those around a tile's border, the last.
            for frame in [0, TILE - 1, TILE, frames - 1].into_iter().filter(|&frame| frame < frames) {
                let vector = &vectors[frame * DIMS..(frame + 1) * DIMS];
                let likelihood = |pdf| best_likelihood(&model, pdf, vector);
                let filler = likelihood(Pdf::FILLER).max(likelihood(Pdf::NOISE));
                for (pdf, &score) in scores.frame(frame).iter().enumerate() {
                    let expected = if Pdf(pdf as u16) == Pdf::FILLER { 0.0 } else { likelihood(Pdf(pdf as u16)) - filler };
                    let expected = f64::from(scale) * expected;
                    prop_assert!((f64::from(score) - expected).abs() < 1e-2, "{} {}: {} {}", frame, pdf, score, expected);
                }
            }
        }

        /// A Gaussian is that of its frames and of [`PRIOR_FRAMES`] more, which are spread like everything.
        #[test]
        fn estimates_are_those_of_the_frames_and_the_prior(seed: u64, own in 1usize..200, others in 0usize..200) {
            let mut dice = Dice(seed);
            let model = model_of(gaussian(0.3, 0.8));
            let vectors = chance_vectors(own + others, &mut dice);
            let pdf = |frame: usize| if frame < own { A_PHONE } else { Pdf::FILLER };
            let frames: Vec<(Pdf, &[f32])> =
                vectors.chunks(DIMS).enumerate().map(|(frame, vector)| (pdf(frame), vector)).collect();
            let taught = &model.reestimate(&tally_of(&model, &frames), |_| 1).mixtures[A_PHONE.index()][0];

            let leaning = |prior: (f64, f64), values: &[f64]| {
                let frames = values.len() as f64 + PRIOR_FRAMES;
                let mean = (values.iter().sum::<f64>() + PRIOR_FRAMES * prior.0) / frames;
                let own: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                (mean, (own + PRIOR_FRAMES * (prior.1 + (prior.0 - mean).powi(2))) / frames)
            };
            for dim in 0..DIMS {
                let values: Vec<f64> = vectors.chunks(DIMS).map(|vector| f64::from(vector[dim])).collect();
                let everything = leaning((f64::from(0.3f32), f64::from(0.8f32)), &values);
                let (mean, variance) = leaning(everything, &values[..own]);
                prop_assert!((f64::from(taught.mean[dim]) - mean).abs() < 1e-4, "{} {}", taught.mean[dim], mean);
                prop_assert!((f64::from(taught.variance[dim]) - variance).abs() < 1e-4, "{} {}", taught.variance[dim], variance);
            }
        }

        #[test]
        fn splitting_never_makes_more_than_asked(seed: u64, frames in 1usize..400, most in 1usize..9, passes in 1usize..6) {
            let vectors = chance_vectors(frames, &mut Dice(seed));
            let frames: Vec<(Pdf, &[f32])> = vectors.chunks(DIMS).map(|vector| (A_PHONE, vector)).collect();
            let mut model = model_of(gaussian(0.0, 1.0));
            for _ in 0..passes {
                let before = model.mixtures[A_PHONE.index()].len();
                model = model.reestimate(&tally_of(&model, &frames), |_| most);
                let mixture = &model.mixtures[A_PHONE.index()];
                prop_assert!(!mixture.is_empty() && mixture.len() <= most.min(2 * before));
                let weights: f32 = mixture.iter().map(|one| one.log_weight.exp()).sum();
                prop_assert!((weights - 1.0).abs() < 1e-3, "{}", weights);
            }
            if (frames.len() as f64) < FRAMES_TO_SPLIT {
                prop_assert_eq!(model.mixtures[A_PHONE.index()].len(), 1);
            }
        }

        #[test]
        fn tallies_of_parts_add_up_to_the_tally_of_the_whole(seed: u64, frames in 2usize..200, cut in 0.0f64..1.0) {
            let mut dice = Dice(seed);
            let model = chance_model(&mut dice);
            let vectors = chance_vectors(frames, &mut dice);
            let frames: Vec<(Pdf, &[f32])> =
                vectors.chunks(DIMS).map(|vector| (Pdf(dice.of(0..5) as u16), vector)).collect();
            let (early, late) = frames.split_at((cut * frames.len() as f64) as usize);
            let mut parts = tally_of(&model, early);
            parts.merge(&tally_of(&model, late));
            let whole = tally_of(&model, &frames);
            for (part, whole) in parts.sums.iter().flatten().zip(whole.sums.iter().flatten()) {
                prop_assert_eq!(part.frames, whole.frames);
                for dim in 0..DIMS {
                    prop_assert!((part.first[dim] - whole.first[dim]).abs() < 1e-9);
                    prop_assert!((part.second[dim] - whole.second[dim]).abs() < 1e-9);
                }
            }
        }
    }
}
