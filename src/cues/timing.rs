//! When a cue comes and goes.

use unicode_width::UnicodeWidthStr;

use super::{Cue, Style};
use crate::timeline::{Ms, Span};

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

/// Lets cues stay, and short ones come a little early, where the time is free; where it is not, the gap that the style
/// wants is taken from the end of a cue, and at most half of it.
pub(super) fn give_time_to_read(cues: &mut [Cue], style: &Style, end: Ms) {
    let mut before = Ms::ZERO;
    for at in 0..cues.len() {
        let next = cues.get(at + 1).map(|cue| cue.span.start);
        let cue = &mut cues[at];
        let half = Ms((cue.span.start.0 + cue.span.end.0 + 1) / 2).max(cue.span.start + Ms(1));
        let latest = next.map_or(end, |next| (next - style.gap).max(half));
        cue.span.end = wanted_end(cue, style).max(cue.span.end).min(latest.max(half));
        if next.is_some_and(|next| next - cue.span.end < style.close) {
            cue.span.end = latest;
        }
        let lack = (style.shortest - cue.span.length()).clamp(Ms::ZERO, style.early);
        cue.span.start = (cue.span.start - lack).max(before).min(cue.span.start);
        before = cue.span.end + style.gap;
    }
}

/// When a cue should go if nothing followed it: after lingering, after the shortest time, after the time to read it;
/// but no longer than the longest time.
fn wanted_end(cue: &Cue, style: &Style) -> Ms {
    let width: usize = cue.lines.iter().map(|line| line.width()).sum();
    let to_read = Ms::from_seconds(width as f64 / style.speed);
    let Span { start, end } = cue.span;
    (end + style.linger).max(start + style.shortest).max(start + to_read).min(start + style.longest)
}
