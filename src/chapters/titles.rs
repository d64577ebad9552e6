//! What a chapter is called: what was announced, else what it is about in its own words.

use std::ops::Range;

use super::phrases::Phrases;
use crate::speakers::{self, Announcement, Cast, CastTurn, Kind};
use crate::timeline::{Language, Segment};

/// The title at full length: who, and what was announced; of a talk without a title, what it is about.
pub(super) fn of(
    announcement: &Announcement,
    subject: Option<&str>,
    talk: Range<usize>,
    phrases: &Phrases,
    cast: &Cast,
    language: Language,
) -> String {
    let who = announcement.speaker.and_then(|speaker| cast.speakers.get(speaker)).map(|speaker| speaker.name.as_str());
    let kind = kind(announcement.kind, language);
    let (colon, bar) = match language {
        Language::Chinese => ("：", "｜"),
        Language::English => (": ", " | "),
    };
    match (announcement.kind, who, announcement.title.as_deref()) {
        (Kind::Talk, Some(who), Some(title)) => format!("{who}{colon}{title}"),
        (Kind::Talk, Some(who), None) => match subject.map(String::from).or_else(|| phrases.subject(talk, who)) {
            Some(subject) => format!("{who}{colon}{subject}"),
            None => format!("{kind}{bar}{who}"),
        },
        (Kind::Opening | Kind::Closing, ..) => kind.to_string(),
        (_, _, Some(title)) => capitalised(title),
        (Kind::Part, ..) => kind.to_string(),
        (_, Some(who), None) => format!("{kind}{bar}{who}"),
        (_, None, None) => kind.to_string(),
    }
}

/// What the host says that a talk is about where no title is announced, announcement by announcement: in the introduction,
/// or just before it, where the one who spoke before hands over.
pub(super) fn introductions(segments: &[Segment], cast: &Cast) -> Vec<Option<String>> {
    let introduction = |announcement: &Announcement| {
        let first = announcement.sentence;
        let is_own = |turn: &&CastTurn| Some(turn.speaker) == announcement.speaker && turn.sentences.start > first;
        let end = cast.turns.iter().find(is_own).map_or(first + 1, |turn| turn.sentences.start).min(segments.len());
        let texts = segments[first.saturating_sub(1)..end].iter().rev();
        texts.map(|segment| segment.text.as_str()).find_map(speakers::subject_in)
    };
    cast.announcements.iter().map(introduction).collect()
}

/// A topic's title, with what tells in a row of titles to which talk it belongs.
pub(super) fn of_topic(topic: &str, talk: Kind, who: Option<&str>, language: Language) -> String {
    match (who, language) {
        (Some(who), Language::Chinese) => format!("{who}：{topic}"),
        (Some(who), Language::English) => format!("{who}: {topic}"),
        (None, Language::Chinese) => format!("{}｜{topic}", kind(talk, language)),
        (None, Language::English) => format!("{} | {topic}", kind(talk, language)),
    }
}

/// An opening that is a part of its own, by what follows in it.
pub(super) fn of_opening(next: Option<Kind>, language: Language) -> &'static str {
    match (language, next) {
        (Language::Chinese, Some(Kind::Address)) => "开场与致辞",
        (Language::Chinese, _) => "开场",
        (Language::English, Some(Kind::Address)) => "Opening and addresses",
        (Language::English, _) => "Opening",
    }
}

fn kind(kind: Kind, language: Language) -> &'static str {
    let (chinese, english) = match kind {
        Kind::Opening => ("开场", "Opening"),
        Kind::Part => ("篇章", "Part"),
        Kind::Address => ("致辞", "Address"),
        Kind::Talk => ("演讲", "Talk"),
        Kind::Panel => ("对话", "Panel"),
        Kind::Ceremony => ("仪式", "Ceremony"),
        Kind::Closing => ("闭幕", "Closing"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

pub(super) fn capitalised(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
