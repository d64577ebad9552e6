//! `zimu make` on the sample forum, held to what is true of it. One run serves most tests.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;
use std::sync::LazyLock;

use desk::{Desk, Outcome, sample};
use serde_json::Value;
use zimu::timeline::{GapKind, Ms, Segment, Tier, Timeline};

const MAKE: &str = "make FORUM TEXT --terms TERMS -o out";

struct Forum {
    desk: Desk,
    out: String,
    err: String,
    timeline: Timeline,
    truth: Value,
}

static FORUM: LazyLock<Forum> = LazyLock::new(|| {
    let desk = Desk::new();
    let Outcome { out, err, .. } = desk.run(MAKE).works();
    let timeline = Timeline::read_json(&desk.path("out/timeline.json")).unwrap();
    let truth = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    Forum { desk, out, err, timeline, truth }
});

impl Forum {
    /// The true sentences with the segments that begin where they do in the transcript.
    fn sentences(&self) -> Vec<(&Value, Option<&Segment>)> {
        let segments = &self.timeline.segments;
        let sentences = self.truth["sentences"].as_array().unwrap().iter();
        let begins = |segment: &Segment, sentence: &Value| {
            let start = segment.source.start;
            // A quotation mark or a space may go with either sentence.
            u64::from(start.line) == sentence["line"].as_u64().unwrap()
                && u64::from(start.offset).abs_diff(sentence["char_start"].as_u64().unwrap()) <= 2
        };
        sentences.map(|sentence| (sentence, segments.iter().find(|segment| begins(segment, sentence)))).collect()
    }

    fn read(&self, name: &str) -> String {
        self.desk.read(&format!("out/{name}"))
    }
}

/// A time of the truth.
fn ms(seconds: &Value) -> Ms {
    Ms::from_seconds(seconds.as_f64().unwrap())
}

#[test]
fn every_file_is_there_and_nothing_else() {
    let mut names: Vec<String> = FORUM.desk.files().into_keys().filter(|name| name.contains("out/")).collect();
    let speakers: Vec<String> =
        names.extract_if(.., |name| name.contains("out/speakers") && !name.ends_with(".rttm")).collect();
    let expected = [
        "chapters.bilibili.txt",
        "chapters.comment.txt",
        "chapters.ffmeta",
        "chapters.mkv.xml",
        "chapters.podcast.json",
        "chapters.vtt",
        "chapters.youtube.txt",
        "corrections.tsv",
        "report.html",
        "speakers.rttm",
        "subtitles.ass",
        "subtitles.bcc.json",
        "subtitles.srt",
        "subtitles.vtt",
        "timeline.json",
    ];
    assert_eq!(names, expected.map(|name| format!("out/{name}")));
    // The film's voice has a turn, but no cue.
    assert_eq!(speakers.len(), 1 + 2 * (FORUM.timeline.speakers.len() - 1), "{speakers:?}");
    assert!(speakers.contains(&"out/speakers/01-林晓岚.srt".to_owned()), "{speakers:?}");
}

#[test]
fn every_file_parses() {
    let forum = &*FORUM;
    for name in ["subtitles.bcc.json", "chapters.podcast.json"] {
        let json: Value = serde_json::from_str(&forum.read(name)).unwrap();
        assert!(json.is_object(), "{name}");
    }
    let mut xml = quick_xml::Reader::from_str(Box::leak(forum.read("chapters.mkv.xml").into_boxed_str()));
    xml.config_mut().check_end_names = true;
    while !matches!(xml.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    assert!(forum.read("subtitles.vtt").starts_with("WEBVTT"));
    assert!(forum.read("subtitles.vtt").contains("<v 林晓岚>"));
    assert!(forum.read("chapters.vtt").starts_with("WEBVTT"));
    assert!(forum.read("subtitles.ass").contains("[Events]"));
    assert!(forum.read("chapters.ffmeta").starts_with(";FFMETADATA1\n"));
    assert!(forum.read("report.html").trim_end().ends_with("</html>"));
    let rows = forum.read("corrections.tsv");
    assert!(rows.starts_with("line\toffset\twrong\tright\ttier\treason\t"));
    let columns = rows.lines().next().unwrap().split('\t').count();
    assert!(rows.lines().all(|row| row.split('\t').count() == columns));
}

#[test]
fn the_summary_goes_to_standard_error_and_nothing_to_standard_output() {
    assert_eq!(FORUM.out, "");
    for part in ["5:46.460", "unspoken   2 sentences", "least certain places", "files in out"] {
        assert!(FORUM.err.contains(part), "no “{part}” in {}", FORUM.err);
    }
}

#[test]
fn sentences_begin_when_they_are_spoken() {
    let spoken: Vec<_> = FORUM.sentences().into_iter().filter(|(sentence, _)| sentence["spoken"] == true).collect();
    let right = spoken.iter().filter(|(sentence, segment)| {
        let span = segment.and_then(|segment| segment.span);
        span.is_some_and(|span| span.start.distance(ms(&sentence["start"])) <= Ms(300))
    });
    let right = right.count();
    assert!(spoken.len() >= 50 && right * 10 >= spoken.len() * 9, "{right} of {}", spoken.len());
}

#[test]
fn sentences_that_nobody_says_are_unspoken_and_no_others() {
    let unspoken: Vec<&str> = FORUM
        .timeline
        .segments
        .iter()
        .filter(|segment| segment.span.is_none())
        .map(|segment| segment.text.as_str())
        .collect();
    let [first, second] = unspoken[..] else { panic!("{unspoken:?}") };
    assert!(first.starts_with("各位来宾，论坛将在五分钟后开始"), "{first}");
    assert!(second.starts_with("当然，这个数字是在实验室里测出来的"), "{second}");
}

#[test]
fn the_film_that_the_transcript_lacks_is_a_gap() {
    let film = FORUM.truth["events"].as_array().unwrap().iter().find(|event| event["type"] == "untranscribed").unwrap();
    let found = FORUM.timeline.gaps.iter().any(|gap| {
        gap.kind == GapKind::Untranscribed
            && gap.span.start.distance(ms(&film["start"])) <= Ms(2_000)
            && gap.span.end.distance(ms(&film["end"])) <= Ms(2_000)
    });
    assert!(found, "{:?}", FORUM.timeline.gaps);
}

#[test]
fn each_voice_is_one_speaker() {
    let mut pairs: Vec<(String, String)> = FORUM
        .sentences()
        .iter()
        .filter_map(|(sentence, segment)| {
            let name = FORUM.timeline.speaker_name(segment.as_ref()?.speaker)?;
            Some((sentence["speaker"].as_str()?.to_owned(), name.to_owned()))
        })
        .collect();
    pairs.sort();
    pairs.dedup();
    // The transcript calls 陈柏舟 陈博周 and gives Daniel Hartley his name in Chinese.
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(truth, name)| (truth.as_str(), name.as_str())).collect();
    assert_eq!(pairs.len(), 4, "{pairs:?}");
    for name in ["林晓岚", "陈柏舟", "苏映雪"] {
        assert!(pairs.contains(&(name, name)), "{pairs:?}");
    }
    assert!(pairs.iter().any(|(truth, name)| *truth == "Daniel Hartley" && !name.contains("Speaker")), "{pairs:?}");
}

#[test]
fn chapters_begin_with_the_parts_and_with_the_announcements_of_the_talks() {
    let said = |words: &str| {
        let sentences = FORUM.truth["sentences"].as_array().unwrap();
        let sentence = sentences.iter().find(|sentence| sentence["text"].as_str().unwrap().contains(words));
        ms(&sentence.unwrap_or_else(|| panic!("{words} is not said"))["start"])
    };
    let chapters = &FORUM.timeline.chapters;
    for (title, level, start) in [
        ("听见湿地", 1, said("现在进入第一个篇章")),
        ("十年听鸟记", 2, said("接下来有请清炉湖")),
        ("教机器听鸟", 1, said("下面我们进入第二个篇章")),
        ("教机器听懂芦苇", 2, said("接下来有请生也科技")),
        ("海外的经验", 1, said("最后我们进入第三个篇章")),
        ("芦苇记得什么", 2, said("让我们有请里德姆大学")),
    ] {
        let found = chapters.iter().find(|chapter| chapter.level == level && chapter.title.contains(title));
        let found = found.unwrap_or_else(|| panic!("no {title} in {chapters:?}"));
        assert!(found.span.start.distance(start) <= Ms(3_000), "{title}: {:?}, said {start}", found.span);
    }
    assert!(FORUM.read("chapters.youtube.txt").starts_with("0:00 "));
}

#[test]
fn sure_corrections_are_applied_and_all_are_listed_where_they_stand() {
    let forum = &*FORUM;
    let srt = forum.read("subtitles.srt");
    for (wrong, right) in [("清炉湖", "青芦湖"), ("震荡鸦雀", "震旦鸦雀"), ("明朴云听", "鸣谱云听")]
    {
        assert!(srt.contains(right) && !srt.contains(wrong), "{wrong} → {right}");
        let listed = forum.timeline.corrections.iter().filter(|c| c.tier == Tier::Sure && c.wrong.starts_with(wrong));
        assert!(listed.count() > 0, "{wrong}");
    }
    let transcript = fs::read_to_string(sample("forum.md")).unwrap();
    let lines: Vec<&str> = transcript.lines().collect();
    for row in forum.read("corrections.tsv").lines().skip(1) {
        let [line, offset, wrong, ..] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let (line, offset): (usize, usize) = (line.parse().unwrap(), offset.parse().unwrap());
        let there: String = lines[line - 1].chars().skip(offset).take(wrong.chars().count()).collect();
        assert_eq!(there, wrong, "{row}");
    }
}

#[test]
fn the_transcript_stays_as_it_is() {
    let given = fs::read(sample("forum.md")).unwrap();
    let desk = Desk::new().file("forum.md", &given);
    desk.run("make FORUM forum.md --terms TERMS -o out -q").works();
    assert_eq!(fs::read(desk.path("forum.md")).unwrap(), given);
}

#[test]
fn cues_are_fit_to_be_shown() {
    let cues = srtlib::Subtitles::parse_from_str(FORUM.read("subtitles.srt")).unwrap().to_vec();
    let at = |time: srtlib::Timestamp| {
        let (h, m, s, ms) = time.get();
        Ms(((i64::from(h) * 60 + i64::from(m)) * 60 + i64::from(s)) * 1000 + i64::from(ms))
    };
    assert!(cues.len() > 80, "{}", cues.len());
    let mut last = Ms::ZERO;
    for cue in &cues {
        let (start, end) = (at(cue.start_time), at(cue.end_time));
        assert!(start >= last, "cue {} overlaps the one before", cue.num);
        assert!(end > start && end <= FORUM.timeline.duration(), "cue {}: {start} to {end}", cue.num);
        assert!(!cue.text.trim().is_empty(), "cue {} is empty", cue.num);
        assert!(cue.text.lines().count() <= 2, "cue {} has more than two lines", cue.num);
        last = end;
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let made = |threads: &str| {
        let desk = Desk::new();
        let args = ["make", &sample("forum.m4a"), &sample("forum.md"), "--terms", &sample("terms.txt"), "-o", "out"];
        let output = desk.zimu(args).env("RAYON_NUM_THREADS", threads).output().unwrap();
        let before = desk.files();
        let err = Outcome::of(&desk, before, output).works().err;
        (desk.files(), err)
    };
    let (one, two) = (made("1"), made("2"));
    let differ: Vec<&String> = one.0.keys().filter(|name| one.0.get(*name) != two.0.get(*name)).collect();
    assert!(differ.is_empty() && one.0.len() == two.0.len(), "{differ:?}");
    assert_eq!(one.1, two.1);
    assert!(one.0 == FORUM.desk.files(), "the run of the other tests gave something else");
}

#[test]
fn the_folder_is_named_after_the_recording() {
    let desk = Desk::new();
    desk.run("make FORUM TEXT -q").works();
    assert!(desk.path("forum.zimu/timeline.json").is_file());
}
