//! Asking the recording which of two texts is said.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use super::{MakeError, Misfit, Timed, Wishes, language_of, net, retimed, time};
use crate::align::Fit;
use crate::align::prefer::{self, Question};
use crate::align::seed::Net;
use crate::correct::Ear;
use crate::media::{self, Request};
use crate::phones;
use crate::progress::Progress;
use crate::signal::{self, Cepstra, FRAME_MS, Heard};
use crate::timeline::{Language, Ms, Segment, Sentence, Timeline};

/// A recording that was heard, and when the words of a text are said in it.
pub struct Recording {
    pub(super) net: Cow<'static, Net>,
    pub(super) heard: Heard,
    pub(super) segments: Vec<Segment>,
    pub(super) language: Language,
    pub(super) fit: Fit,
}

/// Listens to the recording of some sentences.
///
/// # Errors
/// [`MakeError`] when model or recording cannot be read, or what was heard cannot be kept.
pub fn listen(
    media: &Path,
    sentences: &[Sentence],
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<Recording, MakeError> {
    let net = net(wishes)?;
    let (decoded, heard) = signal::listen(|sink| media::decode(media, &wishes.media, progress, sink));
    let language = wishes.language.unwrap_or_else(|| language_of(sentences));
    let decoded = decoded?;
    decoded.warnings.iter().for_each(|warning| progress.warn(&warning.to_string()));
    let Timed { segments, fit, .. } = time(&net, &heard, sentences, language, decoded.duration, wishes, progress)?;
    Ok(Recording { net, heard, segments, language, fit })
}

/// Listens to a recording for which an earlier run found when all is said: `timeline`, which may be of an earlier or later
/// state of the transcript.
///
/// # Errors
/// [`MakeError`] when model or recording cannot be read, or what was heard cannot be kept.
pub fn listen_again(
    media: &Path,
    timeline: Timeline,
    sentences: &[Sentence],
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<Recording, MakeError> {
    let net = net(wishes)?;
    let request = Request { offset: timeline.media.audio_offset, ..wishes.media };
    let (decoded, heard) = signal::listen(|sink| media::decode(media, &request, progress, sink));
    decoded?.warnings.iter().for_each(|warning| progress.warn(&warning.to_string()));
    let Timeline { segments, language, .. } = timeline;
    let fit = Fit { share: share(&segments, sentences), known: true, covered: 1.0, ..Fit::default() };
    Ok(Recording { net, heard, segments, language, fit })
}

/// The share of the sentences' characters that the segments have too.
fn share(segments: &[Segment], sentences: &[Sentence]) -> f32 {
    let mut left: HashMap<char, usize> = HashMap::new();
    segments.iter().flat_map(|segment| segment.text.chars()).for_each(|c| *left.entry(c).or_default() += 1);
    let (mut found, mut all) = (0, 0);
    for c in sentences.iter().flat_map(|sentence| sentence.text.chars()) {
        all += 1;
        if let Some(left) = left.get_mut(c).filter(|left| **left > 0) {
            *left -= 1;
            found += 1;
        }
    }
    found as f32 / all.max(1) as f32
}

impl Recording {
    /// Whether text and recording belong together.
    ///
    /// # Errors
    /// [`Misfit`] where they hardly do.
    pub fn check_fit(&self) -> Result<(), Misfit> {
        Misfit::check(self.fit)
    }

    /// Listens for some sentences: those that were timed, or what they were before or became later.
    pub fn listening(&self, sentences: &[Sentence]) -> Listening<'_> {
        let Recording { net, heard, segments, language, .. } = self;
        let segments = retimed(segments, sentences, *language);
        Listening { net, cepstra: &heard.cepstra, segments, language: *language }
    }
}

/// Tells what is said rather than what is written.
pub struct Listening<'a> {
    net: &'a Net,
    cepstra: &'a Cepstra,
    segments: Vec<Segment>,
    language: Language,
}

impl Ear for Listening<'_> {
    fn prefers(&self, sentence: usize, asked: &[(Range<usize>, &str)]) -> Vec<Option<f32>> {
        let Some(segment) = self.segments.get(sentence) else { return vec![None; asked.len()] };
        let questions: Vec<Option<Question>> =
            asked.iter().map(|(chars, right)| self.question(segment, chars, right)).collect();
        let mut answers = prefer::prefer(self.net, self.cepstra, questions.iter().flatten()).into_iter();
        questions.iter().map(|question| question.as_ref().and_then(|_| answers.next().flatten())).collect()
    }
}

impl Listening<'_> {
    /// Whether `right` is said where `chars` are written, with a word more on either side, so that both texts find their
    /// own borders.
    fn question(&self, Segment { text, words, .. }: &Segment, chars: &Range<usize>, right: &str) -> Option<Question> {
        let text: Vec<char> = text.chars().collect();
        let first = words.partition_point(|word| word.chars.end <= chars.start).saturating_sub(1);
        let last = words.partition_point(|word| word.chars.start < chars.end).min(words.len().checked_sub(1)?);
        let (from, to) = (words[first].chars.start.min(chars.start), words[last].chars.end.max(chars.end));
        let frame = |time: Ms| (time.0.max(0) / FRAME_MS) as usize;
        let frames = frame(words[first].span?.start)..frame(words[last].span?.end);
        let corrected: Vec<char> =
            [&text[from..chars.start], &right.chars().collect::<Vec<_>>(), &text[chars.end..to]].concat();
        let said = |text: &[char]| phones::read_out(text, self.language);
        Some(Question { frames, written: said(&text[from..to]), right: said(&corrected) })
    }
}
