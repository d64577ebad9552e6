//! How the seed model learned what it knows: `zimu train`.
//!
//! ```text
//!     corpus ──decode──► clips ──Gaussians──► labels ──┐
//!                          └──scenes (speed, room, noise)──► network ──better labels──► network
//! ```
//!
//! Beside the way of the data: nothing here runs when a recording is aligned.

pub mod corpus;
mod label;
pub(crate) mod learn;
mod scene;

use std::collections::BTreeMap;
use std::ops::Range;

use fastrand::Rng;
use rayon::prelude::*;

pub use learn::Told;

use crate::align::graph::Graph;
use crate::align::model::Pdf;
use crate::align::script;
use crate::align::seed::hear::input;
use crate::align::seed::{Net, net};
use crate::phones;
use crate::progress::Progress;
use crate::signal::Cepstra;
use crate::timeline::{Sentence, Traced};
use corpus::Entry;
use label::Spoken;
use learn::{Adam, Example, UNKNOWN};
use scene::{Clip, Scene};

/// How the network is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Numbers a frame inside the network.
    pub width: usize,
    /// How often every clip is learned from.
    pub epochs: usize,
    /// After so many epochs the network labels the corpus anew.
    pub relabel_after: usize,
    /// One speaker in so many is left out to test with; 0 leaves nobody out.
    pub leave_out: usize,
    /// What chance begins with: the same seed and corpus give the same model.
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { width: 256, epochs: 14, relabel_after: 4, leave_out: 12, seed: 1 }
    }
}

/// What an epoch came to.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    /// Its number, from 1.
    pub number: usize,
    /// How well the frames that were learned from were told, noise and all.
    pub learned: Told,
    /// How well the clean frames of the speakers left out are told.
    pub left_out: Told,
}

/// The highest learning rate, and the share of all steps over which it rises to it; then it falls along a cosine.
const RATE: f32 = 1.2e-3;
const WARM_UP: f32 = 0.03;
/// Clips of a scene, scenes made at once, frames of an example and examples a step.
const SCENE_CLIPS: usize = 6;
const SCENES: usize = 24;
const EXAMPLE: usize = 200;
const BATCH: usize = 8;
/// Of all clips those that babble in the background are drawn from this many.
const BABBLERS: usize = 400;
/// A speaker with more than this share of the clips is never left out: too much would be lost.
const MOST_LEFT_OUT: f64 = 0.03;

/// Trains a network on the clips of a corpus; `samples[i]` is the sound of `entries[i]`. `report` hears of every epoch
/// and may keep what there is by then.
///
/// # Errors
/// What `report` gives; nothing is learned after that.
pub fn train<E>(
    entries: &[Entry],
    samples: &[Vec<i16>],
    plan: Plan,
    progress: &dyn Progress,
    report: &mut dyn FnMut(Epoch, &Net) -> Result<(), E>,
) -> Result<Net, E> {
    let spoken: Vec<Spoken> = samples.par_iter().zip(entries).map(|(clip, entry)| spoken(clip, entry)).collect();
    let mut labels = label::from_nothing(&spoken, progress);
    let left_out = left_out(entries, plan.leave_out);
    let mut order: Vec<usize> = (0..samples.len()).filter(|clip| !left_out[*clip]).collect();
    let frames: usize = order.iter().map(|&clip| labels[clip].len()).sum();
    let mut pupil = Pupil::new(plan, frames);
    pupil.rng.shuffle(&mut order);
    let babblers: Vec<&[i16]> = order.iter().take(BABBLERS).map(|&clip| samples[clip].as_slice()).collect();
    for number in 1..=plan.epochs {
        pupil.rng.shuffle(&mut order);
        progress.begin(&format!("epoch {number} of {}", plan.epochs), order.len() as u64);
        let clips = Clips { samples, labels: &labels, babblers: &babblers };
        let learned = pupil.learn(&clips, &order, progress);
        progress.end();
        report(Epoch { number, learned, left_out: test(&pupil.net, &spoken, &labels, &left_out) }, &pupil.net)?;
        if number == plan.relabel_after {
            labels = label::by_net(&spoken, &pupil.net);
        }
    }
    Ok(pupil.net)
}

/// The clips of a corpus as scenes are made of them.
struct Clips<'a> {
    samples: &'a [Vec<i16>],
    labels: &'a [Vec<u16>],
    babblers: &'a [&'a [i16]],
}

impl Clips<'_> {
    /// Scenes of some clips, six at a time.
    fn stage(&self, group: &[usize], rng: &mut Rng) -> Vec<Scene> {
        let casts: Vec<(Rng, &[usize])> = group.chunks(SCENE_CLIPS).map(|cast| (rng.fork(), cast)).collect();
        let clip = |&clip: &usize| Clip { samples: &self.samples[clip], labels: &self.labels[clip] };
        let stage = |(mut rng, cast): (Rng, &[usize])| {
            // Clips too short for their text have no labels.
            let cast: Vec<Clip> = cast.iter().map(clip).filter(|clip| !clip.labels.is_empty()).collect();
            scene::stage(&cast, self.babblers, &mut rng)
        };
        casts.into_par_iter().map(stage).collect()
    }
}

/// A network and what it needs to go on learning.
struct Pupil {
    net: Net,
    adam: Adam,
    rng: Rng,
    /// Frames learned from so far, and in all.
    learned: f64,
    total: f64,
}

impl Pupil {
    /// One that knows nothing yet; `frames` are those of an epoch.
    fn new(plan: Plan, frames: usize) -> Pupil {
        let mut rng = Rng::with_seed(plan.seed);
        let net = learn::newborn(plan.width, &mut rng);
        let total = (plan.epochs * frames) as f64;
        Pupil { adam: Adam::new(&net), net, rng, learned: 0.0, total }
    }

    /// Learns from every clip once, in the order given. The next scenes are made while it learns from the last.
    fn learn(&mut self, clips: &Clips, order: &[usize], progress: &dyn Progress) -> Told {
        let groups: Vec<&[usize]> = order.chunks(SCENE_CLIPS * SCENES).collect();
        let (mut told, mut seen) = (Told::default(), vec![0u64; net::CLASSES]);
        let mut next = groups.first().map(|group| clips.stage(group, &mut self.rng));
        for (at, group) in groups.iter().enumerate() {
            let Some(scenes) = next.take() else { break };
            let mut rng = self.rng.fork();
            next = rayon::join(
                || groups.get(at + 1).map(|group| clips.stage(group, &mut rng)),
                || told.add(self.learn_from(&scenes, &mut seen)),
            )
            .0;
            progress.reach((at * SCENE_CLIPS * SCENES + group.len()) as u64);
        }
        self.net.log_priors = log_priors(&seen);
        told
    }

    /// Learns from some scenes, and counts in `seen` how often each pdf was heard in them.
    fn learn_from(&mut self, scenes: &[Scene], seen: &mut [u64]) -> Told {
        for label in scenes.iter().flat_map(|scene| &scene.labels).filter(|label| **label != UNKNOWN) {
            seen[usize::from(*label)] += 1;
        }
        let mut examples = examples(&self.net, scenes);
        self.rng.shuffle(&mut examples);
        let mut told = Told::default();
        for batch in examples.chunks(BATCH) {
            let Some(gradient) = learn::gradient(&self.net, batch) else { continue };
            self.adam.step(&mut self.net, &gradient, rate((self.learned / self.total) as f32));
            self.learned += gradient.told.frames;
            told.add(gradient.told);
        }
        told
    }
}

fn spoken(samples: &[i16], entry: &Entry) -> Spoken {
    let samples: Vec<f32> = samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    Spoken { cepstra: Cepstra::of(&samples), graph: graph(entry) }
}

fn graph(entry: &Entry) -> Graph {
    let sentence = Sentence { text: Traced::line(1, &entry.text), ..Sentence::default() };
    let words = phones::read_out(sentence.text.chars(), entry.language);
    Graph::new(&script(&[sentence], &[words]))
}

/// The rate after a share of all steps.
fn rate(done: f32) -> f32 {
    let warm = (done / WARM_UP).min(1.0);
    RATE * warm * (0.5 + 0.5 * (std::f32::consts::PI * done.min(1.0)).cos()).max(0.01)
}

/// For each clip whether its speaker is left out: every `one_in`th of those with few clips.
fn left_out(entries: &[Entry], one_in: usize) -> Vec<bool> {
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

fn examples(net: &Net, scenes: &[Scene]) -> Vec<Example> {
    let cut = |scene: &Scene| -> Vec<Example> {
        let starts = (0..scene.labels.len()).step_by(EXAMPLE);
        let ranges = starts.map(|from| from..(from + EXAMPLE).min(scene.labels.len()));
        ranges.map(|range| example(net, scene, range)).collect()
    };
    scenes.iter().flat_map(cut).collect()
}

fn example(net: &Net, scene: &Scene, frames: Range<usize>) -> Example {
    Example { input: input(&scene.cepstra, net, frames.clone()), labels: scene.labels[frames].to_vec() }
}

/// How well the clips of the speakers left out are told, as they are.
fn test(net: &Net, spoken: &[Spoken], labels: &[Vec<u16>], left_out: &[bool]) -> Told {
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

/// Pdfs that are hardly ever heard are not made likelier than any by that.
fn log_priors(seen: &[u64]) -> Vec<f32> {
    /// Frames that every pdf is taken to have besides its own.
    const MORE: f64 = 100.0;
    let total: f64 = seen.iter().map(|&frames| frames as f64 + MORE).sum();
    let mut priors: Vec<f32> = seen.iter().map(|&frames| ((frames as f64 + MORE) / total).ln() as f32).collect();
    priors[Pdf::FILLER.index()] = 0.0;
    priors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::timeline::Language;
    use std::convert::Infallible;

    /// Clips of two sounds, each read out as a syllable of its own.
    fn corpus() -> (Vec<Entry>, Vec<Vec<i16>>) {
        let clip = |number: usize| {
            let entry = Entry {
                file: format!("{number}.wav").into(),
                text: "妈思妈思".into(),
                speaker: number.to_string(),
                language: Language::Chinese,
            };
            let mut rng = Rng::with_seed(number as u64);
            let pitch = 0.04 + 0.02 * rng.f32();
            let samples = (0..16_000).map(|at| {
                let hum = 6_000.0 * (at as f32 * pitch).sin() * (1.0 + (at as f32 * pitch * 3.0).sin());
                let hiss = 4_000.0 * (2.0 * rng.f32() - 1.0);
                match at {
                    0..1_600 | 14_400.. => 20.0 * rng.f32(),
                    _ if (at - 1_600) / 3_200 % 2 == 0 => hum,
                    _ => hiss,
                }
            });
            (entry, samples.map(|sample| sample as i16).collect())
        };
        (0..48).map(clip).unzip()
    }

    #[test]
    fn training_learns_and_comes_out_the_same_whatever_the_threads() {
        let (entries, samples) = corpus();
        let plan = Plan { width: 12, epochs: 6, relabel_after: 2, leave_out: 4, seed: 3 };
        let train = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut epochs = Vec::new();
            let net = pool.install(|| {
                train(&entries, &samples, plan, &Silent, &mut |epoch, _| {
                    epochs.push(epoch);
                    Ok::<(), Infallible>(())
                })
            });
            (net.unwrap(), epochs)
        };
        let (net, epochs) = train(1);
        let surprise = |epoch: &Epoch| epoch.left_out.surprise / epoch.left_out.frames;
        assert_eq!(epochs.len(), plan.epochs);
        assert!(surprise(&epochs[5]) < surprise(&epochs[0]), "{epochs:?}");
        assert_eq!(train(3).0, net);
    }

    #[test]
    fn speakers_with_much_to_say_are_not_left_out() {
        let entry = |speaker: &str| Entry {
            file: "a".into(),
            text: "a".into(),
            speaker: speaker.into(),
            language: Language::English,
        };
        let mut entries: Vec<Entry> = (0..50).map(|_| entry("many")).collect();
        entries.extend((0..50).map(|number| entry(&format!("few {number:02}"))));
        let left_out = left_out(&entries, 10);
        assert_eq!(left_out[..50], [false; 50]);
        assert_eq!(left_out[50..].iter().filter(|&&out| out).count(), 5);
        assert_eq!(super::left_out(&entries, 0), [false; 100]);
    }
}
