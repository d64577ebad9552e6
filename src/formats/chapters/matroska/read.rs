//! Reading Matroska's XML, as mkvextract and others write it.

use quick_xml::Reader as XmlReader;
use quick_xml::events::Event;

use super::super::read::{self, Listed};
use super::Matroska;
use crate::formats::reading::{Fault, Reader, Reading, Unreadable};
use crate::formats::text::resolved;
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
        loop {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            let line = || 1 + text.get(..at).map_or(0, |before| before.matches('\n').count());
            let event = reader
                .read_event()
                .map_err(|error| Unreadable { line: line(), what: format!("the XML is broken: {error}") })?;
            match event {
                Event::Eof => return read::reading(document.chapters, document.faults),
                Event::Start(tag) => document.open(tag.local_name().as_ref()),
                Event::Text(text) => document.text.push_str(&text.xml10_content()),
                Event::CData(text) => document.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => document.text.push_str(&resolved(&reference)),
                Event::End(tag) => {
                    let usable = document.close(tag.local_name().as_ref());
                    if !usable {
                        let what = "a chapter without start or title is left out".into();
                        document.faults.push(Fault { line: line(), what });
                    }
                }
                _ => {}
            }
        }
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
    fn open(&mut self, name: &str) {
        self.text.clear();
        if name == "ChapterAtom" {
            self.open.push(Atom::default());
        }
    }

    /// Ends an element; `false` where it was a chapter that cannot be used.
    fn close(&mut self, name: &str) -> bool {
        let text = std::mem::take(&mut self.text);
        let level = u8::try_from(self.open.len()).unwrap_or(u8::MAX);
        let Some(atom) = self.open.last_mut() else { return true };
        match name {
            "ChapterTimeStart" => atom.start = read::clock(&text),
            "ChapterTimeEnd" => atom.end = read::clock(&text),
            // A chapter may have a title in each of several languages: the first is taken.
            "ChapterString" if atom.title.is_empty() => atom.title = text.trim().to_owned(),
            "ChapterAtom" => {
                let Atom { start, end, title } = self.open.pop().unwrap_or_default();
                let Some(start) = start.filter(|_| !title.is_empty()) else { return false };
                self.chapters.push(Listed { start, end, title, level });
            }
            _ => {}
        }
        true
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
}
