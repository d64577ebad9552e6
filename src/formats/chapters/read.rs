//! Reading lists of chapters, as leniently as people write them.

use std::sync::LazyLock;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader as XmlReader, XmlVersion};
use regex::Regex;
use serde_json::Value;

use crate::formats::reading::{Fault, Reader, Reading, Unreadable};
use crate::phones::language_of;
use crate::timeline::{Chapter, Ms, Span};

/// A chapter as a list has it.
struct Entry {
    start: Ms,
    /// Where the list says so.
    end: Option<Ms>,
    title: String,
    level: u8,
}

/// The chapters of a list, each up to the next one of its level or an upper one. How long the media is a list does not
/// say: the last chapter ends where the list says, or a minute after its start.
fn reading(mut entries: Vec<Entry>, faults: Vec<Fault>) -> Result<Reading, Unreadable> {
    /// A list without ends does not tell how long the last chapter is.
    const LAST: Ms = Ms(60_000);
    if entries.is_empty() {
        return Err(Unreadable { line: 1, what: "there is no chapter with a time and a title".into() });
    }
    entries.sort_by_key(|entry| (entry.start, entry.level));
    let given = entries.iter().filter_map(|entry| entry.end).max();
    let last = entries.iter().map(|entry| entry.start).max().unwrap_or(Ms::ZERO);
    let end = given.filter(|end| *end > last).unwrap_or(last + LAST);
    let mut reading = Reading { faults, ..Reading::default() };
    for (at, entry) in entries.iter().enumerate() {
        let next = entries[at + 1..].iter().find(|next| next.level <= entry.level).map_or(end, |next| next.start);
        let span = Span::new(entry.start, next);
        let title = entry.title.clone();
        reading.timeline.chapters.push(Chapter { span, title, level: entry.level, speaker: None });
    }
    reading.timeline.media.duration = end;
    reading.timeline.language = language_of(entries.iter().map(|entry| entry.title.as_str()));
    Ok(reading)
}

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\[(（【]?\b(?:(\d{1,3})\s*[:：]\s*)?(\d{1,3})\s*[:：]\s*(\d{2})(?:[.,](\d{1,9}))?\b[\])）】]?")
        .expect("a constant pattern")
});

fn time(found: &regex::Captures) -> Ms {
    let number = |group: usize| found.get(group).map_or(0, |digits| digits.as_str().parse::<i64>().unwrap_or(0));
    let fraction = found.get(4).map_or("", |digits| digits.as_str());
    let fraction = format!("{fraction:0<3}").get(..3).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or(0);
    Ms(((number(1) * 60 + number(2)) * 60 + number(3)) * 1000 + fraction)
}

fn clock(text: &str) -> Option<Ms> {
    let found = CLOCK.captures(text.trim())?;
    (found.get_match().len() == text.trim().len()).then(|| time(&found))
}

/// A line a chapter with its time, for Bilibili, YouTube and comments: before the title or behind it, with bullets,
/// brackets and dashes around it.
pub(super) struct Lines;

impl Reader for Lines {
    fn name(&self) -> &'static str {
        "list of chapters with times"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["bilibili.txt", "youtube.txt", "comment.txt", "chapters.txt"]
    }

    fn knows(&self, text: &str) -> bool {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let timed = lines.iter().filter(|line| !line.contains("-->") && CLOCK.is_match(line)).count();
        timed > 0 && timed * 2 > lines.len()
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let title = CLOCK.captures(line).and_then(|found| {
                let whole = found.get_match();
                // A second time is the end of a chapter, and no part of its title.
                let rest = [&line[..whole.start()], &line[whole.end()..]]
                    .map(|part| CLOCK.replace_all(part, " ").into_owned());
                let rest = rest.map(|part| part.trim_matches(|c: char| is_ornament(c)).to_owned());
                let title = rest.iter().find(|part| !part.is_empty())?.clone();
                Some((time(&found), title))
            });
            match title {
                Some((start, title)) => entries.push(Entry { start, end: None, title, level: 1 }),
                None => faults
                    .push(Fault { line: number, what: format!("no time and title; left out: “{}”", line.trim()) }),
            }
        }
        reading(entries, faults)
    }
}

/// What stands around a title and is no part of it.
fn is_ornament(c: char) -> bool {
    c.is_whitespace() || "-–—~|·•*>+:：、，".contains(c)
}

/// `CHAPTER01=00:00:00.000` and `CHAPTER01NAME=title`.
pub(super) struct Ogm;

static OGM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*CHAPTER(\d{1,4})(NAME)?\s*=\s*(.*?)\s*$").expect("a constant pattern"));

impl Reader for Ogm {
    fn name(&self) -> &'static str {
        "OGM chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ogm.txt"]
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| OGM.is_match(line))
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut entries, mut faults): (Vec<(String, Entry)>, Vec<Fault>) = (vec![], vec![]);
        for (line, text) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let mut tell = |what: &str| faults.push(Fault { line, what: format!("{what}: “{}”", text.trim()) });
            let Some(found) = OGM.captures(text) else {
                tell("is no chapter; left out");
                continue;
            };
            let number = found[1].to_owned();
            match (found.get(2), clock(&found[3])) {
                (None, Some(start)) => {
                    entries.push((number, Entry { start, end: None, title: String::new(), level: 1 }));
                }
                (None, None) => tell("the time cannot be read; left out"),
                (Some(_), _) => match entries.iter_mut().find(|(other, _)| *other == number) {
                    Some((_, entry)) => entry.title = found[3].to_owned(),
                    None => tell("a name without its time is left out"),
                },
            }
        }
        entries.retain(|(_, entry)| !entry.title.is_empty());
        reading(entries.into_iter().map(|(_, entry)| entry).collect(), faults)
    }
}

/// ffmpeg's metadata.
pub(super) struct FfMetadata;

impl Reader for FfMetadata {
    fn name(&self) -> &'static str {
        "FFmetadata"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ffmeta", "ffmetadata"]
    }

    fn knows(&self, text: &str) -> bool {
        text.starts_with(";FFMETADATA")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        let mut line = 1;
        for (number, block) in text.split("[CHAPTER]").enumerate() {
            let here = line;
            line += block.matches('\n').count();
            if number == 0 {
                continue;
            }
            match block_entry(block) {
                Some(entry) => entries.push(entry),
                None => faults.push(Fault { line: here, what: "a chapter without START or title is left out".into() }),
            }
        }
        reading(entries, faults)
    }
}

fn block_entry(block: &str) -> Option<Entry> {
    // Further sections end a chapter's.
    let block = block.split("\n[").next()?;
    let value = |key: &str| logical_lines(block).into_iter().find_map(|line| Some(line.strip_prefix(key)?.to_owned()));
    let base = value("TIMEBASE=").unwrap_or_else(|| "1/1000000000".into());
    let (over, under) = base.split_once('/')?;
    let unit = over.trim().parse::<f64>().ok()? / under.trim().parse::<f64>().ok().filter(|under| *under > 0.0)?;
    let time = |key: &str| Some(Ms::from_seconds(value(key)?.trim().parse::<f64>().ok()? * unit));
    let title = value("title=")?;
    Some(Entry { start: time("START=")?.max(Ms::ZERO), end: time("END="), title, level: 1 })
}

/// The lines of a block with what is escaped in them resolved; an escaped line feed is no end.
fn logical_lines(block: &str) -> Vec<String> {
    let (mut lines, mut escaped) = (vec![String::new()], false);
    for c in block.chars() {
        let Some(line) = lines.last_mut() else { continue };
        match c {
            _ if escaped => {
                line.push(if c == '\n' { ' ' } else { c });
                escaped = false;
            }
            '\\' => escaped = true,
            '\n' => lines.push(String::new()),
            c => line.push(c),
        }
    }
    lines
}

/// JSON chapters of Podcasting 2.0.
pub(super) struct Podcast;

impl Reader for Podcast {
    fn name(&self) -> &'static str {
        "Podcasting 2.0 chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["podcast.json", "chapters.json"]
    }

    fn knows(&self, text: &str) -> bool {
        text.trim_start().starts_with('{') && text.contains("\"chapters\"") && text.contains("\"startTime\"")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| Unreadable { line: error.line(), what: error.to_string() })?;
        let list = root.get("chapters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (number, chapter) in (1..).zip(list) {
            let time = |key: &str| chapter.get(key).and_then(Value::as_f64).map(Ms::from_seconds);
            let title = chapter.get("title").and_then(Value::as_str).map(str::trim).filter(|title| !title.is_empty());
            match (time("startTime"), title) {
                (Some(start), Some(title)) => {
                    entries.push(Entry {
                        start: start.max(Ms::ZERO),
                        end: time("endTime"),
                        title: title.into(),
                        level: 1,
                    });
                }
                _ => {
                    faults.push(Fault { line: 1, what: format!("chapter {number} has no start or no title; left out") })
                }
            }
        }
        reading(entries, faults)
    }
}

/// Matroska's XML, chapters within chapters, and Podlove's Simple Chapters.
pub(super) struct Xml;

impl Reader for Xml {
    fn name(&self) -> &'static str {
        "Matroska or Podlove chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["mkv.xml", "psc.xml", "psc", "xml"]
    }

    fn knows(&self, text: &str) -> bool {
        text.contains("<ChapterAtom") || text.contains("podlove.org/simple-chapters")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let mut reader = XmlReader::from_str(text);
        let mut document = Document::default();
        loop {
            let broken = |error: quick_xml::Error| Unreadable { line: 1, what: format!("the XML is broken: {error}") };
            match reader.read_event().map_err(broken)? {
                Event::Eof => break,
                Event::Start(tag) => document.open(&tag),
                Event::Empty(tag) => {
                    document.open(&tag);
                    document.close();
                }
                Event::End(_) => document.close(),
                Event::Text(text) => document.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => document.text.push_str(&crate::formats::text::resolved(&reference)),
                _ => {}
            }
        }
        reading(document.entries, document.faults)
    }
}

#[derive(Default)]
struct Document {
    open: Vec<String>,
    /// The chapters that are open: their index, where they have a start.
    atoms: Vec<(Option<Ms>, Option<Ms>, String)>,
    text: String,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl Document {
    fn open(&mut self, tag: &BytesStart) {
        let local = tag.local_name();
        let name: &str = local.as_ref();
        self.text.clear();
        match name {
            "ChapterAtom" => self.atoms.push((None, None, String::new())),
            "chapter" => {
                let get = |key: &str| {
                    let found = tag.attributes().flatten().find(|attribute| {
                        let local: &str = attribute.key.local_name().into_inner();
                        local == key
                    })?;
                    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
                };
                match (
                    get("start").and_then(|start| lenient_clock(&start)),
                    get("title").filter(|title| !title.trim().is_empty()),
                ) {
                    (Some(start), Some(title)) => self.entries.push(Entry { start, end: None, title, level: 1 }),
                    _ => {
                        self.faults.push(Fault { line: 1, what: "a chapter without start or title is left out".into() })
                    }
                }
            }
            _ => {}
        }
        self.open.push(name.to_owned());
    }

    fn close(&mut self) {
        let name = self.open.pop().unwrap_or_default();
        let level = u8::try_from(self.atoms.len()).unwrap_or(u8::MAX);
        if let Some((start, end, title)) = self.atoms.last_mut() {
            match name.as_str() {
                "ChapterTimeStart" => *start = lenient_clock(&self.text),
                "ChapterTimeEnd" => *end = lenient_clock(&self.text),
                "ChapterString" if title.is_empty() => *title = self.text.trim().to_owned(),
                _ => {}
            }
        }
        if name == "ChapterAtom"
            && let Some((start, end, title)) = self.atoms.pop()
        {
            match start.filter(|_| !title.is_empty()) {
                Some(start) => self.entries.push(Entry { start, end, title, level }),
                None => {
                    self.faults.push(Fault { line: 1, what: "a chapter without start or title is left out".into() })
                }
            }
        }
        self.text.clear();
    }
}

/// A clock, or seconds.
fn lenient_clock(text: &str) -> Option<Ms> {
    let seconds = || text.trim().parse::<f64>().ok().filter(|time| (0.0..1e9).contains(time)).map(Ms::from_seconds);
    clock(text).or_else(seconds)
}

/// Premiere's markers: a table with tabs between, times with frames.
pub(super) struct Premiere;

impl Reader for Premiere {
    fn name(&self) -> &'static str {
        "Premiere markers"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["markers.csv"]
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().next().is_some_and(|line| line.contains("Marker Name") && line.contains("In"))
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let tabs = text.lines().next().is_some_and(|line| line.contains('\t'));
        let mut table = csv::ReaderBuilder::new()
            .delimiter(if tabs { b'\t' } else { b',' })
            .flexible(true)
            .from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| Unreadable { line: 1, what: error.to_string() };
        let columns: Vec<String> =
            table.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_owned()).collect();
        let column = |name: &str| columns.iter().position(|column| column == name);
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (line, record) in (2..).zip(table.records()) {
            let record = record.map_err(unreadable)?;
            let field = |name: &str| record.get(column(name)?).map(str::trim).filter(|text| !text.is_empty());
            match (field("In").and_then(frames), field("Marker Name")) {
                (Some(start), Some(title)) => entries.push(Entry { start, end: None, title: title.into(), level: 1 }),
                _ => faults.push(Fault { line, what: "a marker without In or a name is left out".into() }),
            }
        }
        reading(entries, faults)
    }
}

/// `HH:MM:SS:FF` or `HH;MM;SS;FF`. How many frames make a second the file does not say: a frame is left out.
fn frames(text: &str) -> Option<Ms> {
    let parts: Vec<i64> = text.split([':', ';']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds, _] = parts[..] else { return clock(text) };
    Some(Ms(((hours * 60 + minutes) * 60 + seconds) * 1000))
}

/// A list of edits with markers, as DaVinci Resolve writes it.
pub(super) struct Resolve;

static MARKER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\|M:(.*?)\s*\|D:\d+").expect("a constant pattern"));

impl Reader for Resolve {
    fn name(&self) -> &'static str {
        "markers of DaVinci Resolve"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["edl"]
    }

    fn knows(&self, text: &str) -> bool {
        text.contains("FCM:") && MARKER.is_match(text)
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut entries, mut faults, mut start) = (Vec::new(), Vec::new(), None);
        for (line, text) in (1..).zip(text.lines()) {
            let times: Vec<Ms> = text
                .split_whitespace()
                .filter(|part| part.matches([':', ';']).count() == 3)
                .filter_map(frames)
                .collect();
            match (MARKER.captures(text), &times[..]) {
                (Some(found), _) => match start.take().filter(|_| !found[1].is_empty()) {
                    Some(start) => entries.push(Entry { start, end: None, title: found[1].to_owned(), level: 1 }),
                    None => faults.push(Fault { line, what: "a marker without times or a name is left out".into() }),
                },
                (None, [_, _, record, _]) => start = Some(*record),
                _ => {}
            }
        }
        // Its timelines begin at one hour.
        let hour = Ms::from_secs(3600);
        if entries.iter().all(|entry| entry.start >= hour) {
            entries.iter_mut().for_each(|entry| entry.start = entry.start - hour);
        }
        reading(entries, faults)
    }
}
