//! Reading TextGrids: the tier of sentences, or what comes nearest to one, and the words in it.

use crate::formats::Note;
use crate::formats::reading::{Entry, Fault, Reading, Unreadable};
use crate::formats::words::{found_in_order, sentences};
use crate::timeline::{Ms, Span};

/// What tells in a file: the rest of the long form are names for people.
#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    Number(f64),
    Flag,
}

/// A tier of labelled stretches of time.
struct Tier {
    name: String,
    /// The line, counted from 1, the times, and the label.
    intervals: Vec<(usize, Span, String)>,
    /// Whether its labels mark points.
    points: bool,
}

pub(super) fn read(text: &str) -> Result<Reading, Unreadable> {
    let mut tokens = tokens(text);
    // The kinds of file and object, start and end, whether there are tiers and how many.
    let head: Vec<(usize, Token)> = tokens.by_ref().take(6).collect();
    if head.len() < 6 {
        return Err(Unreadable { line: 1, what: "the TextGrid breaks off in its head".into() });
    }
    let (mut tiers, mut faults) = (Vec::new(), Vec::new());
    let mut tokens = tokens.peekable();
    while tokens.peek().is_some() {
        match tier(&mut tokens) {
            Ok(tier) => tiers.push(tier),
            Err(fault) => {
                faults.push(fault);
                break;
            }
        }
    }
    let told = tiers.iter().filter(|tier| tier.points).count();
    let intervals: Vec<&Tier> = tiers.iter().filter(|tier| !tier.points && !tier.intervals.is_empty()).collect();
    let Some(said) = named(&intervals, &["sentence", "utterance", "segment", "subtitle", "cue", "句"])
        .or_else(|| longest(&intervals))
    else {
        return Err(Unreadable { line: 1, what: "no tier of intervals has a label".into() });
    };
    let words = named(&intervals, &["word", "字", "词"]);
    let alone = words.is_some_and(|words| std::ptr::eq(words, said));
    let entries = if alone { of_words(said) } else { of_sentences(said, words, &mut faults) };
    let left_out = tiers.len() - 1 - usize::from(words.is_some() && !alone);
    let notes = Note::tiers_left_out("TextGrid", left_out.max(told)).into_iter().collect();
    Ok(Reading { faults, notes, ..Reading::of_entries(entries) })
}

/// Numbers, quoted strings and flags with their lines; within a string a quotation mark is doubled.
fn tokens(text: &str) -> impl Iterator<Item = (usize, Token)> + '_ {
    let (mut rest, mut line) = (text, 1);
    std::iter::from_fn(move || {
        loop {
            let blank = rest.len() - rest.trim_start().len();
            line += rest[..blank].matches('\n').count();
            rest = &rest[blank..];
            if rest.is_empty() {
                return None;
            }
            let here = line;
            if let Some(string) = rest.strip_prefix('"') {
                let (text, length) = quoted(string);
                line += string[..length].matches('\n').count();
                rest = &string[length..];
                return Some((here, Token::Text(text)));
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
            let word = &rest[..end];
            rest = &rest[end..];
            if let Ok(number) = word.parse() {
                return Some((here, Token::Number(number)));
            }
            if word.starts_with('<') {
                return Some((here, Token::Flag));
            }
        }
    })
}

/// A string up to its closing mark, and how many bytes it takes with it.
fn quoted(text: &str) -> (String, usize) {
    let (mut string, mut at) = (String::new(), 0);
    while let Some(mark) = text[at..].find('"') {
        string.push_str(&text[at..at + mark]);
        at += mark + 1;
        if !text[at..].starts_with('"') {
            return (string, at);
        }
        string.push('"');
        at += 1;
    }
    string.push_str(&text[at..]);
    (string, text.len())
}

/// Reads a tier token by token.
struct Tokens<'a, T> {
    tokens: &'a mut T,
    /// The line of the last one.
    line: usize,
}

impl<T: Iterator<Item = (usize, Token)>> Tokens<'_, T> {
    fn next(&mut self) -> Result<Token, Fault> {
        let broken = Fault { line: self.line, what: "the TextGrid breaks off; its last tier is left out".into() };
        let (line, token) = self.tokens.next().ok_or(broken)?;
        self.line = line;
        Ok(token)
    }

    fn unexpected(&self) -> Fault {
        Fault { line: self.line, what: "is not what a TextGrid has there; the rest is left out".into() }
    }

    fn text(&mut self) -> Result<String, Fault> {
        if let Token::Text(text) = self.next()? { Ok(text) } else { Err(self.unexpected()) }
    }

    fn number(&mut self) -> Result<f64, Fault> {
        if let Token::Number(number) = self.next()? { Ok(number) } else { Err(self.unexpected()) }
    }
}

fn tier(tokens: &mut impl Iterator<Item = (usize, Token)>) -> Result<Tier, Fault> {
    let mut tokens = Tokens { tokens, line: 1 };
    let (class, name) = (tokens.text()?, tokens.text()?);
    let (_, _) = (tokens.number()?, tokens.number()?);
    let (count, points) = (tokens.number()?, class == "TextTier");
    let mut tier = Tier { name, intervals: vec![], points };
    for _ in 0..count.max(0.0) as usize {
        let start = tokens.number()?;
        let end = if points { start } else { tokens.number()? };
        let label = tokens.text()?;
        if !label.trim().is_empty() {
            let span = Span::new(Ms::from_seconds(start).max(Ms::ZERO), Ms::from_seconds(end));
            tier.intervals.push((tokens.line, span, label.trim().to_owned()));
        }
    }
    Ok(tier)
}

fn named<'a>(tiers: &[&'a Tier], names: &[&str]) -> Option<&'a Tier> {
    let has = |tier: &&&Tier| names.iter().any(|name| tier.name.to_lowercase().contains(name));
    tiers.iter().find(has).copied()
}

/// The tier whose labels are longest on the average.
fn longest<'a>(tiers: &[&'a Tier]) -> Option<&'a Tier> {
    let mean = |tier: &Tier| {
        let length: i64 = tier.intervals.iter().map(|(_, span, _)| span.length().0).sum();
        length / tier.intervals.len().max(1) as i64
    };
    tiers.iter().copied().max_by_key(|tier| mean(tier))
}

fn of_words(tier: &Tier) -> Vec<Entry> {
    sentences(&tier.intervals.iter().map(|(_, span, label)| (*span, label.as_str())).collect::<Vec<_>>())
}

fn of_sentences(tier: &Tier, words: Option<&Tier>, faults: &mut Vec<Fault>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (line, span, label) in &tier.intervals {
        if span.length() == Ms::ZERO {
            faults.push(Fault { line: *line, what: format!("a label of no length is left out: “{label}”") });
            continue;
        }
        let inside = words.into_iter().flat_map(|words| &words.intervals).filter(|(_, word, _)| span.holds(word.start));
        let inside: Vec<(Span, &str)> = inside.map(|(_, word, label)| (*word, label.as_str())).collect();
        let words = found_in_order(label, &inside);
        entries.push(Entry { span: *span, lines: vec![label.clone()], words, ..Entry::default() });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_says_the_same_as_the_long_one() {
        let short = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n3\n<exists>\n2\n\"IntervalTier\"\n\"sentences\"\n0\n3\n2\n\
                     0\n1\n\"\"\n1\n3\n\"say \"\"hi\"\"\"\n\"IntervalTier\"\n\"words\"\n0\n3\n2\n1\n2\n\"say\"\n2\n3\n\"hi\"\n";
        let reading = read(short).unwrap();
        assert_eq!(reading.cues[0].lines, ["say \"hi\""]);
        assert_eq!(reading.timeline.segments[0].words.len(), 2);
        assert!(reading.faults.is_empty());
    }

    #[test]
    fn a_torso_is_read_as_far_as_it_goes() {
        let torso = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n0\n3\n<exists>\n2\n\"IntervalTier\"\n\"a\"\n0\n3\n1\n0\n3\n\"x\"\n\
                     \"IntervalTier\"\n\"b\"\n0\n";
        let reading = read(torso).unwrap();
        assert_eq!((reading.cues.len(), reading.faults.len()), (1, 1));
    }
}
