//! Changes of topic, where nobody announced any: TextTiling (Hearst 1997) over words, cut at its deepest valleys.

use std::collections::HashMap;

use crate::timeline::{Ms, Segment};

/// Where a topic begins, and its own words.
pub(super) struct Topic {
    pub at: Ms,
    pub title: String,
}

/// A recording shorter than this is one topic.
const SHORTEST_RECORDING: Ms = Ms::from_secs(180);
/// A topic lasts this long on average; the number of chapters follows from it, within [`FEWEST`] and [`MOST`].
const USUAL_TOPIC: i64 = 300_000;
const FEWEST: usize = 3;
const MOST: usize = 12;
/// Segments on each side of a place that are compared.
const BLOCK: usize = 12;
/// Longest title, in characters.
const TITLE: usize = 24;

/// Divides the spoken segments where their words change most.
pub(super) fn divide(segments: &[Segment], duration: Ms) -> Vec<Topic> {
    let spoken: Vec<(&Segment, Ms)> = segments.iter().filter_map(|s| Some((s, s.span?.start))).collect();
    if spoken.is_empty() {
        return Vec::new();
    }
    let words: Vec<Vec<String>> = spoken.iter().map(|(segment, _)| words(&segment.text)).collect();
    let mut borders = vec![0];
    if duration >= SHORTEST_RECORDING {
        borders.extend(valleys(&words, &spoken, duration));
    }
    let ends = borders.iter().skip(1).copied().chain([spoken.len()]);
    let spread = document_frequency(&words);
    borders
        .iter()
        .zip(ends)
        .map(|(&from, to)| Topic { at: spoken[from].1, title: title(&spoken[from..to], &words[from..to], &spread) })
        .collect()
}

/// Pairs of neighbouring Han characters and Latin words of four letters or more, in lower case: what carries a topic.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for run in text.split(|c: char| !c.is_alphanumeric()) {
        if run.is_ascii() {
            words.extend((run.len() > 3).then(|| run.to_lowercase()));
        } else {
            let chars: Vec<char> = run.chars().collect();
            words.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        }
    }
    words
}

fn document_frequency(words: &[Vec<String>]) -> HashMap<&str, usize> {
    let mut spread = HashMap::new();
    for sentence in words {
        let mut seen: Vec<&str> = sentence.iter().map(String::as_str).collect();
        seen.sort_unstable();
        seen.dedup();
        for word in seen {
            *spread.entry(word).or_insert(0) += 1;
        }
    }
    spread
}

/// The places where the words before and after differ most, at least a third of a usual topic apart, in order.
fn valleys(words: &[Vec<String>], spoken: &[(&Segment, Ms)], duration: Ms) -> Vec<usize> {
    let wanted = ((duration.0 / USUAL_TOPIC) as usize).clamp(FEWEST, MOST) - 1;
    let apart = Ms((duration.0 / (wanted as i64 + 1)).min(USUAL_TOPIC) / 3);
    let mut places: Vec<(f64, usize)> = (1..words.len()).map(|at| (likeness(words, at), at)).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<usize> = Vec::new();
    for (_, at) in places {
        let far = |other: Ms| spoken[at].1.distance(other) >= apart;
        if chosen.len() < wanted && far(spoken[0].1) && far(duration) && chosen.iter().all(|&c| far(spoken[c].1)) {
            chosen.push(at);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// Cosine of the word counts of the blocks before and after a place, 0 to 1.
fn likeness(words: &[Vec<String>], at: usize) -> f64 {
    let count = |block: &[Vec<String>]| {
        let mut counts: HashMap<String, f64> = HashMap::new();
        block.iter().flatten().for_each(|word| *counts.entry(word.clone()).or_default() += 1.0);
        counts
    };
    let before = count(&words[at.saturating_sub(BLOCK)..at]);
    let after = count(&words[at..(at + BLOCK).min(words.len())]);
    // The counts are whole numbers, so the sums come out the same in whatever order the maps are walked.
    let common: f64 = before.iter().filter_map(|(word, n)| Some(n * after.get(word)?)).sum();
    let norm = |counts: &HashMap<String, f64>| counts.values().map(|n| n * n).sum::<f64>();
    let norms = (norm(&before) * norm(&after)).sqrt();
    if norms == 0.0 { 0.0 } else { common / norms }
}

/// The clause that is most about this topic: rich in words that are frequent here and rare elsewhere.
fn title(spoken: &[(&Segment, Ms)], words: &[Vec<String>], spread: &HashMap<&str, usize>) -> String {
    let here = document_frequency(words);
    let weight = |word: &String| {
        let (inside, all) =
            (here.get(word.as_str()).copied().unwrap_or(0), spread.get(word.as_str()).copied().unwrap_or(1));
        if inside < 2 { 0.0 } else { (inside * inside) as f64 / all as f64 }
    };
    let mut best: Option<(f64, &str)> = None;
    for clause in
        spoken.iter().flat_map(|(segment, _)| segment.text.split(['，', '。', '！', '？', ',', '.', '!', '?', '；']))
    {
        let clause = clause.trim();
        let length = clause.chars().count();
        let rich = self::words(clause).iter().map(weight).sum::<f64>() / (length.max(6) as f64).sqrt();
        if length >= 4 && best.is_none_or(|(most, _)| rich > most) {
            best = Some((rich, clause));
        }
    }
    let clause = best.map_or_else(|| spoken[0].0.text.trim(), |(_, clause)| clause);
    shorten(clause)
}

/// At most [`TITLE`] characters of Han, twice as many of Latin text, cut at a word.
fn shorten(clause: &str) -> String {
    let limit = if clause.is_ascii() { 2 * TITLE } else { TITLE };
    if clause.chars().count() <= limit {
        return clause.to_string();
    }
    let head: String = clause.chars().take(limit).collect();
    let cut = if clause.is_ascii() { head.rfind(' ').unwrap_or(head.len()) } else { head.len() };
    format!("{}…", &head[..cut])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Span;

    #[test]
    fn a_lecture_falls_into_its_topics() {
        let topics = ["钢琴的琴弦怎样发声", "面包的酵母需要温度", "卫星的轨道怎样计算"];
        let segments: Vec<Segment> = (0..90)
            .map(|i| Segment {
                span: Some(Span::new(Ms::from_secs(10 * i), Ms::from_secs(10 * i + 9))),
                text: format!("{}，第{i}句。", topics[(i / 30) as usize]),
                ..Segment::default()
            })
            .collect();
        let found = divide(&segments, Ms::from_secs(900));
        let starts: Vec<i64> = found.iter().map(|topic| topic.at.0 / 1000).collect();
        assert_eq!(starts, [0, 300, 600]);
        assert!(found.iter().zip(topics).all(|(found, topic)| found.title == topic));
    }

    #[test]
    fn a_short_recording_is_one_topic() {
        let segment = Segment { span: Some(Span::new(Ms(0), Ms(900))), text: "你好。".into(), ..Segment::default() };
        assert_eq!(divide(&[segment], Ms::from_secs(20)).len(), 1);
    }
}
