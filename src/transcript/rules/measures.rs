//! `1个` where a speaker said `一个`: recognisers write the article as a digit.

use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};

static ARTICLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d.,:/-])(?P<one>1)[个种]").expect("a constant pattern"));

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Measures, |text| {
        ARTICLE.captures_iter(text).filter_map(|found| Some(Edit::new(found.name("one")?.range(), "一"))).collect()
    });
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn only_a_lone_one() {
        assert_eq!(cleaned(run, "1个70亿，哪1个，11个，2.1个").1, "一个70亿，哪一个，11个，2.1个");
    }
}
