//! Which of the things that sound or look like a term are errors, and how sure that is.

use std::cmp::Reverse;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::sound::{Kind, Likeness, Unit, is_joint, is_letter, units};
use super::sounds_like::{Hit, SoundIndex};
use super::spelt_like::{Spelling, SpellingIndex};
use super::terms::Terms;
use super::words::{Borders, Words};
use crate::timeline::Tier;

/// An error in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// The characters of the sentence that are wrong.
    pub(super) chars: Range<usize>,
    /// Index of the right writing in the terms.
    pub(super) right: usize,
    pub(super) tier: Tier,
    pub(super) reason: String,
    /// Whether it is to be replaced as a whole, since its spaces and marks are part of the error.
    pub(super) whole: bool,
    /// How many characters the right writing has, joints apart.
    length: usize,
    /// The smaller, the better among findings of one tier and length.
    cost: usize,
    /// The same: how many characters would be changed, put in or taken out.
    changed: usize,
}

/// Finds errors, sentence by sentence.
pub(super) struct Finder<'a> {
    terms: &'a Terms,
    sounds: SoundIndex,
    spellings: SpellingIndex,
    /// The writings that the user calls wrong; `None` without any.
    wrong: Option<AhoCorasick>,
    words: Words,
}

/// Characters that are numbers: one of them is never a mishearing of another.
const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿";

/// Words of grammar, which stand beside everything: 智能的 is no mishearing of 智能体.
const PARTICLES: &str =
    "的地得了着过是在有和与及或就也都还又不没这那个们我你他它她呢啊呃吧吗嘛把被让给对从到为以于而之所去来说";

impl<'a> Finder<'a> {
    pub(super) fn new(terms: &'a Terms) -> Finder<'a> {
        let wrong = terms.wrong.iter().map(|(wrong, _)| wrong);
        let wrong = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(wrong);
        Finder {
            terms,
            sounds: SoundIndex::new(&terms.right),
            spellings: SpellingIndex::new(&terms.right),
            wrong: wrong.ok().filter(|_| !terms.wrong.is_empty()),
            words: Words::new(),
        }
    }

    /// The errors of a sentence in the order of their places; none overlaps another.
    pub(super) fn find(&self, text: &[char]) -> Vec<Finding> {
        let units = units(text);
        let hits = self.sounds.hits(&units);
        let spellings = self.spellings.hits(text);
        let right = self.standing_right(text, &units, &hits, &spellings);
        let mut found = self.called_wrong(text, &right);
        if hits.iter().any(|hit| hit.count(Likeness::Identical) < hit.likeness.len()) {
            let borders = self.words.borders(text);
            found.extend(hits.iter().filter_map(|hit| self.misheard(text, &units, hit, &borders, &right)));
        }
        found.extend(spellings.iter().filter_map(|spelling| self.misspelt(text, spelling, &right)));
        without_overlaps(found)
    }

    /// Where a term stands as it should.
    fn standing_right(
        &self,
        text: &[char],
        units: &[Unit],
        hits: &[Hit],
        spellings: &[Spelling],
    ) -> Vec<(Range<usize>, usize)> {
        let heard = hits.iter().filter(|hit| hit.count(Likeness::Identical) == hit.likeness.len());
        let heard = heard.map(|hit| (chars_of(units, &hit.units), hit.right));
        let is_right = |s: &&Spelling| self.terms.right[s.right].chars().eq(text[s.chars.clone()].iter().copied());
        let spelt = spellings.iter().filter(is_right).map(|spelling| (spelling.chars.clone(), spelling.right));
        heard.chain(spelt).collect()
    }

    /// What the user calls wrong, wherever it is no part of a longer run of letters, nor of a term that stands right.
    fn called_wrong(&self, text: &[char], right: &[(Range<usize>, usize)]) -> Vec<Finding> {
        let Some(wrong) = &self.wrong else { return vec![] };
        let string: String = text.iter().collect();
        let char_at = |byte: usize| string[..byte].chars().count();
        let found = wrong.find_iter(&string).map(|m| (char_at(m.start())..char_at(m.end()), m.pattern().as_usize()));
        found
            .filter(|(chars, _)| !within_run(text, chars) && !right.iter().any(|(range, _)| overlap(range, chars)))
            .map(|(chars, pattern)| Finding {
                chars,
                right: self.terms.wrong[pattern].1,
                tier: Tier::Sure,
                reason: "the terms call it wrong".into(),
                whole: true,
                length: self.length(self.terms.wrong[pattern].1),
                cost: 0,
                changed: 0,
            })
            .collect()
    }

    fn length(&self, right: usize) -> usize {
        self.terms.right[right].chars().filter(|&c| !is_joint(c)).count()
    }

    fn misheard(
        &self,
        text: &[char],
        units: &[Unit],
        hit: &Hit,
        borders: &Borders,
        right: &[(Range<usize>, usize)],
    ) -> Option<Finding> {
        let chars = chars_of(units, &hit.units);
        let writing = &self.terms.right[hit.right];
        let letters: Vec<char> = writing.chars().collect();
        let edit = edited(&text[chars.clone()], &letters);
        let changed = edit.len() + letters.len().saturating_sub(chars.len());
        let edit = edit.start + chars.start..edit.end + chars.start;
        let stands = |(range, right): &(Range<usize>, usize)| {
            *right == hit.right && overlap(range, &chars) || overlap(range, &edit) || crosses(range, &chars)
        };
        if text[chars.clone()] == letters[..] || right.iter().any(stands) {
            return None;
        }
        if changes_a_number(&units[hit.units.clone()], writing) {
            return None;
        }
        let tier = tier_of_sound(text, hit, borders, &chars, &edit)?;
        Some(Finding {
            chars,
            right: hit.right,
            tier,
            reason: reason_of_sound(hit),
            whole: false,
            length: self.length(hit.right),
            cost: hit.cost(),
            changed,
        })
    }

    fn misspelt(&self, text: &[char], spelling: &Spelling, right: &[(Range<usize>, usize)]) -> Option<Finding> {
        let Spelling { chars, .. } = spelling;
        let writing = &self.terms.right[spelling.right];
        let written: String = text[chars.clone()].iter().collect();
        if right.iter().any(|(range, _)| overlap(range, chars))
            || is_form(&written, writing)
            || is_style(&written, writing)
        {
            return None;
        }
        let (tier, reason) = match spelling.edits {
            0 => (Tier::Sure, "the same letters as the term".to_string()),
            edits => {
                let near = 8 * edits <= spelling.letters;
                let tier = if near || in_chinese(text, chars) { Tier::Likely } else { Tier::Guess };
                (tier, format!("{edits} of {} letters differ from the term", spelling.letters))
            }
        };
        Some(Finding {
            chars: chars.clone(),
            right: spelling.right,
            tier,
            reason,
            whole: true,
            length: self.length(spelling.right),
            cost: spelling.edits,
            changed: 0,
        })
    }
}

/// How sure it is that `hit`, which stands at `chars`, is an error; `None` if it hardly is.
fn tier_of_sound(
    text: &[char],
    hit: &Hit,
    borders: &Borders,
    chars: &Range<usize>,
    edit: &Range<usize>,
) -> Option<Tier> {
    let (len, cost) = (hit.likeness.len(), hit.cost());
    let is_particle = |at: usize| PARTICLES.contains(text[at]);
    if cost > 0 && edit.clone().any(is_particle) {
        return None;
    }
    let cut = borders.cut_by(chars);
    let known = borders.words(chars).all(|word| word.len() > 1 || is_particle(word.start));
    let (sounds_same, doubtful) = (cost == 0, cut || known);
    match len {
        0..=2 if doubtful || chars.clone().any(is_particle) => None,
        0..=2 => Some(Tier::Likely),
        3 if sounds_same => Some(if doubtful { Tier::Guess } else { Tier::Sure }),
        3 => Some(if doubtful { Tier::Guess } else { Tier::Likely }),
        _ if sounds_same => Some(if cut { Tier::Likely } else { Tier::Sure }),
        _ if cost <= 2 => Some(if doubtful { Tier::Guess } else { Tier::Sure }),
        _ => Some(if doubtful { Tier::Guess } else { Tier::Likely }),
    }
}

fn reason_of_sound(hit: &Hit) -> String {
    let off = hit.likeness.iter().filter(|&&likeness| likeness > Likeness::Homophone).count();
    match off {
        0 => "sounds the same as the term".into(),
        _ => format!("{off} of {} syllables differ from the term in sound", hit.likeness.len()),
    }
}

/// The characters of some units.
fn chars_of(units: &[Unit], range: &Range<usize>) -> Range<usize> {
    units[range.start].chars.start..units[range.end - 1].chars.end
}

/// The part of `old` that is left when what both begin and end with is taken off.
fn edited(old: &[char], new: &[char]) -> Range<usize> {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let back = old[front..].iter().rev().zip(new[front..].iter().rev()).take_while(|(a, b)| a == b).count();
    front..old.len() - back
}

/// Whether a digit, a numeral or a run of letters would become another.
fn changes_a_number(old: &[Unit], new: &str) -> bool {
    let fixed = |unit: &Unit| match &unit.kind {
        Kind::Han(c, _) => NUMERALS.contains(*c).then(|| c.to_string()),
        Kind::Run(run) => Some(run.clone()),
        Kind::Mark(_) => None,
    };
    let new: Vec<Unit> = units(&new.chars().collect::<Vec<_>>());
    let (old, new): (Vec<_>, Vec<_>) = (old.iter().filter_map(fixed).collect(), new.iter().filter_map(fixed).collect());
    old.len() == new.len() && old != new
}

/// Whether the two differ only as one may please: in capitals (`agent`, `TOP500`), or in a joint before a number (`GPT4`).
fn is_style(written: &str, right: &str) -> bool {
    let spaced = |text: &str| text.split(is_joint).map(str::to_lowercase).collect::<Vec<_>>();
    let letters = |text: &str| text.replace(is_joint, "").to_lowercase();
    let numbered = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    spaced(written) == spaced(right) || numbered(right) && letters(written) == letters(right)
}

/// Whether what is written is a plural of the term, or some of its words: `agents`, `scaling` for `scaling law`.
fn is_form(written: &str, right: &str) -> bool {
    let (written, right) = (written.to_lowercase(), right.to_lowercase());
    let rest = right.strip_prefix(&written);
    rest.is_some_and(|rest| rest.starts_with(is_joint)) || written.strip_suffix('s') == Some(&right)
}

/// Whether `chars` begins or ends amid a run of letters or digits.
fn within_run(text: &[char], chars: &Range<usize>) -> bool {
    let is_run = |at: usize| text.get(at).is_some_and(|&c| is_letter(c) || c.is_ascii_digit());
    let joined = |at: usize| at > 0 && is_run(at - 1) && is_run(at);
    joined(chars.start) || joined(chars.end)
}

/// Whether Latin letters stand next to Han characters, where they are a name or term and no English sentence.
fn in_chinese(text: &[char], chars: &Range<usize>) -> bool {
    let is_han = |c: Option<&char>| c.is_some_and(|&c| c.is_alphabetic() && !is_letter(c));
    let before = text[..chars.start].iter().rev().find(|c| !c.is_whitespace());
    let after = text[chars.end..].iter().find(|c| !c.is_whitespace());
    is_han(before) || is_han(after)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether two ranges overlap and neither holds the other.
fn crosses(a: &Range<usize>, b: &Range<usize>) -> bool {
    let holds = |a: &Range<usize>, b: &Range<usize>| a.start <= b.start && b.end <= a.end;
    overlap(a, b) && !holds(a, b) && !holds(b, a)
}

/// The best findings that do not overlap, in the order of their places: the surest, then the longest, then the nearest.
fn without_overlaps(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|f| (f.tier, Reverse(f.length), f.cost, f.changed, f.chars.len(), f.chars.start, f.right));
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        if !kept.iter().any(|other| overlap(&other.chars, &finding.chars)) {
            kept.push(finding);
        }
    }
    kept.sort_by_key(|finding| finding.chars.start);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in `text`, as `wrong>right tier`.
    fn found(terms: &str, text: &str) -> Vec<String> {
        let terms = Terms::parse(terms, "terms").unwrap();
        let chars: Vec<char> = text.chars().collect();
        let show = |f: Finding| {
            let wrong: String = chars[f.chars].iter().collect();
            format!("{wrong}>{} {}", terms.right[f.right], f.tier.name())
        };
        Finder::new(&terms).find(&chars).into_iter().map(show).collect()
    }

    #[test]
    fn what_sounds_the_same_in_three_characters_is_sure() {
        assert_eq!(found("声野科技", "由生也科技承办"), ["生也科技>声野科技 sure"]);
        assert_eq!(found("声野AI", "由生也AI承办"), ["生也AI>声野AI sure"]);
        assert_eq!(found("鸣谱", "名普很好"), ["名普>鸣谱 likely"]);
    }

    #[test]
    fn a_term_that_stands_right_is_left_alone() {
        assert!(found("生也堂\n声野 | 生也", "在生也堂").is_empty());
        assert!(found("声野科技；声野\n生野科普", "声野科技和声野").is_empty());
    }

    #[test]
    fn another_right_name_is_no_error_but_may_be_misheard() {
        let terms = "刘伯远\t站长；刘站长";
        assert!(found(terms, "感谢刘站长的分享").is_empty());
        assert_eq!(found(terms, "感谢柳站长的分享"), ["柳站长>刘站长 sure"]);
    }

    #[test]
    fn what_the_terms_call_wrong_is_sure_whatever_it_sounds_like() {
        assert_eq!(
            found("EchoReed | 回声芦苇 | eco", "回声芦苇和eco但不是ecology"),
            ["回声芦苇>EchoReed sure", "eco>EchoReed sure"]
        );
    }

    #[test]
    fn word_borders_and_words_count_against_a_hit() {
        assert_eq!(found("及数字", "研究技术资料"), ["技术资>及数字 guess"]);
        assert!(!found("是原矢", "这是原始资料").iter().any(|found| found.ends_with("sure")));
    }

    #[test]
    fn one_number_is_never_another() {
        assert!(found("第四人民医院", "在第十人民医院").is_empty());
        assert!(found("鸣谱云听3", "用鸣谱云听4").is_empty());
    }

    #[test]
    fn particles_beside_a_word_are_no_misheard_syllables() {
        assert!(found("智能体", "人工智能的发展").is_empty());
    }

    #[test]
    fn spellings_are_sure_only_letter_by_letter() {
        assert_eq!(found("EchoReed", "用echo reed录音"), ["echo reed>EchoReed sure"]);
        assert_eq!(found("EchoReed", "用echo read录音"), ["echo read>EchoReed likely"]);
        assert_eq!(found("Transformer", "用transform的"), ["transform>Transformer likely"]);
        assert_eq!(found("Transformer", "we transform it"), ["transform>Transformer guess"]);
    }

    #[test]
    fn style_and_grammar_are_not_touched() {
        assert!(found("Agent\nTOP500\nReed-4\nscaling law", "agent, agents, top500, reed4, Scaling").is_empty());
    }

    #[test]
    fn the_writing_that_changes_least_wins() {
        assert_eq!(found("鸣谱·云听\t鸣谱云听", "用鸣普云听"), ["鸣普云听>鸣谱云听 sure"]);
    }
}
