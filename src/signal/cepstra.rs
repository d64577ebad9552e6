//! Cepstra: thirteen numbers a frame that say which sound is heard and little about who says it, or through what.
//!
//! Davis & Mermelstein, "Comparison of parametric representations for monosyllabic word recognition" (1980): the log
//! energies of mel-spaced bands, decorrelated by a cosine transform. The mean over a few seconds is taken off, which
//! removes the microphone and the room's colour (cepstral mean subtraction, Atal 1974); energy is counted from the
//! loud level of its surroundings.

use std::collections::VecDeque;
use std::ops::Range;

use super::level::percentile;
use super::spectrum::{BINS, Frames, SAMPLE_RATE};

/// Cepstra a frame, energy among them, before their differences are added.
pub const STATIC: usize = 13;
/// Numbers a frame as the acoustic model sees them: the cepstra, their first and their second differences.
pub const DIMS: usize = 3 * STATIC;

/// Mel bands.
const BANDS: usize = 26;
/// Lowest and highest frequency of the bands, in hertz: below is hum, above is what lossy codecs leave out.
const LOWEST: f32 = 80.0;
const HIGHEST: f32 = 7_000.0;
/// Frames on either side over which the mean is taken: 3 s.
const MEAN_REACH: usize = 300;
/// How far a stretch's loud level may lie under the recording's usual one, in nepers of power: 13 dB, more than
/// voices in one recording differ by.
const QUIETEST_LEVEL: f32 = 3.0;
/// Frames on either side that a difference is fitted over (the usual regression of HTK, "The HTK Book", 5.9).
const SLOPE_REACH: usize = 2;

/// The cepstra of a whole recording, 52 bytes a frame.
pub struct Cepstra {
    /// Frame by frame, [`STATIC`] numbers each, scaled so that each varies by about 1.
    statics: Vec<f32>,
}

/// Collects cepstra from power spectra, one call a frame.
pub struct CepstraBuilder {
    bands: Vec<Vec<(usize, f32)>>,
    cosines: Vec<[f32; BANDS]>,
    raw: Vec<f32>,
}

impl Default for CepstraBuilder {
    fn default() -> CepstraBuilder {
        CepstraBuilder::new()
    }
}

impl CepstraBuilder {
    /// A collector at the start of a recording.
    pub fn new() -> CepstraBuilder {
        CepstraBuilder { bands: mel_bands(), cosines: cosines(), raw: Vec::new() }
    }

    /// Takes the power spectrum of the next frame, [`BINS`] numbers.
    pub fn frame(&mut self, power: &[f32]) {
        // A floor far under any speech keeps digital silence from going to minus infinity.
        let energy = |sum: f32| (sum + 1e-6).ln();
        let mut logs = [0.0; BANDS];
        for (log, band) in logs.iter_mut().zip(&self.bands) {
            *log = energy(band.iter().map(|&(bin, weight)| power[bin] * weight).sum());
        }
        self.raw.push(logs.iter().sum::<f32>() / BANDS as f32);
        for row in &self.cosines {
            self.raw.push(row.iter().zip(&logs).map(|(cosine, log)| cosine * log).sum());
        }
    }

    /// The cepstra of all frames, their means taken off.
    pub fn finish(self) -> Cepstra {
        let mut statics = self.raw;
        let frames = statics.len() / STATIC;
        let mut column = vec![0.0; frames];
        for dim in 0..STATIC {
            for (frame, value) in column.iter_mut().enumerate() {
                *value = statics[frame * STATIC + dim];
            }
            let level = if dim == 0 { loud_level(&column) } else { sliding_mean(&column) };
            let mut spread = 0.0f64;
            for (value, level) in column.iter_mut().zip(&level) {
                *value -= level;
                spread += f64::from(*value * *value);
            }
            let scale = if spread > 0.0 { (frames as f64 / spread).sqrt() as f32 } else { 1.0 };
            for (frame, value) in column.iter().enumerate() {
                statics[frame * STATIC + dim] = value * scale;
            }
        }
        Cepstra { statics }
    }
}

impl Cepstra {
    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.statics.len() / STATIC
    }

    /// The cepstra of samples, 16 kHz mono.
    pub fn of(samples: &[f32]) -> Cepstra {
        let (mut frames, mut builder) = (Frames::new(), CepstraBuilder::new());
        frames.push(samples, &mut |power| builder.frame(power));
        frames.finish(&mut |power| builder.frame(power));
        builder.finish()
    }

    /// Cepstra that were formed before, frame by frame, [`STATIC`] numbers each.
    pub fn from_statics(statics: Vec<f32>) -> Cepstra {
        Cepstra { statics }
    }

    /// The cepstra frame by frame, [`STATIC`] numbers each.
    pub fn statics(&self) -> &[f32] {
        &self.statics
    }

    /// The energy of a frame against the loud level of its surroundings; 0 is loud, speech spreads over about 1 below.
    pub fn energy(&self, frame: usize) -> f32 {
        self.statics[frame * STATIC]
    }

    /// The energy at `part` of the way from the quiet frames among some to the loud ones: their 5th and 95th percentiles.
    /// Among none everything is louder.
    pub fn energy_between(&self, frames: Range<usize>, part: f32) -> f32 {
        let mut energies: Vec<f32> = frames.map(|frame| self.energy(frame)).collect();
        let quiet = percentile(&mut energies, 0.05);
        let range = quiet.zip(percentile(&mut energies, 0.95));
        range.map_or(f32::MIN, |(quiet, loud)| quiet + part * (loud - quiet))
    }

    /// Writes the full vectors ([`DIMS`] numbers each) of some frames to `out`, which is emptied first.
    pub fn vectors(&self, frames: Range<usize>, out: &mut Vec<f32>) {
        out.clear();
        out.reserve(frames.len() * DIMS);
        let last = self.frames().saturating_sub(1) as isize;
        let value = |frame: isize, dim: usize| self.statics[frame.clamp(0, last) as usize * STATIC + dim];
        // The slope at a frame, by least squares over its neighbours; of a slope, by the same formula once more.
        let reach = SLOPE_REACH as isize;
        let weight = 1.0 / (2 * (1..=reach).map(|k| k * k).sum::<isize>()) as f32;
        let slope = |frame: isize, dim: usize| {
            (1..=reach).map(|k| k as f32 * (value(frame + k, dim) - value(frame - k, dim))).sum::<f32>() * weight
        };
        let first = frames.start as isize - reach;
        let slopes: Vec<[f32; STATIC]> =
            (first..frames.end as isize + reach).map(|frame| std::array::from_fn(|dim| slope(frame, dim))).collect();
        for frame in frames.clone() {
            let at = (frame as isize - first) as usize;
            out.extend_from_slice(&self.statics[frame * STATIC..(frame + 1) * STATIC]);
            out.extend(slopes[at].iter().map(|slope| slope * SLOPE_GAIN));
            out.extend((0..STATIC).map(|dim| {
                let bend: f32 = (1..=SLOPE_REACH).map(|k| k as f32 * (slopes[at + k][dim] - slopes[at - k][dim])).sum();
                bend * weight * BEND_GAIN
            }));
        }
    }
}

/// Brings first and second differences to about the spread of the cepstra themselves.
const SLOPE_GAIN: f32 = 4.0;
const BEND_GAIN: f32 = 10.0;

/// Triangles that overlap by half, evenly spaced on the mel scale (2595 lg(1 + f/700)), as bins and weights.
fn mel_bands() -> Vec<Vec<(usize, f32)>> {
    let mel = |hertz: f32| 2595.0 * (1.0 + hertz / 700.0).log10();
    let (low, high) = (mel(LOWEST), mel(HIGHEST));
    let step = (high - low) / (BANDS + 1) as f32;
    let bin_mel = |bin: usize| mel(bin as f32 * SAMPLE_RATE as f32 / 2.0 / (BINS - 1) as f32);
    (0..BANDS)
        .map(|band| {
            let centre = low + step * (band + 1) as f32;
            let weight = |bin| 1.0 - (bin_mel(bin) - centre).abs() / step;
            (0..BINS).map(|bin| (bin, weight(bin))).filter(|&(_, weight)| weight > 0.0).collect()
        })
        .collect()
}

/// Rows of the cosine transform for the cepstra after energy.
fn cosines() -> Vec<[f32; BANDS]> {
    let step = std::f32::consts::PI / BANDS as f32;
    (1..STATIC).map(|k| std::array::from_fn(|band| (k as f32 * (band as f32 + 0.5) * step).cos())).collect()
}

/// The mean over [`MEAN_REACH`] frames on either side, as many as there are.
fn sliding_mean(column: &[f32]) -> Vec<f32> {
    let mut sums = Vec::with_capacity(column.len() + 1);
    let mut sum = 0.0f64;
    sums.push(sum);
    for value in column {
        sum += f64::from(*value);
        sums.push(sum);
    }
    (0..column.len())
        .map(|at| {
            let (from, to) = (at.saturating_sub(MEAN_REACH), (at + MEAN_REACH + 1).min(column.len()));
            ((sums[to] - sums[from]) / (to - from) as f64) as f32
        })
        .collect()
}

/// The loud level of a frame's surroundings. A long pause has none of its own: there it stays within
/// [`QUIETEST_LEVEL`] of the whole recording's.
fn loud_level(column: &[f32]) -> Vec<f32> {
    let mut level = sliding_maximum(column);
    if let Some(usual) = percentile(&mut level.clone(), 0.5) {
        for value in &mut level {
            *value = value.max(usual - QUIETEST_LEVEL);
        }
    }
    level
}

/// The maximum over [`MEAN_REACH`] frames on either side, by a queue of falling candidates.
fn sliding_maximum(column: &[f32]) -> Vec<f32> {
    let mut queue: VecDeque<usize> = VecDeque::new();
    let mut ahead = 0;
    (0..column.len())
        .map(|at| {
            while ahead < column.len().min(at + MEAN_REACH + 1) {
                while queue.back().is_some_and(|&last| column[last] <= column[ahead]) {
                    queue.pop_back();
                }
                queue.push_back(ahead);
                ahead += 1;
            }
            while queue.front().is_some_and(|&first| first + MEAN_REACH < at) {
                queue.pop_front();
            }
            queue.front().map_or(0.0, |&first| column[first])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_noise(frames: usize) -> Cepstra {
        let mut builder = CepstraBuilder::new();
        let mut seed = 1u32;
        for _ in 0..frames {
            let power: Vec<f32> = (0..BINS)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 8) as f32 / 1e6
                })
                .collect();
            builder.frame(&power);
        }
        builder.finish()
    }

    #[test]
    fn the_colour_of_a_room_is_taken_off() {
        let spectrum =
            |frame: usize| (0..BINS).map(|bin| (((bin * 7 + frame * 13) % 31) as f32).exp2()).collect::<Vec<f32>>();
        let (mut plain, mut coloured) = (CepstraBuilder::new(), CepstraBuilder::new());
        for frame in 0..50 {
            let power = spectrum(frame);
            plain.frame(&power);
            coloured.frame(&power.iter().map(|p| p * 9.0).collect::<Vec<f32>>());
        }
        let (plain, coloured) = (plain.finish(), coloured.finish());
        for (a, b) in plain.statics.iter().zip(&coloured.statics) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }

    #[test]
    fn vectors_do_not_depend_on_where_a_block_begins() {
        let cepstra = of_noise(40);
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        cepstra.vectors(0..40, &mut whole);
        cepstra.vectors(17..23, &mut part);
        assert_eq!(part, whole[17 * DIMS..23 * DIMS]);
    }

    proptest! {
        #[test]
        fn the_sliding_maximum_is_the_maximum(column in prop::collection::vec(-5.0f32..5.0, 1..900)) {
            let fast = sliding_maximum(&column);
            for (at, value) in fast.iter().enumerate() {
                let around = &column[at.saturating_sub(MEAN_REACH)..(at + MEAN_REACH + 1).min(column.len())];
                prop_assert_eq!(*value, around.iter().copied().fold(f32::MIN, f32::max));
            }
        }
    }
}
