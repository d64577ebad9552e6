//! `zimu train` as people meet it.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::f32::consts::TAU;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use desk::{Desk, sample};
use zimu::timeline::Timeline;

/// A second of 16 kHz mono WAV: a buzz, which like a voice has many harmonics, between two silences.
fn buzz(pitch: f32) -> Vec<u8> {
    let samples = (0..16_000).map(|at| match at {
        2_000..14_000 => ((at as f32 * pitch) % TAU * 2_500.0 - 8_000.0) as i16,
        _ => (at % 7) as i16,
    });
    let body: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let length = body.len() as u32;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(16_000u32.to_le_bytes());
    wav.extend(32_000u32.to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend(length.to_le_bytes());
    wav.extend(body);
    wav
}

/// Six clips of six speakers, a text beside each.
fn corpus() -> Desk {
    corpus_of(6)
}

/// A clip of each of some speakers.
fn corpus_of(speakers: u8) -> Desk {
    (0..speakers).fold(Desk::new(), |desk, speaker| {
        desk.file(&format!("corpus/{speaker:02}/a.wav"), buzz(0.03 + 0.01 * f32::from(speaker % 8)))
            .file(&format!("corpus/{speaker:02}/a.txt"), "妈妈妈\n")
    })
}

#[test]
fn a_folder_of_clips_becomes_a_model() {
    let desk = corpus();
    let trained = desk.run("train corpus -o my.zimunet --width 8 --epochs 2").works();
    trained.says("6 clips").says("epoch 1: learned").says("epoch 2: learned");
    let model = fs::read(desk.path("my.zimunet")).unwrap();
    assert!(model.starts_with(b"zimunet"));
    // The same corpus gives the same model.
    desk.run("train corpus -o again.zimunet --width 8 --epochs 2").works();
    assert_eq!(model, fs::read(desk.path("again.zimunet")).unwrap());
}

#[test]
fn what_is_no_corpus_is_refused() {
    let desk = Desk::new().folder("empty").file("clips.tsv", "file\ttext\nnone.wav\thello\n");
    desk.run("train empty -o m").fails().says("empty").says(".txt");
    desk.run("train nowhere.tsv -o m").fails().says("nowhere.tsv");
    desk.run("train clips.tsv -o m").fails().says("none.wav");
    assert!(!desk.path("m").exists());
    desk.run("train clips.tsv -o m --epochs 0").misused();
    desk.run("train clips.tsv -o m --width 0").misused();
}

/// Begins a training and kills it after its first epoch, in the midst of a later one.
fn interrupt(desk: &Desk, args: &str) {
    let mut child = desk.zimu(args.split_whitespace()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.starts_with("epoch 1: learned")));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said.all(|line| !line.starts_with("epoch 12:")), "it was over before it was killed");
}

#[test]
fn a_training_that_was_killed_goes_on_to_the_same_model() {
    let desk = corpus_of(36);
    let args = |model: &str| format!("train corpus -o {model} --width 64 --epochs 12");
    interrupt(&desk, &args("killed"));
    assert!(!desk.path("killed").exists(), "a model is there when it is finished");

    let resumed = desk.run(&args("killed")).works();
    let resumed = resumed.says("going on after epoch ").says("as killed.part has it").says("epoch 12: learned");
    assert!(!resumed.err.contains("epoch 1: learned"), "{}", resumed.err);
    assert!(!desk.path("killed.part").exists());

    desk.run(&args("whole")).works();
    assert_eq!(fs::read(desk.path("killed")).unwrap(), fs::read(desk.path("whole")).unwrap());
}

#[test]
fn what_a_killed_training_left_is_not_mistaken_for_another() {
    let desk = corpus_of(36);
    interrupt(&desk, "train corpus -o m --width 64 --epochs 12");
    let other = "train corpus -o m --width 8 --epochs 2";
    desk.run(other).fails().says("m.part").says("--width 64 --epochs 12, not --width 8 --epochs 2").says("--afresh");

    let desk = desk.file("corpus/20/a.txt", "思思思\n");
    let changed = desk.run("train corpus -o m --width 64 --epochs 12");
    assert_eq!(changed.status, Some(1));
    changed.says("corpus/20/a.wav sounds or reads otherwise").says("--afresh");

    let part = fs::read(desk.path("m.part")).unwrap();
    let desk = desk.file("m.part", &part[..part.len() / 2]);
    desk.run(other).fails().says("m.part: it is damaged").says("--afresh");
    desk.run(&format!("{other} --afresh")).works().says("epoch 1: learned");
    assert!(desk.path("m").exists() && !desk.path("m.part").exists());
}

#[test]
fn a_model_is_taught_on_from_another_corpus() {
    let desk = corpus();
    desk.run("train corpus -o first --width 8 --epochs 2").works();
    let taught = desk.run("train corpus --from first -o second --epochs 1").works();
    taught.says("epoch 1: learned");
    assert_eq!(fs::read(desk.path("first")).unwrap().len(), fs::read(desk.path("second")).unwrap().len());
    assert_ne!(fs::read(desk.path("first")).unwrap(), fs::read(desk.path("second")).unwrap());

    desk.run("train corpus --from none -o m").fails().says("cannot read none");
    desk.run("train corpus --from corpus/00/a.txt -o m").fails().says("corpus/00/a.txt: this is no zimu model");
    desk.run("train corpus --from first -o first").fails().says("first");
    desk.run("train corpus --from first --width 8 -o m").misused();
}

#[test]
fn a_file_that_is_no_checkpoint_is_never_replaced() {
    let desk = corpus().file("m.part", "chapter one");
    desk.run("train corpus -o m").fails().says("m.part: it is no checkpoint");
    desk.run("train corpus -o m --afresh").fails().says("m.part: it is no checkpoint");
}

#[test]
fn left_out_speakers_tell_how_well_the_model_aligns() {
    let desk = corpus_of(36);
    let trained = desk.run("train corpus -o m --width 8 --epochs 1 --leave-out 4").works();
    trained.says("left out, Chinese, as they are: 9 sentences").says("left out, Chinese, a room and noise 10 dB under");
    desk.run("train corpus -o m --width 8 --epochs 1 --leave-out 0").works().says("no speaker was left out");
}

#[test]
fn a_model_of_ones_own_listens_instead_of_the_one_inside() {
    let desk = corpus();
    desk.run("align FORUM TEXT -o inside.json").works();
    desk.run("train corpus -o buzzes.zimunet --width 8 --epochs 2").works();
    desk.run("align FORUM TEXT -o buzzes.json --model buzzes.zimunet --force").works();
    assert_ne!(desk.read("inside.json"), desk.read("buzzes.json"));

    // To the rows of a batch as well.
    let row = format!("file\ttranscript\tname\n{}\t{}\trow\n", sample("forum.m4a"), sample("forum.md"));
    let desk = desk.file("clips.tsv", row);
    desk.run("align --batch clips.tsv -o out --format json --model buzzes.zimunet --force").works();
    let timed = |name: &str| Timeline::read_json(&desk.path(name)).unwrap().segments;
    assert_eq!(timed("out/row.json"), timed("buzzes.json"));
}

#[test]
fn a_model_that_cannot_be_used_is_named() {
    let desk = Desk::new().file("talk.zimunet", "hello");
    desk.run("align FORUM TEXT -o a.srt --model talk.zimunet").fails().says("talk.zimunet: this is no zimu model");
    desk.run("make FORUM TEXT -o out --model none.zimunet").fails().says("cannot read none.zimunet");
    let desk = desk.file("clips.tsv", "file\ttext\na.wav\thi\n");
    desk.run("align --batch clips.tsv -o out --model talk.zimunet").fails().says("talk.zimunet: this is no zimu model");
    assert!(!desk.path("out").exists());
}
