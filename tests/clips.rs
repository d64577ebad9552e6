//! Clips of half a minute: too short for a recording to teach its own model, or for a few words to prove much.

#[allow(dead_code, reason = "each test program uses its part of it")]
#[path = "cli/desk.rs"]
mod desk;

use std::fs;
use std::ops::Range;
use std::path::Path;

use desk::{Desk, decode, excerpt_of};
use serde_json::Value;
use zimu::timeline::{Ms, Timeline};

/// Real speech, joined from sentences of many voices: the samples, and for each sentence its text and seconds.
struct Recording {
    samples: Vec<i16>,
    sentences: Vec<(String, Range<f64>)>,
}

impl Recording {
    /// One of those beside the project; `None` where they are not.
    fn open(name: &str) -> Option<Recording> {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/speech/open/concat")).join(name);
        let Ok(truth) = fs::read_to_string(folder.join("truth.json")) else {
            eprintln!("skipped: no {}", folder.display());
            return None;
        };
        let truth: Vec<Value> = serde_json::from_str(&truth).unwrap();
        let seconds = |sentence: &Value, key: &str| sentence[key].as_f64().unwrap();
        let sentence = |sentence: &Value| {
            let text = format!("{}.", sentence["text"].as_str().unwrap().trim_end_matches(['.', '。']));
            (text, seconds(sentence, "start")..seconds(sentence, "end"))
        };
        let sentences = truth.iter().map(sentence).collect();
        Some(Recording { samples: decode(&folder.join("audio.flac")), sentences })
    }

    /// Sentences one after the other, some half a minute of them at a time, with how many there are.
    fn clips(&self) -> Vec<Range<usize>> {
        let mut clips = Vec::new();
        let mut from = 0;
        for to in 1..self.sentences.len() {
            if self.sentences[to].1.end - self.sentences[from].1.start > 30.0 {
                clips.push(from..to);
                from = to;
            }
        }
        clips
    }

    /// Where a clip begins: half a second before its first sentence.
    fn start(&self, clip: &Range<usize>) -> f64 {
        (self.sentences[clip.start].1.start - 0.5).max(0.0)
    }

    /// Lays clips and their texts on a desk.
    fn lay_out(&self, clips: &[Range<usize>]) -> Desk {
        let files = clips.iter().enumerate();
        files.fold(Desk::new(), |desk, (number, clip)| {
            let end = self.sentences[clip.end - 1].1.end + 0.3;
            let text: Vec<&str> = self.sentences[clip.clone()].iter().map(|(text, _)| text.as_str()).collect();
            desk.file(&format!("{number}.wav"), excerpt_of(&self.samples, self.start(clip)..end))
                .file(&format!("{number}.txt"), text.join("\n"))
        })
    }
}

/// Asserts that clips find their own sentences, and with the text of the clip after them are refused.
fn find_their_own(name: &str) {
    let Some(recording) = Recording::open(name) else { return };
    let clips = recording.clips();
    let desk = recording.lay_out(&clips);
    let (mut right, mut all, mut taken) = (0, 0, 0);
    for (number, clip) in clips.iter().enumerate() {
        desk.run(&format!("align {number}.wav {number}.txt -o {number}.json")).works();
        let found = Timeline::read_json(&desk.path(&format!("{number}.json"))).unwrap();
        let starts: Vec<Ms> = found.segments.iter().filter_map(|segment| segment.span).map(|span| span.start).collect();
        let truth = recording.sentences[clip.clone()].iter().map(|(_, span)| span.start - recording.start(clip));
        all += clip.len();
        right += truth
            .filter(|&true_start| starts.iter().any(|s| s.distance(Ms::from_seconds(true_start)) <= Ms(300)))
            .count();

        let other = (number + 1) % clips.len();
        let wrong = desk.run(&format!("align {number}.wav {other}.txt -o wrong.json"));
        taken += usize::from(wrong.status == Some(0));
    }
    assert!(20 * right >= 19 * all, "{right} of {all} sentences of {name}'s clips are found");
    assert!(10 * taken <= clips.len(), "{taken} of {} clips of {name} are given to another's text", clips.len());
}

#[test]
fn clips_of_chinese_find_their_own_sentences() {
    find_their_own("zh10");
}

#[test]
fn clips_of_english_find_their_own_sentences() {
    find_their_own("en10");
}
