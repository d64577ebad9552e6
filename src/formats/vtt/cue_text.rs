//! The text of a cue as a tree (W3C WebVTT, 6.4 "cue text parsing").

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token as HtmlToken, Tokenizer};

use super::parse::timestamp;
use crate::timeline::Ms;

/// A node of a cue's text.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Text, references resolved.
    Text(String),
    /// A time inside the cue: what follows is said from then on.
    Time(Ms),
    /// A tag and what is in it.
    Element(Element),
}

/// A tag of a cue's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Which.
    pub tag: Tag,
    /// The classes behind its name.
    pub classes: Vec<String>,
    /// The name of a voice, or the language; else empty.
    pub annotation: String,
    /// The language that holds inside, where one was named.
    pub language: String,
    /// What is in it.
    pub children: Vec<Node>,
}

/// The tags that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Tag {
    Class,
    Italic,
    Bold,
    Underline,
    Ruby,
    RubyText,
    Voice,
    Language,
}

impl Tag {
    fn named(name: &str) -> Option<Tag> {
        Some(match name {
            "c" => Tag::Class,
            "i" => Tag::Italic,
            "b" => Tag::Bold,
            "u" => Tag::Underline,
            "ruby" => Tag::Ruby,
            "rt" => Tag::RubyText,
            "v" => Tag::Voice,
            "lang" => Tag::Language,
            _ => return None,
        })
    }
}

enum Token {
    Text(String),
    Start { name: String, classes: Vec<String>, annotation: String },
    End(String),
    Time(String),
}

/// The tree of a cue's text.
pub fn parse(text: &str) -> Vec<Node> {
    let mut tree = Tree { open: vec![], nodes: vec![] };
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = token(rest);
        rest = after;
        tree.take(token);
    }
    while tree.close() {}
    tree.nodes
}

/// What is open, outermost first, each with what stood before it on its level.
struct Tree {
    open: Vec<(Element, Vec<Node>)>,
    nodes: Vec<Node>,
}

impl Tree {
    fn take(&mut self, token: Token) {
        match token {
            Token::Text(text) => self.nodes.push(Node::Text(text)),
            Token::Time(text) => {
                if let Some((time, "")) = timestamp(&text) {
                    self.nodes.push(Node::Time(time));
                }
            }
            Token::Start { name, classes, annotation } => self.start(&name, classes, annotation),
            Token::End(name) => self.end(&name),
        }
    }

    fn start(&mut self, name: &str, classes: Vec<String>, annotation: String) {
        let Some(tag) = Tag::named(name) else { return };
        let within = self.open.last().map(|(element, _)| element);
        if tag == Tag::RubyText && within.is_none_or(|element| element.tag != Tag::Ruby) {
            return;
        }
        let outer = within.map_or(String::new(), |element| element.language.clone());
        let language = if tag == Tag::Language { annotation.clone() } else { outer };
        let annotation = if matches!(tag, Tag::Voice | Tag::Language) { annotation } else { String::new() };
        let element = Element { tag, classes, annotation, language, children: vec![] };
        self.open.push((element, std::mem::take(&mut self.nodes)));
    }

    fn end(&mut self, name: &str) {
        let Some(tag) = Tag::named(name) else { return };
        match self.open.last().map(|(element, _)| element.tag) {
            Some(open) if open == tag => {
                self.close();
            }
            Some(Tag::RubyText) if tag == Tag::Ruby => {
                self.close();
                self.close();
            }
            _ => {}
        }
    }

    /// Closes the innermost element; `false` where none is open.
    fn close(&mut self) -> bool {
        let Some((mut element, before)) = self.open.pop() else { return false };
        element.children = std::mem::replace(&mut self.nodes, before);
        self.nodes.push(Node::Element(element));
        true
    }
}

const SPACES: [char; 4] = ['\t', '\n', '\u{c}', ' '];

/// The first token of a text that is not empty, and the rest.
fn token(text: &str) -> (Token, &str) {
    let Some(tag) = text.strip_prefix('<') else {
        let end = text.find('<').unwrap_or(text.len());
        return (Token::Text(resolved(&text[..end])), &text[end..]);
    };
    let end = tag.find('>').unwrap_or(tag.len());
    let (inside, rest) = (&tag[..end], tag.get(end + 1..).unwrap_or(""));
    let token = match inside.chars().next() {
        Some('/') => Token::End(inside[1..].into()),
        Some('0'..='9') => Token::Time(inside.into()),
        _ => start_tag(inside),
    };
    (token, rest)
}

/// A name, classes behind points, an annotation behind a space.
fn start_tag(inside: &str) -> Token {
    let (named, annotation) = inside.find(SPACES).map_or((inside, ""), |at| inside.split_at(at));
    let mut parts = named.split('.');
    let name = parts.next().unwrap_or("").into();
    let classes = parts.filter(|class| !class.is_empty()).map(str::to_owned).collect();
    let annotation = resolved(annotation);
    let words: Vec<&str> = annotation.split(SPACES).filter(|word| !word.is_empty()).collect();
    Token::Start { name, classes, annotation: words.join(" ") }
}

/// Text with HTML's character references resolved; there is no `<` in it.
fn resolved(text: &str) -> String {
    if !text.contains('&') {
        return text.into();
    }
    let mut resolved = String::new();
    for token in Tokenizer::new_with_emitter(text, DefaultEmitter::default()) {
        if let Ok(HtmlToken::String(string)) = token {
            resolved.push_str(&String::from_utf8_lossy(&string));
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as text: tags in brackets.
    fn shown(nodes: &[Node]) -> String {
        let one = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Time(time) => format!("[{time}]"),
            Node::Element(element) => {
                let mut head = format!("{:?}", element.tag).to_lowercase();
                element.classes.iter().for_each(|class| head += &format!(".{class}"));
                if !element.annotation.is_empty() {
                    head += &format!(" {}", element.annotation);
                }
                format!("({head}: {})", shown(&element.children))
            }
        };
        nodes.iter().map(one).collect()
    }

    #[test]
    fn trees_of_all_tags() {
        assert_eq!(
            shown(&parse("<v.loud  Ann  Lee>Hi <i.x.y>there</i>, <b>you")),
            "(voice.loud Ann Lee: Hi (italic.x.y: there), (bold: you))"
        );
        assert_eq!(shown(&parse("<ruby>漢<rt>hàn</ruby>字")), "(ruby: 漢(rubytext: hàn))字");
        assert_eq!(shown(&parse("<rt>x</rt><q>y</q></i>z")), "xyz");
        assert_eq!(shown(&parse("a<00:01.000>b<0:01.000>c<00:02.000 x>d")), "a[0:01.000]bcd");
        assert_eq!(shown(&parse("<lang en-GB>a <c>b")), "(language en-GB: a (class: b))");
        assert_eq!(shown(&parse("x<i")), "x(italic: )");
    }

    #[test]
    fn references_are_resolved_as_in_html() {
        assert_eq!(
            shown(&parse("&lt;i&gt; &amp;amp; &nbsp;&#x4e2d;&copy &x; & <v A&amp;B>")),
            "<i> &amp; \u{a0}中© &x; & (voice A&B: )"
        );
    }
}
