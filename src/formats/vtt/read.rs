//! What zimu makes of a WebVTT file: cues with speakers, what is set apart, and the times of words.

use std::collections::BTreeSet;
use std::ops::Range;

use super::cue_text::{self, Element, Node, Tag};
use super::parse::{RawCue, parse};
use super::settings::{Align, Line, Settings, Vertical};
use crate::cues::{Anchor, EmphasisKind, Look};
use crate::formats::Note;
use crate::formats::emphasis::Written;
use crate::formats::reading::{Entry, Fault, Reading, Unreadable};
use crate::timeline::{Ms, Span};

pub(super) fn read(text: &str) -> Result<Reading, Unreadable> {
    let Some(file) = parse(text) else {
        return Err(Unreadable { line: 1, what: "it does not begin with WEBVTT on a line of its own".into() });
    };
    let (mut entries, mut faults, mut lost) = (Vec::new(), file.faults, usize::from(!file.stylesheets.is_empty()));
    for cue in &file.cues {
        if cue.end <= cue.start {
            let what =
                format!("the end {} does not come after the start {}; left out: “{}”", cue.end, cue.start, cue.text);
            faults.push(Fault { line: cue.line, what });
            continue;
        }
        let said = parts(cue);
        lost += usize::from(said.lost || !is_plain(&cue.settings));
        if said.entries.is_empty() {
            faults.push(Fault { line: cue.line, what: "a cue without text is left out".into() });
        }
        entries.extend(said.entries);
    }
    faults.sort_by_key(|fault| fault.line);
    let notes = Note::looks_left_out("vtt", lost).into_iter().collect();
    Ok(Reading { faults, notes, ..Reading::of_entries(entries) })
}

/// What is said in a cue.
#[derive(Default)]
struct Said {
    /// One for each voice.
    entries: Vec<Entry>,
    /// Whether classes, ruby or languages were in it, which nothing is made of.
    lost: bool,
}

/// Takes a cue's text apart: a voice within is an entry of its own.
fn parts(cue: &RawCue) -> Said {
    let mut walk = Walk { cue, said: Said::default(), voice: None, written: Written::default(), times: vec![] };
    walk.nodes(&cue_text::parse(&cue.text), &BTreeSet::new());
    walk.close();
    walk.said
}

struct Walk<'a> {
    cue: &'a RawCue,
    said: Said,
    voice: Option<String>,
    written: Written,
    /// Where times stand: characters before, and the time.
    times: Vec<(usize, Ms)>,
}

impl Walk<'_> {
    fn nodes(&mut self, nodes: &[Node], kinds: &BTreeSet<EmphasisKind>) {
        for node in nodes {
            match node {
                Node::Text(text) => self.written.push(text, kinds),
                Node::Time(time) => self.times.push((self.written.len(), *time)),
                Node::Element(element) => self.element(element, kinds),
            }
        }
    }

    fn element(&mut self, element: &Element, kinds: &BTreeSet<EmphasisKind>) {
        self.said.lost |= !element.classes.is_empty();
        let mut kinds = kinds.clone();
        match element.tag {
            Tag::Italic => _ = kinds.insert(EmphasisKind::Italic),
            Tag::Bold => _ = kinds.insert(EmphasisKind::Bold),
            Tag::Underline => _ = kinds.insert(EmphasisKind::Underline),
            Tag::Voice => {
                if self.voice.as_ref() != Some(&element.annotation) {
                    self.close();
                }
                self.voice = Some(element.annotation.clone()).filter(|name| !name.is_empty());
            }
            Tag::RubyText => {
                self.written.push("（", &kinds);
                self.nodes(&element.children, &kinds);
                self.written.push("）", &kinds);
                return;
            }
            Tag::Class | Tag::Ruby | Tag::Language => {}
        }
        self.nodes(&element.children, &kinds);
        if element.tag == Tag::Voice {
            self.close();
        }
    }

    /// Makes an entry of what was said so far.
    fn close(&mut self) {
        let length = self.written.len();
        let times = std::mem::take(&mut self.times);
        let (lines, emphasis) = std::mem::take(&mut self.written).finish();
        let speaker = self.voice.take();
        if lines.is_empty() {
            return;
        }
        let span = Span::new(self.cue.start, self.cue.end);
        let look = Look { emphasis, anchor: anchor(&self.cue.settings) };
        // Blanks that were trimmed shift what is counted; then no word has a time of its own.
        let whole = lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() == length + 1;
        let words = if whole { words(&lines.join("\n"), &times, span) } else { vec![] };
        self.said.entries.push(Entry { span, lines, speaker, words, look, line: self.cue.line });
    }
}

/// The words between the times of a cue, each up to the next time. Without any time there are none.
fn words(text: &str, times: &[(usize, Ms)], span: Span) -> Vec<(Range<usize>, Span)> {
    let chars: Vec<char> = text.chars().collect();
    let first = times.first().filter(|(at, _)| *at > 0).map(|_| (0, span.start));
    let starts: Vec<(usize, Ms)> = first.into_iter().chain(times.iter().copied()).collect();
    let ends = starts.iter().skip(1).copied().chain([(chars.len(), span.end)]);
    let part = |(&(start, from), (end, to)): (&(usize, Ms), (usize, Ms))| {
        let blank = |at: &usize| chars.get(*at).is_none_or(|c| c.is_whitespace());
        let start = (start..end).find(|at| !blank(at))?;
        let end = (start..end).rev().find(|at| !blank(at))? + 1;
        let within = |time: Ms| time.clamp(span.start, span.end);
        Some((start..end, Span::new(within(from), within(to))))
    };
    starts.iter().zip(ends).filter_map(part).collect()
}

/// Whether the settings say no more than one of nine places.
fn is_plain(settings: &Settings) -> bool {
    let place =
        Settings { line: settings.line, line_align: settings.line_align, align: settings.align, ..Settings::default() };
    let line = matches!(settings.line, None | Some(Line::Number(0.0 | -1.0)) | Some(Line::Percent(50.0)));
    *settings == place && line
}

/// The nearest of nine places.
fn anchor(settings: &Settings) -> Anchor {
    /// Lines that players show at most: the middle one of these is the middle.
    const LINES: f64 = 15.0;
    if settings.vertical != Vertical::Horizontal {
        return Anchor::default();
    }
    let height = match settings.line {
        None => 100.0,
        Some(Line::Percent(percent)) => percent,
        Some(Line::Number(line)) if line < 0.0 => 100.0 + line * 100.0 / LINES,
        Some(Line::Number(line)) => line * 100.0 / LINES,
    };
    let row = if height < 100.0 / 3.0 {
        7
    } else if height < 200.0 / 3.0 {
        4
    } else {
        1
    };
    let column = match settings.align {
        Align::Start | Align::Left => 0,
        Align::Center => 1,
        Align::End | Align::Right => 2,
    };
    Anchor::of_key(row + column).unwrap_or_default()
}
