//! What characters sound like, and how alike two of them are.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use pinyin::{Pinyin, ToPinyin, ToPinyinMulti};

/// Initials, longest first where one begins another; the empty one comes last.
const INITIALS: [&str; 22] =
    ["zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", ""];

/// Pairs of initials, and of finals, that are confused; the file says where they come from.
static CONFUSED: LazyLock<[Vec<(&str, &str)>; 2]> = LazyLock::new(|| {
    let pairs = |kind: &str| {
        let lines = include_str!("confused.txt").lines().filter_map(|line| line.strip_prefix(kind));
        lines.filter_map(|pair| pair.trim().split_once(' ')).collect()
    };
    [pairs("initials:"), pairs("finals:")]
});

/// A toneless syllable: its place in [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Syllable(u16);

/// What a syllable is made of: an initial, perhaps none, and a final.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Parts {
    initial: &'static str,
    last: &'static str,
    /// A number that syllables share when they differ by confusions alone (and a few that differ by several in a row).
    class: u32,
}

/// Every syllable that some character has.
struct Table {
    parts: Vec<Parts>,
    /// How it is spelt, without tone → its place.
    spelt: HashMap<&'static str, Syllable>,
    /// How alike two of them are, row by row: worked out once, since it is asked for a million times.
    likeness: Vec<Likeness>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let characters = ('\u{4e00}'..='\u{9fff}').filter_map(|c| c.to_pinyin_multi());
    let mut spelt = HashMap::new();
    let mut parts: Vec<Parts> = Vec::new();
    for plain in characters.flatten().map(Pinyin::plain) {
        spelt.entry(plain).or_insert_with(|| {
            parts.push(Parts::of(plain));
            Syllable(parts.len() as u16 - 1)
        });
    }
    let pairs = parts.iter().flat_map(|a| parts.iter().map(|b| a.likeness(b)));
    let likeness = pairs.collect();
    Table { parts, spelt, likeness }
});

/// The syllable that is spelt so, without tone; `None` where Mandarin has none.
pub(super) fn syllable_of(plain: &str) -> Option<Syllable> {
    TABLE.spelt.get(plain).copied()
}

impl Syllable {
    fn parts(self) -> &'static Parts {
        &TABLE.parts[self.0 as usize]
    }

    fn likeness(self, other: Syllable) -> Likeness {
        TABLE.likeness[self.0 as usize * TABLE.parts.len() + other.0 as usize]
    }
}

impl Parts {
    fn of(plain: &'static str) -> Parts {
        let initial = INITIALS.into_iter().find(|initial| plain.starts_with(initial)).unwrap_or_default();
        let last = whole_final(&plain[initial.len()..]);
        let class = hash(root(initial, &CONFUSED[0])) ^ hash(root(last, &CONFUSED[1])).rotate_left(16);
        Parts { initial, last, class }
    }

    /// Numbers for its initial, if it has one, and its final, confused ones the same; none of them is a class.
    fn halves(&self) -> impl Iterator<Item = u32> {
        let initial = (!self.initial.is_empty()).then(|| hash(root(self.initial, &CONFUSED[0])).wrapping_add(1));
        let last = hash(root(self.last, &CONFUSED[1])).wrapping_add(2);
        initial.into_iter().chain([last])
    }

    fn merges(&self, first: &Parts, second: &Parts) -> bool {
        let vowel = |last: &'static str| last.trim_start_matches(['y', 'w']).chars().next();
        let coda = |last: &'static str| last.trim_end_matches("g").chars().next_back();
        self.initial == first.initial
            && second.initial.is_empty()
            && vowel(self.last) == vowel(first.last)
            && coda(self.last) == coda(second.last)
            && self != first
    }

    fn contracts(&self, first: &Parts, second: &Parts) -> bool {
        !self.initial.is_empty() && self.initial == first.initial && self.last == second.last && self != first
    }

    fn likeness(&self, other: &Parts) -> Likeness {
        let near = || alike(self.initial, other.initial, &CONFUSED[0]) && alike(self.last, other.last, &CONFUSED[1]);
        let same_initial = self.initial == other.initial && !self.initial.is_empty();
        if self == other {
            Likeness::Homophone
        } else if self.class == other.class && near() {
            Likeness::Near
        } else if same_initial || self.last == other.last {
            Likeness::Half
        } else {
            Likeness::Other
        }
    }
}

/// Spelling writes a final after no initial in another way than after one: `ye` is `ie`, `wen` is `uen` or `un`.
fn whole_final(spelt: &'static str) -> &'static str {
    match spelt {
        "yi" => "i",
        "ya" => "ia",
        "ye" => "ie",
        "yao" => "iao",
        "you" => "iu",
        "yan" => "ian",
        "yin" => "in",
        "yang" => "iang",
        "ying" => "ing",
        "yong" => "iong",
        "wu" => "u",
        "wa" => "ua",
        "wo" => "uo",
        "wai" => "uai",
        "wei" => "ui",
        "wan" => "uan",
        "wen" => "un",
        "wang" => "uang",
        other => other,
    }
}

fn alike(a: &str, b: &str, confused: &[(&str, &str)]) -> bool {
    a == b || confused.iter().any(|&pair| pair == (a, b) || pair == (b, a))
}

/// The first member of its chain of confusions.
fn root<'a>(sound: &'a str, confused: &[(&'a str, &'a str)]) -> &'a str {
    let mut sound = sound;
    while let Some((first, _)) = confused.iter().find(|(_, second)| *second == sound) {
        sound = first;
    }
    sound
}

/// FNV-1a, so that the order of nothing depends on a random seed.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// All that a character may sound like, each once and the usual one first; none if it is no Han character.
fn readings(c: char) -> Vec<Syllable> {
    let mut all: Vec<Syllable> = Vec::new();
    let first = c.to_pinyin().into_iter();
    let others = c.to_pinyin_multi().into_iter().flatten();
    for syllable in first.chain(others).map(Pinyin::plain).filter_map(syllable_of) {
        if !all.contains(&syllable) {
            all.push(syllable);
        }
    }
    all
}

/// How alike two units are, the most alike first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// The same character, or the same letters whatever their case.
    Identical,
    /// Another character that usually sounds the same, tones apart.
    Homophone,
    /// Sounds that are often confused.
    Near,
    /// The same initial or the same final.
    Half,
    /// The same sounds, but in a rarer reading of either: dictionaries give 是 as `ti`.
    Rare,
    /// Nothing in common.
    Other,
}

impl Likeness {
    /// What it costs to hear the one where the other is said, in a term that is misheard, in nats: minus the logarithm of
    /// how often that happens.
    pub(super) fn nats(self) -> f64 {
        match self {
            Likeness::Identical => 0.0,
            Likeness::Homophone => 1.5,
            Likeness::Near => 4.0,
            Likeness::Half => 7.0,
            Likeness::Rare => 9.0,
            Likeness::Other => 10.5,
        }
    }
}

/// The smallest thing that is compared: a Han character, a run of letters, a number, or a mark.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// The characters that it is.
    pub(super) chars: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A Han character, or one of another script written without spaces, which then has no readings.
    Han(char, Vec<Syllable>),
    /// Letters or digits, in lower case.
    Run(String),
    /// Punctuation that separates.
    Mark(char),
}

impl Unit {
    /// A syllable that is said so, however it is written.
    pub(super) fn said(syllable: Syllable) -> Unit {
        Unit { chars: 0..0, kind: Kind::Han('\0', vec![syllable]) }
    }

    pub(super) fn likeness(&self, other: &Unit) -> Likeness {
        match (&self.kind, &other.kind) {
            (Kind::Han(a, _), Kind::Han(b, _)) if a == b => Likeness::Identical,
            (Kind::Han(_, a), Kind::Han(_, b)) => {
                let usual = a.first().zip(b.first()).map_or(Likeness::Other, |(a, b)| a.likeness(*b));
                let rare = a.iter().any(|a| b.contains(a));
                usual.min(if rare { Likeness::Rare } else { Likeness::Other })
            }
            (Kind::Run(a), Kind::Run(b)) if a == b => Likeness::Identical,
            (Kind::Mark(a), Kind::Mark(b)) if a == b => Likeness::Identical,
            _ => Likeness::Other,
        }
    }

    /// Whether it is what is left of two syllables said in haste: it begins like the first and ends like the second, which
    /// has no initial of its own.
    pub(super) fn merges(&self, first: &Unit, second: &Unit) -> bool {
        self.holds_both(first, second, Parts::merges)
    }

    /// Whether it begins like the first and ends like the second, of which all between is lost: 潮 for 城脑.
    pub(super) fn contracts(&self, first: &Unit, second: &Unit) -> bool {
        self.holds_both(first, second, Parts::contracts)
    }

    fn holds_both(&self, first: &Unit, second: &Unit, holds: impl Fn(&Parts, &Parts, &Parts) -> bool) -> bool {
        let reading = |unit: &Unit| match &unit.kind {
            Kind::Han(_, readings) => readings.first().map(|reading| reading.parts()),
            _ => None,
        };
        let (Some(heard), Some(first), Some(second)) = (reading(self), reading(first), reading(second)) else {
            return false;
        };
        holds(heard, first, second)
    }

    pub(super) fn is_han(&self) -> bool {
        matches!(self.kind, Kind::Han(..))
    }

    /// About how many syllables it has: a run of letters one in three letters.
    pub(super) fn syllables(&self) -> f64 {
        match &self.kind {
            Kind::Run(letters) => (letters.len() as f64 / 3.0).max(1.0),
            _ => 1.0,
        }
    }

    pub(super) fn is_mark(&self) -> bool {
        matches!(self.kind, Kind::Mark(_))
    }

    /// Numbers by which the index finds it: one a reading, so that confused sounds share one.
    pub(super) fn codes(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Han(c, readings) if readings.is_empty() => vec![*c as u32],
            Kind::Han(_, readings) => {
                let mut codes: Vec<u32> = readings.iter().map(|reading| reading.parts().class).collect();
                codes.sort_unstable();
                codes.dedup();
                codes
            }
            Kind::Run(text) => vec![hash(text)],
            Kind::Mark(_) => vec![],
        }
    }
}

impl Unit {
    /// Numbers for its initial and for its final in its usual reading; none but of Han characters.
    pub(super) fn half_codes(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Han(_, readings) => readings.first().iter().flat_map(|reading| reading.parts().halves()).collect(),
            _ => vec![],
        }
    }
}

/// Cuts text into units. Spaces, hyphens and middle dots only join: names are written with and without them.
pub(super) fn units(chars: &[char]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let same: fn(char) -> bool = if is_letter(c) { is_letter } else { |c| c.is_ascii_digit() };
        let end = at + chars[at..].iter().take_while(|&&c| same(c)).count().max(1);
        let kind = match c {
            _ if same(c) => Some(Kind::Run(chars[at..end].iter().flat_map(|c| c.to_lowercase()).collect())),
            _ if c.is_alphanumeric() => Some(Kind::Han(c, readings(c))),
            _ if is_joint(c) => None,
            _ => Some(Kind::Mark(c)),
        };
        units.extend(kind.map(|kind| Unit { chars: at..end, kind }));
        at = end;
    }
    units
}

/// A letter of a script that is written with spaces between words.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphabetic() && c < '\u{2E80}'
}

/// What may stand within a name or not: `open AI`, `GPT4` for `GPT-4`, `肯尼斯斯坦利` for `肯尼斯·斯坦利`.
pub(super) fn is_joint(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '‐' | '‑' | '·' | '•' | '‧' | '・')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: char, b: char) -> Likeness {
        units(&[a])[0].likeness(&units(&[b])[0])
    }

    #[test]
    fn sounds_are_compared_without_tones_and_in_every_reading() {
        assert_eq!(likeness('智', '质'), Likeness::Homophone);
        assert_eq!(likeness('行', '航'), Likeness::Rare);
        assert_eq!(likeness('生', '深'), Likeness::Near);
        assert_eq!(likeness('逆', '力'), Likeness::Near);
        assert_eq!(likeness('导', '脑'), Likeness::Half);
        assert_eq!(likeness('鱼', '石'), Likeness::Other);
    }

    #[test]
    fn every_confusion_is_of_sounds_that_there_are() {
        assert_eq!((CONFUSED[0].len(), CONFUSED[1].len()), (12, 8));
        let syllables = || TABLE.parts.iter();
        for (a, b) in &CONFUSED[0] {
            assert!([a, b].iter().all(|sound| syllables().any(|syllable| syllable.initial == **sound)), "{a} {b}");
        }
        for (a, b) in &CONFUSED[1] {
            assert!([a, b].iter().all(|sound| syllables().any(|syllable| syllable.last == **sound)), "{a} {b}");
        }
    }

    #[test]
    fn finals_are_the_same_with_and_without_an_initial() {
        assert_eq!(likeness('夜', '节'), Likeness::Half);
        assert_eq!(likeness('一', '武'), Likeness::Other);
        assert_eq!(likeness('文', '论'), Likeness::Half);
        assert_eq!(likeness('绿', '女'), Likeness::Near);
    }

    #[test]
    fn confused_sounds_share_their_code() {
        for (a, b) in [('知', '资'), ('牛', '流'), ('今', '京'), ('很', '坟'), ('多', '托'), ('刀', '涛')] {
            let (a_codes, b_codes) = (units(&[a])[0].codes(), units(&[b])[0].codes());
            assert!(a_codes.iter().any(|code| b_codes.contains(code)), "{a} {b}");
        }
        assert_ne!(units(&['知'])[0].codes(), units(&['诗'])[0].codes());
    }

    #[test]
    fn text_is_cut_into_characters_runs_and_marks() {
        let text: Vec<char> = "用Open AI的GPT-4，好".chars().collect();
        let cut: Vec<String> = units(&text).iter().map(|unit| text[unit.chars.clone()].iter().collect()).collect();
        assert_eq!(cut, ["用", "Open", "AI", "的", "GPT", "4", "，", "好"]);
    }
}
