//! The scores of all paths at one moment.

use std::ops::Range;

use crate::align::graph::Graph;

/// A score that no path has.
pub const NEVER: f32 = f32::NEG_INFINITY;

/// The scores of all paths at the end of a frame. Junction `first + i` lies before word `first + i`.
pub struct Column {
    /// The first junction that it has scores for.
    pub first: usize,
    /// The best path that stands at each junction, ready for the word behind it.
    pub ready: Vec<f32>,
    /// The best path in the silence, and in the filler, at each junction.
    pub silence: Vec<f32>,
    pub filler: Vec<f32>,
    /// The best path in each state of the words behind these junctions.
    pub states: Vec<f32>,
}

impl Column {
    pub fn empty(graph: &Graph, junctions: Range<usize>) -> Column {
        let states = graph.first_state(junctions.end) - graph.first_state(junctions.start);
        Column {
            first: junctions.start,
            ready: vec![NEVER; junctions.len()],
            silence: vec![NEVER; junctions.len()],
            filler: vec![NEVER; junctions.len()],
            states: vec![NEVER; states],
        }
    }

    pub fn junctions(&self) -> Range<usize> {
        self.first..self.first + self.ready.len()
    }

    /// The same scores over other junctions, less `best`; junctions that this column has none for get none.
    pub fn moved(&self, graph: &Graph, junctions: Range<usize>, best: f32) -> Column {
        let mut moved = Column::empty(graph, junctions);
        let common = self.first.max(moved.first)..self.junctions().end.min(moved.junctions().end);
        if common.is_empty() {
            return moved;
        }
        let copy = |from: &[f32], from_first: usize, to: &mut [f32], to_first: usize, common: Range<usize>| {
            let scores = &from[common.start - from_first..common.end - from_first];
            for (to, from) in to[common.start - to_first..common.end - to_first].iter_mut().zip(scores) {
                *to = from - best;
            }
        };
        copy(&self.ready, self.first, &mut moved.ready, moved.first, common.clone());
        copy(&self.silence, self.first, &mut moved.silence, moved.first, common.clone());
        copy(&self.filler, self.first, &mut moved.filler, moved.first, common.clone());
        let states = graph.first_state(common.start)..graph.first_state(common.end);
        let (mine, theirs) = (graph.first_state(self.first), graph.first_state(moved.first));
        copy(&self.states, mine, &mut moved.states, theirs, states);
        moved
    }

    /// Takes the scores of some junctions, and of the words behind them, away.
    pub fn forget(&mut self, graph: &Graph, junctions: Range<usize>) {
        let base = graph.first_state(self.first);
        self.states[graph.first_state(junctions.start) - base..graph.first_state(junctions.end) - base].fill(NEVER);
        for scores in [&mut self.ready, &mut self.silence, &mut self.filler] {
            scores[junctions.start - self.first..junctions.end - self.first].fill(NEVER);
        }
    }
}
