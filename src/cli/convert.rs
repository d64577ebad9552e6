//! `zimu convert`: from one file of subtitles or chapters to another.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use thiserror::Error;

use super::options::StyleOptions;
use super::{Failure, Voice, is_dash, read_in, write_out};
use crate::convert::{Changes, Form, LineEnds, Scale, clock_span, encode};
use crate::cues;
use crate::formats::reading::{self, ReadError, Reading};
use crate::formats::{self, Note, Subject, chapters};
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
    zimu convert chapters.ffmeta chapters.bilibili.txt")]
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
    #[error("{path} has no chapters", path = path.display())]
    NoChapters {
        /// The file that was read.
        path: PathBuf,
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

/// Reads, changes and writes.
///
/// # Errors
/// [`Failure`] with whatever could not be read or written; then nothing is written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let target = args.target();
    if !is_dash(&args.output) {
        formats::check_file(&args.output, &[&args.input])?;
    }
    let (name, bytes) = read_in(&args.input);
    let open = |source| ConvertError::Read(ReadError::Open { path: name.clone(), source });
    let mut reading = reading::read_bytes(&bytes.map_err(open)?, &name).map_err(ConvertError::from)?;
    for fault in &reading.faults {
        progress.warn(&format!("{}: {fault}", name.display()));
    }
    if reading.timeline.chapters.is_empty() && is_list_of_cues(&name) {
        chapters::take_cues(&mut reading);
    }
    if let Some(style) = args.style.style()? {
        reading.cues = cues::cut(&reading.timeline, &style);
    }
    let gone = args.changes().apply(&mut reading);
    let (text, mut notes) = written(&reading, &target, &name)?;
    let line_ends = if args.crlf { LineEnds::CrLf } else { LineEnds::Lf };
    let encoded = encode(&text, args.encoding, line_ends, args.bom);
    write_out(&args.output, &encoded.bytes)?;
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

/// Whether the name is that of chapters in a format of cues.
fn is_list_of_cues(name: &Path) -> bool {
    let name = name.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name == "chapters.vtt" || [".chapters.vtt", ".labels.txt"].iter().any(|ending| name.ends_with(ending))
}

/// Whether the name is that of a list of chapters and not of subtitles: `.vtt` is either.
fn is_list(target: &Path) -> bool {
    let name = target.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    !name.ends_with(".vtt") || name.starts_with("chapters") || name.ends_with(".chapters.vtt")
}

/// The text of the file, and what it could not hold.
fn written(reading: &Reading, target: &Path, name: &Path) -> Result<(String, Vec<Note>), Failure> {
    let Reading { timeline, cues, .. } = reading;
    if let Some(list) = chapters::for_path(target).filter(|_| is_list(target) || cues.is_empty()) {
        if timeline.chapters.is_empty() {
            return Err(ConvertError::NoChapters { path: name.into() }.into());
        }
        let (text, notes) = chapters::list(list, timeline)?;
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
    let notes = format.write(Subject { timeline, cues }, &mut bytes)?;
    Ok((String::from_utf8_lossy(&bytes).into_owned(), notes))
}
