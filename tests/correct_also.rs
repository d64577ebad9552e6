//! `zimu correct --also` as people meet it: what is asked for is made and listed, taken back, and done once.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use desk::{Desk, sample};

/// A line of each kind.
const TALK: &str = "# 题目  \r\n\r\n呃，我们我们的识别率是百分之九十五。\r\n大家讲的很清楚，um, I think the the reeds 慢慢的走向成熟。\r\n\r\n二零二四年，二十四节气，濕地聲音\t\n";

/// What comes of `talk` when `kinds` are asked for.
fn asked(talk: &str, kinds: &str) -> String {
    let desk = Desk::new().file("talk.md", talk);
    desk.run(&format!("correct talk.md --also {kinds}")).works().out
}

#[test]
fn each_kind_changes_its_own_and_nothing_else() {
    for (kinds, changes) in [
        ("stutters", &[("我们我们", "我们"), ("the the", "the")][..]),
        ("fillers", &[("呃，", ""), ("um, ", "")]),
        ("de", &[("讲的很", "讲得很"), ("慢慢的", "慢慢地")]),
        ("numbers", &[("百分之九十五", "95%"), ("二零二四", "2024")]),
        ("simplified", &[("濕", "湿"), ("聲", "声")]),
        ("traditional", &[("们", "們"), ("识别", "識別"), ("讲", "講"), ("节气", "節氣")]),
    ] {
        let wanted = changes.iter().fold(TALK.to_string(), |text, (before, after)| text.replace(before, after));
        assert_eq!(asked(TALK, kinds), wanted, "{kinds}");
    }
}

#[test]
fn a_second_run_changes_nothing_more() {
    let forum = std::fs::read_to_string(sample("forum.md")).unwrap();
    for kinds in
        ["stutters", "fillers", "de", "numbers", "simplified", "traditional", "stutters,fillers,de,numbers,traditional"]
    {
        for talk in [TALK, &forum, "呃嗯，二零呃二四年，这个呃这个，叫叫叫做叫做，百分之五%\n"]
        {
            let once = asked(talk, kinds);
            assert_eq!(asked(&once, kinds), once, "{kinds}");
        }
    }
}

#[test]
fn what_was_made_is_listed_and_taken_back() {
    let desk = Desk::new().file("talk.md", TALK);
    let all = "stutters,fillers,de,numbers,simplified";
    let run = desk.run(&format!("correct talk.md --also {all} -o out.md --report report.tsv")).works();
    assert_eq!(run.err, "10 sure, 0 likely, 0 guess; 10 made\n");
    let report = desk.read("report.tsv");
    let rows: Vec<String> =
        report.lines().skip(1).map(|row| row.split('\t').take(6).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        rows,
        [
            "3 0 呃，  sure a filler",
            "3 2 我们  sure said twice",
            "3 11 百分之九十五 95% sure a number in figures",
            "4 2 讲的很 讲得很 sure 得 for 的 after a verb",
            "4 8 um,   sure a filler",
            "4 23  the  sure said twice",
            "4 34 慢慢的走向 慢慢地走向 sure 地 for 的 before a verb",
            "6 0 二零二四 2024 sure a number in figures",
            "6 12 濕 湿 sure in simplified characters",
            "6 14 聲 声 sure in simplified characters",
        ]
    );
    desk.run("correct out.md --revert report.tsv -o back.md").works();
    assert_eq!(desk.read("back.md"), TALK);
    let json = desk.run(&format!("correct talk.md --also {all} --report report.json")).works();
    let desk = Desk::new().file("out.md", json.out).file("report.json", desk.read("report.json"));
    assert_eq!(desk.run("correct out.md --revert report.json").works().out, TALK);
}

#[test]
fn a_diff_shows_what_is_taken_out() {
    let desk = Desk::new().file("talk.md", "我就呃用这个");
    let diff = desk.run("correct talk.md --also fillers --diff").works().out;
    assert_eq!(diff, "1:2\tsure\t我就[-呃-]{++}用这个\ta filler\n");
    let diff = desk.run("correct talk.md --also fillers --apply none --diff").works().out;
    assert_eq!(diff, "1:2\tsure\t我就[?呃|?]用这个\ta filler\n");
}

#[test]
fn what_was_rejected_stays_and_what_was_accepted_is_made() {
    let talk = "有二十五个人，呃，和三十个人。他写的清清楚楚。";
    let desk = Desk::new().file("talk.md", talk);
    desk.run("correct talk.md --also fillers,numbers,de --report report.tsv").works();
    let report = desk.read("report.tsv");
    let decide = |row: &str| {
        let mut cells: Vec<&str> = row.split('\t').collect();
        match cells[2] {
            "二十五" => cells[9] = "reject",
            "写的清清楚楚" => cells[9] = "accept",
            "呃，" => cells[9] = "edit:嗯，",
            _ => {}
        }
        cells.join("\t") + "\n"
    };
    let desk = desk.file("report.tsv", report.lines().map(decide).collect::<String>());
    let run = desk.run("correct talk.md --also fillers,numbers,de --decisions report.tsv").works();
    assert_eq!(run.out, "有二十五个人，嗯，和30个人。他写得清清楚楚。");
}

#[test]
fn terms_go_before_all_else() {
    let desk = Desk::new()
        .file("talk.md", "二十四节气，二十四个人，由生也科技承办")
        .file("terms.txt", "二十四节气\n声野科技\n");
    let run = desk.run("correct talk.md --terms terms.txt --also numbers,traditional").works();
    assert_eq!(run.out, "二十四节气，24個人，由声野科技承辦");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let desk = Desk::new().file("talk.md", "好。");
    assert!(desk.run("correct talk.md --also simplified,traditional").misused().err.contains("exclude each other"));
    assert!(desk.run("correct talk.md --also figures").misused().err.contains("there are: stutters, fillers, de"));
}

#[test]
fn json_and_other_encodings_stay_what_they_are() {
    let json = r#"{"segments": [{"start": 0.0, "end": 2.0, "text": "呃，百分之五\u3002"}]}"#;
    let desk = Desk::new().file("talk.json", json);
    let run = desk.run("correct talk.json --also fillers,numbers").works();
    assert_eq!(run.out, json.replace("呃，", "").replace("百分之五", "5%"));
    let (given, _, _) = encoding_rs::GB18030.encode("今天呃，我们我们讲的很清楚，欢迎大家来参加这次论坛。\n");
    let desk = Desk::new().file("talk.md", &given);
    desk.run("correct talk.md --also stutters,fillers,de -o out.md").works();
    let (wanted, _, _) = encoding_rs::GB18030.encode("今天，我们讲得很清楚，欢迎大家来参加这次论坛。\n");
    assert_eq!(std::fs::read(desk.path("out.md")).unwrap(), wanted.as_ref());
}
