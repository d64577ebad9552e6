//! 的, 地 and 得, which sound the same, and which recognisers mostly write 的.
//!
//! 的 stands before what is named, 地 after the manner of a verb, 得 between a verb and what is said of how it went. What
//! the words around it are tells which: jieba's tags, and a few lists of words where the tags say too little.
//! In 持续的发展 both are right, as 发展 is a verb and a noun; what decides there is whether the whole is an object
//! (实现持续的发展) or follows what only a verb follows (能持续地发展).

use super::Change;
use crate::correct::words::{self, Word};
use crate::timeline::Tier;

const DI: &str = "地 for 的 before a verb";
const DE: &str = "得 for 的 after a verb";

/// What is said of how something went even without 很 before it. Of other words it is doubtful: 买的便宜 names a thing.
const OUTCOMES: &str = "好 更好 很好 快 更快 慢 早 晚 不错 不好 不够 到位 清楚 明白 不得了";

/// What says how much: it stands before an adjective.
const DEGREES: &str = "\
    很 非常 特别 比较 较 这么 那么 如此 不够 不太 更 更加 越来越 最 挺 太 十分 相当 多么 真 \
    极其 极为 格外 过 不";

/// Verbs of one character whose 的 mostly names a thing: 我要的很简单, 剩的更少.
const NAMING: &str = "是有在要给想用拿买送选缺剩留像叫当为得";

/// Verbs of two characters of which it is said how they went. 的 after the others mostly names a thing: 提供的很好.
const PERFORMED: &str = "发展 回答 表现 准备 安排 完成 解决 介绍 总结 讲解 解释 恢复 进行 执行 配合 掌握";

/// With one of these before it 说的那么好 is what was said, not how.
const COMPARING: &str = "没有 没 不如 像 比";

/// Manners that are hardly ever said of a thing, or only where a noun is plain to see.
const MANNERS: &str = "\
    不断 逐步 逐渐 不停 不时 极大 有力 及时 认真 积极 坚定 坚定不移 坚持不懈 坚决 充分 切实 自觉 \
    主动 大胆 默默 一如既往 创造性 有意识 有针对性 欣喜 深刻 清醒 清晰 仔细 详细 真正 尽可能";

/// Words that tell a manner, though jieba's dictionary has them as nouns, verbs or numbers.
const ALSO_MANNERS: &str = "\
    科学 有机 全面 深入 系统 持续 一五一十 人为 艺术 规范 健康 稳妥 稳定 具体 集中 平稳 形象 \
    热情 盲目 自豪 坦率 一味 全方位 妥善 自发 开心 从容 放心 兴奋 生动 合理 相应";

/// What stands before a verb, and so before its manner, and not before a noun.
const BEFORE_A_VERB: &str = "\
    能 能够 可以 会 应 应该 应当 必须 得以 要 来 去 并 并且 也 都 就 还 正在 正 一直 已经 \
    已 才 便 如何 怎么 怎样";

/// Who does something; other pronouns (这, 什么) rather come before a noun.
const PEOPLE: &str = "我 我们 咱们 你 你们 他 他们 她 大家";

/// Behind one of these a verb must come. Other prepositions and auxiliaries follow a thing too: 便宜的在这里.
const OPENS_A_VERB: &str = "把 将 被 向 跟 与 从 去 来 再 按 往";

/// What follows a verb only.
const AFTER_A_VERB: &str = "着 了 过 到 出 起 于 成 给 为 在 起来 出来";

/// What follows a noun, though the same word may be a verb: 积极的影响和作用, 重要的工作之一.
const NOT_AFTER_A_VERB: [char; 6] = ['的', '和', '与', '及', '之', '是'];

/// What is done with words: it ends a clause, and what was said follows.
const SAYING: &str = "说 说道 问 喊 指出 告诉 称";

/// The 的 that stand for 地 or 得, each with the words beside it, so that it can be told from others; in order.
pub(super) fn changes(text: &[char]) -> Vec<Change> {
    if !text.contains(&'的') {
        return Vec::new();
    }
    let string: String = text.iter().collect();
    let words: Vec<Word> =
        words::tagged(&string).into_iter().filter(|word| !words::FILLERS.contains(word.text)).flat_map(apart).collect();
    let mut changes: Vec<Change> = Vec::new();
    for at in (1..words.len()).filter(|&at| words[at].text == "的") {
        let Some(change) = change(text, &words, at) else { continue };
        if changes.last().is_none_or(|last| last.chars.end <= change.chars.start) {
            changes.push(change);
        }
    }
    changes
}

/// The change of the 的 at `at`, where it is one.
fn change(text: &[char], words: &[Word], at: usize) -> Option<Change> {
    let (before, after) = (&words[..at], &words[at + 1..]);
    let (right, sure, reason) = match complement(before, after) {
        Some(sure) => ('得', sure, DE),
        None => ('地', adverbial(before, after)?, DI),
    };
    let (particle, start) = (words[at].start, before.last()?.start);
    let end = after.first().map_or(particle + 1, |next| next.start + next.text.chars().count());
    let right: String = text[start..particle].iter().chain([&right]).chain(&text[particle + 1..end]).collect();
    let tier = if sure { Tier::Sure } else { Tier::Likely };
    Some(Change { tier, ..Change::sure(start..end, right, reason) })
}

/// 静静的, a word of jieba's dictionary, as two.
fn apart(word: Word) -> impl Iterator<Item = Word> {
    let doubled = word.text.strip_suffix("的").map(|text| Word { text, tag: "z", ..word }).filter(is_doubled);
    let particle =
        doubled.map(|doubled| Word { text: "的", tag: "uj", start: word.start + doubled.text.chars().count() });
    [Some(doubled.unwrap_or(word)), particle].into_iter().flatten()
}

/// Whether what follows says how the verb before it went (讲得很好), and whether that is sure.
fn complement(before: &[Word], after: &[Word]) -> Option<bool> {
    let (verb, before) = before.split_last()?;
    if verb.text == "觉" {
        return Some(true);
    }
    let performed = match verb.text.chars().count() {
        1 => (verb.tag.starts_with('v') || verb.text == "学") && !NAMING.contains(verb.text),
        _ => lists(PERFORMED, verb.text) && after.first().is_some_and(|word| word.text != "不" && word.tag != "i"),
    };
    if !performed || before.last().is_some_and(|word| word.text == "所") {
        return None;
    }
    let compared = before.iter().rev().take_while(|word| !is_mark(word)).any(|word| lists(COMPARING, word.text));
    Some(outcome(after, ["变", "显"].contains(&verb.text))? && !compared)
}

/// Whether the words to the clause's end say how something went, and whether that is sure.
fn outcome(after: &[Word], of_change: bool) -> Option<bool> {
    let degrees = after.iter().take_while(|word| lists(DEGREES, word.text)).count();
    let Some(said) = after.get(degrees).filter(|word| !is_mark(word)) else {
        return (degrees > 0).then_some(false);
    };
    if of_change && (is_quality(said) || degrees > 0) {
        return Some(true);
    }
    if !ends_clause(&after[degrees + 1..]) {
        return None;
    }
    match said.text {
        "多" | "少" => (degrees > 0).then_some(false),
        text if lists(OUTCOMES, text) => Some(true),
        _ if is_quality(said) => (degrees > 0).then_some(true),
        _ if degrees > 0 && after[0].text != "不" && !said.tag.starts_with(['n', 'v']) => Some(false),
        _ => ["z", "i"].contains(&said.tag).then_some(false),
    }
}

/// Whether what precedes is the manner of the verb that follows (认真地看), and whether that is sure.
fn adverbial(before: &[Word], after: &[Word]) -> Option<bool> {
    let manner = Manner::of(before)?;
    let verb = Verb::of(after)?;
    // Chosen on newspaper text with 的 put for all three: there what is sure was right more than 50 times as often as
    // wrong, what is not sure more than twice as often.
    match (manner, verb, Place::of(before)) {
        (Manner::Always, Verb::Certain, _) => Some(true),
        (Manner::Always, Verb::Governing, place) => Some(!matches!(place, Place::Noun)),
        (Manner::Always, Verb::Likely, Place::Verb) => Some(true),
        (Manner::Always, Verb::Likely, Place::Open) => Some(false),
        (Manner::Often, Verb::Certain, place) => Some(!matches!(place, Place::Noun)),
        (Manner::Often, Verb::Governing, Place::Verb) => Some(true),
        (Manner::Often, Verb::Likely, Place::Verb) => Some(false),
        _ => None,
    }
}

/// How often a word tells how something is done.
#[derive(Clone, Copy)]
enum Manner {
    /// Hardly ever anything else: 不断, 慢慢.
    Always,
    /// Or how a thing is: 快速, 简单.
    Often,
}

impl Manner {
    /// How often what `before` ends with is a manner. Of one character it is one only behind a degree: 很好地, but 好的.
    fn of(before: &[Word]) -> Option<Manner> {
        let (word, rest) = before.split_last()?;
        let degree = rest.last().filter(|word| lists(DEGREES, word.text));
        let length = word.text.chars().count();
        let derived = length > 2 && word.text.ends_with(['化', '性']);
        match word.text {
            text if lists(DEGREES, text) || text.starts_with('最') => None,
            _ if degree.is_some_and(|degree| degree.text == "最") => None,
            text if length == 1 => (degree.is_some() && (is_adjective(word) || text == "多")).then_some(Manner::Often),
            text if lists(MANNERS, text) || is_doubled(word) || is_sudden(text) => Some(Manner::Always),
            _ => {
                (is_quality(word) || derived || ["d", "b", "i", "l", "z"].contains(&word.tag)).then_some(Manner::Often)
            }
        }
    }
}

/// How surely a verb follows, not its noun.
#[derive(Clone, Copy)]
enum Verb {
    /// Nothing else can be read.
    Certain,
    /// A verb, most likely: of one character, or with what may be its object. But 学习态度 looks like that too.
    Governing,
    /// A verb or its noun.
    Likely,
}

impl Verb {
    fn of(after: &[Word]) -> Option<Verb> {
        let first = after.first()?;
        let second = after.get(1).filter(|word| !is_mark(word));
        let noun_goes_on = second.is_some_and(|word| word.text.starts_with(NOT_AFTER_A_VERB));
        let governs = second.is_some_and(|word| lists(AFTER_A_VERB, word.text) || ["r", "m"].contains(&word.tag));
        match first.text {
            "是" | "有" | "像" => None,
            _ if noun_goes_on => None,
            text if lists(SAYING, text) => Some(Verb::Certain),
            text if second.is_some() && lists(OPENS_A_VERB, text) => Some(Verb::Certain),
            _ if governs && first.tag.starts_with('v') => Some(Verb::Certain),
            "可以" | "能够" if second.is_some() => Some(Verb::Governing),
            text if first.tag == "v" && text.chars().count() == 1 => Some(Verb::Governing),
            _ if second.is_some() && ["v", "p"].contains(&first.tag) => Some(Verb::Governing),
            _ => ["v", "vn"].contains(&first.tag).then_some(Verb::Likely),
        }
    }
}

/// What kind of place a manner stands in.
#[derive(Clone, Copy)]
enum Place {
    /// Only a verb can follow.
    Verb,
    /// It may be either.
    Open,
    /// Rather a noun: the object of a verb, what is counted, what has an owner.
    Noun,
}

impl Place {
    /// What kind of place it is, by the word before the manner, its degree and other manners beside it.
    fn of(before: &[Word]) -> Place {
        let beside =
            |word: &&Word| is_adjective(word) || lists(DEGREES, word.text) || ["、", "而", "和"].contains(&word.text);
        match before[..before.len() - 1].iter().rev().find(|word| !beside(word)) {
            Some(word) if lists(BEFORE_A_VERB, word.text) => Place::Verb,
            Some(word) if lists(PEOPLE, word.text) => Place::Open,
            Some(word) if ["的", "了", "着", "过"].contains(&word.text) => Place::Noun,
            Some(word) if word.tag.starts_with(['v', 'm', 'q', 'r', 'p', 'c']) => Place::Noun,
            _ => Place::Open,
        }
    }
}

/// Whether `word` is one of the words in `list`, which blanks part.
fn lists(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// Whether a word tells a quality, whatever jieba takes it for.
fn is_quality(word: &Word) -> bool {
    is_adjective(word) || lists(ALSO_MANNERS, word.text)
}

fn is_adjective(word: &Word) -> bool {
    word.tag.starts_with('a')
}

/// Whether a word is one said twice, 慢慢 or 认认真真, and no noun such as 妈妈.
fn is_doubled(word: &Word) -> bool {
    let doubled = match word.text.chars().collect::<Vec<_>>()[..] {
        [a, b] => a == b,
        [a, b, c, d] => a == b && c == d,
        _ => false,
    };
    doubled && !word.tag.starts_with('n')
}

/// Whether a word is an adverb in 然: 突然, 欣然.
fn is_sudden(word: &str) -> bool {
    word.ends_with('然') && !word.ends_with("自然") && !["必然", "天然", "当然"].contains(&word)
}

/// Whether nothing but a particle comes before the next mark.
fn ends_clause(words: &[Word]) -> bool {
    let particles = ["了", "吧", "呀", "吗", "嘛", "等", "等等"];
    let said = words.iter().take_while(|word| particles.contains(&word.text)).count();
    words.get(said).is_none_or(is_mark)
}

fn is_mark(word: &Word) -> bool {
    !word.text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &[char]) -> Vec<(usize, char, bool)> {
        let particle = |change: Change| {
            let (old, right) = (&text[change.chars.clone()], change.right.chars().collect::<Vec<_>>());
            let at = old.iter().zip(&right).position(|(old, right)| old != right).unwrap();
            (change.chars.start + at, right[at], change.tier == Tier::Sure)
        };
        changes(text).into_iter().map(particle).collect()
    }

    /// What is found where a recogniser writes 的 for all three.
    fn heard(right: &str) -> Vec<(usize, char, bool)> {
        find(&right.replace(['地', '得'], "的").chars().collect::<Vec<_>>())
    }

    /// Where 地 and 得 are in a right text.
    fn places(right: &str, sure: bool) -> Vec<(usize, char, bool)> {
        right.chars().enumerate().filter(|(_, c)| "地得".contains(*c)).map(|(at, c)| (at, c, sure)).collect()
    }

    #[test]
    fn what_is_sure() {
        let texts = "
            他讲得很好 老师讲得非常清楚 做得不错 写得很好 他表现得很好了 觉得有点冷 变得越来越好
            我们的模型学得更快 他们都讲得很全面，讲得很到位 还应当站得更高，看得更远 准备得比较充分
            不断地完善自己 慢慢地走 静静地坐着 突然地停了下来 他理直气壮地说
            要系统化地去做 深刻地影响着我们 我们也持续地去建设 认真、仔细地把它写完 能够快速地支持下游的一些任务
            他热情地招呼我们 可以很好地帮助孩子成长 认真地看 我呃欣喜地看到了变化 有机地结合在一起
            恰恰是慢慢地变成了这样";
        for text in texts.split_whitespace() {
            assert_eq!(heard(text), places(text, true), "{text}");
        }
    }

    #[test]
    fn what_is_likely() {
        for text in "详细地说明 他写得清清楚楚 搞得热火朝天 走得比较多 唱得非常，然后 能快速地发展 如何更好地服务大家"
            .split_whitespace()
        {
            assert_eq!(heard(text), places(text, false), "{text}");
        }
    }

    #[test]
    fn what_is_right_as_it_is() {
        let texts = "
            说的很多人 我讲的比较多的是 我要的很简单 提供的很好 所住的比较小 讲的很好的老师 发展的不平衡 这是他说的话
            得到持续的发展 持续的发展 实现快速的发展 产生了深刻的影响 一个简单的介绍 这种积极的探索 最好的选择
            积极的学习态度 我们主要的作战形式 极大的鼓舞和鞭策 最重要的工作之一 特别的要求 对生命和自然的认识
            妈妈的手艺 中国文化的发展 自然的或者人工的 他的车 美丽的花 红红的苹果 高兴的事情 好的要留下 贵的在这里
            重要的是人 目的是什么 真的很好 说真的 有的人 的 的的 跑的";
        for text in texts.split_whitespace() {
            assert_eq!(find(&text.chars().collect::<Vec<_>>()), [], "{text}");
        }
    }

    #[test]
    fn what_is_compared_is_not_sure() {
        assert_eq!(heard("没有他说的那么好"), [(4, '得', false)]);
    }

    proptest::proptest! {
        #[test]
        fn only_的_is_changed(text in "(\\PC|[很好做的慢看去，]){0,30}") {
            let text: Vec<char> = text.chars().collect();
            for (at, right, _) in find(&text) {
                proptest::prop_assert_eq!(text[at], '的');
                proptest::prop_assert!("地得".contains(right));
            }
        }
    }
}
