//! How loud a recording is, as broadcasters measure it.

use ebur128::{EbuR128, Mode};
use serde::Serialize;

use super::SAMPLE_RATE;

/// Loudness of a recording by EBU R 128 / ITU-R BS.1770, of the stream that zimu works on: mixed down to one channel
/// at 16 kHz. A stereo original measures up to 3 LU louder, and what it has above 8 kHz is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Loudness {
    /// Integrated loudness in LUFS; `None` where nothing is louder than the gate (-70 LUFS).
    pub integrated: Option<f64>,
    /// Loudness range in LU (EBU Tech 3342).
    pub range: f64,
    /// True peak in dB of full scale; `None` of digital silence.
    pub true_peak: Option<f64>,
}

/// Measures [`Loudness`], fed with samples while they are decoded; memory does not grow with the recording.
pub struct LoudnessMeter {
    meter: Option<EbuR128>,
}

impl Default for LoudnessMeter {
    fn default() -> LoudnessMeter {
        LoudnessMeter::new()
    }
}

impl LoudnessMeter {
    /// A meter at the start of a recording.
    pub fn new() -> LoudnessMeter {
        // HISTOGRAM bounds the memory, at a resolution of 0.1 LU.
        let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::HISTOGRAM;
        LoudnessMeter { meter: EbuR128::new(1, SAMPLE_RATE, mode).ok() }
    }

    /// Takes the next samples (16 kHz, mono, full scale ±1).
    pub fn push(&mut self, samples: &[f32]) {
        // One channel of whole frames: the meter has no reason to refuse them. Were it to, it would measure nothing.
        if self.meter.as_mut().is_some_and(|meter| meter.add_frames_f32(samples).is_err()) {
            self.meter = None;
        }
    }

    /// The loudness of everything that was pushed.
    pub fn finish(self) -> Loudness {
        let Some(meter) = self.meter else { return Loudness::default() };
        let finite = |value: f64| value.is_finite().then_some(value);
        Loudness {
            integrated: meter.loudness_global().ok().and_then(finite),
            range: meter.loudness_range().ok().and_then(finite).unwrap_or(0.0),
            true_peak: meter.true_peak(0).ok().and_then(|peak| finite(20.0 * peak.log10())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    fn measure(samples: &[f32]) -> Loudness {
        let mut meter = LoudnessMeter::new();
        samples.chunks(1_000).for_each(|block| meter.push(block));
        meter.finish()
    }

    #[test]
    fn the_reference_tone_of_the_standard_reads_its_loudness() {
        // ITU-R BS.1770-4, annex 1: a 997 Hz sine of full scale in one front channel reads -3.01 LKFS.
        let tone: Vec<f32> = (0..160_000).map(|i| (TAU * 997.0 * i as f32 / 16_000.0).sin()).collect();
        let loudness = measure(&tone);
        assert!((loudness.integrated.unwrap() + 3.01).abs() < 0.1, "{loudness:?}");
        assert!(loudness.true_peak.unwrap().abs() < 0.2, "{loudness:?}");
        assert!(loudness.range < 0.2, "{loudness:?}");
    }

    #[test]
    fn silence_and_nothing_have_no_loudness() {
        assert_eq!(measure(&[]), Loudness::default());
        assert_eq!(measure(&[0.0; 32_000]), Loudness::default());
    }
}
