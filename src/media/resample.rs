//! Any rate to 16 kHz, block by block, with an exact total length.

use audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Indexing, Resampler as _, WindowFunction};

use crate::signal::SAMPLE_RATE;

/// Frames handed to the resampler at a time, and into how many transforms it cuts them: a thousand frames each keep
/// the filter's edge close under 8 kHz.
const CHUNK: usize = 4096;
const PARTS: usize = 4;

/// Sends mono frames at one rate on to a sink at 16 kHz; output sample 0 is the time of input frame 0.
pub struct Resampler {
    rate: u32,
    /// `None` where the input is at 16 kHz already.
    fft: Option<Fft<f32>>,
    /// A chunk being filled, and one of output; vectors of one channel, as the library wants them.
    input: Vec<Vec<f32>>,
    output: Vec<Vec<f32>>,
    /// Output samples of the filter's own delay that are still to be dropped.
    delay: usize,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// For frames at `rate` a second; an error says what the library has against it.
    pub fn new(rate: u32) -> Result<Resampler, String> {
        let fft = (rate != SAMPLE_RATE)
            .then(|| {
                let (from, to) = (rate as usize, SAMPLE_RATE as usize);
                Fft::new_custom(from, to, CHUNK, PARTS, 1, WindowFunction::BlackmanHarris2, FixedSync::Input)
            })
            .transpose()
            .map_err(|error| error.to_string())?;
        let delay = fft.as_ref().map_or(0, |fft| fft.output_delay());
        let longest = fft.as_ref().map_or(0, |fft| fft.output_frames_max());
        let input = vec![Vec::with_capacity(CHUNK)];
        Ok(Resampler { rate, fft, input, output: vec![vec![0.0; longest]], delay, taken: 0, given: 0 })
    }

    /// Takes the next frames.
    pub fn push(&mut self, mut frames: &[f32], sink: &mut dyn FnMut(&[f32])) {
        self.taken += frames.len() as u64;
        if self.fft.is_none() {
            self.given += frames.len() as u64;
            return sink(frames);
        }
        while !frames.is_empty() {
            let (now, later) = frames.split_at(frames.len().min(CHUNK - self.input[0].len()));
            self.input[0].extend_from_slice(now);
            frames = later;
            if self.input[0].len() == CHUNK {
                let _ = self.convert(u64::MAX, sink);
            }
        }
    }

    /// Takes `count` frames of silence.
    pub fn push_silence(&mut self, mut count: u64, sink: &mut dyn FnMut(&[f32])) {
        while count > 0 {
            let now = count.min(CHUNK as u64);
            self.push(&[0.0; CHUNK][..now as usize], sink);
            count -= now;
        }
    }

    /// Gives out what is still inside. Returns how many samples were given in all: the frames' exact duration.
    pub fn finish(mut self, sink: &mut dyn FnMut(&[f32])) -> u64 {
        let total = self.total();
        while self.given < total {
            self.input[0].resize(CHUNK, 0.0);
            if self.convert(total - self.given, sink).is_none() {
                break;
            }
        }
        self.given
    }

    /// The number of output samples that the frames taken so far are worth.
    fn total(&self) -> u64 {
        let (taken, rate) = (u128::from(self.taken), u128::from(self.rate));
        ((taken * u128::from(SAMPLE_RATE) + rate / 2) / rate) as u64
    }

    /// Converts the full chunk and gives out `limit` samples of it at most. `None` where there is nothing to convert
    /// with; the buffers have the sizes that the library asked for, so that it has nothing to refuse.
    fn convert(&mut self, limit: u64, sink: &mut dyn FnMut(&[f32])) -> Option<()> {
        let fft = self.fft.as_mut()?;
        let longest = self.output[0].len();
        let input = SequentialSliceOfVecs::new(&self.input, 1, CHUNK).ok()?;
        let mut output = SequentialSliceOfVecs::new_mut(&mut self.output, 1, longest).ok()?;
        let (_, written) = fft.process_into_buffer(&input, &mut output, None::<&Indexing>).ok()?;
        self.input[0].clear();
        let dropped = self.delay.min(written);
        self.delay -= dropped;
        let kept = (written - dropped).min(usize::try_from(limit).unwrap_or(usize::MAX));
        self.given += kept as u64;
        if kept > 0 {
            sink(&self.output[0][dropped..dropped + kept]);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resample(rate: u32, frames: &[f32], block: usize) -> Vec<f32> {
        let mut out = Vec::new();
        let mut sink = |samples: &[f32]| out.extend_from_slice(samples);
        let mut resampler = Resampler::new(rate).unwrap();
        frames.chunks(block).for_each(|block| resampler.push(block, &mut sink));
        let given = resampler.finish(&mut sink);
        assert_eq!(given, out.len() as u64);
        out
    }

    #[test]
    fn the_length_is_exact_at_every_rate() {
        for rate in [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000] {
            for frames in [0, 1, 100, 4_096, 50_001] {
                let exact = (frames as f64 * 16_000.0 / f64::from(rate)).round() as usize;
                assert_eq!(resample(rate, &vec![0.1; frames], 1_000).len(), exact, "{frames} frames at {rate} Hz");
            }
        }
    }

    #[test]
    fn a_tone_keeps_its_phase_and_height() {
        for rate in [8_000, 22_050, 44_100, 48_000] {
            let tone = |rate: f64| move |i: usize| (i as f64 / rate * 440.0 * std::f64::consts::TAU).sin() as f32;
            let frames: Vec<f32> = (0..rate as usize).map(tone(f64::from(rate))).collect();
            let out = resample(rate, &frames, 777);
            let worst = (4_000..12_000).map(|i| (out[i] - tone(16_000.0)(i)).abs()).fold(0.0, f32::max);
            // Transforms of an odd length, as 22.05 kHz needs them, are half a frame off: 0.02 ms.
            let half_a_frame = 0.5 / rate as f32 * 440.0 * std::f32::consts::TAU;
            assert!(worst < half_a_frame + 1e-3, "{worst} at {rate} Hz");
        }
    }

    #[test]
    fn the_size_of_the_blocks_does_not_matter() {
        let frames: Vec<f32> = (0..30_000).map(|i| ((i * 7919) % 1000) as f32 / 1000.0 - 0.5).collect();
        assert_eq!(resample(44_100, &frames, 1), resample(44_100, &frames, 30_000));
    }
}
