//! Where the topic changes: the cut of a talk, or of a whole recording, that makes its words cheapest to tell.
//!
//! A topic has words of its own. Told with the frequencies that words have within it, a stretch of one topic is cheap
//! and one of two is dear (Utiyama and Isahara, "A statistical model for domain-independent text segmentation", ACL
//! 2001). Pauses, turns that ask, and words that lead on ("第二个问题", "let's move on") make a place cheaper to cut at;
//! topics much shorter or longer than usual cost something. A dynamic programme finds the cheapest cut of all.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Heading;
use super::phrases::{Form, Phrases};
use crate::speakers::Cast;
use crate::speakers::names::pattern;
use crate::timeline::{Ms, Segment};

/// A stretch of fewer usual topics than this is one.
const FEWEST: f64 = 0.6;
/// What is divided falls into this many topics at least.
const FEWEST_PARTS: i64 = 3;
/// No topic is this many times longer than usual, which keeps the search short, and none shorter than this share of it.
const LONGEST: i64 = 4;
const SHORTEST: f64 = 0.4;
/// What it costs, in nats, that a topic is e times longer or shorter than usual.
const ODD_LENGTH: f64 = 12.0;
/// What a place is worth where words lead on to something else.
const LEADING_ON: f64 = 24.0;
/// What a question is worth that begins a turn.
const ASKING: f64 = 12.0;
/// What a pause of a second is worth; longer ones are worth no more than [`LONGEST_PAUSE`].
const PAUSE: f64 = 4.0;
const LONGEST_PAUSE: f64 = 3.0;

/// Words that lead on to the next topic.
static LEADS_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^[^。！？]{0,10}?(?:(?:下|最后|第[一二三四五六七八九十]|另外?)一?个(?:问题|话题|方面|部分|议题|环节)",
        "|第[二三四五六七八九](?:[点，、是]|方面|部分)|(?:就|先)[^，。]{0,6}到这里|接下[来去]|下面(?:我|咱)|换个?话题|再回[来到]",
        "|我们(?:还是|再)?回到)",
        "|(?i:^(?:(?:and|so|now|okay|well|all right)[, ]+)*(?:(?:my|our|the) (?:next|last|second|third|final) (?:question|topic|point|part)",
        "|let(?:'s|’s| us| me) (?:move on|turn|talk about|go on)|moving on|next[, ]|finally\\b|secondly|thirdly",
        "|turning to|the (?:second|third|last) (?:thing|reason)))",
    ))
});

/// What speaks for a new topic at each sentence, besides its words, and how long all takes.
pub(super) struct Evidence {
    /// In nats.
    worth: Vec<f64>,
    /// When each sentence begins; an unspoken one where the next spoken one does.
    starts: Vec<Ms>,
    end: Ms,
}

impl Evidence {
    pub(super) fn of(segments: &[Segment], cast: &Cast) -> Evidence {
        let mut worth = vec![0.0; segments.len()];
        let mut before: Option<Ms> = None;
        for (segment, worth) in segments.iter().zip(&mut worth) {
            let pause = segment.span.zip(before).map_or(0.0, |(span, before)| (span.start - before).seconds());
            *worth += PAUSE * pause.clamp(0.0, LONGEST_PAUSE);
            *worth += if LEADS_ON.is_match(&segment.text) { LEADING_ON } else { 0.0 };
            before = segment.span.map(|span| span.end).or(before);
        }
        for turn in &cast.turns {
            let asks = segments[turn.sentences.clone()].iter().any(|segment| segment.text.contains(['？', '?']));
            worth[turn.sentences.start] += if asks { ASKING } else { 0.0 };
        }
        let end = segments.iter().filter_map(|segment| segment.span).map(|span| span.end).max().unwrap_or_default();
        let mut next = end;
        let mut starts: Vec<Ms> = segments
            .iter()
            .rev()
            .map(|segment| {
                next = segment.span.map_or(next, |span| span.start.min(next));
                next
            })
            .collect();
        starts.reverse();
        Evidence { worth, starts, end }
    }

    /// How long some sentences take.
    pub(super) fn length(&self, range: &Range<usize>) -> Ms {
        self.start(range.end) - self.start(range.start)
    }

    /// How many sentences there are.
    pub(super) fn sentences(&self) -> usize {
        self.starts.len()
    }

    fn start(&self, sentence: usize) -> Ms {
        self.starts.get(sentence).copied().unwrap_or(self.end)
    }
}

/// The topics of some sentences, the first at their start, each a heading of this level.
pub(super) fn divide(
    range: Range<usize>,
    level: u8,
    usual: Ms,
    form: Form,
    evidence: &Evidence,
    phrases: &Phrases,
) -> Vec<Heading> {
    let length = evidence.length(&range);
    if range.is_empty() || length == Ms::ZERO {
        return Vec::new();
    }
    let is_one = length.seconds() < FEWEST * usual.seconds();
    let usual = usual.min(Ms(length.0 / FEWEST_PARTS));
    let starts = if is_one { vec![range.start] } else { cut(&range, usual, evidence, phrases) };
    let ends = starts.iter().skip(1).copied().chain([range.end]);
    let title = |topic: Range<usize>| {
        let number = starts.iter().position(|start| *start == topic.start).unwrap_or(0) + 1;
        phrases.topic(topic, &range, form).unwrap_or_else(|| phrases.numbered(number))
    };
    let heading = |(sentence, end)| Heading { sentence, level, title: title(sentence..end), speaker: None, at: None };
    starts.iter().copied().zip(ends).map(heading).collect()
}

/// The first sentences of the topics in the cheapest cut.
fn cut(range: &Range<usize>, usual: Ms, evidence: &Evidence, phrases: &Phrases) -> Vec<usize> {
    let usual = usual.0.max(1);
    let keys: Vec<Vec<&str>> = range
        .clone()
        .map(|at| phrases.words(at).iter().filter(|word| word.tells).map(|word| word.key.as_str()).collect())
        .collect();
    let vocabulary = keys.iter().flatten().collect::<std::collections::HashSet<_>>().len() as f64;
    let count = range.len();
    let mut best: Vec<(f64, usize)> = vec![(f64::INFINITY, 0); count + 1];
    best[0].0 = 0.0;
    for from in 0..count {
        if best[from].0.is_infinite() {
            continue;
        }
        let worth = if from == 0 { 0.0 } else { evidence.worth[range.start + from] };
        let before = best[from].0 - worth;
        let mut told = Told::new(vocabulary);
        for to in from + 1..=count {
            told.add(&keys[to - 1]);
            let length = evidence.length(&(range.start + from..range.start + to)).0;
            if length > LONGEST * usual && to > from + 1 {
                break;
            }
            if (length as f64) < SHORTEST * usual as f64 {
                continue;
            }
            let odd = (length.max(1) as f64 / usual as f64).ln();
            let cost = before + told.cost() + ODD_LENGTH * odd * odd;
            if cost < best[to].0 {
                best[to] = (cost, from);
            }
        }
    }
    if best[count].0.is_infinite() {
        return vec![range.start];
    }
    let mut starts = Vec::new();
    let mut at = count;
    while at > 0 {
        at = best[at].1;
        starts.push(range.start + at);
    }
    starts.reverse();
    starts
}

/// What the words of a stretch cost, told with its own frequencies, each word of the vocabulary counted once more.
struct Told<'a> {
    counts: HashMap<&'a str, f64>,
    all: f64,
    /// Σ ln(k) over the counts k of each word up to its own: telling them one after the other.
    gained: f64,
    vocabulary: f64,
    told: f64,
}

impl<'a> Told<'a> {
    fn new(vocabulary: f64) -> Told<'a> {
        Told { counts: HashMap::new(), all: 0.0, gained: 0.0, vocabulary, told: 0.0 }
    }

    fn add(&mut self, words: &[&'a str]) {
        for word in words {
            let count = self.counts.entry(word).or_default();
            *count += 1.0;
            self.gained += count.ln();
            self.told += (self.vocabulary + self.all).ln();
            self.all += 1.0;
        }
    }

    /// In nats: each word at the frequency that it had in the stretch when it was told.
    fn cost(&self) -> f64 {
        self.told - self.gained
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Language, Span};

    fn topics(texts: &[String], seconds: i64) -> Vec<Heading> {
        let segment = |(i, text): (usize, &String)| Segment {
            span: Some(Span::new(Ms::from_secs(seconds * i as i64), Ms::from_secs(seconds * (i as i64 + 1)))),
            text: text.clone(),
            ..Segment::default()
        };
        let segments: Vec<Segment> = texts.iter().enumerate().map(segment).collect();
        let (evidence, phrases) =
            (Evidence::of(&segments, &Cast::default()), Phrases::of(&segments, Language::Chinese));
        divide(0..segments.len(), 1, Ms::from_secs(300), Form::Talk, &evidence, &phrases)
    }

    #[test]
    fn a_lecture_falls_into_its_topics() {
        let topics = ["钢琴的琴弦怎样发声", "面包的酵母需要温度", "卫星的轨道怎样计算"];
        let texts: Vec<String> = (0..90).map(|i| format!("{}，第{i}句。", topics[i / 30])).collect();
        let found = self::topics(&texts, 10);
        assert_eq!(found.iter().map(|heading| heading.sentence).collect::<Vec<_>>(), [0, 30, 60]);
        assert!(found.iter().zip(topics).all(|(found, topic)| topic.contains(found.title.split('、').next().unwrap())));
    }

    #[test]
    fn a_short_recording_is_one_topic() {
        assert_eq!(topics(&["你好。".to_string()], 20).len(), 1);
    }

    #[test]
    fn words_lead_on_to_the_next_topic() {
        for text in [
            "接下来我们看第二个问题。",
            "好，谢谢，我们最后一个问题啊。",
            "My next question is about bread.",
            "So let's move on.",
        ] {
            assert!(LEADS_ON.is_match(text), "{text}");
        }
        for text in ["大家现在问题不大。", "We moved on a boat."] {
            assert!(!LEADS_ON.is_match(text), "{text}");
        }
    }
}
