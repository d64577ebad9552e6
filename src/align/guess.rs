//! The first guess: the words laid over speech time in proportion, pauses moved to punctuation where that costs little.

use std::ops::Range;

use super::anchors::Anchor;
use super::graph::{Graph, Mark};
use super::path::{Path, Step, lies_in};

/// States that a syllable passes through: the unit in which the guess counts text.
const SYLLABLE: f32 = 5.0;
/// How far from strict proportion the guess may stray, in seconds of speech.
const DRIFT: f32 = 120.0;
/// A stretch of speech holds between one part in `RATE_RANGE` of the text expected of it and that many times it.
const RATE_RANGE: f32 = 3.0;
/// What a pause at the end of a sentence is worth for each doubling of its length over the shortest pause, in the units
/// of the squared deviation (half a squared syllable a syllable expected); at a comma it is worth half.
const REWARD: f32 = 1.5;
/// The length at which pauses begin to count, in frames.
const SHORTEST_PAUSE: f32 = 15.0;
/// Stretches of speech between which the ways are looked for together.
const GROUP: usize = 128;

/// Lays every frame on a state of a word, or on silence: between two of the `anchors`, which rise, what the text has
/// between them. Where no speech is heard there it gets the pauses, and no time where all is music.
///
/// `speech` holds the stretches of speech, in frames, in order; what lies between them is pause. Without any speech
/// the whole recording counts as one stretch. `music` holds other sounds, in order; they go to the filler.
pub fn first_guess(
    graph: &Graph,
    anchors: &[Anchor],
    speech: &[Range<usize>],
    music: &[Range<usize>],
    frames: usize,
) -> Path {
    let everything = [Range { start: 0, end: frames }];
    let speech = if speech.is_empty() { &everything } else { speech };
    let end = Anchor { junction: graph.words(), frame: frames };
    let mut pieces = Vec::new();
    let mut last = Anchor { junction: 0, frame: 0 };
    for &next in anchors.iter().chain([&end]) {
        let heard = within(last.frame..next.frame, speech);
        let heard = if heard.is_empty() { without(last.frame..next.frame, music) } else { heard };
        pieces.extend(between(graph, last, next, &heard));
        last = next;
    }
    let mut is_music = lies_in(music);
    let steps = pieces.into_iter().flat_map(|(words, frames)| spread(graph, words, frames));
    let with_music = steps.enumerate().map(|(frame, step)| match step {
        Step::Silence { word } if is_music(frame) => Step::Filler { word },
        step => step,
    });
    with_music.collect()
}

/// Words, and how many frames they get; none get the silence before a word.
type Piece = (Range<usize>, usize);

/// The parts of some stretches that lie in a piece.
fn within(piece: Range<usize>, stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let first = stretches.partition_point(|stretch| stretch.end <= piece.start);
    let inside = stretches[first..].iter().take_while(|stretch| stretch.start < piece.end);
    inside.map(|stretch| stretch.start.max(piece.start)..stretch.end.min(piece.end)).collect()
}

/// What some stretches leave of a piece.
fn without(piece: Range<usize>, stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut left = Vec::new();
    let mut from = piece.start;
    for stretch in within(piece.clone(), stretches) {
        left.push(from..stretch.start);
        from = stretch.end;
    }
    left.push(from..piece.end);
    left.retain(|stretch| !stretch.is_empty());
    left
}

/// The text between two anchors over the speech heard between them.
fn between(graph: &Graph, from: Anchor, to: Anchor, heard: &[Range<usize>]) -> Vec<Piece> {
    let borders = pauses_in_text(graph, from.junction..to.junction, heard);
    let mut next = from.frame;
    let mut pieces = Vec::new();
    for (stretch, words) in heard.iter().zip(borders.windows(2)) {
        pieces.push((words[0]..words[0], stretch.start - next));
        pieces.push((words[0]..words[1], stretch.len()));
        next = stretch.end;
    }
    pieces.push((to.junction..to.junction, to.frame - next));
    pieces
}

/// The junctions at which the stretches of speech begin, and the last junction.
///
/// Dynamic programming over the pauses: each is moved to a junction near its proportional place. The cost of a stretch
/// is the squared difference between the text it is given and the text expected of it, over twice the expectation.
fn pauses_in_text(graph: &Graph, words: Range<usize>, speech: &[Range<usize>]) -> Vec<usize> {
    let text = cumulative_length(graph, words.clone());
    let total = text[words.len()];
    let time: f32 = speech.iter().map(|stretch| stretch.len() as f32).sum();
    let rate = total / time.max(1.0);
    let reach = (DRIFT * 100.0 * rate).max(total / 50.0);
    let near = |expected: f32| {
        let from = text.partition_point(|&at| at < expected - reach);
        from..text.partition_point(|&at| at <= expected + reach).max(from + 1).min(text.len())
    };

    let mut elapsed = 0.0;
    let mut layers = Vec::with_capacity(speech.len());
    let mut before = 0..1;
    for (number, stretch) in speech.iter().enumerate() {
        elapsed += stretch.len() as f32;
        let expected = (stretch.len() as f32 * rate).max(0.5);
        let last = number + 1 == speech.len();
        let here = if last { words.len()..words.len() + 1 } else { near(elapsed * rate) };
        let pause = speech.get(number + 1).map_or(0, |next| next.start - stretch.end);
        layers.push(Layer { expected, before: std::mem::replace(&mut before, here.clone()), here, pause });
    }

    let reward = |junction: usize, pause: usize| reward(graph.mark_before(words.start + junction), pause);
    // The costs before every group of stretches; the ways inside of a group are looked for again on the way back.
    let (mut kept, mut costs) = (Vec::new(), vec![0.0]);
    for group in layers.chunks(GROUP) {
        kept.push(costs.clone());
        for layer in group {
            costs = layer.arrive(&text, &costs, &reward).0;
        }
    }
    let mut borders = vec![words.len()];
    for (group, mut costs) in layers.chunks(GROUP).zip(kept).rev() {
        let mut ways = Vec::with_capacity(group.len());
        for layer in group {
            let (arrived, way) = layer.arrive(&text, &costs, &reward);
            ways.push(way);
            costs = arrived;
        }
        for (way, layer) in ways.iter().zip(group).rev() {
            let junction = borders[borders.len() - 1];
            borders.push(way[junction - layer.here.start] as usize);
        }
    }
    borders.reverse();
    borders.into_iter().map(|junction| words.start + junction).collect()
}

/// A stretch of speech, and the pause behind it.
struct Layer {
    /// The text expected of it, in states.
    expected: f32,
    /// The candidate junctions of the pause before it, and of the one behind.
    before: Range<usize>,
    here: Range<usize>,
    /// The length of the pause behind, in frames.
    pause: usize,
}

impl Layer {
    /// For each candidate the cost of the best way to it, and the candidate of the pause before that this comes from;
    /// `costs` are those of that pause's candidates.
    fn arrive(&self, text: &[f32], costs: &[f32], reward: &dyn Fn(usize, usize) -> f32) -> (Vec<f32>, Vec<u32>) {
        let mut ways = Vec::new();
        let best = self.here.clone().map(|junction| {
            let possible = possible_starts(text, text[junction], self.expected, &self.before);
            let costs = &costs[possible.start - self.before.start..possible.end - self.before.start];
            ways.clear();
            ways.extend(
                text[possible.clone()]
                    .iter()
                    .zip(costs)
                    .map(|(from, cost)| cost + deviation(text[junction] - from, self.expected)),
            );
            let least = least(&ways);
            let from = possible.start + ways.iter().position(|&way| way == least).unwrap_or(0);
            (least - reward(junction, self.pause), from as u32)
        });
        best.unzip()
    }
}

/// The least of some values. Eight are compared side by side, which the processor does at once.
fn least(values: &[f32]) -> f32 {
    let mut least = [f32::INFINITY; 8];
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        least.iter_mut().zip(eight).for_each(|(least, value)| *least = least.min(*value));
    }
    least.iter().chain(rest).copied().fold(f32::INFINITY, f32::min)
}

/// The candidates of the pause before from which a stretch with about `expected` text can end at `end`; the nearest one
/// where there is none.
fn possible_starts(text: &[f32], end: f32, expected: f32, before: &Range<usize>) -> Range<usize> {
    let candidates = &text[before.clone()];
    let earliest = end - RATE_RANGE * expected - SYLLABLE;
    let from = candidates.partition_point(|&at| at < earliest).min(before.len() - 1);
    let to = candidates.partition_point(|&at| at <= end - expected / RATE_RANGE + SYLLABLE).max(from + 1);
    before.start + from..before.start + to.min(before.len())
}

fn deviation(given: f32, expected: f32) -> f32 {
    let apart = (given - expected) / SYLLABLE;
    // Text can't run backwards; a stretch without any is unlikely, not impossible.
    let backwards = if given < 0.0 { 1e6 } else { 0.0 };
    apart * apart / (2.0 * (expected / SYLLABLE).max(0.5)) + backwards
}

fn reward(mark: Mark, pause: usize) -> f32 {
    let worth = REWARD * (pause as f32 / SHORTEST_PAUSE).max(1.0).log2();
    match mark {
        Mark::None => 0.0,
        Mark::Clause => worth / 2.0,
        Mark::Sentence => worth,
    }
}

/// The number of states from the first of some words to each junction among them.
fn cumulative_length(graph: &Graph, words: Range<usize>) -> Vec<f32> {
    let before = graph.states_before(words.start);
    (words.start..=words.end).map(|junction| (graph.states_before(junction) - before) as f32).collect()
}

/// The states of some words evenly over so many frames.
fn spread(graph: &Graph, words: Range<usize>, frames: usize) -> impl Iterator<Item = Step> {
    let first = Step::Silence { word: words.start as u32 };
    let states: Vec<Step> = words
        .flat_map(|word| {
            let states = graph.readings(word).first().cloned().unwrap_or(0..0);
            states.map(move |state| Step::State { word: word as u32, state })
        })
        .collect();
    (0..frames).map(move |frame| states.get(frame * states.len() / frames).copied().unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{babble, frames_of_words, graph, never_goes_back};
    use proptest::prelude::*;

    fn only(stretch: Range<usize>) -> Vec<Range<usize>> {
        vec![stretch]
    }

    #[test]
    fn words_take_time_in_proportion_to_their_states() {
        // Five, ten and five states over two hundred frames, after a second of silence.
        let graph = graph("n-i h-ao-h-ao m-a.");
        let path = first_guess(&graph, &[], &only(100..300), &[], 400);
        assert_eq!(frames_of_words(&graph, &path), [100..150, 150..250, 250..300]);
        assert_eq!(path.at(0), Step::Silence { word: 0 });
        assert_eq!(path.at(399), Step::Silence { word: 3 });
    }

    #[test]
    fn time_is_counted_in_speech_not_in_pauses() {
        let graph = graph(&"d-a ".repeat(40));
        let path = first_guess(&graph, &[], &[0..300, 700..800], &[], 800);
        let words = frames_of_words(&graph, &path);
        assert_eq!((words[0].clone(), words[29].clone()), (0..10, 290..300));
        assert_eq!((words[30].clone(), words[39].clone()), (700..710, 790..800));
        assert_eq!(path.at(500), Step::Silence { word: 30 });
    }

    #[test]
    fn a_pause_is_moved_to_the_end_of_a_sentence() {
        // By proportion the pause would follow the tenth word, in the middle of a sentence.
        let plain = "d-a ".repeat(20);
        let stopped = format!("{}d-a. {}", "d-a ".repeat(7), "d-a ".repeat(12));
        let before_pause = |text: &str| {
            let path = first_guess(&graph(text), &[], &[0..400, 500..900], &[], 900);
            path.at(450).word()
        };
        assert_eq!(before_pause(&plain), 10);
        assert_eq!(before_pause(&stopped), 8);
    }

    #[test]
    fn a_full_stop_far_away_attracts_no_pause() {
        let text = format!("d-a. {}", "d-a ".repeat(99));
        let path = first_guess(&graph(&text), &[], &[0..2_000, 2_100..4_100], &[], 4_100);
        assert_eq!(path.at(2_050).word(), 50);
    }

    #[test]
    fn between_anchors_stands_the_text_between_them() {
        // Evenly laid, the twenty words would take twenty frames each.
        let graph = graph(&"d-a ".repeat(20));
        let anchors = [(5, 200), (5, 240), (10, 300)].map(|(junction, frame)| Anchor { junction, frame });
        let path = first_guess(&graph, &anchors, &[0..190, 230..400], &[], 400);
        let words = frames_of_words(&graph, &path);
        assert_eq!((words[0].clone(), words[4].clone()), (0..38, 152..190));
        assert_eq!((words[5].clone(), words[9].clone()), (240..252, 288..300));
        assert_eq!((words[10].clone(), words[19].clone()), (300..310, 390..400));
        assert_eq!(
            path.at(235),
            Step::Silence { word: 5 },
            "no text is left for the sound between two anchors of one place"
        );
    }

    #[test]
    fn text_that_is_given_the_time_of_music_leaves_the_music_alone() {
        let graph = graph("n-i h-ao. m-a n-e. d-a");
        let anchors = [(2, 100), (4, 200)].map(|(junction, frame)| Anchor { junction, frame });
        let guess = |music: Range<usize>| first_guess(&graph, &anchors, &[0..100, 200..300], &only(music), 300);
        assert_eq!(frames_of_words(&graph, &guess(100..160))[2..4], [160..180, 180..200]);
        let path = guess(100..200);
        assert_eq!(frames_of_words(&graph, &path)[2..4], [0..0, 0..0]);
        assert!(path.steps_of(100..200).all(|step| step == Step::Filler { word: 4 }));
    }

    #[test]
    fn text_between_anchors_at_one_moment_gets_no_time() {
        let graph = graph("n-i h-ao m-a");
        let anchors = [(1, 50), (2, 50)].map(|(junction, frame)| Anchor { junction, frame });
        let words = frames_of_words(&graph, &first_guess(&graph, &anchors, &[], &[], 100));
        assert_eq!(words, [0..50, 0..0, 50..100]);
    }

    #[test]
    fn music_goes_to_the_filler_except_where_words_were_laid() {
        let graph = graph("n-i h-ao. m-a n-e.");
        let path = first_guess(&graph, &[], &[0..100, 300..400], &only(80..200), 400);
        assert!(matches!(path.at(90), Step::State { .. }));
        assert_eq!(path.at(150), Step::Filler { word: 2 });
        assert_eq!(path.at(250), Step::Silence { word: 2 });
    }

    #[test]
    fn music_past_the_last_frame_is_not_looked_at() {
        assert_eq!(first_guess(&graph("n-i"), &[], &only(0..10), &only(5..99), 20).at(19), Step::Filler { word: 1 });
    }

    #[test]
    fn without_any_speech_the_words_are_spread_over_everything() {
        let graph = graph("n-i h-ao");
        assert_eq!(frames_of_words(&graph, &first_guess(&graph, &[], &[], &[], 100)), [0..50, 50..100]);
    }

    #[test]
    fn more_text_than_frames_still_reaches_from_end_to_end() {
        let graph = graph(&"n-i ".repeat(500));
        let path = first_guess(&graph, &[], &only(0..40), &[], 40);
        assert_eq!(path.frames(), 40);
        assert_eq!(path.at(0).word(), 0);
        assert!(path.at(39).word() >= 480, "{:?}", path.at(39));
        assert!(never_goes_back(&path));
    }

    /// Stretches that lie apart, from the lengths of sound and pause in turn.
    fn laid_out(lengths: &[(usize, usize)]) -> (Vec<Range<usize>>, usize) {
        let mut end = 0;
        let stretches = lengths.iter().map(|&(sound, pause)| {
            let start = end + pause;
            end = start + sound;
            start..end
        });
        (stretches.collect(), end)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn every_frame_gets_a_step_and_words_never_go_back(
            words in 1usize..120,
            seed: u64,
            speech in prop::collection::vec((1usize..600, 1usize..300), 0..20),
            music in prop::collection::vec((1usize..400, 1usize..800), 0..6),
            rest in 0usize..200,
        ) {
            let graph = Graph::new(babble(words, seed));
            let ((speech, end), (music, _)) = (laid_out(&speech), laid_out(&music));
            let frames = end + rest + 1;
            let path = first_guess(&graph, &[], &speech, &music, frames);
            prop_assert_eq!(path.frames(), frames);
            prop_assert!(never_goes_back(&path));
            prop_assert!(path.steps().all(|step| step.word() as usize <= words));
            for (frame, step) in path.steps().enumerate() {
                if let Step::State { word, state } = step {
                    prop_assert!(graph.readings(word as usize)[0].contains(&state));
                    prop_assert!(speech.is_empty() || speech.iter().any(|stretch| stretch.contains(&frame)));
                }
            }
            // Given time enough, no word is left out.
            let time: usize = speech.iter().map(Range::len).sum();
            if speech.len() == 1 && time >= graph.pdfs.len() {
                prop_assert!(frames_of_words(&graph, &path).iter().all(|word| !word.is_empty()));
            }
        }
    }
}
