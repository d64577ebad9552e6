//! Sound is a suspicion, not a proof: what else speaks for a correction, and how sure that makes it.
//!
//! A text W stands where the term R may have been said. By Bayes' rule the odds that it was are
//!
//! ```text
//!     p(R) · p(W heard | R said) / p(W)
//! ```
//!
//! and their logarithm is what is weighed, in nats. What is heard for what is said costs by its sounds
//! ([`Likeness::nats`](super::sound::Likeness::nats)). What W itself costs is what its words cost ([`Cut`]); but what W and
//! R share proves nothing where the document has it everywhere: a stretch of 大模型 in a talk on models is no sign of
//! 百灵大模型. So what they share costs no more than it does in this document. The part that differs is weighed by Chinese in general alone:
//! a recogniser that mishears a name does so every time, and forty wrong ones must not outvote the term.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rayon::prelude::*;

use super::find::letters_of;
use super::finding::{Finding, overlap};
use super::strings::Strings;
use super::words::{Cut, TERM_COST};
use crate::timeline::Tier;

/// From these scores on, in nats, a correction is of its tier.
const SURE: f32 = 6.5;
const LIKELY: f32 = 2.4;
const GUESS: f32 = -1.0;

/// What it counts for that the same was surely misheard in a longer term elsewhere in the document, in nats.
const HEARD_SO_ELSEWHERE: f32 = 5.0;

/// What it counts for that the term itself stands near, or was misheard there in another way, in nats: who says it says it again. Terms stood so near to
/// themselves four times as often as to any place (docs/correction.md); a language model with a cache knows the same (Kuhn
/// and De Mori, 1990).
const SAID_NEAR: f32 = 1.5;

/// How near that is, in characters: some five minutes of speech.
const NEAR: usize = 1500;

/// Terms whose scores differ by less are rivals, in nats.
const RIVAL: f32 = 4.5;

/// What scores less is no correction whatever the recording says, or but a guess.
const WORTH_LISTENING: f32 = LIKELY - MOST_HEARD;

/// What a nat of a frame counts: some five frames say the same thing.
const A_WITNESS: f32 = 0.2;

/// What the recording counts for at most, in nats.
const MOST_HEARD: f32 = 8.0;

/// How sure a correction of such a score is; `None` where it hardly is one.
fn tier_of(score: f32) -> Option<Tier> {
    match score {
        SURE.. => Some(Tier::Sure),
        LIKELY.. => Some(Tier::Likely),
        GUESS.. => Some(Tier::Guess),
        _ => None,
    }
}

/// Listens to the recording of a transcript.
pub trait Ear: Sync {
    /// By how many nats the recording says each of the texts asked about rather than what is written at its characters of
    /// sentence `sentence`; `None` where it is not known when that is said.
    fn prefers(&self, sentence: usize, asked: &[(Range<usize>, &str)]) -> Vec<Option<f32>>;
}

/// Weighs what was found in the sentences of a document, `found[i]` in `texts[i]`, and drops what is hardly an error. What
/// is more than a suspicion has its tier already.
pub(super) fn weigh(texts: &[&[char]], talks: &[usize], found: &mut [Vec<Finding>], ear: Option<&dyn Ear>) {
    read(texts, found);
    if let Some(ear) = ear {
        found.par_iter_mut().enumerate().for_each(|(sentence, found)| listen(ear, sentence, found));
    }
    found.iter_mut().for_each(|found| found.retain_mut(judge));
    look_elsewhere(texts, found);
    look_around(texts, talks, found);
    found.iter_mut().for_each(|found| doubt_rivals(found));
}

fn suspicions(found: &mut [Finding]) -> impl Iterator<Item = &mut Finding> {
    found.iter_mut().filter(|finding| finding.is_suspicion())
}

/// How much better the text reads with each correction; what cannot be saved by the recording either goes.
fn read(texts: &[&[char]], found: &mut [Vec<Finding>]) {
    let document = Document::of(texts, found);
    for (text, found) in texts.iter().zip(found).filter(|(_, found)| found.iter().any(Finding::is_suspicion)) {
        let cut = Cut::of(text);
        suspicions(found).for_each(|finding| finding.weighed.words = document.gain(text, &cut, finding) as f32);
        found.retain(|finding| !finding.is_suspicion() || finding.weighed.score() > WORTH_LISTENING);
    }
}

fn listen(ear: &dyn Ear, sentence: usize, found: &mut [Finding]) {
    let asked = found.iter().filter(|finding| finding.is_suspicion());
    let asked: Vec<_> = asked.map(|finding| (finding.chars.clone(), finding.right.as_str())).collect();
    let heard = ear.prefers(sentence, &asked);
    for (finding, heard) in suspicions(found).zip(heard) {
        finding.weighed.heard = heard.map(|nats| (nats * A_WITNESS).clamp(-MOST_HEARD, MOST_HEARD));
    }
}

/// What was surely misheard in longer terms speaks for the same in shorter ones.
fn look_elsewhere(texts: &[&[char]], found: &mut [Vec<Finding>]) {
    let heard = heard_so(texts, found);
    for (text, found) in texts.iter().zip(found) {
        for finding in suspicions(found).filter(|finding| finding.tier != Tier::Sure) {
            let wrong: String = text[finding.chars.clone()].iter().collect();
            if heard.contains(&(wrong, finding.right.clone())) {
                finding.weighed.document = HEARD_SO_ELSEWHERE;
                judge(finding);
            }
        }
    }
}

/// Where the term itself is said near, or in the same talk and its title, it is likelier; but not sure for that, since other names of its field stand near
/// it too.
fn look_around(texts: &[&[char]], talks: &[usize], found: &mut [Vec<Finding>]) {
    let said = said_where(texts, talks, found);
    let mut before = 0;
    for ((text, talk), found) in texts.iter().zip(talks).zip(found) {
        for finding in suspicions(found) {
            let here = before + finding.chars.start..before + finding.chars.end;
            let written = &text[finding.chars.clone()];
            let places = said.get(&finding.right).map_or(&[][..], Vec::as_slice);
            let is_near = |said: &&Said| said.chars.start.abs_diff(here.start) <= NEAR || said.talk == *talk;
            if places
                .iter()
                .filter(is_near)
                .any(|said| !overlap(&said.chars, &here) && said.misheard.is_none_or(|other| other != written))
            {
                let tier = finding.tier;
                finding.weighed.document += SAID_NEAR;
                judge(finding);
                finding.tier = finding.tier.max(tier.min(Tier::Likely));
            }
        }
        before += text.len();
    }
}

/// Where a term seems to be said.
struct Said<'a> {
    /// Its characters, counted from the beginning of the document.
    chars: Range<usize>,
    /// What is written there where that is a suspicion and not sure: the same again says nothing, another mishearing does.
    misheard: Option<&'a [char]>,
    /// The talk that it is said in.
    talk: usize,
}

/// Where in the document terms are said that may have been misheard somewhere, in order.
fn said_where<'a>(texts: &[&'a [char]], talks: &[usize], found: &[Vec<Finding>]) -> HashMap<String, Vec<Said<'a>>> {
    let rights = found.iter().flatten().filter(|finding| finding.is_suspicion());
    let rights = Strings::of(rights.map(|finding| finding.right.clone()).collect());
    let mut said: HashMap<String, Vec<Said>> = HashMap::new();
    let mut before = 0;
    for ((text, talk), found) in texts.iter().zip(talks).zip(found) {
        let in_document = |chars: &Range<usize>| before + chars.start..before + chars.end;
        let mut add = |right: String, chars, misheard| {
            said.entry(right).or_default().push(Said { chars: in_document(&chars), misheard, talk: *talk });
        };
        for place in rights.places(text) {
            add(text[place.clone()].iter().collect(), place, None);
        }
        for finding @ Finding { right, chars, tier, .. } in found {
            match tier {
                Tier::Sure => add(right.clone(), chars.clone(), None),
                _ if finding.is_suspicion() => add(right.clone(), chars.clone(), Some(&text[chars.clone()])),
                _ => {}
            }
        }
        before += text.len();
    }
    said
}

/// Where two terms are nearly as likely in the same place, either is a guess.
fn doubt_rivals(found: &mut [Finding]) {
    let all: Vec<(Range<usize>, String, f32)> = found
        .iter()
        .map(|finding| (finding.chars.clone(), letters_of(&finding.right), finding.weighed.score()))
        .collect();
    for finding in suspicions(found) {
        let (score, letters) = (finding.weighed.score(), letters_of(&finding.right));
        let is_rival = |(chars, right, other): &(Range<usize>, String, f32)| {
            *chars == finding.chars && *right != letters && (other - score).abs() < RIVAL
        };
        if all.iter().any(is_rival) {
            finding.tier = Tier::Guess;
        }
    }
}

/// Gives a finding its tier; `false` where it is none.
fn judge(finding: &mut Finding) -> bool {
    let tier = if finding.is_suspicion() { tier_of(finding.weighed.score()) } else { Some(finding.tier) };
    finding.tier = tier.unwrap_or(Tier::Guess);
    tier.is_some()
}

/// Every part of what was surely misheard, of two characters and more but not all, that was misheard itself, with what it
/// ought to be.
fn heard_so(texts: &[&[char]], found: &[Vec<Finding>]) -> HashSet<(String, String)> {
    let mut heard = HashSet::new();
    for (text, found) in texts.iter().zip(found) {
        for finding in found.iter().filter(|finding| finding.tier == Tier::Sure) {
            let (wrong, right) = (&text[finding.chars.clone()], finding.right.chars().collect::<Vec<_>>());
            if wrong.len() != right.len() {
                continue;
            }
            let parts = (0..wrong.len()).flat_map(|start| (start + 2..=wrong.len()).map(move |end| start..end));
            for part in parts.filter(|part| part.len() < wrong.len() && wrong[part.clone()] != right[part.clone()]) {
                heard.insert((wrong[part.clone()].iter().collect(), right[part].iter().collect()));
            }
        }
    }
    heard
}

/// How often the document has what errors and terms share.
struct Document {
    counts: HashMap<String, usize>,
    words: f64,
}

impl Document {
    fn of(texts: &[&[char]], found: &[Vec<Finding>]) -> Document {
        let mut strings: Vec<String> = Vec::new();
        for (text, found) in texts.iter().zip(found) {
            for finding in found.iter().filter(|finding| finding.is_suspicion()) {
                let halves = finding.parts.iter().flat_map(Part::halves).flat_map(|(first, second)| [first, second]);
                let parts = finding.parts.iter().cloned().chain(halves);
                strings.extend(parts.flat_map(|part| part.in_term(&finding.right)));
                strings.push(text[finding.chars.clone()].iter().collect());
                strings.push(finding.right.clone());
            }
        }
        let chars: usize = texts.iter().map(|text| text.len()).sum();
        Document { counts: Strings::of(strings).counts(texts), words: chars as f64 / CHARS_A_WORD }
    }

    fn count(&self, text: &str) -> usize {
        self.counts.get(text).copied().unwrap_or(0)
    }

    /// By how many nats the text reads better with the term in the finding's place.
    fn gain(&self, text: &[char], cut: &Cut, finding: &Finding) -> f64 {
        let wrong: String = text[finding.chars.clone()].iter().collect();
        let errors = self.count(&wrong);
        let cost = |part: &Part| {
            // The first part of a term that stands there bears what all of it costs.
            if let Some(term) = &part.term {
                let whole = || self.term(&text[term.clone()].iter().collect::<String>());
                return if part.chars.start <= term.start { whole() } else { 0.0 };
            }
            let shared = |part: &Part| {
                let general = Cut::of(&text[part.chars.clone()]).cost();
                self.elsewhere(part, &finding.right, errors).map_or(general, |cost| general.min(cost))
            };
            let halves = part.halves().map(|(first, second)| shared(&first) + shared(&second));
            halves.fold(shared(part), f64::min)
        };
        let parts: f64 = finding.parts.iter().map(cost).sum();
        cut.cost_of(text, &finding.chars).min(parts) - self.term(&finding.right)
    }

    /// What a part that is the term's own costs in this document, by how often it stands there elsewhere than in the term
    /// or in this error; `None` where it does not.
    fn elsewhere(&self, part: &Part, right: &str, errors: usize) -> Option<f64> {
        let [alone, wider @ ..] = &part.in_term(right)[..] else { return None };
        let in_term = wider.iter().map(|wider| self.count(wider)).max().unwrap_or(0);
        let count = self.count(alone).checked_sub(in_term + errors).filter(|&count| count > 0)?;
        (part.chars.len() > 1).then(|| (self.words / count as f64).ln().max(0.0))
    }

    /// What a term costs: less where the document has it often.
    fn term(&self, right: &str) -> f64 {
        match self.count(right) {
            0 => TERM_COST,
            count => (self.words / count as f64).ln().clamp(LEAST_TERM_COST, TERM_COST),
        }
    }
}

/// What a term costs at least, however often the document has it.
const LEAST_TERM_COST: f64 = 6.5;

/// Characters a word, on the average of Chinese text.
const CHARS_A_WORD: f64 = 1.6;

/// A part of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The characters of the sentence that it is.
    pub(super) chars: Range<usize>,
    /// The characters of the term that these are; `None` where they are others.
    pub(super) own: Option<Range<usize>>,
    /// The characters of another term, or of a part of this one that is a term too, which stands there rightly.
    pub(super) term: Option<Range<usize>>,
}

impl Part {
    /// The two parts that it has on either side of each of its inner borders, where it is the term's own.
    fn halves(&self) -> impl Iterator<Item = (Part, Part)> {
        let own = self.own.clone().filter(|_| self.term.is_none());
        let borders = own.map_or(0..0, |own| 1..own.len().min(self.chars.len()));
        borders.map(|at| {
            let half = |chars: Range<usize>, own: Range<usize>| Part { chars, own: Some(own), term: None };
            let (Range { start, end }, own) = (self.chars.clone(), self.own.clone().unwrap_or_default());
            (half(start..start + at, own.start..own.start + at), half(start + at..end, own.start + at..own.end))
        })
    }

    /// What it is in the term, and the same with the character before it and with the one after it there.
    fn in_term(&self, right: &str) -> Vec<String> {
        let Some(own) = &self.own else { return vec![] };
        let right: Vec<char> = right.chars().collect();
        let before = (own.start > 0).then(|| own.start - 1..own.end);
        let after = (own.end < right.len()).then(|| own.start..own.end + 1);
        let all = [Some(own.clone()), before, after].into_iter().flatten();
        all.map(|range| right[range].iter().collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::find::Finder;
    use super::super::terms::Terms;
    use super::*;

    /// What is found in some sentences, and the findings: `wrong>right tier`.
    fn weighed(terms: &str, sentences: &[&str], ear: Option<&dyn Ear>) -> Vec<(String, Finding)> {
        let terms = Terms::parse(terms, "terms").unwrap();
        let finder = Finder::new(&terms);
        let texts: Vec<Vec<char>> = sentences.iter().map(|sentence| sentence.chars().collect()).collect();
        let texts: Vec<&[char]> = texts.iter().map(|text| &text[..]).collect();
        let mut found: Vec<Vec<Finding>> = texts.iter().map(|text| finder.find(text)).collect();
        let talks: Vec<usize> = (0..texts.len()).collect();
        weigh(&texts, &talks, &mut found, ear);
        let show = |text: &[char], finding: Finding| {
            let wrong: String = text[finding.chars.clone()].iter().collect();
            (format!("{wrong}>{} {}", finding.right, finding.tier.name()), finding)
        };
        texts.iter().zip(found).flat_map(|(text, found)| found.into_iter().map(|one| show(text, one))).collect()
    }

    fn shown(terms: &str, sentences: &[&str]) -> Vec<String> {
        weighed(terms, sentences, None).into_iter().map(|(shown, _)| shown).collect()
    }

    /// A recording that says the same of everything.
    struct Always(f32);

    impl Ear for Always {
        fn prefers(&self, _: usize, asked: &[(Range<usize>, &str)]) -> Vec<Option<f32>> {
            vec![Some(self.0); asked.len()]
        }
    }

    #[test]
    fn the_score_decides() {
        assert_eq!([9.0, 5.0, 0.5, -1.5].map(tier_of), [Some(Tier::Sure), Some(Tier::Likely), Some(Tier::Guess), None]);
    }

    #[test]
    fn what_the_document_has_everywhere_is_no_sign_of_a_term() {
        let talk = ["声音模型很大。", "声音模型很小。", "这个声音模型很好。"].repeat(20);
        let words = |wrong: &str, rest: &[&str]| {
            let sentence = format!("他们{wrong}。");
            let sentences = [&[sentence.as_str()], rest].concat();
            let found = weighed("画眉声音模型", &sentences, None);
            found.iter().find(|(shown, _)| shown.starts_with(&format!("{wrong}>"))).unwrap().1.weighed.words
        };
        assert!(words("画煤声音模型", &[]) > words("画煤声音模型", &talk) + 5.0);
        assert!(words("话眉声音模型", &[]) > words("话眉声音模型", &talk) + 5.0, "nor with a character more");
        assert!(shown("画眉声音模型", &talk).is_empty());
    }

    #[test]
    fn a_short_term_is_helped_by_the_same_in_a_longer_one() {
        let (terms, alone) = ("鹏城实验室\n鹏城", "鹏程很好。");
        assert_eq!(shown(terms, &[alone]), ["鹏程>鹏城 guess"]);
        let beside = shown(terms, &["在鹏程实验室。", alone]);
        assert!(beside.contains(&"鹏程实验室>鹏城实验室 sure".into()), "{beside:?}");
        assert_eq!(beside.last().unwrap(), "鹏程>鹏城 sure");
    }

    #[test]
    fn a_term_that_is_said_near_is_likelier() {
        let document = |between: usize| {
            let rest = vec!["大家看一下这个。"; between];
            let sentences = [&["鸣谱也来了。"], &rest[..], &["然后名布很好。"]].concat();
            weighed("鸣谱", &sentences, None)[0].1.weighed.document
        };
        assert_eq!([document(10), document(300)], [SAID_NEAR, 0.0]);
    }

    #[test]
    fn another_mishearing_of_a_term_near_speaks_for_it_and_the_same_again_does_not() {
        let weighed_beside = |other: &str| {
            let sentences = ["然后名布很好。", "大家看一下这个。", other];
            weighed("鸣谱", &sentences, None)[0].1.weighed.document
        };
        assert_eq!([weighed_beside("名普也来了。"), weighed_beside("名布也来了。")], [SAID_NEAR, 0.0]);
    }

    #[test]
    fn rivals_are_guesses() {
        assert_eq!(shown("OpenI", &["这个open eye社区"]), ["open eye>OpenI sure"]);
        let rivals = shown("OpenI\nOpenAI", &["这个open eye社区"]);
        assert_eq!(rivals, ["open eye>OpenI guess", "open eye>OpenAI guess"]);
    }

    #[test]
    fn the_recording_speaks_for_and_against_and_not_without_end() {
        let heard = |nats: f32| {
            let found = weighed("鸣谱", &["名普也来了。"], Some(&Always(nats)));
            found.into_iter().map(|(shown, finding)| (shown, finding.weighed.heard.unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(heard(0.0), [("名普>鸣谱 likely".to_string(), 0.0)]);
        assert_eq!(heard(20.0), [("名普>鸣谱 sure".to_string(), 20.0 * A_WITNESS)]);
        assert_eq!(heard(1e6), [("名普>鸣谱 sure".to_string(), MOST_HEARD)]);
        assert!(heard(-1e6).is_empty());
    }
}
