//! `zimu chapters` as people meet it, and the chapters of events of many shapes.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use desk::{Desk, excerpt};
use zimu::chapters::{Amount, Heading, outline, read_aloud};
use zimu::speakers;
use zimu::timeline::{Chapter, Language, MediaSummary, Ms, Segment, Sentence, Span, Speaker, Timeline, Traced};

/// The headings of a transcript of one sentence a line: its line, level and title.
fn headings(language: Language, text: &str, amount: &str) -> Vec<(usize, u8, String)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let sentence = |(at, line): (usize, &str)| {
        let (label, text) = line.split_once('|').map_or((None, line), |(label, text)| (Some(label.to_string()), text));
        Sentence { text: Traced::line(at as u32, text), label, ..Sentence::default() }
    };
    let (pieces, cast) = speakers::cast(lines.enumerate().map(sentence).collect(), language);
    let line = |heading: &Heading| pieces[heading.sentence].text.place().unwrap().start.line as usize;
    let amount: Amount = amount.parse().unwrap();
    let found = outline(&read_aloud(&pieces, language), &cast, language, amount);
    found.iter().map(|heading| (line(heading), heading.level, heading.title.clone())).collect()
}

/// So many sentences about something, each of its own.
fn about(what: &[&str], sentences: usize) -> String {
    let endings = ["每天都有新的记录", "需要很多年才看得清楚", "和大家想的不一样", "值得慢慢说给孩子听"];
    (0..sentences).map(|i| format!("{}{}。\n", what[i % what.len()], endings[i / what.len() % endings.len()])).collect()
}

fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

#[test]
fn a_monologue_falls_into_its_topics() {
    let (bread, stars) = (about(&["面包的酵母", "面粉里的酵母"], 40), about(&["卫星的轨道", "轨道上的卫星"], 40));
    let found = headings(Language::Chinese, &format!("{bread}{stars}"), "2");
    assert_eq!(found.iter().map(|(line, level, _)| (*line, *level)).collect::<Vec<_>>(), [(0, 1), (40, 1)]);
    assert!(found[0].2.contains("酵母") && found[1].2.contains("轨道"), "{found:?}");
}

#[test]
fn an_interview_without_a_host_is_cut_where_the_guest_is_asked() {
    let answer = |what: &[&str]| about(what, 24).lines().map(|line| format!("米小禾|{line}\n")).collect::<String>();
    let first = format!("记者|您怎么想到做古籍修复的？\n{}", answer(&["古籍的修复", "修复古籍的纸"]));
    let second = format!("记者|最后一个问题，图书馆怎么搬到山里？\n{}", answer(&["山里的图书馆", "图书馆的山路"]));
    let found = headings(Language::Chinese, &format!("{first}{second}"), "2");
    assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [0, lines(&first)]);
    assert!(found[0].2.contains("古籍") && found[1].2.contains("图书馆"), "{found:?}");
}

#[test]
fn a_lecture_with_questions_keeps_what_is_announced() {
    let text = format!(
        "各位好，我是主持人林晓岚。\n下面有请养蜂人协会会长毛一舟，带来题目为《蜂和谷种》的讲座。\n大家好。\n{}谢谢大家。\n\
         谢谢毛会长的精彩分享。\n接下来进入提问环节。\n第一位观众，请讲。\n{}本次讲座到此结束，谢谢。\n",
        about(&["蜂群的舞蹈", "谷种的花粉"], 20),
        about(&["冬天的蜂箱"], 8),
    );
    let titles: Vec<String> = headings(Language::Chinese, &text, "auto").into_iter().map(|found| found.2).collect();
    assert_eq!(titles, ["开场", "毛一舟：蜂和谷种", "提问", "闭幕"]);
}

#[test]
fn an_english_panel_is_divided_by_its_questions() {
    let said = |what: &str| {
        let endings = ["matters in spring", "keeps a roof dry", "costs more than we thought", "needs patient hands"];
        (0..60).map(|i| format!("We found the {what} {} for many villages.\n", endings[i % 4])).collect::<String>()
    };
    let text = format!(
        "Good morning, I'm your host Jane Miller.\nPlease welcome Rowan Pike, who will talk about thatching with reed.\n\
         Good morning.\n{}Thank you very much.\nThank you, Rowan.\n\
         Now it is time for the panel discussion, moderated by Iris Moss.\nMy first question is about sphagnum moss.\n{}\
         My next question is about willow baskets.\n{}That's all for today.\n",
        said("reed bundles"),
        said("sphagnum moss"),
        said("willow baskets"),
    );
    let found = headings(Language::English, &text, "1m");
    let willow = text.lines().position(|line| line.starts_with("My next")).unwrap();
    let topic = found.iter().find(|(line, ..)| *line == willow).unwrap_or_else(|| panic!("{found:?}"));
    assert!(topic.1 == 2 && topic.2.to_lowercase().contains("willow"), "{found:?}");
}

const TALK: &str = "大家好，欢迎来到听湖。\n\n候鸟每年秋天飞来，在湖边过冬。\n\n芦苇在风里响，根很深。\n";

#[test]
fn a_transcript_alone_gives_lines() {
    let desk = Desk::new();
    let run = desk.run("chapters TEXT").works();
    assert!(run.out.starts_with("line 3       开场\nline 7       第一个篇章：听见湿地\n"), "{}", run.out);
    let few = desk.run("chapters TEXT --chapters 3").works();
    assert_eq!(few.out.lines().count(), 3);
    desk.run("chapters TEXT --chapters many").misused();
    desk.run("chapters TEXT -o list.bilibili.txt").fails().says("give the recording too, or a timeline.json");
    desk.run("chapters TEXT -o list.doc").fails().says("known endings: .bilibili.txt");
}

#[test]
fn an_outline_wins_and_its_bad_lines_are_named() {
    let desk = Desk::new()
        .file("talk.md", TALK)
        .file("titles.txt", "欢迎\n秋天的候鸟\n风里的芦苇\n")
        .file("bad.txt", "欢迎\n12:75 候鸟\n");
    let run = desk.run("chapters talk.md --outline titles.txt").works();
    assert_eq!(run.out, "line 1       欢迎\nline 3       秋天的候鸟\nline 5       风里的芦苇\n");
    desk.run("chapters talk.md --outline bad.txt").fails().says("bad.txt, line 2: not a time");
    desk.run("chapters talk.md --outline none.txt").fails().says("cannot read none.txt");
}

/// A timeline of ten sentences, twenty seconds each.
fn timeline() -> Vec<u8> {
    let segment = |id: usize| Segment {
        id,
        span: Some(Span::new(Ms::from_secs(20 * id as i64 + 1), Ms::from_secs(20 * id as i64 + 19))),
        text: format!("第{id}句话说的是候鸟。"),
        ..Segment::default()
    };
    let timeline = Timeline {
        media: MediaSummary { duration: Ms::from_secs(200), ..MediaSummary::default() },
        language: Language::Chinese,
        segments: (0..10).map(segment).collect(),
        chapters: vec![Chapter { span: Span::new(Ms(0), Ms(1)), title: "旧".into(), level: 1, speaker: None }],
        ..Timeline::default()
    };
    let mut json = Vec::new();
    timeline.write_json(&mut json).unwrap();
    json
}

#[test]
fn a_timeline_gives_the_list_of_a_site() {
    let outline = "0:00 开场\n0:43 湖\n1:38 芦苇\n2:30 归途\n";
    let desk = Desk::new().file("timeline.json", timeline()).file("titles.txt", outline);
    desk.run("chapters timeline.json --outline titles.txt -o list.bilibili.txt").works();
    assert_eq!(desk.read("list.bilibili.txt"), "00:00 开场\n00:40 湖\n01:40 芦苇\n02:30 归途\n");
    desk.run("chapters timeline.json --outline titles.txt -o list.comment.txt").works();
    assert!(desk.read("list.comment.txt").starts_with("00:00:00 开场\n00:00:40 湖\n"));
    let late = Desk::new().file("timeline.json", timeline()).file("titles.txt", "0:00 开场\n3:20 湖\n");
    late.run("chapters timeline.json --outline titles.txt")
        .fails()
        .says("titles.txt, line 2: its time is behind the end");
}

#[test]
fn a_timeline_knows_who_asks() {
    let answer = |what: &str| format!("{what}要花很多年。{what}要有耐心。").repeat(12).replace('。', "。\n");
    let said = |speaker: usize, text: String| text.lines().map(|line| (speaker, line.to_string())).collect::<Vec<_>>();
    let lines = [
        said(0, "古籍的修复怎么做？".into()),
        said(1, answer("古籍的修复")),
        said(0, "山里的图书馆怎么搬？".into()),
        said(1, answer("山里的图书馆")),
    ]
    .concat();
    let segment = |(id, (speaker, text)): (usize, &(usize, String))| Segment {
        id,
        span: Some(Span::new(Ms::from_secs(10 * id as i64), Ms::from_secs(10 * id as i64 + 10))),
        text: text.clone(),
        speaker: Some(*speaker),
        ..Segment::default()
    };
    let speaker = |id: usize, name: &str| Speaker { id, name: name.into(), title: None };
    let timeline = Timeline {
        media: MediaSummary { duration: Ms::from_secs(10 * lines.len() as i64), ..MediaSummary::default() },
        segments: lines.iter().enumerate().map(segment).collect(),
        speakers: vec![speaker(0, "记者"), speaker(1, "米小禾")],
        ..Timeline::default()
    };
    let mut json = Vec::new();
    timeline.write_json(&mut json).unwrap();
    let run = Desk::new().file("timeline.json", json).run("chapters timeline.json --chapters 2").works().out;
    assert_eq!(run, "    0:00   古籍的修复怎么做\n    4:10   山里的图书馆怎么搬\n");
}

#[test]
fn several_videos_have_a_list_each() {
    let outline = "0:00 开场\n0:20 湖\n0:40 鸟\n1:40 芦苇\n2:00 归途\n2:20 闭幕\n";
    let desk = Desk::new().file("timeline.json", timeline()).file("titles.txt", outline);
    desk.run("chapters timeline.json --outline titles.txt --parts 1:40 -o list.youtube.txt").works();
    assert_eq!(desk.read("list.1.youtube.txt"), "0:00 开场\n0:20 湖\n0:40 鸟\n");
    assert!(desk.read("list.2.youtube.txt").starts_with("0:00 芦苇\n0:20 归途\n0:40 闭幕\n"));
    desk.run("chapters timeline.json --parts 2:00,1:00").fails().says("the times of the cuts must rise");
    desk.run("chapters TEXT --parts 2:00").fails().says("no times to cut at");
}

#[test]
fn a_recording_that_is_shown_as_two_videos_has_a_list_for_each() {
    let desk = Desk::new().file("a.wav", excerpt(0.0..160.0)).file("b.wav", excerpt(160.0..346.4));
    desk.run("chapters TEXT FORUM -o whole.comment.txt").works();
    let whole = desk.read("whole.comment.txt");
    let starts: Vec<&str> = whole.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(starts[..2], ["00:00:00", "00:00:43"]);
    assert!(whole.contains("第三个篇章：海外的经验") && starts.len() >= 7, "{whole}");
    desk.run("chapters TEXT FORUM --parts a.wav,b.wav -o list.comment.txt").works();
    let (first, second) = (desk.read("list.1.comment.txt"), desk.read("list.2.comment.txt"));
    assert!(whole.starts_with(&first), "{first}");
    // What was going on at the cut is the first chapter of the second video, and what followed begins 160 s earlier there.
    assert!(second.starts_with("00:00:00 第二个篇章：教机器听鸟\n00:00:07 "), "{second}");
    assert!(second.contains("00:01:29 第三个篇章：海外的经验"), "{second}");
    desk.run("chapters TEXT FORUM --parts a.wav,a.wav -o list.comment.txt")
        .fails()
        .says("the videos are 5:20.000 long together");
}
