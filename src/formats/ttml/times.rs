//! Times of TTML (W3C TTML2, 12.3.1 "time expressions").

use crate::timeline::Ms;

/// What a document says of its times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rates {
    /// Frames a second.
    pub frames: f64,
    /// Ticks a second.
    pub ticks: f64,
}

impl Rates {
    /// From the parameters `frameRate`, `frameRateMultiplier` and `tickRate`.
    pub fn of(frames: Option<&str>, multiplier: Option<&str>, ticks: Option<&str>) -> Rates {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
        let multiplier = multiplier.and_then(|text| {
            let (over, under) = text.trim().split_once([' ', ':'])?;
            Some(number(over)? / number(under)?)
        });
        let given = frames.and_then(number);
        let frames = given.unwrap_or(30.0) * multiplier.unwrap_or(1.0);
        let ticks = ticks.and_then(number).unwrap_or(if given.is_some() { frames } else { 1.0 });
        Rates { frames, ticks }
    }

    /// `01:02:03.5`, `01:02:03:12`, `3.5s`, `1200ms`, `12f`, `900t`, `2m`, `1h`.
    pub fn time(&self, text: &str) -> Option<Ms> {
        let text = text.trim();
        if text.contains(':') {
            return self.clock(text);
        }
        let unit = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let value: f64 = text[..unit].parse().ok()?;
        let seconds = match &text[unit..] {
            "h" => value * 3600.0,
            "m" => value * 60.0,
            "s" => value,
            "ms" => value / 1000.0,
            "f" => value / self.frames,
            "t" => value / self.ticks,
            _ => return None,
        };
        (seconds < 1e9).then(|| Ms::from_seconds(seconds))
    }

    fn clock(&self, text: &str) -> Option<Ms> {
        let parts: Vec<&str> = text.split(':').collect();
        let number = |text: &str| text.parse::<f64>().ok().filter(|value| (0.0..1e6).contains(value));
        let seconds = match &parts[..] {
            [hours, minutes, seconds] => number(hours)? * 3600.0 + number(minutes)? * 60.0 + number(seconds)?,
            [hours, minutes, seconds, frames] => {
                number(hours)? * 3600.0 + number(minutes)? * 60.0 + number(seconds)? + number(frames)? / self.frames
            }
            _ => return None,
        };
        Some(Ms::from_seconds(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_to_say_a_time() {
        let rates = Rates::of(Some("24"), Some("1000 1001"), Some("10000000"));
        let ms = |text| rates.time(text).map(|time| time.0);
        assert_eq!(ms("01:00:01.5"), Some(3_601_500));
        assert_eq!(ms("00:00:01:12"), Some(1_501));
        assert_eq!(
            [ms("2.5s"), ms("1200ms"), ms("24f"), ms("5000000t"), ms("2m"), ms("1h")].map(Option::unwrap),
            [2_500, 1_200, 1_001, 500, 120_000, 3_600_000]
        );
        for bad in ["", "5", "x", "1:2", "5q", "1:2:3:4:5"] {
            assert_eq!(ms(bad), None, "{bad}");
        }
    }
}
