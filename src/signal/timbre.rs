//! Timbre: cepstra that keep what tells one voice from another.
//!
//! The cepstra of alignment lose the mean of their surroundings, and with it most of the speaker. These keep it, go to a
//! finer detail of the spectrum (nineteen orders, as is usual where speakers are told apart: Reynolds, Quatieri and Dunn,
//! "Speaker verification using adapted Gaussian mixture models", 2000), and leave out the energy, which tells how far
//! away somebody stands.

use std::ops::Range;

use super::cepstra::{BANDS, MelBands, cosine};
use crate::spool::{Spool, SpoolError};

/// Numbers a frame: the cepstra of orders 1 to 19.
pub const TIMBRE: usize = 19;

/// The timbre of every frame of a recording. A long one's is kept in a temporary file.
pub struct Timbre {
    rows: Spool,
}

/// Collects the timbre from power spectra, one call a frame.
pub struct TimbreBuilder {
    bands: MelBands,
    cosines: [[f32; BANDS]; TIMBRE],
    rows: Spool,
}

impl Default for TimbreBuilder {
    fn default() -> TimbreBuilder {
        TimbreBuilder::new()
    }
}

impl TimbreBuilder {
    /// A collector at the start of a recording.
    pub fn new() -> TimbreBuilder {
        let cosines = std::array::from_fn(|at| cosine(at + 1));
        TimbreBuilder { bands: MelBands::new(), cosines, rows: Spool::new(TIMBRE * size_of::<f32>()) }
    }

    /// Takes the power spectrum of the next frame ([`BINS`](super::BINS) numbers).
    pub fn frame(&mut self, power: &[f32]) {
        let logs = self.bands.logs(power);
        let order = |row: &[f32; BANDS]| -> f32 { row.iter().zip(&logs).map(|(cosine, log)| cosine * log).sum() };
        let row: [f32; TIMBRE] = std::array::from_fn(|at| order(&self.cosines[at]));
        self.rows.push(row.map(f32::to_le_bytes).as_flattened());
    }

    /// The timbre of all frames.
    pub fn finish(self) -> Timbre {
        Timbre { rows: self.rows }
    }
}

impl Timbre {
    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.rows.rows()
    }

    /// The timbre of some frames, [`TIMBRE`] numbers each, one after the other; frames past the end are left out.
    pub fn of(&self, frames: Range<usize>) -> Vec<f32> {
        let end = frames.end.min(self.frames());
        let bytes = self.rows.read(frames.start.min(end)..end);
        bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect()
    }

    /// Whether everything could be kept and read so far.
    ///
    /// # Errors
    /// [`SpoolError`] where it could not; then any of the numbers may be wrong.
    pub fn check(&self) -> Result<(), SpoolError> {
        self.rows.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::BINS;

    #[test]
    fn loudness_changes_nothing_and_colour_does() {
        let mut builder = TimbreBuilder::new();
        let power =
            |gain: f32, tilt: f32| -> Vec<f32> { (0..BINS).map(|bin| gain * (tilt * bin as f32).exp()).collect() };
        for (gain, tilt) in [(1.0, 0.0), (9.0, 0.0), (1.0, -0.01)] {
            builder.frame(&power(gain, tilt));
        }
        let timbre = builder.finish();
        let (quiet, loud, dark) = (timbre.of(0..1), timbre.of(1..2), timbre.of(2..9));
        let apart = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart(&quiet, &loud) < 1e-2, "{quiet:?} {loud:?}");
        assert!(apart(&quiet, &dark) > 1.0, "{quiet:?} {dark:?}");
        assert_eq!(dark.len(), TIMBRE);
    }
}
