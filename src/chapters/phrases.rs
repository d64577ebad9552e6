//! What a stretch of text is about, in its own words: the phrases said more often there than elsewhere.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::titles::capitalised;
use super::words::{self, Word};
use crate::timeline::{Language, Segment};

/// The words of a recording, sentence by sentence.
pub(super) struct Phrases {
    sentences: Vec<Vec<Word>>,
    /// How often each key is said in all.
    all: HashMap<String, f64>,
    language: Language,
}

/// Words that one phrase is made of at most.
const LONGEST: usize = 3;
/// What is said less often may be anything.
const LEAST: f64 = 3.0;
/// Phrases in a title at most.
const NAMED: usize = 2;
/// A second phrase must be worth this share of the first to be named beside it.
const WORTH_NAMING: f64 = 0.5;
/// Sentences of an introduction that are counted [`ANNOUNCED`] times: what the host says of a talk is what it is about.
const INTRODUCTION: usize = 5;
const ANNOUNCED: f64 = 2.0;

impl Phrases {
    pub(super) fn of(segments: &[Segment], language: Language) -> Phrases {
        let sentences: Vec<Vec<Word>> = segments.iter().map(|segment| words::of(&segment.text)).collect();
        let mut all = HashMap::new();
        for (key, _, count) in sentences.iter().flat_map(|sentence| runs(sentence)) {
            *all.entry(key).or_default() += count;
        }
        Phrases { sentences, all, language }
    }

    /// How many sentences there are.
    pub(super) fn sentences(&self) -> usize {
        self.sentences.len()
    }

    /// The words of a sentence.
    pub(super) fn words(&self, sentence: usize) -> &[Word] {
        &self.sentences[sentence]
    }

    /// What the sentences of a talk are about, as a title; without the name of the one who gives it.
    pub(super) fn subject(&self, talk: Range<usize>, who: &str) -> Option<String> {
        let weights: Vec<f64> = (0..talk.len()).map(|at| if at < INTRODUCTION { ANNOUNCED } else { 1.0 }).collect();
        self.title(talk, &weights, who)
    }

    /// What a topic is about, as a title.
    pub(super) fn topic(&self, topic: Range<usize>) -> Option<String> {
        let weights = vec![1.0; topic.len()];
        self.title(topic, &weights, "")
    }

    /// What a topic is called of which no phrase is said often enough.
    pub(super) fn numbered(&self, number: usize) -> String {
        match self.language {
            Language::Chinese => format!("第{number}部分"),
            Language::English => format!("Part {number}"),
        }
    }

    fn title(&self, range: Range<usize>, weights: &[f64], without: &str) -> Option<String> {
        let ranked = self.ranked(range, weights);
        let best = ranked.first()?.0;
        let mut named: Vec<&str> = Vec::new();
        for (worth, text) in &ranked {
            let is_said =
                named.iter().any(|said| overlap(said, text)) || (!without.is_empty() && overlap(without, text));
            if named.len() < NAMED && *worth >= best * WORTH_NAMING && !is_said {
                named.push(text);
            }
        }
        let between = match self.language {
            Language::Chinese => "、",
            Language::English => ", ",
        };
        (!named.is_empty()).then(|| capitalised(&named.join(between)))
    }

    /// The phrases of some sentences with what they are worth, the best first: how often they are said times how much
    /// more often than elsewhere (the logarithm of the ratio), and longer ones more, since they say more.
    fn ranked(&self, range: Range<usize>, weights: &[f64]) -> Vec<(f64, String)> {
        let mut here: BTreeMap<String, (f64, f64, HashMap<String, usize>)> = BTreeMap::new();
        let mut total = 1.0;
        for (sentence, weight) in self.sentences[range].iter().zip(weights) {
            for (key, text, count) in runs(sentence) {
                let entry = here.entry(key).or_default();
                entry.0 += count * weight;
                entry.1 += count;
                *entry.2.entry(text).or_default() += 1;
                total += count;
            }
        }
        let all: f64 = self.all.values().sum::<f64>().max(total);
        let mut ranked: Vec<(f64, String)> = here
            .into_iter()
            .filter(|(_, (weighted, ..))| *weighted >= LEAST)
            .map(|(key, (weighted, said, texts))| {
                let elsewhere = self.all.get(&key).copied().unwrap_or(said) - said;
                let ratio = (said / total) / ((elsewhere + 1.0) / (all - total + 1.0).max(total));
                let words = key.split(' ').count() as f64;
                let text = texts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
                (weighted * ratio.ln().max(0.0) * words, text.map_or(key, |(text, _)| text))
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        ranked
    }
}

/// Every run of up to [`LONGEST`] words that may stand in a title: its key, its text, and one.
fn runs(sentence: &[Word]) -> Vec<(String, String, f64)> {
    let mut runs = Vec::new();
    for from in 0..sentence.len() {
        for to in from + 1..=sentence.len().min(from + LONGEST) {
            let words = &sentence[from..to];
            if !words[to - from - 1].names || words.iter().skip(1).any(|word| !word.joined) {
                break;
            }
            let key: Vec<&str> = words.iter().map(|word| word.key.as_str()).collect();
            runs.push((key.join(" "), joined(words), 1.0));
        }
    }
    runs
}

/// The words as they are written: a space beside Latin ones.
fn joined(words: &[Word]) -> String {
    let mut text = String::new();
    for word in words {
        let beside_latin = word.text.is_ascii() || text.chars().last().is_some_and(|last| last.is_ascii());
        if !text.is_empty() && beside_latin {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// Whether two phrases share a word, or a pair of characters.
fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let pairs: Vec<(char, char)> = a.chars().zip(a.chars().skip(1)).collect();
    b.chars().zip(b.chars().skip(1)).any(|pair| !pair.0.is_ascii() && pairs.contains(&pair))
        || b.split(' ').any(|word| word.is_ascii() && a.split(' ').any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_talk_is_about_what_is_said_in_it_and_not_elsewhere() {
        let said = [
            "模型识别候鸟的叫声",
            "湿地的候鸟飞走了",
            "候鸟的叫声传得很远",
            "芦苇和模型",
            "模型训练",
            "模型的芦苇",
            "芦苇模型",
        ];
        let segments: Vec<Segment> =
            said.iter().map(|text| Segment { text: text.to_string(), ..Segment::default() }).collect();
        let phrases = Phrases::of(&segments, Language::Chinese);
        assert!(phrases.topic(0..3).unwrap().starts_with("候鸟"));
    }
}
