//! What the READMEs show is what the sample gives.

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;

/// The blocks of a README after a line that begins one: `console` or `text`.
fn blocks<'a>(readme: &'a str, kind: &str) -> Vec<&'a str> {
    let fence = format!("```{kind}\n");
    readme.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Without parts of seconds, which another processor may round otherwise.
fn seconds(text: &str) -> String {
    Regex::new(r"(\d:\d\d)[.,]\d{3}").unwrap().replace_all(text, "$1").into_owned()
}

#[test]
fn what_is_shown_is_what_comes_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("forum.zimu");
    let mut make = Command::new(assert_cmd::cargo::cargo_bin!("zimu"));
    make.current_dir(root).args([
        "make",
        "samples/forum.m4a",
        "samples/forum.md",
        "--terms",
        "samples/terms.txt",
        "-o",
    ]);
    let said = String::from_utf8(make.arg(&out).output().unwrap().stderr).unwrap();
    let said = seconds(&said.replace(&out.display().to_string(), "forum.zimu"));
    let subtitles = seconds(&fs::read_to_string(out.join("subtitles.srt")).unwrap());
    for (name, list_of) in [("README.md", "chapters.youtube.txt"), ("README.zh-CN.md", "chapters.bilibili.txt")] {
        let readme = fs::read_to_string(root.join(name)).unwrap();
        let (_, shown) = blocks(&readme, "console")[0].split_once('\n').unwrap();
        assert_eq!(seconds(shown), said, "{name}");
        let [cues, list, ..] = blocks(&readme, "text")[..] else { panic!("{name} shows no cues and chapters") };
        for cue in seconds(cues).trim().split("\n\n") {
            assert!(subtitles.contains(&format!("{}\n", cue.trim())), "{name}: {cue}\n{subtitles}");
        }
        assert_eq!(list, fs::read_to_string(out.join(list_of)).unwrap(), "{name}");
    }
}
