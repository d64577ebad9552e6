//! `zimu clean`: the cleaning alone.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use thiserror::Error;

use super::{Voice, is_dash, read_in, write_out};
use crate::formats::{self, FormatError};
use crate::progress::Progress;
use crate::transcript::{self, Change, Document, Rule, Rules, TranscriptError, UnknownRule};

/// What is typed after `zimu clean`.
#[derive(Debug, clap::Args)]
#[command(
    about = "Clean a transcript: markup, emoji tags, chopped paragraphs, torn numbers, stutters",
    after_long_help = examples()
)]
pub struct Args {
    /// The transcript (.md .txt .srt .vtt .json); `-` reads standard input
    pub transcript: PathBuf,
    /// Where the result goes; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
    /// List every change with its line, offset and rule, then the lines before and after, instead of the text
    #[arg(long)]
    pub diff: bool,
    /// Which rules run: names to add, names with `-` before them to leave out, or all, default, verbatim, none
    #[arg(long, value_name = "LIST", default_value = "default", allow_hyphen_values = true)]
    pub rules: String,
}

/// Why `zimu clean` could not do its work.
#[derive(Debug, Error)]
pub enum CleanError {
    /// A rule that there is not.
    #[error("{0}")]
    Rules(#[from] UnknownRule),
    /// The transcript could not be read.
    #[error("{0}")]
    Transcript(#[from] TranscriptError),
    /// The result could not be written; nothing half-written is left.
    #[error("{0}")]
    Write(#[from] FormatError),
}

/// Cleans as told.
///
/// # Errors
/// [`CleanError`] when a rule is unknown, the transcript cannot be read, or the result cannot be written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), CleanError> {
    let rules = Rules::parse(&args.rules)?;
    if !is_dash(&args.output) {
        formats::check_file(&args.output, &[&args.transcript])?;
    }
    let document = read(&args.transcript, &rules)?;
    super::warn_of_damage(&document.damaged_lines, progress);
    voice.tell_more(&format!("{} changes", document.changes.len()));
    let result = if args.diff { diff(&document) } else { document.text() };
    Ok(write_out(&args.output, result.as_bytes())?)
}

fn read(path: &Path, rules: &Rules) -> Result<Document, TranscriptError> {
    let (name, bytes) = read_in(path);
    let bytes = bytes.map_err(|source| TranscriptError::Read { path: name.clone(), source })?;
    transcript::read_bytes(&bytes, &name, rules)
}

/// The changes in the order of the text, then a unified diff of the lines.
fn diff(document: &Document) -> String {
    let mut changes: Vec<&Change> = document.changes.iter().collect();
    changes.sort_by_key(|change| change.at);
    let mut text = String::new();
    for Change { rule, at, before, after } in changes {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{}:{}\t{rule}\t{} → {}", at.line, at.offset, shown(before), shown(after));
    }
    let given = document.lines.iter().filter(|line| !line.trim().is_empty());
    let given: String = given.flat_map(|line| [line.as_str(), "\n"]).collect();
    let cleaned = document.text();
    let lines = TextDiff::from_lines(given.as_str(), cleaned.as_str());
    let _ = write!(text, "\n{}", lines.unified_diff().header("as given", "cleaned"));
    text
}

/// Text in quotes with its line ends to be seen; nothing is `∅`.
fn shown(text: &str) -> String {
    if text.is_empty() { "∅".into() } else { format!("“{}”", text.replace('\n', "↵")) }
}

fn examples() -> String {
    let mut text = String::from(
        "Examples:\n  zimu clean talk.md                            the clean text, a paragraph a line\n  \
         zimu clean talk.md -o clean.txt\n  zimu clean talk.md --diff                     every change, to be looked through\n  \
         zimu clean talk.md --rules fillers,-stutter   one rule more, one less\n  \
         zimu clean talk.srt --rules none,tags         nothing but tags\n\nRules, in the order in which they run:\n",
    );
    for rule in Rule::all() {
        let state = if rule.is_default() { "on" } else { "off" };
        let _ = writeln!(text, "  {:<9} {state:<4} {}", rule.name(), rule.about());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::progress::Bars;
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    fn clean(transcript: &str, more: &[&str]) -> (Result<(), CleanError>, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("talk.md"), folder.path().join("clean.txt"));
        std::fs::write(&from, transcript).unwrap();
        let given = ["clean".as_ref(), from.as_os_str(), "-o".as_ref(), to.as_os_str()];
        let args = given.into_iter().chain(more.iter().map(AsRef::as_ref));
        let result = run(&Cli::parse_from(args).args, &Voice { quiet: true, verbose: false }, &Bars::new(true));
        (result, std::fs::read_to_string(to).ok())
    }

    #[test]
    fn the_clean_text_is_written_whole() {
        let (result, text) = clean("# 题目\n\n提升1。5倍。😊\n\n张三：好。\n", &[]);
        assert!(result.is_ok());
        assert_eq!(text.as_deref(), Some("提升1.5倍。\n张三：好。\n"));
    }

    #[test]
    fn the_diff_names_line_offset_and_rule() {
        let text = clean("好的。\n\n提升1。5倍。\n", &["--diff"]).1.unwrap();
        assert!(text.starts_with("3:3\tdecimals\t“。” → “.”\n"), "{text}");
        assert!(text.contains("\n-提升1。5倍。\n") && text.contains("\n+提升1.5倍。\n"), "{text}");
    }

    #[test]
    fn rules_can_be_chosen() {
        assert_eq!(clean("提升1。5倍。😊", &["--rules", "none,tags"]).1.as_deref(), Some("提升1。5倍。\n"));
        assert_eq!(clean("提升1。5倍。", &["--rules", "-decimals"]).1.as_deref(), Some("提升1。5倍。\n"));
    }

    #[test]
    fn what_cannot_be_done_leaves_nothing_behind() {
        let (result, text) = clean("![](a.png)\n", &[]);
        assert!(result.unwrap_err().to_string().contains("holds no text to speak"));
        assert_eq!(text, None);
        let (result, _) = clean("好。", &["--rules", "stuter"]);
        assert!(result.unwrap_err().to_string().contains("stutter"));
    }
}
