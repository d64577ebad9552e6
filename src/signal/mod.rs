//! From samples to what the ear goes by: spectra every 10 ms, cepstra, and the map of speech, silence and music.

mod cepstra;
mod level;
mod listener;
mod loudness;
mod map;
mod music;
mod peaks;
mod spectrum;
mod timbre;

pub use cepstra::{Cepstra, CepstraBuilder, DIMS, STATIC};
pub(crate) use level::percentile;
pub use listener::{Heard, Measured, listen, listen_and_measure, listen_to_all, listen_to_voices};
pub use loudness::{Loudness, LoudnessMeter};
pub use map::{MapBuilder, Sound, SpeechMap, Stretch};
pub use peaks::{FINEST, Peaks, PeaksBuilder};
pub use spectrum::{BINS, FRAME_MS, Frames, HOP, SAMPLE_RATE, WINDOW};
pub use timbre::{TIMBRE, Timbre, TimbreBuilder};
