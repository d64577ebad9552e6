//! Advanced SubStation Alpha: a style a speaker; its older form is read too.

mod read;

use std::collections::HashSet;
use std::fmt;
use std::io::Write;

use super::emphasis::tagged;
use super::reading::{Reading, Unreadable};
use super::{Format, FormatError, Note, Reader, Subject, grid, text};
use crate::cues::{Anchor, EmphasisKind};
use crate::timeline::Ms;

/// ASS (`.ass`).
pub(super) struct Ass;

/// Hundredths of a second.
const STEP: Ms = Ms(10);

/// Text colours as `BBGGRR`: white for the first voice, then light ones after Okabe and Ito's palette, which people
/// with any kind of colour vision can tell apart.
const COLOURS: [&str; 7] = ["FFFFFF", "E9B456", "009FE6", "42E4F0", "A779CC", "73C94F", "8AB9FF"];

const HEADER: &str = "\
[Script Info]
ScriptType: v4.00+
WrapStyle: 0
ScaledBorderAndShadow: yes
PlayResX: 1920
PlayResY: 1080

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
";

const EVENTS: &str = "
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
";

impl Format for Ass {
    fn name(&self) -> &'static str {
        "Advanced SubStation Alpha"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ass"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let (cues, notes) = grid::cues(subject, "ass", STEP, Ms(i64::MAX / 8));
        let names: Vec<String> = subject.timeline.speakers.iter().map(|speaker| field(&speaker.name)).collect();
        let styles = style_names(&names);
        write!(out, "{HEADER}")?;
        for (style, colour) in [("Default", COLOURS[0])]
            .into_iter()
            .chain(styles.iter().map(String::as_str).zip(COLOURS.iter().copied().cycle()))
        {
            writeln!(
                out,
                "Style: {style},Arial,60,&H00{colour},&H000000FF,&H00000000,&H80000000,\
                 0,0,0,0,100,100,0,0,1,3,1,2,60,60,50,1"
            )?;
        }
        write!(out, "{EVENTS}")?;
        for cue in &cues {
            let style = cue.speaker.and_then(|id| styles.get(id)).map_or("Default", String::as_str);
            let name = cue.speaker.and_then(|id| names.get(id)).map_or("", String::as_str);
            let line = |(number, line): (usize, &String)| tagged(line, number, &cue.look, codes, escape);
            let lines: Vec<String> = cue.lines.iter().enumerate().map(line).collect();
            let place = match cue.look.anchor {
                Anchor::BOTTOM => String::new(),
                anchor => format!("{{\\an{}}}", anchor.key()),
            };
            let (start, end) = (Clock(cue.span.start), Clock(cue.span.end));
            writeln!(out, "Dialogue: 0,{start},{end},{style},{name},0,0,0,,{place}{}", lines.join("\\N"))?;
        }
        Ok(notes)
    }
}

/// A name as a field, which a comma ends; a leading `*` marks defaults in old files.
fn field(name: &str) -> String {
    text::one_line(&name.replace(',', "，").replace('*', ""))
}

/// A style name a speaker, each only once.
fn style_names(names: &[String]) -> Vec<String> {
    let mut taken = HashSet::from(["Default".to_string(), String::new()]);
    let mut free = |(at, name): (usize, &String)| {
        let mut name = name.clone();
        while !taken.insert(name.clone()) {
            name = format!("{name} {}", at + 1).trim().to_string();
        }
        name
    };
    names.iter().enumerate().map(&mut free).collect()
}

/// Text as it stands: braces would open an override block, and a backslash a code such as `\N`; a word joiner after it
/// breaks the code without being seen (as ffmpeg writes it).
fn escape(line: &str) -> String {
    line.replace('\\', "\\\u{2060}").replace('{', "\\{").replace('}', "\\}")
}

/// What turns a kind on and off.
fn codes(kind: EmphasisKind) -> [&'static str; 2] {
    match kind {
        EmphasisKind::Italic => ["{\\i1}", "{\\i0}"],
        EmphasisKind::Bold => ["{\\b1}", "{\\b0}"],
        EmphasisKind::Underline => ["{\\u1}", "{\\u0}"],
    }
}

impl Reader for Ass {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        &["ass", "ssa"]
    }

    fn knows(&self, text: &str) -> bool {
        let mut lines = text.lines().map(str::trim_start);
        lines.any(|line| line.starts_with("[Script Info]") || line.starts_with("Dialogue:"))
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        read::read(text)
    }
}

/// Hours of one digit or more, minutes, seconds, hundredths.
struct Clock(Ms);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.0;
        write!(f, "{}:{:02}:{:02}.{:02}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms / 10 % 100)
    }
}
