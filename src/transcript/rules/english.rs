//! English inside a transcript made by a Chinese recogniser: `I agree， you know。` → `I agree, you know.`

use std::ops::Range;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};
use crate::transcript::script::{is_cjk, is_stop, is_word_part, latin_words};

/// A mark is English when this many words stand before it in its stretch…
const WORDS_BEFORE: usize = 2;
/// …and the stretch, which holds no Han character, has this many.
const WORDS: usize = 3;
/// A stretch that begins inside a Chinese sentence must be a sentence by its length.
const WORDS_INSIDE: usize = 8;

pub(super) fn run(draft: &mut Draft) {
    draft.edit_each(Rule::English, marks);
    draft.edit_each(Rule::English, doubled_blanks);
    draft.edit_each(Rule::English, super::markup::outer_blanks);
}

fn marks(text: &str) -> Vec<Edit> {
    stretches(text).into_iter().flat_map(|stretch| marks_of(text, stretch)).collect()
}

/// The longest runs without Han characters.
fn stretches(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| is_cjk(*c)) {
        if start < at {
            found.push(start..at);
        }
        start = at + c.len_utf8();
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

fn marks_of(text: &str, stretch: Range<usize>) -> Vec<Edit> {
    let part = &text[stretch.clone()];
    let opens = stretch.start == 0 || part.chars().next().is_some_and(is_stop);
    if latin_words(part) < if opens { WORDS } else { WORDS_INSIDE } {
        return Vec::new();
    }
    let mut edits = Vec::new();
    let mut words = 0;
    let mut inside = false;
    for (at, c) in part.char_indices() {
        words += usize::from(is_word_part(c) && !inside);
        inside = is_word_part(c);
        let Some(half) = half_width(c).filter(|_| words >= WORDS_BEFORE) else { continue };
        let end = at + c.len_utf8();
        let blanks = part[end..].len() - part[end..].trim_start().len();
        let next = text[stretch.start + end + blanks..].chars().next();
        // What ends the stretch belongs to the Chinese sentence that goes on, unless it ends an English one.
        if next.is_some_and(is_cjk) && !is_stop(c) {
            continue;
        }
        let spaced = next.is_some_and(|next| is_word_part(next) || is_cjk(next) || matches!(next, '"' | '“' | '('));
        let mark = if spaced { format!("{half} ") } else { half.to_string() };
        edits.push(Edit::new(stretch.start + at..stretch.start + end + blanks, &mark));
    }
    edits
}

fn half_width(c: char) -> Option<char> {
    match c {
        '，' | '、' => Some(','),
        '。' => Some('.'),
        '？' => Some('?'),
        '！' => Some('!'),
        '；' => Some(';'),
        '：' => Some(':'),
        _ => None,
    }
}

/// Two blanks between Latin words, or one before a mark.
fn doubled_blanks(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut run: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match (c == ' ', run) {
            (true, None) => run = Some(at),
            (false, Some(start)) => {
                let before_mark = matches!(c, ',' | '，' | '。')
                    || matches!(c, '.' | '?' | '!') && at - start == 1 && {
                        !text[at + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '.')
                    };
                if before_mark {
                    edits.push(Edit::remove(start..at));
                } else if at - start > 1 {
                    edits.push(Edit::remove(start + 1..at));
                }
                run = None;
            }
            _ => {}
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn english_has_its_own_marks_and_chinese_its_own() {
        let cases = [
            ("I started out as a professor， I started。And", "I started out as a professor, I started. And"),
            ("谢谢您的合作。Ladies and gentlemen。", "谢谢您的合作。Ladies and gentlemen."),
            ("Thank you for your cooperation。尊敬的", "Thank you for your cooperation. 尊敬的"),
            ("呃，这个 minus four。", "呃，这个 minus four。"),
            ("请看大屏幕。Everybody。", "请看大屏幕。Everybody。"),
            ("我们用AI，GPT，LLM，都行。", "我们用AI，GPT，LLM，都行。"),
            ("it is  so , right", "it is so, right"),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected);
        }
    }
}
