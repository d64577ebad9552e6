//! The file of eigenvoices: their loadings as bytes, the rest in full.

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Eigenvoices;
use super::mixture::Mixture;
use crate::signal::TIMBRE;

/// What the first bytes of a file are; the last one is the version.
const MAGIC: &[u8; 8] = b"zimuvoi\x01";

/// Why bytes are no eigenvoices.
#[derive(Debug, Error)]
pub enum VoicesError {
    /// They are something else.
    #[error("this is no model of voices")]
    NoModel,
    /// They were cut short or damaged.
    #[error("the model of voices is damaged: {0}")]
    Damaged(#[from] postcard::Error),
    /// The matrices do not fit together.
    #[error("the model of voices is damaged: its parts do not fit together")]
    Misfit,
}

#[derive(Serialize, Deserialize)]
struct File {
    weights: Vec<f32>,
    means: Vec<f32>,
    variances: Vec<f32>,
    /// What a loading's byte counts for, a dimension of the plane each.
    steps: Vec<f32>,
    loadings: Vec<i8>,
    rotation: Vec<f32>,
    between: Vec<f32>,
}

/// The bytes of the file; loadings are rounded to 255 steps.
///
/// # Errors
/// [`VoicesError::Damaged`] where the numbers cannot be laid out.
pub fn write(voices: &Eigenvoices) -> Result<Vec<u8>, VoicesError> {
    let loadings = &voices.loadings;
    let most = |column: usize| loadings.column(column).fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
    let steps: Vec<f32> = (0..loadings.ncols()).map(|column| most(column) / 127.0).collect();
    let file = File {
        weights: voices.mixture.weights.to_vec(),
        means: voices.mixture.means.iter().copied().collect(),
        variances: voices.mixture.variances.iter().copied().collect(),
        loadings: loadings.indexed_iter().map(|((_, at), value)| (value / steps[at]).round() as i8).collect(),
        steps,
        rotation: voices.rotation.iter().copied().collect(),
        between: voices.between.clone(),
    };
    Ok(postcard::to_extend(&file, MAGIC.to_vec())?)
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// [`VoicesError`] where the bytes are nothing of the kind.
pub fn read(bytes: &[u8]) -> Result<Eigenvoices, VoicesError> {
    let body = bytes.strip_prefix(MAGIC).ok_or(VoicesError::NoModel)?;
    unpack(postcard::from_bytes(body)?).ok_or(VoicesError::Misfit)
}

fn unpack(file: File) -> Option<Eigenvoices> {
    let (gaussians, size) = (file.weights.len(), file.steps.len());
    if gaussians == 0 || size == 0 || file.between.len() != size {
        return None;
    }
    let loadings: Vec<f32> =
        file.loadings.iter().enumerate().map(|(at, &value)| f32::from(value) * file.steps[at % size]).collect();
    let shape = |rows: usize, columns: usize, values| Array2::from_shape_vec((rows, columns), values).ok();
    let mixture = Mixture {
        weights: Array1::from(file.weights),
        means: shape(gaussians, TIMBRE, file.means)?,
        variances: shape(gaussians, TIMBRE, file.variances)?,
    };
    let loadings = shape(gaussians.checked_mul(TIMBRE)?, size, loadings)?;
    Some(Eigenvoices::new(mixture, loadings, shape(size, size, file.rotation)?, file.between))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Eigenvoices {
        let wave = |rows: usize, columns: usize| {
            Array2::from_shape_fn((rows, columns), |(row, column)| ((row * 7 + column * 3) as f32).sin())
        };
        let mixture = Mixture {
            weights: Array1::from(vec![0.25; 4]),
            means: wave(4, TIMBRE),
            variances: wave(4, TIMBRE).mapv(f32::exp),
        };
        Eigenvoices::new(mixture, wave(4 * TIMBRE, 3), wave(3, 3), vec![2.0, 1.0, 0.5])
    }

    #[test]
    fn voices_come_back_but_for_rounding() {
        let (voices, back) = (some(), read(&write(&some()).unwrap()).unwrap());
        assert_eq!((&voices.mixture.means, &voices.between), (&back.mixture.means, &back.between));
        assert!(voices.loadings.iter().zip(&back.loadings).all(|(a, b)| (a - b).abs() <= 1.0 / 250.0));
    }

    #[test]
    fn damage_is_told() {
        let bytes = write(&some()).unwrap();
        assert!(matches!(read(b"zimunet\x01"), Err(VoicesError::NoModel)));
        assert!(matches!(read(&bytes[..bytes.len() / 2]), Err(VoicesError::Damaged(_))));
    }
}
