//! The seed model: what zimu knows of speech before it has heard a recording, and how it learned it.
//!
//! ```text
//!     corpus ──decode──► clips ──Gaussians──► labels ──┐
//!                          └──scenes (speed, room, noise)──► network ──better labels──► network ──► model file
//! ```
//!
//! [`Net`] is a small network that says for every frame how much likelier each phone state, silence or noise is than
//! usual. [`train`] makes one from a corpus of short clips.

pub mod corpus;
pub mod file;
pub(crate) mod hear;
mod label;
mod learn;
mod net;
mod scene;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use fastrand::Rng;
use rayon::prelude::*;

pub use learn::Told;
pub use net::Net;

use crate::align::Pdf;
use crate::align::graph::Graph;
use crate::align::script;
use crate::phones;
use crate::progress::Progress;
use crate::timeline::{Sentence, Traced};
use corpus::Entry;
use label::Spoken;
use learn::{Adam, Example, UNKNOWN};
use scene::{Clip, Scene};

/// The model that zimu carries. `docs/models.md` tells what it was made of, and how to make it again.
///
/// # Panics
/// Never: a test reads the bytes that are compiled in.
pub fn shipped() -> &'static Net {
    static NET: LazyLock<Net> =
        LazyLock::new(|| file::read(include_bytes!("shipped.zimunet")).expect("a test reads these very bytes"));
    &NET
}

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
/// A speaker with more than this share of a language's clips is never left out: too much would be lost.
const MOST_LEFT_OUT: f64 = 0.03;

/// Trains a network on the clips of a corpus; `samples[i]` is the sound of `entries[i]`. `report` hears of every epoch
/// and may keep what there is by then.
pub fn train(
    entries: &[Entry],
    samples: Vec<Vec<i16>>,
    plan: Plan,
    progress: &dyn Progress,
    report: &mut dyn FnMut(Epoch, &Net),
) -> Net {
    let mut clips: Vec<Clip> = samples.into_iter().map(|samples| Clip { samples, labels: Vec::new() }).collect();
    let spoken: Vec<Spoken> = clips
        .par_iter()
        .zip(entries)
        .map(|(clip, entry)| Spoken { cepstra: scene::plain(clip), graph: graph(entry) })
        .collect();
    for (clip, labels) in clips.iter_mut().zip(label::from_nothing(&spoken, progress)) {
        clip.labels = labels;
    }
    let left_out = left_out(entries, plan.leave_out);
    let mut order: Vec<usize> = (0..clips.len()).filter(|clip| !left_out[*clip]).collect();
    let mut rng = Rng::with_seed(plan.seed);
    let mut net = learn::newborn(plan.width, &mut rng);
    let mut adam = Adam::new(&net);
    rng.shuffle(&mut order);
    let babblers: Vec<Clip> = order.iter().take(BABBLERS).map(|&clip| clips[clip].clone()).collect();
    let frames: usize = order.iter().map(|&clip| clips[clip].labels.len()).sum();
    let total = (plan.epochs * frames) as f32;
    let mut learned_frames = 0.0;
    for number in 1..=plan.epochs {
        rng.shuffle(&mut order);
        progress.begin(&format!("epoch {number} of {}", plan.epochs), order.len() as u64);
        let groups: Vec<&[usize]> = order.chunks(SCENE_CLIPS * SCENES).collect();
        let mut learned = Told::default();
        let mut seen = vec![0u64; net::CLASSES];
        let mut next = groups.first().map(|group| stage(group, &clips, &babblers, &mut rng));
        for (at, group) in groups.iter().enumerate() {
            let Some(scenes) = next.take() else { break };
            let mut scene_rng = rng.fork();
            let made = rayon::join(
                || groups.get(at + 1).map(|group| stage(group, &clips, &babblers, &mut scene_rng)),
                || {
                    for label in scenes.iter().flat_map(|scene| &scene.labels).filter(|label| **label != UNKNOWN) {
                        seen[usize::from(*label)] += 1;
                    }
                    let mut examples = examples(&net, &scenes);
                    rng.shuffle(&mut examples);
                    for batch in examples.chunks(BATCH) {
                        let Some(gradient) = learn::gradient(&net, batch) else { continue };
                        learned.add(gradient.told);
                        adam.step(&mut net, &gradient, rate(learned_frames / total));
                        learned_frames += (gradient.told.frames as f32).min(total);
                    }
                },
            );
            next = made.0;
            progress.reach((at * SCENE_CLIPS * SCENES + group.len()) as u64);
        }
        progress.end();
        net.log_priors = log_priors(&seen);
        report(Epoch { number, learned, left_out: test(&net, &spoken, &clips, &left_out) }, &net);
        if number == plan.relabel_after {
            for (clip, labels) in clips.iter_mut().zip(label::by_net(&spoken, &net)) {
                clip.labels = labels;
            }
        }
    }
    net
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

fn stage(group: &[usize], clips: &[Clip], babblers: &[Clip], rng: &mut Rng) -> Vec<Scene> {
    let casts: Vec<(Rng, &[usize])> = group.chunks(SCENE_CLIPS).map(|cast| (rng.fork(), cast)).collect();
    casts
        .into_par_iter()
        .map(|(mut rng, cast)| {
            let cast: Vec<&Clip> =
                cast.iter().map(|&clip| &clips[clip]).filter(|clip| !clip.labels.is_empty()).collect();
            scene::stage(&cast, babblers, &mut rng)
        })
        .collect()
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
    Example { input: hear::input(&scene.cepstra, net, frames.clone()), labels: scene.labels[frames].to_vec() }
}

fn test(net: &Net, spoken: &[Spoken], clips: &[Clip], left_out: &[bool]) -> Told {
    let tested: Vec<Told> = (0..clips.len())
        .into_par_iter()
        .filter(|&clip| left_out[clip] && !clips[clip].labels.is_empty())
        .map(|clip| {
            let labels = clips[clip].labels.clone();
            let input = hear::input(&spoken[clip].cepstra, net, 0..labels.len());
            learn::test(net, &Example { input, labels })
        })
        .collect();
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

    #[test]
    fn the_model_that_ships_is_read_and_is_small() {
        assert!(shipped().parameters() > 100_000);
        assert!(include_bytes!("shipped.zimunet").len() <= 2_000_000);
    }

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
            let net =
                pool.install(|| train(&entries, samples.clone(), plan, &Silent, &mut |epoch, _| epochs.push(epoch)));
            (net, epochs)
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
