//! Reading TTML: times of body, div, p and span within one another, styles, regions and agents.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::times::Rates;
use crate::cues::{Anchor, EmphasisKind, Look};
use crate::formats::Note;
use crate::formats::emphasis::Written;
use crate::formats::reading::{Entry, Fault, Reading, Unreadable};
use crate::formats::text::{LineStarts, resolved};
use crate::timeline::{Ms, Span};

type Attributes = HashMap<String, String>;

/// Elements may stand so deep in one another; files of people do so ten deep.
const DEEPEST: usize = 200;

pub(super) fn read(text: &str) -> Result<Reading, Unreadable> {
    let mut document = Document::new(text);
    let mut reader = Reader::from_str(text);
    loop {
        let at = reader.buffer_position();
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let line = document.lines.line(at);
                document
                    .faults
                    .push(Fault { line, what: format!("the XML is broken ({error}); the rest is left out") });
                break;
            }
        };
        match event {
            Event::Eof => break,
            Event::Start(tag) => document.open(&tag, at),
            Event::Empty(tag) => {
                document.open(&tag, at);
                document.close();
            }
            Event::End(_) => document.close(),
            Event::Text(text) => document.text(&text.xml10_content()),
            Event::CData(text) => document.text(&text.xml10_content()),
            Event::GeneralRef(reference) => document.text(&resolved(&reference)),
            _ => {}
        }
        if document.open.len() > DEEPEST {
            return Err(Unreadable {
                line: document.lines.line(at),
                what: "elements stand too deep in one another".into(),
            });
        }
    }
    let Document { entries, faults, lost, .. } = document;
    if entries.is_empty() && faults.is_empty() {
        return Err(Unreadable { line: 1, what: "there is no paragraph with times and text in it".into() });
    }
    let notes = Note::looks_left_out("ttml", lost).into_iter().collect();
    Ok(Reading { faults, notes, ..Reading::of_entries(entries) })
}

/// An element that is open.
#[derive(Clone, Default)]
struct Open {
    name: String,
    begin: Ms,
    end: Option<Ms>,
    /// Whether it says itself when it is shown.
    timed: bool,
    /// Where the next child begins, in a container whose children follow one another.
    sequence: Option<Ms>,
    look: Style,
    agent: Option<String>,
    preserve: bool,
    /// Of a timed span: how much was written before it.
    from: usize,
}

/// What a style or region says.
#[derive(Clone, Default)]
struct Style {
    kinds: BTreeSet<EmphasisKind>,
    display: Option<String>,
    align: Option<String>,
    /// Whether it says something that is not kept.
    lost: bool,
}

/// A paragraph that is being read.
struct Paragraph {
    line: usize,
    written: Written,
    words: Vec<(Range<usize>, Span)>,
}

struct Document {
    lines: LineStarts,
    rates: Rates,
    open: Vec<Open>,
    styles: HashMap<String, Style>,
    regions: HashMap<String, Style>,
    agents: HashMap<String, String>,
    paragraph: Option<Paragraph>,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
    lost: usize,
}

impl Document {
    fn new(text: &str) -> Document {
        Document {
            lines: LineStarts::of(text),
            rates: Rates::of(None, None, None),
            open: vec![],
            styles: HashMap::new(),
            regions: HashMap::new(),
            agents: HashMap::new(),
            paragraph: None,
            entries: vec![],
            faults: vec![],
            lost: 0,
        }
    }

    fn open(&mut self, tag: &BytesStart, at: u64) {
        let attributes = attributes(tag);
        let local = tag.local_name();
        let mut name: &str = local.as_ref();
        let get = |key: &str| attributes.get(key).map(String::as_str);
        let inside_region = self.open.last().is_some_and(|open| open.name == "region");
        match name {
            "tt" => self.rates = Rates::of(get("frameRate"), get("frameRateMultiplier"), get("tickRate")),
            // A style within a region is the region's.
            "style" if inside_region => {
                let style = self.style(&attributes);
                let id = self.open.last().and_then(|region| region.agent.clone());
                if let Some(region) = id.and_then(|id| self.regions.get_mut(&id)) {
                    region.display = style.display.or(region.display.take());
                    region.align = style.align.or(region.align.take());
                }
                name = "inner-style";
            }
            "style" => _ = get("id").map(|id| self.styles.insert(id.into(), self.style(&attributes))),
            "region" => _ = get("id").map(|id| self.regions.insert(id.into(), self.style(&attributes))),
            "br" => self.text("\n"),
            _ => {}
        }
        let mut open = self.within(name, &attributes, at);
        if matches!(name, "region" | "agent") {
            open.agent = get("id").map(str::to_owned);
        }
        if name == "p" {
            self.paragraph = Some(Paragraph { line: self.lines.line(at), written: Written::default(), words: vec![] });
        }
        open.from = self.paragraph.as_ref().map_or(0, |paragraph| paragraph.written.len());
        self.open.push(open);
    }

    /// The element with what it has from those around it.
    fn within(&mut self, name: &str, attributes: &Attributes, at: u64) -> Open {
        let around = self.open.last().cloned().unwrap_or_default();
        let get = |key: &str| attributes.get(key).map(String::as_str);
        let times: Vec<(&str, Option<Ms>)> = ["begin", "end", "dur"]
            .iter()
            .filter_map(|key| get(key))
            .map(|text| (text, self.rates.time(text)))
            .collect();
        for (text, time) in times.iter().filter(|(_, time)| time.is_none()) {
            let (line, _) = (self.lines.line(at), time);
            self.faults.push(Fault { line, what: format!("the time “{text}” cannot be read") });
        }
        let time = |key: &str| get(key).and_then(|text| self.rates.time(text));
        let base = around.sequence.unwrap_or(around.begin);
        let begin = base + time("begin").unwrap_or(Ms::ZERO);
        let ends = [time("end").map(|end| base + end), time("dur").map(|dur| begin + dur)];
        let own = ends.into_iter().flatten().min();
        let end = own.into_iter().chain(around.end).min();
        let mut look = around.look.clone();
        for id in get("style").unwrap_or("").split_whitespace() {
            look.add(self.styles.get(id));
        }
        look.add(get("region").and_then(|id| self.regions.get(id)));
        let own_style = self.style(attributes);
        look.add(Some(&own_style));
        if attributes.get("fontStyle").is_some_and(|value| value == "normal") {
            look.kinds.remove(&EmphasisKind::Italic);
        }
        if attributes.get("fontWeight").is_some_and(|value| value == "normal") {
            look.kinds.remove(&EmphasisKind::Bold);
        }
        Open {
            name: name.into(),
            begin,
            end,
            timed: time("begin").is_some() || own.is_some(),
            sequence: (get("timeContainer") == Some("seq")).then_some(begin),
            look,
            agent: get("agent").map(str::to_owned).or(around.agent).filter(|_| !matches!(name, "region" | "agent")),
            preserve: get("space").map_or(around.preserve, |space| space == "preserve"),
            from: 0,
        }
    }

    fn style(&self, attributes: &Attributes) -> Style {
        let get = |key: &str| attributes.get(key).map(String::as_str);
        let mut style = Style::default();
        for id in get("style").unwrap_or("").split_whitespace() {
            style.add(self.styles.get(id));
        }
        let is =
            |key: &str, value: &str| get(key).is_some_and(|found| found.split_whitespace().any(|one| one == value));
        let kinds = [
            (EmphasisKind::Italic, is("fontStyle", "italic") || is("fontStyle", "oblique")),
            (EmphasisKind::Bold, is("fontWeight", "bold")),
            (EmphasisKind::Underline, is("textDecoration", "underline")),
        ];
        style.kinds.extend(kinds.into_iter().filter(|(_, on)| *on).map(|(kind, _)| kind));
        style.display = get("displayAlign").map(str::to_owned).or(style.display);
        style.align = get("textAlign").map(str::to_owned).or(style.align);
        style.lost |= get("color")
            .is_some_and(|color| !["white", "#ffffff", "#ffffffff"].contains(&color.to_lowercase().as_str()));
        style
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.open.last() else { return };
        if open.name == "name" {
            let id = self.open.iter().rev().find(|open| open.name == "agent").and_then(|agent| agent.agent.clone());
            if let Some(id) = id {
                self.agents.entry(id).or_default().push_str(text);
            }
            return;
        }
        let Some(paragraph) = &mut self.paragraph else { return };
        let is_metadata = self.open.iter().any(|open| matches!(open.name.as_str(), "metadata" | "desc" | "title"));
        if is_metadata {
            return;
        }
        if open.preserve || text == "\n" {
            paragraph.written.push(text, &open.look.kinds);
            return;
        }
        let blank = |c: char| c.is_ascii_whitespace();
        let mut words = text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if text.starts_with(blank) {
            words.insert(0, ' ');
        }
        if text.ends_with(blank) && !words.ends_with(' ') {
            words.push(' ');
        }
        paragraph.written.push(&words, &open.look.kinds);
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match (open.name.as_str(), &mut self.paragraph) {
            ("p", _) => self.close_paragraph(&open),
            ("span", Some(paragraph)) if open.timed => {
                let chars = open.from..paragraph.written.len();
                if let Some(end) = open.end.filter(|end| *end >= open.begin && !chars.is_empty()) {
                    paragraph.words.push((chars, Span { start: open.begin, end }));
                }
            }
            _ => {}
        }
        if let Some(around) = self.open.last_mut().filter(|around| around.sequence.is_some()) {
            around.sequence = open.end.or(around.sequence);
        }
    }

    fn close_paragraph(&mut self, open: &Open) {
        let Some(Paragraph { line, written, words }) = self.paragraph.take() else { return };
        let length = written.len();
        let (lines, emphasis) = written.finish();
        let of_words = words.iter().map(|(_, span)| *span).reduce(Span::union);
        let span = match (open.timed || of_words.is_none(), open.end) {
            (true, Some(end)) if end > open.begin => Some(Span { start: open.begin, end }),
            _ => of_words,
        };
        let Some(span) = span else {
            if !lines.is_empty() {
                let what = format!("a paragraph without a beginning and an end is left out: “{}”", lines.join(" "));
                self.faults.push(Fault { line, what });
            }
            return;
        };
        if lines.is_empty() {
            return;
        }
        self.lost += usize::from(open.look.lost);
        // Blanks that were trimmed shift what is counted; then no word has a time of its own.
        let whole = lines.iter().map(|line| line.chars().count() + 1).sum::<usize>() == length + 1;
        let words = if whole { words } else { vec![] };
        let speaker = open.agent.as_ref().map(|id| self.agents.get(id).unwrap_or(id).trim().to_owned());
        let look = Look { emphasis, anchor: open.look.anchor() };
        let speaker = speaker.filter(|name| !name.is_empty());
        self.entries.push(Entry { span, lines, speaker, words, look, line });
    }
}

impl Style {
    fn add(&mut self, other: Option<&Style>) {
        let Some(other) = other else { return };
        self.kinds.extend(&other.kinds);
        self.display = other.display.clone().or(self.display.take());
        self.align = other.align.clone().or(self.align.take());
        self.lost |= other.lost;
    }

    fn anchor(&self) -> Anchor {
        let row = match self.display.as_deref() {
            Some("before") => 7,
            Some("center") => 4,
            _ => 1,
        };
        let column = match self.align.as_deref() {
            Some("left") => 0,
            Some("right") => 2,
            _ => 1,
        };
        Anchor::of_key(row + column).unwrap_or_default()
    }
}

/// Attributes by their names without prefix.
fn attributes(tag: &BytesStart) -> Attributes {
    let one = |attribute: quick_xml::events::attributes::Attribute| {
        let name: &str = attribute.key.local_name().into_inner();
        Some((name.to_owned(), attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned()))
    };
    tag.attributes().flatten().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> Vec<(i64, i64, String)> {
        let text = format!(
            "<tt xmlns:tts=\"s\" xmlns:ttp=\"p\" ttp:frameRate=\"25\"><head><layout><region xml:id=\"top\"><style tts:displayAlign=\"before\"/></region></layout></head>{body}</tt>"
        );
        let reading = read(&text).unwrap();
        reading.cues.iter().map(|cue| (cue.span.start.0, cue.span.end.0, cue.lines.join("/"))).collect()
    }

    #[test]
    fn times_are_counted_from_what_is_around() {
        let body = "<body begin=\"10s\"><div begin=\"00:00:01.000\"><p begin=\"0s\" dur=\"50f\">a &amp;\n  b<br/>c</p><p end=\"4s\">d</p></div></body>";
        assert_eq!(shown(body), [(11_000, 13_000, "a & b/c".into()), (11_000, 15_000, "d".into())]);
        let sequence = "<body timeContainer=\"seq\"><p dur=\"1s\">a</p><p dur=\"2s\">b</p></body>";
        assert_eq!(shown(sequence), [(0, 1_000, "a".into()), (1_000, 3_000, "b".into())]);
    }

    #[test]
    fn spans_are_set_apart_or_words() {
        let text = "<tt xmlns:tts=\"s\"><body><p begin=\"0s\" end=\"2s\" region=\"x\">a<span tts:fontStyle=\"italic\">b</span></p>\
                    <p><span begin=\"3s\" end=\"4s\">听</span><span begin=\"4s\" end=\"5s\">见</span></p></body></tt>";
        let reading = read(text).unwrap();
        assert_eq!(reading.cues[0].look.emphasis[0].chars, 1..2);
        assert_eq!(
            (reading.cues[1].span, reading.timeline.segments[1].words.len()),
            (Span::new(Ms(3_000), Ms(5_000)), 2)
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_by_line() {
        let text =
            "<tt>\n<body>\n<p begin=\"x\" end=\"2s\">a</p>\n<p>b</p>\n<p begin=\"1s\" end=\"2s\">c</p></body>\n<";
        let reading = read(text).unwrap();
        assert_eq!(reading.faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [3, 4, 6]);
        assert_eq!(reading.cues.len(), 2);
    }
}
