//! What can be wrong with a recording.

use std::io;
use std::path::{Path, PathBuf};

/// How to get ffmpeg on the usual systems.
const INSTALL: &str = "install ffmpeg: `apt install ffmpeg`, `brew install ffmpeg` or `winget install ffmpeg`";

/// Why a recording could not be decoded: what is wrong, with which file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Nothing is there.
    #[error("{}: no such file", path.display())]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// The file may not be read.
    #[error("{}: no permission to read it", path.display())]
    Permission {
        /// The file.
        path: PathBuf,
    },
    /// The file could not be read for another reason.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder was given.
    #[error("{}: this is a folder; give the recording in it", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The file has no bytes.
    #[error("{}: the file is empty; was the download finished?", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A text file was given.
    #[error("{}: this is a text file, not a recording; are the two arguments swapped?", path.display())]
    Text {
        /// The file.
        path: PathBuf,
    },
    /// A fragment of an MP4 without the initialisation segment that describes it.
    #[error(
        "{}: a fragment of an MP4 without its beginning; join the initialisation segment and all fragments first",
        path.display()
    )]
    LoneFragment {
        /// The file.
        path: PathBuf,
    },
    /// The built-in decoders were asked for and cannot read the file.
    #[error("{}: {reason}; `--decoder auto` may read it with an installed ffmpeg", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// ffmpeg is needed, or was asked for, and is not installed.
    #[error("{}: {reason}; {INSTALL}", path.display())]
    NoFfmpeg {
        /// The file.
        path: PathBuf,
        /// Why it is needed.
        reason: String,
    },
    /// There is no sound in it.
    #[error("{}: no audio track in it ({streams})", path.display())]
    NoAudio {
        /// The file.
        path: PathBuf,
        /// What there is.
        streams: String,
    },
    /// There are not so many audio tracks.
    #[error("{}: no audio track {track}; there are: {tracks}", path.display())]
    NoSuchTrack {
        /// The file.
        path: PathBuf,
        /// The one asked for, counted from 0.
        track: usize,
        /// Those that there are.
        tracks: String,
    },
    /// ffmpeg could not decode it either.
    #[error("{}: not a recording that can be decoded; ffmpeg says: {message}", path.display())]
    Ffmpeg {
        /// The file.
        path: PathBuf,
        /// Its last line.
        message: String,
    },
}

impl MediaError {
    /// The error for a file that the system would not open or read.
    pub(super) fn open(path: &Path, error: io::Error) -> MediaError {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => MediaError::NotFound { path },
            io::ErrorKind::PermissionDenied => MediaError::Permission { path },
            _ => MediaError::Read { path, source: error },
        }
    }
}
