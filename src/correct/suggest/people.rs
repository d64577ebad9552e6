//! Names of people that stand with what the people are.

use std::sync::LazyLock;

use regex::Regex;

use super::cells::{Cell, LATIN_TITLES, cells};
use super::finds::Finds;
use super::page::{Line, pattern};
use crate::correct::words::Cut;
use crate::speakers::names;

/// Longer descriptions are sentences, no titles; in characters.
const LONGEST_TITLE: usize = 30;

/// What people of programmes are, beside what hosts call their guests.
const OFFICES: &[&str] =
    &["干事", "出品人", "讲师", "导师", "导演", "编辑", "主播", "理事", "总工", "法官", "教练", "博士生", "志愿者"];

/// What people do behind their name in a sentence.
const DOES: &[&str] = &[
    "致辞", "致开", "发表", "主持", "出席", "表示", "指出", "认为", "谈到", "介绍", "分享", "演讲", "发言", "讲话",
    "带来", "担任", "参加", "代表", "和", "对", "在", "作", "做", "等", "为", "与",
];

/// What leads up to a title in a sentence.
const LEADS: &[&str] = &["有请", "欢迎", "邀请", "请到", "感谢", "来自", "我是", "由", "以及", "让我们"];

/// What names of companies end in.
const COMPANIES: &[&str] = &[" Ltd", " Inc", " Corp", " Co", " GmbH", " Trust", " Group"];

/// The longest name that is believed, in characters.
const LONGEST_NAME: usize = 14;

/// What a cell may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A whole name.
    Name,
    /// What someone is.
    Title,
    /// What someone does here: it says that names follow, but is no other name of theirs.
    Role,
    Other,
}

/// Shorter titles are said of many, in characters: 教授.
const SHORTEST_TITLE: usize = 3;

/// The people of a text, each with the titles that they are given.
pub(super) fn find(lines: &[Line]) -> Finds {
    let read: Vec<Vec<(Cell, Kind)>> = lines.iter().map(|line| kinds(&line.text)).collect();
    let mut finds = Finds::default();
    for (number, cells) in read.iter().enumerate() {
        for (at, (cell, kind)) in cells.iter().enumerate() {
            if let Some((name, title)) = titled(cell.text) {
                finds.add(name, &worth_telling(&[title]), number);
            } else if *kind == Kind::Name {
                let titles = titles_on_line(cells, at).or_else(|| titles_beside(&read, number));
                if let Some(titles) = titles {
                    finds.add(cell.text, &worth_telling(&titles), number);
                }
            }
        }
    }
    finds.in_order()
}

fn worth_telling<'a>(titles: &[&'a str]) -> Vec<&'a str> {
    titles.iter().copied().filter(|title| title.chars().count() >= SHORTEST_TITLE).collect()
}

fn kinds<'a>(line: &'a str) -> Vec<(Cell<'a>, Kind)> {
    cells(line).into_iter().map(|cell| (cell, kind_of(cell.text))).collect()
}

fn kind_of(cell: &str) -> Kind {
    static ROLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:嘉宾|讲者|主讲|演讲|致辞|发言|报告|(?:主讲|演讲|致辞|发言|报告)人|speakers?|panell?ists?|guests?|moderator|host|chair|keynote)$",
        )
    });
    if ROLE.is_match(cell) {
        Kind::Role
    } else if is_name(cell) {
        Kind::Name
    } else if is_title(cell) {
        Kind::Title
    } else {
        Kind::Other
    }
}

/// Whether a cell is a name and nothing else.
fn is_name(cell: &str) -> bool {
    static LATIN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:[A-Z][a-z]+(?:[-'’][A-Z][a-z]+)*|[A-Z]\.)(?: (?:[A-Z][a-z]+(?:[-'’][A-Z]?[a-z]+)*|Mc[A-Z][a-z]+|[A-Z]\.|van|de|von|der)){1,3}$",
        )
    });
    if LATIN.is_match(cell) {
        return !is_title(cell) && !COMPANIES.iter().any(|ending| cell.ends_with(ending));
    }
    let chars: Vec<char> = cell.chars().collect();
    let begins_with_word = || chars.len() <= 4 && Cut::of(&chars).words().next().is_some_and(|word| word.len() > 1);
    names::is_name(cell) && !begins_with_word()
}

/// Whether a cell says what someone is.
fn is_title(cell: &str) -> bool {
    static LATIN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:professor|director|chief|c[etfo]o|president|founder|co-founder|scientist|researcher|engineer|head|manager|dean|chair|lecturer|fellow|university|institute|laboratory|lab|architect|editor|partner|moderator|host)\b",
        )
    });
    let length = cell.chars().count();
    length <= 2 * LONGEST_TITLE && LATIN.is_match(cell) || length <= LONGEST_TITLE && office_at_end(cell).is_some()
}

/// The word for what someone is that a text ends in.
pub(super) fn office_at_end(text: &str) -> Option<&'static str> {
    let more = || LATIN_TITLES.iter().chain(OFFICES).find(|office| text.ends_with(**office)).copied();
    names::office_at_end(text).or_else(more)
}

/// A title and a name in one cell, and perhaps what the person does: `声野科技首席科学家苏映雪致辞`, `Dr. Jane Miller`,
/// `苏映雪博士`.
fn titled(cell: &str) -> Option<(&str, &str)> {
    static LATIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:Dr|Prof|Professor|Mr|Mrs|Ms)\b\.? "));
    if let Some(title) = LATIN.find(cell) {
        let name = &cell[title.end()..];
        return is_name(name).then_some((name, ""));
    }
    let honoured = office_at_end(cell).map(|office| &cell[..cell.len() - office.len()]);
    if let Some(name) = honoured.filter(|name| is_name(name) && name.chars().count() > 2) {
        return Some((name, ""));
    }
    // The longest title is the right one: 董事长 and not 董事.
    let ends = cell.char_indices().rev().map(|(at, _)| at).filter(|at| *at > 0);
    let titles = ends.map(|at| cell.split_at(at)).filter(|(title, _)| office_at_end(title).is_some());
    let (title, name) = titles.filter_map(|(title, rest)| Some((title, name_at_start(rest)?))).next()?;
    let title = without_lead(title);
    Some((name, if is_title(title) { title } else { "" }))
}

/// The longest name that a text begins with, if nothing follows or what the person does.
fn name_at_start(text: &str) -> Option<&str> {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).take(LONGEST_NAME + 1);
    let ends = ends.filter(|end| *end == text.len() || DOES.iter().any(|verb| text[*end..].starts_with(verb)));
    let names = ends.map(|end| text[..end].trim()).filter(|name| is_name(name));
    names.last()
}

/// A title without the words that lead up to it in running text.
pub(super) fn without_lead(title: &str) -> &str {
    let begin = LEADS.iter().filter_map(|lead| Some(title.rfind(lead)? + lead.len())).max();
    &title[begin.unwrap_or(0)..]
}

/// The titles that belong to the name at `at` of a line: in a line that begins with a name those behind it, else those
/// before it. `None` where nothing on the line says that it is a person.
fn titles_on_line<'a>(cells: &[(Cell<'a>, Kind)], at: usize) -> Option<Vec<&'a str>> {
    let is_person = |(_, kind): &&(Cell, Kind)| *kind == Kind::Name || *kind == Kind::Title;
    let labels = cells[..at].iter().rposition(|(cell, kind)| cell.is_label && matches!(kind, Kind::Role | Kind::Title));
    let begin = labels.map_or(0, |label| label + 1);
    let name_first = cells[begin..].iter().find(is_person).is_some_and(|(_, kind)| *kind == Kind::Name);
    let is_title = |(_, kind): &&(Cell, Kind)| *kind == Kind::Title;
    let mut titles: Vec<&str> = if name_first {
        cells[at + 1..].iter().take_while(is_title).map(|(cell, _)| cell.text).collect()
    } else {
        let first = cells[begin..at].iter().rposition(|cell| !is_title(&cell)).map_or(begin, |other| begin + other + 1);
        cells[first..at].iter().map(|(cell, _)| cell.text).collect()
    };
    let label = labels.map(|label| &cells[label]);
    titles.extend(label.filter(|(_, kind)| *kind == Kind::Title).map(|(cell, _)| cell.text));
    let near = |(_, kind): &(Cell, Kind)| *kind == Kind::Role;
    let role = label.is_some() || cells.get(at + 1).is_some_and(near) || at > 0 && near(&cells[at - 1]);
    (role || !titles.is_empty()).then_some(titles)
}

/// The titles on the line below a name that has its line for itself, or else above it.
fn titles_beside<'a>(read: &[Vec<(Cell<'a>, Kind)>], number: usize) -> Option<Vec<&'a str>> {
    if read[number].len() != 1 {
        return None;
    }
    let titles = |line: Option<&Vec<(Cell<'a>, Kind)>>| {
        let cells = line.filter(|cells| cells.iter().all(|(_, kind)| *kind == Kind::Title))?;
        (!cells.is_empty()).then(|| cells.iter().map(|(cell, _)| cell.text).collect())
    };
    titles(read.get(number + 1)).or_else(|| titles(read.get(number.checked_sub(1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name=title/title` of everybody in a text.
    fn people(text: &str) -> Vec<String> {
        let lines = (1..).zip(text.lines()).map(|(number, text)| Line { number, text: text.into() });
        let finds = find(&lines.collect::<Vec<_>>());
        finds.iter().map(|find| format!("{}={}", find.term, find.others.join("/"))).collect()
    }

    #[test]
    fn names_stand_before_or_behind_their_titles() {
        assert_eq!(people("苏映雪 声野科技首席科学家"), ["苏映雪=声野科技首席科学家"]);
        assert_eq!(people("9:30 声野科技首席科学家 苏映雪"), ["苏映雪=声野科技首席科学家"]);
        assert_eq!(people("苏映雪（声野科技首席科学家、董事长、教授）"), ["苏映雪=声野科技首席科学家/董事长"]);
        assert_eq!(people("青芦湖湿地保护站站长陈柏舟致辞"), ["陈柏舟=青芦湖湿地保护站站长"]);
        assert_eq!(people("有请声野科技董事长孙立表示"), ["孙立=声野科技董事长"]);
        assert_eq!(people("理事、声野科技首席科学家、董事长 苏映雪"), ["苏映雪=声野科技首席科学家/董事长"]);
        assert_eq!(people("里德姆大学教授丹尼尔·哈特利"), ["丹尼尔·哈特利=里德姆大学教授"]);
        assert_eq!(people("有请苏映雪博士、陈柏舟站长"), ["陈柏舟="]);
    }

    #[test]
    fn a_label_goes_before_a_list() {
        assert_eq!(people("主持人：林晓岚"), ["林晓岚=主持人"]);
        assert_eq!(people("圆桌嘉宾：林晓岚、苏映雪、时间"), ["林晓岚=", "苏映雪="]);
        assert_eq!(people("演讲嘉宾：苏映雪 声野科技首席科学家"), ["苏映雪=声野科技首席科学家"]);
    }

    #[test]
    fn a_title_may_stand_on_its_own_line() {
        assert_eq!(people("陈柏舟\n青芦湖湿地保护站站长\n\n苏映雪\n听鸟"), ["陈柏舟=青芦湖湿地保护站站长"]);
    }

    #[test]
    fn latin_names_have_titles_too() {
        assert_eq!(people("Daniel Hartley, University of Reedham"), ["Daniel Hartley=University of Reedham"]);
        assert_eq!(people("Opening. Dr. Jane Miller, Head of Research, Reed Ltd."), ["Jane Miller="]);
        assert_eq!(people("Daniel Hartley 里德姆大学教授"), ["Daniel Hartley=里德姆大学教授"]);
        assert!(people("Marsh Birds, Today").is_empty());
    }

    #[test]
    fn words_are_no_names() {
        assert!(people("时间 主题 主持人\n金融 专家\n上午 9:00\n章节数 主任").is_empty());
    }
}
