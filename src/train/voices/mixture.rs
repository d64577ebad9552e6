//! The mixture of Gaussians, by expectation and maximisation.

use fastrand::Rng;
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};

use crate::progress::Progress;
use crate::speakers::voices::mixture::Mixture;

/// How many Gaussians; with 128 voices were told apart no better.
const GAUSSIANS: usize = 64;
/// Frames that are learned from at most, evenly taken from all.
const MOST_FRAMES: usize = 150_000;
const ROUNDS: usize = 12;
/// No Gaussian is narrower than this, against the variance of all frames.
const LEAST_VARIANCE: f32 = 0.05;

/// Learns from the scaled frames of all clips.
pub(super) fn learn(clips: &[ArrayView2<f32>], progress: &dyn Progress) -> Mixture {
    let frames: usize = clips.iter().map(ArrayView2::nrows).sum();
    let step = frames.div_ceil(MOST_FRAMES).max(1);
    let all = concatenate(Axis(0), clips).expect("all frames have the same dimensions");
    let some: Vec<usize> = (0..frames).step_by(step).collect();
    let some = all.select(Axis(0), &some);
    let mut mixture = begin(&some);
    progress.begin("sounds", ROUNDS as u64);
    for round in 1..=ROUNDS {
        mixture = better(&mixture, &some);
        progress.reach(round as u64);
    }
    progress.end();
    mixture
}

/// Gaussians around frames drawn at random, the same each time.
fn begin(frames: &Array2<f32>) -> Mixture {
    let mut rng = Rng::with_seed(1);
    let drawn: Vec<usize> = (0..GAUSSIANS).map(|_| rng.usize(..frames.nrows())).collect();
    Mixture {
        weights: Array1::from_elem(GAUSSIANS, 1.0 / GAUSSIANS as f32),
        means: frames.select(Axis(0), &drawn),
        variances: Array2::ones((GAUSSIANS, frames.ncols())),
    }
}

fn better(mixture: &Mixture, frames: &Array2<f32>) -> Mixture {
    /// Frames whose shares are held at once.
    const BLOCK: usize = 4_096;
    let mut counts = Array1::<f32>::from_elem(GAUSSIANS, 1e-3);
    let (mut sums, mut squares) = (Array2::zeros(mixture.means.raw_dim()), Array2::zeros(mixture.means.raw_dim()));
    for block in frames.axis_chunks_iter(Axis(0), BLOCK) {
        let shares = mixture.shares(block);
        counts += &shares.sum_axis(Axis(0));
        sums += &shares.t().dot(&block);
        squares += &shares.t().dot(&block.mapv(|value| value * value));
    }
    let a_row = counts.view().insert_axis(Axis(1));
    let means = sums / a_row;
    let variances = (squares / a_row - &means * &means).mapv(|variance: f32| variance.max(LEAST_VARIANCE));
    let weights = &counts / counts.sum();
    Mixture { weights, means, variances }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    #[test]
    fn the_gaussians_cover_what_there_is() {
        let frames = Array2::from_shape_fn((4_000, 2), |(at, dim)| {
            let side = if at % 4 == 0 { 5.0 } else { -1.0 };
            side + ((at * 7 + dim * 3) as f32).sin()
        });
        let mixture = learn(&[frames.view()], &Silent);
        let high: f32 =
            mixture.weights.iter().zip(mixture.means.rows()).filter(|(_, mean)| mean[0] > 2.0).map(|(w, _)| w).sum();
        assert!((high - 0.25).abs() < 0.01, "{high}");
    }
}
