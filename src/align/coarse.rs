//! Coarse to fine: the recording at a third of its frames and the text at one state a phone.
//!
//! A search costs frames times states, so that a coarse one costs a ninth. It finds where in the text the recording is
//! just as well; only where each phone begins is left to the fine search.

use std::ops::Range;

use super::ear::{Ear, Scores};
use super::expected::Expected;
use super::graph::Graph;
use super::path::{Path, Step};
use super::pdf::Pdf;
use super::search::{Band, Costs, search};
use crate::phones::Phone;
use crate::progress::Progress;

/// Frames that a coarse one stands for. No phone has more states, so that the shortest a phone may be changes little.
pub const FRAMES: usize = 3;

/// The text at one state a phone, and where in the one that it was made from.
pub struct Coarse {
    graph: Graph,
    /// The fine state at which each coarse one starts, and the number of fine states as an end mark.
    starts: Vec<u32>,
}

impl Coarse {
    /// One state a phone for the text of `fine`.
    pub fn new(fine: &Graph) -> Coarse {
        let first = |state: &u32| fine.pdfs[*state as usize].starts_phone();
        let starts = (0..fine.pdfs.len() as u32).filter(first).chain([fine.pdfs.len() as u32]).collect();
        Coarse { graph: fine.coarse(), starts }
    }

    /// The best path as [`search`] finds it, looked for coarsely; its times are exact to [`FRAMES`] frames. `band` and
    /// `costs` are those of a fine search; nothing is expected.
    pub fn search(&self, ear: &dyn Ear, band: &Band, costs: &Costs, progress: &dyn Progress) -> Option<Path> {
        let longer = FRAMES as f32;
        let costs = Costs {
            state: costs.state * longer,
            silence_frame: costs.silence_frame * longer,
            filler_frame: costs.filler_frame * longer,
            ..*costs
        };
        let ear = Rougher { ear, frames: band.frames };
        let path = search(&self.graph, &ear, &band.every(FRAMES), &Expected::default(), &costs, progress)?;
        Some(self.refine(&path, band.frames))
    }

    /// A path over fine frames and states: the states of a phone share its frames.
    fn refine(&self, path: &Path, frames: usize) -> Path {
        let mut steps = path.steps().peekable();
        let mut end = 0;
        let runs = std::iter::from_fn(|| {
            let step = steps.next()?;
            let coarse = 1 + std::iter::from_fn(|| steps.next_if_eq(&step)).count();
            let length = (coarse * FRAMES).min(frames - end);
            end += length;
            Some((step, length))
        });
        runs.flat_map(|(step, length)| (0..length).map(move |frame| self.fine(step, frame, length))).collect()
    }

    /// What a frame of a run of so many is laid on.
    fn fine(&self, step: Step, frame: usize, length: usize) -> Step {
        let Step::State { word, state } = step else { return step };
        let states = &self.starts[state as usize..][..2];
        Step::State { word, state: states[0] + ((states[1] - states[0]) as usize * frame / length) as u32 }
    }
}

/// Hears [`FRAMES`] frames as one, and a phone as the best of its states in each of them.
pub struct Rougher<'a> {
    /// What hears the fine ones.
    pub ear: &'a dyn Ear,
    /// How many fine frames there are.
    pub frames: usize,
}

impl Ear for Rougher<'_> {
    fn score(&self, frames: Range<usize>, scale: f32) -> Scores {
        let fine = frames.start * FRAMES..(frames.end * FRAMES).min(self.frames);
        let scores = self.ear.score(fine.clone(), scale);
        let mut rough = vec![0.0; frames.len() * Pdf::COUNT];
        for frame in 0..fine.len() {
            let row = &mut rough[frame / FRAMES * Pdf::COUNT..][..Pdf::COUNT];
            let scores = scores.frame(frame);
            for pdf in [Pdf::SILENCE, Pdf::FILLER, Pdf::NOISE] {
                row[pdf.index()] += scores[pdf.index()];
            }
            for phone in Phone::all() {
                let first = Pdf::of(phone, 0).index();
                row[first] += scores[first..first + phone.states()].iter().copied().fold(f32::MIN, f32::max);
            }
        }
        Scores::new(rough)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{COSTS, babble, frames_of_words, graph, never_goes_back};
    use crate::progress::Silent;

    #[test]
    fn a_phone_is_one_state_and_hears_all_of_its_own() {
        let fine = graph("n-i h-ao|h-ao-o.");
        let coarse = Coarse::new(&fine);
        assert_eq!(coarse.graph.words(), 2);
        assert_eq!(coarse.graph.readings(0), [Range { start: 0, end: 2 }]);
        assert_eq!(coarse.graph.readings(1), [2..4, 4..7]);
        assert_eq!(coarse.graph.states_before(2), 4);
        assert_eq!(coarse.starts, [0, 2, 5, 7, 10, 12, 15, 18]);

        /// The first state of n, its second, something else.
        struct Frames;
        impl Ear for Frames {
            fn score(&self, frames: Range<usize>, scale: f32) -> Scores {
                let first = Phone::named("n").map_or(0, |phone| Pdf::of(phone, 0).index());
                let rows = frames.map(|frame| {
                    let mut row = vec![-2.0 * scale; Pdf::COUNT];
                    row[first + frame.min(2)] = scale;
                    row
                });
                Scores::new(rows.flatten().collect())
            }
        }
        let heard = Rougher { ear: &Frames, frames: 5 }.score(0..2, 0.5);
        let first = Phone::named("n").map_or(0, |phone| Pdf::of(phone, 0).index());
        assert_eq!(heard.frame(0)[first], 0.5 + 0.5 - 1.0, "n has two states");
        assert_eq!(heard.frame(1)[first], -2.0, "only two frames are left");
    }

    #[test]
    fn the_states_of_a_phone_share_its_frames() {
        let fine = graph("n-i.");
        let states = |path: &Path| -> Vec<Option<u32>> {
            let state = |step| if let Step::State { state, .. } = step { Some(state) } else { None };
            path.steps().map(state).collect()
        };
        let said = [0, 1, 1].map(|state| Step::State { word: 0, state });
        let path: Path = [Step::Silence { word: 0 }].into_iter().chain(said).collect();
        let expected = [None, None, None, Some(0), Some(0), Some(1), Some(2), Some(2), Some(3), Some(3), Some(4)];
        assert_eq!(states(&Coarse::new(&fine).refine(&path, 11)), expected);
    }

    #[test]
    fn words_are_found_to_a_coarse_frame() {
        /// Every phone is heard for twelve frames, one after the other.
        struct Read<'a>(&'a Graph);
        impl Ear for Read<'_> {
            fn score(&self, frames: Range<usize>, scale: f32) -> Scores {
                let phones: Vec<Pdf> = self.0.pdfs.iter().copied().filter(|pdf| pdf.starts_phone()).collect();
                let rows = frames.map(|frame| {
                    let mut row = vec![-3.0 * scale; Pdf::COUNT];
                    row[Pdf::FILLER.index()] = 0.0;
                    row[phones[frame / 12].index()] = 2.0 * scale;
                    row
                });
                Scores::new(rows.flatten().collect())
            }
        }
        let fine = Graph::new(babble(60, 3));
        let frames = 12 * fine.pdfs.iter().filter(|pdf| pdf.starts_phone()).count();
        let band = Band::new(std::iter::repeat_n(30, frames), 60);
        let path = Coarse::new(&fine).search(&Read(&fine), &band, &COSTS, &Silent).unwrap_or_default();
        assert_eq!(path.frames(), frames);
        assert!(never_goes_back(&path));
        let words = frames_of_words(&fine, &path);
        let mut start = 0;
        for (word, found) in words.iter().enumerate() {
            assert!(found.start.abs_diff(start) <= FRAMES, "word {word}: {found:?}, not {start}");
            start += 12 * Coarse::new(&fine).graph.readings(word)[0].len();
        }
    }
}
