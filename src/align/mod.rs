//! Text to time: the recording teaches its own aligner.
//!
//! No model is shipped and none is downloaded. The words are first laid over the stretches of speech in proportion,
//! pauses moved to punctuation (`guess`); a small acoustic model (`model`) is estimated from that guess; the best
//! path of the frames through the transcript's states (`graph`, `search`) is looked for with it; the model is
//! estimated again from the path; and so on, a few times (`train`). What the transcript lacks is soaked up by a
//! filler between words and becomes gaps (`gaps`); sentences that nobody speaks are stepped over. How sure each
//! word's time is comes from models that have not seen that word (`confidence`).

mod confidence;
#[cfg(test)]
mod fixtures;
mod gaps;
mod graph;
mod guess;
mod model;
mod search;
mod train;

use std::ops::Range;

use crate::phones::SpokenWord;
use crate::progress::Progress;
use crate::signal::{Cepstra, FRAME_MS, Sound, SpeechMap};
use crate::timeline::{Gap, Ms, Sentence, Span};

use graph::{Graph, Mark, ScriptWord};
use search::Step;

/// What the aligner found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    /// For each sentence the times of its words, as many as it was given with; `None` where it is not spoken.
    pub sentences: Vec<Option<Vec<TimedWord>>>,
    /// Media time without transcript, in order.
    pub gaps: Vec<Gap>,
    /// How well text and sound go together, 0 to 1: the share of the timed words that are rather right than wrong. A
    /// transcript of something else stays under [`Alignment::LEAST_FIT`].
    pub fit: f32,
}

impl Alignment {
    /// The fit under which text and recording hardly belong together: four recordings measured 0.84 and more with their
    /// own transcripts, and 0.53 and less with those of others (docs/accuracy.md).
    pub const LEAST_FIT: f32 = 0.65;
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
    let guess = guess::first_guess(&graph, &stretches(map, Sound::Speech), &stretches(map, Sound::Music), frames);
    let path = train::train(&graph, cepstra, guess, progress);
    let confidence = confidence::of_words(&graph, cepstra, &path);
    let spans = spans(&graph, &path);
    let timed = spans.iter().flatten().count();
    let sure = confidence.iter().filter(|&&probability| probability >= 0.5).count();
    let fit = sure as f32 / timed.max(1) as f32;

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

/// The words of all sentences, and what the transcript has between them.
fn script(sentences: &[Sentence], words: &[Vec<SpokenWord>]) -> Vec<ScriptWord> {
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
