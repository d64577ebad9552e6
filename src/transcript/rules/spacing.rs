//! A space between Chinese and Latin letters or digits. Off unless asked for: style guides differ.

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};
use crate::transcript::script::{is_cjk, is_letter};

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::Spacing, borders);
}

/// Every border between a Han character and a Latin word; a number is spaced only where letters belong to it (`200B`).
fn borders(text: &str) -> Vec<Edit> {
    let pairs = text.char_indices().zip(text.chars().skip(1));
    pairs
        .filter_map(|((byte, left), right)| {
            let at = byte + left.len_utf8();
            let latin_right = is_cjk(left) && lettered(text[at..].chars());
            let latin_left = is_cjk(right) && lettered(text[..at].chars().rev());
            (latin_right || latin_left).then(|| Edit::new(at..at, " "))
        })
        .collect()
}

/// Whether the word that begins here, read in either direction, has a letter.
fn lettered(chars: impl Iterator<Item = char>) -> bool {
    chars.take_while(|c| is_letter(*c) || c.is_ascii_digit()).any(is_letter)
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn latin_words_stand_apart() {
        assert_eq!(cleaned(run, "AI创新部门nexte负责人").1, "AI 创新部门 nexte 负责人");
        assert_eq!(cleaned(run, "200B这个模型连续8次，minus four。").1, "200B 这个模型连续8次，minus four。");
    }
}
