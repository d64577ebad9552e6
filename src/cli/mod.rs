//! The command line: what was typed, what it means, and the one place that prints.

pub mod clean;
pub mod probe;
