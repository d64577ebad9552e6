//! Scenes: clips of the corpus joined, and made to sound as recordings do.
//!
//! The corpus is read aloud close to a microphone. Forums are held in halls, by voices high and low, fast and slow,
//! while somebody coughs, and come through codecs. So every time that a clip is learned from it sounds otherwise: at
//! another speed and pitch, in another room, under other noise (Ko et al., "Audio augmentation for speech recognition",
//! 2015; "A study on data augmentation of reverberant speech for robust speech recognition", 2017). Music and applause
//! are put before and behind them so that they are told from speech.

use std::f32::consts::TAU;
use std::ops::Range;

use fastrand::Rng;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::learn::UNKNOWN;
use crate::align::pdf::Pdf;
use crate::signal::{Cepstra, HOP, SAMPLE_RATE};

/// A clip with its labels.
#[derive(Clone, Copy, Debug)]
pub struct Clip<'a> {
    /// 16 kHz mono.
    pub samples: &'a [i16],
    /// The pdf of each frame.
    pub labels: &'a [u16],
}

/// A few clips joined, as they are learned from.
pub struct Scene {
    /// What is heard.
    pub cepstra: Cepstra,
    /// The pdf of each frame, or [`UNKNOWN`].
    pub labels: Vec<u16>,
}

/// How often a scene has what, and how much of it.
const SPEEDS: Range<f32> = 0.85..1.18;
const GAIN_DB: f32 = 8.0;
const PAUSE_SECONDS: Range<f32> = 0.05..1.2;
const OTHER_SOUND_CHANCE: f32 = 0.2;
const OTHER_SOUND_SECONDS: Range<f32> = 0.5..3.0;
const ROOM_CHANCE: f32 = 0.5;
/// Seconds in which a room's echo falls by 60 dB, and how far it lies under the direct sound.
const ROOM_SECONDS: Range<f32> = 0.15..0.9;
const ROOM_DB: Range<f32> = -4.0..12.0;
const FILTER_CHANCE: f32 = 0.4;
/// The highest frequency left, in hertz, and the tilt of the rest, in dB an octave.
const FILTER_HERTZ: Range<f32> = 3_400.0..9_000.0;
const TILT_DB: f32 = 3.0;
const NOISE_CHANCE: f32 = 0.7;
/// How far the noise lies under the speech.
const NOISE_DB: Range<f32> = 3.0..30.0;
/// Scenes without noise have this much of it all the same: no microphone is silent.
const QUIET_DB: f32 = 45.0;

/// Joins `clips` and lays a room and noise over them; `babblers` are the sounds of those who talk in the background.
pub fn stage(clips: &[Clip], babblers: &[&[i16]], rng: &mut Rng) -> Scene {
    let (mut samples, mut labels) = (Vec::new(), Vec::new());
    for clip in clips {
        pause(&mut samples, &mut labels, rng);
        append(clip, &mut samples, &mut labels, rng);
    }
    pause(&mut samples, &mut labels, rng);
    let level = loudness(&samples);
    if rng.f32() < ROOM_CHANCE {
        samples = reverberate(&samples, rng);
    }
    let noise_db = if rng.f32() < NOISE_CHANCE { between(NOISE_DB, rng) } else { QUIET_DB };
    add_noise(&mut samples, level * db(-noise_db), babblers, rng);
    other_sounds(&mut samples, &mut labels, level, rng);
    if rng.f32() < FILTER_CHANCE {
        samples = filter(&samples, rng);
    }
    Scene { cepstra: Cepstra::of(&samples), labels }
}

/// Where joined clips are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Close to a microphone, as they were recorded.
    Quiet,
    /// In a room, over as much hiss as talk, together [`HALL_NOISE_DB`] under them.
    Hall,
}

/// How far the noise of a [`Place::Hall`] lies under the speech, in dB.
pub const HALL_NOISE_DB: f32 = 10.0;

/// Lets joined clips, with nothing between them, be heard somewhere; their times stay.
pub fn hear(samples: Vec<f32>, place: Place, babblers: &[&[i16]], rng: &mut Rng) -> Vec<f32> {
    let level = loudness(&samples);
    match place {
        Place::Quiet => {
            let mut heard = samples;
            lay_noise(&mut heard, level * db(-QUIET_DB), 0.0, &[], rng);
            heard
        }
        Place::Hall => {
            let mut heard = reverberate(&samples, rng);
            let each = level * db(-HALL_NOISE_DB) * 0.5f32.sqrt();
            lay_noise(&mut heard, each, each, babblers, rng);
            heard
        }
    }
}

pub fn between(range: Range<f32>, rng: &mut Rng) -> f32 {
    range.start + (range.end - range.start) * rng.f32()
}

/// Decibels as a factor.
fn db(decibels: f32) -> f32 {
    10f32.powf(decibels / 20.0)
}

pub fn seconds(seconds: f32) -> usize {
    // Whole frames, so that labels stay beside their sound.
    (seconds * SAMPLE_RATE as f32) as usize / HOP * HOP
}

fn pause(samples: &mut Vec<f32>, labels: &mut Vec<u16>, rng: &mut Rng) {
    samples.resize(samples.len() + seconds(between(PAUSE_SECONDS, rng)), 0.0);
    labels.resize(samples.len() / HOP, Pdf::SILENCE.0);
}

/// Appends a clip at a speed (and so a pitch) and loudness of chance.
fn append(clip: &Clip, samples: &mut Vec<f32>, labels: &mut Vec<u16>, rng: &mut Rng) {
    let (speed, gain) = (between(SPEEDS, rng), db(GAIN_DB * (2.0 * rng.f32() - 1.0)) / 32_768.0);
    let length = (clip.samples.len() as f32 / speed) as usize / HOP * HOP;
    samples.extend((0..length).map(|at| {
        let place = at as f32 * speed;
        let (whole, part) = (place as usize, place.fract());
        let sample = |at: usize| f32::from(clip.samples.get(at).copied().unwrap_or_default());
        gain * (sample(whole) * (1.0 - part) + sample(whole + 1) * part)
    }));
    labels.extend((0..length / HOP).map(|frame| {
        let place = ((frame as f32 + 0.5) * speed) as usize;
        clip.labels.get(place).copied().unwrap_or(UNKNOWN)
    }));
}

/// The usual amplitude of what is not silence.
pub fn loudness(samples: &[f32]) -> f32 {
    let heard = samples.iter().filter(|sample| **sample != 0.0);
    let (sum, count) = heard.fold((0.0f64, 0u64), |(sum, count), s| (sum + f64::from(s * s), count + 1));
    (sum / count.max(1) as f64).sqrt() as f32
}

/// Lets a room answer: noise that dies away, behind the direct sound.
fn reverberate(samples: &[f32], rng: &mut Rng) -> Vec<f32> {
    let fall = between(ROOM_SECONDS, rng);
    let length = seconds(fall);
    let early = (SAMPLE_RATE as f32 * 0.002) as usize;
    let mut room = vec![0.0f32; length];
    for (at, echo) in room.iter_mut().enumerate().skip(early) {
        *echo = gaussian(rng) * (-6.9 * at as f32 / length as f32).exp();
    }
    let energy: f32 = room.iter().map(|echo| echo * echo).sum();
    let scale = db(-between(ROOM_DB, rng)) / energy.max(1e-9).sqrt();
    room.iter_mut().for_each(|echo| *echo *= scale);
    room[0] = 1.0;
    let mut heard = through(samples, samples.len() + length, |spectrum, transform| {
        let mut room = room.clone();
        room.resize(transform, 0.0);
        let answer = spectrum_of(room);
        spectrum.iter_mut().zip(answer).for_each(|(value, answer)| *value *= answer);
    });
    heard.truncate(samples.len());
    heard
}

/// Cuts the treble off and tilts what is left, as microphones and codecs do.
fn filter(samples: &[f32], rng: &mut Rng) -> Vec<f32> {
    let (highest, tilt) = (between(FILTER_HERTZ, rng), TILT_DB * (2.0 * rng.f32() - 1.0));
    through(samples, samples.len(), |spectrum, transform| {
        for (bin, value) in spectrum.iter_mut().enumerate() {
            let hertz = bin as f32 * SAMPLE_RATE as f32 / transform as f32;
            let gain = db(tilt * (hertz.max(50.0) / 1_000.0).log2());
            *value *= gain * ((highest - hertz) / 300.0 + 0.5).clamp(1e-3, 1.0);
        }
    })
}

/// Changes samples by way of their spectrum; `change` gets it with the number of points of its transform.
fn through(samples: &[f32], room: usize, change: impl Fn(&mut [Complex<f32>], usize)) -> Vec<f32> {
    let points = room.next_power_of_two();
    let mut input = samples.to_vec();
    input.resize(points, 0.0);
    let mut spectrum = spectrum_of(input);
    change(&mut spectrum, points);
    // The ends of a real signal's spectrum are real.
    spectrum[0].im = 0.0;
    if let Some(last) = spectrum.last_mut() {
        last.im = 0.0;
    }
    let inverse = RealFftPlanner::<f32>::new().plan_fft_inverse(points);
    let mut output = inverse.make_output_vec();
    inverse.process(&mut spectrum, &mut output).expect("the buffers are the transform's own");
    output.truncate(samples.len());
    output.iter_mut().for_each(|sample| *sample /= points as f32);
    output
}

fn spectrum_of(mut samples: Vec<f32>) -> Vec<Complex<f32>> {
    let forward = RealFftPlanner::<f32>::new().plan_fft_forward(samples.len());
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut samples, &mut spectrum).expect("the buffers are the transform's own");
    spectrum
}

fn gaussian(rng: &mut Rng) -> f32 {
    // Twelve even draws sum to variance one; the tails do not matter here. Four are close enough and quicker.
    ((rng.f32() + rng.f32() + rng.f32() + rng.f32()) - 2.0) * 3f32.sqrt()
}

/// Lays noise of amplitude `level` under everything: a hiss or rumble, voices, or both.
fn add_noise(samples: &mut [f32], level: f32, babblers: &[&[i16]], rng: &mut Rng) {
    let share = rng.f32();
    let (hiss, voices) = match rng.u8(0..3) {
        0 => (1.0, 0.0),
        1 => (share, 1.0 - share),
        _ => (0.1, 0.9),
    };
    lay_noise(samples, level * hiss, level * voices, babblers, rng);
}

/// Lays a hiss or rumble and voices under everything, each of its own amplitude.
fn lay_noise(samples: &mut [f32], hiss: f32, voices: f32, babblers: &[&[i16]], rng: &mut Rng) {
    // A one-pole filter between white and brown.
    let colour = between(0.0..0.98, rng);
    let (mut last, scale) = (0.0, hiss * (1.0 - colour * colour).sqrt());
    for sample in samples.iter_mut() {
        last = colour * last + gaussian(rng);
        *sample += scale * last;
    }
    if voices > 0.0 && !babblers.is_empty() {
        let count = rng.usize(2..8);
        let scale = voices / (count as f32).sqrt();
        (0..count).for_each(|_| babble(samples, scale, babblers, rng));
    }
}

/// Somebody talks without pause.
fn babble(samples: &mut [f32], level: f32, babblers: &[&[i16]], rng: &mut Rng) {
    let mut at = 0;
    while at < samples.len() {
        let clip = babblers[rng.usize(..babblers.len())];
        if clip.is_empty() {
            return;
        }
        let from = if at == 0 { rng.usize(..clip.len()) } else { 0 };
        let sum: f64 = clip.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
        let scale = level / (sum / clip.len() as f64).sqrt().max(1.0) as f32;
        for (sample, &said) in samples[at..].iter_mut().zip(&clip[from..]) {
            *sample += scale * f32::from(said);
        }
        at += clip.len() - from;
    }
}

/// Puts music or applause before and behind some scenes.
fn other_sounds(samples: &mut Vec<f32>, labels: &mut Vec<u16>, level: f32, rng: &mut Rng) {
    for at_end in [false, true] {
        if rng.f32() >= OTHER_SOUND_CHANCE {
            continue;
        }
        let length = seconds(between(OTHER_SOUND_SECONDS, rng));
        let mut sound = if rng.bool() { music(length, rng) } else { applause(length, rng) };
        let scale = level * db(between(-12.0..6.0, rng)) / loudness(&sound).max(1e-9);
        sound.iter_mut().for_each(|sample| *sample *= scale);
        let noise = vec![Pdf::NOISE.0; length / HOP];
        if at_end {
            samples.extend(sound);
            labels.extend(noise);
        } else {
            sound.append(samples);
            *samples = sound;
            *labels = [noise, std::mem::take(labels)].concat();
        }
    }
}

/// Chords of plucked or held notes.
fn music(length: usize, rng: &mut Rng) -> Vec<f32> {
    let mut sound = vec![0.0f32; length];
    let beat = seconds(between(0.15..0.6, rng)).max(HOP);
    let decay = between(0.0..6.0, rng);
    for start in (0..length).step_by(beat) {
        let root = 55.0 * 2f32.powf(rng.u8(0..36) as f32 / 12.0);
        for step in [0, [3, 4][rng.usize(..2)], 7] {
            let pitch = root * 2f32.powf(step as f32 / 12.0);
            let brightness = between(0.5..1.0, rng);
            for harmonic in 1..8 {
                let (turn, strength) = (TAU * pitch * harmonic as f32, brightness.powi(harmonic));
                if turn > TAU * 7_500.0 {
                    break;
                }
                let phase = TAU * rng.f32();
                for (at, sample) in sound[start..length.min(start + 2 * beat)].iter_mut().enumerate() {
                    let time = at as f32 / SAMPLE_RATE as f32;
                    *sample += strength * (phase + turn * time).sin() * (-decay * time).exp();
                }
            }
        }
    }
    sound
}

/// Many hands, each clap a burst of a few milliseconds.
fn applause(length: usize, rng: &mut Rng) -> Vec<f32> {
    let density = between(30.0..600.0, rng) / SAMPLE_RATE as f32;
    let colour = between(0.2..0.8, rng);
    let (mut clap, mut last) = (0.0f32, 0.0f32);
    (0..length)
        .map(|_| {
            if rng.f32() < density {
                clap += 0.3 + rng.f32();
            }
            clap *= 0.985;
            last = colour * last + gaussian(rng) * clap;
            last
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_of_a_scene_has_a_label() {
        let samples: Vec<i16> = (0..16_000).map(|at| ((at as f32 * 0.3).sin() * 8_000.0) as i16).collect();
        let clip = Clip { samples: &samples, labels: &[7; 100] };
        for seed in 0..40 {
            let scene = stage(&[clip, clip], &[&samples], &mut Rng::with_seed(seed));
            assert_eq!(scene.cepstra.frames(), scene.labels.len(), "seed {seed}");
            assert!(
                scene.cepstra.statics(0..scene.cepstra.frames()).iter().all(|value| value.is_finite()),
                "seed {seed}"
            );
            let spoken = scene.labels.iter().filter(|&&label| label == 7).count();
            assert!((160..250).contains(&spoken), "seed {seed}: {spoken}");
        }
    }

    #[test]
    fn a_room_delays_nothing() {
        let mut click = vec![0.0; 8_000];
        click[1_000] = 1.0;
        let heard = reverberate(&click, &mut Rng::with_seed(3));
        assert!(heard[..999].iter().all(|sample| sample.abs() < 1e-3));
        assert!((heard[1_000] - 1.0).abs() < 1e-3);
        assert!(heard[1_100..].iter().any(|sample| sample.abs() > 1e-3));
    }
}
