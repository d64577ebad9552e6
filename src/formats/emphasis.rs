//! What is set apart in a line, as tags that open and close and back.

use std::collections::BTreeSet;

use crate::cues::{Emphasis, EmphasisKind, Look};

/// A part of a line in which the same is set apart.
#[derive(Debug, PartialEq)]
pub(super) struct Run<'a> {
    pub text: &'a str,
    pub kinds: BTreeSet<EmphasisKind>,
}

/// The runs of line number `line`, in order.
pub(super) fn runs<'a>(text: &'a str, line: usize, look: &Look) -> Vec<Run<'a>> {
    let here = || look.emphasis.iter().filter(|emphasis| emphasis.line == line);
    let kinds_at = |at: usize| here().filter(|e| e.chars.contains(&at)).map(|e| e.kind).collect::<BTreeSet<_>>();
    let mut runs: Vec<Run> = Vec::new();
    let mut begin = 0;
    if here().next().is_none() {
        return vec![Run { text, kinds: BTreeSet::new() }];
    }
    for (at, (byte, c)) in text.char_indices().enumerate() {
        let kinds = kinds_at(at);
        let end = byte + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.kinds == kinds => run.text = &text[begin..end],
            _ => {
                begin = byte;
                runs.push(Run { text: &text[begin..end], kinds });
            }
        }
    }
    runs
}

/// A line with tags around what is set apart; `tag` gives those that open and close a kind, `escape` makes text of text.
pub(super) fn tagged(
    text: &str,
    line: usize,
    look: &Look,
    tag: impl Fn(EmphasisKind) -> [&'static str; 2],
    escape: impl Fn(&str) -> String,
) -> String {
    let mut tagged = String::new();
    let mut open: Vec<EmphasisKind> = Vec::new();
    let runs = runs(text, line, look);
    for run in &runs {
        // Tags nest: what was opened after one that closes here is closed too, and opened again.
        let keep = open.iter().position(|kind| !run.kinds.contains(kind)).unwrap_or(open.len());
        open.drain(keep..).rev().for_each(|kind| tagged.push_str(tag(kind)[1]));
        let opened: Vec<EmphasisKind> = run.kinds.iter().filter(|kind| !open.contains(kind)).copied().collect();
        opened.iter().for_each(|kind| tagged.push_str(tag(*kind)[0]));
        open.extend(opened);
        tagged.push_str(&escape(run.text));
    }
    open.iter().rev().for_each(|kind| tagged.push_str(tag(*kind)[1]));
    tagged
}

/// The tags of HTML, which SubRip and WebVTT share.
pub(super) fn html(kind: EmphasisKind) -> [&'static str; 2] {
    match kind {
        EmphasisKind::Italic => ["<i>", "</i>"],
        EmphasisKind::Bold => ["<b>", "</b>"],
        EmphasisKind::Underline => ["<u>", "</u>"],
    }
}

/// Text that comes piece by piece with what is set apart in it.
#[derive(Debug, Default)]
pub(super) struct Written {
    lines: Vec<String>,
    emphasis: Vec<Emphasis>,
    /// Characters of all lines so far, with the line feeds between.
    length: usize,
}

impl Written {
    /// Adds text, in which a line feed ends a line, all of it set apart in these ways.
    pub fn push(&mut self, text: &str, kinds: &BTreeSet<EmphasisKind>) {
        self.length += text.chars().count();
        for (number, part) in text.split('\n').enumerate() {
            if number > 0 || self.lines.is_empty() {
                self.lines.push(String::new());
            }
            let line = self.lines.len() - 1;
            let Some(last) = self.lines.last_mut() else { continue };
            let start = last.chars().count();
            last.push_str(part);
            let chars = start..start + part.chars().count();
            for &kind in kinds.iter().filter(|_| !chars.is_empty()) {
                let before = self.emphasis.iter_mut().rfind(|e| e.line == line && e.kind == kind);
                match before.filter(|before| before.chars.end == chars.start) {
                    Some(before) => before.chars.end = chars.end,
                    None => self.emphasis.push(Emphasis { line, chars: chars.clone(), kind }),
                }
            }
        }
    }

    /// How many characters there are so far, line feeds between lines included.
    pub fn len(&self) -> usize {
        self.length
    }

    /// The lines without blanks around them, none empty, and what is set apart in them.
    pub fn finish(self) -> (Vec<String>, Vec<Emphasis>) {
        let (mut lines, mut emphasis) = (Vec::new(), Vec::new());
        for (number, line) in self.lines.iter().enumerate() {
            let trimmed = line.trim();
            if trimmed.is_empty() {
                continue;
            }
            let before = line.chars().take_while(|c| c.is_whitespace()).count();
            let length = trimmed.chars().count();
            for e in self.emphasis.iter().filter(|e| e.line == number) {
                let chars = e.chars.start.saturating_sub(before)..e.chars.end.saturating_sub(before).min(length);
                if chars.start < chars.end {
                    emphasis.push(Emphasis { line: lines.len(), chars, kind: e.kind });
                }
            }
            lines.push(trimmed.to_owned());
        }
        (lines, emphasis)
    }
}

#[cfg(test)]
mod tests {
    use super::EmphasisKind::{Bold, Italic};
    use super::*;

    fn look(emphasis: &[(usize, std::ops::Range<usize>, EmphasisKind)]) -> Look {
        let emphasis =
            emphasis.iter().map(|(line, chars, kind)| Emphasis { line: *line, chars: chars.clone(), kind: *kind });
        Look { emphasis: emphasis.collect(), ..Look::default() }
    }

    #[test]
    fn tags_nest_where_what_is_set_apart_overlaps() {
        let look = look(&[(0, 0..3, Italic), (0, 2..5, Bold)]);
        assert_eq!(
            tagged("声音a<b", 0, &look, html, |text| text.replace('<', "&lt;")),
            "<i>声音<b>a</b></i><b>&lt;b</b>"
        );
        assert_eq!(tagged("声音", 1, &look, html, str::to_owned), "声音");
    }

    #[test]
    fn what_was_written_piece_by_piece_is_trimmed_with_its_tags() {
        let mut written = Written::default();
        written.push("  一二", &BTreeSet::from([Italic]));
        written.push("三\n\n 四 ", &BTreeSet::from([Italic, Bold]));
        let (lines, emphasis) = written.finish();
        assert_eq!(lines, ["一二三", "四"]);
        let look = Look { emphasis, ..Look::default() };
        assert_eq!(tagged(&lines[0], 0, &look, html, str::to_owned), "<i>一二<b>三</b></i>");
        assert_eq!(tagged(&lines[1], 1, &look, html, str::to_owned), "<i><b>四</b></i>");
    }
}
