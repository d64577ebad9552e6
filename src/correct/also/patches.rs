//! A sentence while one change after another is made to it: what stood there, what stands there now.

use std::ops::Range;

use super::Change;
use crate::correct::finding::Finding;
use crate::correct::{Policy, listed};
use crate::timeline::{Correction, Tier, Traced};

/// The pieces of a sentence, one behind the other; at first a piece a character.
pub(super) struct Patches<'a> {
    text: &'a Traced,
    lines: &'a [String],
    policy: &'a Policy,
    pieces: Vec<Piece>,
}

/// A stretch of the sentence and what has become of it.
#[derive(Clone, Debug)]
struct Piece {
    /// Its characters in the sentence as it was.
    chars: Range<usize>,
    now: Vec<char>,
    /// Whether nothing may change it.
    closed: bool,
    /// What was done to it here; empty where nothing was.
    reasons: Vec<&'static str>,
    tier: Tier,
    /// What is proposed instead of it, and not made.
    proposed: Option<String>,
}

impl Piece {
    fn new(chars: Range<usize>, now: Vec<char>, closed: bool) -> Piece {
        Piece { chars, now, closed, reasons: vec![], tier: Tier::Sure, proposed: None }
    }
}

impl<'a> Patches<'a> {
    /// The sentence after the corrections that were `found` in it, in order; these are closed, made or not.
    pub(super) fn new(
        text: &'a Traced,
        lines: &'a [String],
        policy: &'a Policy,
        found: &[(Finding, Correction)],
    ) -> Patches<'a> {
        let (mut pieces, mut at) = (Vec::new(), 0);
        let single = |at: usize| Piece::new(at..at + 1, vec![text.chars()[at]], false);
        for (finding, correction) in found {
            pieces.extend((at..finding.chars.start).map(single));
            at = finding.chars.end;
            let now = if correction.applied {
                correction.put().chars().collect()
            } else {
                text.chars()[finding.chars.clone()].to_vec()
            };
            pieces.push(Piece::new(finding.chars.clone(), now, true));
        }
        pieces.extend((at..text.len()).map(single));
        Patches { text, lines, policy, pieces }
    }

    /// Keeps what stands in a range of the sentence as it was.
    pub(super) fn close(&mut self, range: Range<usize>) {
        let touched = |piece: &&mut Piece| piece.chars.start < range.end && range.start < piece.chars.end;
        self.pieces.iter_mut().filter(touched).for_each(|piece| piece.closed = true);
    }

    /// The text as it stands now.
    pub(super) fn now(&self) -> Vec<char> {
        self.pieces.iter().flat_map(|piece| piece.now.iter().copied()).collect()
    }

    /// Makes a change to the text as it stands now, or lists it where the policy does not want it made; whether it was
    /// made. Nothing comes of it where something is closed, where the transcript does not have it in one piece, and where
    /// the user has rejected it.
    pub(super) fn make(&mut self, change: Change) -> bool {
        let Some((range, changed)) = self.changed(&change) else { return false };
        let Some((_, correction)) = self.correction(&changed) else { return false };
        if self.policy.decisions.reject(&correction.wrong, &correction.right, &correction.reason) {
            return false;
        }
        let makes = self.policy.apply.makes(changed.tier);
        if makes {
            self.pieces.splice(range, [changed]);
        } else if self.pieces[range.clone()].iter().all(|piece| piece.reasons.is_empty()) {
            let proposed = Some(changed.now.iter().collect());
            let now = self.text.chars()[changed.chars.clone()].to_vec();
            self.pieces.splice(range, [Piece { now, closed: true, proposed, ..changed }]);
        }
        makes
    }

    /// The pieces that a change touches and the one that they become; `None` where one of them is closed.
    fn changed(&self, change: &Change) -> Option<(Range<usize>, Piece)> {
        let (range, before) = self.touched(&change.chars)?;
        let pieces = &self.pieces[range.clone()];
        if pieces.iter().any(|piece| piece.closed) {
            return None;
        }
        let mut now: Vec<char> = pieces.iter().flat_map(|piece| piece.now.iter().copied()).collect();
        now.splice(before..before + change.chars.len(), change.right.chars());
        let mut reasons: Vec<&str> = pieces.iter().flat_map(|piece| piece.reasons.iter().copied()).collect();
        reasons.push(change.reason);
        reasons.dedup();
        let chars = pieces.first()?.chars.start..pieces.last()?.chars.end;
        let tier = pieces.iter().map(|piece| piece.tier).fold(change.tier, Tier::max);
        Some((range, Piece { reasons, tier, ..Piece::new(chars, now, false) }))
    }

    /// The pieces that some characters of the text as it stands now are in, and how many stand before these in the first.
    fn touched(&self, chars: &Range<usize>) -> Option<(Range<usize>, usize)> {
        let (mut at, mut first) = (0, None);
        for (index, piece) in self.pieces.iter().enumerate() {
            let end = at + piece.now.len();
            if first.is_none() && end > chars.start {
                first = Some((index, chars.start - at));
            }
            if end >= chars.end {
                return first.map(|(first, before)| (first..index + 1, before));
            }
            at = end;
        }
        None
    }

    /// What is listed of a piece; `None` where the transcript does not have it in one piece.
    fn correction(&self, piece: &Piece) -> Option<(Finding, Correction)> {
        let right = piece.proposed.clone().unwrap_or_else(|| piece.now.iter().collect());
        let finding = Finding::guess(piece.chars.clone(), &right, piece.reasons.join("; "));
        let finding = Finding { tier: piece.tier, whole: true, ..finding };
        let correction = listed(self.text, self.lines, &finding, None)?;
        Some((finding, Correction { applied: piece.proposed.is_none(), ..correction }))
    }

    /// All that was made or proposed here, in order.
    pub(super) fn listed(&self) -> impl Iterator<Item = (Finding, Correction)> {
        let listed = self.pieces.iter().filter(|piece| !piece.reasons.is_empty());
        let changed =
            listed.filter(|piece| piece.proposed.is_some() || piece.now != self.text.chars()[piece.chars.clone()]);
        changed.filter_map(|piece| self.correction(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(chars: Range<usize>, right: &str) -> Change {
        Change::sure(chars, right, "a reason")
    }

    #[test]
    fn what_overlaps_becomes_one() {
        let (text, policy) = (Traced::line(1, "在二零呃二四年"), Policy::default());
        let lines = ["在二零呃二四年".to_string()];
        let mut patches = Patches::new(&text, &lines, &policy, &[]);
        assert!(patches.make(change(3..4, "")));
        assert_eq!(patches.now().iter().collect::<String>(), "在二零二四年");
        assert!(patches.make(change(1..5, "2024")));
        assert_eq!(patches.now().iter().collect::<String>(), "在2024年");
        let listed: Vec<_> = patches.listed().map(|(_, c)| (c.offset, c.wrong, c.right, c.applied)).collect();
        assert_eq!(listed, [(1, "二零呃二四".into(), "2024".into(), true)]);
    }

    #[test]
    fn what_is_closed_stays() {
        let (text, policy) = (Traced::line(1, "二十四节气"), Policy::default());
        let lines = [text.text()];
        let mut patches = Patches::new(&text, &lines, &policy, &[]);
        patches.close(0..5);
        assert!(!patches.make(change(0..3, "24")));
        assert_eq!(patches.listed().count(), 0);
    }
}
