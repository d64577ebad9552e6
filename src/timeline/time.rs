//! Time as integers: milliseconds inside, seconds with three decimals in JSON.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in media time, or a length of it, in whole milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ms(pub i64);

impl Ms {
    /// The player's time zero.
    pub const ZERO: Ms = Ms(0);

    /// Whole seconds.
    pub const fn from_secs(seconds: i64) -> Ms {
        Ms(seconds * 1000)
    }

    /// Seconds as other tools write them, rounded to the nearest millisecond. Not-a-number becomes zero; a time that no
    /// recording has is bounded, so that sums of some such times do not overflow.
    pub fn from_seconds(seconds: f64) -> Ms {
        /// A hundred thousand years, which count in microseconds too.
        const MOST: f64 = 4e15;
        Ms((seconds * 1000.0).round().clamp(-MOST, MOST) as i64)
    }

    /// The time of sample number `sample` at `rate` samples a second, rounded to the nearest millisecond.
    pub fn from_samples(sample: u64, rate: u32) -> Ms {
        let rate = u128::from(rate.max(1));
        Ms(((u128::from(sample) * 1000 + rate / 2) / rate) as i64)
    }

    /// This time in seconds, for formats that count in them.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The distance to `other`, never negative.
    pub fn distance(self, other: Ms) -> Ms {
        Ms((self.0 - other.0).abs())
    }
}

impl Add for Ms {
    type Output = Ms;
    fn add(self, other: Ms) -> Ms {
        Ms(self.0 + other.0)
    }
}

impl AddAssign for Ms {
    fn add_assign(&mut self, other: Ms) {
        self.0 += other.0;
    }
}

impl Sub for Ms {
    type Output = Ms;
    fn sub(self, other: Ms) -> Ms {
        Ms(self.0 - other.0)
    }
}

impl Neg for Ms {
    type Output = Ms;
    fn neg(self) -> Ms {
        Ms(-self.0)
    }
}

/// Written for people: `1:02:03.456`, or `2:03.456` under an hour.
impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ms = self.0.unsigned_abs();
        let (h, m, s, ms) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        if h > 0 { write!(f, "{sign}{h}:{m:02}:{s:02}.{ms:03}") } else { write!(f, "{sign}{m}:{s:02}.{ms:03}") }
    }
}

impl Serialize for Ms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.seconds())
    }
}

impl<'de> Deserialize<'de> for Ms {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ms, D::Error> {
        f64::deserialize(deserializer).map(Ms::from_seconds)
    }
}

/// A stretch of media time; `start <= end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where it begins.
    pub start: Ms,
    /// Where it ends; the first moment that no longer belongs to it.
    pub end: Ms,
}

impl Span {
    /// From `start` to `end`; an end before the start gives an empty span at `start`.
    pub fn new(start: Ms, end: Ms) -> Span {
        Span { start, end: end.max(start) }
    }

    /// Its length.
    pub fn length(self) -> Ms {
        self.end - self.start
    }

    /// Whether `time` lies inside.
    pub fn holds(self, time: Ms) -> bool {
        self.start <= time && time < self.end
    }

    /// The smallest span that covers both.
    pub fn union(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// What the two have in common, if anything.
    pub fn overlap(self, other: Span) -> Option<Span> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Span { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn people_read_hours_only_when_there_are_any() {
        assert_eq!(Ms(3_723_456).to_string(), "1:02:03.456");
        assert_eq!(Ms(63_005).to_string(), "1:03.005");
        assert_eq!(Ms(-1_500).to_string(), "-0:01.500");
    }

    #[test]
    fn times_of_no_recording_leave_room_for_sums() {
        let (late, early) = (Ms::from_seconds(1e300), Ms::from_seconds(f64::NEG_INFINITY));
        assert!(Span::new(early, late).length().0.checked_mul(1000).is_some());
        assert_eq!(Ms::from_seconds(f64::NAN), Ms::ZERO);
    }

    #[test]
    fn a_span_that_ends_before_it_starts_is_empty() {
        assert_eq!(Span::new(Ms(5), Ms(3)).length(), Ms::ZERO);
    }

    proptest! {
        #[test]
        fn seconds_in_json_bring_back_the_same_millisecond(ms in -100_000_000_000i64..100_000_000_000) {
            let text = serde_json::to_string(&Ms(ms)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ms>(&text).unwrap(), Ms(ms));
        }

        #[test]
        fn samples_round_to_the_nearest_millisecond(sample in 0u64..10_000_000_000, rate in 8_000u32..192_000) {
            let exact = sample as f64 * 1000.0 / f64::from(rate);
            prop_assert!((Ms::from_samples(sample, rate).0 as f64 - exact).abs() <= 0.5 + 1e-6);
        }
    }
}
