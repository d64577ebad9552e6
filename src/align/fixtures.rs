//! What the aligner's tests are made of: transcripts in a short notation, chance that repeats itself, and recordings
//! of a voice whose phones are patches of noise.

use std::ops::Range;

use super::graph::{Graph, Mark, ScriptWord};
use super::path::{Path, Step};
use super::search::Costs;
use crate::phones::Phone;
use crate::signal::{BINS, Cepstra, CepstraBuilder};

/// What a search costs: nothing much, and sentences may not be left out.
pub const COSTS: Costs = Costs {
    scale: 1.0,
    state: 0.1,
    silence: 2.0,
    silence_frame: 0.1,
    filler: 3.0,
    filler_frame: 0.2,
    unspoken: None,
    unspoken_more: 1.0,
    beam: 1e6,
};

/// A transcript written as phones: words stand apart, phones are joined by `-` and readings by `|`; `,` and `.` after a
/// word are its mark. `script("n-i h-ao|h-e, m-a.")` has three words, the second of them with two readings.
pub fn script(text: &str) -> Vec<ScriptWord> {
    text.split_whitespace()
        .map(|word| {
            let mark = match word.chars().last() {
                Some('.') => Mark::Sentence,
                Some(',') => Mark::Clause,
                _ => Mark::None,
            };
            let phone = |name| Phone::named(name).unwrap_or_else(|| panic!("no phone is called {name}"));
            let readings = word.trim_end_matches(['.', ',']).split('|');
            ScriptWord { readings: readings.map(|reading| reading.split('-').map(phone).collect()).collect(), mark }
        })
        .collect()
}

/// The graph of a [`script`].
pub fn graph(text: &str) -> Graph {
    Graph::new(script(text))
}

/// The frames of each word on a path; empty for words that have none.
pub fn frames_of_words(graph: &Graph, path: &Path) -> Vec<Range<usize>> {
    let mut frames = vec![0..0; graph.words()];
    for (frame, step) in path.steps().enumerate() {
        if let Step::State { word, .. } = step {
            let word = &mut frames[word as usize];
            *word = if word.start == word.end { frame..frame + 1 } else { word.start..frame + 1 };
        }
    }
    frames
}

/// Whether a path never goes back: not to an earlier word, and in a word not to an earlier state.
pub fn never_goes_back(path: &Path) -> bool {
    path.steps().zip(path.steps().skip(1)).all(|pair| match pair {
        (Step::State { word, state }, Step::State { word: next_word, state: next_state }) if word == next_word => {
            state <= next_state
        }
        // What lies before a word doesn't come after it.
        (Step::State { word, .. }, next @ (Step::Silence { .. } | Step::Filler { .. })) => word < next.word(),
        (step, next) => step.word() <= next.word(),
    })
}

/// Chance that falls the same way every time (Steele et al., "Fast splittable pseudorandom number generators", 2014).
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 to 1, any as likely as any other.
    pub fn even(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1 << 24) as f32
    }

    /// A number between two others.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.even()
    }

    /// One of the numbers of a range.
    pub fn of(&mut self, range: Range<usize>) -> usize {
        range.start + (self.even() * range.len() as f32) as usize
    }

    /// A number around 0 that spreads by about 1: the sum of twelve even ones.
    pub fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.even() - 0.5).sum()
    }
}

/// Words of a consonant and a vowel each, in sentences of four to nine.
pub fn babble(words: usize, seed: u64) -> Vec<ScriptWord> {
    let mut dice = Dice(seed);
    let (consonants, vowels) = (["b", "d", "g", "m", "s", "sh"], ["a", "i", "u", "ou", "an", "ing"]);
    let mut left = dice.of(4..10);
    (0..words)
        .map(|_| {
            let name = format!("{}-{}", consonants[dice.of(0..6)], vowels[dice.of(0..6)]);
            let mut word = script(&name).remove(0);
            left -= 1;
            if left == 0 {
                word.mark = Mark::Sentence;
                left = dice.of(4..10);
            }
            word
        })
        .collect()
}

/// A recording in the making.
pub struct Studio {
    builder: CepstraBuilder,
    frames: usize,
    dice: Dice,
    /// The frames of every word said so far.
    pub said: Vec<Range<usize>>,
}

impl Studio {
    pub fn new(seed: u64) -> Studio {
        Studio { builder: CepstraBuilder::new(), frames: 0, dice: Dice(seed), said: Vec::new() }
    }

    /// Nothing but the room.
    pub fn pause(&mut self, frames: usize) {
        self.sound(&[1e-4; BINS], frames);
    }

    /// A word by its first reading, each phone 60 to 120 ms long.
    pub fn say(&mut self, word: &ScriptWord) {
        let start = self.frames;
        for phone in &word.readings[0] {
            let frames = self.dice.of(6..13);
            self.sound(&spectrum(*phone), frames);
        }
        self.said.push(start..self.frames);
    }

    /// Words, and a pause of a quarter to half a second after every sentence.
    pub fn read(&mut self, words: &[ScriptWord]) {
        for word in words {
            self.say(word);
            if word.mark == Mark::Sentence {
                let frames = self.dice.of(25..50);
                self.pause(frames);
            }
        }
    }

    fn sound(&mut self, spectrum: &[f32], frames: usize) {
        for _ in 0..frames {
            let power: Vec<f32> = spectrum.iter().map(|&power| power * self.dice.between(0.2, 1.8)).collect();
            self.builder.frame(&power);
        }
        self.frames += frames;
    }

    /// The stretches without a pause.
    pub fn speech(&self) -> Vec<Range<usize>> {
        let joined = self.said.chunk_by(|word, next| word.end == next.start);
        joined.map(|words| words[0].start..words[words.len() - 1].end).collect()
    }

    /// What was recorded.
    pub fn finish(self) -> Cepstra {
        self.builder.finish()
    }
}

/// Each phone has four peaks at places of its own.
fn spectrum(phone: Phone) -> Vec<f32> {
    let mut dice = Dice(1_000 + phone.index() as u64);
    let peaks: Vec<(f32, f32)> = (0..4).map(|_| (dice.between(4.0, 200.0), dice.between(4.0, 16.0))).collect();
    let peak = |bin: usize, (centre, width): (f32, f32)| (-((bin as f32 - centre) / width).powi(2)).exp();
    (0..BINS).map(|bin| 1e-3 + peaks.iter().map(|&at| peak(bin, at)).sum::<f32>()).collect()
}

/// The path of words that lie where they are known to lie, their states spread evenly; silence between them.
pub fn path_of(graph: &Graph, words: &[Range<usize>], frames: usize) -> Path {
    let mut steps = Vec::with_capacity(frames);
    for (word, at) in words.iter().enumerate() {
        steps.resize(at.start, Step::Silence { word: word as u32 });
        let states = graph.readings(word)[0].clone();
        steps.extend((0..at.len()).map(|frame| Step::State {
            word: word as u32,
            state: states.start + (frame * states.len() / at.len()) as u32,
        }));
    }
    steps.resize(frames, Step::Silence { word: words.len() as u32 });
    steps.into_iter().collect()
}
