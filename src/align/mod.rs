//! Text to time: what zimu knows of speech finds the way, and the recording teaches the rest.
//!
//! The seed model (`seed`) listens. Phrases of the text are looked for all over the recording (`landmarks`); between those that
//! are found, or between the times that the transcript brings along, where those go together (`anchors`), the words are
//! laid over the stretches of speech in proportion, pauses moved to punctuation (`guess`). The best path of the frames
//! through the transcript's states (`graph`) is looked for (`search`), as far as the landmarks allow or far and wide around
//! that guess and at fewer frames and states first (`coarse`). From the path a model of the recording's own is estimated
//! (`model`): its voices, its room. Both together find a better path (`schedule`), which the times of the transcript pull
//! where the sound leaves a sentence in doubt (`expected`). Where the seed model does not know what is spoken, the
//! recording teaches its own from the guess alone. What the transcript lacks is soaked up by a filler between words and
//! becomes gaps (`gaps`); sentences that nobody speaks are stepped over. Where words border on a pause, the energy
//! tells their edges (`edges`). The path also tells the phones of each word (`phones`). How sure each word's time is
//! comes from models that have not seen that word (`confidence`); whether a text that takes little of the recording is
//! in it at all, from what its words reach in another order (`chance`).

mod anchors;
pub mod carry;
mod chance;
mod coarse;
mod confidence;
pub(crate) mod count;
pub(crate) mod ear;
pub(crate) mod edges;
pub(crate) mod expected;
#[cfg(test)]
mod fixtures;
mod gaps;
pub(crate) mod graph;
pub(crate) mod guess;
mod landmarks;
pub mod lay;
pub(crate) mod model;
pub(crate) mod path;
pub(crate) mod pdf;
mod phones;
pub mod prefer;
mod schedule;
pub(crate) mod search;
pub mod seed;
mod tempo;

use std::ops::Range;

use crate::phones::SpokenWord;
use crate::progress::Progress;
use crate::signal::{Cepstra, FRAME_MS, Sound, SpeechMap};
use crate::spool::SpoolError;
use crate::timeline::{Gap, Ms, Sentence, Span, TimedPhone};

use anchors::Anchor;
use graph::{Graph, Mark, ScriptWord};
use landmarks::Landmarks;
use path::{Path, Step};
use schedule::Found;
use search::Band;
use seed::Net;
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
    /// How much of the speech its words take, 0 to 1.
    pub covered: f32,
    /// How much more of the best phones' score the text reaches than its words do in another order; known only of a few
    /// words, and where they take little of the speech.
    pub beyond_chance: Option<f32>,
    /// What those sentences that are spoken reach of it, of a text of a few words; `None` for other texts.
    pub few_reach: Option<f32>,
}

impl Fit {
    /// With the transcripts of others the seed model mostly finds no way, and what such recordings learned from nothing
    /// measured up to 0.83: then more is asked for (docs/accuracy.md).
    const LEAST_UNKNOWN: f32 = 0.9;
    /// Where the words take less of the speech than this, the text could choose among places.
    const FREE: f32 = 0.6;
    /// How far beyond chance it has to be then.
    const LEAST_BEYOND_CHANCE: f32 = 0.1;
    /// Of fewer words than this nearly all can seem right by chance.
    const FEW: usize = 300;
    /// What their sentences reach of the best phones' score and how far they are beyond chance, together: own texts of clips
    /// of 15 to 60 s measured 0.72 and more, in noise down to 0.57, those of others up to 0.78 (docs/accuracy.md).
    const LEAST_OF_FEW: f32 = 0.68;

    /// Whether too few of the words are rather right than wrong for text and recording to belong together.
    pub fn is_unsure(self) -> bool {
        self.share < if self.known { confidence::BORNE_OUT } else { Fit::LEAST_UNKNOWN }
    }

    /// Whether any other text would fit the recording as well.
    pub fn is_chance(self) -> bool {
        self.beyond_chance.is_some_and(|beyond| {
            let free = self.covered < Fit::FREE && beyond < Fit::LEAST_BEYOND_CHANCE;
            free || self.few_reach.is_some_and(|reach| reach + beyond < Fit::LEAST_OF_FEW)
        })
    }
}

/// A word's time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedWord {
    /// When it is spoken.
    pub span: Span,
    /// How sure that is, 0 to 1.
    pub probability: f32,
    /// The phones of the reading that was heard, if they were asked for; without gap or overlap they fill the span.
    pub phones: Vec<TimedPhone>,
}

impl TimedWord {
    /// The same word in a recording that ends at `end`: the last frame may reach a little past the last sample.
    pub fn until(self, end: Ms) -> TimedWord {
        if self.span.end <= end {
            return self;
        }
        let span = Span::new(self.span.start.min(end), end);
        let onsets: Vec<_> = self.phones.iter().map(|phone| (phone.phone, phone.span.start)).collect();
        TimedWord { span, phones: phones::lay(&onsets, span), ..self }
    }
}

/// Finds the time of every word.
///
/// `net` is the seed model; `words` gives the spoken words of each of `sentences`. Their phones are told if `with_phones`
/// asks for them. The same input gives the same result whatever the number of threads.
///
/// # Errors
/// [`SpoolError`] where what was heard of a long recording could not be kept.
pub fn align(
    net: &Net,
    cepstra: &Cepstra,
    map: &SpeechMap,
    sentences: &[Sentence],
    words: impl Iterator<Item = Vec<SpokenWord>>,
    with_phones: bool,
    progress: &dyn Progress,
) -> Result<Alignment, SpoolError> {
    cepstra.check()?;
    let mut counts: Vec<usize> = Vec::with_capacity(sentences.len());
    // What a sentence may sound like is forgotten as soon as it is in the graph.
    let all = Graph::new(script(sentences, words.inspect(|words| counts.push(words.len()))));
    let frames = cepstra.frames();
    if all.words() == 0 || frames == 0 {
        let nothing = Alignment { sentences: vec![None; sentences.len()], ..Alignment::default() };
        return Ok(Alignment { gaps: gaps::gaps(&[], map), ..nothing });
    }
    let ratios = Ratios::of(net, cepstra, progress);
    let landmarks = Landmarks::of(&all, &ratios, frames);
    let words = landmarks.held(&all, frames);
    let landmarks = landmarks.counted_from(words.start);
    let part = sentences_of(&counts, &words);
    let graph = if words.len() < all.words() { all.part(words) } else { all };
    let starts = anchors::starts(&sentences[part.clone()], &counts[part.clone()]);
    let given = anchors::anchors(&graph, &sentences[part.clone()], &counts[part.clone()], frames);
    let aligner = Aligner { graph: &graph, cepstra, map, ratios: &ratios, starts: &starts, progress };
    let Found { path, confidence, known } =
        aligner.trusting(&Hold::of(&landmarks, &graph, frames).unwrap_or(Hold::to(given)));
    let mut spans = spans(&graph, &path);
    edges::settle(&mut spans, cepstra);
    let covered = covered(&spans, map);
    let few = known && graph.words() < Fit::FEW;
    let reached = (few || covered < Fit::FREE).then(|| chance::reached(&graph, &path, &ratios));
    let beyond_chance = reached.map(|reached| reached.all - aligner.by_chance());
    let few_reach = reached.filter(|_| few).map(|reached| reached.spoken);
    let fit = Fit { share: confidence::share_of_sure(&confidence), known, covered, beyond_chance, few_reach };

    let phones = if with_phones { phones::of_words(&graph, &path, &spans) } else { Vec::new() };
    let spoken: Vec<Span> = spans.iter().flatten().copied().collect();
    let mut found = vec![None; sentences.len()];
    found.splice(part.clone(), in_sentences(&counts[part], spans, confidence, phones));
    cepstra.check()?;
    ratios.check()?;
    Ok(Alignment { gaps: gaps::gaps(&spoken, map), sentences: found, fit })
}

/// The times of words, sentence by sentence, given how many words each has.
fn in_sentences(
    counts: &[usize],
    spans: Vec<Option<Span>>,
    confidence: Vec<f32>,
    phones: Vec<Vec<TimedPhone>>,
) -> Vec<Option<Vec<TimedWord>>> {
    let mut phones = phones.into_iter();
    let mut words = spans.into_iter().zip(confidence).map(|(span, probability)| {
        let phones = phones.next().unwrap_or_default();
        span.map(|span| TimedWord { span, probability, phones })
    });
    let sentence = |&count: &usize| {
        // A sentence is spoken as a whole or not at all: the search steps over whole ones only.
        let words: Vec<Option<TimedWord>> = words.by_ref().take(count).collect();
        words.into_iter().collect::<Option<Vec<TimedWord>>>().filter(|words| !words.is_empty())
    };
    counts.iter().map(sentence).collect()
}

/// The sentences that hold some of the words, given how many words each has.
fn sentences_of(counts: &[usize], words: &Range<usize>) -> Range<usize> {
    let ends = counts.iter().scan(0, |end, count| {
        *end += count;
        Some(*end)
    });
    let ends: Vec<usize> = ends.collect();
    ends.partition_point(|&end| end <= words.start)..ends.partition_point(|&end| end < words.end) + 1
}

/// How much of the speech the words take, 0 to 1.
fn covered(spans: &[Option<Span>], map: &SpeechMap) -> f32 {
    let taken = spans.iter().flatten().fold(Ms::ZERO, |sum, span| sum + span.length());
    (taken.seconds() / map.speech().seconds().max(0.001)).min(1.0) as f32
}

/// What a search holds to before anything is known.
#[derive(Default)]
struct Hold {
    /// What the first guess goes by.
    anchors: Vec<Anchor>,
    /// Where the path may lead, if that is known.
    band: Option<Band>,
}

impl Hold {
    /// Hold to the landmarks, if there are any.
    fn of(landmarks: &Landmarks, graph: &Graph, frames: usize) -> Option<Hold> {
        let band = Some(landmarks.band(graph, frames)?);
        Some(Hold { anchors: landmarks.anchors(graph, frames), band })
    }

    /// Let the first guess go by anchors.
    fn to(anchors: Vec<Anchor>) -> Hold {
        Hold { anchors, band: None }
    }
}

/// What finds a text's path through a recording.
struct Aligner<'a> {
    graph: &'a Graph,
    cepstra: &'a Cepstra,
    map: &'a SpeechMap,
    ratios: &'a Ratios,
    /// The times at which the transcript says that sentences begin.
    starts: &'a [Anchor],
    progress: &'a dyn Progress,
}

impl Aligner<'_> {
    /// The best path by the help of what is known, or without it where that seems to mislead.
    fn trusting(&self, hold: &Hold) -> Found {
        let found = self.held_to(hold);
        let holds = found.known || confidence::share_of_sure(&found.confidence) >= Fit::LEAST_UNKNOWN;
        if hold.anchors.is_empty() || holds {
            return found;
        }
        // What is learned from nothing is misled by wrong times, and then agrees with them: the seed model, which at
        // least knows what speech is like, decides.
        let without = self.held_to(&Hold::default());
        if self.heard(&without.path) > self.heard(&found.path) { without } else { found }
    }

    /// The best path from a first guess that holds to something.
    fn held_to(&self, hold: &Hold) -> Found {
        let &Aligner { graph, cepstra, ratios, starts, progress, .. } = self;
        let guess = self.guess(graph, &hold.anchors);
        schedule::find(graph, cepstra, ratios, guess, hold.band.as_ref(), starts, progress)
    }

    /// How much likelier the seed model finds the words of a path, where they lie, than other speech.
    fn heard(&self, path: &Path) -> f64 {
        let frames = self.ratios.against_best(self.graph, path, 0..path.frames());
        frames.flatten().map(|(_, own, _)| f64::from(own)).sum()
    }

    fn guess(&self, graph: &Graph, anchors: &[Anchor]) -> Path {
        let (speech, music) = (stretches(self.map, Sound::Speech), stretches(self.map, Sound::Music));
        guess::first_guess(graph, anchors, &speech, &music, self.cepstra.frames())
    }

    /// What a text's words reach of the best phones' score in another order.
    fn by_chance(&self) -> f32 {
        let &Aligner { cepstra, ratios, progress, .. } = self;
        let decoy = chance::decoy(self.graph);
        let landmarks = Landmarks::of(&decoy, ratios, cepstra.frames());
        let hold = Hold::of(&landmarks, &decoy, cepstra.frames()).unwrap_or_default();
        let guess = self.guess(&decoy, &hold.anchors);
        let path = schedule::by_seed(&decoy, cepstra, ratios, &guess, hold.band.as_ref(), progress);
        path.map_or(0.0, |path| chance::reached(&decoy, &path, ratios).all)
    }
}

/// The words of all sentences, and what the transcript has between them.
pub(crate) fn script(
    sentences: &[Sentence],
    words: impl IntoIterator<Item = Vec<SpokenWord>>,
) -> impl Iterator<Item = ScriptWord> {
    sentences.iter().zip(words).flat_map(|(sentence, words)| {
        let marks = marks(sentence, &words);
        words.into_iter().zip(marks).map(|(word, mark)| ScriptWord { readings: word.readings, mark })
    })
}

/// What follows each word of a sentence.
fn marks(sentence: &Sentence, words: &[SpokenWord]) -> Vec<Mark> {
    let between = |pair: &[SpokenWord]| {
        let skipped = &sentence.text.chars()[pair[0].chars.end..pair[1].chars.start];
        if skipped.iter().any(pauses) { Mark::Clause } else { Mark::None }
    };
    words.windows(2).map(between).chain([Mark::Sentence]).collect()
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
fn spans(graph: &Graph, path: &Path) -> Vec<Option<Span>> {
    let mut spans: Vec<Option<Span>> = vec![None; graph.words()];
    for (frame, step) in path.steps().enumerate() {
        if let Step::State { word, .. } = step {
            let (start, end) = (Ms(frame as i64 * FRAME_MS), Ms((frame as i64 + 1) * FRAME_MS));
            spans[word as usize].get_or_insert(Span { start, end }).end = end;
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
    fn what_the_seed_does_not_know_has_to_fit_better() {
        let unsure = |share, known| Fit { share, known, ..Fit::default() }.is_unsure();
        assert!(unsure(0.6, true) && !unsure(0.7, true));
        assert!(unsure(0.8, false) && !unsure(0.95, false));
    }

    #[test]
    fn a_few_words_have_to_sound_right_and_be_beyond_chance() {
        let fit =
            |covered, beyond, few_reach| Fit { covered, beyond_chance: Some(beyond), few_reach, ..Fit::default() };
        assert!(!fit(0.8, 0.2, Some(0.6)).is_chance() && !fit(0.8, 0.0, Some(0.75)).is_chance());
        assert!(fit(0.8, 0.1, Some(0.55)).is_chance());
        // Where there is much more speech than words they have to be beyond chance in any case.
        assert!(fit(0.1, 0.05, Some(0.75)).is_chance());
        assert!(!fit(0.1, 0.2, None).is_chance() && fit(0.1, 0.05, None).is_chance());
        assert!(!Fit::default().is_chance());
    }

    #[test]
    fn sentences_that_hold_some_of_the_words_are_counted_off() {
        let counts = [2, 0, 3, 4, 0, 1];
        assert_eq!(sentences_of(&counts, &(0..10)), 0..6);
        assert_eq!(sentences_of(&counts, &(2..9)), 2..4);
        assert_eq!(sentences_of(&counts, &(5..9)), 3..4);
    }

    #[test]
    fn marks_stand_behind_the_words_that_they_follow() {
        let sentences = [sentence("你好，世界"), sentence("「是」的")];
        let words: Vec<Vec<SpokenWord>> = sentences.iter().map(words_of).collect();
        let marks: Vec<Mark> = script(&sentences, words).map(|word| word.mark).collect();
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
    fn a_word_ends_with_the_recording_and_so_does_its_last_phone() {
        let span = |start, end| Span::new(Ms(start), Ms(end));
        let phone = |name, span| TimedPhone { phone: Phone::named(name).unwrap(), span };
        let phones = vec![phone("d", span(900, 960)), phone("a", span(960, 1_010))];
        let word = TimedWord { span: span(900, 1_010), probability: 1.0, phones };
        assert_eq!(word.clone().until(Ms(2_000)), word);
        let cut = word.clone().until(Ms(1_004));
        assert_eq!((cut.span, cut.phones[1].span), (span(900, 1_004), span(960, 1_004)));
        let late = word.until(Ms(100));
        assert!(late.phones.iter().all(|phone| phone.span == span(100, 100)), "{late:?}");
    }

    #[test]
    fn without_any_word_nothing_is_timed_and_everything_is_a_gap() {
        let mut studio = Studio::new(1);
        studio.read(&babble(10, 1));
        let cepstra = studio.finish();
        let heard = map(&[(cepstra.frames() as i64 * FRAME_MS, Sound::Speech)]);
        let found =
            align(seed::shipped(), &cepstra, &heard, &[sentence("……")], [Vec::new()].into_iter(), false, &Silent)
                .unwrap();
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

        let found =
            align(seed::shipped(), &cepstra, &heard, &sentences, words.iter().cloned(), false, &Silent).unwrap();
        let counts: Vec<Option<usize>> = found.sentences.iter().map(|times| times.as_ref().map(Vec::len)).collect();
        assert_eq!(counts, words.iter().map(|words| Some(words.len())).collect::<Vec<_>>());
        let late: Vec<i64> = (found.sentences.iter().flatten().flatten().zip(&said))
            .map(|(word, said)| word.span.start.distance(Ms(end(said.start))).0)
            .collect();
        assert!(late.iter().all(|&late| late <= 50), "{late:?}");
        let before = found.sentences.iter().flatten().flatten().next().map(|word| word.span.start);
        let silence = before.map(|start| Gap { span: Span::new(Ms::ZERO, start), kind: GapKind::Silence });
        assert_eq!(found.gaps, Vec::from_iter(silence));
        assert!(!found.fit.is_unsure() && !found.fit.is_chance(), "{:?}", found.fit);
    }
}
