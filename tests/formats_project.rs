//! The project folder and single files: whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use zimu::cues::Cue;
use zimu::formats::{Existing, FormatError, Note, Subject, Written, write_project, write_whole};
use zimu::timeline::{Chapter, Correction, MediaSummary, Ms, Span, Speaker, Tier, Timeline};

fn span(start: i64, end: i64) -> Span {
    Span::new(Ms(start), Ms(end))
}

fn speaker(id: usize, name: &str) -> Speaker {
    Speaker { id, name: name.into(), title: None }
}

fn correction(wrong: &str, reason: &str) -> Correction {
    Correction {
        line: 3,
        offset: 4,
        wrong: wrong.into(),
        right: "鹏城".into(),
        tier: Tier::Sure,
        reason: reason.into(),
        applied: true,
        ..Correction::default()
    }
}

fn timeline() -> Timeline {
    let chapter = |start, end| Chapter { span: span(start, end), title: "演讲".into(), level: 1, speaker: None };
    Timeline {
        media: MediaSummary { duration: Ms(90_000), ..MediaSummary::default() },
        speakers: vec![speaker(0, "齐军"), speaker(1, "says nothing"), speaker(2, "../A/B: C?")],
        chapters: vec![chapter(0, 30_000), chapter(30_000, 60_000), chapter(60_000, 90_000)],
        corrections: vec![correction("鹏程", "alias\tof a term"), correction("鹏\t程", "a tab")],
        ..Timeline::default()
    }
}

fn cues() -> Vec<Cue> {
    let cue = |start, speaker, line: &str| Cue {
        span: span(start, start + 900),
        lines: vec![line.into()],
        speaker,
        ..Cue::default()
    };
    vec![cue(0, Some(0), "大家好"), cue(1_000, Some(2), "hello"), cue(2_000, None, "who?"), cue(3_000, Some(0), "再见")]
}

fn write(folder: &Path, existing: Existing) -> Result<Written, FormatError> {
    write_project(
        Subject::new(&timeline(), &cues()),
        None,
        folder,
        existing,
        &[("report.html".into(), b"<html>".to_vec())],
    )
}

/// All files under a folder, as paths within it, in order.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/")),
            }
        }
    }
    found.sort();
    found
}

const ALL: [&str; 19] = [
    "chapters.bilibili.txt",
    "chapters.comment.txt",
    "chapters.ffmeta",
    "chapters.mkv.xml",
    "chapters.podcast.json",
    "chapters.vtt",
    "chapters.youtube.txt",
    "corrections.tsv",
    "report.html",
    "speakers.rttm",
    "speakers/01-齐军.srt",
    "speakers/01-齐军.vtt",
    "speakers/03-___A_B__C_.srt",
    "speakers/03-___A_B__C_.vtt",
    "subtitles.ass",
    "subtitles.bcc.json",
    "subtitles.srt",
    "subtitles.vtt",
    "timeline.json",
];

#[test]
fn a_project_has_all_its_files() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("forum.zimu");
    let written = write(&folder, Existing::Refuse).unwrap();
    assert_eq!(files(&folder), ALL);
    let mut told: Vec<PathBuf> = written.files;
    told.sort_by_key(|file| file.display().to_string());
    assert_eq!(told, ALL.map(|file| fs::canonicalize(folder.join(file)).unwrap()));
    assert_eq!(written.notes, [Note::CorrectionsLeftOut { count: 1 }]);
    assert_eq!(files(room.path()).len(), ALL.len(), "nothing is left beside it");
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    assert_eq!(read("report.html"), "<html>");
    assert_eq!(
        read("corrections.tsv"),
        "line\toffset\twrong\tright\ttier\treason\tbefore\tafter\tapplied\tdecision\tscore\tsound\twords\tdocument\theard\tmodel\n\
         3\t4\t鹏程\t鹏城\tsure\talias of a term\t\t\tyes\t\t0.0\t0.0\t0.0\t0.0\t\t\n"
    );
    let own = "1\n00:00:00,000 --> 00:00:00,900\n大家好\n\n2\n00:00:03,000 --> 00:00:03,900\n再见\n";
    assert_eq!(read("speakers/01-齐军.srt"), own);
}

#[test]
fn an_empty_folder_is_filled_and_a_full_one_refused() {
    let room = tempfile::tempdir().unwrap();
    write(room.path(), Existing::Refuse).unwrap();
    let error = write(room.path(), Existing::Refuse).unwrap_err();
    assert!(matches!(error, FormatError::FolderExists { .. }));
    assert!(error.to_string().contains("--force") && error.to_string().contains("-o"), "{error}");
}

#[test]
fn replacing_keeps_what_is_not_ours_and_removes_what_an_earlier_run_left() {
    let room = tempfile::tempdir().unwrap();
    write(room.path(), Existing::Refuse).unwrap();
    for file in ["decisions.json", "speakers/notes.srt"] {
        fs::write(room.path().join(file), "mine").unwrap();
    }
    let mut later = timeline();
    later.speakers[0].name = "齐俊".into();
    later.chapters.truncate(1);
    write_project(Subject::new(&later, &cues()), None, room.path(), Existing::Replace, &[]).unwrap();
    let now = files(room.path());
    for kept in ["decisions.json", "speakers/notes.srt", "report.html", "speakers/01-齐俊.srt", "chapters.vtt"] {
        assert!(now.contains(&kept.to_string()), "{kept} in {now:?}");
    }
    for gone in ["speakers/01-齐军.srt", "chapters.bilibili.txt", "chapters.youtube.txt"] {
        assert!(!now.contains(&gone.to_string()), "{gone} in {now:?}");
    }
}

#[test]
fn what_cannot_be_written_is_named_and_nothing_stays() {
    let room = tempfile::tempdir().unwrap();
    let missing = room.path().join("no/such/folder");
    let error = write(&missing, Existing::Refuse).unwrap_err().to_string();
    assert!(error.contains("no/such") || error.contains("no\\such"), "{error}");
    let file = room.path().join("file");
    fs::write(&file, "mine").unwrap();
    for existing in [Existing::Refuse, Existing::Replace] {
        let error = write(&file, existing).unwrap_err();
        assert!(matches!(error, FormatError::NoPlace { .. }), "{error}");
    }
    assert_eq!(files(room.path()), ["file"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_folder_in_the_place_of_a_file_leaves_everything_as_it_was() {
    let room = tempfile::tempdir().unwrap();
    fs::create_dir_all(room.path().join("subtitles.srt/mine")).unwrap();
    let error = write(room.path(), Existing::Replace).unwrap_err();
    assert!(error.to_string().contains("subtitles.srt: it is a folder"), "{error}");
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 1);
}

#[test]
fn an_error_on_the_way_leaves_the_folder_as_it_was() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("forum.zimu");
    // The second extra file cannot be made: its folder is not there.
    let extra = [("report.html".into(), vec![]), ("no/such/file".into(), vec![])];
    let error = write_project(Subject::new(&timeline(), &cues()), None, &folder, Existing::Refuse, &extra).unwrap_err();
    assert!(matches!(&error, FormatError::Write { path, .. } if path.ends_with("no/such/file")), "{error}");
    assert_eq!(fs::read_dir(room.path()).unwrap().count(), 0);
}

#[test]
fn a_file_is_replaced_whole_or_keeps_what_it_held() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("out.srt");
    let length = write_whole(&path, |out| {
        out.write_all(b"first")?;
        Ok(5)
    });
    assert_eq!(length.unwrap(), 5);
    let failing = write_whole(&path, |out| -> Result<(), FormatError> {
        out.write_all(b"half")?;
        Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into())
    });
    let FormatError::Write { path: named, .. } = failing.unwrap_err() else { panic!("the path is not named") };
    assert_eq!(named, path);
    assert_eq!(fs::read_to_string(&path).unwrap(), "first");
    assert_eq!(files(room.path()), ["out.srt"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn write(path: &Path, text: &str) -> Result<(), FormatError> {
        write_whole(path, |out| Ok(out.write_all(text.as_bytes())?))
    }

    #[test]
    fn a_new_file_can_be_read_by_whom_the_user_lets() {
        let room = tempfile::tempdir().unwrap();
        let (ours, theirs) = (room.path().join("ours"), room.path().join("theirs"));
        write(&ours, "x").unwrap();
        fs::write(&theirs, "x").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&theirs));
    }

    #[test]
    fn a_replaced_file_keeps_its_permissions_and_a_link_its_target() {
        let room = tempfile::tempdir().unwrap();
        let (file, link) = (room.path().join("file"), room.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&file, &link).unwrap();
        write(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_device_is_told_and_not_replaced() {
        let error = write(Path::new("/dev/full"), "x").unwrap_err();
        assert!(matches!(error, FormatError::Write { .. }), "{error}");
        assert!(!fs::metadata("/dev/full").unwrap().is_file());
    }
}

#[test]
fn names_go_where_there_is_no_other_place_for_them() {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("forum.zimu");
    let named: Vec<Cue> =
        cues().into_iter().map(|cue| Cue { lines: vec![format!("齐军：{}", cue.lines[0])], ..cue }).collect();
    write_project(Subject::new(&timeline(), &cues()), Some(&named), &folder, Existing::Refuse, &[]).unwrap();
    let has = |file: &str| fs::read_to_string(folder.join(file)).unwrap().contains("齐军：大家好");
    let files = ["subtitles.srt", "subtitles.bcc.json", "subtitles.vtt", "subtitles.ass", "speakers/01-齐军.srt"];
    assert_eq!(files.map(has), [true, true, false, false, false]);
}
