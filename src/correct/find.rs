//! Which of the things that sound or look like a term may be errors.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::finding::{Finding, overlap};
use super::sound::{Kind, Unit, is_joint, is_letter, syllable_of, units};
use super::sounds_like::{Hit, SoundIndex};
use super::spelt_like::{Spelling, SpellingIndex};
use super::spoken_like::{Spoken, SpokenIndex};
use super::terms::Terms;
use super::weigh::Part;
use super::words::Cut;
use crate::timeline::{Correction, Tier, Weighed};

/// Finds errors, sentence by sentence.
pub(super) struct Finder<'a> {
    terms: &'a Terms,
    sounds: SoundIndex,
    spellings: SpellingIndex,
    spoken: SpokenIndex,
    /// The writings that the user calls wrong; `None` without any.
    wrong: Option<AhoCorasick>,
    /// Right writing → what must not stand around it; only of those that have any.
    not_in: HashMap<&'a str, &'a [String]>,
}

/// Characters that are numbers: one of them is never a mishearing of another.
const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿";

/// In a term of so many syllables a numeral may stand for another character that sounds the same.
const LONG: usize = 4;

impl<'a> Finder<'a> {
    pub(super) fn new(terms: &'a Terms) -> Finder<'a> {
        let wrong = terms.wrong.iter().map(|(wrong, _)| wrong);
        let wrong = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(wrong);
        let not_in = terms.right.iter().zip(&terms.about).filter(|(_, about)| !about.not_in.is_empty());
        Finder {
            terms,
            sounds: SoundIndex::new(sounds_of(terms)),
            spellings: SpellingIndex::new(&terms.right),
            spoken: SpokenIndex::new(&terms.right),
            wrong: wrong.ok().filter(|_| !terms.wrong.is_empty()),
            not_in: not_in.map(|(right, about)| (right.as_str(), &about.not_in[..])).collect(),
        }
    }

    /// All that may be an error of a sentence; some exclude one another.
    pub(super) fn find(&self, text: &[char]) -> Vec<Finding> {
        let units = units(text);
        let hits = self.sounds.hits(&units);
        let spellings = self.spellings.hits(text);
        let right = self.standing_right(text, &units, &hits, &spellings);
        let mut found = self.called_wrong(text, &right);
        found.extend(hits.iter().filter_map(|hit| self.misheard(text, &units, hit, &right)));
        found.extend(self.spoken.hits(text).iter().filter_map(|spoken| self.written_otherwise(text, spoken, &right)));
        found.extend(spellings.iter().filter_map(|spelling| self.misspelt(text, spelling, &right)));
        found.retain(|finding| self.is_meant(text, finding));
        without_twins(&mut found);
        found
    }

    /// Of what was found and weighed, what is but the first half of a longer term, of which more stands behind it: 鹏程云的
    /// for 鹏城云脑 is not surely 鹏城 and 云的. It becomes the longer term, and likely.
    pub(super) fn lengthen(&self, text: &[char], found: &mut [Finding]) {
        for finding in found.iter_mut().filter(|finding| finding.is_suspicion() && finding.tier == Tier::Sure) {
            let behind = &text[finding.chars.end..];
            let rests = self.terms.right.iter().filter_map(|term| Some((term, term.strip_prefix(&finding.right)?)));
            let longer: Vec<(&String, Vec<char>)> =
                rests.filter(|(_, rest)| !rest.is_empty()).map(|(term, rest)| (term, rest.chars().collect())).collect();
            // All of another is said: that one is found by itself.
            if longer.iter().any(|(_, rest)| behind.starts_with(rest)) {
                continue;
            }
            let Some((term, rest)) = longer.iter().find(|(_, rest)| is_half_said(behind, rest)) else { continue };
            let rest = rest.len();
            finding.chars.end += rest;
            finding.right = (*term).clone();
            finding.changed += rest;
            (finding.tier, finding.reason) = (Tier::Likely, "the first half of the term, and more of it".into());
        }
    }

    /// Whether nothing stands around a finding that the user says rules its term out.
    fn is_meant(&self, text: &[char], finding: &Finding) -> bool {
        let Some(contexts) = self.not_in.get(finding.right.as_str()) else { return true };
        let Range { start, end } = finding.chars;
        let around = start.saturating_sub(Correction::CONTEXT)..text.len().min(end + Correction::CONTEXT);
        let around: String = text[around].iter().collect();
        !contexts.iter().any(|context| around.contains(context))
    }

    /// Where a term stands as it should.
    fn standing_right(
        &self,
        text: &[char],
        units: &[Unit],
        hits: &[Hit],
        spellings: &[Spelling],
    ) -> Vec<(Range<usize>, usize)> {
        let heard = hits.iter().filter(|hit| hit.is_right());
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
            .map(|(chars, pattern)| {
                let right = &self.terms.right[self.terms.wrong[pattern].1];
                let finding = Finding::guess(chars, right, "the terms call it wrong");
                Finding { tier: Tier::Sure, whole: true, ..finding }
            })
            .collect()
    }

    fn misheard(&self, text: &[char], units: &[Unit], hit: &Hit, right: &[(Range<usize>, usize)]) -> Option<Finding> {
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
        let heard = &units[hit.units.clone()];
        if changes_a_number(heard, writing) && !is_numeral_by_sound(hit, writing) {
            return None;
        }
        let sound = (hit.sound + particles(heard, hit)) as f32;
        Some(Finding {
            parts: parts(heard, &hit.own, right),
            weighed: Weighed { sound, ..Weighed::default() },
            changed,
            ..Finding::guess(chars, writing, reason_of_sound(hit))
        })
    }

    fn written_otherwise(&self, text: &[char], spoken: &Spoken, right: &[(Range<usize>, usize)]) -> Option<Finding> {
        let Spoken { chars, .. } = spoken;
        let writing = &self.terms.right[spoken.right];
        let written: String = text[chars.clone()].iter().collect();
        if right.iter().any(|(range, _)| overlap(range, chars))
            || !in_chinese(text, chars)
            || is_form(&written, writing)
            || letters_of(&written) == letters_of(writing)
            || !has_number(&written) && has_number(writing)
        {
            return None;
        }
        let edges = [text[chars.start], text[chars.end - 1]];
        let particles = edges.iter().filter(|c| PARTICLES.contains(**c)).count();
        let sound = spoken.sound + PARTICLE_AT_EDGE * particles as f64;
        Some(Finding {
            weighed: Weighed { sound: sound as f32, ..Weighed::default() },
            parts: vec![Part { chars: chars.clone(), own: None, term: None }],
            whole: true,
            ..Finding::guess(chars.clone(), writing, "sounds like the term")
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
            0 => (Tier::Likely, "the same letters as the term".to_string()),
            edits => {
                let near = 8 * edits <= spelling.letters;
                let tier = if near || in_chinese(text, chars) { Tier::Likely } else { Tier::Guess };
                (tier, format!("{edits} of {} letters differ from the term", spelling.letters))
            }
        };
        let finding = Finding::guess(chars.clone(), writing, reason);
        Some(Finding { tier, whole: true, edits: spelling.edits, ..finding })
    }
}

/// Where syllables are lost the text does not tell how the term was written: of its writings that differ in dots and
/// spaces alone the first one is meant, the main one.
fn without_twins(found: &mut Vec<Finding>) {
    let mut meant = HashSet::new();
    found.retain(|finding| {
        let letters = letters_of(&finding.right);
        let whole = letters.chars().count() == finding.chars.len();
        !finding.is_suspicion() || whole || meant.insert((finding.chars.clone(), letters))
    });
}

/// What the right writings sound like: as they are written, and as the user says that they are read.
fn sounds_of(terms: &Terms) -> Vec<(Vec<Unit>, usize)> {
    let written = terms.right.iter().map(|writing| units(&writing.chars().collect::<Vec<_>>()));
    let mut sounds: Vec<(Vec<Unit>, usize)> = written.zip(0..).collect();
    for (right, about) in terms.about.iter().enumerate() {
        let said = |reading: &String| reading.split(' ').filter_map(syllable_of).map(Unit::said).collect();
        sounds.extend(about.readings.iter().map(said).map(|units| (units, right)));
    }
    sounds
}

fn reason_of_sound(hit: &Hit) -> &'static str {
    if hit.is_homophone() { "sounds the same as the term" } else { "sounds like the term" }
}

/// Whether `text` begins with as many characters as `rest` has, the first half of them its own and words of their own, the
/// others none that belong to what follows.
fn is_half_said(text: &[char], rest: &[char]) -> bool {
    let said = text.iter().zip(rest).take_while(|(a, b)| a == b).count();
    let ends = |at: usize| Cut::of(text).words().any(|word| word.end == at);
    let is_written = |text: &[char]| text.iter().all(|c| c.is_alphabetic() && !is_letter(*c));
    said * 2 >= rest.len()
        && said < rest.len()
        && text.get(..rest.len()).is_some_and(is_written)
        && ends(said)
        && ends(rest.len())
}

/// Words of grammar: short, everywhere, and hardly ever misheard.
pub(super) const PARTICLES: &str =
    "的地得了着过是在有和与及也就都还又不这那个们我你他她它呃啊嗯呢吧吗嘛把被让给对从到为以于而之";

/// What it costs, in nats, that a word of grammar is to be a part of a name at its edge: 预训的 is 预训 and 的.
const PARTICLE_AT_EDGE: f64 = 6.0;

fn particles(units: &[Unit], hit: &Hit) -> f64 {
    let edges = [(units.first(), hit.own.first()), (units.last(), hit.own.last())];
    let is_particle =
        |unit: Option<&Unit>| matches!(unit, Some(Unit { kind: Kind::Han(c, _), .. }) if PARTICLES.contains(*c));
    let count = edges.into_iter().filter(|(unit, own)| is_particle(*unit) && matches!(own, Some(None))).count();
    PARTICLE_AT_EDGE * count as f64
}

/// What units are the term's own and what are not, in runs that stand in one piece in both. Other terms that stand there
/// rightly are runs of their own.
fn parts(units: &[Unit], own: &[Option<Range<usize>>], right: &[(Range<usize>, usize)]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (unit, own) in units.iter().zip(own) {
        let standing = right.iter().map(|(range, _)| range).filter(|range| overlap(range, &unit.chars));
        let term = standing.max_by_key(|range| range.len()).cloned();
        match (parts.last_mut(), own) {
            (Some(part), _) if part.term != term => {
                parts.push(Part { chars: unit.chars.clone(), own: own.clone(), term })
            }
            (Some(Part { chars, own: None, .. }), None) => chars.end = unit.chars.end,
            (Some(Part { chars, own: Some(before), .. }), Some(own)) if before.end == own.start => {
                (chars.end, before.end) = (unit.chars.end, own.end);
            }
            _ => parts.push(Part { chars: unit.chars.clone(), own: own.clone(), term }),
        }
    }
    parts
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

/// Whether a number is in it, in figures or characters: recognisers hear those for what they are.
fn has_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit() || NUMERALS.contains(c))
}

/// Whether a digit, a numeral or a run of letters would become another, or a number come or go.
fn changes_a_number(old: &[Unit], new: &str) -> bool {
    let new: Vec<Unit> = units(&new.chars().collect::<Vec<_>>());
    let numbers = |units: &[Unit]| -> Vec<String> {
        let numbers = units.iter().filter_map(|unit| match &unit.kind {
            Kind::Han(c, _) => NUMERALS.contains(*c).then(|| c.to_string()),
            Kind::Run(run) => run.starts_with(|c: char| c.is_ascii_digit()).then(|| run.clone()),
            Kind::Mark(_) => None,
        });
        numbers.collect()
    };
    let letters = |units: &[Unit]| -> Vec<String> {
        let runs = units.iter().filter_map(|unit| match &unit.kind {
            Kind::Run(run) => Some(run.clone()),
            _ => None,
        });
        runs.collect()
    };
    let (old_letters, new_letters) = (letters(old), letters(&new));
    numbers(old) != numbers(&new) || old_letters.len() == new_letters.len() && old_letters != new_letters
}

/// Whether the numerals that differ are but other characters of the term, written by their sound: 通一千问.
fn is_numeral_by_sound(hit: &Hit, writing: &str) -> bool {
    let own = |at: usize| hit.own.iter().flatten().any(|own| own.contains(&at));
    let no_number = |(at, c): (usize, char)| own(at) || !(NUMERALS.contains(c) || c.is_ascii_alphanumeric());
    hit.units.len() >= LONG && hit.is_homophone() && writing.chars().enumerate().all(no_number)
}

/// Whether the two differ only as one may please: in capitals (`agent`, `TOP500`), or in a joint before a number (`GPT4`).
fn is_style(written: &str, right: &str) -> bool {
    let spaced = |text: &str| text.split(is_joint).map(str::to_lowercase).collect::<Vec<_>>();
    let numbered = |text: &str| text.chars().any(|c| c.is_ascii_digit());
    spaced(written) == spaced(right) || numbered(right) && letters_of(written) == letters_of(right)
}

/// A writing without the spaces, hyphens and dots in it, in lower case.
pub(super) fn letters_of(text: &str) -> String {
    text.replace(is_joint, "").to_lowercase()
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

/// Whether Latin letters stand between Han characters, or between them and a mark, where they are a name or term; in an
/// English sentence there are other words beside them.
fn in_chinese(text: &[char], chars: &Range<usize>) -> bool {
    let is_word = |c: &&char| is_letter(**c);
    // Letters without a space between are of the same word, stammered.
    let start = chars.start - text[..chars.start].iter().rev().take_while(is_word).count();
    let end = chars.end + text[chars.end..].iter().take_while(is_word).count();
    let before = text[..start].iter().rfind(|c| !c.is_whitespace());
    let after = text[end..].iter().find(|c| !c.is_whitespace());
    let mut beside = before.into_iter().chain(after);
    beside.clone().any(|c| c.is_alphabetic() && !is_letter(*c)) && !beside.any(|c| is_letter(*c))
}

/// Whether two ranges overlap and neither holds the other.
fn crosses(a: &Range<usize>, b: &Range<usize>) -> bool {
    let holds = |a: &Range<usize>, b: &Range<usize>| a.start <= b.start && b.end <= a.end;
    overlap(a, b) && !holds(a, b) && !holds(b, a)
}

#[cfg(test)]
mod tests {
    use super::super::finding::without_overlaps;
    use super::super::weigh::weigh;
    use super::*;

    /// What is found in `text`, as `wrong>right tier`.
    fn found(terms: &str, text: &str) -> Vec<String> {
        let terms = Terms::parse(terms, "terms").unwrap();
        let chars: Vec<char> = text.chars().collect();
        let finder = Finder::new(&terms);
        let mut found = [finder.find(&chars)];
        weigh(&[&chars], &[0], &mut found, None);
        finder.lengthen(&chars, &mut found[0]);
        let show = |f: Finding| {
            let wrong: String = chars[f.chars].iter().collect();
            format!("{wrong}>{} {}", f.right, f.tier.name())
        };
        let [found] = found;
        without_overlaps(found, |found| found).into_iter().map(show).collect()
    }

    #[test]
    fn half_of_a_longer_term_is_all_of_it_where_more_follows() {
        let terms = "声野科技\n声野科技云听";
        assert_eq!(found(terms, "这是生也科技云的二期。"), ["生也科技云的>声野科技云听 likely"]);
        assert_eq!(found(terms, "这是生也科技的二期。"), ["生也科技>声野科技 sure"]);
        assert_eq!(found(terms, "这是生也科技云计算的二期。"), ["生也科技>声野科技 sure"], "云 belongs to 云计算");
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
        assert_eq!(found(terms, "感谢柳站长的分享"), ["柳站长>刘站长 likely"]);
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
        assert!(found("及数字", "研究技术资料").is_empty());
        assert!(!found("是原矢", "这是原始资料").iter().any(|found| found.ends_with("sure")));
    }

    #[test]
    fn one_number_is_never_another() {
        assert!(found("第四人民医院", "在第十人民医院").is_empty());
        assert!(found("鸣谱云听3", "用鸣谱云听4").is_empty());
    }

    #[test]
    fn a_numeral_may_stand_for_what_sounds_the_same() {
        assert_eq!(found("苇意千言", "用苇一千言写"), ["苇一千言>苇意千言 sure"]);
        assert!(found("苇二千言", "用苇一千言写").is_empty());
        assert!(found("苇一千言", "用苇意千言写").is_empty());
    }

    #[test]
    fn words_of_a_latin_term_may_be_clipped_or_stammered() {
        assert_eq!(found("Singing Reed", "放到s reed上"), ["s reed>Singing Reed likely"]);
        assert!(found("Singing Reed", "放到t reed上").is_empty());
        assert_eq!(found("EchoReed", "用echoredechored录音"), ["echored>EchoReed likely", "echored>EchoReed likely"]);
    }

    #[test]
    fn particles_beside_a_word_are_no_misheard_syllables() {
        assert!(found("智能体", "人工智能的发展").is_empty());
    }

    #[test]
    fn letters_alone_are_never_sure() {
        assert_eq!(found("EchoReed", "用echo reed录音"), ["echo reed>EchoReed likely"]);
        // That it sounds the same is more than that most letters are the same.
        assert_eq!(found("EchoReed", "用echo read录音"), ["echo read>EchoReed sure"]);
        assert_eq!(found("Transformer", "用transform的"), ["transform>Transformer likely"]);
        assert_eq!(found("Transformer", "we transform it"), ["transform>Transformer guess"]);
    }

    #[test]
    fn a_term_may_be_ruled_out_by_what_stands_around() {
        let terms = "声野科技；不适用：野外、原声";
        assert_eq!(found(terms, "由生也科技承办"), ["生也科技>声野科技 sure"]);
        assert!(found(terms, "野外由生也科技承办").is_empty());
        assert_eq!(found(terms, "野外的论坛今天在这里开幕，由生也科技承办"), ["生也科技>声野科技 sure"]);
    }

    #[test]
    fn a_reading_finds_what_is_written_as_it_sounds() {
        assert!(found("EchoReed", "用艾扣锐得录音").is_empty());
        assert_eq!(found("EchoReed；读音：ai kou rui de", "用艾扣锐得录音"), ["艾扣锐得>EchoReed sure"]);
    }

    #[test]
    fn in_english_everything_sounds_like_something() {
        assert_eq!(found("OpenI", "这个open eye社区"), ["open eye>OpenI sure"]);
        assert!(found("OpenI", "社区 open eye community").is_empty());
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
