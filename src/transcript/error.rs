//! What can be wrong with a transcript.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A transcript that could not be read, and what to do about it.
#[derive(Debug, Error)]
pub enum TranscriptError {
    /// The file could not be opened or read.
    #[error("cannot read the transcript {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no text: a media file, a document of a word processor, an archive.
    #[error("{path} is not text but {what}: give the transcript as .txt, .md, .srt, .vtt or .json")]
    Binary {
        /// The file.
        path: PathBuf,
        /// What it seems to be, in words.
        what: &'static str,
    },
    /// Nothing is left to speak once markup, titles and times are taken off.
    #[error("{path} holds no text to speak{after}: is it the right file?", after = lines_looked_at(*.lines))]
    Empty {
        /// The file.
        path: PathBuf,
        /// How many lines it has.
        lines: usize,
    },
    /// It begins like JSON and is none.
    #[error("{path}, line {line}, column {column}: broken JSON ({message}): save it anew from the recogniser")]
    Json {
        /// The file.
        path: PathBuf,
        /// 1-based line of the fault.
        line: usize,
        /// 1-based column of the fault.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is JSON, but of no layout that zimu knows.
    #[error(
        "{path}, line 1: this JSON has neither \"segments\" (Whisper, WhisperX) nor \"text\" or \"sentence_info\" (FunASR)"
    )]
    JsonLayout {
        /// The file.
        path: PathBuf,
    },
}

fn lines_looked_at(lines: usize) -> String {
    match lines {
        0 => " (the file is empty)".into(),
        1 => " in its one line".into(),
        _ => format!(" in its {lines} lines"),
    }
}
