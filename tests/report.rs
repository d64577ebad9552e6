//! The report and its picture, on recordings of every size.
//!
//! With `ZIMU_REPORT_DIR` set, the pages are left in that folder to be looked at.

use std::path::Path;

use serde_json::Value;
use zimu::cues::Cue;
use zimu::formats::plot::{self, Plot};
use zimu::formats::report::{self, Report};
use zimu::signal::{Loudness, LoudnessMeter, Peaks, PeaksBuilder, Sound, SpeechMap, Stretch};
use zimu::timeline::*;

const HOSTILE: &str = "<script>alert('&amp;\"')</script>\u{0}\u{202e}";

fn look(name: &str, contents: &str) {
    if let Some(folder) = std::env::var_os("ZIMU_REPORT_DIR") {
        std::fs::write(Path::new(&folder).join(name), contents).unwrap();
    }
}

/// Voice-like ups and downs of `seconds` seconds.
fn sound(seconds: i64) -> (Peaks, Loudness) {
    let (mut peaks, mut meter) = (PeaksBuilder::new(), LoudnessMeter::new());
    for second in 0..seconds {
        let block: Vec<f32> = (0..16_000)
            .map(|i| {
                let time = second as f32 + i as f32 / 16_000.0;
                (time * 700.0).sin() * (time * 2.3).sin().powi(2) * if second % 9 == 8 { 0.02 } else { 0.6 }
            })
            .collect();
        peaks.push(&block);
        meter.push(&block);
    }
    (peaks.finish(), meter.finish())
}

fn map(seconds: i64) -> SpeechMap {
    let stretch = |n: i64, from: i64, to: i64, sound| Stretch {
        span: Span::new(Ms((n + from) * 1000), Ms(((n + to).min(seconds)) * 1000)),
        sound,
    };
    let mut stretches = Vec::new();
    for n in (0..seconds).step_by(9) {
        stretches.push(stretch(n, 0, 8, if n % 450 == 0 { Sound::Music } else { Sound::Speech }));
        if n + 8 < seconds {
            stretches.push(stretch(n, 8, 9, Sound::Silence));
        }
    }
    SpeechMap { stretches }
}

/// A forum of `count` sentences, one every three seconds, by six speakers.
fn forum(count: usize, language: Language) -> (Timeline, Vec<Cue>) {
    let names = ["主持人", "王小明", "Jane Doe-Featherstonehaugh", "李工", "说话人 5", "赵老师"];
    let mut timeline = Timeline {
        media: MediaSummary {
            path: "论坛<录音>.mp4".into(),
            container: "mp4".into(),
            codec: "aac".into(),
            duration: Ms(count as i64 * 3_000),
            audio_offset: Ms::ZERO,
        },
        language,
        ..Timeline::default()
    };
    for (id, name) in names.iter().enumerate() {
        timeline
            .speakers
            .push(Speaker { id, name: (*name).into(), title: (id == 1).then(|| "示例大学 教授".into()) });
    }
    let mut cues = Vec::new();
    for id in 0..count {
        let start = Ms(id as i64 * 3_000 + 100);
        let span = Span::new(start, start + Ms(2_700));
        let speaker = id / 40 % names.len();
        let line = id as u32 + 1;
        let text = format!("第{line}句话讲的是这样一件事情，大家听得很清楚。");
        timeline.segments.push(Segment {
            id,
            span: (id % 50 != 49).then_some(span),
            text: text.clone(),
            speaker: Some(speaker),
            confidence: if id % 37 == 5 { 0.3 } else { 0.6 + (id % 40) as f32 / 100.0 },
            source: Place { start: Point { line, offset: 0 }, end: Point { line, offset: 20 } },
            given: None,
            words: Vec::new(),
        });
        if id % 50 == 49 {
            timeline
                .gaps
                .push(Gap { span, kind: [GapKind::Music, GapKind::Untranscribed, GapKind::Silence][id / 50 % 3] });
        } else {
            let lines = text.split_inclusive('，').map(str::to_owned).collect();
            cues.push(Cue { span, lines, speaker: Some(speaker), ..Cue::default() });
        }
        if id % 40 == 0 {
            let end = Ms((id as i64 + 40) * 3_000);
            timeline.turns.push(Turn { span: Span::new(start, end), speaker, segments: id..id + 40, confidence: 1.0 });
            let title = format!("{} 的分享：从一句话到一件事", names[speaker]);
            timeline.chapters.push(Chapter {
                span: Span::new(Ms(id as i64 * 3_000), end),
                title,
                level: if id % 120 == 0 { 1 } else { 2 },
                speaker: Some(speaker),
            });
        }
    }
    timeline.corrections.push(Correction {
        line: 3,
        offset: 4,
        wrong: "拉马".into(),
        right: "LLaMA".into(),
        tier: Tier::Sure,
        reason: "同音".into(),
        applied: true,
        ..Correction::default()
    });
    (timeline, cues)
}

fn page(timeline: &Timeline, cues: &[Cue]) -> String {
    let seconds = timeline.duration().0 / 1000;
    let (peaks, loudness) = sound(seconds.min(600));
    report::html(&Report { timeline, cues, map: &map(seconds), peaks: &peaks, loudness }).unwrap()
}

#[test]
fn a_forum_of_two_hours_and_a_half_stays_small() {
    let (timeline, cues) = forum(3_000, Language::Chinese);
    let page = page(&timeline, &cues);
    look("forum.html", &page);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(page.contains("<html lang=\"zh\">"));
    assert!(page.contains("未读出的文字"));
}

#[test]
fn ten_seconds_in_english() {
    let (mut timeline, cues) = forum(4, Language::English);
    timeline.turns.iter_mut().for_each(|turn| turn.span.end = Ms(12_000));
    let page = page(&timeline, &cues);
    look("short.html", &page);
    assert!(page.contains("Unspoken text"));
    assert_eq!(page, self::page(&timeline, &cues), "the same input gives the same page");
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let (timeline, cues) = forum(60, Language::English);
    let page = page(&timeline, &cues).replace("http://www.w3.org/2000/svg", "");
    for outside in ["http:", "https:", "src=", "<link", "@import", "url(", "<script"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn text_from_the_transcript_is_never_markup() {
    let (mut timeline, mut cues) = forum(80, Language::English);
    timeline.media.path = HOSTILE.into();
    timeline.speakers[0].name = HOSTILE.into();
    timeline.chapters[0].title = HOSTILE.into();
    timeline.corrections[0].reason = HOSTILE.into();
    timeline.segments[5].text = HOSTILE.into();
    timeline.segments[49].text = HOSTILE.into();
    cues[0].lines = vec![HOSTILE.into()];
    let page = page(&timeline, &cues);
    assert!(!page.contains("<script"));
    assert!(!page.contains("alert('&amp;\""));
    let picture = plot::svg(&Plot { peaks: &Peaks::default(), map: &map(100), timeline: Some(&timeline) });
    assert_well_formed(&picture);
}

#[test]
fn nothing_at_all_can_be_reported() {
    let report = Report {
        timeline: &Timeline::default(),
        cues: &[],
        map: &SpeechMap::default(),
        peaks: &Peaks::default(),
        loudness: Loudness::default(),
    };
    assert!(report::html(&report).unwrap().contains("无。"));
    assert_well_formed(&plot::svg(&Plot { peaks: report.peaks, map: report.map, timeline: None }));
}

#[test]
fn speakers_that_do_not_exist_and_times_past_the_end_do_no_harm() {
    let (mut timeline, mut cues) = forum(80, Language::Chinese);
    timeline.turns[0].speaker = 99;
    timeline.segments[0].speaker = Some(99);
    timeline.segments[1].span = Some(Span::new(Ms(-5_000), Ms(1 << 50)));
    cues[0].speaker = Some(99);
    cues[1].span = Span::new(Ms(1 << 40), Ms(1 << 41));
    page(&timeline, &cues);
}

fn assert_well_formed(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            _ => continue,
        }
    }
}

#[test]
fn pictures_of_every_length_are_well_formed() {
    for seconds in [1, 10, 599, 1_801, 10_800] {
        let (peaks, _) = sound(seconds.min(60));
        let picture = plot::svg(&Plot { peaks: &peaks, map: &map(seconds), timeline: None });
        look(&format!("map-{seconds}.svg"), &picture);
        assert_well_formed(&picture);
        assert!(picture.len() < 400_000, "{} bytes", picture.len());
    }
}

/// What the truth of the synthetic forum looks like as a report: only to be looked at.
#[test]
fn the_forum_that_everyone_knows() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/forum/truth.json"));
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("skipped: no {}", path.display());
        return;
    };
    let truth: Value = serde_json::from_slice(&bytes).unwrap();
    let mut timeline = Timeline::default();
    timeline.media.path = "forum.m4a".into();
    timeline.media.duration = Ms(9_135_104);
    let seconds = |value: &Value| value.as_f64().map(Ms::from_seconds);
    for (id, sentence) in truth["sentences"].as_array().unwrap().iter().enumerate() {
        let name = sentence["speaker"].as_str().unwrap_or("?");
        let speaker = timeline.speakers.iter().position(|speaker| speaker.name == name).unwrap_or_else(|| {
            let id = timeline.speakers.len();
            timeline.speakers.push(Speaker { id, name: name.into(), title: None });
            id
        });
        let span = seconds(&sentence["start"]).zip(seconds(&sentence["end"])).map(|(start, end)| Span::new(start, end));
        let line = sentence["line"].as_u64().unwrap() as u32;
        let text = sentence["text"].as_str().unwrap().to_owned();
        let source = Place { start: Point { line, offset: 0 }, end: Point { line, offset: 1 } };
        timeline.segments.push(Segment {
            id,
            span,
            text,
            speaker: Some(speaker),
            confidence: 0.9,
            source,
            given: None,
            words: vec![],
        });
        let Some(span) = span else { continue };
        match timeline.turns.last_mut() {
            Some(turn) if turn.speaker == speaker => {
                turn.span.end = span.end;
                turn.segments.end = id + 1;
            }
            _ => timeline.turns.push(Turn { span, speaker, segments: id..id + 1, confidence: 1.0 }),
        }
    }
    let cues: Vec<Cue> = timeline
        .spoken()
        .map(|(segment, span)| Cue {
            span,
            lines: vec![segment.text.clone()],
            speaker: segment.speaker,
            ..Cue::default()
        })
        .collect();
    let page = page(&timeline, &cues);
    look("known.html", &page);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
}
