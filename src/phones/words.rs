//! Where the words of a sentence are, and what each is made of.

use std::ops::Range;

use any_ascii::any_ascii_char;

use super::is_han;
use super::numbers::{Number, Unit};

/// A word before it is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Its characters, counted from 0.
    pub(super) chars: Range<usize>,
    pub(super) kind: Kind,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Han(char),
    /// 儿 right after another Han character.
    RhoticSuffix,
    /// Letters and numbers glued together: `GPT4`, `50%`, `R&D`.
    Glued(Vec<Part>),
}

/// A part of a glued word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// ASCII letters and apostrophes.
    Letters(String),
    /// Letters of another script or with accents.
    Foreign(String),
    Number(Number),
    /// A unit that a space parts from its number.
    Unit(&'static Unit),
    /// An `&` between letters.
    And,
}

/// The words of a sentence.
pub(super) fn split(text: &[char]) -> Vec<Token> {
    let folded: Vec<char> = text.iter().copied().map(fold).collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        match token_at(&folded, at, tokens.last()) {
            Some(token) => {
                at = token.chars.end;
                tokens.push(token);
            }
            None => at += 1,
        }
    }
    tokens
}

/// Full-width forms as their ASCII ones, and the variants of apostrophe and minus as the plain ones.
fn fold(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '’' | '‘' | 'ʼ' => '\'',
        '−' | '–' | '—' => '-',
        '￥' => '¥',
        _ => character,
    }
}

/// The word that starts at a character, if one does.
fn token_at(text: &[char], at: usize, before: Option<&Token>) -> Option<Token> {
    let first = *text.get(at)?;
    if is_han(first) {
        let suffix = first == '儿' && at > 0 && is_han(text[at - 1]);
        let kind = if suffix { Kind::RhoticSuffix } else { Kind::Han(first) };
        return Some(Token { chars: at..at + 1, kind });
    }
    let after_number = before.is_some_and(|token| {
        let space = token.chars.end + 1 == at && text[at - 1] == ' ';
        space && matches!(&token.kind, Kind::Glued(parts) if matches!(parts.last(), Some(Part::Number(_))))
    });
    if let Some((unit, end)) = Unit::at(text, at).filter(|_| after_number) {
        return Some(Token { chars: at..end, kind: Kind::Glued(vec![Part::Unit(unit)]) });
    }
    let (parts, end) = glued(text, at);
    (!parts.is_empty()).then_some(Token { chars: at..end, kind: Kind::Glued(parts) })
}

/// The parts of the glued word that starts at a character, and where it ends.
fn glued(text: &[char], start: usize) -> (Vec<Part>, usize) {
    let (mut parts, mut at) = (Vec::new(), start);
    loop {
        if let Some((number, end)) = Number::at(text, at, parts.is_empty()) {
            let closed = number.is_closed();
            parts.push(Part::Number(number));
            at = end;
            if closed {
                break;
            }
        } else if let Some((letters, end)) = letters(text, at).filter(|_| parts.is_empty() || !is_syllabic(text[at])) {
            parts.push(letters);
            let syllable = is_syllabic(text[at]);
            at = end;
            if syllable {
                break;
            }
        } else if is_ampersand(text, at) && !parts.is_empty() {
            parts.push(Part::And);
            at += 1;
        } else {
            break;
        }
    }
    (parts, at)
}

/// Whether an `&` stands between two ASCII letters.
fn is_ampersand(text: &[char], at: usize) -> bool {
    let letter = |at: usize| text.get(at).is_some_and(char::is_ascii_alphabetic);
    text.get(at) == Some(&'&') && at > 0 && letter(at - 1) && letter(at + 1)
}

/// The run of letters that starts at a character, and where it ends.
fn letters(text: &[char], start: usize) -> Option<(Part, usize)> {
    let joins = |at: usize| text.get(at).is_some_and(|character| is_letter(*character));
    if !joins(start) {
        return None;
    }
    let mut end = start + 1;
    if is_syllabic(text[start]) {
        while text.get(end).is_some_and(|character| is_modifier(*character)) {
            end += 1;
        }
    } else {
        while (joins(end) && !is_syllabic(text[end])) || (text.get(end) == Some(&'\'') && joins(end + 1)) {
            end += 1;
        }
    }
    let run: String = text[start..end].iter().collect();
    Some((if run.is_ascii() { Part::Letters(run) } else { Part::Foreign(run) }, end))
}

/// Whether a character is written for a sound, in whatever script, Han characters and digits aside.
fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphabetic();
    }
    !is_han(character)
        && (character.is_alphabetic() || matches!(character, '\u{300}'..='\u{36f}'))
        && (matches!(character, '\u{300}'..='\u{36f}') || romanised(character).next().is_some())
}

/// Kana and Hangul: each character is a word of its own, as no space parts words there, or parts them too rarely.
fn is_syllabic(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff66}'..='\u{ff9d}')
}

/// Kana that only change the one before.
fn is_modifier(character: char) -> bool {
    "ぁぃぅぇぉゃゅょゎァィゥェォャュョヮー".contains(character)
}

/// The letters that a character romanises to.
fn romanised(character: char) -> impl Iterator<Item = char> {
    any_ascii_char(character).chars().filter(char::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        split(&chars).into_iter().map(|token| chars[token.chars].iter().collect()).collect()
    }

    #[test]
    fn words_are_found() {
        for (text, words) in [
            ("你好，GPT4！", "你 好 GPT4"),
            ("it's don’t  well-known", "it's don’t well known"),
            ("增长12.5%，50%90%", "增 长 12.5% 50% 90%"),
            ("2024年1,000人 -3 10:30 3/4 ¥5 50°C 80km/h", "2024 年 1,000 人 -3 10:30 3/4 ¥5 50°C 80km/h"),
            ("7B GPT-4o R&D 🎼😊", "7B GPT 4o R&D"),
            ("ＡＩ　１２", "ＡＩ １２"),
            ("café Привет", "café Привет"),
            ("きょうスーパー", "きょ う スー パー"),
            ("5 km, 3.5亿", "5 km 3.5 亿"),
            ("GPT3.5 v1.2.", "GPT3.5 v1.2"),
            ("", ""),
        ] {
            assert_eq!(cut(text).join(" "), words, "{text}");
        }
    }
}
