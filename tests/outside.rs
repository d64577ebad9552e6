//! What zimu writes, read by programs of others. Where they are not installed the tests skip, and say so; `.ci/run`
//! installs them.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::path::{Path, PathBuf};
use std::process::Command;

use desk::Desk;

const CUES: &str = "1\n00:00:01,000 --> 00:00:02,500\n你好，青芦湖！\n\n\
                    2\n00:00:02,500 --> 00:00:04,000\nFish & chips <3 or >2 “quoted”\n\n\
                    3\n00:01:01,250 --> 00:01:03,000\n第一行\nthe second\n\n\
                    4\n01:01:01,010 --> 01:01:02,000\n最后\n";

const CHAPTERS: &str = "00:00 开场\n00:20 听见 & 看见\n01:01:00 <End>\n";

/// The cues as every reader ought to find them.
fn cues() -> Vec<(i64, i64, String)> {
    let cue = |start, end, text: &str| (start, end, text.to_string());
    vec![
        cue(1_000, 2_500, "你好，青芦湖！"),
        cue(2_500, 4_000, "Fish & chips <3 or >2 “quoted”"),
        cue(61_250, 63_000, "第一行 the second"),
        cue(3_661_010, 3_662_000, "最后"),
    ]
}

/// A Python that has the readers of `outside/requirements.txt`.
fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/readers/bin/python");
    if !python.exists() {
        eprintln!("SKIPPED: no {}; .ci/run makes it", python.display());
        return None;
    }
    Some(python)
}

/// Reads `start`, `end` and `text` apart by tabs.
fn parsed(line: &str) -> (i64, i64, String) {
    let [start, end, text] = line.splitn(3, '\t').collect::<Vec<_>>().try_into().unwrap_or_else(|_| panic!("{line}"));
    (start.parse().unwrap(), end.parse().unwrap(), text.to_string())
}

#[test]
fn readers_of_every_format_find_the_same_cues() {
    let Some(python) = python() else { return };
    let read = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outside/read.py");
    let desk = Desk::new().file("cues.srt", CUES);
    for (reader, ending) in [
        ("srt", "srt"),
        ("pysubs2", "srt"),
        ("pysubs2", "vtt"),
        ("webvtt", "vtt"),
        ("pysubs2", "ass"),
        ("ttconv", "ttml"),
        ("webvtt", "sbv"),
        ("pylrc", "lrc"),
        ("whisper", "whisper.json"),
        ("textgrid", "TextGrid"),
        ("praatio", "TextGrid"),
        ("pympi", "eaf"),
    ] {
        let file = format!("written.{ending}");
        desk.run(&format!("convert cues.srt {file}")).works();
        let out = Command::new(&python).args([read, reader]).arg(desk.path(&file)).output().unwrap();
        assert!(out.status.success(), "{reader} {ending}: {}", String::from_utf8_lossy(&out.stderr));
        let found: Vec<_> = String::from_utf8(out.stdout).unwrap().lines().map(parsed).collect();
        // pylrc knows no minute past the hour.
        let known = if reader == "pylrc" { cues().len() - 1 } else { cues().len() };
        assert_eq!(found, cues()[..known], "{reader} {ending}");
    }
}

#[test]
fn a_browser_shows_the_same_cues_and_chapters() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| runs(name)) else {
        eprintln!("SKIPPED: no Chromium is installed");
        return;
    };
    let page = include_str!("outside/tracks.html");
    let desk = Desk::new().file("cues.srt", CUES).file("list.youtube.txt", CHAPTERS).file("tracks.html", page);
    desk.run("convert cues.srt cues.vtt").works();
    desk.run("convert list.youtube.txt chapters.vtt --duration 1:02:00").works();
    // Alone in a temporary folder it needs no sandbox, which containers and root have not.
    let out = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"])
        .args(["--virtual-time-budget=10000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", desk.path("browser").display()))
        .arg(desk.path("tracks.html"))
        .output()
        .unwrap();
    let dom = String::from_utf8(out.stdout).unwrap();
    let text = dom.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>")).map(|(text, _)| text);
    let text = text.unwrap_or_else(|| panic!("{dom}\n{}", String::from_utf8_lossy(&out.stderr)));
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let of =
        |kind: &str| text.lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix('\t')).map(parsed).collect();
    let (subtitles, chapters): (Vec<_>, Vec<_>) = (of("subtitles"), of("chapters"));
    assert_eq!(subtitles, cues());
    let chapter = |start, end, title: &str| (start, end, title.to_string());
    let expected =
        [chapter(0, 20_000, "开场"), chapter(20_000, 3_660_000, "听见 & 看见"), chapter(3_660_000, 3_720_000, "<End>")];
    assert_eq!(chapters, expected);
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|out| out.status.success())
}
