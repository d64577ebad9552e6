//! The schedule: by the seed model, together with the recording's own, or from nothing.

use std::ops::Range;

use super::anchors::Anchor;
use super::coarse::Coarse;
use super::confidence;
use super::count::count;
use super::ear::{Blend, Ear};
use super::expected::Expected;
use super::graph::Graph;
use super::model::{Listening, Model, Tally};
use super::path::{Path, Step};
use super::pdf::Pdf;
use super::search::{Band, Costs, search};
use super::seed::hear::{Hearing, Ratios};
use super::tempo::Tempos;
use crate::progress::Progress;
use crate::signal::{Cepstra, percentile};

/// Passes of a recording that is learned from nothing, and what changes from one to the next.
const FROM_NOTHING: [Pass; 5] = [
    Pass { reach: 60.0, gaussians: 1, unspoken: false },
    Pass { reach: 60.0, gaussians: 1, unspoken: false },
    Pass { reach: 300.0, gaussians: 1, unspoken: true },
    Pass { reach: 300.0, gaussians: 2, unspoken: true },
    Pass { reach: 60.0, gaussians: 2, unspoken: true },
];

struct Pass {
    /// Seconds of speech that the path may move away from the last one.
    reach: f32,
    /// Most Gaussians a state of a phone.
    gaussians: usize,
    /// Whether sentences may be left out: only once the model knows a little.
    unspoken: bool,
}

/// What the search costs where the model comes from nothing. Frames are worth little (they are far from independent of
/// one another, and the model is young), so that penalties, which stand for what people do, weigh much: a silence inside
/// a phrase needs a second of better sound to pay for it.
const COSTS: Costs = Costs {
    scale: 0.15,
    state: 0.15,
    silence: 10.0,
    silence_frame: 0.0,
    filler: 15.0,
    filler_frame: 0.0,
    unspoken: None,
    unspoken_more: 3.0,
    beam: 300.0,
};
/// Leaving out a sentence after one that is spoken.
const UNSPOKEN: f32 = 10.0;

/// What the search costs where the seed model listens. It tells sounds apart well enough to be trusted with more: a
/// sentence is left out, or speech taken for none of the text, on much evidence only.
const SEED_COSTS: Costs = Costs {
    scale: 0.3,
    state: 0.15,
    silence: 5.0,
    silence_frame: 0.04,
    filler: 15.0,
    filler_frame: 0.1,
    unspoken: Some(30.0),
    unspoken_more: 3.0,
    beam: 300.0,
};
/// The coarse searches: seconds of speech that the first one's path may lie away from the first guess and the second
/// one's from the first, and their beams. The less is known, the wider.
const FIRST_REACH: f32 = 600.0;
const FIRST_BEAM: f32 = 600.0;
const SECOND_REACH: f32 = 300.0;
const SECOND_BEAM: f32 = 400.0;
/// The cost of a state before anything is known of the recording. The filler then scores no more than chance, so that
/// every voice reaches more; what the text gains by chance is made up for by this.
const FIRST_STATE: f32 = 0.5;
/// Where the text reaches this share of the best phones' score in the better quarter of its sentences, the seed model
/// knows what is spoken. Voices of people measured 0.65 to 0.81, synthetic ones 0.46 to 0.57; a text of something else
/// mostly finds no way at all.
const SEED_KNOWS: f32 = 0.5;
/// Down to this it may. Then the recording decides: its words have to bear one another out, as [`confidence`] judges.
/// Wrong texts measured up to 0.46 of the best phones' score, and then bore out under half of their words.
const SEED_MAY_KNOW: f32 = 0.4;
/// What the recording's own model counts for beside the seed, how many frames of words (5 min) it takes to learn that
/// much from, and how often it is estimated. What it learns from a minute fits that minute and little else: with the whole
/// weight it left sentences of short clips out that the seed model had heard well (docs/accuracy.md).
const OWN_WEIGHT: f32 = 0.4;
const OWN_FRAMES: f32 = 30_000.0;
const TOGETHER: usize = 2;
/// Seconds of speech that a path may move when both listen.
const TOGETHER_REACH: f32 = 60.0;

/// Gaussians for silence, and for the filler, which stands for speech and music of all kinds.
const SILENCE_GAUSSIANS: usize = 2;
const FILLER_GAUSSIANS: usize = 8;
/// How much wider the second try looks where the first found no way through.
const WIDER: f32 = 4.0;

/// The best path, and what speaks for it.
pub struct Found {
    /// What every frame is laid on.
    pub path: Path,
    /// How sure each word is, 0 to 1.
    pub confidence: Vec<f32>,
    /// Whether the seed model knew what is spoken.
    pub known: bool,
}

/// From the first guess to the best path.
///
/// The seed model finds a first path, coarsely, and the recording's own model, estimated from that, helps it to a better
/// one. Where the seed model turns out not to know what is spoken, the recording teaches its model from nothing.
pub fn find(
    graph: &Graph,
    cepstra: &Cepstra,
    ratios: &Ratios,
    guess: Path,
    held: Option<&Band>,
    starts: &[Anchor],
    progress: &dyn Progress,
) -> Found {
    let stages = Stages { graph, coarse: Coarse::new(graph), cepstra, noise: guess.filler(), held, starts, progress };
    stages.with_seed(ratios, &guess).unwrap_or_else(|| {
        let path = stages.learn_from_nothing(guess);
        Found { confidence: confidence::of_words(graph, cepstra, &path, None), path, known: false }
    })
}

/// The path that the seed model alone finds from a first guess, coarsely; `None` where it finds no way.
pub fn by_seed(
    graph: &Graph,
    cepstra: &Cepstra,
    ratios: &Ratios,
    guess: &Path,
    held: Option<&Band>,
    progress: &dyn Progress,
) -> Option<Path> {
    let stages = Stages { graph, coarse: Coarse::new(graph), cepstra, noise: Vec::new(), held, starts: &[], progress };
    progress.begin("judging", 2 * cepstra.frames() as u64);
    let path = stages.by_seed(ratios, guess);
    progress.end();
    path
}

/// What all passes over a recording share.
struct Stages<'a> {
    graph: &'a Graph,
    /// The same text for the searches that find the way.
    coarse: Coarse,
    cepstra: &'a Cepstra,
    /// Where landmarks hold the path, if there are any.
    held: Option<&'a Band>,
    /// The times at which the transcript says that sentences begin.
    starts: &'a [Anchor],
    /// The stretches of music and other noise, in frames; they teach the noise what it is.
    noise: Vec<Range<usize>>,
    progress: &'a dyn Progress,
}

impl Stages<'_> {
    /// The seed model's path, bettered by the recording's own model; `None` where the seed does not know what is spoken.
    fn with_seed(&self, ratios: &Ratios, guess: &Path) -> Option<Found> {
        self.progress.begin("aligning", ((2 + TOGETHER) * self.cepstra.frames()) as u64);
        let reached = |path: &Path| reached(self.graph, path, ratios);
        let path = self.by_seed(ratios, guess).filter(|path| reached(path) >= SEED_MAY_KNOW);
        let path = path.map(|path| self.together(ratios, path));
        self.progress.end();
        let path = path?;
        let knows = reached(&path) >= SEED_KNOWS;
        let confidence = confidence::of_words(self.graph, self.cepstra, &path, knows.then_some(ratios));
        let stands = knows || confidence::share_of_sure(&confidence) >= confidence::BORNE_OUT;
        stands.then_some(Found { path, confidence, known: true })
    }

    /// The path by the seed model alone; `None` where it finds no way.
    fn by_seed(&self, ratios: &Ratios, guess: &Path) -> Option<Path> {
        let strange = Hearing { ratios, found: None };
        let costs = Costs { state: FIRST_STATE, beam: FIRST_BEAM, ..SEED_COSTS };
        let path = match self.held {
            Some(band) => self.coarse.search(&strange, band, &costs, &self.later(0))?,
            None => self.coarse_pass(0, &strange, guess, FIRST_REACH, &costs)?,
        };
        let costs = Costs { beam: SECOND_BEAM, ..SEED_COSTS };
        let acquainted = Hearing { ratios, found: Some((self.graph, &path)) };
        self.coarse_pass(1, &acquainted, &path, SECOND_REACH, &costs)
    }

    fn together(&self, ratios: &Ratios, mut path: Path) -> Path {
        let mut model = self.model_of_noise(&path);
        for number in 0..TOGETHER {
            if number > 0 {
                model = self.reestimate(&model, &path, 1 + number);
            }
            let seed = Hearing { ratios, found: Some((self.graph, &path)) };
            let own = Listening { cepstra: self.cepstra, scorer: &model.scorer() };
            let weight = own_weight(&path);
            let both = Blend { ears: [(&seed, 1.0 - weight), (&own, weight)] };
            let expected = Expected::of(self.graph, &path, self.starts);
            let band = self.near(&path, TOGETHER_REACH);
            path = self.pass(2 + number, &both, &band, &expected, &SEED_COSTS).unwrap_or(path);
        }
        path
    }

    fn learn_from_nothing(&self, guess: Path) -> Path {
        self.progress.begin("aligning", (FROM_NOTHING.len() * self.cepstra.frames()) as u64);
        let mut path = guess;
        let mut model = self.model_of_noise(&path);
        let nothing = Expected::default();
        for (number, pass) in FROM_NOTHING.iter().enumerate() {
            if number > 0 {
                model = self.reestimate(&model, &path, pass.gaussians);
            }
            let own = Listening { cepstra: self.cepstra, scorer: &model.scorer() };
            let costs = Costs { unspoken: pass.unspoken.then_some(UNSPOKEN), ..COSTS };
            let wide = Costs { unspoken: Some(UNSPOKEN), beam: COSTS.beam * WIDER, ..COSTS };
            // Where no path fits (far more text than sound, say), a wider search that may leave sentences out always
            // finds one; should even that fail, the last path stands.
            let found = self
                .pass(number, &own, &band(self.graph, &path, pass.reach), &nothing, &costs)
                .or_else(|| self.pass(number, &own, &band(self.graph, &path, pass.reach * WIDER), &nothing, &wide));
            path = found.unwrap_or(path);
        }
        self.progress.end();
        path
    }

    /// Pass `number` over the recording.
    fn pass(&self, number: usize, ear: &dyn Ear, band: &Band, expected: &Expected, costs: &Costs) -> Option<Path> {
        search(self.graph, ear, band, expected, costs, &self.later(number))
    }

    /// The same, coarsely, near a path.
    fn coarse_pass(&self, number: usize, ear: &dyn Ear, near: &Path, reach: f32, costs: &Costs) -> Option<Path> {
        self.coarse.search(ear, &self.near(near, reach), costs, &self.later(number))
    }

    /// The words within so many seconds of a path, where the landmarks allow them.
    fn near(&self, path: &Path, seconds: f32) -> Band {
        let near = band(self.graph, path, seconds);
        self.held.map_or(near.clone(), |held| near.within(held))
    }

    fn later(&self, number: usize) -> Later<'_> {
        Later { progress: self.progress, offset: (number * self.cepstra.frames()) as u64 }
    }

    /// A model of one Gaussian a state, in which silence, filler and noise have found their parts.
    fn model_of_noise(&self, path: &Path) -> Model {
        let flat = Model::flat(self.cepstra);
        (0..FILLER_GAUSSIANS.ilog2()).fold(flat, |model, _| self.reestimate(&model, path, 1))
    }

    fn reestimate(&self, model: &Model, path: &Path, gaussians: usize) -> Model {
        let tally = count_trusted(model, self.graph, self.cepstra, path, &self.noise);
        model.reestimate(&tally, |pdf| most(gaussians, pdf))
    }
}

/// What the recording's own model counts for beside the seed, when it was estimated from a path.
fn own_weight(path: &Path) -> f32 {
    let heard = path.steps().filter(|step| matches!(step, Step::State { .. })).count();
    OWN_WEIGHT * (heard as f32 / OWN_FRAMES).min(1.0)
}

/// What the text's phones reach of the best phones' score, in the better quarter of the sentences of a path.
fn reached(graph: &Graph, path: &Path, ratios: &Ratios) -> f32 {
    let mut shares: Vec<f32> = confidence::of_sentences(graph, path, ratios).into_iter().flatten().collect();
    percentile(&mut shares, 0.75).unwrap_or_default()
}

/// Passes progress on, counted from where this pass began.
struct Later<'a> {
    progress: &'a dyn Progress,
    offset: u64,
}

impl Progress for Later<'_> {
    fn begin(&self, _stage: &str, _total: u64) {}
    fn reach(&self, done: u64) {
        self.progress.reach(self.offset + done);
    }
    fn end(&self) {}
    fn warn(&self, message: &str) {
        self.progress.warn(message);
    }
}

/// Most Gaussians of a pdf, by those of a phone's state.
fn most(gaussians: usize, pdf: Pdf) -> usize {
    match pdf {
        Pdf::SILENCE => SILENCE_GAUSSIANS,
        Pdf::FILLER | Pdf::NOISE => FILLER_GAUSSIANS,
        _ => gaussians,
    }
}

/// The words within `seconds` of a path, at the transcript's average tempo.
fn band(graph: &Graph, path: &Path, seconds: f32) -> Band {
    let words_a_frame = graph.words() as f32 / path.frames() as f32;
    let longest_sentence = graph.sentence_starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
    let reach = (seconds * 100.0 * words_a_frame) as usize + longest_sentence as usize;
    Band::new(path.steps().map(Step::word), reach)
}

fn count_trusted(model: &Model, graph: &Graph, cepstra: &Cepstra, path: &Path, noise: &[Range<usize>]) -> Tally {
    let trusted = Tempos::of(graph, path).trusted();
    count(model, graph, cepstra, path, noise, &|word| trusted[word])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{Studio, babble, frames_of_words, graph, never_goes_back, path_of, script};
    use crate::align::graph::{Mark, ScriptWord};
    use crate::align::guess::first_guess;
    use crate::align::seed;
    use crate::progress::Silent;
    use rayon::ThreadPoolBuilder;

    /// The frames by which a word's start may be missed: 50 ms.
    const NEAR: usize = 5;

    /// The path, as the seed model and the recording have it.
    fn align(graph: &Graph, cepstra: &Cepstra, guess: Path) -> Path {
        let ratios = Ratios::of(seed::shipped(), cepstra, &Silent);
        find(graph, cepstra, &ratios, guess, None, &[], &Silent).path
    }

    /// A talk that begins with a greeting of twenty-five words, of which its transcript knows nothing.
    struct Talk {
        cepstra: Cepstra,
        speech: Vec<Range<usize>>,
        /// The frames of each word of the transcript.
        truth: Vec<Range<usize>>,
    }

    impl Talk {
        fn of(words: &[ScriptWord]) -> Talk {
            let greeting = babble(25, 77);
            let mut studio = Studio::new(1);
            studio.pause(200);
            studio.read(&greeting);
            for part in words.chunks(words.len() / 3 + 1) {
                studio.pause(200);
                studio.read(part);
            }
            let (speech, truth) = (studio.speech(), studio.said[greeting.len()..].to_vec());
            Talk { cepstra: studio.finish(), speech, truth }
        }

        fn guess(&self, graph: &Graph) -> Path {
            first_guess(graph, &[], &self.speech, &[], self.cepstra.frames())
        }

        /// By how many frames the starts of words were missed.
        fn missed(&self, found: &[Range<usize>]) -> Vec<usize> {
            found.iter().zip(&self.truth).map(|(found, truth)| found.start.abs_diff(truth.start)).collect()
        }
    }

    #[test]
    fn a_recording_teaches_where_its_words_are() {
        let words = babble(150, 1);
        let (talk, graph) = (Talk::of(&words), Graph::new(&words));
        let guess = talk.guess(&graph);
        let missed = talk.missed(&frames_of_words(&graph, &guess));
        assert!(missed.iter().filter(|&&frames| frames >= 100).count() > 50, "too easy: {missed:?}");

        let path = align(&graph, &talk.cepstra, guess);
        assert_eq!(path.frames(), talk.cepstra.frames());
        assert!(never_goes_back(&path));
        let missed = talk.missed(&frames_of_words(&graph, &path));
        assert!(missed.iter().all(|&frames| frames <= NEAR), "{missed:?}");
        // The greeting is left to the filler.
        let greeting = talk.speech[0].start..talk.truth[0].start - 200;
        let filled = path.steps_of(greeting.clone()).filter(|step| matches!(step, Step::Filler { word: 0 })).count();
        assert!(filled > greeting.len() / 2, "{filled} of {greeting:?}");
    }

    #[test]
    fn a_sentence_that_nobody_speaks_gets_no_time() {
        let spoken = babble(150, 2);
        let talk = Talk::of(&spoken);
        // Put in behind the end of a sentence in the middle.
        let at = (70..).find(|&word| spoken[word - 1].mark == Mark::Sentence).unwrap_or_default();
        let mut extra = script(&"g-u sh-ing b-ou m-i ".repeat(2));
        extra[7].mark = Mark::Sentence;
        let graph = Graph::new([&spoken[..at], &extra, &spoken[at..]].concat());

        let path = align(&graph, &talk.cepstra, talk.guess(&graph));
        let mut words = frames_of_words(&graph, &path);
        let unspoken: Vec<Range<usize>> = words.splice(at..at + extra.len(), []).collect();
        assert!(unspoken.iter().all(|word| word.is_empty()), "{unspoken:?}");
        let missed = talk.missed(&words);
        assert!(missed.iter().all(|&frames| frames <= NEAR), "{missed:?}");
    }

    #[test]
    fn threads_change_nothing() {
        let words = babble(60, 3);
        let (talk, graph) = (Talk::of(&words), Graph::new(&words));
        let path_with = |threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map(|pool| pool.install(|| align(&graph, &talk.cepstra, talk.guess(&graph)))).ok()
        };
        let alone = path_with(1).unwrap_or_default();
        assert!(frames_of_words(&graph, &alone).iter().any(|word| !word.is_empty()));
        assert_eq!(path_with(4), Some(alone));
    }

    #[test]
    fn text_that_cannot_fit_still_gets_a_path() {
        let mut studio = Studio::new(4);
        studio.read(&babble(4, 4));
        let cepstra = studio.finish();
        let graph = Graph::new(babble(200, 5));
        let path = align(&graph, &cepstra, first_guess(&graph, &[], &[], &[], cepstra.frames()));
        assert_eq!(path.frames(), cepstra.frames());
    }

    #[test]
    fn the_band_follows_the_path_and_holds_its_longest_sentence() {
        let graph = graph("d-a d-a d-a d-a d-a. d-a.");
        let path = path_of(&graph, &[0..10, 10..20, 20..30, 30..40, 40..50, 80..90], 100);
        let band = band(&graph, &path, 0.0);
        assert_eq!([0, 15, 60, 99].map(|frame| band.bounds(frame)), [(0, 5), (0, 6), (0, 10), (1, 11)]);
    }
}
