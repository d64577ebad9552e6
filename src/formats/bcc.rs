//! BCC, the JSON that Bilibili's subtitle manager takes.
//!
//! A cue of no length refuses the whole upload (error 79014), and so does a cue past the end of the video. The limits are
//! those of [`super::demands`].

use std::io::Write;

use serde::{Deserialize, Serialize};

use super::reading::{Entry, Fault, Reader, Reading, Unreadable};
use super::{Format, FormatError, Note, Subject, grid};
use crate::cues::{Anchor, Look};
use crate::timeline::{Ms, Span};

/// Bilibili's subtitles (`.bcc`, `.bcc.json`).
pub(super) struct Bcc;

#[derive(Serialize)]
struct Track {
    font_size: f64,
    font_color: &'static str,
    background_alpha: f64,
    background_color: &'static str,
    #[serde(rename = "Stroke")]
    stroke: &'static str,
    body: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    from: Ms,
    to: Ms,
    location: u8,
    content: String,
}

impl Format for Bcc {
    fn name(&self) -> &'static str {
        "Bilibili subtitles"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["bcc.json", "bcc"]
    }

    fn names_in_text(&self) -> bool {
        true
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let rules = &subject.demands.bilibili.cues;
        let duration = subject.timeline.duration().max(Ms::ZERO);
        let end = if rules.whole_seconds { Ms(duration.0 / 1000 * 1000) } else { duration };
        let (cues, mut notes) = grid::cues(subject, "bcc", Ms(1), end);
        let body: Vec<Line> = cues
            .into_iter()
            .map(|cue| Line {
                from: cue.span.start,
                to: cue.span.end,
                location: cue.look.anchor.key(),
                content: cue.lines.join("\n"),
            })
            .collect();
        let long = body.iter().filter(|line| line.content.chars().count() > rules.characters).count();
        if long > 0 {
            notes.push(Note::CuesLong { target: "bcc", count: long, most: rules.characters });
        }
        if body.len() > rules.count {
            notes.push(Note::CuesMany { target: "bcc", count: body.len(), most: rules.count });
        }
        let track = Track {
            font_size: 0.4,
            font_color: "#FFFFFF",
            background_alpha: 0.5,
            background_color: "#9C27B0",
            stroke: "none",
            body,
        };
        serde_json::to_writer(&mut *out, &track).map_err(std::io::Error::from)?;
        writeln!(out)?;
        Ok(notes)
    }
}

impl Reader for Bcc {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        text.trim_start().starts_with('{') && text.contains("\"body\"") && text.contains("\"content\"")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let track: TrackRead =
            serde_json::from_str(text).map_err(|error| Unreadable { line: error.line(), what: error.to_string() })?;
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(track.body) {
            match line.entry() {
                Some(entry) => entries.push(entry),
                None => faults.push(Fault { line: 1, what: format!("entry {number} ends before it begins; left out") }),
            }
        }
        Ok(Reading { faults, ..Reading::of_entries(entries) })
    }
}

/// Of a track that is read only the lines count.
#[derive(Deserialize)]
struct TrackRead {
    body: Vec<LineRead>,
}

#[derive(Deserialize)]
struct LineRead {
    from: Ms,
    to: Ms,
    #[serde(default)]
    location: u8,
    content: String,
}

impl LineRead {
    fn entry(self) -> Option<Entry> {
        let anchor = Anchor::of_key(self.location).unwrap_or_default();
        (self.from <= self.to).then(|| Entry {
            span: Span::new(self.from, self.to),
            lines: self.content.lines().map(str::to_owned).collect(),
            look: Look { anchor, ..Look::default() },
            ..Entry::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues::Cue;
    use crate::formats::Demands;
    use crate::timeline::{MediaSummary, Timeline};

    #[test]
    fn the_limits_are_those_of_the_rules() {
        let media = MediaSummary { duration: Ms(2_500), ..MediaSummary::default() };
        let timeline = Timeline { media, ..Timeline::default() };
        let span = Span::new(Ms(1_000), Ms(2_500));
        let cues = [Cue { span, lines: vec!["听见鸟".into()], ..Cue::default() }];
        let written = |demands: &Demands| {
            let mut bytes = Vec::new();
            let notes = Bcc.write(Subject { timeline: &timeline, cues: &cues, demands }, &mut bytes).unwrap();
            (Reader::read(&Bcc, &String::from_utf8(bytes).unwrap()).unwrap().cues[0].span.end, notes)
        };
        assert_eq!(written(Demands::usual()), (Ms(2_000), vec![]));
        let rules = "[bilibili.cues]\ncharacters = 2\nwhole_seconds = false\n";
        let notes = vec![Note::CuesLong { target: "bcc", count: 1, most: 2 }];
        assert_eq!(written(&Demands::default().changed_by(rules).unwrap()), (Ms(2_500), notes));
    }
}
