//! The timeline and its parts.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Correction, Given, Ms, Place, Span};
use crate::phones::Phone;

/// A language that zimu reads out by rules of its own; other scripts go through romanisation within either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Mandarin Chinese.
    #[default]
    #[serde(rename = "zh")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Its ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Language::Chinese => "zh",
            Language::English => "en",
        }
    }
}

/// Everything that zimu knows about one recording and its transcript; what `timeline.json` holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The recording.
    pub media: MediaSummary,
    /// Main language of the transcript.
    pub language: Language,
    /// The sentences in the order of the transcript, spoken or not.
    pub segments: Vec<Segment>,
    /// The people who speak, in the order of their first words; [`Segment::speaker`] counts into it.
    pub speakers: Vec<Speaker>,
    /// Who speaks when, in the order of time.
    pub turns: Vec<Turn>,
    /// Chapters in the order of time; a chapter's parts (a higher level) follow it.
    pub chapters: Vec<Chapter>,
    /// Media time that no segment covers, in the order of time.
    pub gaps: Vec<Gap>,
    /// What was, or might be, wrong in the transcript.
    pub corrections: Vec<Correction>,
    /// The subtitles, where they are settled: by hand, or by a guide that was asked for. Elsewhere they are cut from the
    /// segments when they are needed.
    pub cues: Option<Vec<SettledCue>>,
}

/// A subtitle that stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettledCue {
    /// When it is on the screen.
    pub span: Span,
    /// Its lines.
    pub lines: Vec<String>,
    /// Who speaks, an index into [`Timeline::speakers`].
    pub speaker: Option<usize>,
}

/// What a timeline remembers of its media.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MediaSummary {
    /// The file's name as it was given.
    pub path: String,
    /// The container's short name (`mp4`, `matroska`, `wav` …).
    pub container: String,
    /// The audio codec's short name (`aac`, `opus`, `pcm_s16le` …).
    pub codec: String,
    /// From the player's time zero to the end of the last sample.
    pub duration: Ms,
    /// Added to every time at the user's wish (`--audio-offset`).
    #[serde(default)]
    pub audio_offset: Ms,
}

/// A sentence and its times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// Its number, counted from 0 in the order of the transcript.
    pub id: usize,
    /// When it is spoken; `None` when it is not.
    pub span: Option<Span>,
    /// The text as the subtitles show it, corrections applied.
    pub text: String,
    /// Who speaks, an index into [`Timeline::speakers`].
    pub speaker: Option<usize>,
    /// How sure its times are, 0 to 1; of an unspoken one, 0.
    pub confidence: f32,
    /// Where the transcript as given has it.
    pub source: Place,
    /// When the transcript itself says that it is spoken.
    pub given: Option<Given>,
    /// Its words; everything between them is punctuation and space.
    pub words: Vec<Word>,
}

/// A Han character, a Latin word or a number, and its time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Word {
    /// The characters of the segment's text that it is, counted in characters from 0.
    pub chars: Range<usize>,
    /// When it is spoken; `None` when its segment is not, or when it has no sound of its own.
    pub span: Option<Span>,
    /// How sure its times are, 0 to 1.
    pub probability: f32,
    /// The phones of the reading that was heard, where they were asked for; without gap or overlap they fill the span.
    pub phones: Vec<TimedPhone>,
}

/// A phone of a word and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedPhone {
    /// Which.
    pub phone: Phone,
    /// When it is spoken.
    pub span: Span,
}

/// Someone who speaks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Speaker {
    /// Its number, the index into [`Timeline::speakers`].
    pub id: usize,
    /// The name, or `说话人 1` / `Speaker 1` where none was heard.
    pub name: String,
    /// Office or institution, as it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// One speaker's uninterrupted speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// From the first word to the last.
    pub span: Span,
    /// Who speaks, an index into [`Timeline::speakers`].
    pub speaker: usize,
    /// The segments that it is made of; none where the transcript lacks what is said.
    pub segments: Range<usize>,
    /// How sure the speaker is, 0 to 1.
    pub confidence: f32,
}

/// A stretch of the recording with a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// From its start to the next chapter of its level, or of a lower one.
    pub span: Span,
    /// The title at full length; writers shorten it to what their target allows.
    pub title: String,
    /// 1 for the parts of the event, 2 for the talks, 3 for parts of a talk.
    pub level: u8,
    /// Whose talk it is, an index into [`Timeline::speakers`].
    pub speaker: Option<usize>,
}

/// What fills media time that has no transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GapKind {
    /// Nothing to hear.
    Silence,
    /// Music, applause and the like.
    Music,
    /// Speech that the transcript does not have.
    Untranscribed,
}

/// Media time without transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// When.
    pub span: Span,
    /// What fills it.
    pub kind: GapKind,
}

impl Timeline {
    /// From the player's time zero to the end of the media.
    pub fn duration(&self) -> Ms {
        self.media.duration
    }

    /// The segments that are spoken, with their spans, in the order of the transcript.
    pub fn spoken(&self) -> impl Iterator<Item = (&Segment, Span)> {
        self.segments.iter().filter_map(|segment| Some((segment, segment.span?)))
    }

    /// How long each speaker speaks, pauses between sentences left out, and in how many turns.
    pub fn speaking_times(&self) -> Vec<(Ms, usize)> {
        let mut times = vec![(Ms::ZERO, 0); self.speakers.len()];
        let untranscribed = self.turns.iter().filter(|turn| turn.segments.is_empty());
        let spoken = self.spoken().filter_map(|(segment, span)| Some((segment.speaker?, span)));
        for (speaker, span) in spoken.chain(untranscribed.map(|turn| (turn.speaker, turn.span))) {
            if let Some((time, _)) = times.get_mut(speaker) {
                *time += span.length();
            }
        }
        for turn in &self.turns {
            if let Some((_, turns)) = times.get_mut(turn.speaker) {
                *turns += 1;
            }
        }
        times
    }

    /// Drops the phones of all words.
    pub fn forget_phones(&mut self) {
        for word in self.segments.iter_mut().flat_map(|segment| &mut segment.words) {
            word.phones = Vec::new();
        }
    }

    /// The name of speaker number `id`.
    pub fn speaker_name(&self, id: Option<usize>) -> Option<&str> {
        self.speakers.get(id?).map(|speaker| speaker.name.as_str())
    }
}

impl Segment {
    /// Sets its span and its confidence by its words.
    pub fn measure(&mut self) {
        self.span = self.words.iter().filter_map(|word| word.span).reduce(Span::union);
        let sum: f32 = self.words.iter().map(|word| word.probability).sum();
        self.confidence = if self.words.is_empty() { 0.0 } else { sum / self.words.len() as f32 };
    }

    /// The text of one of its words.
    pub fn word_text(&self, word: &Word) -> &str {
        let byte = |at: usize| self.text.char_indices().nth(at).map_or(self.text.len(), |(byte, _)| byte);
        &self.text[byte(word.chars.start)..byte(word.chars.end)]
    }
}
