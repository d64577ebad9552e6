//! The outline of the waveform, for drawing.

use super::SAMPLE_RATE;
use crate::timeline::{Ms, Span};

/// Peaks a second at their finest, enough for a drawing of ten seconds.
pub const FINEST: u32 = 100;
/// Samples of one peak at its finest.
const BLOCK: usize = (SAMPLE_RATE / FINEST) as usize;
/// Peaks kept at most; where there are more, neighbours are joined. Two hours keep 80 ms a peak.
const MOST: usize = 1 << 17;

/// Largest amplitude, 0 to 1, of each of equally long blocks of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Peaks {
    peaks: Vec<f32>,
    samples_each: usize,
}

impl Peaks {
    /// Peaks that were kept: the largest amplitude, 0 to 1, of every [`FINEST`]th of a second.
    pub fn finest(peaks: Vec<f32>) -> Peaks {
        Peaks { peaks, samples_each: BLOCK }
    }

    /// The largest amplitude within `span`, 0 outside of the recording.
    pub fn within(&self, span: Span) -> f32 {
        if self.samples_each == 0 {
            return 0.0;
        }
        let block =
            |time: Ms| (time.0.max(0) as u64).saturating_mul(SAMPLE_RATE.into()) / 1000 / self.samples_each as u64;
        let from = (block(span.start) as usize).min(self.peaks.len());
        let to = (block(span.end) as usize).clamp(from, self.peaks.len()).max((from + 1).min(self.peaks.len()));
        self.peaks[from..to].iter().copied().fold(0.0, f32::max)
    }

    /// All of them, the largest amplitude of each block.
    pub fn all(&self) -> &[f32] {
        &self.peaks
    }

    /// The largest amplitude of all.
    pub fn highest(&self) -> f32 {
        self.peaks.iter().copied().fold(0.0, f32::max)
    }
}

/// Collects [`Peaks`] while a recording is decoded, in bounded memory whatever its length.
#[derive(Clone, Debug)]
pub struct PeaksBuilder {
    peaks: Vec<f32>,
    samples_each: usize,
    most: usize,
    open: f32,
    filled: usize,
}

impl Default for PeaksBuilder {
    fn default() -> PeaksBuilder {
        PeaksBuilder::new()
    }
}

impl PeaksBuilder {
    /// A builder at the start of a recording.
    pub fn new() -> PeaksBuilder {
        PeaksBuilder { peaks: Vec::new(), samples_each: BLOCK, most: MOST, open: 0.0, filled: 0 }
    }

    /// One that keeps [`FINEST`] peaks a second, and 1.4 MB an hour, however long the recording is.
    pub fn finest() -> PeaksBuilder {
        PeaksBuilder { most: usize::MAX, ..PeaksBuilder::new() }
    }

    /// Takes the next samples (16 kHz, mono, full scale ±1).
    pub fn push(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(self.samples_each - self.filled));
            self.open = now.iter().fold(self.open, |peak, sample| peak.max(sample.abs()));
            self.filled += now.len();
            samples = later;
            if self.filled == self.samples_each {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.peaks.push(std::mem::take(&mut self.open).min(1.0));
        self.filled = 0;
        if self.peaks.len() == self.most {
            self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            self.samples_each *= 2;
        }
    }

    /// The peaks of everything that was pushed.
    pub fn finish(mut self) -> Peaks {
        if self.filled > 0 {
            self.close();
        }
        Peaks { peaks: self.peaks, samples_each: self.samples_each }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peaks(samples: &[f32], block: usize) -> Peaks {
        let mut builder = PeaksBuilder::new();
        samples.chunks(block).for_each(|block| builder.push(block));
        builder.finish()
    }

    #[test]
    fn a_peak_is_found_where_it_is() {
        let mut samples = vec![0.0; 16_000];
        samples[8_000] = -0.75;
        let peaks = peaks(&samples, 777);
        assert_eq!(peaks.within(Span::new(Ms(400), Ms(600))), 0.75);
        assert_eq!(peaks.within(Span::new(Ms(500), Ms(500))), 0.75);
        assert_eq!(peaks.within(Span::new(Ms(510), Ms(5_000))), 0.0);
        assert_eq!(peaks.within(Span::new(Ms(-9), Ms(-3))), 0.0);
        assert_eq!(peaks.highest(), 0.75);
    }

    #[test]
    fn long_recordings_keep_their_peaks_in_bounded_memory() {
        let mut builder = PeaksBuilder::new();
        let second = vec![0.1; 16_000];
        for n in 0..3_000 {
            builder.push(if n == 2_900 { &[0.9; 16_000] } else { &second });
        }
        let peaks = builder.finish();
        assert!(peaks.peaks.len() < MOST);
        assert_eq!(peaks.within(Span::new(Ms::from_secs(2_900), Ms::from_secs(2_901))), 0.9);
        assert_eq!(peaks.within(Span::new(Ms::from_secs(2_000), Ms::from_secs(2_899))), 0.1);
    }

    #[test]
    fn the_finest_are_never_joined() {
        let mut builder = PeaksBuilder::finest();
        (0..3_000).for_each(|_| builder.push(&[0.1; 16_000]));
        assert_eq!(builder.finish().all().len(), 3_000 * FINEST as usize);
    }

    #[test]
    fn nothing_has_no_peaks() {
        assert_eq!(peaks(&[], 1).within(Span::new(Ms(0), Ms(10))), 0.0);
        assert_eq!(Peaks::default().within(Span::new(Ms(0), Ms(10))), 0.0);
    }
}
