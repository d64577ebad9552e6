//! Files of terms as people meet them: given several at once, with packs, and refused.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use desk::Desk;

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
