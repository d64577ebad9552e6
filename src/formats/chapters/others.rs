//! Chapters for players and editors that want a plain list: OGM, Podlove, Audacity, Premiere, Resolve.

use quick_xml::escape::escape;

use super::flat::{self, Entry};
use super::{ChapterFormat, Fault, Note, read};
use crate::formats::Reader;
use crate::timeline::{Ms, Timeline};

/// OGM's simple chapters (`.ogm.txt`), which mkvmerge takes too.
pub(super) struct Ogm;

/// Podlove Simple Chapters 1.2 (`.psc.xml`).
pub(super) struct Podlove;

/// Audacity's labels (`.labels.txt`).
pub(super) struct Labels;

/// Premiere's markers (`.markers.csv`).
pub(super) struct Premiere;

/// A list of edits with markers for DaVinci Resolve (`.edl`).
pub(super) struct Resolve;

/// Frames a second of lists that count them.
const FRAMES: i64 = 25;

fn clock(time: Ms) -> String {
    let ms = time.0;
    format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

/// Hours, minutes, seconds and frames.
fn timecode(time: Ms) -> String {
    let (seconds, frame) = (time.0 / 1000, time.0 % 1000 * FRAMES / 1000);
    format!("{:02}:{:02}:{:02}:{frame:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Whether a list is read back as the row that it was made of, to the second.
fn check(list: &str, duration: Ms, reader: &dyn Reader) -> Result<(), Fault> {
    let reading = reader.read(list).map_err(|_| Fault::Malformed { entry: 0 })?;
    if !reading.faults.is_empty() {
        return Err(Fault::Malformed { entry: 0 });
    }
    let mut row: Vec<Entry> = reading
        .timeline
        .chapters
        .into_iter()
        .map(|chapter| Entry { span: chapter.span, title: chapter.title })
        .collect();
    if let Some(last) = row.last_mut() {
        last.span.end = duration;
    }
    flat::check(&row, duration)
}

impl ChapterFormat for Ogm {
    fn file(&self) -> &'static str {
        "chapters.ogm.txt"
    }

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let line = |(number, Entry { span, title }): (usize, &Entry)| {
            format!("CHAPTER{number:02}={}\nCHAPTER{number:02}NAME={title}\n", clock(span.start))
        };
        (Some((1..).zip(&row).map(line).collect()), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        check(list, duration, &read::Ogm)
    }
}

impl ChapterFormat for Podlove {
    fn file(&self) -> &'static str {
        "chapters.psc.xml"
    }

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let line = |Entry { span, title }: &Entry| {
            format!("  <psc:chapter start=\"{}\" title=\"{}\"/>\n", clock(span.start), escape(title.as_str()))
        };
        let chapters: String = row.iter().map(line).collect();
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                    <psc:chapters version=\"1.2\" xmlns:psc=\"http://podlove.org/simple-chapters\">\n";
        (Some(format!("{head}{chapters}</psc:chapters>\n")), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        check(list, duration, &read::Xml)
    }
}

impl ChapterFormat for Labels {
    fn file(&self) -> &'static str {
        "chapters.labels.txt"
    }

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let line = |Entry { span, title }: &Entry| {
            format!("{:.6}\t{:.6}\t{title}\n", span.start.seconds(), span.end.seconds())
        };
        (Some(row.iter().map(line).collect()), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        let read = |(entry, line): (usize, &str)| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [start, end, title] = fields[..] else { return Err(Fault::Malformed { entry }) };
            let time = |text: &str| text.parse().map(Ms::from_seconds).map_err(|_| Fault::Malformed { entry });
            let span = crate::timeline::Span { start: time(start)?, end: time(end)? };
            Ok(Entry { span, title: title.into() })
        };
        let row: Result<Vec<Entry>, Fault> = (1..).zip(list.lines()).map(read).collect();
        flat::check(&row?, duration)
    }
}

impl ChapterFormat for Premiere {
    fn file(&self) -> &'static str {
        "chapters.markers.csv"
    }

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let line = |Entry { span, title }: &Entry| {
            let (start, title) = (timecode(span.start), title.replace('"', "”"));
            format!("{title}\t\t{start}\t{start}\t00:00:00:00\tChapter\n")
        };
        let head = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\n";
        (Some(format!("{head}{}", row.iter().map(line).collect::<String>())), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        check(list, duration, &read::Premiere)
    }
}

impl ChapterFormat for Resolve {
    fn file(&self) -> &'static str {
        "chapters.edl"
    }

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        // Resolve's timelines begin at one hour.
        let hour = Ms::from_secs(3600);
        let line = |(number, Entry { span, title }): (usize, &Entry)| {
            let (start, next) = (timecode(span.start + hour), timecode(span.start + hour + Ms(1000 / FRAMES)));
            let title = title.replace('|', "/");
            format!(
                "{number:03}  001      V     C        {start} {next} {start} {next}\n |C:ResolveColorBlue |M:{title} |D:1\n\n"
            )
        };
        let events: String = (1..).zip(&row).map(line).collect();
        (Some(format!("TITLE: chapters\nFCM: NON-DROP FRAME\n\n{events}")), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        check(list, duration, &read::Resolve)
    }
}
