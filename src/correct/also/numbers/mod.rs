//! Chinese numbers in figures where writers of Chinese have figures, by GB/T 15835-2011 (出版物上数字用法).
//!
//! The standard wants figures for measured quantities, dates and numbering (4.1), Han for approximate numbers, dates of the
//! old calendar and what has become a word (4.2), and leaves the rest open (4.3). What is open stays as it is where it is
//! small or round: numbers below ten and 十, 一百, 一千, 一万, 一亿 before a noun, and all that follows 第.
//!
//! A number is written only so that it is read out as it was said: 三亿五千万 has no such writing and stays.

mod spelt;

use std::ops::Range;

use super::Change;
use crate::correct::words::tagged;
use spelt::{by_digit, cardinal, digit};

const REASON: &str = "a number in figures";

/// What numbers are said with; 两 is 二, 〇 is 零, 幺 is 一 in a string of digits.
const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿幺";
/// The powers of ten that stay in Han after figures (5.1.4: 345 000 000 is 3.45亿 or 34 500万).
const POWERS: [&str; 3] = ["万亿", "亿", "万"];
/// Units of measurement and of money: before these also round numbers are in figures.
const UNITS: &str = concat!(
    "公里 千米 米 厘米 毫米 微米 纳米 平方米 平方公里 立方米 公顷 亩 公斤 千克 克 毫克 吨 斤 升 毫升 度 摄氏度 赫兹 兆 瓦 千瓦 ",
    "元 块钱 美元 欧元 英镑 日元 港元 秒 毫秒 分钟 小时 个小时 倍 岁 个百分点 周岁"
);
/// Measure words and what else is counted.
const MEASURES: &str = concat!(
    "个 位 名 人 次 年 月 天 日 号 周 家 条 件 种 项 篇 本 章 页 张 台 部 套 辆 架 座 间 层 楼 栋 批 组 期 场 集 代 轮 字 步 户 所 支 只 ",
    "门 款 份 颗 封 段 句 例 株 世纪 点 块"
);
/// From this length on digits without a zero are a telephone number or the like, unless somebody counts.
const SHORTEST_CODE: usize = 8;
const COUNTING: &str = "0123456789";
/// What may end a number that counts nothing.
const AFTER_BARE: [&str; 6] = ["左右", "以上", "以下", "到", "至", "多"];
/// What stands before numbers that are ordinal, of the old calendar, or a part of something longer.
const BEFORE_HAN: [&str; 12] = ["第", "几", "初", "周", "星期", "礼拜", "农历", "阴历", "腊月", "正月", "点", "分之"];
/// What stands behind numbers that are approximate, or fractions in words.
const BEHIND_HAN: [&str; 3] = ["几", "来", "分之"];

/// The numbers of a text that are to be in figures, in order.
pub(super) fn changes(text: &[char]) -> Vec<Change> {
    let (mut changes, mut at) = (Vec::new(), 0);
    let words = Words::of(text);
    while at < text.len() {
        let run = run(text, at);
        if run.is_empty() {
            at += 1;
            continue;
        }
        let written = SHAPES.iter().find_map(|shape| shape(text, run.clone()));
        let written = written.filter(|(chars, _)| !words.bind(chars));
        at = written.as_ref().map_or(run.end, |(chars, _)| chars.end.max(run.end));
        changes.extend(written.map(|(chars, figures)| Change::sure(chars, figures, REASON)));
    }
    changes
}

/// A number and how it is written.
type Written = (Range<usize>, String);

/// Writes the number of which a run of numerals is the first part.
type Shape = fn(&[char], Range<usize>) -> Option<Written>;

/// What numbers look like; the first shape that fits is the one.
const SHAPES: [Shape; 6] = [percent, decimal, digits, date, time, counted];

/// The numerals that stand at a character.
fn run(text: &[char], at: usize) -> Range<usize> {
    let length = text[at.min(text.len())..].iter().take_while(|c| NUMERALS.contains(**c)).count();
    at..at + length
}

/// 百分之九十五: 95%. In a row of several (百分之三十到四十) the others would be left without their sign; and 百分之百 means all.
fn percent(text: &[char], run: Range<usize>) -> Option<Written> {
    let sign = match text.get(run.start)? {
        '百' => '%',
        '千' => '‰',
        _ => return None,
    };
    if run.len() != 1 || !follows(text, run.end, &["分之"]) {
        return None;
    }
    let (end, figures) = amount(text, run.end + 2)?;
    let several = follows(text, end, &["到", "至"]) && !self::run(text, end + 1).is_empty();
    let stays = several || follows(text, end, &BEHIND_HAN) || !self::run(text, end).is_empty();
    let end = end + usize::from(text.get(end) == Some(&sign));
    (!stays).then(|| (run.start..end, format!("{figures}{sign}")))
}

/// A number below a hundred million, with or without decimals, and where it ends.
fn amount(text: &[char], at: usize) -> Option<(usize, String)> {
    let whole = run(text, at);
    let figures = cardinal(&text[whole.clone()])?.to_string();
    let decimals = fraction(text, whole.end);
    Some(match decimals.is_empty() {
        true => (whole.end, figures),
        false => (decimals.end, format!("{figures}.{}", by_digit(&text[decimals.clone()])?)),
    })
}

/// The decimals after a 点 at `at`; empty where there are none.
fn fraction(text: &[char], at: usize) -> Range<usize> {
    let run = if text.get(at) == Some(&'点') { run(text, at + 1) } else { at..at };
    let length = text[run.clone()].iter().take_while(|c| digit(**c).is_some_and(|_| **c != '两')).count();
    run.start..run.start + length
}

/// 三点一四: 3.14; 三点五亿: 3.5亿. Of one decimal only where it can be nothing else: 三点一 may be an hour, or count points.
fn decimal(text: &[char], run: Range<usize>) -> Option<Written> {
    let (end, figures) = amount(text, run.start)?;
    let decimals = fraction(text, run.end);
    let rest: String = text[end..self::run(text, decimals.start).end].iter().collect();
    let power = POWERS.contains(&rest.as_str());
    let behind = end + rest.chars().count();
    let hour = follows(text, behind, &["分", "刻", "钟", "半", "整"]) || follows(text, end, &["个", "是"]);
    let first = text[run.start];
    let certain = decimals.len() > 1
        || power
        || matches!(first, '零' | '〇')
        || text[decimals.clone()] == ['零']
        || counts(text, behind, UNITS)
        || run.start.checked_sub(1).is_some_and(|before| text[before].is_ascii_alphabetic());
    let stays = decimals.is_empty() || hour || !(rest.is_empty() || power) || is_bound(text, run.start, behind);
    (certain && !stays).then_some((run.start..end, figures))
}

/// 二零二四年, 一九九八年, 零八年, 九零后; 三零一, 幺幺零: what is said digit by digit.
fn digits(text: &[char], run: Range<usize>) -> Option<Written> {
    let figures = by_digit(&text[run.clone()])?;
    let (length, zero) = (run.len(), figures.contains('0') || text[run.clone()].contains(&'幺'));
    let year = follows(text, run.end, &["年"]) && (length == 4 || length == 2 && figures.starts_with('0'));
    let generation = follows(text, run.end, &["后"]) && length == 2 && figures.ends_with('0');
    let code = length >= 3 && zero || length >= SHORTEST_CODE && !COUNTING.contains(&figures);
    let stays =
        before(text, run.start, &["第"]) || follows(text, run.end, &BEHIND_HAN) || text[run.clone()].contains(&'两');
    ((year || generation || code) && !stays).then_some((run, figures))
}

/// 三月五日, 十二月, 二零二四年三月, 五月底: months below ten alone may be of the old calendar, or of a song.
fn date(text: &[char], run: Range<usize>) -> Option<Written> {
    let month = cardinal(&text[run.clone()]).filter(|month| (1..=12).contains(month))?;
    let behind = run.end + 1;
    if text.get(run.end) != Some(&'月') || before(text, run.start, &BEFORE_HAN) {
        return None;
    }
    let day_chars = self::run(text, behind);
    let day = cardinal(&text[day_chars.clone()]).filter(|day| (1..=31).contains(day));
    if let Some(day) = day.filter(|_| follows(text, day_chars.end, &["日", "号"])) {
        return Some((run.start..day_chars.end, format!("{month}月{day}")));
    }
    let of_year =
        before(text, run.start, &["年"]) || follows(text, behind, &["份", "底", "初", "中旬", "上旬", "下旬"]);
    (day_chars.is_empty() && (of_year || month >= 10)).then(|| (run, month.to_string()))
}

/// 八点二十分: both in figures or none.
fn time(text: &[char], run: Range<usize>) -> Option<Written> {
    let hour = cardinal(&text[run.clone()]).filter(|hour| *hour <= 24)?;
    let minutes = self::run(text, run.end + 1);
    if text.get(run.end) != Some(&'点') || minutes.is_empty() || !follows(text, minutes.end, &["分"]) {
        return None;
    }
    let spelt = text[minutes.clone()].strip_prefix(&['零']).unwrap_or(&text[minutes.clone()]);
    let minute = cardinal(spelt).filter(|minute| (1..60).contains(minute))?;
    let stays = before(text, run.start, &["第"]) || follows(text, minutes.end, &BEHIND_HAN);
    let zero = if spelt.len() < minutes.len() { "0" } else { "" };
    (!stays).then(|| (run.start..minutes.end, format!("{hour}点{zero}{minute}")))
}

/// 二十五个, 三百万, 五十公里, 三百二十.
fn counted(text: &[char], run: Range<usize>) -> Option<Written> {
    let spelt = &text[run.clone()];
    let power = POWERS.iter().find(|power| ends_with(spelt, power)).map_or(0, |power| power.chars().count());
    let head = &spelt[..spelt.len() - power];
    let (figures, chars, value) = match cardinal(head).filter(|head| *head < 10_000) {
        Some(head_value) if power > 0 => (head_value, run.start..run.end - power, head_value * 10_000),
        _ => cardinal(spelt).map(|value| (value, run.clone(), value))?,
    };
    let round = matches!(spelt, ['十'] | ['一' | '十', '百' | '千' | '万' | '亿']);
    let measured = counts(text, run.end, UNITS);
    let counts = measured || self::counts(text, run.end, MEASURES);
    let more = follows(text, run.end, &["多", "余"]);
    let bare = run.len() > 2
        && (run.end == text.len() || !text[run.end].is_alphanumeric() || follows(text, run.end, &AFTER_BARE));
    let decimals = !fraction(text, run.end).is_empty();
    // 数十, 上十: tens that nobody counted.
    let vague = spelt.starts_with(&['十']) && before(text, run.start, &["数", "上", "好"]);
    let large = value >= 10 && !decimals && !vague && (!round || measured) && (counts || more || bare || power > 0);
    (large && !is_bound(text, run.start, run.end)).then(|| (chars, figures.to_string()))
}

/// Whether what stands around a number from `start` to `end` keeps it in Han.
fn is_bound(text: &[char], start: usize, end: usize) -> bool {
    before(text, start, &BEFORE_HAN) || follows(text, end, &BEHIND_HAN)
}

/// Whether one of the words of a list stands at a character.
fn counts(text: &[char], at: usize, list: &str) -> bool {
    list.split(' ').any(|unit| follows(text, at, &[unit]))
}

/// Whether one of some words stands at a character.
fn follows(text: &[char], at: usize, words: &[&str]) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    words.iter().any(|word| word.chars().zip(rest).filter(|(a, b)| a == *b).count() == word.chars().count())
}

/// Whether one of some words stands right before a character.
fn before(text: &[char], at: usize, words: &[&str]) -> bool {
    words.iter().any(|word| ends_with(&text[..at], word))
}

fn ends_with(text: &[char], word: &str) -> bool {
    let length = word.chars().count();
    text.len() >= length && word.chars().eq(text[text.len() - length..].iter().copied())
}

/// The words of the dictionary that numbers are part of without being numbers: 十分, 一百一, 二十四史, 一千零一夜.
struct Words(Vec<Range<usize>>);

impl Words {
    fn of(text: &[char]) -> Words {
        // A number, a time, a classifier, or nothing that the dictionary knows; or a number and what is counted.
        let counts = |chars: &Range<usize>| {
            let behind = run(text, chars.start).end.min(chars.end);
            let counted: String = text[behind..chars.end].iter().collect();
            counted == "月份" || [UNITS, MEASURES].iter().any(|list| list.split(' ').any(|unit| unit == counted))
        };
        let string: String = text.iter().collect();
        let words = tagged(&string).into_iter().filter(|word| !matches!(word.tag, "m" | "mq" | "t" | "q" | "x"));
        Words(
            words
                .map(|word| word.start..word.start + word.text.chars().count())
                .filter(|chars| !counts(chars))
                .collect(),
        )
    }

    /// Whether one of them is partly in a number and partly beside it.
    fn bind(&self, number: &Range<usize>) -> bool {
        let within = |word: &Range<usize>| number.start <= word.start && word.end <= number.end;
        self.0.iter().any(|word| word.start < number.end && number.start < word.end && !within(word))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::phones::{Phone, chinese_cardinal, read_out};
    use crate::timeline::Language;

    fn made(text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for change in changes(&chars).into_iter().rev() {
            chars.splice(change.chars, change.right.chars());
        }
        chars.into_iter().collect()
    }

    #[test]
    fn figures_stand_where_the_standard_has_them() {
        for (said, written) in [
            ("二零二四年三月五日", "2024年3月5日"),
            ("一九九八年十二月", "1998年12月"),
            ("九零后和零零后", "90后和00后"),
            ("五月底", "5月底"),
            ("十二月份", "12月份"),
            ("打三七三八八六九九", "打37388699"),
            ("百分之九十五", "95%"),
            ("百分之九十九点九九", "99.99%"),
            ("百分之三十多", "30%多"),
            ("千分之三", "3‰"),
            ("三点一四", "3.14"),
            ("零点五", "0.5"),
            ("三点五亿元", "3.5亿元"),
            ("GPT三点五", "GPT3.5"),
            ("一百二十三亿", "123亿"),
            ("两万亿", "2万亿"),
            ("三百万人", "300万人"),
            ("三百二十八万一千一百三十八点四八元", "3281138.48元"),
            ("一万两千三百米", "12300米"),
            ("二十五个人", "25个人"),
            ("十公里", "10公里"),
            ("二十世纪九十年代", "20世纪90年代"),
            ("二十多家公司", "20多家公司"),
            ("上午八点二十分", "上午8点20分"),
            ("四点零五分", "4点05分"),
            ("十二点三十分", "12点30分"),
            ("打幺幺零", "打110"),
            ("共三百二十。", "共320。"),
            ("完成二十项，人数三百人", "完成20项，人数300人"),
        ] {
            assert_eq!(made(said), written);
        }
    }

    #[test]
    fn what_is_a_word_approximate_small_or_of_the_old_calendar_stays() {
        for text in [
            "一个，一些，一下，万一，一起，一百个",
            "三心二意，七上八下，五四运动，不管三七二十一",
            "十分好，十个人，十几个人，几十年，上百家，数十公里",
            "三四个月，五六万人，一二十个，三五天，十来个",
            "第三代，第十二届，第一百二十三条",
            "百分之百，百分之几，百分之五六，百分之三十到四十",
            "三分之二，万分之一",
            "农历十二月，八月十五，三月三",
            "三亿五千万，一万五，二百五",
            "一千零一夜，二十四史，双十一",
            "三点半，三点一刻，我讲三点一是效率",
            "五本书，三米",
            "一二三四五六七八九",
        ] {
            assert_eq!(made(text), text);
        }
    }

    /// What is heard, a reading of each word where it has several.
    fn sounds(text: &str) -> Vec<Vec<Phone>> {
        let words = read_out(&text.chars().collect::<Vec<_>>(), Language::Chinese);
        words.iter().fold(vec![vec![]], |heads, word| {
            let joined =
                |head: &Vec<Phone>| word.readings.iter().map(|tail| [&head[..], tail].concat()).collect::<Vec<_>>();
            heads.iter().flat_map(joined).collect()
        })
    }

    fn sounds_the_same(said: &str, written: &str) -> bool {
        let said = sounds(said);
        sounds(written).iter().any(|sound| said.contains(sound))
    }

    proptest! {
        #[test]
        fn figures_are_read_out_as_they_were_said(value in 11u64..100_000_000, unit in "[个年天米元]") {
            let said = format!("{}{unit}", chinese_cardinal(value));
            let written = made(&said);
            prop_assert_eq!(made(&said.replace("二千", "两千")), &written[..]);
            prop_assert!(written.starts_with(|c: char| c.is_ascii_digit()), "{} {}", said, written);
            prop_assert!(sounds_the_same(&said, &written), "{} {}", said, written);
        }

        #[test]
        fn any_numerals_sound_the_same_in_figures(said in "[零一二两三四五六七八九十百千万亿点分之年月个]{1,6}") {
            let written = made(&said);
            prop_assert!(sounds_the_same(&said.replace('两', "二"), &written.replace('两', "二")), "{} {}", said, written);
            prop_assert_eq!(made(&written), written);
        }
    }
}
