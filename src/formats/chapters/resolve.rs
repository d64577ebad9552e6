//! A list of edits with markers, as DaVinci Resolve writes and takes it.

use std::sync::LazyLock;

use regex::Regex;

use super::flat::{self, Entry};
use super::read::{self, Listed};
use super::{ChapterFormat, Fault, Holds, Note};
use crate::formats::Demands;
use crate::formats::frames::{FrameRate, parts};
use crate::formats::reading::{self, Reader, Reading, Unreadable};
use crate::timeline::{Ms, Timeline};

/// `chapters.edl`.
pub(super) struct Resolve;

static MARKER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\|M:(.*?)\s*\|D:(\d{1,9})").expect("a constant pattern"));

/// Resolve's timelines begin at one hour.
const BEGIN: [i64; 4] = [1, 0, 0, 0];

impl ChapterFormat for Resolve {
    fn file(&self) -> &'static str {
        "chapters.edl"
    }

    fn holds(&self) -> Holds {
        Holds { frames: true, ..Holds::default() }
    }

    fn write(&self, timeline: &Timeline, demands: &Demands) -> (Option<String>, Vec<Note>) {
        let rate = demands.frames;
        let (row, notes) = flat::row_of_frames(timeline, self.file(), rate);
        let begin = rate.frame_of(BEGIN);
        let event = |(number, Entry { span, title }): (usize, &Entry)| {
            let frame = rate.frame(span.start) + begin;
            let (start, next) = (rate.code(frame), rate.code(frame + 1));
            // `|` begins the next field.
            let title = title.replace('|', "/");
            format!(
                "{number:03}  001      V     C        {start} {next} {start} {next}\n \
                 |C:ResolveColorBlue |M:{title} |D:1\n\n"
            )
        };
        let events: String = (1..).zip(&row).map(event).collect();
        let mode = if rate.drops() { "DROP FRAME" } else { "NON-DROP FRAME" };
        ((!row.is_empty()).then(|| format!("TITLE: chapters\nFCM: {mode}\n\n{events}")), notes)
    }

    fn check(&self, list: &str, duration: Ms, demands: &Demands) -> Result<(), Fault> {
        flat::check_read(self.read_at(list, Some(demands.frames)), duration)
    }
}

impl Reader for Resolve {
    fn name(&self) -> &'static str {
        "markers of DaVinci Resolve"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["edl"]
    }

    fn knows(&self, text: &str) -> bool {
        MARKER.is_match(text)
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        self.read_at(text, None)
    }

    fn read_at(&self, text: &str, rate: Option<FrameRate>) -> Result<Reading, Unreadable> {
        let drops = text.lines().any(|line| line.trim() == "FCM: DROP FRAME");
        let own = rate.unwrap_or_default().dropping(drops);
        let (mut markers, mut faults, mut start) = (Vec::new(), Vec::new(), None);
        for (line, text) in (1..).zip(text.lines()) {
            if let Some(found) = MARKER.captures(text) {
                let title = Some(found[1].trim()).filter(|title| !title.is_empty());
                match start.take().zip(title) {
                    Some((start, title)) => markers.push((start, frames(&found[2]), title.to_owned())),
                    None => faults
                        .push(reading::Fault { line, what: "a marker without times or a name is left out".into() }),
                }
            } else if let Some(code) = record(text) {
                start = Some(own.frame_of(code));
            }
        }
        let begin = own.frame_of(BEGIN);
        let begin = if markers.iter().all(|(start, ..)| *start >= begin) { begin } else { 0 };
        let listed = markers.into_iter().map(|(start, length, title)| {
            let end = (length > 1).then(|| own.time(start - begin + length));
            Listed { end, ..Listed::at(own.time(start - begin), title) }
        });
        let mut reading = read::reading(listed.collect(), faults)?;
        reading.notes.extend(Note::frames_taken("edl", rate));
        Ok(reading)
    }
}

/// How long a marker is; most mark a moment, and are one frame long.
fn frames(digits: &str) -> i64 {
    digits.parse().unwrap_or(1)
}

/// Where in the timeline an event begins: the third of its four time codes.
fn record(line: &str) -> Option<[i64; 4]> {
    let codes: Vec<[i64; 4]> = line.split_whitespace().filter_map(parts).collect();
    codes.get(2).copied().filter(|_| codes.len() == 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_a_timeline_that_drops_frames() {
        let list = "TITLE: Timeline 1\nFCM: DROP FRAME\n\n\
                    001  001      V     C        01:00:00;00 01:00:00;01 01:00:00;00 01:00:00;01  \n \
                    |C:ResolveColorBlue |M:开场 |D:1\n\n\
                    002  001      V     C        01:10:00;00 01:10:00;01 01:10:00;00 01:10:00;01  \n \
                    |C:ResolveColorRed |M:Marker 2 |D:300\n";
        let reading = Resolve.read(list).unwrap();
        let found: Vec<_> = reading.timeline.chapters.iter().map(|c| (c.span.start.0, c.title.as_str())).collect();
        assert_eq!(found, [(0, "开场"), (599_999, "Marker 2")]);
        assert_eq!(reading.timeline.duration(), Ms(610_009));
    }
}
