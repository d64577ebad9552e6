//! What the recogniser misheard, put right by the user's terms.
//!
//! A general model of Chinese would be needed to mend all of a recogniser's errors; the names and words of one event
//! can be mended with what the user knows: how they are written. [`Terms`] reads that, [`correct`] looks for
//!
//! * writings that the user calls wrong (`right | wrong`);
//! * stretches of text that sound like a term: the same syllables, or ones that are often confused, tones apart;
//! * the sounds of a Latin term in Han characters or in other words;
//! * Latin letters that spell a term, but for case, spaces and hyphens or a few letters.
//!
//! Sound is a suspicion: how well the text reads as it stands, what the document has elsewhere and what the recording says
//! is weighed with it (`weigh`). What the [`Policy`] wants is made, the others are only listed. How often a wrong form occurs
//! in the document counts for nothing, since a recogniser that mishears a name does so every time.

pub mod also;
pub mod edits;
pub mod llm;
pub mod suggest;
mod talks;

mod decisions;
mod find;
mod finding;
mod sound;
mod sounds_like;
mod spelt_like;
mod spoken_like;
mod strings;
mod terms;
mod variants;
mod weigh;
mod words;

use std::collections::HashSet;
use std::ops::Range;

use rayon::prelude::*;

use crate::timeline::{Correction, Decision, Point, Sentence, Tier, Traced};

use also::Asked;
pub use decisions::Decisions;
use find::Finder;
use finding::Finding;
pub use terms::{Pack, Place, Terms, TermsError, UnknownPack};
pub use weigh::Ear;

/// What is made of what is found.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// What the user decided before.
    pub decisions: Decisions,
    /// How sure a correction must be to be made without having been accepted.
    pub apply: Apply,
    /// Whether variants of one name are looked for too, terms or not.
    pub variants: bool,
    /// What is done besides.
    pub also: also::Kinds,
}

/// Which corrections are made without having been accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Apply {
    /// None.
    None,
    /// The sure ones.
    #[default]
    Sure,
    /// The sure and the likely ones.
    Likely,
}

impl Apply {
    fn makes(self, tier: Tier) -> bool {
        match self {
            Apply::None => false,
            Apply::Sure => tier == Tier::Sure,
            Apply::Likely => tier <= Tier::Likely,
        }
    }
}

/// Looks through `sentences` for terms that were misheard, and corrects those that `policy` wants to be corrected.
///
/// `lines` are those of the transcript as given; `ear` listens to its recording, where there is one. What is returned and
/// how it is made: see [`Proposed::make`].
pub fn correct(
    sentences: &mut [Sentence],
    lines: &[String],
    terms: &Terms,
    policy: &Policy,
    ear: Option<&dyn Ear>,
) -> Vec<Correction> {
    propose(sentences, lines, terms, policy, ear).make()
}

/// The sentences with what is made of the text alone, to be laid on the recording; what is done besides would only take out
/// what is said, or write it otherwise.
pub fn drafted(sentences: &[Sentence], lines: &[String], terms: &Terms, policy: &Policy) -> Vec<Sentence> {
    let mut drafted = sentences.to_vec();
    let policy = Policy { also: also::Kinds::default(), ..policy.clone() };
    correct(&mut drafted, lines, terms, &policy, None);
    drafted
}

/// As [`correct`], up to the making: what was found can still be asked about.
pub fn propose<'a>(
    sentences: &'a mut [Sentence],
    lines: &'a [String],
    terms: &Terms,
    policy: &'a Policy,
    ear: Option<&dyn Ear>,
) -> Proposed<'a> {
    let finder = Finder::new(terms);
    let texts: Vec<&[char]> = sentences.iter().map(|sentence| sentence.text.chars()).collect();
    let mut found: Vec<Vec<Finding>> = texts.par_iter().map(|text| finder.find(text)).collect();
    weigh::weigh(&texts, &talks::talks_of(sentences), &mut found, ear);
    texts.iter().zip(&mut found).for_each(|(text, found)| finder.lengthen(text, found));
    if policy.variants {
        add_variants(&texts, terms, &mut found);
    }
    let listed = |(sentence, found): (&Sentence, _)| listed_of(&sentence.text, found, lines, policy);
    let found = sentences.iter().zip(found).map(listed).collect();
    Proposed { sentences, lines, policy, asked: Asked::new(lines, terms, policy), found }
}

/// What was found in the sentences of a transcript, before anything of it is made.
#[derive(Debug)]
pub struct Proposed<'a> {
    sentences: &'a mut [Sentence],
    lines: &'a [String],
    policy: &'a Policy,
    asked: Asked<'a>,
    /// Sentence by sentence, in the order of their places; nothing overlaps.
    found: Vec<Vec<(Finding, Correction)>>,
}

impl Proposed<'_> {
    /// Corrects what the policy wants to be corrected.
    ///
    /// All that was found is returned, made or not, in the order of the transcript, but for what was rejected.
    /// [`Correction::wrong`] stands exactly at its line and offset; what cannot be shown in one piece there (a name torn
    /// over two lines) is neither listed nor corrected. What is made changes only the characters that differ, so spaces
    /// that cleaning put in stay, and every character keeps its point in the transcript.
    pub fn make(self) -> Vec<Correction> {
        let mut corrections = Vec::new();
        for (sentence, mut found) in self.sentences.iter_mut().zip(self.found) {
            for (_, correction) in &mut found {
                correction.applied = correction.decision.is_some() || self.policy.apply.makes(correction.tier);
            }
            self.asked.add(&sentence.text, &mut found);
            for (finding, correction) in found.into_iter().rev() {
                if correction.applied {
                    apply(&mut sentence.text, &finding, correction.put());
                }
                corrections.push(correction);
            }
        }
        corrections.sort_by_key(|correction| (correction.line, correction.offset));
        corrections
    }
}

/// Adds the variants of names where nothing else was found: what the user says goes first. What was found to be wrong is
/// nothing that a variant could become.
fn add_variants(texts: &[&[char]], terms: &Terms, found: &mut [Vec<Finding>]) {
    let wrong = found
        .iter()
        .zip(texts)
        .flat_map(|(found, text)| found.iter().map(|finding| text[finding.chars.clone()].iter().collect::<String>()));
    let wrong: HashSet<String> = wrong.collect();
    for (found, mut variants) in found.iter_mut().zip(variants::variants(texts, terms)) {
        variants.retain(|variant| {
            !found.iter().any(|other| finding::overlap(&other.chars, &variant.chars))
                && !wrong.iter().any(|wrong| wrong.contains(&variant.right))
        });
        found.extend(variants);
    }
}

/// What is to be said of a sentence, place by place; nothing overlaps. What the user made goes before what is found.
fn listed_of(text: &Traced, found: Vec<Finding>, lines: &[String], policy: &Policy) -> Vec<(Finding, Correction)> {
    let made = policy.decisions.made_in(text.chars());
    let made = made.into_iter().map(|(chars, made)| (Finding::decided(chars, made), made.decision.clone()));
    let made = finding::without_overlaps(made.collect(), |(finding, _)| finding);
    let mut found: Vec<(Finding, Option<Decision>)> = found.into_iter().map(|finding| (finding, None)).collect();
    found.retain(|(finding, _)| made.iter().all(|(made, _)| !finding::overlap(&made.chars, &finding.chars)));
    let listed = made.into_iter().chain(found).filter_map(|(finding, decision)| {
        let correction = listed(text, lines, &finding, decision)?;
        let rejected = policy.decisions.reject(&correction.wrong, &correction.right, &correction.reason);
        (!rejected || correction.decision.is_some()).then_some((finding, correction))
    });
    finding::without_overlaps(listed.collect(), |(finding, _)| finding)
}

/// A finding as it is listed, not yet made; `None` where the transcript as given does not have it in one piece.
fn listed(text: &Traced, lines: &[String], finding: &Finding, decision: Option<Decision>) -> Option<Correction> {
    let (at, wrong) = as_given(text, finding.chars.clone(), lines)?;
    let (before, after) = decisions::context(text.chars(), &finding.chars);
    Some(Correction {
        line: at.line,
        offset: at.offset,
        wrong,
        right: finding.right.clone(),
        tier: finding.tier,
        reason: finding.reason.clone(),
        weighed: finding.weighed,
        before,
        after,
        model: None,
        applied: false,
        decision,
    })
}

/// Where a stretch of cleaned text stands, and what the transcript as given reads there: cleaning may have changed the
/// width of its characters.
fn as_given(text: &Traced, range: Range<usize>, lines: &[String]) -> Option<(Point, String)> {
    let (at, cleaned) = source(text, range)?;
    let line = lines.get(at.line.checked_sub(1)? as usize)?;
    let quoted: String = line.chars().skip(at.offset as usize).take(cleaned.chars().count()).collect();
    (quoted.chars().count() == cleaned.chars().count()).then_some((at, quoted))
}

/// Where a stretch of cleaned text stands in the transcript and what it reads there; `None` where something was taken
/// out of it in cleaning. A character that cleaning put in shares the point of the one before it and does not count.
fn source(text: &Traced, range: Range<usize>) -> Option<(Point, String)> {
    let points = &text.points()[range.clone()];
    let first = *points.first()?;
    let mut wrong = String::new();
    let mut next = first;
    for (&c, &point) in text.chars()[range].iter().zip(points) {
        if point == next {
            wrong.push(c);
            next.offset += 1;
        } else if point.line != next.line || point.offset + 1 != next.offset {
            return None;
        }
    }
    Some((first, wrong))
}

/// Puts `right` in the place of the finding, from the back so that places before stay good. Where both have the same
/// units, only those that differ are changed.
fn apply(text: &mut Traced, finding: &Finding, right: &str) {
    let right: Vec<char> = right.chars().collect();
    let (old, new) = (sound::units(&text.chars()[finding.chars.clone()]), sound::units(&right));
    let start = finding.chars.start;
    if old.len() != new.len() || finding.whole {
        return text.replace(finding.chars.clone(), &right.iter().collect::<String>());
    }
    for (old, new) in old.iter().zip(&new).rev() {
        let (from, to) = (old.chars.start + start..old.chars.end + start, &right[new.chars.clone()]);
        if text.chars()[from.clone()] != *to {
            text.replace(from, &to.iter().collect::<String>());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Corrects a sentence that is one line of a transcript, `given` in it.
    fn correct_one(text: Traced, given: &str, terms: &str, policy: &Policy) -> (String, Vec<Correction>) {
        let line = text.points()[0].line as usize;
        let mut lines = vec![String::new(); line - 1];
        lines.push(given.into());
        let mut sentences = [Sentence { text, ..Sentence::default() }];
        let found = correct(&mut sentences, &lines, &Terms::parse(terms, "terms").unwrap(), policy, None);
        (sentences[0].text.text(), found)
    }

    /// The same of a line without anything to clean, by the usual policy.
    fn correct_line(line: u32, text: &str, terms: &str) -> (String, Vec<Correction>) {
        correct_one(Traced::line(line, text), text, terms, &Policy::default())
    }

    #[test]
    fn sure_errors_are_corrected_the_others_listed() {
        let given = "由生也科技和震荡鸦雀保护站主办，名普也来了。";
        let (text, found) = correct_line(4, given, "声野科技\n震旦鸦雀\n鸣谱");
        assert_eq!(text, "由声野科技和震旦鸦雀保护站主办，名普也来了。");
        let rows: Vec<_> =
            found.iter().map(|c| (c.line, c.offset, c.wrong.as_str(), c.right.as_str(), c.tier, c.applied)).collect();
        assert_eq!(
            rows,
            [
                (4, 1, "生也科技", "声野科技", Tier::Sure, true),
                (4, 6, "震荡鸦雀", "震旦鸦雀", Tier::Sure, true),
                (4, 16, "名普", "鸣谱", Tier::Likely, false),
            ]
        );
        assert_eq!((found[1].before.as_str(), found[1].after.as_str()), ("由生也科技和", "保护站主办，名普也来"));
    }

    #[test]
    fn how_much_is_made_is_for_the_user_to_say() {
        let made = |apply| {
            let policy = Policy { apply, ..Policy::default() };
            let given = "由生也科技主办，名普";
            correct_one(Traced::line(1, given), given, "声野科技\n鸣谱", &policy).0
        };
        assert_eq!(made(Apply::None), "由生也科技主办，名普");
        assert_eq!(made(Apply::Sure), "由声野科技主办，名普");
        assert_eq!(made(Apply::Likely), "由声野科技主办，鸣谱");
    }

    #[test]
    fn decisions_go_before_what_is_found() {
        let given = "由生也科技主办，名普也来了，我们都说名普很好。";
        let terms = "声野科技\n鸣谱";
        let (_, mut report) = correct_line(1, given, terms);
        report[0].decision = Some(Decision::Edit("升业科技".into()));
        report[1].decision = Some(Decision::Accept);
        let policy = Policy { decisions: Decisions::of(report.clone()), ..Policy::default() };
        let (text, found) = correct_one(Traced::line(1, given), given, terms, &policy);
        assert_eq!(text, "由升业科技主办，鸣谱也来了，我们都说名普很好。");
        assert_eq!(found.iter().map(|c| c.applied).collect::<Vec<_>>(), [true, true, false]);

        report[1].decision = Some(Decision::Reject);
        let policy = Policy { decisions: Decisions::of(report), ..Policy::default() };
        let (text, found) = correct_one(Traced::line(1, given), given, terms, &policy);
        assert_eq!((text.as_str(), found.len()), ("由升业科技主办，名普也来了，我们都说名普很好。", 1));
    }

    #[test]
    fn terms_go_before_variants() {
        let lines = ["由声野科研承办。", "声野科研很好。", "感谢声野科研。", "也感谢生野科研。"].map(String::from);
        let correct_by = |terms: &str| {
            let text =
                |(line, text): (u32, &String)| Sentence { text: Traced::line(line, text), ..Sentence::default() };
            let mut sentences: Vec<Sentence> = (1..).zip(&lines).map(text).collect();
            let policy = Policy { variants: true, ..Policy::default() };
            let found = correct(&mut sentences, &lines, &Terms::parse(terms, "terms").unwrap(), &policy, None);
            found.into_iter().map(|c| format!("{}>{} {}", c.wrong, c.right, c.tier.name())).collect::<Vec<_>>()
        };
        assert_eq!(correct_by(""), ["生野科研>声野科研 likely"]);
        assert!(correct_by("生野科研 | 声野科研").iter().all(|found| found == "声野科研>生野科研 sure"));
        assert_eq!(correct_by("升业科研 | 生野科研").last().unwrap(), "生野科研>升业科研 sure");
    }

    #[test]
    fn a_space_that_cleaning_put_in_stays_and_is_not_quoted() {
        let mut text = Traced::line(1, "由生也AI承办");
        text.replace(3..3, " ");
        let (text, found) = correct_one(text, "由生也AI承办", "声野AI", &Policy::default());
        assert_eq!(text, "由声野 AI承办");
        assert_eq!((found[0].offset, found[0].wrong.as_str()), (1, "生也AI"));
    }

    #[test]
    fn what_does_not_stand_in_one_piece_is_left_alone() {
        let mut text = Traced::line(1, "请生也");
        text.append(&Traced::line(3, "科技发言"));
        let (text, found) = correct_one(text, "请生也", "声野科技", &Policy::default());
        assert!(found.is_empty());
        assert_eq!(text, "请生也科技发言");
    }

    #[test]
    fn a_longer_right_form_keeps_the_points_around_it() {
        let mut sentences = [Sentence { text: Traced::line(1, "用卷神经网络训练。"), ..Sentence::default() }];
        let terms = Terms::parse("卷积神经网络 | 卷神经网络", "terms").unwrap();
        let found = correct(&mut sentences, &["用卷神经网络训练。".into()], &terms, &Policy::default(), None);
        assert_eq!(sentences[0].text.text(), "用卷积神经网络训练。");
        assert_eq!(sentences[0].text.points()[7], Point { line: 1, offset: 6 });
        assert_eq!(found[0].wrong, "卷神经网络");
    }
}
