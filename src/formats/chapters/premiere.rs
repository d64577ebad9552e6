//! Markers of Adobe Premiere as it exports them: a table with tabs between, times with frames.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::flat::{self, Entry};
use super::read::{self, Listed};
use super::{ChapterFormat, Fault, Holds, Note};
use crate::formats::Demands;
use crate::formats::frames::{FrameRate, parts};
use crate::formats::reading::{self, Reader, Reading, Unreadable};
use crate::timeline::{Ms, Timeline};

/// `chapters.markers.csv`.
pub(super) struct Premiere;

/// The columns of Premiere's own export.
const COLUMNS: [&str; 6] = ["Marker Name", "Description", "In", "Out", "Duration", "Marker Type"];

impl ChapterFormat for Premiere {
    fn file(&self) -> &'static str {
        "chapters.markers.csv"
    }

    fn holds(&self) -> Holds {
        Holds { frames: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, demands: &Demands) -> (Option<String>, Vec<Note>) {
        let rate = demands.frames;
        let (row, notes) = flat::row_of_frames(timeline, self.file(), rate);
        if row.is_empty() {
            return (None, notes);
        }
        let mut table = WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
        let mut rows = vec![COLUMNS.map(str::to_owned)];
        rows.extend(row.into_iter().map(|Entry { span, title }| {
            let (start, nothing) = (code(rate, rate.frame(span.start)), code(rate, 0));
            [title, String::new(), start.clone(), start, nothing, "Chapter".into()]
        }));
        // A vector takes all that is written to it, and what is written is text.
        let written = rows.iter().try_for_each(|row| table.write_record(row)).ok();
        let table = written.and_then(|()| table.into_inner().ok()).and_then(|bytes| String::from_utf8(bytes).ok());
        (table, notes)
    }

    fn check(&self, list: &str, duration: Ms, demands: &Demands) -> Result<(), Fault> {
        flat::check_read(self.read_at(list, Some(demands.frames)), duration)
    }
}

/// Premiere writes all marks of a time code that drops frames as `;`.
fn code(rate: FrameRate, frame: i64) -> String {
    let code = rate.code(frame);
    if rate.drops() { code.replace(':', ";") } else { code }
}

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
        self.read_at(text, None)
    }

    fn read_at(&self, text: &str, rate: Option<FrameRate>) -> Result<Reading, Unreadable> {
        let tabs = text.lines().next().is_some_and(|line| line.contains('\t'));
        let delimiter = if tabs { b'\t' } else { b',' };
        let mut table = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let unreadable = |error: csv::Error| Unreadable { line: 1, what: error.to_string() };
        let columns: Vec<String> =
            table.headers().map_err(unreadable)?.iter().map(|name| name.trim().to_owned()).collect();
        let (mut chapters, mut faults) = (Vec::new(), Vec::new());
        let rate_of_file = rate.unwrap_or_default();
        for record in table.records() {
            let record = record.map_err(unreadable)?;
            let line = record.position().map_or(1, |position| position.line() as usize);
            match marker(&columns, &record, rate_of_file) {
                Some(chapter) => chapters.push(chapter),
                None => {
                    faults.push(reading::Fault { line, what: "a marker without In or a name is left out".into() });
                }
            }
        }
        let mut reading = read::reading(chapters, faults)?;
        reading.notes.extend(Note::frames_taken("markers.csv", rate));
        Ok(reading)
    }
}

/// The chapter of a row; what has no name may have a description.
fn marker(columns: &[String], record: &StringRecord, rate: FrameRate) -> Option<Listed> {
    let field = |name: &str| {
        let column = columns.iter().position(|column| column == name)?;
        record.get(column).map(str::trim).filter(|text| !text.is_empty())
    };
    let time = |name: &str| {
        let code = field(name)?;
        let Some(parts) = parts(code) else { return read::clock(code) };
        let rate = rate.dropping(code.contains(';'));
        Some(rate.time(rate.frame_of(parts)))
    };
    let title = field("Marker Name").or_else(|| field("Description"))?;
    let start = time("In")?;
    Some(Listed { end: time("Out").filter(|end| *end > start), ..Listed::at(start, title) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_as_premiere_exports_it() {
        let table = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\n\
                     开场\t\t00;00;00;00\t00;00;00;00\t00;00;00;00\tComment\n\
                     \t听见\t00;10;00;15\t00;10;00;15\t00;00;00;00\tChapter\n\
                     nowhere\t\t\t\t\tComment\n";
        let reading = Premiere.read(table).unwrap();
        let found: Vec<_> = reading.timeline.chapters.iter().map(|c| (c.span.start.0, c.title.as_str())).collect();
        assert_eq!(found, [(0, "开场"), (600_500, "听见")]);
        assert_eq!(reading.faults[0].to_string(), "line 4: a marker without In or a name is left out");
    }
}
