//! Clean paragraphs cut into sentences.

use crate::timeline::Sentence;

use super::draft::Draft;
use super::script::{is_cjk, is_closing, is_letter};

/// Abbreviations after whose point a sentence goes on. Initials and letters with points inside need no list.
const ABBREVIATIONS: [&str; 34] = [
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "eg", "ie", "al", "fig", "figs", "eq", "sec", "ch",
    "vol", "no", "inc", "ltd", "co", "corp", "dept", "univ", "approx", "est", "jan", "feb", "aug", "sept", "oct",
    "dec",
];

/// Cuts every paragraph; each sentence keeps its marks and closing quotes and loses the blanks around it.
pub(super) fn split(draft: &Draft) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    // The first and the last character of each.
    let mut borders = Vec::new();
    for (number, paragraph) in (0..).zip(&draft.paragraphs) {
        let chars = paragraph.text.chars();
        let mut start = 0;
        for end in ends(chars) {
            let from = start + chars[start..end].iter().take_while(|c| c.is_whitespace()).count();
            let to = end - chars[from..end].iter().rev().take_while(|c| c.is_whitespace()).count();
            start = end;
            let text = paragraph.text.slice(from..to);
            // Marks without a word between two sentences are not spoken.
            let (true, Some(place)) = (text.chars().iter().any(|c| c.is_alphanumeric()), text.place()) else {
                continue;
            };
            let last = text.points()[text.len() - 1];
            borders.push((place.start, last));
            sentences.push(Sentence { text, paragraph: number, label: paragraph.label.clone(), hint: None });
        }
    }
    for (at, sentence) in sentences.iter_mut().enumerate() {
        let (first, last) = borders[at];
        let before = at.checked_sub(1).map(|before| borders[before].1);
        sentence.hint = draft.hint(first, last, before, borders.get(at + 1).map(|next| next.0));
    }
    sentences
}

/// Where the sentences of a paragraph end, its own end last.
fn ends(chars: &[char]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if !ends_sentence(chars, at) {
            at += 1;
            continue;
        }
        at += 1;
        while at < chars.len() && (is_mark(chars[at]) || is_closing_here(chars, at)) {
            at += 1;
        }
        ends.push(at);
    }
    if ends.last() != Some(&chars.len()) {
        ends.push(chars.len());
    }
    ends
}

fn is_mark(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '…' | '｡' | '.')
}

/// A straight quote closes when a blank, a mark or the end follows it.
fn is_closing_here(chars: &[char], at: usize) -> bool {
    let straight = matches!(chars[at], '"' | '\'');
    is_closing(chars[at]) && (!straight || chars.get(at + 1).is_none_or(|c| !c.is_alphanumeric()))
}

fn ends_sentence(chars: &[char], at: usize) -> bool {
    match chars[at] {
        '。' | '！' | '？' | '｡' => true,
        '!' | '?' => chars.get(at + 1).is_none_or(|c| !c.is_ascii_alphanumeric() && *c != '='),
        // One ellipsis in the middle of a Chinese sentence is a pause; two, or one before a blank or the end, end it.
        '…' => chars.get(at + 1).is_none_or(|c| *c == '…' || c.is_whitespace() || is_closing(*c)),
        '.' => point_ends(chars, at),
        _ => false,
    }
}

/// Whether a point ends an English sentence: not in numbers, versions, addresses, initials and abbreviations.
fn point_ends(chars: &[char], at: usize) -> bool {
    let mut next = at + 1;
    while next < chars.len() && (chars[next] == '.' || is_closing_here(chars, next)) {
        next += 1;
    }
    let Some(&after) = chars.get(next) else { return true };
    if is_cjk(after) {
        return !chars[..at].last().is_some_and(char::is_ascii_digit);
    }
    if !after.is_whitespace() {
        return false;
    }
    let word: String = chars[..at].iter().rev().take_while(|c| is_letter(**c) || **c == '.').collect();
    let word: String = word.chars().rev().collect();
    let following = chars[next..].iter().find(|c| !c.is_whitespace());
    let goes_on = following.is_some_and(|c| c.is_lowercase());
    let initial = word.chars().count() == 1 && word != "I" && word.chars().all(char::is_uppercase);
    let dotted = word.contains('.') && word.chars().count() <= 5;
    let listed = chars[..at].iter().all(char::is_ascii_digit);
    let abbreviated = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    !(goes_on || initial || dotted && following.is_some_and(|c| c.is_alphanumeric()) || abbreviated || listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Traced;
    use crate::transcript::draft::Paragraph;

    fn cut(text: &str) -> Vec<String> {
        let paragraph = Paragraph { text: Traced::line(1, text), ..Paragraph::default() };
        let draft = Draft { paragraphs: vec![paragraph], ..Draft::default() };
        split(&draft).iter().map(|sentence| sentence.text.text()).collect()
    }

    #[test]
    fn chinese_sentences_keep_their_marks_and_quotes() {
        assert_eq!(
            cut("他说：“好。”然后走了！真的？！嗯……对。"),
            ["他说：“好。”", "然后走了！", "真的？！", "嗯……", "对。"]
        );
        assert_eq!(cut("没有标点"), ["没有标点"]);
        assert!(cut(" 。。 ").is_empty());
    }

    #[test]
    fn english_points_are_read_with_care() {
        let text = "Dr. Smith of the U.S. team used v2.0.1 at 3.5 GHz, e.g. here. It \"worked.\" Then J. K. Lee left... and \
                    came back. Why? Because!";
        let expected = [
            "Dr. Smith of the U.S. team used v2.0.1 at 3.5 GHz, e.g. here.",
            "It \"worked.\"",
            "Then J. K. Lee left... and came back.",
            "Why?",
            "Because!",
        ];
        assert_eq!(cut(text), expected);
    }

    #[test]
    fn a_point_between_scripts() {
        assert_eq!(
            cut("谢谢。Thank you. 尊敬的各位，GPT3.5很好。"),
            ["谢谢。", "Thank you.", "尊敬的各位，GPT3.5很好。"]
        );
    }
}
