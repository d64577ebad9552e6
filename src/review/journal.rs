//! What was done, a line an act, on the disk before it is acknowledged.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::draft::{Change, Draft, Foreign};

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// The files of the project as they were when the review began, or when it wrote them: names and checksums.
    Files(BTreeMap<String, u32>),
    /// A new edit; what was undone is gone for good.
    Edit(Change),
    /// Takes back the last edit.
    Undo,
    /// Makes the last edit again that was taken back.
    Redo,
}

/// A draft with the way to it.
#[derive(Clone, Debug, Default)]
pub struct History {
    draft: Draft,
    done: Vec<Change>,
    undone: Vec<Change>,
    acts: u64,
}

impl History {
    /// A draft to which nothing was done yet.
    pub fn of(draft: Draft) -> History {
        History { draft, ..History::default() }
    }

    /// The draft as it is now.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// How much was done, undone and done again.
    pub fn acts(&self) -> u64 {
        self.acts
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether something was taken back that can be made again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Does what an act says; undoing where nothing was done does nothing.
    ///
    /// # Errors
    /// [`Foreign`] where it is no act upon this draft.
    pub fn act(&mut self, act: &Act) -> Result<(), Foreign> {
        match act {
            Act::Files(_) => return Ok(()),
            Act::Edit(change) => {
                change.put(&mut self.draft, false)?;
                self.done.push(change.clone());
                self.undone.clear();
            }
            Act::Undo => {
                if let Some(change) = self.done.pop() {
                    change.put(&mut self.draft, true)?;
                    self.undone.push(change);
                }
            }
            Act::Redo => {
                if let Some(change) = self.undone.pop() {
                    change.put(&mut self.draft, false)?;
                    self.done.push(change);
                }
            }
        }
        self.acts += 1;
        Ok(())
    }
}

/// The journal of a project, open for writing.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// How far the file is whole, in bytes.
    whole: u64,
}

impl Journal {
    /// Opens the journal at `path`, which need not be there; with the acts in it. A last line that was not finished when the
    /// power went is cut off; `true` says so.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::WouldBlock`] where the journal is open already, here or in another process;
    /// [`io::ErrorKind::InvalidData`] with the line where one in the middle is no act.
    pub fn open(path: &Path) -> io::Result<(Journal, Vec<Act>, bool)> {
        let mut file = File::options().create(true).read(true).append(true).open(path)?;
        // Two that know nothing of each other would undo each other's acts. The system ends the lock with the process.
        file.try_lock()?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let mut acts = Vec::new();
        for line in text[..whole].split_inclusive(|&byte| byte == b'\n') {
            let act = serde_json::from_slice::<Act>(line).map_err(|fault| nonsense(acts.len(), &fault))?;
            acts.push(act);
        }
        file.set_len(whole as u64)?;
        Ok((Journal { path: path.into(), file, whole: whole as u64 }, acts, whole < text.len()))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts an act on the disk.
    ///
    /// # Errors
    /// What the system says; then the journal is as it was.
    pub fn append(&mut self, act: &Act) -> io::Result<()> {
        let mut line = serde_json::to_vec(act)?;
        line.push(b'\n');
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if written.is_err() {
            // Half a line would make the next one unreadable.
            self.file.set_len(self.whole)?;
        }
        written?;
        self.whole += line.len() as u64;
        Ok(())
    }
}

/// Whether there are edits in the journal at `path`.
pub fn has_edits(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|text| text.split(|&byte| byte == b'\n').any(|line| line.starts_with(b"{\"edit\"")))
}

/// That line number `line`, counted from 0, is no act.
pub fn nonsense(line: usize, fault: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {}: {fault}", line + 1))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;
    use crate::timeline::Timeline;

    /// A draft in which so many doubts are passed, and the change from one to the other.
    fn passed(doubts: &[&str]) -> Draft {
        Draft {
            passed: doubts.iter().map(|doubt| doubt.to_string()).collect(),
            ..Draft::of(Timeline::default(), vec![])
        }
    }

    fn pass(history: &History, doubt: &str) -> Act {
        let mut after = history.draft().clone();
        after.passed.insert(doubt.into());
        Act::Edit(Change::between(history.draft(), &after))
    }

    #[test]
    fn what_was_done_is_taken_back_and_made_again() {
        let mut history = History::of(passed(&["a"]));
        history.act(&pass(&history, "b")).unwrap();
        history.act(&pass(&history, "c")).unwrap();
        history.act(&Act::Undo).unwrap();
        assert_eq!(*history.draft(), passed(&["a", "b"]));
        history.act(&Act::Redo).unwrap();
        assert_eq!(*history.draft(), passed(&["a", "b", "c"]));
        history.act(&Act::Undo).unwrap();
        history.act(&pass(&history, "d")).unwrap();
        assert!(!history.can_redo() && history.can_undo());
        assert_eq!(history.acts(), 6);
    }

    #[test]
    fn a_journal_is_read_back_without_its_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, acts, torn) = Journal::open(&path).unwrap();
        assert!(!torn && acts.is_empty());
        let edit = pass(&History::of(passed(&[])), "a");
        journal.append(&edit).unwrap();
        drop(journal);
        fs::write(&path, [fs::read(&path).unwrap(), br#"{"edit":{"pas"#.to_vec()].concat()).unwrap();
        let (mut journal, acts, torn) = Journal::open(&path).unwrap();
        assert!(torn);
        assert_eq!(acts, std::slice::from_ref(&edit));
        journal.append(&Act::Undo).unwrap();
        let twice = Journal::open(&path).unwrap_err();
        assert_eq!(twice.kind(), io::ErrorKind::WouldBlock);
        drop(journal);
        assert_eq!(Journal::open(&path).unwrap().1, [edit, Act::Undo]);
        fs::write(&path, "nonsense\n\"undo\"\n").unwrap();
        assert!(Journal::open(&path).unwrap_err().to_string().contains("line 1"));
    }

    proptest! {
        #[test]
        fn taking_all_back_leaves_what_was_there(acts in prop::collection::vec(prop::option::of("[a-e]"), 0..30)) {
            let mut history = History::of(passed(&["a"]));
            for act in acts {
                let act = act.map_or(Act::Undo, |doubt| pass(&history, &doubt));
                history.act(&act).unwrap();
            }
            let last = history.draft().clone();
            let count = history.done.len();
            (0..count).for_each(|_| history.act(&Act::Undo).unwrap());
            prop_assert_eq!(history.draft(), &passed(&["a"]));
            (0..count).for_each(|_| history.act(&Act::Redo).unwrap());
            prop_assert_eq!(history.draft(), &last);
        }
    }
}
