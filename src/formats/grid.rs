//! Times on the coarser clock of a format.

use super::{Note, Subject, text};
use crate::timeline::{Ms, Span};

/// A cue as a format shows it.
pub(super) struct Shown {
    /// Its times, both whole steps of the format's clock; never empty, never overlapping the cue before.
    pub span: Span,
    /// Its lines, at least one.
    pub lines: Vec<String>,
    /// Who speaks.
    pub speaker: Option<usize>,
}

/// The cues with text, their times rounded to whole `step`s and none past `end`; with a note on those that would begin
/// there or later.
pub(super) fn cues(subject: Subject, target: &'static str, step: Ms, end: Ms) -> (Vec<Shown>, Vec<Note>) {
    let end = Ms(end.0.max(0) / step.0 * step.0);
    let (mut shown, mut late, mut free) = (Vec::new(), 0, Ms::ZERO);
    for cue in subject.cues {
        let lines = text::lines(cue);
        if lines.is_empty() {
            continue;
        }
        let start = rounded(cue.span.start, step).max(free);
        if start >= end {
            late += 1;
            continue;
        }
        let span = Span { start, end: rounded(cue.span.end, step).max(start + step).min(end) };
        free = span.end;
        shown.push(Shown { span, lines, speaker: cue.speaker });
    }
    let notes = if late > 0 { vec![Note::CuesLeftOut { target, count: late }] } else { vec![] };
    (shown, notes)
}

/// The nearest whole step; a time that no recording has is bounded, so that nothing overflows.
fn rounded(time: Ms, step: Ms) -> Ms {
    let time = time.0.clamp(0, i64::MAX / 4);
    Ms((time + step.0 / 2) / step.0 * step.0)
}
