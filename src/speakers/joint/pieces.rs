//! The pieces of speech in which nobody takes the floor: what lies between pauses and marks.

use std::ops::Range;

use crate::speakers::voices::cut_evenly;
use crate::timeline::{Ms, Segment, Span, Word};

/// A pause at which the floor may pass.
const PAUSE: Ms = Ms(200);
/// A shorter piece tells no voice: it goes with the rest of its sentence.
const SHORTEST: Ms = Ms(700);
/// Marks between clauses, of which one speaker may say the first and another the second.
const CLAUSE_MARKS: &str = "，。！？；：、,.!?;:…";

/// What is said between two pauses or marks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// The sentence that it is of; `None` for speech without transcript.
    pub sentence: Option<usize>,
    /// Which of the sentence's characters.
    pub chars: Range<usize>,
    /// When.
    pub span: Span,
}

/// The pieces of all that is said, and of speech in `untranscribed`, in the order of time.
pub(super) fn cut(segments: &[Segment], untranscribed: &[Span]) -> Vec<Piece> {
    let of_gap = |span: &Span| Piece { sentence: None, chars: 0..0, span: *span };
    let said = segments.iter().enumerate().flat_map(|(sentence, segment)| of_sentence(sentence, segment));
    let mut pieces: Vec<Piece> = said.chain(untranscribed.iter().map(of_gap)).collect();
    pieces.sort_by_key(|piece| piece.span.start);
    pieces
}

/// The pieces of a sentence tile its characters.
fn of_sentence(sentence: usize, segment: &Segment) -> Vec<Piece> {
    let text: Vec<char> = segment.text.chars().collect();
    let timed: Vec<(&Word, Span)> = segment.words.iter().filter_map(|word| Some((word, word.span?))).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    for pair in timed.windows(2) {
        let [(word, span), (next, next_span)] = pair else { continue };
        let from = pieces.last().map_or(timed[0].1.start, |last| last.span.end);
        let marked = text[word.chars.end..next.chars.start].iter().any(|&mark| CLAUSE_MARKS.contains(mark));
        let may_pass = marked || next_span.start - span.end >= PAUSE;
        if may_pass && span.end - from >= SHORTEST {
            let start = pieces.last().map_or(0, |last| last.chars.end);
            let chars = start..before_opening_marks(&text, next.chars.start);
            pieces.push(Piece { sentence: Some(sentence), chars, span: Span::new(from, span.end) });
        }
    }
    let Some(end) = timed.last().map(|(_, span)| span.end) else { return pieces };
    let from = pieces.last().map_or(timed[0].1.start, |last| last.span.end);
    match pieces.last_mut() {
        Some(last) if end - from < SHORTEST => (last.chars.end, last.span.end) = (text.len(), end),
        last => {
            let start = last.map_or(0, |last| last.chars.end);
            pieces.push(Piece { sentence: Some(sentence), chars: start..text.len(), span: Span::new(from, end) });
        }
    }
    pieces
}

/// Where a word begins with the opening marks before it.
fn before_opening_marks(text: &[char], at: usize) -> usize {
    text[..at].iter().rposition(|mark| !"“‘「『《〈（(\"".contains(*mark)).map_or(0, |last| last + 1)
}

/// The stretches of a piece, each long enough to tell a voice.
pub(super) fn stretches(piece: &Piece) -> impl Iterator<Item = Span> {
    cut_evenly(piece.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A segment of words of half a second each, `|` standing for a pause of as much.
    fn segment(text: &str) -> Segment {
        let (mut at, mut words, mut chars) = (0, Vec::new(), 0);
        for c in text.chars() {
            if c == '|' {
                at += 500;
                continue;
            }
            if c.is_alphanumeric() {
                let span = Some(Span::new(Ms(at), Ms(at + 500)));
                words.push(Word { chars: chars..chars + 1, span, ..Word::default() });
                at += 500;
            }
            chars += 1;
        }
        Segment { text: text.replace('|', ""), words, ..Segment::default() }
    }

    fn pieces(text: &str) -> Vec<String> {
        let segment = segment(text);
        let of = |piece: &Piece| segment.text.chars().skip(piece.chars.start).take(piece.chars.len()).collect();
        of_sentence(0, &segment).iter().map(of).collect()
    }

    #[test]
    fn sentences_are_cut_at_marks_and_pauses() {
        assert_eq!(pieces("好的谢谢，“大家好”我是|林晓。"), ["好的谢谢，", "“大家好”我是", "林晓。"]);
    }

    #[test]
    fn a_short_piece_stays_with_its_neighbour() {
        assert_eq!(pieces("好，谢谢大家，好。"), ["好，谢谢大家，好。"]);
    }

    #[test]
    fn what_is_not_spoken_has_no_pieces() {
        assert_eq!(cut(&[Segment { text: "好。".into(), ..Segment::default() }], &[]), []);
    }
}
