//! Moving, stretching and cutting subtitles.

use std::str::FromStr;

use thiserror::Error;

use crate::cues::Cue;
use crate::formats::reading::Reading;
use crate::timeline::{Ms, SettledCue, Span, Timeline};

/// What is changed between reading and writing, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Only what is shown within this time is kept; what reaches over its ends is cut there.
    pub range: Option<Span>,
    /// What every time is multiplied by.
    pub scale: Scale,
    /// What is added to every time then.
    pub shift: Ms,
    /// Whether cues of the same text that follow each other become one.
    pub merge_same: bool,
}

/// A quotient of two positive numbers: `25/23.976`, `1.001`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale(f64);

impl Default for Scale {
    fn default() -> Scale {
        Scale(1.0)
    }
}

/// A scale that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a scale is a positive number or a quotient of two, such as 1.001 or 25/23.976")]
pub struct ScaleFault;

impl FromStr for Scale {
    type Err = ScaleFault;

    fn from_str(text: &str) -> Result<Scale, ScaleFault> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_normal() && *number > 0.0);
        let (over, under) = text.split_once('/').unwrap_or((text, "1"));
        let scale = number(over).zip(number(under)).map(|(over, under)| over / under);
        // Beyond this no time of a recording would stay one.
        scale.filter(|scale| (0.001..=1000.0).contains(scale)).map(Scale).ok_or(ScaleFault)
    }
}

/// `10:00-1:20:00`, either end left out for the start or the end of the file.
pub fn clock_span(text: &str) -> Option<Span> {
    let (start, end) = text.split_once('-')?;
    let time = |text: &str, other| if text.trim().is_empty() { Some(other) } else { clock(text.trim()) };
    let (start, end) = (time(start, Ms::ZERO)?, time(end, LAST)?);
    (start < end).then_some(Span { start, end })
}

/// `1:02:03.456`, `2:03` or seconds.
pub fn clock(text: &str) -> Option<Ms> {
    let mut seconds = 0.0;
    for part in text.split(':') {
        let value: f64 = part.parse().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit() || b == b'.'))?;
        seconds = seconds * 60.0 + value;
    }
    Some(Ms::from_seconds(seconds))
}

/// Later than any recording, and far enough from the largest number that sums do not overflow.
const LAST: Ms = Ms(i64::MAX / 8);

/// What lies between cues of the same text that are one: the gaps that editors leave between cues, and the rounding of
/// formats that count in frames.
const SAME_WITHIN: Ms = Ms(100);

impl Changes {
    /// Changes what was read. Cues that would end before time zero go; how many those were.
    pub fn apply(&self, reading: &mut Reading) -> usize {
        if let Some(range) = self.range {
            cut(reading, range);
        }
        let timed = |time: Ms| self.at(time);
        let before_zero = reading.cues.iter().filter(|cue| timed(cue.span.end) <= Ms::ZERO).count();
        retime(reading, timed);
        if self.merge_same {
            merge_same(&mut reading.cues);
        }
        if let Some(settled) = &mut reading.timeline.cues {
            *settled = reading.cues.iter().map(SettledCue::from).collect();
        }
        before_zero
    }

    /// Where a time comes to lie.
    fn at(&self, time: Ms) -> Ms {
        if self.scale == Scale::default() {
            return Ms(time.0.saturating_add(self.shift.0));
        }
        Ms((time.0 as f64 * self.scale.0).round() as i64) + self.shift
    }
}

fn cut(reading: &mut Reading, range: Span) {
    keep(reading, |span| {
        let part = Span { start: span.start.max(range.start), end: span.end.min(range.end) };
        (part.start < part.end).then_some(part)
    });
    let duration = &mut reading.timeline.media.duration;
    *duration = (*duration).min(range.end);
}

fn retime(reading: &mut Reading, at: impl Fn(Ms) -> Ms) {
    keep(reading, |span| {
        let end = at(span.end);
        (end > Ms::ZERO).then(|| Span::new(at(span.start).max(Ms::ZERO), end))
    });
    let duration = &mut reading.timeline.media.duration;
    *duration = at(*duration).max(Ms::ZERO);
}

/// Gives every span of cues and timeline its new place, and takes out what has none any more.
fn keep(reading: &mut Reading, place: impl Fn(Span) -> Option<Span>) {
    reading.cues.retain_mut(|cue| place(cue.span).map(|span| cue.span = span).is_some());
    let Timeline { segments, turns, chapters, gaps, .. } = &mut reading.timeline;
    for segment in segments {
        segment.span = segment.span.and_then(&place);
        segment.given = None;
        for word in &mut segment.words {
            word.span = word.span.and_then(&place).filter(|_| segment.span.is_some());
            word.phones.retain_mut(|timed| place(timed.span).map(|span| timed.span = span).is_some());
        }
    }
    turns.retain_mut(|turn| place(turn.span).map(|span| turn.span = span).is_some());
    chapters.retain_mut(|chapter| place(chapter.span).map(|span| chapter.span = span).is_some());
    gaps.retain_mut(|gap| place(gap.span).map(|span| gap.span = span).is_some());
}

fn merge_same(cues: &mut Vec<Cue>) {
    cues.dedup_by(|next, cue| {
        let same = next.lines == cue.lines && next.speaker == cue.speaker && next.look == cue.look;
        let follows = next.span.start - cue.span.end <= SAME_WITHIN;
        if same && follows {
            cue.span = cue.span.union(next.span);
        }
        same && follows
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::reading::Entry;

    fn reading(spans: &[(i64, i64, &str)]) -> Reading {
        let entry = |&(start, end, line): &(i64, i64, &str)| Entry {
            span: Span::new(Ms(start), Ms(end)),
            lines: vec![line.into()],
            ..Entry::default()
        };
        Reading::of_entries(spans.iter().map(entry).collect())
    }

    fn spans(reading: &Reading) -> Vec<(i64, i64)> {
        reading.cues.iter().map(|cue| (cue.span.start.0, cue.span.end.0)).collect()
    }

    #[test]
    fn from_pal_to_film_and_a_second_later() {
        let mut read = reading(&[(0, 1_000, "a"), (3_600_000, 3_602_500, "b")]);
        let changes = Changes { scale: "25/24".parse().unwrap(), shift: Ms(1_000), ..Changes::default() };
        assert_eq!(changes.apply(&mut read), 0);
        assert_eq!(spans(&read), [(1_000, 2_042), (3_751_000, 3_753_604)]);
        assert_eq!(read.timeline.segments[1].span, Some(read.cues[1].span));
    }

    #[test]
    fn what_would_end_before_the_start_goes_and_is_counted() {
        let mut read = reading(&[(0, 1_000, "a"), (500, 3_000, "b")]);
        assert_eq!(Changes { shift: Ms(-2_000), ..Changes::default() }.apply(&mut read), 1);
        assert_eq!(spans(&read), [(0, 1_000)]);
    }

    #[test]
    fn a_range_cuts_what_reaches_over_its_ends() {
        let mut read = reading(&[(0, 1_000, "a"), (5_000, 9_000, "b"), (9_000, 12_000, "c")]);
        Changes { range: clock_span("0:06-10"), ..Changes::default() }.apply(&mut read);
        assert_eq!(spans(&read), [(6_000, 9_000), (9_000, 10_000)]);
        assert_eq!(clock_span("1:00:00-"), Some(Span { start: Ms(3_600_000), end: LAST }));
        assert_eq!(clock_span("-0:01.5"), Some(Span { start: Ms::ZERO, end: Ms(1_500) }));
        for wrong in ["", "5", "2-1", "a-b", "1:-2:0x"] {
            assert_eq!(clock_span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_same_text_again_at_once_is_one_cue() {
        let mut read = reading(&[(0, 1_000, "a"), (1_040, 2_000, "a"), (2_500, 3_000, "a"), (3_000, 4_000, "b")]);
        Changes { merge_same: true, ..Changes::default() }.apply(&mut read);
        assert_eq!(spans(&read), [(0, 2_000), (2_500, 3_000), (3_000, 4_000)]);
    }

    #[test]
    fn scales_are_positive_quotients() {
        assert_eq!("25/25".parse(), Ok(Scale(1.0)));
        for wrong in ["", "0", "-1", "1/0", "nan", "1e9", "a/b"] {
            assert_eq!(wrong.parse::<Scale>(), Err(ScaleFault), "{wrong}");
        }
    }
}
