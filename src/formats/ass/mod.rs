//! Advanced SubStation Alpha: a style a speaker; its older form is read too.

mod read;

use std::collections::HashSet;
use std::fmt;
use std::io::Write;

use super::emphasis::tagged;
use super::reading::{Reading, Unreadable};
use super::{Format, FormatError, Note, Reader, Subject, grid, text};
use crate::cues::{Anchor, Cue, EmphasisKind};
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
            .chain(styles.iter().map(String::as_str).zip(colours(subject.cues, styles.len())))
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

/// A colour for each speaker: of two who speak one after the other never the same, as long as there are colours enough,
/// and each about as often as the others.
fn colours(cues: &[Cue], speakers: usize) -> Vec<&'static str> {
    let mut beside = vec![HashSet::new(); speakers];
    for pair in cues.windows(2) {
        if let (Some(one), Some(other)) = (pair[0].speaker, pair[1].speaker)
            && one != other
            && one.max(other) < speakers
        {
            beside[one].insert(other);
            beside[other].insert(one);
        }
    }
    let mut chosen: Vec<usize> = Vec::new();
    for beside in &beside {
        let uses = |colour: usize| chosen.iter().filter(|other| **other == colour).count();
        let clashes = |colour: usize| beside.iter().filter(|other| chosen.get(**other) == Some(&colour)).count();
        let best = (0..COLOURS.len()).min_by_key(|colour| (clashes(*colour), uses(*colour)));
        chosen.push(best.unwrap_or(0));
    }
    chosen.into_iter().map(|colour| COLOURS[colour]).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_in_turn_has_another_colour() {
        // A host and nine guests, whom she calls upon.
        let speakers = (1..10).flat_map(|guest| [0, guest]);
        let cues: Vec<Cue> = speakers.map(|speaker| Cue { speaker: Some(speaker), ..Cue::default() }).collect();
        let colours = colours(&cues, 10);
        assert!(colours[1..].iter().all(|colour| *colour != colours[0]));
        assert_eq!(colours.iter().collect::<HashSet<_>>().len(), COLOURS.len());
    }
}
