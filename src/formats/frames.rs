//! Times that editors count in frames.

use std::str::FromStr;

use thiserror::Error;

use crate::timeline::Ms;

/// How many frames make a second, and how they are numbered (SMPTE ST 12-1).
///
/// Editors count whole numbers of frames in a second. At rates of NTSC a second so counted takes 1.001 s, and time code
/// falls behind the clock; where frames are dropped two numbers (of 60, four) are left out at the start of every minute
/// but the tenth, so that it keeps up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRate {
    /// Frames that a second of time code counts.
    counted: i64,
    /// How long a second of time code is, in milliseconds: 1000, or 1001 at rates of NTSC.
    second: i64,
    /// Whether numbers of frames are left out.
    drops: bool,
}

/// The rate of PAL, which most projects have where no rate is told.
impl Default for FrameRate {
    fn default() -> FrameRate {
        FrameRate { counted: 25, second: 1000, drops: false }
    }
}

/// A frame rate that is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a frame rate is a number such as 24, 25 or 23.976, or 29.97df or 59.94df where frames are dropped")]
pub struct FrameRateFault;

impl FromStr for FrameRate {
    type Err = FrameRateFault;

    fn from_str(text: &str) -> Result<FrameRate, FrameRateFault> {
        /// Faster than any camera that films with sound.
        const MOST: f64 = 240.0;
        /// 23.98 and 23.976 are both written for 24000/1001.
        const ROUNDED: f64 = 0.005;
        let (number, drops) = text.strip_suffix("df").map_or((text, false), |number| (number, true));
        let rate: f64 = number.parse().ok().filter(|rate| (1.0..=MOST).contains(rate)).ok_or(FrameRateFault)?;
        let counted = rate.ceil();
        let whole = rate == counted;
        let second = if whole { 1000 } else { 1001 };
        let known = whole || (counted / 1.001 - rate).abs() < ROUNDED;
        let rate = FrameRate { counted: counted as i64, second, drops };
        if known && (!drops || rate.may_drop()) { Ok(rate) } else { Err(FrameRateFault) }
    }
}

impl FrameRate {
    /// Frames are dropped at 29.97 and 59.94 alone.
    fn may_drop(self) -> bool {
        self.second == 1001 && matches!(self.counted, 30 | 60)
    }

    /// Whether numbers of frames are left out.
    pub fn drops(self) -> bool {
        self.drops
    }

    /// The rate of a file that says whether it drops frames: this one, or where this one cannot be, 29.97.
    pub fn dropping(self, drops: bool) -> FrameRate {
        if drops && !self.may_drop() {
            return FrameRate { counted: 30, second: 1001, drops };
        }
        FrameRate { drops, ..self }
    }

    /// The frame that is shown at a time, counted from 0. A time that was rounded to its millisecond gives its own frame.
    pub fn frame(self, time: Ms) -> i64 {
        let halves = i128::from(time.0) * 2 + 1;
        let frame = (halves * i128::from(self.counted)).div_euclid(2 * i128::from(self.second));
        i64::try_from(frame).unwrap_or(i64::MAX)
    }

    /// When a frame begins, to the millisecond.
    pub fn time(self, frame: i64) -> Ms {
        let (frame, counted) = (i128::from(frame), i128::from(self.counted));
        let ms = (frame * i128::from(self.second) * 2 + counted).div_euclid(2 * counted);
        Ms(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    /// The time code of a frame, `HH:MM:SS:FF`; before frames that may be dropped stands `;`.
    pub fn code(self, frame: i64) -> String {
        let numbered = self.numbered(frame);
        let (seconds, frames) = (numbered / self.counted, numbered % self.counted);
        let mark = if self.drops { ';' } else { ':' };
        format!("{:02}:{:02}:{:02}{mark}{frames:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// The frame of a time code: hours, minutes, seconds, frames.
    pub fn frame_of(self, [hours, minutes, seconds, frames]: [i64; 4]) -> i64 {
        let minutes = hours * 60 + minutes;
        let numbered = (minutes * 60 + seconds) * self.counted + frames;
        numbered - self.dropped_a_minute() * (minutes - minutes / 10)
    }

    /// Whether there is a frame of this number in a second.
    pub fn counts(self, frame: i64) -> bool {
        (0..self.counted).contains(&frame)
    }

    /// The number of a frame where all those left out before it are counted.
    fn numbered(self, frame: i64) -> i64 {
        let dropped = self.dropped_a_minute();
        let minute = self.counted * 60 - dropped;
        let ten_minutes = minute * 10 + dropped;
        let (tens, rest) = (frame / ten_minutes, frame % ten_minutes);
        // The first minute of ten has all its numbers.
        frame + dropped * (9 * tens + (rest - dropped).max(0) / minute)
    }

    fn dropped_a_minute(self) -> i64 {
        if self.drops { self.counted / 15 } else { 0 }
    }
}

/// The four numbers of a time code, whatever stands between them, such as `01:00:00:12`, `00;00;02;00`.
pub(super) fn parts(code: &str) -> Option<[i64; 4]> {
    // As many hours as thirty years have.
    let number = |part: &str| part.trim().parse().ok().filter(|number| (0..1_000_000).contains(number));
    code.split([':', ';', '.']).map(number).collect::<Option<Vec<i64>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> FrameRate {
        text.parse().unwrap()
    }

    #[test]
    fn rates_as_people_write_them() {
        assert_eq!(rate("23.98"), rate("23.976"));
        assert_eq!(rate("25"), FrameRate::default());
        assert!(rate("29.97df").drops() && !rate("29.97").drops());
        for wrong in ["", "0", "-25", "24.5", "25df", "30df", "1000", "nan", "x"] {
            assert_eq!(wrong.parse::<FrameRate>(), Err(FrameRateFault), "{wrong}");
        }
    }

    #[test]
    fn dropped_numbers_keep_time_code_on_the_clock() {
        let dropping = rate("29.97df");
        assert_eq!(dropping.code(1_799), "00:00:59;29");
        assert_eq!(dropping.code(1_800), "00:01:00;02");
        assert_eq!(dropping.code(17_982), "00:10:00;00");
        assert_eq!(dropping.code(dropping.frame(Ms::from_secs(3_600))), "01:00:00;00");
        let plain = rate("29.97");
        assert_eq!(plain.code(plain.frame(Ms::from_secs(3_600))), "00:59:56:12");
        assert_eq!(plain.time(plain.frame_of([1, 0, 0, 0])), Ms(3_603_600));
    }

    #[test]
    fn a_frame_is_found_again_by_its_time_and_by_its_code() {
        for name in ["23.976", "24", "25", "29.97", "29.97df", "30", "50", "59.94df", "60", "240"] {
            let rate = rate(name);
            // Of thousands of hours too.
            for frame in (0..400_000).step_by(7).chain([1_000_000_000]) {
                assert_eq!(rate.frame(rate.time(frame)), frame, "{name}");
                assert_eq!(rate.frame_of(parts(&rate.code(frame)).unwrap()), frame, "{name}");
            }
        }
    }

    #[test]
    fn a_file_that_drops_frames_has_a_rate_that_can() {
        assert_eq!(FrameRate::default().dropping(true), rate("29.97df"));
        assert_eq!(rate("59.94").dropping(true), rate("59.94df"));
        assert_eq!(rate("59.94df").dropping(false), rate("59.94"));
    }
}
