//! Text that no format can trip over.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesRef;

use crate::cues::{Cue, Emphasis, Look};
use crate::timeline::{Segment, Word};

/// The lines of a cue without anything that is not text: no control or byte-order characters, no line breaks within a
/// line, no empty lines. A cue of none of these has nothing to show. What was set apart still is, where its line came
/// through whole.
pub(super) fn shown(cue: &Cue) -> (Vec<String>, Look) {
    let (mut lines, mut look) = (Vec::new(), Look { anchor: cue.look.anchor, ..Look::default() });
    for (number, line) in cue.lines.iter().enumerate() {
        let before = lines.len();
        lines.extend(line.split(ends_line).map(one_line).filter(|line| !line.is_empty()));
        if lines.get(before).is_some_and(|same| same == line) {
            let here = cue.look.emphasis.iter().filter(|emphasis| emphasis.line == number);
            look.emphasis.extend(here.map(|emphasis| Emphasis { line: before, ..emphasis.clone() }));
        }
    }
    (lines, look)
}

/// A name or title on one line, without what XML and other formats have no form for.
pub(super) fn one_line(text: &str) -> String {
    let shown = |c: &char| !c.is_control() && !matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().map(|c| if c == '\t' || ends_line(c) { ' ' } else { c }).filter(shown).collect();
    text.trim().to_string()
}

/// The characters that some reader takes for the end of a line.
fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The words of a segment and their texts, in one pass over the segment's text.
pub(super) fn words(segment: &Segment) -> impl Iterator<Item = (&Word, &str)> {
    let bytes: Vec<usize> = segment.text.char_indices().map(|(byte, _)| byte).chain([segment.text.len()]).collect();
    segment.words.iter().filter_map(move |word| {
        let (start, end) = (*bytes.get(word.chars.start)?, *bytes.get(word.chars.end)?);
        Some((word, segment.text.get(start..end)?))
    })
}

/// A value without space, which ends it; never empty.
pub(super) fn field(text: &str) -> String {
    let field: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|part| !part.is_empty()).collect();
    if field.is_empty() { "_".into() } else { field.join("_") }
}

/// Where the lines of a text begin, in bytes: so a place in it is told by its line.
pub(super) struct LineStarts(Vec<usize>);

impl LineStarts {
    /// Of a text.
    pub fn of(text: &str) -> LineStarts {
        let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        LineStarts([0].into_iter().chain(feeds).collect())
    }

    /// The line of a byte, counted from 1.
    pub fn line(&self, byte: u64) -> usize {
        self.0.partition_point(|start| *start as u64 <= byte)
    }
}

/// What a reference of XML stands for; nothing where it is none that XML itself knows.
pub(super) fn resolved(reference: &BytesRef) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => resolve_predefined_entity(&reference.xml10_content()).unwrap_or("").to_owned(),
    }
}
