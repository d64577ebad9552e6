//! `zimu terms`: help with files of terms.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use thiserror::Error;

use super::{Voice, is_dash, read_in, write_out};
use crate::correct::Pack;
use crate::correct::suggest::{Source, SuggestError, suggest};
use crate::formats::{self, FormatError};

/// What is typed after `zimu terms`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Clone, Debug, Subcommand)]
enum Task {
    /// Draft a file of terms from a programme, the text of slides, or the page of an event
    #[command(after_help = "Examples:\n  \
        zimu terms suggest programme.md -o terms.txt\n  \
        zimu terms suggest event.html slides.txt\n\n\
        Every term of the draft has the line where it was seen. Look it through before you use it.")]
    Suggest(Suggest),
    /// List the packs of terms that zimu brings, for `zimu make --pack`
    Packs,
}

#[derive(Clone, Debug, clap::Args)]
struct Suggest {
    /// What is written about the event: text, Markdown or HTML; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where the draft goes; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Replace the output if it is there: it may be a draft that you have worked on
    #[arg(short, long)]
    force: bool,
}

/// Why `zimu terms` could not do its work.
#[derive(Debug, Error)]
pub enum TermsFailure {
    /// A text could not be read.
    #[error(transparent)]
    Source(#[from] SuggestError),
    /// The output is there already.
    #[error("{path} is there already: --force replaces it", path = path.display())]
    Exists {
        /// The output.
        path: PathBuf,
    },
    /// The draft could not be written; nothing half-written is left.
    #[error(transparent)]
    Write(#[from] FormatError),
}

/// Does what was asked for.
///
/// # Errors
/// [`TermsFailure`] when a text cannot be read, or the result cannot be written.
pub fn run(args: &Args, voice: &Voice) -> Result<(), TermsFailure> {
    match &args.task {
        Task::Suggest(args) => draft(args, voice),
        Task::Packs => Ok(write_out(Path::new("-"), packs().as_bytes())?),
    }
}

fn draft(args: &Suggest, voice: &Voice) -> Result<(), TermsFailure> {
    let to_file = !is_dash(&args.output);
    if to_file {
        let inputs: Vec<&Path> = args.files.iter().map(PathBuf::as_path).filter(|path| !is_dash(path)).collect();
        formats::check_file(&args.output, &inputs)?;
        if args.output.exists() && !args.force {
            return Err(TermsFailure::Exists { path: args.output.clone() });
        }
    }
    let sources = args.files.iter().map(|path| read(path)).collect::<Result<Vec<Source>, SuggestError>>()?;
    let draft = suggest(&sources);
    if draft.is_empty() {
        voice.tell("note: nothing there looks like a term");
    }
    let text = draft.to_string();
    write_out(&args.output, text.as_bytes())?;
    if to_file {
        voice.tell(&format!("{} terms in {}: look them through", draft.len(), args.output.display()));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Source, SuggestError> {
    let (name, bytes) = read_in(path);
    let bytes = bytes.map_err(|source| SuggestError::Read { path: name.clone(), source })?;
    Source::decode(&bytes, &name)
}

fn packs() -> String {
    let line = |pack: Pack| format!("{:<6} {:>4} terms  {}\n", pack.name(), pack.terms(), pack.about());
    Pack::ALL.into_iter().map(line).collect()
}
