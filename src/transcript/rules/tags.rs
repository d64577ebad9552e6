//! Tags of recognisers and subtitlers: what they hear becomes an event, the rest goes.
//!
//! SenseVoice writes an event's emoji before the text and an emotion's after it, and the mark that follows is its own:
//! `欢迎。😊，🎼中国` was spoken `欢迎。中国`. (FunAudioLLM/SenseVoice `webui.py`, FunASR `postprocess_utils.py`.)

use std::sync::LazyLock;

use regex::Regex;

use crate::timeline::Point;
use crate::transcript::draft::{Draft, Edit};
use crate::transcript::script::is_stop;
use crate::transcript::{EventKind, Rule};

/// One tag: an emoji, `<|…|>`, or a bracketed word that names a sound.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)[\u{1F300}-\u{1FAFF}\u{2600}-\u{27BF}\u{2B50}\u{2753}♪♫♬♩][\u{FE0F}\u{200D}]*|<\|[^|<>]{0,40}\|>|",
        r"[\[【(（]\s*(?:背景)?(?:音乐|配乐|掌声|鼓掌|笑声?|大笑|哭声?|哭泣|咳嗽|喷嚏|噪音|杂音|静音|无声|music|",
        r"applause|clapping|laughter|laughs?|laughing|crying|sobbing|cough(?:s|ing)?|sneez(?:e|es|ing)|noise|",
        r"silence|blank_audio|inaudible)\s*[\]】)）]"
    ))
    .expect("a constant pattern")
});

pub(super) fn run(draft: &mut Draft) {
    let mut events = Vec::new();
    let mut seams = Vec::new();
    for paragraph in &draft.paragraphs {
        let text = paragraph.text.text();
        let points = paragraph.text.points();
        let mut chars = 0;
        let mut byte = 0;
        for found in TAG.find_iter(&text) {
            chars += text[byte..found.start()].chars().count();
            byte = found.start();
            events.extend(kind(found.as_str()).map(|kind| (kind, points[chars])));
            seams.push(seam(points, chars));
        }
    }
    draft.events.extend(events);
    draft.seams.extend(seams);
    draft.edit_each(Rule::Tags, proposals);
}

/// The point of the mark before a tag: there two segments of the recogniser met.
fn seam(points: &[Point], tag: usize) -> Point {
    points[tag.saturating_sub(1)]
}

fn kind(tag: &str) -> Option<EventKind> {
    let tag =
        tag.trim_matches(['<', '>', '|', '[', ']', '【', '】', '(', ')', '（', '）', ' ', '\u{fe0f}']).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| tag.contains(word));
    if has(&["🎼", "🎵", "🎶", "♪", "♫", "♬", "♩", "bgm", "music", "sing", "音乐", "配乐"]) {
        Some(EventKind::Music)
    } else if has(&["👏", "applause", "clap", "掌"]) {
        Some(EventKind::Applause)
    } else if has(&["😀", "😂", "🤣", "😄", "😆", "laugh", "笑"]) {
        Some(EventKind::Laughter)
    } else if has(&["😭", "😢", "cry", "sob", "哭"]) {
        Some(EventKind::Cry)
    } else if has(&["🤧", "😷", "cough", "sneez", "咳", "喷嚏"]) {
        Some(EventKind::Cough)
    } else if has(&["noise", "噪", "杂音"]) {
        Some(EventKind::Noise)
    } else {
        None
    }
}

/// Runs of tags, the marks between and after them included: one edit a run.
fn proposals(text: &str) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    for found in TAG.find_iter(text) {
        match edits.last_mut() {
            Some(run) if is_mark_or_blank(&text[run.range.end..found.start()]) => run.range.end = found.end(),
            _ => edits.push(Edit::remove(found.range())),
        }
    }
    for edit in &mut edits {
        take_own_mark(text, edit);
    }
    edits
}

fn is_mark_or_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '。' | '，' | ',' | '.'))
}

/// The mark that follows a tag is the tag's where a mark, or nothing, stands before it. Otherwise the tag split a
/// sentence, whose mark it is. Between two Latin words a space stays.
fn take_own_mark(text: &str, edit: &mut Edit) {
    let before = text[..edit.range.start].trim_end();
    let after = &text[edit.range.end..];
    let marked = before.chars().next_back().is_none_or(|c| is_stop(c) || matches!(c, '，' | ','));
    let mark = after.chars().next().filter(|c| matches!(c, '。' | '，' | ',' | '.'));
    if let (true, Some(mark)) = (marked, mark) {
        edit.range.end += mark.len_utf8();
    }
    let spaced = text[..edit.range.start].ends_with(' ');
    let blanks = text[edit.range.end..].len() - text[edit.range.end..].trim_start().len();
    let at_border = before.is_empty() || edit.range.end + blanks == text.len();
    if spaced || at_border {
        edit.range.end += blanks;
    }
    if edit.range.end == text.len() {
        edit.range.start = before.len();
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn a_tag_goes_with_its_own_mark() {
        let cases = [
            ("欢迎。😊，🎼中国工程院", "欢迎。中国工程院"),
            ("何征宇，欢迎。😊。", "何征宇，欢迎。"),
            ("😊，🎼啊，尊敬的", "啊，尊敬的"),
            ("大模型。🤧这个模型", "大模型。这个模型"),
            ("<|zh|><|HAPPY|><|Speech|><|withitn|>你好。", "你好。"),
            ("Hello. [Music] Bye.", "Hello. Bye."),
            ("谢谢大家（掌声）。好", "谢谢大家。好"),
            ("好😊，谢谢", "好，谢谢"),
            ("♪", ""),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected, "{given}");
        }
    }

    #[test]
    fn what_is_heard_becomes_an_event() {
        let (draft, _) = cleaned(run, "谢谢。👏🎼好。\n(笑声)对。😊\n<|Applause|>");
        let kinds: Vec<EventKind> = draft.events.iter().map(|event| event.0).collect();
        assert_eq!(kinds, [EventKind::Applause, EventKind::Music, EventKind::Laughter, EventKind::Applause]);
        assert_eq!(draft.events[1].1, Point { line: 1, offset: 4 });
    }

    #[test]
    fn brackets_around_words_stay() {
        assert_eq!(cleaned(run, "模型（大语言模型）和 [数据]").1, "模型（大语言模型）和 [数据]");
    }
}
