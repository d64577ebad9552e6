//! A training put down between two epochs, to be taken up again as if it had never stopped: bit for bit.
//!
//! What follows from plan and corpus is made again; the rest is here in full precision. The file is [`MAGIC`], the
//! CRC-32 of what follows (little endian), and a [`Checkpoint`] as postcard lays it out.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::corpus::Entry;
use super::learn::UNKNOWN;
use super::{Plan, Training};
use crate::align::seed::net::{CLASSES, Layer};

/// What the first bytes are; the last one is the version of the layout.
const MAGIC: &[u8; 9] = b"zimupart\x02";
/// Which zimu writes. Another one might go on otherwise than this one began.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Why a training cannot go on from a checkpoint.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The bytes are something else.
    #[error("it is no checkpoint of `zimu train`: move it away, or name another model")]
    NoCheckpoint,
    /// They were cut short or damaged.
    #[error("it is damaged: begin anew with --afresh")]
    Damaged,
    /// Another zimu wrote them.
    #[error("zimu {by} began it, this is {VERSION}: go on with that one, or begin anew with --afresh")]
    OtherVersion {
        /// Which.
        by: String,
    },
    /// The training was to be another one.
    #[error("it was begun with {then}, not {now}: ask for that again, or begin anew with --afresh")]
    OtherPlan {
        /// What differs, as it was.
        then: String,
        /// The same, as it is asked for now.
        now: String,
    },
    /// The corpus is not what it was.
    #[error("the corpus has changed since it was begun ({what}): put it back, or begin anew with --afresh")]
    OtherCorpus {
        /// The first clip that differs, and how.
        what: String,
    },
}

/// A training between two epochs.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    zimu: String,
    plan: Plan,
    clips: Vec<Mark>,
    state: State,
}

/// What a clip is known by again. Its place is not: a corpus may be moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Mark {
    file: String,
    /// CRC-32 of sound, text and language.
    content: u32,
    left_out: bool,
}

/// What the epochs to come depend on, besides plan and corpus.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct State {
    done: usize,
    labels: Vec<Vec<u16>>,
    order: Vec<usize>,
    rng: u64,
    learned: f64,
    log_priors: Vec<f32>,
    steps: i32,
    /// The numbers of all layers, one after the other: of the network, and of Adam's two memories.
    weights: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
}

impl Checkpoint {
    /// A training as it is now.
    pub(super) fn of(training: &Training) -> Checkpoint {
        let pupil = &training.pupil;
        Checkpoint {
            zimu: VERSION.into(),
            plan: training.plan,
            clips: training.marks.clone(),
            state: State {
                done: training.done,
                labels: training.labels.clone(),
                order: training.order.clone(),
                rng: pupil.rng.get_seed(),
                learned: pupil.learned,
                log_priors: pupil.net.log_priors.clone(),
                steps: pupil.adam.steps,
                weights: numbers(&pupil.net.layers),
                means: numbers(&pupil.adam.means),
                squares: numbers(&pupil.adam.squares),
            },
        }
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] where the numbers cannot be laid out.
    pub fn write(&self) -> Result<Vec<u8>, CheckpointError> {
        let body = postcard::to_stdvec(self).map_err(|_| CheckpointError::Damaged)?;
        Ok([MAGIC.as_slice(), &crc32fast::hash(&body).to_le_bytes(), &body].concat())
    }

    /// Reads what [`Checkpoint::write`] wrote.
    ///
    /// # Errors
    /// [`CheckpointError`] where the bytes are none, damaged, or another zimu's.
    pub fn read(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
        let (name, layout) = MAGIC.split_at(MAGIC.len() - 1);
        let rest = bytes.strip_prefix(name).ok_or(CheckpointError::NoCheckpoint)?;
        let (sum, body) = match rest.strip_prefix(layout) {
            Some(rest) => rest.split_first_chunk().ok_or(CheckpointError::Damaged)?,
            None if rest.is_empty() => return Err(CheckpointError::Damaged),
            None => return Err(CheckpointError::OtherVersion { by: "of another version".into() }),
        };
        if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
            return Err(CheckpointError::Damaged);
        }
        let checkpoint: Checkpoint = postcard::from_bytes(body).map_err(|_| CheckpointError::Damaged)?;
        if checkpoint.zimu != VERSION {
            return Err(CheckpointError::OtherVersion { by: checkpoint.zimu });
        }
        Ok(checkpoint)
    }

    /// Whether it is of a training of this plan.
    ///
    /// # Errors
    /// [`CheckpointError::OtherPlan`] with what differs.
    pub fn check_plan(&self, plan: Plan) -> Result<(), CheckpointError> {
        let pairs = numbers_of(self.plan).into_iter().zip(numbers_of(plan));
        let other: Vec<_> = pairs.filter(|(then, now)| then != now).collect();
        if other.is_empty() {
            return Ok(());
        }
        let list = |numbers: Vec<(&str, u64)>| {
            let named: Vec<String> = numbers.iter().map(|(name, number)| format!("{name} {number}")).collect();
            named.join(" ")
        };
        let (then, now): (Vec<_>, Vec<_>) = other.into_iter().unzip();
        Err(CheckpointError::OtherPlan { then: list(then), now: list(now) })
    }

    /// Puts a training that has just begun where this one was.
    ///
    /// # Errors
    /// [`CheckpointError`] where that is of another plan or corpus.
    pub(super) fn restore(self, training: &mut Training) -> Result<(), CheckpointError> {
        self.check_plan(training.plan)?;
        if let Some(what) = first_difference(&self.clips, &training.marks) {
            return Err(CheckpointError::OtherCorpus { what });
        }
        let state = self.state;
        if !state.fits(training) {
            return Err(CheckpointError::Damaged);
        }
        let pupil = &mut training.pupil;
        for (layers, numbers) in [
            (&mut pupil.net.layers, &state.weights),
            (&mut pupil.adam.means, &state.means),
            (&mut pupil.adam.squares, &state.squares),
        ] {
            refill(layers, numbers);
        }
        pupil.net.log_priors = state.log_priors;
        pupil.adam.steps = state.steps;
        pupil.rng = fastrand::Rng::with_seed(state.rng);
        pupil.learned = state.learned;
        training.done = state.done;
        training.labels = state.labels;
        training.order = state.order;
        Ok(())
    }
}

impl State {
    fn fits(&self, training: &Training) -> bool {
        let known = |&label: &u16| usize::from(label) < CLASSES || label == UNKNOWN;
        let clips = self.labels.len() == training.spoken.len();
        let labels = self.labels.iter().zip(&training.spoken).all(|(labels, clip)| {
            (labels.is_empty() || labels.len() == clip.cepstra.frames()) && labels.iter().all(known)
        });
        let sorted = |order: &[usize]| {
            let mut order = order.to_vec();
            order.sort_unstable();
            order
        };
        let order = sorted(&self.order) == sorted(&training.order);
        let size: usize = training.pupil.net.layers.iter().map(|layer| values(layer).count()).sum();
        let numbers = [&self.weights, &self.means, &self.squares].iter().all(|numbers| numbers.len() == size);
        clips && labels && order && numbers && self.log_priors.len() == CLASSES
    }
}

fn numbers_of(plan: Plan) -> [(&'static str, u64); 6] {
    [
        ("--width", plan.width as u64),
        ("--epochs", plan.epochs as u64),
        ("--leave-out", plan.leave_out as u64),
        ("new labels after epoch", plan.relabel_after as u64),
        ("seed", plan.seed),
        ("a --from model of checksum", plan.from.unwrap_or_default().into()),
    ]
}

/// What each clip is known by again.
pub(super) fn marks(entries: &[Entry], samples: &[Vec<i16>], left_out: &[bool]) -> Vec<Mark> {
    let mark = |((entry, samples), &left_out): ((&Entry, &Vec<i16>), &bool)| {
        let mut content = crc32fast::Hasher::new();
        content.update(entry.text.as_bytes());
        // No text holds this byte: where one part ends is part of the sum.
        content.update(&[0xff]);
        content.update(entry.language.code().as_bytes());
        content.update(&[0xff]);
        content.update(&samples.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>());
        Mark { file: entry.file.display().to_string(), content: content.finalize(), left_out }
    };
    entries.par_iter().zip(samples).zip(left_out).map(mark).collect()
}

/// The first clip in which two corpora differ, and how.
fn first_difference(then: &[Mark], now: &[Mark]) -> Option<String> {
    let lists = |marks: &[Mark], file: &str| marks.iter().any(|mark| mark.file == file);
    let content = then.iter().zip(now).position(|(then, now)| then.content != now.content);
    match content.or((then.len() != now.len()).then_some(then.len().min(now.len()))) {
        Some(at) => Some(match (then.get(at), now.get(at)) {
            (Some(then), Some(now)) if then.file == now.file => format!("{} sounds or reads otherwise", now.file),
            (Some(then), _) if !lists(now, &then.file) => format!("{} is gone", then.file),
            (_, Some(now)) if !lists(then, &now.file) => format!("{} is new", now.file),
            _ => format!("{} clips then, {} now, in another order", then.len(), now.len()),
        }),
        None => {
            let other = then.iter().zip(now).find(|(then, now)| then.left_out != now.left_out);
            other.map(|(_, now)| format!("the speaker of {} is another", now.file))
        }
    }
}

/// Every number of a layer.
fn values(layer: &Layer) -> impl Iterator<Item = &f32> {
    layer.weights.iter().flat_map(|matrix| matrix.iter()).chain(&layer.bias)
}

fn numbers(layers: &[Layer]) -> Vec<f32> {
    layers.iter().flat_map(values).copied().collect()
}

/// Gives layers the [`numbers`] of others of their shape.
fn refill(layers: &mut [Layer], numbers: &[f32]) {
    let values = layers.iter_mut().flat_map(|layer| {
        let weights = layer.weights.iter_mut().flat_map(|matrix| matrix.iter_mut());
        weights.chain(&mut layer.bias)
    });
    values.zip(numbers).for_each(|(value, &number)| *value = number);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::timeline::Language;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let entry =
            Entry { file: "a.wav".into(), text: "妈".into(), speaker: "Ann".into(), language: Language::Chinese };
        let plan = Plan { width: 2, epochs: 1, ..Plan::default() };
        let samples = [(0..4_000).map(|at| (at * 37 % 501) as i16).collect()];
        let mut training = Training::begin(std::slice::from_ref(&entry), &samples, plan, None, &Silent);
        training.epoch(&Silent);
        training.checkpoint().write().unwrap()
    });

    #[test]
    fn what_is_written_is_read() {
        let read = Checkpoint::read(&BYTES).unwrap();
        assert_eq!(read.state.done, 1);
        assert_eq!(read.write().unwrap(), *BYTES);
    }

    #[test]
    fn something_else_and_another_version_are_told_apart() {
        let told = |bytes: &[u8]| Checkpoint::read(bytes).unwrap_err().to_string();
        assert!(told(b"").contains("no checkpoint"));
        assert!(told(b"zimunet\x01").contains("no checkpoint"));
        assert!(told(b"zimupart\x01").contains("another version"));
        let other = Checkpoint { zimu: "9.9.9".into(), ..Checkpoint::read(&BYTES).unwrap() };
        assert!(told(&other.write().unwrap()).contains("zimu 9.9.9 began it"));
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_refused(at: prop::sample::Index, change in 1u8.., cut: prop::sample::Index) {
            let mut bytes = BYTES.clone();
            bytes.truncate(cut.index(bytes.len()));
            prop_assert!(Checkpoint::read(&bytes).is_err());
            let mut bytes = BYTES.clone();
            let at = at.index(bytes.len());
            bytes[at] ^= change;
            prop_assert!(Checkpoint::read(&bytes).is_err());
        }
    }
}
