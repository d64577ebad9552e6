//! What tells how well each frame of a recording fits each pdf: a model of the recording's own, the seed model, or both.

use std::ops::Range;

use super::pdf::Pdf;

/// What tells how well each frame fits each pdf.
pub trait Ear: Sync {
    /// The scores of some frames, times `scale`.
    fn score(&self, frames: Range<usize>, scale: f32) -> Scores;
}

/// Log scores of a block of frames: [`Pdf::COUNT`] numbers a frame, less the filler's, so that 0 means "as likely as
/// any sound".
pub struct Scores {
    values: Vec<f32>,
}

impl Scores {
    /// Scores laid out frame by frame, [`Pdf::COUNT`] numbers each.
    pub fn new(values: Vec<f32>) -> Scores {
        debug_assert_eq!(values.len() % Pdf::COUNT, 0);
        Scores { values }
    }

    /// Adds others of the same frames.
    pub fn add(&mut self, other: &Scores) {
        self.values.iter_mut().zip(&other.values).for_each(|(mine, theirs)| *mine += theirs);
    }

    /// The scores of frame number `frame` of the block.
    pub fn frame(&self, frame: usize) -> &[f32] {
        &self.values[frame * Pdf::COUNT..(frame + 1) * Pdf::COUNT]
    }
}

/// Takes a step in every block with its scores; while it does, the next block is scored.
pub fn block_by_block(
    blocks: &[Range<usize>],
    score: &(dyn Fn(&Range<usize>) -> Scores + Sync),
    mut step: impl FnMut(&Range<usize>, &Scores) + Send,
) {
    let mut scores = blocks.first().map(score);
    for (at, block) in blocks.iter().enumerate() {
        let Some(current) = scores.take() else { break };
        (scores, ()) = rayon::join(|| blocks.get(at + 1).map(score), || step(block, &current));
    }
}

/// A recording heard in two ways at once.
pub struct Blend<'a> {
    /// The ways, and what each counts for.
    pub ears: [(&'a dyn Ear, f32); 2],
}

impl Ear for Blend<'_> {
    fn score(&self, frames: Range<usize>, scale: f32) -> Scores {
        let [(first, share), (second, other_share)] = self.ears;
        let mut scores = first.score(frames.clone(), scale * share);
        scores.add(&second.score(frames, scale * other_share));
        scores
    }
}
