//! The plane near which voices lie, by expectation and maximisation over where each stretch lies in it (Kenny, Boulianne
//! and Dumouchel, 2005, the formulas without a separate residual).

use fastrand::Rng;
use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::Heard;
use crate::progress::Progress;
use crate::speakers::voices::Eigenvoices;
use crate::speakers::voices::linear::{backward, cholesky, forward, inverse};
use crate::speakers::voices::mixture::Mixture;

/// Dimensions of the plane; with 60 voices were told apart no better.
const DIMS: usize = 50;
const ROUNDS: usize = 8;
/// Stretches that are worked on together; sums are formed share by share, so that threads change nothing.
const SHARE: usize = 128;

/// Eigenvoices whose plane is not turned yet.
pub(super) fn learn(mixture: Mixture, heard: &[Heard], progress: &dyn Progress) -> Eigenvoices {
    let mut rng = Rng::with_seed(2);
    let rows = mixture.means.len();
    let begin = Array2::from_shape_simple_fn((rows, DIMS), || 0.2 * (rng.f32() - 0.5));
    let with = |loadings| Eigenvoices::new(mixture.clone(), loadings, Array2::eye(DIMS), vec![1.0; DIMS]);
    let mut voices = with(begin);
    progress.begin("voices", ROUNDS as u64);
    for round in 1..=ROUNDS {
        voices = with(better(&voices, heard));
        progress.reach(round as u64);
    }
    progress.end();
    voices
}

/// What is summed over the stretches.
struct Sums {
    /// For each Gaussian its frames times the second moments of the places, row by row.
    moments: Array2<f64>,
    /// Shifts times places.
    shifts: Array2<f64>,
    /// The second moments of the places.
    spread: Array2<f64>,
}

fn better(voices: &Eigenvoices, heard: &[Heard]) -> Array2<f32> {
    let rows = voices.loadings.nrows();
    let gaussians = voices.mixture.weights.len();
    let mut all = Sums {
        moments: Array2::zeros((gaussians, DIMS * DIMS)),
        shifts: Array2::zeros((rows, DIMS)),
        spread: Array2::zeros((DIMS, DIMS)),
    };
    for round in heard.chunks(SHARE * 8) {
        let sums: Vec<Sums> = round.par_chunks(SHARE).map(|share| sum(voices, share)).collect();
        for part in sums {
            all.moments += &part.moments;
            all.shifts += &part.shifts;
            all.spread += &part.spread;
        }
    }
    let mut loadings = Array2::zeros((rows, DIMS));
    let dims = rows / gaussians;
    for (gaussian, moments) in all.moments.rows().into_iter().enumerate() {
        let moments =
            moments.to_shape((DIMS, DIMS)).expect("a square of numbers a Gaussian") + Array2::<f64>::eye(DIMS) * 1e-6;
        let lower = cholesky(&moments.to_owned());
        for row in gaussian * dims..(gaussian + 1) * dims {
            let solved = backward(&lower, &forward(&lower, &all.shifts.row(row).to_vec()));
            loadings.row_mut(row).assign(&Array1::from(solved));
        }
    }
    // Places are to vary by 1 in all directions.
    let scale = cholesky(&(all.spread / heard.len() as f64));
    loadings.dot(&scale).mapv(|value| value as f32)
}

/// The sums over a few stretches.
fn sum(voices: &Eigenvoices, heard: &[Heard]) -> Sums {
    let mut places = Array2::zeros((heard.len(), DIMS));
    let mut moments = Array2::zeros((heard.len(), DIMS * DIMS));
    for (at, stretch) in heard.iter().enumerate() {
        let (lower, towards) = voices.posterior(&stretch.counts);
        let place = Array1::from(backward(&lower, &forward(&lower, &towards)));
        let column = place.view().insert_axis(Axis(1));
        let moment = inverse(&lower) + column.dot(&column.t());
        moments.row_mut(at).assign(&moment.flatten());
        places.row_mut(at).assign(&place);
    }
    let stack = |of: fn(&Heard) -> &Array1<f32>| {
        let rows = heard.iter().flat_map(|stretch| of(stretch).iter().map(|&value| f64::from(value))).collect();
        Array2::from_shape_vec((heard.len(), of(&heard[0]).len()), rows).expect("all stretches have as many numbers")
    };
    let spread = moments.sum_axis(Axis(0)).into_shape_with_order((DIMS, DIMS)).expect("a square of numbers");
    Sums {
        moments: stack(|stretch| &stretch.counts.frames).t().dot(&moments),
        shifts: stack(|stretch| &stretch.counts.shifts).t().dot(&places),
        spread,
    }
}
