//! How loud each frame is, and which frames hold any sound at all.

use std::collections::VecDeque;

use super::{BINS, WINDOW};

/// Bins below this one (94 Hz) are rumble and hum, not speech.
const LOWEST_BIN: usize = 3;
/// Level of a frame without any signal, in dB of full scale: less than the noise of 16 bits.
const NOTHING: f32 = -100.0;
/// The highest level taken seriously: samples of floating point may exceed full scale, but not by this much.
const ALL: f32 = 60.0;
/// Frames that the power is averaged over before it is judged: 50 ms, longer than a pitch period, shorter than a phone.
const SMOOTH: usize = 5;
/// A sound begins where the level rises above this part of the way, in dB, from the noise floor to the loud level …
const ENTER: f32 = 0.3;
/// … and ends where it falls below this one.
const LEAVE: f32 = 0.2;
/// The noise floor is taken to lie at least this far below the loud level, in dB: in a recording without any pause the
/// quietest frames are speech.
const LEAST_RANGE: f32 = 15.0;
/// And at most this far: what is quieter still is not heard beside the speech.
const MOST_RANGE: f32 = 45.0;
/// Frames of a shorter pause belong to the sound around it (0.2 s): the closure of a plosive is no pause.
const LEAST_PAUSE: usize = 20;
/// Frames of a shorter sound belong to the silence around it (0.05 s): a click.
const LEAST_SOUND: usize = 5;

/// The two levels that a recording moves between, in dB of full scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dynamics {
    /// Noise floor.
    pub floor: f32,
    /// Level that only one frame in twenty exceeds.
    pub loud: f32,
}

impl Dynamics {
    /// Of a recording's levels: their 5th and 95th percentiles, digital silence left out, so that an empty lead-in
    /// does not pass for the noise of the room.
    pub fn of(levels: &[f32]) -> Dynamics {
        let mut heard: Vec<f32> = levels.iter().copied().filter(|&level| level > NOTHING).collect();
        let loud = percentile(&mut heard, 0.95).unwrap_or(NOTHING);
        let floor = percentile(&mut heard, 0.05).unwrap_or(NOTHING).clamp(loud - MOST_RANGE, loud - LEAST_RANGE);
        Dynamics { floor, loud }
    }

    /// The level at `part` of the way from the floor to the loud level.
    fn at(self, part: f32) -> f32 {
        self.floor + part * (self.loud - self.floor)
    }
}

/// The value that `part` of the values do not exceed; `None` of none. They come out in another order.
pub(crate) fn percentile(values: &mut [f32], part: f64) -> Option<f32> {
    let rank = (values.len().checked_sub(1)? as f64 * part).round() as usize;
    Some(*values.select_nth_unstable_by(rank, f32::total_cmp).1)
}

/// Level of one power spectrum in dB of full scale: that of its mean square, so that a sine of the amplitude 1 has -3.
pub(super) fn of(power: &[f32]) -> f32 {
    // By Parseval the spectrum's sum is POINTS/2 times the energy of the windowed samples, whose mean square is the
    // signal's times that of the Hann window, 3/8.
    let sum: f32 = power.iter().skip(LOWEST_BIN).sum();
    decibel(sum / ((BINS - 1) as f32 * WINDOW as f32 * 0.375))
}

/// A power in dB, from [`NOTHING`] to [`ALL`]; not-a-number, from a broken decoder, is no sound.
pub(super) fn decibel(power: f32) -> f32 {
    let level = 10.0 * power.log10();
    if level.is_nan() { NOTHING } else { level.clamp(NOTHING, ALL) }
}

/// The power of a level in dB.
pub(super) fn power(level: f32) -> f32 {
    10f32.powf(level / 10.0)
}

/// Whether each frame belongs to a sound: threshold with hysteresis on the smoothed level, then short pauses filled
/// and clicks taken out.
pub(super) fn sounding(levels: &[f32], dynamics: Dynamics) -> Vec<bool> {
    let powers = levels.iter().map(|&level| power(level));
    let smooth: Vec<f32> = averages(powers, SMOOTH).map(decibel).collect();
    let (enter, leave) = (dynamics.at(ENTER).max(NOTHING), dynamics.at(LEAVE).max(NOTHING));
    let mut sounding: Vec<bool> = smooth.iter().map(|&level| level > leave).collect();
    for run in runs(&sounding) {
        if sounding[run.start] && !smooth[run.clone()].iter().any(|&level| level > enter) {
            sounding[run].fill(false);
        }
    }
    for (value, least) in [(true, LEAST_SOUND), (false, LEAST_PAUSE)] {
        for run in runs(&sounding) {
            let inside = run.start > 0 && run.end < sounding.len();
            if inside && sounding[run.start] == value && run.len() < least {
                sounding[run].fill(!value);
            }
        }
    }
    sounding
}

/// The runs of equal values.
fn runs(values: &[bool]) -> Vec<std::ops::Range<usize>> {
    let mut end = 0;
    values
        .chunk_by(|a, b| a == b)
        .map(|run| {
            end += run.len();
            end - run.len()..end
        })
        .collect()
}

/// Means of the `width` values around each value, fewer at either end; through a running sum, so that a wide mean
/// costs no more than a narrow one, of which only what is around is kept.
pub(super) fn averages(values: impl Iterator<Item = f32>, width: usize) -> impl Iterator<Item = f32> {
    let mut values = values.fuse();
    let mut sums = VecDeque::from([0.0f64]);
    let (mut at, mut taken) = (0, 0);
    std::iter::from_fn(move || {
        while taken < at + width - width / 2
            && let Some(value) = values.next()
        {
            sums.push_back(sums.back()? + f64::from(value));
            taken += 1;
        }
        if at > width / 2 {
            sums.pop_front();
        }
        let mean = ((sums.back()? - sums.front()?) / (sums.len() - 1) as f64) as f32;
        at += 1;
        (at <= taken).then_some(mean)
    })
}
