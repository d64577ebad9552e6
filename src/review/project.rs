//! A folder that `zimu make` wrote, open for review.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use thiserror::Error;
use tokio::sync::watch;

use super::doubts::{Doubt, doubts};
use super::journal::{Act, Journal, Settled, key};
use super::view::{SettledView, View};
use crate::cues::{self, Cue, Style};
use crate::formats::{CorrectionsError, FormatError, corrections, write_whole};
use crate::timeline::{Correction, Decision, Timeline, TimelineError};

/// What the review keeps of its own, in a folder of this name in the project's.
const OWN: &str = "review";
/// What it writes for `make` and `correct`.
const DECISIONS: &str = "decisions.json";

/// Why a project could not be reviewed or saved.
#[derive(Debug, Error)]
pub enum ReviewError {
    /// There is no timeline in the folder.
    #[error("{folder} is no folder that `zimu make` wrote: there is no timeline.json in it", folder = folder.display())]
    NoProject {
        /// The folder.
        folder: PathBuf,
    },
    /// The timeline cannot be read.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// The decisions of an earlier review cannot be read.
    #[error(transparent)]
    Decisions(#[from] CorrectionsError),
    /// The recording that was named is not there.
    #[error("{path}: no such file", path = path.display())]
    NoMedia {
        /// The file.
        path: PathBuf,
    },
    /// Another review has the project open.
    #[error("another zimu review has this open ({path}); end it first, or use its page", path = path.display())]
    Open {
        /// Its journal.
        path: PathBuf,
    },
    /// The journal cannot be opened, read or written.
    #[error("the journal {path} cannot be used: {source}; mend it, or move it away to begin anew", path = path.display())]
    Journal {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// Another program has written the file since it was read.
    #[error("{path} was changed by another program since it was read; nothing is saved", path = path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The decisions could not be written.
    #[error(transparent)]
    Write(#[from] FormatError),
    /// No server could be started.
    #[error("no page can be served: {0}")]
    Server(io::Error),
}

/// A project that is open.
pub struct Project {
    folder: PathBuf,
    timeline: Timeline,
    cues: Vec<Cue>,
    doubts: Vec<Doubt>,
    media: Option<PathBuf>,
    timeline_stamp: Option<u64>,
    desk: Mutex<Desk>,
    acts: watch::Sender<u64>,
}

/// What changes.
struct Desk {
    settled: Settled,
    journal: Journal,
    /// The acts that `decisions.json` has.
    saved: u64,
    /// What is in `decisions.json`, as far as we know.
    decisions_stamp: Option<u64>,
}

impl Project {
    /// Opens the folder that `zimu make` wrote. `media` is the recording where it is not where the timeline says, which is
    /// as seen from the current folder or from the folder above `folder`. `true` says that the last act of the journal was
    /// not finished, and is lost.
    ///
    /// # Errors
    /// [`ReviewError`] with the file that cannot be read.
    pub fn open(folder: &Path, media: Option<&Path>) -> Result<(Project, bool), ReviewError> {
        let path = folder.join("timeline.json");
        if !path.is_file() {
            return Err(ReviewError::NoProject { folder: folder.into() });
        }
        if let Some(path) = media.filter(|media| !media.is_file()) {
            return Err(ReviewError::NoMedia { path: path.into() });
        }
        let timeline_stamp = stamp(&path);
        let timeline = Timeline::read_json(&path)?;
        let style = Style::for_language(timeline.language);
        let cues = cues::cut(&timeline, &style);
        let doubts = doubts(&timeline, &cues, &style);
        let decisions = folder.join(DECISIONS);
        let decisions_stamp = stamp(&decisions);
        let earlier = if decisions_stamp.is_some() { corrections::read(&decisions)? } else { vec![] };
        let (journal, settled, torn) = open_journal(folder, &timeline.corrections, &earlier)?;
        let acts = journal.acts();
        let saved = if said_of(&earlier) == settled.decisions { acts } else { 0 };
        let media = media.map(Path::to_path_buf).or_else(|| find_media(folder, &timeline.media.path));
        let desk = Mutex::new(Desk { settled, journal, saved, decisions_stamp });
        let acts_told = watch::Sender::new(acts);
        let folder = folder.to_path_buf();
        let project = Project { folder, timeline, cues, doubts, media, timeline_stamp, desk, acts: acts_told };
        Ok((project, torn))
    }

    /// The recording, where there is one to play.
    pub fn media(&self) -> Option<&Path> {
        self.media.as_deref()
    }

    /// Where the review keeps what is its own.
    pub fn own_folder(&self) -> PathBuf {
        self.folder.join(OWN)
    }

    /// What is in doubt, the worst first.
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// Tells how many acts there were, whenever there is one more.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.acts.subscribe()
    }

    /// The project as JSON, without what is settled.
    pub fn view(&self) -> serde_json::Result<Vec<u8>> {
        let media = self.media.as_ref().and_then(|media| media.file_name());
        let media = media.map(|name| name.to_string_lossy().into_owned());
        serde_json::to_vec(&View::of(&self.timeline, &self.cues, &self.doubts, media))
    }

    /// What is settled as JSON.
    pub fn settled(&self) -> serde_json::Result<Vec<u8>> {
        let desk = self.desk();
        let acts = desk.journal.acts();
        serde_json::to_vec(&SettledView::of(&desk.settled, acts, acts - desk.saved))
    }

    /// Does something: on the disk first, then for everybody to see.
    ///
    /// # Errors
    /// [`ReviewError::Journal`] where it could not be put on the disk; then nothing is done.
    pub fn act(&self, act: &Act) -> Result<(), ReviewError> {
        let mut desk = self.desk();
        let path = desk.journal.path().to_path_buf();
        desk.journal.append(act).map_err(|source| ReviewError::Journal { path, source })?;
        desk.settled.act(act);
        self.acts.send_replace(desk.journal.acts());
        Ok(())
    }

    /// Writes `decisions.json`: all corrections with what was said of them. With `over` a file that another program has
    /// written since is written over.
    ///
    /// # Errors
    /// [`ReviewError::Changed`] where the timeline or the decisions are not those that were read; [`ReviewError::Write`].
    pub fn save(&self, over: bool) -> Result<PathBuf, ReviewError> {
        let mut desk = self.desk();
        let (timeline, path) = (self.folder.join("timeline.json"), self.folder.join(DECISIONS));
        if !over && stamp(&timeline) != self.timeline_stamp {
            return Err(ReviewError::Changed { path: timeline });
        }
        if !over && stamp(&path) != desk.decisions_stamp {
            return Err(ReviewError::Changed { path });
        }
        let decided = |made: &Correction| Correction {
            decision: desk.settled.decisions.get(&key(made)).cloned(),
            ..made.clone()
        };
        let rows: Vec<Correction> = self.timeline.corrections.iter().map(decided).collect();
        write_whole(&path, |out| corrections::write_json(&rows, out))?;
        desk.decisions_stamp = stamp(&path);
        desk.saved = desk.journal.acts();
        self.acts.send_modify(|_| {});
        Ok(path)
    }

    /// A thread that panicked at the desk left it whole: an act is one step.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal in `folder`, and what is settled by the timeline, the `earlier` decisions and the journal.
fn open_journal(
    folder: &Path,
    made: &[Correction],
    earlier: &[Correction],
) -> Result<(Journal, Settled, bool), ReviewError> {
    let own = folder.join(OWN);
    let path = own.join("journal.jsonl");
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::WouldBlock => ReviewError::Open { path: path.clone() },
        _ => ReviewError::Journal { path: path.clone(), source },
    };
    fs::create_dir_all(&own).map_err(failed)?;
    let mut settled = Settled::of(said_of(made).into_iter().chain(said_of(earlier)));
    let (journal, torn) = Journal::open(&path, &mut settled).map_err(failed)?;
    Ok((journal, settled, torn))
}

/// What was said of corrections, by their keys.
fn said_of(corrections: &[Correction]) -> BTreeMap<String, Decision> {
    corrections.iter().filter_map(|made| Some((key(made), made.decision.clone()?))).collect()
}

/// Where the recording is that a timeline names.
fn find_media(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = Path::new(name);
    let beside = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.join(name.file_name()?)));
    [Some(name.to_path_buf()), beside].into_iter().flatten().find(|path| path.is_file())
}

/// A number by which what a file holds is known again; `None` where there is none.
fn stamp(path: &Path) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(path).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}
