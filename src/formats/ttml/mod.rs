//! TTML, written within the text profile of IMSC 1.1 (W3C), read as far as files go.

mod read;
mod times;

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;

use quick_xml::escape::escape;

use super::emphasis::runs;
use super::grid::Shown;
use super::reading::{Reading, Unreadable};
use super::{Format, FormatError, Note, Reader, Subject, grid, text};
use crate::cues::{Anchor, EmphasisKind};
use crate::timeline::Ms;

/// TTML (`.ttml`).
pub(super) struct Ttml;

const ROOT: &str = "<tt xmlns=\"http://www.w3.org/ns/ttml\" xmlns:ttm=\"http://www.w3.org/ns/ttml#metadata\" \
    xmlns:ttp=\"http://www.w3.org/ns/ttml#parameter\" xmlns:tts=\"http://www.w3.org/ns/ttml#styling\" \
    ttp:contentProfiles=\"http://www.w3.org/ns/ttml/profile/imsc1.1/text\" ttp:timeBase=\"media\"";

/// White on black, as IMSC's readers do by themselves; said for those that do not.
const STYLE: &str = "      <style xml:id=\"plain\" tts:color=\"white\" tts:backgroundColor=\"#000000c0\" \
    tts:fontFamily=\"proportionalSansSerif\" tts:fontSize=\"100%\"/>";

impl Format for Ttml {
    fn name(&self) -> &'static str {
        "TTML (IMSC 1.1)"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ttml", "dfxp", "imsc"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, notes) = grid::cues(subject, "ttml", Ms(1), Ms(i64::MAX / 8));
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "{ROOT} xml:lang=\"{}\">\n  <head>\n    <metadata>", subject.timeline.language.code())?;
        for speaker in &subject.timeline.speakers {
            let (id, name) = (speaker.id + 1, text::one_line(&speaker.name));
            writeln!(out, "      <ttm:agent xml:id=\"s{id}\" type=\"person\">")?;
            writeln!(out, "        <ttm:name type=\"full\">{}</ttm:name>\n      </ttm:agent>", escape(name))?;
        }
        writeln!(out, "    </metadata>\n    <styling>\n{STYLE}\n    </styling>\n    <layout>")?;
        let mut anchors: BTreeSet<Anchor> = cues.iter().map(|cue| cue.look.anchor).collect();
        anchors.insert(Anchor::BOTTOM);
        for anchor in anchors {
            writeln!(out, "      {}", region(anchor))?;
        }
        writeln!(out, "    </layout>\n  </head>\n  <body style=\"plain\">\n    <div>")?;
        let speakers = subject.timeline.speakers.len();
        for cue in &cues {
            write_cue(cue, speakers, out)?;
        }
        writeln!(out, "    </div>\n  </body>\n</tt>")?;
        Ok(notes)
    }
}

fn write_cue(cue: &Shown, speakers: usize, out: &mut dyn Write) -> Result<(), FormatError> {
    let agent =
        cue.speaker.filter(|id| *id < speakers).map_or(String::new(), |id| format!(" ttm:agent=\"s{}\"", id + 1));
    let (start, end, key) = (Clock(cue.span.start), Clock(cue.span.end), cue.look.anchor.key());
    write!(out, "      <p xml:space=\"preserve\" begin=\"{start}\" end=\"{end}\" region=\"r{key}\"{agent}>")?;
    for (number, line) in cue.lines.iter().enumerate() {
        if number > 0 {
            write!(out, "<br/>")?;
        }
        for run in runs(line, number, &cue.look) {
            let text = escape(run.text);
            if run.kinds.is_empty() {
                write!(out, "{text}")?;
            } else {
                let attributes: String = run.kinds.iter().map(|kind| format!(" {}", attribute(*kind))).collect();
                write!(out, "<span{attributes}>{text}</span>")?;
            }
        }
    }
    Ok(writeln!(out, "</p>")?)
}

fn attribute(kind: EmphasisKind) -> &'static str {
    match kind {
        EmphasisKind::Italic => "tts:fontStyle=\"italic\"",
        EmphasisKind::Bold => "tts:fontWeight=\"bold\"",
        EmphasisKind::Underline => "tts:textDecoration=\"underline\"",
    }
}

/// A region of nine, within the safe part of the picture.
fn region(anchor: Anchor) -> String {
    let key = anchor.key();
    let display = match key {
        7.. => "before",
        4..=6 => "center",
        _ => "after",
    };
    let align = match key % 3 {
        1 => "left",
        0 => "right",
        _ => "center",
    };
    format!(
        "<region xml:id=\"r{key}\" tts:origin=\"10% 10%\" tts:extent=\"80% 80%\" tts:displayAlign=\"{display}\" \
         tts:textAlign=\"{align}\"/>"
    )
}

/// Hours, minutes, seconds and thousandths.
struct Clock(Ms);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0;
        write!(f, "{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
    }
}

impl Reader for Ttml {
    fn name(&self) -> &'static str {
        "TTML"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ttml", "dfxp", "imsc", "xml"]
    }

    fn knows(&self, text: &str) -> bool {
        let head: String = text.chars().take(2_000).collect();
        head.contains("<tt ")
            || head.contains("<tt>")
            || head.contains(":tt ")
            || head.contains("http://www.w3.org/ns/ttml")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        read::read(text)
    }
}
