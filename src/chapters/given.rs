//! The user's own outline: titles, a line each, with or without times.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::Heading;
use super::words;
use crate::timeline::{Ms, Segment};

/// A title of the user's outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line in its file, counted from 1.
    pub line: u32,
    /// When the chapter begins, where the user says so.
    pub at: Option<Ms>,
    /// 1 for what is not indented, and one more for each step of indentation, up to 3.
    pub level: u8,
    /// The title.
    pub title: String,
}

/// Why an outline cannot be used.
#[derive(Debug, Error)]
pub enum OutlineError {
    /// The file could not be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no title in it.
    #[error("{path}: no title in it", path = path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A line that cannot be used.
    #[error("{path}, line {line}: {fault}", path = path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u32,
        /// What is wrong.
        fault: LineFault,
    },
}

/// What is wrong with a line of an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LineFault {
    /// Digits and colons that are no time.
    #[error("not a time; write H:MM:SS or M:SS before the title")]
    Time,
    /// A time without a title.
    #[error("a time without a title")]
    NoTitle,
    /// A time before that of an earlier line.
    #[error("its time is not after those of the lines before")]
    Backwards,
    /// A time behind the end of the recording.
    #[error("its time is behind the end of the recording")]
    PastEnd,
}

/// Reads an outline: a title a line, before it `H:MM:SS` or `M:SS` if it has a time. Lines that are empty or begin with
/// `#` say nothing; what is indented is a part of the chapter above.
///
/// # Errors
/// [`OutlineError`] with the file, and the line that cannot be used.
pub fn read(path: &Path) -> Result<Vec<Entry>, OutlineError> {
    let text = fs::read_to_string(path).map_err(|source| OutlineError::Read { path: path.into(), source })?;
    let entries = parse(&text).map_err(|(line, fault)| OutlineError::Line { path: path.into(), line, fault })?;
    if entries.is_empty() {
        return Err(OutlineError::Empty { path: path.into() });
    }
    Ok(entries)
}

/// Whether all times of an outline lie in a recording of this length.
///
/// # Errors
/// [`OutlineError::Line`] with the first that does not.
pub fn check_times(entries: &[Entry], duration: Ms, path: &Path) -> Result<(), OutlineError> {
    let late = entries.iter().find(|entry| entry.at.is_some_and(|at| at >= duration));
    late.map_or(Ok(()), |entry| {
        Err(OutlineError::Line { path: path.into(), line: entry.line, fault: LineFault::PastEnd })
    })
}

/// The same from what a file holds.
///
/// # Errors
/// The line that cannot be used, counted from 1, and why.
pub fn parse(text: &str) -> Result<Vec<Entry>, (u32, LineFault)> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut indents: Vec<usize> = Vec::new();
    for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let written = text.trim_start();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let (at, title) = timed(written).map_err(|fault| (line, fault))?;
        let latest = entries.iter().rev().find_map(|entry| entry.at);
        if at.zip(latest).is_some_and(|(at, latest)| at <= latest) {
            return Err((line, LineFault::Backwards));
        }
        let indent = text.chars().count() - written.chars().count();
        while indents.last().is_some_and(|last| *last >= indent) {
            indents.pop();
        }
        indents.push(indent);
        entries.push(Entry { line, at, level: indents.len().min(3) as u8, title: title.to_string() });
    }
    Ok(entries)
}

/// The time before a title, where there is one, and the title.
fn timed(text: &str) -> Result<(Option<Ms>, &str), LineFault> {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let is_clock = first.contains(':') && first.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '.');
    if !is_clock {
        return Ok((None, text.trim()));
    }
    let at = clock(first).ok_or(LineFault::Time)?;
    let title = rest.trim_start_matches(|c: char| c.is_whitespace() || "-–—|".contains(c)).trim();
    if title.is_empty() { Err(LineFault::NoTitle) } else { Ok((Some(at), title)) }
}

/// `H:MM:SS` or `M:SS`, with a fraction of the second or without.
pub fn clock(text: &str) -> Option<Ms> {
    let parts: Vec<&str> = text.split(':').collect();
    let (seconds, before) = parts.split_last()?;
    let is_digits = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if !(1..=2).contains(&before.len())
        || !before.iter().all(is_digits)
        || seconds.find('.').unwrap_or(seconds.len()) != 2
    {
        return None;
    }
    let seconds: f64 = seconds.parse().ok().filter(|seconds| (0.0..60.0).contains(seconds))?;
    let minutes: Vec<i64> = before.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    if minutes.len() == 2 && minutes[1] >= 60 || minutes[0] > 999 {
        return None;
    }
    let minutes = minutes.iter().fold(0, |sum, part| sum * 60 + part);
    Some(Ms::from_secs(60 * minutes) + Ms::from_seconds(seconds))
}

/// A time of the user's is moved to the start of a sentence that is no further than this.
const NEAR: Ms = Ms::from_secs(5);
/// Sentences behind a place whose words a title is compared with.
const WINDOW: usize = 10;
/// What a place is worth where a chapter was found, besides how like its title is; a title that is wholly like what is said
/// is worth 1.
const FOUND: f64 = 0.3;
/// How much of the likeness to the words before a place counts against it: a chapter begins where its words begin.
const BEFORE: f64 = 0.5;
/// What it costs that a title lies far from where it would be if all chapters were as long as each other, at most.
const UNEVEN: f64 = 0.2;

/// The user's outline on the sentences of a recording. A time is moved to the start of a sentence near by; a title without
/// one is placed by its order, by how like its words are to what is said from there on and not just before, and by the
/// chapters that were found.
pub fn headings(entries: &[Entry], segments: &[Segment], found: &[Heading]) -> Vec<Heading> {
    let speech = Speech::of(segments);
    let mut worth = Vec::with_capacity(entries.len());
    for (number, entry) in entries.iter().enumerate() {
        worth.push(match entry.at {
            Some(at) => only_at(sentence_at(segments, at), segments.len()),
            None => speech.worths(&entry.title, (number, entries.len()), found),
        });
    }
    let places = in_order(&worth);
    let heading = |(entry, sentence): (&Entry, usize)| Heading {
        sentence,
        level: entry.level,
        title: entry.title.clone(),
        speaker: None,
        at: entry.at.filter(|at| nearest(segments, *at).is_none()),
    };
    entries.iter().zip(places).map(heading).collect()
}

/// The sentence whose start is nearest to a time, if it is near.
fn nearest(segments: &[Segment], at: Ms) -> Option<usize> {
    let starts = segments.iter().enumerate().filter_map(|(i, segment)| Some((segment.span?.start.distance(at), i)));
    starts.min().filter(|(distance, _)| *distance <= NEAR).map(|(_, i)| i)
}

fn sentence_at(segments: &[Segment], at: Ms) -> usize {
    let next = segments.iter().position(|segment| segment.span.is_some_and(|span| span.start >= at));
    nearest(segments, at).or(next).unwrap_or(segments.len().saturating_sub(1))
}

fn only_at(sentence: usize, sentences: usize) -> Vec<f64> {
    (0..sentences).map(|at| if at == sentence { 0.0 } else { f64::NEG_INFINITY }).collect()
}

/// The places that are worth most together, none before the one of an earlier entry; two entries may share one only where
/// nothing else is possible.
fn in_order(worth: &[Vec<f64>]) -> Vec<usize> {
    /// What it costs that two chapters begin together.
    const TOGETHER: f64 = 1.0;
    let sentences = worth.first().map_or(0, Vec::len);
    let mut sums: Vec<Vec<f64>> = Vec::new();
    let mut from: Vec<Vec<usize>> = Vec::new();
    for (number, own) in worth.iter().enumerate() {
        let (mut sum, mut back) = (vec![f64::NEG_INFINITY; sentences], vec![0; sentences]);
        let mut best: Option<usize> = None;
        for at in 0..sentences {
            let before = sums.last().map(|before: &Vec<f64>| {
                let together = (before[at] - TOGETHER, at);
                best.map_or(together, |best| if before[best] >= together.0 { (before[best], best) } else { together })
            });
            (sum[at], back[at]) = before.map_or((own[at], at), |(value, place)| (value + own[at], place));
            if number > 0 && best.is_none_or(|best| sums[number - 1][at] > sums[number - 1][best]) {
                best = Some(at);
            }
        }
        sums.push(sum);
        from.push(back);
    }
    let Some(last) = sums.last() else { return Vec::new() };
    let mut at = (0..sentences).max_by(|&a, &b| last[a].total_cmp(&last[b]).then(b.cmp(&a))).unwrap_or(0);
    let mut places: Vec<usize> = from
        .iter()
        .rev()
        .map(|back| {
            let place = at;
            at = back.get(at).copied().unwrap_or(0);
            place
        })
        .collect();
    places.reverse();
    places
}

/// What is said in each sentence, by pairs of Han characters and Latin words.
struct Speech {
    said: Vec<HashSet<String>>,
    /// In how many sentences each is said.
    spread: HashMap<String, usize>,
}

impl Speech {
    fn of(segments: &[Segment]) -> Speech {
        let said: Vec<HashSet<String>> = segments.iter().map(|segment| parts(&segment.text)).collect();
        let mut spread = HashMap::new();
        said.iter().flatten().for_each(|part| *spread.entry(part.clone()).or_default() += 1);
        Speech { said, spread }
    }

    /// What each sentence is worth as the first of the chapter with this title, number `number` of `count`.
    fn worths(&self, title: &str, (number, count): (usize, usize), found: &[Heading]) -> Vec<f64> {
        let weights = self.weights(title);
        let sentences = self.said.len();
        let even = number as f64 / count as f64;
        let mut worth: Vec<f64> = (0..sentences)
            .map(|at| {
                let after = self.likeness(&weights, at..(at + WINDOW).min(sentences));
                let before = self.likeness(&weights, at.saturating_sub(WINDOW)..at);
                after - BEFORE * before - UNEVEN * (at as f64 / sentences as f64 - even).abs()
            })
            .collect();
        for heading in found {
            let like: f64 = parts(&heading.title).iter().filter_map(|part| weights.get(part)).sum();
            worth[heading.sentence] += FOUND + like;
        }
        if let Some(first) = worth.first_mut().filter(|_| number == 0) {
            *first += FOUND;
        }
        worth
    }

    /// The parts of a title, the rare ones weighing more; together they weigh 1.
    fn weights(&self, title: &str) -> HashMap<String, f64> {
        let sentences = self.said.len() as f64 + 1.0;
        let weight = |part: &String| (sentences / (self.spread.get(part).copied().unwrap_or(0) as f64 + 1.0)).ln();
        let weights: HashMap<String, f64> =
            parts(title).into_iter().map(|part| (part.clone(), weight(&part))).collect();
        let mut in_order: Vec<f64> = weights.values().copied().collect();
        in_order.sort_by(f64::total_cmp);
        let sum = in_order.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        weights.into_iter().map(|(part, weight)| (part, weight / sum)).collect()
    }

    fn likeness(&self, weights: &HashMap<String, f64>, range: Range<usize>) -> f64 {
        let is_said = |part: &str| self.said[range.clone()].iter().any(|said| said.contains(part));
        let mut found: Vec<f64> = weights.iter().filter(|(part, _)| is_said(part)).map(|(_, weight)| *weight).collect();
        // One order of summing, whatever the map's: the same outline gives the same list.
        found.sort_by(f64::total_cmp);
        found.iter().sum()
    }
}

fn parts(text: &str) -> HashSet<String> {
    let mut parts = HashSet::new();
    for word in words::of(text).into_iter().filter(|word| word.text.is_ascii() && word.tells) {
        parts.insert(word.key);
    }
    let chars: Vec<char> = text.chars().collect();
    let is_han = |c: &char| c.is_alphabetic() && !c.is_ascii();
    parts.extend(chars.windows(2).filter(|pair| pair.iter().all(is_han)).map(|pair| pair.iter().collect::<String>()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Span;

    fn segments(texts: &[&str]) -> Vec<Segment> {
        let segment = |(i, text): (usize, &&str)| Segment {
            span: Some(Span::new(Ms::from_secs(20 * i as i64), Ms::from_secs(20 * i as i64 + 18))),
            text: text.to_string(),
            ..Segment::default()
        };
        texts.iter().enumerate().map(segment).collect()
    }

    fn entries(text: &str) -> Vec<Entry> {
        parse(text).unwrap()
    }

    #[test]
    fn an_outline_has_titles_times_and_steps() {
        let found = entries("# mine\n开场\n\n0:12:30 第一部分\n\t候鸟\n  1:00:00.5 - 芦苇\n2024:回顾\n");
        let found: Vec<_> = found.iter().map(|e| (e.line, e.at.map(|at| at.0), e.level, e.title.as_str())).collect();
        assert_eq!(
            found,
            [
                (2, None, 1, "开场"),
                (4, Some(750_000), 1, "第一部分"),
                (5, None, 2, "候鸟"),
                (6, Some(3_600_500), 3, "芦苇"),
                (7, None, 1, "2024:回顾"),
            ]
        );
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named() {
        assert_eq!(parse("A\n12:75 B"), Err((2, LineFault::Time)));
        assert_eq!(parse("1:2:3:4 B"), Err((1, LineFault::Time)));
        assert_eq!(parse("12:15"), Err((1, LineFault::NoTitle)));
        assert_eq!(parse("1:00 A\nB\n0:59 C"), Err((3, LineFault::Backwards)));
        let path = Path::new("titles.txt");
        let late = check_times(&entries("A\n9:00 B"), Ms::from_secs(540), path).unwrap_err();
        assert_eq!(late.to_string(), "titles.txt, line 2: its time is behind the end of the recording");
    }

    #[test]
    fn times_go_to_a_sentence_near_by_and_stay_where_there_is_none() {
        let found = headings(&entries("0:00 A\n0:23 B\n0:50 C"), &segments(&["一。", "二。", "三。", "四。"]), &[]);
        let found: Vec<_> = found.iter().map(|heading| (heading.sentence, heading.at)).collect();
        assert_eq!(found, [(0, None), (1, None), (3, Some(Ms::from_secs(50)))]);
    }

    #[test]
    fn titles_without_times_are_placed_by_order_and_words() {
        let said = segments(&[
            "大家好，欢迎来到听湖。",
            "我们坐下来喝一杯茶。",
            "候鸟每年秋天飞来。",
            "候鸟的叫声传得很远。",
            "芦苇在风里响。",
            "芦苇的根很深。",
            "谢谢大家。",
        ]);
        let found = headings(&entries("欢迎\n秋天的候鸟\n风里的芦苇"), &said, &[]);
        assert_eq!(found.iter().map(|heading| heading.sentence).collect::<Vec<_>>(), [0, 2, 4]);
    }

    #[test]
    fn a_title_goes_to_the_chapter_that_was_found() {
        let said = segments(&["一。", "二。", "有请何青。", "三。", "四。"]);
        let announced =
            Heading { sentence: 2, level: 1, title: "何青：深海的声音".into(), speaker: None, at: None };
        let found = headings(&entries("开场\n何青谈深海"), &said, &[announced]);
        assert_eq!(found.iter().map(|heading| heading.sentence).collect::<Vec<_>>(), [0, 2]);
    }
}
