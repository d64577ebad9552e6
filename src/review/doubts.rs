//! What is in doubt, the worst first.

use std::collections::HashMap;

use serde::Serialize;

use super::draft::{Draft, key};
use crate::cues::check::{Breach, Evidence, Rule, check};
use crate::cues::{Cue, Style};
use crate::formats::plot::UNCERTAIN;
use crate::speakers::is_unnamed;
use crate::timeline::{Correction, GapKind, Ms, Segment, Span, Tier, Timeline};

/// What kind of doubt it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A correction that is likely, or a guess.
    Correction,
    /// A sentence whose times are not sure.
    Times,
    /// A sentence that nobody says.
    Unspoken,
    /// Speech without transcript.
    Gap,
    /// A turn whose speaker is not sure.
    Turn,
    /// A speaker whose name nobody said.
    Name,
    /// A cue that breaks the guide.
    Cue,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// By what it is known, also after the next run.
    pub key: String,
    /// What kind.
    pub kind: Kind,
    /// When; where nothing is spoken, when what is before it ends.
    pub span: Span,
    /// What it is about, in the words of the transcript or of the rule.
    pub about: String,
    /// How much it matters: about how many words on the screen are wrong, times how probable that is.
    pub weight: f64,
    /// The correction, an index.
    pub correction: Option<usize>,
}

impl Doubt {
    /// Whether nobody said anything of it yet.
    pub fn is_open(&self, draft: &Draft) -> bool {
        let correction = self.correction.and_then(|at| draft.timeline.corrections.get(at));
        correction.map_or(!draft.passed.contains(&self.key), |made| made.decision.is_none())
    }
}

/// How probable it is that a correction which was left alone ought to be made: what was measured (docs/correction.md).
const SURE: f64 = 0.97;
const LIKELY: f64 = 0.84;
const GUESS: f64 = 0.4;
/// Words a second, to compare what is missing with what is wrong.
const WORDS_PER_SECOND: f64 = 3.0;
/// No doubt weighs more than so many words: a long one is settled at a glance as well.
const MOST: f64 = 12.0;
/// Shorter speech without transcript is a cough or a "yes".
const LEAST_GAP: Ms = Ms(1_000);
/// Who is as sure as this of a turn need not be asked.
const SURE_TURN: f32 = 0.5;

/// Everything in doubt, the worst first; what weighs the same, in the order of time.
pub fn doubts(timeline: &Timeline, cues: &[Cue], style: &Style) -> Vec<Doubt> {
    let times = sentence_times(timeline);
    let corrections = timeline.corrections.iter().enumerate();
    let mut doubts: Vec<Doubt> = corrections.filter_map(|(at, made)| correction(at, made, timeline, &times)).collect();
    doubts.extend(timeline.segments.iter().zip(&times).filter_map(|(segment, span)| sentence(segment, *span)));
    doubts.extend(gaps(timeline));
    doubts.extend(turns(timeline));
    doubts.extend(names(timeline));
    doubts.extend(check(cues, style, &Evidence::of_timeline(timeline)).iter().filter_map(cue));
    doubts.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.span.start.cmp(&b.span.start)));
    let mut seen: HashMap<String, usize> = HashMap::new();
    // Two of one key are told apart by their order.
    for doubt in &mut doubts {
        let count = seen.entry(doubt.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            doubt.key = format!("{}#{count}", doubt.key);
        }
    }
    doubts
}

/// When each sentence is spoken; of one that is not, the moment at which the one before it ends.
fn sentence_times(timeline: &Timeline) -> Vec<Span> {
    let mut reached = Ms::ZERO;
    let time = |segment: &Segment| {
        let span = segment.span.unwrap_or(Span::new(reached, reached));
        reached = span.end;
        span
    };
    timeline.segments.iter().map(time).collect()
}

/// The sentence that a correction is in, an index.
pub fn sentence_of(correction: &Correction, timeline: &Timeline) -> Option<usize> {
    let place = (correction.line, correction.offset);
    timeline.segments.iter().position(|segment| {
        let (start, end) = (segment.source.start, segment.source.end);
        (start.line, start.offset) <= place && place < (end.line, end.offset)
    })
}

fn correction(at: usize, made: &Correction, timeline: &Timeline, times: &[Span]) -> Option<Doubt> {
    let probable = match made.tier {
        // One that was made, or that the user left unmade: only what is proposed now is asked about.
        Tier::Sure if made.applied || made.decision.is_some() => return None,
        Tier::Sure => SURE,
        Tier::Likely => LIKELY,
        Tier::Guess => GUESS,
    };
    let wrong = if made.applied { 1.0 - probable } else { probable };
    let span = sentence_of(made, timeline).map_or_else(Span::default, |sentence| times[sentence]);
    let about = format!("{} → {}", made.wrong, made.put());
    Some(Doubt { key: key(made), kind: Kind::Correction, span, about, weight: wrong, correction: Some(at) })
}

fn sentence(segment: &Segment, span: Span) -> Option<Doubt> {
    let unspoken = segment.span.is_none();
    if !unspoken && segment.confidence >= UNCERTAIN {
        return None;
    }
    let kind = if unspoken { Kind::Unspoken } else { Kind::Times };
    // Nobody knows whether an unspoken sentence was cut from the recording or only not found.
    let wrong = if unspoken { 0.5 } else { 1.0 - f64::from(segment.confidence) };
    let weight = wrong * (segment.words.len() as f64).min(MOST);
    let (line, offset) = (segment.source.start.line, segment.source.start.offset);
    let name = if unspoken { "unspoken" } else { "times" };
    Some(Doubt {
        key: format!("{name}:{line}:{offset}"),
        kind,
        span,
        about: segment.text.clone(),
        weight,
        correction: None,
    })
}

fn gaps(timeline: &Timeline) -> impl Iterator<Item = Doubt> {
    let speech =
        timeline.gaps.iter().filter(|gap| gap.kind == GapKind::Untranscribed && gap.span.length() >= LEAST_GAP);
    speech.map(|gap| Doubt {
        key: format!("gap:{}", gap.span.start.0),
        kind: Kind::Gap,
        span: gap.span,
        about: format!("{:.1} s", gap.span.length().seconds()),
        weight: (gap.span.length().seconds() * WORDS_PER_SECOND).min(MOST),
        correction: None,
    })
}

fn turns(timeline: &Timeline) -> impl Iterator<Item = Doubt> {
    let unsure = timeline.turns.iter().filter(|turn| turn.confidence < SURE_TURN);
    unsure.map(|turn| Doubt {
        key: format!("turn:{}", turn.span.start.0),
        kind: Kind::Turn,
        span: turn.span,
        about: timeline.speaker_name(Some(turn.speaker)).unwrap_or_default().into(),
        weight: 1.0 - f64::from(turn.confidence),
        correction: None,
    })
}

/// A name that is missing is missed wherever its speaker is shown.
fn names(timeline: &Timeline) -> impl Iterator<Item = Doubt> {
    let unnamed = timeline.speakers.iter().filter(|speaker| is_unnamed(speaker, timeline.language));
    unnamed.filter_map(|speaker| {
        let turns = timeline.turns.iter().filter(|turn| turn.speaker == speaker.id);
        Some(Doubt {
            key: format!("name:{}", speaker.id),
            kind: Kind::Name,
            span: turns.clone().next()?.span,
            about: speaker.name.clone(),
            weight: (turns.count() as f64).min(MOST),
            correction: None,
        })
    })
}

fn cue(breach: &Breach) -> Option<Doubt> {
    let weight = match (breach.rule, breach.hard) {
        // Of the file as a whole.
        (Rule::ManyCues, _) => return None,
        (_, true) => 1.0,
        (Rule::MuchTooFast, _) => 0.5,
        _ => 0.1,
    };
    let about = format!("{}: {}, {}", breach.rule.id(), breach.measured, breach.limit);
    let key = format!("{}:{}", breach.rule.id(), breach.span.start.0);
    Some(Doubt { key, kind: Kind::Cue, span: breach.span, about, weight, correction: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Gap, Place, Point, Speaker, Turn};

    #[test]
    fn the_worst_comes_first() {
        let span = |start, end| Span::new(Ms(start), Ms(end));
        let place = Place { start: Point { line: 3, offset: 0 }, end: Point { line: 3, offset: 20 } };
        let said = Segment {
            span: Some(span(0, 2_000)),
            text: "听见声音".into(),
            confidence: 0.9,
            source: place,
            ..Segment::default()
        };
        let unsure = Segment {
            span: Some(span(2_000, 3_000)),
            confidence: 0.2,
            words: vec![Default::default(); 3],
            ..said.clone()
        };
        let row = |tier, wrong: &str| Correction {
            line: 3,
            offset: 2,
            wrong: wrong.into(),
            right: "生音".into(),
            tier,
            ..Correction::default()
        };
        let timeline = Timeline {
            segments: vec![said, unsure],
            corrections: vec![
                Correction { applied: true, ..row(Tier::Sure, "一") },
                row(Tier::Guess, "二"),
                row(Tier::Likely, "三"),
            ],
            gaps: vec![
                Gap { span: span(4_000, 9_000), kind: GapKind::Untranscribed },
                Gap { span: span(9_000, 9_500), kind: GapKind::Untranscribed },
                Gap { span: span(9_500, 19_000), kind: GapKind::Music },
            ],
            speakers: vec![Speaker { id: 0, name: "说话人 1".into(), title: None }],
            turns: vec![Turn { span: span(0, 2_000), speaker: 0, segments: 0..1, confidence: 0.4 }],
            ..Timeline::default()
        };
        let found = doubts(&timeline, &[], &Style::bilibili());
        let keys: Vec<&str> = found.iter().map(|doubt| doubt.key.as_str()).collect();
        assert_eq!(keys, ["gap:4000", "times:3:0", "name:0", "3:2:三:生音", "turn:0", "3:2:二:生音"]);
        assert_eq!((found[3].correction, found[3].span), (Some(2), span(0, 2_000)));
    }
}
