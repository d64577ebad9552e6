//! `zimu speakers`: who speaks when, by the voices alone.

use std::io::Write;
use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::options::MediaOptions;
use super::{Failure, Voice, is_dash, write_out};
use crate::formats::{self, rttm};
use crate::media;
use crate::progress::Progress;
use crate::signal::listen_to_voices;
use crate::speakers::voices::{self, Voices};

/// What is typed after `zimu speakers`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Example:\n  zimu speakers meeting.mp3 -o meeting.rttm")]
pub struct Args {
    /// The recording: an audio or video file
    media: PathBuf,
    /// The turns, as RTTM; `-` prints them
    #[arg(short, long, value_name = "OUT.rttm")]
    output: PathBuf,
    #[command(flatten)]
    media_options: MediaOptions,
}

/// Listens to the recording and writes who speaks when.
///
/// # Errors
/// [`Failure`] where the recording cannot be decoded, or the turns not be written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    if !is_dash(&args.output) {
        formats::check_file(&args.output, &[&args.media])?;
    }
    let request = args.media_options.request();
    let (decoded, timbre, map) = listen_to_voices(|sink| media::decode(&args.media, &request, progress, sink));
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
        rttm::write_turn(lines.by_ref(), &args.media, turn.span, &name, Some(turn.confidence))
            .expect("memory takes whatever is written");
    }
    lines
}
