//! Files of terms as people meet them: drafted from a programme, given several at once, with packs, and refused.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use desk::Desk;
use zimu::correct::Terms;

/// The programme of an evening that never was.
const PROGRAMME: &str = "\
# 第三届夜空守护论坛

主办单位：云栖山暗夜协会
主持人：黎若溪

| 时间 | 内容 | 讲者 |
|---|---|---|
| 19:00 | 致辞 | 云栖山天文台台长 范知远 |
| 19:20 | 用 LumaQuill 测量天光：昴测计划的第一年 | 骆星野（云栖山天文台高级工程师） |
| 20:00 | 昴测计划与蝙蝠 | Hannah Oakley, University of Ferndale |

报名：https://darksky.example/LumaQuillX
";

/// The same evening as a page.
const PAGE: &str = "<!DOCTYPE html>
<html><head><title>夜空守护论坛</title><script>var NotATerm = '<p>Blorptag</p>';</script></head>
<body>
<div class=\"card\"><h3>范知远</h3><p>云栖山天文台台长</p></div>
<div class=\"card\"><h3>骆星野</h3>
<p>高级工程师</p></div>
</body></html>
";

#[test]
fn a_draft_is_made_of_a_programme() {
    let desk = Desk::new().file("programme.md", PROGRAMME);
    desk.run("terms suggest programme.md -o draft.txt").works().says("terms in draft.txt: look them through");
    let draft = desk.read("draft.txt");
    let lines: Vec<&str> = draft.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "class: person",
            "黎若溪\t主持人 # line 4",
            "范知远\t云栖山天文台台长 # line 8",
            "骆星野\t云栖山天文台高级工程师 # line 9",
            "Hannah Oakley\tUniversity of Ferndale # line 10",
            "class: organisation",
            "云栖山暗夜协会 # line 3",
            "云栖山天文台 # line 8, line 9",
            "University of Ferndale # line 10",
            "class:",
            "LumaQuill # line 9",
            "class:",
            "昴测计划 # line 9, line 10",
        ]
    );
    assert!(!Terms::read(&desk.path("draft.txt")).unwrap().is_empty());
}

#[test]
fn a_draft_is_made_of_a_page_and_printed() {
    let desk = Desk::new().file("event.html", PAGE).file("slides.txt", "骆星野 主讲\n");
    let printed = desk.run("terms suggest event.html slides.txt").works();
    let lines: Vec<&str> = printed.out.lines().filter(|line| line.contains(" # ")).collect();
    assert_eq!(
        lines,
        [
            "范知远\t云栖山天文台台长 # event.html line 4",
            "骆星野\t高级工程师 # event.html line 5, slides.txt line 1",
            "云栖山天文台 # event.html line 4",
        ]
    );
    assert_eq!(desk.run("terms suggest event.html slides.txt").works().out, printed.out);
}

#[test]
fn a_draft_that_was_worked_on_is_not_lost() {
    let desk = Desk::new().file("programme.md", PROGRAMME).file("terms.txt", "范知远\n").file("film.mp4", [0; 64]);
    desk.run("terms suggest programme.md -o terms.txt").fails().says("terms.txt is there already").says("--force");
    assert_eq!(desk.read("terms.txt"), "范知远\n");
    desk.run("terms suggest programme.md -o terms.txt --force").works();
    assert!(desk.read("terms.txt").contains("骆星野"));
    desk.run("terms suggest programme.md -o programme.md --force").fails();
    desk.run("terms suggest film.mp4").fails().says("film.mp4 is not text");
    desk.run("terms suggest missing.md").fails().says("missing.md");
}

#[test]
fn packs_are_listed_by_name() {
    let desk = Desk::new();
    desk.run("terms packs").works().prints("ai ").prints("artificial intelligence");
}

#[test]
fn several_files_and_a_pack_go_together() {
    let desk = Desk::new()
        .file("people.txt", "类别：人名\n苏映雪；读音：su ying xue\n")
        .file("terms.csv", "词,错词,类别,备注\n青芦湖,清炉湖,机构,\"湖，也是保护区\"\n");
    desk.run("make FORUM TEXT --terms people.txt --terms terms.csv --pack ai -o out").works();
    let corrections = desk.read("out/corrections.tsv");
    for row in ["\t苏影雪\t苏映雪\t", "\t清炉湖\t青芦湖\tsure\t"] {
        assert!(corrections.contains(row), "{row} in {corrections}");
    }
}

#[test]
fn faults_of_several_files_name_each_line() {
    let desk = Desk::new()
        .file("a.txt", "青芦湖 | 清炉湖\n")
        .file("b.csv", "term,wrong\n\n清芦湖,清炉湖\n")
        .file("c.csv", "term,colour\n")
        .file("d.txt", "青芦湖\n类别：湖\n");
    let make = "make FORUM TEXT -o out";
    desk.run(&format!("{make} --terms a.txt --terms b.csv")).fails().says("b.csv, line 3").says("a.txt, line 1");
    desk.run(&format!("{make} --terms c.csv")).fails().says("c.csv, line 1").says("“colour”");
    desk.run(&format!("{make} --terms d.txt")).fails().says("d.txt, line 2").says("“湖” is no class");
    desk.run(&format!("{make} --pack birds")).misused().says("birds").says("ai");
}
