//! Something that may be an error of a sentence, and which of several is kept where they overlap.

use std::cmp::Reverse;
use std::ops::Range;

use super::sound::is_joint;
use super::weigh::Part;
use crate::timeline::{Correction, Decision, Tier, Weighed};

/// An error in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// The characters of the sentence that are wrong.
    pub(super) chars: Range<usize>,
    /// What ought to stand there.
    pub(super) right: String,
    pub(super) tier: Tier,
    pub(super) weighed: Weighed,
    /// Of a suspicion, what it shares with the term and what not; else empty.
    pub(super) parts: Vec<Part>,
    pub(super) reason: String,
    /// Whether it is to be replaced as a whole, since its spaces and marks are part of the error.
    pub(super) whole: bool,
    /// Letters to edit, of what is spelt like a term.
    pub(super) edits: usize,
    /// How many characters would be changed, put in or taken out.
    pub(super) changed: usize,
}

impl Finding {
    /// A guess, of which nothing was weighed.
    pub(super) fn guess(chars: Range<usize>, right: &str, reason: impl Into<String>) -> Finding {
        Finding {
            chars,
            right: right.into(),
            tier: Tier::Guess,
            weighed: Weighed::default(),
            parts: vec![],
            reason: reason.into(),
            whole: false,
            edits: 0,
            changed: 0,
        }
    }

    /// What the user decided about the characters `chars` before.
    pub(super) fn decided(chars: Range<usize>, made: &Correction) -> Finding {
        Finding {
            tier: made.tier,
            weighed: made.weighed,
            whole: matches!(made.decision, Some(Decision::Edit(_))),
            ..Finding::guess(chars, &made.right, made.reason.clone())
        }
    }

    /// Whether it was found by its sound alone, so that all else is still to be weighed.
    pub(super) fn is_suspicion(&self) -> bool {
        !self.parts.is_empty()
    }

    /// What is preferred where findings overlap, in nats: a long term explains more of the text than a short one in it, but
    /// also where its sounds are further off; so these count for a third more.
    fn worth(&self) -> f32 {
        match self.tier {
            Tier::Sure if !self.is_suspicion() => f32::INFINITY,
            Tier::Likely if !self.is_suspicion() => 5.0,
            _ => self.weighed.words + self.weighed.heard.unwrap_or_default() - 1.3 * self.weighed.sound,
        }
    }
}

/// Whether two ranges share anything.
pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The best findings that do not overlap, in the order of their places: the surest, then the longest, then the nearest.
pub(super) fn without_overlaps<T>(mut found: Vec<T>, finding: impl Fn(&T) -> &Finding) -> Vec<T> {
    let length = |f: &Finding| f.right.chars().filter(|&c| !is_joint(c)).count();
    let rank = |f: &Finding| (Reverse(length(f)), f.edits, f.changed, f.chars.len(), f.chars.start);
    found.sort_by(|a, b| {
        let (a, b) = (finding(a), finding(b));
        let by_worth = b.worth().total_cmp(&a.worth());
        by_worth.then_with(|| rank(a).cmp(&rank(b))).then_with(|| a.right.cmp(&b.right))
    });
    let mut kept: Vec<T> = Vec::new();
    for one in found {
        if !kept.iter().any(|other| overlap(&finding(other).chars, &finding(&one).chars)) {
            kept.push(one);
        }
    }
    kept.sort_by_key(|one| finding(one).chars.start);
    kept
}
