//! A folder that `zimu make` wrote, open for review.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use thiserror::Error;
use tokio::sync::watch;

use super::doubts::doubts;
use super::draft::{Change, Draft, decided, key};
use super::ear::Ear;
use super::edit::{Edit, Refusal, Tools};
use super::journal::{Act, History, Journal, has_edits, nonsense};
use super::view::{News, Shown, ShownBy, State};
use super::waveform::Waveform;
use crate::cues::{self, Style};
use crate::formats::report::{self, Report, ReportError};
use crate::formats::{
    CorrectionsError, Demands, Existing, FormatError, Subject, corrections, files_of, write_project, write_whole,
};
use crate::timeline::{Correction, Decision, Ms, SettledCue, Timeline, TimelineError};

/// What the review keeps of its own, in a folder of this name in the project's.
const OWN: &str = "review";
/// What it keeps there: what was done, and to what.
const JOURNAL: &str = "journal.jsonl";
const BASE: &str = "base.json";
/// What it reads and writes besides what `make` does.
const TIMELINE: &str = "timeline.json";
const DECISIONS: &str = "decisions.json";

/// Why a project could not be reviewed, edited or saved.
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
    /// Another window has edited since.
    #[error("another window has changed this meanwhile; look again")]
    Stale,
    /// The edit cannot be made.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The files could not be written.
    #[error(transparent)]
    Write(#[from] FormatError),
    /// The report could not be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// No server could be started.
    #[error("no page can be served: {0}")]
    Server(io::Error),
}

/// How a project is to be opened and written.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// The recording, where it is not where the timeline says.
    pub media: Option<PathBuf>,
    /// The guide that cues are cut by and held to; the one of the language where `None`.
    pub style: Option<Style>,
    /// What sites take.
    pub demands: Demands,
    /// Whether speakers' names are put into the text where a format has no other place for them.
    pub names: bool,
}

/// What came to light when a project was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// The last act of the journal was not finished, and is lost.
    pub torn: bool,
    /// So many acts of an earlier review are there that are not saved.
    pub unsaved: u64,
    /// The timeline is another one than that which was reviewed: the journal of that was set aside, and so many decisions were
    /// carried over from it.
    pub set_aside: Option<usize>,
}

/// A project that is open.
pub struct Project {
    folder: PathBuf,
    media: Option<PathBuf>,
    offset: Ms,
    shown_by: ShownBy,
    names: bool,
    desk: Mutex<Desk>,
    acts: watch::Sender<u64>,
}

/// What changes.
struct Desk {
    history: History,
    journal: Journal,
    /// How much of the history is saved.
    saved: u64,
    /// The checksums that our files had, each of them, when they were read or written.
    ours: Vec<(String, u32)>,
    shown: Shown,
}

impl Project {
    /// Opens the folder that `zimu make` wrote, with what an earlier review left in its journal.
    ///
    /// # Errors
    /// [`ReviewError`] with the file that cannot be read.
    pub fn open(folder: &Path, manner: Manner) -> Result<(Project, Opened), ReviewError> {
        let path = folder.join(TIMELINE);
        if !path.is_file() {
            return Err(ReviewError::NoProject { folder: folder.into() });
        }
        let Manner { media, style, demands, names } = manner;
        if let Some(path) = media.as_ref().filter(|media| !media.is_file()) {
            return Err(ReviewError::NoMedia { path: path.into() });
        }
        let timeline = Timeline::read_json(&path)?;
        let media = media.or_else(|| find_media(folder, &timeline.media.path));
        let (style, offset) =
            (style.unwrap_or_else(|| Style::for_language(timeline.language)), timeline.media.audio_offset);
        let earlier = match folder.join(DECISIONS) {
            path if path.is_file() => corrections::read(&path)?,
            _ => vec![],
        };
        let mut shelf = Shelf::open(folder)?;
        let torn = shelf.torn;
        let mut opened = Opened { torn, ..Opened::default() };
        let (history, saved) = match shelf.is_of(folder) {
            true => shelf.history()?,
            false => {
                let before = shelf.set_aside()?;
                opened.set_aside = before.as_ref().map(|before| decided(&before.timeline.corrections).count());
                let said = before.iter().flat_map(|before| decided(&before.timeline.corrections));
                let said: Vec<(String, Decision)> = decided(&earlier).chain(said).collect();
                (shelf.begin(folder, timeline, &style, &said)?, 0)
            }
        };
        opened.unsaved = history.acts() - saved;
        let ours = shelf.files();
        let name = media.as_ref().and_then(|media| media.file_name()).map(|name| name.to_string_lossy().into_owned());
        let shown_by = ShownBy { style, demands, media: name };
        let shown = Shown::of(history.draft(), history.acts(), &shown_by);
        let acts = watch::Sender::new(history.acts());
        let desk = Mutex::new(Desk { history, journal: shelf.journal, saved, ours, shown });
        let folder = folder.to_path_buf();
        Ok((Project { folder, media, offset, shown_by, names, desk, acts }, opened))
    }

    /// The recording, where there is one to play.
    pub fn media(&self) -> Option<&Path> {
        self.media.as_deref()
    }

    /// By how much the recording's sound is shifted.
    pub fn offset(&self) -> Ms {
        self.offset
    }

    /// Where the review keeps what is its own.
    pub fn own_folder(&self) -> PathBuf {
        self.folder.join(OWN)
    }

    /// How many doubts are open.
    pub fn doubts(&self) -> usize {
        let desk = self.desk();
        let draft = desk.history.draft();
        let cues = cues::cut(&draft.timeline, &self.shown_by.style);
        doubts(&draft.timeline, &cues, &self.shown_by.style).iter().filter(|doubt| doubt.is_open(draft)).count()
    }

    /// Tells how many acts there were, whenever there is one more or something is saved.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.acts.subscribe()
    }

    /// The project as JSON.
    pub fn view(&self) -> serde_json::Result<Vec<u8>> {
        let desk = self.desk();
        serde_json::to_vec(&serde_json::json!({ "state": desk.state(), "project": desk.shown.whole() }))
    }

    /// What is new after so many acts, as JSON.
    pub fn news(&self, after: u64) -> serde_json::Result<Vec<u8>> {
        let desk = self.desk();
        serde_json::to_vec(&News { state: desk.state(), patches: desk.shown.after(after) })
    }

    /// Makes an edit: on the disk first, then for everybody to see. What it says by number is meant as it was after so many
    /// acts.
    ///
    /// # Errors
    /// [`ReviewError::Stale`] where there were other acts since, [`ReviewError::Refused`], [`ReviewError::Journal`] where it
    /// could not be put on the disk; then nothing is done.
    pub fn edit(&self, edit: &Edit, after: u64, ear: Option<&Ear>) -> Result<(), ReviewError> {
        let mut desk = self.desk();
        if edit.counts() && after != desk.history.acts() {
            return Err(ReviewError::Stale);
        }
        let mut draft = desk.history.draft().clone();
        edit.make(&mut draft, &Tools { style: &self.shown_by.style, ear })?;
        let change = Change::between(desk.history.draft(), &draft);
        if change.is_empty() { Ok(()) } else { self.act(&mut desk, &Act::Edit(change)) }
    }

    /// Takes the last edit back.
    ///
    /// # Errors
    /// [`ReviewError::Journal`], as [`Project::edit`].
    pub fn undo(&self) -> Result<(), ReviewError> {
        let mut desk = self.desk();
        if desk.history.can_undo() { self.act(&mut desk, &Act::Undo) } else { Ok(()) }
    }

    /// Makes the last edit again that was taken back.
    ///
    /// # Errors
    /// [`ReviewError::Journal`], as [`Project::edit`].
    pub fn redo(&self) -> Result<(), ReviewError> {
        let mut desk = self.desk();
        if desk.history.can_redo() { self.act(&mut desk, &Act::Redo) } else { Ok(()) }
    }

    fn act(&self, desk: &mut Desk, act: &Act) -> Result<(), ReviewError> {
        let path = desk.journal.path().to_path_buf();
        let failed = |source| ReviewError::Journal { path: path.clone(), source };
        desk.journal.append(act).map_err(failed)?;
        desk.history.act(act).map_err(|fault| failed(io::Error::other(fault)))?;
        let Desk { history, shown, .. } = desk;
        shown.follow(history.draft(), &self.shown_by);
        self.acts.send_replace(history.acts());
        Ok(())
    }

    /// Writes everything that `make` writes anew, and `decisions.json`: all corrections with what was said of them. The report
    /// is written where the recording was heard; else it stays as it was. With `over` files that another program has written
    /// since are written over.
    ///
    /// # Errors
    /// [`ReviewError::Changed`] with the first file that is not as it was read or written; [`ReviewError::Write`] with what
    /// could not be written; then nothing is.
    pub fn save(&self, over: bool, waveform: Option<&Waveform>) -> Result<(), ReviewError> {
        let mut desk = self.desk();
        if let Some(path) = self.changed(&desk).filter(|_| !over) {
            return Err(ReviewError::Changed { path });
        }
        let timeline = self.timeline(desk.history.draft());
        let cues = cues::cut(&timeline, &self.shown_by.style);
        let mut extra = vec![(DECISIONS.to_owned(), Vec::new())];
        corrections::write_json(&timeline.corrections, &mut extra[0].1)?;
        if let Some(waveform) = waveform {
            let (map, peaks, loudness) = (waveform.speech_map(), waveform.outline(), waveform.loudness());
            let report = Report { timeline: &timeline, cues: &cues, map: &map, peaks: &peaks, loudness };
            extra.push((report::FILE.to_owned(), report::html(&report)?.into_bytes()));
        }
        let named = self.names.then(|| cues::cut_with_names(&timeline, &self.shown_by.style));
        let subject = Subject { timeline: &timeline, cues: &cues, demands: &self.shown_by.demands };
        write_project(subject, named.as_deref(), &self.folder, Existing::Replace, &extra)?;
        let files = checksums(&self.folder);
        let path = desk.journal.path().to_path_buf();
        let act = Act::Files(files.clone());
        desk.journal.append(&act).map_err(|source| ReviewError::Journal { path, source })?;
        desk.ours.extend(files);
        desk.saved = desk.history.acts();
        self.acts.send_modify(|_| {});
        Ok(())
    }

    /// The timeline as it is saved: with settled cues only where they are not those that are cut anyway.
    fn timeline(&self, draft: &Draft) -> Timeline {
        let settled = draft.numbered();
        let plain = Timeline { cues: None, ..settled.clone() };
        let usual = Style::for_language(plain.language);
        let cut: Vec<SettledCue> = cues::cut(&plain, &usual).iter().map(SettledCue::from).collect();
        if cut == draft.cues() { plain } else { settled }
    }

    /// The first file that another program has written.
    fn changed(&self, desk: &Desk) -> Option<PathBuf> {
        let changed = checksums(&self.folder).into_iter().find(|file| !desk.ours.contains(file))?;
        Some(self.folder.join(changed.0))
    }

    /// A thread that panicked at the desk left it whole: an act is one step.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    fn state(&self) -> State {
        let acts = self.history.acts();
        State { acts, unsaved: acts - self.saved, undo: self.history.can_undo(), redo: self.history.can_redo() }
    }
}

/// What an earlier review left.
struct Shelf {
    own: PathBuf,
    journal: Journal,
    acts: Vec<Act>,
    torn: bool,
}

impl Shelf {
    fn open(folder: &Path) -> Result<Shelf, ReviewError> {
        let own = folder.join(OWN);
        let path = own.join(JOURNAL);
        fs::create_dir_all(&own).map_err(|source| ReviewError::Journal { path: path.clone(), source })?;
        let (journal, acts, torn) = open_journal(&path)?;
        Ok(Shelf { own, journal, acts, torn })
    }

    /// Whether the timeline in the folder is the one that the journal is about, as it was or as the review saved it.
    fn is_of(&self, folder: &Path) -> bool {
        let now = checksum(&folder.join(TIMELINE));
        let known = |act: &Act| matches!(act, Act::Files(files) if files.get(TIMELINE).copied() == now);
        now.is_some() && self.acts.iter().any(known)
    }

    /// All checksums that our files ever had.
    fn files(&self) -> Vec<(String, u32)> {
        let files = self.acts.iter().filter_map(|act| match act {
            Act::Files(files) => Some(files),
            _ => None,
        });
        files.flatten().map(|(name, sum)| (name.clone(), *sum)).collect()
    }

    /// What was done, and how much of it is saved.
    fn history(&self) -> Result<(History, u64), ReviewError> {
        let base = Timeline::read_json(&self.own.join(BASE))?;
        let cues = base.cues.clone().unwrap_or_default();
        let mut history = History::of(Draft::of(base, cues));
        let mut saved = 0;
        for (line, act) in self.acts.iter().enumerate() {
            history.act(act).map_err(|fault| ReviewError::Journal {
                path: self.journal.path().into(),
                source: nonsense(line, &fault),
            })?;
            if matches!(act, Act::Files(_)) {
                saved = history.acts();
            }
        }
        Ok((history, saved))
    }

    /// Keeps what was done to another timeline under another name, and gives what it came to; `None` where nothing was done.
    fn set_aside(&mut self) -> Result<Option<Draft>, ReviewError> {
        if self.acts.is_empty() {
            return Ok(None);
        }
        let before = self.history().ok().map(|(history, _)| history.draft().clone());
        let path = self.journal.path().to_path_buf();
        let free = |number: &u32| !self.own.join(format!("journal-{number}.jsonl")).exists();
        let number = (1..).find(free).unwrap_or(u32::MAX);
        let renamed = fs::rename(&path, self.own.join(format!("journal-{number}.jsonl")))
            .and_then(|()| fs::rename(self.own.join(BASE), self.own.join(format!("base-{number}.json"))));
        renamed.map_err(|source| ReviewError::Journal { path: path.clone(), source })?;
        (self.journal, self.acts, _) = open_journal(&path)?;
        Ok(Some(before.unwrap_or_default()))
    }

    /// Begins a review: keeps what it is about, and does what was decided earlier.
    fn begin(
        &mut self,
        folder: &Path,
        timeline: Timeline,
        style: &Style,
        said: &[(String, Decision)],
    ) -> Result<History, ReviewError> {
        let cues = cues::cut(&timeline, style).iter().map(SettledCue::from).collect();
        let base = Timeline { cues: Some(cues), ..timeline };
        write_whole(&self.own.join(BASE), |out| Ok(base.write_json(out)?))?;
        self.append(Act::Files(checksums(folder)))?;
        let (mut history, _) = self.history()?;
        let mut draft = history.draft().clone();
        for (key, decision) in undecided(&base.corrections, said) {
            let edit = Edit::Decide { corrections: vec![key], decision: Some(decision) };
            edit.make(&mut draft, &Tools { style, ear: None })?;
        }
        let change = Change::between(history.draft(), &draft);
        if !change.is_empty() {
            self.append(Act::Edit(change))?;
            (history, _) = self.history()?;
        }
        Ok(history)
    }

    fn append(&mut self, act: Act) -> Result<(), ReviewError> {
        let path = self.journal.path().to_path_buf();
        self.journal.append(&act).map_err(|source| ReviewError::Journal { path, source })?;
        self.acts.push(act);
        Ok(())
    }
}

/// What was said of corrections that are here, and is not known here.
fn undecided(here: &[Correction], said: &[(String, Decision)]) -> Vec<(String, Decision)> {
    let said: BTreeMap<&String, &Decision> = said.iter().map(|(key, decision)| (key, decision)).collect();
    let new = here.iter().filter_map(|made| {
        let key = key(made);
        let decision = (*said.get(&key)?).clone();
        (made.decision.as_ref() != Some(&decision)).then_some((key, decision))
    });
    new.collect()
}

/// Whether somebody edited a project in a review.
pub fn is_edited(folder: &Path) -> bool {
    has_edits(&folder.join(OWN).join(JOURNAL))
}

fn open_journal(path: &Path) -> Result<(Journal, Vec<Act>, bool), ReviewError> {
    Journal::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::WouldBlock => ReviewError::Open { path: path.into() },
        _ => ReviewError::Journal { path: path.into(), source },
    })
}

/// Where the recording is that a timeline names.
fn find_media(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = Path::new(name);
    let beside = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.join(name.file_name()?)));
    [Some(name.to_path_buf()), beside].into_iter().flatten().find(|path| path.is_file())
}

/// The checksums of the files that saving replaces, as far as they are there, by their names.
fn checksums(folder: &Path) -> BTreeMap<String, u32> {
    let files = files_of(folder).chain([DECISIONS, report::FILE].map(PathBuf::from));
    files.filter_map(|name| Some((name.to_string_lossy().into_owned(), checksum(&folder.join(&name))?))).collect()
}

fn checksum(path: &Path) -> Option<u32> {
    fs::read(path).ok().map(|bytes| crc32fast::hash(&bytes))
}
