//! `zimu train` as people meet it.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use desk::Desk;

/// A second of 16 kHz mono WAV: a hum between two silences.
fn hum(pitch: f32) -> Vec<u8> {
    let samples = (0..16_000).map(|at| match at {
        2_000..14_000 => ((at as f32 * pitch).sin() * 8_000.0) as i16,
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
    (0..6).fold(Desk::new(), |desk, speaker| {
        desk.file(&format!("corpus/{speaker}/a.wav"), hum(0.03 + 0.01 * speaker as f32))
            .file(&format!("corpus/{speaker}/a.txt"), "妈妈妈\n")
    })
}

#[test]
fn a_folder_of_clips_becomes_a_model() {
    let desk = corpus();
    let trained = desk.run("train corpus -o my.zimunet --width 8 --epochs 2").works();
    trained.says("6 clips").says("epoch 1: learned").says("epoch 2: learned");
    let model = std::fs::read(desk.path("my.zimunet")).unwrap();
    assert!(model.starts_with(b"zimunet"));
    // The same corpus gives the same model.
    desk.run("train corpus -o again.zimunet --width 8 --epochs 2").works();
    assert_eq!(model, std::fs::read(desk.path("again.zimunet")).unwrap());
}

#[test]
fn what_is_no_corpus_is_refused() {
    let desk = Desk::new().folder("empty").file("clips.tsv", "file\ttext\nnone.wav\thello\n");
    desk.run("train empty -o m").fails().says("empty").says(".txt");
    desk.run("train nowhere.tsv -o m").fails().says("nowhere.tsv");
    desk.run("train clips.tsv -o m").fails().says("none.wav");
    assert!(!desk.path("m").exists());
}

#[test]
fn a_model_of_ones_own_listens_instead_of_the_one_inside() {
    let desk = corpus();
    desk.run("align FORUM TEXT -o inside.json").works();
    desk.run("train corpus -o hums.zimunet --width 8 --epochs 2").works();
    desk.run("align FORUM TEXT -o hums.json --model hums.zimunet --force").works();
    assert_ne!(desk.read("inside.json"), desk.read("hums.json"));
}

#[test]
fn a_model_that_cannot_be_used_is_named() {
    let desk = Desk::new().file("talk.zimunet", "hello");
    desk.run("align FORUM TEXT -o a.srt --model talk.zimunet").fails().says("talk.zimunet: this is no zimu model");
    desk.run("make FORUM TEXT -o out --model none.zimunet").fails().says("cannot read none.zimunet");
}
