//! Whether a transcript and a recording belong together.

use thiserror::Error;

use crate::align::Fit;

/// The transcript seems to be of something else.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum Misfit {
    /// Few of its words were found.
    #[error(
        "transcript and recording hardly fit: only {found:.0}% of the words were found with some certainty. \
         Is it the transcript of this recording?"
    )]
    Unsure {
        /// Percent of the words.
        found: f32,
    },
    /// Its words were found, but would have been in any order.
    #[error(
        "transcript and recording hardly fit: the words take {covered:.0}% of the speech and would sound nearly as right \
         there in another order. Is it the transcript of this recording?"
    )]
    Chance {
        /// Percent of the speech.
        covered: f32,
    },
}

impl Misfit {
    pub(super) fn check(fit: Fit) -> Result<(), Misfit> {
        if fit.is_unsure() {
            return Err(Misfit::Unsure { found: 100.0 * fit.share });
        }
        if fit.is_chance() {
            return Err(Misfit::Chance { covered: 100.0 * fit.covered });
        }
        Ok(())
    }
}
