//! Chapters as the JSON of Podcasting 2.0 (podcast-namespace, JSON Chapters 1.2.0).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::flat::{self, Entry};
use super::read::{self, Listed};
use super::{ChapterFormat, Fault, Holds, Note};
use crate::formats::Demands;
use crate::formats::reading::{self, Reader, Reading, Unreadable};
use crate::timeline::{Ms, Span, Timeline};

/// `chapters.podcast.json`, served as `application/json+chapters`.
pub(super) struct Podcast;

const VERSION: &str = "1.2.0";

#[derive(Serialize, Deserialize)]
struct List {
    version: String,
    chapters: Vec<Chapter>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chapter {
    start_time: Ms,
    end_time: Ms,
    title: String,
}

impl ChapterFormat for Podcast {
    fn file(&self) -> &'static str {
        "chapters.podcast.json"
    }

    fn holds(&self) -> Holds {
        Holds { ends: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let chapter = |Entry { span, title }| Chapter { start_time: span.start, end_time: span.end, title };
        let list = List { version: VERSION.into(), chapters: row.into_iter().map(chapter).collect() };
        // Numbers and strings always have a form in JSON.
        let json = serde_json::to_string_pretty(&list).ok();
        (json.map(|json| json + "\n"), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        let list: List = serde_json::from_str(list).map_err(|_| Fault::Malformed { entry: 0 })?;
        if list.version != VERSION {
            return Err(Fault::Malformed { entry: 0 });
        }
        let entry = |c: Chapter| Entry { span: Span { start: c.start_time, end: c.end_time }, title: c.title };
        flat::check(&list.chapters.into_iter().map(entry).collect::<Vec<_>>(), duration)
    }
}

impl Reader for Podcast {
    fn name(&self) -> &'static str {
        "Podcasting 2.0 chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["podcast.json", "chapters.json"]
    }

    fn knows(&self, text: &str) -> bool {
        text.trim_start().starts_with('{') && text.contains("\"chapters\"") && text.contains("\"startTime\"")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| Unreadable { line: error.line(), what: error.to_string() })?;
        let list = root.get("chapters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let (mut chapters, mut faults) = (Vec::new(), Vec::new());
        for (number, chapter) in (1..).zip(list) {
            // What is not to stand in a list only shows a picture at its time.
            if chapter.get("toc").and_then(Value::as_bool) == Some(false) {
                continue;
            }
            match listed(chapter, number) {
                Some(chapter) => chapters.push(chapter),
                None => {
                    faults.push(reading::Fault { line: 1, what: format!("chapter {number} has no start; left out") })
                }
            }
        }
        read::reading(chapters, faults)
    }
}

/// A chapter must have a start; one without a title is called by its number.
fn listed(chapter: &Value, number: usize) -> Option<Listed> {
    let time = |key: &str| chapter.get(key).and_then(Value::as_f64).and_then(read::seconds);
    let title = chapter.get("title").and_then(Value::as_str).map(str::trim).filter(|title| !title.is_empty());
    let title = title.map_or_else(|| number.to_string(), str::to_owned);
    Some(Listed { end: time("endTime"), ..Listed::at(time("startTime")?, title) })
}
