//! `zimu train`: a seed model from a corpus.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::{Failure, Voice};
use crate::align::seed::{Net, file};
use crate::formats;
use crate::progress::Progress;
use crate::train::{self, Epoch, Plan, Told, corpus};

/// What is typed after `zimu train`.
#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  zimu train clips/ -o my.zimunet\n  zimu train clips.tsv -o my.zimunet --leave-out 0"
)]
pub struct Args {
    /// The corpus: a folder with a .txt beside each recording, or a manifest (tab-separated; columns file, text, and
    /// perhaps speaker and language)
    corpus: PathBuf,
    /// The model
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Numbers a frame inside the network: more is better and slower
    #[arg(long, default_value_t = Plan::default().width)]
    width: usize,
    /// How often every clip is learned from
    #[arg(long, default_value_t = Plan::default().epochs)]
    epochs: usize,
    /// One speaker in so many is left out to test with; 0 leaves nobody out
    #[arg(long, value_name = "N", default_value_t = Plan::default().leave_out)]
    leave_out: usize,
}

/// Trains a model and writes it.
///
/// # Errors
/// [`Failure`] where the corpus cannot be read or the model not be written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    formats::check_file(&args.output, &[&args.corpus])?;
    let entries = corpus::list(&args.corpus)?;
    let samples = corpus::decode(&entries, progress)?;
    let minutes = samples.iter().map(Vec::len).sum::<usize>() as f64 / 16_000.0 / 60.0;
    voice.tell(&format!("{} clips, {minutes:.0} minutes", entries.len()));
    let plan = Plan { width: args.width, epochs: args.epochs, leave_out: args.leave_out, ..Plan::default() };
    train::train(&entries, &samples, plan, progress, &mut |epoch, net| {
        voice.tell(&describe(epoch));
        keep(&args.output, net)
    })?;
    Ok(())
}

/// Writes what there is after every epoch: whoever ends a long training early has something.
fn keep(path: &Path, net: &Net) -> Result<(), Failure> {
    let bytes = file::write(net)?;
    Ok(formats::write_whole(path, |out| Ok(out.write_all(&bytes)?))?)
}

fn describe(epoch: Epoch) -> String {
    let told = |told: Told| {
        let frames = told.frames.max(1.0);
        format!("{:.3} nats a frame, {:.1}% of frames right", told.surprise / frames, 100.0 * told.right / frames)
    };
    format!("epoch {}: learned {}; left out {}", epoch.number, told(epoch.learned), told(epoch.left_out))
}
