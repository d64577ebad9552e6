//! Reading Matroska's XML, as mkvextract and others write it.

use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;

use super::super::read::{self, Listed};
use super::Matroska;
use crate::formats::reading::{Fault, Reader, Reading, Unreadable};
use crate::formats::text::{LineStarts, resolved};
use crate::timeline::Ms;

impl Reader for Matroska {
    fn name(&self) -> &'static str {
        "Matroska chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["mkv.xml", "xml"]
    }

    fn knows(&self, text: &str) -> bool {
        text.contains("<ChapterAtom")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let mut reader = XmlReader::from_str(text);
        let mut document = Document::default();
        let lines = LineStarts::of(text);
        loop {
            let line = lines.line(reader.buffer_position());
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Err(error) => {
                    let what = format!("the XML is broken ({error}); the rest is left out");
                    document.faults.push(Fault { line, what });
                    break;
                }
                Ok(event) => document.take(event, line),
            }
        }
        // Of what is still open what there is of it counts.
        while !document.open.is_empty() {
            document.close("ChapterAtom", lines.line(text.len() as u64));
        }
        read::reading(document.chapters, document.faults)
    }
}

/// What was read so far.
#[derive(Default)]
struct Document {
    /// The chapters that are open, the innermost last.
    open: Vec<Atom>,
    /// The text since the last tag.
    text: String,
    chapters: Vec<Listed>,
    faults: Vec<Fault>,
}

#[derive(Default)]
struct Atom {
    start: Option<Ms>,
    end: Option<Ms>,
    title: String,
}

impl Document {
    fn take(&mut self, event: Event, line: usize) {
        match event {
            Event::Start(tag) => {
                self.text.clear();
                if tag.local_name().as_ref() == "ChapterAtom" {
                    self.open.push(Atom::default());
                }
            }
            Event::Text(text) => self.text.push_str(&text.xml10_content()),
            Event::CData(text) => self.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => self.text.push_str(&resolved(&reference)),
            Event::End(tag) => self.close(tag.local_name().as_ref(), line),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, line: usize) {
        let text = std::mem::take(&mut self.text);
        let level = u8::try_from(self.open.len()).unwrap_or(u8::MAX);
        let Some(atom) = self.open.last_mut() else { return };
        match name {
            "ChapterTimeStart" => atom.start = read::clock(&text),
            "ChapterTimeEnd" => atom.end = read::clock(&text),
            // A chapter may have a title in each of several languages: the first is taken.
            "ChapterString" if atom.title.is_empty() => atom.title = text.trim().to_owned(),
            "ChapterAtom" => {
                let Atom { start, end, title } = std::mem::take(atom);
                self.open.pop();
                match start.filter(|_| !title.is_empty()) {
                    Some(start) => self.chapters.push(Listed { start, end, title, level }),
                    None => {
                        let what = "a chapter without start or title is left out".into();
                        self.faults.push(Fault { line, what });
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_within_chapters() {
        let xml = "<Chapters><EditionEntry><ChapterAtom><ChapterTimeStart>00:00:00.000000000</ChapterTimeStart>\
                   <ChapterAtom><ChapterTimeStart>00:01:00.5</ChapterTimeStart><ChapterDisplay>\
                   <ChapterString>A &amp; B</ChapterString></ChapterDisplay></ChapterAtom>\
                   <ChapterDisplay><ChapterString>one</ChapterString></ChapterDisplay>\
                   <ChapterDisplay><ChapterString>eins</ChapterString></ChapterDisplay></ChapterAtom>\n\
                   <ChapterAtom></ChapterAtom></EditionEntry></Chapters>";
        let reading = Matroska.read(xml).unwrap();
        let found: Vec<_> =
            reading.timeline.chapters.iter().map(|c| (c.span.start.0, c.level, c.title.as_str())).collect();
        assert_eq!(found, [(0, 1, "one"), (60_500, 2, "A & B")]);
        assert_eq!(reading.faults[0].line, 2);
    }

    #[test]
    fn what_stands_before_a_fault_is_kept() {
        let xml = "<Chapters><ChapterAtom><ChapterTimeStart>00:00:01</ChapterTimeStart><ChapterString>one</ChapterString>\n\
                   </Wrong>";
        let reading = Matroska.read(xml).unwrap();
        assert_eq!(reading.timeline.chapters[0].title, "one");
        assert_eq!((reading.faults.len(), reading.faults[0].line), (1, 2));
    }
}
