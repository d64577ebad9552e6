//! Many recordings one after the other, or several at a time: for whoever builds a corpus.
//!
//! A [`Batch`] is a manifest whose rows have been given names for their results; [`Batch::check`] tells before any work
//! whether every result has a place of its own, [`Batch::run`] does the work. Rows that were done before are left alone,
//! and what goes wrong with one says nothing about the others.

mod rows;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use thiserror::Error;

use crate::align::seed::Net;
use crate::align::seed::file::OpenError;
use crate::cues::{self, Cue};
use crate::formats::{self, Existing, Format, FormatError, Note, Phones, PlaceFault, Subject};
use crate::make::{self, MakeError, Misfit, Wishes};
use crate::manifest::ManifestError;
use crate::media::Warning;
use crate::progress::{Progress, Silent};
use crate::timeline::{Ms, Repairs, Timeline};

pub use rows::{Item, Text};

/// The rows of a manifest, ready to be worked off.
#[derive(Clone, Debug)]
pub struct Batch {
    manifest: PathBuf,
    /// The rows, in order.
    pub items: Vec<Item>,
}

/// What is wanted of a batch.
pub struct Plan {
    /// Where results go.
    pub folder: PathBuf,
    /// In which formats; a file each.
    pub formats: Vec<&'static dyn Format>,
    /// What is wanted of every row; a row's own language goes before. Formats that always have phones get them anyway.
    pub wishes: Wishes,
    /// Whether rows are done again that were done before, and those written that do not fit.
    pub force: bool,
    /// How many recordings are worked on at a time; as many are in memory.
    pub jobs: NonZeroUsize,
}

/// What came of a row.
#[derive(Debug)]
pub enum Outcome {
    /// It was aligned, and the results are written.
    Aligned(Aligned),
    /// Its results are there and newer than what they are made from.
    DoneBefore,
    /// It could not be done; nothing of it was written.
    Failed(RowError),
}

/// The figures of a row that was aligned, and what its user ought to know.
#[derive(Debug)]
pub struct Aligned {
    /// How long the recording is.
    pub duration: Ms,
    /// How many of its sentences are spoken.
    pub spoken: usize,
    /// How many there are.
    pub sentences: usize,
    /// The share of the words that were found with some certainty, 0 to 1.
    pub fit: f32,
    /// What became of the times that the transcript brought, if it did.
    pub repairs: Option<Repairs>,
    /// How long the work took.
    pub took: Duration,
    /// What the decoder says of the recording.
    pub warnings: Vec<Warning>,
    /// Lines of the transcript that hold bytes which are no text.
    pub damaged_lines: Vec<u32>,
    /// That it hardly fits its transcript, where it was written all the same.
    pub misfit: Option<Misfit>,
    /// What the formats could not hold.
    pub notes: Vec<Note>,
}

/// Why a row could not be done.
#[derive(Debug, Error)]
pub enum RowError {
    /// The recording or the transcript could not be read.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// The transcript seems to be of something else.
    #[error("{0} --force writes the result all the same")]
    Misfit(#[from] Misfit),
    /// The result could not be written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// zimu broke off.
    #[error("zimu stumbled over it, which is a fault of zimu: please report it ({what})")]
    Panic {
        /// What it said.
        what: String,
    },
}

/// Why a batch was not begun.
#[derive(Debug, Error)]
pub enum BatchError {
    /// The manifest could not be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It has no rows.
    #[error("{manifest} lists no recordings: each line after the first is one", manifest = .manifest.display())]
    Empty {
        /// The manifest.
        manifest: PathBuf,
    },
    /// A row names no recording.
    #[error("{manifest}: line {line} names no recording in the column `file`", manifest = .manifest.display())]
    NoFile {
        /// The manifest.
        manifest: PathBuf,
        /// Which line, counted from 1.
        line: usize,
    },
    /// A row names its result so that it would not lie in the folder of results.
    #[error(
        "{manifest}: line {line}: {name:?} is no name for a result: give a name or a path within the folder of results, \
         without `..`",
        manifest = .manifest.display()
    )]
    Name {
        /// The manifest.
        manifest: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// Two rows would be written to one file.
    #[error(
        "{manifest}: lines {first} and {second} would both be written to {path}: give them different names in a column \
         `name`",
        manifest = .manifest.display(), path = .path.display()
    )]
    SameName {
        /// The manifest.
        manifest: PathBuf,
        /// The first of them, counted from 1.
        first: usize,
        /// The other.
        second: usize,
        /// The file.
        path: PathBuf,
    },
    /// The results have no place.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The seed model could not be used.
    #[error(transparent)]
    Model(#[from] OpenError),
}

impl Batch {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`BatchError`], which names the line.
    pub fn read(manifest: &Path) -> Result<Batch, BatchError> {
        let items = rows::read(manifest)?;
        if items.is_empty() {
            return Err(BatchError::Empty { manifest: manifest.into() });
        }
        Ok(Batch { manifest: manifest.into(), items })
    }

    /// Whether the formats can hold what is wanted, every result has a place of its own and none takes that of what the
    /// batch is made from.
    ///
    /// # Errors
    /// [`BatchError::SameName`] and [`BatchError::Format`].
    pub fn check(&self, plan: &Plan) -> Result<(), BatchError> {
        formats::want_phones(&plan.formats, plan.wishes.phones)?;
        formats::check_folder(&plan.folder, Existing::Replace, &[])?;
        let inputs: HashSet<PathBuf> = self
            .items
            .iter()
            .flat_map(|item| self.inputs(item, plan))
            .chain([self.manifest.as_path()])
            .filter_map(|path| fs::canonicalize(path).ok())
            .collect();
        let mut lines: HashMap<String, usize> = HashMap::new();
        for item in &self.items {
            for path in plan.results(item) {
                // Some systems take names that differ in case alone for one.
                let key = path.to_string_lossy().to_lowercase();
                if let Some(first) = lines.insert(key, item.line) {
                    return Err(BatchError::SameName {
                        manifest: self.manifest.clone(),
                        first,
                        second: item.line,
                        path,
                    });
                }
                if let Some(input) = fs::canonicalize(&path).ok().and_then(|real| inputs.get(&real)) {
                    let fault = PlaceFault::Input { input: input.clone() };
                    return Err(FormatError::NoPlace { path, fault }.into());
                }
            }
        }
        Ok(())
    }

    /// Works the rows off, [`Plan::jobs`] at a time. The outcomes are in the order of the rows, and what is written does
    /// not depend on the number of jobs. `progress` counts rows.
    ///
    /// # Errors
    /// [`BatchError::Model`]; then no row was begun.
    pub fn run(&self, plan: &Plan, progress: &dyn Progress) -> Result<Vec<Outcome>, BatchError> {
        let net = make::net(&plan.wishes)?;
        progress.begin("aligning", self.items.len() as u64);
        let outcomes = in_turn(&self.items, plan.jobs, progress, &|item| {
            if !plan.force && self.is_done(item, plan) {
                return Ok(Outcome::DoneBefore);
            }
            align(item, &net, plan).map(Outcome::Aligned)
        });
        progress.end();
        Ok(outcomes)
    }

    /// Whether all results of a row are there and none is older than what it is made from. Results are written whole or
    /// not at all, so that one which is there is complete.
    fn is_done(&self, item: &Item, plan: &Plan) -> bool {
        let changed = |path: &Path| fs::metadata(path).and_then(|there| there.modified());
        let results: io::Result<Vec<SystemTime>> = plan.results(item).iter().map(|path| changed(path)).collect();
        let inputs: io::Result<Vec<SystemTime>> = self.inputs(item, plan).map(changed).collect();
        matches!((results, inputs), (Ok(results), Ok(inputs)) if results.iter().min() >= inputs.iter().max())
    }

    /// The files that a row is made from.
    fn inputs<'a>(&'a self, item: &'a Item, plan: &'a Plan) -> impl Iterator<Item = &'a Path> {
        let text = match &item.text {
            Text::File(path) => path,
            Text::Inline(_) => &self.manifest,
        };
        [&item.media, text].into_iter().chain(&plan.wishes.model).map(PathBuf::as_path)
    }
}

impl Plan {
    /// The files that a row is written to, one a format.
    fn results(&self, item: &Item) -> Vec<PathBuf> {
        let result = |format: &&dyn Format| {
            let mut path = self.folder.join(&item.name).into_os_string();
            path.push(".");
            path.push(format.endings()[0]);
            PathBuf::from(path)
        };
        self.formats.iter().map(result).collect()
    }
}

/// Does `work` for every item, so many at a time, and gives the outcomes in the order of the items.
fn in_turn<T: Sync>(
    items: &[T],
    jobs: NonZeroUsize,
    progress: &dyn Progress,
    work: &(dyn Fn(&T) -> Result<Outcome, RowError> + Sync),
) -> Vec<Outcome> {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worker = || {
        let mut outcomes = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break outcomes };
            // Whatever else a damaged file may set off, in a decoder of others' making say, the next row has its turn.
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(item)))
                .unwrap_or_else(|fault| Err(RowError::Panic { what: what_was_said(&*fault) }));
            outcomes.push((at, outcome.unwrap_or_else(Outcome::Failed)));
            progress.reach(done.fetch_add(1, Ordering::Relaxed) as u64 + 1);
        }
    };
    let mut outcomes: Vec<(usize, Outcome)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.get().min(items.len())).map(|_| scope.spawn(worker)).collect();
        let finished =
            |worker: thread::ScopedJoinHandle<_>| worker.join().unwrap_or_else(|fault| panic::resume_unwind(fault));
        workers.into_iter().flat_map(finished).collect()
    });
    outcomes.sort_by_key(|&(at, _)| at);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn what_was_said(fault: &(dyn std::any::Any + Send)) -> String {
    let said = fault.downcast_ref::<String>().map(String::as_str).or(fault.downcast_ref::<&str>().copied());
    said.unwrap_or("it did not say why").to_owned()
}

/// Aligns a row and writes its results.
fn align(item: &Item, net: &Net, plan: &Plan) -> Result<Aligned, RowError> {
    let started = Instant::now();
    let wishes = Wishes {
        language: item.language.or(plan.wishes.language),
        phones: formats::want_phones(&plan.formats, plan.wishes.phones)?,
        ..plan.wishes.clone()
    };
    let document = item.read().map_err(MakeError::from)?;
    let made = make::align_document(&item.media, document, net, &wishes, &Silent)?;
    let misfit = match made.check_fit() {
        Ok(()) => None,
        Err(misfit) if plan.force => Some(misfit),
        Err(misfit) => return Err(misfit.into()),
    };
    let (duration, sentences) = (made.timeline.duration(), made.timeline.segments.len());
    let (spoken, fit, repairs) = (made.timeline.spoken().count(), made.fit.share, made.timeline.repairs());
    let notes = write(made.timeline, &made.cues, item, plan)?;
    let (took, warnings, damaged_lines) = (started.elapsed(), made.decoded.warnings, made.damaged_lines);
    Ok(Aligned { duration, spoken, sentences, fit, repairs, took, warnings, damaged_lines, misfit, notes })
}

/// Writes the results of a row, those first that have phones anyway: no file depends on which others are asked for.
fn write(mut timeline: Timeline, cues: &[Cue], item: &Item, plan: &Plan) -> Result<Vec<Note>, FormatError> {
    let mut files: Vec<(PathBuf, &dyn Format)> = plan.results(item).into_iter().zip(plan.formats.clone()).collect();
    files.sort_by_key(|(_, format)| format.phones() != Phones::Always);
    let named = plan.wishes.names.then(|| cues::verbatim_with_names(&timeline));
    let mut notes = Vec::new();
    for (path, format) in files {
        if format.phones() != Phones::Always && !plan.wishes.phones {
            timeline.forget_phones();
        }
        make_room(&path)?;
        let subject = Subject::new(&timeline, cues).naming(named.as_deref(), format);
        notes.extend(formats::write_whole(&path, |out| format.write(subject, out))?);
    }
    Ok(notes)
}

/// Makes the folder of a result, and sees whether the result can be put there.
fn make_room(path: &Path) -> Result<(), FormatError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|source| FormatError::Write { path: folder.into(), source })?;
    formats::check_file(path, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use tempfile::{TempDir, tempdir};

    /// A folder with a manifest of these lines and the files that it names, and a plan for TextGrids in its `out`.
    fn batch(lines: &[&str]) -> (TempDir, Batch, Plan) {
        let folder = tempdir().unwrap();
        let manifest = folder.path().join("clips.tsv");
        fs::write(&manifest, lines.join("\n")).unwrap();
        let batch = Batch::read(&manifest).unwrap();
        for item in &batch.items {
            fs::create_dir_all(item.media.parent().unwrap()).unwrap();
            fs::write(&item.media, "").unwrap();
        }
        let plan = Plan {
            folder: folder.path().join("out"),
            formats: vec![formats::for_path(Path::new("x.TextGrid")).unwrap()],
            wishes: Wishes::default(),
            force: false,
            jobs: NonZeroUsize::MIN,
        };
        (folder, batch, plan)
    }

    /// Says that a file was changed so many seconds from now.
    fn touch(path: &Path, seconds: u64) {
        let file = File::options().append(true).create(true).open(path).unwrap();
        file.set_modified(SystemTime::now() + Duration::from_secs(seconds)).unwrap();
    }

    #[test]
    fn results_lie_in_the_folder_as_the_recordings_lie_beside_the_manifest() {
        let (_folder, batch, plan) = batch(&["file\ttext\tname", "ann/1.take.wav\thi\t", "/b.wav\thi\tbob/b"]);
        let results: Vec<PathBuf> = batch.items.iter().flat_map(|item| plan.results(item)).collect();
        assert_eq!(results, ["ann/1.take.TextGrid", "bob/b.TextGrid"].map(|name| plan.folder.join(name)));
        batch.check(&plan).unwrap();
    }

    #[test]
    fn two_rows_with_one_result_are_refused_with_their_lines() {
        for rows in [["a.wav\thi", "a.mp3\thi"], ["A.wav\thi", "a.wav\tho"]] {
            let (_folder, batch, plan) = batch(&["file\ttext", "other.wav\thi", rows[0], rows[1]]);
            let told = batch.check(&plan).unwrap_err().to_string();
            assert!(told.contains("clips.tsv: lines 3 and 4") && told.contains("a.TextGrid"), "{told}");
        }
    }

    #[test]
    fn a_result_never_takes_the_place_of_a_transcript() {
        let (folder, batch, mut plan) = batch(&["file\ttranscript", "a.wav\ta.json"]);
        fs::write(folder.path().join("a.json"), "").unwrap();
        plan.folder = folder.path().into();
        batch.check(&plan).unwrap();
        plan.formats = vec![formats::for_path(Path::new("x.json")).unwrap()];
        assert!(batch.check(&plan).unwrap_err().to_string().contains("would replace"));
    }

    #[test]
    fn nor_that_of_the_manifest_or_the_model() {
        let (folder, batch, mut plan) = batch(&["file\ttranscript\tname", "a.wav\ta.txt\tclips", "b.wav\tb.txt\tb"]);
        let path = |name: &str| folder.path().join(name);
        plan.folder = folder.path().into();
        fs::write(path("b.TextGrid"), "").unwrap();
        batch.check(&plan).unwrap();
        plan.wishes.model = Some(path("b.TextGrid"));
        assert!(batch.check(&plan).unwrap_err().to_string().contains("would replace"));
        plan.wishes.model = None;
        fs::rename(path("clips.tsv"), path("clips.TextGrid")).unwrap();
        let batch = Batch::read(&path("clips.TextGrid")).unwrap();
        assert!(batch.check(&plan).unwrap_err().to_string().contains("would replace"));
    }

    #[test]
    fn a_row_is_done_when_all_its_results_are_newer_than_what_they_are_made_from() {
        let (folder, batch, mut plan) = batch(&["file\ttranscript", "a.wav\ta.txt"]);
        let path = |name: &str| folder.path().join(name);
        let is_done = |plan: &Plan| batch.is_done(&batch.items[0], plan);
        fs::create_dir(path("out")).unwrap();
        touch(&path("a.txt"), 0);
        assert!(!is_done(&plan), "no result");
        touch(&path("out/a.TextGrid"), 10);
        assert!(is_done(&plan));
        touch(&path("a.txt"), 20);
        assert!(!is_done(&plan), "a newer transcript");
        touch(&path("out/a.TextGrid"), 30);
        assert!(is_done(&plan));
        plan.formats.push(formats::for_path(Path::new("x.ctm")).unwrap());
        assert!(!is_done(&plan), "one of two");
        touch(&path("out/a.ctm"), 30);
        assert!(is_done(&plan));
        plan.wishes.model = Some(path("own.zimunet"));
        touch(&path("own.zimunet"), 0);
        assert!(is_done(&plan));
        touch(&path("own.zimunet"), 40);
        assert!(!is_done(&plan), "a model trained since");
        plan.wishes.model = None;
        fs::remove_file(path("a.wav")).unwrap();
        assert!(!is_done(&plan), "no recording");
    }

    #[test]
    fn a_text_in_the_manifest_is_as_old_as_the_manifest() {
        let (folder, batch, plan) = batch(&["file\ttext", "a.wav\thi"]);
        fs::create_dir(folder.path().join("out")).unwrap();
        touch(&folder.path().join("out/a.TextGrid"), 10);
        assert!(batch.is_done(&batch.items[0], &plan));
        touch(&folder.path().join("clips.tsv"), 20);
        assert!(!batch.is_done(&batch.items[0], &plan));
    }

    #[test]
    fn what_breaks_off_takes_nothing_with_it() {
        let items: Vec<usize> = (0..20).collect();
        for jobs in [1, 3, 50] {
            let outcomes = in_turn(&items, NonZeroUsize::new(jobs).unwrap(), &Silent, &|&item| match item {
                // Without a message on standard error.
                7 => panic::resume_unwind(Box::new("seven")),
                _ => Ok(Outcome::DoneBefore),
            });
            let failed: Vec<usize> = (0..20).filter(|&at| matches!(outcomes[at], Outcome::Failed(_))).collect();
            assert_eq!((outcomes.len(), failed), (20, vec![7]));
            assert!(matches!(&outcomes[7], Outcome::Failed(error) if error.to_string().contains("seven")));
        }
    }
}
