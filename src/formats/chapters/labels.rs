//! Chapters as a label track of Audacity.

use super::flat::{self, Entry};
use super::{ChapterFormat, Fault, Holds, Note, nested};
use crate::formats::reading::{Reader, Reading, Unreadable};
use crate::formats::{Demands, labels};
use crate::timeline::{Ms, Timeline};

/// `chapters.labels.txt`: start and end in seconds, the title, with tabs between.
pub(super) struct Labels;

impl ChapterFormat for Labels {
    fn file(&self) -> &'static str {
        "chapters.labels.txt"
    }

    fn holds(&self) -> Holds {
        Holds { ends: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let line = |Entry { span, title }: &Entry| {
            format!("{:.6}\t{:.6}\t{title}\n", span.start.seconds(), span.end.seconds())
        };
        ((!row.is_empty()).then(|| row.iter().map(line).collect()), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        let read = |(entry, line): (usize, &str)| {
            let (start, end, title) = labels::label(line).ok_or(Fault::Malformed { entry })?;
            Ok(Entry { span: crate::timeline::Span { start, end }, title: title.into() })
        };
        let row: Result<Vec<Entry>, Fault> = (1..).zip(list.lines()).map(read).collect();
        flat::check(&row?, duration)
    }
}

impl Reader for Labels {
    fn name(&self) -> &'static str {
        "chapters as Audacity labels"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["labels.txt"]
    }

    fn knows(&self, text: &str) -> bool {
        Reader::knows(&labels::Labels, text)
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        nested::reading(Reader::read(&labels::Labels, text)?)
    }
}
