//! `zimu correct` as people meet it: what it changes and what it does not, decisions, and the way back.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;

use desk::{Desk, sample};
use encoding_rs::GB18030;

/// The column of decisions in a report.
const DECISION: usize = 9;

const TERMS: &str = "声野科技\n鸣谱 # an app\nEchoReed\n";

#[test]
fn only_what_is_sure_is_made_and_every_other_byte_stays() {
    let given = "\u{feff}# 题目  \r\n\r\n由生也科技主办。😊，名普也来了。 ![](a.png)\r\n\t\n由生也科技承办";
    let desk = Desk::new().file("talk.md", given).file("terms.txt", TERMS);
    let run = desk.run("correct talk.md --terms terms.txt -o out.md --report report.tsv").works();
    assert_eq!(run.err, "2 sure, 1 likely, 0 guess; 2 made\n");
    assert_eq!(desk.read("out.md"), given.replace("生也", "声野"));
    assert_eq!(
        desk.read("report.tsv"),
        "line\toffset\twrong\tright\ttier\treason\tbefore\tafter\tapplied\tdecision\tscore\tsound\twords\tdocument\theard\tmodel\n\
         3\t1\t生也科技\t声野科技\tsure\tsounds the same as the term\t由\t主办。\tyes\t\t9.2\t4.5\t12.2\t1.5\t\t\n\
         3\t10\t名普\t鸣谱\tlikely\tsounds the same as the term\t\t也来了。\tno\t\t4.7\t4.5\t9.2\t0.0\t\t\n\
         5\t1\t生也科技\t声野科技\tsure\tsounds the same as the term\t由\t承办\tyes\t\t9.2\t4.5\t12.2\t1.5\t\t\n"
    );
}

#[test]
fn the_text_goes_to_standard_output_and_what_is_said_elsewhere() {
    let desk = Desk::new().file("talk.md", "由生也科技主办").file("terms.txt", TERMS);
    assert_eq!(desk.run("correct talk.md --terms terms.txt").works().out, "由声野科技主办");
    assert_eq!(desk.run("-q correct talk.md --terms terms.txt --apply none").works().err, "");
    let diff = desk.run("correct talk.md --terms terms.txt --diff").works();
    assert_eq!(diff.out, "1:1\tsure\t由[-生也科技-]{+声野科技+}主办\tsounds the same as the term\n");
}

#[test]
fn a_second_run_changes_nothing_and_a_report_takes_all_back() {
    let given = fs::read(sample("forum.md")).unwrap();
    let desk = Desk::new();
    for (tier, ending) in [("sure", "tsv"), ("likely", "json")] {
        desk.run(&format!("correct TEXT --terms TERMS --apply {tier} -o once.md --report r.{ending}")).works();
        assert_ne!(desk.read("once.md").as_bytes(), given);
        desk.run(&format!("correct once.md --terms TERMS --apply {tier} -o twice.md")).works();
        assert_eq!(desk.read("once.md"), desk.read("twice.md"));
        desk.run(&format!("correct once.md --revert r.{ending} -o back.md")).works();
        assert_eq!(desk.read("back.md").as_bytes(), given);
    }
}

#[test]
fn an_encoding_stays_what_it_is() {
    let text = "各位来宾大家上午好，本次论坛由生也科技主办，谢谢大家。\r\n";
    let desk = Desk::new().file("talk.txt", GB18030.encode(text).0).file("terms.txt", TERMS);
    desk.run("correct talk.txt --terms terms.txt -o out.txt").works();
    assert_eq!(fs::read(desk.path("out.txt")).unwrap(), &*GB18030.encode(&text.replace("生也", "声野")).0);
}

#[test]
fn subtitles_and_json_keep_their_times() {
    let srt = "1\n00:00:01,000 --> 00:00:02,500\n由生也科技主办\n";
    let json = r#"{"segments": [{"start": 1, "end": 2.5, "text": "由生也科技主办"}]}"#;
    let desk = Desk::new().file("a.srt", srt).file("a.json", json).file("terms.txt", "声野“科技”\n声野科技\n");
    assert_eq!(desk.run("correct a.srt --terms terms.txt").works().out, srt.replace("生也", "声野"));
    assert_eq!(desk.run("correct a.json --terms terms.txt").works().out, json.replace("生也", "声野"));
}

#[test]
fn decisions_hold_after_the_transcript_was_edited_elsewhere() {
    let desk = Desk::new().file("talk.md", "由生也科技和名普主办。\n\n名普是一款软件。\n").file("terms.txt", TERMS);
    desk.run("correct talk.md --terms terms.txt -o out.md --report report.tsv").works();
    let decide = |rows: &[&str]| {
        let report = desk.read("report.tsv");
        let mut decisions = ["decision"].iter().chain(rows);
        let lines = report.lines().map(|line| {
            let mut cells: Vec<&str> = line.split('\t').collect();
            cells[DECISION] = decisions.next().unwrap_or(&"");
            cells.join("\t") + "\r\n"
        });
        fs::write(desk.path("decided.tsv"), lines.collect::<String>()).unwrap();
    };
    let edited = "大家好！\n\n今天由生也科技和名普主办。\n\n我们说，名普是一款软件。\n还有名普。\n";
    fs::write(desk.path("edited.md"), edited).unwrap();
    let run = "correct edited.md --terms terms.txt --decisions decided.tsv";

    decide(&["edit:升业科技", "accept", ""]);
    let wanted = edited.replace("生也", "升业").replacen("名普", "鸣谱", 1);
    assert_eq!(desk.run(run).works().out, wanted);

    decide(&["reject", "reject"]);
    let rejected = desk.run(run).works();
    assert_eq!((rejected.out.as_str(), rejected.err.as_str()), (edited, "0 sure, 0 likely, 0 guess; 0 made\n"));
    // Accepted in one place, it is made there though it was rejected elsewhere.
    decide(&["reject", "reject", "accept"]);
    assert_eq!(desk.run(run).works().out, edited.replacen("，名普", "，鸣谱", 1));

    decide(&["maybe"]);
    desk.run(run).fails().says("decided.tsv, line 2: “maybe” is no decision");
}

#[test]
fn make_takes_decisions_too() {
    let desk = Desk::new();
    desk.run("correct TEXT --terms TERMS -o out.md --report report.tsv").works();
    let report = desk.read("report.tsv").replace("\tyes\t\t", "\tyes\treject\t");
    fs::write(desk.path("decided.tsv"), report).unwrap();
    desk.run("make FORUM TEXT --terms TERMS --decisions decided.tsv -o out").works();
    assert!(desk.read("out/subtitles.srt").contains("震荡鸦雀"));
}

#[test]
fn without_terms_variants_of_one_name_are_proposed() {
    let given = "有请站长林晓岚为我们带来分享。\n感谢林晓岚站长。\n大家好，我是林小岚。\n林晓岚谢谢大家。\n";
    let desk = Desk::new().file("talk.md", given).file("terms.txt", "林小岚\n");
    let run = desk.run("correct talk.md -o out.md --report report.tsv").works();
    assert_eq!(run.err, "0 sure, 1 likely, 0 guess; 0 made\n");
    assert_eq!(desk.read("out.md"), given);
    let report = desk.read("report.tsv");
    let row = "3\t6\t林小岚\t林晓岚\tlikely\tthe document speaks more for the other form, and it sounds the same\t";
    assert!(report.lines().nth(1).unwrap().starts_with(row), "{report}");
    let made = given.replace("林小岚", "林晓岚");
    assert_eq!(desk.run("correct talk.md --apply likely").works().out, made);
    // What the terms call right stays, and goes before what is written more often.
    assert_eq!(
        desk.run("correct talk.md --terms terms.txt --variants --apply likely").works().out,
        given.replace("林晓岚", "林小岚")
    );
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_nothing_behind() {
    let desk = Desk::new().file("talk.md", "由生也科技主办").file("terms.txt", TERMS).file("r.tsv", "a\tb\n");
    desk.run("correct talk.md --terms terms.txt --report r.txt -o out.md").fails().says(".tsv or .json");
    desk.run("correct talk.md --terms terms.txt -o talk.md").fails().says("talk.md");
    desk.run("correct talk.md --terms terms.txt -o out.md --report out.md").fails().says("out.md");
    desk.run("correct talk.md --revert r.tsv -o out.md").fails().says("no column “wrong”");
    desk.run("correct talk.md --terms none.txt -o out.md").fails().says("none.txt");
    desk.run("correct talk.md --terms terms.txt -o done.md --report done.tsv").works();
    fs::write(desk.path("done.md"), "改过了").unwrap();
    desk.run("correct done.md --revert done.tsv -o out.md")
        .fails()
        .says("done.md, line 1, offset 1: “声野科技” does not");
    assert!(!desk.path("out.md").exists());
}

#[test]
fn the_recording_tells_what_is_said() {
    // The sample says 苏映雪; it says nothing like 苏影虾.
    let desk = Desk::new().file("terms.txt", "苏影霞\n震旦鸦雀\n");
    let score = |report: &str, wrong: &str| -> Option<f32> {
        let report = desk.read(report);
        let row = report.lines().map(|row| row.split('\t').collect::<Vec<_>>()).find(|row| row[2] == wrong)?;
        row[10].parse().ok()
    };
    desk.run("correct TEXT --terms terms.txt -o a.md --report text.tsv").works();
    desk.run("correct TEXT --terms terms.txt --media FORUM -o b.md --report heard.tsv").works();
    let (before, after) = (score("text.tsv", "苏影雪").unwrap(), score("heard.tsv", "苏影雪").unwrap_or(f32::MIN));
    assert!(after < before - 1.0, "{before} by the text, {after} by the recording");
    let heard = |row: &str| row.split('\t').nth(14).is_some_and(|nats| !nats.is_empty());
    assert!(desk.read("heard.tsv").lines().any(|row| row.contains("震荡鸦雀") && heard(row)));
    desk.run("correct TEXT --terms terms.txt --media none.m4a -o c.md").fails().says("none.m4a");

    // `make` listens too; and its times, though of corrected sentences, spare the work of finding them again.
    desk.run("make FORUM TEXT --terms terms.txt -o made").works();
    let listed = |report: &str| -> Vec<[String; 4]> {
        let report = desk.read(report);
        let rows = report.lines().skip(1).map(|row| row.split('\t').map(str::to_owned).collect::<Vec<_>>());
        rows.map(|row| [0, 2, 4, 8].map(|column| row[column].clone())).collect()
    };
    assert_eq!(listed("made/corrections.tsv"), listed("heard.tsv"));
    assert!(!desk.read("made/subtitles.srt").contains("苏影霞"));
    desk.run("correct TEXT --terms terms.txt --timeline made/timeline.json -o d.md --report again.tsv").works();
    assert_eq!(listed("again.tsv"), listed("heard.tsv"));
}

#[test]
fn a_timeline_of_another_transcript_is_refused() {
    let desk = Desk::new().file("terms.txt", TERMS).file("talk.md", "The quick brown fox jumps. ".repeat(20));
    let timeline = r#"{"version": 1, "media": {"path": "FORUM", "container": "mp4", "codec": "aac", "duration": 1.0}, "language": "zh", "duration": 1.0,
        "segments": [], "speakers": [], "turns": [], "chapters": [], "gaps": [], "corrections": []}"#;
    let desk = desk.file("other.json", timeline).file("broken.json", "{");
    let other = desk.run("correct talk.md --terms terms.txt --timeline other.json --media FORUM -o out.md").fails();
    other.says("hardly fit: only 0% of the words were found");
    desk.run("correct talk.md --terms terms.txt --timeline broken.json -o out.md")
        .fails()
        .says("broken.json is not a timeline");
    assert!(!desk.path("out.md").exists());
}
