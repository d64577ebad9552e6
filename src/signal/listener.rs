//! Everything that is gathered from the samples while they stream by, in one pass.

use super::{Cepstra, CepstraBuilder, Frames, Loudness, LoudnessMeter, MapBuilder, Peaks, PeaksBuilder, SpeechMap};

/// Listens to a recording while it is decoded. Its memory grows by some ten bytes a frame; no samples are kept.
#[derive(Default)]
pub struct Listener {
    frames: Frames,
    cepstra: CepstraBuilder,
    map: MapBuilder,
    peaks: PeaksBuilder,
    loudness: LoudnessMeter,
}

/// What a [`Listener`] heard.
pub struct Heard {
    /// Which sounds, frame by frame.
    pub cepstra: Cepstra,
    /// What sounds when.
    pub map: SpeechMap,
    /// The outline of the waveform.
    pub peaks: Peaks,
    /// How loud it is.
    pub loudness: Loudness,
}

impl Listener {
    /// Takes the next samples (16 kHz, mono, full scale ±1).
    pub fn push(&mut self, samples: &[f32]) {
        let (cepstra, map) = (&mut self.cepstra, &mut self.map);
        self.frames.push(samples, &mut |power| {
            cepstra.frame(power);
            map.frame(power);
        });
        self.peaks.push(samples);
        self.loudness.push(samples);
    }

    /// What was heard in all.
    pub fn finish(mut self) -> Heard {
        let (cepstra, map) = (&mut self.cepstra, &mut self.map);
        self.frames.finish(&mut |power| {
            cepstra.frame(power);
            map.frame(power);
        });
        Heard {
            cepstra: self.cepstra.finish(),
            map: self.map.finish(),
            peaks: self.peaks.finish(),
            loudness: self.loudness.finish(),
        }
    }
}
