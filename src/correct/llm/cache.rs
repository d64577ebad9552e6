//! What a language model has answered before, in a file of JSON lines: asked the same again, it is not asked.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a cache cannot be used.
#[derive(Debug, Error)]
pub enum CacheError {
    /// It is there and cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else, which nothing is to be added to.
    #[error("{path} is no cache of answers; it is left as it is", path = path.display())]
    Other {
        /// The file.
        path: PathBuf,
    },
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    answer: String,
}

/// How each line begins, by which a cache is told from another file.
const BEGINS: &str = r#"{"key":"#;

/// Answers by what was asked.
#[derive(Debug, Default)]
pub(super) struct Cache {
    path: Option<PathBuf>,
    answers: HashMap<String, String>,
    /// Whether the file ends amid a line, as a run that was killed leaves it.
    torn: bool,
}

impl Cache {
    /// The cache in a file, which need not be there yet. Lines that are not whole are passed over.
    pub(super) fn open(path: &Path) -> Result<Cache, CacheError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(CacheError::Read { path: path.into(), source }),
        };
        if !text.is_empty() && !text.starts_with(BEGINS) {
            return Err(CacheError::Other { path: path.into() });
        }
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let answers = lines.map(|line| (line.key, line.answer)).collect();
        Ok(Cache { path: Some(path.into()), answers, torn: !text.is_empty() && !text.ends_with('\n') })
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.answers.get(key).map(String::as_str)
    }

    /// Remembers an answer, at once: what is paid for is kept, whatever becomes of the run.
    pub(super) fn put(&mut self, key: String, answer: &str) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let line = serde_json::to_string(&Line { key, answer: answer.into() })?;
        let whole = if self.torn { format!("\n{line}\n") } else { format!("{line}\n") };
        // In one piece, so that runs side by side do not mix their lines.
        OpenOptions::new().append(true).create(true).open(path)?.write_all(whole.as_bytes())?;
        self.torn = false;
        Ok(())
    }
}

/// The key of what is asked of a model: FNV-1a of 128 bits, the same on every machine and in every version.
pub(super) fn key(asked: &[&str]) -> String {
    let bytes = asked.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_of_all_that_is_asked() {
        assert_eq!(key(&["model", "声"]), "fdd4e415a524203a0869d7df4f539ae6");
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["model", "prompt"]), key(&["model", "prompt"]));
    }

    #[test]
    fn what_is_put_is_there_the_next_time_even_after_a_torn_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.jsonl");
        Cache::open(&path).unwrap().put("a".into(), "one\ntwo “三”").unwrap();
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str(r#"{"key":"b","ans"#);
        fs::write(&path, text).unwrap();
        let mut cache = Cache::open(&path).unwrap();
        assert_eq!((cache.get("a"), cache.get("b")), (Some("one\ntwo “三”"), None));
        cache.put("b".into(), "two").unwrap();
        assert_eq!(Cache::open(&path).unwrap().get("b"), Some("two"));
    }

    #[test]
    fn another_file_is_no_cache() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("talk.md");
        fs::write(&path, "各位来宾").unwrap();
        assert!(matches!(Cache::open(&path), Err(CacheError::Other { .. })));
        assert!(matches!(Cache::open(folder.path()), Err(CacheError::Read { .. })));
    }
}
