//! What speech of all voices sounds like: a mixture of Gaussians with diagonal covariances (a "universal background
//! model", Reynolds, Quatieri and Dunn, 2000). Each Gaussian stands for some kinds of sound; how a voice differs from it is
//! counted sound by sound, so that what is said matters less.

use ndarray::{Array1, Array2, ArrayView2, Axis};

/// The mixture.
#[derive(Clone, Debug)]
pub(crate) struct Mixture {
    /// How frequent each Gaussian is; they sum to 1.
    pub weights: Array1<f32>,
    /// A mean a row.
    pub means: Array2<f32>,
    /// A variance a row.
    pub variances: Array2<f32>,
}

/// What a stretch of speech counts for: how many frames belong to each Gaussian, and by how much they lie beside it.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// Frames a Gaussian.
    pub frames: Array1<f32>,
    /// The sum of the frames' distances from its mean, in standard deviations; Gaussian by Gaussian.
    pub shifts: Array1<f32>,
}

impl Mixture {
    /// To which Gaussian each frame belongs: a row a frame, which sums to 1.
    pub fn shares(&self, frames: ArrayView2<f32>) -> Array2<f32> {
        let precisions = self.variances.mapv(f32::recip);
        let scaled = &self.means * &precisions;
        let constant = self.weights.mapv(f32::ln)
            - ((&self.means * &scaled).sum_axis(Axis(1)) + self.variances.mapv(f32::ln).sum_axis(Axis(1))) * 0.5;
        let squares = frames.mapv(|value| value * value);
        let mut shares = frames.dot(&scaled.t()) - squares.dot(&precisions.t()) * 0.5 + constant;
        for mut row in shares.rows_mut() {
            let most = row.fold(f32::MIN, |most, &value| most.max(value));
            row.mapv_inplace(|value| (value - most).exp());
            row /= row.sum();
        }
        shares
    }

    /// What the frames of a stretch count for.
    pub fn count(&self, frames: ArrayView2<f32>) -> Counts {
        let shares = self.shares(frames);
        let counts = shares.sum_axis(Axis(0));
        let expected = &self.means * &counts.view().insert_axis(Axis(1));
        let shifts = (shares.t().dot(&frames) - expected) / self.variances.mapv(f32::sqrt);
        Counts { frames: counts, shifts: shifts.flatten().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn frames_belong_to_the_gaussian_that_they_lie_near() {
        let mixture = Mixture {
            weights: array![0.5, 0.5],
            means: array![[-3.0, 0.0], [3.0, 0.0]],
            variances: array![[1.0, 4.0], [1.0, 4.0]],
        };
        let counts = mixture.count(array![[-3.0, 2.0], [-3.0, 0.0], [4.0, 0.0]].view());
        assert!((counts.frames[0] - 2.0).abs() < 1e-3 && (counts.frames[1] - 1.0).abs() < 1e-3);
        assert!((counts.shifts[1] - 1.0).abs() < 1e-3, "one standard deviation: {counts:?}");
        assert!((counts.shifts[2] - 1.0).abs() < 1e-3, "{counts:?}");
    }
}
