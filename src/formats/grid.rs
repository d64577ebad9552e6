//! Times on the coarser clock of a format.

use std::borrow::Cow;
use std::ops::Range;

use super::{Note, Subject, text};
use crate::cues::Look;
use crate::timeline::{Ms, Span, Timeline, Word};

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

/// A timeline in which every spoken segment has words, and how many of them were given their share of its time because
/// nothing says when they are said.
pub(super) fn with_words(timeline: &Timeline) -> (Cow<'_, Timeline>, usize) {
    if timeline.spoken().all(|(segment, _)| !segment.words.is_empty()) {
        return (Cow::Borrowed(timeline), 0);
    }
    let (mut timeline, mut guessed) = (timeline.clone(), 0);
    for segment in timeline.segments.iter_mut().filter(|segment| segment.words.is_empty()) {
        if let Some(span) = segment.span {
            segment.words = shared_out(&segment.text, span);
            guessed += segment.words.len();
        }
    }
    (Cow::Owned(timeline), guessed)
}

/// Characters of Chinese and words of letters, each with the share of the time that its length gives it.
fn shared_out(text: &str, span: Span) -> Vec<Word> {
    let chars: Vec<char> = text.chars().collect();
    let is_wide = |c: char| c as u32 >= 0x2E80;
    let mut places: Vec<Range<usize>> = Vec::new();
    for (at, &c) in chars.iter().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
        match places.last_mut() {
            Some(place) if place.end == at && !is_wide(c) && !is_wide(chars[at - 1]) => place.end = at + 1,
            _ => places.push(at..at + 1),
        }
    }
    // A Han character is a syllable, of letters three make one.
    let weight = |place: &Range<usize>| if is_wide(chars[place.start]) { 3 } else { place.len() as i64 };
    let total: i64 = places.iter().map(weight).sum::<i64>().max(1);
    let length = i128::from(span.length().0);
    let at = |done: i64| span.start + Ms((length * i128::from(done) / i128::from(total)) as i64);
    let mut done = 0;
    let mut words = Vec::new();
    for chars in places {
        let start = at(done);
        done += weight(&chars);
        words.push(Word { chars, span: Some(Span::new(start, at(done))), ..Word::default() });
    }
    words
}
