//! `zimu check` and `zimu styles`, run on real files.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::*;
use serde_json::Value;

const BAD: &str = "1\n00:00:01,000 --> 00:00:01,400\n听见，是保护的第一步，谁都知道这一点的，可是谁也没有真的去听。\n\n\
                   2\n00:00:01,300 --> 00:00:04,000\n每天早上，他们都去听鸟的叫声。\n\n3\n00:00:04,200 --> 00:00:16,000\n完\n";

fn zimu() -> Command {
    Command::cargo_bin("zimu").unwrap()
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

#[test]
fn breaches_are_told_like_a_compilers_and_errors_fail() {
    let place = Place::new();
    let path = place.file("bad.srt", BAD);
    let told = zimu().args(["check", "--style", "bilibili"]).arg(&path).assert().code(1);
    let text = String::from_utf8(told.get_output().stdout.clone()).unwrap();
    for line in [
        "bad.srt:2: cue 1 0:01.000 error: line-too-long: 62 columns; allowed: 40",
        "bad.srt:2: cue 1 0:01.000 error: overlap: 0.100 s; allowed: 0 s",
        "bad.srt:6: cue 2 0:01.300 warning: open-gap: 0.200 s; allowed: 0.083 s or 0.500 s",
        "bad.srt:10: cue 3 0:04.200 warning: too-long: 11.800 s; allowed: 7.000 s",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let good = place.file("good.srt", "1\n00:00:01,000 --> 00:00:03,000\n听见 是保护的第一步\n");
    zimu().arg("check").arg(&good).assert().success().stdout("1 cues by bilibili: 0 errors, 0 warnings\n");
}

#[test]
fn other_programs_read_the_breaches() {
    let place = Place::new();
    let path = place.file("bad.srt", BAD);
    let told = |format: &str| {
        let mut command = zimu();
        command.args(["check", "--style", "bilibili", "--format", format]).arg(&path);
        String::from_utf8(command.assert().code(1).get_output().stdout.clone()).unwrap()
    };
    let json: Value = serde_json::from_str(&told("json")).unwrap();
    assert_eq!((&json["cues"], &json["errors"], &json["breaches"][0]["line"]), (&3.into(), &2.into(), &2.into()));
    let sarif: Value = serde_json::from_str(&told("sarif")).unwrap();
    let run = &sarif["runs"][0];
    let rules: Vec<&str> =
        run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(
        run["results"].as_array().unwrap().iter().all(|result| rules.contains(&result["ruleId"].as_str().unwrap()))
    );
    let junit = told("junit");
    assert!(junit.contains("<testsuite name=") && junit.contains("failures=\"2\""), "{junit}");
}

#[test]
fn what_is_mended_keeps_its_words_and_mends_no_further() {
    let place = Place::new();
    let path = place.file("bad.srt", BAD);
    let (once, twice) = (place.folder.path().join("once.srt"), place.folder.path().join("twice.srt"));
    let mend = |from: &PathBuf, to: &PathBuf| {
        let mut command = zimu();
        command.args(["check", "--style", "bilibili", "--fix"]).arg(from).arg("-o").arg(to);
        command.assert().success()
    };
    // That a voice spoke faster than anyone reads no cut can mend, and it is told.
    mend(&path, &once)
        .stdout(predicate::str::contains("much-too-fast"))
        .stderr(predicate::str::contains("breaches before"));
    mend(&once, &twice);
    let text = fs::read_to_string(&once).unwrap();
    assert_eq!(text, fs::read_to_string(&twice).unwrap());
    let words = |text: &str| -> String {
        let lines = text.lines().filter(|line| !line.contains("-->") && line.parse::<u32>().is_err());
        lines.flat_map(|line| line.chars()).filter(|c| c.is_alphanumeric()).collect()
    };
    assert_eq!(words(&text), words(BAD));
    assert!(!text.contains('，'), "the style leaves commas out");
}

#[test]
fn the_voice_is_evidence() {
    let place = Place::new();
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("samples/forum.m4a");
    let early = place
        .file("early.srt", "1\n00:00:00,000 --> 00:00:04,000\n各位来宾\n\n2\n02:00:00,000 --> 02:00:02,000\n太晚了\n");
    let told = zimu().arg("check").arg(&early).arg(&sample).assert().code(1);
    told.stdout(predicate::str::contains("error: past-end"));
}

#[test]
fn styles_are_listed_with_where_their_limits_come_from_and_ones_own_is_taken() {
    let place = Place::new();
    let all = ["bilibili", "netflix-zh", "netflix-en", "bbc", "ted", "podcast"];
    let listed = zimu().arg("styles").assert().success();
    let text = String::from_utf8(listed.get_output().stdout.clone()).unwrap();
    assert!(all.iter().all(|name| text.lines().any(|line| line.starts_with(name))));
    zimu()
        .args(["styles", "ted"])
        .assert()
        .success()
        .stdout(predicate::str::contains("neither line under half of the other: TED"));
    let own = place.file("own.toml", "base = \"bilibili\"\n[limits]\ncolumns = 10\n");
    let path = place.file("a.srt", "1\n00:00:01,000 --> 00:00:03,000\n听见 是保护的\n");
    zimu()
        .arg("check")
        .arg(&path)
        .arg("--style")
        .arg(&own)
        .assert()
        .code(1)
        .stdout(predicate::str::contains("by own: 1 errors"));
    let wrong = place.file("wrong.toml", "base = \"bilibili\"\n[limits]\ncolumn = 10\n");
    let refused = zimu().arg("check").arg(&path).arg("--style").arg(&wrong).assert().code(1);
    refused.stderr(predicate::str::contains("wrong.toml").and(predicate::str::contains("line 3")));
    zimu()
        .args(["check", "--style", "hulu"])
        .arg(&path)
        .assert()
        .code(1)
        .stderr(predicate::str::contains("no style is called hulu"));
}
