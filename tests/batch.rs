//! `zimu align --batch` and the phones of words, as people meet them. The clips are cut from the sample forum.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use desk::{Desk, excerpt, sample};
use serde_json::Value;
use zimu::timeline::Timeline;

/// A clip of the forum.
struct Clip {
    wav: Vec<u8>,
    text: String,
    /// Its sentences.
    sentences: Vec<String>,
    /// When they begin, in seconds.
    starts: Vec<f64>,
}

/// The true sentences that are spoken between two times, with a little room around them.
fn clip(from: f64, to: f64) -> Clip {
    let truth: Value = serde_json::from_str(&fs::read_to_string(sample("forum.truth.json")).unwrap()).unwrap();
    let inside = |sentence: &&Value| sentence["start"].as_f64().is_some_and(|start| (from..to).contains(&start));
    let said: Vec<&Value> = truth["sentences"].as_array().unwrap().iter().filter(inside).collect();
    let first = said[0]["start"].as_f64().unwrap() - 0.25;
    let last = said[said.len() - 1]["end"].as_f64().unwrap() + 0.2;
    let sentences: Vec<String> = said.iter().map(|sentence| sentence["text"].as_str().unwrap().to_owned()).collect();
    Clip {
        wav: excerpt(first..last),
        text: sentences.iter().map(|sentence| format!("{sentence} ")).collect(),
        sentences,
        starts: said.iter().map(|sentence| sentence["start"].as_f64().unwrap() - first).collect(),
    }
}

/// A corpus of two voices: `zh/reeds.wav` with its text in the manifest, `en/marsh.wav` with it in a file.
fn corpus() -> Desk {
    let (reeds, marsh) = (clip(17.0, 46.0), clip(284.0, 305.0));
    let manifest = format!(
        "file\ttext\ttranscript\tspeaker\nzh/reeds.wav\t{}\t\tLin\nen/marsh.wav\t\tmarsh.txt\tDaniel\n",
        reeds.text
    );
    Desk::new()
        .file("zh/reeds.wav", reeds.wav)
        .file("en/marsh.wav", marsh.wav)
        .file("marsh.txt", marsh.text)
        .file("clips.tsv", manifest)
}

/// A corpus of which three rows cannot be done.
fn faulty_corpus() -> Desk {
    let desk = corpus();
    let rows = "zh/none.wav\t你好。\t\tLin\t\ndamaged.wav\t你好。\t\tLin\t\nen/marsh.wav\t\tother.txt\tDaniel\tother\n";
    let named = |row: &str| format!("{row}\t{}\n", if row.starts_with("file") { "name" } else { "" });
    let manifest: String = desk.read("clips.tsv").lines().map(named).collect();
    let other = "The committee approved the annual budget without any further discussion. Taxes on imported \
                 bicycles will rise by four percent next January. Nobody asked the minister about the railway.\n";
    desk.file("clips.tsv", manifest + rows).file("damaged.wav", "RIFF and so on").file("other.txt", other)
}

/// The line of the table that begins so.
fn row<'a>(table: &'a str, file: &str) -> &'a str {
    table.lines().find(|line| line.starts_with(file)).unwrap_or_else(|| panic!("no {file} in {table}"))
}

#[test]
fn a_batch_fills_a_folder_and_ends_with_a_table() {
    let desk = corpus();
    let ran = desk.run("align --batch clips.tsv -o out --format json,TextGrid,ctm --phones").works();
    for file in ["zh/reeds.wav", "en/marsh.wav"] {
        assert!(row(&ran.out, file).contains('×'), "{}", ran.out);
    }
    ran.says("2 aligned, 0 done before, 0 failed").says("times real time");
    let files = desk.files();
    for name in ["zh/reeds", "en/marsh"] {
        for ending in ["json", "TextGrid", "ctm"] {
            assert!(files.contains_key(&format!("out/{name}.{ending}")), "{name}.{ending}: {:?}", files.keys());
        }
    }
    assert!(desk.read("out/en/marsh.ctm").starts_with("marsh 1 0."));

    for (name, clip) in [("zh/reeds", clip(17.0, 46.0)), ("en/marsh", clip(284.0, 305.0))] {
        let timeline = Timeline::read_json(&desk.path(&format!("out/{name}.json"))).unwrap();
        let spoken: Vec<f64> = timeline.spoken().map(|(_, span)| span.start.seconds()).collect();
        assert_eq!(spoken.len(), clip.starts.len(), "{name}");
        assert!(spoken.iter().zip(&clip.starts).all(|(found, said)| (found - said).abs() < 0.3), "{name}: {spoken:?}");
    }
}

#[test]
fn the_phones_of_a_word_fill_it() {
    let desk = corpus();
    desk.run("align --batch clips.tsv -o out --format json --phones").works();
    for (name, word, phones) in [("zh/reeds", "湿", "sh iii"), ("en/marsh", "silence", "s ai l AH n s")] {
        let timeline = Timeline::read_json(&desk.path(&format!("out/{name}.json"))).unwrap();
        let words =
            || timeline.segments.iter().flat_map(|segment| segment.words.iter().map(move |word| (segment, word)));
        for (_, word) in words() {
            let (span, phones) = (word.span.unwrap(), &word.phones);
            assert_eq!((phones[0].span.start, phones[phones.len() - 1].span.end), (span.start, span.end));
            assert!(phones.windows(2).all(|pair| pair[0].span.end == pair[1].span.start), "{word:?}");
            assert!(phones.iter().all(|phone| phone.span.length().0 >= 10), "{word:?}");
        }
        let said = words().find(|(segment, found)| segment.word_text(found) == word).unwrap().1;
        let names: Vec<&str> = said.phones.iter().map(|phone| phone.phone.name()).collect();
        assert_eq!(names.join(" "), phones);
    }
}

#[test]
fn phones_come_with_a_textgrid_and_on_wish_with_json() {
    let desk = corpus();
    desk.run("align en/marsh.wav marsh.txt -o marsh.TextGrid").works();
    let grid = desk.read("marsh.TextGrid");
    for tier in ["\"sentences\"", "\"words\"", "\"phones\"", "text = \"EH\""] {
        assert!(grid.contains(tier), "{tier}");
    }
    let plain = desk.run("align en/marsh.wav marsh.txt -o -").works();
    assert!(!plain.out.contains("phone"));
    desk.run("align en/marsh.wav marsh.txt --phones -o -").works().prints("\"phones\": [{\"phone\":\"");
    desk.run("align en/marsh.wav marsh.txt --phones -o marsh.srt").fails().says("SubRip").says(".TextGrid");
    desk.run("align --batch clips.tsv --phones --format srt,ctm -o out").fails().says("SubRip, CTM");
    desk.run("align --batch clips.tsv --format json,TextGrid -o out").works();
    assert!(!desk.read("out/en/marsh.json").contains("phone"));
    assert_eq!(desk.read("out/en/marsh.TextGrid"), grid);
}

#[test]
fn one_bad_row_stops_no_other() {
    let desk = faulty_corpus();
    let ran = desk.run("align --batch clips.tsv -o out");
    assert_eq!(ran.status, Some(1));
    assert!(row(&ran.out, "zh/reeds.wav").contains('×') && row(&ran.out, "en/marsh.wav").contains('×'));
    assert!(row(&ran.out, "zh/none.wav").contains("error:") && row(&ran.out, "zh/none.wav").contains("no such file"));
    assert!(row(&ran.out, "damaged.wav").contains("error:"));
    assert!(ran.out.lines().last().unwrap().contains("hardly fit"), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 6, "{}", ran.out);
    ran.says("2 aligned, 0 done before, 3 failed").says("error: 3 of 5 recordings could not be aligned");
    let grids: Vec<String> = desk.files().into_keys().filter(|name| name.ends_with("Grid")).collect();
    assert_eq!(grids, ["out/en/marsh.TextGrid", "out/zh/reeds.TextGrid"]);

    // A quiet run still tells what went wrong, and where.
    let quiet = desk.run("align --batch clips.tsv -o out -q");
    assert_eq!((quiet.status, quiet.out.as_str(), quiet.err.lines().count()), (Some(1), "", 4));
    quiet.says("error: zh/none.wav: ");
}

#[test]
fn it_is_told_what_became_of_the_times_of_a_transcript() {
    let reeds = clip(17.0, 46.0);
    // Each cue lasts until the next begins. The last one comes three seconds late.
    let mut starts = reeds.starts.clone();
    starts[4] += 3.0;
    let ends = [&reeds.starts[1..], &[33.0]].concat();
    let cue = |((text, start), end)| format!("00:{start:06.3} --> 00:{end:06.3}\n{text}\n\n");
    let cues: String = reeds.sentences.iter().zip(&starts).zip(&ends).map(cue).collect();
    let desk = Desk::new()
        .file("reeds.wav", reeds.wav)
        .file("reeds.vtt", format!("WEBVTT\n\n{cues}"))
        .file("clips.tsv", "file\ttranscript\nreeds.wav\treeds.vtt\n");
    let told = "reeds.wav: times for 5 sentences: 4 kept, 1 moved (median 3.0 s, most 3.0 s)";
    desk.run("align --batch clips.tsv -o out").works().says(told);
    assert!(!desk.run("align --batch clips.tsv -o out --force --quiet").works().err.contains("times for"));
}

#[test]
fn a_batch_goes_on_where_it_was_broken_off() {
    let desk = faulty_corpus();
    let run = |more: &str| desk.run(&format!("align --batch clips.tsv -o out --format TextGrid{more}")).out;
    run("");
    let first = desk.files();
    // What failed is tried again, what is there is left alone.
    let again = run("");
    assert!(
        row(&again, "zh/reeds.wav").ends_with("done before") && row(&again, "en/marsh.wav").ends_with("done before")
    );
    assert!(row(&again, "damaged.wav").contains("error:"));
    assert!(desk.files() == first);
    // As if the other had not been come to yet.
    fs::remove_file(desk.path("out/en/marsh.TextGrid")).unwrap();
    let rest = run("");
    assert!(row(&rest, "zh/reeds.wav").ends_with("done before") && row(&rest, "en/marsh.wav").contains('×'), "{rest}");
    assert!(desk.files() == first);
    // A transcript that was changed since, and another format, are work to do.
    let file = File::options().append(true).open(desk.path("marsh.txt")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(5)).unwrap();
    let changed = run("");
    assert!(row(&changed, "zh/reeds.wav").ends_with("done before") && row(&changed, "en/marsh.wav").contains('×'));
    assert!(row(&run(",ctm"), "zh/reeds.wav").contains('×'));
    // With --force everything is done, the transcript of something else too.
    let forced = run(" --force");
    assert!(!forced.contains("done before") && !forced.contains("hardly fit"), "{forced}");
    assert!(desk.path("out/other.TextGrid").is_file());
}

#[test]
fn the_number_of_jobs_changes_no_byte() {
    let desk = faulty_corpus();
    let ran = |jobs: usize| {
        desk.run(&format!("align --batch clips.tsv -o out{jobs} --format json,TextGrid --phones -j {jobs}"));
        let files = desk.files().into_iter();
        files.filter_map(|(name, bytes)| Some((name.strip_prefix(&format!("out{jobs}/"))?.to_owned(), bytes))).collect()
    };
    let one: Vec<(String, Option<Vec<u8>>)> = ran(1);
    assert_eq!(one.iter().filter(|(_, bytes)| bytes.is_some()).count(), 4);
    assert!(one == ran(4));
    // Nor does the company of others.
    desk.run("align en/marsh.wav marsh.txt -o alone.TextGrid").works();
    assert_eq!(desk.read("alone.TextGrid"), desk.read("out1/en/marsh.TextGrid"));
}

#[test]
fn what_is_no_batch_is_refused_before_any_work() {
    let desk = corpus()
        .file("headless.tsv", "a.wav\thello\n")
        .file("empty.tsv", "file\ttext\n")
        .file("torn.tsv", "file\ttext\na.wav\n")
        .file("same.tsv", "file\ttext\na.wav\thi\nb.wav\tho\na.mp3\thi\n")
        .file("out.tsv", "file\ttext\tname\na.wav\thi\t../a\n");
    let refused = |args: &str| desk.run(&format!("align --batch {args}")).fails();
    refused("nowhere.tsv -o out").says("nowhere.tsv");
    refused("headless.tsv -o out").says("headless.tsv").says("line 1").says("`file`");
    refused("empty.tsv -o out").says("no recordings");
    refused("torn.tsv -o out").says("line 2 has 1 columns");
    refused("same.tsv -o out").says("lines 2 and 4").says("a.TextGrid").says("`name`");
    refused("out.tsv -o out").says("line 2").says("../a");
    refused("clips.tsv -o out --format docx").says("docx").says(".TextGrid");
    refused("clips.tsv -o no/such/folder").says("there is no folder no/such");
    refused("clips.tsv -o marsh.txt").says("not a folder");
    desk.run("align --batch clips.tsv en/marsh.wav marsh.txt -o out").misused();
    desk.run("align --batch clips.tsv -o out -j 0").misused();
    desk.run("align en/marsh.wav marsh.txt -o out.srt -j 2").misused();
    desk.run("align en/marsh.wav -o out.srt").misused();
}
