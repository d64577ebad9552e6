//! Breaking a cue into lines.

use super::Style;
use super::borders::Border;
use super::pieces::Piece;

/// What an uneven pair of lines costs at the most, measured against [`border_cost`].
const UNEVEN: f64 = 4.0;

/// What it costs to break text at a border. The steps are chosen so that a word's border is worth about four cues
/// ended at a comma, and a leaning word two words' borders.
pub(super) fn border_cost(border: Border) -> f64 {
    match border {
        Border::Sentence => 0.0,
        Border::Clause => 0.5,
        Border::List => 1.5,
        Border::Joint => 2.0,
        Border::Word => 4.0,
        Border::Leaning => 8.0,
    }
}

/// The width of pieces on one line.
pub(super) fn width(pieces: &[Piece]) -> usize {
    let spaces = pieces.iter().rev().skip(1).filter(|piece| piece.spaced).count();
    pieces.iter().map(|piece| piece.width).sum::<usize>() + spaces
}

/// The best place for a second line to begin and what it costs; `None` when there is none that keeps both lines within
/// the style's columns.
pub(super) fn second_line(pieces: &[Piece], style: &Style) -> Option<(usize, f64)> {
    let total = width(pieces);
    let mut upper = 0;
    let mut best: Option<(usize, f64)> = None;
    for at in 1..pieces.len() {
        let before = &pieces[at - 1];
        upper += before.width;
        let space = usize::from(before.spaced);
        let lower = total - upper - space;
        if upper <= style.columns && lower <= style.columns {
            let uneven = upper.abs_diff(lower) as f64 / total.max(1) as f64;
            let cost = border_cost(before.border) + UNEVEN * uneven * uneven;
            if best.is_none_or(|(_, least)| cost < least) {
                best = Some((at, cost));
            }
        }
        upper += space;
    }
    best
}

/// The lines of a cue: one if it fits, two if the style has two.
pub(super) fn break_lines(pieces: &[Piece], style: &Style) -> Vec<String> {
    let fits = width(pieces) <= style.columns || style.lines < 2;
    match second_line(pieces, style).filter(|_| !fits) {
        Some((at, _)) => vec![line(&pieces[..at]), line(&pieces[at..])],
        None => vec![line(pieces)],
    }
}

fn line(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        text.push_str(&piece.text);
        if piece.spaced && at + 1 < pieces.len() {
            text.push(' ');
        }
    }
    text
}
