//! The cheapest cut of a passage into cues.
//!
//! A cue that does not fit on the screen is not considered. What is left is weighed by a few costs, in units of one more
//! cue.

use std::ops::Range;

use super::Style;
use super::borders::Border;
use super::lines::{border_cost, second_line, width};
use super::pieces::{Passage, Piece};
use crate::timeline::Ms;

/// One more cue: without it every comma would end one.
const CUE: f64 = 1.0;
/// The end of a sentence inside a cue: two sentences share one only when both are short.
const JOINED_SENTENCES: f64 = 2.5;
/// The same in a cue that has but a part of one of them: TED asks not to join the end of a sentence with the start of the next.
const JOINED_PARTS: f64 = 4.0;
/// A clause that ends inside a cue which has but a part of another one.
const JOINED_CLAUSES: f64 = 2.0;
/// A question and what follows it in one cue: the answer is not to be read before it is heard.
const ANSWERED: f64 = 8.0;
/// A second line.
const SECOND_LINE: f64 = 0.5;
/// What is torn between two lines of a cue counts for so much of what it would between two cues: both are seen together.
const TORN_LINE: f64 = 0.75;
/// A full screen, as the square of how full it is: of two cuts the even one is better.
const FULL: f64 = 0.5;
/// A cue of next to no text; falls to nothing at half a line.
const SHORT_TEXT: f64 = 4.0;
/// A second of silence inside a cue, beyond what goes unnoticed.
const PAUSE_SECOND: f64 = 6.0;
/// The silence between words that goes unnoticed.
const UNNOTICED: Ms = Ms(250);
/// A second too little for the style's shortest cue, even with the free time that follows.
const SHORT_SECOND: f64 = 4.0;
/// A second more than the style's longest cue.
const LONG_SECOND: f64 = 4.0;
/// Text that cannot be read in its time, however little is lacking: a comma more, or another border, is better.
const TOO_FAST: f64 = 1.5;
/// Text that needs twice the time that there is to read it.
const TWICE_TOO_FAST: f64 = 8.0;

/// The most pieces that a cue is tried with: bounds the time where pieces have no width.
const MOST_PIECES: usize = 100;

/// The cues of a passage as ranges of its pieces.
pub(super) fn split(passage: &Passage, style: &Style) -> Vec<Range<usize>> {
    let pieces = &passage.pieces;
    // best[end]: the least cost of pieces[..end] in whole cues, and where the last of them begins.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=pieces.len() {
        let mut least = (f64::INFINITY, end - 1);
        let mut room = style.columns * style.lines + style.lines;
        for start in (end.saturating_sub(MOST_PIECES)..end).rev() {
            let cost = best[start].0 + cost(passage, start..end, style);
            if cost < least.0 {
                least = (cost, start);
            }
            // No cue that is longer still can fit.
            room = match room.checked_sub(pieces[start].width) {
                Some(room) => room,
                None => break,
            };
        }
        best.push(least);
    }
    let mut cues = Vec::new();
    let mut end = pieces.len();
    while end > 0 {
        cues.push(best[end].1..end);
        end = best[end].1;
    }
    cues.reverse();
    cues
}

/// What the cue of these pieces costs; infinite when it does not fit.
fn cost(passage: &Passage, cue: Range<usize>, style: &Style) -> f64 {
    let pieces = &passage.pieces;
    let inside = &pieces[cue.clone()];
    let Some(last) = inside.last() else { return f64::INFINITY };
    let Some(layout) = layout_cost(inside, style) else { return f64::INFINITY };
    let before = cue.start.checked_sub(1).map_or(Border::Sentence, |at| pieces[at].border);
    let next = pieces.get(cue.end).map_or(passage.until, |piece| piece.span.start);
    CUE + layout
        + border_cost(last.border)
        + joined_cost(inside, before)
        + PAUSE_SECOND * silence(inside).seconds()
        + text_cost(inside, style)
        + time_cost(inside, next, style)
}

/// One line is free, two cost a little and what they tear apart; `None` when it fits neither.
fn layout_cost(pieces: &[Piece], style: &Style) -> Option<f64> {
    if width(pieces) <= style.columns || pieces.len() == 1 {
        return Some(0.0);
    }
    let (_, cost) = second_line(pieces, style).filter(|_| style.lines > 1)?;
    Some(SECOND_LINE + TORN_LINE * cost)
}

/// What it costs that sentences and clauses end inside a cue, `before` which the text was broken at this border.
fn joined_cost(pieces: &[Piece], before: Border) -> f64 {
    let [within @ .., last] = pieces else { return 0.0 };
    let outer = before.max(last.border);
    let (mut cost, mut sentences, mut clauses) = (0.0, false, false);
    for piece in within {
        match piece.border {
            Border::Sentence => {
                sentences = true;
                cost += JOINED_SENTENCES + if asks(&piece.text) { ANSWERED } else { 0.0 };
            }
            Border::Clause => clauses = true,
            _ => {}
        }
    }
    let parts = if sentences && outer > Border::Sentence { JOINED_PARTS } else { 0.0 };
    let clause_parts = if clauses && outer > Border::List { JOINED_CLAUSES } else { 0.0 };
    cost + parts + clause_parts
}

fn asks(text: &str) -> bool {
    text.trim_end_matches(['”', '"', '』', '」']).ends_with(['？', '?'])
}

/// The silences between pieces, each less what goes unnoticed.
fn silence(pieces: &[Piece]) -> Ms {
    let mut silence = Ms::ZERO;
    for pair in pieces.windows(2) {
        silence += (pair[1].span.start - pair[0].span.end - UNNOTICED).max(Ms::ZERO);
    }
    silence
}

fn text_cost(pieces: &[Piece], style: &Style) -> f64 {
    let half = style.columns as f64 / 2.0;
    let lack = (1.0 - width(pieces) as f64 / half).max(0.0);
    let full = width(pieces) as f64 / (style.columns * style.lines) as f64;
    SHORT_TEXT * lack * lack + FULL * full * full
}

/// The time on the screen lasts until `next` is spoken, if reading takes as long, but no longer than the style allows.
fn time_cost(pieces: &[Piece], next: Ms, style: &Style) -> f64 {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return 0.0 };
    let spoken = last.span.end - first.span.start;
    let free = (next - style.gap - first.span.start).min(style.longest.max(spoken));
    let needed = width(pieces) as f64 / style.speed;
    let lack = needed / free.seconds().max(0.1) - 1.0;
    let too_fast = if lack > 0.0 { TOO_FAST + TWICE_TOO_FAST * lack.min(1.0) } else { 0.0 };
    SHORT_SECOND * (style.shortest - style.early - free).max(Ms::ZERO).seconds()
        + LONG_SECOND * (spoken - style.longest).max(Ms::ZERO).seconds()
        + too_fast
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lines::break_lines;
    use super::*;
    use crate::timeline::Span;

    fn any_piece() -> impl Strategy<Value = Piece> {
        let border = prop::sample::select(vec![Border::Sentence, Border::Clause, Border::Word, Border::Leaning]);
        (0usize..30, any::<bool>(), border).prop_map(|(width, spaced, border)| {
            let span = Span::new(Ms::ZERO, Ms(100));
            Piece { text: "x".repeat(width), width, spaced, span, border }
        })
    }

    proptest! {
        #[test]
        fn every_line_fits(pieces in prop::collection::vec(any_piece(), 0..40)) {
            let passage = Passage { speaker: None, pieces, until: Ms(1_000) };
            for style in [Style::bilibili(), Style::netflix_english()] {
                let cues = split(&passage, &style);
                prop_assert_eq!(cues.iter().flat_map(Clone::clone).collect::<Vec<_>>(), (0..passage.pieces.len()).collect::<Vec<_>>());
                for cue in cues {
                    let lines = break_lines(&passage.pieces[cue], &style);
                    prop_assert!(lines.len() <= style.lines && lines.iter().all(|line| line.len() <= style.columns));
                }
            }
        }
    }
}
