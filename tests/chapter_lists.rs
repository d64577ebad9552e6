//! Lists of chapters: every format written and read back, converted into one another, and read by programs of others.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::path::Path;
use std::process::Command;

use desk::Desk;
use proptest::prelude::*;
use zimu::formats::Demands;
use zimu::formats::chapters::{self, CHAPTER_FORMATS, ChapterFormat, OTHER_FORMATS};
use zimu::formats::reading::{Reading, read_bytes, read_bytes_at};
use zimu::timeline::{Chapter, MediaSummary, Ms, Span, Timeline};

fn all() -> impl Iterator<Item = &'static dyn ChapterFormat> {
    CHAPTER_FORMATS.into_iter().chain(OTHER_FORMATS)
}

/// A timeline of so many milliseconds with chapters at these, each to the next one of its level or of an upper one.
fn timeline(duration: i64, chapters: &[(i64, u8, &str)]) -> Timeline {
    let end = |at: usize| {
        let next = chapters[at + 1..].iter().find(|next| next.1 <= chapters[at].1);
        next.map_or(duration, |next| next.0)
    };
    let chapter = |(at, (start, level, title)): (usize, &(i64, u8, &str))| Chapter {
        span: Span::new(Ms(*start), Ms(end(at))),
        title: title.to_string(),
        level: *level,
        speaker: None,
    };
    Timeline {
        media: MediaSummary { duration: Ms(duration), ..MediaSummary::default() },
        chapters: chapters.iter().enumerate().map(chapter).collect(),
        ..Timeline::default()
    }
}

/// The list of `timeline` in a format, read back.
fn back(format: &dyn ChapterFormat, timeline: &Timeline, demands: &Demands) -> Reading {
    let list = chapters::list(format, timeline, demands).unwrap().0.expect("a list");
    let reading = read_bytes_at(list.as_bytes(), Path::new(format.file()), Some(demands.frames));
    let reading = reading.unwrap_or_else(|error| panic!("{error}\n{list}"));
    assert_eq!((&reading.faults, &reading.notes), (&vec![], &vec![]), "{}:\n{list}", format.file());
    reading
}

/// Start, end, level and title of each chapter as a format holds them: where it has no levels all are in a row, and where
/// it has no ends nobody knows the last.
fn held(timeline: &Timeline, format: &dyn ChapterFormat) -> Vec<(i64, Option<i64>, u8, String)> {
    let holds = format.holds();
    let count = timeline.chapters.len();
    let one = |(at, chapter): (usize, &Chapter)| {
        let next = timeline.chapters.get(at + 1).filter(|_| !holds.levels).map(|next| next.span.start);
        let end = if at + 1 == count && !holds.ends { None } else { Some(next.unwrap_or(chapter.span.end).0) };
        (chapter.span.start.0, end, if holds.levels { chapter.level } else { 1 }, chapter.title.clone())
    };
    timeline.chapters.iter().enumerate().map(one).collect()
}

#[test]
fn every_format_gives_back_what_it_holds() {
    let chapters = [
        (0, 1, "开幕"),
        (754_000, 1, "The long road"),
        (760_000, 2, "听见湿地 1"),
        (1_900_000, 2, "教机器听鸟"),
        (3_723_000, 1, "圆桌"),
    ];
    // Bilibili and YouTube take no chapter of less than ten seconds.
    let wide: Vec<_> = chapters.iter().map(|(start, level, title)| (start * 2, *level, *title)).collect();
    for format in all() {
        let written = timeline(8_000_000, &wide);
        let reading = back(format, &written, Demands::usual());
        assert_eq!(held(&reading.timeline, format), held(&written, format), "{}", format.file());
        assert_eq!(reading.open_end, !format.holds().ends, "{}", format.file());
    }
}

#[test]
fn frames_of_every_rate_are_found_again() {
    for rate in ["23.976", "24", "25", "29.97", "29.97df", "30", "50", "59.94df", "60"] {
        let demands = Demands { frames: rate.parse().unwrap(), ..Demands::default() };
        let frames =
            [0, 1, 1_799, 1_800, 17_982, 107_892, 500_001].map(|frame| (demands.frames.time(frame).0, 1, "鸟"));
        let written = timeline(30_000_000, &frames);
        for format in all().filter(|format| format.holds().frames) {
            let reading = back(format, &written, &demands);
            assert_eq!(held(&reading.timeline, format), held(&written, format), "{} {rate}", format.file());
        }
    }
}

/// A title of one line that does not begin or end with what could be a mark of its list.
fn title() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "听见", "Ann", " ", "<", ">", "&", "=", ";", "#", "\\", "\"", "'", "1:02", "：", "-", "–", "|D:3", "C++", "é",
        "[", "]", "{", "👏", ",", "-->", "&amp;", "<i>",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| format!("a{}b", pieces.concat()))
}

/// Titles at rising times.
fn any_chapters() -> impl Strategy<Value = Vec<(i64, u8, String)>> {
    let chapter = (1i64..2_000_000, 1u8..4, title());
    prop::collection::vec(chapter, 1..12).prop_map(|chapters| {
        let (mut at, mut level) = (0, 0);
        let one = |(gap, wanted, title): (i64, u8, String)| {
            at += gap;
            // Nothing is a part of what is not there.
            level = wanted.min(level + 1);
            (at, level, title)
        };
        chapters.into_iter().map(one).collect()
    })
}

proptest! {
    #[test]
    fn whatever_the_titles_they_come_back(chapters in any_chapters()) {
        let rows: Vec<_> = chapters.iter().map(|(start, level, title)| (*start, *level, title.as_str())).collect();
        let written = timeline(rows[rows.len() - 1].0 + 5_000, &rows);
        // Lists for sites have whole seconds and titles that are cut, those with frames have no milliseconds.
        for format in all().filter(|format| !format.file().ends_with(".txt") || format.file().contains("ogm")) {
            if format.holds().frames {
                let reading = back(format, &written, Demands::usual());
                for (found, wanted) in reading.timeline.chapters.iter().zip(&written.chapters) {
                    prop_assert!(found.span.start.distance(wanted.span.start) <= Ms(40), "{}", format.file());
                    let title = if format.file().ends_with("edl") { wanted.title.replace('|', "/") } else { wanted.title.clone() };
                    prop_assert_eq!(&found.title, &title, "{}", format.file());
                }
                continue;
            }
            let reading = back(format, &written, Demands::usual());
            prop_assert_eq!(held(&reading.timeline, format), held(&written, format), "{}", format.file());
        }
    }

    #[test]
    fn no_reader_trips_over_what_is_not_for_it(text in "\\PC{0,200}", at in 0usize..12) {
        let format = all().nth(at).expect("there are twelve");
        let _ = read_bytes(text.as_bytes(), Path::new(format.file()));
    }
}

#[test]
fn lists_become_one_another() {
    let list = "00:00 Opening\n00:42 听见，是保护的第一步\n01:30 The \"birds\" & more\n1:02:03 完\n";
    let names = [
        "b.ffmeta",
        "c.ogm.txt",
        "d.mkv.xml",
        "e.podcast.json",
        "f.psc.xml",
        "g.labels.txt",
        "h.markers.csv",
        "i.edl",
        "j.chapters.vtt",
        "k.youtube.txt",
        "l.comment.txt",
    ];
    let desk = Desk::new().file("a.youtube.txt", list);
    let mut from = "a.youtube.txt";
    for name in names {
        desk.run(&format!("convert {from} {name} --duration 1:10:00 --fps 24")).works().says_nothing();
        from = name;
    }
    assert_eq!(
        desk.read("k.youtube.txt"),
        "0:00 Opening\n0:42 听见，是保护的第一步\n1:30 The \"birds\" & more\n1:02:03 完\n"
    );
    desk.run("convert l.comment.txt m.bilibili.txt").works();
    assert_eq!(
        desk.read("m.bilibili.txt"),
        "00:00 Opening\n00:42 听见 是保护的第一步\n01:30 The birds more\n01:02:03 完\n"
    );
}

#[test]
fn what_a_list_lacks_is_told() {
    let ffmeta = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=100\ntitle=a\n";
    let nested =
        "WEBVTT\n\n00:00.000 --> 01:00.000\nall\n\n00:10.000 --> 00:30.000\npart\n\n00:30.000 --> 01:00.000\npart\n";
    let desk = Desk::new()
        .file("a.youtube.txt", "0:00 a\n1:00 b\n")
        .file("b.ffmeta", ffmeta)
        .file("c.chapters.vtt", nested)
        .file("d.srt", "1\n00:00:01,000 --> 00:00:02,000\na\n");
    desk.run("convert a.youtube.txt a.ffmeta")
        .works()
        .says("note: ffmeta: the last chapter is taken to last a minute; --duration");
    desk.run("convert a.youtube.txt b.psc.xml").works().says_nothing();
    desk.run("convert b.ffmeta b.mkv.xml").works().says_nothing();
    desk.run("convert c.chapters.vtt c.mkv.xml").works().says_nothing();
    desk.run("convert c.mkv.xml c.psc.xml")
        .works()
        .says("2 chapters that are parts of others stand in a row with them");
    desk.run("convert c.chapters.vtt c.edl")
        .works()
        .says("note: the list: times are counted at 25 frames a second; --fps");
    desk.run("convert c.edl d.ogm.txt").works().says("note: edl: times are counted at 25 frames a second; --fps");
    desk.run("convert a.youtube.txt e.ffmeta --duration 0:59")
        .fails()
        .says("--duration is too short for a.youtube.txt: chapter 2");
    desk.run("convert d.srt d.ffmeta").fails().says("d.srt has no chapters, only cues");
    desk.run("convert a.youtube.txt f.edl --fps 25df").misused().says("a frame rate is a number such as 24");
}

#[test]
fn rules_of_ones_own_change_what_a_site_takes() {
    let list: String = (0..12).map(|at| format!("{at}:00 第{at}章，很长很长很长很长的标题\n")).collect();
    let rules = "[bilibili.chapters]\nmost = 20\ntitle = 20\nmarks = true\n";
    let desk = Desk::new()
        .file("a.youtube.txt", list)
        .file("rules.toml", rules)
        .file("bad.toml", "[bilibili.chapters]\nmots = 1\n");
    desk.run("convert a.youtube.txt b.bilibili.txt").works().says("no room for 2 chapters");
    desk.run("convert a.youtube.txt c.bilibili.txt --rules rules.toml").works().says_nothing();
    assert!(desk.read("c.bilibili.txt").starts_with("00:00 第0章，很长很长很长很长的标题\n"));
    assert_eq!(desk.read("c.bilibili.txt").lines().count(), 12);
    desk.run("convert a.youtube.txt d.bilibili.txt --rules bad.toml").fails().says("bad.toml").says("mots");
    desk.run("convert a.youtube.txt rules.toml --to bilibili.txt --rules rules.toml").fails().says("rules.toml");
}

#[test]
fn a_timeline_gives_its_chapters() {
    let mut timeline =
        timeline(100_000, &[(0, 1, "开场"), (20_000, 1, "听见"), (30_000, 2, "湿地"), (60_500, 1, "完")]);
    timeline.media.container = "mp4".into();
    let mut json = Vec::new();
    timeline.write_json(&mut json).unwrap();
    let desk = Desk::new().file("timeline.json", json);
    desk.run("convert timeline.json a.mkv.xml").works().says_nothing();
    let back = read_bytes(desk.read("a.mkv.xml").as_bytes(), Path::new("a.mkv.xml")).unwrap().timeline;
    assert_eq!(back.chapters, timeline.chapters);
    desk.run("convert timeline.json - --to bilibili.txt").works().prints("01:00 完\n");
}

#[test]
fn premiere_exports_utf_16() {
    let table = "Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\n听见\t\t00:00:01:12\t00:00:01:12\t00:00:00:00\tChapter\n";
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(table.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let reading = read_bytes(&bytes, Path::new("markers.csv")).unwrap();
    assert_eq!(
        (reading.timeline.chapters[0].span.start, reading.timeline.chapters[0].title.as_str()),
        (Ms(1_480), "听见")
    );
}

#[test]
fn lists_are_known_by_what_is_in_them() {
    let forum = timeline(7_200_000, &[(0, 1, "开场"), (60_000, 1, "听见"), (3_723_000, 1, "完")]);
    // WebVTT and labels are subtitles where their names do not say that they are chapters.
    for format in all().filter(|format| !["chapters.vtt", "chapters.labels.txt"].contains(&format.file())) {
        let list = chapters::list(format, &forum, Demands::usual()).unwrap().0.unwrap();
        let reading = read_bytes(list.as_bytes(), Path::new("file")).unwrap();
        assert_eq!(held(&reading.timeline, format), held(&forum, format), "{}", format.file());
    }
}

/// Whether a program is there; that it is not is said.
fn installed(program: &str, flag: &str) -> bool {
    let there = Command::new(program).arg(flag).output().is_ok();
    if !there {
        eprintln!("SKIPPED: {program} is not installed");
    }
    there
}

fn run(program: &str, args: &str, desk: &Desk) -> String {
    let output = Command::new(program).args(args.split(' ')).current_dir(desk.path("")).output().unwrap();
    assert!(output.status.success(), "{program} {args}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Starts in milliseconds and titles of the chapters that ffprobe finds.
fn probed(desk: &Desk, file: &str) -> Vec<(i64, String)> {
    let json = run("ffprobe", &format!("-v error -show_chapters -of json {file}"), desk);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let chapter = |chapter: &serde_json::Value| {
        let start: f64 = chapter["start_time"].as_str().unwrap().parse().unwrap();
        ((start * 1000.0).round() as i64, chapter["tags"]["title"].as_str().unwrap_or_default().to_owned())
    };
    json["chapters"].as_array().unwrap().iter().map(chapter).collect()
}

/// What trips up one format or another.
fn tricky() -> Timeline {
    timeline(
        90_000,
        &[
            (0, 1, "开场"),
            (10_250, 1, "C# = a\\b; \"x\" <AI> & 50%"),
            (20_000, 2, "听见，是保护的第一步"),
            (60_000, 1, "It's over"),
        ],
    )
}

fn starts_and_titles(timeline: &Timeline) -> Vec<(i64, String)> {
    timeline.chapters.iter().map(|chapter| (chapter.span.start.0, chapter.title.clone())).collect()
}

/// A folder with the list of [`tricky`] in a format, and subtitles of the same length.
fn desk_with(file: &str) -> Desk {
    let format = all().find(|format| format.file() == file).unwrap();
    let list = chapters::list(format, &tricky(), Demands::usual()).unwrap().0.unwrap();
    Desk::new().file(file, list).file("a.srt", "1\n00:00:00,000 --> 00:01:30,000\na\n")
}

#[test]
fn ffmpeg_puts_chapters_into_films() {
    if !installed("ffmpeg", "-version") {
        return;
    }
    let desk = desk_with("chapters.ffmeta");
    for film in ["film.mkv", "film.mp4"] {
        let sound = "-f lavfi -t 90 -i anullsrc=r=8000:cl=mono";
        let args = format!("-v error {sound} -i chapters.ffmeta -map_chapters 1 -map 0 {film}");
        run("ffmpeg", &args, &desk);
        assert_eq!(probed(&desk, film), starts_and_titles(&tricky()), "{film}");
    }
}

#[test]
fn ffmpeg_reads_chapters_in_webvtt() {
    if !installed("ffprobe", "-version") {
        return;
    }
    let desk = desk_with("chapters.vtt");
    let packets = run("ffprobe", "-v error -show_entries packet=pts_time -of csv=p=0 chapters.vtt", &desk);
    let seconds = packets.lines().filter_map(|line| line.trim_matches(',').parse::<f64>().ok());
    let starts: Vec<i64> = seconds.map(|seconds| (seconds * 1000.0).round() as i64).collect();
    assert_eq!(starts, [0, 10_250, 20_000, 60_000]);
}

#[test]
fn mkvtoolnix_takes_lists_with_and_without_levels() {
    if !installed("mkvmerge", "--version") || !installed("ffprobe", "-version") {
        return;
    }
    for (list, has_levels) in [("chapters.ogm.txt", false), ("chapters.mkv.xml", true)] {
        let desk = desk_with(list);
        run("mkvmerge", &format!("-q -o film.mkv --chapter-charset UTF-8 --chapters {list} a.srt"), &desk);
        run("mkvextract", "-q film.mkv chapters extracted.mkv.xml", &desk);
        let extracted = read_bytes(desk.read("extracted.mkv.xml").as_bytes(), Path::new("extracted.mkv.xml")).unwrap();
        assert_eq!(starts_and_titles(&extracted.timeline), starts_and_titles(&tricky()), "{list}");
        let levels: Vec<u8> = extracted.timeline.chapters.iter().map(|chapter| chapter.level).collect();
        assert_eq!(levels, if has_levels { [1, 1, 2, 1] } else { [1; 4] }, "{list}");
        run("mkvmerge", "-q -o bare.mkv a.srt", &desk);
        run("mkvpropedit", &format!("-q bare.mkv --chapters {list}"), &desk);
        assert!(!probed(&desk, "bare.mkv").is_empty(), "{list}");
    }
}
