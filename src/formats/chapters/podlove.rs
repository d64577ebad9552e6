//! Podlove Simple Chapters 1.2, for feeds of podcasts.

use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader as XmlReader, XmlVersion};

use super::flat::{self, Entry};
use super::read::{self, Listed};
use super::{ChapterFormat, Fault, Note};
use crate::formats::Demands;
use crate::formats::reading::{self, Reader, Reading, Unreadable};
use crate::formats::text::LineStarts;
use crate::timeline::{Ms, Timeline};

/// `chapters.psc.xml`.
pub(super) struct Podlove;

impl ChapterFormat for Podlove {
    fn file(&self) -> &'static str {
        "chapters.psc.xml"
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let chapter = |Entry { span, title }: &Entry| {
            format!("  <psc:chapter start=\"{}\" title=\"{}\"/>\n", flat::clock(span.start), escape(title.as_str()))
        };
        let chapters: String = row.iter().map(chapter).collect();
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                    <psc:chapters version=\"1.2\" xmlns:psc=\"http://podlove.org/simple-chapters\">\n";
        ((!row.is_empty()).then(|| format!("{head}{chapters}</psc:chapters>\n")), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        flat::check_read(Reader::read(self, list), duration)
    }
}

impl Reader for Podlove {
    fn name(&self) -> &'static str {
        "Podlove Simple Chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["psc.xml", "psc"]
    }

    fn knows(&self, text: &str) -> bool {
        text.contains("podlove.org/simple-chapters") || text.contains("<psc:chapter")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut chapters, mut faults) = (Vec::new(), Vec::new());
        let mut reader = XmlReader::from_str(text);
        let lines = LineStarts::of(text);
        loop {
            let line = lines.line(reader.buffer_position());
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Err(error) => {
                    faults.push(reading::Fault {
                        line,
                        what: format!("the XML is broken ({error}); the rest is left out"),
                    });
                    break;
                }
                Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "chapter" => {
                    match chapter(&tag) {
                        Some(chapter) => chapters.push(chapter),
                        None => {
                            let what = "a chapter without start or title is left out".into();
                            faults.push(reading::Fault { line, what });
                        }
                    }
                }
                Ok(_) => {}
            }
        }
        read::reading(chapters, faults)
    }
}

fn chapter(tag: &BytesStart) -> Option<Listed> {
    let value = |key: &str| {
        let attribute = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == key)?;
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.trim().to_owned())
    };
    let title = value("title").filter(|title| !title.is_empty())?;
    Some(Listed::at(read::clock(&value("start")?)?, title))
}
