//! Which letter of the sentences each letter of the cues is.
//!
//! Cues leave marks out and put in others, and break lines; letters and digits are those of the spoken sentences in the order
//! of time.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::draft::Draft;
use crate::timeline::Span;

/// How long is looked for what is the same in cues and sentences of quite different text; then less is found.
const PATIENCE: Duration = Duration::from_secs(1);

/// A character of a sentence: which sentence, which character of its text.
pub type Spot = (usize, usize);

/// A letter of a cue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The line that it stands in.
    pub line: usize,
    /// Its place in the line, in characters.
    pub at: usize,
    /// What it is in the sentences; nothing where these do not have it.
    pub of: Option<Spot>,
}

/// The letters of all cues, cue by cue.
pub struct Letters(Vec<Vec<Letter>>);

impl Letters {
    /// Those of a draft.
    pub fn of(draft: &Draft) -> Letters {
        let (mut shown, mut places) = (Vec::new(), Vec::new());
        for (cue, settled) in draft.cues().iter().enumerate() {
            for (line, text) in settled.lines.iter().enumerate() {
                for (at, c) in text.chars().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
                    shown.push(c);
                    places.push((cue, Letter { line, at, of: None }));
                }
            }
        }
        let (spoken, found): (Vec<char>, Vec<Spot>) = spoken(draft).unzip();
        let same = if shown == spoken { vec![(0..shown.len(), 0)] } else { common(&shown, &spoken) };
        for (range, from) in same {
            let (start, end) = (range.start, range.end);
            let pairs = places[start..end].iter_mut().zip(&found[from..]);
            pairs.for_each(|((_, letter), spot)| letter.of = Some(*spot));
        }
        let mut letters = vec![vec![]; draft.cues().len()];
        places.into_iter().for_each(|(cue, letter)| letters[cue].push(letter));
        Letters(letters)
    }

    /// The letters of a cue.
    pub fn of_cue(&self, cue: usize) -> &[Letter] {
        self.0.get(cue).map_or(&[], Vec::as_slice)
    }

    /// The first and the last character of sentences that a cue shows; `None` where it shows none.
    pub fn range(&self, cue: usize) -> Option<(Spot, Spot)> {
        let mut found = self.of_cue(cue).iter().filter_map(|letter| letter.of);
        let first = found.next()?;
        Some((first, found.next_back().unwrap_or(first)))
    }

    /// The letters of cues that are some of a sentence's characters: the cue and the letter.
    pub fn within(&self, sentence: usize, chars: &Range<usize>) -> Vec<(usize, Letter)> {
        let held = |letter: &&Letter| letter.of.is_some_and(|(of, at)| of == sentence && chars.contains(&at));
        let of_cue = |(cue, letters): (usize, &Vec<Letter>)| -> Vec<(usize, Letter)> {
            letters.iter().filter(held).map(|letter| (cue, *letter)).collect()
        };
        self.0.iter().enumerate().flat_map(of_cue).collect()
    }
}

/// The letters of the spoken sentences, in the order of time.
fn spoken(draft: &Draft) -> impl Iterator<Item = (char, Spot)> {
    let segments = &draft.timeline.segments;
    let mut order: Vec<(usize, Span)> =
        segments.iter().enumerate().filter_map(|(at, segment)| Some((at, segment.span?))).collect();
    order.sort_by_key(|(_, span)| span.start);
    order.into_iter().flat_map(|(sentence, _)| {
        let chars = segments[sentence].text.chars().enumerate();
        chars.filter(|(_, c)| c.is_alphanumeric()).map(move |(at, c)| (c, (sentence, at)))
    })
}

/// What is the same in both: ranges of the first, and where they begin in the second.
fn common(shown: &[char], spoken: &[char]) -> Vec<(Range<usize>, usize)> {
    let equal = |op: DiffOp| match op {
        DiffOp::Equal { old_index, new_index, len } => Some((old_index..old_index + len, new_index)),
        _ => None,
    };
    let deadline = Instant::now() + PATIENCE;
    let ops = capture_diff_slices_deadline(Algorithm::Myers, shown, spoken, Some(deadline));
    ops.into_iter().filter_map(equal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::draft;

    #[test]
    fn letters_are_found_past_marks_and_breaks() {
        let draft = draft(&["听，见声音。", "大家好。"], &["听 见", "声音|大家好"]);
        let letters = Letters::of(&draft);
        assert_eq!(letters.range(0), Some(((0, 0), (0, 2))));
        assert_eq!(letters.range(1), Some(((0, 3), (1, 2))));
        assert_eq!(letters.of_cue(1)[2], Letter { line: 1, at: 0, of: Some((1, 0)) });
        assert_eq!(letters.within(0, &(2..4)).iter().map(|(cue, _)| *cue).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn what_no_sentence_has_is_passed_over() {
        let letters = Letters::of(&draft(&["听见声音。"], &["听见", "笑", "声音"]));
        assert_eq!(letters.range(1), None);
        assert_eq!(letters.range(2), Some(((0, 2), (0, 3))));
    }
}
