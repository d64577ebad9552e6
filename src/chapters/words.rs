//! The words that a text is about.

use crate::lexicon::JIEBA;

/// A word of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As it is written.
    pub text: String,
    /// In lower case, without an English plural: by this it is counted.
    pub key: String,
    /// Whether it may stand in a title: a noun, a verb used as one, a Latin word.
    pub names: bool,
    /// Whether it tells topics apart; grammar and what every talk says do not.
    pub tells: bool,
    /// Whether it follows the word before without a mark between.
    pub joined: bool,
}

/// Nouns that tell nothing of a topic: they point at what is being said, or at those who say it.
const POINTING: &str = "时候 问题 大家 东西 方面 情况 过程 现在 今天 部分 地方 事情 同学 老师 嘉宾 各位 朋友 \
                        领导 先生 女士 主持人 掌声 时间 里面 这里 那里 上面 下面 前面 后面 方式 意义 角度 \
                        基础 程度 结果 原因 目的 内容 工作 能力 介绍 分享 报告 发言 演讲 讲话 论坛 会议 专家 \
                        例子 意思 人们 人家 自己 我们 你们 他们 院长 教授 谢谢 比如说 有请 建议 变化 很多 \
                        看到";

/// English words that tell nothing of a topic. Those of fewer than [`SHORTEST_LATIN`] letters are not looked at.
const COMMON_ENGLISH: &str = "about actually after again also always another around back because been before being both came \
                              come could does doing done down each even ever every everyone everybody first from gave give \
                              goes going good great have having hear heard hello here into just keep kind know last like \
                              listening little long look made make makes many maybe mean more morning most much must name \
                              never next nobody nothing once only other over part people please question questions really \
                              right said same says should show since some somebody something speaker still such take talk \
                              than thank thanks that their them then there these they thing things think this those today \
                              very want well were what when which will with without would year your yourself anything become \
                              different don didn example everything important lots obviously someone sort through until used \
                              where while";

/// English words with fewer letters are grammar for the most part.
const SHORTEST_LATIN: usize = 4;

/// The words of a sentence. A character that only qualifies the noun behind it is one word with it: 大模型, 多模态.
pub(super) fn of(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut joined = false;
    let mut qualifier = "";
    for tag in JIEBA.tag(text, false) {
        if !tag.word.chars().any(char::is_alphanumeric) {
            // A space stands between any two words of English; a mark ends what belongs together.
            joined = joined && tag.word.chars().all(char::is_whitespace);
            qualifier = "";
            continue;
        }
        let is_long = tag.word.chars().count() > 1 || is_letter(qualifier);
        let is_noun = tag.tag.starts_with('n') && is_long && !tag.word.is_ascii();
        let whole = if is_noun { format!("{qualifier}{}", tag.word) } else { tag.word.to_string() };
        if is_noun && !qualifier.is_empty() {
            words.pop();
        }
        let was_joined = joined && (whole == tag.word || words.last().is_some());
        words.push(word(&whole, tag.tag, was_joined));
        joined = true;
        qualifier = if QUALIFIERS.contains(&tag.word) || is_letter(tag.word) { tag.word } else { "" };
    }
    words
}

/// A single letter, which makes one word with the noun behind it: B端.
fn is_letter(text: &str) -> bool {
    text.len() == 1 && text.chars().all(|c| c.is_ascii_uppercase())
}

/// Characters that make one word with a noun behind them.
const QUALIFIERS: [&str; 10] = ["大", "小", "多", "新", "超", "微", "高", "低", "可", "无"];

fn is_one_of(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

fn word(text: &str, tag: &str, joined: bool) -> Word {
    let is_latin = text.is_ascii();
    let key = text.to_lowercase();
    let (names, tells) = if is_latin {
        // An acronym tells as much as a long word.
        let is_acronym = text.len() > 1 && text.chars().all(|c| c.is_ascii_uppercase());
        let is_word = text.chars().any(|c| c.is_ascii_alphabetic());
        let tells = is_word && (is_acronym || text.len() >= SHORTEST_LATIN && !is_one_of(COMMON_ENGLISH, &key));
        (tells, tells)
    } else {
        // The institution that somebody speaks for is not what is spoken of.
        let is_noun = tag.starts_with('n') && !matches!(tag, "nrfg" | "nt") || matches!(tag, "vn" | "an" | "j");
        let long = text.chars().count() > 1 && !is_one_of(POINTING, text);
        (is_noun && long, long && (is_noun || tag.starts_with('v')))
    };
    let key = if is_latin && key.len() > SHORTEST_LATIN { key.trim_end_matches('s').to_string() } else { key };
    Word { text: text.to_string(), key, names, tells, joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_and_long_english_words_tell_of_a_topic() {
        let telling = |text| of(text).into_iter().filter(|word| word.tells).map(|word| word.key).collect::<Vec<_>>();
        assert_eq!(telling("今天我们用模型研究森林的候鸟"), ["模型", "研究", "森林", "候鸟"]);
        assert_eq!(telling("Today the reeds and the AI listen"), ["reed", "ai", "listen"]);
    }
}
