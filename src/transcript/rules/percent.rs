//! A percent sign after a percentage in words: `百分之几十%`.

use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};

static TWICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[百千万]分之[零〇一二三四五六七八九十百千两几多点\d.]+(?P<sign>[%％‰])").expect("a constant pattern")
});

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Percent, |text| {
        TWICE.captures_iter(text).filter_map(|found| Some(Edit::remove(found.name("sign")?.range()))).collect()
    });
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn the_sign_goes_only_after_the_words() {
        assert_eq!(cleaned(run, "百分之几十%的人，90%几").1, "百分之几十的人，90%几");
    }
}
