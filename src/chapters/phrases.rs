//! What a stretch of text is about, in its own words: the phrases said more often there than elsewhere.

use std::collections::BTreeMap;
use std::ops::Range;

use super::questions;
use super::titles::capitalised;
use super::words::{self, Word};
use crate::timeline::{Language, Segment};

/// The words of a recording, sentence by sentence.
pub(super) struct Phrases<'a> {
    segments: &'a [Segment],
    sentences: Vec<Vec<Word>>,
    language: Language,
}

/// Whether one speaks, or several answer each other's questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One speaks; what is asked is rhetoric.
    Talk,
    /// People ask and answer.
    Conversation,
}

/// Words that one phrase is made of at most.
const LONGEST: usize = 3;
/// What is said less often may be anything.
const LEAST: f64 = 3.0;
/// Phrases in a title at most.
const NAMED: usize = 2;
/// A second phrase must be worth this share of the first to be named beside it.
const WORTH_NAMING: f64 = 0.3;
/// A longer phrase stands for a word in it where it is this share of what is said of the word: 遥感影像 for 影像.
const SAID_LONGER: f64 = 0.08;
/// Sentences at the start of a talk or a topic that are counted [`ANNOUNCED`] times: there it is said what comes.
const INTRODUCTION: usize = 5;
const ANNOUNCED: f64 = 5.0;

/// How often a phrase is said in a stretch.
#[derive(Default)]
struct Said {
    /// Those in an introduction counted more.
    weighted: f64,
    count: f64,
    /// The ways in which it is written.
    texts: BTreeMap<String, usize>,
}

impl Said {
    /// The usual way to write it.
    fn text(&self) -> &str {
        self.texts.iter().max_by_key(|(_, count)| **count).map_or("", |(text, _)| text)
    }
}

type Heard = BTreeMap<Vec<String>, Said>;

impl<'a> Phrases<'a> {
    pub(super) fn of(segments: &'a [Segment], language: Language) -> Phrases<'a> {
        Phrases { segments, sentences: segments.iter().map(|segment| words::of(&segment.text)).collect(), language }
    }

    /// How many sentences there are.
    pub(super) fn sentences(&self) -> usize {
        self.sentences.len()
    }

    /// The words of a sentence.
    pub(super) fn words(&self, sentence: usize) -> &[Word] {
        &self.sentences[sentence]
    }

    /// What the sentences of a talk are about, as a title; without what `who` is called.
    pub(super) fn subject(&self, talk: Range<usize>, who: &str) -> Option<String> {
        self.title(talk.clone(), &(0..self.sentences.len()), talk.start + INTRODUCTION, who)
    }

    /// What a topic is about, as a title: in a conversation what is asked where it begins, else what is said in it and not
    /// elsewhere in the talk that it is a part of.
    pub(super) fn topic(&self, topic: Range<usize>, talk: &Range<usize>, form: Form) -> Option<String> {
        let introduction = topic.start + INTRODUCTION;
        let question = (form == Form::Conversation).then(|| self.question(&topic, talk)).flatten();
        question.or_else(|| self.title(topic, talk, introduction, ""))
    }

    /// The question at the start of a topic that is most about it: its words are worth most for its length; of several that
    /// tell nothing apart the last, since people come to their question.
    fn question(&self, topic: &Range<usize>, talk: &Range<usize>) -> Option<String> {
        let (here, elsewhere) = self.here_and_elsewhere(topic, talk, topic.start + INTRODUCTION);
        let worths: BTreeMap<&str, f64> =
            ranked(&here, &elsewhere).into_iter().map(|(worth, key)| (key[0].as_str(), worth)).collect();
        let worth = |question: &str| {
            let words = words::of(question).into_iter().filter_map(|word| worths.get(word.key.as_str()).copied());
            words.sum::<f64>() / (question.chars().count().max(1) as f64).sqrt()
        };
        let introduction = &self.segments[topic.start..topic.end.min(topic.start + INTRODUCTION)];
        let asked = introduction.iter().flat_map(|segment| questions::asked(&segment.text));
        let telling = asked.filter(|question| words::of(question).iter().any(|word| word.tells));
        let best = telling.map(|question| (worth(question), question)).max_by(|a, b| a.0.total_cmp(&b.0));
        best.map(|(_, question)| capitalised(question))
    }

    /// What a topic is called of which no phrase is said often enough.
    pub(super) fn numbered(&self, number: usize) -> String {
        match self.language {
            Language::Chinese => format!("第{number}部分"),
            Language::English => format!("Part {number}"),
        }
    }

    fn title(&self, range: Range<usize>, all: &Range<usize>, introduction: usize, without: &str) -> Option<String> {
        let (here, elsewhere) = self.here_and_elsewhere(&range, all, introduction);
        let ranked = ranked(&here, &elsewhere);
        let best = ranked.first()?.0;
        let mut named: Vec<&str> = Vec::new();
        for (worth, key) in &ranked {
            let text = longer(key, &here);
            let is_said = named.iter().any(|said| overlap(said, text)) || overlap(without, text);
            if named.len() < NAMED && *worth >= best * WORTH_NAMING && !is_said {
                named.push(text);
            }
        }
        let between = if named.iter().all(|text| text.is_ascii()) { ", " } else { "、" };
        (!named.is_empty()).then(|| capitalised(&named.join(between)))
    }

    /// The phrases of a stretch, and how often each is said in the rest.
    fn here_and_elsewhere(
        &self,
        range: &Range<usize>,
        all: &Range<usize>,
        introduction: usize,
    ) -> (Heard, BTreeMap<Vec<String>, f64>) {
        let rest = self.heard(all.start..range.start, 0).into_iter().chain(self.heard(range.end..all.end, 0));
        let mut elsewhere: BTreeMap<Vec<String>, f64> = BTreeMap::new();
        rest.for_each(|(key, said)| *elsewhere.entry(key).or_default() += said.count);
        (self.heard(range.clone(), introduction), elsewhere)
    }

    /// The phrases of some sentences; those before `introduction` are counted more.
    fn heard(&self, range: Range<usize>, introduction: usize) -> Heard {
        let mut heard = Heard::new();
        for sentence in range {
            let weight = if sentence < introduction { ANNOUNCED } else { 1.0 };
            for run in runs(&self.sentences[sentence]) {
                let said = heard.entry(run.iter().map(|word| word.key.clone()).collect()).or_default();
                said.weighted += weight;
                said.count += 1.0;
                *said.texts.entry(joined(run)).or_default() += 1;
            }
        }
        heard
    }
}

/// The words that are said here, the one first that is worth most: how often it is said, times the logarithm of how much
/// more often than elsewhere.
fn ranked<'a>(here: &'a Heard, elsewhere: &BTreeMap<Vec<String>, f64>) -> Vec<(f64, &'a [String])> {
    let total = 1.0 + here.values().map(|said| said.count).sum::<f64>();
    let others = total.max(elsewhere.values().sum());
    let worth = |key: &[String], said: &Said| {
        let rate_elsewhere = (elsewhere.get(key).copied().unwrap_or(0.0) + 1.0) / others;
        said.weighted * (said.count / total / rate_elsewhere).ln().max(0.0)
    };
    let mut ranked: Vec<(f64, &[String])> = here
        .iter()
        .filter(|(key, said)| key.len() == 1 && said.weighted >= LEAST)
        .map(|(key, said)| (worth(key, said), key.as_slice()))
        .filter(|(worth, _)| *worth > 0.0)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    ranked
}

/// The phrase that a word stands in for the most part, else the word.
fn longer<'a>(word: &[String], here: &'a Heard) -> &'a str {
    let alone = here.get(word);
    let often = alone.map_or(0.0, |said| said.count) * SAID_LONGER;
    let candidates = here.iter().filter(|(key, said)| {
        key.len() > 1 && said.count >= LEAST.max(often) && key.iter().any(|part| *part == word[0])
    });
    let most = candidates.max_by(|a, b| (a.1.count * a.0.len() as f64).total_cmp(&(b.1.count * b.0.len() as f64)));
    most.map(|(_, said)| said).or(alone).map_or("", Said::text)
}

/// Every run of up to [`LONGEST`] words that may stand in a title.
fn runs(sentence: &[Word]) -> Vec<&[Word]> {
    let mut runs = Vec::new();
    for from in 0..sentence.len() {
        for to in from + 1..=sentence.len().min(from + LONGEST) {
            let last = &sentence[to - 1];
            if !last.names || to > from + 1 && !last.joined {
                break;
            }
            runs.push(&sentence[from..to]);
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
        assert!(phrases.topic(0..3, &(0..7), Form::Talk).unwrap().starts_with("候鸟"));
    }
}
