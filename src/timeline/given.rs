//! The times that a transcript brought along, held against those that were found.

use serde::{Deserialize, Serialize};

use super::{Ms, Segment, Span, Timeline};

/// What the transcript itself has of a sentence's time (SRT, WebVTT, JSON of a recogniser, times beside labels).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Its start; `None` where a cue begins before the sentence, or has no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Ms>,
    /// Its end; `None` where a cue goes on after the sentence, or has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Ms>,
}

/// A subtitle comes a little before its first word and lingers after its last one, and times beside labels are cut to
/// whole seconds. What lies within these bounds of the time that was found is kept: a start so much early or late, an
/// end so much early (as a late start) or late.
const EARLY: Ms = Ms(1_000);
const LATE: Ms = Ms(500);
const LINGERS: Ms = Ms(2_000);
/// Times are late, or run away, as a whole where at least this share of the starts is, of at least so many.
const COMMON_SHARE: f64 = 0.8;
const LEAST_STARTS: usize = 6;

/// What became of the times that a transcript brought along.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repairs {
    /// How late they are as a whole; what is kept or moved is judged with this taken off.
    pub lateness: Option<Lateness>,
    /// How many sentences were found where they were given.
    pub kept: usize,
    /// Those that were found elsewhere, in the order of the transcript.
    pub moved: Vec<Moved>,
    /// How many have a time in the transcript and are not spoken.
    pub unspoken: usize,
}

/// How much later than what is spoken the given times are; negative where they are early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// At the first sentence.
    pub first: Ms,
    /// At the last one: the same, or else the given clock runs too fast or too slow.
    pub last: Ms,
}

/// A sentence that was found elsewhere than given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its number, [`Segment::id`].
    pub segment: usize,
    /// Its start as given; its end, where only that was wrong.
    pub given: Ms,
    /// The same as it was found.
    pub found: Ms,
    /// By how much it was moved, less what all times are late by.
    pub by: Ms,
}

impl Repairs {
    /// How many sentences had a time.
    pub fn sentences(&self) -> usize {
        self.kept + self.moved.len() + self.unspoken
    }

    /// By how much sentences were moved, the least first.
    pub fn distances(&self) -> Vec<Ms> {
        let mut distances: Vec<Ms> = self.moved.iter().map(|moved| moved.by.distance(Ms::ZERO)).collect();
        distances.sort();
        distances
    }
}

impl Timeline {
    /// Holds the times that the transcript brought against those that were found; `None` where it brought none.
    pub fn repairs(&self) -> Option<Repairs> {
        let given = || self.segments.iter().filter_map(|segment| Some((segment, segment.given?)));
        let spoken: Vec<(&Segment, Span, Given)> =
            given().filter_map(|(segment, given)| Some((segment, segment.span?, given))).collect();
        let line = Line::through(&spoken);
        let mut repairs = Repairs { unspoken: given().count() - spoken.len(), ..Repairs::default() };
        for &(segment, span, given) in &spoken {
            match line.fault(span, given) {
                Some((given, found)) => {
                    let by = found - given + line.at(span.start);
                    repairs.moved.push(Moved { segment: segment.id, given, found, by });
                }
                None => repairs.kept += 1,
            }
        }
        repairs.lateness = spoken.first().zip(spoken.last()).and_then(|(first, last)| line.lateness(first.1, last.1));
        (repairs.sentences() > 0).then_some(repairs)
    }
}

/// By how much given times are late as a whole: a straight line over media time.
#[derive(Clone, Copy, Default)]
struct Line {
    /// In milliseconds, at media time zero.
    offset: f64,
    /// Milliseconds a millisecond.
    slope: f64,
}

impl Line {
    /// The line through the medians of the two halves (after Tukey's resistant line), level where the halves agree;
    /// zero where too few starts lie near it, or where it is nothing that padding could not explain.
    fn through(spoken: &[(&Segment, Span, Given)]) -> Line {
        let starts: Vec<(Ms, Ms)> =
            spoken.iter().filter_map(|&(_, span, given)| Some((span.start, given.start? - span.start))).collect();
        if starts.len() < LEAST_STARTS {
            return Line::default();
        }
        let (early, late) = starts.split_at(starts.len() / 2);
        let [(t1, l1), (t2, l2)] = [early, late].map(|half| (median(half, |at| at.0), median(half, |at| at.1)));
        let level = Line { offset: median(&starts, |at| at.1), slope: 0.0 };
        let slope = if t2 > t1 { (l2 - l1) / (t2 - t1) } else { 0.0 };
        let tilted = Line { offset: l1 - slope * t1, slope };
        let near = |line: &Line| {
            let near = starts.iter().filter(|(start, late)| line.keeps_start(*start, *late));
            near.count() as f64 >= COMMON_SHARE * starts.len() as f64
        };
        let [first, last] = [0, starts.len() - 1].map(|at| starts[at].0);
        let told = |line: &Line| line.at(first).max(line.at(last)) > LATE || line.at(first).min(line.at(last)) < -EARLY;
        [Line::default(), level, tilted].into_iter().find(near).filter(told).unwrap_or_default()
    }

    fn at(self, time: Ms) -> Ms {
        Ms((self.offset + self.slope * time.0 as f64).round() as i64)
    }

    fn keeps_start(self, start: Ms, late: Ms) -> bool {
        (-EARLY..=LATE).contains(&(late - self.at(start)))
    }

    /// The start or end that was moved, as given and as found; `None` when both are where they were given.
    fn fault(self, span: Span, given: Given) -> Option<(Ms, Ms)> {
        let start = given.start.filter(|&start| !self.keeps_start(span.start, start - span.start));
        let keeps_end = |end: Ms| (-LATE..=LINGERS).contains(&(end - span.end - self.at(span.start)));
        let end = given.end.filter(|&end| !keeps_end(end));
        start.map(|start| (start, span.start)).or(end.map(|end| (end, span.end)))
    }

    fn lateness(self, first: Span, last: Span) -> Option<Lateness> {
        let lateness = Lateness { first: self.at(first.start), last: self.at(last.start) };
        (lateness.first != Ms::ZERO || lateness.last != Ms::ZERO).then_some(lateness)
    }
}

fn median(starts: &[(Ms, Ms)], of: impl Fn(&(Ms, Ms)) -> Ms) -> f64 {
    let mut values: Vec<Ms> = starts.iter().map(of).collect();
    values.sort();
    values.get(values.len() / 2).map_or(0.0, |middle| middle.0 as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences of two seconds every ten, found there, and given so much later.
    fn timeline(late: impl Fn(i64) -> i64) -> Timeline {
        let segment = |id: i64| {
            let span = Span::new(Ms(10_000 * id), Ms(10_000 * id + 2_000));
            let late = Ms(late(id));
            let given = Given { start: Some(span.start + late), end: Some(span.end + late) };
            Segment { id: id as usize, span: Some(span), given: Some(given), ..Segment::default() }
        };
        Timeline { segments: (0..20).map(segment).collect(), ..Timeline::default() }
    }

    fn repairs(timeline: &Timeline) -> Repairs {
        timeline.repairs().unwrap()
    }

    #[test]
    fn without_given_times_there_is_nothing_to_say() {
        let mut timeline = timeline(|_| 0);
        timeline.segments.iter_mut().for_each(|segment| segment.given = None);
        assert_eq!(timeline.repairs(), None);
    }

    #[test]
    fn padding_is_no_fault() {
        let mut timeline = timeline(|_| 0);
        for segment in &mut timeline.segments {
            let span = segment.span.unwrap();
            segment.given = Some(Given { start: Some(span.start - Ms(400)), end: Some(span.end + Ms(1_500)) });
        }
        assert_eq!(repairs(&timeline), Repairs { kept: 20, ..Repairs::default() });
    }

    #[test]
    fn a_sentence_elsewhere_was_moved() {
        let mut timeline = timeline(|id| if id == 7 { 61_000 } else { 0 });
        timeline.segments[9].span = None;
        timeline.segments[11].given = None;
        timeline.segments[3].given = Some(Given { start: None, end: Some(Ms(31_000)) });
        let repairs = repairs(&timeline);
        // The end of sentence 3 cut off a second of it.
        let moved = [
            Moved { segment: 3, given: Ms(31_000), found: Ms(32_000), by: Ms(1_000) },
            Moved { segment: 7, given: Ms(131_000), found: Ms(70_000), by: Ms(-61_000) },
        ];
        assert_eq!(repairs, Repairs { lateness: None, kept: 16, moved: moved.into(), unspoken: 1 });
        assert_eq!(repairs.sentences(), 19);
        assert_eq!(repairs.distances(), [Ms(1_000), Ms(61_000)]);
    }

    #[test]
    fn times_that_are_late_throughout_are_told_as_a_whole() {
        let repairs = repairs(&timeline(|id| if id == 4 { 9_000 } else { 3_000 + id % 3 * 100 }));
        assert_eq!(repairs.lateness, Some(Lateness { first: Ms(3_100), last: Ms(3_100) }));
        let moved = Moved { segment: 4, given: Ms(49_000), found: Ms(40_000), by: Ms(-5_900) };
        assert_eq!((repairs.kept, repairs.moved), (19, vec![moved]));
    }

    #[test]
    fn a_clock_that_runs_away_is_told_from_its_two_ends() {
        // 25 pictures a second, counted as 23.976.
        let repairs = repairs(&timeline(|id| 427 * id));
        let Lateness { first, last } = repairs.lateness.unwrap();
        assert!(first.distance(Ms::ZERO) < Ms(50) && last.distance(Ms(427 * 19)) < Ms(50), "{first} {last}");
        assert_eq!(repairs.kept, 20);
    }

    #[test]
    fn times_without_a_common_fault_are_judged_one_by_one() {
        let repairs = repairs(&timeline(|id| id * 7_919 % 60_000 - 30_000));
        assert_eq!(repairs.lateness, None);
        assert!(repairs.moved.len() >= 18, "{}", repairs.moved.len());
    }
}
