//! What Markdown, HTML and subtitle files put around the words.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit, apply};

static HEADING: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(#{1,6})\s+(.*?)\s*#*\s*$"));
/// A line of dashes, stars or equals signs, or the fence of a code block.
static RULED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:(?:[-*_=~]\s*){3,}|```.*|~~~.*)$"));
/// `>` of a quotation, then the mark of a list item. A number before an item may well be spoken: it stays.
static OPENING: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:>\s?)+|^[-*+•]\s+"));
static IMAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?"));
static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[([^\]\[]+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+[^)]*)?\)"));
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)</?(?:a|b|i|u|s|em|strong|br|p|span|font|div|sub|sup|c|v|ruby|rt|rp|lang|img|h[1-6]|li|ul|ol|hr|td|tr|",
        r"table|code|pre|blockquote)(?:[\s./][^<>]*)?/?>|<\d[\d:.]*>|\{\\[^{}]*\}"
    ))
});
static ENTITY: LazyLock<Regex> = LazyLock::new(|| pattern(r"&(amp|lt|gt|nbsp|quot|apos|lrm|rlm|#39|#34);"));
/// Bold, italics, struck out, code: the mark, the words, the same mark.
static EMPHASIS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\*\*\*(\S[^*]*?)\*\*\*|\*\*(\S[^*]*?)\*\*|\*([^\s*][^*]*?)\*|~~(\S[^~]*?)~~|`([^`]+)`|\b__([^_]+?)__\b|\b_([^_]+?)_\b",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

pub(super) fn run(draft: &mut Draft) {
    take_front_matter(draft);
    take_comments(draft);
    take_headings(draft);
    draft.edit_each(Rule::Markup, |text| RULED.find(text).map(|all| Edit::remove(all.range())).into_iter().collect());
    draft.edit_each(Rule::Markup, openings);
    draft.edit_each(Rule::Markup, |text| all_of(&IMAGE, text));
    draft.edit_each(Rule::Markup, |text| shells(&LINK, text));
    draft.edit_each(Rule::Markup, |text| all_of(&TAG, text));
    draft.edit_each(Rule::Markup, entities);
    draft.edit_each(Rule::Markup, |text| shells(&EMPHASIS, text));
    draft.edit_each(Rule::Markup, outer_blanks);
}

/// `---`, keys and values, `---` at the very top; the title is kept.
fn take_front_matter(draft: &mut Draft) {
    let is_fence =
        |i: usize| draft.paragraphs.get(i).is_some_and(|paragraph| paragraph.text.chars() == ['-', '-', '-']);
    let first_line = draft.paragraphs.first().and_then(|paragraph| paragraph.text.points().first());
    if !is_fence(0) || first_line.is_none_or(|point| point.line != 1) {
        return;
    }
    let Some(end) = (1..draft.paragraphs.len().min(50)).find(|i| is_fence(*i)) else { return };
    let keys = draft.paragraphs[1..end].iter().all(|paragraph| paragraph.text.chars().contains(&':'));
    if !keys {
        return;
    }
    for paragraph in &mut draft.paragraphs[..=end] {
        let line = paragraph.text.text();
        if let Some(title) = line.strip_prefix("title:") {
            draft.title = Some(title.trim().trim_matches(['"', '\'']).to_string());
        }
        apply(&mut paragraph.text, &[Edit::remove(0..line.len())], Rule::Markup, &mut draft.changes);
    }
}

/// `<!-- … -->`, over lines as well; one that never ends is text.
fn take_comments(draft: &mut Draft) {
    let texts: Vec<String> = draft.paragraphs.iter().map(|paragraph| paragraph.text.text()).collect();
    let Some(last_end) = texts.iter().rposition(|text| text.contains("-->")) else { return };
    let mut inside = false;
    for (i, text) in texts.iter().enumerate() {
        let mut edits = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            if inside {
                let end = rest.find("-->").map_or(text.len(), |end| at + end + 3);
                inside = !text[at..end].ends_with("-->");
                edits.push(Edit::remove(at..end));
                at = end;
            } else {
                let start = rest.find("<!--").filter(|start| i < last_end || rest[*start..].contains("-->"));
                inside = start.is_some();
                at = start.map_or(text.len(), |start| at + start);
            }
        }
        apply(&mut draft.paragraphs[i].text, &edits, Rule::Markup, &mut draft.changes);
    }
}

/// Headings are not spoken; one of the first level that stands before all text is the title.
fn take_headings(draft: &mut Draft) {
    let mut text_before = false;
    for paragraph in &mut draft.paragraphs {
        let text = paragraph.text.text();
        let Some(found) = HEADING.captures(&text) else {
            text_before |= !text.is_empty();
            continue;
        };
        if !text_before && found[1].len() == 1 && draft.title.is_none() && !found[2].is_empty() {
            draft.title = Some(found[2].to_string());
        }
        apply(&mut paragraph.text, &[Edit::remove(0..text.len())], Rule::Markup, &mut draft.changes);
    }
}

/// Opening marks of a line, one after the other.
fn openings(text: &str) -> Vec<Edit> {
    let mut at = 0;
    while let Some(found) = OPENING.find(&text[at..]).filter(|found| !found.is_empty()) {
        at += found.end();
    }
    if at == 0 { Vec::new() } else { vec![Edit::remove(0..at)] }
}

fn all_of(pattern: &Regex, text: &str) -> Vec<Edit> {
    pattern.find_iter(text).map(|found| Edit::remove(found.range())).collect()
}

/// Takes away what the pattern matches around its one filled group.
fn shells(pattern: &Regex, text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for found in pattern.captures_iter(text) {
        let whole = found.get_match().range();
        let Some(kept) = found.iter().skip(1).flatten().next().map(|group| group.range()) else { continue };
        let around: [Range<usize>; 2] = [whole.start..kept.start, kept.end..whole.end];
        edits.extend(around.into_iter().map(Edit::remove));
    }
    edits
}

fn entities(text: &str) -> Vec<Edit> {
    let plain = |name: &str| match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "nbsp" => " ",
        "quot" | "#34" => "\"",
        "apos" | "#39" => "'",
        _ => "",
    };
    ENTITY.captures_iter(text).map(|found| Edit::new(found.get_match().range(), plain(&found[1]))).collect()
}

/// Blanks that were inside a mark and are now outside the text.
pub(super) fn outer_blanks(text: &str) -> Vec<Edit> {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len().max(start);
    [0..start, end..text.len()].into_iter().filter(|range| !range.is_empty()).map(Edit::remove).collect()
}

/// The changes of one rule, for tests.
#[cfg(test)]
pub(super) fn cleaned(run: fn(&mut Draft), text: &str) -> (Draft, String) {
    use crate::transcript::draft::Paragraph;
    let mut draft = Draft::default();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let before = line.chars().take_while(|c| c.is_whitespace()).count();
        let whole = crate::timeline::Traced::line(number, line);
        draft.paragraphs.push(Paragraph { text: whole.slice(before..whole.len()), ..Paragraph::default() });
    }
    run(&mut draft);
    draft.paragraphs.retain(|paragraph| !paragraph.text.is_empty());
    let lines: Vec<String> = draft.paragraphs.iter().map(|paragraph| paragraph.text.text()).collect();
    (draft, lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_stay() {
        let cases = [
            ("![](img/72ff_1.png)", ""),
            ("## 第一部分\n正文", "正文"),
            ("- **张三**：看[这里](http://a.b/c_(d) \"t\")吧", "张三：看这里吧"),
            ("> 引用 `code` 与 *斜体*", "引用 code 与 斜体"),
            ("前<!-- 一\n二 -->后", "前\n后"),
            ("<i>Hello</i> &amp; <c.red>bye</c>", "Hello & bye"),
            ("---\n```rust\n***", ""),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1, expected, "{given}");
        }
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in ["2 * 3 * 4 = 24", "snake_case_name 不变", "a < b 而且 c > d", "#1 是第一名", "<!-- 没有结尾"]
        {
            assert_eq!(cleaned(run, text).1, text);
        }
    }

    #[test]
    fn the_first_heading_is_the_title() {
        let (draft, text) = cleaned(run, "# 论坛 - P16\n\n大家好。\n\n# 另一个");
        assert_eq!(draft.title.as_deref(), Some("论坛 - P16"));
        assert_eq!(text, "大家好。");
        let (draft, text) = cleaned(run, "---\ntitle: \"A forum\"\ndate: 2024\n---\nHello.");
        assert_eq!((draft.title.as_deref(), text.as_str()), (Some("A forum"), "Hello."));
    }

    #[test]
    fn every_edit_is_recorded_where_it_was() {
        let changes = cleaned(run, "看**这里**").0.changes;
        assert_eq!(changes.iter().map(|change| change.at.offset).collect::<Vec<_>>(), [1, 5]);
    }
}
