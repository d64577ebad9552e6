//! Every format against the same tricky cues.

use std::path::Path;

use proptest::prelude::*;
use zimu::cues::Cue;
use zimu::formats::{FORMATS, Format, FormatError, Note, Subject, for_path, want_phones};
use zimu::phones::Phone;
use zimu::timeline::{Language, MediaSummary, Ms, Segment, Span, Speaker, TimedPhone, Timeline, Word};

fn span(start: i64, end: i64) -> Span {
    Span::new(Ms(start), Ms(end))
}

fn cue(start: i64, end: i64, speaker: Option<usize>, lines: &[&str]) -> Cue {
    Cue {
        span: span(start, end),
        lines: lines.iter().map(|line| line.to_string()).collect(),
        speaker,
        ..Cue::default()
    }
}

fn speaker(id: usize, name: &str) -> Speaker {
    Speaker { id, name: name.into(), title: None }
}

/// Two people, one sentence of which each word has its time.
fn timeline() -> Timeline {
    let word = |chars, start, end| Word { chars, span: Some(span(start, end)), probability: 0.875, ..Word::default() };
    Timeline {
        media: MediaSummary { path: "my forum.m4a".into(), duration: Ms(9_700), ..MediaSummary::default() },
        language: Language::Chinese,
        segments: vec![Segment {
            id: 0,
            span: Some(span(500, 2_120)),
            text: "“AI”，好 AI。".into(),
            speaker: Some(0),
            words: vec![word(1..3, 500, 900), word(5..6, 1_000, 1_400), word(7..9, 1_400, 2_120)],
            ..Segment::default()
        }],
        speakers: vec![speaker(0, "齐军"), speaker(1, "Ann, <b>> & Co")],
        ..Timeline::default()
    }
}

fn two_cues() -> Vec<Cue> {
    vec![cue(500, 2_123, Some(0), &["大家上午好", "欢迎 AI"]), cue(4_006, 9_500, Some(1), &["if a < b && c --> d {x}"])]
}

/// What trips up one format or another.
fn tricky() -> Vec<Cue> {
    let long = "很长".repeat(2_000);
    vec![
        cue(0, 1, None, &["says \"hi\" & 'bye'"]),
        cue(1, 2, Some(1), &["a --> b", "00:00:01,000 --> 00:00:02,000"]),
        cue(1_000, 2_000, Some(1), &["<v Eve>&amp; {\\an8} \\N \\h"]),
        cue(2_000, 3_000, Some(7), &["7", "42"]),
        cue(3_000, 4_000, Some(0), &["first\n\nthird\r\nfourth", ""]),
        cue(4_000, 5_000, Some(0), &["[00:01.00] 👩‍👩‍👧 👏 \u{feff}\u{0}\u{7}\u{2028}x"]),
        cue(5_000, 6_000, None, &["", " \t "]),
        cue(6_000, 7_000, Some(0), &[&long, "\t tab \t"]),
        cue(360_000_000, 360_001_000, Some(0), &["after a hundred hours"]),
        cue(3_600_000_000, 3_600_001_000, Some(0), &["after a thousand hours"]),
    ]
}

fn tricky_timeline() -> Timeline {
    Timeline {
        media: MediaSummary { duration: Ms(3_700_000_000), ..timeline().media },
        segments: vec![
            Segment { text: "\"a\"\n\tb".into(), span: Some(span(0, 500)), words: words("a", 0), ..Segment::default() },
            Segment { text: "unspoken".into(), words: words("unspoken", 0), ..Segment::default() },
        ],
        ..timeline()
    }
}

fn words(text: &str, at: usize) -> Vec<Word> {
    let length = text.chars().count();
    vec![
        Word { chars: at..at + length, span: None, probability: 0.5, ..Word::default() },
        Word { chars: 1..2, span: Some(span(5, 5)), probability: 0.5, ..Word::default() },
        Word { chars: 90..99, span: Some(span(5, 6)), probability: 0.5, ..Word::default() },
    ]
}

fn written(format: &dyn Format, timeline: &Timeline, cues: &[Cue]) -> (String, Vec<Note>) {
    let mut out = Vec::new();
    let notes = format.write(Subject::new(timeline, cues), &mut out).expect("a vector takes everything");
    (String::from_utf8(out).expect("formats write UTF-8"), notes)
}

fn by_ending(ending: &str, timeline: &Timeline, cues: &[Cue]) -> String {
    written(for_path(Path::new(&format!("out.{ending}"))).unwrap(), timeline, cues).0
}

#[test]
fn every_format_takes_every_cue() {
    for format in FORMATS {
        let (text, _) = written(format, &tricky_timeline(), &tricky());
        assert!(text.ends_with('\n'), "{}: the last line has no end", format.name());
        assert!(!text.contains(['\u{0}', '\u{7}', '\u{feff}', '\u{2028}']), "{}: control characters", format.name());
        assert_eq!(text, written(format, &tricky_timeline(), &tricky()).0, "{}: not the same twice", format.name());
    }
}

#[test]
fn every_format_takes_nothing() {
    for format in FORMATS {
        let (text, notes) = written(format, &Timeline::default(), &[]);
        assert_eq!(notes, [], "{}", format.name());
        assert!(text.is_empty() || text.ends_with('\n'), "{}", format.name());
    }
}

#[test]
fn every_format_passes_on_what_the_writer_says() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for format in FORMATS {
        let error = format.write(Subject::new(&timeline(), &two_cues()), &mut Full).unwrap_err();
        let FormatError::Out(source) = error else { panic!("{}: {error}", format.name()) };
        assert_eq!(source.kind(), std::io::ErrorKind::StorageFull, "{}", format.name());
    }
}

#[test]
fn a_format_is_found_by_the_ending() {
    let name = |path: &str| for_path(Path::new(path)).map(|format| format.name()).map_err(|error| error.to_string());
    assert_eq!(name("a/b.c/subs.srt").unwrap(), "SubRip");
    assert_eq!(name("SUBS.VTT").unwrap(), "WebVTT");
    assert_eq!(name("x.textgrid").unwrap(), "TextGrid");
    assert_eq!(name("x.bcc.json").unwrap(), "Bilibili subtitles");
    assert_eq!(name("x.json").unwrap(), "JSON");
    let error = name("subs.doc").unwrap_err();
    assert!(error.contains("subs.doc") && error.contains(".srt") && error.contains(".TextGrid"), "{error}");
    assert!(name("srt").is_err());
}

#[test]
fn srt_is_read_back_by_srtlib() {
    let read = srtlib::Subtitles::parse_from_str(by_ending("srt", &tricky_timeline(), &tricky())).unwrap().to_vec();
    let numbers: Vec<usize> = read.iter().map(|subtitle| subtitle.num).collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
    assert_eq!(read[1].text, "a → b\n00:00:01,000 → 00:00:02,000");
    assert_eq!(read[4].text, "first\nthird\nfourth");
    assert_eq!(read[7].start_time.get(), (100, 0, 0, 0));
    assert!(read.iter().all(|subtitle| subtitle.start_time < subtitle.end_time));
}

#[test]
fn what_srt_cannot_count_to_is_told() {
    let (_, notes) = written(for_path(Path::new("x.srt")).unwrap(), &tricky_timeline(), &tricky());
    let speakers = Note::SpeakersLeftOut { target: "srt", count: 3 };
    assert_eq!(notes, [Note::CuesLeftOut { target: "srt", count: 1 }, speakers]);
}

#[test]
fn srt() {
    insta::assert_snapshot!(by_ending("srt", &timeline(), &two_cues()), @r"
    1
    00:00:00,500 --> 00:00:02,123
    大家上午好
    欢迎 AI

    2
    00:00:04,006 --> 00:00:09,500
    if a < b && c → d {x}
    ");
}

#[test]
fn webvtt() {
    insta::assert_snapshot!(by_ending("vtt", &timeline(), &two_cues()), @r"
    WEBVTT

    00:00:00.500 --> 00:00:02.123
    <v 齐军>大家上午好
    欢迎 AI

    00:00:04.006 --> 00:00:09.500
    <v Ann, b &amp; Co>if a &lt; b &amp;&amp; c --&gt; d {x}
    ");
}

#[test]
fn webvtt_has_no_arrow_and_no_markup_in_its_text() {
    let text = by_ending("vtt", &tricky_timeline(), &tricky());
    for block in text.split("\n\n").skip(1) {
        let (times, text) = block.split_once('\n').unwrap();
        assert!(times.contains(" --> ") && !text.contains("-->"), "{block}");
        let text = text.strip_prefix("<v ").map_or(text, |voiced| voiced.split_once('>').unwrap().1);
        assert!(!text.contains(['<', '>']), "{block}");
    }
}

#[test]
fn ass() {
    insta::assert_snapshot!(by_ending("ass", &timeline(), &two_cues()), @r"
    [Script Info]
    ScriptType: v4.00+
    WrapStyle: 0
    ScaledBorderAndShadow: yes
    PlayResX: 1920
    PlayResY: 1080

    [V4+ Styles]
    Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
    Style: Default,Arial,60,&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,60,60,50,1
    Style: 齐军,Arial,60,&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,60,60,50,1
    Style: Ann， <b>> & Co,Arial,60,&H00E9B456,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,60,60,50,1

    [Events]
    Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
    Dialogue: 0,0:00:00.50,0:00:02.12,齐军,齐军,0,0,0,,大家上午好\N欢迎 AI
    Dialogue: 0,0:00:04.01,0:00:09.50,Ann， <b>> & Co,Ann， <b>> & Co,0,0,0,,if a < b && c --> d \{x\}
    ");
}

#[test]
fn a_backslash_in_ass_stays_one() {
    let cues = [cue(0, 1_000, None, &[r"C:\New"])];
    assert!(by_ending("ass", &timeline(), &cues).ends_with(",,C:\\\u{2060}New\n"));
}

#[test]
fn bilibili() {
    insta::assert_snapshot!(by_ending("bcc", &timeline(), &two_cues()), @r##"
    {"font_size":0.4,"font_color":"#FFFFFF","background_alpha":0.5,"background_color":"#9C27B0","Stroke":"none","body":[{"from":0.5,"to":2.123,"location":2,"content":"大家上午好\n欢迎 AI"},{"from":4.006,"to":9.0,"location":2,"content":"if a < b && c --> d {x}"}]}
    "##);
}

#[test]
fn bilibili_counts_the_video_in_whole_seconds() {
    let cues = [cue(8_500, 9_600, None, &["clipped"]), cue(9_600, 9_700, None, &["too late"])];
    let (text, notes) = written(for_path(Path::new("x.bcc")).unwrap(), &timeline(), &cues);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["body"].as_array().unwrap().len(), 1);
    assert_eq!(json["body"][0]["to"], 9.0);
    assert_eq!(notes, [Note::CuesLeftOut { target: "bcc", count: 1 }]);
}

#[test]
fn bilibili_warns_of_what_the_site_may_refuse() {
    let cues: Vec<Cue> = (0..1_001).map(|at| cue(at * 2, at * 2 + 1, None, &[&"长".repeat(81)])).collect();
    let (_, notes) = written(for_path(Path::new("x.bcc")).unwrap(), &timeline(), &cues);
    let long = Note::CuesLong { target: "bcc", count: 1_001, most: 80 };
    assert_eq!(notes, [long, Note::CuesMany { target: "bcc", count: 1_001, most: 1_000 }]);
}

#[test]
fn lrc() {
    insta::assert_snapshot!(by_ending("lrc", &timeline(), &two_cues()), @r"
    [00:00.50]大家上午好 欢迎 AI
    [00:02.12]
    [00:04.01]if a < b && c --> d {x}
    [00:09.50]
    ");
}

#[test]
fn textgrid() {
    insta::assert_snapshot!(by_ending("TextGrid", &timeline(), &two_cues()), @r#"
    File type = "ooTextFile"
    Object class = "TextGrid"

    xmin = 0
    xmax = 9.7
    tiers? <exists>
    size = 2
    item []:
        item [1]:
            class = "IntervalTier"
            name = "sentences"
            xmin = 0
            xmax = 9.7
            intervals: size = 3
            intervals [1]:
                xmin = 0
                xmax = 0.5
                text = ""
            intervals [2]:
                xmin = 0.5
                xmax = 2.12
                text = "“AI”，好 AI。"
            intervals [3]:
                xmin = 2.12
                xmax = 9.7
                text = ""
        item [2]:
            class = "IntervalTier"
            name = "words"
            xmin = 0
            xmax = 9.7
            intervals: size = 6
            intervals [1]:
                xmin = 0
                xmax = 0.5
                text = ""
            intervals [2]:
                xmin = 0.5
                xmax = 0.9
                text = "AI"
            intervals [3]:
                xmin = 0.9
                xmax = 1
                text = ""
            intervals [4]:
                xmin = 1
                xmax = 1.4
                text = "好"
            intervals [5]:
                xmin = 1.4
                xmax = 2.12
                text = "AI"
            intervals [6]:
                xmin = 2.12
                xmax = 9.7
                text = ""
    "#);
}

#[test]
fn textgrid_has_a_tier_of_phones_where_they_are_known() {
    let mut timeline = timeline();
    let phone = |name, start, end| TimedPhone { phone: Phone::named(name).unwrap(), span: span(start, end) };
    timeline.segments[0].words[1].phones = vec![phone("h", 1_000, 1_150), phone("ao", 1_150, 1_400)];
    let grid = by_ending("TextGrid", &timeline, &[]);
    assert!(grid.contains("\nsize = 3\n"), "{grid}");
    insta::assert_snapshot!(grid.split("item [3]:").nth(1).unwrap(), @r#"

            class = "IntervalTier"
            name = "phones"
            xmin = 0
            xmax = 9.7
            intervals: size = 4
            intervals [1]:
                xmin = 0
                xmax = 1
                text = ""
            intervals [2]:
                xmin = 1
                xmax = 1.15
                text = "h"
            intervals [3]:
                xmin = 1.15
                xmax = 1.4
                text = "ao"
            intervals [4]:
                xmin = 1.4
                xmax = 9.7
                text = ""
    "#);
}

#[test]
fn phones_are_asked_for_where_the_format_has_a_place_for_them() {
    let want = |endings: &[&str], asked| {
        let format = |ending: &&str| for_path(Path::new(&format!("x.{ending}"))).unwrap();
        want_phones(&endings.iter().map(format).collect::<Vec<_>>(), asked)
    };
    assert!(want(&["TextGrid"], false).unwrap() && want(&["ctm", "json"], true).unwrap());
    assert!(!want(&["json"], false).unwrap() && !want(&["srt"], false).unwrap());
    let told = want(&["srt", "ctm"], true).unwrap_err().to_string();
    assert!(told.contains("SubRip, CTM") && told.contains("--phones"), "{told}");
}

#[test]
fn ctm() {
    insta::assert_snapshot!(by_ending("ctm", &timeline(), &two_cues()), @"
    my_forum 1 0.500 0.400 AI 0.875
    my_forum 1 1.000 0.400 好 0.875
    my_forum 1 1.400 0.720 AI 0.875
    ");
}

#[test]
fn text_with_times() {
    insta::assert_snapshot!(by_ending("txt", &timeline(), &two_cues()), @r"
    0.500000	2.123000	大家上午好 欢迎 AI
    4.006000	9.500000	if a < b && c --> d {x}
    ");
}

#[test]
fn json_is_the_timeline() {
    let json: serde_json::Value = serde_json::from_str(&by_ending("json", &timeline(), &[])).unwrap();
    assert_eq!(json["segments"][0]["words"][1]["word"], "好");
    assert_eq!(json["segments"][0]["words"][1]["start"], 1.0);
}

/// The numbers behind `key = ` in a TextGrid.
fn numbers(grid: &str, key: &str) -> Vec<f64> {
    grid.lines().filter_map(|line| line.trim().strip_prefix(key)?.trim().parse().ok()).collect()
}

prop_compose! {
    fn any_cue()(start in 0i64..20_000, length in -10i64..3_000, speaker in prop::option::of(0usize..3),
                 lines in prop::collection::vec(any::<String>(), 0..3)) -> Cue {
        Cue { span: Span::new(Ms(start), Ms(start + length)), lines, speaker, ..Cue::default() }
    }
}

proptest! {
    #[test]
    fn srt_of_any_text_is_read_back(cues in prop::collection::vec(any_cue(), 0..8)) {
        let read = srtlib::Subtitles::parse_from_str(by_ending("srt", &timeline(), &cues));
        prop_assert!(read.is_ok(), "{:?}", read);
    }

    #[test]
    fn bilibili_takes_any_cues(cues in prop::collection::vec(any_cue(), 0..8)) {
        let json: serde_json::Value = serde_json::from_str(&by_ending("bcc", &timeline(), &cues)).unwrap();
        for line in json["body"].as_array().unwrap() {
            let (from, to) = (line["from"].as_f64().unwrap(), line["to"].as_f64().unwrap());
            prop_assert!(0.0 <= from && from < to && to <= 9.0);
            prop_assert!(!line["content"].as_str().unwrap().trim().is_empty());
        }
    }

    #[test]
    fn ass_of_any_text_is_a_line_a_cue(cues in prop::collection::vec(any_cue(), 0..8)) {
        let text = by_ending("ass", &timeline(), &cues);
        let events = text.split("[Events]\n").nth(1).unwrap();
        prop_assert!(events.lines().skip(1).all(|line| line.starts_with("Dialogue: 0,") && line.split(',').count() >= 10));
    }

    #[test]
    fn textgrid_tiles_every_tier(times in prop::collection::vec((-50i64..12_000, 0i64..500), 0..20)) {
        let words = times.iter().enumerate()
            .map(|(at, (start, length))| {
                let span = Some(span(*start, start + length));
                Word { chars: at..at + 1, span, probability: 1.0, ..Word::default() }
            });
        let segment = Segment { text: "字".repeat(times.len()), span: Some(span(0, 9_000)), words: words.collect(), ..Segment::default() };
        let timeline = Timeline { segments: vec![segment], ..timeline() };
        let grid = by_ending("TextGrid", &timeline, &[]);
        for tier in grid.split("item [").skip(2) {
            let (starts, ends) = (numbers(tier, "xmin ="), numbers(tier, "xmax ="));
            prop_assert_eq!((starts[0], ends[0]), (0.0, 9.7));
            prop_assert_eq!((starts[1], *ends.last().unwrap()), (0.0, 9.7));
            prop_assert!(starts[2..].iter().zip(&ends[1..]).all(|(next, end)| next == end), "{}", tier);
            prop_assert!(starts[1..].iter().zip(&ends[1..]).all(|(start, end)| start < end), "{}", tier);
        }
    }
}
