//! Pictures of recordings: what is typed, what is refused, what is in the file.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;

use desk::Desk;
use zimu::timeline::{Chapter, Language, MediaSummary, Ms, Segment, Span, Speaker, Timeline, Turn};

/// Whether it is a PNG; how wide and high it is, as its first chunk says.
fn size_of_png(bytes: &[u8]) -> (u32, u32) {
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

/// What might have been found in the sample recording, and where one sentence is uncertain.
fn timeline(duration: Ms) -> Vec<u8> {
    let span = |start: i64, end: i64| Span::new(Ms(start * 1000), Ms(end * 1000));
    let chapter =
        |level, start, end, title: &str| Chapter { span: span(start, end), title: title.into(), level, speaker: None };
    let timeline = Timeline {
        media: MediaSummary { path: "forum.m4a".into(), duration, ..MediaSummary::default() },
        language: Language::Chinese,
        segments: vec![Segment {
            span: Some(span(100, 110)),
            text: "听不清的一句。".into(),
            confidence: 0.1,
            ..Segment::default()
        }],
        speakers: vec![Speaker { id: 0, name: "何青".into(), title: None }],
        turns: vec![Turn { span: span(0, 300), speaker: 0, segments: 0..1, confidence: 1.0 }],
        chapters: vec![
            chapter(1, 0, 346, "开幕式"),
            chapter(2, 0, 200, "致辞"),
            chapter(3, 0, 100, "欢迎各位来宾"),
            chapter(3, 100, 101, "过渡"),
        ],
        ..Timeline::default()
    };
    let mut json = Vec::new();
    timeline.write_json(&mut json).unwrap();
    json
}

const LENGTH: Ms = Ms(346_460);

#[test]
fn the_ending_chooses_pixels_or_lines() {
    let desk = Desk::new();
    desk.run("probe FORUM --plot forum.svg").works().says_nothing();
    desk.run("probe FORUM --plot FORUM.PNG").works();
    let (width, height) = size_of_png(&fs::read(desk.path("FORUM.PNG")).unwrap());
    let size = format!("width=\"{}\" height=\"{}\"", width / 2, height / 2);
    assert!(desk.read("forum.svg").contains(&size), "{width} × {height}");
}

#[test]
fn another_ending_is_refused_before_any_work() {
    let desk = Desk::new();
    for command in ["probe missing.m4a --plot out.jpg", "make missing.m4a missing.txt --plot out.jpg"] {
        let refused = desk.run(command).fails().says("out.jpg").says("a picture is .svg or .png");
        assert!(!refused.err.contains("missing"), "{}", refused.err);
    }
}

#[test]
fn make_draws_pixels_too() {
    let desk = Desk::new();
    desk.run("make FORUM TEXT -o out --plot forum.png").works();
    assert_eq!(size_of_png(&fs::read(desk.path("forum.png")).unwrap()).0, 2700);
}

#[test]
fn what_was_found_earlier_is_drawn_on_the_recording() {
    let desk = Desk::new().file("timeline.json", timeline(LENGTH));
    desk.run("probe FORUM --plot forum.svg --timeline timeline.json").works().says_nothing().prints("5:46.460");
    let svg = desk.read("forum.svg");
    for told in ["何青", "开幕式", "致辞", "欢迎各位来宾", "听不清的一句。", "时间不确定"] {
        assert!(svg.contains(told), "no {told} in {svg:.3000}");
    }
    desk.run("probe FORUM --plot forum.png --timeline timeline.json").works();
    assert!(size_of_png(&fs::read(desk.path("forum.png")).unwrap()).1 > 300);
}

#[test]
fn the_timeline_of_another_recording_is_told() {
    let desk = Desk::new().file("timeline.json", timeline(Ms(9_135_104)));
    let told = desk.run("probe FORUM --plot forum.svg --timeline timeline.json").works();
    told.says("warning: ").says("timeline.json").says("2:32:15.104").says("5:46.460");
}

#[test]
fn what_is_no_timeline_is_refused_before_any_work() {
    let desk = Desk::new().file("notes.txt", "大家好。").file("timeline.png", timeline(LENGTH));
    for (command, why) in [
        ("probe missing.m4a --plot out.png --timeline none.json", "cannot read the timeline none.json"),
        ("probe missing.m4a --plot out.png --timeline notes.txt", "notes.txt is not a timeline of zimu"),
        ("probe missing.m4a --plot timeline.png --timeline timeline.png", "which it is made from"),
    ] {
        let refused = desk.run(command).fails().says(why);
        assert!(!refused.err.contains("missing"), "{}", refused.err);
    }
    desk.run("probe FORUM --timeline timeline.png").misused();
}

#[cfg(target_os = "linux")]
#[test]
fn letters_that_cannot_be_drawn_are_told_and_the_rest_is_drawn() {
    let desk = Desk::new()
        .file("timeline.json", timeline(LENGTH))
        .file("fonts.conf", "<?xml version='1.0'?><fontconfig><dir>/nonexistent</dir></fontconfig>");
    let before = desk.files();
    let forum = desk::sample("forum.m4a");
    let mut zimu = desk.zimu(["probe", &forum, "--plot", "forum.png", "--timeline", "timeline.json"]);
    let output = zimu.env("FONTCONFIG_FILE", desk.path("fonts.conf")).output().unwrap();
    desk::Outcome::of(&desk, before, output)
        .works()
        .says("note: PNG: no font on this machine has ")
        .says("fonts-noto-cjk");
    size_of_png(&fs::read(desk.path("forum.png")).unwrap());
}
