//! Full and half width: letters, digits and signs half, marks between Han characters full.

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};
use crate::transcript::script::is_cjk;

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Width, letters);
    draft.edit_each(Rule::Width, marks);
    draft.edit_each(Rule::Width, super::markup::outer_blanks);
}

/// `ＡＩ２０２４％` and the ideographic space. The marks of the full-width block are Chinese punctuation: they stay.
fn letters(text: &str) -> Vec<Edit> {
    let half = |c: char| match c {
        'Ａ'..='Ｚ'
        | 'ａ'..='ｚ'
        | '０'..='９'
        | '％'
        | '＋'
        | '＝'
        | '＆'
        | '＠'
        | '＃'
        | '＄'
        | '／'
        | '－'
        | '＿' => char::from_u32(c as u32 - 0xfee0),
        '\u{3000}' | '\u{a0}' | '\t' => Some(' '),
        _ => None,
    };
    text.char_indices()
        .filter_map(|(at, c)| Some(Edit::new(at..at + c.len_utf8(), half(c)?.encode_utf8(&mut [0; 4]))))
        .collect()
}

/// `你好,世界` → `你好，世界`: a mark after a Han character, with a Han character, a blank or nothing after it.
fn marks(text: &str) -> Vec<Edit> {
    let full = |c: char| match c {
        ',' => Some("，"),
        ';' => Some("；"),
        ':' => Some("："),
        '?' => Some("？"),
        '!' => Some("！"),
        '.' | '｡' => Some("。"),
        _ => None,
    };
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut edits = Vec::new();
    for (i, &(at, c)) in chars.iter().enumerate() {
        let Some(mark) = full(c) else { continue };
        let before = i.checked_sub(1).map(|i| chars[i].1);
        let blanks = chars[i + 1..].iter().take_while(|(_, c)| *c == ' ').count();
        let after = chars.get(i + 1 + blanks).map(|(_, c)| *c);
        let chinese_after = after.is_none_or(is_cjk);
        if before.is_some_and(is_cjk) && (chinese_after || blanks > 0 && c != ':') {
            edits.push(Edit::new(at..at + 1 + blanks, mark));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn letters_become_half_and_marks_full() {
        let cases = [
            ("ＡＩ在２０２４年占５０％。", "AI在2024年占50%。"),
            ("你好, 世界!好", "你好，世界！好"),
            ("他说:好.", "他说：好。"),
            ("见v2.0.1和http://a.b", "见v2.0.1和http://a.b"),
            ("用AI, GPT", "用AI, GPT"),
            ("真的吗?", "真的吗？"),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected);
        }
    }
}
