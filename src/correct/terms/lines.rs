//! Terms as plain lines.

use super::entry::{Class, Entry, class_in};
use super::error::{Place, TermsError};

/// What stands between a term, its other names and its marks.
const SEPARATORS: [char; 3] = ['\t', '；', ';'];

/// What stands before each wrong writing.
const BARS: [char; 2] = ['|', '｜'];

/// What stands between several readings or contexts of one mark; the first also between other names.
const COMMAS: [char; 3] = ['、', '，', ','];

/// The entries of a text, in order.
///
/// A mark (`class: person`) holds for the term of its line; a class that stands alone on a line holds from there on.
pub(super) fn parse(text: &str, name: &str) -> Result<Vec<Entry>, TermsError> {
    let mut class = None;
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = without_comment(line).trim();
        let at = Place { name: name.into(), line: number };
        match Mark::of(line).filter(|_| !line.contains(SEPARATORS) && !line.contains(BARS)) {
            Some(Mark::Class(alone)) => class = class_in(alone, &at)?,
            _ if line.is_empty() => {}
            _ => entries.push(entry(line, class, &at)?),
        }
    }
    Ok(entries)
}

fn entry(line: &str, class: Option<Class>, at: &Place) -> Result<Entry, TermsError> {
    let mut columns = line.split(BARS);
    let mut names = pieces(columns.next().unwrap_or_default());
    let term = names.next().filter(|term| !term.is_empty() && Mark::of(term).is_none());
    let term = term.ok_or_else(|| TermsError::NoTerm { at: at.clone() })?;
    let mut entry = Entry { line: at.line, term: term.into(), class, ..Entry::default() };
    for piece in names {
        match Mark::of(piece) {
            Some(mark) => mark.apply(&mut entry, at)?,
            None => entry.others.extend(piece.split('、').map(|name| name.trim().into())),
        }
    }
    for piece in columns.flat_map(pieces) {
        match Mark::of(piece) {
            Some(mark) => mark.apply(&mut entry, at)?,
            None => entry.wrong.push(piece.into()),
        }
    }
    entry.others.retain(|name| !name.is_empty());
    entry.wrong.retain(|name| !name.is_empty());
    Ok(entry)
}

fn pieces(column: &str) -> impl Iterator<Item = &str> {
    column.split(SEPARATORS).map(str::trim)
}

/// Something said of a term under its name: `reading: zi mu`.
enum Mark<'a> {
    Reading(&'a str),
    Class(&'a str),
    NotIn(&'a str),
}

impl Mark<'_> {
    /// The mark that stands there; anything else with a colon is a name like any other.
    fn of(piece: &str) -> Option<Mark<'_>> {
        let (key, value) = piece.split_once([':', '：'])?;
        match key.trim().to_lowercase().replace(['_', '-'], " ").as_str() {
            "reading" | "读音" => Some(Mark::Reading(value)),
            "class" | "类别" => Some(Mark::Class(value)),
            "not in" | "不适用" => Some(Mark::NotIn(value)),
            _ => None,
        }
    }

    fn apply(self, entry: &mut Entry, at: &Place) -> Result<(), TermsError> {
        match self {
            Mark::Class(class) => entry.set_class(class, at)?,
            Mark::Reading(readings) => {
                readings.split(COMMAS).try_for_each(|reading| entry.add_reading(reading, at))?;
            }
            Mark::NotIn(contexts) => {
                let contexts = contexts.split(COMMAS).map(str::trim).filter(|context| !context.is_empty());
                entry.not_in.extend(contexts.map(String::from));
            }
        }
        Ok(())
    }
}

/// A comment begins with `#` at the start of a line or after a space, so that `C#` is a term.
fn without_comment(line: &str) -> &str {
    let comment = line
        .char_indices()
        .scan(' ', |before, (at, c)| Some((std::mem::replace(before, c), at, c)))
        .find(|(before, _, c)| matches!(c, '#' | '＃') && before.is_whitespace());
    comment.map_or(line, |(_, at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<Entry> {
        parse(text, "t.txt").unwrap()
    }

    fn fault(text: &str) -> String {
        parse(text, "t.txt").unwrap_err().to_string()
    }

    #[test]
    fn a_line_is_a_term_its_other_names_and_its_wrong_writings() {
        let read = entries("# people\n林晓岚\t主持人；林老师 # host\n\nC#\n鸣谱云听 | 明朴云听｜名谱云听 ＃ 产品\n");
        let rows: Vec<_> =
            read.iter().map(|e| (e.line, e.term.as_str(), e.others.join("/"), e.wrong.join("/"))).collect();
        assert_eq!(
            rows,
            [
                (2, "林晓岚", "主持人/林老师".into(), String::new()),
                (4, "C#", String::new(), String::new()),
                (5, "鸣谱云听", String::new(), "明朴云听/名谱云听".into()),
            ]
        );
    }

    #[test]
    fn marks_stand_anywhere_after_the_term() {
        let read = entries(
            "EchoReed\t回声芦苇；读音：ai kou rui de、yi kou rui de | 回生；not in: echo reed bed, Reed\n\
             声野；Class: org；不适用：原声野外；不适用：声野外",
        );
        assert_eq!(read[0].others, ["回声芦苇"]);
        assert_eq!(read[0].wrong, ["回生"]);
        assert_eq!(read[0].readings, ["ai kou rui de", "yi kou rui de"]);
        assert_eq!(read[0].not_in, ["echo reed bed", "Reed"]);
        assert_eq!((read[1].class, read[1].others.len()), (Some(Class::Organisation), 0));
        assert_eq!(read[1].not_in, ["原声野外", "声野外"]);
    }

    #[test]
    fn a_class_alone_on_a_line_holds_from_there_on() {
        let read = entries("声野\n类别：人名 # guests\n林晓岚\n苏映雪；类别：机构\n陈柏舟\nclass:\n大苇莺");
        let classes: Vec<_> = read.iter().map(|entry| entry.class).collect();
        let person = Some(Class::Person);
        assert_eq!(classes, [None, person, Some(Class::Organisation), person, None]);
    }

    #[test]
    fn other_colons_are_part_of_a_name() {
        assert_eq!(entries("听见\t副标题：听见湿地")[0].others, ["副标题：听见湿地"]);
    }

    #[test]
    fn faults_name_their_line() {
        assert_eq!(fault("声野\n | 生也"), "t.txt, line 2: a term is missing before the first separator");
        assert_eq!(fault("读音：sheng ye"), "t.txt, line 1: a term is missing before the first separator");
        assert!(fault("声野\n\n声野；读音：sheng 野").starts_with("t.txt, line 3: “野” is no syllable"));
        assert!(fault("类别：鸟").starts_with("t.txt, line 1: “鸟” is no class"));
        assert!(fault("声野；类别：鸟").starts_with("t.txt, line 1: “鸟” is no class"));
    }
}
