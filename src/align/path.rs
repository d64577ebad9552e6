//! Paths: what every frame of a recording is laid on.

use std::ops::Range;

use super::graph::Graph;
use super::pdf::Pdf;

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

    /// The next state of the same word; where there is no state, the same again.
    fn further(self) -> Step {
        match self {
            Step::State { word, state } => Step::State { word, state: state + 1 },
            waiting => waiting,
        }
    }
}

/// A step for every frame. From most frames to the next a path stays where it is or goes on to the next state: a bit
/// tells which, and only where it turns elsewhere the step itself is kept, so that a frame costs some two bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    frames: usize,
    /// The frames at which the path neither stays nor goes on, and the step there; the first frame is one.
    turns: Vec<(u32, Step)>,
    /// For each frame whether the path goes on there, 64 frames a number.
    goes_on: Vec<u64>,
}

impl Path {
    /// How many frames it has.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Its steps, frame by frame.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        self.steps_of(0..self.frames)
    }

    /// The steps of some of its frames.
    pub fn steps_of(&self, frames: Range<usize>) -> impl Iterator<Item = Step> {
        let passed = self.turns.partition_point(|&(turn, _)| turn as usize <= frames.start);
        let mut turns = self.turns[passed.saturating_sub(1)..].iter().peekable();
        let from = turns.peek().map_or(frames.start, |&&(turn, _)| turn as usize);
        let mut step = Step::Silence { word: 0 };
        let walk = (from..frames.end).map(move |frame| {
            step = match turns.next_if(|&&(turn, _)| turn as usize == frame) {
                Some(&(_, there)) => there,
                None if self.goes_on[frame / 64] >> (frame % 64) & 1 == 1 => step.further(),
                None => step,
            };
            step
        });
        walk.skip(frames.start - from)
    }

    /// The step of one frame.
    #[cfg(test)]
    pub fn at(&self, frame: usize) -> Step {
        self.steps_of(frame..frame + 1).next().expect("the frame is one of the path's")
    }

    /// The stretches of filler, in order.
    pub fn filler(&self) -> Vec<Range<usize>> {
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for (frame, _) in self.steps().enumerate().filter(|(_, step)| matches!(step, Step::Filler { .. })) {
            match stretches.last_mut() {
                Some(last) if last.end == frame => last.end += 1,
                _ => stretches.push(frame..frame + 1),
            }
        }
        stretches
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Path {
        let mut path = Path::default();
        let mut last = None;
        for (frame, step) in steps.into_iter().enumerate() {
            let goes_on = last.is_some_and(|last: Step| last != step && last.further() == step);
            if frame % 64 == 0 {
                path.goes_on.push(0);
            }
            path.goes_on[frame / 64] |= u64::from(goes_on) << (frame % 64);
            if last != Some(step) && !goes_on {
                path.turns.push((frame as u32, step));
            }
            (path.frames, last) = (frame + 1, Some(step));
        }
        path
    }
}

/// Tells of frames that rise whether each lies in one of some stretches, which are in order.
pub fn lies_in(stretches: &[Range<usize>]) -> impl FnMut(usize) -> bool {
    let mut left = stretches.iter().peekable();
    move |frame| {
        while left.next_if(|stretch| stretch.end <= frame).is_some() {}
        left.peek().is_some_and(|stretch| stretch.start <= frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u32..3, 0u32..4).prop_map(|(word, state)| Step::State { word, state }),
            (0u32..3).prop_map(|word| Step::Silence { word }),
            (0u32..3).prop_map(|word| Step::Filler { word }),
        ]
    }

    proptest! {
        #[test]
        fn a_path_is_the_steps_that_it_was_made_of(
            runs in prop::collection::vec((any_step(), 1usize..90), 0..20),
            cut in (0.0f64..1.0, 0.0f64..1.0),
        ) {
            let steps: Vec<Step> = runs.iter().flat_map(|&(step, length)| std::iter::repeat_n(step, length)).collect();
            let path: Path = steps.iter().copied().collect();
            prop_assert_eq!(path.frames(), steps.len());
            prop_assert_eq!(path.steps().collect::<Vec<Step>>(), steps.clone());
            let [a, b] = [cut.0, cut.1].map(|part| (part * steps.len() as f64) as usize);
            let part = a.min(b)..a.max(b);
            prop_assert_eq!(path.steps_of(part.clone()).collect::<Vec<Step>>(), &steps[part]);

            let filler = path.filler();
            let mut is_filler = lies_in(&filler);
            for (frame, step) in steps.iter().enumerate() {
                prop_assert_eq!(is_filler(frame), matches!(step, Step::Filler { .. }));
            }
        }
    }

    #[test]
    fn a_word_that_is_passed_through_in_order_is_one_turn() {
        let said = (5..10).flat_map(|state| [Step::State { word: 1, state }; 3]);
        let path: Path = [Step::Silence { word: 1 }; 40].into_iter().chain(said).collect();
        assert_eq!(path.turns.len(), 2);
    }
}
