//! Chapters: where the parts of an event and its talks begin, and what they are called.
//!
//! What the host announced divides the recording: parts at level 1, what happens in them at level 2. An event without
//! parts has its talks at level 1. Where nothing was announced, changes of topic divide it.

mod topics;

use crate::speakers::{Announcement, Cast, Kind};
use crate::timeline::{Chapter, Language, Ms, Segment, Span};

/// A chapter that knows its start only.
struct Start {
    at: Ms,
    level: u8,
    title: String,
    speaker: Option<usize>,
}

/// Divides a recording of length `duration` into chapters, in the order of time, a part before its talks.
///
/// `segments[i]` belongs to sentence `i` of the cast. The first chapter begins at zero; each ends where the next one of
/// its level, or of a lower number, begins. An opening part and the host's words in it begin at the same time. Nothing
/// spoken gives no chapters.
pub fn divide(segments: &[Segment], cast: &Cast, duration: Ms, language: Language) -> Vec<Chapter> {
    let mut starts = announced(segments, cast, language);
    if starts.is_empty() {
        starts = topics::divide(segments, duration)
            .into_iter()
            .map(|topic| Start { at: topic.at, level: 1, title: topic.title, speaker: None })
            .collect();
    }
    begin_at_zero(&mut starts, language);
    close(starts, duration)
}

/// A recording that begins with more than this of music or silence gets a chapter for it, so that nobody need sit
/// through it to find the first words.
const LONG_PRELUDE: Ms = Ms::from_secs(15);

/// Players want the first chapter at zero: it reaches back there, or what goes before the first words is a chapter.
fn begin_at_zero(starts: &mut Vec<Start>, language: Language) {
    let Some(first) = starts.first_mut() else { return };
    if first.at <= LONG_PRELUDE {
        first.at = Ms::ZERO;
        return;
    }
    let title = match language {
        Language::Chinese => "片头",
        Language::English => "Before the start",
    };
    starts.insert(0, Start { at: Ms::ZERO, level: 1, title: title.into(), speaker: None });
}

/// The chapters that announcements begin.
fn announced(segments: &[Segment], cast: &Cast, language: Language) -> Vec<Start> {
    let has_parts = cast.announcements.iter().any(|announcement| announcement.kind == Kind::Part);
    let mut starts: Vec<Start> = Vec::new();
    for (number, announcement) in cast.announcements.iter().enumerate() {
        let Some(at) = spoken_from(segments, announcement.sentence) else { continue };
        let at = starts.last().map_or(at, |last| at.max(last.at));
        let title = title(announcement, cast, language);
        let speaker = announcement.speaker;
        if announcement.kind == Kind::Opening {
            // With addresses before the first part, the opening is a part of its own, and the host's words are its
            // first chapter.
            let next = cast.announcements.get(number + 1).map(|next| next.kind);
            if has_parts && next.is_some_and(|kind| kind != Kind::Part) {
                starts.push(Start { at, level: 1, title: opening_title(next, language), speaker: None });
                starts.push(Start { at, level: 2, title, speaker });
            } else {
                starts.push(Start { at, level: 1, title, speaker });
            }
            continue;
        }
        let level = if has_parts && announcement.kind != Kind::Part { 2 } else { 1 };
        starts.push(Start { at, level, title, speaker });
    }
    starts
}

/// The start of the first spoken segment at or after `sentence`.
fn spoken_from(segments: &[Segment], sentence: usize) -> Option<Ms> {
    segments.get(sentence..)?.iter().find_map(|segment| Some(segment.span?.start))
}

fn opening_title(next: Option<Kind>, language: Language) -> String {
    match (language, next) {
        (Language::Chinese, Some(Kind::Address)) => "开场与致辞",
        (Language::Chinese, _) => "开场",
        (Language::English, Some(Kind::Address)) => "Opening and addresses",
        (Language::English, _) => "Opening",
    }
    .to_string()
}

/// The title at full length: who, and what was announced.
fn title(announcement: &Announcement, cast: &Cast, language: Language) -> String {
    let chinese = language == Language::Chinese;
    let who = announcement.speaker.and_then(|speaker| cast.speakers.get(speaker)).map(|speaker| speaker.name.as_str());
    let kind = match (announcement.kind, chinese) {
        (Kind::Opening, true) => "开场",
        (Kind::Opening, false) => "Opening",
        (Kind::Part, true) => "篇章",
        (Kind::Part, false) => "Part",
        (Kind::Address, true) => "致辞",
        (Kind::Address, false) => "Address",
        (Kind::Talk, true) => "演讲",
        (Kind::Talk, false) => "Talk",
        (Kind::Panel, true) => "对话",
        (Kind::Panel, false) => "Panel",
        (Kind::Ceremony, true) => "仪式",
        (Kind::Ceremony, false) => "Ceremony",
        (Kind::Closing, true) => "闭幕",
        (Kind::Closing, false) => "Closing",
    };
    let colon = if chinese { "：" } else { ": " };
    let bar = if chinese { "｜" } else { " | " };
    match (announcement.kind, who, announcement.title.as_deref()) {
        (Kind::Talk, Some(who), Some(title)) => format!("{who}{colon}{title}"),
        (Kind::Opening | Kind::Closing, ..) => kind.to_string(),
        (_, _, Some(title)) => capitalised(title),
        (Kind::Part, ..) => kind.to_string(),
        (_, Some(who), None) => format!("{kind}{bar}{who}"),
        (_, None, None) => kind.to_string(),
    }
}

fn capitalised(title: &str) -> String {
    let mut chars = title.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Gives every start its end.
fn close(starts: Vec<Start>, duration: Ms) -> Vec<Chapter> {
    let mut ends = vec![duration; starts.len()];
    for level in 1..=3 {
        let mut end = duration;
        for (start, slot) in starts.iter().zip(&mut ends).rev() {
            if start.level == level {
                *slot = end;
            }
            if start.level <= level {
                end = start.at;
            }
        }
    }
    let chapter = |(start, end): (Start, Ms)| Chapter {
        span: Span::new(start.at, end),
        title: start.title,
        level: start.level,
        speaker: start.speaker,
    };
    starts.into_iter().zip(ends).map(chapter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Speaker;

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
                (0, 120, 1, "开场与致辞"),
                (10, 60, 2, "开场"),
                (60, 120, 2, "致辞｜周明"),
                (120, 300, 1, "篇章一：听见"),
                (180, 180, 2, "何青：深海的声音"),
                (180, 300, 2, "闭幕"),
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
        assert_eq!(outline(&chapters), [(0, 30, 1, "Opening"), (30, 90, 1, "Jane Miller: soft robots")]);
    }

    #[test]
    fn nothing_spoken_gives_no_chapters() {
        assert!(divide(&segments(&[None, None]), &Cast::default(), Ms::from_secs(60), Language::Chinese).is_empty());
        assert!(divide(&[], &Cast::default(), Ms::ZERO, Language::English).is_empty());
    }
}
