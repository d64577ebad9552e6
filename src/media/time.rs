//! Container time: nanoseconds, fine enough that a sample number survives the way there and back.

use std::ops::{Add, Range, Sub};

use crate::timeline::Ms;

const SECOND: i128 = 1_000_000_000;

/// A point in, or a length of, a container's time. Arithmetic saturates: damaged headers hold absurd times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nanos(pub i64);

impl Nanos {
    pub const ZERO: Nanos = Nanos(0);
    /// Before and after everything that arithmetic with real times reaches.
    pub const MIN: Nanos = Nanos(i64::MIN / 4);
    pub const MAX: Nanos = Nanos(i64::MAX / 4);

    /// `count` ticks, `numerator / denominator` seconds each.
    pub fn ticks(count: i128, numerator: u32, denominator: u32) -> Nanos {
        let (numerator, denominator) = (i128::from(numerator), i128::from(denominator.max(1)));
        Nanos::clamp(round_div(count.saturating_mul(numerator * SECOND), denominator))
    }

    /// `count` frames at `rate` a second.
    pub fn frames(count: i64, rate: u32) -> Nanos {
        Nanos::ticks(i128::from(count), 1, rate)
    }

    /// Number of the frame that is nearest to this time at `rate` a second.
    pub fn to_frames(self, rate: u32) -> i64 {
        // Within i64: the time is, and a frame is never shorter than a nanosecond (see `tape::RATES`).
        round_div(i128::from(self.0) * i128::from(rate), SECOND) as i64
    }

    pub fn from_ms(ms: Ms) -> Nanos {
        Nanos::clamp(i128::from(ms.0) * 1_000_000)
    }

    pub fn to_ms(self) -> Ms {
        Ms(round_div(i128::from(self.0), 1_000_000) as i64)
    }

    fn clamp(nanos: i128) -> Nanos {
        Nanos(nanos.clamp(i128::from(Nanos::MIN.0), i128::from(Nanos::MAX.0)) as i64)
    }
}

/// `a / b` to the nearest, halves up; `b > 0`.
fn round_div(a: i128, b: i128) -> i128 {
    a.saturating_add(b / 2).div_euclid(b)
}

impl Add for Nanos {
    type Output = Nanos;
    fn add(self, other: Nanos) -> Nanos {
        Nanos::clamp(i128::from(self.0) + i128::from(other.0))
    }
}

impl Sub for Nanos {
    type Output = Nanos;
    fn sub(self, other: Nanos) -> Nanos {
        Nanos::clamp(i128::from(self.0) - i128::from(other.0))
    }
}

/// A stretch of media time that is played, and by how much its player's time is later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub media: Range<Nanos>,
    pub shift: Nanos,
}

impl Edit {
    /// Everything is played, `shift` later.
    pub fn whole(shift: Nanos) -> Edit {
        Edit { media: Nanos::MIN..Nanos::MAX, shift }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_frame_number_survives(frame in -1_000_000_000i64..100_000_000_000, rate in 4_000u32..768_000) {
            prop_assert_eq!(Nanos::frames(frame, rate).to_frames(rate), frame);
        }

        #[test]
        fn absurd_times_stay_within_bounds(count: i64, numerator: u32, denominator: u32, rate in 1u32..768_000) {
            let time = Nanos::ticks(i128::from(count), numerator, denominator);
            prop_assert!(Nanos::MIN <= time && time <= Nanos::MAX);
            let _ = (time + time - Nanos::MIN).to_frames(rate);
        }
    }
}
