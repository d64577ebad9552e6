//! Where text may be broken, and how good each place is.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use unicode_width::UnicodeWidthChar;

/// What a break after a piece of text tears apart, from nothing to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Border {
    /// The end of a sentence.
    Sentence,
    /// A comma, colon or dash.
    Clause,
    /// The mark between the items of a list (`、`).
    List,
    /// Two words, the second of which opens a clause (但是, because).
    Joint,
    /// Two words.
    Word,
    /// A word and one that leans on it: before 的, after "the".
    Leaning,
}

/// Marks that no line may begin with (W3C, Requirements for Chinese Text Layout, 3.1.6; UAX #14 class CL, EX, NS).
const NO_LINE_STARTS_WITH: &str = "，。、；：？！）》〉」』】〗〕］｝”’…⋯·—～,.;:?!)]}%‰°℃％";

/// Marks that no line may end with (the same section; UAX #14 class OP).
const NO_LINE_ENDS_WITH: &str = "（《〈「『【〖〔［｛“‘([{￥＄$£€";

/// What may stand between a mark and the end of its clause.
const CLOSING: &str = "）》〉」』】〗〕］｝”’)]}\"'";

/// Digits as written by hand.
const NUMERALS: &str = "零〇一二三四五六七八九十百千万亿两几半第";

/// Common measure words and units of time and money, which belong to the number before them.
const MEASURES: &str = "个位名条项种类款件张只台套部本家所座间层级次回届场轮批组份篇章节段句字页号期代步遍倍成\
                        年月日天周时点分秒岁元块万亿米吨度克升里";

/// Words that lean on the next one: a line that ends with one reads badly.
const LEANING_FORWARD: [&str; 76] = [
    "和", "与", "及", "或", "在", "把", "被", "对", "从", "向", "为", "以", "将", "让", "使", "给", "跟", "比", "是",
    "不", "很", "也", "就", "都", "还", "更", "最", "但", "而", "但是", "所以", "因为", "如果", "而且", "这", "那",
    "这个", "那个", "一个", "本次", "各位", "各", "每", "本", "大", "小", "新", "老", "高", "多", "the", "a", "an",
    "of", "to", "in", "on", "at", "for", "and", "or", "but", "with", "by", "from", "that", "is", "are", "was", "be",
    "my", "your", "our", "their", "its", "this",
];

/// Words that lean on the one before: a line that begins with one reads badly.
const LEANING_BACK: [&str; 18] =
    ["的", "地", "得", "了", "着", "过", "吗", "呢", "吧", "啊", "们", "上", "中", "里", "下", "之", "等", "来说"];

/// Words that open a clause: a good place to break before.
const OPENING_CLAUSES: [&str; 25] = [
    "但是", "所以", "因为", "如果", "而且", "然后", "但", "而", "并且", "不过", "虽然", "以及", "那么", "同时", "and",
    "but", "because", "which", "that", "so", "if", "when", "while", "where", "who",
];

/// Whether a line must not begin with this character.
pub(super) fn starts_no_line(mark: char) -> bool {
    NO_LINE_STARTS_WITH.contains(mark)
}

/// Whether a line must not end with this character.
pub(super) fn ends_no_line(mark: char) -> bool {
    NO_LINE_ENDS_WITH.contains(mark)
}

/// The columns that some characters take on the screen.
pub(super) fn columns(chars: &[char]) -> usize {
    chars.iter().map(|c| c.width().unwrap_or(0)).sum()
}

/// The words of `chars` as ranges of characters, by the rules of Unicode (UAX #29) and, for scripts without spaces, a
/// dictionary. Space belongs to none of them; every other character does, marks as words of their own.
fn words(chars: &[char]) -> Vec<Range<usize>> {
    static SEGMENTER: LazyLock<WordSegmenterBorrowed<'static>> =
        LazyLock::new(|| WordSegmenter::new_auto(WordBreakInvariantOptions::default()));
    let text: String = chars.iter().collect();
    let mut ends = SEGMENTER.segment_str(&text).skip(1).peekable();
    let (mut words, mut start, mut byte) = (Vec::new(), 0, 0);
    for (at, c) in chars.iter().enumerate() {
        byte += c.len_utf8();
        if ends.next_if_eq(&byte).is_some() {
            words.push(start..at + 1);
            start = at + 1;
        }
    }
    words.retain(|word| !chars[word.clone()].iter().all(|c| c.is_whitespace()));
    words
}

/// The places where `chars` may be broken: just before the character counted, which is never a space. The last place
/// is the end, and a [`Border::Sentence`].
///
/// `whole[i]` says that the text must not be broken before character `i`, for a reason that the text does not show.
pub(super) fn borders(chars: &[char], whole: &[bool]) -> Vec<(usize, Border)> {
    let words = words(chars);
    let mut borders: Vec<(usize, Border)> = words
        .windows(2)
        .filter(|pair| !whole.get(pair[1].start).is_some_and(|whole| *whole))
        .filter(|pair| may_break(chars, &pair[0], &pair[1]))
        .map(|pair| (pair[1].start, quality(chars, &pair[0], &pair[1])))
        .collect();
    borders.push((chars.len(), Border::Sentence));
    borders
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
    !borders(&chars, &[]).iter().any(|(border, _)| *border == at)
}

/// Whether a line may end between two neighbouring words.
fn may_break(chars: &[char], left: &Range<usize>, right: &Range<usize>) -> bool {
    let (last, first) = (chars[left.end - 1], chars[right.start]);
    if ends_no_line(last) || starts_no_line(first) {
        return false;
    }
    if left.end < right.start {
        return true;
    }
    let (before, after) = (&chars[left.clone()], &chars[right.clone()]);
    let belongs_to_number = is_number(before) && (is_number(after) || MEASURES.contains(first));
    let clock_time = last == '：' && first.is_ascii_digit() && left.start > 0 && chars[left.start - 1].is_ascii_digit();
    let unspaced_latin = last.is_ascii_graphic() && first.is_ascii_graphic();
    !(belongs_to_number || clock_time || unspaced_latin)
}

fn is_number(word: &[char]) -> bool {
    word.iter().all(|c| c.is_ascii_digit() || NUMERALS.contains(*c) || *c == '.')
}

/// How good the place between two neighbouring words is.
fn quality(chars: &[char], left: &Range<usize>, right: &Range<usize>) -> Border {
    let mark = chars[..left.end].iter().rev().find(|c| !CLOSING.contains(**c)).copied().unwrap_or(' ');
    match mark {
        '。' | '！' | '？' | '!' | '?' | '…' | '⋯' => return Border::Sentence,
        // A point within a segment is an abbreviation as often as an end.
        '，' | ',' | '；' | ';' | '：' | ':' | '—' | '.' => return Border::Clause,
        '、' => return Border::List,
        _ => {}
    }
    let word =
        |range: &Range<usize>| -> String { chars[range.clone()].iter().flat_map(|c| c.to_lowercase()).collect() };
    let (left, right) = (word(left), word(right));
    static FORWARD: LazyLock<HashSet<&str>> = LazyLock::new(|| HashSet::from(LEANING_FORWARD));
    static BACK: LazyLock<HashSet<&str>> = LazyLock::new(|| HashSet::from(LEANING_BACK));
    static OPENING: LazyLock<HashSet<&str>> = LazyLock::new(|| HashSet::from(OPENING_CLAUSES));
    if FORWARD.contains(left.as_str()) || BACK.contains(right.as_str()) {
        Border::Leaning
    } else if OPENING.contains(right.as_str()) {
        Border::Joint
    } else {
        Border::Word
    }
}

/// As many whole words from the start of `text` as fit into `most` characters, without a leaning word or a mark at the
/// end; all of `text` if it fits. Empty when not even the first word does.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= most {
        return text.to_string();
    }
    let borders = borders(&chars, &[]);
    let fits = |good: &dyn Fn(usize, Border) -> bool| {
        borders.iter().rfind(|(at, border)| kept(&chars, *at) <= most && good(*at, *border))
    };
    let whole = |at: usize, border| border != Border::Leaning && !ends_in_count(&chars[..kept(&chars, at)]);
    let place = fits(&whole).or_else(|| fits(&|_, _| true));
    place.map_or(String::new(), |(at, _)| chars[..kept(&chars, *at)].iter().collect())
}

/// Whether text ends in a number, with its measure word or without, but without what is counted: `的N`, `N种`, `三个`.
fn ends_in_count(text: &[char]) -> bool {
    let [.., before, last] = text else { return false };
    let is_number = |c: &char| c.is_ascii_alphanumeric() || NUMERALS.contains(*c);
    is_number(before) && MEASURES.contains(*last) || !before.is_ascii() && last.is_ascii_alphanumeric()
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
        for (at, _) in borders(&chars, &[]) {
            out.push(chars[start..at].iter().collect::<String>());
            start = at;
        }
        out.join("|")
    }

    fn border_after(text: &str, next: &str) -> Border {
        let chars: Vec<char> = format!("{text}{next}").chars().collect();
        let at = text.chars().count();
        borders(&chars, &[]).into_iter().find(|(place, _)| *place == at).expect("a border there").1
    }

    #[test]
    fn words_and_their_marks_stay_whole() {
        assert_eq!(broken("强化学习的模型，重新训练"), "强化|学习|的|模型，|重新|训练");
        assert_eq!(broken("他说“可信（大）模型”很好！"), "他|说|“可信|（大）|模型”|很好！");
        assert_eq!(broken("state-of-the-art models, don't"), "state-of-the-art |models, |don't");
    }

    #[test]
    fn a_number_keeps_its_measure_word_and_its_sign() {
        assert_eq!(broken("这三个模型提升了15%的准确率"), "这|三个|模型|提升|了|15%|的|准确|率");
        assert_eq!(broken("上午10：30开始"), "上午|10：30|开始");
        assert_eq!(broken("在2024年7月5日"), "在|2024年|7月|5日");
    }

    #[test]
    fn borders_are_told_apart() {
        assert_eq!(border_after("你好。", "我们"), Border::Sentence);
        assert_eq!(border_after("他说：“好！”", "我们"), Border::Sentence);
        assert_eq!(border_after("大家好，", "我们"), Border::Clause);
        assert_eq!(border_after("数据、", "算力"), Border::List);
        assert_eq!(border_after("模型", "但是"), Border::Joint);
        assert_eq!(border_after("人工", "客服"), Border::Word);
        assert_eq!(border_after("the ", "model"), Border::Leaning);
        assert_eq!(border_after("模型", "的"), Border::Leaning);
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
