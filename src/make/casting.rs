//! Who speaks in a transcript, and in its recording where there is one.

use std::path::Path;

use super::{MakeError, Misfit, Timed, Wishes, language_of, net, retimed, summary, time};
use crate::align::Fit;
use crate::media::{self, Request};
use crate::progress::Progress;
use crate::signal::{self, SpeechMap, Timbre};
use crate::speakers::{self, Cast, Sound, Voiced, voices};
use crate::timeline::{Gap, Language, Segment, Sentence, Timeline};

/// Who speaks, and when where it was heard.
pub struct Casting {
    /// The sentences, split where the speaker changes.
    pub sentences: Vec<Sentence>,
    /// Who says them.
    pub cast: Cast,
    /// The same with times, where there is a recording.
    pub timeline: Option<Timeline>,
    /// How well transcript and recording go together.
    fit: Option<Fit>,
}

impl Casting {
    /// Whether text and recording belong together.
    ///
    /// # Errors
    /// [`Misfit`] where they hardly do.
    pub fn check_fit(&self) -> Result<(), Misfit> {
        self.fit.map_or(Ok(()), Misfit::check)
    }
}

/// Who speaks by the words alone.
pub fn cast_words(sentences: Vec<Sentence>, wishes: &Wishes) -> Casting {
    let language = wishes.language.unwrap_or_else(|| language_of(&sentences));
    let (sentences, cast) = speakers::cast_people(sentences, &wishes.people, language);
    Casting { sentences, cast, timeline: None, fit: None }
}

/// Who speaks by the words and the voices. The words are timed first, unless `earlier` has an earlier run's times.
///
/// # Errors
/// [`MakeError`] when model or recording cannot be read, or what was heard cannot be kept.
pub fn cast_recording(
    sentences: Vec<Sentence>,
    media: &Path,
    earlier: Option<Timeline>,
    wishes: &Wishes,
    progress: &dyn Progress,
) -> Result<Casting, MakeError> {
    let Casting { sentences, cast, .. } = cast_words(sentences, wishes);
    let language = wishes.language.unwrap_or_else(|| language_of(&sentences));
    let (timbre, map, mut timeline, fit) = match earlier {
        Some(mut earlier) => {
            let request = Request { offset: earlier.media.audio_offset, ..wishes.media };
            let (decoded, timbre, map) =
                signal::listen_to_voices(|sink| media::decode(media, &request, progress, sink));
            decoded?.warnings.iter().for_each(|warning| progress.warn(&warning.to_string()));
            earlier.segments = retimed(&earlier.segments, &sentences, language);
            earlier.cues = None;
            (timbre, map, earlier, None)
        }
        None => {
            let net = net(wishes)?;
            let (decoded, heard, timbre, _) =
                signal::listen_to_all(|sink| media::decode(media, &wishes.media, progress, sink));
            let decoded = decoded?;
            decoded.warnings.iter().for_each(|warning| progress.warn(&warning.to_string()));
            let Timed { segments, gaps, fit } =
                time(&net, &heard, &sentences, language, decoded.duration, wishes, progress)?;
            let media = summary(media, &decoded, wishes.media.offset);
            (timbre, heard.map, Timeline { media, language, segments, gaps, ..Timeline::default() }, Some(fit))
        }
    };
    let voiced = voiced(wishes, &timbre, &map);
    let (sentences, cast, segments) =
        weigh_voices(sentences, cast, &timeline.segments, &timeline.gaps, &voiced, language);
    timbre.check()?;
    timeline.turns = speakers::timed_turns(&cast, &segments);
    timeline.segments = segments;
    timeline.speakers = cast.speakers.clone();
    Ok(Casting { sentences, cast, timeline: Some(timeline), fit })
}

/// Who speaks when, apart from the words: what another diarizer tells, or else what is heard.
pub(super) fn voiced<'a>(wishes: &'a Wishes, timbre: &'a Timbre, map: &'a SpeechMap) -> Voiced<'a> {
    match &wishes.voices {
        Some(turns) => Voiced::Told(turns),
        None => Voiced::Heard(Sound { timbre, map, known: voices::shipped() }),
    }
}

/// Settles by the voices too who says what; gives the sentences back, split where the speaker changes, with their times and
/// speakers.
pub(super) fn weigh_voices(
    sentences: Vec<Sentence>,
    cast: Cast,
    segments: &[Segment],
    gaps: &[Gap],
    voiced: &Voiced,
    language: Language,
) -> (Vec<Sentence>, Cast, Vec<Segment>) {
    let (sentences, cast) = speakers::join(sentences, cast, segments, gaps, voiced, language);
    let mut segments = retimed(segments, &sentences, language);
    give_speakers(&cast, &mut segments);
    (sentences, cast, segments)
}

/// Tells each segment who says it.
pub(super) fn give_speakers(cast: &Cast, segments: &mut [Segment]) {
    for turn in &cast.turns {
        segments[turn.sentences.clone()].iter_mut().for_each(|segment| segment.speaker = Some(turn.speaker));
    }
}
