//! One script for all of a text: simplified or traditional characters, by the words that they stand in.
//!
//! The dictionaries are those of OpenCC. Traditional means its own standard, not the words of Taiwan or Hong Kong.

use std::ops::Range;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use super::Change;

/// `None` only if the crate lacked its own dictionaries; then nothing is converted.
static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
static TO_TRADITIONAL: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::S2t).ok());

/// The text in simplified characters, a character for a character.
pub(super) fn as_simplified(text: &[char]) -> Vec<char> {
    converted(&TO_SIMPLIFIED, text)
}

/// The runs of traditional characters, in simplified ones.
pub(super) fn to_simplified(text: &[char]) -> Vec<Change> {
    runs(text, &as_simplified(text), "in simplified characters")
}

/// The runs of simplified characters, in traditional ones.
///
/// What each becomes is told by its word (里 in 万里, 裏 in 里面), and words are known in simplified characters only. So the
/// text is looked at in these, as if nothing had been converted yet; and a character that is not a simplified one stays
/// whatever it might have come from (裡 is right where 裏 is).
pub(super) fn to_traditional(text: &[char]) -> Vec<Change> {
    let mut right = converted(&TO_TRADITIONAL, &as_simplified(text));
    for (right, &c) in right.iter_mut().zip(text) {
        if converted(&TO_TRADITIONAL, &[c]) == [c] {
            *right = c;
        }
    }
    runs(text, &right, "in traditional characters")
}

/// `text` converted; as it is where that would be longer or shorter, or is Japanese, whose characters are its own.
fn converted(converter: &Option<OpenCC>, text: &[char]) -> Vec<char> {
    let is_kana = |c: &char| matches!(c, '\u{3041}'..='\u{30fa}');
    let Some(converter) = converter.as_ref().filter(|_| !text.iter().any(is_kana)) else { return text.to_vec() };
    let converted: Vec<char> = converter.convert(&text.iter().collect::<String>()).chars().collect();
    if converted.len() == text.len() { converted } else { text.to_vec() }
}

/// A change for every run of characters that differ.
fn runs(text: &[char], right: &[char], reason: &'static str) -> Vec<Change> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..text.len()).filter(|&at| text[at] != right[at]) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs.into_iter().map(|run| Change::sure(run.clone(), right[run].iter().collect::<String>(), reason)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str, changes: fn(&[char]) -> Vec<Change>) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for change in changes(&chars).into_iter().rev() {
            chars.splice(change.chars, change.right.chars());
        }
        chars.into_iter().collect()
    }

    #[test]
    fn words_tell_what_a_character_becomes() {
        for (simplified, traditional) in
            [("万里长城里面", "萬里長城裏面"), ("皇后的头发", "皇后的頭髮"), ("很干净，一面", "很乾淨，一面")]
        {
            assert_eq!(made(simplified, to_traditional), traditional);
            assert_eq!(made(traditional, to_traditional), traditional);
            assert_eq!(made(traditional, to_simplified), simplified);
            assert_eq!(made(simplified, to_simplified), simplified);
        }
    }

    #[test]
    fn what_is_right_in_either_script_stays() {
        assert_eq!(made("裡面的乾隆", to_traditional), "裡面的乾隆");
        assert_eq!(made("乾隆皇帝", to_simplified), "乾隆皇帝");
        assert_eq!(made("図書館に行く", to_simplified), "図書館に行く");
    }

    #[test]
    fn a_run_is_one_change() {
        let text: Vec<char> = "濕地聲音".chars().collect();
        let runs: Vec<_> = to_simplified(&text).into_iter().map(|change| (change.chars, change.right)).collect();
        assert_eq!(runs, [(0..1, "湿".into()), (2..3, "声".into())]);
    }
}
