//! zimu turns a recording and its untimed transcript into timed subtitles, files per speaker and chapters.
//!
//! ```text
//!     media ──decode──► samples ──frames──► features, speech map ─┐
//!     transcript ──read, clean──► sentences ──correct──► turns ──► phones ─┤
//!                                                                          ▼
//!                   align ──► timeline ──► chapters ──► cues ──► formats, report
//! ```
//!
//! One direction, one module a stage; every stage takes and returns the plain types of [`timeline`].
//! Nothing below `cli` prints, reads flags or exits.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod align;
pub mod batch;
pub mod chapters;
pub mod cli;
pub mod convert;
pub mod correct;
pub mod cues;
pub mod formats;
mod lexicon;
pub mod make;
pub mod manifest;
pub mod media;
pub mod phones;
pub mod progress;
pub mod review;
pub mod signal;
pub mod speakers;
pub mod spool;
pub mod timeline;
pub mod train;
pub mod transcript;
