//! Chapters as ffmpeg's metadata file, to be put into a media file with `ffmpeg -i in.mp4 -i chapters.ffmeta
//! -map_chapters 1 -codec copy out.mp4`.

use super::flat::{self, Entry};
use super::read::{self, Listed};
use super::{ChapterFormat, Fault, Holds, Note};
use crate::formats::Demands;
use crate::formats::reading::{self, Reader, Reading, Unreadable};
use crate::timeline::{Ms, Span, Timeline};

/// `chapters.ffmeta`.
pub(super) struct FfMetadata;

const HEADER: &str = ";FFMETADATA1\n";

/// What a value must have a backslash before (ffmpeg's documentation of its formats, "Metadata").
const ESCAPED: [char; 5] = ['=', ';', '#', '\\', '\n'];

impl ChapterFormat for FfMetadata {
    fn file(&self) -> &'static str {
        "chapters.ffmeta"
    }

    fn holds(&self) -> Holds {
        Holds { ends: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let mut list = HEADER.to_string();
        for Entry { span, title } in &row {
            let (start, end) = (span.start.0, span.end.0);
            list += &format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={}\n", escape(title));
        }
        (Some(list), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        let list = list.strip_prefix(HEADER).ok_or(Fault::Malformed { entry: 0 })?;
        let blocks: Vec<&str> = list.split("[CHAPTER]\nTIMEBASE=1/1000\n").collect();
        if !blocks[0].is_empty() {
            return Err(Fault::Malformed { entry: 0 });
        }
        let row: Result<Vec<Entry>, Fault> =
            (1..).zip(&blocks[1..]).map(|(entry, block)| entry_of(block).ok_or(Fault::Malformed { entry })).collect();
        flat::check(&row?, duration)
    }
}

fn escape(title: &str) -> String {
    title.chars().flat_map(|c| ESCAPED.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

fn entry_of(block: &str) -> Option<Entry> {
    let [start, end, title] = block.lines().collect::<Vec<_>>().try_into().ok()?;
    let time = |line: &str, key: &str| line.strip_prefix(key)?.parse().ok().map(Ms);
    let title = unescape(title.strip_prefix("title=")?)?;
    Some(Entry { span: Span { start: time(start, "START=")?, end: time(end, "END=")? }, title })
}

/// The value as ffmpeg reads it; `None` when something in it lacks its backslash.
fn unescape(value: &str) -> Option<String> {
    let (mut text, mut chars) = (String::new(), value.chars());
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => chars.next()?,
            c if ESCAPED.contains(&c) => return None,
            c => c,
        });
    }
    Some(text)
}

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
        let (mut chapters, mut faults) = (Vec::new(), Vec::new());
        let mut section: Option<Section> = None;
        let end_of = [(0, "[]".to_owned())];
        for (line, text) in logical_lines(text).into_iter().chain(end_of) {
            if text.starts_with('[') {
                match section.take().map(|section| (section.line, section.listed())) {
                    Some((_, Some(chapter))) => chapters.push(chapter),
                    Some((line, None)) => {
                        faults.push(reading::Fault { line, what: "a chapter without START is left out".into() });
                    }
                    None => {}
                }
                section = (text.trim() == "[CHAPTER]").then(|| Section { line, values: vec![] });
            } else if let Some(section) = &mut section {
                section.values.push(text);
            }
        }
        for (number, chapter) in (1..).zip(&mut chapters) {
            if chapter.title.is_empty() {
                chapter.title = usize::to_string(&number);
            }
        }
        read::reading(chapters, faults)
    }
}

/// A chapter's part of the file.
struct Section {
    line: usize,
    values: Vec<String>,
}

impl Section {
    fn listed(&self) -> Option<Listed> {
        let value = |key: &str| {
            let mut pairs = self.values.iter().filter_map(|line| line.split_once('='));
            pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(key)).map(|(_, value)| value.trim())
        };
        // Without a time base ffmpeg counts nanoseconds.
        let (over, under) = value("TIMEBASE").unwrap_or("1/1000000000").split_once('/')?;
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let unit = number(over)? / number(under)?;
        let time = |key: &str| read::seconds(number(value(key)?)?.max(0.0) * unit);
        let title = value("title").unwrap_or_default();
        Some(Listed { end: time("END"), ..Listed::at(time("START")?, title) })
    }
}

/// The lines with what is escaped in them resolved, and their numbers; an escaped line feed is no end, and what begins
/// with `;` or `#` is no line.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let (mut lines, mut line, mut first, mut number) = (Vec::new(), String::new(), 1, 1);
    let mut chars = text.chars().chain(['\n']);
    while let Some(c) = chars.next() {
        number += usize::from(c == '\n');
        match c {
            '\\' => {
                let escaped = chars.next().unwrap_or('\n');
                number += usize::from(escaped == '\n');
                line.push(if escaped == '\n' { ' ' } else { escaped });
            }
            '\n' => {
                let whole = std::mem::take(&mut line);
                if !whole.starts_with([';', '#']) {
                    lines.push((first, whole));
                }
                first = number;
            }
            c => line.push(c),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_read_back() {
        let title = r"C# = a\b; 50%";
        assert_eq!(escape(title), r"C\# \= a\\b\; 50%");
        assert_eq!(unescape(&escape(title)).as_deref(), Some(title));
        assert_eq!(unescape("a=b"), None);
    }

    #[test]
    fn files_of_ffmpeg_are_read() {
        let file = ";FFMETADATA1\ntitle=a film\n[CHAPTER]\nTIMEBASE=1/90000\n; START=7\nSTART=90000\nEND=180000\ntitle=a\\=b\\\nc\n\n\
                    [CHAPTER]\nstart=3000000000\n[STREAM]\ntitle=sound\n[CHAPTER]\nTIMEBASE=1/0\n";
        let reading = FfMetadata.read(file).unwrap();
        let found: Vec<_> = reading.timeline.chapters.iter().map(|c| (c.span.start.0, c.title.as_str())).collect();
        assert_eq!(found, [(1_000, "a=b c"), (3_000, "2")]);
        assert_eq!(reading.faults[0].to_string(), "line 15: a chapter without START is left out");
    }
}
