//! The schedule: search, count, estimate anew, again and again, until the recording has taught its own model.

use std::ops::Range;

use rayon::prelude::*;

use super::graph::Graph;
use super::model::{Model, Pdf, Tally};
use super::search::{Band, Costs, Step, search};
use crate::progress::Progress;
use crate::signal::{Cepstra, DIMS};

/// Passes over the recording, and what changes from one to the next.
const PASSES: [Pass; 5] = [
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

/// What the search costs. Frames are worth little (they are far from independent of one another, and the model is
/// young), so that penalties, which stand for what people do, weigh much: a silence inside a phrase needs a second of
/// better sound to pay for it.
const COSTS: Costs =
    Costs { scale: 0.15, state: 0.15, silence: 10.0, filler: 15.0, unspoken: None, unspoken_more: 3.0, beam: 300.0 };
/// Leaving out a sentence after one that is spoken.
const UNSPOKEN: f32 = 10.0;
/// A sentence spoken so many times faster or slower than the usual one is probably misplaced: it teaches nothing.
const TRUSTED_TEMPO: f32 = 1.5;
/// Gaussians for silence, and for the filler, which stands for speech and music of all kinds.
const SILENCE_GAUSSIANS: usize = 2;
const FILLER_GAUSSIANS: usize = 8;
/// Frames that one task counts; fixed, so that sums are added in the same order whatever the number of threads.
const SHARE: usize = 16_384;
/// How much wider the second try looks where the first found no way through.
const WIDER: f32 = 4.0;

/// From the first guess to the path that the recording's own model finds best.
///
/// The filler's frames in the guess are those of music and other noise; they teach the noise what it is.
pub fn train(graph: &Graph, cepstra: &Cepstra, guess: Vec<Step>, progress: &dyn Progress) -> Vec<Step> {
    let noise: Vec<bool> = guess.iter().map(|step| matches!(step, Step::Filler { .. })).collect();
    progress.begin("aligning", (PASSES.len() * cepstra.frames()) as u64);
    let mut path = guess;
    let mut model = Model::flat(cepstra);
    // Silence and filler find their parts before anything is searched.
    for _ in 0..FILLER_GAUSSIANS.ilog2() {
        model = model.reestimate(&count_trusted(&model, graph, cepstra, &path, &noise), |pdf| most(1, pdf));
    }
    for (number, pass) in PASSES.iter().enumerate() {
        if number > 0 {
            model = model
                .reestimate(&count_trusted(&model, graph, cepstra, &path, &noise), |pdf| most(pass.gaussians, pdf));
        }
        let offset = (number * cepstra.frames()) as u64;
        let stage = Later { progress, offset };
        let costs = Costs { unspoken: pass.unspoken.then_some(UNSPOKEN), ..COSTS };
        let wide = Costs { unspoken: Some(UNSPOKEN), beam: COSTS.beam * WIDER, ..COSTS };
        let scorer = model.scorer();
        // Where no path fits (far more text than sound, say), a wider search that may leave sentences out always finds
        // one; should even that fail, the last path stands.
        let found = search(graph, cepstra, &scorer, &band(graph, &path, pass.reach), &costs, &stage)
            .or_else(|| search(graph, cepstra, &scorer, &band(graph, &path, pass.reach * WIDER), &wide, &stage));
        if let Some(found) = found {
            path = found;
        }
    }
    progress.end();
    path
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
fn band(graph: &Graph, path: &[Step], seconds: f32) -> Band {
    let words_a_frame = graph.words() as f32 / path.len() as f32;
    let longest_sentence = graph.sentence_starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
    Band {
        centre: path.iter().map(|step| step.word()).collect(),
        reach: (seconds * 100.0 * words_a_frame) as usize + longest_sentence as usize,
    }
}

fn count_trusted(model: &Model, graph: &Graph, cepstra: &Cepstra, path: &[Step], noise: &[bool]) -> Tally {
    let trusted = trusted(graph, path);
    count(model, graph, cepstra, path, noise, &|word| trusted[word])
}

/// Counts a path into a tally of `model`: every frame for what it was laid on, where its word is one that counts; and
/// every frame that is not silence for the filler, or for the noise where `noise` has it.
pub fn count(
    model: &Model,
    graph: &Graph,
    cepstra: &Cepstra,
    path: &[Step],
    noise: &[bool],
    counts: &(dyn Fn(usize) -> bool + Sync),
) -> Tally {
    let shares: Vec<Range<usize>> =
        (0..path.len()).step_by(SHARE).map(|from| from..(from + SHARE).min(path.len())).collect();
    let tallies: Vec<Tally> = shares
        .into_par_iter()
        .map(|share| {
            let (mut tally, mut vectors) = (model.tally(), Vec::new());
            cepstra.vectors(share.clone(), &mut vectors);
            let frames = path[share.clone()].iter().zip(&noise[share]);
            for ((step, &noise), vector) in frames.zip(vectors.chunks(DIMS)) {
                let any = if noise { Pdf::NOISE } else { Pdf::FILLER };
                match *step {
                    Step::Silence { .. } => model.count(&mut tally, if noise { any } else { Pdf::SILENCE }, vector),
                    Step::Filler { .. } => model.count(&mut tally, any, vector),
                    Step::State { word, .. } => {
                        if counts(word as usize) {
                            model.count(&mut tally, step.pdf(graph), vector);
                        }
                        model.count(&mut tally, any, vector);
                    }
                }
            }
            tally
        })
        .collect();
    let mut sum = model.tally();
    for tally in &tallies {
        sum.merge(tally);
    }
    sum
}

/// For each word whether its sentence is spoken at a tempo that can be believed.
fn trusted(graph: &Graph, path: &[Step]) -> Vec<bool> {
    let mut frames = vec![0u32; graph.words()];
    for step in path {
        if let Step::State { word, .. } = step {
            frames[*word as usize] += 1;
        }
    }
    let sentences: Vec<Range<usize>> =
        graph.sentence_starts.windows(2).map(|pair| pair[0] as usize..pair[1] as usize).collect();
    let tempo = |words: &Range<usize>| {
        let states: usize = words.clone().map(|word| graph.length(word)).sum();
        frames[words.clone()].iter().sum::<u32>() as f32 / states.max(1) as f32
    };
    let mut tempos: Vec<f32> = sentences.iter().map(tempo).filter(|&tempo| tempo > 0.0).collect();
    if tempos.is_empty() {
        return vec![true; graph.words()];
    }
    let middle = tempos.len() / 2;
    let usual = *tempos.select_nth_unstable_by(middle, f32::total_cmp).1;
    let mut trusted = vec![false; graph.words()];
    for words in sentences {
        let ratio = tempo(&words) / usual;
        trusted[words].fill((1.0 / TRUSTED_TEMPO..TRUSTED_TEMPO).contains(&ratio));
    }
    trusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{Studio, babble, frames_of_words, graph, never_goes_back, path_of, script};
    use crate::align::graph::{Mark, ScriptWord};
    use crate::align::guess::first_guess;
    use crate::progress::Silent;
    use rayon::ThreadPoolBuilder;

    /// The frames by which a word's start may be missed: 50 ms.
    const NEAR: usize = 5;

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

        fn guess(&self, graph: &Graph) -> Vec<Step> {
            first_guess(graph, &self.speech, &[], self.cepstra.frames())
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

        let path = train(&graph, &talk.cepstra, guess, &Silent);
        assert_eq!(path.len(), talk.cepstra.frames());
        assert!(never_goes_back(&path));
        let missed = talk.missed(&frames_of_words(&graph, &path));
        assert!(missed.iter().all(|&frames| frames <= NEAR), "{missed:?}");
        // The greeting is left to the filler.
        let greeting = talk.speech[0].start..talk.truth[0].start - 200;
        let filled = path[greeting.clone()].iter().filter(|step| matches!(step, Step::Filler { word: 0 })).count();
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
        let graph = Graph::new(&[&spoken[..at], &extra, &spoken[at..]].concat());

        let path = train(&graph, &talk.cepstra, talk.guess(&graph), &Silent);
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
            pool.map(|pool| pool.install(|| train(&graph, &talk.cepstra, talk.guess(&graph), &Silent))).ok()
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
        let graph = Graph::new(&babble(200, 5));
        let path = train(&graph, &cepstra, first_guess(&graph, &[], &[], cepstra.frames()), &Silent);
        assert_eq!(path.len(), cepstra.frames());
    }

    #[test]
    fn sentences_at_an_odd_tempo_teach_nothing() {
        // Two at the usual tempo, one much too slow, one that has no frames at all.
        let graph = graph("d-a d-a. d-a d-a. d-a d-a. d-a d-a.");
        let lengths = [20, 22, 24, 20, 90, 100, 0, 0];
        let mut end = 0;
        let words = lengths.map(|length| {
            end += length;
            end - length..end
        });
        let path = path_of(&graph, &words, end);
        assert_eq!(trusted(&graph, &path), [true, true, true, true, false, false, false, false]);
        // Where nothing is known of any tempo nothing is held against anybody.
        assert_eq!(trusted(&graph, &[Step::Silence { word: 0 }]), [true; 8]);
    }

    #[test]
    fn the_band_follows_the_path_and_holds_its_longest_sentence() {
        let graph = graph("d-a d-a d-a d-a d-a. d-a.");
        let path = path_of(&graph, &[0..10, 10..20, 20..30, 30..40, 40..50, 80..90], 100);
        let band = band(&graph, &path, 0.0);
        assert_eq!([0, 15, 60, 99].map(|frame| band.centre[frame]), [0, 1, 5, 6]);
        assert_eq!(band.reach, 5);
    }
}
