//! When a cue comes and goes.

use unicode_width::UnicodeWidthStr;

use super::{Cue, Style};
use crate::timeline::{Ms, Span};

/// How late a cue may come for the sake of the one before: as much as TED lets it come early. Netflix takes three frames
/// of 24 a second, 125 ms, for in time either way.
const LATE: Ms = Ms(100);

/// Makes the cues follow one another, each at least a millisecond long, none past `end`. The later one of an
/// overlapping pair gives way. Cues for which no time is left at all are dropped.
pub(super) fn set_apart(cues: &mut Vec<Cue>, end: Ms) {
    let mut free = Ms::ZERO;
    for cue in cues.iter_mut() {
        let start = cue.span.start.clamp(free, end.max(free));
        cue.span = Span { start, end: cue.span.end.min(end).max(start + Ms(1)) };
        free = cue.span.end;
    }
    let mut wall = end;
    for cue in cues.iter_mut().rev() {
        let end = cue.span.end.min(wall);
        cue.span = Span { start: cue.span.start.min(end - Ms(1)), end };
        wall = cue.span.start;
    }
    cues.retain(|cue| cue.span.start >= Ms::ZERO);
}

/// Lets cues stay where the time is free, as long as reading takes; where it is not, the gap that the style wants is taken
/// from the end of a cue, and at most half of it. What then is still short takes from neighbours that have time to spare.
pub fn give_time_to_read(cues: &mut [Cue], style: &Style, end: Ms) {
    for at in 0..cues.len() {
        let next = cues.get(at + 1).map(|cue| cue.span.start);
        stay(&mut cues[at], next, style, end);
    }
    for at in 0..cues.len() {
        come_early(cues, at, style);
        keep_the_next_waiting(cues, at, style);
    }
}

/// Lets a cue stay as long as it ought to, and until the `next` where the gap would flicker.
fn stay(cue: &mut Cue, next: Option<Ms>, style: &Style, end: Ms) {
    let Span { start, end: spoken } = cue.span;
    let half = Ms((start.0 + spoken.0 + 1) / 2).max(start + Ms(1));
    let latest = next.map_or(end, |next| next - style.gap).max(half);
    let wanted = (spoken + style.linger).min(start + style.longest).max(start + needed(cue, style)).max(spoken);
    cue.span.end = wanted.min(latest);
    if next.is_some_and(|next| next - cue.span.end < style.close) {
        cue.span.end = latest;
    }
}

/// How long a cue ought to be shown: the shortest time, the time to read it, but no longer than the longest.
fn needed(cue: &Cue, style: &Style) -> Ms {
    let width: usize = cue.lines.iter().map(|line| line.width()).sum();
    // Rounded up, or the speed is exceeded by a hair.
    let to_read = Ms((1000.0 * width as f64 / style.speed).ceil() as i64);
    to_read.max(style.shortest).min(style.longest)
}

/// What a cue has to spare.
fn spare(cue: &Cue, style: &Style) -> Ms {
    (cue.span.length() - needed(cue, style)).max(Ms::ZERO)
}

/// A cue that lacks time comes before the voice by as much as the style allows, where the one before can go earlier.
fn come_early(cues: &mut [Cue], at: usize, style: &Style) {
    let lack = (needed(&cues[at], style) - cues[at].span.length()).clamp(Ms::ZERO, style.early);
    let start = cues[at].span.start;
    let Some(before) = at.checked_sub(1).map(|before| &cues[before]) else {
        cues[at].span.start = (start - lack).max(Ms::ZERO);
        return;
    };
    let free = start - style.gap - before.span.end;
    let taken = lack.min(free + spare(before, style));
    if taken <= Ms::ZERO {
        return;
    }
    cues[at].span.start = start - taken;
    let latest = start - taken - style.gap;
    let before = &mut cues[at - 1];
    // The gap stays as wide as it ought to be, or closed.
    if latest - before.span.end < style.close - style.gap {
        before.span.end = latest;
    }
}

/// A cue that still lacks time stays a moment into the next one's voice, where that has time to spare.
fn keep_the_next_waiting(cues: &mut [Cue], at: usize, style: &Style) {
    let [cue, next, ..] = &mut cues[at..] else { return };
    let lack = (needed(cue, style) - cue.span.length()).max(Ms::ZERO);
    let moment = lack.min(style.late.min(LATE)).min(spare(next, style));
    let follows = next.span.start - cue.span.end <= style.gap;
    if follows && moment > Ms::ZERO {
        cue.span.end += moment;
        next.span.start += moment;
    }
}
