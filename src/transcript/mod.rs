//! The transcript: read whatever it is, clean it by named rules, cut it into sentences.
//!
//! ```text
//!     bytes ──decode──► lines ──source──► paragraphs ──rules──► clean paragraphs ──sentences──► Document
//! ```
//!
//! The lines as given are never changed. Every character of a sentence knows the [`Point`] that it came from, and
//! every edit is a [`Change`] with the rule that made it, so that whatever zimu says of the output can be found in the
//! source.
//!
//! **Points in JSON** are those of the file: line and offset of the character (or of the escape that writes it) inside
//! the JSON, so an editor goes to the right place there too.

pub(crate) mod decode;
mod draft;
mod error;
mod rewrite;
mod rules;
mod script;
mod sentences;
mod source;

use std::fs;
use std::path::Path;

pub use error::TranscriptError;
pub use rewrite::{Edit, RewriteError, rewrite};
pub use rules::{Rule, Rules, UnknownRule};
pub(crate) use rules::{fillers, stutters};

use crate::timeline::{Point, Sentence};

/// A transcript, read and cleaned.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The transcript as given, decoded; line `n` is `lines[n - 1]`.
    pub lines: Vec<String>,
    /// Whether it is JSON, so that points are those of the file.
    pub json: bool,
    /// What it was decoded from, such as `UTF-8` or `gb18030`.
    pub encoding: &'static str,
    /// Lines (1-based) with bytes that mean nothing in that encoding and were replaced by U+FFFD.
    pub damaged_lines: Vec<u32>,
    /// A title line that was taken out of the text.
    pub title: Option<String>,
    /// The cleaned sentences, in order; none is empty.
    pub sentences: Vec<Sentence>,
    /// What is heard besides speech, where the transcript says so.
    pub events: Vec<Event>,
    /// Every edit, rule by rule, each rule's in the order of the text.
    pub changes: Vec<Change>,
}

/// Something to hear that is not speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is.
    pub kind: EventKind,
    /// Where the transcript marks it.
    pub point: Point,
    /// The index of the first sentence that begins at or after the mark; the number of sentences at the very end.
    pub before: usize,
}

/// The kinds of events that recognisers and subtitlers mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Music: `🎼`, `<|BGM|>`, `[音乐]`.
    Music,
    /// Applause: `👏`, `<|Applause|>`, `[掌声]`.
    Applause,
    /// Laughter: `😀`, `<|Laughter|>`, `[笑声]`.
    Laughter,
    /// Crying: `😭`, `<|Cry|>`.
    Cry,
    /// A sneeze or a cough, which recognisers mark alike: `🤧`, `😷`, `<|Cough|>`.
    Cough,
    /// Any other noise: `[噪音]`, `[noise]`.
    Noise,
}

/// One edit that cleaning made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The rule that made it.
    pub rule: Rule,
    /// Where, in the transcript as given.
    pub at: Point,
    /// What stood there; `\n` where paragraphs were joined.
    pub before: String,
    /// What stands there now; empty when it was taken out.
    pub after: String,
}

/// Reads and cleans the transcript at `path`.
///
/// # Errors
/// [`TranscriptError`] when it cannot be read, is no text, is broken JSON, or holds nothing to speak.
pub fn read(path: &Path, rules: &Rules) -> Result<Document, TranscriptError> {
    let bytes = fs::read(path).map_err(|source| TranscriptError::Read { path: path.into(), source })?;
    read_bytes(&bytes, path, rules)
}

/// Reads and cleans a transcript that is in memory; `name` serves messages and, by its ending, as a hint of the format.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(bytes: &[u8], name: &Path, rules: &Rules) -> Result<Document, TranscriptError> {
    let decoded = decode::decode(bytes).map_err(|what| TranscriptError::Binary { path: name.into(), what })?;
    let json = source::looks_like_json(&decoded.lines, name);
    let mut draft = source::parse(&decoded.lines, name)?;
    rules.run(&mut draft);
    let sentences = sentences::split(&draft);
    if sentences.is_empty() {
        return Err(TranscriptError::Empty { path: name.into(), lines: decoded.lines.len() });
    }
    Ok(Document {
        events: place_events(&draft.events, &sentences),
        lines: decoded.lines,
        json,
        encoding: decoded.encoding,
        damaged_lines: decoded.damaged,
        title: draft.title,
        sentences,
        changes: draft.changes,
    })
}

/// The lines of a text in any of the encodings that a transcript may have; what `bytes` are where they are no text.
pub(crate) fn lines_of(bytes: &[u8]) -> Result<Vec<String>, &'static str> {
    decode::decode(bytes).map(|decoded| decoded.lines)
}

impl Document {
    /// The cleaned text, a paragraph a line, with a line end after each. A speaker's label stands before the first
    /// paragraph that it holds for.
    pub fn text(&self) -> String {
        text_of(&self.sentences)
    }
}

/// The text of sentences, a paragraph a line, with a line end after each. A speaker's label stands before the first
/// paragraph that it holds for.
pub fn text_of(sentences: &[Sentence]) -> String {
    let mut text = String::new();
    let mut last: Option<&Sentence> = None;
    for sentence in sentences {
        let first = sentence.text.chars().first().copied();
        let new_label = last.is_none_or(|last| last.label != sentence.label);
        match last {
            Some(last) if last.paragraph != sentence.paragraph || new_label => text.push('\n'),
            Some(_) if script::needs_space(text.chars().next_back(), first) => text.push(' '),
            _ => {}
        }
        if let (Some(label), true) = (&sentence.label, new_label) {
            text.push_str(label);
            text.push_str(if label.is_ascii() { ": " } else { "：" });
        }
        text.push_str(&sentence.text.text());
        last = Some(sentence);
    }
    text.push('\n');
    text
}

fn place_events(events: &[(EventKind, Point)], sentences: &[Sentence]) -> Vec<Event> {
    let begins = |sentence: &Sentence| sentence.text.points().first().copied().unwrap_or_default();
    let place = |&(kind, point): &(EventKind, Point)| Event {
        kind,
        point,
        before: sentences.partition_point(|sentence| begins(sentence) < point),
    };
    events.iter().map(place).collect()
}
