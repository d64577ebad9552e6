//! The Viterbi search: the best path of the recording's frames through the transcript's states.
//!
//! It is held to a band around a centre path, pruned by a beam inside the band, and keeps back pointers for one block
//! of frames at a time: the scores at the start of every block are kept instead, and on the way back each block is
//! searched again from them (checkpointing; Tarnas & Hughey, "Reduced space hidden Markov model training", 1998). The
//! second searches are independent of one another and run on all cores.

use std::ops::Range;

use rayon::prelude::*;

use super::graph::{Graph, Mark};
use super::model::{Pdf, Scores};
use crate::progress::Progress;

/// Frames of a block: 20 s.
const BLOCK: usize = 2_048;
/// A score that no path has.
const NEVER: f32 = f32::NEG_INFINITY;

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
    /// Every frame of a silence inside a sentence.
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

/// Where the search may look: words up to `reach` away from the centre, frame by frame.
#[derive(Debug)]
pub struct Band {
    /// The word around which the path is looked for, for each frame; never falls.
    pub centre: Vec<u32>,
    /// Words on either side.
    pub reach: usize,
}

impl Band {
    /// The junctions that a path may pass at a frame.
    fn junctions(&self, frame: usize, words: usize) -> Range<usize> {
        let centre = self.centre[frame] as usize;
        // The first frame must reach the transcript's start, the last one its end.
        let low = if frame == 0 { 0 } else { centre.saturating_sub(self.reach) };
        let high = if frame + 1 == self.centre.len() { words } else { (centre + self.reach).min(words) };
        low..high + 1
    }
}

/// What a frame is laid on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A state of a word, numbered through the graph.
    State {
        /// The word.
        word: u32,
        /// The state.
        state: u32,
    },
    /// Silence before a word.
    Silence {
        /// The word that comes next.
        word: u32,
    },
    /// Filler before a word.
    Filler {
        /// The word that comes next.
        word: u32,
    },
}

impl Step {
    /// The word that it belongs to or comes before.
    pub fn word(self) -> u32 {
        match self {
            Step::State { word, .. } | Step::Silence { word } | Step::Filler { word } => word,
        }
    }

    /// The pdf that scores it.
    pub fn pdf(self, graph: &Graph) -> Pdf {
        match self {
            Step::State { state, .. } => graph.pdfs[state as usize],
            Step::Silence { .. } => Pdf::SILENCE,
            Step::Filler { .. } => Pdf::FILLER,
        }
    }
}

/// What tells how well each frame fits each pdf.
pub trait Ear: Sync {
    /// The scores of some frames, times `scale`.
    fn score(&self, frames: Range<usize>, scale: f32) -> Scores;
}

/// The best path: a step a frame. `None` when no path fits between the recording's two ends.
pub fn search(
    graph: &Graph,
    frames: usize,
    ear: &dyn Ear,
    band: &Band,
    costs: &Costs,
    progress: &dyn Progress,
) -> Option<Vec<Step>> {
    let blocks: Vec<Range<usize>> = (0..frames).step_by(BLOCK).map(|from| from..(from + BLOCK).min(frames)).collect();
    let search = Search { graph, band, costs };
    let score = |block: &Range<usize>| ear.score(block.clone(), costs.scale);
    let columns = search.forward(&blocks, &score, progress);
    search.trace(&blocks, &columns, &score)
}

struct Search<'a> {
    graph: &'a Graph,
    band: &'a Band,
    costs: &'a Costs,
}

/// The scores of all paths at the end of a frame. Junction `first + i` lies before word `first + i`.
struct Column {
    /// The first junction that it has scores for.
    first: usize,
    /// The best path that stands at each junction, ready for the word behind it.
    ready: Vec<f32>,
    /// The best path in the silence, and in the filler, at each junction.
    silence: Vec<f32>,
    filler: Vec<f32>,
    /// The best path in each state of the words behind these junctions.
    states: Vec<f32>,
}

impl Column {
    fn empty(graph: &Graph, junctions: Range<usize>) -> Column {
        let states = graph.first_state(junctions.end) - graph.first_state(junctions.start);
        Column {
            first: junctions.start,
            ready: vec![NEVER; junctions.len()],
            silence: vec![NEVER; junctions.len()],
            filler: vec![NEVER; junctions.len()],
            states: vec![NEVER; states],
        }
    }

    fn junctions(&self) -> Range<usize> {
        self.first..self.first + self.ready.len()
    }

    /// The same scores over other junctions, less `best`; junctions that this column has none for get none.
    fn moved(&self, graph: &Graph, junctions: Range<usize>, best: f32) -> Column {
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
    fn forget(&mut self, graph: &Graph, junctions: Range<usize>) {
        let base = graph.first_state(self.first);
        self.states[graph.first_state(junctions.start) - base..graph.first_state(junctions.end) - base].fill(NEVER);
        for scores in [&mut self.ready, &mut self.silence, &mut self.filler] {
            scores[junctions.start - self.first..junctions.end - self.first].fill(NEVER);
        }
    }
}

/// How the best path came to stand where it stands, for every frame of a block.
#[derive(Default)]
struct Pointers {
    rows: Vec<Row>,
    /// For each junction of each row how it was reached ([`HOW`]), and the flags of silence and filler.
    junctions: Vec<u8>,
    /// For each state of each row whether it was entered in this frame.
    states: Vec<bool>,
}

/// Where a frame's pointers lie.
struct Row {
    first_junction: usize,
    junctions_at: usize,
    first_state: usize,
    states_at: usize,
}

/// How a junction was reached: by the end of reading `n` of the word before it, or …
const BY_SILENCE: u8 = 28;
const BY_FILLER: u8 = 29;
const BY_SKIP: u8 = 30;
const BY_NOTHING: u8 = 31;
const HOW: u8 = 31;
/// Beside it: silence, or the filler, was entered from the junction in this frame.
const SILENCE_ENTERED: u8 = 32;
const FILLER_ENTERED: u8 = 64;
/// And: a path that leaves out the sentence behind the junction left out the one before it too.
const SKIP_GOES_ON: u8 = 128;

impl Pointers {
    fn clear(&mut self) {
        self.rows.clear();
        self.junctions.clear();
        self.states.clear();
    }

    fn begin_row(&mut self, graph: &Graph, junction: usize) {
        self.rows.push(Row {
            first_junction: junction,
            junctions_at: self.junctions.len(),
            first_state: graph.first_state(junction),
            states_at: self.states.len(),
        });
    }

    fn junction(&self, frame: usize, junction: usize) -> u8 {
        let row = &self.rows[frame];
        let end = self.rows.get(frame + 1).map_or(self.junctions.len(), |next| next.junctions_at);
        let at = row.junctions_at + junction.wrapping_sub(row.first_junction);
        if junction < row.first_junction || at >= end { BY_NOTHING } else { self.junctions[at] }
    }

    fn entered(&self, frame: usize, state: usize) -> bool {
        let row = &self.rows[frame];
        self.states[row.states_at + state - row.first_state]
    }
}

/// A path that leaves out the sentence that begins at a junction.
#[derive(Clone, Copy)]
struct Skip {
    score: f32,
    from: usize,
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
        let mut scores = blocks.first().map(score);
        for (at, block) in blocks.iter().enumerate() {
            let Some(current) = scores.take() else { break };
            // The next block's frames are scored while this one's are searched.
            let (column, next) =
                rayon::join(|| self.block(&columns[at], block, &current, None), || blocks.get(at + 1).map(score));
            columns.push(column);
            scores = next;
            progress.reach(block.end as u64);
        }
        columns
    }

    /// Goes back from the end of the recording, a few blocks at a time.
    fn trace(
        &self,
        blocks: &[Range<usize>],
        columns: &[Column],
        score: &(dyn Fn(&Range<usize>) -> Scores + Sync),
    ) -> Option<Vec<Step>> {
        let last = columns.last()?;
        if last.junctions().end <= self.graph.words() || last.ready.last().is_none_or(|&score| score == NEVER) {
            return None;
        }
        let mut stand = Stand::Junction(self.graph.words());
        let mut steps = vec![Step::Silence { word: 0 }; blocks.last().map_or(0, |block| block.end)];
        let numbers: Vec<usize> = (0..blocks.len()).collect();
        for group in numbers.rchunks(rayon::current_num_threads().max(1)) {
            let pointers: Vec<Pointers> = group
                .par_iter()
                .map(|&at| {
                    let mut pointers = Pointers::default();
                    self.block(&columns[at], &blocks[at], &score(&blocks[at]), Some(&mut pointers));
                    pointers
                })
                .collect();
            for (&at, pointers) in group.iter().zip(&pointers).rev() {
                for (frame, step) in steps[blocks[at].clone()].iter_mut().enumerate().rev() {
                    (*step, stand) = self.step_back(stand, pointers, frame)?;
                }
            }
        }
        Some(steps)
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
            Step::Silence { word } if pointers.junction(frame, word as usize) & SILENCE_ENTERED != 0 => {
                Stand::Junction(word as usize)
            }
            Step::Filler { word } if pointers.junction(frame, word as usize) & FILLER_ENTERED != 0 => {
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
            let how = pointers.junction(frame, junction);
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
    /// best of them, and fills `pointers` if they are wanted.
    fn block(&self, before: &Column, block: &Range<usize>, scores: &Scores, pointers: Option<&mut Pointers>) -> Column {
        let words = self.graph.words();
        let area = self.band.junctions(block.start, words).start..self.band.junctions(block.end - 1, words).end;
        let mut column = before.moved(self.graph, area, 0.0);
        let mut unwanted = Pointers::default();
        let wanted = pointers.is_some();
        let pointers = pointers.unwrap_or(&mut unwanted);
        let mut live = column.junctions();
        let mut best = 0.0;
        for frame in block.clone() {
            if !wanted {
                pointers.clear();
            }
            let allowed = self.band.junctions(frame, words);
            let from = live.start.max(allowed.start);
            let to = (live.end + 1).clamp(from, allowed.end);
            (live, best) =
                self.frame(&mut column, from..to, allowed.end, scores.frame(frame - block.start), best, pointers);
        }
        let best = if best == NEVER { 0.0 } else { best };
        column.moved(self.graph, self.band.junctions(block.end - 1, words), best)
    }

    /// One frame: every path over the words behind `junctions` takes one step. Returns the junctions whose paths are
    /// within the beam, and the best score.
    fn frame(
        &self,
        column: &mut Column,
        junctions: Range<usize>,
        limit: usize,
        scores: &[f32],
        last_best: f32,
        pointers: &mut Pointers,
    ) -> (Range<usize>, f32) {
        let costs = self.costs;
        let (silence, base) = (scores[Pdf::SILENCE.index()], self.graph.first_state(column.first));
        let (mut exit, mut exit_by) = (NEVER, BY_NOTHING);
        let mut skip = Skip { score: NEVER, from: junctions.start };
        let mut bests = Vec::with_capacity(junctions.len());
        pointers.begin_row(self.graph, junctions.start);
        for junction in junctions.clone() {
            let at = junction - column.first;
            let ready = column.ready[at];
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
            pointers.junctions.push(how | entered | flag(goes_on, SKIP_GOES_ON));

            let mut best = now;
            (exit, exit_by) = (NEVER, BY_NOTHING);
            if junction < self.graph.words() {
                for (number, states) in self.graph.readings(junction).iter().enumerate() {
                    let chain = &mut column.states[states.start as usize - base..states.end as usize - base];
                    let pdfs = &self.graph.pdfs[states.start as usize..states.end as usize];
                    let mut from = ready;
                    for (state, pdf) in chain.iter_mut().zip(pdfs) {
                        let (score, entered) = larger(from - costs.state, *state);
                        from = *state;
                        *state = score + scores[pdf.index()];
                        best = best.max(*state);
                        pointers.states.push(entered);
                    }
                    if let Some(&end) = chain.last().filter(|&&end| end > exit) {
                        (exit, exit_by) = (end, number as u8);
                    }
                }
            }
            bests.push(best);
        }
        let reached = self.skip_ahead(column, junctions.end..limit, skip, last_best - costs.beam, pointers);
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

    /// Carries paths that leave sentences out past the words that were searched, while they stay in the beam. Returns
    /// the junction past the last one reached.
    fn skip_ahead(
        &self,
        column: &mut Column,
        beyond: Range<usize>,
        mut skip: Skip,
        worst: f32,
        pointers: &mut Pointers,
    ) -> Option<usize> {
        let mut reached = None;
        let mut junction = beyond.start;
        while skip.score >= worst && junction < beyond.end {
            if self.graph.starts_sentence(junction) {
                let row = pointers.rows.last()?;
                let score = self.skipped(skip, junction);
                pointers.junctions.resize(row.junctions_at + junction - row.first_junction, BY_NOTHING);
                pointers.junctions.push(BY_SKIP);
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
        skip.score - self.costs.unspoken_more - self.costs.state * states as f32
    }

    /// What each frame of silence, and of filler, costs: between sentences people may wait, and others speak, as long as
    /// they like.
    fn frame_costs(&self, junction: usize) -> (f32, f32) {
        match self.graph.mark_before(junction) {
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
mod tests {
    use super::*;
    use crate::align::fixtures::{Dice, frames_of_words, graph, never_goes_back};
    use crate::align::graph::ScriptWord;
    use crate::phones::Phone;
    use crate::progress::Silent;
    use proptest::prelude::*;

    const COSTS: Costs = Costs {
        scale: 1.0,
        state: 0.1,
        silence: 2.0,
        silence_frame: 0.1,
        filler: 3.0,
        filler_frame: 0.2,
        unspoken: None,
        unspoken_more: 1.0,
        beam: 1e6,
    };
    /// The same, and sentences may be left out.
    const LENIENT: Costs = Costs { unspoken: Some(4.0), ..COSTS };

    /// Scores of a recording, frame by frame.
    #[derive(Clone)]
    struct Sounds(Vec<Vec<f32>>);

    impl Sounds {
        fn none() -> Sounds {
            Sounds(Vec::new())
        }

        /// Sounds that everything scores as chance has it.
        fn chance(frames: usize, dice: &mut Dice) -> Sounds {
            Sounds((0..frames).map(|_| (0..Pdf::COUNT).map(|_| dice.between(-3.0, 2.0)).collect()).collect())
        }

        /// Frames that are like `pdf` and nothing else.
        fn of(mut self, pdf: Pdf, frames: usize) -> Sounds {
            let mut scores = vec![-3.0; Pdf::COUNT];
            scores[Pdf::FILLER.index()] = 0.0;
            scores[pdf.index()] = if pdf == Pdf::FILLER { 0.0 } else { 2.0 };
            self.0.extend(vec![scores; frames]);
            self
        }

        /// The states of some words, by one of their readings, three frames each.
        fn of_words(mut self, graph: &Graph, words: Range<usize>, reading: usize) -> Sounds {
            for word in words {
                let states = &graph.readings(word)[reading];
                for &pdf in &graph.pdfs[states.start as usize..states.end as usize] {
                    self = self.of(pdf, 3);
                }
            }
            self
        }

        fn frames(&self) -> usize {
            self.0.len()
        }

        fn score(&self, frame: usize, graph: &Graph, step: Step) -> f32 {
            match step {
                // The scorer sees to it.
                Step::Filler { .. } => 0.0,
                _ => self.0[frame][step.pdf(graph).index()],
            }
        }
    }

    /// A band that hinders nobody.
    fn anywhere(frames: usize, graph: &Graph) -> Band {
        Band { centre: vec![0; frames], reach: graph.words() }
    }

    /// The search over blocks of so many frames.
    fn found(graph: &Graph, sounds: &Sounds, band: &Band, costs: &Costs, block: usize) -> Option<Vec<Step>> {
        let frames = sounds.frames();
        let blocks: Vec<Range<usize>> =
            (0..frames).step_by(block).map(|from| from..(from + block).min(frames)).collect();
        let score = |block: &Range<usize>| Scores::planted(sounds.0[block.clone()].concat());
        let search = Search { graph, band, costs };
        let columns = search.forward(&blocks, &score, &Silent);
        search.trace(&blocks, &columns, &score)
    }

    /// A step from one frame to the next.
    struct Hop {
        from: usize,
        to: usize,
        cost: f32,
        /// The junction that it goes through.
        through: Option<usize>,
    }

    /// The search as one would write it without a thought of time or memory: every place that a frame can be laid on,
    /// and every way from one to another.
    struct Plain<'a> {
        search: Search<'a>,
        places: Vec<Step>,
        hops: Vec<Hop>,
    }

    impl<'a> Plain<'a> {
        fn new(search: Search<'a>) -> Plain<'a> {
            let mut places = Vec::new();
            for word in 0..=search.graph.words() {
                places.push(Step::Silence { word: word as u32 });
                places.push(Step::Filler { word: word as u32 });
                if word < search.graph.words() {
                    let states = search.graph.readings(word).iter().flat_map(Range::clone);
                    places.extend(states.map(|state| Step::State { word: word as u32, state }));
                }
            }
            let mut plain = Plain { search, places, hops: Vec::new() };
            for (from, &step) in plain.places.iter().enumerate() {
                for (to, &next) in plain.places.iter().enumerate() {
                    let inside = plain.inside(step, next).map(|cost| Hop { from, to, cost, through: None });
                    let across = plain.leave(step).zip(plain.enter(next)).and_then(|(left, (entered, cost))| {
                        let cost = cost + plain.leap(left, entered)?;
                        Some(Hop { from, to, cost, through: Some(entered) })
                    });
                    plain.hops.extend(inside.into_iter().chain(across));
                }
            }
            plain
        }

        /// Staying, or going on in a word.
        fn inside(&self, from: Step, to: Step) -> Option<f32> {
            let (state, next) = match (from, to) {
                (Step::State { state, .. }, Step::State { state: next, .. }) => (state, next),
                _ => return (from == to).then_some(self.a_frame_in(to)),
            };
            let word = from.word() as usize;
            let in_one_reading = |reading: &&Range<u32>| reading.contains(&state) && reading.contains(&next);
            self.search.graph.readings(word).iter().find(in_one_reading)?;
            match next.checked_sub(state)? {
                0 => Some(0.0),
                1 => Some(self.search.costs.state),
                _ => None,
            }
        }

        /// The junction that lies behind a step.
        fn leave(&self, from: Step) -> Option<usize> {
            match from {
                Step::State { word, state } => {
                    let ends = |reading: &Range<u32>| reading.end == state + 1;
                    self.search.graph.readings(word as usize).iter().any(ends).then_some(word as usize + 1)
                }
                Step::Silence { word } | Step::Filler { word } => Some(word as usize),
            }
        }

        /// The junction that lies before a step, and what it costs to go on from there.
        fn enter(&self, to: Step) -> Option<(usize, f32)> {
            let junction = to.word() as usize;
            let costs = self.search.costs;
            let cost = match to {
                Step::State { state, .. } => {
                    let begins = |reading: &Range<u32>| reading.start == state;
                    self.search.graph.readings(junction).iter().any(begins).then_some(costs.state)?
                }
                Step::Silence { .. } => self.search.silence_cost(junction),
                Step::Filler { .. } => costs.filler,
            };
            Some((junction, cost + self.a_frame_in(to)))
        }

        /// What a frame costs beside its score.
        fn a_frame_in(&self, step: Step) -> f32 {
            let (silence, filler) = self.search.frame_costs(step.word() as usize);
            match step {
                Step::State { .. } => 0.0,
                Step::Silence { .. } => silence,
                Step::Filler { .. } => filler,
            }
        }

        /// What leaving out the sentences between two junctions costs.
        fn leap(&self, from: usize, to: usize) -> Option<f32> {
            let graph = self.search.graph;
            if from == to {
                return Some(0.0);
            }
            if from > to || !graph.starts_sentence(from) || !graph.starts_sentence(to) {
                return None;
            }
            let sentences = (from..to).filter(|&junction| graph.starts_sentence(junction)).count();
            let states = graph.states_before(to) - graph.states_before(from);
            let costs = self.search.costs;
            Some(costs.unspoken? + costs.unspoken_more * sentences as f32 + costs.state * states as f32)
        }

        fn allows(&self, frame: usize, junction: usize) -> bool {
            self.search.band.junctions(frame, self.search.graph.words()).contains(&junction)
        }

        /// The score of a step in the first frame.
        fn begin(&self, sounds: &Sounds, place: usize) -> f32 {
            let step = self.places[place];
            let way = self
                .enter(step)
                .and_then(|(junction, cost)| self.allows(0, junction).then_some(cost + self.leap(0, junction)?));
            way.map_or(NEVER, |cost| sounds.score(0, self.search.graph, step) - cost)
        }

        /// What remains of a score when the recording ends after a step.
        fn end(&self, place: usize) -> f32 {
            let way = self.leave(self.places[place]).and_then(|left| self.leap(left, self.search.graph.words()));
            way.map_or(NEVER, |cost| -cost)
        }

        /// The scores after one more frame.
        fn next(&self, sounds: &Sounds, frame: usize, scores: &[f32]) -> Vec<f32> {
            let mut next = vec![NEVER; scores.len()];
            let possible = |hop: &&Hop| {
                hop.through.is_none_or(|junction| self.allows(frame - 1, junction))
                    && self.allows(frame, self.places[hop.to].word() as usize)
            };
            for hop in self.hops.iter().filter(possible) {
                next[hop.to] = next[hop.to].max(scores[hop.from] - hop.cost);
            }
            for (score, &step) in next.iter_mut().zip(&self.places) {
                *score += sounds.score(frame, self.search.graph, step);
            }
            next
        }

        /// The score of the best of all paths.
        fn best(&self, sounds: &Sounds) -> f32 {
            let begin: Vec<f32> = (0..self.places.len()).map(|place| self.begin(sounds, place)).collect();
            let scores = (1..sounds.frames()).fold(begin, |scores, frame| self.next(sounds, frame, &scores));
            scores.iter().enumerate().map(|(place, score)| score + self.end(place)).fold(NEVER, f32::max)
        }

        /// The score of one path.
        fn price(&self, sounds: &Sounds, path: &[Step]) -> f32 {
            let place = |step: &Step| self.places.iter().position(|place| place == step).unwrap_or_default();
            let only = |score: f32, at: usize| {
                let mut scores = vec![NEVER; self.places.len()];
                scores[at] = score;
                scores
            };
            let first = place(&path[0]);
            let last = path.iter().enumerate().skip(1).fold(
                (self.begin(sounds, first), first),
                |(score, at), (frame, step)| {
                    let to = place(step);
                    (self.next(sounds, frame, &only(score, at))[to], to)
                },
            );
            last.0 + self.end(last.1)
        }
    }

    #[test]
    fn words_are_found_where_they_sound() {
        let graph = graph("n-i h-ao, sh-i.");
        let sounds = Sounds::none()
            .of(Pdf::SILENCE, 20)
            .of_words(&graph, 0..2, 0)
            .of(Pdf::SILENCE, 10)
            .of_words(&graph, 2..3, 0)
            .of(Pdf::SILENCE, 5);
        let path = found(&graph, &sounds, &anywhere(sounds.frames(), &graph), &COSTS, 16).unwrap_or_default();
        assert_eq!(frames_of_words(&graph, &path), [20..35, 35..50, 60..75]);
        assert_eq!([path[0], path[55], path[79]], [0, 2, 3].map(|word| Step::Silence { word }));
    }

    #[test]
    fn a_word_is_said_by_the_reading_that_is_heard() {
        let graph = graph("d-e l-e|l-iao-o b-a.");
        for reading in [0, 1] {
            let sounds =
                Sounds::none().of_words(&graph, 0..1, 0).of_words(&graph, 1..2, reading).of_words(&graph, 2..3, 0);
            let path = found(&graph, &sounds, &anywhere(sounds.frames(), &graph), &COSTS, 10).unwrap_or_default();
            let said: Vec<u32> = path
                .iter()
                .filter_map(|step| match step {
                    Step::State { word: 1, state } => Some(*state),
                    _ => None,
                })
                .collect();
            let states = graph.readings(1)[reading].clone();
            assert_eq!(said, states.flat_map(|state| [state; 3]).collect::<Vec<u32>>());
        }
    }

    #[test]
    fn what_the_transcript_lacks_goes_to_the_filler() {
        let graph = graph("n-i h-ao. sh-i d-e.");
        let sounds = Sounds::none().of_words(&graph, 0..2, 0).of(Pdf::FILLER, 40).of_words(&graph, 2..4, 0);
        for costs in [COSTS, LENIENT] {
            let path = found(&graph, &sounds, &anywhere(sounds.frames(), &graph), &costs, 16).unwrap_or_default();
            assert!(path[30..70].iter().all(|step| *step == Step::Filler { word: 2 }), "{path:?}");
            assert_eq!(frames_of_words(&graph, &path), [0..15, 15..30, 70..85, 85..100]);
        }
    }

    #[test]
    fn a_sentence_that_nobody_speaks_is_stepped_over_if_that_is_allowed() {
        let graph = graph("n-i h-ao. m-a m-a m-a. sh-i d-e.");
        let sounds = Sounds::none().of_words(&graph, 0..2, 0).of_words(&graph, 5..7, 0);
        let band = anywhere(sounds.frames(), &graph);
        let words = |costs| frames_of_words(&graph, &found(&graph, &sounds, &band, costs, 16).unwrap_or_default());
        assert_eq!(words(&LENIENT), [0..15, 15..30, 0..0, 0..0, 0..0, 30..45, 45..60]);
        assert!(words(&COSTS).iter().all(|word| !word.is_empty()));
    }

    #[test]
    fn sentences_are_stepped_over_at_either_end_and_several_at_once() {
        let graph = graph("b-a. p-a. m-a. n-i h-ao. t-a. l-a.");
        let sounds = Sounds::none().of_words(&graph, 3..5, 0);
        let path = found(&graph, &sounds, &anywhere(30, &graph), &LENIENT, 8).unwrap_or_default();
        assert_eq!(frames_of_words(&graph, &path), [0..0, 0..0, 0..0, 0..15, 15..30, 0..0, 0..0]);
    }

    #[test]
    fn sentences_are_stepped_over_together_though_the_first_of_them_nearly_fits() {
        let graph = graph("n-i. b-a. p-a. m-a.");
        let mut sounds = Sounds::none().of_words(&graph, 0..1, 0).of(graph.pdfs[4], 5).of_words(&graph, 3..4, 0);
        // The end of the first word sounds a little like the second one too.
        for (frame, state) in (15..20).zip(graph.readings(1)[0].clone()) {
            sounds.0[frame][graph.pdfs[state as usize].index()] = 1.4;
        }
        let path = found(&graph, &sounds, &anywhere(sounds.frames(), &graph), &LENIENT, 8).unwrap_or_default();
        assert_eq!(frames_of_words(&graph, &path), [0..20, 0..0, 0..0, 20..35]);
    }

    #[test]
    fn more_text_than_frames_fits_only_if_some_is_left_out() {
        let graph = graph("n-i h-ao. n-i h-ao.");
        let sounds = Sounds::none().of(Pdf::SILENCE, 15);
        let band = anywhere(15, &graph);
        assert_eq!(found(&graph, &sounds, &band, &COSTS, 4), None);
        assert!(found(&graph, &sounds, &band, &LENIENT, 4).is_some());
    }

    #[test]
    fn a_band_too_narrow_for_the_words_holds_no_path() {
        let graph = graph(&"n-i ".repeat(8));
        let sounds = Sounds::none().of_words(&graph, 0..8, 0);
        let frames = sounds.frames();
        // It stays at the first words until the very end, …
        let stuck = Band { centre: vec![0; frames], reach: 2 };
        assert_eq!(found(&graph, &sounds, &stuck, &COSTS, 16), None);
        // … or leaves them before they can have been said.
        let hasty = Band { centre: (0..frames).map(|frame| frame.min(8) as u32).collect(), reach: 1 };
        assert_eq!(found(&graph, &sounds, &hasty, &COSTS, 16), None);
        // One that goes along finds the words.
        let along = Band { centre: (0..frames).map(|frame| frame as u32 / 15).collect(), reach: 1 };
        let path = found(&graph, &sounds, &along, &COSTS, 16).unwrap_or_default();
        assert_eq!(frames_of_words(&graph, &path)[7], 105..120);
    }

    #[test]
    fn a_beam_gives_up_what_lies_far_behind_but_not_the_best() {
        // Between two spoken parts lie a stretch without text and ten sentences that nobody speaks.
        let graph = graph(&"n-i h-ao, sh-i d-e. ".repeat(30));
        let sounds = Sounds::none().of_words(&graph, 0..40, 0).of(Pdf::FILLER, 100).of_words(&graph, 80..120, 0);
        let band = anywhere(sounds.frames(), &graph);
        let wide = found(&graph, &sounds, &band, &LENIENT, 128).unwrap_or_default();
        let unspoken = frames_of_words(&graph, &wide).iter().filter(|word| word.is_empty()).count();
        assert_eq!(unspoken, 40);
        assert_eq!(found(&graph, &sounds, &band, &Costs { beam: 60.0, ..LENIENT }, 128), Some(wide));
    }

    prop_compose! {
        /// A word of one or two readings of up to two phones.
        fn any_word()(
            readings in prop::collection::vec(prop::collection::vec(0..Phone::COUNT, 1..3), 1..3),
            mark in prop::sample::select(vec![Mark::None, Mark::Clause, Mark::Sentence, Mark::Sentence]),
        ) -> ScriptWord {
            let phones = |reading: &Vec<usize>| reading.iter().filter_map(|&phone| Phone::at(phone)).collect();
            ScriptWord { readings: readings.iter().map(phones).collect(), mark }
        }
    }

    prop_compose! {
        fn any_costs()(
            state in 0.0f32..0.3,
            silence in 0.0f32..3.0,
            filler in 0.0f32..4.0,
            unspoken in prop::option::of(0.0f32..6.0),
            unspoken_more in 0.0f32..2.0,
        ) -> Costs {
            Costs { state, silence, filler, unspoken, unspoken_more, ..COSTS }
        }
    }

    prop_compose! {
        /// A band that wanders from the first word to the last, or past it.
        fn any_band()(
            mut centre in prop::collection::vec(0u32..7, 30..60),
            reach in 0usize..6,
        ) -> Band {
            centre.sort_unstable();
            Band { centre, reach }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn the_search_finds_the_best_of_all_paths(
            words in prop::collection::vec(any_word(), 1..7),
            costs in any_costs(),
            mut band in any_band(),
            block in 1usize..40,
            beam in 1.0f32..60.0,
            seed: u64,
        ) {
            let graph = Graph::new(&words);
            band.centre.iter_mut().for_each(|centre| *centre = (*centre).min(words.len() as u32));
            let sounds = Sounds::chance(band.centre.len(), &mut Dice(seed));
            let plain = Plain::new(Search { graph: &graph, band: &band, costs: &costs });
            let best = plain.best(&sounds);
            match found(&graph, &sounds, &band, &costs, block) {
                None => prop_assert_eq!(best, NEVER),
                Some(path) => {
                    prop_assert_eq!(path.len(), sounds.frames());
                    prop_assert!(never_goes_back(&path));
                    let price = plain.price(&sounds, &path);
                    prop_assert!((price - best).abs() < 1e-3, "found {} where the best is {}: {:?}", price, best, path);
                }
            }
            // A beam may lose the best path, and all others with it; what it finds is a path all the same.
            if let Some(path) = found(&graph, &sounds, &band, &Costs { beam, ..costs }, block) {
                let price = plain.price(&sounds, &path);
                prop_assert!(price > NEVER && price <= best + 1e-3, "{} {}", price, best);
            }
        }
    }
}
