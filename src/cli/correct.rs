//! `zimu correct`: the correction alone.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use thiserror::Error;

use super::options::{AlsoOptions, LlmOptions, MediaOptions, TermsOptions};
use super::{Voice, is_dash, read_in, write_out};
use crate::correct::llm::{CacheError, Model};
use crate::correct::{self, Apply, Decisions, Ear, Policy, Terms, TermsError, edits};
use crate::formats::{self, CorrectionsError, FormatError, corrections};
use crate::make::{self, MakeError, Misfit, Recording, Wishes};
use crate::progress::Progress;
use crate::timeline::{Correction, Sentence, Timeline, TimelineError};
use crate::transcript::{self, Document, RewriteError, Rules, TranscriptError};

/// What is typed after `zimu correct`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Correct what a recogniser misheard, by your terms or by the document itself, and nothing else",
    after_long_help = "Examples:\n  \
        zimu correct talk.md --terms names.txt -o corrected.md --report corrections.tsv\n  \
        zimu correct talk.md --terms names.txt --diff           what would be done, to be looked through\n  \
        zimu correct talk.md --diff                             without terms: variants of one name, only proposed\n  \
        zimu correct talk.md --also fillers,numbers --diff      呃 taken out, 百分之五 as 5%; listed like corrections\n  \
        zimu correct corrected.md --revert corrections.tsv -o talk.md\n  \
        zimu correct talk.md --terms names.txt --llm http://localhost:11434/v1 --llm-model qwen3 --llm-cache asked.jsonl\n\n\
        In the report, write accept, reject or edit:… into the column `decision`, and hand it back:\n  \
        zimu correct talk.md --terms names.txt --decisions corrections.tsv -o corrected.md\n\
        What was accepted or edited is found again by what stands around it, also after the transcript was edited elsewhere; \
        what was rejected is not proposed again for the same reason anywhere."
)]
pub struct Args {
    /// The transcript (.md .txt .srt .vtt .json); `-` reads standard input
    transcript: PathBuf,
    #[command(flatten)]
    terms: TermsOptions,
    #[command(flatten)]
    llm: LlmOptions,
    /// Where the corrected transcript goes; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// List all that was found, made or not: .tsv or .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// How sure a correction must be to be made
    #[arg(long, value_enum, default_value_t, value_name = "TIER")]
    apply: ApplyChoice,
    /// A report with decisions in it, from an earlier run
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// The recording: where the sound tells, it decides
    #[arg(long, value_name = "MEDIA")]
    media: Option<PathBuf>,
    /// When all is said, as an earlier `zimu make` found it (its timeline.json): the recording is listened to, but not
    /// aligned anew. Without --media, the recording that it names
    #[arg(long, value_name = "FILE")]
    timeline: Option<PathBuf>,
    #[command(flatten)]
    media_options: MediaOptions,
    /// Look for variants of one name too, those that the document itself has; without terms, packs, decisions and
    /// --also it is all that is looked for
    #[arg(long)]
    variants: bool,
    #[command(flatten)]
    also: AlsoOptions,
    /// Show what is made and proposed, each in its place, instead of the text
    #[arg(long)]
    diff: bool,
    /// Take back what this report says was made, out of a transcript that `zimu correct` wrote
    #[arg(long, value_name = "REPORT", conflicts_with_all = ["files", "packs", "media", "timeline", "report", "apply", "decisions", "variants", "also", "diff", "llm"])]
    revert: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ApplyChoice {
    /// The sure ones
    #[default]
    Sure,
    /// The sure and the likely ones
    Likely,
    /// None but those accepted in --decisions
    None,
}

/// Why `zimu correct` could not do its work.
#[derive(Debug, Error)]
pub enum CorrectError {
    /// The transcript could not be read.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The terms could not be read.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The recording could not be listened to.
    #[error(transparent)]
    Media(#[from] MakeError),
    /// The timeline could not be read.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// The recording seems to be of something else, and has no say then.
    #[error("{0} Leave it out to correct by the text alone")]
    Misfit(#[from] Misfit),
    /// The report to revert, or the decisions, could not be read.
    #[error(transparent)]
    Report(#[from] CorrectionsError),
    /// A report of an unknown kind.
    #[error("cannot tell what kind of report {path} is to be: end its name in .tsv or .json", path = path.display())]
    ReportEnding {
        /// Its file.
        path: PathBuf,
    },
    /// The corrections could not be made.
    #[error("{path}, {fault}", path = path.display())]
    Rewrite {
        /// The transcript.
        path: PathBuf,
        /// Why not.
        fault: RewriteError,
    },
    /// What the language model answered before could not be read.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The result could not be written; nothing half-written is left.
    #[error(transparent)]
    Write(#[from] FormatError),
}

/// Corrects as told.
///
/// # Errors
/// [`CorrectError`] with whatever could not be read, done or written; then nothing is written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), CorrectError> {
    check_places(args)?;
    let (name, bytes) = read_in(&args.transcript);
    let bytes = bytes.map_err(|source| TranscriptError::Read { path: name.clone(), source })?;
    let transcript = Transcript { name, bytes };
    let done = match &args.revert {
        Some(report) => reverted(&transcript, report, voice)?,
        None => corrected(args, &transcript, voice, progress)?,
    };
    Ok(write_out(&args.output, &done)?)
}

/// Better told now than after all the work.
fn check_places(args: &Args) -> Result<(), CorrectError> {
    let inputs: Vec<&Path> = [&args.transcript]
        .into_iter()
        .chain(&args.terms.files)
        .chain(&args.decisions)
        .chain(&args.media)
        .chain(&args.timeline)
        .chain(&args.revert)
        .map(PathBuf::as_path)
        .collect();
    if !is_dash(&args.output) {
        formats::check_file(&args.output, &inputs)?;
    }
    let mut others: Vec<&Path> =
        inputs.into_iter().chain((!is_dash(&args.output)).then_some(args.output.as_path())).collect();
    if let Some(report) = &args.report {
        report_writer(report)?;
        formats::check_file(report, &others)?;
        others.push(report);
    }
    Ok(args.llm.cache.as_ref().map_or(Ok(()), |cache| formats::check_file(cache, &others))?)
}

/// The transcript as given, and what messages call it.
struct Transcript {
    name: PathBuf,
    bytes: Vec<u8>,
}

impl Transcript {
    fn read(&self, rules: &Rules) -> Result<Document, TranscriptError> {
        transcript::read_bytes(&self.bytes, &self.name, rules)
    }

    fn rewritten(&self, edits: &[transcript::Edit]) -> Result<Vec<u8>, CorrectError> {
        let rewritten = transcript::rewrite(&self.bytes, edits);
        rewritten.map_err(|fault| CorrectError::Rewrite { path: self.name.clone(), fault })
    }
}

fn corrected(
    args: &Args,
    transcript: &Transcript,
    voice: &Voice,
    progress: &dyn Progress,
) -> Result<Vec<u8>, CorrectError> {
    let TermsOptions { files, packs } = &args.terms;
    let nothing_else = files.is_empty() && packs.is_empty() && args.decisions.is_none() && args.also.kinds.is_empty();
    let terms = Terms::read_all(files, packs)?;
    let mut model = args.llm.settings().map(Model::new).transpose()?;
    let decisions = args.decisions.as_deref().map_or(Ok(Vec::new()), corrections::read)?;
    let policy = Policy {
        decisions: Decisions::of(decisions),
        apply: args.apply.apply(),
        variants: args.variants || nothing_else,
        also: args.also.kinds.clone(),
    };
    let Document { mut sentences, lines, damaged_lines, json, .. } = transcript.read(&policy.also.rules_in_place())?;
    super::warn_of_damage(&damaged_lines, progress);
    let drafted = || correct::drafted(&sentences, &lines, &terms, &policy);
    let recording = recording(args, drafted, progress)?;
    let ear = recording.as_ref().map(|recording| recording.listening(&sentences));
    let ear = ear.as_ref().map(|ear| ear as &dyn Ear);
    let mut proposed = correct::propose(&mut sentences, &lines, &terms, &policy, ear);
    if let Some(model) = &mut model {
        let asked = model.ask(&mut proposed, progress);
        voice.tell(&asked.to_string());
    }
    let found = proposed.make();
    let done = transcript.rewritten(&edits::making(&found, json))?;
    voice.tell(&summary(&found));
    if let Some(path) = &args.report {
        let write = report_writer(path)?;
        let notes = formats::write_whole(path, |out| write(&found, out))?;
        notes.iter().for_each(|note| voice.tell(&format!("note: {note}")));
    }
    Ok(if args.diff { diff(&found).into_bytes() } else { done })
}

/// The recording, heard, where there is one that fits.
fn recording(
    args: &Args,
    drafted: impl FnOnce() -> Vec<Sentence>,
    progress: &dyn Progress,
) -> Result<Option<Recording>, CorrectError> {
    let wishes = Wishes { media: args.media_options.request(), ..Wishes::default() };
    let recording = match (&args.timeline, &args.media) {
        (Some(timeline), media) => {
            let timeline = Timeline::read_json(timeline)?;
            let media = media.clone().unwrap_or_else(|| timeline.media.path.clone().into());
            make::listen_again(&media, timeline, &drafted(), &wishes, progress)?
        }
        (None, Some(media)) => make::listen(media, &drafted(), &wishes, progress)?,
        (None, None) => return Ok(None),
    };
    recording.check_fit()?;
    Ok(Some(recording))
}

fn reverted(transcript: &Transcript, report: &Path, voice: &Voice) -> Result<Vec<u8>, CorrectError> {
    let found = corrections::read(report)?;
    let edits = edits::taking_back(&found, transcript.read(&Rules::verbatim())?.json);
    let done = transcript.rewritten(&edits)?;
    voice.tell(&format!("{} corrections taken back", edits.len()));
    Ok(done)
}

type ReportWriter = fn(&[Correction], &mut dyn io::Write) -> Result<Vec<formats::Note>, FormatError>;

fn report_writer(path: &Path) -> Result<ReportWriter, CorrectError> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str() {
        Some("tsv") => Ok(corrections::write),
        Some("json") => Ok(corrections::write_json),
        _ => Err(CorrectError::ReportEnding { path: path.into() }),
    }
}

fn summary(found: &[Correction]) -> String {
    let made = found.iter().filter(|correction| correction.applied).count();
    format!("{}; {made} made", super::summary::tiers(found))
}

/// Each correction in its place: `[-wrong-]{+right+}` where it is made, `[?wrong|right?]` where it is proposed.
fn diff(found: &[Correction]) -> String {
    let mut text = String::new();
    for correction in found {
        let Correction { line, offset, wrong, tier, before, after, .. } = correction;
        let put = correction.put();
        let change = if correction.applied { format!("[-{wrong}-]{{+{put}+}}") } else { format!("[?{wrong}|{put}?]") };
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{line}:{offset}\t{}\t{before}{change}{after}\t{}", tier.name(), correction.why());
    }
    text
}

impl ApplyChoice {
    fn apply(self) -> Apply {
        match self {
            ApplyChoice::Sure => Apply::Sure,
            ApplyChoice::Likely => Apply::Likely,
            ApplyChoice::None => Apply::None,
        }
    }
}
