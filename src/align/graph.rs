//! The transcript as a chain of states that the search walks along.
//!
//! Between any two words lies a junction; silence and the filler may be heard there. A word has one chain of states
//! for each of its readings. From the junction before a sentence an arc leads to the junction behind it: the sentence
//! may go unspoken.

use std::borrow::Borrow;
use std::ops::Range;

use super::pdf::Pdf;
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
    pub fn new<W: Borrow<ScriptWord>>(words: impl IntoIterator<Item = W>) -> Graph {
        let mut graph = Graph {
            pdfs: Vec::new(),
            readings: Vec::new(),
            word_readings: vec![0],
            marks: vec![Mark::Sentence],
            sentence_starts: Vec::new(),
            states_before: vec![0],
            starting: Vec::new(),
        };
        for (at, word) in words.into_iter().enumerate() {
            let word = word.borrow();
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
        graph.sentence_starts.push(graph.words() as u32);
        graph
    }

    /// The same text at one state a phone: its first.
    pub fn coarse(&self) -> Graph {
        let mut graph = Graph {
            pdfs: Vec::new(),
            readings: Vec::with_capacity(self.readings.len()),
            word_readings: self.word_readings.clone(),
            marks: self.marks.clone(),
            sentence_starts: self.sentence_starts.clone(),
            states_before: vec![0],
            starting: self.starting.clone(),
        };
        for states in &self.readings {
            let from = graph.pdfs.len() as u32;
            let pdfs = &self.pdfs[states.start as usize..states.end as usize];
            graph.pdfs.extend(pdfs.iter().filter(|pdf| pdf.starts_phone()));
            graph.readings.push(from..graph.pdfs.len() as u32);
        }
        for word in 0..graph.words() {
            graph.states_before.push(graph.states_before[word] + graph.length(word) as u32);
        }
        graph
    }

    /// The text of some of the words.
    pub fn part(&self, words: Range<usize>) -> Graph {
        Graph::new(words.map(|word| ScriptWord { readings: self.phones(word), mark: self.mark_before(word + 1) }))
    }

    /// How many words there are; junctions are one more.
    pub fn words(&self) -> usize {
        self.word_readings.len() - 1
    }

    /// The ways to say a word.
    pub fn phones(&self, word: usize) -> Vec<Vec<Phone>> {
        let phones = |states: &Range<u32>| {
            let pdfs = &self.pdfs[states.start as usize..states.end as usize];
            pdfs.iter().filter(|pdf| pdf.starts_phone()).filter_map(|pdf| pdf.phone()).collect()
        };
        self.readings(word).iter().map(phones).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{babble, graph, script};
    use proptest::prelude::*;

    fn pdf(name: &str, state: usize) -> Pdf {
        Phone::named(name).map(|phone| Pdf::of(phone, state)).unwrap_or_else(|| panic!("no phone is called {name}"))
    }

    #[test]
    fn a_word_is_the_states_of_its_phones_in_order() {
        let graph = graph("n-i h-ao");
        assert_eq!(graph.words(), 2);
        assert_eq!(graph.readings(0), [Range { start: 0, end: 5 }]);
        assert_eq!(graph.readings(1), [Range { start: 5, end: 10 }]);
        assert_eq!(graph.pdfs[..5], [pdf("n", 0), pdf("n", 1), pdf("i", 0), pdf("i", 1), pdf("i", 2)]);
        assert_eq!([0, 1, 2].map(|word| graph.first_state(word)), [0, 5, 10]);
    }

    #[test]
    fn a_polyphone_has_a_chain_for_each_reading() {
        let graph = graph("d-e l-e|l-iao-o b-a");
        assert_eq!(graph.readings(1), [5..10, 10..18]);
        assert_eq!(graph.readings(2), [Range { start: 18, end: 23 }]);
        assert_eq!(graph.first_state(2), 18);
        // Both chains lie between the same two junctions; the first one counts as the word's length.
        assert_eq!(graph.length(1), 5);
        assert_eq!([0, 1, 2, 3].map(|junction| graph.states_before(junction)), [0, 5, 10, 15]);
    }

    #[test]
    fn sentences_start_at_the_recordings_start_and_behind_full_stops() {
        let graph = graph("n-i h-ao. sh-i, d-e. m-a");
        assert_eq!(graph.sentence_starts, [0, 2, 4, 5]);
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|junction| graph.mark_before(junction)),
            [Mark::Sentence, Mark::None, Mark::Sentence, Mark::Clause, Mark::Sentence, Mark::None]
        );
        assert_eq!([5, 4, 3, 2, 1].map(|junction| graph.sentence_before(junction)), [4, 2, 2, 0, 0]);
    }

    #[test]
    fn a_full_stop_at_the_very_end_starts_no_empty_sentence() {
        assert_eq!(graph("n-i. h-ao.").sentence_starts, [0, 1, 2]);
    }

    #[test]
    fn an_empty_transcript_is_one_junction() {
        let graph = graph("");
        assert_eq!(graph.words(), 0);
        assert_eq!(graph.first_state(0), 0);
        assert!(graph.starts_sentence(0));
        assert_eq!(graph.mark_before(0), Mark::Sentence);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_books_agree_with_one_another(words in 1usize..60, seed: u64, polyphones in prop::collection::vec(any::<bool>(), 60)) {
            let mut script_words = babble(words, seed);
            for (word, _) in script_words.iter_mut().zip(&polyphones).filter(|(_, polyphone)| **polyphone) {
                word.readings.extend(script("l-iao-o")[0].readings.clone());
            }
            let graph = Graph::new(&script_words);
            for (at, word) in script_words.iter().enumerate() {
                prop_assert_eq!(&graph.phones(at), &word.readings);
            }

            // The chains tile the states.
            let chains: Vec<Range<u32>> = (0..words).flat_map(|word| graph.readings(word).to_vec()).collect();
            prop_assert_eq!(chains[0].start, 0);
            prop_assert!(chains.windows(2).all(|pair| pair[0].end == pair[1].start));
            prop_assert_eq!(chains[chains.len() - 1].end as usize, graph.pdfs.len());

            for junction in 0..=words {
                let text: usize = (0..junction).map(|word| graph.length(word)).sum();
                prop_assert_eq!(graph.states_before(junction), text);
                prop_assert_eq!(graph.starts_sentence(junction), graph.sentence_starts.contains(&(junction as u32)));
                let before = (0..junction).rev().find(|&earlier| graph.starts_sentence(earlier));
                prop_assert_eq!(graph.sentence_before(junction), before.unwrap_or(0));
            }
        }
    }
}
