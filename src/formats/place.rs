//! Whether there is a place for a result: asked before the work that would otherwise be in vain.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::FormatError;

/// Why a result has no place where it was to go.
#[derive(Debug, Error)]
pub enum PlaceFault {
    /// The folder that was to hold it is not there.
    #[error("there is no folder {}: make it first, or name another place", .folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// What was to hold it is no folder.
    #[error("{} is not a folder: name another place", .folder.display())]
    NotAFolder {
        /// What it is instead.
        folder: PathBuf,
    },
    /// A file was to be written where a folder is.
    #[error("it is a folder: name a file")]
    IsAFolder,
    /// A folder was to be filled where a file, a pipe or a device is.
    #[error("it is there already and is not a folder: name another folder with -o")]
    FolderWanted,
    /// The user may not put files there.
    #[error("you have no permission to write in the folder {}: name another place", .folder.display())]
    Forbidden {
        /// The folder.
        folder: PathBuf,
    },
    /// There is a file that the user may not change.
    #[error("the file is there already and write-protected: name another file")]
    Protected,
    /// The result would take the place of what it is made from.
    #[error("that would replace {}, which it is made from: name another place", .input.display())]
    Input {
        /// The recording, the transcript or the terms.
        input: PathBuf,
    },
    /// `-` for what cannot be printed.
    #[error("standard output cannot hold it: name a place of its own")]
    Printed,
}

/// Whether the file `path` can be written, as far as can be told before it is, without touching any of the `inputs` that
/// it is made from. A pipe or a device is written through; `-` is no file.
///
/// # Errors
/// [`FormatError::NoPlace`] with what stands in the way; [`FormatError::Write`] where the system says something else.
pub fn check_file(path: &Path, inputs: &[&Path]) -> Result<(), FormatError> {
    let fault = |fault| FormatError::NoPlace { path: path.into(), fault };
    if path == Path::new("-") {
        return Err(fault(PlaceFault::Printed));
    }
    if let Some(input) = inputs.iter().find(|input| same_file(path, input)) {
        return Err(fault(PlaceFault::Input { input: input.into() }));
    }
    match what_is_at(path)? {
        Some(there) if there.is_dir() => Err(fault(PlaceFault::IsAFolder)),
        Some(there) if !there.is_file() => Ok(()),
        Some(_) => {
            check_unprotected(path)?;
            check_holder(path)
        }
        None => check_holder(path),
    }
}

/// Whether a new file can be put into `folder`.
///
/// # Errors
/// As [`check_file`], for the result `path` that is to go there.
pub(super) fn check_writable(folder: &Path, path: &Path) -> Result<(), FormatError> {
    let fault = |fault| FormatError::NoPlace { path: path.into(), fault };
    // Permissions are more than bits (owners, lists, read-only disks): only trying tells. The file has no name where the
    // system can do that, so that nothing is left even by a run that is killed here.
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(fault(PlaceFault::Forbidden { folder: folder.into() }))
        }
        Err(error) => Err(FormatError::Write { path: path.into(), source: plain(error) }),
    }
}

/// Whether the folder that is to hold `path` is there and takes new files.
///
/// # Errors
/// As [`check_file`].
pub(super) fn check_holder(path: &Path) -> Result<(), FormatError> {
    let fault = |fault| FormatError::NoPlace { path: path.into(), fault };
    let folder = folder_of(&target_of(path));
    match what_is_at(&folder)? {
        None => Err(fault(PlaceFault::NoFolder { folder })),
        Some(there) if !there.is_dir() => Err(fault(PlaceFault::NotAFolder { folder })),
        Some(_) => check_writable(&folder, path),
    }
}

/// Whether a file that is there already may be changed: one that is write-protected is so for a reason.
fn check_unprotected(path: &Path) -> Result<(), FormatError> {
    match File::options().append(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(FormatError::NoPlace { path: path.into(), fault: PlaceFault::Protected })
        }
        Err(source) => Err(FormatError::Write { path: path.into(), source }),
    }
}

/// What is at `path`, links followed; `None` where nothing is.
///
/// # Errors
/// [`FormatError::NoPlace`] where a file stands in the way, [`FormatError::Write`] where the system refuses to look.
pub(super) fn what_is_at(path: &Path) -> Result<Option<Metadata>, FormatError> {
    match fs::metadata(path) {
        Ok(there) => Ok(Some(there)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(FormatError::NoPlace { path: path.into(), fault: PlaceFault::NotAFolder { folder: folder_of(path) } })
        }
        Err(source) => Err(FormatError::Write { path: path.into(), source }),
    }
}

/// Where a file will stand that is written to `path`: links are followed, to something that is not there yet too.
pub(super) fn target_of(path: &Path) -> PathBuf {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut target = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        if let Ok(real) = fs::canonicalize(&target) {
            return real;
        }
        match fs::read_link(&target) {
            Ok(to) => target = folder_of(&target).join(to),
            Err(_) => break,
        }
    }
    target
}

/// Whether both are there and are one file.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    let regular = |path| fs::canonicalize(path).ok().filter(|real| real.is_file());
    regular(one).is_some_and(|one| regular(other) == Some(one))
}

/// What the system said, without the name of a temporary file, which tells the user nothing.
pub(super) fn plain(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.source()).and_then(|inner| inner.downcast_ref::<io::Error>());
    inner.and_then(io::Error::raw_os_error).map_or(error, io::Error::from_raw_os_error)
}

/// The folder that holds `path`.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.into(),
        _ => PathBuf::from("."),
    }
}
