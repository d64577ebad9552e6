//! Chapters as a WebVTT file of kind "chapters".

use super::flat::{self, Entry};
use super::{ChapterFormat, Fault, Holds, Note, nested};
use crate::formats::Demands;
use crate::formats::reading::{Reader, Reading, Unreadable};
use crate::formats::vtt::{self, Clock, escape};
use crate::timeline::{Ms, Span, Timeline};

/// `chapters.vtt`.
pub(super) struct WebVtt;

impl ChapterFormat for WebVtt {
    fn file(&self) -> &'static str {
        "chapters.vtt"
    }

    fn holds(&self) -> Holds {
        Holds { ends: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, _: &Demands) -> (Option<String>, Vec<Note>) {
        let (row, notes) = flat::row(timeline, self.file());
        let cue = |(number, Entry { span, title }): (usize, &Entry)| {
            format!("\n{number}\n{} --> {}\n{}\n", Clock(span.start), Clock(span.end), escape(title))
        };
        let cues: String = (1..).zip(&row).map(cue).collect();
        (Some(format!("WEBVTT\n{cues}")), notes)
    }

    fn check(&self, list: &str, duration: Ms, _: &Demands) -> Result<(), Fault> {
        let cues = list.strip_prefix("WEBVTT\n").ok_or(Fault::Malformed { entry: 0 })?;
        let blocks = cues.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.is_empty());
        let row: Result<Vec<Entry>, Fault> =
            (1..).zip(blocks).map(|(entry, block)| read(block).ok_or(Fault::Malformed { entry })).collect();
        flat::check(&row?, duration)
    }
}

/// A cue of three lines: number, times, one line of text.
fn read(block: &str) -> Option<Entry> {
    let [_, times, title] = block.lines().collect::<Vec<_>>().try_into().ok()?;
    let (start, end) = times.split_once(" --> ")?;
    let markup = title.contains(['<', '>']) || title.contains("-->");
    (!markup).then_some(Entry { span: Span { start: clock(start)?, end: clock(end)? }, title: title.to_string() })
}

/// `HH:MM:SS.mmm`.
fn clock(text: &str) -> Option<Ms> {
    let (clock, ms) = text.split_once('.')?;
    let [hours, minutes, seconds] = clock.split(':').collect::<Vec<_>>().try_into().ok()?;
    let number = |digits: &str, least: usize| digits.parse::<i64>().ok().filter(|_| digits.len() >= least);
    let sixtieth = |digits: &str| number(digits, 2).filter(|value| *value < 60);
    let seconds = number(hours, 2)?.checked_mul(3600)? + sixtieth(minutes)? * 60 + sixtieth(seconds)?;
    Some(Ms(seconds.checked_mul(1000)?.checked_add(number(ms, 3)?)?))
}

impl Reader for WebVtt {
    fn name(&self) -> &'static str {
        "WebVTT chapters"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["chapters.vtt"]
    }

    fn knows(&self, text: &str) -> bool {
        Reader::knows(&vtt::WebVtt, text)
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        nested::reading(Reader::read(&vtt::WebVtt, text)?)
    }
}
