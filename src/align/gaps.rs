//! Media time without transcript, and what fills it.

use crate::signal::{Sound, SpeechMap};
use crate::timeline::{Gap, GapKind, Ms, Span};

/// The shortest stretch between two words that is reported as a gap: longer than a speaker's own pauses.
const SHORTEST_GAP: Ms = Ms(2_000);
/// The shortest part of a gap that has a kind of its own; a cough in a silence is no untranscribed speech.
const SHORTEST_PART: Ms = Ms(1_500);

/// The gaps before, between and after `words`, which are in the order of time, each cut where its kind changes.
pub fn gaps(words: &[Span], map: &SpeechMap) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut end = Ms::ZERO;
    let edge = Span { start: map.duration(), end: map.duration() };
    for word in words.iter().chain([&edge]) {
        let free = Span::new(end, word.start);
        if free.length() >= SHORTEST_GAP {
            gaps.extend(parts(free, map));
        }
        end = end.max(word.end);
    }
    gaps
}

/// Cuts a gap into parts of one kind each; parts that are too short go to their neighbour, the one before first.
fn parts(gap: Span, map: &SpeechMap) -> Vec<Gap> {
    let mut parts: Vec<Gap> = Vec::new();
    let first = map.stretches.partition_point(|stretch| stretch.span.end <= gap.start);
    for stretch in map.stretches[first..].iter().take_while(|stretch| stretch.span.start < gap.end) {
        let Some(span) = stretch.span.overlap(gap) else { continue };
        let kind = match stretch.sound {
            Sound::Silence => GapKind::Silence,
            Sound::Music => GapKind::Music,
            Sound::Speech => GapKind::Untranscribed,
        };
        match parts.last_mut() {
            Some(last) if last.kind == kind || span.length() < SHORTEST_PART => last.span.end = span.end,
            Some(last) if last.span.length() < SHORTEST_PART => {
                last.span.end = span.end;
                last.kind = kind;
            }
            _ => parts.push(Gap { span, kind }),
        }
    }
    join_like(parts)
}

/// Joins neighbours that have become alike.
fn join_like(parts: Vec<Gap>) -> Vec<Gap> {
    let mut joined: Vec<Gap> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if last.kind == part.kind => last.span.end = part.span.end,
            _ => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Stretch;

    fn map(parts: &[(i64, Sound)]) -> SpeechMap {
        let mut start = Ms::ZERO;
        let stretches = parts
            .iter()
            .map(|&(end, sound)| {
                let span = Span::new(start, Ms(end));
                start = span.end;
                Stretch { span, sound }
            })
            .collect();
        SpeechMap { stretches }
    }

    #[test]
    fn a_gap_is_cut_where_its_kind_changes() {
        let map =
            map(&[(5_000, Sound::Music), (9_000, Sound::Speech), (9_300, Sound::Silence), (20_000, Sound::Speech)]);
        let words = [Span::new(Ms(15_000), Ms(19_000))];
        assert_eq!(
            gaps(&words, &map),
            [
                Gap { span: Span::new(Ms(0), Ms(5_000)), kind: GapKind::Music },
                Gap { span: Span::new(Ms(5_000), Ms(15_000)), kind: GapKind::Untranscribed },
            ]
        );
    }

    #[test]
    fn a_pause_between_words_is_no_gap() {
        let map = map(&[(10_000, Sound::Speech)]);
        let words = [Span::new(Ms(0), Ms(4_000)), Span::new(Ms(5_500), Ms(10_000))];
        assert_eq!(gaps(&words, &map), []);
    }

    #[test]
    fn without_any_word_everything_is_a_gap() {
        let map = map(&[(3_000, Sound::Silence), (8_000, Sound::Speech)]);
        let kinds: Vec<GapKind> = gaps(&[], &map).iter().map(|gap| gap.kind).collect();
        assert_eq!(kinds, [GapKind::Silence, GapKind::Untranscribed]);
    }
}
