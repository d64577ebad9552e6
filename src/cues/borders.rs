//! Where text may be broken, and how good each place is.

use super::bonds::{bonds, is_measure, is_measure_word, is_self_contained, is_title};
use super::leanings::{after, before, tells};
use super::marks::{ends_no_line, last_mark, starts_no_line};
use super::words::{Class, Token, counts, tokens};
use crate::phones::is_han;

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
    let left = &tokens[at - 1];
    match last_mark(&chars[..left.chars.end]) {
        '。' | '！' | '？' | '!' | '?' | '…' | '⋯' => return Border::Sentence,
        // Whatever the comma says, 但是 and "because" belong to what follows.
        '，' | ',' if opens_what_follows(tokens, at) => return Border::Leaning,
        '.' if ends_sentence(tokens, at) => return Border::Sentence,
        // Another point is that of an abbreviation.
        '，' | ',' | '；' | ';' | '：' | ':' | '—' | '.' => return Border::Clause,
        '、' => return Border::List,
        _ => {}
    }
    let border = between(tokens, at);
    // No word stands apart from the rest of its clause, and "that summer" is no clause.
    let stranded = begins_clause(chars, tokens, at - 1)
        || ends_clause(chars, tokens, at)
        || left.class == Class::Latin && border == Border::Joint && ends_clause(chars, tokens, at + 1);
    if stranded && border >= Border::Joint { border.max(Border::Leaning) } else { border }
}

/// The same of two words without a mark between them.
fn between(tokens: &[Token], at: usize) -> Border {
    let (left, right) = (&tokens[at - 1], &tokens[at]);
    let (after, before) = (after(left), before(right));
    match (after, before) {
        _ if completes(left, right) => Border::Clinging,
        (Some(Border::Clinging), _) | (_, Some(Border::Clinging)) => Border::Clinging,
        // "you that", "still and", 我们但是: what opens a clause leaves the word before it to the clause before.
        (Some(Border::Leaning), Some(Border::Joint)) if leaves(left, right) => Border::Joint,
        // "this without", "all in"
        (Some(Border::Leaning), Some(Border::Phrase)) if left.class == Class::Latin && is_pronoun(left) => {
            Border::Phrase
        }
        (Some(Border::Leaning), _) if is_told(tokens, at) => Border::Phrase,
        (Some(Border::Leaning), _) if is_numbered(tokens, at) => Border::Joint,
        (Some(Border::Leaning), _) | (_, Some(Border::Leaning)) => Border::Leaning,
        _ if is_counted(tokens, at) => Border::Leaning,
        // 工作|现在只要
        (None, Some(Border::Joint)) if left.class == Class::Time => Border::Word,
        _ if closes_place(tokens, at) => Border::Joint,
        // 年纪最大的|也是
        _ if left.text == "的" && tells(right) => Border::Phrase,
        _ if left.text == "的" && matches!(right.class, Class::Pronoun | Class::Quantity) => Border::Word,
        (Some(after), Some(before)) => after.min(before),
        (Some(border), None) | (None, Some(border)) => border,
        (None, None) => by_class(left, right),
    }
}

/// Whether a word that leans forward can do without what follows, where that opens a clause; 是 and "is" cannot.
fn leaves(left: &Token, right: &Token) -> bool {
    matches!(left.class, Class::Pronoun | Class::Number | Class::Quantity)
        || right.class == Class::Latin && !tells(left)
}

/// Whether a number and its measure word end before the word `at`, and what they count follows: 三百户|人家.
fn is_counted(tokens: &[Token], at: usize) -> bool {
    let (left, right) = (&tokens[at - 1], &tokens[at]);
    let number_before = at >= 2 && tokens[at - 2].is_number();
    let measured = number_before && is_measure_word(&left.text) && !is_self_contained(&left.text);
    measured && matches!(right.class, Class::Noun | Class::Adjective | Class::Latin | Class::Person)
}

/// 提高|到, 翻译|成.
fn completes(left: &Token, right: &Token) -> bool {
    const COMPLEMENTS: &str = "到成出起完住掉开走来去给进回满好见为";
    left.class == Class::Verb && right.len() == 1 && COMPLEMENTS.contains(right.text.as_str())
}

/// Words that a clause begins with, as a rule.
fn is_subject(word: &Token) -> bool {
    const SUBJECTS: &str = "我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 大家 这 那 这些 那些 这个 那个 这种 那种 这里 那里 每 每个 每天 每次 其中 另外";
    SUBJECTS.split_whitespace().any(|subject| subject == word.text)
}

/// Words that stand for a thing as often as before one.
fn is_pronoun(word: &Token) -> bool {
    matches!(
        word.text.as_str(),
        "this" | "that" | "these" | "those" | "it" | "you" | "there" | "some" | "all" | "one" | "many" | "much"
    )
}

/// Whether a quality is told of something before the word `at`, of which another may be told: 体积更小|重量更轻, not 更大|范围.
fn is_told(tokens: &[Token], at: usize) -> bool {
    let Some([thing, degree, _, next]) = at.checked_sub(3).and_then(|from| tokens.get(from..=at)) else { return false };
    is_degree(degree) && thing.class == Class::Noun && next.class == Class::Noun
}

fn is_degree(word: &Token) -> bool {
    const DEGREES: &str = "更很太最较越";
    word.len() == 1 && DEGREES.contains(word.text.as_str())
}

/// Whether what began with 在 ends before the word `at`: 在过去的几十年里|人类.
fn closes_place(tokens: &[Token], at: usize) -> bool {
    const FAR: usize = 10;
    let within = &tokens[at.saturating_sub(FAR)..at];
    let closes = matches!(tokens[at - 1].text.as_str(), "里" | "中" | "上" | "里面" | "上面" | "之间" | "期间");
    closes && within.iter().any(|word| matches!(word.text.as_str(), "在" | "从" | "当"))
}

/// Whether a product and its number end before the word `at`: Ubuntu 22.04|内存.
fn is_numbered(tokens: &[Token], at: usize) -> bool {
    tokens[at - 1].is_number() && at >= 2 && tokens[at - 2].class == Class::Latin
}

/// Whether nothing of its clause is before the word `at`.
fn begins_clause(chars: &[char], tokens: &[Token], at: usize) -> bool {
    at == 0 || is_clause_mark(last_mark(&chars[..tokens[at - 1].chars.end]))
}

/// Whether nothing of its clause is behind the word `at`.
fn ends_clause(chars: &[char], tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_none_or(|next| is_clause_mark(chars[next.chars.start]))
}

fn is_clause_mark(mark: char) -> bool {
    "。！？!?…⋯，,；;：:、".contains(mark)
}

/// Whether the point before the word `at` is a full stop: after a word longer than an initial or a title.
fn ends_sentence(tokens: &[Token], at: usize) -> bool {
    let word = tokens[..at].iter().rev().find(|token| token.class != Class::Mark);
    word.is_some_and(|word| word.len() > 2 && after(word) != Some(Border::Clinging) || word.is_number())
}

/// Whether the word before the comma before the word `at` opens the clause after it: 但是, or a filler by itself.
fn opens_what_follows(tokens: &[Token], at: usize) -> bool {
    let Some(last) = tokens[..at].iter().rposition(|token| token.class != Class::Mark) else { return false };
    let alone = last == 0 || tokens[last - 1].class == Class::Mark;
    before(&tokens[last]) == Some(Border::Joint) || alone && is_filler(&tokens[last])
}

fn is_filler(word: &Token) -> bool {
    matches!(word.text.as_str(), "呃" | "嗯" | "啊" | "哎" | "诶" | "哦" | "uh" | "um" | "er")
}

/// What two kinds of words that follow each other make of the place between them.
fn by_class(left: &Token, right: &Token) -> Border {
    use Class::{
        Adjective, Adverb, Latin, Mark, Noun, Number, Other, Person, Preposition, Pronoun, Quantity, Time, Verb,
    };
    let mixed = is_han(left.text.chars().next().unwrap_or(' ')) != is_han(right.text.chars().next().unwrap_or(' '));
    match (left.class, right.class) {
        (Preposition, _) | (Time, Number | Quantity) => Border::Clinging,
        (Quantity, Adverb) if left.text.ends_with(['次', '遍', '回', '趟']) => Border::Word,
        (Adjective, _) if left.len() == 1 => Border::Leaning,
        (Noun | Latin | Time | Quantity | Other, Pronoun) if is_subject(right) && before(left).is_none() => {
            Border::Joint
        }
        (Noun, _) if is_degree(right) => Border::Close,
        (Noun, _) if is_title(right) => Border::Leaning,
        (_, Preposition | Adverb) => Border::Phrase,
        (Time, Time) => Border::Close,
        (_, Time) => Border::Phrase,
        (Person, Noun) => Border::Leaning,
        (Adjective | Noun | Verb, Noun) | (Adjective, Verb) | (Verb, Adjective) => Border::Close,
        (Mark, _) => Border::Phrase,
        (_, Latin) if mixed => Border::Close,
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
        assert_eq!(border_after("很大的模型", "但是很慢"), Border::Joint);
        assert_eq!(border_after("很好但是，", "我们"), Border::Leaning);
        assert_eq!(border_after("很大的模型", "在湖边睡觉"), Border::Phrase);
        assert_eq!(border_after("我们的人工", "客服很好"), Border::Close);
        assert_eq!(border_after("我们", "认为对"), Border::Leaning);
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
