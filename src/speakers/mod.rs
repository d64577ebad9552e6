//! Who speaks: turns and names, from the labels of the transcript or from what the host says.

use std::ops::Range;

use crate::timeline::{Language, Segment, Sentence, Span, Speaker, Turn};

/// What an announcement announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The first words of the event.
    Opening,
    /// A part of the event with talks of its own.
    Part,
    /// A short address of welcome.
    Address,
    /// A talk, a report, a lecture.
    Talk,
    /// Several people in conversation.
    Panel,
    /// A launch, a signing, an award.
    Ceremony,
    /// The host's last words.
    Closing,
}

/// A place where something new begins, as the host says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The first sentence of the introduction: where a viewer wants to land.
    pub sentence: usize,
    /// What begins.
    pub kind: Kind,
    /// Who is announced, an index into [`Cast::speakers`].
    pub speaker: Option<usize>,
    /// The title that was announced, in the host's words.
    pub title: Option<String>,
}

/// The sentences that one speaker says in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CastTurn {
    /// Which sentences; the turns of a [`Cast`] tile them all.
    pub sentences: Range<usize>,
    /// Who, an index into [`Cast::speakers`].
    pub speaker: usize,
}

/// Who says what, before anything has a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cast {
    /// The speakers in the order of their first words.
    pub speakers: Vec<Speaker>,
    /// The turns in order; they tile all sentences.
    pub turns: Vec<CastTurn>,
    /// What was announced, in order.
    pub announcements: Vec<Announcement>,
}

/// Finds who says which sentence. A sentence in which the speaker changes is split.
pub fn cast(sentences: Vec<Sentence>, language: Language) -> (Vec<Sentence>, Cast) {
    let _ = language;
    (sentences, Cast::default())
}

/// The turns with their times; `segments[i]` belongs to sentence `i`. A turn without a spoken segment is left out.
pub fn timed_turns(cast: &Cast, segments: &[Segment]) -> Vec<Turn> {
    cast.turns
        .iter()
        .filter_map(|turn| {
            let spoken = segments.get(turn.sentences.clone())?.iter().filter_map(|segment| segment.span);
            let span = spoken.reduce(Span::union)?;
            Some(Turn { span, speaker: turn.speaker, segments: turn.sentences.clone() })
        })
        .collect()
}
