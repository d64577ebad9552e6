//! Variants of one name within a document, without any terms to go by: 林晓岚 here and 林小岚 there.
//!
//! A recogniser that has never met a name writes it in several ways. Which of them is right the document cannot tell; that
//! they are one name it often can. So the way that it has most evidence for is proposed for the others, and never as more
//! than likely. What may be a name is told apart in three rooms: people who are introduced, strings of Chinese words that
//! recur, and Latin words that English has not. These are then looked for like terms of the user ([`Finder`],
//! [`weigh`]), and only what differs as variants of one name do ([`is_variant`]) is kept.

mod latin;
mod people;
mod recurring;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rayon::prelude::*;

use super::find::{Finder, PARTICLES};
use super::finding::{self, Finding};
use super::sound::{Likeness, Unit, units};
use super::sounds_like::SoundIndex;
use super::spelt_like::SpellingIndex;
use super::strings::Strings;
use super::terms::Terms;
use super::weigh::weigh;
use super::words::Cut;
use crate::speakers::names;
use crate::timeline::Tier;

/// So many times as often as another is a form written that is clearly the usual one.
const CLEAR_MAJORITY: usize = 3;

/// From so many characters on one may be half heard and the rest is still the same name.
const LONG: usize = 4;

/// A Latin word has a letter more, less or changed for so many letters at most.
const LETTERS_AN_EDIT: usize = 6;

/// What it costs, in nats, to hear a Latin word where another is written that sounds the same.
const SAME_SOUND: f32 = 3.0;

/// A character belongs to a string if of so many times that it stands alone one is in the string.
const BOUND: usize = 2;

/// What kind of name a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Of a person who is introduced: in which sentence first, and how often.
    Person { first: usize, introduced: usize },
    /// Of Chinese words.
    Words,
    /// In Latin letters.
    Latin,
}

/// Forms of names that recur or are introduced.
type Forms<'a> = HashMap<&'a [char], Kind>;

/// What may be a variant of something else that the document has, sentence by sentence; nothing that `terms` call right is
/// to become something else.
pub(super) fn variants(texts: &[&[char]], terms: &Terms) -> Vec<Vec<Finding>> {
    let cuts: Vec<Cut> = texts.par_iter().map(|text| Cut::of(text)).collect();
    let mut forms = forms(texts, &cuts);
    drop_lesser(&mut forms, texts);
    let finder_terms = Terms::of_writings(writings(&forms));
    let finder = Finder::new(&finder_terms);
    let right = Strings::of(terms.right.clone());
    let look = |(text, cut): (&&[char], &Cut)| {
        let words: Vec<Range<usize>> = cut.words().collect();
        let (mut found, right) = (finder.find(text), right.places(text));
        found.retain(|finding| {
            is_variant(text, &words, finding, &forms)
                && !right.iter().any(|chars| finding::overlap(chars, &finding.chars))
        });
        found
    };
    let mut found: Vec<Vec<Finding>> = texts.par_iter().zip(&cuts).map(look).collect();
    weigh(texts, &(0..texts.len()).collect::<Vec<_>>(), &mut found, None);
    let written = found.iter().zip(texts).flat_map(|(found, text)| {
        found.iter().flat_map(|finding| [finding.right.clone(), text[finding.chars.clone()].iter().collect()])
    });
    let counts = Strings::of(written.collect()).counts(texts);
    let alone = alone(texts, &cuts);
    for (text, found) in texts.iter().zip(&mut found) {
        found.retain_mut(|finding| {
            is_bound(text, finding, &forms, &counts, &alone) && judge(text, finding, &forms, &counts)
        });
    }
    found
}

fn forms<'a>(texts: &[&'a [char]], cuts: &[Cut]) -> Forms<'a> {
    let people = people::introduced(texts, cuts);
    let words = recurring::find(texts, cuts, &people).into_iter().map(|string| (string, Kind::Words));
    let latin = latin::find(texts).into_iter().map(|word| (word, Kind::Latin));
    let people = people.into_iter().map(|(name, (first, introduced))| (name, Kind::Person { first, introduced }));
    words.chain(latin).chain(people).collect()
}

/// The forms as they are written, always in the same order.
fn writings(forms: &Forms) -> Vec<String> {
    let mut writings: Vec<String> = forms.keys().map(|form| form.iter().collect()).collect();
    writings.sort_unstable();
    writings
}

/// Drops forms that are, or hold, a variant of one that has more evidence.
fn drop_lesser<'a>(forms: &mut Forms<'a>, texts: &[&[char]]) {
    let writings = writings(forms);
    let sounding = writings.iter().enumerate().map(|(number, form)| (units_of(form), number));
    let (sounds, spellings) = (SoundIndex::new(sounding), SpellingIndex::new(&writings));
    let variants = |form: &&'a [char]| {
        let units = units(form);
        let sounding = sounds.hits(&units).into_iter().filter_map(|hit| {
            let right = &writings[hit.right];
            likeness(&units[hit.units.clone()], &units_of(right))?;
            Some((units[hit.units.start].chars.start..units[hit.units.end - 1].chars.end, right))
        });
        let mut near = Vec::new();
        spellings.near(form, 0..form.len(), &mut near);
        let near = near.into_iter().filter(|spelling| is_near(spelling.edits, spelling.letters));
        let spelt = near.map(|spelling| (spelling.chars, &writings[spelling.right]));
        let pair = |(chars, right): (Range<usize>, &String)| (*form, form[chars].iter().collect(), right.clone());
        sounding.chain(spelt).map(pair).collect::<Vec<(&[char], String, String)>>()
    };
    let mut pairs: Vec<(&[char], String, String)> =
        forms.par_iter().flat_map_iter(|(form, _)| variants(form)).collect();
    pairs.retain(|(_, lesser, right)| lesser != right);
    let written = pairs.iter().flat_map(|(_, a, b)| [a.clone(), b.clone()]);
    let counts = Strings::of(written.collect()).counts(texts);
    let lesser = pairs.iter().filter(|(_, lesser, right)| outranks(right, lesser, forms, &counts));
    let lesser: HashSet<&[char]> = lesser.map(|(form, ..)| *form).collect();
    forms.retain(|form, _| !lesser.contains(form));
}

fn units_of(text: &str) -> Vec<Unit> {
    units(&text.chars().collect::<Vec<_>>())
}

/// How alike two writings of as many units sound where they differ most, if that is near enough for one name; `None`
/// else, and where they do not differ.
fn likeness(a: &[Unit], b: &[Unit]) -> Option<Likeness> {
    let each: Vec<Likeness> = a.iter().zip(b).map(|(a, b)| a.likeness(b)).collect();
    let count = |least: Likeness| each.iter().filter(|likeness| **likeness >= least).count();
    let halves = if each.len() >= LONG { 1 } else { 0 };
    let near = a.len() == b.len()
        && count(Likeness::Rare) == 0
        && count(Likeness::Half) <= halves
        && count(Likeness::Homophone) < each.len();
    each.into_iter().max().filter(|most| near && *most > Likeness::Identical)
}

/// Whether so few letters differ that it is one word.
fn is_near(edits: usize, letters: usize) -> bool {
    edits * LETTERS_AN_EDIT <= letters
}

/// Whether there is more evidence for the form `right` than for `other`.
fn outranks(right: &str, other: &str, forms: &Forms, counts: &HashMap<String, usize>) -> bool {
    let [right_count, other_count] = [right, other].map(|form| counts.get(form).copied().unwrap_or(0));
    let [right, other] = [right, other].map(|form| form.chars().collect::<Vec<_>>());
    let kind = |form: &[char]| forms.get(form).copied();
    match (kind(&right), kind(&other)) {
        (Some(Kind::Person { first, introduced }), Some(Kind::Person { first: late, introduced: less })) => {
            (right_count + introduced, late) > (other_count + less, first)
        }
        (Some(Kind::Person { introduced, .. }), _) => right_count + introduced > other_count,
        (_, Some(Kind::Person { introduced, .. })) => right_count > other_count + introduced,
        (Some(Kind::Latin), _) if other.iter().all(|c| c.is_ascii()) => {
            let capitals = [&right, &other].map(|form| latin::has_inner_capitals(form));
            (right_count, capitals[0]) > (other_count, capitals[1])
        }
        _ => right_count > other_count,
    }
}

/// Whether a finding is of a kind that variants of one name are.
fn is_variant(text: &[char], words: &[Range<usize>], finding: &Finding, forms: &Forms) -> bool {
    let written = &text[finding.chars.clone()];
    let right: Vec<char> = finding.right.chars().collect();
    match forms.get(&right[..]) {
        Some(Kind::Latin) if !finding.is_suspicion() => {
            is_near(finding.edits, right.len()) && (finding.edits == 0 || latin::is_name(written))
        }
        Some(Kind::Latin) => {
            let is_same = latin::has_inner_capitals(&right) && finding.weighed.sound <= SAME_SOUND;
            (is_same || !latin::is_english(written)) && is_unknown(text, words, &finding.chars, |_| false)
        }
        Some(kind) => {
            let (heard, said) = (units(written), units(&right));
            let changed = |at: usize| written.get(at - finding.chars.start) != right.get(at - finding.chars.start);
            let is_introduced = || people::is_introduced(text, &finding.chars);
            // Two people may be in one sentence whose names sound alike.
            let beside = || text.windows(right.len()).any(|window| window == right);
            likeness(&heard, &said).is_some()
                && match kind {
                    Kind::Person { .. } => {
                        !beside() && (is_introduced() || is_unknown(text, words, &finding.chars, changed))
                    }
                    _ => is_unknown(text, words, &finding.chars, changed),
                }
        }
        None => false,
    }
}

/// Whether characters cut no word of the dictionary in two, and those of them that are `changed` are none: they stand
/// alone, and are no grammar at an edge.
fn is_unknown(text: &[char], words: &[Range<usize>], chars: &Range<usize>, changed: impl Fn(usize) -> bool) -> bool {
    let from = words.partition_point(|word| word.end <= chars.start);
    let within = words[from..].iter().take_while(|word| word.start < chars.end);
    let is_edge = |at: usize| at == chars.start || at + 1 == chars.end;
    within.into_iter().all(|word| {
        let whole = chars.start <= word.start && word.end <= chars.end;
        let is_changed = || word.clone().any(&changed);
        let is_grammar = || is_edge(word.start) && PARTICLES.contains(text[word.start]);
        whole && (!is_changed() || word.len() == 1 && !is_grammar())
    })
}

/// How often each character stands alone between borders of words.
fn alone(texts: &[&[char]], cuts: &[Cut]) -> HashMap<char, usize> {
    let mut alone = HashMap::new();
    for (text, cut) in texts.iter().zip(cuts) {
        for word in cut.words().filter(|word| word.len() == 1) {
            *alone.entry(text[word.start]).or_default() += 1;
        }
    }
    alone
}

/// Whether what a finding would put in belongs to the string that it is put into: a part of a word, or a character that is
/// no edge or hardly stands elsewhere. 像刚才 recurs and is no term. What is only half alike must be no common phrase at
/// all.
fn is_bound(
    text: &[char],
    finding: &Finding,
    forms: &Forms,
    counts: &HashMap<String, usize>,
    alone: &HashMap<char, usize>,
) -> bool {
    let right: Vec<char> = finding.right.chars().collect();
    if forms.get(&right[..]) != Some(&Kind::Words) {
        return true;
    }
    let written = &text[finding.chars.clone()];
    let is_half = likeness(&units(written), &units(&right)) == Some(Likeness::Half);
    let count = counts.get(&finding.right).copied().unwrap_or(0);
    let is_inner = |at: usize| !is_half && at > 0 && at + 1 < right.len();
    let is_bound = |at: usize| is_inner(at) || alone.get(&right[at]).is_none_or(|&alone| alone <= BOUND * count);
    let is_changed = |at: &usize| written.get(*at) != Some(&right[*at]);
    Cut::of(&right).words().all(|word| {
        let is_alone = word.len() == 1;
        !word.clone().any(|at| is_changed(&at)) || if is_alone { is_bound(word.start) } else { !is_half }
    })
}

/// Says how sure a finding is, and why; `false` where the document speaks no more for its right form than for what is
/// written.
fn judge(text: &[char], finding: &mut Finding, forms: &Forms, counts: &HashMap<String, usize>) -> bool {
    let written: String = text[finding.chars.clone()].iter().collect();
    if !outranks(&finding.right, &written, forms, counts) {
        return false;
    }
    let [usual, rare] = [&finding.right, &written].map(|form| counts.get(form).copied().unwrap_or(1));
    // Of three characters with one changed only two speak for it, too few unless they are a name's.
    if written.chars().count() < LONG && !names::is_name(&finding.right) && usual < CLEAR_MAJORITY * rare {
        return false;
    }
    let most = likeness(&units_of(&written), &units_of(&finding.right));
    let (how, near) = match most {
        Some(Likeness::Homophone) => ("sounds the same", true),
        Some(_) => ("sounds alike", false),
        None if !finding.is_suspicion() && finding.edits == 0 => ("has the same letters", true),
        None if !finding.is_suspicion() => ("is spelt nearly so", true),
        None => (if finding.weighed.sound <= SAME_SOUND { "sounds the same" } else { "sounds alike" }, false),
    };
    let is_likely = near && usual >= CLEAR_MAJORITY * rare && finding.tier <= Tier::Likely;
    finding.tier = if is_likely { Tier::Likely } else { Tier::Guess };
    // Without counts: a rejection holds for its reason, also after the transcript was edited.
    finding.reason = format!("the document speaks more for the other form, and it {how}");
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is found in some sentences, as `wrong>right tier`.
    fn found_beside(terms: &str, sentences: &[&str]) -> Vec<String> {
        let texts: Vec<Vec<char>> = sentences.iter().map(|sentence| sentence.chars().collect()).collect();
        let texts: Vec<&[char]> = texts.iter().map(|text| &text[..]).collect();
        let found = variants(&texts, &Terms::parse(terms, "terms").unwrap());
        let show = |(text, found): (&&[char], Vec<Finding>)| {
            let found = finding::without_overlaps(found, |finding| finding).into_iter();
            let show = |f: Finding| format!("{}>{} {}", String::from_iter(&text[f.chars]), f.right, f.tier.name());
            found.map(show).collect::<Vec<_>>()
        };
        texts.iter().zip(found).flat_map(show).collect()
    }

    fn found(sentences: &[&str]) -> Vec<String> {
        found_beside("", sentences)
    }

    #[test]
    fn a_person_is_written_as_they_are_introduced_most() {
        assert_eq!(
            found(&["有请站长林晓岚为我们带来分享。", "感谢林晓岚站长的分享。", "大家好，我是林小岚。", "林晓岚说。"]),
            ["林小岚>林晓岚 likely"]
        );
        // What recurs behind both names is no string of its own.
        assert_eq!(
            found(&["协会秘书长郝晓伟，欢迎。", "我们协会的郝小伟秘书长来了。", "感谢郝晓伟秘书长。"]),
            ["郝小伟>郝晓伟 guess"]
        );
    }

    #[test]
    fn two_people_in_one_sentence_stay_two() {
        assert!(found(&["感谢林晓岚站长，感谢林小岚教授。", "有请站长林晓岚。"]).is_empty());
    }

    #[test]
    fn a_string_that_recurs_is_what_its_variants_become() {
        let talk = ["用鸣谱云听听鸟。", "鸣谱云听很好。", "这是鸣谱云听。", "我们的名谱云听和它。"];
        assert_eq!(found(&talk), ["名谱云听>鸣谱云听 likely"]);
        assert!(found(&talk[2..]).is_empty());
    }

    #[test]
    fn common_words_and_numbers_are_no_variants() {
        assert!(found(&["技术研究很好。", "技术研究很难。", "我们的基础研究。", "我们的技术演艺。"]).is_empty());
        assert!(found(&["第一个篇章开始。", "第一个篇章结束。", "第七个篇章。"]).is_empty());
    }

    #[test]
    fn latin_names_are_one_by_letters_and_by_sound() {
        assert_eq!(
            found(&["我们用LLaMA训练。", "他们也用LLaMA。", "还有lama模型。", "像拉马这样的。", "LLaMA很好。"]),
            ["lama>LLaMA guess", "拉马>LLaMA guess"]
        );
        assert_eq!(
            found(&["用EchoReed听鸟。", "EchoReed很好。", "这个EchoReet，和Echo Reed。"]),
            ["EchoReet>EchoReed guess", "Echo Reed>EchoReed guess"]
        );
    }

    #[test]
    fn what_the_terms_call_right_stays() {
        let talk = ["用鸣谱云听听鸟。", "鸣谱云听很好。", "这是鸣谱云听。", "我们的名谱云听和它。"];
        assert!(found_beside("名谱云听", &talk).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn whatever_the_text_findings_stand_in_it_and_are_never_sure(
            sentences in prop::collection::vec("([声生野也科技陈柏博舟站长，。]|有请|LLaMA|lama|拉马|\\PC){0,24}", 0..6),
        ) {
            let texts: Vec<Vec<char>> = sentences.iter().map(|sentence| sentence.chars().collect()).collect();
            let texts: Vec<&[char]> = texts.iter().map(|text| &text[..]).collect();
            for (text, found) in texts.iter().zip(variants(&texts, &Terms::empty())) {
                for finding in found {
                    prop_assert!(finding.chars.end <= text.len() && !finding.chars.is_empty());
                    prop_assert_ne!(String::from_iter(&text[finding.chars]), finding.right);
                    prop_assert!(finding.tier > Tier::Sure);
                }
            }
        }
    }
}
