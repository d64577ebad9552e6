//! Times as people and programs write them above a cue.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::timeline::Ms;

/// `1:02:03,456`, `02:03.4`, `-0:01`; blanks, full-width marks and any number of digits are no fault.
const CLOCK: &str = r"(-?)\s*(?:(\d{1,4})\s*[:：]\s*)?(\d{1,4})\s*[:：]\s*(\d{1,2})(?:\s*[.,，．:;]\s*(\d{1,9}))?";

/// `-->` and what is written in its place.
const ARROW: &str = r"\s*(?:[-–—=]{1,3}\s*(?:>|&gt;)|→)+\s*";

static LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"^\s*{CLOCK}{ARROW}{CLOCK}(?:\s+(.*))?$")).expect("a constant pattern"));
static OPEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"^\s*{CLOCK}{ARROW}(.*)$")).expect("a constant pattern"));
static ALONE: LazyLock<Regex> = LazyLock::new(|| Regex::new(&format!(r"^\s*{CLOCK}\s*$")).expect("a constant pattern"));
static ARROW_ALONE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"-{1,3}\s*(?:>|&gt;)|→").expect("a constant pattern"));

/// A line that says when a cue is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timing {
    pub start: Ms,
    /// `None` where it cannot be read.
    pub end: Option<Ms>,
    /// What stands behind the times.
    pub rest: String,
}

/// The times of a line, if it has any.
pub(super) fn timing(line: &str) -> Option<Timing> {
    if !has_arrow(line) {
        return None;
    }
    if let Some(found) = LINE.captures(line) {
        let rest = found.get(11).map_or("", |rest| rest.as_str()).trim().to_owned();
        return Some(Timing { start: time(&found, 1)?, end: Some(time(&found, 6)?), rest });
    }
    let found = OPEN.captures(line)?;
    Some(Timing { start: time(&found, 1)?, end: None, rest: found[6].trim().to_owned() })
}

/// Nearly all lines are text; to see that must cost nothing.
fn has_arrow(line: &str) -> bool {
    line.contains(['>', '→']) || line.contains("&gt;")
}

/// A time that stands alone.
pub(super) fn clock(text: &str) -> Option<Ms> {
    time(&ALONE.captures(text)?, 1)
}

/// Whether a line seems to want to say when a cue is shown.
pub(super) fn looks_like_timing(line: &str) -> bool {
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    has_arrow(line) && ARROW_ALONE.is_match(line) && digits >= 2 && line.contains([':', '：', ',', '.'])
}

/// The time of five groups, the first of which is number `at`: sign, hours, minutes, seconds, fraction.
fn time(found: &Captures, at: usize) -> Option<Ms> {
    let number = |group: usize| found.get(group).map_or(Some(0), |digits| digits.as_str().parse::<i64>().ok());
    let fraction = found.get(at + 4).map_or("", |digits| digits.as_str());
    let milliseconds: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let seconds = (number(at + 1)? * 60 + number(at + 2)?) * 60 + number(at + 3)?;
    let sign = if &found[at] == "-" { -1 } else { 1 };
    Some(Ms(sign * (seconds * 1000 + milliseconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(line: &str) -> Option<(i64, Option<i64>, String)> {
        timing(line).map(|timing| (timing.start.0, timing.end.map(|end| end.0), timing.rest))
    }

    #[test]
    fn times_of_all_makes_are_read() {
        let whole = Some((3_723_456, Some(3_725_000), String::new()));
        for line in [
            "01:02:03,456 --> 01:02:05,000",
            "1:02:03.456-->1:02:05",
            " 01:02:03:456 ---> 01:02:05:000 ",
            "01: 02: 03, 456 -> 01: 02: 05, 000",
            "01：02：03，456 → 01：02：05，000",
        ] {
            assert_eq!(times(line), whole, "{line}");
        }
        assert_eq!(times("00:01,5 --&gt; 00:02,5 X1:10"), Some((1_500, Some(2_500), "X1:10".into())));
        assert_eq!(times("-00:00:01,000 --> 00:00:01,000"), Some((-1_000, Some(1_000), String::new())));
        assert_eq!(times("00:00:01,000 --> soon"), Some((1_000, None, "soon".into())));
        assert_eq!(times("a --> b"), None);
    }

    #[test]
    fn what_wants_to_be_times_is_told_from_text() {
        assert!(looks_like_timing("xx:00:01,000 --> 00:00:o2,000"));
        assert!(!looks_like_timing("if a --> b, go on"));
        assert!(!looks_like_timing("3:2 for them"));
    }
}
