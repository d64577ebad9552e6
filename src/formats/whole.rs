//! One file, whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::FormatError;
use super::place::{folder_of, plain, target_of};

/// Writes a file under a temporary name in the folder of `path` and puts it in its place when all of it is on the disk.
///
/// Whatever goes wrong, `path` keeps what it held and nothing else is left behind. A link is followed, to a
/// file that is not there yet too; what is no ordinary file (a pipe, a device) is written to as it is.
///
/// # Errors
/// [`FormatError::Write`] with the path, or what `write` itself gives.
pub fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, FormatError>,
) -> Result<T, FormatError> {
    let failed = |source| FormatError::Write { path: path.into(), source };
    let existing = fs::metadata(path).ok();
    if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
        let file = File::options().write(true).open(path).map_err(failed)?;
        return fill(file, path, write).map(|(done, _)| done);
    }
    let target = target_of(path);
    let file = temporary_beside(&target).map_err(|error| failed(plain(error)))?;
    if let Some(existing) = existing {
        file.as_file().set_permissions(existing.permissions()).map_err(failed)?;
    }
    let (done, file) = fill(file, path, write)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(done)
}

/// Lets `write` fill `file`; names `path` in what goes wrong.
pub(super) fn fill<T, W: Write>(
    file: W,
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, FormatError>,
) -> Result<(T, W), FormatError> {
    let failed = |source| FormatError::Write { path: path.into(), source };
    let mut out = BufWriter::new(file);
    let done = write(&mut out).map_err(|error| match error {
        FormatError::Out(source) => failed(source),
        other => other,
    })?;
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    Ok((done, file))
}

fn temporary_beside(target: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zimu-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(target))
}
