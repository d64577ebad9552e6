//! From a stretch of speech to a point in the space of voices.
//!
//! Voices differ in few ways: how long the throat is, how the mouth is held. A voice's offsets from the mixture's Gaussians
//! lie near a plane of fifty dimensions ("eigenvoices": Kenny, Boulianne and Dumouchel, "Eigenvoice modeling with sparse
//! training data", 2005; as a front end Dehak et al., "Front-end factor analysis for speaker verification", 2011). Even a
//! second of speech tells something of where in the plane it lies. The plane is turned and scaled so that stretches of one
//! voice lie around it with variance 1 in each dimension, and the dimensions in which voices differ most come first
//! (Ioffe, "Probabilistic linear discriminant analysis", 2006).

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::linear::{backward, cholesky, forward};
use super::mixture::{Counts, Mixture};

/// What is known of how voices differ.
#[derive(Clone, Debug)]
pub struct Eigenvoices {
    pub(crate) mixture: Mixture,
    /// What a step along each dimension of the plane does to the means, in standard deviations: a row a number of
    /// [`Counts::shifts`].
    pub(crate) loadings: Array2<f32>,
    /// Turns and scales the plane: a column a dimension of the space of voices.
    pub(crate) rotation: Array2<f32>,
    /// The variance between voices in each dimension.
    pub(crate) between: Vec<f32>,
    /// For each Gaussian what a frame adds to the certainty of a place in the plane: a matrix, row by row.
    certainties: Array2<f32>,
}

impl Eigenvoices {
    /// The same with what follows from the loadings.
    pub(crate) fn new(
        mixture: Mixture,
        loadings: Array2<f32>,
        rotation: Array2<f32>,
        between: Vec<f32>,
    ) -> Eigenvoices {
        let certainties = certainties(&loadings, mixture.means.ncols());
        Eigenvoices { mixture, loadings, rotation, between, certainties }
    }

    /// The variance between voices in each dimension; within one it is 1.
    pub fn between(&self) -> &[f32] {
        &self.between
    }

    /// Where a stretch lies, from the frames of it, a row each.
    pub fn place(&self, frames: ArrayView2<f32>) -> Vec<f32> {
        let factors = self.factors(&self.mixture.count(frames));
        self.rotation.t().dot(&Array1::from(factors)).to_vec()
    }

    /// The most likely place in the plane before it is turned.
    pub(crate) fn factors(&self, counts: &Counts) -> Vec<f32> {
        let (lower, towards) = self.posterior(counts);
        backward(&lower, &forward(&lower, &towards)).into_iter().map(|value| value as f32).collect()
    }

    /// The certainty of the place that a stretch has in the plane, as its Cholesky factor, and certainty times place.
    pub(crate) fn posterior(&self, counts: &Counts) -> (Array2<f64>, Vec<f64>) {
        let size = self.loadings.ncols();
        let flat = counts.frames.dot(&self.certainties).mapv(f64::from);
        let certainty = flat.into_shape_with_order((size, size)).expect("a square of numbers a Gaussian");
        let towards = counts.shifts.dot(&self.loadings).mapv(f64::from);
        (cholesky(&(certainty + Array2::<f64>::eye(size))), towards.to_vec())
    }
}

fn certainties(loadings: &Array2<f32>, dims: usize) -> Array2<f32> {
    let size = loadings.ncols();
    let mut all = Array2::zeros((loadings.nrows() / dims, size * size));
    for (mut row, block) in all.rows_mut().into_iter().zip(loadings.axis_chunks_iter(Axis(0), dims)) {
        row.assign(&block.t().dot(&block).flatten());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// One Gaussian in two dimensions; voices differ along the first.
    fn plain() -> Eigenvoices {
        let mixture = Mixture { weights: array![1.0], means: array![[0.0, 0.0]], variances: array![[1.0, 1.0]] };
        Eigenvoices::new(mixture, array![[2.0], [0.0]], array![[1.0]], vec![1.0])
    }

    #[test]
    fn the_more_is_heard_the_less_the_average_voice_counts() {
        let at =
            |frames: usize| plain().place(Array2::from_shape_fn((frames, 2), |(_, dim)| [4.0, 9.0][dim]).view())[0];
        assert!((at(1) - 1.6).abs() < 1e-4, "8 of 1 + 4: {}", at(1));
        assert!((at(1_000) - 2.0).abs() < 1e-2, "two steps: {}", at(1_000));
    }
}
