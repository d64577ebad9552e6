//! The whole job as one readable function, and the half of it that only times.

mod casting;
mod listening;
mod misfit;

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::align::seed::file::OpenError;
use crate::align::seed::{self, Net};
use crate::align::{self, Alignment, Fit, TimedWord};
use crate::chapters::given::{self, OutlineError};
use crate::chapters::{self, Amount};
use crate::correct::llm::{Asked, CacheError, Model, Settings};
use crate::correct::{self, Ear, Pack, Policy, Terms, TermsError};
use crate::cues::{self, Cue, Style};
use crate::formats::report::{self, Report, ReportError};
use crate::media::{self, Decoded, MediaError, Request};
use crate::phones::{self, SpokenWord};
use crate::progress::Progress;
use crate::signal::{self, Heard, Measured, SpeechMap};
use crate::speakers::voices::VoiceTurn;
use crate::speakers::{self, Cast, People};
use crate::spool::SpoolError;
use crate::timeline::{Gap, Given, Hint, Language, MediaSummary, Ms, Segment, Sentence, Timeline, Word};
use crate::transcript::{self, Document, Rules, TranscriptError};

use thiserror::Error;

pub use casting::{Casting, cast_recording, cast_words};
pub use listening::{Listening, Recording, listen, listen_again};
pub use misfit::Misfit;

/// What is wanted of a run.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The files of the user's terms.
    pub terms: Vec<PathBuf>,
    /// Packs of terms that zimu brings.
    pub packs: Vec<Pack>,
    /// The people whose names the user gives.
    pub people: People,
    /// Who speaks when by another diarizer, by start; zimu hears it by itself where `None`.
    pub voices: Option<Vec<VoiceTurn>>,
    /// Which corrections are made.
    pub policy: Policy,
    /// The language model that is asked about corrections; none where `None`.
    pub llm: Option<Settings>,
    /// The main language; found from the transcript where `None`.
    pub language: Option<Language>,
    /// The seed model's file; the one that zimu carries where `None`.
    pub model: Option<PathBuf>,
    /// Whether words keep the times of their phones.
    pub phones: bool,
    /// Whether timing alone tells who speaks too, by labels or else by what is said. The whole job does so anyway.
    pub names: bool,
    /// The guide that cues are cut by; the one of the language where `None`.
    pub style: Option<Style>,
    /// How many chapters there are to be.
    pub chapters: Amount,
    /// The file of the user's own chapter titles.
    pub outline: Option<PathBuf>,
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
    /// What came of asking a language model, where one was asked.
    pub asked: Option<Asked>,
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
    /// What the language model answered before could not be read.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The seed model could not be used.
    #[error(transparent)]
    Model(#[from] OpenError),
    /// The recording could not be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The user's outline could not be used.
    #[error(transparent)]
    Outline(#[from] OutlineError),
    /// What was heard could not be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
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
    let Document { mut sentences, lines, changes, damaged_lines, .. } = document;
    let terms = Terms::read_all(&wishes.terms, &wishes.packs)?;
    let outline = wishes.outline.as_deref().map(given::read).transpose()?;
    let mut model = wishes.llm.clone().map(Model::new).transpose()?;
    let net = net(wishes)?;
    let (decoded, heard, timbre, measured) =
        signal::listen_to_all(|sink| media::decode(media, &wishes.media, progress, sink));
    let decoded = decoded?;
    if let Some((outline, path)) = outline.as_ref().zip(wishes.outline.as_ref()) {
        given::check_times(outline, decoded.duration, path)?;
    }

    // What is sure by the text alone is corrected, so that the rest is heard in its place.
    let language = wishes.language.unwrap_or_else(|| language_of(&sentences));
    let drafted = correct::drafted(&sentences, &lines, &terms, &wishes.policy);
    let (drafted, _) = speakers::cast(drafted, language);
    let timed = time(&net, &heard, &drafted, language, decoded.duration, wishes, progress)?;
    let Timed { segments, gaps, fit } = timed;
    let recording = Recording { net, heard, segments, language, fit };

    let ear = recording.check_fit().is_ok().then(|| recording.listening(&sentences));
    let ear = ear.as_ref().map(|ear| ear as &dyn Ear);
    let mut proposed = correct::propose(&mut sentences, &lines, &terms, &wishes.policy, ear);
    let asked = model.as_mut().map(|model| model.ask(&mut proposed, progress));
    let corrections = proposed.make();

    let (sentences, cast) = speakers::cast_people(sentences, &wishes.people, language);
    let Recording { heard, segments, .. } = recording;
    let segments = retimed(&segments, &sentences, language);
    let voiced = casting::voiced(wishes, &timbre, &heard.map);
    let (_, cast, segments) = casting::weigh_voices(sentences, cast, &segments, &gaps, &voiced, language);
    timbre.check()?;
    let mut headings = chapters::outline(&segments, &cast, language, wishes.chapters);
    if let Some(outline) = &outline {
        headings = given::headings(outline, &segments, &headings);
    }
    let chapters = chapters::place(&headings, &segments, decoded.duration, language);
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
        cues: None,
    };
    let style = wishes.style.clone().unwrap_or_else(|| Style::for_language(language));
    let cues = cues::cut(&timeline, &style);
    let changes = changes.len();
    Ok((Made { timeline, cues, decoded, fit, asked, changes, damaged_lines }, heard.map, measured))
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
    let language = wishes.language.unwrap_or_else(|| language_of(&document.sentences));
    let (sentences, cast) = match wishes.names {
        true => speakers::cast(document.sentences, language),
        false => (document.sentences, Cast::default()),
    };
    let Timed { mut segments, gaps, fit } =
        time(net, &heard, &sentences, language, decoded.duration, wishes, progress)?;
    casting::give_speakers(&cast, &mut segments);
    let media = summary(media, &decoded, wishes.media.offset);
    let turns = speakers::timed_turns(&cast, &segments);
    let timeline = Timeline { media, language, segments, speakers: cast.speakers, turns, gaps, ..Timeline::default() };
    let cues = cues::verbatim(&timeline);
    let (changes, damaged_lines) = (document.changes.len(), document.damaged_lines);
    Ok(Made { timeline, cues, decoded, fit, asked: None, changes, damaged_lines })
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
    Ok(Timed { segments: segments(sentences, words), gaps, fit })
}

/// The sentences with the times that the same words have in `segments`, where not all of their text is the same.
fn retimed(segments: &[Segment], sentences: &[Sentence], language: Language) -> Vec<Segment> {
    let texts: Vec<&[char]> = sentences.iter().map(|sentence| sentence.text.chars()).collect();
    let words: Vec<Vec<SpokenWord>> = texts.iter().map(|text| phones::read_out(text, language)).collect();
    self::segments(sentences, align::carry::carry(segments, &texts, &words).into_iter())
}

fn segments(sentences: &[Sentence], words: impl Iterator<Item = Vec<Word>>) -> Vec<Segment> {
    sentences.iter().zip(words).enumerate().map(|(id, (sentence, words))| segment(id, sentence, words)).collect()
}

fn segment(id: usize, sentence: &Sentence, words: Vec<Word>) -> Segment {
    let mut segment = Segment {
        id,
        text: sentence.text.text(),
        source: sentence.text.place().unwrap_or_default(),
        given: sentence.hint.map(Hint::given).filter(|given| *given != Given::default()),
        words,
        ..Segment::default()
    };
    segment.measure();
    segment
}
