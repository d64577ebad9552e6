//! Decimals torn by a full stop: `1。5倍` was spoken "one point five".

use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};

/// A whole number of up to three digits, a full-width stop, one or two digits. More digits after it are another number
/// (`云脑2。4096块卡`).
static TORN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?P<whole>\d+)(?P<mark>[。．｡])(?P<part>\d+)").expect("a constant pattern"));

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Decimals, torn);
}

fn torn(text: &str) -> Vec<Edit> {
    let is_torn = |found: &regex::Captures<'_>| {
        let all = found.get_match();
        let before = &text[..all.start()];
        let after = &text[all.end()..];
        // `3。2。1。` counts down; `1.2。3` has its point already.
        let listed = before.ends_with(['。', '．', '｡', '.'])
            || after.starts_with(['。', '．', '｡', '.']) && after.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        !listed && found["whole"].len() <= 3 && found["part"].len() <= 2
    };
    TORN.captures_iter(text)
        .filter(is_torn)
        .filter_map(|found| Some(Edit::new(found.name("mark")?.range(), ".")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn torn_decimals_are_mended_and_look_alikes_are_not() {
        let cases = [
            ("提升1。5倍到2倍", "提升1.5倍到2倍"),
            ("GPT杠3。5。", "GPT杠3.5。"),
            ("云脑2。4096块卡", "云脑2。4096块卡"),
            ("3。2。1。开始", "3。2。1。开始"),
            ("篇章。3。", "篇章。3。"),
            ("流0。Aation", "流0。Aation"),
            ("早在2018。5月", "早在2018。5月"),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected);
        }
    }
}
