//! Reading SubStation Alpha, old (SSA, v4) and advanced (ASS, v4+).

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::cues::{Anchor, EmphasisKind, Look};
use crate::formats::Note;
use crate::formats::emphasis::Written;
use crate::formats::reading::{Entry, Fault, Reading, Unreadable};
use crate::formats::timing::clock;
use crate::timeline::{Ms, Span};

/// What the events of a file are read by.
#[derive(Default)]
struct Script {
    /// The columns of styles and events, in lower case, as their `Format:` lines say.
    style_columns: Vec<String>,
    event_columns: Vec<String>,
    styles: HashMap<String, Style>,
    section: String,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
    /// Cues with colours, fonts, exact places or effects.
    lost: usize,
}

/// What of a style is kept.
#[derive(Clone, Default)]
struct Style {
    kinds: BTreeSet<EmphasisKind>,
    anchor: Anchor,
}

pub(super) fn read(text: &str) -> Result<Reading, Unreadable> {
    let mut script = Script::default();
    for (number, line) in (1..).zip(text.lines()) {
        script.line(number, line.trim());
    }
    let Script { entries, faults, lost, .. } = script;
    if entries.is_empty() && faults.is_empty() {
        return Err(Unreadable { line: 1, what: "there is no line that begins with “Dialogue:”".into() });
    }
    let notes = Note::looks_left_out("ass", lost).into_iter().collect();
    Ok(Reading { faults, notes, ..Reading::of_entries(entries) })
}

impl Script {
    fn line(&mut self, number: usize, line: &str) {
        if line.starts_with('[') && line.ends_with(']') {
            self.section = line[1..line.len() - 1].to_lowercase();
            return;
        }
        let Some((key, value)) = line.split_once(':') else { return };
        match (key.trim().to_lowercase().as_str(), self.section.contains("styles")) {
            ("format", true) => self.style_columns = columns(value),
            ("format", false) => self.event_columns = columns(value),
            ("style", true) => self.style(value),
            ("dialogue", _) => self.dialogue(number, value),
            _ => {}
        }
    }

    fn style(&mut self, value: &str) {
        let fields = fields(value, &self.style_columns);
        let is_on = |name: &str| fields.get(name).is_some_and(|value| !matches!(*value, "0" | ""));
        let kinds =
            [("italic", EmphasisKind::Italic), ("bold", EmphasisKind::Bold), ("underline", EmphasisKind::Underline)];
        let number = fields.get("alignment").and_then(|value| value.parse().ok()).unwrap_or(2);
        let anchor = if self.section.contains('+') { Anchor::of_key(number) } else { Anchor::of_ssa(number) };
        let style = Style {
            kinds: kinds.into_iter().filter(|(name, _)| is_on(name)).map(|(_, kind)| kind).collect(),
            anchor: anchor.unwrap_or_default(),
        };
        let name = fields.get("name").map_or("", |name| name.trim_start_matches('*'));
        self.styles.insert(name.to_owned(), style);
    }

    fn dialogue(&mut self, number: usize, value: &str) {
        let usual = "layer, start, end, style, name, marginl, marginr, marginv, effect, text";
        let columns = if self.event_columns.is_empty() { columns(usual) } else { self.event_columns.clone() };
        let fields = fields(value, &columns);
        let field = |name: &str| fields.get(name).copied().unwrap_or("");
        let mut tell = |what: String| self.faults.push(Fault { line: number, what });
        let (Some(start), Some(end)) = (clock(field("start")), clock(field("end"))) else {
            return tell(format!("the times cannot be read; left out: “{value}”"));
        };
        if end <= start {
            return tell(format!("the end {end} does not come after the start {start}; left out: “{}”", field("text")));
        }
        let style = self.styles.get(field("style").trim_start_matches('*')).cloned().unwrap_or_default();
        let shown = shown(field("text"), &style, Span { start, end });
        self.lost += usize::from(shown.lost);
        if shown.lines.is_empty() {
            return;
        }
        let name = Some(field("name")).or(fields.get("actor").copied()).filter(|name| !name.is_empty());
        self.entries.push(Entry {
            span: Span { start, end },
            lines: shown.lines,
            speaker: name.map(str::to_owned),
            words: shown.words,
            look: shown.look,
            line: number,
        });
    }
}

fn columns(value: &str) -> Vec<String> {
    value.split(',').map(|column| column.trim().to_lowercase()).collect()
}

/// The values of a line by column; the last one has all that is left, commas too.
fn fields<'a>(value: &'a str, columns: &'a [String]) -> HashMap<&'a str, &'a str> {
    let values = value.trim_start().splitn(columns.len().max(1), ',').map(str::trim);
    columns.iter().map(String::as_str).zip(values).collect()
}

/// A text without its codes.
#[derive(Default)]
struct Shown {
    lines: Vec<String>,
    look: Look,
    words: Vec<(Range<usize>, Span)>,
    lost: bool,
}

/// Where a text stands while it is read.
struct State {
    style: Style,
    kinds: BTreeSet<EmphasisKind>,
    /// Whether what stands here is a drawing.
    draws: bool,
    /// The time that the next syllable begins, and how long it is, where `\k` says so.
    syllable: Option<(Ms, Ms)>,
    /// Where the syllables end.
    sung: Ms,
}

fn shown(text: &str, style: &Style, span: Span) -> Shown {
    let mut shown = Shown { look: Look { anchor: style.anchor, ..Look::default() }, ..Shown::default() };
    let mut state =
        State { style: style.clone(), kinds: style.kinds.clone(), draws: false, syllable: None, sung: span.start };
    let (mut written, mut rest) = (Written::default(), text);
    while !rest.is_empty() {
        let override_block = rest.starts_with('{').then(|| rest.find('}')).flatten();
        if let Some(end) = override_block {
            for code in rest[1..end].split('\\').skip(1) {
                shown.lost |= !apply(code.trim(), &mut state, &mut shown.look.anchor);
            }
            rest = &rest[end + 1..];
            continue;
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let opens = |at: &usize| *at >= first && !rest[..*at].ends_with('\\');
        let end = rest.match_indices('{').map(|(at, _)| at).find(opens).unwrap_or(rest.len());
        if state.draws {
            shown.lost = true;
        } else {
            let before = written.len();
            written.push(&plain(&rest[..end]), &state.kinds);
            if let Some((start, length)) = state.syllable.take().filter(|_| written.len() > before) {
                let syllable = Span::new(start.min(span.end), (start + length).min(span.end));
                shown.words.push((before..written.len(), syllable));
            }
        }
        rest = &rest[end..];
    }
    let length = written.len();
    (shown.lines, shown.look.emphasis) = written.finish();
    // Blanks that were trimmed shift what is counted; then no word has a time of its own.
    if shown.lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() != length + 1 {
        shown.words.clear();
    }
    shown
}

/// Text in which `\N` and `\n` break lines and `\h` is a space that does not break.
fn plain(text: &str) -> String {
    text.replace("\\N", "\n")
        .replace("\\n", "\n")
        .replace("\\h", "\u{a0}")
        .replace("\\{", "{")
        .replace("\\}", "}")
        .replace("\\\u{2060}", "\\")
}

/// Does what a code says; `false` where it says something that is not kept.
fn apply(code: &str, state: &mut State, anchor: &mut Anchor) -> bool {
    let digits = code.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (name, value) = (&code[..code.len() - digits.len()], digits.parse::<i64>().ok());
    let kind = match name {
        "i" => Some(EmphasisKind::Italic),
        "b" => Some(EmphasisKind::Bold),
        "u" => Some(EmphasisKind::Underline),
        _ => None,
    };
    match (kind, name, value) {
        (Some(kind), _, Some(0)) => _ = state.kinds.remove(&kind),
        (Some(kind), _, Some(_)) => _ = state.kinds.insert(kind),
        // Without a number it is as the style has it.
        (Some(kind), _, None) if state.style.kinds.contains(&kind) => _ = state.kinds.insert(kind),
        (Some(kind), _, None) => _ = state.kinds.remove(&kind),
        (_, "r", None) => state.kinds.clone_from(&state.style.kinds),
        (_, "an", Some(key)) => *anchor = u8::try_from(key).ok().and_then(Anchor::of_key).unwrap_or(*anchor),
        (_, "a", Some(key)) => *anchor = u8::try_from(key).ok().and_then(Anchor::of_ssa).unwrap_or(*anchor),
        (_, "p", Some(scale)) => state.draws = scale > 0,
        (_, "k" | "K" | "kf" | "ko", Some(hundredths)) => {
            let length = Ms(hundredths.clamp(0, 360_000) * 10);
            state.syllable = Some((state.sung, length));
            state.sung += length;
        }
        _ => return false,
    }
    true
}
