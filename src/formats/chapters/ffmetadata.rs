//! Chapters as ffmpeg's metadata file, to be put into a media file with `ffmpeg -i in.mp4 -i chapters.ffmeta
//! -map_chapters 1 -codec copy out.mp4`.

use super::flat::{self, Entry};
use super::{ChapterFormat, Fault, Note};
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

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let mut list = HEADER.to_string();
        for Entry { span, title } in &row {
            let (start, end) = (span.start.0, span.end.0);
            list += &format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={}\n", escape(title));
        }
        (Some(list), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        let list = list.strip_prefix(HEADER).ok_or(Fault::Malformed { entry: 0 })?;
        let blocks: Vec<&str> = list.split("[CHAPTER]\nTIMEBASE=1/1000\n").collect();
        if !blocks[0].is_empty() {
            return Err(Fault::Malformed { entry: 0 });
        }
        let row: Result<Vec<Entry>, Fault> =
            (1..).zip(&blocks[1..]).map(|(entry, block)| read(block).ok_or(Fault::Malformed { entry })).collect();
        flat::check(&row?, duration)
    }
}

fn escape(title: &str) -> String {
    title.chars().flat_map(|c| ESCAPED.contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

fn read(block: &str) -> Option<Entry> {
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
}
