//! `zimu review`: the page on a folder that `make` wrote.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{Failure, Voice};
use crate::progress::Progress;
use crate::review::{Project, bind};

/// What is typed after `zimu review`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu review forum.zimu\n  \
    zimu review forum.zimu --media /mnt/films/forum.mp4 --no-open\n\n\
    What is settled is saved in decisions.json in the folder:\n  \
    zimu make forum.mp4 transcript.md --decisions forum.zimu/decisions.json --force")]
pub struct Args {
    /// The folder that `zimu make` wrote
    folder: PathBuf,
    /// The recording, where it is not where it was when the folder was made
    #[arg(long, value_name = "FILE")]
    media: Option<PathBuf>,
    /// Print the address, and open no browser
    #[arg(long)]
    no_open: bool,
}

/// Serves the page until it is interrupted.
///
/// # Errors
/// [`Failure`] where the folder cannot be read, or no page can be served.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let (project, torn) = Project::open(&args.folder, args.media.as_deref())?;
    if torn {
        progress.warn("the last edit of the review before was not finished, and is lost");
    }
    if project.media().is_none() {
        progress.warn("the recording is not where the timeline says: nothing can be played; --media tells where it is");
    }
    let doubts = project.doubts().len();
    let server = bind(project)?;
    let address = server.address();
    voice.tell(&format!("{doubts} doubts; Ctrl+C ends the review"));
    // On standard output, for other programs to take.
    println!("{address}");
    if !args.no_open && !opened(&address) {
        voice.tell("open this address in a browser");
    }
    server.run();
    Ok(())
}

/// Asks the system to show an address.
fn opened(address: &str) -> bool {
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
