//! What a clause lacks, by the parts of speech of its words.
//!
//! The letters are those of jieba's dictionary: `n` nouns, `v` verbs, `p` prepositions, `r` pronouns, `q` measures, `s` and `f`
//! places, `a` adjectives, `i`, `l` and `z` set phrases and descriptions, `eng` Latin letters.

use std::sync::LazyLock;

use jieba_rs::Tag;
use regex::Regex;

use super::pattern;
use crate::lexicon::JIEBA;
use crate::transcript::script::is_cjk;

/// What stands before the clause proper: connectives, and whose words or thought it is.
static OPENER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:[呃啊嗯，]|那么?|但是?|而且?|所以|然后|同时|其实|就是?|呢|也|还|包括|当然|特别是|尤其是)*",
        r"(?:(?:[你我他她它]们?|大家)(?:说|讲|想|觉得|认为|知道))?"
    ))
});
/// Whom a speech addresses.
static VOCATIVE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^[呃嗯啊，]*(?:(?:尊敬的|亲爱的|各位|女士们|先生们).{0,12}|ladies and gentlemen)$"));

/// A preposition with its noun, and nothing said of them yet: `用预测下一个词的这种方法`.
pub(super) fn is_frame(clause: &str) -> bool {
    let words = words(clause);
    let Some(first) = words.first() else { return false };
    // 比 and 被 come behind a subject: the clause before them has it.
    if first.tag != "p" || matches!(first.word, "比" | "被") {
        return false;
    }
    // A verb before 的 belongs to the noun.
    let attribute = words.iter().rposition(|word| word.word == "的").unwrap_or(0);
    words.len() > attribute + 1 && !has_predicate(&words, attribute + 1) && ends_in_noun(&words)
}

/// A noun with its attributes and no verb: `数据本身的质量`.
pub(super) fn is_nominal(clause: &str) -> bool {
    let words = words(clause);
    let latin = words.last().is_some_and(|last| last.tag == "eng");
    words.len() > 1 && clause.contains(is_cjk) && (latin || ends_in_noun(&words)) && !has_predicate(&words, 0)
}

/// `各位老师`, but not `各位老师好`.
pub(super) fn is_vocative(clause: &str) -> bool {
    VOCATIVE.is_match(clause) && !clause.ends_with('好') && !has_predicate(&words(clause), 0)
}

/// Whether 我 at the end is the object of a verb: `告诉我`. 我们 may be an attribute: `限于我们。现在的对话`.
pub(super) fn ends_in_object(clause: &str) -> bool {
    matches!(words(clause).as_slice(), [.., verb, last] if verb.tag == "v" && last.word == "我")
}

/// The words without what stands before the clause proper and without particles at its end.
fn words(clause: &str) -> Vec<Tag<'_>> {
    let clause = clause.trim_end_matches(['呢', '啊', '呀']);
    let start = OPENER.find(clause).map_or(0, |opener| opener.end());
    let mut words = JIEBA.tag(&clause[start..], false);
    words.retain(|word| !word.word.trim().is_empty());
    words
}

/// Whether a word from the one at `start` on says something of the others, rather than being an attribute before 的.
fn has_predicate(words: &[Tag], start: usize) -> bool {
    (start..words.len()).any(|at| {
        let (word, next) = (&words[at], words.get(at + 1).map(|next| next.word));
        if word.word.contains('是') || matches!(next, Some("了" | "过" | "着")) {
            return true;
        }
        match word.tag {
            "vn" | "vd" => false,
            verb if verb.starts_with('v') => next != Some("的") && !is_nominalised(words, at),
            "a" | "an" | "ad" | "i" | "l" | "z" => {
                at > 0 && !is_nominalised(words, at) && matches!(next, None | Some("啊" | "呢" | "吧"))
            }
            _ => false,
        }
    })
}

/// Whether the word is the last one and right behind 的, so that it is the noun: `时代的到来`.
fn is_nominalised(words: &[Tag], at: usize) -> bool {
    at > 0 && at + 1 == words.len() && words[at - 1].word == "的"
}

fn ends_in_noun(words: &[Tag]) -> bool {
    let noun = |last: &Tag| last.tag.starts_with(['n', 'r', 's', 'q', 'f']) || last.tag == "vn";
    words.last().is_some_and(noun) || words.len() > 1 && is_nominalised(words, words.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_has_no_predicate() {
        for open in ["在自己的花园", "用数鸟的这种方法", "特别是在河流、湖泊等环境下", "他说在湿地这个领域"]
        {
            assert!(is_frame(open), "{open}");
        }
        for whole in ["在自己的花园看书", "用耳朵听", "比去年的多", "我在北京"] {
            assert!(!is_frame(whole), "{whole}");
        }
    }

    #[test]
    fn a_noun_alone_is_no_clause() {
        for open in ["声音本身的质量", "湿地时代的到来", "一个小小的鸟巢"] {
            assert!(is_nominal(open), "{open}");
        }
        for whole in ["我们听声音", "这是一个鸟巢", "建了一个鸟巢", "芦苇"] {
            assert!(!is_nominal(whole), "{whole}");
        }
    }

    #[test]
    fn those_addressed_are_no_sentence() {
        assert!(is_vocative("尊敬的各位来宾") && is_vocative("Ladies and gentlemen"));
        assert!(!is_vocative("各位老师好") && !is_vocative("各位老师来了"));
    }

    #[test]
    fn a_pronoun_may_be_an_object() {
        assert!(ends_in_object("随时告诉我"));
        assert!(!ends_in_object("今天我"));
    }
}
