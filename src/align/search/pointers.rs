//! Back pointers: how the best path came to stand where it stands.

use crate::align::graph::Graph;

/// How the best path came to stand where it stands, for every frame of a block.
#[derive(Default)]
pub struct Pointers {
    rows: Vec<Row>,
    /// For each junction of each row how it was reached ([`HOW`]), and the flags of silence and filler.
    pub junctions: Vec<u8>,
    /// For each state of each row whether it was entered in this frame.
    pub states: Vec<bool>,
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

impl Pointers {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.junctions.clear();
        self.states.clear();
    }

    pub fn begin_row(&mut self, graph: &Graph, junction: usize) {
        self.rows.push(Row {
            first_junction: junction,
            junctions_at: self.junctions.len(),
            first_state: graph.first_state(junction),
            states_at: self.states.len(),
        });
    }

    /// Notes in the last row that nothing reached a junction, nor the word behind it.
    pub fn pass_over(&mut self, graph: &Graph, junction: usize) {
        self.junctions.push(BY_NOTHING);
        let states = graph.first_state(junction + 1) - graph.first_state(junction);
        self.states.resize(self.states.len() + states, false);
    }

    /// Notes in the last row that a junction further on was reached by leaving a sentence out, and none between.
    pub fn reach_by_skip(&mut self, junction: usize) {
        let Some(row) = self.rows.last() else { return };
        self.junctions.resize(row.junctions_at + junction - row.first_junction, BY_NOTHING);
        self.junctions.push(BY_SKIP);
    }

    pub fn junction(&self, frame: usize, junction: usize) -> u8 {
        let row = &self.rows[frame];
        let end = self.rows.get(frame + 1).map_or(self.junctions.len(), |next| next.junctions_at);
        let at = row.junctions_at + junction.wrapping_sub(row.first_junction);
        if junction < row.first_junction || at >= end { BY_NOTHING } else { self.junctions[at] }
    }

    pub fn entered(&self, frame: usize, state: usize) -> bool {
        let row = &self.rows[frame];
        self.states[row.states_at + state - row.first_state]
    }
}
