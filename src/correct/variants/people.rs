//! People whose names stand with what they are: 副司长刘伯远, 苏映雪教授.

use std::collections::HashMap;
use std::ops::Range;

use crate::correct::words::Cut;
use crate::speakers::names;

/// The longest office that is looked for before or behind a name, in characters.
const LONGEST_OFFICE: usize = 6;

/// Characters of a whole name. Names of two are words too often, longer ones are rare.
pub(super) const NAME: usize = 3;

/// What a name is followed by where someone is introduced or thanked, or else by a mark.
const BEHIND: &[&str] = &["登台", "上台", "致辞", "为", "带来", "作", "做", "发表", "分享", "和", "的", "副", "介绍"];

/// What a name is preceded by there, or else by a mark or an office.
const BEFORE: &[&str] = &["有请", "欢迎", "邀请", "感谢", "谢谢", "和", "的", "由", "与", "叫", "是", "尊敬"];

/// Name → the sentence where it stands first with what the person is, and how often it does.
pub(super) fn introduced<'a>(texts: &[&'a [char]], cuts: &[Cut]) -> HashMap<&'a [char], (usize, usize)> {
    let mut people = HashMap::new();
    for (number, (text, cut)) in texts.iter().zip(cuts).enumerate() {
        let words: Vec<Range<usize>> = cut.words().collect();
        for chars in words.iter().map(|word| word.start..word.start + NAME).filter(|chars| chars.end <= text.len()) {
            if is_whole(&words, &chars) && is_introduced(text, &chars) {
                people.entry(&text[chars]).or_insert((number, 0)).1 += 1;
            }
        }
    }
    people
}

/// Whether a name would cut no word in two, nor begin with a word that is none.
fn is_whole(words: &[Range<usize>], chars: &Range<usize>) -> bool {
    let within = words.iter().skip_while(|word| word.end <= chars.start).take_while(|word| word.start < chars.end);
    let within: Vec<&Range<usize>> = within.collect();
    let is_surname = |word: &Range<usize>| word.len() == 1 || *word == *chars;
    within.first().is_some_and(|word| is_surname(word)) && within.last().is_some_and(|word| word.end == chars.end)
}

/// Whether `chars` are a name, and an office stands on one side of it and something that goes with names on the other.
pub(super) fn is_introduced(text: &[char], chars: &Range<usize>) -> bool {
    if !names::is_name(&text[chars.clone()].iter().collect::<String>()) {
        return false;
    }
    let before: String = text[chars.start.saturating_sub(LONGEST_OFFICE)..chars.start].iter().collect();
    let behind: String = text[chars.end..text.len().min(chars.end + LONGEST_OFFICE)].iter().collect();
    let is_border = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let ends =
        |words: &[&str]| is_border(before.chars().next_back()) || words.iter().any(|word| before.ends_with(word));
    let begins = |words: &[&str]| is_border(behind.chars().next()) || words.iter().any(|word| behind.starts_with(word));
    let titled = names::office_at_end(&before).is_some();
    titled && (begins(BEHIND) || begins_with_office(&behind)) || ends(BEFORE) && begins_with_office(&behind)
}

/// Whether a text begins with what someone is, perhaps the deputy of one: 教授, 副局长.
fn begins_with_office(text: &str) -> bool {
    let text = text.strip_prefix('副').unwrap_or(text);
    let ends = text.char_indices().skip(2).map(|(end, _)| end).chain([text.len()]);
    ends.into_iter().any(|end| names::office_at_end(&text[..end]).is_some_and(|office| office.len() == end))
}
