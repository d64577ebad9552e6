//! How the eigenvoices in `speakers/voices` were learned: `zimu train --voices`.
//!
//! ```text
//!     clips ──scaled──► stretches ──► mixture ──► loadings ──► places ──► within and between voices
//! ```
//!
//! Only who speaks in a clip is asked, not what. A collection (the folder above those of the speakers) was recorded in one
//! way; what its voices have in common is taken off, as it is of a recording.

mod between;
mod loadings;
mod mixture;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ndarray::{Array2, Axis, Slice, concatenate};
use rayon::prelude::*;
use thiserror::Error;

use super::corpus::Entry;
use crate::progress::Progress;
use crate::signal::{FRAME_MS, Sound, TIMBRE, listen_to_voices};
use crate::speakers::voices::Eigenvoices;
use crate::speakers::voices::mixture::Counts;

/// Frames of a stretch, about: 2 s, as a recording is cut. Shorter ones than the least are left out.
const STRETCH: usize = 200;
const LEAST_STRETCH: usize = 60;
/// Speakers that a collection must have: fewer do not tell what is of the voice and what of the collection.
const LEAST_SPEAKERS: usize = 4;
/// Stretches of a speaker at most, evenly taken from all: who was recorded for hours would count for too much.
const MOST_STRETCHES: usize = 40;

/// Why there is nothing to learn from.
#[derive(Debug, Error)]
#[error(
    "to tell voices apart takes a collection of at least {LEAST_SPEAKERS} speakers, with {STRETCH} frames of speech each"
)]
pub struct TooFewVoices;

/// The speech of a clip, and whose.
struct Clip {
    collection: PathBuf,
    speaker: String,
    frames: Array2<f32>,
}

/// A stretch as the later steps see it.
pub(super) struct Heard {
    pub collection: usize,
    pub speaker: usize,
    pub counts: Counts,
}

/// Learns how voices differ from the clips of a corpus; `samples[i]` is the sound of `entries[i]`.
///
/// # Errors
/// [`TooFewVoices`] where no collection has enough of them.
pub fn learn(entries: &[Entry], samples: &[Vec<i16>], progress: &dyn Progress) -> Result<Eigenvoices, TooFewVoices> {
    let clips: Vec<Clip> = entries.par_iter().zip(samples).map(|(entry, samples)| listen(entry, samples)).collect();
    let clips = scaled(clips);
    if clips.is_empty() {
        return Err(TooFewVoices);
    }
    let mixture = mixture::learn(&clips.iter().map(|clip| clip.frames.view()).collect::<Vec<_>>(), progress);
    let heard = stretches(&clips, |frames| mixture.count(frames.view()));
    let voices = loadings::learn(mixture, &heard, progress);
    Ok(between::learn(voices, &heard))
}

fn listen(entry: &Entry, samples: &[i16]) -> Clip {
    let samples: Vec<f32> = samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    let ((), timbre, map) = listen_to_voices(|sink| sink(&samples));
    let frame = |ms: i64| (ms / FRAME_MS) as usize;
    let numbers: Vec<f32> =
        map.spans(Sound::Speech).flat_map(|span| timbre.of(frame(span.start.0)..frame(span.end.0))).collect();
    let frames = Array2::from_shape_vec((numbers.len() / TIMBRE, TIMBRE), numbers).expect("whole frames were read");
    let collection = entry.file.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    Clip { collection: collection.into(), speaker: entry.speaker.clone(), frames }
}

/// The clips of the collections with enough speakers, the frames of each collection brought to mean 0 and variance 1.
fn scaled(clips: Vec<Clip>) -> Vec<Clip> {
    let mut collections: BTreeMap<PathBuf, Vec<Clip>> = BTreeMap::new();
    for clip in clips.into_iter().filter(|clip| clip.frames.nrows() >= LEAST_STRETCH) {
        collections.entry(clip.collection.clone()).or_default().push(clip);
    }
    let enough = |clips: &Vec<Clip>| {
        clips.iter().map(|clip| clip.speaker.as_str()).collect::<BTreeSet<_>>().len() >= LEAST_SPEAKERS
    };
    let mut kept = Vec::new();
    for mut clips in collections.into_values().filter(enough) {
        let views: Vec<_> = clips.iter().map(|clip| clip.frames.view()).collect();
        let all = concatenate(Axis(0), &views).expect("all frames have the same dimensions");
        let mean = all.mean_axis(Axis(0)).expect("clips have frames");
        let spread = all.std_axis(Axis(0), 0.0).mapv(|spread| spread.max(1e-3));
        clips.iter_mut().for_each(|clip| clip.frames = (&clip.frames - &mean) / &spread);
        kept.extend(clips);
    }
    kept
}

/// Cuts clips into stretches and counts them, not too many of a speaker.
fn stretches(clips: &[Clip], count: impl Fn(&Array2<f32>) -> Counts + Sync) -> Vec<Heard> {
    let collections: BTreeSet<&Path> = clips.iter().map(|clip| clip.collection.as_path()).collect();
    let mut speakers: BTreeMap<(&Path, &str), Vec<Array2<f32>>> = BTreeMap::new();
    for clip in clips {
        speakers.entry((&clip.collection, &clip.speaker)).or_default().extend(cut(&clip.frames));
    }
    let number = |collection: &Path| collections.iter().position(|other| *other == collection).unwrap_or_default();
    let mut chosen = Vec::new();
    for (speaker, ((collection, _), stretches)) in speakers.into_iter().enumerate() {
        let step = stretches.len().div_ceil(MOST_STRETCHES).max(1);
        chosen.extend(stretches.into_iter().step_by(step).map(|frames| (number(collection), speaker, frames)));
    }
    let heard = |(collection, speaker, frames)| Heard { collection, speaker, counts: count(&frames) };
    chosen.into_par_iter().map(heard).collect()
}

/// Even stretches of about [`STRETCH`] frames.
fn cut(frames: &Array2<f32>) -> Vec<Array2<f32>> {
    let rows = frames.nrows();
    let parts = ((rows + STRETCH / 2) / STRETCH).max(1);
    let part = |at: usize| Slice::from(rows * at / parts..rows * (at + 1) / parts);
    (0..parts).map(|at| frames.slice_axis(Axis(0), part(at)).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::timeline::Language;
    use std::f32::consts::TAU;

    /// Two seconds of a buzz in syllables, whose spectrum rises and falls with where the `throat` resonates, in hertz.
    fn clip(throat: f32, seed: usize) -> Vec<i16> {
        let sample = |at: usize| {
            let time = at as f32 / 16_000.0;
            let syllable = (TAU * 2.0 * time + seed as f32).sin().powi(4);
            let open = 1.0 + 0.3 * (TAU * (1.0 + seed as f32 * 0.1) * time).sin();
            let voice: f32 = (1..40)
                .map(|k| {
                    let hertz = 130.0 * k as f32;
                    let near = |peak: f32| (-((hertz - peak) / 250.0).powi(2)).exp();
                    (near(throat * open) + 0.5 * near(3.1 * throat)) * (TAU * hertz * time).sin()
                })
                .sum();
            (6_000.0 * voice * syllable).clamp(-32_000.0, 32_000.0) as i16
        };
        (0..48_000).map(sample).collect()
    }

    #[test]
    fn voices_that_were_never_heard_are_told_apart() {
        let clips: Vec<(usize, usize)> = (0..8).flat_map(|speaker| (0..4).map(move |clip| (speaker, clip))).collect();
        let entry = |&(speaker, clip): &(usize, usize)| Entry {
            file: format!("all/{speaker}/{clip}.wav").into(),
            text: String::new(),
            speaker: speaker.to_string(),
            language: Language::English,
        };
        let entries: Vec<Entry> = clips.iter().map(entry).collect();
        let samples: Vec<Vec<i16>> = clips.iter().map(|&(who, seed)| clip(480.0 + 45.0 * who as f32, seed)).collect();
        let voices = learn(&entries, &samples, &Silent).unwrap();
        assert!(voices.between()[0] > 2.0, "{:?}", voices.between());
        assert!(learn(&entries[..8], &samples[..8], &Silent).is_err());
    }
}
