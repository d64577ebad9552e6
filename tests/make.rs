//! The whole job as a user sees it: the binary on the sample forum, and on input that is not as it should be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use assert_cmd::assert::OutputAssertExt;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;
use tempfile::TempDir;
use zimu::timeline::{GapKind, Timeline};

/// A file of the sample forum.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn zimu() -> Command {
    Command::new(env!("CARGO_BIN_EXE_zimu"))
}

/// The sample forum made once for all the tests that look at the result.
static MADE: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("forum.zimu");
    make_samples(&folder, "2").assert().success().stdout("").stderr(contains("least certain places"));
    (home, folder)
});

fn make_samples(folder: &Path, threads: &str) -> Command {
    let mut command = zimu();
    command.env("RAYON_NUM_THREADS", threads).arg("make").arg(sample("forum.m4a")).arg(sample("forum.md"));
    command.arg("--terms").arg(sample("terms.txt")).arg("-o").arg(folder);
    command
}

fn made(name: &str) -> String {
    fs::read_to_string(MADE.1.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn timeline() -> Timeline {
    Timeline::read_json(&MADE.1.join("timeline.json")).unwrap()
}

#[test]
fn make_writes_every_file_and_nothing_to_standard_output() {
    for name in [
        "timeline.json",
        "subtitles.srt",
        "subtitles.vtt",
        "subtitles.ass",
        "subtitles.bcc.json",
        "chapters.bilibili.txt",
        "chapters.youtube.txt",
        "chapters.vtt",
        "chapters.ffmeta",
        "chapters.mkv.xml",
        "chapters.podcast.json",
        "corrections.tsv",
        "report.html",
    ] {
        assert!(!made(name).trim().is_empty(), "{name}");
    }
    let speakers = fs::read_dir(MADE.1.join("speakers")).unwrap().count();
    assert_eq!(speakers, 2 * timeline().speakers.len(), "an SRT and a WebVTT each");
}

#[test]
fn sentences_start_where_they_are_spoken() {
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let timeline = timeline();
    let (mut near, mut all) = (0, 0);
    for sentence in truth["sentences"].as_array().unwrap() {
        let Some(start) = sentence["start"].as_f64() else { continue };
        let place = (sentence["line"].as_u64().unwrap() as u32, sentence["char_start"].as_u64().unwrap() as u32);
        let found = timeline.spoken().map(|(segment, span)| (segment.source.start, span.start));
        // Cleaning may cut sentences elsewhere: those that begin at the same character can be compared.
        for (point, time) in found {
            if point.line == place.0 && point.offset.abs_diff(place.1) <= 2 {
                all += 1;
                near += usize::from((time.seconds() - start).abs() <= 0.3);
            }
        }
    }
    assert!(all >= 40, "only {all} sentences can be compared");
    assert!(near * 100 >= all * 95, "{near} of {all} within 0.3 s");
}

#[test]
fn what_nobody_says_is_unspoken_and_the_film_is_a_gap() {
    let timeline = timeline();
    let unspoken: Vec<u32> =
        timeline.segments.iter().filter(|s| s.span.is_none()).map(|segment| segment.source.start.line).collect();
    assert_eq!(unspoken, [3, 25]);
    let film = timeline.gaps.iter().filter(|gap| gap.kind == GapKind::Untranscribed);
    assert!(film.map(|gap| gap.span.length().seconds()).fold(0.0, f64::max) > 12.0, "{:?}", timeline.gaps);
}

#[test]
fn speakers_and_chapters_are_named_as_announced() {
    let timeline = timeline();
    let names: Vec<&str> = timeline.speakers.iter().map(|speaker| speaker.name.as_str()).collect();
    assert!(names.contains(&"林晓岚") && names.contains(&"苏映雪"), "{names:?}");
    assert_eq!(names.len(), 4, "{names:?}");
    let list = made("chapters.bilibili.txt");
    assert!(list.starts_with("00:00 "), "{list}");
    assert!((3..=10).contains(&list.lines().count()), "{list}");
}

#[test]
fn sure_corrections_reach_the_output_and_never_the_transcript() {
    let report = made("corrections.tsv");
    assert!(report.starts_with("line\toffset\twrong\tright\ttier\treason\n"), "{report}");
    let transcript = fs::read_to_string(sample("forum.md")).unwrap();
    let lines: Vec<&str> = transcript.lines().collect();
    for row in report.lines().skip(1) {
        let field: Vec<&str> = row.split('\t').collect();
        let (line, offset): (usize, usize) = (field[0].parse().unwrap(), field[1].parse().unwrap());
        let there: String = lines[line - 1].chars().skip(offset).take(field[2].chars().count()).collect();
        assert_eq!(there, field[2], "{row}");
    }
    let subtitles = made("subtitles.srt");
    assert!(subtitles.contains("青芦湖") && !subtitles.contains("清炉湖"));
}

#[test]
fn cues_never_overlap_and_have_two_lines_at_most() {
    let mut last = 0;
    for block in made("subtitles.srt").trim().split("\n\n") {
        let lines: Vec<&str> = block.lines().collect();
        assert!((3..=4).contains(&lines.len()), "{block}");
        let times: Vec<u64> = lines[1].split(" --> ").map(milliseconds).collect();
        assert!(last <= times[0] && times[0] < times[1], "{block}");
        last = times[1];
    }
    assert!(last as i64 <= timeline().duration().0);
}

fn milliseconds(clock: &str) -> u64 {
    let parts: Vec<u64> = clock.split([':', ',']).map(|part| part.parse().unwrap()).collect();
    ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("again");
    make_samples(&folder, "1").assert().success();
    for name in ["timeline.json", "subtitles.srt", "chapters.vtt", "report.html"] {
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), made(name), "{name}");
    }
}

#[test]
fn align_writes_the_format_of_the_ending() {
    let home = tempfile::tempdir().unwrap();
    let (clip, text) = (sample("forum.m4a"), sample("forum.md"));
    for (name, sign) in [("a.srt", "-->"), ("a.TextGrid", "ooTextFile"), ("a.json", "\"segments\"")] {
        let out = home.path().join(name);
        zimu().arg("-q").arg("align").arg(&clip).arg(&text).arg("-o").arg(&out).assert().success().stderr("");
        assert!(fs::read_to_string(&out).unwrap().contains(sign), "{name}");
    }
    let json = fs::read_to_string(home.path().join("a.json")).unwrap();
    assert!(json.contains("清炉湖"), "the text stays as given");
    let odd = home.path().join("a.xyz");
    zimu().arg("align").arg(&clip).arg(&text).arg("-o").arg(&odd).assert().code(1).stderr(contains("srt"));
    assert!(!odd.exists());
}

#[test]
fn probe_and_clean_work_alone() {
    zimu().arg("probe").arg(sample("forum.m4a")).assert().success().stdout(contains("aac").and(contains("LUFS")));
    zimu().arg("clean").arg(sample("forum.md")).assert().success().stdout(contains("😊").not());
    zimu().arg("clean").arg(sample("forum.md")).args(["--rules", "nonsense"]).assert().code(1);
}

#[test]
fn a_transcript_of_something_else_is_refused_unless_forced() {
    let home = tempfile::tempdir().unwrap();
    let (other, out) = (home.path().join("other.txt"), home.path().join("out.srt"));
    let sentences = [
        "做红烧肉要先把五花肉切成方块，冷水下锅焯一遍。",
        "锅里放少许油，小火把冰糖炒到枣红色，再下肉翻匀。",
        "加入葱姜、八角和黄酒，水要没过肉面，盖上盖子炖一小时。",
        "汽车的轮胎每跑一万公里应当换位一次，磨损才会均匀。",
        "足球比赛上半场四十五分钟，双方都没有进球。",
        "图书馆周一闭馆，借出的书可以在网上续借两次。",
    ];
    let text: String = (0..60).map(|n| format!("{}\n", sentences[(n * 7 + n / 6) % sentences.len()])).collect();
    fs::write(&other, text).unwrap();
    let align = |force: &[&str]| {
        let mut command = zimu();
        command.arg("align").arg(sample("forum.m4a")).arg(&other).arg("-o").arg(&out).args(force);
        command
    };
    align(&[]).assert().code(1).stderr(contains("hardly fit"));
    assert!(!out.exists());
    align(&["--force"]).assert().success().stderr(contains("hardly fit"));
    assert!(out.exists());
}

#[test]
fn a_folder_with_something_in_it_is_left_alone_unless_forced() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("mine.txt"), "keep me").unwrap();
    make_samples(home.path(), "2").assert().code(1).stderr(contains("--force"));
    make_samples(home.path(), "2").arg("--force").assert().success();
    assert_eq!(fs::read_to_string(home.path().join("mine.txt")).unwrap(), "keep me");
    assert!(home.path().join("timeline.json").exists());
}

#[test]
fn bad_input_is_named_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = home.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let (clip, text) = (sample("forum.m4a"), sample("forum.md"));
    let empty = file("empty.md", "");
    let markup = file("markup.md", "![](img/a.png)\n\n😊\n");
    let words = file("words.mp3", "This is a text and no recording at all.\n");
    let nothing = file("nothing.mp3", "");
    let missing = home.path().join("missing.mp3");
    let below_file = empty.join("x.mp3");
    let out = home.path().join("out");
    for (media, transcript, named) in [
        (&clip, &empty, "empty.md"),
        (&clip, &markup, "markup.md"),
        (&words, &text, "words.mp3"),
        (&nothing, &text, "nothing.mp3"),
        (&missing, &text, "missing.mp3"),
        (&below_file, &text, "x.mp3"),
        (&home.path().to_path_buf(), &text, "folder"),
        (&clip, &missing, "missing.mp3"),
    ] {
        let assert = zimu().arg("make").arg(media).arg(transcript).arg("-o").arg(&out).assert();
        assert.code(1).stdout("").stderr(contains(named).and(contains("panicked").not()));
        assert!(!out.exists(), "{named}");
    }
    let track = zimu().arg("probe").arg(&clip).args(["--track", "7"]).assert();
    track.code(1).stderr(contains("track"));
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let home = tempfile::tempdir().unwrap();
    let locked = home.path().join("locked.md");
    fs::write(&locked, "你好。").unwrap();
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o000);
    fs::set_permissions(&locked, permissions).unwrap();
    if fs::read(&locked).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    zimu().arg("clean").arg(&locked).assert().code(1).stderr(contains("locked.md"));
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let home = tempfile::tempdir().unwrap();
    let mount = |args: &[&str]| Command::new("mount").args(args).arg(home.path()).status();
    if !mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).is_ok_and(|status| status.success()) {
        eprintln!("skipped: a small file system cannot be mounted here");
        return;
    }
    let result = make_samples(&home.path().join("full"), "2").output().unwrap();
    let left = fs::read_dir(home.path()).unwrap().count();
    let unmounted = Command::new("umount").arg(home.path()).status().unwrap();
    assert!(unmounted.success());
    assert_eq!(result.status.code(), Some(1));
    let said = String::from_utf8_lossy(&result.stderr).into_owned();
    assert!(said.contains("full") && !said.contains("panicked"), "{said}");
    assert_eq!(left, 0, "nothing is left behind");
}

#[test]
fn help_has_examples_and_wrong_usage_is_status_2() {
    for command in ["make", "align", "probe", "clean"] {
        zimu().args([command, "--help"]).assert().success().stdout(contains("Example"));
    }
    zimu().arg("make").assert().code(2);
    zimu().args(["completions", "bash"]).assert().success().stdout(contains("zimu"));
}
