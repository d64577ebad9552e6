//! Sounds of hesitation. Off unless asked for: they are spoken, and the aligner can use them.

use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};

/// A filler with the mark after it where it begins a clause, without where it stands inside one.
static FILLER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|(?P<mark>[，。！？；、,.!?;]\s*))(?P<clause>(?:[呃嗯哎]+[，。、,]?\s*|啊[，。、,]\s*)+)|(?P<inside>呃+)|",
        r"(?P<final>啊)[，。]|(?i)(?P<english>\b(?:um+|uh+|er+m?|hmm+)\b[,，]?\s*)"
    ))
    .expect("a constant pattern")
});

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Fillers, edits);
}

/// What is taken out of a text, in order.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let (mut edits, mut at) = (Vec::new(), 0);
    while let Some(found) = FILLER.captures_at(text, at) {
        let filler = ["clause", "inside", "final", "english"].iter().find_map(|name| found.name(name));
        // A mark after 啊 is the mark before the next filler too.
        at = filler.map_or(text.len(), |filler| filler.end());
        edits.extend(filler.map(|filler| Edit::remove(filler.range())));
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn fillers_go_with_their_own_mark() {
        let cases = [
            ("协调一致。呃，借此机会", "协调一致。借此机会"),
            ("调整好心态。呃。", "调整好心态。"),
            ("我就呃用这个", "我就用这个"),
            ("这很重要啊，不是说", "这很重要，不是说"),
            ("这很重要啊，呃，不是说", "这很重要，不是说"),
            ("很重要。啊，不是说", "很重要。不是说"),
            ("I, um, think", "I, think"),
            ("额外的额度", "额外的额度"),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected);
        }
    }
}
