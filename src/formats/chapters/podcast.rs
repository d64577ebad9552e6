//! Chapters as the JSON of Podcasting 2.0 (podcast-namespace, JSON Chapters 1.2.0).

use serde::{Deserialize, Serialize};

use super::flat::{self, Entry};
use super::{ChapterFormat, Fault, Note};
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

    fn write(&self, timeline: &Timeline) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let chapter = |Entry { span, title }| Chapter { start_time: span.start, end_time: span.end, title };
        let list = List { version: VERSION.into(), chapters: row.into_iter().map(chapter).collect() };
        // Numbers and strings always have a form in JSON.
        let json = serde_json::to_string_pretty(&list).ok();
        (json.map(|json| json + "\n"), notes)
    }

    fn check(&self, list: &str, duration: Ms) -> Result<(), Fault> {
        let list: List = serde_json::from_str(list).map_err(|_| Fault::Malformed { entry: 0 })?;
        if list.version != VERSION {
            return Err(Fault::Malformed { entry: 0 });
        }
        let entry = |c: Chapter| Entry { span: Span { start: c.start_time, end: c.end_time }, title: c.title };
        flat::check(&list.chapters.into_iter().map(entry).collect::<Vec<_>>(), duration)
    }
}
