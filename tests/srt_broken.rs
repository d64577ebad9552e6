//! SubRip as it is found in the wild: `srt_broken/NN-fault.srt`, and beside each what must come out of it.
//!
//! After a change on purpose: `ZIMU_ACCEPT=1 cargo test --test srt_broken`, and read the difference.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use zimu::cues::{Anchor, EmphasisKind};
use zimu::formats::reading::{Reading, read_bytes};

/// A line a cue with its place, and a line a fault.
fn shown(reading: &Reading) -> String {
    let mut text = String::new();
    for cue in &reading.cues {
        let place =
            if cue.look.anchor == Anchor::BOTTOM { String::new() } else { format!(" at {}", cue.look.anchor.key()) };
        let _ = writeln!(text, "{} - {}{place} | {}", cue.span.start, cue.span.end, shortened(&cue.lines.join(" / ")));
        for part in &cue.look.emphasis {
            let name = match part.kind {
                EmphasisKind::Italic => "italic",
                EmphasisKind::Bold => "bold",
                EmphasisKind::Underline => "underlined",
            };
            let part: String = cue.lines[part.line].chars().skip(part.chars.start).take(part.chars.len()).collect();
            let _ = writeln!(text, "    {name}: {part}");
        }
    }
    reading.faults.iter().for_each(|fault| {
        let _ = writeln!(text, "! {}", shortened(&fault.to_string()));
    });
    reading.notes.iter().for_each(|note| {
        let _ = writeln!(text, "note: {note}");
    });
    text
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.into(),
    }
}

#[test]
fn what_is_broken_is_mended_or_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/srt_broken");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "srt"));
    files.sort();
    assert!(files.len() >= 60);
    let mut wrong = Vec::new();
    for file in &files {
        let found = match read_bytes(&fs::read(file).unwrap(), file) {
            Ok(reading) => shown(&reading),
            Err(error) => format!("error: {}\n", error.to_string().replace(&folder.display().to_string(), "…")),
        };
        let expected = file.with_extension("expected");
        if std::env::var_os("ZIMU_ACCEPT").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        if found != wanted {
            wrong.push(format!("{}\nwanted:\n{wanted}found:\n{found}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
