//! Rows of equal length, in memory as long as they are few and then in a temporary file.
//!
//! What is heard of ten hours takes some 400 MB, of which never more than a few seconds are looked at together.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use thiserror::Error;

/// Bytes that are held in memory before they go to the file together: the cepstra of 25 minutes.
const HELD: usize = 8 << 20;
/// Rows that are read together.
const BLOCK: usize = 4_096;

/// Rows that are appended, and read from any thread.
///
/// What the file refuses to take or to give is remembered and read as zeros: whoever makes something of the rows has to
/// [`Spool::check`] in the end, and need not at every row.
pub struct Spool {
    row: usize,
    file: Option<File>,
    /// Bytes that are in the file.
    written: usize,
    /// The bytes after those.
    held: Vec<u8>,
    failed: OnceLock<io::Error>,
}

/// What was heard of a long recording could not be kept.
#[derive(Debug, Error)]
#[error(
    "what was heard of a long recording could not be kept in a temporary file in {}: {error}. \
     Make room there, or set TMPDIR to another folder",
    folder.display()
)]
pub struct SpoolError {
    folder: PathBuf,
    error: String,
}

impl Spool {
    /// No rows yet, of `row` bytes each.
    pub fn new(row: usize) -> Spool {
        Spool { row, file: None, written: 0, held: Vec::new(), failed: OnceLock::new() }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        (self.written + self.held.len()) / self.row
    }

    /// Appends whole rows.
    pub fn push(&mut self, rows: &[u8]) {
        debug_assert_eq!(rows.len() % self.row, 0);
        self.held.extend_from_slice(rows);
        if self.held.len() >= HELD {
            let done = self.write();
            self.note(done);
            self.written += self.held.len();
            self.held.clear();
        }
    }

    /// The bytes of some rows.
    pub fn read(&self, rows: Range<usize>) -> Vec<u8> {
        let (from, to) = (rows.start * self.row, rows.end * self.row);
        let mut bytes = vec![0; to - from];
        let (early, late) = bytes.split_at_mut(self.written.clamp(from, to) - from);
        if let Some(file) = self.file.as_ref().filter(|_| !early.is_empty()) {
            self.note(read_at(file, early, from as u64));
        }
        let after = to.saturating_sub(self.written);
        late.copy_from_slice(&self.held[after - late.len()..after]);
        bytes
    }

    /// The bytes of some rows, a few thousand rows at a time.
    pub fn blocks(&self, rows: Range<usize>) -> impl Iterator<Item = Vec<u8>> {
        let starts = rows.clone().step_by(BLOCK);
        starts.map(move |from| self.read(from..(from + BLOCK).min(rows.end)))
    }

    /// Whether all that was appended could be kept, and all that was read is what was appended.
    ///
    /// # Errors
    /// [`SpoolError`] where it is not.
    pub fn check(&self) -> Result<(), SpoolError> {
        let failed = self.failed.get();
        failed.map_or(Ok(()), |error| Err(SpoolError { folder: std::env::temp_dir(), error: error.to_string() }))
    }

    fn write(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(&self.held)
    }

    /// Remembers the first failure.
    fn note(&self, done: io::Result<()>) {
        if let Err(error) = done {
            self.failed.get_or_init(|| error);
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (bytes, at) = (&mut bytes[read..], at + read as u64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of eight bytes that each tell their number.
    fn counted(rows: usize) -> Spool {
        let mut spool = Spool::new(8);
        (0..rows as u64).for_each(|row| spool.push(&row.to_le_bytes()));
        spool
    }

    fn told(bytes: &[u8]) -> Vec<u64> {
        bytes.as_chunks().0.iter().copied().map(u64::from_le_bytes).collect()
    }

    #[test]
    fn rows_are_read_from_memory_from_the_file_and_from_both() {
        let held = HELD / 8;
        let spool = counted(2 * held + 100);
        assert_eq!((spool.rows(), spool.held.len()), (2 * held + 100, 800));
        for rows in [0..3, held - 2..held + 2, 2 * held - 5..2 * held + 5, 2 * held + 7..2 * held + 100, 9..9] {
            assert_eq!(told(&spool.read(rows.clone())), rows.map(|row| row as u64).collect::<Vec<_>>());
        }
        assert!(spool.check().is_ok());
    }

    #[test]
    fn a_few_rows_need_no_file() {
        let spool = counted(1_000);
        assert!(spool.file.is_none());
        assert_eq!(told(&spool.read(998..1_000)), [998, 999]);
        assert!(Spool::new(8).read(0..0).is_empty());
    }

    #[test]
    fn what_the_file_does_not_give_is_told_once_all_is_done() {
        let mut spool = counted(HELD / 8 + 1);
        spool.file.as_mut().unwrap().set_len(100).unwrap();
        assert_eq!(told(&spool.read(50..51)), [0]);
        assert_eq!(told(&spool.read(HELD / 8..HELD / 8 + 1)), [HELD as u64 / 8]);
        let message = spool.check().unwrap_err().to_string();
        assert!(message.contains(&*std::env::temp_dir().to_string_lossy()) && message.contains("TMPDIR"), "{message}");
    }
}
