//! `zimu make`: everything.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::options::{
    AlsoOptions, ChapterOptions, LanguageChoice, LlmOptions, MediaOptions, NamesOptions, RulesOptions, StyleOptions,
    TermsOptions, VoicesOptions,
};
use super::{Failure, Voice, summary, warn_of};
use crate::correct::{Decisions, Policy};
use crate::cues::{self, Style};
use crate::formats::plot::{self, Plot};
use crate::formats::{self, Existing, Subject, corrections, report};
use crate::make::{Wishes, make};
use crate::progress::Progress;
use crate::review;
use crate::speakers::People;
use crate::timeline::SettledCue;

/// What is typed after `zimu make`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu make forum.mp4 transcript.md\n  \
    zimu make forum.mp4 transcript.md --terms names.txt --pack ai -o subtitles/\n  \
    zimu make talk.mkv talk.txt --lang en --track 1")]
pub struct Args {
    /// The recording: an audio or video file
    media: PathBuf,
    /// Its transcript: .md .txt .srt .vtt .json
    transcript: PathBuf,
    /// Folder for the results [default: the recording's name with .zimu, in the current folder]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    terms: TermsOptions,
    /// Look for variants of one name too, those that the transcript itself has
    #[arg(long)]
    variants: bool,
    #[command(flatten)]
    llm: LlmOptions,
    /// A report of corrections with decisions in it: an earlier run's corrections.tsv, its last column filled in
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    #[command(flatten)]
    also: AlsoOptions,
    /// The people who speak, one a line: `name；other spelling：title`
    #[arg(long, value_name = "FILE")]
    speakers: Option<PathBuf>,
    #[command(flatten)]
    voices: VoicesOptions,
    #[command(flatten)]
    chapters: ChapterOptions,
    /// Main language of the transcript
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LanguageChoice,
    /// A model of `zimu train` to listen with, instead of the one that zimu carries
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    #[command(flatten)]
    media_options: MediaOptions,
    #[command(flatten)]
    style: StyleOptions,
    #[command(flatten)]
    rules: RulesOptions,
    #[command(flatten)]
    names: NamesOptions,
    /// Draw the recording besides, as .svg or .png: the waveform, what sounds when, who speaks, the chapters, and what
    /// is not sure
    #[arg(long, value_name = "OUT.svg|png")]
    plot: Option<PathBuf>,
    /// Replace the results of an earlier run, and write even where transcript and recording do not fit
    #[arg(short, long)]
    force: bool,
}

/// Does everything and sums it up.
///
/// # Errors
/// [`Failure`] with whatever stage could not do its work; then nothing is written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let folder = args.output.clone().unwrap_or_else(|| default_folder(&args.media));
    let existing = if args.force { Existing::Replace } else { Existing::Refuse };
    // Better told now than after all the work.
    let inputs: Vec<&Path> = [&args.media, &args.transcript]
        .into_iter()
        .chain(&args.terms.files)
        .chain(&args.decisions)
        .chain(&args.speakers)
        .chain(&args.voices.file)
        .chain(&args.model)
        .chain(&args.chapters.outline)
        .chain(&args.llm.cache)
        .chain(&args.rules.file)
        .map(PathBuf::as_path)
        .collect();
    formats::check_folder(&folder, existing, &inputs)?;
    args.plot.as_ref().map_or(Ok(()), |plot| plot::check(plot, &inputs))?;
    let decisions = args.decisions.as_deref().map_or(Ok(Vec::new()), corrections::read)?;
    let demands = args.rules.demands()?;
    let wishes = Wishes {
        terms: args.terms.files.clone(),
        policy: Policy {
            decisions: Decisions::of(decisions),
            variants: args.variants,
            also: args.also.kinds.clone(),
            ..Policy::default()
        },
        people: args.speakers.as_deref().map_or(Ok(People::default()), People::read)?,
        voices: args.voices.turns(&args.media, progress)?,
        llm: args.llm.settings(),
        packs: args.terms.packs.clone(),
        language: args.lang.language(),
        model: args.model.clone(),
        phones: false,
        names: args.names.wanted,
        chapters: args.chapters.amount,
        outline: args.chapters.outline.clone(),
        media: args.media_options.request(),
        style: args.style.style()?,
    };
    let (mut made, map, measured) = make(&args.media, &args.transcript, &wishes, progress)?;
    warn_of(&made, voice, progress);
    if let Some(asked) = &made.asked {
        voice.tell(&asked.to_string());
    }
    super::refuse_misfit(&made, args.force, progress)?;
    let report = (report::FILE.to_owned(), made.report(&map, &measured)?.into_bytes());
    let asked_for = wishes.style.is_some();
    let style = wishes.style.unwrap_or_else(|| Style::for_language(made.timeline.language));
    let named = args.names.wanted.then(|| cues::cut_with_names(&made.timeline, &style));
    // Whoever reads the timeline later does not know of another guide than that of its language.
    made.timeline.cues = asked_for.then(|| made.cues.iter().map(SettledCue::from).collect());
    let subject = Subject { timeline: &made.timeline, cues: &made.cues, demands: &demands };
    let mut written = formats::write_project(subject, named.as_deref(), &folder, existing, &[report])?;
    if let Some(path) = &args.plot {
        let picture = Plot { peaks: &measured.peaks, map: &map, timeline: Some(&made.timeline) };
        written.notes.extend(plot::write(&picture, path)?);
    }
    if review::is_edited(&folder) {
        progress.warn(&format!(
            "what was edited in the review of {0} is not in what was made anew; its decisions hold with \
             --decisions {0}/decisions.json",
            folder.display()
        ));
    }
    for note in &written.notes {
        voice.tell(&format!("note: {note}"));
    }
    voice.tell(&summary::of(&made, &written.files, &folder));
    Ok(())
}

fn default_folder(media: &Path) -> PathBuf {
    let mut name = media.file_stem().unwrap_or(media.as_os_str()).to_owned();
    name.push(".zimu");
    name.into()
}
