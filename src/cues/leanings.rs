//! Words that say something of the places beside them: what ends no line well, and what begins none.
//!
//! After the rules of Netflix and the BBC (break before conjunctions and prepositions, never between article and noun,
//! auxiliary and verb, pronoun and verb) and the written practice of Chinese subtitlers.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::bonds::is_self_contained;
use super::borders::Border;
use super::words::{Class, Token};

/// Words that cannot end a line: what they belong to follows.
const CLINGING_FORWARD: &str = "和 与 及 或 在 把 被 对 从 向 往 跟 将 给 让 使 为 以 于 由 比 像 按 当 凭 朝 自 据 不 没 没有 别 \
     很 太 最 更 挺 越 再 又 也 都 就 还 才 只 刚 正 已 已经 之 所 其 这 那 哪 每 各 本 该 某 此 这个 那个 这些 那些 这种 那种 \
     一个 一种 一些 几个 各个 各种 每个 某个 对于 关于 由于 为了 除了 通过 根据 按照 以及 或者 还是 并且 而且 但是 所以 因为 \
     如果 虽然 直到 不如 与其 哪怕 假如 要是 一旦 除非 从而 却 比如 不仅 不但 即使 只要 只有 无论 不管 可是 然而 并 而 但 且 则 若 各位 \
     the a an my your our their his its every each and or but nor because if while although unless until \
     of to in at for with by from into as than through between without within during toward towards \
     i we he she they i'm we're they're he's she's i've we've they've i'll we'll they'll he'll she'll i'd we'd they'd \
     whether can could will would shall should may might must cannot can't couldn't won't wouldn't shouldn't \
     don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't not never very mr. mrs. ms. dr. prof. st. \
     mr mrs ms dr prof";

/// Words that end a line badly.
const LEANING_FORWARD: &str = "是 像是 就是 也是 都是 不是 而是 还有 叫 有 能 会 要 不能 不会 不要 不想 不敢 可以 应该 必须 可能 能够 需要 想 愿意 肯 敢 得 等于 \
     大 小 新 老 高 多 本次 本届 第 怎么 怎样 什么 哪些 多少 如何 非常 十分 特别 比较 相当 更加 尤其 其实 甚至 那么 这么 这样 那样 不到 将近 大约 大概 超过 至少 能不能 会不会 是不是 要不要 有没有 是否 \
     例如 包括 到 作为 成为 变成 属于 来自 \
     is are was were be been being am has have had do does did this these those that which who whom whose what how \
     now then already often always usually sometimes ever soon finally certainly probably perhaps maybe \
     tall short fast slow early late dark bright cold hot warm young fresh strange strong quiet loud deep wide tiny huge real single best better \
     worst main important different similar so too more most less least quite rather really just only also even almost exactly nearly about over under on up behind beyond \
     near inside outside across along around against above below beside \
     after before when where like such some any no all both another other many much few several first second last next \
     new good great big small little old long high low own same whole you it there it's that's you're you've there's \
     let's let get make one two three four five six seven eight nine ten \
     eleven twelve twenty thirty forty fifty hundred thousand million billion dozen";

/// Words that begin no line: they belong to what went before.
const CLINGING_BACK: &str = "的 地 得 了 着 过 吗 嘛 呢 吧 啊 呀 哦 啦 哇 们 之 等 等等 似的 来说 而言 的话 起来 下去 出来 下来 \
     上 中 里 下 内 外 间 后 前 时 上面 里面 下面 之间 之后 之前 以后 以前 以来 以上 以下 左右 当中 之中 一样 不 n't";

/// Words that begin a line badly.
const LEANING_BACK: &str = "一点 一些 一下 一遍 一趟 一会儿 yesterday today tomorrow tonight again too either enough ago away together later out up off down back";

/// Words that open a clause.
const OPENING: &str = "但是 所以 因为 如果 而且 然后 但 而 并且 并 不过 虽然 那么 同时 因此 于是 其实 然而 可是 尽管 即使 只要 只有 \
     不仅 不但 比如 例如 包括 甚至 由于 为了 既然 无论 不管 接下来 首先 其次 最后 另外 此外 总之 换句话说 也就是说 还是 而是 却 直到 不如 与其 哪怕 假如 要是 一旦 除非 从而 能不能 会不会 是不是 要不要 有没有 是否 \
     and but or because which that if when while where who although though unless until since whereas whether \
     after before what how why";

/// Words that open a phrase.
const OPENING_PHRASE: &str = "和 与 及 或 以及 或者 跟 在 把 被 对 从 向 将 给 让 使 以 由 比 像 用 通过 根据 按照 随着 对于 关于 作为 来自 \
     to in at for with by from into as than through between without within during toward towards on about over \
     under like across against around behind below beyond despite except inside near outside per upon via";

/// Words that tell what their subject is, does or may do.
const TELLING: &str = "是 就是 也是 都是 也 都 就 还 已经 正在 会 能 能够 可以 应该 必须 需要 要";

/// The same in English, where they hold on to their subject more.
const AUXILIARY: &str =
    "is are was were be been am have has had will would can could should may might must do does did";

/// Words that belong to the number after them as much as to what is before.
const ROUNDING: &str = "不到 将近 大约 大概 超过 至少 约 近";

/// Two words that are one.
const PAIRS: &[(&str, &str)] = &[
    ("kind", "of"),
    ("sort", "of"),
    ("lot", "of"),
    ("lots", "of"),
    ("out", "of"),
    ("because", "of"),
    ("instead", "of"),
    ("most", "of"),
    ("some", "of"),
    ("all", "of"),
    ("one", "of"),
    ("part", "of"),
    ("number", "of"),
    ("such", "as"),
    ("as", "well"),
    ("well", "as"),
    ("more", "than"),
    ("less", "than"),
    ("rather", "than"),
    ("according", "to"),
    ("due", "to"),
    ("going", "to"),
    ("want", "to"),
    ("have", "to"),
    ("has", "to"),
    ("had", "to"),
    ("used", "to"),
    ("able", "to"),
    ("need", "to"),
    ("thank", "you"),
    ("of", "course"),
    ("each", "other"),
    ("so", "that"),
    ("even", "if"),
    ("as", "if"),
    ("at", "least"),
    ("sound", "like"),
    ("sounds", "like"),
    ("look", "like"),
    ("looks", "like"),
    ("feels", "like"),
];

type Places = HashMap<&'static str, Border>;

fn places(lists: &[(&'static str, Border)]) -> Places {
    // Of a word in two lists the first counts.
    let rows = lists.iter().rev().flat_map(|(words, border)| words.split_whitespace().map(|word| (word, *border)));
    rows.collect()
}

/// What the word says of a break after it.
pub(super) fn after(word: &Token) -> Option<Border> {
    static AFTER: LazyLock<Places> =
        LazyLock::new(|| places(&[(CLINGING_FORWARD, Border::Clinging), (LEANING_FORWARD, Border::Leaning)]));
    let word_text = word.text.as_str();
    let ends = match word_text {
        "吗" | "呢" | "吧" | "啊" | "呀" | "嘛" | "的话" | "来说" | "之后" | "之前" | "以后" | "以前" | "时候"
        | "时" => Some(Border::Joint),
        "里" | "上" | "中" | "下" | "之间" | "里面" | "上面" => Some(Border::Phrase),
        "的" | "地" => Some(Border::Close),
        "得" => Some(Border::Leaning),
        _ => None,
    };
    let counts = || word.class == Class::Quantity && !is_self_contained(word_text);
    let leans = || matches!(word.class, Class::Pronoun | Class::Adverb | Class::Number) || counts();
    // 觉得, 来得: what was felt or how it came follows.
    let by_class = || (leans() || word_text.ends_with('得') || is_quality(word_text)).then_some(Border::Leaning);
    ends.or_else(|| AFTER.get(word_text).copied()).or_else(by_class)
}

/// What the word says of a break before it.
pub(super) fn before(word: &Token) -> Option<Border> {
    static BEFORE: LazyLock<Places> = LazyLock::new(|| {
        places(&[
            (CLINGING_BACK, Border::Clinging),
            (LEANING_BACK, Border::Leaning),
            (OPENING, Border::Joint),
            (OPENING_PHRASE, Border::Phrase),
            (TELLING, Border::Phrase),
            (AUXILIARY, Border::Word),
            (ROUNDING, Border::Close),
            ("of", Border::Word),
        ])
    });
    let by_class = || (word.class == Class::Conjunction && word.text != "不是").then_some(Border::Joint);
    BEFORE.get(word.text.as_str()).copied().or_else(by_class)
}

/// Whether it tells what its subject is, does or may do.
pub(super) fn tells(word: &Token) -> bool {
    TELLING.split_whitespace().chain(AUXILIARY.split_whitespace()).any(|telling| telling == word.text)
}

/// Whether an English word tells a quality by its ending.
fn is_quality(word: &str) -> bool {
    const ENDINGS: [&str; 6] = ["ful", "ous", "able", "ible", "less", "ish"];
    word.len() > 5 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether two words are as good as one.
pub(super) fn is_pair(left: &Token, right: &Token) -> bool {
    PAIRS.contains(&(left.text.as_str(), right.text.as_str()))
}
