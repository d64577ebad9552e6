//! A small neural network over frames: which phone state, silence or noise is heard in each.
//!
//! Layers of time-delayed frames (Waibel et al., "Phoneme recognition using time-delay neural networks", 1989;
//! Peddinti et al., "A time delay neural network architecture for efficient modeling of long temporal contexts", 2015):
//! each layer sees its input at a few neighbouring frames, the deeper the wider apart. Layers as wide as their input
//! add it to what they compute (He et al., "Deep residual learning", 2016).

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};

use crate::align::pdf::Pdf;
use crate::signal::STATIC;

/// One layer: `output[t] = Σ input[t + offset] · weights[offset] + bias`, then whatever follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Frames that are seen, relative to the present one; rising.
    pub offsets: Vec<i32>,
    /// For each offset a matrix of inputs by outputs.
    pub weights: Vec<Array2<f32>>,
    /// One number an output.
    pub bias: Array1<f32>,
}

impl Layer {
    /// Numbers a frame that come in.
    pub fn inputs(&self) -> usize {
        self.weights.first().map_or(0, |weights| weights.nrows())
    }

    /// Numbers a frame that go out.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Frames before the present one that are seen.
    pub fn before(&self) -> usize {
        self.offsets.first().map_or(0, |&offset| (-offset).max(0) as usize)
    }

    /// Frames after the present one that are seen.
    pub fn after(&self) -> usize {
        self.offsets.last().map_or(0, |&offset| offset.max(0) as usize)
    }

    /// Whether the input is added to the output.
    pub fn is_residual(&self) -> bool {
        self.inputs() == self.outputs()
    }

    /// The sum before anything follows; as many rows fewer than `input` as [`Layer::before`] and [`Layer::after`] say.
    pub fn affine(&self, input: ArrayView2<f32>) -> Array2<f32> {
        let frames = input.nrows().saturating_sub(self.before() + self.after());
        let mut output = Array2::zeros((frames, self.outputs()));
        output += &self.bias.view().insert_axis(Axis(0));
        for (&offset, weights) in self.offsets.iter().zip(&self.weights) {
            general_mat_mul(1.0, &self.seen(input, offset, frames), weights, 1.0, &mut output);
        }
        output
    }

    /// The rows of `input` that the outputs see at an offset.
    pub fn seen<'a>(&self, mut input: ArrayView2<'a, f32>, offset: i32, frames: usize) -> ArrayView2<'a, f32> {
        input.slice_axis_inplace(Axis(0), self.rows(offset, frames));
        input
    }

    /// Which rows of the input the outputs see at an offset.
    pub fn rows(&self, offset: i32, frames: usize) -> Slice {
        let from = (self.before() as i32 + offset) as usize;
        Slice::from(from..from + frames)
    }
}

/// The whole network.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// The layers in order; all but the last are rectified.
    pub layers: Vec<Layer>,
    /// For each pdf the log of its share of the frames that the network was trained on.
    pub log_priors: Vec<f32>,
}

impl Net {
    /// Frames before and after the ones that are scored that the network has to see.
    pub fn reach(&self) -> (usize, usize) {
        (self.layers.iter().map(Layer::before).sum(), self.layers.iter().map(Layer::after).sum())
    }

    /// The input of every layer, and last the network's output: a number a pdf, before they are made shares.
    ///
    /// `input` holds [`STATIC`] numbers a frame and [`Net::reach`] frames more than come out.
    pub fn run(&self, input: Array2<f32>) -> Vec<Array2<f32>> {
        debug_assert_eq!(input.ncols(), STATIC);
        let mut values = vec![input];
        for (at, layer) in self.layers.iter().enumerate() {
            let input = &values[at];
            let mut output = layer.affine(input.view());
            if at + 1 < self.layers.len() {
                output.mapv_inplace(|value| value.max(0.0));
                if layer.is_residual() {
                    output += &layer.seen(input.view(), 0, output.nrows());
                }
            }
            values.push(output);
        }
        values
    }

    /// For each frame and pdf how much likelier the frame is under the pdf than on the average, as a natural logarithm:
    /// what the network says, over the pdf's share (Bourlard & Morgan, "Connectionist speech recognition", 1994).
    pub fn likelihood_ratios(&self, input: Array2<f32>) -> Array2<f32> {
        let mut scores = self.run(input).pop().unwrap_or_default();
        for mut row in scores.rows_mut() {
            let total = log_sum(row.iter().copied());
            for (score, prior) in row.iter_mut().zip(&self.log_priors) {
                *score -= total + prior;
            }
        }
        scores
    }
}

/// `ln Σ exp x`, without overflow.
pub fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = values.clone().fold(f32::MIN, f32::max);
    most + values.map(|value| (value - most).exp()).sum::<f32>().ln()
}

/// How many numbers a frame the network gives.
pub const CLASSES: usize = Pdf::COUNT;
