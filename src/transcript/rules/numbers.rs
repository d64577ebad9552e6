//! A filler in the middle of a number: `20呃17年`.

use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};

/// Two halves of a year, or a half that cannot stand alone (`百分之呃30`). Other digits around a filler may be two
/// numbers (`2呃3个`).
static BROKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\b|[^\d])\d{2}(?P<year>[呃嗯啊哦额]+)\d{2}年|(?:分之|\d点)(?P<part>[呃嗯啊哦额]+)\d")
        .expect("a constant pattern")
});

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Numbers, |text| {
        let filler = |found: regex::Captures<'_>| found.name("year").or(found.name("part")).map(|m| m.range());
        BROKEN.captures_iter(text).filter_map(filler).map(Edit::remove).collect()
    });
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn a_year_in_two_halves() {
        assert_eq!(cleaned(run, "这是20呃17年的事，2呃3个，百分之呃30").1, "这是2017年的事，2呃3个，百分之30");
    }
}
