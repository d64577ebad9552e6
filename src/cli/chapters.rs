//! `zimu chapters`: the chapters alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use thiserror::Error;

use super::options::{ChapterOptions, LanguageChoice, MediaOptions, RulesOptions, TermsOptions};
use super::{Failure, Voice, is_dash, warn_of, write_out};
use crate::chapters::given::{self, OutlineError};
use crate::chapters::{self, Heading, parts};
use crate::correct::{self, Terms};
use crate::formats::frames::FrameRate;
use crate::formats::{self, Demands, Note, chapters as lists};
use crate::make::{Wishes, make};
use crate::media;
use crate::phones;
use crate::progress::Progress;
use crate::speakers;
use crate::timeline::{Chapter, MediaSummary, Ms, Timeline, TimelineError};
use crate::transcript::{self, TranscriptError};

/// What is typed after `zimu chapters`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu chapters forum.zimu/timeline.json\n  \
    zimu chapters forum.zimu/timeline.json --chapters 8 -o chapters.bilibili.txt\n  \
    zimu chapters transcript.md\n  \
    zimu chapters transcript.md forum.mp4 --outline titles.txt -o forum.ffmeta")]
pub struct Args {
    /// The timeline.json of an earlier `zimu make`, or a transcript: .md .txt .srt .vtt .json
    #[arg(value_name = "TIMELINE|TRANSCRIPT")]
    text: PathBuf,
    /// The recording of a transcript; without it, the list has line numbers instead of times
    media: Option<PathBuf>,
    #[command(flatten)]
    chapters: ChapterOptions,
    /// The videos that the recording is shown as, or the times where it is cut (1:02:00,2:10:00): a list each, on its own
    /// clock; `list.bilibili.txt` becomes `list.1.bilibili.txt` and so on
    #[arg(long, value_name = "MEDIA,…|TIME,…", value_delimiter = ',')]
    parts: Vec<String>,
    /// Where the list goes; the ending says which: .bilibili.txt .youtube.txt .comment.txt .vtt .ffmeta .mkv.xml
    /// .podcast.json .ogm.txt .psc.xml .labels.txt .markers.csv .edl, any other .txt a list to read; `-` prints that
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    /// Frames a second, for lists that count them: 23.976, 24, 29.97, 29.97df (frames dropped) …; 25 where none is given
    #[arg(long, value_name = "N")]
    fps: Option<FrameRate>,
    #[command(flatten)]
    rules: RulesOptions,
    #[command(flatten)]
    terms: TermsOptions,
    /// Main language of the transcript
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LanguageChoice,
    #[command(flatten)]
    media_options: MediaOptions,
    /// Write even where transcript and recording do not fit
    #[arg(short, long)]
    force: bool,
}

/// Why `zimu chapters` could not do its work.
#[derive(Debug, Error)]
pub enum ChaptersError {
    /// The transcript could not be read.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The timeline could not be read.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// A list with times was asked for where there are none.
    #[error("{path} is a list with times: give the recording too, or a timeline.json", path = path.display())]
    NoTimes {
        /// The list.
        path: PathBuf,
    },
    /// The outline could not be used.
    #[error(transparent)]
    Outline(#[from] OutlineError),
    /// The parts could not be understood.
    #[error("--parts: {0}")]
    Parts(PartsFault),
    /// No chapter format has this ending.
    #[error("no list of chapters is known for {path}; known endings: {}", lists::known_endings())]
    UnknownEnding {
        /// The file.
        path: PathBuf,
    },
    /// The site would not take the list.
    #[error("{0}")]
    Refused(Note),
}

/// What is wrong with the parts.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PartsFault {
    /// Cut times that do not rise, or lie outside of the recording.
    #[error("the times of the cuts must rise and lie within the recording")]
    Order,
    /// The videos are not as long as the recording.
    #[error("the videos are {together} long together, the recording {recording}")]
    Length {
        /// All videos.
        together: Ms,
        /// The recording.
        recording: Ms,
    },
    /// There are no times to cut at.
    #[error("a transcript alone has no times to cut at")]
    NoTimes,
}

/// Finds the chapters and writes the list.
///
/// # Errors
/// [`Failure`] with whatever could not be read, found or written; then nothing is written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    check_place(args)?;
    let demands = Demands { frames: args.fps.unwrap_or_default(), ..args.rules.demands()? };
    if let Some(media) = &args.media {
        return of_recording(args, media, &demands, voice, progress);
    }
    if Timeline::is_json_of_one(&args.text) {
        let timeline = Timeline::read_json(&args.text).map_err(ChaptersError::from)?;
        return write_parts(args, chapters_of(args, timeline)?, &demands, voice, progress);
    }
    of_transcript(args, voice, progress)
}

/// Better told now than after all the work.
fn check_place(args: &Args) -> Result<(), Failure> {
    let inputs: Vec<&Path> = [&args.text]
        .into_iter()
        .chain(&args.media)
        .chain(&args.terms.files)
        .chain(&args.chapters.outline)
        .chain(&args.rules.file)
        .map(PathBuf::as_path)
        .collect();
    if is_dash(&args.output) {
        return Ok(());
    }
    if !is_readable_list(&args.output) {
        format_of(&args.output)?;
    }
    let pieces = if args.parts.is_empty() { vec![args.output.clone()] } else { vec![part_path(&args.output, 1)] };
    pieces.iter().try_for_each(|path| Ok(formats::check_file(path, &inputs)?))
}

/// The timeline with the chapters that its text and times give, or the user's.
fn chapters_of(args: &Args, mut timeline: Timeline) -> Result<Timeline, ChaptersError> {
    let mut headings = chapters::outline_of(&timeline, args.chapters.amount);
    if let Some(path) = &args.chapters.outline {
        let outline = given::read(path)?;
        given::check_times(&outline, timeline.duration(), path)?;
        headings = given::headings(&outline, &timeline.segments, &headings);
    }
    timeline.chapters = chapters::place(&headings, &timeline.segments, timeline.duration(), timeline.language);
    Ok(timeline)
}

/// The stages of `make`, without its folder.
fn of_recording(
    args: &Args,
    media: &Path,
    demands: &Demands,
    voice: &Voice,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let wishes = Wishes {
        terms: args.terms.files.clone(),
        packs: args.terms.packs.clone(),
        language: args.lang.language(),
        chapters: args.chapters.amount,
        outline: args.chapters.outline.clone(),
        media: args.media_options.request(),
        ..Wishes::default()
    };
    let (made, ..) = make(media, &args.text, &wishes, progress)?;
    warn_of(&made, voice, progress);
    super::refuse_misfit(&made, args.force, progress)?;
    write_parts(args, made.timeline, demands, voice, progress)
}

/// The list, or one for each video.
fn write_parts(
    args: &Args,
    timeline: Timeline,
    demands: &Demands,
    voice: &Voice,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    if args.parts.is_empty() {
        return write_timed(&args.output, &timeline, demands, voice);
    }
    let cuts = cuts(args, timeline.duration(), progress)?;
    for (number, (duration, chapters)) in (1..).zip(parts::split(&timeline.chapters, &cuts, timeline.duration())) {
        let media = MediaSummary { duration, ..timeline.media.clone() };
        let part = Timeline { media, language: timeline.language, chapters, ..Timeline::default() };
        if is_dash(&args.output) {
            write_out(&args.output, format!("part {number}\n").as_bytes())?;
            write_timed(&args.output, &part, demands, voice)?;
        } else {
            write_timed(&part_path(&args.output, number), &part, demands, voice)?;
        }
    }
    Ok(())
}

/// `list.bilibili.txt` for the second video is `list.2.bilibili.txt`.
fn part_path(path: &Path, number: usize) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, ending) = name.split_once('.').unwrap_or((&name, "txt"));
    path.with_file_name(format!("{stem}.{number}.{ending}"))
}

/// Where the recording is cut: the times that were typed, or those between the videos.
fn cuts(args: &Args, duration: Ms, progress: &dyn Progress) -> Result<Vec<Ms>, Failure> {
    let fault = |fault| Failure::from(ChaptersError::Parts(fault));
    let times: Option<Vec<Ms>> = args.parts.iter().map(|part| given::clock(part)).collect();
    let cuts = match times {
        Some(times) => times,
        None => between_videos(args, duration, progress)?,
    };
    let all: Vec<Ms> = [Ms::ZERO].into_iter().chain(cuts.iter().copied()).chain([duration]).collect();
    if all.windows(2).all(|pair| pair[0] < pair[1]) { Ok(cuts) } else { Err(fault(PartsFault::Order)) }
}

fn between_videos(args: &Args, duration: Ms, progress: &dyn Progress) -> Result<Vec<Ms>, Failure> {
    /// A cut may lose or repeat some frames of picture.
    const SLACK: Ms = Ms::from_secs(2);
    let mut cuts = Vec::new();
    let mut together = Ms::ZERO;
    for part in &args.parts {
        let decoded = media::decode(Path::new(part), &args.media_options.request(), progress, &mut |_| {})?;
        together += decoded.duration;
        cuts.push(together);
    }
    if together.distance(duration) > SLACK {
        return Err(ChaptersError::Parts(PartsFault::Length { together, recording: duration }).into());
    }
    cuts.pop();
    Ok(cuts)
}

fn write_timed(output: &Path, timeline: &Timeline, demands: &Demands, voice: &Voice) -> Result<(), Failure> {
    if is_readable_list(output) {
        return Ok(write_out(output, timed_list(&timeline.chapters).as_bytes())?);
    }
    let format = format_of(output)?;
    let (list, mut notes) = lists::list(format, timeline, demands)?;
    let Some(list) = list else {
        let nothing = Note::TooFewChapters { target: "the list", count: timeline.chapters.len(), least: 1 };
        return Err(ChaptersError::Refused(notes.into_iter().next().unwrap_or(nothing)).into());
    };
    write_out(output, list.as_bytes())?;
    notes.extend(lists::shortcomings(format, timeline, false));
    notes.iter().for_each(|note| voice.tell(&format!("note: {note}")));
    Ok(())
}

/// The list of a transcript alone, with line numbers.
fn of_transcript(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    if !args.parts.is_empty() {
        return Err(ChaptersError::Parts(PartsFault::NoTimes).into());
    }
    if !is_readable_list(&args.output) {
        return Err(ChaptersError::NoTimes { path: args.output.clone() }.into());
    }
    let policy = correct::Policy::default();
    let document = transcript::read(&args.text, &policy.also.rules()).map_err(ChaptersError::from)?;
    super::warn_of_damage(&document.damaged_lines, progress);
    let terms = Terms::read_all(&args.terms.files, &args.terms.packs).map_err(crate::make::MakeError::from)?;
    let sentences = correct::drafted(&document.sentences, &document.lines, &terms, &policy);
    let texts: Vec<String> = sentences.iter().map(|sentence| sentence.text.text()).collect();
    let language = args.lang.language().unwrap_or_else(|| phones::language_of(texts.iter().map(String::as_str)));
    let (sentences, cast) = speakers::cast(sentences, language);
    let segments = chapters::read_aloud(&sentences, language);
    let mut headings = chapters::outline(&segments, &cast, language, args.chapters.amount);
    if let Some(path) = &args.chapters.outline {
        let mut outline = given::read(path).map_err(ChaptersError::from)?;
        if outline.iter().any(|entry| entry.at.is_some()) {
            voice.tell("note: the times of the outline say nothing without a recording");
            outline.iter_mut().for_each(|entry| entry.at = None);
        }
        headings = given::headings(&outline, &segments, &headings);
    }
    let line = |heading: &Heading| segments[heading.sentence].source.start.line;
    let list = headings.iter().fold(String::new(), |mut list, heading| {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "line {:<5} {}{}", line(heading), indent(heading.level), heading.title);
        list
    });
    Ok(write_out(&args.output, list.as_bytes())?)
}

/// A line a chapter: when it begins, and its title, further in the lower its level.
fn timed_list(chapters: &[Chapter]) -> String {
    let whole_seconds = |time: Ms| Ms::from_secs(time.0 / 1000).to_string();
    chapters.iter().fold(String::new(), |mut list, chapter| {
        let clock = whole_seconds(chapter.span.start);
        let _ = writeln!(list, "{:>8} {}{}", clock.trim_end_matches(".000"), indent(chapter.level), chapter.title);
        list
    })
}

fn indent(level: u8) -> String {
    "  ".repeat(usize::from(level.max(1)))
}

fn format_of(path: &Path) -> Result<&'static dyn lists::ChapterFormat, ChaptersError> {
    lists::for_path(path).ok_or_else(|| ChaptersError::UnknownEnding { path: path.into() })
}

/// Whether the list is one for people, not for a site or a player.
fn is_readable_list(path: &Path) -> bool {
    is_dash(path) || lists::for_path(path).is_none() && path.extension().is_some_and(|ending| ending == "txt")
}
