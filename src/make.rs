//! The whole job as one readable function, and the half of it that only times.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::align::seed::file::OpenError;
use crate::align::seed::{self, Net};
use crate::align::{self, Alignment, Fit, TimedWord};
use crate::chapters;
use crate::correct::{self, Ear, Pack, Policy, Terms, TermsError};
use crate::cues::{self, Cue, Style};
use crate::formats::report::{self, Report, ReportError};
use crate::media::{self, Decoded, MediaError, Request};
use crate::phones;
use crate::progress::Progress;
use crate::signal::{self, FRAME_MS, Heard, Measured, SpeechMap};
use crate::speakers::{self, Cast};
use crate::spool::SpoolError;
use crate::timeline::{Gap, Given, Hint, Language, MediaSummary, Ms, Segment, Sentence, Span, Timeline, Word};
use crate::transcript::{self, Document, Rules, TranscriptError};

use thiserror::Error;

/// What is wanted of a run.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The files of the user's terms.
    pub terms: Vec<PathBuf>,
    /// Packs of terms that zimu brings.
    pub packs: Vec<Pack>,
    /// Which corrections are made.
    pub policy: Policy,
    /// The main language; found from the transcript where `None`.
    pub language: Option<Language>,
    /// The seed model's file; the one that zimu carries where `None`.
    pub model: Option<PathBuf>,
    /// Whether words keep the times of their phones.
    pub phones: bool,
    /// Which track, decoded by what, shifted by how much.
    pub media: Request,
}

/// What a run gives.
pub struct Made {
    /// Everything that was found.
    pub timeline: Timeline,
    /// The subtitles cut from it.
    pub cues: Vec<Cue>,
    /// What the decoder says of the recording.
    pub decoded: Decoded,
    /// How well text and sound go together.
    pub fit: Fit,
    /// Changes that cleaning made to the transcript.
    pub changes: usize,
    /// Lines of the transcript that held bytes which are no text.
    pub damaged_lines: Vec<u32>,
}

/// Why a run could not be done.
#[derive(Debug, Error)]
pub enum MakeError {
    /// The transcript could not be read.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The terms could not be read.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The seed model could not be used.
    #[error(transparent)]
    Model(#[from] OpenError),
    /// The recording could not be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// What was heard could not be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// The transcript seems to be of something else.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum Misfit {
    /// Few of its words were found.
    #[error(
        "transcript and recording hardly fit: only {found:.0}% of the words were found with some certainty. \
         Is it the transcript of this recording?"
    )]
    Unsure {
        /// Percent of the words.
        found: f32,
    },
    /// Its words were found, but would have been in any order.
    #[error(
        "transcript and recording hardly fit: the words take {covered:.0}% of the speech and would sound nearly as right \
         there in another order. Is it the transcript of this recording?"
    )]
    Chance {
        /// Percent of the speech.
        covered: f32,
    },
}

impl Misfit {
    fn check(fit: Fit) -> Result<(), Misfit> {
        if fit.is_unsure() {
            return Err(Misfit::Unsure { found: 100.0 * fit.share });
        }
        if fit.is_chance() {
            return Err(Misfit::Chance { covered: 100.0 * fit.covered });
        }
        Ok(())
    }
}

/// Everything: a recording and its transcript in; a timeline with speakers, chapters and corrections, and its cues out,
/// and what else [`Made::report`] has to tell.
///
/// # Errors
/// [`MakeError`] when transcript, terms, model or recording cannot be read, or what was heard cannot be kept.
pub fn make(
    media: &Path,
    transcript: &Path,
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<(Made, SpeechMap, Measured), MakeError> {
    let document = transcript::read(transcript, &wishes.policy.also.rules())?;
    let terms = Terms::read_all(&wishes.terms, &wishes.packs)?;
    let net = net(wishes)?;
    let (decoded, heard, measured) =
        signal::listen_and_measure(|sink| media::decode(media, &wishes.media, progress, sink));
    let decoded = decoded?;

    let mut sentences = document.sentences;
    let language = wishes.language.unwrap_or_else(|| language_of(&sentences));
    let corrections = correct::correct(&mut sentences, &document.lines, &terms, &wishes.policy, None);
    let (sentences, cast) = speakers::cast(sentences, language);
    let timed = time(&net, &heard, &sentences, language, decoded.duration, wishes, progress)?;
    let Timed { mut segments, gaps, fit } = timed;
    name_speakers(&mut segments, &cast);
    let chapters = chapters::divide(&segments, &cast, decoded.duration, language);
    let turns = speakers::timed_turns(&cast, &segments);
    let timeline = Timeline {
        media: summary(media, &decoded, wishes.media.offset),
        language,
        segments,
        speakers: cast.speakers,
        turns,
        chapters,
        gaps,
        corrections,
    };
    let cues = cues::cut(&timeline, &Style::for_language(language));
    let (changes, damaged_lines) = (document.changes.len(), document.damaged_lines);
    Ok((Made { timeline, cues, decoded, fit, changes, damaged_lines }, heard.map, measured))
}

/// Timing alone: the sentences as the transcript has them, one cue each.
///
/// # Errors
/// [`MakeError`] when transcript, model or recording cannot be read, or what was heard cannot be kept.
pub fn align(media: &Path, transcript: &Path, wishes: &Wishes, progress: &dyn Progress) -> Result<Made, MakeError> {
    let document = transcript::read(transcript, &Rules::verbatim())?;
    let net = net(wishes)?;
    align_document(media, document, &net, wishes, progress)
}

/// As [`align()`], of a transcript that was read before, by a model that was: [`net()`].
///
/// # Errors
/// [`MakeError`] when the recording cannot be decoded, or what was heard in it cannot be kept.
pub fn align_document(
    media: &Path,
    document: Document,
    net: &Net,
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<Made, MakeError> {
    let (decoded, heard) = signal::listen(|sink| media::decode(media, &wishes.media, progress, sink));
    let decoded = decoded?;
    let sentences = document.sentences;
    let language = wishes.language.unwrap_or_else(|| language_of(&sentences));
    let Timed { segments, gaps, fit } = time(net, &heard, &sentences, language, decoded.duration, wishes, progress)?;
    let media = summary(media, &decoded, wishes.media.offset);
    let timeline = Timeline { media, language, segments, gaps, ..Timeline::default() };
    let cues = cues::verbatim(&timeline);
    let (changes, damaged_lines) = (document.changes.len(), document.damaged_lines);
    Ok(Made { timeline, cues, decoded, fit, changes, damaged_lines })
}

/// A recording, and when each word of a transcript is said in it.
pub struct Listening {
    net: Cow<'static, Net>,
    heard: Heard,
    segments: Vec<Segment>,
    language: Language,
    fit: Fit,
}

/// Listens to the recording of some sentences, to tell what is said rather than what is written.
///
/// # Errors
/// [`MakeError`] when model or recording cannot be read, or what was heard cannot be kept.
pub fn listen(
    media: &Path,
    sentences: &[Sentence],
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<Listening, MakeError> {
    let net = net(wishes)?;
    let (decoded, heard) = signal::listen(|sink| media::decode(media, &wishes.media, progress, sink));
    let language = wishes.language.unwrap_or_else(|| language_of(sentences));
    let decoded = decoded?;
    decoded.warnings.iter().for_each(|warning| progress.warn(&warning.to_string()));
    let Timed { segments, fit, .. } = time(&net, &heard, sentences, language, decoded.duration, wishes, progress)?;
    Ok(Listening { net, heard, segments, language, fit })
}

impl Listening {
    /// Whether text and recording belong together.
    ///
    /// # Errors
    /// [`Misfit`] where they hardly do.
    pub fn check_fit(&self) -> Result<(), Misfit> {
        Misfit::check(self.fit)
    }
}

impl Ear for Listening {
    fn prefers(&self, sentence: usize, chars: Range<usize>, right: &str) -> Option<f32> {
        let Segment { text, words, .. } = self.segments.get(sentence)?;
        let text: Vec<char> = text.chars().collect();
        // A word more on either side, so that both texts find their own borders.
        let first = words.partition_point(|word| word.chars.end <= chars.start).saturating_sub(1);
        let last = words.partition_point(|word| word.chars.start < chars.end).min(words.len().checked_sub(1)?);
        let (from, to) = (words[first].chars.start.min(chars.start), words[last].chars.end.max(chars.end));
        let frame = |time: Ms| (time.0.max(0) / FRAME_MS) as usize;
        let frames = frame(words[first].span?.start)..frame(words[last].span?.end);
        let corrected: Vec<char> =
            [&text[from..chars.start], &right.chars().collect::<Vec<_>>(), &text[chars.end..to]].concat();
        let said = |text: &[char]| phones::read_out(text, self.language);
        align::prefer::prefer(&self.net, &self.heard.cepstra, frames, &said(&text[from..to]), &said(&corrected))
    }
}

impl Made {
    /// Whether text and recording belong together.
    ///
    /// # Errors
    /// [`Misfit`] where they hardly do.
    pub fn check_fit(&self) -> Result<(), Misfit> {
        Misfit::check(self.fit)
    }

    /// The report as one page of HTML.
    ///
    /// # Errors
    /// [`ReportError`], as [`report::html`].
    pub fn report(&self, map: &SpeechMap, measured: &Measured) -> Result<String, ReportError> {
        report::html(&Report {
            timeline: &self.timeline,
            cues: &self.cues,
            map,
            peaks: &measured.peaks,
            loudness: measured.loudness,
        })
    }
}

/// The seed model that is wished for.
///
/// # Errors
/// [`OpenError`], which names the file.
pub fn net(wishes: &Wishes) -> Result<Cow<'static, Net>, OpenError> {
    Ok(match &wishes.model {
        Some(path) => Cow::Owned(seed::file::open(path)?),
        None => Cow::Borrowed(seed::shipped()),
    })
}

fn language_of(sentences: &[Sentence]) -> Language {
    let texts: Vec<String> = sentences.iter().map(|sentence| sentence.text.text()).collect();
    phones::language_of(texts.iter().map(String::as_str))
}

fn summary(path: &Path, decoded: &Decoded, audio_offset: Ms) -> MediaSummary {
    MediaSummary {
        path: path.display().to_string(),
        container: decoded.media.container.clone(),
        codec: decoded.media.codec.clone(),
        duration: decoded.duration,
        audio_offset,
    }
}

struct Timed {
    segments: Vec<Segment>,
    gaps: Vec<Gap>,
    fit: Fit,
}

/// Gives every sentence its time.
fn time(
    net: &Net,
    heard: &Heard,
    sentences: &[Sentence],
    language: Language,
    duration: Ms,
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<Timed, SpoolError> {
    let mut chars: Vec<Vec<Range<usize>>> = Vec::with_capacity(sentences.len());
    let words = sentences.iter().map(|sentence| {
        let words = phones::read_out(sentence.text.chars(), language);
        chars.push(words.iter().map(|word| word.chars.clone()).collect());
        words
    });
    let Alignment { sentences: times, gaps, fit } =
        align::align(net, &heard.cepstra, &heard.map, sentences, words, wishes.phones, progress)?;
    let timed_word = |(chars, time): (Range<usize>, TimedWord)| {
        let TimedWord { span, probability, phones } = time.until(duration);
        Word { chars, span: Some(span), probability, phones }
    };
    let untimed_word = |chars: Range<usize>| Word { chars, ..Word::default() };
    let words = chars.into_iter().zip(times).map(|(words, times)| match times {
        Some(times) => words.into_iter().zip(times).map(timed_word).collect(),
        None => words.into_iter().map(untimed_word).collect(),
    });
    let segments = sentences.iter().zip(words).enumerate().map(|(id, (sentence, words))| segment(id, sentence, words));
    Ok(Timed { segments: segments.collect(), gaps, fit })
}

fn segment(id: usize, sentence: &Sentence, words: Vec<Word>) -> Segment {
    let span = words.iter().filter_map(|word| word.span).reduce(Span::union);
    let sum: f32 = words.iter().map(|word| word.probability).sum();
    Segment {
        id,
        span,
        text: sentence.text.text(),
        speaker: None,
        confidence: if words.is_empty() { 0.0 } else { sum / words.len() as f32 },
        source: sentence.text.place().unwrap_or_default(),
        given: sentence.hint.map(Hint::given).filter(|given| *given != Given::default()),
        words,
    }
}

fn name_speakers(segments: &mut [Segment], cast: &Cast) {
    for turn in &cast.turns {
        for segment in segments.iter_mut().take(turn.sentences.end).skip(turn.sentences.start) {
            segment.speaker = Some(turn.speaker);
        }
    }
}
