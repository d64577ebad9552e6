//! `zimu align`: timing alone.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::options::{LanguageChoice, MediaOptions};
use super::{Failure, Voice, is_dash, summary, warn_of};
use crate::formats::{self, FormatError, Subject};
use crate::make::{Wishes, align};
use crate::progress::Progress;

/// What is typed after `zimu align`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu align talk.mp3 talk.txt -o talk.srt\n  \
    zimu align talk.mp3 talk.txt -o talk.TextGrid\n  \
    zimu align talk.mp3 talk.txt -o - | jq .segments[0]")]
pub struct Args {
    /// The recording: an audio or video file
    media: PathBuf,
    /// Its transcript: .md .txt .srt .vtt .json
    transcript: PathBuf,
    /// The result; its ending is the format (.json .srt .vtt .ass .lrc .TextGrid .ctm .txt …); `-` prints JSON
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Main language of the transcript
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LanguageChoice,
    #[command(flatten)]
    media_options: MediaOptions,
    /// Write even where transcript and recording do not fit
    #[arg(short, long)]
    force: bool,
}

/// Times the transcript and writes it.
///
/// # Errors
/// [`Failure`] with whatever could not be done; then nothing is written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let printed = is_dash(&args.output);
    let format = if printed { formats::for_path(Path::new("-.json"))? } else { formats::for_path(&args.output)? };
    if !printed {
        // Better told now than after all the work.
        formats::check_file(&args.output, &[&args.media, &args.transcript])?;
    }
    let wishes = Wishes { terms: None, language: args.lang.language(), media: args.media_options.request() };
    let made = align(&args.media, &args.transcript, &wishes, progress)?;
    warn_of(&made, voice, progress);
    super::refuse_misfit(&made, args.force, progress)?;
    let subject = Subject { timeline: &made.timeline, cues: &made.cues };
    let notes = if printed {
        let mut out = io::stdout().lock();
        let notes = format.write(subject, &mut out)?;
        out.flush().map_err(FormatError::Out)?;
        notes
    } else {
        formats::write_whole(&args.output, |out| format.write(subject, out))?
    };
    for note in notes {
        voice.tell(&format!("note: {note}"));
    }
    let given = summary::given(&made.timeline);
    if !given.is_empty() {
        voice.tell(given.trim_end());
    }
    let unspoken = made.timeline.segments.iter().filter(|segment| segment.span.is_none()).count();
    if unspoken > 0 {
        voice.tell(&format!("{unspoken} of {} sentences are not spoken", made.timeline.segments.len()));
    }
    Ok(())
}
