//! Who speaks: turns and names, from the labels of the transcript or from what the host says.

mod floor;
mod grammar;
mod joint;
mod labels;
mod lead;
pub(crate) mod names;
mod panel;
mod parts;
mod people;
pub mod voices;

use std::ops::Range;

pub(crate) use grammar::subject_in;
pub use joint::{Sound, Voiced, join};
pub use people::{People, PeopleError};

use floor::{Draft, Person, Spot, Stage};

use crate::timeline::{Hint, Language, Ms, Segment, Sentence, Span, Speaker, Turn};

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

/// How a speaker has the floor, which tells how long the words can be trusted about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The transcript itself says who speaks.
    Label,
    /// The floor was given, and is held until it is passed on.
    #[default]
    Floor,
    /// In a conversation, where anybody may speak next, but begun with the speaker's own name.
    Panel,
    /// In a conversation, by what is said.
    Likely,
    /// The words tell nothing.
    Unknown,
}

impl Hold {
    /// How far the words can be trusted that the speaker says sentence number `into` of the turn, counted from 0; 0 to 1.
    fn trust(self, into: usize) -> f64 {
        /// There may be films, voices off and hecklers.
        const FLOOR: f64 = 0.95;
        /// In a conversation only the first sentence is nearly sure, and each that follows by so much less.
        const PANEL: (f64, f64) = (0.9, 0.6);
        /// Who answers whom is a guess, and one wrong guess makes the next.
        const LIKELY: f64 = 0.2;
        match self {
            Hold::Label | Hold::Floor => FLOOR,
            Hold::Panel => PANEL.0 * PANEL.1.powi(into as i32),
            Hold::Likely => LIKELY,
            Hold::Unknown => 0.0,
        }
    }
}

/// The sentences that one speaker says in one go.
#[derive(Clone, Debug, PartialEq)]
pub struct CastTurn {
    /// Which sentences; the turns of a [`Cast`] tile them all.
    pub sentences: Range<usize>,
    /// Who, an index into [`Cast::speakers`].
    pub speaker: usize,
    /// How the speaker has the floor.
    pub hold: Hold,
    /// How sure that is, 0 to 1: the mean over what is said.
    pub confidence: f32,
}

/// Speech that the transcript lacks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Insert {
    /// When.
    pub span: Span,
    /// Who speaks, an index into [`Cast::speakers`].
    pub speaker: usize,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
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
    /// Speech that the transcript lacks, in the order of time; only known where the recording was listened to.
    pub inserts: Vec<Insert>,
}

/// Finds who says which sentence. A sentence in which the speaker changes is split.
///
/// Labels of the transcript win; without any, the host's introductions and thanks divide the text. Someone whose name
/// was not heard is `说话人 1` or `Speaker 1`, numbered in the order of first words.
pub fn cast(sentences: Vec<Sentence>, language: Language) -> (Vec<Sentence>, Cast) {
    cast_people(sentences, &People::default(), language)
}

/// The same where the user says how some people are written.
pub fn cast_people(sentences: Vec<Sentence>, people: &People, language: Language) -> (Vec<Sentence>, Cast) {
    if sentences.is_empty() {
        return (sentences, Cast::default());
    }
    let texts: Vec<String> = sentences.iter().map(|sentence| sentence.text.text()).collect();
    let mut stage = if sentences.iter().any(|sentence| sentence.label.is_some()) {
        labels::read(&sentences, &texts)
    } else {
        floor::walk(&texts)
    };
    stage.respell(people);
    assemble(sentences, &texts, stage, language)
}

/// Splits the sentences at the turns' borders and numbers the speakers in the order of their first words.
fn assemble(sentences: Vec<Sentence>, texts: &[String], stage: Stage, language: Language) -> (Vec<Sentence>, Cast) {
    let mut speakers: Vec<Speaker> = Vec::new();
    let mut numbers: Vec<Option<usize>> = vec![None; stage.people.len()];
    let (mut pieces, mut turns, mut starts) = (Vec::new(), Vec::<CastTurn>::new(), Vec::<Spot>::new());
    let mut borders = stage.borders.iter().peekable();
    for (index, (sentence, text)) in sentences.into_iter().zip(texts).enumerate() {
        starts.push((index, 0));
        let mut rest = Some(sentence);
        let mut done = 0;
        while let Some(((_, byte), person, hold)) = borders.next_if(|((at, _), ..)| *at <= index) {
            let chars = text.get(..*byte).map_or(0, |before| before.chars().count());
            let before = pieces.len();
            rest = rest.and_then(|whole| cut(whole, chars.saturating_sub(done), &mut pieces));
            if pieces.len() > before {
                starts.push((index, *byte));
                done = chars;
            }
            let speaker = *numbers[*person].get_or_insert_with(|| {
                speakers.push(named(&stage.people[*person], &speakers, language));
                speakers.len() - 1
            });
            begin_turn(&mut turns, pieces.len(), speaker, *hold);
        }
        pieces.extend(rest);
    }
    if let Some(last) = turns.last_mut() {
        last.sentences.end = pieces.len();
    }
    let opening = stage.drafts.first().map(|_| Announcement {
        sentence: 0,
        kind: Kind::Opening,
        speaker: turns.first().map(|turn| turn.speaker),
        title: None,
    });
    // Whoever is announced and never takes the floor gave no talk.
    let is_silent = |draft: &Draft| {
        matches!(draft.kind, Kind::Talk | Kind::Address) && draft.person.is_some_and(|person| numbers[person].is_none())
    };
    let drafts = stage.drafts.into_iter().filter(|draft| !is_silent(draft)).map(|draft| Announcement {
        sentence: starts.partition_point(|start| *start <= draft.at).saturating_sub(1),
        kind: draft.kind,
        speaker: draft.person.and_then(|person| numbers[person]),
        title: draft.title,
    });
    let announcements = opening.into_iter().chain(drafts).collect();
    for turn in &mut turns {
        let sum: f64 = (0..turn.sentences.len()).map(|into| turn.hold.trust(into)).sum();
        turn.confidence = (sum / turn.sentences.len().max(1) as f64) as f32;
    }
    (pieces, Cast { speakers, turns, announcements, inserts: Vec::new() })
}

/// Cuts the first `chars` characters off into `pieces`; gives back the rest.
fn cut(mut whole: Sentence, chars: usize, pieces: &mut Vec<Sentence>) -> Option<Sentence> {
    if chars == 0 || chars >= whole.text.len() {
        return Some(whole);
    }
    let length = whole.text.len() as i64;
    let (mut before, after) = (whole.clone(), whole.text.slice(chars..whole.text.len()));
    before.text = whole.text.slice(0..chars);
    whole.text = after;
    if let Some(hint) = whole.hint {
        // A hint holds for the whole sentence: its pieces share it by their length.
        let span = hint.span;
        let middle = Ms(span.start.0 + span.length().0 * chars as i64 / length);
        before.hint = Some(Hint { span: Span::new(span.start, middle), exact_end: false, ..hint });
        let rest = Hint { span: Span::new(middle, span.end), exact_start: false, ..hint };
        whole.hint = Some(rest).filter(|_| span.length() > Ms::ZERO);
    }
    pieces.push(before);
    Some(whole)
}

/// A new turn, unless the same speaker goes on; a turn that came to nothing is given up.
fn begin_turn(turns: &mut Vec<CastTurn>, from: usize, speaker: usize, hold: Hold) {
    if let Some(last) = turns.last_mut() {
        last.sentences.end = from;
    }
    turns.pop_if(|last| last.sentences.is_empty());
    if turns.last().is_none_or(|last| last.speaker != speaker) {
        turns.push(CastTurn { sentences: from..from, speaker, hold, confidence: 0.0 });
    }
}

fn named(person: &Person, before: &[Speaker], language: Language) -> Speaker {
    let name = person.name.clone().unwrap_or_else(|| unnamed(before, language));
    Speaker { id: before.len(), name, title: person.office.clone() }
}

/// What speakers are called whose names nobody says, but for the number.
fn nameless(language: Language) -> &'static str {
    match language {
        Language::Chinese => "说话人 ",
        Language::English => "Speaker ",
    }
}

/// What the next one is called whose name nobody says.
fn unnamed(before: &[Speaker], language: Language) -> String {
    let number = before.iter().filter(|speaker| is_unnamed(speaker, language)).count() + 1;
    format!("{}{number}", nameless(language))
}

/// Whether a speaker is only numbered, because nobody said the name.
pub fn is_unnamed(speaker: &Speaker, language: Language) -> bool {
    speaker.name.starts_with(nameless(language))
}

/// The turns with their times; `segments[i]` belongs to sentence `i`. A turn without a spoken segment is left out; one of
/// speech without transcript has no segments, and divides the turn in which it lies.
pub fn timed_turns(cast: &Cast, segments: &[Segment]) -> Vec<Turn> {
    let said = cast.turns.iter().enumerate().flat_map(|(turn, of)| {
        let spoken = segments.iter().enumerate().take(of.sentences.end).skip(of.sentences.start);
        let said = move |(segment, span)| Said { segment, span, turn, speaker: of.speaker, confidence: of.confidence };
        spoken.filter_map(|(at, segment)| Some((at, segment.span?))).map(said)
    });
    turns_of(said, &cast.inserts, segments.len())
}

/// A segment that is spoken, and who says it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// Which.
    pub segment: usize,
    /// When.
    pub span: Span,
    /// In which turn, a number that no other turn has.
    pub turn: usize,
    /// Who, an index into the speakers.
    pub speaker: usize,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
}

/// The turns that spoken segments make, of `segments` in all, and what the transcript lacks between them.
pub fn turns_of(said: impl Iterator<Item = Said>, inserts: &[Insert], segments: usize) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    let mut inserts = inserts.iter().peekable();
    let mut open = None;
    for Said { segment: at, span, turn, speaker, confidence } in said {
        while let Some(insert) = inserts.next_if(|insert| insert.span.start < span.start) {
            turns.push(insert.turn(at));
            open = None;
        }
        match turns.last_mut().filter(|_| open == Some(turn)) {
            Some(turn) => {
                (turn.span, turn.segments.end) = (turn.span.union(span), at + 1);
                turn.confidence = turn.confidence.min(confidence);
            }
            None => turns.push(Turn { span, speaker, segments: at..at + 1, confidence }),
        }
        open = Some(turn);
    }
    turns.extend(inserts.map(|insert| insert.turn(segments)));
    turns
}

impl Insert {
    /// Its turn, before segment number `next`.
    fn turn(self, next: usize) -> Turn {
        Turn { span: self.span, speaker: self.speaker, segments: next..next, confidence: self.confidence }
    }
}
