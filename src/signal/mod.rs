//! From samples to what the ear goes by: spectra every 10 ms, cepstra, and the map of speech, silence and music.

mod cepstra;
mod spectrum;

pub use cepstra::{Cepstra, CepstraBuilder, DIMS, STATIC};
pub use spectrum::{BINS, FRAME_MS, Frames, HOP, SAMPLE_RATE, WINDOW};
