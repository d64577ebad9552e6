//! `zimu check`: subtitles against a guide, and mended by it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};
use thiserror::Error;

use super::convert::ConvertError;
use super::{Failure, Voice, is_dash, read_in, write_out};
use crate::cues::check::{Breach, Evidence, check};
use crate::cues::mend::{Mended, mend, words_of};
use crate::cues::{Cue, Style};
use crate::formats::breaches::{Checked, write_json, write_junit, write_sarif, write_text};
use crate::formats::reading::{self, Reading};
use crate::formats::{self, FormatError, Subject};
use crate::media::{self, Request};
use crate::progress::Progress;
use crate::signal::{Sound, listen};
use crate::timeline::{Segment, Timeline};

/// What is typed after `zimu check`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu check talk.srt                                  by the style of its language\n  \
    zimu check talk.srt talk.mp4 --style netflix-zh      against the voice, too\n  \
    zimu check talk.srt forum.zimu/timeline.json         against words and speakers\n  \
    zimu check talk.srt --fix -o mended.srt\n  \
    zimu check talk.srt --format sarif > talk.sarif\n\n\
    Exit status: 0 no errors (there may be warnings), 1 errors, 2 wrong usage.")]
pub struct Args {
    /// The subtitles, `-` for standard input
    subtitles: PathBuf,
    /// The recording, or the timeline.json of `zimu make`: then times are held against the voice
    evidence: Option<PathBuf>,
    /// The guide: a name (`zimu styles`) or a file of your own; the one of the language where none is given
    #[arg(long, value_name = "STYLE")]
    style: Option<String>,
    /// How the breaches are told
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Mend what can be mended without changing words, and tell what is left
    #[arg(long, requires = "output")]
    fix: bool,
    /// Where the mended subtitles go, the format by the ending
    #[arg(short, long, value_name = "OUT", requires = "fix")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// A line a breach
    #[default]
    Text,
    /// One object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit's XML
    Junit,
}

/// Subtitles that do not keep to their guide.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{errors} breaches of what must be kept")]
pub struct Breached {
    /// How many.
    errors: usize,
}

/// Checks subtitles, and mends them where asked.
///
/// # Errors
/// [`Failure`] where something cannot be read or written, or something that must be kept is breached.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let target =
        args.output.as_deref().map(|path| Ok::<_, FormatError>((path, formats::for_path(path)?))).transpose()?;
    if let Some((path, _)) = target.filter(|(path, _)| !is_dash(path)) {
        let inputs: Vec<&Path> = [&args.subtitles].into_iter().chain(&args.evidence).map(PathBuf::as_path).collect();
        formats::check_file(path, &inputs)?;
    }
    let (name, bytes) = read_in(&args.subtitles);
    let open = |source| ConvertError::Read(reading::ReadError::Open { path: name.clone(), source });
    let reading = reading::read_bytes(&bytes.map_err(open)?, &name).map_err(ConvertError::from)?;
    for fault in &reading.faults {
        progress.warn(&format!("{}: {fault}", name.display()));
    }
    let style = match &args.style {
        Some(style) => Style::find(style)?,
        None => Style::for_language(reading.timeline.language),
    };
    let (evidence, words) = evidence(args.evidence.as_deref(), progress)?;
    let Some((path, format)) = target else {
        let breaches = check(&reading.cues, &style, &evidence);
        return tell(
            args,
            &Checked {
                name: &name.display().to_string(),
                cues: reading.cues.len(),
                lines: &reading.lines,
                style: &style,
                breaches: &breaches,
            },
        );
    };
    let mended = mend(&reading.cues, &style, &evidence, &words.map_or(vec![], |timeline| words_of(&timeline)));
    let before = check(&reading.cues, &style, &evidence);
    let timeline = timeline_of(&reading, &mended.cues);
    let mut out = Vec::new();
    let notes = format.write(Subject::new(&timeline, &mended.cues), &mut out)?;
    write_out(path, &out)?;
    notes.iter().for_each(|note| voice.tell(&format!("note: {note}")));
    voice.tell(&summary(&before, &mended));
    let shown = path.display().to_string();
    let checked = Checked { name: &shown, cues: mended.cues.len(), lines: &[], style: &style, breaches: &mended.left };
    if is_dash(path) { Ok(()) } else { tell(args, &checked) }
}

/// What is known beside the subtitles, and the timeline where there is one.
fn evidence(path: Option<&Path>, progress: &dyn Progress) -> Result<(Evidence, Option<Timeline>), Failure> {
    let Some(path) = path else { return Ok((Evidence::default(), None)) };
    if Timeline::is_json_of_one(path) {
        let timeline = Timeline::read_json(path)?;
        return Ok((Evidence::of_timeline(&timeline), Some(timeline)));
    }
    let request = Request::default();
    let (decoded, heard) = listen(|sink| media::decode(path, &request, progress, sink));
    let spoken = heard.map.spans(Sound::Speech).collect();
    Ok((Evidence { end: Some(decoded?.duration), spoken, ..Evidence::default() }, None))
}

/// The timeline that goes with mended cues: a segment a cue.
fn timeline_of(reading: &Reading, cues: &[Cue]) -> Timeline {
    let segment = |(id, cue): (usize, &Cue)| Segment {
        id,
        span: Some(cue.span),
        text: cue.lines.join("\n"),
        speaker: cue.speaker,
        confidence: 1.0,
        ..Segment::default()
    };
    Timeline { segments: cues.iter().enumerate().map(segment).collect(), ..reading.timeline.clone() }
}

fn summary(before: &[Breach], mended: &Mended) -> String {
    let mut text = format!("{} breaches before, {} after", before.len(), mended.left.len());
    if mended.looks_lost > 0 {
        text += &format!("; italics and the like of {} cues are lost, which had to be cut anew", mended.looks_lost);
    }
    text
}

/// Prints the breaches; errors among them are a failure.
fn tell(args: &Args, checked: &Checked) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let write = match args.format {
        Format::Text => write_text,
        Format::Json => write_json,
        Format::Sarif => write_sarif,
        Format::Junit => write_junit,
    };
    write(checked, &mut out).and_then(|()| out.flush()).map_err(FormatError::Out)?;
    match checked.breaches.iter().filter(|breach| breach.hard).count() {
        0 => Ok(()),
        errors => Err(Breached { errors }.into()),
    }
}
