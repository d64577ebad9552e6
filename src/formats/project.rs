//! The project folder: every file of a timeline.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::chapters::{self, CHAPTER_FORMATS};
use super::place::{PlaceFault, check_holder, check_writable, folder_of, plain, same_file, target_of, what_is_at};
use super::whole::fill;
use super::{Format, FormatError, Note, Subject, ass, bcc, corrections, json, rttm, srt, text, vtt};
use crate::cues::Cue;

/// What to do with a project folder that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it as it is, and say so.
    Refuse,
    /// Replace the files that zimu writes and keep all others.
    Replace,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The files, in the order of their writing.
    pub files: Vec<PathBuf>,
    /// What some of them could not hold.
    pub notes: Vec<Note>,
}

/// The subtitle files of a project folder.
const SUBTITLES: [(&str, &dyn Format); 5] = [
    ("timeline.json", &json::Json),
    ("subtitles.srt", &srt::Srt),
    ("subtitles.vtt", &vtt::WebVtt),
    ("subtitles.ass", &ass::Ass),
    ("subtitles.bcc.json", &bcc::Bcc),
];

/// The table of corrections.
const CORRECTIONS: &str = "corrections.tsv";

/// Who speaks when.
const TURNS: &str = "speakers.rttm";

/// The folder in a project folder for the files of single speakers.
const SPEAKERS: &str = "speakers";

/// Fills a project folder: timeline, subtitles, chapters, speakers, corrections, and the `extra` files (name and
/// contents), such as the report. Where there are cues with the speakers' `named` in them, the subtitles that have no other
/// place for names are made of these.
///
/// All of it is written into a temporary folder beside `folder` first, which then takes its name. When the folder is
/// there already and may be filled, the temporary one is in it (the folder above may be another disk, or not the
/// user's), the finished files are moved to their places, those of an earlier run that have no successor are removed,
/// and files that are not zimu's stay. So nothing is ever half-written, and whatever goes wrong before all files are on
/// the disk leaves everything as it was.
///
/// # Errors
/// As [`check_folder`]; [`FormatError::Write`] with the path of whatever could not be written.
pub fn write_project(
    subject: Subject,
    named: Option<&[Cue]>,
    folder: &Path,
    existing: Existing,
    extra: &[(String, Vec<u8>)],
) -> Result<Written, FormatError> {
    check_folder(folder, existing, &[])?;
    // A path that ends in `..` or `.` has no name to give, a link not its own; the real path has one.
    let folder = &target_of(folder);
    let failed = |path: &Path, source| FormatError::Write { path: path.into(), source };
    let room = if folder.is_dir() { folder.clone() } else { folder_of(folder) };
    let build = tempfile::Builder::new().prefix(".zimu-").tempdir_in(&room);
    let build = build.map_err(|error| failed(folder, plain(error)))?;
    let mut draft = Draft { built: build.path(), shown: folder, written: Written::default(), names: vec![] };
    draft.write_all(subject, named, extra)?;
    let Draft { written, names, .. } = draft;
    if folder.is_dir() {
        move_into(build.path(), folder, &names)?;
    } else {
        fs::rename(build.path(), folder).map_err(|source| failed(folder, source))?;
    }
    Ok(written)
}

/// Whether a project can be written to `folder` without touching any of the `inputs` that it is made from; asked before
/// the work that it would be in vain.
///
/// # Errors
/// [`FormatError::FolderExists`] when the folder is there, not empty and not to be replaced; [`FormatError::NoPlace`]
/// when there is something else, no folder to put it in, or no permission; [`FormatError::Write`] with what else the
/// system says.
pub fn check_folder(folder: &Path, existing: Existing, inputs: &[&Path]) -> Result<(), FormatError> {
    let fault = |fault| FormatError::NoPlace { path: folder.into(), fault };
    if folder == Path::new("-") {
        return Err(fault(PlaceFault::Printed));
    }
    let Some(there) = what_is_at(folder)? else { return check_holder(folder) };
    if !there.is_dir() {
        return Err(fault(PlaceFault::FolderWanted));
    }
    let mut entries = fs::read_dir(folder).map_err(|source| FormatError::Write { path: folder.into(), source })?;
    if existing == Existing::Refuse && entries.next().is_some() {
        return Err(FormatError::FolderExists { path: folder.into() });
    }
    if let Some(input) = inputs.iter().find(|input| is_of_project(input, folder)) {
        return Err(fault(PlaceFault::Input { input: input.into() }));
    }
    check_writable(folder, folder)
}

/// Whether a file is one of those that zimu replaces in a project folder.
fn is_of_project(file: &Path, folder: &Path) -> bool {
    files_of(folder).any(|name| same_file(&folder.join(name), file))
}

/// The files that zimu replaces in a project folder, as paths within it; some of them may not be there. What a command adds
/// besides is not among them.
pub fn files_of(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let named = SUBTITLES.iter().map(|(name, _)| *name).chain([CORRECTIONS, TURNS]).map(PathBuf::from);
    named.chain(earlier_files(folder))
}

/// A project folder that is being built.
struct Draft<'a> {
    /// Where the files are written.
    built: &'a Path,
    /// Where they will stand, for messages.
    shown: &'a Path,
    written: Written,
    /// The files, as paths within the folder.
    names: Vec<PathBuf>,
}

impl Draft<'_> {
    fn write_all(
        &mut self,
        subject: Subject,
        named: Option<&[Cue]>,
        extra: &[(String, Vec<u8>)],
    ) -> Result<(), FormatError> {
        for (name, format) in SUBTITLES {
            self.file(Path::new(name), |out| format.write(subject.naming(named, format), out))?;
        }
        for format in CHAPTER_FORMATS {
            let (list, notes) = chapters::list(format, subject.timeline, subject.demands)?;
            match list {
                Some(list) => self.file(Path::new(format.file()), |out| {
                    out.write_all(list.as_bytes())?;
                    Ok(notes)
                })?,
                None => self.written.notes.extend(notes),
            }
        }
        self.speakers(subject)?;
        let timeline = subject.timeline;
        self.file(Path::new(TURNS), |out| {
            rttm::write(timeline, out)?;
            Ok(vec![])
        })?;
        self.file(Path::new(CORRECTIONS), |out| corrections::write(&timeline.corrections, out))?;
        for (name, bytes) in extra {
            self.file(Path::new(name), |out| {
                out.write_all(bytes)?;
                Ok(vec![])
            })?;
        }
        Ok(())
    }

    /// The cues of each speaker who has any, by themselves.
    fn speakers(&mut self, subject: Subject) -> Result<(), FormatError> {
        let folder = self.built.join(SPEAKERS);
        fs::create_dir(&folder).map_err(|source| FormatError::Write { path: self.shown.join(SPEAKERS), source })?;
        let mut cues_of: Vec<Vec<Cue>> = vec![vec![]; subject.timeline.speakers.len()];
        for cue in subject.cues {
            if let Some(own) = cue.speaker.and_then(|id| cues_of.get_mut(id)) {
                own.push(cue.clone());
            }
        }
        for (at, own) in cues_of.iter().enumerate().filter(|(_, own)| !own.is_empty()) {
            let subject = Subject { cues: own, ..subject };
            let stem = speaker_stem(at, &subject.timeline.speakers[at].name);
            for format in [&srt::Srt as &dyn Format, &vtt::WebVtt] {
                let name = Path::new(SPEAKERS).join(format!("{stem}.{}", format.endings()[0]));
                // What these cannot hold the subtitles of all speakers could not either, and said so.
                self.file(&name, |out| format.write(subject, out).map(|_| vec![]))?;
            }
        }
        Ok(())
    }

    /// Writes one file whole, down to the disk: a disk that is full shows it at the latest then.
    fn file(
        &mut self,
        name: &Path,
        write: impl FnOnce(&mut dyn Write) -> Result<Vec<Note>, FormatError>,
    ) -> Result<(), FormatError> {
        let shown = self.shown.join(name);
        let failed = |source| FormatError::Write { path: shown.clone(), source };
        let file = fs::File::create_new(self.built.join(name)).map_err(failed)?;
        let (notes, file) = fill(file, &shown, write)?;
        file.sync_all().map_err(failed)?;
        // Who speaks stands in other files of the folder.
        let told = notes.into_iter().filter(|note| !matches!(note, Note::SpeakersLeftOut { .. }));
        self.written.notes.extend(told);
        self.written.files.push(shown);
        self.names.push(name.into());
        Ok(())
    }
}

/// `01-name`, with nothing in it that a file system minds.
fn speaker_stem(at: usize, name: &str) -> String {
    const MOST_CHARS: usize = 40;
    let safe = |c: char| if c.is_alphanumeric() || "-·".contains(c) { c } else { '_' };
    let name: String = text::one_line(name).chars().take(MOST_CHARS).map(safe).collect();
    format!("{:02}-{name}", at + 1)
}

/// Moves finished files into a folder that is there already, and removes what an earlier run left there and this one
/// did not write.
fn move_into(built: &Path, folder: &Path, names: &[PathBuf]) -> Result<(), FormatError> {
    let failed = |path: &Path, source| FormatError::Write { path: path.into(), source };
    if let Some(blocked) = names.iter().map(|name| folder.join(name)).find(|path| path.is_dir()) {
        return Err(FormatError::NoPlace { path: blocked, fault: PlaceFault::IsAFolder });
    }
    let speakers = folder.join(SPEAKERS);
    fs::create_dir_all(&speakers).map_err(|source| failed(&speakers, source))?;
    for name in names {
        let to = folder.join(name);
        fs::rename(built.join(name), &to).map_err(|source| failed(&to, source))?;
    }
    for stale in earlier_files(folder).into_iter().filter(|stale| !names.contains(stale)) {
        let path = folder.join(stale);
        fs::remove_file(&path).map_err(|source| failed(&path, source))?;
    }
    Ok(())
}

/// The files in a project folder that come and go with the timeline: chapter lists and the files of speakers.
fn earlier_files(folder: &Path) -> Vec<PathBuf> {
    let lists = CHAPTER_FORMATS.iter().map(|format| PathBuf::from(format.file()));
    let mut files: Vec<PathBuf> = lists.filter(|list| folder.join(list).is_file()).collect();
    for entry in fs::read_dir(folder.join(SPEAKERS)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if is_speaker_file(&name.to_string_lossy()) {
            files.push(Path::new(SPEAKERS).join(name));
        }
    }
    files
}

/// Whether a name is one that [`speaker_stem`] gives.
fn is_speaker_file(name: &str) -> bool {
    let numbered =
        name.split_once('-').is_some_and(|(number, _)| number.len() >= 2 && number.chars().all(|c| c.is_ascii_digit()));
    numbered && [".srt", ".vtt"].iter().any(|ending| name.ends_with(ending))
}
