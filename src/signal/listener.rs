//! Everything that is gathered from the samples while they stream by, in one pass.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::{
    Cepstra, CepstraBuilder, Frames, Loudness, LoudnessMeter, MapBuilder, Peaks, PeaksBuilder, SpeechMap, Timbre,
    TimbreBuilder,
};

/// Samples that are handed on at once: 2 s.
const BLOCK: usize = 32_000;
/// Blocks that may wait for a listener that is slower than the source.
const AHEAD: usize = 8;

/// What is heard in a recording.
pub struct Heard {
    /// Which sounds, frame by frame.
    pub cepstra: Cepstra,
    /// What sounds when.
    pub map: SpeechMap,
}

/// What a recording looks like from outside.
pub struct Measured {
    /// The outline of the waveform.
    pub peaks: Peaks,
    /// How loud it is.
    pub loudness: Loudness,
}

/// Listens to the samples (16 kHz, mono, full scale ±1) that a source hands out, while it does; no samples are kept.
pub fn listen<T>(source: impl FnOnce(&mut dyn FnMut(&[f32])) -> T) -> (T, Heard) {
    let (told, heard, ()) = hand_on(source, hear, drop);
    (told, heard)
}

/// The same, and measures them besides.
pub fn listen_and_measure<T>(source: impl FnOnce(&mut dyn FnMut(&[f32])) -> T) -> (T, Heard, Measured) {
    hand_on(source, hear, measure)
}

/// Listens for what is said and who says it, and measures the samples besides.
pub fn listen_to_all<T>(source: impl FnOnce(&mut dyn FnMut(&[f32])) -> T) -> (T, Heard, Timbre, Measured) {
    let (told, (heard, timbre), measured) = hand_on(source, hear_all, measure);
    (told, heard, timbre, measured)
}

/// Listens for who speaks instead of what is said: the timbre of every frame, and the map of what sounds when.
pub fn listen_to_voices<T>(source: impl FnOnce(&mut dyn FnMut(&[f32])) -> T) -> (T, Timbre, SpeechMap) {
    let (told, (timbre, map), ()) = hand_on(source, hear_voices, drop);
    (told, timbre, map)
}

/// Samples on their way from a source.
type Blocks = Receiver<Arc<[f32]>>;

fn hear(blocks: Blocks) -> Heard {
    let (mut frames, mut cepstra, mut map) = (Frames::new(), CepstraBuilder::new(), MapBuilder::new());
    let mut frame = |power: &[f32]| {
        cepstra.frame(power);
        map.frame(power);
    };
    blocks.iter().for_each(|block| frames.push(&block, &mut frame));
    frames.finish(&mut frame);
    Heard { cepstra: cepstra.finish(), map: map.finish() }
}

fn hear_all(blocks: Blocks) -> (Heard, Timbre) {
    let (mut frames, mut cepstra, mut map) = (Frames::new(), CepstraBuilder::new(), MapBuilder::new());
    let mut timbre = TimbreBuilder::new();
    let mut frame = |power: &[f32]| {
        cepstra.frame(power);
        timbre.frame(power);
        map.frame(power);
    };
    blocks.iter().for_each(|block| frames.push(&block, &mut frame));
    frames.finish(&mut frame);
    (Heard { cepstra: cepstra.finish(), map: map.finish() }, timbre.finish())
}

fn hear_voices(blocks: Blocks) -> (Timbre, SpeechMap) {
    let (mut frames, mut timbre, mut map) = (Frames::new(), TimbreBuilder::new(), MapBuilder::new());
    let mut frame = |power: &[f32]| {
        timbre.frame(power);
        map.frame(power);
    };
    blocks.iter().for_each(|block| frames.push(&block, &mut frame));
    frames.finish(&mut frame);
    (timbre.finish(), map.finish())
}

fn measure(blocks: Blocks) -> Measured {
    let (mut peaks, mut loudness) = (PeaksBuilder::new(), LoudnessMeter::new());
    for block in blocks {
        peaks.push(&block);
        loudness.push(&block);
    }
    Measured { peaks: peaks.finish(), loudness: loudness.finish() }
}

/// Hands what a source gives on to two others, each on a thread of its own.
fn hand_on<T, A: Send, B: Send>(
    source: impl FnOnce(&mut dyn FnMut(&[f32])) -> T,
    one: impl FnOnce(Blocks) -> A + Send,
    other: impl FnOnce(Blocks) -> B + Send,
) -> (T, A, B) {
    thread::scope(|scope| {
        let (to_one, for_one) = sync_channel(AHEAD);
        let (to_other, for_other) = sync_channel(AHEAD);
        let (one, other) = (scope.spawn(|| one(for_one)), scope.spawn(|| other(for_other)));
        let listeners: [SyncSender<Arc<[f32]>>; 2] = [to_one, to_other];
        // Who does not listen any more misses nothing.
        let send = |block: &[f32]| {
            let block: Arc<[f32]> = block.into();
            listeners.iter().for_each(|listener| drop(listener.send(Arc::clone(&block))));
        };
        let mut waiting: Vec<f32> = Vec::with_capacity(BLOCK);
        let told = source(&mut |samples| {
            waiting.extend_from_slice(samples);
            if waiting.len() >= BLOCK {
                send(&waiting);
                waiting.clear();
            }
        });
        send(&waiting);
        drop(listeners);
        let (one, other) = (one.join(), other.join());
        (told, one.unwrap_or_else(|panic| resume_unwind(panic)), other.unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hum(samples: usize) -> Vec<f32> {
        (0..samples).map(|at| (at as f32 * 0.08).sin() * 0.5).collect()
    }

    #[test]
    fn it_does_not_matter_how_samples_come() {
        let samples = hum(5 * BLOCK + 77);
        let heard_in = |size: usize| {
            let (told, heard, measured) = listen_and_measure(|sink| {
                samples.chunks(size).for_each(sink);
                size
            });
            assert_eq!(told, size);
            (heard.cepstra.statics(0..heard.cepstra.frames()), heard.map, measured.loudness, measured.peaks.highest())
        };
        let at_once = heard_in(samples.len());
        assert_eq!(at_once.0, Cepstra::of(&samples).statics(0..samples.len().div_ceil(160)));
        assert!(at_once == heard_in(1_024) && at_once == heard_in(1));
    }

    #[test]
    fn a_source_that_has_nothing_is_heard_to_the_end() {
        let (told, heard) = listen(|_| Err::<(), _>("broken"));
        assert_eq!((told, heard.cepstra.frames()), (Err("broken"), 0));
    }

    #[test]
    fn without_measuring_the_same_is_heard() {
        let samples = hum(BLOCK + 5);
        let ((), heard) = listen(|sink| sink(&samples));
        let ((), both, _) = listen_and_measure(|sink| sink(&samples));
        assert_eq!(heard.map, both.map);
        let statics = |heard: &Heard| heard.cepstra.statics(0..heard.cepstra.frames());
        assert_eq!(statics(&heard), statics(&both));
    }
}
