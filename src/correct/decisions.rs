//! What a user said of corrections before, found again by what stands around them.

use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::timeline::{Correction, Decision};

/// How many characters around an error, before and after it together, must be the same for its place to be the same
/// one: enough to tell two places apart, few enough to survive an edit on one side.
const SAME_PLACE: usize = 4;

/// Decisions of earlier runs.
///
/// A rejection holds everywhere: the same two writings are not proposed again for the same reason. What was accepted
/// or edited holds where the same stands around it, wherever in the transcript that is now, and whether or not it is
/// still proposed.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// Wrong, right and reason.
    rejected: HashSet<[String; 3]>,
    made: Vec<Correction>,
    /// Finds the errors of `made`; none where there are none.
    wrongs: Option<AhoCorasick>,
}

impl Decisions {
    /// The decisions in a report; rows without one say nothing.
    pub fn of(report: Vec<Correction>) -> Decisions {
        let mut decisions = Decisions::default();
        for row in report {
            match row.decision {
                Some(Decision::Reject) => _ = decisions.rejected.insert([row.wrong, row.right, row.reason]),
                Some(Decision::Accept | Decision::Edit(_)) if !row.wrong.is_empty() => decisions.made.push(row),
                _ => {}
            }
        }
        if !decisions.made.is_empty() {
            decisions.wrongs = AhoCorasick::new(decisions.made.iter().map(|made| &made.wrong)).ok();
        }
        decisions
    }

    /// Whether a correction was rejected, here or elsewhere.
    pub(super) fn reject(&self, wrong: &str, right: &str, reason: &str) -> bool {
        !self.rejected.is_empty() && self.rejected.contains(&[wrong, right, reason].map(String::from))
    }

    /// What was accepted or edited and stands in `text`, a sentence, with the characters that it replaces.
    pub(super) fn made_in(&self, text: &[char]) -> Vec<(Range<usize>, &Correction)> {
        let Some(wrongs) = &self.wrongs else { return vec![] };
        let string: String = text.iter().collect();
        let mut found = Vec::new();
        for m in wrongs.find_overlapping_iter(&string) {
            let made = &self.made[m.pattern()];
            let start = string[..m.start()].chars().count();
            let range = start..start + made.wrong.chars().count();
            if same_place(&text[..range.start], &text[range.end..], made) {
                found.push((range, made));
            }
        }
        found
    }
}

/// What stands before and after a place of a sentence, as a correction keeps it.
pub(super) fn context(text: &[char], range: &Range<usize>) -> (String, String) {
    let before = &text[range.start.saturating_sub(Correction::CONTEXT)..range.start];
    let after = &text[range.end..text.len().min(range.end + Correction::CONTEXT)];
    (before.iter().collect(), after.iter().collect())
}

fn same_place(before: &[char], after: &[char], made: &Correction) -> bool {
    let same = |here: &mut dyn Iterator<Item = &char>, there: &mut dyn Iterator<Item = char>| {
        here.zip(there).take_while(|(here, there)| **here == *there).count()
    };
    let shared = same(&mut before.iter().rev(), &mut made.before.chars().rev());
    let shared = shared + same(&mut after.iter(), &mut made.after.chars());
    let all = made.before.chars().count() + made.after.chars().count();
    shared >= SAME_PLACE || shared == all && before.len() + after.len() == all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Tier;

    fn row(before: &str, wrong: &str, after: &str, decision: Decision) -> Correction {
        Correction {
            line: 1,
            offset: 0,
            wrong: wrong.into(),
            right: "声野".into(),
            tier: Tier::Likely,
            reason: "sounds the same as the term".into(),
            before: before.into(),
            after: after.into(),
            decision: Some(decision),
            ..Correction::default()
        }
    }

    fn places(decisions: &Decisions, text: &str) -> Vec<usize> {
        decisions.made_in(&text.chars().collect::<Vec<_>>()).iter().map(|(range, _)| range.start).collect()
    }

    #[test]
    fn what_was_accepted_is_found_by_what_stands_around_it() {
        let decisions = Decisions::of(vec![row("今天的论坛由", "生也", "和保护站主办。", Decision::Accept)]);
        assert_eq!(places(&decisions, "今天的论坛由生也和保护站主办。"), [6]);
        assert!(places(&decisions, "各位，本次论坛由生也，一家公司，主办。").is_empty());
        assert_eq!(places(&decisions, "今天由生也和保护站承办，也谢谢生也。"), [3]);
        assert!(places(&decisions, "谢谢生也。").is_empty());
    }

    #[test]
    fn a_place_with_little_around_it_is_itself_alone() {
        let decisions = Decisions::of(vec![row("", "生也", "。", Decision::Edit("升业".into()))]);
        assert_eq!(places(&decisions, "生也。"), [0]);
        assert!(places(&decisions, "来自生也。").is_empty());
    }

    #[test]
    fn a_rejection_holds_for_its_reason() {
        let decisions = Decisions::of(vec![row("由", "生也", "主办", Decision::Reject)]);
        assert!(decisions.reject("生也", "声野", "sounds the same as the term"));
        assert!(!decisions.reject("生也", "声野", "the terms call it wrong"));
        assert!(places(&decisions, "由生也主办").is_empty());
    }
}
