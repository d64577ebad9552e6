//! What the parts of an event are called.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::grammar;
use super::names::pattern;
use crate::phones::chinese_cardinal;

/// A part's title with its number and theme, where the sentences that follow say them.
pub(super) fn title(mut title: String, following: &[String]) -> String {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^([一二三四五六七八九十\d]{1,2})[。.，\s]*$"));
    let mut following = following.iter().peekable();
    if let Some(number) = following.peek().and_then(|next| NUMBER.captures(next)) {
        title.push_str(&number[1]);
        following.next();
    }
    let leads = |next: &&String| {
        ["与大家", "和大家", "我们将", "共同", "一起", "主题"].iter().any(|word| next.starts_with(word))
    };
    match following.next().filter(leads).and_then(|next| grammar::theme_in(next)) {
        Some(theme) => grammar::under(&title, &theme),
        None => title,
    }
}

/// Writes the numbers of all parts in figures or all in characters, the way the first is written: a recogniser does
/// now one, now the other.
pub(super) fn number_alike<'t>(titles: impl Iterator<Item = &'t mut String>) {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern("^(?:第|篇章)([一二三四五六七八九十]{1,3}|[0-9]{1,2})"));
    let mut figures = None;
    for title in titles {
        let Some(number) = NUMBER.captures(title).and_then(|found| found.get(1)) else { continue };
        let is_figures = number.as_str().is_ascii();
        let same = match *figures.get_or_insert(is_figures) {
            first if first == is_figures => continue,
            true => NUMBERS
                .into_iter()
                .find(|value| chinese_cardinal(*value) == number.as_str())
                .map(|value| value.to_string()),
            false => number.as_str().parse().ok().filter(|value| NUMBERS.contains(value)).map(chinese_cardinal),
        };
        let range = number.range();
        if let Some(same) = same {
            title.replace_range(range, &same);
        }
    }
}

/// The numbers that parts may have.
const NUMBERS: Range<u64> = 1..100;

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(titles: &[&str]) -> Vec<String> {
        let mut titles: Vec<String> = titles.iter().map(ToString::to_string).collect();
        number_alike(titles.iter_mut());
        titles
    }

    #[test]
    fn parts_are_numbered_the_way_of_the_first() {
        assert_eq!(alike(&["篇章一：听", "篇章2：说", "篇章10"]), ["篇章一：听", "篇章二：说", "篇章十"]);
        assert_eq!(alike(&["第1部分", "第二部分：2号楼", "第二十三部分"]), ["第1部分", "第2部分：2号楼", "第23部分"]);
        assert_eq!(alike(&["上半场", "第二个篇章", "第0章"]), ["上半场", "第二个篇章", "第0章"]);
        assert_eq!(alike(&["Part one", "Part 2"]), ["Part one", "Part 2"]);
    }
}
