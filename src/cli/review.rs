//! `zimu review`: the page on a folder that `make` wrote.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::options::{NamesOptions, RulesOptions, StyleOptions};
use super::{Failure, Voice};
use crate::progress::Progress;
use crate::review::{Manner, Opened, Project, bind};

/// What is typed after `zimu review`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu review forum.zimu\n  \
    zimu review forum.zimu --media /mnt/films/forum.mp4 --no-open\n\n\
    Saving writes all files of the folder anew. What was decided holds when the transcript is made again:\n  \
    zimu make forum.mp4 transcript.md --decisions forum.zimu/decisions.json --force")]
pub struct Args {
    /// The folder that `zimu make` wrote
    folder: PathBuf,
    /// The recording, where it is not where it was when the folder was made
    #[arg(long, value_name = "FILE")]
    media: Option<PathBuf>,
    #[command(flatten)]
    style: StyleOptions,
    #[command(flatten)]
    rules: RulesOptions,
    #[command(flatten)]
    names: NamesOptions,
    /// Print the address, and open no browser
    #[arg(long)]
    no_open: bool,
}

/// Serves the page until it is interrupted.
///
/// # Errors
/// [`Failure`] where the folder cannot be read, or no page can be served.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let manner = Manner {
        media: args.media.clone(),
        style: args.style.style()?,
        demands: args.rules.demands()?,
        names: args.names.wanted,
    };
    let (project, opened) = Project::open(&args.folder, manner)?;
    tell(opened, voice, progress);
    if project.media().is_none() {
        progress.warn("the recording is not where the timeline says: nothing can be played; --media tells where it is");
    }
    let doubts = project.doubts();
    let server = bind(project)?;
    let address = server.address();
    voice.tell(&format!("{doubts} doubts; Ctrl+C ends the review"));
    // On standard output, for other programs to take.
    println!("{address}");
    if !args.no_open && !browse(&address) {
        voice.tell("open this address in a browser");
    }
    server.run();
    Ok(())
}

fn tell(opened: Opened, voice: &Voice, progress: &dyn Progress) {
    if opened.torn {
        progress.warn("the last edit of the review before was not finished, and is lost");
    }
    if let Some(decisions) = opened.set_aside {
        progress.warn(&format!(
            "the timeline was made anew since the review before: {decisions} decisions are carried over; its other edits \
             are kept in the review folder, in the last of the files journal-1.jsonl, journal-2.jsonl …"
        ));
    }
    if opened.unsaved > 0 {
        voice.tell(&format!("{} edits of the review before are not saved yet; they are on the page", opened.unsaved));
    }
}

/// Asks the system to show an address.
fn browse(address: &str) -> bool {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = std::process::Command::new(opener);
    command.arg(address).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().is_ok()
}
