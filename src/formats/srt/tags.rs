//! The tags in the text of a SubRip cue: HTML's for italics and the like, SubStation Alpha's for the place.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::cues::{Anchor, EmphasisKind, Look};
use crate::formats::emphasis::Written;

/// A tag that players know. Others are text: `a < b`, `<laughs>`.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)<(/?)(i|em|b|strong|u|s|strike|font|c)(?:[\s.][^<>\n]*)?\s*/?>|\{\\([^{}\n]*)\}|<br\s*/?>"#)
        .expect("a constant pattern")
});
static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(an|a|i|b|u)(\d+)$").expect("a constant pattern"));

/// Stands between what would be a tag and is none: a word joiner, which nobody sees.
const JOINER: char = '\u{2060}';

/// Text in which nothing is a tag, nor an arrow that would end the cue.
pub(super) fn escape(text: &str) -> String {
    let text = text.replace("-->", "→");
    if !text.contains(['<', '{']) {
        return text;
    }
    let mut escaped = String::new();
    for (at, c) in text.char_indices() {
        escaped.push(c);
        let is_tag = |text: &str| TAG.find(text).is_some_and(|tag| tag.start() == 0);
        if matches!(c, '<' | '{') && is_tag(&text[at..]) {
            escaped.push(JOINER);
        }
    }
    escaped
}

/// A cue's text without tags.
#[derive(Debug, Default)]
pub(super) struct Plain {
    pub lines: Vec<String>,
    pub look: Look,
    /// Whether there were colours, fonts or effects, which nothing is made of.
    pub lost: bool,
}

/// Takes the tags out of a cue's text and keeps what they say.
pub(super) fn plain(text: &str) -> Plain {
    let (mut written, mut kinds, mut plain) = (Written::default(), BTreeSet::new(), Plain::default());
    let mut at = 0;
    for found in TAG.captures_iter(text) {
        let whole = found.get_match();
        written.push(&shown(&text[at..whole.start()]), &kinds);
        at = whole.end();
        match (found.get(2), found.get(3)) {
            (Some(name), _) => match kind_of(&name.as_str().to_lowercase()) {
                Some(kind) if found[1].is_empty() => {
                    kinds.insert(kind);
                }
                Some(kind) => {
                    kinds.remove(&kind);
                }
                None => plain.lost = true,
            },
            (_, Some(codes)) => {
                for code in codes.as_str().split('\\') {
                    plain.lost |= !apply(code.trim(), &mut kinds, &mut plain.look.anchor);
                }
            }
            _ => written.push("\n", &kinds),
        }
    }
    written.push(&shown(&text[at..]), &kinds);
    (plain.lines, plain.look.emphasis) = written.finish();
    plain
}

/// Text without the joiners that [`escape`] put in.
fn shown(text: &str) -> String {
    text.replace("<\u{2060}", "<").replace("{\u{2060}", "{")
}

fn kind_of(name: &str) -> Option<EmphasisKind> {
    match name {
        "i" | "em" => Some(EmphasisKind::Italic),
        "b" | "strong" => Some(EmphasisKind::Bold),
        "u" => Some(EmphasisKind::Underline),
        _ => None,
    }
}

/// Does what a code of SubStation Alpha says; `false` where it says something else.
fn apply(code: &str, kinds: &mut BTreeSet<EmphasisKind>, anchor: &mut Anchor) -> bool {
    let Some(found) = CODE.captures(code) else { return false };
    let Ok(value) = found[2].parse::<u8>() else { return false };
    let kind = match &found[1] {
        "an" => return Anchor::of_key(value).map(|key| *anchor = key).is_some(),
        "a" => return Anchor::of_ssa(value).map(|key| *anchor = key).is_some(),
        code => kind_of(code),
    };
    match (kind, value) {
        (Some(kind), 0) => kinds.remove(&kind),
        (Some(kind), _) => kinds.insert(kind),
        (None, _) => return false,
    };
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_what_they_say() {
        let plain = plain("{\\an8}<i>听见</i> <font color=\"#fff\">是</font>{\\b1}保护{\\b0}\n的<U>第一步</u><br>。");
        assert_eq!(plain.lines, ["听见 是保护", "的第一步", "。"]);
        assert_eq!(plain.look.anchor.key(), 8);
        let emphasis: Vec<_> = plain.look.emphasis.iter().map(|e| (e.line, e.chars.clone())).collect();
        assert_eq!(emphasis, [(0, 0..2), (0, 4..6), (1, 1..4)]);
        assert!(plain.lost);
    }

    #[test]
    fn what_is_no_tag_stays() {
        for text in ["a < b > c", "<laughs>", "{x}", "5<6", "<v Ann>"] {
            assert_eq!(plain(text).lines, [text]);
            assert_eq!(escape(text), text);
        }
        assert_eq!(plain(&escape("{\\听见 }<i>")).lines, ["{\\听见 }<i>"]);
        assert_eq!(plain(&escape("{<i>\\}")).lines, ["{<i>\\}"]);
        let text = "write <i> and {\\an8} --> so";
        assert_eq!(plain(&escape(text)).lines, ["write <i> and {\\an8} → so"]);
    }
}
