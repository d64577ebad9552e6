//! What is expected of single sentences once a path is known: when they begin, and that they are spoken.
//!
//! Where most sentences are found about as late after the times that the transcript gives as those around them, the times
//! are of this recording, and a sentence that the sound leaves in doubt belongs where they have it. Since some may still
//! be wrong, no time pulls harder than a word of clear sound does. And where speech without text has just the
//! length of sentences that were left out there, they are asked for.

use super::anchors::Anchor;
use super::graph::Graph;
use super::path::{Path, Step};
use super::tempo::Tempos;
use crate::signal::percentile;

/// Sentences on either side whose lateness is taken for a sentence's own: the times may be late as a whole, run away, or
/// be late for a while.
const AROUND: usize = 7;
/// Frames by which a sentence's lateness usually differs from that of those around it, at least and at most: 0.1 s,
/// since the pull shall not decide what edges are made of, and 2 s, over which the times tell nothing.
const LEAST_SCALE: f32 = 10.0;
const MOST_SCALE: f32 = 200.0;
/// The most that departing from a given time costs, in nats: a little more than beginning a stretch of filler, so that
/// speech without text beside a sentence does not carry it off.
const MOST: f32 = 20.0;
/// What leaving sentences out costs more where speech without text lies in their place that is about as long as they are.
const OWED: f32 = 60.0;
/// How many times shorter or longer than at the usual tempo it may be.
const OWED_TEMPO: f32 = 2.0;

/// What departing from what is expected costs, in nats. By default nothing is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expected {
    pull: Pull,
    /// For each junction what leaving out the sentence behind it costs more; nothing past the last of them.
    owed: Vec<f32>,
}

impl Expected {
    /// What a path, and the `starts` that the transcript gives in the order of the text, make expect.
    pub fn of(graph: &Graph, path: &Path, starts: &[Anchor]) -> Expected {
        Expected { pull: Pull::of(starts, path, graph.words() + 1), owed: owed(graph, path) }
    }

    /// The cost of beginning the sentence behind a junction at a frame.
    pub fn astray(&self, junction: usize, frame: usize) -> f32 {
        self.pull.cost(junction, frame)
    }

    /// The cost of leaving out the sentence behind a junction, beside that of leaving out any.
    pub fn left_out(&self, junction: usize) -> f32 {
        self.owed.get(junction).copied().unwrap_or_default()
    }
}

/// What it costs a sentence to begin at a frame, given when it was said to begin.
#[derive(Clone, Debug, Default, PartialEq)]
struct Pull {
    /// For each junction the frame at which the sentence behind it is expected; none past the last of them.
    expected: Vec<Option<f32>>,
    /// Frames by which the times usually err.
    scale: f32,
}

impl Pull {
    /// The pull of `starts`, in the order of the text, once a path is known; none where the path does not bear them out.
    fn of(starts: &[Anchor], path: &Path, junctions: usize) -> Pull {
        let found = begun(path, junctions);
        let spoken: Vec<(Anchor, f32)> = starts
            .iter()
            .filter_map(|&start| Some((start, start.frame as f32 - found[start.junction]? as f32)))
            .collect();
        let lateness: Vec<f32> = (0..spoken.len())
            .map(|at| {
                let around = &spoken[at.saturating_sub(AROUND)..(at + AROUND + 1).min(spoken.len())];
                median(around.iter().map(|(_, late)| *late))
            })
            .collect();
        let scale = median(spoken.iter().zip(&lateness).map(|((_, late), usual)| (late - usual).abs()));
        if spoken.is_empty() || scale > MOST_SCALE {
            return Pull::default();
        }
        let mut expected = vec![None; junctions];
        for ((start, _), late) in spoken.iter().zip(lateness) {
            expected[start.junction] = Some(start.frame as f32 - late);
        }
        Pull { expected, scale: scale.max(LEAST_SCALE) }
    }

    /// The cost of beginning the sentence behind a junction at a frame, in nats.
    fn cost(&self, junction: usize, frame: usize) -> f32 {
        let expected = self.expected.get(junction).copied().flatten();
        expected.map_or(0.0, |expected| ((frame as f32 - expected).abs() / self.scale).min(MOST))
    }
}

/// For each junction what leaving out the sentence behind it costs more: [`OWED`] for the first of those that a path leaves
/// out where the filler has taken about as much time as they would.
///
/// A voice that the seed model knows less than those around it scores under the filler, whose share is that of them all.
fn owed(graph: &Graph, path: &Path) -> Vec<f32> {
    let mut owed = vec![0.0; graph.words()];
    let tempos = Tempos::of(graph, path);
    let Some(usual) = tempos.usual else { return owed };
    let mut filled = vec![0usize; graph.words() + 1];
    for step in path.steps() {
        if let Step::Filler { word } = step {
            filled[word as usize] += 1;
        }
    }
    for run in tempos.sentences.chunk_by(|(_, tempo), (_, next)| (*tempo > 0.0) == (*next > 0.0)) {
        let (from, to) = (run[0].0.start, run[run.len() - 1].0.end);
        let states = graph.states_before(to) - graph.states_before(from);
        let tempo = filled[from..=to].iter().sum::<usize>() as f32 / states.max(1) as f32;
        if run[0].1 == 0.0 && (1.0 / OWED_TEMPO..OWED_TEMPO).contains(&(tempo / usual)) {
            owed[from] = OWED;
        }
    }
    owed
}

/// The frame at which the word behind each junction begins.
fn begun(path: &Path, junctions: usize) -> Vec<Option<usize>> {
    let mut begun = vec![None; junctions];
    for (frame, step) in path.steps().enumerate() {
        if let Step::State { word, .. } = step {
            begun[word as usize].get_or_insert(frame);
        }
    }
    begun
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    percentile(&mut values.collect::<Vec<f32>>(), 0.5).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{Dice, graph, path_of};

    /// Thirty sentences of two words, found 4 s apart, and given as late as `late` says, in frames.
    fn pulled(late: impl Fn(usize) -> isize) -> Pull {
        let graph = graph(&"d-a d-a. ".repeat(30));
        let words: Vec<_> = (0..60).map(|word| 200 * word + 100..200 * word + 150).collect();
        let path = path_of(&graph, &words, 12_200);
        let starts: Vec<Anchor> = (0..30)
            .map(|at| Anchor { junction: 2 * at, frame: (400 * at + 100).saturating_add_signed(late(at)) })
            .collect();
        Pull::of(&starts, &path, graph.words() + 1)
    }

    #[test]
    fn a_sentence_is_pulled_to_where_it_was_given() {
        let pull = pulled(|_| 0);
        assert_eq!([500, 510, 480, 9_000].map(|frame| pull.cost(2, frame)), [0.0, 1.0, 2.0, MOST]);
        assert_eq!(pull.cost(3, 9_000), 0.0, "in a sentence nothing pulls");
        assert_eq!(Pull::default().cost(2, 9_000), 0.0);
    }

    #[test]
    fn times_that_are_late_as_a_whole_pull_to_where_they_mean() {
        assert_eq!(pulled(|_| 6_000).cost(20, 4_100), 0.0);
        let drifting = pulled(|at| 4 * at as isize);
        assert!(drifting.cost(20, 4_100) < 1.0, "{}", drifting.cost(20, 4_100));
    }

    #[test]
    fn a_sentence_that_was_found_elsewhere_is_pulled_back() {
        let pull = pulled(|at| if at == 10 { 300 } else { 0 });
        assert_eq!((pull.cost(20, 4_400), pull.cost(20, 4_100)), (0.0, MOST));
    }

    #[test]
    fn times_of_something_else_do_not_pull() {
        let anywhere: Vec<isize> = {
            let mut dice = Dice(1);
            (0..30).map(|_| dice.between(-6_000.0, 6_000.0) as isize).collect()
        };
        assert_eq!(pulled(|at| anywhere[at]), Pull::default());
    }

    #[test]
    fn speech_as_long_as_a_sentence_asks_for_it() {
        let graph = graph("d-a d-a. d-a d-a. d-a d-a.");
        let said = |filler: usize| {
            let path = path_of(&graph, &[0..20, 20..40, 40..40, 40..40, 200..220, 220..240], 240);
            let filled = path
                .steps()
                .enumerate()
                .map(|(frame, step)| if (40..40 + filler).contains(&frame) { Step::Filler { word: 4 } } else { step });
            owed(&graph, &filled.collect())
        };
        assert_eq!(said(40), [0.0, 0.0, OWED, 0.0, 0.0, 0.0]);
        // Too short for it, and so long that anything may be said there.
        assert_eq!((said(10), said(150)), (vec![0.0; 6], vec![0.0; 6]));
    }
}
