//! The short-time power spectrum that everything else is computed from.

use std::f32::consts::TAU;
use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};

/// Samples a second that everything after the decoder works on.
pub const SAMPLE_RATE: u32 = 16_000;
/// Samples from one frame to the next: 10 ms.
pub const HOP: usize = 160;
/// Milliseconds from one frame to the next.
pub const FRAME_MS: i64 = 10;
/// Samples of a frame's window: 25 ms.
pub const WINDOW: usize = 400;
/// Points of the Fourier transform: the window, padded with zeros to a power of two.
const POINTS: usize = 512;
/// Bins of a power spectrum, from 0 to 8 kHz, 31.25 Hz apart.
pub const BINS: usize = POINTS / 2 + 1;

/// Cuts a stream of samples (16 kHz, mono, full scale ±1) into frames and hands on the power spectrum of each.
///
/// Frame `n` is centred on sample `n * HOP + HOP / 2`, the middle of its 10 ms: the stream is taken to be preceded
/// and followed by silence, so that a stream of `n` samples has `ceil(n / HOP)` frames.
pub struct Frames {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    pending: Vec<f32>,
    samples: u64,
    frames: u64,
    input: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f32>,
}

impl Default for Frames {
    fn default() -> Frames {
        Frames::new()
    }
}

impl Frames {
    /// A cutter at the start of a stream.
    pub fn new() -> Frames {
        let transform = RealFftPlanner::<f32>::new().plan_fft_forward(POINTS);
        Frames {
            window: (0..WINDOW).map(|i| 0.5 - 0.5 * (TAU * (i as f32 + 0.5) / WINDOW as f32).cos()).collect(),
            pending: vec![0.0; (WINDOW - HOP) / 2],
            samples: 0,
            frames: 0,
            input: transform.make_input_vec(),
            spectrum: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            power: vec![0.0; BINS],
            transform,
        }
    }

    /// Takes the next samples; `frame` is called with the power spectrum ([`BINS`] numbers) of every frame that they
    /// complete.
    pub fn push(&mut self, samples: &[f32], frame: &mut dyn FnMut(&[f32])) {
        self.samples += samples.len() as u64;
        self.pending.extend_from_slice(samples);
        self.cut(frame);
    }

    /// Ends the stream; `frame` is called for the frames that reach past its end.
    pub fn finish(mut self, frame: &mut dyn FnMut(&[f32])) {
        let due = self.samples.div_ceil(HOP as u64);
        while self.frames < due {
            self.pending.resize(self.pending.len() + HOP, 0.0);
            self.cut_at_most(due - self.frames, frame);
        }
    }

    fn cut(&mut self, frame: &mut dyn FnMut(&[f32])) {
        self.cut_at_most(u64::MAX, frame);
    }

    fn cut_at_most(&mut self, most: u64, frame: &mut dyn FnMut(&[f32])) {
        let mut start = 0;
        let mut cut = 0;
        while start + WINDOW <= self.pending.len() && cut < most {
            self.transform_at(start);
            frame(&self.power);
            start += HOP;
            cut += 1;
        }
        self.frames += cut;
        self.pending.drain(..start);
    }

    fn transform_at(&mut self, start: usize) {
        let samples = &self.pending[start..start + WINDOW];
        for ((into, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.window) {
            *into = sample * weight;
        }
        self.input[WINDOW..].fill(0.0);
        self.transform
            .process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch)
            .expect("the buffers are the transform's own");
        for (power, bin) in self.power.iter_mut().zip(&self.spectrum) {
            *power = bin.norm_sqr();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectra(samples: &[f32], block: usize) -> Vec<Vec<f32>> {
        let mut out = Vec::new();
        let mut frames = Frames::new();
        for block in samples.chunks(block) {
            frames.push(block, &mut |power| out.push(power.to_vec()));
        }
        frames.finish(&mut |power| out.push(power.to_vec()));
        out
    }

    #[test]
    fn a_tone_peaks_in_its_bin() {
        let tone: Vec<f32> = (0..16_000).map(|i| (TAU * 1000.0 * i as f32 / 16_000.0).sin()).collect();
        let spectra = spectra(&tone, 1024);
        assert_eq!(spectra.len(), 100);
        let peak = (0..BINS).max_by(|&a, &b| spectra[50][a].total_cmp(&spectra[50][b])).unwrap();
        assert_eq!(peak, 32);
    }

    #[test]
    fn the_blocks_that_samples_come_in_do_not_matter() {
        let noise: Vec<f32> = (0..5_003u32).map(|i| (i.wrapping_mul(2_654_435_761) as f32 / 4e9) - 0.5).collect();
        let whole = spectra(&noise, noise.len());
        assert_eq!(whole.len(), 32);
        assert_eq!(whole, spectra(&noise, 7));
        assert_eq!(whole, spectra(&noise, 333));
    }

    #[test]
    fn a_click_is_loudest_in_the_frame_that_holds_it() {
        let mut samples = vec![0.0; 3_200];
        samples[1_680] = 1.0; // 105 ms: the middle of frame 10
        let energy: Vec<f32> = spectra(&samples, 400).iter().map(|power| power.iter().sum()).collect();
        let loudest = (0..energy.len()).max_by(|&a, &b| energy[a].total_cmp(&energy[b])).unwrap();
        assert_eq!(loudest, 10);
    }
}
