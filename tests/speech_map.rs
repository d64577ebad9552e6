//! How far the map of speech, silence and music agrees with recordings whose content is known.
//!
//! ```text
//! cargo test --release --test speech_map -- --nocapture --include-ignored
//! ```

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use zimu::signal::{Frames, MapBuilder, Sound, SpeechMap};
use zimu::timeline::Ms;

/// Frames of one true sound, by the sound that the map has.
#[derive(Default)]
struct Heard {
    speech: usize,
    silence: usize,
    music: usize,
}

impl Heard {
    fn add(&mut self, sound: Sound) {
        match sound {
            Sound::Speech => self.speech += 1,
            Sound::Silence => self.silence += 1,
            Sound::Music => self.music += 1,
        }
    }

    fn share(&self, count: usize) -> f64 {
        count as f64 / (self.speech + self.silence + self.music).max(1) as f64
    }
}

/// What the map makes of the sentences, of the music and applause that nobody talks over, and of the rest.
#[derive(Default)]
struct Agreement {
    sentences: Heard,
    music: Heard,
    rest: Heard,
}

impl Agreement {
    /// Compares every 10 ms; `sentences` and `music` hold starts and ends in seconds.
    fn of(map: &SpeechMap, sentences: &[(f64, f64)], music: &[(f64, f64)]) -> Agreement {
        let mut truth = vec![Sound::Silence; (map.duration().0 / 10) as usize];
        for (spans, sound) in [(music, Sound::Music), (sentences, Sound::Speech)] {
            for &(start, end) in spans {
                let end = ((end * 100.0) as usize).min(truth.len());
                truth[((start * 100.0) as usize).min(end)..end].fill(sound);
            }
        }
        let mut agreement = Agreement::default();
        for (n, truth) in truth.iter().enumerate() {
            let heard = match truth {
                Sound::Speech => &mut agreement.sentences,
                Sound::Music => &mut agreement.music,
                Sound::Silence => &mut agreement.rest,
            };
            heard.add(map.sound_at(Ms(n as i64 * 10 + 5)));
        }
        agreement
    }
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(path);
    if !path.exists() {
        eprintln!("skipped: no {}", path.display());
        return None;
    }
    Some(path)
}

fn map_of(media: &Path) -> Option<SpeechMap> {
    let decoded = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(media)
        .args(["-f", "f32le", "-ac", "1", "-ar", "16000", "-"])
        .output();
    let Ok(decoded) = decoded else {
        eprintln!("skipped: no ffmpeg to decode {}", media.display());
        return None;
    };
    let samples: Vec<f32> =
        decoded.stdout.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
    let (mut frames, mut builder) = (Frames::new(), MapBuilder::new());
    frames.push(&samples, &mut |power| builder.frame(power));
    frames.finish(&mut |power| builder.frame(power));
    Some(builder.finish())
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn spans<'a>(list: impl IntoIterator<Item = &'a Value>) -> Vec<(f64, f64)> {
    list.into_iter().filter_map(|entry| Some((entry["start"].as_f64()?, entry["end"].as_f64()?))).collect()
}

/// The agreement on a recording that was joined from clips of real speech, synthetic applause and music.
fn joined(name: &str) -> Option<Agreement> {
    let folder = shared(&format!("speech/open/concat/{name}"))?;
    let truth = json(&folder.join("truth.json"));
    let meta = json(&folder.join("meta.json"));
    let marks = meta["marks"].as_array().unwrap();
    let music: Vec<_> = marks.iter().map(|mark| (mark[1].as_f64().unwrap(), mark[2].as_f64().unwrap())).collect();
    let map = map_of(&folder.join("audio.flac"))?;
    Some(report(name, Agreement::of(&map, &spans(truth.as_array().unwrap()), &music)))
}

/// The agreement on the forum: voices, applause and music of synthesisers in a reverberant room.
fn forum(media: &str, truth: &str) -> Option<Agreement> {
    let truth = json(&shared(truth)?);
    let map = map_of(&shared(media)?)?;
    let events = truth["events"].as_array().unwrap();
    let is_speech = |event: &&Value| event["type"] == "untranscribed";
    let speech = truth["sentences"].as_array().unwrap().iter().chain(events.iter().filter(is_speech));
    let music = spans(events.iter().filter(|event| !is_speech(event)));
    Some(report(media, Agreement::of(&map, &spans(speech), &music)))
}

fn report(name: &str, agreement: Agreement) -> Agreement {
    println!("{name}: heard as           speech silence music");
    for (truth, heard) in
        [("sentences", &agreement.sentences), ("music, applause", &agreement.music), ("rest", &agreement.rest)]
    {
        let percent = |count| 100.0 * heard.share(count);
        let (speech, silence, music) = (percent(heard.speech), percent(heard.silence), percent(heard.music));
        println!("  {truth:16} {speech:6.1} {silence:6.1} {music:6.1} % of {:.0} s", {
            (heard.speech + heard.silence + heard.music) as f64 / 100.0
        });
    }
    agreement
}

/// Sentences hold short pauses, some are a few words between two applauses, and the tails of rooms and applause fade
/// into silence: 100% is not to be had.
fn assert_usable(agreement: &Agreement) {
    let Agreement { sentences, music, rest } = agreement;
    assert!(sentences.share(sentences.speech) > 0.80);
    assert!(sentences.share(sentences.music) < 0.06);
    assert!(music.share(music.music) > 0.7);
    assert!(rest.share(rest.music) < 0.1);
}

#[test]
fn real_voices_between_music_and_applause() {
    for name in ["mix12", "zh10", "en10"] {
        if let Some(agreement) = joined(name) {
            assert_usable(&agreement);
        }
    }
}

#[test]
fn a_forum_in_a_reverberant_room() {
    if let Some(agreement) = forum("forum/excerpt.m4a", "forum/excerpt_truth.json") {
        assert_usable(&agreement);
    }
}

#[test]
#[ignore = "two and a half hours of sound: half a minute"]
fn the_whole_forum() {
    if let Some(agreement) = forum("forum/forum.m4a", "forum/truth.json") {
        assert_usable(&agreement);
    }
}
