//! Chapters that are written as cues: what lies within another is a part of it.

use super::read::{self, Listed};
use crate::cues::Cue;
use crate::formats::reading::{Reading, Unreadable};
use crate::timeline::Span;

/// The chapters of what was read as cues.
pub(super) fn reading(cues: Reading) -> Result<Reading, Unreadable> {
    let Reading { cues, faults, .. } = cues;
    let mut cues: Vec<Cue> = cues.into_iter().filter(|cue| !title(cue).is_empty()).collect();
    cues.sort_by_key(|cue| (cue.span.start, std::cmp::Reverse(cue.span.end)));
    let mut around: Vec<Span> = Vec::new();
    let listed = cues.iter().map(|cue| {
        around.retain(|outer| cue.span.start < outer.end && cue.span.end <= outer.end && *outer != cue.span);
        around.push(cue.span);
        let level = u8::try_from(around.len()).unwrap_or(u8::MAX);
        Listed { end: Some(cue.span.end), level, ..Listed::at(cue.span.start, title(cue)) }
    });
    read::reading(listed.collect(), faults)
}

fn title(cue: &Cue) -> String {
    cue.lines.join(" ").trim().to_owned()
}
