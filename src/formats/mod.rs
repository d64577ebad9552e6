//! The formats room.

pub mod plot;
pub mod report;
