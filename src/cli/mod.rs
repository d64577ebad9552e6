//! The command line: what was typed, what it means, and the one place that prints.

pub mod align;
mod batch;
pub mod chapters;
pub mod check;
pub mod clean;
pub mod convert;
pub mod correct;
pub mod make;
mod options;
pub mod probe;
mod progress;
pub mod review;
pub mod speakers;
pub mod styles;
mod summary;
pub mod terms;
pub mod train;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use thiserror::Error;

use crate::align::seed::file::{ModelError, OpenError};
use crate::batch::BatchError;
use crate::cli::chapters::ChaptersError;
use crate::cli::check::Breached;
use crate::cli::clean::CleanError;
use crate::cli::convert::ConvertError;
use crate::cli::correct::CorrectError;
use crate::cli::probe::ProbeError;
use crate::cli::terms::TermsFailure;
use crate::cues::StyleError;
use crate::formats::demands::RulesError;
use crate::formats::report::ReportError;
use crate::formats::rttm::RttmError;
use crate::formats::{self, CorrectionsError, FormatError};
use crate::make::{Made, MakeError, Misfit};
use crate::media::MediaError;
use crate::progress::Progress;
use crate::review::ReviewError;
use crate::speakers::PeopleError;
use crate::speakers::voices::file::VoicesError;
use crate::spool::SpoolError;
use crate::timeline::TimelineError;
use crate::train::CheckpointError;
use crate::train::corpus::CorpusError;
use crate::train::voices::TooFewVoices;
use progress::Bars;

/// zimu turns a recording and its transcript into timed subtitles, files per speaker and chapters
#[derive(Debug, Parser)]
#[command(name = "zimu", version, propagate_version = true)]
#[command(after_help = "Start here:\n  zimu make forum.mp4 transcript.md\n\n\
    Exit status: 0 done, 1 could not be done, 2 wrong usage.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say more: what decoded, what was put right
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make everything: subtitles, files per speaker, chapters, corrections, a report
    Make(make::Args),
    /// Time a transcript and nothing else; its text stays as it is
    Align(align::Args),
    /// Open a page on what was made: listen, settle what is in doubt, edit and save
    Review(review::Args),
    /// Tell what a recording is: container, codec, exact duration, loudness, speech and music
    Probe(probe::Args),
    /// Tell who speaks, by the words of a transcript, the voices of a recording, or both
    Speakers(speakers::Args),
    /// Find the chapters of a timeline, or of a transcript with its recording or without
    Chapters(chapters::Args),
    /// Clean a transcript and nothing else
    Clean(clean::Args),
    /// Correct what a recogniser misheard in a transcript, and nothing else
    Correct(correct::Args),
    /// Turn a file of subtitles or chapters into another format
    Convert(convert::Args),
    /// Hold subtitles against a guide, and mend them by it
    Check(check::Args),
    /// List the guides that subtitles are cut and checked by
    Styles(styles::Args),
    /// Help with files of terms: draft one, list the packs that zimu brings
    Terms(terms::Args),
    /// Train a seed model on a corpus of short clips and their texts
    Train(train::Args),
    /// Print completions for a shell
    #[command(after_help = "Example:\n  zimu completions bash > ~/.local/share/bash-completion/completions/zimu")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Why a command could not be done.
#[derive(Debug, Error)]
pub enum Failure {
    /// The transcript, the terms or the recording could not be read.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// The result could not be written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The list of people could not be read.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Another diarizer's turns could not be read.
    #[error(transparent)]
    Rttm(#[from] RttmError),
    /// An earlier run's timeline could not be read.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// A file with times is wanted of a transcript without a recording.
    #[error("{path} is to hold times, which only a recording has: name it after the transcript", path = path.display())]
    NoTimes {
        /// The file.
        path: PathBuf,
    },
    /// The report could not be laid out.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// `probe` failed.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// `chapters` failed.
    #[error(transparent)]
    Chapters(#[from] ChaptersError),
    /// `clean` failed.
    #[error(transparent)]
    Clean(#[from] CleanError),
    /// `convert` failed.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The rules of sites could not be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The guide could not be had.
    #[error(transparent)]
    Style(#[from] StyleError),
    /// Subtitles do not keep to their guide.
    #[error(transparent)]
    Breached(#[from] Breached),
    /// `correct` failed.
    #[error(transparent)]
    Correct(#[from] CorrectError),
    /// The page could not be served.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The decisions could not be read.
    #[error(transparent)]
    Decisions(#[from] CorrectionsError),
    /// `terms` failed.
    #[error(transparent)]
    Terms(#[from] TermsFailure),
    /// The corpus could not be read.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The model could not be laid out.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model that is to be taught on cannot be used.
    #[error(transparent)]
    Taught(#[from] OpenError),
    /// The recording could not be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// What was heard of a long recording could not be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// There are too few voices to learn from.
    #[error(transparent)]
    TooFewVoices(#[from] TooFewVoices),
    /// The model of voices could not be laid out.
    #[error(transparent)]
    Voices(#[from] VoicesError),
    /// What an interrupted training has left could not be opened.
    #[error("cannot read {path}: {source}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What an interrupted training has left cannot be gone on from.
    #[error("{path}: {fault}", path = path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        fault: CheckpointError,
    },
    /// The transcript seems to be of something else.
    #[error("{0} --force writes the result all the same")]
    Misfit(#[from] Misfit),
    /// The batch could not be begun.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Some rows of a batch could not be done; the table says why.
    #[error("{failed} of {all} recordings could not be aligned")]
    Rows {
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
    },
}

impl Failure {
    /// Whether it is only that nobody reads what we print any more (`zimu … | head`).
    fn reader_left(&self) -> bool {
        let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        match self {
            Failure::Format(FormatError::Out(error))
            | Failure::Probe(ProbeError::Print(error))
            | Failure::Clean(CleanError::Write(FormatError::Out(error)))
            | Failure::Correct(CorrectError::Write(FormatError::Out(error)))
            | Failure::Terms(TermsFailure::Write(FormatError::Out(error))) => broken(error),
            _ => false,
        }
    }
}

/// How much is said.
pub struct Voice {
    quiet: bool,
    verbose: bool,
}

impl Voice {
    /// Says something on standard error, unless asked to be quiet.
    fn tell(&self, message: &str) {
        if !self.quiet {
            say(message);
        }
    }

    /// Says something only who asked for more wants to know.
    fn tell_more(&self, message: &str) {
        if self.verbose {
            say(message);
        }
    }
}

/// Whether a path stands for standard input or output.
fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// What a file holds, or standard input, and what messages call it.
fn read_in(path: &Path) -> (PathBuf, io::Result<Vec<u8>>) {
    if is_dash(path) {
        let mut bytes = Vec::new();
        return ("standard input".into(), io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes));
    }
    (path.into(), fs::read(path))
}

/// Writes a result to a file, whole or not at all, or to standard output.
fn write_out(path: &Path, bytes: &[u8]) -> Result<(), FormatError> {
    if is_dash(path) {
        let mut out = io::stdout().lock();
        return Ok(out.write_all(bytes).and_then(|()| out.flush())?);
    }
    formats::write_whole(path, |out| Ok(out.write_all(bytes)?))
}

/// Writes a line to standard error; that nobody reads it any more (`zimu … 2>&1 | head`) is no fault.
fn say(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// Does what was typed; whatever went wrong is reported here and nowhere else.
pub fn run(cli: &Cli) -> ExitCode {
    let voice = Voice { quiet: cli.quiet, verbose: cli.verbose };
    let bars = Bars::new(cli.quiet);
    let done = match &cli.command {
        Command::Make(args) => make::run(args, &voice, &bars),
        Command::Align(args) => align::run(args, &voice, &bars),
        Command::Review(args) => review::run(args, &voice, &bars),
        Command::Probe(args) => probe::run(args, &voice, &bars).map_err(Failure::from),
        Command::Speakers(args) => speakers::run(args, &voice, &bars),
        Command::Chapters(args) => chapters::run(args, &voice, &bars),
        Command::Train(args) => train::run(args, &voice, &bars),
        Command::Clean(args) => clean::run(args, &voice, &bars).map_err(Failure::from),
        Command::Correct(args) => correct::run(args, &voice, &bars).map_err(Failure::from),
        Command::Convert(args) => convert::run(args, &voice, &bars),
        Command::Check(args) => check::run(args, &voice, &bars),
        Command::Styles(args) => styles::run(args),
        Command::Terms(args) => terms::run(args, &voice).map_err(Failure::from),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "zimu", &mut script);
            io::stdout().write_all(&script).map_err(|error| Failure::Format(FormatError::Out(error)))
        }
    };
    bars.end();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.reader_left() => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("error: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells what the user ought to know of the recording and the transcript.
fn warn_of(made: &Made, voice: &Voice, progress: &dyn Progress) {
    for warning in &made.decoded.warnings {
        progress.warn(&warning.to_string());
    }
    warn_of_damage(&made.damaged_lines, progress);
    voice.tell_more(&format!("decoded by {}, language {}", made.decoded.decoder, made.timeline.language.code()));
}

/// Tells which lines of the transcript are not whole.
fn warn_of_damage(lines: &[u32], progress: &dyn Progress) {
    if let Some(damage) = damage(lines) {
        progress.warn(&damage);
    }
}

/// Which lines of the transcript are not whole, in words.
fn damage(lines: &[u32]) -> Option<String> {
    match lines {
        [] => None,
        [line] => Some(format!("line {line} of the transcript holds bytes that are no text")),
        [first, ..] => {
            Some(format!("{} lines of the transcript hold bytes that are no text, first line {first}", lines.len()))
        }
    }
}

fn refuse_misfit(made: &Made, force: bool, progress: &dyn Progress) -> Result<(), Failure> {
    match made.check_fit() {
        Err(misfit) if force => {
            progress.warn(&misfit.to_string());
            Ok(())
        }
        fit => Ok(fit?),
    }
}
