//! Back pointers: how the best path came to stand where it stands.

use crate::align::graph::Graph;

/// How the best path came to stand where it stands, for every frame of a block.
#[derive(Default)]
pub struct Pointers {
    rows: Vec<Row>,
    /// For each junction of each row how it was reached ([`HOW`]), and the flags of silence and filler.
    junctions: Vec<u8>,
    /// For each state of each row whether it was entered in this frame.
    states: Vec<bool>,
}

/// What is told how paths come to stand where they stand, junction by junction from left to right.
pub trait Notes {
    /// A frame begins, at a junction.
    fn begin_row(&mut self, graph: &Graph, junction: usize);

    /// How the next junction was reached, with its flags.
    fn junction(&mut self, how: u8);

    /// Whether the next state of the word behind it was entered.
    fn state(&mut self, entered: bool);

    /// Nothing reached a junction, nor the word behind it.
    fn pass_over(&mut self, graph: &Graph, junction: usize);

    /// A junction further on was reached by leaving a sentence out, and none between.
    fn reach_by_skip(&mut self, junction: usize);
}

/// For who wants only the scores.
pub struct NoNotes;

impl Notes for NoNotes {
    fn begin_row(&mut self, _: &Graph, _: usize) {}
    fn junction(&mut self, _: u8) {}
    fn state(&mut self, _: bool) {}
    fn pass_over(&mut self, _: &Graph, _: usize) {}
    fn reach_by_skip(&mut self, _: usize) {}
}

/// Where a frame's pointers lie.
struct Row {
    first_junction: usize,
    junctions_at: usize,
    first_state: usize,
    states_at: usize,
}

/// How a junction was reached: by the end of reading `n` of the word before it, or …
pub const BY_SILENCE: u8 = 28;
pub const BY_FILLER: u8 = 29;
pub const BY_SKIP: u8 = 30;
pub const BY_NOTHING: u8 = 31;
pub const HOW: u8 = 31;
/// Beside it: silence, or the filler, was entered from the junction in this frame.
pub const SILENCE_ENTERED: u8 = 32;
pub const FILLER_ENTERED: u8 = 64;
/// And: a path that leaves out the sentence behind the junction left out the one before it too.
pub const SKIP_GOES_ON: u8 = 128;

impl Notes for Pointers {
    fn begin_row(&mut self, graph: &Graph, junction: usize) {
        self.rows.push(Row {
            first_junction: junction,
            junctions_at: self.junctions.len(),
            first_state: graph.first_state(junction),
            states_at: self.states.len(),
        });
    }

    fn junction(&mut self, how: u8) {
        self.junctions.push(how);
    }

    fn state(&mut self, entered: bool) {
        self.states.push(entered);
    }

    fn pass_over(&mut self, graph: &Graph, junction: usize) {
        self.junctions.push(BY_NOTHING);
        let states = graph.first_state(junction + 1) - graph.first_state(junction);
        self.states.resize(self.states.len() + states, false);
    }

    fn reach_by_skip(&mut self, junction: usize) {
        let Some(row) = self.rows.last() else { return };
        self.junctions.resize(row.junctions_at + junction - row.first_junction, BY_NOTHING);
        self.junctions.push(BY_SKIP);
    }
}

impl Pointers {
    /// How a junction was reached in a frame of the block.
    pub fn reached(&self, frame: usize, junction: usize) -> u8 {
        let row = &self.rows[frame];
        let end = self.rows.get(frame + 1).map_or(self.junctions.len(), |next| next.junctions_at);
        let at = row.junctions_at + junction.wrapping_sub(row.first_junction);
        if junction < row.first_junction || at >= end { BY_NOTHING } else { self.junctions[at] }
    }

    /// Whether a state was entered in a frame of the block.
    pub fn entered(&self, frame: usize, state: usize) -> bool {
        let row = &self.rows[frame];
        self.states[row.states_at + state - row.first_state]
    }
}
