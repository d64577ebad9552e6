//! The speakers left out: they tell how well a network hears voices that it has not learned from.
//!
//! Two measures. How well the frames of their clips are told is known after every epoch, but only against labels that
//! were themselves made by a model. What people notice is whether sentences get their times. So in the end
//! the clips are joined into recordings, of which is known when each sentence begins, and these are aligned as any
//! recording is.

use std::collections::BTreeMap;
use std::ops::Range;

use fastrand::Rng;
use rayon::prelude::*;

use super::corpus::Entry;
use super::label::Spoken;
use super::learn::{self, Example, Told};
use super::scene::{self, Place, between, seconds};
use crate::align::seed::Net;
use crate::align::seed::hear::input;
use crate::align::{self, edges};
use crate::phones::{self, SpokenWord};
use crate::progress::Progress;
use crate::signal::{Cepstra, FRAME_MS, HOP, SAMPLE_RATE, listen};
use crate::timeline::{Language, Ms, Sentence, Traced};

/// A speaker with more than this share of the clips is never left out: too much would be lost.
const MOST_LEFT_OUT: f64 = 0.03;
/// A recording takes no further clip when it is this long: five minutes in each language.
const LONGEST: usize = 5 * 60 * SAMPLE_RATE as usize;
/// Seconds between the sentences of a recording.
const PAUSES: Range<f32> = 0.3..1.5;
/// Frames that are kept of what a clip has before and after its speech, faded: rooms that come and go with every sentence
/// would tell where these begin.
const MARGIN: usize = 8;
/// The usual amplitude of every clip in it: 26 dB under the highest.
const LEVEL: f32 = 0.05;

/// For each clip whether its speaker is left out: every `one_in`th of those with few clips.
pub fn speakers(entries: &[Entry], one_in: usize) -> Vec<bool> {
    if one_in == 0 {
        return vec![false; entries.len()];
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(&entry.speaker).or_default() += 1;
    }
    let most = (MOST_LEFT_OUT * entries.len() as f64) as usize;
    let few = counts.iter().filter(|(_, count)| **count <= most).map(|(speaker, _)| *speaker);
    let chosen: Vec<&str> = few.step_by(one_in).collect();
    entries.iter().map(|entry| chosen.contains(&entry.speaker.as_str())).collect()
}

/// How well the clips of the speakers left out are told, as they are.
pub fn told(net: &Net, spoken: &[Spoken], labels: &[Vec<u16>], left_out: &[bool]) -> Told {
    let test = |clip: usize| {
        let (cepstra, labels) = (&spoken[clip].cepstra, labels[clip].clone());
        learn::test(net, &Example { input: input(cepstra, net, 0..labels.len()), labels })
    };
    let clips = (0..spoken.len()).into_par_iter().filter(|&clip| left_out[clip] && !labels[clip].is_empty());
    let tested: Vec<Told> = clips.map(test).collect();
    let mut sum = Told::default();
    tested.into_iter().for_each(|told| sum.add(told));
    sum
}

/// A clip of a speaker left out.
#[derive(Clone, Copy)]
pub struct LeftOut<'a> {
    /// What the corpus says of it.
    pub entry: &'a Entry,
    /// 16 kHz mono.
    pub samples: &'a [i16],
    /// What is heard in it.
    pub cepstra: &'a Cepstra,
}

/// How well a recording made of left-out clips was aligned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned {
    /// The language of all its sentences.
    pub language: Language,
    /// Whether a room and noise lay over it, or nearly nothing.
    pub noisy: bool,
    /// How long it is.
    pub length: Ms,
    /// How many sentences it has.
    pub sentences: usize,
    /// Whether the network found the way, or knew these voices so little that the recording alone had to teach it.
    pub known: bool,
    /// How far from the truth the starts were found, least first; fewer than there are sentences where some were taken
    /// for unspoken.
    off: Vec<Ms>,
}

impl Aligned {
    /// How far off the starts are in the median; those of sentences taken for unspoken are not counted.
    pub fn median(&self) -> Option<Ms> {
        self.off.get(self.off.len() / 2).copied()
    }

    /// The share of all sentences that start within `limit` of the truth, 0 to 1.
    pub fn share_within(&self, limit: Ms) -> f64 {
        self.off.partition_point(|&off| off <= limit) as f64 / self.sentences.max(1) as f64
    }

    /// Sentences taken for unspoken.
    pub fn lost(&self) -> usize {
        self.sentences - self.off.len()
    }
}

/// Joins the clips of each language into a recording and aligns it by `net`, quiet and noisy. Chance begins with `seed`,
/// so that the same clips make the same recordings.
pub fn align(net: &Net, clips: &[LeftOut], babblers: &[&[i16]], seed: u64, progress: &dyn Progress) -> Vec<Aligned> {
    let mut aligned = Vec::new();
    for language in [Language::Chinese, Language::English] {
        let mut rng = Rng::with_seed(seed);
        let spoken: Vec<LeftOut> = clips.iter().filter(|clip| clip.entry.language == language).copied().collect();
        let Some(recording) = Recording::of(spoken, &mut rng) else { continue };
        for place in [Place::Quiet, Place::Hall] {
            let samples = scene::hear(recording.samples.clone(), place, babblers, &mut rng);
            let (off, known) = recording.align(net, &samples, progress);
            let length = Ms::from_samples(samples.len() as u64, SAMPLE_RATE);
            let (noisy, sentences) = (place == Place::Hall, recording.starts.len());
            aligned.push(Aligned { language, noisy, length, sentences, known, off });
        }
    }
    aligned
}

/// Clips joined, with pauses between them.
#[derive(Default)]
struct Recording {
    samples: Vec<f32>,
    sentences: Vec<Sentence>,
    words: Vec<Vec<SpokenWord>>,
    /// When each sentence begins.
    starts: Vec<Ms>,
}

impl Recording {
    /// Takes clips in an order of chance until it is long enough; `None` where no clip can be used.
    fn of(mut clips: Vec<LeftOut>, rng: &mut Rng) -> Option<Recording> {
        rng.shuffle(&mut clips);
        let mut recording = Recording::default();
        for clip in clips {
            if recording.samples.len() >= LONGEST {
                break;
            }
            recording.append(clip, rng);
        }
        recording.pause(rng);
        (!recording.starts.is_empty()).then_some(recording)
    }

    /// Appends the speech of a clip, unless nothing is said in it.
    fn append(&mut self, clip: LeftOut, rng: &mut Rng) {
        let sentence = Sentence { text: Traced::line(1, &clip.entry.text), ..Sentence::default() };
        let words = phones::read_out(sentence.text.chars(), clip.entry.language);
        let Some(speech) = speech(clip.cepstra).filter(|_| !words.is_empty()) else { return };
        self.pause(rng);
        let before = speech.start.min(MARGIN);
        self.starts.push(Ms((self.samples.len() / HOP + before) as i64 * FRAME_MS));
        let from = (speech.start - before) * HOP;
        let to = ((speech.end + MARGIN) * HOP).min(clip.samples.len());
        let mut samples: Vec<f32> = clip.samples[from..to].iter().map(|&sample| f32::from(sample)).collect();
        fade(&mut samples[..before * HOP]);
        samples.reverse();
        fade(&mut samples[..to.saturating_sub(speech.end * HOP)]);
        samples.reverse();
        let gain = LEVEL / scene::loudness(&samples).max(1.0);
        self.samples.extend(samples.iter().map(|sample| gain * sample));
        self.sentences.push(sentence);
        self.words.push(words);
    }

    /// Silence, up to a whole frame.
    fn pause(&mut self, rng: &mut Rng) {
        let to = self.samples.len() + seconds(between(PAUSES, rng));
        self.samples.resize(to.next_multiple_of(HOP), 0.0);
    }

    /// How far from the truth the starts of the sentences are found, least first, and whether by the network.
    fn align(&self, net: &Net, samples: &[f32], progress: &dyn Progress) -> (Vec<Ms>, bool) {
        let ((), heard) = listen(|sink| sink(samples));
        let found =
            align::align(net, &heard.cepstra, &heard.map, &self.sentences, self.words.iter().cloned(), false, progress)
                .expect("LONGEST is too short for anything to be kept in a file");
        let starts = found.sentences.iter().map(|words| words.as_ref().and_then(|words| words.first()));
        let off = starts.zip(&self.starts).filter_map(|(found, &start)| Some(found?.span.start.distance(start)));
        let mut off: Vec<Ms> = off.collect();
        off.sort_unstable();
        (off, found.fit.known)
    }
}

/// Lets sound come up from nothing.
fn fade(samples: &mut [f32]) {
    let length = samples.len() as f32;
    samples.iter_mut().enumerate().for_each(|(at, sample)| *sample *= (at as f32 / length).powi(2));
}

/// The frames of a clip's speech. It is sure where the sound stays clearly louder than the quiet of the clip, which a
/// click or a breath does not; from there it reaches as far out as the sound is louder at all.
fn speech(cepstra: &Cepstra) -> Option<Range<usize>> {
    /// How far from the quiet level to the loud one speech is sure.
    const SURE: f32 = 0.5;
    /// Of so many frames in a row so many must be sure.
    const RUN: usize = 6;
    const LOUD: usize = 5;
    /// Frames that it reaches out at most.
    const OUTWARD: usize = 15;
    let frames = cepstra.frames();
    let energies = &cepstra.energies(0..frames);
    let louder_than = |part: f32| {
        let threshold = cepstra.energy_between(0..frames, part);
        move |frame: usize| energies[frame] > threshold
    };
    let (is_sure, is_loud) = (louder_than(SURE), louder_than(edges::START_LEVEL));
    let sure = |frames: Range<usize>| frames.filter(|&frame| is_sure(frame)).count();
    let is_run = |from: &usize| is_sure(*from) && sure(*from..from + RUN) >= LOUD;
    let mut runs = (0..(frames + 1).saturating_sub(RUN)).filter(is_run);
    let first = runs.next()?;
    let (start, end) = (first, runs.next_back().unwrap_or(first) + RUN);
    let before = (start.saturating_sub(OUTWARD)..start).rev().take_while(|&frame| is_loud(frame)).count();
    let after = (end..(end + OUTWARD).min(frames)).take_while(|&frame| is_loud(frame)).count();
    Some(start - before..end + after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::seed;
    use crate::progress::Silent;

    fn entry(speaker: &str) -> Entry {
        Entry { file: "a".into(), text: "a".into(), speaker: speaker.into(), language: Language::English }
    }

    #[test]
    fn speakers_with_much_to_say_are_not_left_out() {
        let mut entries: Vec<Entry> = (0..50).map(|_| entry("many")).collect();
        entries.extend((0..50).map(|number| entry(&format!("few {number:02}"))));
        let left_out = speakers(&entries, 10);
        assert_eq!(left_out[..50], [false; 50]);
        assert_eq!(left_out[50..].iter().filter(|&&out| out).count(), 5);
        assert_eq!(speakers(&entries, 0), [false; 100]);
    }

    /// A hum from `from` on, a click and a breath before it.
    fn hum(from: usize) -> Vec<i16> {
        let sample = |at: usize| match at {
            800..900 => 9_000,
            _ if at >= from => ((at as f32 * 0.05).sin() * 8_000.0) as i16,
            3_000..5_000 => (at * 7_919 % 101) as i16 - 50,
            _ => (at % 5) as i16,
        };
        (0..24_000).map(sample).collect()
    }

    #[test]
    fn a_recording_knows_when_each_sentence_begins() {
        let samples: Vec<Vec<i16>> = [8_000, 12_000, 16_000].map(hum).into();
        let cepstra: Vec<Cepstra> = samples
            .iter()
            .map(|clip| Cepstra::of(&clip.iter().map(|&sample| f32::from(sample) / 32_768.0).collect::<Vec<_>>()))
            .collect();
        let entry = entry("Ann");
        let clips: Vec<LeftOut> = samples
            .iter()
            .zip(&cepstra)
            .map(|(samples, cepstra)| LeftOut { entry: &entry, samples, cepstra })
            .collect();
        let recording = Recording::of(clips, &mut Rng::with_seed(1)).unwrap();
        assert_eq!(recording.starts.len(), 3);
        for start in &recording.starts {
            let at = start.0 as usize * 16;
            let loud = |range: Range<usize>| scene::loudness(&recording.samples[range]);
            assert!(loud(at + 400..at + 2_000) > 20.0 * loud(at - 2_000..at - 400), "{start}");
        }
    }

    #[test]
    fn sentences_taken_for_unspoken_are_misses() {
        let off = [5, 10, 20, 400].map(Ms).to_vec();
        let aligned = Aligned {
            language: Language::Chinese,
            noisy: false,
            length: Ms::from_secs(60),
            sentences: 5,
            known: true,
            off,
        };
        assert_eq!(aligned.median(), Some(Ms(20)));
        assert_eq!(aligned.share_within(Ms(300)), 0.6);
        assert_eq!(aligned.lost(), 1);
    }

    #[test]
    fn nobody_left_out_makes_no_recording() {
        assert_eq!(align(seed::shipped(), &[], &[], 1, &Silent), []);
    }
}
