//! The program as people meet it: what is typed, what is said, what is written and what is not.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use desk::{Desk, sample};

/// A text of other things than the sample recording.
const OTHER: &str = include_str!("cli/other.txt");

#[test]
fn align_writes_the_format_of_the_ending() {
    let desk = Desk::new().file("short.md", "各位来宾、各位朋友，大家上午好。\n");
    for (ending, begins) in [
        ("srt", "1\n00:"),
        ("vtt", "WEBVTT"),
        ("ass", "[Script Info]"),
        ("lrc", "["),
        ("TextGrid", "File type = \"ooTextFile\""),
        ("ctm", ""),
        ("txt", ""),
        ("json", "{"),
    ] {
        desk.run(&format!("align FORUM TEXT -o out.{ending}")).works();
        let text = desk.read(&format!("out.{ending}"));
        let text = text.trim_start_matches('\u{feff}');
        assert!(text.starts_with(begins) && text.lines().count() > 50, "{ending}: {text:.200}");
    }
}

#[test]
fn align_keeps_the_text_and_prints_json_for_a_dash() {
    let desk = Desk::new();
    let printed = desk.run("align FORUM TEXT -o -").works();
    let json: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    let segments = json["segments"].as_array().unwrap();
    let text: String = segments.iter().map(|segment| segment["text"].as_str().unwrap()).collect();
    // Misheard words, false full stops and torn decimals are the transcript's own.
    for given in ["欢迎来到清炉湖湿地声音监测论坛", "震荡鸦雀", "3。5倍", "echo read"] {
        assert!(text.contains(given), "no {given} in {text}");
    }
    assert!(!text.contains("青芦湖湿地保护站"));
    assert!(desk.files().is_empty());
}

#[test]
fn an_unknown_ending_is_refused_with_the_known_ones() {
    let desk = Desk::new();
    desk.run("align FORUM TEXT -o out.docx").fails().says("out.docx").says(".srt").says(".TextGrid").says(".json");
}

#[test]
fn what_cannot_be_printed_is_not_written_to_a_file_called_dash() {
    let desk = Desk::new();
    desk.run("probe FORUM --plot -").fails().says("standard output cannot hold it");
    desk.run("make FORUM TEXT -o -").fails().says("standard output cannot hold it");
    assert!(desk.files().is_empty());
}

#[test]
fn probe_says_what_a_recording_is() {
    let desk = Desk::new();
    desk.run("probe FORUM").works().prints("mp4").prints("aac").prints("5:46.460").prints("LUFS");
}

#[test]
fn probe_prints_json_and_draws() {
    let desk = Desk::new();
    let printed = desk.run("probe FORUM --json --plot forum.svg").works();
    let json: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(json["duration"], 346.46);
    assert_eq!(json["codec"], "aac");
    let svg = desk.read("forum.svg");
    assert!(svg.contains("<svg") && svg.trim_end().ends_with("</svg>"));
    assert_eq!(desk.files().len(), 1);
}

#[test]
fn clean_prints_or_writes_the_clean_text() {
    let desk = Desk::new();
    let printed = desk.run("clean TEXT").works().prints("3.5倍").prints("78.4%");
    assert!(!printed.out.contains('😊') && !printed.out.contains("![]"));
    desk.run("clean TEXT -o clean.txt").works();
    assert_eq!(desk.read("clean.txt"), printed.out);
}

#[test]
fn clean_lists_its_changes_and_takes_rules() {
    let desk = Desk::new();
    desk.run("clean TEXT --diff").works().prints("11:66\tdecimals").prints("--- as given").prints("+++ cleaned");
    desk.run("clean TEXT --rules -decimals").works().prints("3。5倍");
    desk.run("clean TEXT --rules bogus -o x.txt").fails().says("bogus").says("decimals");
}

#[test]
fn a_transcript_without_words_is_refused() {
    let desk = Desk::new()
        .file("empty.txt", "")
        .file("blank.txt", " \n\t\n\u{3000}\n")
        .file("markup.md", "# 标题\n\n![](slide.png)\n\n😊\n");
    for name in ["empty.txt", "blank.txt", "markup.md"] {
        for command in [format!("make FORUM {name}"), format!("align FORUM {name} -o x.srt"), format!("clean {name}")] {
            desk.run(&command).fails().says(name).says("no text to speak");
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let whole = "大家上午好，欢迎来到论坛。\n".repeat(20);
    let damaged = [whole.as_bytes(), b"\xff\xfe\xfd\n", whole.as_bytes()].concat();
    let desk = Desk::new().file("talk.txt", damaged);
    desk.run("clean talk.txt").works().says("warning: line 21 of the transcript");
    desk.run("clean talk.txt -v").works().says("changes");
    assert_eq!(desk.run("clean talk.txt -q").works().err, "");
}

#[test]
fn what_is_no_transcript_is_refused() {
    let desk = Desk::new().folder("folder").file("file.txt", "好。");
    desk.run("make FORUM missing.txt").fails().says("missing.txt").says("No such file");
    desk.run("make FORUM folder").fails().says("folder");
    desk.run("make FORUM file.txt/inner.txt").fails().says("file.txt/inner.txt");
    desk.run("make FORUM FORUM").fails().says("forum.m4a").says("not text");
}

#[test]
fn what_is_no_recording_is_refused() {
    let desk = Desk::new().folder("folder").file("empty.m4a", "").file("text.m4a", "大家好。\n".repeat(100));
    for (name, why) in [
        ("empty.m4a", "is empty"),
        ("text.m4a", "text file"),
        ("missing.m4a", "no such file"),
        ("folder", "folder"),
        ("text.m4a/inner.m4a", "cannot be read"),
    ] {
        for command in [
            format!("make {name} TEXT"),
            format!("align {name} TEXT -o x.srt"),
            format!("probe {name}"),
            format!("probe {name} --plot x.svg"),
        ] {
            desk.run(&command).fails().says(name).says(why);
        }
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().file("secret.m4a", "x").file("secret.txt", "好。");
    let forbid = |mode| {
        for name in ["secret.m4a", "secret.txt"] {
            fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    forbid(0o000);
    if fs::read(desk.path("secret.txt")).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    for (command, name) in [("make FORUM secret.txt", "secret.txt"), ("probe secret.m4a", "secret.m4a")] {
        let output = desk.zimu(command.replace("FORUM", &sample("forum.m4a")).split(' ')).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(told.contains(name) && told.to_lowercase().contains("permission"), "{told}");
    }
    forbid(0o600);
}

#[test]
fn a_transcript_of_something_else_is_refused() {
    let desk = Desk::new().file("other.txt", OTHER);
    desk.run("make FORUM other.txt -o out").fails().says("hardly fit").says("--force");
    desk.run("align FORUM other.txt -o out.srt").fails().says("hardly fit").says("--force");
}

#[test]
fn a_transcript_of_something_else_is_written_by_force_with_a_warning() {
    let desk = Desk::new().file("other.txt", OTHER);
    desk.run("make FORUM other.txt -o out --force").works().says("warning: ").says("hardly fit");
    assert!(desk.path("out/timeline.json").is_file() && desk.path("out/subtitles.srt").is_file());
    desk.run("align FORUM other.txt -o out.srt --force").works().says("hardly fit");
    assert!(desk.read("out.srt").contains("面包"));
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let desk = Desk::new().file("out/notes.txt", "mine").file("out/timeline.json", "old");
    desk.run("make FORUM TEXT -o out").fails().says("out already exists").says("--force");
}

#[test]
fn force_replaces_what_zimu_wrote_and_keeps_the_rest() {
    let desk = Desk::new()
        .file("out/notes.txt", "mine")
        .file("out/timeline.json", "old")
        .file("out/speakers/09-nobody.srt", "old");
    desk.run("make FORUM TEXT -o out --force").works();
    assert_eq!(desk.read("out/notes.txt"), "mine");
    assert!(desk.read("out/timeline.json").starts_with('{'));
    assert!(!desk.path("out/speakers/09-nobody.srt").exists());
    assert!(desk.files().keys().all(|name| name.starts_with("out")), "{:?}", desk.files().keys());
}

#[test]
fn an_empty_folder_is_filled() {
    let desk = Desk::new().folder("out");
    desk.run("make FORUM TEXT -o out -q").works();
    assert!(desk.path("out/report.html").is_file());
}

#[test]
fn a_result_that_has_no_place_is_refused_before_any_work() {
    // That the recording is missing would be told first if anything had been done.
    let desk = Desk::new().file("file", "mine").folder("folder.srt");
    for (command, why) in [
        ("make missing.m4a TEXT -o nowhere/out", "there is no folder nowhere: make it first"),
        ("make missing.m4a TEXT -o nowhere/sub/out", "there is no folder nowhere/sub"),
        ("make missing.m4a TEXT -o file", "cannot write file: it is there already and is not a folder"),
        ("make missing.m4a TEXT -o file --force", "is not a folder"),
        ("make missing.m4a TEXT -o file/out", "file is not a folder"),
        ("make missing.m4a TEXT -o -", "standard output cannot hold it"),
        ("align missing.m4a TEXT -o nowhere/out.srt", "cannot write nowhere/out.srt: there is no folder nowhere"),
        ("align missing.m4a TEXT -o file/out.srt", "file is not a folder"),
        ("align missing.m4a TEXT -o folder.srt", "it is a folder"),
        ("clean missing.txt -o nowhere/out.txt", "cannot write nowhere/out.txt: there is no folder nowhere"),
        ("probe missing.m4a --plot nowhere/out.svg", "cannot write nowhere/out.svg: there is no folder nowhere"),
    ] {
        let refused = desk.run(command).fails().says(why);
        assert!(!refused.err.contains(".zimu-") && !refused.err.contains("missing"), "{}", refused.err);
    }
}

#[test]
fn a_result_never_replaces_what_it_is_made_from() {
    let desk = Desk::new()
        .file("talk.txt", "大家上午好。\n")
        .file("out/subtitles.srt", "1\n00:00:01,000 --> 00:00:02,000\n好\n");
    fs::copy(sample("forum.m4a"), desk.path("talk.m4a")).unwrap();
    let why = "which it is made from";
    desk.run("align talk.m4a talk.txt -o talk.txt").fails().says(why);
    desk.run("align talk.m4a talk.txt -o ./talk.txt").fails().says(why);
    desk.run("clean talk.txt -o talk.txt").fails().says(why);
    desk.run("probe talk.m4a --plot talk.m4a").fails().says(why);
    desk.run("make talk.m4a out/subtitles.srt -o out --force").fails().says(why);
}

#[cfg(unix)]
#[test]
fn a_place_without_permission_is_refused_before_any_work() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().folder("theirs").folder("ours").file("ours/kept.srt", "mine");
    let mode = |name, mode| fs::set_permissions(desk.path(name), fs::Permissions::from_mode(mode)).unwrap();
    mode("theirs", 0o555);
    mode("ours/kept.srt", 0o444);
    if fs::write(desk.path("theirs/try"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let why = "no permission to write in the folder theirs";
    desk.run("make missing.m4a TEXT -o theirs/out").fails().says(why);
    desk.run("make missing.m4a TEXT -o theirs").fails().says(why);
    desk.run("align missing.m4a TEXT -o theirs/out.srt").fails().says(why);
    desk.run("clean TEXT -o theirs/out.txt").fails().says(why);
    desk.run("probe missing.m4a --plot theirs/out.svg").fails().says(why);
    desk.run("align missing.m4a TEXT -o ours/kept.srt").fails().says("write-protected");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_stay() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new().file("file.txt", "old").file("file.srt", "old").folder("folder");
    for (to, link) in [
        ("file.txt", "link.txt"),
        ("new.txt", "dangling.txt"),
        ("nowhere/new.txt", "lost.txt"),
        ("new", "dangling"),
        ("folder", "link"),
    ] {
        symlink(to, desk.path(link)).unwrap();
    }
    desk.run("clean TEXT -o link.txt").works();
    desk.run("clean TEXT -o dangling.txt").works();
    desk.run("clean TEXT -o lost.txt").fails().says("there is no folder");
    desk.run("make FORUM TEXT -o dangling -q").works();
    desk.run("make FORUM TEXT -o link -q").works();
    for link in ["link.txt", "dangling.txt", "lost.txt", "dangling", "link"] {
        assert!(fs::symlink_metadata(desk.path(link)).unwrap().is_symlink(), "{link}");
    }
    assert!(desk.read("file.txt") == desk.read("new.txt") && desk.read("file.txt").contains("3.5倍"));
    assert!(desk.path("new/report.html").is_file() && desk.path("folder/report.html").is_file());
}

#[cfg(unix)]
#[test]
fn a_new_file_can_be_read_by_whom_the_user_lets() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().file("theirs.txt", "");
    desk.run("clean TEXT -o ours.txt").works();
    let mode = |name| fs::metadata(desk.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("ours.txt"), mode("theirs.txt"));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_through() {
    let desk = Desk::new();
    let pipe = desk.path("pipe.txt");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    let status = desk.zimu(["clean", &sample("forum.md"), "-o", "pipe.txt"]).status().unwrap();
    assert!(status.success());
    assert!(reader.join().unwrap().contains("3.5倍"));
    assert!(!fs::metadata(&pipe).unwrap().is_file());
}

/// A device like `/dev/null`, of its own so that a fault harms no one; `None`, said aloud, where that is not permitted.
#[cfg(target_os = "linux")]
fn null_device(at: &std::path::Path) -> Option<()> {
    let made = Command::new("mknod").arg(at).args(["c", "1", "3"]).output();
    // Where devices are not honoured the node is there and cannot be written to.
    if made.is_ok_and(|output| output.status.success()) && fs::write(at, "x").is_ok() {
        return Some(());
    }
    eprintln!("skipped: a device cannot be made here");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_through_and_never_replaced() {
    let desk = Desk::new();
    let is_device = |name| !fs::metadata(desk.path(name)).unwrap().is_file();
    for name in ["null.txt", "null.srt", "null.svg", "null"] {
        if null_device(&desk.path(name)).is_none() {
            return;
        }
    }
    // Not `desk.run`: it reads every file.
    let run = |args: &str| {
        let args = args.replace("FORUM", &sample("forum.m4a")).replace("TEXT", &sample("forum.md"));
        desk.zimu(args.split(' ')).output().unwrap()
    };
    for args in ["clean TEXT -o null.txt", "align FORUM TEXT -o null.srt", "probe FORUM --plot null.svg"] {
        assert!(run(args).status.success(), "{args}");
    }
    for args in ["make missing.m4a TEXT -o null", "make missing.m4a TEXT -o null --force"] {
        let refused = run(args);
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.contains("is there already and is not a folder"), "{told}");
    }
    assert!(["null.txt", "null.srt", "null.svg", "null"].into_iter().all(is_device));
}

/// A small disk of its own, taken down at the end whatever happens.
#[cfg(target_os = "linux")]
struct Disk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    /// `None`, said aloud, where mounting is not permitted.
    fn mount(at: std::path::PathBuf, size: &str) -> Option<Disk> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]).arg(&at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk(at));
        }
        eprintln!("skipped: a small disk cannot be mounted here");
        None
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_gets_nothing_half_written() {
    let desk = Desk::new().folder("disk").file("short.md", "各位来宾、各位朋友，大家上午好。\n");
    let Some(_disk) = Disk::mount(desk.path("disk"), "64k") else { return };
    let full = "No space left";
    desk.run("make FORUM TEXT -o disk/out").fails().says("disk/out").says(full);
    desk.run("align FORUM TEXT -o disk/out.json").fails().says("disk/out.json").says(full);
    // The whole disk, to the last byte.
    let filled = fs::write(desk.path("disk/filler"), vec![b'x'; 1 << 20]);
    assert!(filled.is_err(), "the disk is bigger than it was asked to be");
    desk.run("clean TEXT -o disk/clean.txt").fails().says("disk/clean.txt").says(full);
    desk.run("probe FORUM --plot disk/plot.svg").fails().says("disk/plot.svg").says(full);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_a_disk_of_its_own_is_filled() {
    let desk = Desk::new().folder("disk");
    let Some(_disk) = Disk::mount(desk.path("disk"), "4m") else { return };
    desk.run("make FORUM TEXT -o disk -q").works();
    assert!(desk.path("disk/report.html").is_file());
    assert!(!desk.files().keys().any(|name| name.contains(".zimu-")));
}

#[test]
fn a_track_that_there_is_not_is_refused() {
    Desk::new().run("make FORUM TEXT --track 5").fails().says("forum.m4a").says("no audio track 5").says("0 (aac)");
}

#[test]
fn a_faulty_line_of_the_terms_is_named() {
    let desk = Desk::new().file("terms.txt", "# 术语\n青芦湖\n| 清炉湖\n");
    desk.run("make FORUM TEXT --terms terms.txt -o out").fails().says("terms.txt, line 3");
    desk.run("make FORUM TEXT --terms missing.txt -o out").fails().says("missing.txt");
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    let desk = Desk::new();
    for args in [
        "",
        "bogus",
        "make",
        "make FORUM",
        "align FORUM TEXT",
        "make FORUM TEXT --lang klingon",
        "probe FORUM --audio-offset 99999999999999",
        "probe -v -q x",
    ] {
        desk.run(args).misused();
    }
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let desk = Desk::new();
    for command in ["make", "align", "probe", "clean", "terms suggest", "completions"] {
        desk.run(&format!("{command} --help")).works().prints("Example").prints(&format!("\n  zimu {command} "));
    }
    desk.run("--help").works().prints("zimu make forum.mp4 transcript.md");
    desk.run("--version").works().prints(env!("CARGO_PKG_VERSION"));
}

#[test]
fn completions_are_printed_for_every_shell() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        desk.run(&format!("completions {shell}")).works().prints("zimu");
    }
}

/// Runs zimu with both outputs going to a reader that leaves after `read` bytes.
fn run_for_a_reader_who_leaves(command: &str, read: usize) -> (Option<i32>, String) {
    let desk = Desk::new();
    let command = command.replace("FORUM", &sample("forum.m4a")).replace("TEXT", &sample("forum.md"));
    let mut child = desk.zimu(command.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut vec![0; read]).unwrap();
    drop(out);
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (child.wait().unwrap().code(), told)
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    for command in ["completions bash", "clean TEXT", "align FORUM TEXT -o - -q", "probe FORUM --json", "make --help"] {
        assert_eq!(run_for_a_reader_who_leaves(command, 0), (Some(0), String::new()), "{command}");
    }
    assert_eq!(run_for_a_reader_who_leaves("completions zsh", 10), (Some(0), String::new()));
}

#[test]
fn messages_that_nobody_reads_change_nothing() {
    let desk = Desk::new();
    let deaf = |args: &[&str]| -> Option<i32> {
        let mut child = desk.zimu(args.iter().copied()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        child.wait().unwrap().code()
    };
    let (forum, text) = (sample("forum.m4a"), sample("forum.md"));
    assert_eq!(deaf(&["make", &forum, &text, "-o", "out"]), Some(0));
    assert!(desk.path("out/report.html").is_file());
    assert_eq!(deaf(&["make", &forum, "missing.txt"]), Some(1));
}
