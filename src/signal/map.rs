//! Where a recording speaks, where it is silent, and where something else sounds.

use serde::Serialize;

use super::FRAME_MS;
use super::level::{self, Dynamics};
use super::music::{self, Steadiness};
use crate::timeline::{Ms, Span};

/// What is to be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sound {
    /// Somebody talks, perhaps over music.
    Speech,
    /// Nothing but the room.
    Silence,
    /// Music, applause and other sustained sound that is not speech.
    Music,
}

/// A stretch of one kind of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// When.
    pub span: Span,
    /// What sounds.
    pub sound: Sound,
}

/// What sounds when, over a whole recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpeechMap {
    /// Stretches in the order of time; each begins where the one before it ends, the first at zero, and neighbours
    /// differ in sound.
    pub stretches: Vec<Stretch>,
}

impl SpeechMap {
    /// The end of the last stretch: the recording's length, rounded up to a frame.
    pub fn duration(&self) -> Ms {
        self.stretches.last().map_or(Ms::ZERO, |stretch| stretch.span.end)
    }

    /// How long somebody talks in all.
    pub fn speech(&self) -> Ms {
        self.total(Sound::Speech)
    }

    /// How long `sound` is to be heard in all.
    pub fn total(&self, sound: Sound) -> Ms {
        self.spans(sound).fold(Ms::ZERO, |sum, span| sum + span.length())
    }

    /// The stretches of `sound`, in the order of time.
    pub fn spans(&self, sound: Sound) -> impl Iterator<Item = Span> {
        self.stretches.iter().filter(move |stretch| stretch.sound == sound).map(|stretch| stretch.span)
    }

    /// What sounds at `time`; before the start and past the end, silence.
    pub fn sound_at(&self, time: Ms) -> Sound {
        let next = self.stretches.partition_point(|stretch| stretch.span.end <= time);
        match self.stretches.get(next) {
            Some(stretch) if stretch.span.holds(time) => stretch.sound,
            _ => Sound::Silence,
        }
    }
}

/// Draws the [`SpeechMap`] of a recording from its power spectra, fed one after the other while it is decoded; keeps
/// eight bytes a frame.
///
/// Silence is found by the level alone: a threshold with hysteresis between the recording's own noise floor and its
/// loud level. What sounds is then told apart by how it changes, over two seconds around each frame; see
/// `signal/level.rs` and `signal/music.rs` for the parameters and where they come from.
pub struct MapBuilder {
    levels: Vec<f32>,
    steady: Vec<f32>,
    steadiness: Steadiness,
}

impl Default for MapBuilder {
    fn default() -> MapBuilder {
        MapBuilder::new()
    }
}

impl MapBuilder {
    /// A builder at the start of a recording.
    pub fn new() -> MapBuilder {
        MapBuilder { levels: Vec::new(), steady: Vec::new(), steadiness: Steadiness::new() }
    }

    /// Takes the power spectrum of the next frame ([`BINS`](super::BINS) numbers, from [`Frames`](super::Frames)).
    pub fn frame(&mut self, power: &[f32]) {
        self.levels.push(level::of(power));
        self.steady.push(self.steadiness.of(power));
    }

    /// The map of everything that was fed.
    pub fn finish(self) -> SpeechMap {
        let dynamics = Dynamics::of(&self.levels);
        let sounding = level::sounding(&self.levels, dynamics);
        let evidence = music::evidence(&self.levels, &self.steady, dynamics);
        let speaking = music::speaking(&sounding, evidence);
        tile(sounding.iter().zip(&speaking).map(|pair| match pair {
            (false, _) => Sound::Silence,
            (true, true) => Sound::Speech,
            (true, false) => Sound::Music,
        }))
    }
}

/// Joins neighbouring frames of one sound.
fn tile(frames: impl Iterator<Item = Sound>) -> SpeechMap {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (n, sound) in frames.enumerate() {
        let (start, end) = (Ms(n as i64 * FRAME_MS), Ms((n as i64 + 1) * FRAME_MS));
        match stretches.last_mut() {
            Some(last) if last.sound == sound => last.span.end = end,
            _ => stretches.push(Stretch { span: Span { start, end }, sound }),
        }
    }
    SpeechMap { stretches }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Frames;
    use proptest::prelude::*;
    use std::f32::consts::TAU;

    const RATE: f32 = 16_000.0;

    fn map(samples: &[f32]) -> SpeechMap {
        let (mut frames, mut builder) = (Frames::new(), MapBuilder::new());
        frames.push(samples, &mut |power| builder.frame(power));
        frames.finish(&mut |power| builder.frame(power));
        builder.finish()
    }

    /// A buzz of gliding pitch in syllables, four a second, with a pause of half a second after every two seconds.
    fn voice(seconds: f32) -> Vec<f32> {
        let mut phase = 0.0;
        let sample = |i: usize| {
            let time = i as f32 / RATE;
            phase = (phase + (150.0 + 40.0 * (TAU * 1.7 * time).sin()) / RATE) % 1.0;
            let syllable = (TAU * 2.0 * time).sin().powi(4);
            if time % 2.5 < 2.0 { 0.4 * (phase - 0.5) * syllable } else { 0.0 }
        };
        (0..(seconds * RATE) as usize).map(sample).collect()
    }

    /// A chord of three notes with overtones that changes every half second.
    fn music(seconds: f32) -> Vec<f32> {
        let sample = |i: usize| {
            let time = i as f32 / RATE;
            let root = [220.0, 277.2, 329.6, 246.9][(time * 2.0) as usize % 4];
            let note = |pitch: f32| (1..6).map(|k| (TAU * pitch * k as f32 * time).sin() / k as f32).sum::<f32>();
            0.05 * (note(root) + note(root * 1.26) + note(root * 1.5))
        };
        (0..(seconds * RATE) as usize).map(sample).collect()
    }

    #[test]
    fn silence_speech_and_music_are_told_apart() {
        let samples = [vec![0.0; 32_000], voice(20.0), vec![0.0; 16_000], music(10.0), vec![0.0; 16_000]].concat();
        let map = map(&samples);
        assert_eq!(map.sound_at(Ms(1_000)), Sound::Silence);
        assert_eq!(map.sound_at(Ms(28_000)), Sound::Music);
        assert!(map.spans(Sound::Speech).all(|span| span.end < Ms(22_500)), "{map:?}");
        assert!(map.spans(Sound::Music).all(|span| span.start > Ms(22_000)), "{map:?}");
        assert!(map.total(Sound::Music) > Ms(9_500), "{map:?}");
    }

    #[test]
    fn pauses_are_kept_and_plosives_are_not() {
        let mut samples = voice(20.0);
        let closure = (8.1 * RATE) as usize;
        samples[closure..closure + 1_600].fill(0.0);
        let pauses: Vec<Span> = map(&samples).spans(Sound::Silence).filter(|span| span.end < Ms(19_900)).collect();
        assert!(pauses.iter().any(|pause| pause.start.distance(Ms(4_500)) < Ms(150)), "{pauses:?}");
        assert!(pauses.iter().all(|pause| pause.length() >= Ms(200) || pause.start == Ms::ZERO), "{pauses:?}");
    }

    #[test]
    fn a_recording_of_nothing_is_silence() {
        assert_eq!(map(&[]).stretches, []);
        assert_eq!(map(&[0.0; 16_000]).total(Sound::Silence), Ms(1_000));
    }

    proptest! {
        #[test]
        fn stretches_tile_whatever_the_samples(
            samples in prop::collection::vec(prop_oneof![-1f32..1.0, Just(f32::NAN), Just(f32::INFINITY), Just(0.0)], 0..20_000)
        ) {
            let map = map(&samples);
            let mut end = Ms::ZERO;
            for (n, stretch) in map.stretches.iter().enumerate() {
                prop_assert_eq!(stretch.span.start, end);
                prop_assert!(stretch.span.end > end);
                prop_assert!(n == 0 || map.stretches[n - 1].sound != stretch.sound);
                prop_assert_eq!(map.sound_at(end), stretch.sound);
                end = stretch.span.end;
            }
            prop_assert_eq!(end, Ms(samples.len().div_ceil(160) as i64 * 10));
        }
    }
}
