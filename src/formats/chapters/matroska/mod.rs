//! Chapters as Matroska's XML, which `mkvmerge --chapters` takes: parts stand inside their chapter.

mod read;

use std::collections::HashSet;
use std::io;

use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::{ChapterFormat, Fault, Holds, Note};
use crate::formats::Demands;
use crate::formats::text::one_line;
use crate::timeline::{Chapter, Language, Ms, Timeline};

/// `chapters.mkv.xml`.
pub(super) struct Matroska;

/// A chapter and the chapters inside it.
struct Atom<'a> {
    /// Its identifier: unlike the others', and not zero. Counted, so that the same chapters give the same file.
    uid: usize,
    chapter: &'a Chapter,
    parts: Vec<Atom<'a>>,
}

impl ChapterFormat for Matroska {
    fn file(&self) -> &'static str {
        "chapters.mkv.xml"
    }

    fn holds(&self) -> Holds {
        Holds { ends: true, levels: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let end = timeline.duration();
        let late = timeline.chapters.iter().filter(|chapter| chapter.span.start >= end);
        let titles: Vec<String> = late.map(|chapter| chapter.title.clone()).collect();
        let notes =
            if titles.is_empty() { vec![] } else { vec![Note::ChaptersLeftOut { target: self.file(), titles }] };
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        // A vector takes all that is written to it, and what is written is text.
        let written = write_document(&mut writer, timeline).ok();
        let xml = written.and_then(|()| String::from_utf8(writer.into_inner()).ok());
        (xml.map(|xml| xml + "\n"), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        check_document(list, duration)
    }
}

fn write_document(writer: &mut Writer<Vec<u8>>, timeline: &Timeline) -> io::Result<()> {
    let end = timeline.duration();
    let mut chapters: Vec<&Chapter> = timeline.chapters.iter().filter(|chapter| chapter.span.start < end).collect();
    chapters.sort_by_key(|chapter| (chapter.span.start, chapter.level));
    let mut numbered = (1..).zip(chapters).peekable();
    let mut atoms = Vec::new();
    while let Some(atom) = next_atom(&mut numbered) {
        atoms.push(atom);
    }
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("Chapters").write_inner_content(|writer| {
        writer.create_element("EditionEntry").write_inner_content(|writer| {
            let language = timeline.language;
            write_atoms(writer, &atoms, (Ms::ZERO, end), language)
        })?;
        Ok(())
    })?;
    Ok(())
}

/// The next chapter with all that follow it on higher levels.
fn next_atom<'a>(numbered: &mut std::iter::Peekable<impl Iterator<Item = (usize, &'a Chapter)>>) -> Option<Atom<'a>> {
    let (uid, chapter) = numbered.next()?;
    let mut parts = Vec::new();
    while numbered.peek().is_some_and(|(_, next)| next.level > chapter.level) {
        parts.extend(next_atom(numbered));
    }
    Some(Atom { uid, chapter, parts })
}

/// Chapters of one level, each up to the next one's start, within the chapter around them.
fn write_atoms(writer: &mut Writer<Vec<u8>>, atoms: &[Atom], around: (Ms, Ms), language: Language) -> io::Result<()> {
    for (at, Atom { uid, chapter, parts }) in atoms.iter().enumerate() {
        let start = chapter.span.start.max(around.0);
        let end = atoms.get(at + 1).map_or(around.1, |next| next.chapter.span.start.clamp(start, around.1));
        let title = Some(one_line(&chapter.title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| uid.to_string());
        writer.create_element("ChapterAtom").write_inner_content(|writer| {
            element(writer, "ChapterUID", &uid.to_string())?;
            element(writer, "ChapterTimeStart", &clock(start))?;
            element(writer, "ChapterTimeEnd", &clock(end))?;
            writer.create_element("ChapterDisplay").write_inner_content(|writer| {
                element(writer, "ChapterString", &title)?;
                element(writer, "ChapterLanguage", iso_639_2(language))?;
                element(writer, "ChapLanguageIETF", language.code())
            })?;
            write_atoms(writer, parts, (start, end), language)
        })?;
    }
    Ok(())
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(text)).map(|_| ())
}

/// Matroska's language codes are the bibliographic ones of ISO 639-2.
fn iso_639_2(language: Language) -> &'static str {
    match language {
        Language::Chinese => "chi",
        Language::English => "eng",
    }
}

/// Hours, minutes, seconds and nanoseconds.
fn clock(time: Ms) -> String {
    let ms = time.0;
    format!("{:02}:{:02}:{:02}.{:03}000000", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

fn read_clock(text: &str) -> Option<Ms> {
    let (clock, fraction) = text.split_once('.')?;
    let [hours, minutes, seconds] = clock.split(':').collect::<Vec<_>>().try_into().ok()?;
    let number = |digits: &str| digits.parse::<i64>().ok().filter(|value| *value >= 0);
    let seconds = number(hours)?.checked_mul(3600)? + number(minutes)? * 60 + number(seconds)?;
    Some(Ms(seconds.checked_mul(1000)?.checked_add(number(fraction.get(..3)?)?)?))
}

/// What has been read of a chapter that is still open.
#[derive(Default)]
struct Open {
    entry: usize,
    start: Option<Ms>,
    end: Option<Ms>,
    titled: bool,
    /// Where the part before the next one ended.
    reached: Ms,
}

/// Whether every chapter has an identifier of its own, a title, and a time within the chapter around it, after the one
/// before.
fn check_document(list: &str, duration: Ms) -> Result<(), Fault> {
    let mut reader = Reader::from_str(list);
    let (mut entry, mut uids) = (0, HashSet::new());
    let mut open = vec![Open { start: Some(Ms::ZERO), end: Some(duration), ..Open::default() }];
    loop {
        let malformed = Fault::Malformed { entry };
        match reader.read_event().map_err(|_| malformed.clone())? {
            Event::Eof => return if open.len() == 1 { Ok(()) } else { Err(malformed) },
            Event::Start(tag) if tag.name().as_ref() == "ChapterAtom" => {
                entry += 1;
                open.push(Open { entry, ..Open::default() });
            }
            Event::End(tag) if tag.name().as_ref() == "ChapterAtom" => close(&mut open)?,
            Event::Start(tag) if VALUES.contains(&tag.name().as_ref()) => {
                let text = reader.read_text(tag.name()).map_err(|_| malformed.clone())?;
                let chapter = open.last_mut().ok_or(malformed)?;
                read_value(chapter, tag.name().as_ref(), &text.xml10_content(), &mut uids)?;
            }
            _ => {}
        }
    }
}

/// The elements that the check looks into.
const VALUES: [&str; 4] = ["ChapterUID", "ChapterTimeStart", "ChapterTimeEnd", "ChapterString"];

fn read_value(chapter: &mut Open, element: &str, text: &str, uids: &mut HashSet<u64>) -> Result<(), Fault> {
    match element {
        "ChapterUID" => {
            let uid = text.parse().ok().filter(|uid| *uid > 0 && uids.insert(*uid));
            uid.ok_or(Fault::Identifier { entry: chapter.entry })?;
        }
        "ChapterTimeStart" => {
            chapter.start = read_clock(text);
            chapter.reached = chapter.start.unwrap_or_default();
        }
        "ChapterTimeEnd" => chapter.end = read_clock(text),
        _ => chapter.titled = !text.trim().is_empty(),
    }
    Ok(())
}

/// Ends the innermost open chapter and holds it against the one around it.
fn close(open: &mut Vec<Open>) -> Result<(), Fault> {
    let Some(chapter) = open.pop() else { return Err(Fault::Malformed { entry: 0 }) };
    let entry = chapter.entry;
    let (Some(around), Some(start), Some(end)) = (open.last_mut(), chapter.start, chapter.end) else {
        return Err(Fault::Malformed { entry });
    };
    if !chapter.titled {
        return Err(Fault::Title { entry });
    }
    if start < around.reached {
        return Err(Fault::TooClose { entry });
    }
    if end < start || around.end.is_none_or(|around| end > around) {
        return Err(Fault::WrongEnd { entry });
    }
    around.reached = end;
    Ok(())
}
