//! Chapters: where the parts of an event and its talks begin, and what they are called.
//!
//! What the host announced divides the recording: parts at level 1, what happens in them at level 2. An event without
//! parts has its talks at level 1. A long talk is divided by topic, one level below; so is a recording in which nothing
//! was announced (`topics`).
//!
//! The [`outline`] knows sentences, not times, so that a transcript alone has one too; [`place()`] gives it times.

mod amount;
pub mod given;
pub mod parts;
mod phrases;
mod place;
mod questions;
mod read_aloud;
mod titles;
mod topics;
mod words;

use std::cmp::Reverse;

use crate::speakers::{self, Announcement, Cast, Kind};
use crate::timeline::{Chapter, Language, Ms, Segment, Sentence, Timeline, Traced};

pub use amount::{Amount, NoAmount};
pub use place::place;
pub use read_aloud::read_aloud;

use phrases::{Form, Phrases};
use topics::Evidence;

/// A chapter before it has a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The sentence that it begins with.
    pub sentence: usize,
    /// 1 for the parts of the event, 2 for the talks, 3 for parts of a talk.
    pub level: u8,
    /// The title at full length.
    pub title: String,
    /// Whose talk it is, an index into [`Cast::speakers`].
    pub speaker: Option<usize>,
    /// When it begins, where the user says so and no sentence begins near.
    pub at: Option<Ms>,
}

/// Divides a recording of length `duration` into chapters, in the order of time, a part before its talks.
///
/// `segments[i]` belongs to sentence `i` of the cast. The first chapter begins at zero; each ends where the next one of
/// its level, or of a lower number, begins. An opening part and the host's words in it begin at the same time. Nothing
/// spoken gives no chapters.
pub fn divide(segments: &[Segment], cast: &Cast, duration: Ms, language: Language) -> Vec<Chapter> {
    place(&outline(segments, cast, language, Amount::Auto), segments, duration, language)
}

/// A topic lasts about this long, where nobody says how many chapters there are to be.
const USUAL_TOPIC: Ms = Ms::from_secs(5 * 60);

/// A talk more than this many times longer than a usual topic is divided. One of a usual slot, twenty minutes, stays whole: what
/// was announced says more than a topic's words.
const LONG_TALK: i64 = 4;

/// The headings of a recording: what was announced, and the topics of what is long; of more than are wanted the
/// most important ones. The segments' times tell lengths and pauses only.
pub fn outline(segments: &[Segment], cast: &Cast, language: Language, amount: Amount) -> Vec<Heading> {
    let phrases = Phrases::of(segments, language);
    let evidence = Evidence::of(segments, cast);
    let length = evidence.length(&(0..segments.len()));
    let usual = amount.usual(length).unwrap_or(USUAL_TOPIC).max(SHORTEST_TOPIC);
    let introduced = titles::introductions(segments, cast);
    let announced = announced(&phrases, cast, &introduced, language);
    let headings = all_headings(announced, &phrases, &evidence, cast, language, usual);
    match amount.most(length) {
        Some(most) => most_important(headings, most, &evidence),
        None => headings,
    }
}

/// No topic is wanted shorter than this, however many chapters are.
const SHORTEST_TOPIC: Ms = Ms::from_secs(30);

fn all_headings(
    announced: Vec<(Heading, Kind)>,
    phrases: &Phrases,
    evidence: &Evidence,
    cast: &Cast,
    language: Language,
    usual: Ms,
) -> Vec<Heading> {
    if announced.is_empty() {
        return topics::divide(0..phrases.sentences(), 1, usual, form(cast), evidence, phrases);
    }
    let ends: Vec<usize> =
        announced.iter().skip(1).map(|(heading, _)| heading.sentence).chain([phrases.sentences()]).collect();
    let mut headings = Vec::new();
    for ((heading, kind), end) in announced.into_iter().zip(ends) {
        let talk = heading.sentence..end;
        let is_long = evidence.length(&talk).0 > LONG_TALK * usual.0 && matches!(kind, Kind::Talk | Kind::Panel);
        let below = heading.level + 1;
        let who = heading.speaker.and_then(|speaker| cast.speakers.get(speaker));
        let who = who.filter(|_| kind == Kind::Talk).map(|speaker| speaker.name.clone());
        headings.push(heading);
        if is_long {
            // The talk's own heading stands for its first topic.
            let form = if kind == Kind::Panel { Form::Conversation } else { Form::Talk };
            let topics = topics::divide(talk, below, usual, form, evidence, phrases).into_iter().skip(1);
            headings.extend(topics.map(|topic| {
                let title = titles::of_topic(&topic.title, kind, who.as_deref(), language);
                Heading { title, ..topic }
            }));
        }
    }
    headings
}

/// Where nothing is announced, several speakers are in conversation.
fn form(cast: &Cast) -> Form {
    if cast.speakers.len() > 1 { Form::Conversation } else { Form::Talk }
}

/// At most so many headings, in their order: the upper levels first, in each the longer ones.
fn most_important(headings: Vec<Heading>, most: usize, evidence: &Evidence) -> Vec<Heading> {
    let length = |at: usize| {
        let next = headings[at + 1..].iter().find(|next| next.level <= headings[at].level);
        let end = next.map_or(evidence.sentences(), |next| next.sentence);
        evidence.length(&(headings[at].sentence..end))
    };
    let mut order: Vec<usize> = (0..headings.len()).collect();
    // Without its first chapter a list has no beginning.
    order.sort_by_key(|&at| (at > 0, headings[at].level, Reverse(length(at)), at));
    let mut kept: Vec<usize> = Vec::new();
    for at in order {
        let is_double = kept.iter().any(|&other| headings[other].sentence == headings[at].sentence);
        if kept.len() < most && !is_double {
            kept.push(at);
        }
    }
    kept.sort_unstable();
    kept.into_iter().map(|at| headings[at].clone()).collect()
}

/// A timeline's headings as its text gives them; each with the number of its segment.
pub fn outline_of(timeline: &Timeline, amount: Amount) -> Vec<Heading> {
    let sentences = |labelled: bool| -> Vec<Sentence> {
        let label = |segment: &Segment| timeline.speaker_name(segment.speaker).filter(|_| labelled).map(String::from);
        let text = |at: usize, segment: &Segment| Traced::line(at as u32, &segment.text);
        let sentence =
            |(at, segment)| Sentence { text: text(at, segment), label: label(segment), ..Sentence::default() };
        timeline.segments.iter().enumerate().map(sentence).collect()
    };
    let (mut pieces, mut cast) = speakers::cast(sentences(false), timeline.language);
    if cast.announcements.is_empty() {
        // Nobody introduces anybody; but the timeline may know who asks and who answers.
        (pieces, cast) = speakers::cast(sentences(true), timeline.language);
    }
    let segment_of = |piece: &Sentence| piece.text.place().map_or(0, |place| place.start.line as usize);
    let segments: Vec<Segment> = pieces
        .iter()
        .map(|piece| Segment { text: piece.text.text(), ..timeline.segments[segment_of(piece)].clone() })
        .collect();
    let headings = outline(&segments, &cast, timeline.language, amount);
    headings.into_iter().map(|heading| Heading { sentence: segment_of(&pieces[heading.sentence]), ..heading }).collect()
}

/// The headings of what was announced, and its kind.
fn announced(
    phrases: &Phrases,
    cast: &Cast,
    introduced: &[Option<String>],
    language: Language,
) -> Vec<(Heading, Kind)> {
    let announcements = &cast.announcements;
    let has_parts = announcements.iter().any(|announcement| announcement.kind == Kind::Part);
    let mut headings: Vec<(Heading, Kind)> = Vec::new();
    for (number, announcement) in announcements.iter().enumerate() {
        let Announcement { sentence, kind, speaker, .. } = *announcement;
        let next = announcements.get(number + 1);
        let talk = sentence..next.map_or(phrases.sentences(), |next| next.sentence);
        let title = titles::of(announcement, introduced[number].as_deref(), talk, phrases, cast, language);
        // With addresses before the first part, the opening is a part of its own, and the host's words are its first
        // chapter.
        let next = next.map(|next| next.kind);
        if kind == Kind::Opening && has_parts && next.is_some_and(|kind| kind != Kind::Part) {
            let part = titles::of_opening(next, language).to_string();
            headings.push((Heading { sentence, level: 1, title: part, speaker: None, at: None }, kind));
            headings.push((Heading { sentence, level: 2, title, speaker, at: None }, kind));
            continue;
        }
        let level = if has_parts && !matches!(kind, Kind::Part | Kind::Opening) { 2 } else { 1 };
        headings.push((Heading { sentence, level, title, speaker, at: None }, kind));
    }
    headings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Span, Speaker};

    fn segments(seconds: &[Option<i64>]) -> Vec<Segment> {
        let span = |s: &i64| Span::new(Ms::from_secs(*s), Ms::from_secs(s + 5));
        seconds.iter().map(|s| Segment { span: s.as_ref().map(span), ..Segment::default() }).collect()
    }

    fn announce(sentence: usize, kind: Kind, speaker: Option<usize>, title: Option<&str>) -> Announcement {
        Announcement { sentence, kind, speaker, title: title.map(String::from) }
    }

    fn speaker(id: usize, name: &str) -> Speaker {
        Speaker { id, name: name.into(), title: None }
    }

    fn outline(chapters: &[Chapter]) -> Vec<(i64, i64, u8, &str)> {
        chapters.iter().map(|c| (c.span.start.0 / 1000, c.span.end.0 / 1000, c.level, c.title.as_str())).collect()
    }

    #[test]
    fn talks_lie_inside_parts() {
        let cast = Cast {
            speakers: vec![speaker(0, "林晓"), speaker(1, "周明"), speaker(2, "何青")],
            turns: vec![],
            inserts: vec![],
            announcements: vec![
                announce(0, Kind::Opening, Some(0), None),
                announce(1, Kind::Address, Some(1), None),
                announce(2, Kind::Part, None, Some("篇章一：听见")),
                announce(3, Kind::Talk, Some(2), Some("深海的声音")),
                announce(4, Kind::Closing, Some(0), None),
            ],
        };
        let chapters = divide(
            &segments(&[Some(10), Some(60), Some(120), None, Some(180)]),
            &cast,
            Ms::from_secs(300),
            Language::Chinese,
        );
        assert_eq!(
            outline(&chapters),
            [
                (0, 119, 1, "开场与致辞"),
                (9, 59, 2, "开场"),
                (59, 119, 2, "致辞｜周明"),
                (119, 300, 1, "篇章一：听见"),
                (179, 300, 2, "闭幕"),
            ]
        );
    }

    #[test]
    fn without_parts_the_talks_are_the_parts() {
        let cast = Cast {
            speakers: vec![speaker(0, "Speaker 1"), speaker(1, "Jane Miller")],
            turns: vec![],
            inserts: vec![],
            announcements: vec![
                announce(0, Kind::Opening, Some(0), None),
                announce(1, Kind::Talk, Some(1), Some("soft robots")),
            ],
        };
        let chapters = divide(&segments(&[Some(2), Some(30)]), &cast, Ms::from_secs(90), Language::English);
        assert_eq!(outline(&chapters), [(0, 29, 1, "Opening"), (29, 90, 1, "Jane Miller: soft robots")]);
    }

    #[test]
    fn nothing_spoken_gives_no_chapters() {
        assert!(divide(&segments(&[None, None]), &Cast::default(), Ms::from_secs(60), Language::Chinese).is_empty());
        assert!(divide(&[], &Cast::default(), Ms::ZERO, Language::English).is_empty());
    }
}
