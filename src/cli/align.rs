//! `zimu align`: timing alone.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::options::{LanguageChoice, MediaOptions, NamesOptions};
use super::{Failure, Voice, batch, is_dash, summary, warn_of};
use crate::cues;
use crate::formats::{self, FormatError, Subject};
use crate::make::{Wishes, align};
use crate::progress::Progress;

/// What is typed after `zimu align`.
#[derive(Clone, Debug, ClapArgs)]
#[command(
    override_usage = "zimu align [OPTIONS] <MEDIA> <TRANSCRIPT> --output <OUT>\n       \
        zimu align [OPTIONS] --batch <MANIFEST> --output <DIR>",
    after_help = "Examples:\n  \
    zimu align talk.mp3 talk.txt -o talk.srt\n  \
    zimu align talk.mp3 talk.txt -o talk.TextGrid\n  \
    zimu align talk.mp3 talk.txt -o - | jq .segments[0]\n  \
    zimu align --batch clips.tsv -o aligned/ --format TextGrid,json -j 4"
)]
pub struct Args {
    /// The recording: an audio or video file
    #[arg(required_unless_present = "batch")]
    media: Option<PathBuf>,
    /// Its transcript: .md .txt .srt .vtt .json
    #[arg(required_unless_present = "batch")]
    transcript: Option<PathBuf>,
    /// The result; its ending is the format (.json .srt .vtt .ass .lrc .TextGrid .ctm .txt …); `-` prints JSON
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Main language of the transcript
    #[arg(long, value_enum, default_value_t, value_name = "LANG")]
    lang: LanguageChoice,
    /// A model of `zimu train` to listen with, instead of the one that zimu carries
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Write the phones of words too (.json; .TextGrid has them anyway)
    #[arg(long)]
    phones: bool,
    #[command(flatten)]
    names: NamesOptions,
    #[command(flatten)]
    batch_options: batch::Options,
    #[command(flatten)]
    media_options: MediaOptions,
    /// Write even where transcript and recording do not fit; of a batch, do again what was done before
    #[arg(short, long)]
    force: bool,
}

/// Times the transcript and writes it, or those of a batch.
///
/// # Errors
/// [`Failure`] with whatever could not be done; then nothing is written, of a batch the rest.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let wishes = Wishes {
        language: args.lang.language(),
        model: args.model.clone(),
        phones: args.phones,
        names: args.names.wanted,
        media: args.media_options.request(),
        ..Wishes::default()
    };
    match (&args.batch_options.batch, &args.media, &args.transcript) {
        (None, Some(media), Some(transcript)) => align_one(media, transcript, args, wishes, voice, progress),
        (Some(manifest), ..) => {
            let plan = args.batch_options.plan(&args.output, wishes, args.force)?;
            batch::run(manifest, &plan, voice, progress)
        }
        (None, ..) => unreachable!("clap asks for both where there is no batch"),
    }
}

fn align_one(
    media: &Path,
    transcript: &Path,
    args: &Args,
    mut wishes: Wishes,
    voice: &Voice,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let printed = is_dash(&args.output);
    let format = if printed { formats::for_path(Path::new("-.json"))? } else { formats::for_path(&args.output)? };
    if !printed {
        // Better told now than after all the work.
        let inputs: Vec<&Path> = [media, transcript].into_iter().chain(wishes.model.as_deref()).collect();
        formats::check_file(&args.output, &inputs)?;
    }
    wishes.phones = formats::want_phones(&[format], wishes.phones)?;
    let made = align(media, transcript, &wishes, progress)?;
    warn_of(&made, voice, progress);
    super::refuse_misfit(&made, args.force, progress)?;
    let named = wishes.names.then(|| cues::verbatim_with_names(&made.timeline));
    let subject = Subject::new(&made.timeline, &made.cues).naming(named.as_deref(), format);
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
