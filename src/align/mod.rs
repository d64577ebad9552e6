//! Text to time: the recording teaches its own aligner.
pub mod graph;
pub mod guess;
pub mod model;
pub mod search;
pub mod train;
