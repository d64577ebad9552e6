//! `zimu convert`: from one file of subtitles or chapters to another.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use thiserror::Error;

use super::options::{RulesOptions, StyleOptions};
use super::{Failure, Voice, is_dash, read_in, write_out};
use crate::convert::{Changes, Form, LineEnds, Scale, clock, clock_span, encode};
use crate::cues;
use crate::formats::frames::FrameRate;
use crate::formats::reading::{self, ReadError, Reading};
use crate::formats::{self, Demands, Note, Subject, chapters};
use crate::progress::Progress;
use crate::timeline::{Ms, Span};

/// What is typed after `zimu convert`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu convert talk.srt talk.ass\n  \
    zimu convert talk.ass - --to srt --shift -2.5           2.5 s earlier, printed\n  \
    zimu convert pal.srt film.srt --scale 25/23.976\n  \
    zimu convert talk.vtt old-player.srt --encoding gb18030 --crlf\n  \
    zimu convert forum.zimu/timeline.json part.srt --range 10:00-25:00\n  \
    zimu convert chapters.ffmeta chapters.bilibili.txt\n  \
    zimu convert chapters.youtube.txt chapters.edl --fps 23.976 --duration 1:32:10")]
pub struct Args {
    /// The file to read, `-` for standard input; its format is known by its name and content
    input: PathBuf,
    /// The file to write, its format by its ending; `-` prints, with --to
    output: PathBuf,
    /// Ending that tells the format to write, where the name does not: srt, vtt, ass …
    #[arg(long, value_name = "ENDING")]
    to: Option<String>,
    /// Seconds to add to every time; negative for earlier
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, allow_negative_numbers = true, value_parser = seconds)]
    shift: f64,
    /// Multiply every time: a number, or a quotient of frame rates such as 25/23.976
    #[arg(long, value_name = "N|N/M", default_value = "1", hide_default_value = true)]
    scale: Scale,
    /// Keep only this time of the file, such as 10:00-1:20:00, 90- or -2:30
    #[arg(long, value_name = "FROM-TO", value_parser = range, allow_hyphen_values = true)]
    range: Option<Span>,
    /// Make cues of the same text that follow each other one
    #[arg(long)]
    merge_same: bool,
    /// How long the media is, such as 1:02:03: chapters that have no ends do not tell
    #[arg(long, value_name = "TIME", value_parser = duration)]
    duration: Option<Ms>,
    /// Frames a second, for lists that count them: 23.976, 24, 29.97, 29.97df (frames dropped) …; 25 where none is given
    #[arg(long, value_name = "N")]
    fps: Option<FrameRate>,
    #[command(flatten)]
    rules: RulesOptions,
    #[command(flatten)]
    style: StyleOptions,
    /// Encoding to write: utf-8, gb18030, big5, utf-16le …
    #[arg(long, value_name = "NAME", default_value = "utf-8")]
    encoding: Form,
    /// End lines with CR LF, as on Windows
    #[arg(long)]
    crlf: bool,
    /// Begin the file with a byte order mark
    #[arg(long)]
    bom: bool,
}

/// Why a file was not converted.
#[derive(Debug, Error)]
pub enum ConvertError {
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A list of chapters was asked for where there are none.
    #[error("{path} has no chapters{more}", path = path.display())]
    NoChapters {
        /// The file that was read.
        path: PathBuf,
        /// What to do instead.
        more: &'static str,
    },
    /// The media is too short for what is in the file.
    #[error("--duration is too short for {path}: {fault}", path = path.display())]
    Duration {
        /// The file that was read.
        path: PathBuf,
        /// What does not fit.
        fault: chapters::Fault,
    },
    /// Subtitles were asked for where there are none.
    #[error("{path} has no cues{more}", path = path.display())]
    NoCues {
        /// The file that was read.
        path: PathBuf,
        /// What to do instead.
        more: &'static str,
    },
    /// Chapters that the target does not take.
    #[error("the chapters of {path} make no such list{}", reasons(.notes), path = path.display())]
    Refused {
        /// The file that was read.
        path: PathBuf,
        /// Why.
        notes: Vec<Note>,
    },
}

fn reasons(notes: &[Note]) -> String {
    notes.iter().map(|note| format!("; {note}")).collect()
}

fn seconds(text: &str) -> Result<f64, String> {
    /// A day: no recording is longer.
    const MOST: f64 = 86_400.0;
    let value: Option<f64> = text.parse().ok();
    value.filter(|value| value.abs() <= MOST).ok_or_else(|| "a number of seconds, at most a day".into())
}

fn range(text: &str) -> Result<Span, String> {
    clock_span(text).ok_or_else(|| "two times with a hyphen between, such as 10:00-1:20:00".into())
}

fn duration(text: &str) -> Result<Ms, String> {
    let time = clock(text).filter(|time| (Ms(1)..Ms::from_secs(1_000_000_000)).contains(time));
    time.ok_or_else(|| "a time such as 1:02:03, 2:03.5 or 90".into())
}

/// Reads, changes and writes.
///
/// # Errors
/// [`Failure`] with whatever could not be read or written; then nothing is written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let target = args.target();
    let demands = Demands { frames: args.fps.unwrap_or_default(), ..args.rules.demands()? };
    if !is_dash(&args.output) {
        let inputs: Vec<&Path> = [&args.input].into_iter().chain(&args.rules.file).map(PathBuf::as_path).collect();
        formats::check_file(&args.output, &inputs)?;
    }
    let (name, bytes) = read_in(&args.input);
    let open = |source| ConvertError::Read(ReadError::Open { path: name.clone(), source });
    let mut reading = reading::read_bytes_at(&bytes.map_err(open)?, &name, args.fps).map_err(ConvertError::from)?;
    for fault in &reading.faults {
        progress.warn(&format!("{}: {fault}", name.display()));
    }
    if let Some(duration) = args.duration {
        chapters::end_with(&mut reading, duration)
            .map_err(|fault| ConvertError::Duration { path: name.clone(), fault })?;
    }
    if let Some(style) = args.style.style()? {
        // Whoever asks for a guide wants its cues, not those that were settled before.
        reading.timeline.cues = None;
        reading.cues = cues::cut(&reading.timeline, &style);
    }
    let gone = args.changes().apply(&mut reading);
    let (text, mut notes) = written(&reading, &target, &name, &demands)?;
    let line_ends = if args.crlf { LineEnds::CrLf } else { LineEnds::Lf };
    let encoded = encode(&text, args.encoding, line_ends, args.bom);
    write_out(&args.output, &encoded.bytes)?;
    if args.fps.is_none() && chapters::for_path(&target).is_some_and(|list| list.holds().frames) {
        notes.push(Note::FramesGuessed { target: "the list" });
    }
    notes.splice(0..0, reading.notes);
    if gone > 0 {
        voice.tell(&format!("note: {gone} cues would end before the start and are left out"));
    }
    if encoded.lost > 0 {
        voice.tell(&format!("note: {} characters that the encoding has not became “?”", encoded.lost));
    }
    notes.iter().for_each(|note| voice.tell(&format!("note: {note}")));
    Ok(())
}

impl Args {
    /// The name by whose ending the format is known.
    fn target(&self) -> PathBuf {
        match &self.to {
            Some(ending) => format!("-.{}", ending.trim_start_matches('.')).into(),
            None => self.output.clone(),
        }
    }

    fn changes(&self) -> Changes {
        Changes {
            range: self.range,
            scale: self.scale,
            shift: Ms::from_seconds(self.shift),
            merge_same: self.merge_same,
        }
    }
}

/// Whether the name is that of a list of chapters and not of subtitles: `.vtt` is either.
fn is_list(target: &Path) -> bool {
    let name = target.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    !name.ends_with(".vtt") || name.starts_with("chapters") || name.ends_with(".chapters.vtt")
}

/// The text of the file, and what it could not hold.
fn written(reading: &Reading, target: &Path, name: &Path, demands: &Demands) -> Result<(String, Vec<Note>), Failure> {
    let Reading { timeline, cues, .. } = reading;
    if let Some(list) = chapters::for_path(target).filter(|_| is_list(target) || cues.is_empty()) {
        if timeline.chapters.is_empty() {
            let more = if cues.is_empty() {
                ""
            } else {
                ", only cues; where these are chapters, end its name in .chapters.vtt or .labels.txt"
            };
            return Err(ConvertError::NoChapters { path: name.into(), more }.into());
        }
        let (text, mut notes) = chapters::list(list, timeline, demands)?;
        notes.extend(chapters::shortcomings(list, timeline, reading.open_end));
        return match text {
            Some(text) => Ok((text, notes)),
            None => Err(ConvertError::Refused { path: name.into(), notes }.into()),
        };
    }
    let format = formats::for_path(target)?;
    if cues.is_empty() {
        let more = if timeline.chapters.is_empty() { "" } else { ", only chapters: write them to a list of chapters" };
        return Err(ConvertError::NoCues { path: name.into(), more }.into());
    }
    let mut bytes = Vec::new();
    let notes = format.write(Subject { timeline, cues, demands }, &mut bytes)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), notes))
}
