//! The draft of 剪映 and CapCut, written only.
//!
//! What is written is what tools that make such drafts have found out: times in whole microseconds, a track of texts
//! whose segments name a material each, `subtitle` as the material's type. Newer versions encrypt the drafts that they
//! save; whether yours opens this one only a try can tell.

use std::io::Write;

use serde_json::{Value, json};

use super::{Format, FormatError, Note, Subject, grid};
use crate::timeline::Ms;

/// A draft (`draft_content.json`).
pub(super) struct CapCut;

impl Format for CapCut {
    fn name(&self) -> &'static str {
        "draft of 剪映 (CapCut)"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["draft.json", "draft_content.json"]
    }

    fn names_in_text(&self) -> bool {
        true
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, mut notes) = grid::cues(subject, "draft_content.json", Ms(1), Ms(i64::MAX / 8));
        let texts: Vec<Value> = cues.iter().enumerate().map(|(at, cue)| material(at, &cue.lines.join("\n"))).collect();
        let segments: Vec<Value> = cues.iter().enumerate().map(|(at, cue)| segment(at, cue)).collect();
        let end = cues.iter().map(|cue| cue.span.end).max().unwrap_or(Ms::ZERO);
        let draft = json!({
            "canvas_config": { "height": 1080, "ratio": "original", "width": 1920 },
            "duration": microseconds(subject.timeline.duration().max(end)),
            "fps": 30.0,
            "id": uuid(0, 0),
            "materials": { "texts": texts },
            "tracks": [{ "attribute": 0, "flag": 0, "id": uuid(1, 0), "segments": segments, "type": "text" }],
            "version": 360_000,
        });
        serde_json::to_writer(&mut *out, &draft).map_err(std::io::Error::from)?;
        writeln!(out)?;
        notes.extend(Note::overlaps("draft_content.json", &cues));
        notes.extend(Note::speakers_left_out("draft_content.json", subject));
        notes.extend(Note::looks_of_cues_left_out("draft_content.json", &cues));
        Ok(notes)
    }
}

fn material(at: usize, text: &str) -> Value {
    // The content is JSON in a string: styles by ranges of UTF-16 units.
    let length = text.encode_utf16().count();
    let style =
        json!({ "fill": { "content": { "solid": { "color": [1.0, 1.0, 1.0] } } }, "range": [0, length], "size": 5.0 });
    json!({
        "alignment": 1,
        "content": json!({ "styles": [style], "text": text }).to_string(),
        "caption_template_info": { "category_id": "", "category_name": "", "effect_id": "", "path": "", "resource_id": "" },
        "id": uuid(2, at),
        "sub_type": 1,
        "type": "subtitle",
    })
}

fn segment(at: usize, cue: &grid::Shown) -> Value {
    let length = cue.span.end - cue.span.start;
    json!({
        "clip": { "alpha": 1.0, "rotation": 0.0, "scale": { "x": 1.0, "y": 1.0 }, "transform": { "x": 0.0, "y": -0.8 } },
        "id": uuid(3, at),
        "material_id": uuid(2, at),
        "render_index": 14_000,
        "source_timerange": null,
        "speed": 1.0,
        "target_timerange": { "duration": microseconds(length), "start": microseconds(cue.span.start) },
        "visible": true,
        "volume": 1.0,
    })
}

fn microseconds(time: Ms) -> i64 {
    time.0.saturating_mul(1000)
}

/// An identifier in the form of a UUID, counted: the same subtitles give the same draft.
fn uuid(kind: u32, at: usize) -> String {
    format!("{kind:08X}-7A69-4D75-8000-{at:012X}")
}
