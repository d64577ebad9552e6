//! How the seed model learned what it knows: `zimu train`.
//!
//! ```text
//!     corpus ──decode──► clips ──Gaussians──► labels ──┐
//!                          └──scenes (speed, room, noise)──► network ──better labels──► network
//! ```
//!
//! Beside the way of the data: nothing here runs when a recording is aligned.

mod checkpoint;
pub mod corpus;
mod label;
pub(crate) mod learn;
mod left_out;
mod scene;
pub mod voices;

use std::ops::Range;

use fastrand::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use checkpoint::{Checkpoint, CheckpointError};
pub use learn::Told;
pub use left_out::Aligned;

use crate::align::graph::Graph;
use crate::align::pdf::Pdf;
use crate::align::script;
use crate::align::seed::hear::input;
use crate::align::seed::{Net, net};
use crate::phones;
use crate::progress::Progress;
use crate::signal::Cepstra;
use crate::timeline::{Sentence, Traced};
use checkpoint::Mark;
use corpus::Entry;
use label::Spoken;
use learn::{Adam, Example, UNKNOWN};
use left_out::LeftOut;
use scene::{Clip, Scene};

/// How the network is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The CRC-32 of the model that is taught on, if any is.
    pub from: Option<u32>,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { width: 384, epochs: 14, relabel_after: 4, leave_out: 12, seed: 1, from: None }
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

/// The highest learning rate, of a network that knows nothing and of one that is taught on, and the share of all steps
/// over which it rises to it; then it falls along a cosine.
const RATE: f32 = 1.2e-3;
const RATE_ON: f32 = 4e-4;
const WARM_UP: f32 = 0.03;
/// Clips of a scene, scenes made at once, frames of an example and examples a step.
const SCENE_CLIPS: usize = 6;
const SCENES: usize = 24;
const EXAMPLE: usize = 200;
const BATCH: usize = 8;
/// Of all clips those that babble in the background are drawn from this many.
const BABBLERS: usize = 400;

/// A training under way, between two epochs.
pub struct Training<'a> {
    plan: Plan,
    entries: &'a [Entry],
    samples: &'a [Vec<i16>],
    spoken: Vec<Spoken>,
    left_out: Vec<bool>,
    babblers: Vec<&'a [i16]>,
    marks: Vec<Mark>,
    /// What the epochs to come depend on besides: all of it is in a [`Checkpoint`].
    done: usize,
    labels: Vec<Vec<u16>>,
    order: Vec<usize>,
    pupil: Pupil,
}

impl<'a> Training<'a> {
    /// Labels the clips of a corpus, to begin with; `samples[i]` is the sound of `entries[i]`. Where
    /// one is taught on, `from`, of which the plan has the checksum, labels them.
    pub fn begin(
        entries: &'a [Entry],
        samples: &'a [Vec<i16>],
        plan: Plan,
        from: Option<&Net>,
        progress: &dyn Progress,
    ) -> Training<'a> {
        let mut training = Training::unlabelled(entries, samples, plan, from);
        training.labels = match from {
            Some(net) => label::by_net(&training.spoken, net),
            None => label::from_nothing(&training.spoken, progress),
        };
        training
    }

    /// Goes on from a checkpoint: the same epochs follow, bit for bit, as if the training had never been interrupted.
    ///
    /// # Errors
    /// [`CheckpointError`] where it is of another plan or corpus.
    pub fn resume(
        entries: &'a [Entry],
        samples: &'a [Vec<i16>],
        plan: Plan,
        from: Option<&Net>,
        checkpoint: Checkpoint,
    ) -> Result<Training<'a>, CheckpointError> {
        let mut training = Training::unlabelled(entries, samples, plan, from);
        checkpoint.restore(&mut training)?;
        Ok(training)
    }

    fn unlabelled(entries: &'a [Entry], samples: &'a [Vec<i16>], plan: Plan, from: Option<&Net>) -> Training<'a> {
        let spoken: Vec<Spoken> = samples.par_iter().zip(entries).map(|(clip, entry)| spoken(clip, entry)).collect();
        let left_out = left_out::speakers(entries, plan.leave_out);
        let marks = checkpoint::marks(entries, samples, &left_out);
        let mut order: Vec<usize> = (0..samples.len()).filter(|clip| !left_out[*clip]).collect();
        let frames = order.iter().map(|&clip| spoken[clip].cepstra.frames()).sum();
        let mut pupil = Pupil::new(plan, frames, from);
        pupil.rng.shuffle(&mut order);
        let babblers = order.iter().take(BABBLERS).map(|&clip| samples[clip].as_slice()).collect();
        Training {
            plan,
            entries,
            samples,
            spoken,
            left_out,
            babblers,
            marks,
            done: 0,
            labels: Vec::new(),
            order,
            pupil,
        }
    }

    /// Learns from every clip once more.
    pub fn epoch(&mut self, progress: &dyn Progress) -> Epoch {
        if self.done > 0 && self.done == self.plan.relabel_after {
            self.labels = label::by_net(&self.spoken, &self.pupil.net);
        }
        self.pupil.rng.shuffle(&mut self.order);
        self.done += 1;
        progress.begin(&format!("epoch {} of {}", self.done, self.plan.epochs), self.order.len() as u64);
        let clips = Clips { samples: self.samples, labels: &self.labels, babblers: &self.babblers };
        let learned = self.pupil.learn(&clips, &self.order, progress);
        progress.end();
        let left_out = left_out::told(&self.pupil.net, &self.spoken, &self.labels, &self.left_out);
        Epoch { number: self.done, learned, left_out }
    }

    /// Epochs done.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Whether nothing is left to do.
    pub fn is_over(&self) -> bool {
        self.done >= self.plan.epochs
    }

    /// What has been learned so far.
    pub fn net(&self) -> &Net {
        &self.pupil.net
    }

    /// All that is needed to go on later.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::of(self)
    }

    /// Aligns recordings made of the left-out speakers' clips by `net`, as `zimu align` would with it. None where nobody
    /// is left out.
    pub fn align_left_out(&self, net: &Net, progress: &dyn Progress) -> Vec<Aligned> {
        let clips: Vec<LeftOut> = (0..self.entries.len())
            .filter(|&clip| self.left_out[clip])
            .map(|clip| LeftOut {
                entry: &self.entries[clip],
                samples: &self.samples[clip],
                cepstra: &self.spoken[clip].cepstra,
            })
            .collect();
        left_out::align(net, &clips, &self.babblers, self.plan.seed, progress)
    }
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
    /// The highest learning rate.
    rate: f32,
    /// Frames learned from so far, and in all.
    learned: f64,
    total: f64,
}

impl Pupil {
    /// One that knows what `from` knows, or nothing yet; `frames` are those of an epoch.
    fn new(plan: Plan, frames: usize, from: Option<&Net>) -> Pupil {
        let mut rng = Rng::with_seed(plan.seed);
        let net = from.cloned().unwrap_or_else(|| learn::newborn(plan.width, &mut rng));
        let rate = if from.is_some() { RATE_ON } else { RATE };
        let total = (plan.epochs * frames) as f64;
        Pupil { adam: Adam::new(&net), net, rng, rate, learned: 0.0, total }
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
            self.adam.step(&mut self.net, &gradient, self.rate * share_of_rate((self.learned / self.total) as f32));
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
    Graph::new(script(&[sentence], [words]))
}

/// What part of the highest rate is used after a share of all steps.
fn share_of_rate(done: f32) -> f32 {
    let warm = (done / WARM_UP).min(1.0);
    warm * (0.5 + 0.5 * (std::f32::consts::PI * done.min(1.0)).cos()).max(0.01)
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
    use crate::timeline::{Language, Ms};

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

    const PLAN: Plan = Plan { width: 12, epochs: 6, relabel_after: 2, leave_out: 4, seed: 3, from: None };

    fn finish(mut training: Training) -> (Net, Vec<Epoch>) {
        let mut epochs = Vec::new();
        while !training.is_over() {
            epochs.push(training.epoch(&Silent));
        }
        (training.pupil.net, epochs)
    }

    #[test]
    fn training_learns_and_comes_out_the_same_whatever_the_threads() {
        let (entries, samples) = corpus();
        let train = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| finish(Training::begin(&entries, &samples, PLAN, None, &Silent)))
        };
        let (net, epochs) = train(1);
        let surprise = |epoch: &Epoch| epoch.left_out.surprise / epoch.left_out.frames;
        assert_eq!(epochs.len(), PLAN.epochs);
        assert!(surprise(&epochs[5]) < surprise(&epochs[0]), "{epochs:?}");
        assert_eq!(train(3).0, net);
    }

    #[test]
    fn interrupted_after_any_epoch_it_comes_out_the_same() {
        let (entries, samples) = corpus();
        let mut training = Training::begin(&entries, &samples, PLAN, None, &Silent);
        let mut checkpoints = vec![training.checkpoint().write().unwrap()];
        while !training.is_over() {
            training.epoch(&Silent);
            checkpoints.push(training.checkpoint().write().unwrap());
        }
        for (done, checkpoint) in checkpoints.iter().enumerate() {
            let checkpoint = Checkpoint::read(checkpoint).unwrap();
            let resumed = Training::resume(&entries, &samples, PLAN, None, checkpoint).unwrap();
            assert_eq!(resumed.done(), done);
            assert_eq!(finish(resumed).0, training.pupil.net, "after epoch {done}");
        }
    }

    #[test]
    fn a_network_that_is_taught_on_begins_with_what_it_knows() {
        let (entries, samples) = corpus();
        let (net, epochs) = finish(Training::begin(&entries, &samples, PLAN, None, &Silent));
        let plan = Plan { epochs: 2, from: Some(1), ..PLAN };
        let mut training = Training::begin(&entries, &samples, plan, Some(&net), &Silent);
        let checkpoint = training.checkpoint();
        assert_eq!(training.net(), &net);
        let first = training.epoch(&Silent).left_out;
        assert!(first.surprise < epochs[1].left_out.surprise, "{first:?} {epochs:?}");

        let resumed = Training::resume(&entries, &samples, plan, Some(&net), checkpoint).unwrap();
        assert_eq!(finish(resumed).0, finish(training).0);
    }

    #[test]
    fn a_checkpoint_of_another_training_is_told_by_what_differs() {
        let (entries, mut samples) = corpus();
        let bytes = Training::begin(&entries, &samples, PLAN, None, &Silent).checkpoint().write().unwrap();
        let told = |entries: &[Entry], samples: &[Vec<i16>], plan: Plan| {
            Training::resume(entries, samples, plan, None, Checkpoint::read(&bytes).unwrap()).err().unwrap().to_string()
        };
        let other = told(&entries, &samples, Plan { width: 16, leave_out: 5, ..PLAN });
        assert!(other.contains("begun with --width 12 --leave-out 4, not --width 16 --leave-out 5"), "{other}");
        let other = told(&entries, &samples, Plan { from: Some(7), ..PLAN });
        assert!(other.contains("not a --from model of checksum 7"), "{other}");

        assert!(told(&entries[1..], &samples[1..], PLAN).contains("(0.wav is gone)"));
        let mut changed = entries.clone();
        changed[7].text = "思思思思".into();
        assert!(told(&changed, &samples, PLAN).contains("(7.wav sounds or reads otherwise)"));
        let mut changed = entries.clone();
        changed[0].speaker = "47".into();
        assert!(told(&changed, &samples, PLAN).contains("the speaker of"));
        samples[9][100] += 1;
        assert!(told(&entries, &samples, PLAN).contains("(9.wav sounds or reads otherwise)"));
    }

    #[test]
    fn a_corpus_may_be_moved() {
        let (mut entries, samples) = corpus();
        let checkpoint = Training::begin(&entries, &samples, PLAN, None, &Silent).checkpoint();
        entries.iter_mut().for_each(|entry| entry.file = std::path::Path::new("elsewhere").join(&entry.file));
        assert!(Training::resume(&entries, &samples, PLAN, None, checkpoint).is_ok());
    }

    #[test]
    fn left_out_speakers_are_aligned_quiet_and_noisy() {
        let (entries, samples) = corpus();
        let mut training = Training::begin(&entries, &samples, PLAN, None, &Silent);
        while !training.is_over() {
            training.epoch(&Silent);
        }
        let aligned = training.align_left_out(training.net(), &Silent);
        assert_eq!(aligned.iter().map(|aligned| aligned.noisy).collect::<Vec<_>>(), [false, true]);
        assert_eq!(aligned[0].sentences, 12);
        assert!(aligned[0].share_within(Ms(300)) > 0.9, "{aligned:?}");
    }
}
