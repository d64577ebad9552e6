//! Institutions: what people are of, what is called one, and what ends like one.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::cells::{Cell, cells, is_han};
use super::finds::Finds;
use super::page::{Line, pattern};
use super::people::{office_at_end, without_lead};
use super::recurring::is_grammar;
use crate::correct::words::Cut;

/// What only institutions end in, wherever it stands.
const ENDINGS: &[&str] = &[
    "大学",
    "学院",
    "研究院",
    "研究所",
    "研究中心",
    "实验室",
    "科学院",
    "工程院",
    "公司",
    "集团",
    "协会",
    "学会",
    "联盟",
    "委员会",
    "基金会",
    "医院",
    "出版社",
    "工作室",
    "博物馆",
    "图书馆",
    "事务所",
    "保护区",
];

/// What institutions end in where someone is their head or member: `保护站站长`.
const ENDINGS_BEFORE_TITLES: &[&str] = &[
    "站", "局", "部", "司", "厅", "处", "院", "所", "校", "馆", "社", "台", "会", "团", "中心", "科技", "银行", "中学",
];

/// What ends like that and is no institution.
const NO_ENDINGS: &[&str] = &["平台", "舞台", "社会", "机会", "大会", "全部", "内部", "大厅"];

/// Labels of institutions.
const LABELS: &[&str] = &["主办", "承办", "协办", "指导单位", "支持单位", "合作单位", "organiser", "organizer"];

/// What stands between an institution and a title.
const RANKS: &[&str] = &[
    "首席", "副", "常务", "执行", "联合", "高级", "资深", "名誉", "荣誉", "助理", "特聘", "客座", "讲席", "终身", "总",
    "前", "原", "兼", "青年", "技术",
];

/// Words that no institution's name begins with or runs over.
const STOPS: &[&str] = &[
    "来自", "我们", "个", "所", "走进", "欢迎", "感谢", "参观", "有请", "邀请", "下面", "出席", "会见", "介绍", "成立",
    "加入", "包括", "以及", "联合", "本", "多", "家", "很多", "自己", "整个", "其实", "因为", "关于", "通过", "首先",
    "现在", "这些", "那些", "别的",
];

/// What says of an institution only what kind it is.
const GENERAL: &[&str] =
    &["国家", "重点", "有限", "人民", "全国", "股份", "组织", "国际", "中国", "科技", "附属", "开放"];

/// Longer names of institutions are sentences, in characters.
const LONGEST: usize = 24;

/// The institutions of a text.
pub(super) fn find(lines: &[Line]) -> Finds {
    let mut finds = Finds::default();
    for (number, line) in lines.iter().enumerate() {
        let mut labelled = false;
        for cell in cells(&line.text) {
            if labelled && is_whole(cell) {
                finds.add(cell.text, &[], number);
                continue;
            }
            labelled |= cell.is_label && LABELS.iter().any(|label| cell.text.to_lowercase().starts_with(label));
            finds_in(without_lead(cell.text), number, &mut finds);
        }
    }
    finds.in_order()
}

/// Whether a cell behind a label is an institution's name.
fn is_whole(cell: Cell) -> bool {
    !cell.is_label
        && (3..=LONGEST).contains(&cell.text.chars().count())
        && office_at_end(cell.text).is_none()
        && is_special(cell.text)
}

fn finds_in(cell: &str, number: usize, finds: &mut Finds) {
    if let Some(of) = before_title(cell) {
        finds.add(of, &[], number);
    }
    for name in ending_so(cell) {
        finds.add(&name, &[], number);
    }
    static LATIN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:[A-Z][\w-]+ )+(?:Ltd|Inc|Corp|GmbH|Group)\b|\b(?:[A-Z][\w-]+ (?:(?:of|for) )?)*(?:University|Institute|College|Laboratory|Academy|Association|Foundation|Society)\b(?: (?:of|for) [A-Z][\w-]+(?: (?:of )?[A-Z][\w-]+)*)?",
        )
    });
    for name in LATIN.find_iter(cell).filter(|name| name.as_str().contains(' ')) {
        finds.add(name.as_str(), &[], number);
    }
}

/// The institution of which a title says that someone is its head or member.
fn before_title(cell: &str) -> Option<&str> {
    let mut of = cell;
    while let Some(office) = office_at_end(of) {
        of = of[..of.len() - office.len()].trim_end();
        while let Some(shorter) = RANKS.iter().find_map(|rank| of.strip_suffix(rank)) {
            of = shorter;
        }
    }
    let of = of.trim();
    let ends = ENDINGS.iter().chain(ENDINGS_BEFORE_TITLES).any(|ending| of.ends_with(ending))
        && !NO_ENDINGS.iter().any(|ending| of.ends_with(ending));
    (of.len() < cell.len() && ends && (3..=LONGEST).contains(&of.chars().count()) && is_special(of)).then_some(of)
}

/// What ends like an institution, from the last word before it that its name cannot hold.
fn ending_so(cell: &str) -> Vec<String> {
    let chars: Vec<char> = cell.chars().collect();
    let words: Vec<Range<usize>> = Cut::of(&chars).words().collect();
    let mut names = Vec::new();
    for end in 1..=chars.len() {
        let Some(ending) = ENDINGS.iter().find(|ending| ends_with(&chars[..end], ending)) else { continue };
        let cuts_word = words.binary_search_by_key(&end, |word| word.end).is_err();
        if cuts_word || is_part_of_more(&chars[end..]) {
            continue;
        }
        let start = start_of(&chars, &words, end - ending.chars().count());
        let name: String = chars[start..end].iter().collect();
        if end - start <= LONGEST && is_special(&name) {
            names.push(name);
        }
    }
    names
}

/// Where a name begins that goes on at `end`.
fn start_of(chars: &[char], words: &[Range<usize>], end: usize) -> usize {
    let mut start = end;
    for word in words[..words.partition_point(|word| word.start < end)].iter().rev().take(LONGEST) {
        let text: String = chars[word.clone()].iter().collect();
        let is_name = text.chars().all(|c| is_han(c) || c.is_ascii_alphanumeric());
        if !is_name || STOPS.contains(&text.as_str()) || is_grammar(&text) || office_at_end(&text).is_some() {
            break;
        }
        start = word.start;
    }
    start
}

fn ends_with(chars: &[char], ending: &str) -> bool {
    chars.iter().rev().copied().take(ending.chars().count()).eq(ending.chars().rev())
}

/// Whether what follows makes another word of the ending: 大学生, 公司法.
fn is_part_of_more(after: &[char]) -> bool {
    after.first().is_some_and(|c| "生法派式里内外".contains(*c))
}

/// Whether a name says more than what kind of institution it is.
fn is_special(name: &str) -> bool {
    let mut rest = name.to_string();
    for word in ENDINGS.iter().chain(GENERAL) {
        rest = rest.replace(word, "");
    }
    rest.chars().count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn institutions(text: &str) -> Vec<String> {
        let lines = (1..).zip(text.lines()).map(|(number, text)| Line { number, text: text.into() });
        find(&lines.collect::<Vec<_>>()).into_iter().map(|find| find.term).collect()
    }

    #[test]
    fn people_are_of_institutions() {
        assert_eq!(institutions("青芦湖湿地保护站站长 陈柏舟"), ["青芦湖湿地保护站"]);
        assert_eq!(institutions("苏映雪（声野科技联合创始人兼CEO）"), ["声野科技"]);
        assert_eq!(institutions("里德姆大学声学研究所副所长"), ["里德姆大学声学研究所", "里德姆大学"]);
        assert!(institutions("高级工程师、站长、国家重点实验室主任、人工智能科学家").is_empty());
    }

    #[test]
    fn names_end_like_institutions_amid_a_sentence() {
        assert_eq!(institutions("由芦苇基金会和湿地大学的学生们主持"), ["芦苇基金会", "湿地大学"]);
        assert!(institutions("大学生们走进公司，这所大学的研究院").is_empty());
    }

    #[test]
    fn labels_name_them_whole() {
        assert_eq!(institutions("主办单位：听苇计划、Reed Trust"), ["听苇计划", "Reed Trust"]);
    }

    #[test]
    fn latin_ones_have_their_own_endings() {
        assert_eq!(
            institutions("Daniel Hartley, University of Reedham; Marsh Institute for Bird Song, the University"),
            ["University of Reedham", "Marsh Institute for Bird Song"]
        );
    }
}
