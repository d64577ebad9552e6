//! `zimu speakers` as people meet it: by the words, by the voices, and by both.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;
use std::ops::Range;
use std::path::Path;

use desk::{Desk, decode, excerpt_of, sample};
use serde_json::Value;

/// Who speaks in the sample forum, and what those who were misheard are called.
const NAMES: [(&str, &str); 4] =
    [("林晓岚", "林晓岚"), ("陈柏舟", "陈博周"), ("苏映雪", "苏影雪"), ("Daniel Hartley", "丹尼尔哈特利")];

/// The rows of a table of turns, without its header.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some("start_line\tstart_char\tend_line\tend_char\tstart\tend\tspeaker\tconfidence\tfirst_words")
    );
    lines.map(|line| line.split('\t').collect()).collect()
}

fn column(table: &str, at: usize) -> Vec<&str> {
    rows(table).into_iter().map(|row| row[at]).collect()
}

/// Stretches of the sample one after the other, half a second of silence between them, as a recording.
fn joined(stretches: &[Range<f64>]) -> Vec<u8> {
    let forum = decode(Path::new(&sample("forum.m4a")));
    let pause = vec![0; 8_000];
    let stretch = |at: &Range<f64>| [&forum[(at.start * 16e3) as usize..(at.end * 16e3) as usize], &pause].concat();
    let samples: Vec<i16> = stretches.iter().flat_map(stretch).collect();
    excerpt_of(&samples, 0.0..samples.len() as f64 / 16e3)
}

#[test]
fn the_words_alone_give_turns_without_times() {
    let desk = Desk::new();
    let printed = desk.run("speakers TEXT").works().out;
    assert_eq!(column(&printed, 6), ["林晓岚", "陈博周", "林晓岚", "苏影雪", "林晓岚", "丹尼尔哈特利", "林晓岚"]);
    assert!(column(&printed, 4).iter().all(|start| start.is_empty()));
    desk.run("speakers TEXT -o named.md").works().says("4 speakers in 7 turns");
    let named = desk.read("named.md");
    assert!(named.starts_with("林晓岚：") && named.contains("\n陈博周：谢谢主持人"), "{named}");
    // What names the speakers is a transcript with labels again.
    assert_eq!(column(&desk.run("speakers named.md").works().out, 6)[..5], column(&printed, 6)[..5]);
}

#[test]
fn words_and_voices_name_nearly_all_of_the_time() {
    let desk = Desk::new();
    desk.run("speakers TEXT FORUM -o who.json").works();
    let found: Value = serde_json::from_str(&desk.read("who.json")).unwrap();
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let time = |of: &Value, key: &str| of[key].as_f64().unwrap_or(f64::NAN);
    let (mut right, mut all) = (0.0, 0.0);
    for sentence in truth["sentences"].as_array().unwrap().iter().filter(|sentence| sentence["start"].is_number()) {
        let name = NAMES.iter().find(|(truth, _)| sentence["speaker"] == *truth).unwrap().1;
        all += time(sentence, "end") - time(sentence, "start");
        for segment in found["segments"].as_array().unwrap().iter().filter(|segment| segment["start"].is_number()) {
            let overlap =
                time(segment, "end").min(time(sentence, "end")) - time(segment, "start").max(time(sentence, "start"));
            let speaker = segment["speaker"].as_u64().unwrap() as usize;
            right += if found["speakers"][speaker]["name"] == name { overlap.max(0.0) } else { 0.0 };
        }
    }
    assert!(right > 0.95 * all, "{right} of {all} s");
    // The film has no transcript, and a voice of its own.
    let turns = found["turns"].as_array().unwrap();
    let film = turns.iter().find(|turn| turn["first_segment"] == turn["end_segment"]).expect("a turn without segments");
    assert_eq!(found["speakers"][film["speaker"].as_u64().unwrap() as usize]["name"], "说话人 1");
}

#[test]
fn the_users_list_says_how_people_are_written() {
    let desk = Desk::new().file("people.txt", "# 名单\n陈柏舟；陈博周：站长\n苏映雪\nDaniel Hartley；丹尼尔哈特利\n");
    let printed = desk.run("speakers TEXT --speakers people.txt").works().out;
    assert_eq!(column(&printed, 6), ["林晓岚", "陈柏舟", "林晓岚", "苏映雪", "林晓岚", "Daniel Hartley", "林晓岚"]);
    let desk = Desk::new().file("people.txt", "陈柏舟\n：站长\n");
    desk.run("speakers TEXT --speakers people.txt -o out.tsv").fails().says("people.txt, line 2: ");
}

#[test]
fn an_interview_without_a_host_is_told_by_the_voices() {
    let text = "我在湖边工作了十一年，前面几年都是用眼睛看，用望远镜数。\n\n\
        刚才陈站长说两万个小时听不完，我们的任务，就是让它听得完。我们做了一个很小的模型，名字叫明朴云听，\
        它先把声音变成一张图，再用卷机神经网络，去找每一种鸟的花纹。\n\n\
        所以2016年，我们启动了听伟计划，在湖的四周放了32台录音机。每台录音机每小时录五分钟，一年下来，就是两万多个小时的声音。\n\n\
        难点不在鸟，难点在风。风吹过芦苇的声音，和一群小鸟在远处叫，在图上几乎一模一样。\n";
    let recording = joined(&[59.5..64.9, 179.6..195.0, 74.3..85.8, 195.3..203.0]);
    let desk = Desk::new().file("talk.txt", text).file("talk.wav", recording);
    let printed = desk.run("speakers talk.txt talk.wav").works().out;
    assert_eq!(column(&printed, 6), ["说话人 1", "说话人 2", "说话人 1", "说话人 2"]);
    assert_eq!(column(&printed, 0), ["1", "3", "5", "7"]);
    assert_eq!(column(&desk.run("speakers talk.txt").works().out, 6), ["说话人 1"], "no name and no turn is invented");
}

#[test]
fn labels_win_over_the_voices_which_say_that_they_doubt() {
    let text = "陈柏舟：我在湖边工作了十一年，前面几年都是用眼睛看，用望远镜数。\n\n\
        苏映雪：刚才陈站长说两万个小时听不完，我们的任务，就是让它听得完。我们做了一个很小的模型，名字叫明朴云听，\
        它先把声音变成一张图，再用卷机神经网络，去找每一种鸟的花纹。\n\n\
        陈柏舟：所以2016年，我们启动了听伟计划，在湖的四周放了32台录音机。每台录音机每小时录五分钟，一年下来，就是两万多个小时的声音。\n\n\
        苏映雪：第一年的结果让我们很意外，凌晨四点到五点之间，鸟声的密度是白天平均值的3.5倍。\n\n\
        苏映雪：难点不在鸟，难点在风。风吹过芦苇的声音，和一群小鸟在远处叫，在图上几乎一模一样。\n";
    let recording = joined(&[59.5..64.9, 179.6..195.0, 74.3..85.8, 86.0..93.6, 195.3..203.0]);
    let desk = Desk::new().file("talk.txt", text).file("talk.wav", recording);
    desk.run("speakers talk.txt talk.wav -o who.json").works();
    let found: Value = serde_json::from_str(&desk.read("who.json")).unwrap();
    let turns = found["turns"].as_array().unwrap();
    let who: Vec<&str> = turns
        .iter()
        .map(|turn| found["speakers"][turn["speaker"].as_u64().unwrap() as usize]["name"].as_str().unwrap())
        .collect();
    assert_eq!(who, ["陈柏舟", "苏映雪", "陈柏舟", "苏映雪"]);
    let sure: Vec<f64> = turns.iter().map(|turn| turn["confidence"].as_f64().unwrap()).collect();
    assert!(sure[..3].iter().all(|sure| *sure > 0.9) && sure[3] < 0.8, "{sure:?}");
}

/// RTTM of who speaks in the sample forum, as a diarizer that knows nobody's name writes it.
fn diarized() -> String {
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let mut voices: Vec<&str> = Vec::new();
    let mut lines = String::from(";; made by hand\nSPKR-INFO forum 1 <NA> <NA> <NA> unknown SPEAKER_00 <NA> <NA>\n");
    for sentence in truth["sentences"].as_array().unwrap() {
        let (Some(start), Some(end)) = (sentence["start"].as_f64(), sentence["end"].as_f64()) else { continue };
        let name = sentence["speaker"].as_str().unwrap();
        let voice = voices.iter().position(|voice| *voice == name).unwrap_or_else(|| {
            voices.push(name);
            voices.len() - 1
        });
        let length = end - start;
        lines += &format!("SPEAKER forum 1 {start:.3} {length:.3} <NA> <NA> SPEAKER_{voice:02} <NA> <NA>\n");
    }
    lines
}

#[test]
fn another_diarizer_may_tell_the_voices_and_the_words_name_them() {
    let turns = diarized();
    let desk = Desk::new().file("who.rttm", &turns);
    desk.run("align FORUM TEXT -o times.json").works();
    let speakers = "speakers TEXT FORUM --timeline times.json --voices";
    let printed =
        desk.run(&format!("{speakers} who.rttm")).works().says("lines of something else than turns left out: 1");
    let who = ["林晓岚", "陈博周", "林晓岚", "苏影雪", "林晓岚", "丹尼尔哈特利", "林晓岚"];
    assert_eq!(column(&printed.out, 6), who);

    // What it tells in the midst of a talk wins over what the words expect there.
    let (before, after) = turns.split_once(" SPEAKER_02 ").expect("the third voice has a line");
    let heckled = format!("{before} SPEAKER_09 {}", after.replacen(" SPEAKER_02 ", " SPEAKER_09 ", 1));
    fs::write(desk.path("heckled.rttm"), heckled).unwrap();
    let printed = desk.run(&format!("{speakers} heckled.rttm")).works();
    assert!(column(&printed.out, 6).contains(&"说话人 1"), "{}", printed.out);
}

#[test]
fn a_diarizers_file_that_does_not_fit_is_refused() {
    let line = |recording| format!("SPEAKER {recording} 1 1.0 2.0 <NA> <NA> A <NA> <NA>\n");
    let desk = Desk::new().file("others.rttm", line("one") + &line("two")).file("none.rttm", "no turns\n");
    desk.run("speakers TEXT FORUM --voices others.rttm").fails().says("none of which is called forum");
    desk.run("speakers TEXT FORUM --voices none.rttm").fails().says("none.rttm has no line of a turn");
    desk.run("speakers TEXT FORUM --voices lost.rttm").fails().says("cannot read lost.rttm");
    desk.run("speakers FORUM --voices none.rttm").misused();
}

/// Two people in turn, with labels, and the recording of it.
fn labelled_talk() -> Desk {
    let text = "陈柏舟：我在湖边工作了十一年，前面几年都是用眼睛看，用望远镜数。\n\n\
        苏映雪：难点不在鸟，难点在风。风吹过芦苇的声音，和一群小鸟在远处叫，在图上几乎一模一样。\n";
    Desk::new().file("talk.txt", text).file("talk.wav", joined(&[59.5..64.9, 195.3..203.0]))
}

#[test]
fn names_stand_before_turns_where_they_are_asked_for_and_have_no_other_place() {
    let desk = labelled_talk();
    desk.run("align talk.wav talk.txt -o plain.srt").works();
    assert!(!desk.read("plain.srt").contains("陈柏舟"));
    for ending in ["srt", "sbv", "lrc", "bcc"] {
        desk.run(&format!("align talk.wav talk.txt -o talk.{ending} --prefix-speakers")).works().says_nothing();
        let text = desk.read(&format!("talk.{ending}"));
        let named = |name| text.matches(name).count();
        assert!(text.contains("陈柏舟：我在湖边") && text.contains("苏映雪：难点不在鸟"), "{text}");
        assert_eq!((named("陈柏舟"), named("苏映雪")), (1, 1), "{text}");
    }
    desk.run("align talk.wav talk.txt -o talk.vtt --prefix-speakers").works();
    let text = desk.read("talk.vtt");
    assert!(text.contains("<v 苏映雪>风吹过") && !text.contains("苏映雪："), "{text}");
    desk.run("speakers talk.txt talk.wav -o who.srt --prefix-speakers").works();
    assert!(desk.read("who.srt").contains("\n苏映雪："), "{}", desk.read("who.srt"));
}

#[test]
fn a_batch_puts_names_before_turns_too() {
    let desk = labelled_talk().file("list.tsv", "file\ttranscript\ntalk.wav\ttalk.txt\n");
    desk.run("align --batch list.tsv -o out --format srt,vtt --prefix-speakers").works();
    assert!(desk.read("out/talk.srt").contains("\n陈柏舟：我在湖边"));
    assert!(desk.read("out/talk.vtt").contains("<v 陈柏舟>我在湖边"));
}

#[test]
fn align_names_by_what_is_said_where_there_are_no_labels() {
    let desk = Desk::new();
    desk.run("align FORUM TEXT -o out.srt --prefix-speakers").works();
    assert!(desk.read("out.srt").contains("\n林晓岚：") && desk.read("out.srt").contains("\n陈博周：谢谢主持人"));
}

#[test]
fn times_need_a_recording() {
    let desk = Desk::new();
    desk.run("speakers TEXT -o out.rttm").fails().says("out.rttm is to hold times, which only a recording has");
    desk.run("speakers TEXT -o out.srt").fails().says("out.srt");
}

#[test]
fn an_earlier_runs_times_serve_as_well() {
    let desk = Desk::new();
    desk.run("align FORUM TEXT -o times.json").works();
    desk.run("speakers TEXT FORUM --timeline times.json -o one.rttm").works();
    desk.run("speakers TEXT FORUM -o other.rttm").works();
    let who = |name: &str| -> Vec<String> {
        desk.read(name).lines().map(|line| line.split(' ').nth(7).unwrap().to_owned()).collect()
    };
    assert_eq!(who("one.rttm"), who("other.rttm"));
    let turn = desk.read("one.rttm");
    assert!(turn.starts_with("SPEAKER forum 1 "), "{turn}");
}
