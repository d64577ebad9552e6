//! What the user did, a line an act, on the disk before it is acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::timeline::{Correction, Decision};

/// What a user does to a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Edit {
    /// Says of corrections, by their keys, whether they are to be made; nothing takes back what was said.
    Decide {
        /// Which ([`key`]).
        corrections: Vec<String>,
        /// What.
        decision: Option<Decision>,
    },
    /// Says of doubts, by their keys, that they were looked at and all is well, or not after all.
    Pass {
        /// Which.
        doubts: Vec<String>,
        /// Whether all is well.
        passed: bool,
    },
}

/// An edit, or one taken back or made again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// A new edit; what was undone is gone for good.
    Edit(Edit),
    /// Takes back the last edit.
    Undo,
    /// Makes the last edit again that was taken back.
    Redo,
}

/// By what a correction is known: where it stands in the transcript, and what it is about.
pub fn key(correction: &Correction) -> String {
    let Correction { line, offset, wrong, right, .. } = correction;
    format!("{line}:{offset}:{wrong}:{right}")
}

/// What one edit changed, so that it can be taken back: each key with what was said before and after.
#[derive(Clone, Debug, Default, PartialEq)]
struct Change {
    decisions: Vec<(String, Option<Decision>, Option<Decision>)>,
    passed: Vec<(String, bool, bool)>,
}

/// What is settled, after all acts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    /// What was said of corrections, by their keys.
    pub decisions: BTreeMap<String, Decision>,
    /// The doubts in which all is well, by their keys.
    pub passed: BTreeSet<String>,
    done: Vec<Change>,
    undone: Vec<Change>,
}

impl Settled {
    /// What was settled before, by an earlier run.
    pub fn of(decisions: impl IntoIterator<Item = (String, Decision)>) -> Settled {
        Settled { decisions: decisions.into_iter().collect(), ..Settled::default() }
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
    pub fn act(&mut self, act: &Act) {
        match act {
            Act::Edit(edit) => {
                let change = self.change(edit);
                self.put(&change, false);
                self.done.push(change);
                self.undone.clear();
            }
            Act::Undo => {
                if let Some(change) = self.done.pop() {
                    self.put(&change, true);
                    self.undone.push(change);
                }
            }
            Act::Redo => {
                if let Some(change) = self.undone.pop() {
                    self.put(&change, false);
                    self.done.push(change);
                }
            }
        }
    }

    fn change(&self, edit: &Edit) -> Change {
        match edit {
            Edit::Decide { corrections, decision } => {
                let one = |key: &String| (key.clone(), self.decisions.get(key).cloned(), decision.clone());
                Change { decisions: corrections.iter().map(one).collect(), ..Change::default() }
            }
            Edit::Pass { doubts, passed } => {
                let one = |key: &String| (key.clone(), self.passed.contains(key), *passed);
                Change { passed: doubts.iter().map(one).collect(), ..Change::default() }
            }
        }
    }

    fn put(&mut self, change: &Change, back: bool) {
        for (key, before, after) in &change.decisions {
            match if back { before } else { after } {
                Some(decision) => self.decisions.insert(key.clone(), decision.clone()),
                None => self.decisions.remove(key),
            };
        }
        for (key, before, after) in &change.passed {
            if *if back { before } else { after } {
                self.passed.insert(key.clone());
            } else {
                self.passed.remove(key);
            }
        }
    }
}

/// The journal of a project, open for writing.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    acts: u64,
    /// How far the file is whole, in bytes.
    whole: u64,
}

impl Journal {
    /// Opens the journal at `path`, which need not be there, and does all acts in it to `settled`. A last line that was
    /// not finished when the power went is cut off; `true` says so.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::WouldBlock`] where the journal is open already, here or in another process;
    /// [`io::ErrorKind::InvalidData`] with the line where one in the middle is no act.
    pub fn open(path: &Path, settled: &mut Settled) -> io::Result<(Journal, bool)> {
        let mut file = File::options().create(true).read(true).append(true).open(path)?;
        // Two that know nothing of each other would undo each other's acts. The system ends the lock with the process.
        file.try_lock()?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let mut acts = 0;
        for line in text[..whole].split_inclusive(|&byte| byte == b'\n') {
            let act = serde_json::from_slice::<Act>(line)
                .map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, format!("line {}: {fault}", acts + 1)))?;
            settled.act(&act);
            acts += 1;
        }
        file.set_len(whole as u64)?;
        Ok((Journal { path: path.into(), file, acts, whole: whole as u64 }, whole < text.len()))
    }

    /// How many acts there are.
    pub fn acts(&self) -> u64 {
        self.acts
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
        self.acts += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    fn decide(key: &str, decision: Option<Decision>) -> Act {
        Act::Edit(Edit::Decide { corrections: vec![key.into()], decision })
    }

    #[test]
    fn what_was_done_is_taken_back_and_made_again() {
        let mut settled = Settled::of([("a".to_string(), Decision::Reject)]);
        settled.act(&decide("a", Some(Decision::Accept)));
        settled.act(&Act::Edit(Edit::Pass { doubts: vec!["gap:1".into()], passed: true }));
        settled.act(&Act::Undo);
        settled.act(&Act::Undo);
        assert_eq!(settled.decisions["a"], Decision::Reject);
        assert!(settled.passed.is_empty() && !settled.can_undo());
        settled.act(&Act::Redo);
        assert_eq!(settled.decisions["a"], Decision::Accept);
        settled.act(&decide("b", Some(Decision::Edit("听见".into()))));
        assert!(!settled.can_redo());
    }

    #[test]
    fn a_journal_is_read_back_without_its_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut settled = Settled::default();
        let (mut journal, torn) = Journal::open(&path, &mut settled).unwrap();
        assert!(!torn);
        journal.append(&decide("1:2:一:二", Some(Decision::Accept))).unwrap();
        drop(journal);
        fs::write(&path, [fs::read(&path).unwrap(), br#"{"edit":{"dec"#.to_vec()].concat()).unwrap();
        let mut settled = Settled::default();
        let (mut journal, torn) = Journal::open(&path, &mut settled).unwrap();
        assert!(torn);
        assert_eq!((journal.acts(), settled.decisions.len()), (1, 1));
        journal.append(&Act::Undo).unwrap();
        let twice = Journal::open(&path, &mut Settled::default()).unwrap_err();
        assert_eq!(twice.kind(), io::ErrorKind::WouldBlock);
        drop(journal);
        let mut settled = Settled::default();
        assert_eq!(Journal::open(&path, &mut settled).unwrap().0.acts(), 2);
        assert!(settled.decisions.is_empty() && settled.can_redo());
        fs::write(&path, "nonsense\n\"Undo\"\n").unwrap();
        assert!(Journal::open(&path, &mut Settled::default()).unwrap_err().to_string().contains("line 1"));
    }

    fn any_act() -> impl Strategy<Value = Act> {
        let keys = || prop::collection::vec("[ab]", 1..3);
        let decision = prop::option::of(prop::sample::select(vec![Decision::Accept, Decision::Reject]));
        prop_oneof![
            3 => (keys(), decision)
                .prop_map(|(corrections, decision)| Act::Edit(Edit::Decide { corrections, decision })),
            3 => (keys(), any::<bool>()).prop_map(|(doubts, passed)| Act::Edit(Edit::Pass { doubts, passed })),
            2 => Just(Act::Undo),
            2 => Just(Act::Redo),
        ]
    }

    proptest! {
        #[test]
        fn taking_all_back_leaves_what_was_there(acts in prop::collection::vec(any_act(), 0..30)) {
            let first = Settled::of([("a".to_string(), Decision::Reject)]);
            let mut settled = first.clone();
            acts.iter().for_each(|act| settled.act(act));
            let last = settled.clone();
            let count = settled.done.len();
            (0..count).for_each(|_| settled.act(&Act::Undo));
            prop_assert_eq!((&settled.decisions, &settled.passed), (&first.decisions, &first.passed));
            (0..count).for_each(|_| settled.act(&Act::Redo));
            prop_assert_eq!((&settled.decisions, &settled.passed), (&last.decisions, &last.passed));
        }
    }
}
