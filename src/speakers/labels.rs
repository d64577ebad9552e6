//! Turns from the labels that a transcript gives its sentences.

use super::floor::{Draft, Person, Stage};
use super::grammar::{self, Says};
use super::{Hold, Kind};
use crate::timeline::Sentence;

/// Sentences after an introduction within which the one introduced begins to speak.
const SOON: usize = 3;

/// Reads the labels. A sentence without one belongs to the label before it, at the very beginning to the first one.
pub(super) fn read(sentences: &[Sentence], texts: &[String]) -> Stage {
    let mut stage = Stage::default();
    let first = sentences.iter().find_map(|sentence| sentence.label.as_deref()).unwrap_or_default();
    let mut label = first;
    let mut speakers = Vec::with_capacity(sentences.len());
    for (index, sentence) in sentences.iter().enumerate() {
        label = sentence.label.as_deref().unwrap_or(label);
        let person = person(&mut stage.people, label);
        if speakers.last() != Some(&person) {
            stage.borders.push(((index, 0), person, Hold::Label));
        }
        speakers.push(person);
    }
    stage.drafts = announced(texts, &speakers);
    stage
}

fn person(people: &mut Vec<Person>, label: &str) -> usize {
    let known = people.iter().position(|person| person.name.as_deref() == Some(label));
    known.unwrap_or_else(|| {
        people.push(Person { name: Some(label.to_string()), office: None });
        people.len() - 1
    })
}

/// An introduction counts when another speaker begins soon after it; parts and segments count from whoever has made
/// such an introduction.
fn announced(texts: &[String], speakers: &[usize]) -> Vec<Draft> {
    let heard: Vec<(usize, Says)> = texts
        .iter()
        .enumerate()
        .flat_map(|(sentence, text)| grammar::hear(text).into_iter().map(move |heard| (sentence, heard.says)))
        .collect();
    let next = |sentence: usize| {
        let soon = (sentence + 1)..(sentence + 1 + SOON).min(speakers.len());
        soon.map(|i| speakers[i]).find(|person| *person != speakers[sentence])
    };
    let is_introduction = |says: &Says| matches!(says, Says::Introduce { .. });
    let host =
        heard.iter().find(|(at, says)| is_introduction(says) && next(*at).is_some()).map(|(at, _)| speakers[*at]);
    let mut drafts: Vec<Draft> = Vec::new();
    for (sentence, says) in heard.into_iter().filter(|(at, _)| Some(speakers[*at]) == host) {
        let (kind, person, title) = match says {
            Says::Introduce { kind, title, .. } if next(sentence).is_some() => (kind, next(sentence), title),
            Says::Part { title } => (Kind::Part, None, Some(title)),
            Says::Segment { kind, title, .. } => (kind, None, title),
            _ => continue,
        };
        if drafts.last().is_none_or(|last| last.at.0 != sentence) {
            drafts.push(Draft { at: (sentence, 0), kind, person, title });
        }
    }
    drafts
}
