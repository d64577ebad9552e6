//! OGM's simple chapters, which mkvmerge takes too: `CHAPTER01=00:00:00.000` and `CHAPTER01NAME=title`.

use std::sync::LazyLock;

use regex::Regex;

use super::flat::{self, Entry};
use super::read::{self, Listed};
use super::{ChapterFormat, Fault, Note};
use crate::formats::Demands;
use crate::formats::reading::{self, Reader, Reading, Unreadable};
use crate::timeline::{Ms, Timeline};

/// `chapters.ogm.txt`.
pub(super) struct Ogm;

static LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*CHAPTER(\d{1,4})(NAME)?\s*=\s*(.*?)\s*$").expect("a constant pattern"));

impl ChapterFormat for Ogm {
    fn file(&self) -> &'static str {
        "chapters.ogm.txt"
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let chapter = |(number, Entry { span, title }): (usize, &Entry)| {
            format!("CHAPTER{number:02}={}\nCHAPTER{number:02}NAME={title}\n", flat::clock(span.start))
        };
        ((!row.is_empty()).then(|| (1..).zip(&row).map(chapter).collect()), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        flat::check_read(Reader::read(self, list), duration)
    }
}

impl Reader for Ogm {
    fn name(&self) -> &'static str {
        "OGM chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ogm.txt"]
    }

    fn knows(&self, text: &str) -> bool {
        text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| LINE.is_match(line))
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let (mut chapters, mut faults): (Vec<(String, Listed)>, Vec<_>) = (vec![], vec![]);
        for (line, text) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let mut tell =
                |what: &str| faults.push(reading::Fault { line, what: format!("{what}: “{}”", text.trim()) });
            let Some(found) = LINE.captures(text) else {
                tell("is no chapter; left out");
                continue;
            };
            let number = &found[1];
            match (found.get(2), read::clock(&found[3])) {
                (None, Some(start)) => chapters.push((number.to_owned(), Listed::at(start, ""))),
                (None, None) => tell("the time cannot be read; left out"),
                // The name nearly always follows its time.
                (Some(_), _) => match chapters.iter_mut().rev().find(|(other, _)| other == number) {
                    Some((_, chapter)) => chapter.title = found[3].to_owned(),
                    None => tell("a name without its time is left out"),
                },
            }
        }
        let named = |(number, chapter): (String, Listed)| match chapter.title.is_empty() {
            true => Listed { title: number, ..chapter },
            false => chapter,
        };
        read::reading(chapters.into_iter().map(named).collect(), faults)
    }
}
