//! Tells speech from music, applause and other sustained sound.
//!
//! Three features, each over two seconds around a frame:
//!
//! * the change of level at the pace of syllables, the "4 Hz modulation energy" of Scheirer and Slaney, *Construction
//!   and evaluation of a robust multifeature speech/music discriminator* (ICASSP 1997): strong in speech;
//! * the share of frames of less than half the mean power of the second around them, the "percentage of low-energy
//!   frames" of the same paper, after Saunders, *Real-time discrimination of broadcast speech/music* (ICASSP 1996):
//!   high in speech;
//! * how much of the spectrum's fine structure stays in place for 100 ms: the steady tones of music, after the
//!   "continuous frequency activation" of Seyerlehner et al., *Automatic music detection in television productions*
//!   (DAFx 2007): low in speech, whose pitch glides.
//!
//! Their weighted sum is the evidence for speech. The weights are set by hand: a logistic regression gave the first
//! ones, which took too much applause and drums for speech.

use std::collections::VecDeque;

use super::level::{Dynamics, averages, decibel, power};

/// Frames that each judgement rests on: 2 s.
const JUDGED: usize = 200;
/// Frames that a low-energy frame is compared with: 1 s.
const COMPARED: usize = 100;
/// Averages over 80 ms less averages over 320 ms leave the changes of level at the pace of syllables, about 4 Hz.
const SYLLABLE: (usize, usize) = (8, 32);
/// What is this far below the loud level, in dB, counts as no sound when changes of level are measured.
const DEPTH: f32 = 35.0;
/// Tones are looked at in frames no further below the loud level than this, in dB …
const CLEAR: f32 = 25.0;
/// … and this far at least above the noise floor.
const ABOVE_NOISE: f32 = 4.0;
/// Bins that tones are looked for in: 312 Hz to 4 kHz. Below, even gliding harmonics stay within their bin.
const TONES: std::ops::Range<usize> = 10..128;
/// Bins of the envelope that is taken off to leave the fine structure: 281 Hz.
const ENVELOPE: usize = 9;
/// Frames that a tone has to last: 100 ms.
const LASTING: usize = 10;

/// Evidence of 1 dB of syllabic change: speech has 4 to 5 dB, music and applause 1 to 3.
const SYLLABLES_WEIGH: f32 = 0.7;
/// Evidence of the share of low-energy frames: 0.5 in speech, 0.2 to 0.35 in music and applause.
const LOW_ENERGY_WEIGHS: f32 = 5.0;
/// Evidence of steadiness: 0.03 to 0.1 in speech, 0.1 to 0.6 in music.
const STEADINESS_WEIGHS: f32 = -9.0;
/// What the sum must exceed to speak for speech: set low, as speech taken for music costs the aligner more than music
/// taken for speech.
const BALANCE: f32 = 3.0;
/// Seconds of evidence 1 that a change between speech and music must be worth …
const CHANGE: f32 = 2.0;
/// … and in a pause, where changes mostly are.
const CHANGE_IN_PAUSE: f32 = 0.5;
/// Seconds a frame lasts.
const FRAME: f32 = 0.01;

/// Measures from frame to frame how far the fine structure of the spectrum stays in place.
pub(super) struct Steadiness {
    /// Fine structures of the last frames, of unit length each.
    past: VecDeque<Vec<f32>>,
}

impl Steadiness {
    pub fn new() -> Steadiness {
        Steadiness { past: VecDeque::with_capacity(LASTING + 1) }
    }

    /// Correlation of this frame's fine structure with the one 100 ms ago, -1 to 1; 0 in the first frames.
    pub fn of(&mut self, power: &[f32]) -> f32 {
        let fine = fine_structure(power);
        let correlation = match self.past.len() {
            LASTING => self.past.pop_front().map_or(0.0, |then| then.iter().zip(&fine).map(|(a, b)| a * b).sum()),
            _ => 0.0,
        };
        self.past.push_back(fine);
        correlation
    }
}

/// Log power less its envelope, scaled to unit length.
fn fine_structure(power: &[f32]) -> Vec<f32> {
    let log: Vec<f32> = power.get(TONES).unwrap_or_default().iter().copied().map(decibel).collect();
    let mut fine: Vec<f32> =
        log.iter().zip(averages(log.iter().copied(), ENVELOPE)).map(|(log, envelope)| log - envelope).collect();
    let length = fine.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    fine.iter_mut().for_each(|value| *value /= length);
    fine
}

/// Evidence that somebody speaks around each frame (below zero: that nobody does), from the frames' levels and steadiness.
pub(super) fn evidence(levels: &[f32], steady: &[f32], dynamics: Dynamics) -> impl Iterator<Item = f32> {
    let syllables = syllables(levels, dynamics);
    let low = low_energy(levels, dynamics);
    let steady = steadiness(levels, steady, dynamics);
    let features = syllables.zip(low).zip(steady);
    features.map(|((syllables, low), steady)| {
        SYLLABLES_WEIGH * syllables + LOW_ENERGY_WEIGHS * low + STEADINESS_WEIGHS * steady - BALANCE
    })
}

/// Power of each frame above the noise floor, not less than [`DEPTH`] below the loud level.
fn above_noise(levels: &[f32], dynamics: Dynamics) -> impl Iterator<Item = f32> {
    let (floor, least) = (power(dynamics.floor), power(dynamics.loud - DEPTH));
    levels.iter().map(move |&level| (power(level) - floor).max(least))
}

/// Root mean square of the syllabic change of level, in dB.
fn syllables(levels: &[f32], dynamics: Dynamics) -> impl Iterator<Item = f32> {
    let smooth = |width| averages(above_noise(levels, dynamics).map(decibel), width);
    let changes = smooth(SYLLABLE.0).zip(smooth(SYLLABLE.1));
    averages(changes.map(|(short, long)| (short - long).powi(2)), JUDGED).map(|mean| mean.max(0.0).sqrt())
}

/// Share of frames of less than half the mean power around them.
fn low_energy(levels: &[f32], dynamics: Dynamics) -> impl Iterator<Item = f32> {
    let powers = || above_noise(levels, dynamics);
    let low =
        powers().zip(averages(powers(), COMPARED)).map(|(power, mean)| if power < mean / 2.0 { 1.0 } else { 0.0 });
    averages(low, JUDGED)
}

/// Mean steadiness of the frames that are loud enough to show tones.
fn steadiness(levels: &[f32], steady: &[f32], dynamics: Dynamics) -> impl Iterator<Item = f32> {
    let least = (dynamics.loud - CLEAR).max(dynamics.floor + ABOVE_NOISE);
    let clear = move || levels.iter().map(move |&level| if level > least { 1.0 } else { 0.0 });
    let steady = steady.iter().zip(clear()).map(|(steady, clear)| steady * clear);
    let means = averages(steady, JUDGED).zip(averages(clear(), JUDGED));
    means.map(|(sum, share)| if share > 0.0 { sum / share } else { 0.0 })
}

/// Whether each frame is speech (rather than music): the sequence of the most evidence in the sounding frames, less
/// the price of its changes (Viterbi).
pub(super) fn speaking(sounding: &[bool], evidence: impl Iterator<Item = f32>) -> Vec<bool> {
    let mut scores = [0.0f64, 0.0]; // music, speech
    let mut stayed: Vec<[bool; 2]> = Vec::with_capacity(sounding.len());
    for (&sounding, evidence) in sounding.iter().zip(evidence) {
        let price = f64::from(if sounding { CHANGE } else { CHANGE_IN_PAUSE });
        let stay = [scores[0] >= scores[1] - price, scores[1] >= scores[0] - price];
        scores = [scores[0].max(scores[1] - price), scores[1].max(scores[0] - price)];
        if sounding {
            scores[1] += f64::from(evidence * FRAME);
        }
        stayed.push(stay);
    }
    let mut speech = scores[1] >= scores[0];
    let mut speaking = vec![false; sounding.len()];
    for (n, stay) in stayed.iter().enumerate().rev() {
        speaking[n] = speech;
        speech = speech == stay[usize::from(speech)];
    }
    speaking
}
