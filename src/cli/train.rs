//! `zimu train`: a seed model from a corpus.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use clap::builder::RangedU64ValueParser;

use super::{Failure, Voice};
use crate::align::seed::file;
use crate::formats;
use crate::progress::Progress;
use crate::speakers;
use crate::timeline::{Language, Ms};
use crate::train::{Aligned, Checkpoint, CheckpointError, Epoch, Plan, Told, Training, corpus, voices};

/// What is typed after `zimu train`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu train clips/ -o my.zimunet\n  \
    zimu train clips.tsv -o my.zimunet --leave-out 0\n  \
    zimu train dialect.tsv --from my.zimunet --epochs 5 -o dialect.zimunet\n  \
    zimu train clips.tsv --voices -o my.zimuvoi\n  \
    zimu align talk.mp3 talk.txt --model my.zimunet -o talk.srt\n\n\
    After every epoch MODEL.part keeps what there is: the same command goes on from there.")]
pub struct Args {
    /// The corpus: a folder with a .txt beside each recording, or a manifest (tab-separated; columns file, text, and
    /// perhaps speaker and language)
    corpus: PathBuf,
    /// The model
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    /// Numbers a frame inside the network: more is better and slower
    #[arg(long, value_name = "N", default_value_t = Plan::default().width, value_parser = at_least_one())]
    width: usize,
    /// How often every clip is learned from
    #[arg(long, value_name = "N", default_value_t = Plan::default().epochs, value_parser = at_least_one())]
    epochs: usize,
    /// One speaker in so many is left out to test with; 0 leaves nobody out
    #[arg(long, value_name = "N", default_value_t = Plan::default().leave_out)]
    leave_out: usize,
    /// Teach a model on that was trained before, perhaps from another corpus: it labels the clips, and fewer epochs do
    #[arg(long, value_name = "MODEL", conflicts_with = "width")]
    from: Option<PathBuf>,
    /// Begin anew, whatever an interrupted run has left
    #[arg(long)]
    afresh: bool,
    /// Learn how voices differ instead, for telling speakers apart; the texts do not matter
    #[arg(long, conflicts_with_all = ["width", "epochs", "leave_out", "from", "afresh"])]
    voices: bool,
}

fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

/// Trains a model, tells how well it does, and writes it.
///
/// # Errors
/// [`Failure`] where the corpus cannot be read, the model not be written, or what an interrupted run has left is of another
/// training.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    if args.voices {
        return learn_voices(args, voice, progress);
    }
    let net = args.from.as_deref().map(file::open).transpose()?;
    let from = net.as_ref().map(file::write).transpose()?.map(|bytes| crc32fast::hash(&bytes));
    let (width, epochs, leave_out) = (args.width, args.epochs, args.leave_out);
    let plan = Plan { width, epochs, leave_out, from, ..Plan::default() };
    let mut read = vec![args.corpus.as_path()];
    read.extend(args.from.as_deref());
    formats::check_file(&args.output, &read)?;
    let part = part_of(&args.output);
    formats::check_file(&part, &read)?;
    let interrupted = left_by_earlier_run(&part, plan, args.afresh)?;

    let entries = corpus::list(&args.corpus)?;
    let samples = corpus::decode(&entries, progress)?;
    let minutes = samples.iter().map(Vec::len).sum::<usize>() as f64 / 16_000.0 / 60.0;
    voice.tell(&format!("{} clips, {minutes:.0} minutes", entries.len()));
    let mut training = match interrupted {
        Some(checkpoint) => {
            let training =
                Training::resume(&entries, &samples, plan, net.as_ref(), checkpoint).map_err(fault_of(&part))?;
            voice.tell(&format!("going on after epoch {}, as {} has it", training.done(), part.display()));
            training
        }
        None => {
            let training = Training::begin(&entries, &samples, plan, net.as_ref(), progress);
            keep(&training, &part)?;
            training
        }
    };
    while !training.is_over() {
        let epoch = training.epoch(progress);
        keep(&training, &part)?;
        voice.tell(&describe(epoch));
    }
    finish(&training, &args.output, voice, progress)?;
    fs::remove_file(&part).unwrap_or_else(|error| {
        progress.warn(&format!("{} is no longer needed but cannot be removed: {error}", part.display()));
    });
    Ok(())
}

/// Learns how voices differ, and writes that.
fn learn_voices(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    formats::check_file(&args.output, &[&args.corpus])?;
    let entries = corpus::list(&args.corpus)?;
    let samples = corpus::decode(&entries, progress)?;
    let known = voices::learn(&entries, &samples, progress)?;
    let bytes = speakers::voices::file::write(&known)?;
    formats::write_whole(&args.output, |out| Ok(out.write_all(&bytes)?))?;
    let told: f32 = known.between().iter().map(|between| (1.0 + between).ln() / 2.0).sum();
    voice.tell(&format!("{} clips; two seconds tell {told:.1} nats about who speaks", entries.len()));
    Ok(())
}

/// Writes the model and tells how well it aligns.
fn finish(training: &Training, output: &Path, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let bytes = file::write(training.net())?;
    // What is measured is what is written, rounded weights and all.
    let aligned = training.align_left_out(&file::read(&bytes)?, progress);
    formats::write_whole(output, |out| Ok(out.write_all(&bytes)?))?;
    if aligned.is_empty() {
        voice.tell("no speaker was left out: how well the model aligns is not known");
    }
    for aligned in &aligned {
        voice.tell(&describe_aligned(aligned));
    }
    Ok(())
}

/// Where a training is kept while it goes on.
fn part_of(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// What an interrupted run has left, where this one is to go on with it.
fn left_by_earlier_run(part: &Path, plan: Plan, afresh: bool) -> Result<Option<Checkpoint>, Failure> {
    let bytes = match fs::read(part) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Failure::Unreadable { path: part.into(), source }),
    };
    match Checkpoint::read(&bytes) {
        // A file that is none of ours is not replaced, whatever is asked.
        Err(fault @ CheckpointError::NoCheckpoint) => Err(fault_of(part)(fault)),
        _ if afresh => Ok(None),
        read => {
            let checkpoint = read.map_err(fault_of(part))?;
            checkpoint.check_plan(plan).map_err(fault_of(part))?;
            Ok(Some(checkpoint))
        }
    }
}

fn fault_of(part: &Path) -> impl Fn(CheckpointError) -> Failure {
    move |fault| Failure::Checkpoint { path: part.into(), fault }
}

fn keep(training: &Training, part: &Path) -> Result<(), Failure> {
    let bytes = training.checkpoint().write().map_err(fault_of(part))?;
    Ok(formats::write_whole(part, |out| Ok(out.write_all(&bytes)?))?)
}

fn describe(epoch: Epoch) -> String {
    let told = |told: Told| {
        let frames = told.frames.max(1.0);
        format!("{:.3} nats a frame, {:.1}% of frames right", told.surprise / frames, 100.0 * told.right / frames)
    };
    format!("epoch {}: learned {}; left out {}", epoch.number, told(epoch.learned), told(epoch.left_out))
}

fn describe_aligned(aligned: &Aligned) -> String {
    let language = match aligned.language {
        Language::Chinese => "Chinese",
        Language::English => "English",
    };
    let place = if aligned.noisy { "a room and noise 10 dB under them" } else { "as they are" };
    let median = aligned.median().map_or("none found".into(), |median| format!("median error {} ms", median.0));
    let unknown = if aligned.known { "" } else { "; the model found no way, the recording alone had to teach one" };
    format!(
        "left out, {language}, {place}: {} sentences in {}; starts {:.1}% within 0.3 s, {median}, {} taken for \
         unspoken{unknown}",
        aligned.sentences,
        aligned.length,
        100.0 * aligned.share_within(Ms(300)),
        aligned.lost(),
    )
}
