//! What is more than a word and yet no line tears apart: numbers with what they count, dates, names, short quotations,
//! words said twice.

use super::leanings::is_pair;
use super::marks::{columns, last_mark};
use super::words::{Class, Token, is_digit};
use crate::phones::is_han;

/// Common measure words and units of time and money, which belong to the number before them.
const MEASURES: &str = "个位名条项种类款件张只台套部本家所座间层级次回届场轮批组份篇章节段句字页号期代步遍倍成\
                        年月日天周时点分秒岁元块万亿米吨度克升里例颗棵株朵片群对双副口头匹辆艘架门幅首笔束滴袋瓶杯碗盘箱户角顿趟";

/// Those of several characters.
const LONG_MEASURES: &str = "小时 分钟 秒钟 个月 星期 公里 公斤 毫米 厘米 千米 平方米 立方米 公顷 千克 毫克 毫秒 年代 月份 点钟 人次 摄氏度 \
     分贝 度电 美元 欧元";

/// Units and words of size that belong to the number before them, in lower case.
const UNITS: &str = "percent million billion trillion thousand hundred dozen km kg cm mm m g s ms hz khz mhz ghz kb mb gb tb kbps mbps gbps \
                     w kw mw kwh v am pm a.m p.m years year days day hours hour minutes minute seconds second months month weeks week \
                     meters metres kilometers kilometres miles degrees times points dollars euros pounds people";

/// Months, which belong to their day.
const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug \
                      sep sept oct nov dec";

/// Titles that belong to the name before them where that is of one character (`王老师`).
const TITLES: &str =
    "老师 先生 女士 小姐 教授 博士 院士 总 主任 主席 秘书长 局长 部长 处长 院长 校长 所长 同学 师傅 工";

/// The widest quotation or bracket that stays whole, in columns: eight Han characters with their marks.
const SHORT_QUOTATION: usize = 20;

/// The most words of a Latin name; a longer row of capitals is a headline.
const NAME_WORDS: usize = 4;

/// Whether it counts things, alone.
pub(super) fn is_measure(c: char) -> bool {
    MEASURES.contains(c)
}

/// Whether it is a measure word.
pub(super) fn is_measure_word(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(is_measure) && chars.next().is_none()
        || LONG_MEASURES.split_whitespace().any(|known| known == word)
}

/// Whether what ends so counts by something that nothing need follow: 三年, 五米.
pub(super) fn is_self_contained(measure: &str) -> bool {
    const ALONE: &str = "年月日天周时点分秒岁元块米吨度克升里倍成次回遍步号下会儿些";
    let long = measure.chars().count() > 1 && is_measure_word(measure);
    long || measure.chars().next_back().is_some_and(|last| ALONE.contains(last))
}

/// Of each word whether a bond holds it to the one before.
pub(super) fn bonds(chars: &[char], words: &[Token]) -> Vec<bool> {
    let mut bonds: Vec<bool> = (0..words.len())
        .map(|at| {
            at > 0
                && (is_pair(&words[at - 1], &words[at])
                    || counted(words, at)
                    || repeated(words, at)
                    || surname(words, at)
                    || lettered(words, at))
        })
        .collect();
    names(chars, words, &mut bonds);
    quotations(chars, words, &mut bonds);
    bonds
}

/// Numbers of several words, with their measure word or unit; dates, times of the day, fractions.
fn counted(words: &[Token], at: usize) -> bool {
    let (left, right) = (&words[at - 1], &words[at]);
    let before = at.checked_sub(2).map(|at| &words[at]);
    let number_before = before.is_some_and(Token::is_number);
    let within = |list: &str| list.split_whitespace().any(|word| word == right.text);
    // 七十|八点, 一米|五高
    let goes_on = right.text.chars().next().is_some_and(is_digit);
    if left.is_number() {
        return goes_on
            || is_measure_word(&right.text)
            || within(UNITS)
            || is_month(right)
            || right.text == "点"
            || right.text == "到";
    }
    // 九月|五日, 三点|二十分
    if right.is_number() || right.class == Class::Quantity && right.text.ends_with(['日', '月', '分', '秒']) {
        let ordinal = matches!(left.text.as_str(), "第" | "百分之" | "千分之" | "万分之" | "分之" | "几分之");
        let part_of_time = matches!(left.text.as_str(), "年" | "月" | "点" | "时" | "分" | "到" | "点钟");
        let time_before = left.class == Class::Quantity && left.text.ends_with(['年', '月', '点']);
        return ordinal || part_of_time && number_before || time_before || is_month(left);
    }
    if left.class == Class::Quantity && left.text.ends_with(['米', '块']) && goes_on {
        return true;
    }
    // 二十多|个
    matches!(left.text.as_str(), "多" | "几" | "来") && number_before && is_measure_word(&right.text)
        || left.text == "半" && is_measure_word(&right.text)
}

fn is_month(word: &Token) -> bool {
    word.class == Class::Latin && MONTHS.split_whitespace().any(|month| month == word.text)
}

/// 哈|哈, 研究|研究, 看|一|看, 能|不|能.
fn repeated(words: &[Token], at: usize) -> bool {
    const INFIXES: [&str; 5] = ["一", "不", "了", "没", "来"];
    let same = |a: &Token, b: &Token| a.text == b.text && a.len() <= 2 && a.text.chars().all(is_han) && !a.is_number();
    let around = |middle: usize| {
        let (left, right) = (middle.checked_sub(1).map(|at| &words[at]), words.get(middle + 1));
        INFIXES.contains(&words[middle].text.as_str()) && left.zip(right).is_some_and(|(left, right)| same(left, right))
    };
    let (left, right) = (&words[at - 1], &words[at]);
    let asked = right.text.strip_prefix(['不', '没']).is_some_and(|rest| rest == left.text);
    asked || same(left, right) || around(at) || around(at - 1)
}

/// 王|老师, 陈|柏舟.
fn surname(words: &[Token], at: usize) -> bool {
    let (left, right) = (&words[at - 1], &words[at]);
    left.class == Class::Person && left.len() == 1 && (is_title(right) || right.class == Class::Person)
}

/// Whether it is a title that stands behind a name or where its bearer works: 王|老师, 工程院|院士.
pub(super) fn is_title(word: &Token) -> bool {
    TITLES.split_whitespace().any(|title| title == word.text)
}

/// PC|机, AI|卡.
fn lettered(words: &[Token], at: usize) -> bool {
    let (left, right) = (&words[at - 1], &words[at]);
    let touch = left.chars.end == right.chars.start;
    touch
        && left.class == Class::Latin
        && right.class == Class::Noun
        && right.len() == 1
        && right.text.chars().all(is_han)
}

/// Latin names of several words, and products with their number: Li Wei, New York, GPT 4.
fn names(chars: &[char], words: &[Token], bonds: &mut [bool]) {
    // Where all is in capitals they say nothing.
    if !chars.iter().any(|c| c.is_lowercase()) {
        return;
    }
    let mut length = 1;
    for at in 1..words.len() {
        let (left, right) = (&words[at - 1], &words[at]);
        let spaced = left.chars.end < right.chars.start;
        let initial = last_mark(&chars[..left.chars.end]) == '.'
            && at >= 2
            && is_name(chars, &words[at - 2])
            && words[at - 2].len() <= 2;
        let numbered = right.class == Class::Number && right.text.is_ascii();
        let joined = spaced && (is_name(chars, left) || initial) && (is_name(chars, right) || numbered);
        length = if joined { length + 1 } else { 1 };
        bonds[at] |= joined && length <= NAME_WORDS;
        // University of Reedham
        if left.text == "of" && at >= 2 && is_name(chars, &words[at - 2]) && is_name(chars, right) {
            bonds[at - 1..=at].fill(true);
        }
    }
}

fn is_name(chars: &[char], word: &Token) -> bool {
    let capital = chars[word.chars.start].is_uppercase();
    word.class == Class::Latin
        && capital
        && super::leanings::after(word).is_none()
        && super::leanings::before(word).is_none()
}

/// Quotations and brackets of a few characters.
fn quotations(chars: &[char], words: &[Token], bonds: &mut [bool]) {
    const QUOTES: [(&str, &str); 7] =
        [("“", "”"), ("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"), ("【", "】"), ("《", "》")];
    for (at, word) in words.iter().enumerate() {
        let Some((_, close)) = QUOTES.iter().find(|(open, _)| *open == word.text) else { continue };
        // No longer than it may be wide.
        let near = words[at..].iter().take(SHORT_QUOTATION);
        let Some(length) = near.map(|word| word.text.as_str()).position(|text| text == *close) else { continue };
        let inside = &chars[word.chars.start..words[at + length].chars.end];
        if columns(inside) <= SHORT_QUOTATION {
            bonds[at + 1..=at + length].fill(true);
        }
    }
}
