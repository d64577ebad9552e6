//! What is reviewed, and how it changes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::timeline::{Chapter, Correction, Decision, Gap, Segment, SettledCue, Speaker, Timeline, Turn};

/// A timeline that is being reviewed. Its cues are settled; they hold the letters of the spoken segments, each once and in
/// the order of time. Segments get their numbers when it is saved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The timeline.
    pub timeline: Timeline,
    /// The doubts in which all is well, by their keys.
    pub passed: BTreeSet<String>,
}

impl Draft {
    /// The draft of a timeline whose cues are these.
    pub fn of(mut timeline: Timeline, cues: Vec<SettledCue>) -> Draft {
        timeline.segments.iter_mut().for_each(|segment| segment.id = 0);
        timeline.cues = Some(cues);
        Draft { timeline, passed: BTreeSet::new() }
    }

    /// The timeline as it is saved.
    pub fn numbered(&self) -> Timeline {
        let mut timeline = self.timeline.clone();
        timeline.segments.iter_mut().enumerate().for_each(|(id, segment)| segment.id = id);
        timeline
    }

    /// The cues.
    pub fn cues(&self) -> &[SettledCue] {
        self.timeline.cues.as_deref().unwrap_or_default()
    }

    /// The same, to change.
    pub fn cues_mut(&mut self) -> &mut Vec<SettledCue> {
        self.timeline.cues.get_or_insert_default()
    }
}

/// By what a correction is known: where it stands in the transcript, and what it is about.
pub fn key(correction: &Correction) -> String {
    let Correction { line, offset, wrong, right, .. } = correction;
    format!("{line}:{offset}:{wrong}:{right}")
}

/// What was decided of corrections, by their keys.
pub fn decided(corrections: &[Correction]) -> impl Iterator<Item = (String, Decision)> {
    corrections.iter().filter_map(|made| Some((key(made), made.decision.clone()?)))
}

/// A change of a draft, which can be taken back and made again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cues: Vec<Splice<SettledCue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    segments: Vec<Splice<Segment>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    speakers: Vec<Splice<Speaker>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    turns: Vec<Splice<Turn>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chapters: Vec<Splice<Chapter>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<Splice<Gap>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<Splice<Correction>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed: Vec<Splice<String>>,
}

/// Some elements of a list that others take the place of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Splice<T> {
    at: usize,
    old: Vec<T>,
    new: Vec<T>,
}

/// A change of something else than the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it changes what is not there")]
pub struct Foreign;

impl Change {
    /// What makes one draft of another.
    pub fn between(old: &Draft, new: &Draft) -> Change {
        let (was, is) = (&old.timeline, &new.timeline);
        let passed = |draft: &Draft| draft.passed.iter().cloned().collect::<Vec<String>>();
        Change {
            cues: splices(old.cues(), new.cues()),
            segments: splices(&was.segments, &is.segments),
            speakers: splices(&was.speakers, &is.speakers),
            turns: splices(&was.turns, &is.turns),
            chapters: splices(&was.chapters, &is.chapters),
            gaps: splices(&was.gaps, &is.gaps),
            corrections: splices(&was.corrections, &is.corrections),
            passed: splices(&passed(old), &passed(new)),
        }
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Change::default()
    }

    /// Makes it, or takes it `back`.
    ///
    /// # Errors
    /// [`Foreign`] where the draft is not the one that it is a change of; then the draft is of no more use.
    pub fn put(&self, draft: &mut Draft, back: bool) -> Result<(), Foreign> {
        put(&self.cues, draft.cues_mut(), back)?;
        let timeline = &mut draft.timeline;
        put(&self.segments, &mut timeline.segments, back)?;
        put(&self.speakers, &mut timeline.speakers, back)?;
        put(&self.turns, &mut timeline.turns, back)?;
        put(&self.chapters, &mut timeline.chapters, back)?;
        put(&self.gaps, &mut timeline.gaps, back)?;
        put(&self.corrections, &mut timeline.corrections, back)?;
        let mut passed: Vec<String> = draft.passed.iter().cloned().collect();
        put(&self.passed, &mut passed, back)?;
        draft.passed = passed.into_iter().collect();
        Ok(())
    }
}

/// What makes one list of another: where both are equally long each run of elements that differ, else everything between
/// the first and the last that does.
fn splices<T: PartialEq + Clone>(old: &[T], new: &[T]) -> Vec<Splice<T>> {
    if old.len() != new.len() {
        let before = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let (old_rest, new_rest) = (&old[before..], &new[before..]);
        let after = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
        let (old, new) = (&old_rest[..old_rest.len() - after], &new_rest[..new_rest.len() - after]);
        return vec![Splice { at: before, old: old.to_vec(), new: new.to_vec() }];
    }
    let mut splices: Vec<Splice<T>> = Vec::new();
    for (at, (old, new)) in old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new) {
        match splices.last_mut().filter(|last| last.at + last.old.len() == at) {
            Some(last) => {
                last.old.push(old.clone());
                last.new.push(new.clone());
            }
            None => splices.push(Splice { at, old: vec![old.clone()], new: vec![new.clone()] }),
        }
    }
    splices
}

/// Several splices keep the length of the list, so that their order is of no matter.
fn put<T: PartialEq + Clone>(splices: &[Splice<T>], list: &mut Vec<T>, back: bool) -> Result<(), Foreign> {
    for Splice { at, old, new } in splices {
        let (from, to) = if back { (new, old) } else { (old, new) };
        let range = *at..at.saturating_add(from.len());
        if list.get(range.clone()) != Some(from.as_slice()) {
            return Err(Foreign);
        }
        list.splice(range, to.iter().cloned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::timeline::{Ms, Span};

    fn draft(lines: &[String]) -> Draft {
        let cue = |(at, line): (usize, &String)| SettledCue {
            span: Span::new(Ms(1_000 * at as i64), Ms(1_000 * at as i64 + 900)),
            lines: vec![line.clone()],
            speaker: None,
        };
        Draft::of(Timeline::default(), lines.iter().enumerate().map(cue).collect())
    }

    #[test]
    fn a_change_far_apart_is_told_in_parts() {
        let lines: Vec<String> = (0..100).map(|line| line.to_string()).collect();
        let old = draft(&lines);
        let mut new = old.clone();
        new.cues_mut()[3].lines[0].push('!');
        new.cues_mut()[97].lines[0].push('!');
        let change = Change::between(&old, &new);
        assert_eq!(
            change.cues.iter().map(|splice| (splice.at, splice.new.len())).collect::<Vec<_>>(),
            [(3, 1), (97, 1)]
        );
        assert!(Change::between(&old, &old).is_empty());
    }

    #[test]
    fn a_change_of_something_else_is_refused() {
        let (one, two) = (draft(&["一".into(), "二".into()]), draft(&["一".into()]));
        let change = Change::between(&one, &two);
        assert_eq!(change.put(&mut two.clone(), false), Err(Foreign));
        assert_eq!(change.put(&mut draft(&[]), true), Err(Foreign));
    }

    proptest! {
        #[test]
        fn a_change_is_made_and_taken_back(
            old in prop::collection::vec("[ab]", 0..8),
            new in prop::collection::vec("[ab]", 0..8),
            passed in prop::collection::btree_set("[ab]", 0..3),
        ) {
            let (old, mut new) = (draft(&old), draft(&new));
            new.passed = passed;
            let change = Change::between(&old, &new);
            let change: Change = serde_json::from_str(&serde_json::to_string(&change).unwrap()).unwrap();
            let mut draft = old.clone();
            change.put(&mut draft, false).unwrap();
            prop_assert_eq!(&draft, &new);
            change.put(&mut draft, true).unwrap();
            prop_assert_eq!(&draft, &old);
        }
    }
}
