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
        let speaking = music::speaking(&sounding, &evidence);
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
