//! `zimu speakers`: who speaks, by the words of a transcript, the voices of a recording, or both.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::options::{LanguageChoice, MediaOptions, NamesOptions, VoicesOptions};
use super::{Failure, Voice, is_dash, write_out};
use crate::cues::{self, Style};
use crate::formats::{self, Subject, rttm, turns};
use crate::make::{self, Casting, Wishes};
use crate::media;
use crate::progress::Progress;
use crate::signal::listen_to_voices;
use crate::speakers::People;
use crate::speakers::voices::{self, Voices};
use crate::timeline::{Sentence, Timeline};
use crate::transcript::{self, Rules};

/// What is typed after `zimu speakers`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu speakers transcript.md                             by the words: introductions, thanks, calls\n  \
    zimu speakers transcript.md forum.mp4 -o turns.tsv      by the words and the voices\n  \
    zimu speakers transcript.md forum.mp4 --speakers people.txt -o forum.rttm\n  \
    zimu speakers transcript.md -o labelled.md              the transcript with the speakers' names in it\n  \
    zimu speakers transcript.md forum.mp4 --voices pyannote.rttm -o forum.rttm\n  \
    zimu speakers meeting.mp3 -o meeting.rttm               by the voices alone")]
pub struct Args {
    /// The transcript: .md .txt .srt .vtt .json; or a recording alone
    transcript: PathBuf,
    /// The recording: an audio or video file
    media: Option<PathBuf>,
    /// Where the turns go: .tsv .rttm, .md or .txt for the transcript with names, .json .srt .vtt .ass … with times; `-`
    /// prints the table
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: PathBuf,
    /// The people, one a line: `name；other spelling：title`
    #[arg(long, value_name = "FILE")]
    speakers: Option<PathBuf>,
    #[command(flatten)]
    voices: VoicesOptions,
    /// When all is said, as an earlier `zimu make` found it (its timeline.json): the words are not timed anew
    #[arg(long, value_name = "FILE", requires = "media")]
    timeline: Option<PathBuf>,
    /// Main language of the transcript
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LanguageChoice,
    #[command(flatten)]
    names: NamesOptions,
    #[command(flatten)]
    media_options: MediaOptions,
    /// Write even where transcript and recording do not fit
    #[arg(short, long)]
    force: bool,
}

/// Finds who speaks and writes it.
///
/// # Errors
/// [`Failure`] where something cannot be read, or the turns not be written; then nothing is.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let inputs: Vec<&Path> = [&args.transcript]
        .into_iter()
        .chain(&args.media)
        .chain(&args.speakers)
        .chain(&args.timeline)
        .chain(&args.voices.file)
        .map(PathBuf::as_path)
        .collect();
    if !is_dash(&args.output) {
        formats::check_file(&args.output, &inputs)?;
    }
    if args.media.is_none() && !is_transcript(&args.transcript) {
        return of_voices(args, voice, progress);
    }
    let wanted = Wanted::of(args)?;
    let wishes = Wishes {
        people: args.speakers.as_deref().map_or(Ok(People::default()), People::read)?,
        voices: args.media.as_deref().map_or(Ok(None), |media| args.voices.turns(media, progress))?,
        language: args.lang.language(),
        media: args.media_options.request(),
        ..Wishes::default()
    };
    let sentences = transcript::read(&args.transcript, &Rules::default()).map_err(make::MakeError::from)?.sentences;
    let casting = match &args.media {
        None => make::cast_words(sentences, &wishes),
        Some(media) => {
            let earlier = args.timeline.as_deref().map(Timeline::read_json).transpose()?;
            make::cast_recording(sentences, media, earlier, &wishes, progress)?
        }
    };
    if !args.force {
        casting.check_fit()?;
    }
    write_out(&args.output, &wanted.written(&casting, args)?)?;
    voice.tell(&summary(&casting));
    Ok(())
}

/// By the name's ending: what is no transcript is a recording.
fn is_transcript(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ["md", "markdown", "txt", "srt", "vtt", "json"].contains(&ending.as_str()) || is_dash(path)
}

/// What is to be written.
enum Wanted {
    Table,
    Labelled,
    Rttm,
    Timed(&'static dyn formats::Format),
}

impl Wanted {
    fn of(args: &Args) -> Result<Wanted, Failure> {
        let ending = args.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let wanted = match ending.as_str() {
            _ if is_dash(&args.output) => Wanted::Table,
            "tsv" => Wanted::Table,
            "md" | "txt" => Wanted::Labelled,
            "rttm" => Wanted::Rttm,
            _ => Wanted::Timed(formats::for_path(&args.output)?),
        };
        match wanted {
            Wanted::Rttm | Wanted::Timed(_) if args.media.is_none() => {
                Err(Failure::NoTimes { path: args.output.clone() })
            }
            wanted => Ok(wanted),
        }
    }

    fn written(&self, casting: &Casting, args: &Args) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        match (self, &casting.timeline) {
            (Wanted::Labelled, _) => out = labelled(casting).into_bytes(),
            (Wanted::Rttm, Some(timeline)) => rttm::write(timeline, &mut out).map_err(formats::FormatError::Out)?,
            (Wanted::Timed(format), Some(timeline)) => {
                let style = Style::for_language(timeline.language);
                let cues = cues::cut(timeline, &style);
                let named = args.names.wanted.then(|| cues::cut_with_names(timeline, &style));
                format.write(Subject::new(timeline, &cues).naming(named.as_deref(), *format), &mut out)?;
            }
            (_, timeline) => {
                let segments = timeline.as_ref().map(|timeline| timeline.segments.as_slice());
                turns::write(&casting.sentences, &casting.cast, segments, &mut out)?;
            }
        }
        Ok(out)
    }
}

/// The transcript with a name before each turn.
fn labelled(casting: &Casting) -> String {
    let Casting { sentences, cast, .. } = casting;
    let mut labelled: Vec<Sentence> = sentences.clone();
    for turn in &cast.turns {
        for sentence in &mut labelled[turn.sentences.clone()] {
            sentence.label = Some(cast.speakers[turn.speaker].name.clone());
        }
    }
    transcript::text_of(&labelled)
}

fn summary(casting: &Casting) -> String {
    let names: Vec<&str> = casting.cast.speakers.iter().map(|speaker| speaker.name.as_str()).collect();
    format!("{} speakers in {} turns: {}", names.len(), casting.cast.turns.len(), names.join("、"))
}

/// Listens to the recording alone.
fn of_voices(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let request = args.media_options.request();
    let (decoded, timbre, map) = listen_to_voices(|sink| media::decode(&args.transcript, &request, progress, sink));
    for warning in &decoded?.warnings {
        progress.warn(&warning.to_string());
    }
    let found = voices::of_recording(&timbre, &map, voices::shipped());
    timbre.check()?;
    write_out(&args.output, &rttm_of(args, &found))?;
    voice.tell(&format!("{} voices, {} turns", found.count, found.turns().len()));
    Ok(())
}

fn rttm_of(args: &Args, found: &Voices) -> Vec<u8> {
    let mut lines = Vec::new();
    for turn in found.turns() {
        let name = format!("voice{}", turn.voice + 1);
        rttm::write_turn(lines.by_ref(), &args.transcript, turn.span, &name, Some(turn.confidence))
            .expect("memory takes whatever is written");
    }
    lines
}
