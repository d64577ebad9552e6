//! Words of Latin letters that are none of the dictionary's.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::finds::Finds;
use super::page::{Line, pattern};
use crate::phones;

/// What the dictionary lacks and every programme has.
const COMMON: &[&str] = &[
    "ppt", "pdf", "vs", "etc", "km", "kg", "khz", "hz", "mb", "gb", "tb", "am", "pm", "ii", "iii", "iv", "vi", "vii",
    "http", "https", "www", "com", "cn", "qr", "ok", "no", "ceo", "cto",
];

/// Words of a run are names together; longer runs are sentences in a language that we do not know.
const LONGEST_RUN: usize = 4;

/// The words of a text that are no dictionary words, those side by side as one; not those of terms that are known.
pub(super) fn find(lines: &[Line], known: &[&Finds]) -> Finds {
    static WORD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\p{Latin}[\p{Latin}\p{M}0-9]*(?:[-.+'’][\p{Latin}\p{M}0-9]+)*"));
    let known: Vec<&str> = known.iter().flat_map(|finds| finds.iter()).map(|find| find.term.as_str()).collect();
    let mut finds = Finds::default();
    for (number, line) in lines.iter().enumerate() {
        let mut run: Option<Range<usize>> = None;
        for word in WORD.find_iter(&line.text).filter(|word| is_unknown(word.as_str())) {
            let word = word.start()..word.start() + without_genitive(word.as_str()).len();
            match &mut run {
                Some(run) if line.text[run.end..word.start] == *" " => run.end = word.end,
                _ => add(run.replace(word), &line.text, &known, number, &mut finds),
            }
        }
        add(run, &line.text, &known, number, &mut finds);
    }
    finds
}

fn add(run: Option<Range<usize>>, line: &str, known: &[&str], number: usize, finds: &mut Finds) {
    let Some(term) = run.map(|run| &line[run]) else { return };
    if term.split(' ').count() <= LONGEST_RUN && !known.iter().any(|known| known.contains(term)) {
        finds.add(term, &[], number);
    }
}

/// Whether a part of the word is neither in the dictionary nor so common that everybody knows it.
fn is_unknown(word: &str) -> bool {
    let word = without_genitive(word);
    let is_file = word.contains('.') && !word.chars().any(char::is_uppercase);
    if is_file || phones::knows_english(&word.to_lowercase().replace('’', "'")) {
        return false;
    }
    let parts = word.split(['-', '.', '+', '\'', '’']).filter(|part| part.chars().any(char::is_alphabetic));
    let unknown = |part: &str| {
        let small = part.to_lowercase();
        let letters = small.chars().filter(|c| c.is_alphabetic()).count();
        let bare = small.trim_end_matches(|c: char| c.is_ascii_digit());
        letters > 1
            && (letters > 3 || part != small)
            && !COMMON.contains(&small.as_str())
            && !phones::knows_english(bare)
    };
    parts.into_iter().any(unknown)
}

fn without_genitive(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let lines = (1..).zip(text.lines()).map(|(number, text)| Line { number, text: text.into() });
        find(&lines.collect::<Vec<_>>(), &[]).into_iter().map(|find| find.term).collect()
    }

    #[test]
    fn dictionary_words_and_their_forms_are_left_out() {
        assert!(
            words(
                "Machine listening for marshes: end-to-end workshops, today's talks, 9:00 am, PPT, 5G, slides.pdf, zh, don’t"
            )
            .is_empty()
        );
    }

    #[test]
    fn names_are_taken_whole() {
        assert_eq!(
            words("用EchoReed听鸟，and GPT-4o; Zimu Reedlab's WAIC 2026, the Quvaro"),
            ["EchoReed", "GPT-4o", "Zimu Reedlab", "WAIC", "Quvaro"]
        );
    }

    #[test]
    fn what_is_known_already_is_not_told_again() {
        let mut known = Finds::default();
        known.add("University of Reedham", &[], 0);
        let line = Line { number: 1, text: "Reedham and EchoReed".into() };
        let found: Vec<String> = find(&[line], &[&known]).into_iter().map(|find| find.term).collect();
        assert_eq!(found, ["EchoReed"]);
    }
}
