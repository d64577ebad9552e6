//! Pictures of recordings: what is typed, what is refused, what is in the file.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;

use desk::Desk;

/// Whether it is a PNG; how wide and high it is, as its first chunk says.
fn size_of_png(bytes: &[u8]) -> (u32, u32) {
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

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

#[cfg(target_os = "linux")]
#[test]
fn letters_that_cannot_be_drawn_are_told_and_the_rest_is_drawn() {
    let desk = Desk::new().file("fonts.conf", "<?xml version='1.0'?><fontconfig><dir>/nonexistent</dir></fontconfig>");
    let before = desk.files();
    let forum = desk::sample("forum.m4a");
    let mut zimu = desk.zimu(["probe", &forum, "--plot", "forum.png"]);
    let output = zimu.env("FONTCONFIG_FILE", desk.path("fonts.conf")).output().unwrap();
    desk::Outcome::of(&desk, before, output)
        .works()
        .says("note: PNG: no font on this machine has ")
        .says("fonts-noto-cjk");
    size_of_png(&fs::read(desk.path("forum.png")).unwrap());
}
