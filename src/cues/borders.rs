//! Where text may be broken, and how good each place is.

use super::bonds::{bonds, is_measure};
use super::leanings::{after, before};
use super::marks::{ends_no_line, last_mark, starts_no_line};
use super::words::{Class, Token, counts, is_han, tokens};

/// What a break after a piece of text tears apart, from nothing to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Border {
    /// The end of a sentence.
    Sentence,
    /// A comma, colon or dash.
    Clause,
    /// The mark between the items of a list (`、`).
    List,
    /// Two words, the second of which opens a clause (但是, because), or the first of which ends one (吗).
    Joint,
    /// Two phrases: before a preposition or 是, after a time.
    Phrase,
    /// Two words.
    Word,
    /// Two words of one phrase: a quality and what has it, a deed and what it is done to.
    Close,
    /// A word and one that leans on it: 我们|认为, very|good.
    Leaning,
    /// A word and one that cannot be without it: before 的, after "the".
    Clinging,
    /// Two parts of one name, number, date or short quotation.
    Bond,
    /// A word that no line holds.
    Torn,
}

/// The places where `chars` may be broken: just before the character counted, which is never a space. The last place
/// is the end.
pub(super) fn borders(chars: &[char]) -> Vec<(usize, Border)> {
    let tokens = tokens(chars);
    let bonds = bonds(chars, &tokens);
    let mut borders: Vec<(usize, Border)> = (1..tokens.len())
        .filter(|at| may_break(chars, &tokens[at - 1], &tokens[*at]))
        .map(|at| (tokens[at].chars.start, if bonds[at] { Border::Bond } else { quality(chars, &tokens, at) }))
        .collect();
    borders.push((chars.len(), end_quality(chars)));
    borders
}

/// What is cut off after a comma goes on; anything else is taken for a whole sentence, with a full stop or without.
fn end_quality(chars: &[char]) -> Border {
    match last_mark(chars) {
        '，' | ',' => Border::Clause,
        '、' => Border::List,
        _ => Border::Sentence,
    }
}

/// Whether two lines that follow each other tear a word apart: put together again, the text could not be broken there.
pub(super) fn is_torn(upper: &str, lower: &str) -> bool {
    let mut chars: Vec<char> = upper.chars().collect();
    let at = chars.len();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    // Between Latin words the line break stands for the space, and marks have rules of their own.
    let (last, first) = (upper.chars().next_back(), lower.chars().next());
    if latin(last) || latin(first) || last.is_none_or(ends_no_line) || first.is_none_or(starts_no_line) {
        return false;
    }
    chars.extend(lower.chars());
    !borders(&chars).iter().any(|(place, border)| *place == at && *border < Border::Bond)
}

/// Whether a line may end between two neighbouring words, however badly.
fn may_break(chars: &[char], left: &Token, right: &Token) -> bool {
    let (last, first) = (chars[left.chars.end - 1], chars[right.chars.start]);
    if ends_no_line(last) || starts_no_line(first) {
        return false;
    }
    if left.chars.end < right.chars.start {
        return true;
    }
    let digit_before = left.chars.start > 0 && chars[left.chars.start - 1].is_ascii_digit();
    let clock_time = matches!(last, '：' | '·') && (last == '·' || first.is_ascii_digit() && digit_before);
    let unspaced_letters = is_narrow(last) && is_narrow(first);
    !(clock_time || unspaced_letters)
}

/// Whether it is of a script that parts its words by spaces.
fn is_narrow(c: char) -> bool {
    c < '\u{590}' && !c.is_whitespace()
}

/// How good the place before the word `at` is, which no bond holds.
fn quality(chars: &[char], tokens: &[Token], at: usize) -> Border {
    let (left, right) = (&tokens[at - 1], &tokens[at]);
    match last_mark(&chars[..left.chars.end]) {
        '。' | '！' | '？' | '!' | '?' | '…' | '⋯' => return Border::Sentence,
        // Whatever the comma says, 但是 and "because" belong to what follows.
        '，' | ',' if opens_what_follows(tokens, at) => return Border::Leaning,
        // A point within a segment is an abbreviation as often as an end.
        '，' | ',' | '；' | ';' | '：' | ':' | '—' | '.' => return Border::Clause,
        '、' => return Border::List,
        _ => {}
    }
    let (after, before) = (after(left), before(right));
    match (after, before) {
        (Some(Border::Clinging), _) | (_, Some(Border::Clinging)) => Border::Clinging,
        // "you that", 我们但是: what opens a clause leaves the pronoun to the one before.
        (Some(Border::Leaning), Some(Border::Joint)) if left.class == Class::Pronoun || left.text == "you" => {
            Border::Joint
        }
        (Some(border), _) if border >= Border::Leaning => border,
        (_, Some(border)) => border,
        (Some(border), None) => border,
        (None, None) => by_class(left, right),
    }
}

/// Whether the word before the comma before the word `at` opens the clause after it.
fn opens_what_follows(tokens: &[Token], at: usize) -> bool {
    let word = tokens[..at].iter().rev().find(|token| token.class != Class::Mark);
    word.is_some_and(|word| before(word) == Some(Border::Joint))
}

/// What two kinds of words that follow each other make of the place between them.
fn by_class(left: &Token, right: &Token) -> Border {
    use Class::{Adjective, Adverb, Latin, Noun, Number, Person, Preposition, Pronoun, Time, Verb};
    let mixed = is_han(left.text.chars().next().unwrap_or(' ')) != is_han(right.text.chars().next().unwrap_or(' '));
    match (left.class, right.class) {
        (Pronoun | Adverb | Number, _) => Border::Leaning,
        (Preposition, _) => Border::Clinging,
        (Adjective, _) if left.len() == 1 => Border::Leaning,
        (_, Preposition) => Border::Phrase,
        (Time, _) => Border::Phrase,
        (Person, Noun) => Border::Leaning,
        (Adjective | Noun | Verb, Noun | Latin) | (Adjective, Verb) => Border::Close,
        (Latin, _) | (_, Latin) if mixed => Border::Close,
        _ => Border::Word,
    }
}

/// As many whole words from the start of `text` as fit into `most` characters, without a leaning word or a mark at the
/// end; all of `text` if it fits. Empty when not even the first word does.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= most {
        return text.to_string();
    }
    let mut borders = borders(&chars);
    borders.retain(|(_, border)| *border < Border::Bond);
    let fits = |good: &dyn Fn(usize, Border) -> bool| {
        borders.iter().rfind(|(at, border)| kept(&chars, *at) <= most && good(*at, *border))
    };
    let whole = |at: usize, border| border < Border::Leaning && !ends_in_count(&chars[..kept(&chars, at)]);
    let place = fits(&whole).or_else(|| fits(&|_, _| true));
    place.map_or(String::new(), |(at, _)| chars[..kept(&chars, *at)].iter().collect())
}

/// Whether text ends in a number, with its measure word or without, but without what is counted: `的N`, `N种`, `三个`.
fn ends_in_count(text: &[char]) -> bool {
    let [.., before, last] = text else { return false };
    counts(*before) && is_measure(*last) || !before.is_ascii() && last.is_ascii_alphanumeric()
}

/// The length of `chars[..end]` without what leaves its end open: space, marks, and the particles of an attribute.
fn kept(chars: &[char], end: usize) -> usize {
    let open = |c: &char| c.is_whitespace() || "，、；：,;:—-·/|&+的之".contains(*c);
    chars[..end].iter().rposition(|c| !open(c)).map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a `|` at every place where it may be broken.
    fn broken(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let (mut out, mut start) = (Vec::new(), 0);
        for (at, _) in borders(&chars).into_iter().filter(|(_, border)| *border < Border::Bond) {
            out.push(chars[start..at].iter().collect::<String>());
            start = at;
        }
        out.join("|")
    }

    fn border_after(text: &str, next: &str) -> Border {
        let chars: Vec<char> = format!("{text}{next}").chars().collect();
        let at = text.chars().count();
        borders(&chars).into_iter().find(|(place, _)| *place == at).expect("a border there").1
    }

    #[test]
    fn words_and_their_marks_stay_whole() {
        assert_eq!(broken("强化学习的模型，重新训练"), "强化|学习|的|模型，|重新|训练");
        assert_eq!(broken("他说“可信（大）模型”很好！"), "他|说|“可信（大）模型”|很|好！");
        assert_eq!(broken("state-of-the-art models, don't"), "state-of-the-art |models, |don't");
        assert_eq!(broken("肯尼斯·斯坦利教授"), "肯尼斯·斯坦利|教授");
    }

    #[test]
    fn numbers_dates_and_names_stay_whole() {
        assert_eq!(broken("这三个模型提升了15%的准确率"), "这|三个|模型|提升|了|15%|的|准确率");
        assert_eq!(broken("上午10：30开始"), "上午|10：30|开始");
        assert_eq!(broken("在2024年7月5日三点二十分"), "在|2024年7月5日|三点二十分");
        assert_eq!(
            broken("Professor Li Wei trained GPT 4 for 3 million dollars"),
            "Professor Li Wei |trained |GPT 4 |for |3 million |dollars"
        );
        assert_eq!(broken("你看一看能不能"), "你|看一看|能不能");
    }

    #[test]
    fn borders_are_told_apart() {
        assert_eq!(border_after("你好。", "我们"), Border::Sentence);
        assert_eq!(border_after("他说：“好！”", "我们"), Border::Sentence);
        assert_eq!(border_after("大家好，", "我们"), Border::Clause);
        assert_eq!(border_after("数据、", "算力"), Border::List);
        assert_eq!(border_after("模型", "但是"), Border::Joint);
        assert_eq!(border_after("很好但是，", "我们"), Border::Leaning);
        assert_eq!(border_after("模型", "在这里"), Border::Phrase);
        assert_eq!(border_after("人工", "客服"), Border::Close);
        assert_eq!(border_after("我们", "认为"), Border::Leaning);
        assert_eq!(border_after("the ", "model"), Border::Clinging);
        assert_eq!(border_after("模型", "的"), Border::Clinging);
        assert_eq!(border_after("和", "模型"), Border::Clinging);
        assert_eq!(border_after("I will tell you ", "that it works"), Border::Joint);
        assert_eq!(border_after("birds live ", "in the reeds"), Border::Phrase);
    }

    #[test]
    fn a_title_is_shortened_between_words() {
        assert_eq!(shorten("可信大模型", 16), "可信大模型");
        assert_eq!(shorten("可信大模型与产业创新发展", 6), "可信大模型");
        assert_eq!(shorten("爆款应用的N种可能", 8), "爆款应用");
        assert_eq!(shorten("爆款应用的N种可能", 6), "爆款应用");
        assert_eq!(shorten("The future of trustworthy models", 13), "The future");
        assert_eq!(shorten("Internationalisierung", 10), "");
    }
}
