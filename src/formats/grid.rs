//! Times on the coarser clock of a format.

use super::{Note, Subject, text};
use crate::cues::Look;
use crate::timeline::{Ms, Span};

/// A cue as a format shows it.
pub(super) struct Shown {
    /// Its times, both whole steps of the format's clock; never empty, overlapping the cue before only where the cues do.
    pub span: Span,
    /// Its lines, at least one.
    pub lines: Vec<String>,
    /// Who speaks.
    pub speaker: Option<usize>,
    /// Where it stands and what is set apart in it.
    pub look: Look,
}

/// The cues with text, their times rounded to whole `step`s and none past `end`; with a note on those that would begin
/// there or later.
pub(super) fn cues(subject: Subject, target: &'static str, step: Ms, end: Ms) -> (Vec<Shown>, Vec<Note>) {
    let end = Ms(end.0.max(0) / step.0 * step.0);
    let (mut shown, mut late, mut before) = (Vec::new(), 0, (Ms::ZERO, Ms::ZERO));
    for cue in subject.cues {
        let (lines, look) = text::shown(cue);
        if lines.is_empty() {
            continue;
        }
        // Rounded, cues that follow each other still do; that there are others which overlap is not for us to mend.
        let free = if cue.span.start >= before.0 { before.1 } else { Ms::ZERO };
        let start = rounded(cue.span.start, step).max(free);
        if start >= end {
            late += 1;
            continue;
        }
        let span = Span { start, end: rounded(cue.span.end, step).max(start + step).min(end) };
        before = (cue.span.end, span.end);
        shown.push(Shown { span, lines, speaker: cue.speaker, look });
    }
    let notes = if late > 0 { vec![Note::CuesLeftOut { target, count: late }] } else { vec![] };
    (shown, notes)
}

/// The nearest whole step; a time that no recording has is bounded, so that nothing overflows.
fn rounded(time: Ms, step: Ms) -> Ms {
    let time = time.0.clamp(0, i64::MAX / 4);
    Ms((time + step.0 / 2) / step.0 * step.0)
}
