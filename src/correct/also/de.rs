//! 地 and 得 where 的 stands for them: 慢慢的走 (慢慢地走), 说的很清楚 (说得很清楚).
//!
//! 的 is right in most places, and its neighbours seldom tell for certain that it is not: 不断的学习 may be a noun, 我买的很贵
//! speaks of what was bought. So 的 is changed only between words of which the first describes how something is done, or
//! the second how well.

use super::Change;
use crate::correct::words::{Word, tagged};
use crate::timeline::Tier;

const DI: &str = "地 for 的 before a verb";
const DE: &str = "得 for 的 after a verb";

/// Words that say how something is done and describe nothing else.
const MANNERS: &str = concat!(
    "不断 不停 逐步 逐渐 渐渐 悄悄 默默 慢慢 缓缓 偷偷 静静 轻轻 紧紧 牢牢 深深 狠狠 好好 纷纷 匆匆 急忙 连忙 徐徐 频频 ",
    "暗暗 苦苦 死死 呆呆 远远 大大 明显 迅速 快速 飞快 突然 忽然 猛然 欣然 毅然 悠然 茫然 断然 悄然 黯然 陡然 骤然 公然 贸然 ",
    "不由自主 源源不断 一步步 一点点 一步一步 一点一点 一个一个 一遍一遍 一次次 一遍遍 认真 积极 有效 充分 成功 顺利 高效 详细 仔细 ",
    "努力 主动 准确 广泛 深入 热烈 热情 清楚 清晰 及时 耐心 细心 用力 拼命 反复"
);
/// Verbs of which no manner is told before 的: 不断的是…; after it the describing word stands for a thing.
const STATES: &str = "是 有 在 没有 没 会 能 要 可以 可能 应该 需要 想 叫 等 像 为 属于";
/// Words after which a description and a verb are a thing: 经过不断的学习.
const GOVERNORS: &str = "通过 经过 在 对 由于 随着 有 是 进行 做 很 非常 最 更 比较 的 这种 那种 一种 一个 这个 那个";
/// What shows that a verb is meant as one: it is done, goes on, gets somewhere.
const ASPECTS: &str =
    "了 着 过 到 在 给 向 成 出 起 起来 下去 下来 出来 出去 过来 过去 上 下 回 进 进去 进来 回来 回去 住 把 将";

/// How much of something; between 得 and a description.
const DEGREES: &str = "很 非常 特别 十分 更 更加 比较 越来越 相当 极其 不太 不够 不 太 挺 最 这么 那么 多么 蛮 尤其 如此 还 有点 有些 都 也";
/// How something is done or turns out. What describes rather a thing that was bought or said is none of them: 贵, 对, 重要.
const RESULTS: &str = concat!(
    "好 快 慢 清楚 明白 漂亮 全面 透 透彻 深 深入 早 晚 远 高 低 精确 准确 详细 仔细 认真 精彩 顺利 成功 开心 高兴 强 厉害 ",
    "流利 充分 到位 彻底 具体 细 细致 稳 稳定 完整 紧 辛苦 热烈 成熟 完美 出色 扎实 糟 差 猛 迅速 频繁 清晰 明显 愉快 棒 不错"
);
/// Verbs whose 的 more often means a thing than how it is done: 我买的很好.
const THINGS: &str = "买 卖 用 选 要 给 穿 拿 有 是 提供 需要 使用 推荐 喜欢 叫 在 能 会 可以 想 送";
/// Verbs that stand before 得 only, with what follows: 变得简单.
const BECOMING: &str = "变 显 觉";
/// Words with 得 inside and the part behind it.
const POSSIBLE: [(&str, &str); 12] = [
    ("来", "及"),
    ("对", "起"),
    ("看", "见"),
    ("看", "出"),
    ("看", "懂"),
    ("听", "见"),
    ("听", "懂"),
    ("买", "起"),
    ("算", "上"),
    ("谈", "上"),
    ("称", "上"),
    ("经", "起"),
];

/// The 的 of a text that stand for 地 or 得, each with the words around it that tell, in order.
pub(super) fn changes(text: &[char]) -> Vec<Change> {
    let words = tagged(text);
    let sentence = Sentence { text, words: &words };
    let places = (1..words.len()).filter(|at| sentence.is(*at, "的"));
    let mut changes: Vec<Change> = Vec::new();
    for change in places.filter_map(|at| sentence.manner(at).or_else(|| sentence.result(at))) {
        if changes.last().is_none_or(|last| last.chars.end <= change.chars.start) {
            changes.push(change);
        }
    }
    changes
}

struct Sentence<'a> {
    text: &'a [char],
    words: &'a [Word],
}

impl Sentence<'_> {
    fn word(&self, at: usize) -> Option<String> {
        self.words.get(at).map(|word| self.text[word.chars.clone()].iter().collect())
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.word(at).is_some_and(|there| there == word)
    }

    /// Whether the word at `at` is one of a list.
    fn is_in(&self, at: usize, list: &str) -> bool {
        self.word(at).is_some_and(|word| list.split(' ').any(|listed| listed == word))
    }

    fn tag(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.tag)
    }

    /// Whether nothing, or a mark, stands there.
    fn is_end(&self, at: usize) -> bool {
        self.words.get(at).is_none_or(|word| !self.text[word.chars.start].is_alphanumeric())
    }

    /// `right` for the 的 at `at`, shown with the words of which `first` is the first and `last` the last.
    fn change(&self, first: usize, at: usize, last: usize, right: char, tier: Tier) -> Change {
        let chars = self.words[first].chars.start..self.words[last].chars.end;
        let mut put = self.text[chars.clone()].to_vec();
        put[self.words[at].chars.start - chars.start] = right;
        let reason = if right == '地' { DI } else { DE };
        Change { chars, right: put.into_iter().collect(), tier, reason }
    }

    /// 地: a manner, 的, and a verb that is meant as one. Where nothing follows the verb it may be a noun (深深的爱。), and with
    /// the noun that follows a long one may be a longer noun (有效的治理水平). What may describe a thing too is only likely.
    fn manner(&self, at: usize) -> Option<Change> {
        let (before, verb) = (at - 1, at + 1);
        let manner = self.is_in(before, MANNERS) || self.is_doubled(before);
        let describes = matches!(self.tag(before), "a" | "ad" | "z") && self.words[before].chars.len() > 1;
        let governed = before.checked_sub(1).is_some_and(|governor| self.is_in(governor, GOVERNORS));
        let is_verb = self.tag(verb) == "v" || self.tag(verb) == "vn" && self.is_in(verb + 1, "了 着 过");
        if !(manner || describes) || governed || !is_verb || self.is_in(verb, STATES) {
            return None;
        }
        let behind = self.tag(verb + 1).chars().next();
        let short = self.words[verb].chars.len() == 1;
        let tier = match behind {
            _ if !manner => self.is_in(verb + 1, "着 了").then_some(Tier::Likely)?,
            _ if self.is_in(verb + 1, ASPECTS) || self.leads_on(verb) && !self.is_end(verb + 1) => Tier::Sure,
            Some('r' | 'm') => Tier::Sure,
            Some('n') if short => Tier::Sure,
            Some('n') => Tier::Likely,
            _ => return None,
        };
        Some(self.change(before, at, verb, '地', tier))
    }

    /// 走向, 看到: a verb with what leads on to something.
    fn leads_on(&self, at: usize) -> bool {
        let Some(Word { chars, .. }) = self.words.get(at) else { return false };
        chars.len() > 1 && "向到成为入给".contains(self.text[chars.end - 1])
    }

    /// 更好, 很快: how much and how in one word.
    fn is_judged(&self, at: usize) -> bool {
        let word = self.word(at).unwrap_or_default();
        let rest = DEGREES.split(' ').find_map(|degree| word.strip_prefix(degree));
        rest.is_some_and(|rest| RESULTS.split(' ').any(|result| result == rest))
    }

    /// 高高兴兴, 清清楚楚.
    fn is_doubled(&self, at: usize) -> bool {
        let word: Vec<char> = self.word(at).unwrap_or_default().chars().collect();
        matches!(word[..], [a, b, c, d] if a == b && c == d && a != c)
    }

    /// 得: a verb, 的, how much, and how it turned out; or a word that has 得 in it.
    fn result(&self, at: usize) -> Option<Change> {
        let verb = at - 1;
        if POSSIBLE.iter().any(|(before, behind)| self.is(verb, before) && self.is(at + 1, behind)) {
            return Some(self.change(verb, at, at + 1, '得', Tier::Sure));
        }
        let mut described = at + 1;
        while self.is_in(described, DEGREES) {
            described += 1;
        }
        if self.is_in(verb, BECOMING) && (described > at + 1 || self.tag(described) == "a") {
            return Some(self.change(verb, at, at + 1, '得', Tier::Sure));
        }
        let closed =
            self.is_end(described + 1) || self.is_in(described + 1, "了 啊 呢 吧 吗 嘛 一点 一些 些 点 多 等等 的话");
        let is_done = matches!(self.tag(verb), "v" | "vn") && !self.is_in(verb, THINGS);
        let of_thing = verb.checked_sub(1).is_some_and(|before| self.is(before, "所"));
        let told = self.is_judged(described) || described > at + 1 && self.is_in(described, RESULTS);
        (told && closed && is_done && !of_thing).then(|| self.change(verb, at, described, '得', Tier::Sure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what is sure and likely in it.
    fn made(text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for change in changes(&chars).into_iter().rev() {
            chars.splice(change.chars, change.right.chars());
        }
        chars.into_iter().collect()
    }

    #[test]
    fn what_tells_how_something_is_done_takes_di() {
        for (given, right) in [
            ("他慢慢的走向成熟", "他慢慢地走向成熟"),
            ("我们不断的优化了模型", "我们不断地优化了模型"),
            ("大家高高兴兴的回了家", "大家高高兴兴地回了家"),
            ("认真的完成了任务", "认真地完成了任务"),
        ] {
            assert_eq!(made(given), right);
        }
    }

    #[test]
    fn what_tells_how_something_turned_out_takes_de() {
        for (given, right) in [
            ("他讲的很清楚。", "他讲得很清楚。"),
            ("这件事做的更深一点", "这件事做得更深一点"),
            ("会发展的更好，", "会发展得更好，"),
            ("世界变的越来越小", "世界变得越来越小"),
            ("时间还来的及", "时间还来得及"),
        ] {
            assert_eq!(made(given), right);
        }
    }

    #[test]
    fn where_de_may_be_right_it_stays() {
        for text in [
            "认真的学生",
            "慢慢的，天亮了",
            "经过不断的学习我们进步了",
            "说的很多人都知道",
            "我买的很贵。",
            "他说的很重要。",
            "突然的变化",
            "深深的爱。",
            "我们的很多大厂",
            "看的出版物",
            "深深的大海",
            "谈的比较多的问题",
        ] {
            assert_eq!(made(text), text);
        }
    }
}
