//! Breaking a cue into lines.

use super::Style;
use super::borders::Border;
use super::pieces::Piece;

/// What an uneven pair of lines costs at the most, measured against [`border_cost`]: as much as to tear two words of one
/// phrase apart, so that no short word stands alone where another border would do.
const UNEVEN: f64 = 8.0;
/// A pair less even than the style asks for: worse than any border but those that must not be broken.
const UNBALANCED: f64 = 10.0;

/// What it costs to break text at a border, in units of one more cue. A word's border is worth about three cues ended at
/// a comma, a leaning word two words' borders. What clings is only torn where the screen leaves no other way, a bond only
/// where not even that helps: nothing else adds up to so much.
pub(super) fn border_cost(border: Border) -> f64 {
    match border {
        Border::Sentence => 0.0,
        Border::Clause => 0.5,
        Border::List => 1.2,
        Border::Joint => 1.5,
        Border::Phrase => 3.0,
        Border::Word => 5.0,
        Border::Close => 7.0,
        Border::Leaning => 10.0,
        Border::Clinging => 40.0,
        Border::Bond => 1_000.0,
        Border::Torn => 2_000.0,
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
            let cost = border_cost(before.border) + uneven_cost(upper, lower, style);
            if best.is_none_or(|(_, least)| cost < least) {
                best = Some((at, cost));
            }
        }
        upper += space;
    }
    best
}

/// What it costs that one line is longer than the other.
fn uneven_cost(upper: usize, lower: usize, style: &Style) -> f64 {
    let (shorter, longer) = (upper.min(lower) as f64, upper.max(lower).max(1) as f64);
    let uneven = (longer - shorter) / (longer + shorter);
    let unbalanced = if shorter < style.balance * longer { UNBALANCED } else { 0.0 };
    UNEVEN * uneven * uneven + unbalanced
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
