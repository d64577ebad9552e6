//! A programme, slides or the page of an event as plain lines.

use std::sync::LazyLock;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use regex::Regex;

/// A line of text without its markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// 1-based line of the file where it begins.
    pub(super) number: usize,
    /// The words; a tab stands between the cells of a table.
    pub(super) text: String,
}

/// The lines of a file that say something.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let lines = if is_html(text) { html_lines(text) } else { plain_lines(text) };
    let addressless = lines.into_iter().map(|line| Line { text: without_addresses(&line.text), ..line });
    addressless.filter(|line| line.text.chars().any(char::is_alphanumeric)).collect()
}

fn is_html(text: &str) -> bool {
    static HTML: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?is)\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|div|table|ul|p|h1)\b",
        )
    });
    HTML.is_match(text)
}

/// Elements whose text nobody reads on the page.
const UNREAD: &[&str] = &["script", "style", "template", "noscript", "svg", "select"];

/// Elements that stand within a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "cite", "code", "data", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s",
    "small", "strong", "sub", "sup", "time", "u",
];

/// Elements that part what stands in them from the rest of the line.
const CELLS: &[&str] = &["td", "th", "dt", "dd", "span"];

/// The text of a page, a line for each block.
fn html_lines(text: &str) -> Vec<Line> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // What looks like tags within scripts is none.
    emitter.naively_switch_states(true);
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let number = |at: usize| 1 + ends.partition_point(|end| *end < at);
    let mut page = Page { lines: vec![], broken: true, unread: None };
    // Text that is in memory can be read to its end.
    for token in Tokenizer::new_with_emitter(text, emitter).filter_map(Result::ok) {
        match token {
            Token::StartTag(tag) => page.open(&tag.name, tag.self_closing),
            Token::EndTag(tag) => page.close(&tag.name),
            Token::String(said) => {
                let blank = said.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                page.say(&String::from_utf8_lossy(&said), number(said.span.start + blank));
            }
            _ => {}
        }
    }
    page.lines
}

/// A page that is being read.
struct Page {
    lines: Vec<Line>,
    /// Whether the next text begins a line.
    broken: bool,
    /// The element that nobody reads and that is open.
    unread: Option<Vec<u8>>,
}

impl Page {
    fn open(&mut self, name: &[u8], self_closing: bool) {
        if self.unread.is_none() && is_one_of(name, UNREAD) && !self_closing {
            self.unread = Some(name.to_vec());
        }
        self.part(name);
    }

    fn close(&mut self, name: &[u8]) {
        if self.unread.as_deref() == Some(name) {
            self.unread = None;
        }
        self.part(name);
    }

    /// Ends the line, where the element is one that stands on its own; a cell is parted from the next.
    fn part(&mut self, name: &[u8]) {
        if !is_one_of(name, CELLS) {
            self.broken |= !is_one_of(name, INLINE);
        } else if let Some(line) = self.lines.last_mut().filter(|line| !self.broken && !line.text.ends_with('\t')) {
            line.text.push('\t');
        }
    }

    fn say(&mut self, text: &str, number: usize) {
        if self.unread.is_some() || self.broken && text.trim().is_empty() {
            return;
        }
        if std::mem::take(&mut self.broken) {
            self.lines.push(Line { number, text: String::new() });
        }
        if let Some(line) = self.lines.last_mut() {
            append(&mut line.text, text);
        }
    }
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|known| known.as_bytes() == name)
}

/// Puts text behind a line, each run of white space as one blank.
fn append(line: &mut String, text: &str) {
    for c in text.chars() {
        match c.is_whitespace() {
            true if line.is_empty() || line.ends_with([' ', '\t']) => {}
            true => line.push(' '),
            false => line.push(c),
        }
    }
}

/// Text as it is, or Markdown.
fn plain_lines(text: &str) -> Vec<Line> {
    let lines = (1..).zip(text.lines());
    lines.map(|(number, line)| Line { number, text: without_markup(line) }).collect()
}

fn without_markup(line: &str) -> String {
    static OPENING: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\s*(?:(?:>\s?)+|#{1,6}\s|[-*+•]\s|\d{1,3}[.)、]\s*)+"));
    static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"!?\[([^\[\]]*)\]\([^()]*\)"));
    static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"</?[a-zA-Z][^<>]*>|[*`~]+|\b__|__\b"));
    let line = OPENING.replace(line, "");
    let line = LINK.replace_all(&line, "$1");
    let line = TAG.replace_all(&line, "");
    line.replace(['|', '｜'], "\t")
}

/// Addresses of pages and mailboxes are made of words that nobody says.
fn without_addresses(line: &str) -> String {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:https?://|www\.)[!-~]+|[\w.+-]+@[\w-]+\.[\w.-]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|org|net|io|edu|gov)\b(?:/[!-~]*)?",
        )
    });
    ADDRESS.replace_all(line, "\t").into_owned()
}

/// Compiles a pattern of this room.
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns are constants of this room, each compiled by its tests")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, String)> {
        lines(text).into_iter().map(|line| (line.number, line.text.trim().to_string())).collect()
    }

    fn rows(lines: &[(usize, &str)]) -> Vec<(usize, String)> {
        lines.iter().map(|(number, text)| (*number, text.to_string())).collect()
    }

    #[test]
    fn markdown_loses_its_markup() {
        let text =
            "# 听见湿地\n\n- **林晓岚** 主持人\n| 9:00 | [苏映雪](https://reed.example/su) |\n---\n3. 用`EchoReed`\n";
        let expected = [(1, "听见湿地"), (3, "林晓岚 主持人"), (4, "9:00 \t 苏映雪"), (6, "用EchoReed")];
        assert_eq!(read(text), rows(&expected));
    }

    #[test]
    fn a_page_becomes_a_line_a_block() {
        let text = "<!DOCTYPE html>\n<html><head><title>湿地论坛</title>\n<style>p { color: red }</style>\n\
                    <script>if (a < b) { document.write('<p>no</p>') }</script></head>\n<body>\n<p>\n  <b>林晓岚</b>\n  主持人</p>\
                    <!-- no -->\n<ul><li>声野&amp;科技<li>EchoReed<br>第二行</ul>\n<tr><td>9:00</td><td>苏映雪</td></tr>";
        let expected = [
            (2, "湿地论坛"),
            (7, "林晓岚 主持人"),
            (9, "声野&科技"),
            (9, "EchoReed"),
            (9, "第二行"),
            (10, "9:00\t苏映雪"),
        ];
        assert_eq!(read(text), rows(&expected));
    }

    #[test]
    fn addresses_are_no_words() {
        assert_eq!(
            read("报名：https://reed.example/signup?x=EchoReed，或 a.b@reed.example。"),
            rows(&[(1, "报名：\t，或 \t。")])
        );
        assert_eq!(read("见 reedham.org/talks 的说明"), rows(&[(1, "见 \t 的说明")]));
    }
}
