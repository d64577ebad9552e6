//! The Viterbi search: the best path of the recording's frames through the transcript's states.
//!
//! It is held to a band around a centre path, pruned by a beam inside the band, and keeps back pointers for one block
//! of frames at a time: the scores at the start of every block are kept instead, and on the way back each block is
//! searched again from them (checkpointing; Tarnas & Hughey, "Reduced space hidden Markov model training", 1998). The
//! second searches are independent of one another and run on all cores.

mod column;
mod pointers;

use std::ops::Range;

use rayon::prelude::*;

use super::ear::{Ear, Scores, block_by_block};
use super::expected::Expected;
use super::graph::{Graph, Mark};
use super::path::{Path, Step};
use super::pdf::Pdf;
use crate::progress::Progress;
use column::{Column, NEVER};
use pointers::{
    BY_FILLER, BY_NOTHING, BY_SILENCE, BY_SKIP, FILLER_ENTERED, HOW, NoNotes, Notes, Pointers, SILENCE_ENTERED,
    SKIP_GOES_ON,
};

/// Frames of a block: 20 s.
const BLOCK: usize = 2_048;

/// How many times as much a frame of silence costs after the first word of a sentence as later in it. Where a sentence
/// begins indistinctly its first word finds some likeness in the end of the one before, and the pause between the two
/// would come to lie after it; nobody pauses like that.
const AFTER_FIRST_WORD: f32 = 4.0;

/// What the search is allowed and what it costs. Scores are natural logarithms of likelihood ratios a frame against
/// the filler, times [`Costs::scale`].
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// Factor on the scores of frames: under 1 the model is trusted less, and penalties and transitions count more.
    pub scale: f32,
    /// Entering a state. Every path to the end pays this for all of the text, spoken or left out, so that it changes no
    /// path's rank there; on the way it keeps paths that rush through the text, and find a little likeness everywhere,
    /// from crowding out of the beam those that wait where nothing of it is spoken.
    pub state: f32,
    /// A silence where nothing in the transcript asks for one.
    pub silence: f32,
    /// Every frame of a silence inside a sentence; after its first word, [`AFTER_FIRST_WORD`] times as much.
    pub silence_frame: f32,
    /// Beginning a stretch of filler.
    pub filler: f32,
    /// Every frame of filler inside a sentence.
    pub filler_frame: f32,
    /// Leaving a sentence out, after one that was spoken; `None` forbids it.
    pub unspoken: Option<f32>,
    /// Leaving out one more.
    pub unspoken_more: f32,
    /// Paths worse than the best by more than this are given up.
    pub beam: f32,
}

/// Where the search may look: which junctions a path may pass at each frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// How many frames it has.
    pub frames: usize,
    /// The lowest and the highest junction: each new pair with the frame from which on. Neither falls.
    bounds: Vec<(u32, Bounds)>,
}

/// The lowest and the highest junction that a path may pass.
pub type Bounds = (u32, u32);

impl Band {
    /// The band of `reach` words on either side of a centre, which is given for every frame and never falls.
    pub fn new(centre: impl Iterator<Item = u32>, reach: usize) -> Band {
        let reach = reach as u32;
        Band::of(centre.map(|word| (word.saturating_sub(reach), word.saturating_add(reach))))
    }

    /// The band of these bounds, which are given for every frame.
    pub fn of(bounds: impl Iterator<Item = Bounds>) -> Band {
        let mut band = Band { frames: 0, bounds: Vec::new() };
        for here in bounds {
            if band.bounds.last().is_none_or(|&(_, last)| last != here) {
                band.bounds.push((band.frames as u32, here));
            }
            band.frames += 1;
        }
        band
    }

    /// The same band at every so many frames.
    pub fn every(&self, frames: usize) -> Band {
        Band::of((0..self.frames).step_by(frames).map(|frame| self.bounds(frame)))
    }

    /// What of it lies in another one too.
    pub fn within(&self, other: &Band) -> Band {
        let both = |frame| {
            let ((low, high), (lowest, highest)) = (self.bounds(frame), other.bounds(frame));
            (low.max(lowest), high.min(highest))
        };
        Band::of((0..self.frames).map(both))
    }

    /// The lowest and the highest junction at a frame.
    pub fn bounds(&self, frame: usize) -> Bounds {
        let begun = self.bounds.partition_point(|&(from, _)| from as usize <= frame);
        self.bounds[begun.saturating_sub(1)].1
    }

    /// The junctions that a path may pass at a frame.
    fn junctions(&self, frame: usize, words: usize) -> Range<usize> {
        let (low, high) = self.bounds(frame);
        // The first frame must reach the transcript's start, the last one its end.
        let low = if frame == 0 { 0 } else { low as usize };
        let high = if frame + 1 == self.frames { words } else { (high as usize).min(words) };
        low..high + 1
    }
}

/// The best path through the frames of the band. `None` when no path fits between the
/// recording's two ends.
pub fn search(
    graph: &Graph,
    ear: &dyn Ear,
    band: &Band,
    expected: &Expected,
    costs: &Costs,
    progress: &dyn Progress,
) -> Option<Path> {
    let frames = band.frames;
    let blocks: Vec<Range<usize>> = (0..frames).step_by(BLOCK).map(|from| from..(from + BLOCK).min(frames)).collect();
    let search = Search { graph, band, expected, costs };
    let score = |block: &Range<usize>| ear.score(block.clone(), costs.scale);
    let columns = search.forward(&blocks, &score, progress);
    search.trace(&blocks, &columns, &score)
}

struct Search<'a> {
    graph: &'a Graph,
    band: &'a Band,
    expected: &'a Expected,
    costs: &'a Costs,
}

/// A path that leaves out the sentence that begins at a junction.
#[derive(Clone, Copy)]
struct Skip {
    score: f32,
    from: usize,
}

/// A frame, and its scores.
#[derive(Clone, Copy)]
struct Heard<'a> {
    frame: usize,
    scores: &'a [f32],
}

/// Where the way back stands before it looks at a frame.
#[derive(Clone, Copy)]
enum Stand {
    At(Step),
    /// At a junction: the frame tells what led there.
    Junction(usize),
}

impl Search<'_> {
    /// The scores at the start of every block, and at the end of the last one.
    fn forward(
        &self,
        blocks: &[Range<usize>],
        score: &(dyn Fn(&Range<usize>) -> Scores + Sync),
        progress: &dyn Progress,
    ) -> Vec<Column> {
        let mut columns = vec![self.before_the_first_frame()];
        block_by_block(blocks, score, |block, scores| {
            columns.push(self.block(&columns[columns.len() - 1], block, scores, &mut NoNotes));
            progress.reach(block.end as u64);
        });
        columns
    }

    /// Goes back from the end of the recording, a few blocks at a time.
    fn trace(
        &self,
        blocks: &[Range<usize>],
        columns: &[Column],
        score: &(dyn Fn(&Range<usize>) -> Scores + Sync),
    ) -> Option<Path> {
        let last = columns.last()?;
        if last.junctions().end <= self.graph.words() || last.ready.last().is_none_or(|&score| score == NEVER) {
            return None;
        }
        let mut stand = Stand::Junction(self.graph.words());
        // The paths through the blocks, from the last to the first.
        let mut found: Vec<Path> = Vec::with_capacity(blocks.len());
        let numbers: Vec<usize> = (0..blocks.len()).collect();
        for group in numbers.rchunks(rayon::current_num_threads().max(1)) {
            let pointers: Vec<Pointers> = group
                .par_iter()
                .map(|&at| {
                    let mut pointers = Pointers::default();
                    self.block(&columns[at], &blocks[at], &score(&blocks[at]), &mut pointers);
                    pointers
                })
                .collect();
            for (&at, pointers) in group.iter().zip(&pointers).rev() {
                let mut steps = vec![Step::Silence { word: 0 }; blocks[at].len()];
                for (frame, step) in steps.iter_mut().enumerate().rev() {
                    (*step, stand) = self.step_back(stand, pointers, frame)?;
                }
                found.push(steps.into_iter().collect());
            }
        }
        Some(found.iter().rev().flat_map(Path::steps).collect())
    }

    /// What frame number `frame` of a block was laid on, and where the path stood before it.
    fn step_back(&self, stand: Stand, pointers: &Pointers, frame: usize) -> Option<(Step, Stand)> {
        let here = match stand {
            Stand::At(step) => step,
            Stand::Junction(junction) => self.what_led_to(junction, pointers, frame)?,
        };
        let before = match here {
            Step::State { word, state } if pointers.entered(frame, state as usize) => {
                if self.graph.readings(word as usize).iter().any(|states| states.start == state) {
                    Stand::Junction(word as usize)
                } else {
                    Stand::At(Step::State { word, state: state - 1 })
                }
            }
            Step::Silence { word } if pointers.reached(frame, word as usize) & SILENCE_ENTERED != 0 => {
                Stand::Junction(word as usize)
            }
            Step::Filler { word } if pointers.reached(frame, word as usize) & FILLER_ENTERED != 0 => {
                Stand::Junction(word as usize)
            }
            staying => Stand::At(staying),
        };
        Some((here, before))
    }

    /// What a path that stands at a junction at the end of a frame was laid on in that frame.
    fn what_led_to(&self, mut junction: usize, pointers: &Pointers, frame: usize) -> Option<Step> {
        let mut skipping = false;
        loop {
            let word = junction as u32;
            let how = pointers.reached(frame, junction);
            match if skipping && how & SKIP_GOES_ON != 0 { BY_SKIP } else { how & HOW } {
                BY_NOTHING => return None,
                BY_SILENCE => return Some(Step::Silence { word }),
                BY_FILLER => return Some(Step::Filler { word }),
                BY_SKIP => (junction, skipping) = (self.graph.sentence_before(junction), true),
                reading => {
                    let states = &self.graph.readings(junction - 1)[reading as usize];
                    return Some(Step::State { word: word - 1, state: states.end - 1 });
                }
            }
        }
    }

    /// Before the first frame a path stands at the first junction, or behind sentences that it leaves out.
    fn before_the_first_frame(&self) -> Column {
        let junctions = self.band.junctions(0, self.graph.words());
        let mut column = Column::empty(self.graph, junctions.clone());
        column.ready[0] = 0.0;
        let mut skip = Skip { score: self.costs.unspoken.map_or(NEVER, |cost| -cost), from: 0 };
        for junction in junctions.skip(1).filter(|&junction| self.graph.starts_sentence(junction)) {
            let score = self.skipped(skip, junction);
            column.ready[junction] = score;
            skip = Skip { score, from: junction };
        }
        column
    }

    /// Searches the frames of a block from the scores before its first; returns the scores after its last, less the
    /// best of them, where paths are within the beam, and notes how they came there.
    fn block(&self, before: &Column, block: &Range<usize>, scores: &Scores, notes: &mut impl Notes) -> Column {
        let words = self.graph.words();
        let area = self.band.junctions(block.start, words).start..self.band.junctions(block.end - 1, words).end;
        let mut column = before.moved(self.graph, area, 0.0);
        let mut live = column.junctions();
        let mut best = 0.0;
        for frame in block.clone() {
            let allowed = self.band.junctions(frame, words);
            let from = live.start.max(allowed.start);
            let to = (live.end + 1).clamp(from, allowed.end);
            let heard = Heard { frame, scores: scores.frame(frame - block.start) };
            (live, best) = self.frame(&mut column, from..to, allowed.end, heard, best, notes);
        }
        let best = if best == NEVER { 0.0 } else { best };
        column.moved(self.graph, live, best)
    }

    /// One frame: every path over the words behind `junctions` takes one step. Returns the junctions whose paths are
    /// within the beam, and the best score.
    fn frame(
        &self,
        column: &mut Column,
        junctions: Range<usize>,
        limit: usize,
        heard: Heard,
        last_best: f32,
        notes: &mut impl Notes,
    ) -> (Range<usize>, f32) {
        let costs = self.costs;
        let silence = heard.scores[Pdf::SILENCE.index()];
        let (mut exit, mut exit_by) = (NEVER, BY_NOTHING);
        let mut skip = Skip { score: NEVER, from: junctions.start };
        let worst = last_best - costs.beam;
        let mut bests = Vec::with_capacity(junctions.len());
        notes.begin_row(self.graph, junctions.start);
        for junction in junctions.clone() {
            let at = junction - column.first;
            let ready = column.ready[at];
            let passed = self.graph.starts_sentence(junction) && skip.score >= worst;
            // Most words inside the band have no path within the beam: they cost a look, not a step.
            if ready == NEVER && exit < worst && !passed {
                exit = NEVER;
                notes.pass_over(self.graph, junction);
                bests.push(NEVER);
                continue;
            }
            let (quiet, quiet_entered) = larger(ready - self.silence_cost(junction), column.silence[at]);
            let (filled, filled_entered) = larger(ready - costs.filler, column.filler[at]);
            let (silence_frame, filler_frame) = self.frame_costs(junction);
            column.silence[at] = quiet + silence - silence_frame;
            column.filler[at] = filled - filler_frame;

            let (mut now, mut how, mut goes_on) = (exit, exit_by, false);
            for (score, code) in [(column.silence[at], BY_SILENCE), (column.filler[at], BY_FILLER)] {
                if score > now {
                    (now, how) = (score, code);
                }
            }
            if self.graph.starts_sentence(junction) {
                let open = costs.unspoken.map_or(NEVER, |cost| now - cost);
                let skipped = self.skipped(skip, junction);
                if skipped > now {
                    (now, how) = (skipped, BY_SKIP);
                }
                // A path may pass here on its way over several sentences though another one is better placed to stay.
                goes_on = skipped > open;
                skip = Skip { score: skipped.max(open), from: junction };
            }
            column.ready[at] = now;
            let flag = |set: bool, flag: u8| if set { flag } else { 0 };
            let entered = flag(quiet_entered, SILENCE_ENTERED) | flag(filled_entered, FILLER_ENTERED);
            notes.junction(how | entered | flag(goes_on, SKIP_GOES_ON));

            let inside;
            let entering = ready - self.expected.astray(junction, heard.frame);
            (inside, exit, exit_by) = self.through_word(column, junction, entering, heard.scores, notes);
            let best = now.max(inside);
            if best < worst {
                column.forget(self.graph, junction..junction + 1);
            }
            bests.push(best);
        }
        let reached = self.skip_ahead(column, junctions.end..limit, skip, worst, notes);
        let best = bests.iter().copied().fold(NEVER, f32::max);
        let keep = |score: &f32| *score >= best - costs.beam;
        let first = bests.iter().position(keep).unwrap_or(0);
        let last = bests.iter().rposition(keep).unwrap_or(0);
        let live = junctions.start + first..reached.unwrap_or(junctions.start + last + 1);
        column.forget(self.graph, junctions.start..live.start);
        if live.end < junctions.end {
            column.forget(self.graph, live.end..junctions.end);
        }
        (live, best)
    }

    /// One frame of the word behind a junction, by each of its readings; `ready` is the best path that may enter it.
    /// Returns the best score in the word, and at its end, with the reading that reached the end so.
    fn through_word(
        &self,
        column: &mut Column,
        junction: usize,
        ready: f32,
        scores: &[f32],
        notes: &mut impl Notes,
    ) -> (f32, f32, u8) {
        let (mut best, mut exit, mut exit_by) = (NEVER, NEVER, BY_NOTHING);
        if junction == self.graph.words() {
            return (best, exit, exit_by);
        }
        let base = self.graph.first_state(column.first);
        for (number, states) in self.graph.readings(junction).iter().enumerate() {
            let chain = &mut column.states[states.start as usize - base..states.end as usize - base];
            let pdfs = &self.graph.pdfs[states.start as usize..states.end as usize];
            let mut from = ready;
            for (state, pdf) in chain.iter_mut().zip(pdfs) {
                let (score, entered) = larger(from - self.costs.state, *state);
                from = *state;
                *state = score + scores[pdf.index()];
                best = best.max(*state);
                notes.state(entered);
            }
            if let Some(&end) = chain.last().filter(|&&end| end > exit) {
                (exit, exit_by) = (end, number as u8);
            }
        }
        (best, exit, exit_by)
    }

    /// Carries paths that leave sentences out past the words that were searched, while they stay in the beam. Returns
    /// the junction past the last one reached.
    fn skip_ahead(
        &self,
        column: &mut Column,
        beyond: Range<usize>,
        mut skip: Skip,
        worst: f32,
        notes: &mut impl Notes,
    ) -> Option<usize> {
        let mut reached = None;
        let mut junction = beyond.start;
        while skip.score >= worst && junction < beyond.end {
            if self.graph.starts_sentence(junction) {
                let score = self.skipped(skip, junction);
                notes.reach_by_skip(junction);
                column.ready[junction - column.first] = score;
                skip = Skip { score, from: junction };
                reached = Some(junction + 1);
            }
            junction += 1;
        }
        reached
    }

    /// The score of a path that leaves out the sentence between two junctions.
    fn skipped(&self, skip: Skip, to: usize) -> f32 {
        let states = self.graph.states_before(to) - self.graph.states_before(skip.from);
        let owed = self.expected.left_out(skip.from);
        skip.score - self.costs.unspoken_more - owed - self.costs.state * states as f32
    }

    /// What each frame of silence, and of filler, costs: between sentences people may wait, and others speak, as long as
    /// they like.
    fn frame_costs(&self, junction: usize) -> (f32, f32) {
        let after_first_word = junction > 0 && self.graph.starts_sentence(junction - 1);
        match self.graph.mark_before(junction) {
            Mark::None if after_first_word => (self.costs.silence_frame * AFTER_FIRST_WORD, self.costs.filler_frame),
            Mark::None | Mark::Clause => (self.costs.silence_frame, self.costs.filler_frame),
            Mark::Sentence => (0.0, 0.0),
        }
    }

    fn silence_cost(&self, junction: usize) -> f32 {
        match self.graph.mark_before(junction) {
            Mark::None => self.costs.silence,
            Mark::Clause | Mark::Sentence => 0.0,
        }
    }
}

/// The larger of a score that comes in and one that stays, and whether it is the one that comes in.
fn larger(entering: f32, staying: f32) -> (f32, bool) {
    if entering > staying { (entering, true) } else { (staying, false) }
}

#[cfg(test)]
mod tests;
