//! Words said twice or more in a row by a speaker in search of the next one: `这个这个这个`, `我我我`, `the the`.
//!
//! Chinese repeats much on purpose: 谢谢, 谈谈, 讨论讨论, 非常非常, 方方面面; and a word may end as the next begins:
//! 工程院|院士, 今年|年底, 现在|在. So a repeat is a stutter only when the word segmenter puts a border on both sides
//! of each piece, and the piece is a function word, which nobody repeats for its meaning, or a phrase that begins with
//! one. Whatever is repeated as an utterance of its own (`对对对，`) is an answer, not a stutter.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit};
use crate::transcript::script::{is_cjk, is_clause_mark, is_letter, word_borders};

/// Words of one character that are not repeated for meaning.
const SINGLES: &str =
    "我你您他她它这那就还也都会能要有是在把被将对从让给跟和与叫所可又再才只但而因如或为以到得各每该很来说";
/// Of these, the ones that a longer word may complete: `我我们`, `这这个`, `叫叫做`, `一一流`. Of the rest the same would
/// be two words: `在|在线`, `用|用户`, `有|有关`.
const OPENERS: &str = "我你您他她它这那叫各每一来";
/// Prepositions: what follows a doubled one must be a word, for the dictionary may not know `在线`, `对方`.
const PREPOSITIONS: &str = "在对从把将和与跟";
/// Singles that are also verbs, doubled for politeness or as a call when a mark or nothing follows: `说说`, `来来`.
const VERBS: &str = "来说";
/// Function words of two or three characters.
const WORDS: &str = concat!(
    "这个 那个 这些 那些 这种 那种 这里 那里 这边 那边 这是 那是 一些 我们 你们 他们 它们 她们 咱们 大家 自己 已经 其实 就是 ",
    "还是 可能 可以 应该 因为 所以 但是 而且 然后 如果 或者 比如 虽然 那么 包括 通过 对于 关于 以及 就会 就要 都是 也是 ",
    "不是 叫做 称为 作为 成为 属于 能够 需要 必须 现在 目前 之后 之前 我的 你的 他的 它的 他是 我是 它是 有的 有些 有一 ",
    "是一 在这 在我 在那 把这 把它 比如说 就是说 也就是 我觉得 我认为 实际上 事实上 基本上"
);
/// Words with which a phrase opens that may be repeated for its force: `很大很大`, `越走越`, `一个一个地数`.
const FORCEFUL: &str = "很好最更越太多真不谁一再没";
/// A counted thing repeated this often is no longer "one by one".
const COUNTED: usize = 3;
/// The longest phrase that is looked for, in characters.
const LONGEST: usize = 8;
/// A stutter inside a stutter takes another pass: `叫叫叫做叫做` → `叫做叫做` → `叫做`.
const PASSES: usize = 6;

static FUNCTION_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z']+").expect("a constant pattern"));
/// English words that are not repeated for meaning ("that that", "had had", "very very" are).
const ENGLISH_WORDS: [&str; 26] = [
    "a", "an", "the", "of", "to", "and", "or", "i", "we", "you", "he", "she", "they", "it", "are", "was", "for",
    "with", "at", "by", "but", "my", "our", "this", "it's", "i'm",
];

pub(super) fn run(draft: &mut Draft) {
    for _ in 0..PASSES {
        let before = draft.changes.len();
        draft.edit_each(Rule::Stutter, edits);
        if draft.changes.len() == before {
            break;
        }
    }
}

/// What one pass takes out of a text, in order.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let mut edits = han(text);
    edits.extend(english(text));
    edits.sort_by_key(|edit| edit.range.start);
    edits
}

/// A text taken apart for the search.
struct Pieces {
    chars: Vec<char>,
    /// The byte at which each character starts, and the end of the text.
    bytes: Vec<usize>,
    /// Whether a word border stands before each character, and at the end.
    border: Vec<bool>,
}

impl Pieces {
    fn new(text: &str) -> Pieces {
        let borders: HashSet<usize> = word_borders(text).into_iter().collect();
        let bytes: Vec<usize> = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
        let border = bytes.iter().map(|byte| borders.contains(byte)).collect();
        Pieces { chars: text.chars().collect(), bytes, border }
    }

    /// How often the `length` characters at `at` stand there in a row.
    fn repeats(&self, at: usize, length: usize) -> usize {
        let piece = &self.chars[at..at + length];
        self.chars[at..].chunks_exact(length).take_while(|chunk| *chunk == piece).count()
    }

    /// Whether marks or nothing stand before and after the run of the phrase at `at`: an utterance of its own.
    fn stands_alone(&self, mut at: usize, length: usize, end: usize) -> bool {
        while at >= length && self.chars[at - length..at] == self.chars[at..at + length] {
            at -= length;
        }
        let mark = |c: Option<&char>| c.is_none_or(|c| is_clause_mark(*c));
        mark(at.checked_sub(1).and_then(|i| self.chars.get(i))) && mark(self.chars.get(end))
    }

    /// Whether a single character at `at` is a word of its own.
    fn is_word(&self, at: usize) -> bool {
        self.border[at] && self.border[at + 1]
    }
}

/// Stutters in Han characters, from left to right, the longest phrase first.
fn han(text: &str) -> Vec<Edit> {
    let pieces = Pieces::new(text);
    let mut edits = Vec::new();
    let mut at = 0;
    while at < pieces.chars.len() {
        let longest = LONGEST.min((pieces.chars.len() - at) / 2);
        match (1..=longest).rev().find_map(|length| stutter(&pieces, at, length)) {
            Some(end) => {
                edits.push(Edit::remove(pieces.bytes[at]..pieces.bytes[end]));
                at = end + 1;
            }
            None => at += 1,
        }
    }
    edits
}

/// Where the last saying of the phrase at `at` begins, if all before it are stutter.
fn stutter(pieces: &Pieces, at: usize, length: usize) -> Option<usize> {
    if !is_cjk(pieces.chars[at]) {
        return None;
    }
    let count = pieces.repeats(at, length);
    let end = at + count * length;
    if count < 2 || pieces.stands_alone(at, length, end) || !pieces.chars[at..at + length].iter().all(|c| is_cjk(*c)) {
        return None;
    }
    let stuttered = if length == 1 { single(pieces, at, end) } else { phrase(pieces, at, length, count) };
    stuttered.then_some(end - length)
}

fn single(pieces: &Pieces, at: usize, end: usize) -> bool {
    let c = pieces.chars[at];
    let last = end - 1;
    let before_last = (at..last).all(|i| pieces.is_word(i));
    let next_is_han = pieces.chars.get(end).is_some_and(|c| is_cjk(*c));
    let begins_longer_word = pieces.border[last] && !pieces.border[end];
    // 一一 alone says "one by one"; before 一些 the first is a slip.
    let completed = OPENERS.contains(c) && before_last && begins_longer_word && next_is_han;
    let doubled = SINGLES.contains(c) && before_last && pieces.is_word(last) && goes_on(pieces, c, end);
    // The segmenter takes a word said three times for a doubled word and one more.
    let tripled = SINGLES.contains(c) && end - at >= 3 && pieces.border[at];
    let called = VERBS.contains(c) && (!next_is_han || c == '说' || "来往回去".contains(pieces.chars[end]));
    (completed || doubled || tripled) && !called
}

/// Whether a word follows that a doubled `c` may lead to.
fn goes_on(pieces: &Pieces, c: char, next: usize) -> bool {
    let lone = next < pieces.chars.len() && pieces.is_word(next) && !SINGLES.contains(pieces.chars[next]);
    !(PREPOSITIONS.contains(c) && lone)
}

fn phrase(pieces: &Pieces, at: usize, length: usize, count: usize) -> bool {
    let bordered = (0..=count).all(|i| pieces.border[at + i * length]);
    let text: String = pieces.chars[at..at + length].iter().collect();
    let one_char = pieces.chars[at..at + length].iter().all(|c| *c == pieces.chars[at]);
    let counted = pieces.chars[at] == '一' && count >= COUNTED;
    let opens = !FORCEFUL.contains(pieces.chars[at])
        && length >= 3
        && (pieces.is_word(at) && SINGLES.contains(pieces.chars[at]) || opens_with_word(pieces, at, length));
    bordered && !one_char && (FUNCTION_WORDS.contains(text.as_str()) || counted || opens)
}

/// Whether the phrase begins with a function word of two characters.
fn opens_with_word(pieces: &Pieces, at: usize, length: usize) -> bool {
    length > 2 && pieces.border[at + 2] && {
        let word: String = pieces.chars[at..at + 2].iter().collect();
        FUNCTION_WORDS.contains(word.as_str())
    }
}

/// English function words said again after a blank or a comma.
fn english(text: &str) -> Vec<Edit> {
    let words: Vec<_> = ENGLISH.find_iter(text).collect();
    let repeated = |pair: &[regex::Match<'_>]| {
        let (first, second) = (pair[0], pair[1]);
        let between = &text[first.end()..second.start()];
        let word = second.as_str().to_lowercase();
        let whole = !text[..first.start()].ends_with(is_letter) && !text[second.end()..].starts_with(is_letter);
        let same = first.as_str().to_lowercase() == word && ENGLISH_WORDS.contains(&word.as_str());
        // The first saying stays: it has the capital of the sentence.
        (whole && same && between == " ").then(|| Edit::remove(first.end()..second.end()))
    };
    words.windows(2).filter_map(repeated).collect()
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn stutters_are_said_once() {
        let cases = [
            ("呢，这个这个这个增加", "呢，这个增加"),
            ("我我我认为", "我认为"),
            ("他这种这种技术", "他这种技术"),
            ("它是一个它是一个本来", "它是一个本来"),
            ("我们的的确", "我们的的确"),
            ("就像一个一个一个系统", "就像一个系统"),
            ("又叫叫叫做叫做叫做微调", "又叫做微调"),
            ("来来谈谈这个来来说说这个", "来谈谈这个来说说这个"),
            ("我我们觉得会会慢慢来", "我们觉得会慢慢来"),
            ("He has a a book in the the house", "He has a book in the house"),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected);
        }
    }

    #[test]
    fn what_is_repeated_on_purpose_stays() {
        let texts = [
            "工程院院士和研究所所长",
            "今年年底我们谈谈",
            "非常非常的短",
            "方方面面",
            "产生生产力",
            "一个个体户",
            "现在在特定的",
            "算算账",
            "专项项目",
            "通用目的的这个",
            "谢谢感谢",
            "大家研究研究、讨论讨论",
            "一个一个地数",
            "一步一步走",
            "对对对，",
            "是是是。",
            "来来来，坐",
            "看看书，想想办法",
            "人人都说好好学习，天天向上",
            "妈妈和爸爸",
            "渐渐地，刚刚好",
            "在在线平台上",
            "有有关部门",
            "为为了",
            "很大很大的房子",
            "他说说看",
            "来来往往的人",
            "肯尼斯斯坦利",
            "一一对应",
            "中国国家博物馆",
            "上海海关",
            "北京京剧院",
            "人民民主",
            "大学学生",
            "电话话费",
            "I know that that is very very good",
        ];
        for text in texts {
            assert_eq!(cleaned(run, text).1, text);
        }
    }
}
