//! How the network learns: gradients by back-propagation, steps by Adam.

use fastrand::Rng;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, Axis, Zip};
use rayon::prelude::*;

use crate::align::seed::Net;
use crate::align::seed::net::{CLASSES, Layer, log_sum};
use crate::signal::STATIC;

/// The offsets of the hidden layers, first to last, in frames of 10 ms: together they see 140 ms on either side.
const OFFSETS: [&[i32]; 4] = [&[-2, -1, 0, 1, 2], &[-2, 0, 2], &[-4, 0, 4], &[-6, 0, 6]];
/// Adam's memory of gradients and of their squares, and what keeps it from dividing by nothing (Kingma & Ba, "Adam: a
/// method for stochastic optimization", 2015).
const MEMORY: f32 = 0.9;
const SQUARE_MEMORY: f32 = 0.999;
const TINY: f32 = 1e-8;
/// How much of every weight is forgotten a step, for a rate of 1 (Loshchilov & Hutter, "Decoupled weight decay
/// regularization", 2019).
const DECAY: f32 = 1e-2;

/// A label that teaches nothing.
pub const UNKNOWN: u16 = u16::MAX;

/// A stretch of frames to learn from: [`Net::reach`] frames more than there are labels.
pub struct Example {
    /// [`STATIC`] numbers a frame.
    pub input: Array2<f32>,
    /// The pdf of each frame, or [`UNKNOWN`].
    pub labels: Vec<u16>,
}

/// How well frames were told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Told {
    /// Frames with labels.
    pub frames: f64,
    /// Sum of `-ln` of the share that the right pdf was given, in nats.
    pub surprise: f64,
    /// Frames whose likeliest pdf was the right one.
    pub right: f64,
}

impl Told {
    /// Adds others.
    pub fn add(&mut self, other: Told) {
        self.frames += other.frames;
        self.surprise += other.surprise;
        self.right += other.right;
    }
}

/// A network that knows nothing yet, `width` numbers wide inside.
pub fn newborn(width: usize, rng: &mut Rng) -> Net {
    let mut layers = Vec::new();
    let mut inputs = STATIC;
    for offsets in OFFSETS {
        layers.push(random_layer(offsets, inputs, width, rng));
        inputs = width;
    }
    layers.push(random_layer(&[0], inputs, CLASSES, rng));
    Net { layers, log_priors: vec![0.0; CLASSES] }
}

/// Weights of the variance that keeps rectified sums as large as what they sum (He et al., "Delving deep into
/// rectifiers", 2015).
fn random_layer(offsets: &[i32], inputs: usize, outputs: usize, rng: &mut Rng) -> Layer {
    let reach = (6.0 / (inputs * offsets.len()) as f32).sqrt();
    // What is added to its input need not be as large.
    let reach = if inputs == outputs { 0.5 * reach } else { reach };
    let mut matrix = || Array2::from_shape_simple_fn((inputs, outputs), || reach * (2.0 * rng.f32() - 1.0));
    Layer {
        offsets: offsets.to_vec(),
        weights: offsets.iter().map(|_| matrix()).collect(),
        bias: Array1::zeros(outputs),
    }
}

/// What a change of each weight would change, layer by layer.
pub struct Gradient {
    layers: Vec<Layer>,
    /// How well the frames were told that it comes from.
    pub told: Told,
}

impl Gradient {
    fn add(&mut self, other: &Gradient) {
        for (mine, theirs) in self.layers.iter_mut().zip(&other.layers) {
            mine.bias += &theirs.bias;
            for (mine, theirs) in mine.weights.iter_mut().zip(&theirs.weights) {
                *mine += theirs;
            }
        }
        self.told.add(other.told);
    }
}

/// How well the network tells an example's frames, without learning from it.
pub fn test(net: &Net, example: &Example) -> Told {
    let mut output = net.run(example.input.clone()).pop().unwrap_or_default();
    surprise(&mut output, &example.labels)
}

/// The gradient of the surprise over some examples. Each is worked on by itself and their sum is formed in order, so
/// that the number of threads changes nothing.
pub fn gradient(net: &Net, examples: &[Example]) -> Option<Gradient> {
    let gradients: Vec<Gradient> = examples.par_iter().map(|example| gradient_of(net, example)).collect();
    gradients.into_iter().reduce(|mut sum, other| {
        sum.add(&other);
        sum
    })
}

fn gradient_of(net: &Net, example: &Example) -> Gradient {
    let mut values = net.run(example.input.clone());
    let mut above = values.pop().unwrap_or_default();
    let told = surprise(&mut above, &example.labels);
    let mut layers = Vec::with_capacity(net.layers.len());
    for (at, layer) in net.layers.iter().enumerate().rev() {
        // The last layer's sums are the outputs as they are; those of the others were rectified.
        let output = values.get(at + 1);
        let through = output.map_or_else(|| above.clone(), |output| rectified(layer, &above, &values[at], output));
        layers.push(layer_gradient(layer, &values[at], &through));
        if at > 0 {
            let beside = output.is_some() && layer.is_residual();
            above = below(layer, values[at].dim(), &through, beside.then_some(&above));
        }
    }
    layers.reverse();
    Gradient { layers, told }
}

/// What reaches a layer's sums: a rectified sum that is not above zero passes nothing on. What is added beside it passes
/// everything.
fn rectified(layer: &Layer, above: &Array2<f32>, input: &Array2<f32>, output: &Array2<f32>) -> Array2<f32> {
    let mut through = above.clone();
    if layer.is_residual() {
        let added = layer.seen(input.view(), 0, above.nrows());
        Zip::from(&mut through).and(output).and(&added).for_each(|slope, &out, &added| {
            if out <= added {
                *slope = 0.0;
            }
        });
    } else {
        Zip::from(&mut through).and(output).for_each(|slope, &out| {
            if out <= 0.0 {
                *slope = 0.0;
            }
        });
    }
    through
}

fn layer_gradient(layer: &Layer, input: &Array2<f32>, through: &Array2<f32>) -> Layer {
    let slope = |(&offset, matrix): (&i32, &Array2<f32>)| {
        let seen = layer.seen(input.view(), offset, through.nrows());
        let mut slope = Array2::zeros(matrix.dim());
        general_mat_mul(1.0, &seen.t(), through, 0.0, &mut slope);
        slope
    };
    Layer {
        offsets: layer.offsets.clone(),
        weights: layer.offsets.iter().zip(&layer.weights).map(slope).collect(),
        bias: through.sum_axis(Axis(0)),
    }
}

/// What reaches a layer's input, of size `shape`: through its weights, and `beside` them where the input was added.
fn below(layer: &Layer, shape: (usize, usize), through: &Array2<f32>, beside: Option<&Array2<f32>>) -> Array2<f32> {
    let frames = through.nrows();
    let mut below = Array2::zeros(shape);
    for (&offset, matrix) in layer.offsets.iter().zip(&layer.weights) {
        let mut part = below.slice_axis_mut(Axis(0), layer.rows(offset, frames));
        general_mat_mul(1.0, through, &matrix.t(), 1.0, &mut part);
    }
    if let Some(beside) = beside {
        let mut part = below.slice_axis_mut(Axis(0), layer.rows(0, frames));
        part += beside;
    }
    below
}

/// Turns outputs into what a change of each would change of the surprise, and measures it.
fn surprise(outputs: &mut Array2<f32>, labels: &[u16]) -> Told {
    let mut told = Told::default();
    for (mut row, &label) in outputs.rows_mut().into_iter().zip(labels) {
        if label == UNKNOWN {
            row.fill(0.0);
            continue;
        }
        let label = usize::from(label);
        let total = log_sum(row.iter().copied());
        let likeliest = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, _)| at);
        told.frames += 1.0;
        told.surprise -= f64::from(row[label] - total);
        told.right += f64::from(u8::from(likeliest == Some(label)));
        row.mapv_inplace(|value| (value - total).exp());
        row[label] -= 1.0;
    }
    told
}

/// Adam: what it remembers of the gradients so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Adam {
    /// Steps taken.
    pub steps: i32,
    /// The running means of the gradients, as layers.
    pub means: Vec<Layer>,
    /// The running means of their squares.
    pub squares: Vec<Layer>,
}

impl Adam {
    /// At the start, for a network of this shape.
    pub fn new(net: &Net) -> Adam {
        let nothing: Vec<Layer> = net
            .layers
            .iter()
            .map(|layer| Layer {
                offsets: layer.offsets.clone(),
                weights: layer.weights.iter().map(|matrix| Array2::zeros(matrix.dim())).collect(),
                bias: Array1::zeros(layer.bias.len()),
            })
            .collect();
        Adam { steps: 0, means: nothing.clone(), squares: nothing }
    }

    /// Takes a step against a gradient.
    pub fn step(&mut self, net: &mut Net, gradient: &Gradient, rate: f32) {
        self.steps += 1;
        let scale = 1.0 / gradient.told.frames.max(1.0) as f32;
        let warm = 1.0 - MEMORY.powi(self.steps);
        let square_warm = 1.0 - SQUARE_MEMORY.powi(self.steps);
        let step = |value: &mut f32, slope: f32, mean: &mut f32, square: &mut f32, decay: f32| {
            let slope = slope * scale;
            *mean = MEMORY * *mean + (1.0 - MEMORY) * slope;
            *square = SQUARE_MEMORY * *square + (1.0 - SQUARE_MEMORY) * slope * slope;
            let move_by = (*mean / warm) / ((*square / square_warm).sqrt() + TINY);
            *value -= rate * (move_by + decay * *value);
        };
        let slopes = net.layers.iter_mut().zip(&gradient.layers);
        for ((layer, slope), (mean, square)) in slopes.zip(self.means.iter_mut().zip(&mut self.squares)) {
            for at in 0..layer.weights.len() {
                Zip::from(&mut layer.weights[at])
                    .and(&slope.weights[at])
                    .and(&mut mean.weights[at])
                    .and(&mut square.weights[at])
                    .for_each(|value, &slope, mean, square| step(value, slope, mean, square, DECAY));
            }
            Zip::from(&mut layer.bias)
                .and(&slope.bias)
                .and(&mut mean.bias)
                .and(&mut square.bias)
                .for_each(|value, &slope, mean, square| step(value, slope, mean, square, 0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(net: &Net, rng: &mut Rng, frames: usize) -> Example {
        let (before, after) = net.reach();
        Example {
            input: Array2::from_shape_simple_fn((frames + before + after, STATIC), || 2.0 * rng.f32() - 1.0),
            labels: (0..frames).map(|_| rng.u16(0..5)).collect(),
        }
    }

    /// The gradient is what the surprise changes by when a weight is nudged.
    #[test]
    fn gradients_are_slopes() {
        let mut rng = Rng::with_seed(7);
        let mut net = newborn(12, &mut rng);
        let examples = [example(&net, &mut rng, 9)];
        let gradient = gradient(&net, &examples).unwrap();
        for layer in 0..net.layers.len() {
            for at in 0..net.layers[layer].weights.len() {
                let place = [rng.usize(..net.layers[layer].inputs()), rng.usize(..net.layers[layer].outputs())];
                let nudge = 1e-2;
                let mut surprise = |by: f32| {
                    net.layers[layer].weights[at][place] += by;
                    test(&net, &examples[0]).surprise
                };
                let (up, down) = (surprise(nudge), surprise(-2.0 * nudge));
                surprise(nudge);
                let slope = (up - down) as f32 / (2.0 * nudge);
                let found = gradient.layers[layer].weights[at][place];
                assert!((slope - found).abs() < 0.02 + 0.05 * slope.abs(), "layer {layer}, {at}: {slope} {found}");
            }
        }
    }

    #[test]
    fn steps_lessen_the_surprise() {
        let mut rng = Rng::with_seed(8);
        let mut net = newborn(16, &mut rng);
        let examples = [example(&net, &mut rng, 30), example(&net, &mut rng, 30)];
        let mut adam = Adam::new(&net);
        let before = gradient(&net, &examples).unwrap().told;
        for _ in 0..60 {
            let gradient = gradient(&net, &examples).unwrap();
            adam.step(&mut net, &gradient, 3e-3);
        }
        let after = gradient(&net, &examples).unwrap().told;
        assert!(after.surprise < before.surprise / 4.0, "{before:?} {after:?}");
    }
}
