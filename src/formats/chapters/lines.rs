//! Lists of chapters as people write them, for Bilibili, YouTube and comments.

use std::sync::LazyLock;

use regex::Regex;

use super::read::{self, CLOCK, Listed};
use crate::formats::reading::{Fault, Reader, Reading, Unreadable};

/// A line a chapter with its time, before the title or behind it, with bullets, numbers, brackets and dashes around it.
pub(super) struct Lines;

/// A time, or two with a dash between.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    let bracketed = format!(r"[\[(（【]?\b{CLOCK}\b");
    let pattern = format!(r"{bracketed}(?:\s*(?:[-–—~〜]+>?|→|至|到)\s*{CLOCK}\b)?[\])）】]?");
    Regex::new(&pattern).expect("a constant pattern")
});

/// A bullet, or a number in a list.
static BULLET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[-–—·•●▪*>+]\s*)?(?:\d{1,3}(?:[.)）]\s|、|\s*$))?\s*").expect("a constant pattern")
});

/// What stands between a time and its title: marks at once behind the time, or apart from both.
static BETWEEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[-–—~|:：、，]+|\s+[-–—~|:：·•*>+]+\s)?\s*").expect("a constant pattern"));

impl Reader for Lines {
    fn name(&self) -> &'static str {
        "list of chapters with times"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["bilibili.txt", "youtube.txt", "comment.txt", "chapters.txt"]
    }

    fn knows(&self, text: &str) -> bool {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let timed = lines.iter().filter(|line| !line.contains("-->") && TIMES.is_match(line)).count();
        timed > 0 && timed * 2 > lines.len()
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut chapters, mut faults) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match chapter(line) {
                Some(chapter) => chapters.push(chapter),
                None => faults
                    .push(Fault { line: number, what: format!("no time and title; left out: “{}”", line.trim()) }),
            }
        }
        read::reading(chapters, faults)
    }
}

fn chapter(line: &str) -> Option<Listed> {
    let found = TIMES.captures(line)?;
    let times = found.get_match();
    let before = BULLET.replace(&line[..times.start()], "");
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || "-–—~|:：".contains(c));
    let behind = BETWEEN.replace(&line[times.end()..], "");
    let title = format!("{before} {}", behind.trim_end());
    let (start, end) = (read::time(&found, 1), found.get(6).map(|_| read::time(&found, 5)));
    let title = title.trim();
    (!title.is_empty()).then(|| Listed { end: end.filter(|end| *end > start), ..Listed::at(start, title) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_as_people_write_them() {
        for line in [
            "1:02:03 鸟 与 树",
            "- 1:02:03 - 鸟 与 树",
            "• [01:02:03] 鸟 与 树",
            "1:02:03：鸟 与 树",
            "【62：03】鸟 与 树",
            "3. 1:02:03 | 鸟 与 树",
            "3、鸟 与 树 —— 1:02:03",
            "鸟 与 树（1:02:03）",
            "1:02:03",
        ] {
            let wanted = (line != "1:02:03").then(|| Listed::at(crate::timeline::Ms(3_723_000), "鸟 与 树"));
            assert_eq!(chapter(line), wanted, "{line}");
        }
    }

    #[test]
    fn a_second_time_is_an_end_at_once_behind_the_first_and_a_word_elsewhere() {
        let range = chapter("00:42 – 01:20 听见").unwrap();
        assert_eq!((range.start.0, range.end.map(|end| end.0), range.title.as_str()), (42_000, Some(80_000), "听见"));
        assert_eq!(chapter("0:00 Breakfast at 7:30").unwrap().title, "Breakfast at 7:30");
        assert_eq!(chapter("0:00 C++ and +1").unwrap().title, "C++ and +1");
    }
}
