//! The search against examples, and against one that is written without a thought of time or memory.

use super::*;
use crate::align::anchors::Anchor;
use crate::align::fixtures::{COSTS, Dice, frames_of_words, graph, never_goes_back, path_of};
use crate::align::graph::ScriptWord;
use crate::phones::Phone;
use crate::progress::Silent;
use proptest::prelude::*;

/// Sentences may be left out.
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
    Band::new(std::iter::repeat_n(0, frames), graph.words())
}

/// The search over blocks of so many frames.
fn found(graph: &Graph, sounds: &Sounds, band: &Band, costs: &Costs, block: usize) -> Option<Path> {
    expecting(&Expected::default(), graph, sounds, band, costs, block)
}

/// The same where something is expected.
fn expecting(
    expected: &Expected,
    graph: &Graph,
    sounds: &Sounds,
    band: &Band,
    costs: &Costs,
    block: usize,
) -> Option<Path> {
    let frames = sounds.frames();
    let blocks: Vec<Range<usize>> = (0..frames).step_by(block).map(|from| from..(from + block).min(frames)).collect();
    let score = |block: &Range<usize>| Scores::new(sounds.0[block.clone()].concat());
    let search = Search { graph, band, expected, costs };
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
    fn price(&self, sounds: &Sounds, path: &Path) -> f32 {
        let place = |step: Step| self.places.iter().position(|place| *place == step).unwrap_or_default();
        let only = |score: f32, at: usize| {
            let mut scores = vec![NEVER; self.places.len()];
            scores[at] = score;
            scores
        };
        let first = place(path.at(0));
        let last =
            path.steps().enumerate().skip(1).fold((self.begin(sounds, first), first), |(score, at), (frame, step)| {
                let to = place(step);
                (self.next(sounds, frame, &only(score, at))[to], to)
            });
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
    assert_eq!([0, 55, 79].map(|frame| path.at(frame)), [0, 2, 3].map(|word| Step::Silence { word }));
}

#[test]
fn a_word_is_said_by_the_reading_that_is_heard() {
    let graph = graph("d-e l-e|l-iao-o b-a.");
    for reading in [0, 1] {
        let sounds = Sounds::none().of_words(&graph, 0..1, 0).of_words(&graph, 1..2, reading).of_words(&graph, 2..3, 0);
        let path = found(&graph, &sounds, &anywhere(sounds.frames(), &graph), &COSTS, 10).unwrap_or_default();
        let said: Vec<u32> = path
            .steps()
            .filter_map(|step| match step {
                Step::State { word: 1, state } => Some(state),
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
        assert!(path.steps_of(30..70).all(|step| step == Step::Filler { word: 2 }), "{path:?}");
        assert_eq!(frames_of_words(&graph, &path), [0..15, 15..30, 70..85, 85..100]);
    }
}

#[test]
fn a_pause_lies_before_a_sentence_though_its_first_word_is_hardly_heard() {
    let graph = graph("n-i m-a. a sh-i d-e.");
    let [a, i] = [2, 3].map(|word| graph.first_state(word));
    // The second sentence's first word is swallowed where it is spoken, and the first sentence ends on its vowel.
    let mut sounds = Sounds::none().of_words(&graph, 0..2, 0);
    for &pdf in &graph.pdfs[a..i] {
        sounds = sounds.of(pdf, 1);
    }
    let sounds = sounds.of(Pdf::SILENCE, 100).of_words(&graph, 3..5, 0);
    let path = found(&graph, &sounds, &anywhere(sounds.frames(), &graph), &COSTS, 16).unwrap_or_default();
    assert_eq!(frames_of_words(&graph, &path)[2], 130..133);
}

#[test]
fn of_two_places_that_sound_alike_the_time_that_was_given_decides() {
    let graph = graph("n-i h-ao. m-a.");
    let sounds = Sounds::none().of_words(&graph, 0..2, 0).of(Pdf::FILLER, 300);
    let sounds = sounds.of_words(&graph, 2..3, 0).of(Pdf::FILLER, 300).of_words(&graph, 2..3, 0).of(Pdf::FILLER, 300);
    for place in [330, 645] {
        let given = [Anchor { junction: 0, frame: 0 }, Anchor { junction: 2, frame: place }];
        let before = path_of(&graph, &[0..15, 15..30, place..place + 15], sounds.frames());
        let expected = Expected::of(&graph, &before, &given);
        let band = anywhere(sounds.frames(), &graph);
        let path = expecting(&expected, &graph, &sounds, &band, &LENIENT, 64).unwrap_or_default();
        assert_eq!(frames_of_words(&graph, &path)[2], place..place + 15);
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
fn a_sentence_that_is_owed_is_laid_on_what_hardly_sounds_like_it() {
    let graph = graph("n-i h-ao. m-a. sh-i d-e.");
    let mut sounds = Sounds::none().of_words(&graph, 0..2, 0);
    let mut strange = vec![-0.3; Pdf::COUNT];
    strange[Pdf::FILLER.index()] = 0.0;
    sounds.0.extend(vec![strange; 15]);
    let sounds = sounds.of_words(&graph, 3..5, 0);
    let costs = Costs { unspoken: Some(0.0), unspoken_more: 0.0, ..COSTS };
    let band = anywhere(sounds.frames(), &graph);
    let left_out = found(&graph, &sounds, &band, &costs, 16).unwrap_or_default();
    assert!(frames_of_words(&graph, &left_out)[2].is_empty());
    let expected = Expected::of(&graph, &left_out, &[]);
    let path = expecting(&expected, &graph, &sounds, &band, &costs, 16).unwrap_or_default();
    assert!(!frames_of_words(&graph, &path)[2].is_empty());
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
    let stuck = Band::new(std::iter::repeat_n(0, frames), 2);
    assert_eq!(found(&graph, &sounds, &stuck, &COSTS, 16), None);
    // … or leaves them before they can have been said.
    let hasty = Band::new((0..frames).map(|frame| frame.min(8) as u32), 1);
    assert_eq!(found(&graph, &sounds, &hasty, &COSTS, 16), None);
    // One that goes along finds the words.
    let along = Band::new((0..frames).map(|frame| frame as u32 / 15), 1);
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
    ) -> (Vec<u32>, usize) {
        centre.sort_unstable();
        (centre, reach)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_search_finds_the_best_of_all_paths(
        words in prop::collection::vec(any_word(), 1..7),
        costs in any_costs(),
        (centre, reach) in any_band(),
        block in 1usize..40,
        beam in 1.0f32..60.0,
        seed: u64,
    ) {
        let graph = Graph::new(&words);
        let band = Band::new(centre.into_iter().map(|centre| centre.min(words.len() as u32)), reach);
        let sounds = Sounds::chance(band.frames, &mut Dice(seed));
        let expected = Expected::default();
        let plain = Plain::new(Search { graph: &graph, band: &band, expected: &expected, costs: &costs });
        let best = plain.best(&sounds);
        match found(&graph, &sounds, &band, &costs, block) {
            None => prop_assert_eq!(best, NEVER),
            Some(path) => {
                prop_assert_eq!(path.frames(), sounds.frames());
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

#[test]
fn a_band_within_another_keeps_to_both() {
    let near = Band::new((0..100).map(|frame| frame / 10), 3);
    let held = Band::of((0..100).map(|frame| if frame < 50 { (0, 4) } else { (4, 9) }));
    let both = near.within(&held);
    assert_eq!([0, 30, 49, 50, 99].map(|frame| both.bounds(frame)), [(0, 3), (0, 4), (1, 4), (4, 8), (6, 9)]);
}
