//! How places vary within a voice and between voices; the turn and scale of the plane that follow.

use std::collections::BTreeMap;

use ndarray::{Array1, Array2, Axis};
use rayon::prelude::*;

use super::Heard;
use crate::speakers::voices::Eigenvoices;
use crate::speakers::voices::linear::{cholesky, eigen, inverse_triangle};

/// Stretches that a speaker must have to count.
const LEAST: usize = 3;
/// The variance between voices that is left to dimensions in which none was found.
const LEAST_BETWEEN: f64 = 0.02;

/// Turns and scales the plane so that places vary by 1 within a voice, and independently between voices.
pub(super) fn learn(voices: Eigenvoices, heard: &[Heard]) -> Eigenvoices {
    let places: Vec<Array1<f64>> =
        heard.par_iter().map(|stretch| voices.factors(&stretch.counts).into_iter().map(f64::from).collect()).collect();
    let collections = means(&places, heard.iter().map(|stretch| stretch.collection));
    let places: Vec<Array1<f64>> =
        places.iter().zip(heard).map(|(place, stretch)| place - &collections[&stretch.collection].1).collect();
    let speakers = means(&places, heard.iter().map(|stretch| stretch.speaker));
    let (within, between) = variances(&places, heard, &speakers);
    // With W = L Lᵀ, the matrix inv(L) B inv(L)ᵀ has the directions in which voices differ most, against W.
    let unscale = inverse_triangle(&cholesky(&within));
    let (values, vectors) = eigen(&unscale.dot(&between).dot(&unscale.t()));
    let rotation = unscale.t().dot(&vectors).mapv(|value| value as f32);
    let between = values.iter().map(|value| value.max(LEAST_BETWEEN) as f32).collect();
    Eigenvoices::new(voices.mixture, voices.loadings, rotation, between)
}

/// How many places each number has, and their mean.
fn means(places: &[Array1<f64>], numbers: impl Iterator<Item = usize>) -> BTreeMap<usize, (usize, Array1<f64>)> {
    let mut sums: BTreeMap<usize, (usize, Array1<f64>)> = BTreeMap::new();
    for (place, number) in places.iter().zip(numbers) {
        let (count, sum) = sums.entry(number).or_insert_with(|| (0, Array1::zeros(place.len())));
        *count += 1;
        *sum += place;
    }
    sums.values_mut().for_each(|(count, sum)| *sum /= *count as f64);
    sums
}

/// The covariances of stretches around their speaker's mean, and of speakers around the mean of all.
fn variances(
    places: &[Array1<f64>],
    heard: &[Heard],
    speakers: &BTreeMap<usize, (usize, Array1<f64>)>,
) -> (Array2<f64>, Array2<f64>) {
    let dims = places.first().map_or(0, Array1::len);
    let (mut within, mut between) = (Array2::zeros((dims, dims)), Array2::zeros((dims, dims)));
    let kept: Vec<&(usize, Array1<f64>)> = speakers.values().filter(|(count, _)| *count >= LEAST).collect();
    let mean = kept.iter().fold(Array1::<f64>::zeros(dims), |sum, (_, mean)| sum + mean) / kept.len().max(1) as f64;
    for (place, stretch) in places.iter().zip(heard) {
        let (count, mean) = &speakers[&stretch.speaker];
        if *count >= LEAST {
            within += &square(&(place - mean));
        }
    }
    let free: usize = kept.iter().map(|(count, _)| count - 1).sum();
    within /= free.max(1) as f64;
    kept.iter().for_each(|(_, speaker)| between += &square(&(speaker - &mean)));
    between /= kept.len().saturating_sub(1).max(1) as f64;
    // A speaker's mean also varies because few stretches make it.
    let chance = kept.iter().map(|(count, _)| 1.0 / *count as f64).sum::<f64>() / kept.len().max(1) as f64;
    between -= &(&within * chance);
    (within, between)
}

fn square(vector: &Array1<f64>) -> Array2<f64> {
    let column = vector.view().insert_axis(Axis(1));
    column.dot(&column.t())
}
