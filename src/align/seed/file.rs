//! The model file: the network with its weights as bytes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::net::{CLASSES, Layer, Net};
use crate::phones::Phone;

/// What the first bytes of a model file are; the last one is the version.
const MAGIC: &[u8; 8] = b"zimunet\x01";

/// Why bytes are no model.
#[derive(Debug, Error)]
pub enum ModelError {
    /// They are something else.
    #[error("this is no zimu model")]
    NoModel,
    /// They were cut short or damaged.
    #[error("the model is damaged: {0}")]
    Damaged(#[from] postcard::Error),
    /// The matrices do not fit together.
    #[error("the model is damaged: its layers do not fit together")]
    Misfit,
    /// It knows other phones than this program.
    #[error("the model was made for other phones: make it again with `zimu train`")]
    OtherPhones,
}

/// Why a model file could not be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It could not be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What it holds is no model.
    #[error("{path}: {fault}", path = path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: ModelError,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    /// The phones and their states, in order.
    phones: Vec<(String, u8)>,
    layers: Vec<Packed>,
    log_priors: Vec<f32>,
}

/// A layer whose weights are whole multiples, -127 to 127, of a step a output.
#[derive(Serialize, Deserialize)]
struct Packed {
    offsets: Vec<i32>,
    bias: Vec<f32>,
    steps: Vec<f32>,
    /// Offset by offset, row by row.
    weights: Vec<i8>,
}

/// The network in a file that `zimu train` wrote.
///
/// # Errors
/// [`OpenError`], which names the file.
pub fn open(path: &Path) -> Result<Net, OpenError> {
    let bytes = fs::read(path).map_err(|source| OpenError::Read { path: path.into(), source })?;
    read(&bytes).map_err(|fault| OpenError::Unusable { path: path.into(), fault })
}

/// The bytes of a network's file; its weights are rounded to 255 steps.
///
/// # Errors
/// [`ModelError::Damaged`] where the numbers cannot be laid out.
pub fn write(net: &Net) -> Result<Vec<u8>, ModelError> {
    let layers = net.layers.iter().map(pack).collect();
    let file = File { phones: phones(), layers, log_priors: net.log_priors.clone() };
    Ok(postcard::to_extend(&file, MAGIC.to_vec())?)
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// [`ModelError`] where the bytes are no model for this program.
pub fn read(bytes: &[u8]) -> Result<Net, ModelError> {
    let body = bytes.strip_prefix(MAGIC).ok_or(ModelError::NoModel)?;
    let file: File = postcard::from_bytes(body)?;
    if file.phones != phones() || file.log_priors.len() != CLASSES {
        return Err(ModelError::OtherPhones);
    }
    let layers: Vec<Layer> = file.layers.iter().map(unpack).collect::<Option<_>>().ok_or(ModelError::Misfit)?;
    let fit = layers.windows(2).all(|pair| pair[0].outputs() == pair[1].inputs());
    let ends = layers.first().zip(layers.last()).map(|(first, last)| (first.inputs(), last.outputs()));
    if !fit || ends != Some((crate::signal::STATIC, CLASSES)) {
        return Err(ModelError::Misfit);
    }
    Ok(Net { layers, log_priors: file.log_priors })
}

fn pack(layer: &Layer) -> Packed {
    let most = |output: usize| {
        let weights = layer.weights.iter().flat_map(|matrix| matrix.column(output));
        weights.fold(0.0f32, |most, weight| most.max(weight.abs()))
    };
    let steps: Vec<f32> = (0..layer.outputs()).map(|output| (most(output) / 127.0).max(f32::MIN_POSITIVE)).collect();
    let round = |(at, &weight): (usize, &f32)| (weight / steps[at % steps.len()]).round() as i8;
    Packed {
        offsets: layer.offsets.clone(),
        bias: layer.bias.to_vec(),
        weights: layer.weights.iter().flat_map(|matrix| matrix.iter().enumerate().map(round)).collect(),
        steps,
    }
}

fn unpack(packed: &Packed) -> Option<Layer> {
    let outputs = packed.bias.len();
    let values = outputs.checked_mul(packed.offsets.len()).filter(|&values| values > 0)?;
    let inputs = packed.weights.len() / values;
    let rising = packed.offsets.windows(2).all(|pair| pair[0] < pair[1]);
    let near = packed.offsets.iter().all(|offset| offset.abs() < 1_000);
    if packed.weights.len() != inputs * values || inputs == 0 || packed.steps.len() != outputs || !rising || !near {
        return None;
    }
    let matrices = packed.weights.chunks(inputs * outputs).map(|weights| {
        let values = weights.iter().enumerate().map(|(at, &weight)| f32::from(weight) * packed.steps[at % outputs]);
        Array2::from_shape_vec((inputs, outputs), values.collect()).ok()
    });
    Some(Layer {
        offsets: packed.offsets.clone(),
        weights: matrices.collect::<Option<_>>()?,
        bias: Array1::from(packed.bias.clone()),
    })
}

fn phones() -> Vec<(String, u8)> {
    Phone::all().map(|phone| (phone.name().to_string(), phone.states() as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::learn::newborn;
    use fastrand::Rng;
    use proptest::prelude::*;

    fn written(net: &Net) -> Vec<u8> {
        write(net).unwrap()
    }

    #[test]
    fn a_network_comes_back_but_for_rounding() {
        let net = newborn(24, &mut Rng::with_seed(1));
        let back = read(&written(&net)).unwrap();
        assert_eq!(back.layers.len(), net.layers.len());
        for (layer, back) in net.layers.iter().zip(&back.layers) {
            assert_eq!(layer.offsets, back.offsets);
            for (matrix, back) in layer.weights.iter().zip(&back.weights) {
                let most = matrix.iter().fold(0.0f32, |most, weight| most.max(weight.abs()));
                assert!(matrix.iter().zip(back).all(|(a, b)| (a - b).abs() <= most / 250.0));
            }
        }
        assert_eq!(written(&back), written(&read(&written(&back)).unwrap()));
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_refused_or_read(at in 0usize..5_000, value: u8, cut in 0usize..5_000) {
            let mut bytes = written(&newborn(4, &mut Rng::with_seed(2)));
            let at = at % bytes.len();
            bytes[at] = value;
            let _ = read(&bytes);
            bytes.truncate(cut.min(bytes.len()));
            let _ = read(&bytes);
        }
    }
}
