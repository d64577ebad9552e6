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
use crate::spool::{Spool, SpoolError};

/// Cepstra a frame, energy among them, before their differences are added.
pub const STATIC: usize = 13;
/// Numbers a frame as the acoustic model sees them: the cepstra, their first and their second differences.
pub const DIMS: usize = 3 * STATIC;

/// Mel bands.
pub(super) const BANDS: usize = 26;
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

/// Numbers a frame that are kept: the cepstra, the means taken off all but the energy, and the loud level around.
const KEPT: usize = STATIC + 1;
/// Bytes that they take.
const ROW: usize = KEPT * size_of::<f32>();

/// The cepstra of a whole recording, scaled so that each varies by about 1. A long one's are kept in a temporary file.
pub struct Cepstra {
    /// [`KEPT`] numbers a frame.
    rows: Spool,
    /// The level under which no loud level lies.
    least_level: f32,
    scales: [f32; STATIC],
}

/// Collects cepstra from power spectra, one call a frame.
pub struct CepstraBuilder {
    bands: MelBands,
    cosines: Vec<[f32; BANDS]>,
    around: Surroundings,
    rows: Spool,
}

impl Default for CepstraBuilder {
    fn default() -> CepstraBuilder {
        CepstraBuilder::new()
    }
}

impl CepstraBuilder {
    /// A collector at the start of a recording.
    pub fn new() -> CepstraBuilder {
        let (bands, cosines) = (MelBands::new(), (1..STATIC).map(cosine).collect());
        CepstraBuilder { bands, cosines, around: Surroundings::none(), rows: Spool::new(ROW) }
    }

    /// Takes the power spectrum of the next frame, [`BINS`] numbers.
    pub fn frame(&mut self, power: &[f32]) {
        let logs = self.bands.logs(power);
        let mut raw = [logs.iter().sum::<f32>() / BANDS as f32; STATIC];
        for (value, row) in raw[1..].iter_mut().zip(&self.cosines) {
            *value = row.iter().zip(&logs).map(|(cosine, log)| cosine * log).sum();
        }
        self.around.take(raw);
        if self.around.waiting.len() > MEAN_REACH {
            self.keep_next();
        }
    }

    /// Keeps the next of the frames that wait for what follows them; whether there was one.
    fn keep_next(&mut self) -> bool {
        let next = self.around.give();
        next.inspect(|row| self.rows.push(row.map(f32::to_le_bytes).as_flattened())).is_some()
    }

    /// The cepstra of all frames, their means taken off.
    pub fn finish(mut self) -> Cepstra {
        while self.keep_next() {}
        let mut cepstra = Cepstra { rows: self.rows, least_level: f32::MIN, scales: [1.0; STATIC] };
        let frames = cepstra.frames();
        let mut levels: Vec<f32> = cepstra.kept(0..frames).map(|row| row[STATIC]).collect();
        // A long pause has no loud level of its own.
        if let Some(usual) = percentile(&mut levels, 0.5) {
            cepstra.least_level = usual - QUIETEST_LEVEL;
        }
        let mut spreads = [0.0f64; STATIC];
        for row in cepstra.rows_of(0..frames) {
            for (spread, value) in spreads.iter_mut().zip(row) {
                *spread += f64::from(value * value);
            }
        }
        cepstra.scales = spreads.map(|spread| if spread > 0.0 { (frames as f64 / spread).sqrt() as f32 } else { 1.0 });
        cepstra
    }
}

impl Cepstra {
    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.rows.rows()
    }

    /// The cepstra of samples, 16 kHz mono.
    pub fn of(samples: &[f32]) -> Cepstra {
        let (mut frames, mut builder) = (Frames::new(), CepstraBuilder::new());
        frames.push(samples, &mut |power| builder.frame(power));
        frames.finish(&mut |power| builder.frame(power));
        builder.finish()
    }

    /// Cepstra that were formed before, frame by frame, [`STATIC`] numbers each.
    pub fn from_statics(statics: &[f32]) -> Cepstra {
        let mut rows = Spool::new(ROW);
        for frame in statics.as_chunks::<STATIC>().0 {
            let row: [f32; KEPT] = std::array::from_fn(|at| frame.get(at).copied().unwrap_or_default());
            rows.push(row.map(f32::to_le_bytes).as_flattened());
        }
        Cepstra { rows, least_level: f32::MIN, scales: [1.0; STATIC] }
    }

    /// The cepstra of some frames, one after the other, [`STATIC`] numbers each.
    pub fn statics(&self, frames: Range<usize>) -> Vec<f32> {
        self.rows_of(frames).flatten().collect()
    }

    /// The energy of each of some frames against the loud level of its surroundings; 0 is loud, speech spreads over about
    /// 1 below.
    pub fn energies(&self, frames: Range<usize>) -> Vec<f32> {
        self.rows_of(frames).map(|row| row[0]).collect()
    }

    /// The energy at `part` of the way from the quiet frames among some to the loud ones: their 5th and 95th percentiles.
    /// Among none everything is louder.
    pub fn energy_between(&self, frames: Range<usize>, part: f32) -> f32 {
        let mut energies = self.energies(frames);
        let quiet = percentile(&mut energies, 0.05);
        let range = quiet.zip(percentile(&mut energies, 0.95));
        range.map_or(f32::MIN, |(quiet, loud)| quiet + part * (loud - quiet))
    }

    /// Whether everything could be kept and read so far.
    ///
    /// # Errors
    /// [`SpoolError`] where it could not; then any of the numbers may be wrong.
    pub fn check(&self) -> Result<(), SpoolError> {
        self.rows.check()
    }

    /// Writes the full vectors ([`DIMS`] numbers each) of some frames to `out`, which is emptied first.
    pub fn vectors(&self, frames: Range<usize>, out: &mut Vec<f32>) {
        out.clear();
        out.reserve(frames.len() * DIMS);
        let seen = frames.start.saturating_sub(2 * SLOPE_REACH)..(frames.end + 2 * SLOPE_REACH).min(self.frames());
        let statics = self.statics(seen.clone());
        let last = self.frames().saturating_sub(1) as isize;
        let value = |frame: isize, dim: usize| statics[(frame.clamp(0, last) as usize - seen.start) * STATIC + dim];
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
            out.extend_from_slice(&statics[(frame - seen.start) * STATIC..][..STATIC]);
            out.extend(slopes[at].iter().map(|slope| slope * SLOPE_GAIN));
            out.extend((0..STATIC).map(|dim| {
                let bend: f32 = (1..=SLOPE_REACH).map(|k| k as f32 * (slopes[at + k][dim] - slopes[at - k][dim])).sum();
                bend * weight * BEND_GAIN
            }));
        }
    }

    /// What is kept of some frames.
    fn kept(&self, frames: Range<usize>) -> impl Iterator<Item = [f32; KEPT]> {
        self.rows.blocks(frames).flat_map(|block| -> Vec<[f32; KEPT]> {
            let numbers: Vec<f32> = block.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect();
            numbers.as_chunks().0.to_vec()
        })
    }

    /// The cepstra of some frames.
    fn rows_of(&self, frames: Range<usize>) -> impl Iterator<Item = [f32; STATIC]> {
        self.kept(frames).map(move |mut row| {
            row[0] -= row[STATIC].max(self.least_level);
            std::array::from_fn(|dim| row[dim] * self.scales[dim])
        })
    }
}

/// Brings first and second differences to about the spread of the cepstra themselves.
const SLOPE_GAIN: f32 = 4.0;
const BEND_GAIN: f32 = 10.0;

/// The mel bands, as bins and weights.
pub(super) struct MelBands(Vec<Vec<(usize, f32)>>);

impl MelBands {
    pub(super) fn new() -> MelBands {
        MelBands(mel_bands())
    }

    /// The log energy of each band, from the power spectrum of a frame.
    pub(super) fn logs(&self, power: &[f32]) -> [f32; BANDS] {
        // A floor far under any speech keeps digital silence from going to minus infinity.
        let energy = |sum: f32| (sum + 1e-6).ln();
        let mut logs = [0.0; BANDS];
        for (log, band) in logs.iter_mut().zip(&self.0) {
            *log = energy(band.iter().map(|&(bin, weight)| power[bin] * weight).sum());
        }
        logs
    }
}

/// Triangles that overlap by half, evenly spaced on the mel scale (2595 lg(1 + f/700)).
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

/// The row of the cosine transform for the cepstrum of order `order`.
pub(super) fn cosine(order: usize) -> [f32; BANDS] {
    let step = std::f32::consts::PI / BANDS as f32;
    std::array::from_fn(|band| (order as f32 * (band as f32 + 0.5) * step).cos())
}

/// The frames around the one that is to be kept next, [`MEAN_REACH`] on either side.
struct Surroundings {
    /// The number of the next frame.
    next: usize,
    /// The raw cepstra from that one on.
    waiting: VecDeque<[f32; STATIC]>,
    /// Their sums from the recording's start up to each of the frames around, and up to the first of them.
    sums: VecDeque<[f64; STATIC]>,
    /// Frames around and their energies, as far as one may be the loudest of what is around: each is louder than the next.
    loudest: VecDeque<(usize, f32)>,
}

impl Surroundings {
    fn none() -> Surroundings {
        let sums = VecDeque::from([[0.0; STATIC]]);
        Surroundings { next: 0, waiting: VecDeque::new(), sums, loudest: VecDeque::new() }
    }

    /// Takes the raw cepstra of the frame after those that wait.
    fn take(&mut self, raw: [f32; STATIC]) {
        let sum = self.sums.back().copied().unwrap_or_default();
        self.sums.push_back(std::array::from_fn(|dim| sum[dim] + f64::from(raw[dim])));
        while self.loudest.pop_back_if(|(_, energy)| *energy <= raw[0]).is_some() {}
        self.loudest.push_back((self.next + self.waiting.len(), raw[0]));
        self.waiting.push_back(raw);
    }

    /// What is to be kept of the next frame: the mean over the frames around is taken off all but the energy, which is
    /// followed by the largest around.
    fn give(&mut self) -> Option<[f32; KEPT]> {
        let raw = self.waiting.pop_front()?;
        let (first, last) = (self.sums.front()?, self.sums.back()?);
        let frames = (self.sums.len() - 1) as f64;
        let mut row = [raw[0]; KEPT];
        for dim in 1..STATIC {
            row[dim] = raw[dim] - ((last[dim] - first[dim]) / frames) as f32;
        }
        while self.loudest.pop_front_if(|(frame, _)| *frame + MEAN_REACH < self.next).is_some() {}
        row[STATIC] = self.loudest.front()?.1;
        if self.next >= MEAN_REACH {
            self.sums.pop_front();
        }
        self.next += 1;
        Some(row)
    }
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
        for (a, b) in plain.statics(0..50).iter().zip(coloured.statics(0..50)) {
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

    #[test]
    fn what_was_formed_before_is_what_it_was() {
        let statics: Vec<f32> = (0..40 * STATIC).map(|at| (at as f32).sin()).collect();
        assert_eq!(Cepstra::from_statics(&statics).statics(0..40), statics);
    }

    proptest! {
        #[test]
        fn means_and_maxima_are_those_of_the_frames_around(column in prop::collection::vec(-5.0f32..5.0, 1..900)) {
            let mut around = Surroundings::none();
            let mut rows = Vec::new();
            for &value in &column {
                around.take([value; STATIC]);
                if around.waiting.len() > MEAN_REACH {
                    rows.extend(around.give());
                }
            }
            rows.extend(std::iter::from_fn(|| around.give()));
            prop_assert_eq!(rows.len(), column.len());
            for (at, row) in rows.iter().enumerate() {
                let around = &column[at.saturating_sub(MEAN_REACH)..(at + MEAN_REACH + 1).min(column.len())];
                prop_assert_eq!((row[0], row[STATIC]), (column[at], around.iter().copied().fold(f32::MIN, f32::max)));
                let mean = around.iter().sum::<f32>() / around.len() as f32;
                prop_assert!((row[1] - (column[at] - mean)).abs() < 1e-3, "{} {}", row[1], column[at] - mean);
            }
        }
    }
}
