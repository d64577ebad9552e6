//! The transcript as a chain of states that the search walks along.
//!
//! Between any two words lies a junction; silence and the filler may be heard there. A word has one chain of states
//! for each of its readings. From the junction before a sentence an arc leads to the junction behind it: the sentence
//! may go unspoken.

use std::ops::Range;

use super::model::Pdf;
use crate::phones::Phone;

/// What stands between a word and the next one in the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Nothing, or a space.
    None,
    /// A comma or the like.
    Clause,
    /// The end of a sentence.
    Sentence,
}

/// A word as the aligner sees it.
#[derive(Clone, Debug)]
pub struct ScriptWord {
    /// The ways to say it, each a sequence of phones.
    pub readings: Vec<Vec<Phone>>,
    /// What follows it.
    pub mark: Mark,
}

/// The whole transcript as states.
pub struct Graph {
    /// The pdf of every state.
    pub pdfs: Vec<Pdf>,
    /// The states of every reading, in order.
    readings: Vec<Range<u32>>,
    /// The readings of every word, and an end mark.
    word_readings: Vec<u32>,
    /// What stands before each word's junction; one more than there are words.
    marks: Vec<Mark>,
    /// The words at which sentences start, and the number of words as an end mark.
    pub sentence_starts: Vec<u32>,
    /// How many states the text before each junction has, by the first reading of every word.
    states_before: Vec<u32>,
    /// For each junction whether a sentence starts there.
    starting: Vec<bool>,
}

impl Graph {
    /// Builds the chain. The recording's start counts as the end of a sentence.
    pub fn new(words: &[ScriptWord]) -> Graph {
        let mut graph = Graph {
            pdfs: Vec::new(),
            readings: Vec::new(),
            word_readings: vec![0],
            marks: vec![Mark::Sentence],
            sentence_starts: Vec::new(),
            states_before: vec![0],
            starting: Vec::new(),
        };
        for (at, word) in words.iter().enumerate() {
            let starts = graph.marks[at] == Mark::Sentence;
            graph.starting.push(starts);
            if starts {
                graph.sentence_starts.push(at as u32);
            }
            for reading in &word.readings {
                let from = graph.pdfs.len() as u32;
                for &phone in reading {
                    graph.pdfs.extend((0..phone.states()).map(|state| Pdf::of(phone, state)));
                }
                graph.readings.push(from..graph.pdfs.len() as u32);
            }
            graph.word_readings.push(graph.readings.len() as u32);
            graph.states_before.push(graph.states_before[at] + graph.length(at) as u32);
            graph.marks.push(word.mark);
        }
        graph.starting.push(true);
        graph.sentence_starts.push(words.len() as u32);
        graph
    }

    /// How many words there are; junctions are one more.
    pub fn words(&self) -> usize {
        self.word_readings.len() - 1
    }

    /// The state ranges of a word's readings.
    pub fn readings(&self, word: usize) -> &[Range<u32>] {
        &self.readings[self.word_readings[word] as usize..self.word_readings[word + 1] as usize]
    }

    /// The first state of a word; past the last word, the number of states.
    pub fn first_state(&self, word: usize) -> usize {
        let reading = self.word_readings.get(word).and_then(|&reading| self.readings.get(reading as usize));
        reading.map_or(self.pdfs.len(), |states| states.start as usize)
    }

    /// What stands in the transcript before a junction.
    pub fn mark_before(&self, junction: usize) -> Mark {
        self.marks[junction]
    }

    /// Whether a sentence starts at a junction, or the transcript ends there.
    pub fn starts_sentence(&self, junction: usize) -> bool {
        self.starting[junction]
    }

    /// The junction at which the sentence before the one that starts at `junction` starts.
    pub fn sentence_before(&self, junction: usize) -> usize {
        let at = self.sentence_starts.partition_point(|&start| (start as usize) < junction);
        self.sentence_starts.get(at.wrapping_sub(1)).map_or(0, |&start| start as usize)
    }

    /// How many states the text before a junction has, by the first reading of every word.
    pub fn states_before(&self, junction: usize) -> usize {
        self.states_before[junction] as usize
    }

    /// About how many states a word passes through, its weight when words are laid over time before anything is known.
    pub fn length(&self, word: usize) -> usize {
        self.readings(word).first().map_or(1, |states| states.len().max(1))
    }
}
