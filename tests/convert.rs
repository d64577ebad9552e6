//! `zimu convert` and what every format holds: written and read back, the same cues come out.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use proptest::prelude::*;
use zimu::cues::{Anchor, Cue, Emphasis, EmphasisKind, Look};
use zimu::formats::reading::{Entry, Reading, read_bytes};
use zimu::formats::{FORMATS, Subject, for_path};
use zimu::timeline::{Ms, Span};

/// What a format holds of a cue; what is not said here it does.
struct Holds {
    name: &'static str,
    /// Thousandths that its clock counts in.
    step: i64,
    lines: bool,
    looks: bool,
    anchors: bool,
    speakers: bool,
}

const fn holds(name: &'static str, step: i64, [lines, looks, anchors, speakers]: [bool; 4]) -> Holds {
    Holds { name, step, lines, looks, anchors, speakers }
}

/// Every format that is read again cue by cue.
const CUE_FORMATS: [Holds; 9] = [
    holds("a.srt", 1, [true, true, true, false]),
    holds("a.vtt", 1, [true, true, true, true]),
    holds("a.ass", 10, [true, true, true, true]),
    holds("a.ttml", 1, [true, true, true, true]),
    holds("a.sbv", 1, [true, false, false, false]),
    holds("a.bcc", 1, [true, false, true, false]),
    holds("a.txt", 1, [false, false, false, false]),
    holds("a.whisperx.json", 1, [true, false, false, true]),
    holds("a.TextGrid", 1, [false, false, false, false]),
];

fn written(name: &str, reading: &Reading) -> Vec<u8> {
    let mut bytes = Vec::new();
    let subject = Subject::new(&reading.timeline, &reading.cues);
    for_path(Path::new(name)).unwrap().write(subject, &mut bytes).unwrap();
    bytes
}

/// A cue as `holds` says that it comes back.
fn expected(cue: &Cue, reading: &Reading, holds: &Holds) -> (Span, Vec<String>, Look, Option<String>) {
    let step = |time: Ms| Ms((time.0 + holds.step / 2) / holds.step * holds.step);
    let lines = if holds.lines { cue.lines.clone() } else { vec![cue.lines.join(" ")] };
    let mut look = Look::default();
    if holds.looks {
        look.emphasis.clone_from(&cue.look.emphasis);
        look.emphasis.sort_by_key(|e| (e.line, e.kind, e.chars.start));
    }
    if holds.anchors {
        look.anchor = cue.look.anchor;
    }
    let speaker = reading.timeline.speaker_name(cue.speaker).filter(|_| holds.speakers);
    (Span { start: step(cue.span.start), end: step(cue.span.end) }, lines, look, speaker.map(str::to_owned))
}

fn back(name: &str, reading: &Reading) -> Reading {
    let bytes = written(name, reading);
    read_bytes(&bytes, Path::new(name)).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&bytes)))
}

fn check(reading: &Reading, holds: &Holds) {
    let back = back(holds.name, reading);
    assert_eq!(back.faults, [], "{}", holds.name);
    let exact = Holds { step: 1, ..*holds };
    let found: Vec<_> = back
        .cues
        .iter()
        .map(|cue| expected(cue, &back, &Holds { looks: true, anchors: true, speakers: true, lines: true, ..exact }))
        .collect();
    let wanted: Vec<_> = reading.cues.iter().map(|cue| expected(cue, reading, holds)).collect();
    assert_eq!(found, wanted, "{}", holds.name);
}

fn emphasis(line: usize, chars: std::ops::Range<usize>, kind: EmphasisKind) -> Emphasis {
    Emphasis { line, chars, kind }
}

fn entry(start: i64, end: i64, lines: &[&str], speaker: Option<&str>) -> Entry {
    Entry {
        span: Span::new(Ms(start), Ms(end)),
        lines: lines.iter().map(|line| line.to_string()).collect(),
        speaker: speaker.map(str::to_owned),
        ..Entry::default()
    }
}

/// What trips up one format or another.
fn tricky() -> Reading {
    let mut first = entry(500, 2_120, &["听见，是保护的第一步。", "The birds had noticed."], Some("林晓岚"));
    first.look.emphasis = vec![
        emphasis(0, 0..2, EmphasisKind::Italic),
        emphasis(0, 1..5, EmphasisKind::Bold),
        emphasis(1, 4..9, EmphasisKind::Underline),
    ];
    let mut second = entry(3_000, 4_000, &["在上面"], Some("Ann & Co"));
    second.look.anchor = Anchor::of_key(8).unwrap();
    let mut third = entry(4_000, 4_500, &["左中"], None);
    third.look.anchor = Anchor::of_key(4).unwrap();
    Reading::of_entries(vec![
        first,
        second,
        third,
        entry(5_000, 6_000, &["a < b && c > d {x} \"y\" 'z'"], None),
        entry(6_000, 7_000, &["<i>not set apart</i>", "{\\an8}nor up"], None),
        entry(7_000, 8_000, &["42", "[00:01.00] 7"], None),
        entry(8_000, 9_000, &["back\\slash \\N \\h"], None),
        entry(3_600_000, 3_601_000, &["after an hour"], Some("林晓岚")),
    ])
}

#[test]
fn every_format_gives_back_what_it_holds() {
    CUE_FORMATS.iter().for_each(|holds| check(&tricky(), holds));
}

#[test]
fn every_format_that_is_written_is_written_from_subtitles_without_words() {
    for format in FORMATS {
        let name = format!("a.{}", format.endings()[0]);
        assert!(!written(&name, &tricky()).is_empty(), "{name}");
    }
}

#[test]
fn words_keep_their_times() {
    let mut one = entry(1_000, 3_000, &["听见 it."], Some("Ann"));
    let span = |start, end| Span::new(Ms(start), Ms(end));
    one.words = vec![(0..1, span(1_000, 1_400)), (1..2, span(1_400, 2_000)), (3..5, span(2_000, 3_000))];
    let reading = Reading::of_entries(vec![one]);
    for name in ["a.whisper.json", "a.whisperx.json", "a.funasr.json", "a.TextGrid", "a.elrc", "a.ctm", "a.json"] {
        let back = back(name, &reading);
        let segment = &back.timeline.segments[0];
        let words: Vec<_> = segment.words.iter().map(|word| (segment.word_text(word), word.span.unwrap())).collect();
        let wanted = [("听", span(1_000, 1_400)), ("见", span(1_400, 2_000)), ("it", span(2_000, 3_000))];
        assert_eq!(words, wanted, "{name}");
    }
}

#[test]
fn cues_that_overlap_stay_so_where_they_can() {
    let reading = Reading::of_entries(vec![entry(1_000, 4_000, &["a"], None), entry(2_000, 3_000, &["b"], None)]);
    for name in ["a.srt", "a.vtt", "a.ass", "a.ttml", "a.sbv"] {
        assert_eq!(back(name, &reading).cues[1].span, Span::new(Ms(2_000), Ms(3_000)), "{name}");
    }
}

/// Text of one line without what no format holds: controls, blanks at the ends.
fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "听见", "的", "a", "Ann", " ", "<", ">", "&", "{", "}", "\\", "-->", "\"", "'", "1", ":", "<i>", "&amp;", "[",
        "]", "，", "é", "👏",
    ]);
    prop::collection::vec(piece, 1..8)
        .prop_map(|pieces| pieces.concat().trim().to_owned())
        .prop_filter("text", |line| line.chars().any(char::is_alphanumeric))
}

fn any_reading() -> impl Strategy<Value = Reading> {
    let cue = (0i64..3_000, 10i64..5_000, prop::collection::vec(line(), 1..3), 0u8..4, 1u8..10);
    prop::collection::vec(cue, 1..8).prop_map(|cues| {
        let mut at = 0;
        let one = |(gap, length, lines, kind, key): (i64, i64, Vec<String>, u8, u8)| {
            let (start, end) = (at + gap / 10 * 10, at + gap / 10 * 10 + length / 10 * 10);
            at = end;
            let kinds = [EmphasisKind::Italic, EmphasisKind::Bold, EmphasisKind::Underline];
            let whole = 0..lines[0].chars().count();
            let emphasis = kinds.get(kind as usize).map(|kind| Emphasis { line: 0, chars: whole, kind: *kind });
            let look = Look { emphasis: emphasis.into_iter().collect(), anchor: Anchor::of_key(key).unwrap() };
            Entry { span: Span::new(Ms(start), Ms(end)), lines, look, ..Entry::default() }
        };
        Reading::of_entries(cues.into_iter().map(one).collect())
    })
}

proptest! {
    #[test]
    fn whatever_the_text_it_comes_back(reading in any_reading()) {
        for holds in &CUE_FORMATS {
            let back = back(holds.name, &reading);
            let text = |reading: &Reading, at: usize| {
                // An arrow cannot stand in a SubRip cue, and becomes another one.
                let lines = reading.cues[at].lines.join(" ").replace("-->", "→");
                lines.split_whitespace().collect::<Vec<_>>().join(" ")
            };
            prop_assert_eq!(back.cues.len(), reading.cues.len(), "{}", holds.name);
            for (at, (found, wanted)) in back.cues.iter().zip(&reading.cues).enumerate() {
                prop_assert_eq!(found.span, wanted.span, "{}", holds.name);
                prop_assert_eq!(text(&back, at), text(&reading, at), "{} {:?}", holds.name, wanted);
                let arrows = wanted.lines.iter().any(|line| line.contains("-->"));
                prop_assert!(!holds.looks || arrows || found.look == wanted.look, "{}: {:?} {:?}", holds.name, found, wanted);
            }
        }
    }

    #[test]
    fn no_reader_trips_over_what_is_not_for_it(text in "\\PC{0,200}", name in prop::sample::select(vec!["srt", "vtt", "ass", "ttml", "sbv", "lrc", "json", "bcc", "TextGrid", "ctm", "txt"])) {
        let _ = read_bytes(text.as_bytes(), Path::new(&format!("a.{name}")));
    }
}

/// A sound file of each format, broken in some places: bytes changed, taken out, put in, or a piece of it elsewhere.
fn broken() -> impl Strategy<Value = (String, Vec<u8>)> {
    let names = [
        "srt",
        "vtt",
        "ass",
        "ttml",
        "sbv",
        "lrc",
        "elrc",
        "json",
        "whisper.json",
        "whisperx.json",
        "funasr.json",
        "bcc",
        "TextGrid",
        "ctm",
        "txt",
    ];
    let harm = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..5, any::<u8>());
    (prop::sample::select(names.to_vec()), prop::collection::vec(harm, 1..12)).prop_map(|(ending, harms)| {
        let name = format!("a.{ending}");
        let mut bytes = written(&name, &tricky());
        for (at, to, kind, byte) in harms {
            if bytes.is_empty() {
                break;
            }
            let (at, to) = (at.index(bytes.len()), to.index(bytes.len()));
            match kind {
                0 => bytes[at] = byte,
                1 => _ = bytes.remove(at),
                2 => bytes.insert(at, *b"0\n<>{}[]\"':,-\\&;".get(byte as usize % 17).unwrap_or(&b'9')),
                3 => _ = bytes.drain(at.min(to)..at.max(to).min(at.min(to) + 40)),
                _ => {
                    let piece = bytes[at..bytes.len().min(at + 30)].to_vec();
                    bytes.splice(to..to, piece);
                }
            }
        }
        (name, bytes)
    })
}

proptest! {
    #[test]
    fn a_broken_file_breaks_no_reader_and_what_was_read_can_be_written((name, bytes) in broken()) {
        if let Ok(reading) = read_bytes(&bytes, Path::new(&name)) {
            prop_assert!(reading.cues.is_sorted_by_key(|cue| cue.span.start), "{name}");
            prop_assert!(reading.cues.iter().all(|cue| cue.span.start <= cue.span.end));
            for format in FORMATS {
                let ending = format!("b.{}", format.endings()[0]);
                let again = written(&ending, &reading);
                let _ = read_bytes(&again, Path::new(&ending));
            }
        }
    }
}

fn zimu() -> Command {
    Command::cargo_bin("zimu").unwrap()
}

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,000\n<i>听见</i>\n\n2\n00:01:00,000 --> 00:01:02,000\n{\\an8}上面\n";

#[test]
fn the_command_moves_cuts_and_encodes() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("a.srt"), folder.path().join("b.vtt"));
    fs::write(&input, SRT).unwrap();
    let vtt = "WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n<i>听见</i>\n\n00:00:59.500 --> 00:01:01.500 line:0\n上面\n";
    zimu().args(["convert", "--shift", "-0.5"]).args([&input, &output]).assert().success().stderr("");
    assert_eq!(fs::read_to_string(&output).unwrap(), vtt);
    let cut = "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>\u{542c}\u{89c1}</i>\r\n";
    let (cut, ..) = encoding_rs::GB18030.encode(cut);
    let mut command = zimu();
    command.arg("convert").arg(&input).args(["-", "--to", "srt", "--range", "-30", "--encoding", "gb18030", "--crlf"]);
    let out = command.assert().success().get_output().stdout.clone();
    assert_eq!(out, cut.into_owned());
}

#[test]
fn what_is_broken_or_lost_is_told_and_nothing_is_written_where_nothing_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("a.srt"), folder.path().join("b.lrc"));
    fs::write(&input, format!("{SRT}\n3\n00:xx:00,000 --> 00:02:00,000\n坏了\n")).unwrap();
    zimu().arg("convert").args([&input, &output]).assert().success().stderr(
        predicate::str::contains("line 10: the times “00:xx:00,000 --> 00:02:00,000” cannot be read; left out: “坏了”")
            .and(predicate::str::contains("note: lrc: colours, fonts, exact places or effects of 2 cues left out")),
    );
    fs::write(&input, "nothing at all").unwrap();
    let none = folder.path().join("c.vtt");
    zimu().arg("convert").args([&input, &none]).assert().failure().stderr(predicate::str::contains("a.srt"));
    assert!(!none.exists());
    zimu()
        .arg("convert")
        .arg(folder.path().join("missing.srt"))
        .arg(&none)
        .assert()
        .failure()
        .stderr(predicate::str::contains("missing.srt"));
}

#[test]
fn a_hundred_thousand_cues_take_a_second_and_twice_as_many_twice_that() {
    let entries = |count: i64| {
        (0..count).map(|at| entry(at * 2_000, at * 2_000 + 1_500, &["听见，是保护的第一步。"], None)).collect()
    };
    let time = |count| {
        let reading = Reading::of_entries(entries(count));
        let bytes = written("a.srt", &reading);
        let start = std::time::Instant::now();
        let read = read_bytes(&bytes, Path::new("a.srt")).unwrap();
        let vtt = written("a.vtt", &read);
        (start.elapsed().as_secs_f64(), vtt.len())
    };
    let (single, double) = (time(100_000), time(200_000));
    println!("100,000 cues: {:.2} s, 200,000: {:.2} s", single.0, double.0);
    assert!(double.0 < 4.0 * single.0 + 0.5, "{single:?} {double:?}");
}

/// The cues that ffprobe finds in a file: start and end in thousandths.
fn probed(path: &Path) -> Vec<(i64, i64)> {
    let out = std::process::Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-select_streams",
            "s:0",
            "-show_entries",
            "packet=pts_time,duration_time,size",
            "-of",
            "csv=p=0",
        ])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let packet = |line: &str| {
        let fields: Vec<f64> = line.split(',').take(3).filter_map(|field| field.parse().ok()).collect();
        let [start, length, size] = fields[..] else { return None };
        // In MP4 the time without text is a packet of two bytes.
        let ms = |seconds: f64| (seconds * 1000.0).round() as i64;
        (size > 2.0).then(|| (ms(start), ms(start + length)))
    };
    text.lines().filter_map(packet).collect()
}

#[test]
fn ffmpeg_reads_and_muxes_what_is_written() {
    if std::process::Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("SKIPPED: ffmpeg is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut reading = tricky();
    // ffmpeg's MP4 has no overlap, and an hour of nothing only takes time.
    reading.cues.pop();
    let wanted: Vec<(i64, i64)> = reading.cues.iter().map(|cue| (cue.span.start.0, cue.span.end.0)).collect();
    for name in ["a.srt", "a.vtt", "a.ass"] {
        let path = folder.path().join(name);
        fs::write(&path, written(name, &reading)).unwrap();
        assert_eq!(probed(&path), wanted, "{name}");
        for (container, codec) in [("b.mkv", "copy"), ("b.mp4", "mov_text")] {
            let muxed = folder.path().join(container);
            let mut command = std::process::Command::new("ffmpeg");
            command.args(["-v", "error", "-y", "-i"]).arg(&path).args(["-c:s", codec]).arg(&muxed);
            assert!(command.status().unwrap().success(), "{name} into {container}");
            assert_eq!(probed(&muxed), wanted, "{name} in {container}");
        }
    }
}
