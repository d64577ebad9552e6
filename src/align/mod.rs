//! Text to time: what zimu knows of speech finds the way, and the recording teaches the rest.
//!
//! The words are first laid over the stretches of speech in proportion, pauses moved to punctuation (`guess`), or between
//! the times that the transcript brings along, where those go together (`anchors`). The seed
//! model (`seed`) listens, and the best path of the frames through the transcript's states (`graph`) is looked
//! for far and wide around that guess (`search`). From the path a model of the recording's own is estimated (`model`):
//! its voices, its room. Both together find a better path (`schedule`). Where the seed model does not know what is spoken,
//! the recording teaches its own from the guess alone. What the transcript lacks is soaked up by a filler between words
//! and becomes gaps (`gaps`); sentences that nobody speaks are stepped over. Where words border on a pause, the energy
//! tells their edges (`edges`). How sure each word's time is comes from models that have not seen that word
//! (`confidence`).

mod anchors;
mod confidence;
pub(crate) mod ear;
pub(crate) mod edges;
#[cfg(test)]
mod fixtures;
mod gaps;
pub(crate) mod graph;
pub(crate) mod guess;
pub(crate) mod model;
pub(crate) mod schedule;
pub(crate) mod search;
pub mod seed;

use std::ops::Range;

use crate::phones::SpokenWord;
use crate::progress::Progress;
use crate::signal::{Cepstra, FRAME_MS, Sound, SpeechMap};
use crate::timeline::{Gap, Ms, Sentence, Span};

use anchors::Anchor;
use graph::{Graph, Mark, ScriptWord};
use search::Step;
use seed::hear::Ratios;

/// What the aligner found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    /// For each sentence the times of its words, as many as it was given with; `None` where it is not spoken.
    pub sentences: Vec<Option<Vec<TimedWord>>>,
    /// Media time without transcript, in order.
    pub gaps: Vec<Gap>,
    /// How well text and sound go together.
    pub fit: Fit,
}

/// How well text and sound go together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fit {
    /// The share of the timed words that are rather right than wrong, 0 to 1.
    pub share: f32,
    /// Whether the seed model knew what is spoken.
    pub known: bool,
}

impl Fit {
    /// The share under which text and recording hardly belong together. Recordings measured 0.8 and more with their own
    /// transcripts.
    const LEAST: f32 = 0.65;
    /// With the transcripts of others the seed model mostly finds no way, and what such recordings learned from nothing
    /// measured up to 0.83: then more is asked for (docs/accuracy.md).
    const LEAST_UNKNOWN: f32 = 0.9;

    /// Whether text and recording hardly belong together.
    pub fn is_poor(self) -> bool {
        self.share < if self.known { Fit::LEAST } else { Fit::LEAST_UNKNOWN }
    }
}

/// A word's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedWord {
    /// When it is spoken.
    pub span: Span,
    /// How sure that is, 0 to 1.
    pub probability: f32,
}

/// Finds the time of every word.
///
/// `words` are the spoken words of each of `sentences`. The same input gives the same result whatever the number of
/// threads.
pub fn align(
    cepstra: &Cepstra,
    map: &SpeechMap,
    sentences: &[Sentence],
    words: &[Vec<SpokenWord>],
    progress: &dyn Progress,
) -> Alignment {
    let graph = Graph::new(&script(sentences, words));
    let frames = cepstra.frames();
    if graph.words() == 0 || frames == 0 {
        let nothing = Alignment { sentences: vec![None; sentences.len()], ..Alignment::default() };
        return Alignment { gaps: gaps::gaps(&[], map), ..nothing };
    }
    let ratios = Ratios::of(seed::shipped(), cepstra, progress);
    let search = Search { graph: &graph, cepstra, map, ratios: &ratios, progress };
    let anchors = anchors::anchors(&graph, sentences, words, frames);
    let Found { path, confidence, fit } = search.trusting(&anchors);
    let mut spans = spans(&graph, &path);
    edges::settle(&mut spans, cepstra);

    let mut timed =
        spans.iter().zip(&confidence).map(|(span, &probability)| span.map(|span| TimedWord { span, probability }));
    let sentences: Vec<Option<Vec<TimedWord>>> = words
        .iter()
        .map(|words| {
            // A sentence is spoken as a whole or not at all: the search steps over whole ones only.
            let times: Vec<Option<TimedWord>> = timed.by_ref().take(words.len()).collect();
            times.into_iter().collect::<Option<Vec<TimedWord>>>().filter(|times| !times.is_empty())
        })
        .collect();
    let spoken: Vec<Span> = spans.iter().flatten().copied().collect();
    Alignment { gaps: gaps::gaps(&spoken, map), sentences, fit }
}

/// What every search in a recording works with.
struct Search<'a> {
    graph: &'a Graph,
    cepstra: &'a Cepstra,
    map: &'a SpeechMap,
    ratios: &'a Ratios,
    progress: &'a dyn Progress,
}

struct Found {
    path: Vec<Step>,
    /// How sure each word is.
    confidence: Vec<f32>,
    fit: Fit,
}

impl Search<'_> {
    /// The best path by the help of some anchors, or without them where they seem to mislead.
    fn trusting(&self, anchors: &[Anchor]) -> Found {
        let found = self.held_to(anchors);
        if anchors.is_empty() {
            return found;
        }
        if !anchors::agree(anchors, &found.path) {
            return self.held_to(&[]);
        }
        if found.fit.known || !found.fit.is_poor() {
            return found;
        }
        // What is learned from nothing is misled by wrong times, and then agrees with them: the seed model, which at
        // least knows what speech is like, decides.
        let without = self.held_to(&[]);
        if self.heard(&without.path) > self.heard(&found.path) { without } else { found }
    }

    /// The best path from a first guess that is held to some anchors.
    fn held_to(&self, anchors: &[Anchor]) -> Found {
        let &Search { graph, cepstra, map, ratios, progress } = self;
        let (speech, music) = (stretches(map, Sound::Speech), stretches(map, Sound::Music));
        let guess = guess::anchored_guess(graph, anchors, &speech, &music, cepstra.frames());
        let (path, known) = schedule::find(graph, cepstra, ratios, guess, progress);
        let confidence = confidence::of_words(graph, cepstra, &path);
        let timed = spans(graph, &path).iter().flatten().count();
        let sure = confidence.iter().filter(|&&probability| probability >= 0.5).count();
        let fit = Fit { share: sure as f32 / timed.max(1) as f32, known };
        Found { path, confidence, fit }
    }

    /// How much likelier the seed model finds the words of a path, where they lie, than other speech.
    fn heard(&self, path: &[Step]) -> f64 {
        let scores = self.ratios.against_best(path.iter().map(|step| step.pdf(self.graph)));
        let words = path.iter().zip(scores).filter(|(step, _)| matches!(step, Step::State { .. }));
        words.map(|(_, (own, _))| f64::from(own)).sum()
    }
}

/// The words of all sentences, and what the transcript has between them.
pub(crate) fn script(sentences: &[Sentence], words: &[Vec<SpokenWord>]) -> Vec<ScriptWord> {
    let mut script = Vec::new();
    for (sentence, words) in sentences.iter().zip(words) {
        for (at, word) in words.iter().enumerate() {
            let mark = match words.get(at + 1) {
                None => Mark::Sentence,
                Some(next) if sentence.text.chars()[word.chars.end..next.chars.start].iter().any(pauses) => {
                    Mark::Clause
                }
                Some(_) => Mark::None,
            };
            script.push(ScriptWord { readings: word.readings.clone(), mark });
        }
    }
    script
}

/// Whether a reader would make a pause at a mark.
fn pauses(mark: &char) -> bool {
    "，、；：。！？…—,;:.!?–".contains(*mark)
}

/// The stretches of a sound, in frames.
fn stretches(map: &SpeechMap, sound: Sound) -> Vec<Range<usize>> {
    let frame = |time: Ms| (time.0.max(0) / FRAME_MS) as usize;
    map.spans(sound).map(|span| frame(span.start)..frame(span.end)).filter(|stretch| !stretch.is_empty()).collect()
}

/// When each word is spoken; `None` for the words of sentences that are not.
fn spans(graph: &Graph, path: &[Step]) -> Vec<Option<Span>> {
    let mut spans: Vec<Option<Span>> = vec![None; graph.words()];
    for (frame, step) in path.iter().enumerate() {
        if let Step::State { word, .. } = step {
            let (start, end) = (Ms(frame as i64 * FRAME_MS), Ms((frame as i64 + 1) * FRAME_MS));
            spans[*word as usize].get_or_insert(Span { start, end }).end = end;
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::Phone;
    use crate::progress::Silent;
    use crate::signal::Stretch;
    use crate::timeline::{GapKind, Traced};
    use fixtures::{Studio, babble};

    fn sentence(text: &str) -> Sentence {
        Sentence { text: Traced::line(1, text), ..Sentence::default() }
    }

    /// Each character that is no mark is a word; it sounds like "a" here.
    fn words_of(sentence: &Sentence) -> Vec<SpokenWord> {
        let a: Vec<Phone> = Phone::named("a").into_iter().collect();
        let letters = sentence.text.chars().iter().enumerate().filter(|(_, letter)| letter.is_alphanumeric());
        letters.map(|(at, _)| SpokenWord { chars: at..at + 1, readings: vec![a.clone()] }).collect()
    }

    fn map(parts: &[(i64, Sound)]) -> SpeechMap {
        let mut start = Ms::ZERO;
        let stretches = parts.iter().map(|&(end, sound)| {
            let span = Span::new(start, Ms(end));
            start = span.end;
            Stretch { span, sound }
        });
        SpeechMap { stretches: stretches.collect() }
    }

    #[test]
    fn marks_stand_behind_the_words_that_they_follow() {
        let sentences = [sentence("你好，世界"), sentence("「是」的")];
        let words: Vec<Vec<SpokenWord>> = sentences.iter().map(words_of).collect();
        let marks: Vec<Mark> = script(&sentences, &words).iter().map(|word| word.mark).collect();
        assert_eq!(
            marks,
            [Mark::None, Mark::Clause, Mark::None, Mark::Sentence, Mark::None, Mark::Sentence],
            "a comma is a pause, the sentence's end is one, quotation marks are none"
        );
    }

    #[test]
    fn stretches_of_a_sound_are_counted_in_frames() {
        let map = map(&[
            (500, Sound::Silence),
            (1_000, Sound::Speech),
            (1_500, Sound::Music),
            (2_000, Sound::Speech),
            (2_010, Sound::Music),
        ]);
        assert_eq!(stretches(&map, Sound::Speech), [50..100, 150..200]);
        assert_eq!(stretches(&map, Sound::Music), [100..150, 200..201]);
    }

    #[test]
    fn a_word_lasts_from_its_first_frame_to_the_end_of_its_last() {
        let graph = fixtures::graph("d-a d-a. d-a.");
        let path = fixtures::path_of(&graph, &[10..20, 20..45, 45..45], 60);
        let span = |start, end| Some(Span::new(Ms(start), Ms(end)));
        assert_eq!(spans(&graph, &path), [span(100, 200), span(200, 450), None]);
    }

    #[test]
    fn without_any_word_nothing_is_timed_and_everything_is_a_gap() {
        let mut studio = Studio::new(1);
        studio.read(&babble(10, 1));
        let cepstra = studio.finish();
        let heard = map(&[(cepstra.frames() as i64 * FRAME_MS, Sound::Speech)]);
        let found = align(&cepstra, &heard, &[sentence("……")], &[Vec::new()], &Silent);
        assert_eq!(found.sentences, [None]);
        assert_eq!(found.gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Untranscribed]);
        assert_eq!(found.fit.share, 0.0);
    }

    #[test]
    fn each_sentence_gets_the_times_of_its_own_words() {
        let script = babble(120, 6);
        let mut studio = Studio::new(6);
        studio.pause(300);
        studio.read(&script);
        let said = studio.said.clone();
        let cepstra = studio.finish();
        let end = |frame: usize| frame as i64 * FRAME_MS;
        let heard = map(&[(end(300), Sound::Silence), (end(cepstra.frames()), Sound::Speech)]);

        let words: Vec<Vec<SpokenWord>> = script
            .chunk_by(|word, _| word.mark != Mark::Sentence)
            .map(|sentence| {
                let words = sentence.iter().enumerate();
                words.map(|(at, word)| SpokenWord { chars: at..at + 1, readings: word.readings.clone() }).collect()
            })
            .collect();
        let sentences: Vec<Sentence> = words.iter().map(|words| sentence(&"字".repeat(words.len()))).collect();

        let found = align(&cepstra, &heard, &sentences, &words, &Silent);
        let counts: Vec<Option<usize>> = found.sentences.iter().map(|times| times.as_ref().map(Vec::len)).collect();
        assert_eq!(counts, words.iter().map(|words| Some(words.len())).collect::<Vec<_>>());
        let late: Vec<i64> = (found.sentences.iter().flatten().flatten().zip(&said))
            .map(|(word, said)| word.span.start.distance(Ms(end(said.start))).0)
            .collect();
        assert!(late.iter().all(|&late| late <= 50), "{late:?}");
        let before = found.sentences.iter().flatten().flatten().next().map(|word| word.span.start);
        let silence = before.map(|start| Gap { span: Span::new(Ms::ZERO, start), kind: GapKind::Silence });
        assert_eq!(found.gaps, Vec::from_iter(silence));
        assert!(!found.fit.is_poor(), "{:?}", found.fit);
    }
}
