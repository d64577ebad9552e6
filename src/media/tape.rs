//! The tape: packets of sound laid onto the player's clock, with silence where there is none.

use super::resample::Resampler;
use super::time::Nanos;
use super::{MAX_SPANS, Start, Warning};
use crate::signal::SAMPLE_RATE;
use crate::timeline::{Ms, Span};

/// Sample rates that real recordings have; what lies outside is a damaged header.
pub const RATES: std::ops::RangeInclusive<u32> = 2_000..=768_000;
/// A packet this near to the end of the one before follows it without a break: more than Matroska's rounding to
/// milliseconds, less than one packet of any common codec (Opus 20 ms, AAC 21 ms, MP3 24 ms).
const TOLERANCE: Nanos = Nanos(15_000_000);
/// An overlap longer than this is no overlap: the clock began anew (joined files, a stream that was cut).
const OVERLAP: Nanos = Nanos(1_000_000_000);
/// A hole longer than this, and beyond the end that the header gives, is a damaged time and not missing sound.
const HOLE: Nanos = Nanos(600_000_000_000);
/// Lost stretches nearer to each other than this are told as one.
const ADJACENT: Ms = Ms(50);

/// Takes runs of mono frames with their times and gives out 16 kHz samples from the player's time zero on.
pub struct Tape<'a> {
    sink: &'a mut dyn FnMut(&[f32]),
    /// Where the header says that the sound ends.
    expected_end: Option<Nanos>,
    resampler: Option<Resampler>,
    rate: u32,
    /// Samples given out before the present resampler began; its frame 0 lies here.
    base: u64,
    /// Frames that the present resampler was given.
    laid: i64,
    /// Frame at which the next packet ought to begin.
    cursor: Option<i64>,
    /// What jumps of the clock have added up to.
    shift: Nanos,
    start: Start,
    jumps: usize,
    first_jump: Ms,
    losses: Losses,
}

/// What a tape has to tell when all is laid.
pub struct Laid {
    pub samples: u64,
    pub start: Start,
    pub warnings: Vec<Warning>,
}

impl<'a> Tape<'a> {
    /// An empty tape; `expected_end` is where the header says that the sound ends, if it can be trusted.
    pub fn new(expected_end: Option<Nanos>, sink: &'a mut dyn FnMut(&[f32])) -> Tape<'a> {
        Tape {
            sink,
            expected_end,
            resampler: None,
            rate: SAMPLE_RATE,
            base: 0,
            laid: 0,
            cursor: None,
            shift: Nanos::ZERO,
            start: Start::default(),
            jumps: 0,
            first_jump: Ms::ZERO,
            losses: Losses::default(),
        }
    }

    /// The end of what has been laid.
    pub fn end(&self) -> Nanos {
        self.origin() + Nanos::frames(self.laid, self.rate)
    }

    /// The sound ought to begin at `at`: what is missing from there on is lost.
    pub fn expect(&mut self, at: Nanos) {
        self.cursor.get_or_insert(at.max(Nanos::ZERO).to_frames(self.rate));
    }

    /// Lays `frames` at time `at`. An error says why this rate cannot be had.
    pub fn lay(&mut self, at: Nanos, rate: u32, frames: &[f32]) -> Result<(), String> {
        self.set_rate(rate)?;
        let at = self.settle(at);
        self.cursor = Some(at + frames.len() as i64);
        self.fill_to(at);
        let hidden = (self.laid - at).clamp(0, frames.len() as i64);
        if let Some(resampler) = &mut self.resampler {
            resampler.push(&frames[hidden as usize..], self.sink);
        }
        self.laid += frames.len() as i64 - hidden;
        Ok(())
    }

    /// Lays silence where sound from `at` on could not be decoded.
    pub fn lose(&mut self, at: Nanos, length: Nanos) {
        let at = self.settle(at);
        let end = at.saturating_add(length.to_frames(self.rate).max(0));
        self.note_loss(at, end);
        self.cursor = Some(end);
        self.fill_to(end);
    }

    /// Nothing more comes.
    pub fn finish(mut self) -> Laid {
        if let Some(resampler) = self.resampler.take() {
            self.base += resampler.finish(self.sink);
        }
        let mut warnings: Vec<Warning> = self.losses.into_warning().into_iter().collect();
        if self.jumps > 0 {
            warnings.push(Warning::ClockJump { at: self.first_jump, count: self.jumps });
        }
        Laid { samples: self.base, start: self.start, warnings }
    }

    /// The time of the present resampler's frame 0.
    fn origin(&self) -> Nanos {
        Nanos::frames(self.base as i64, SAMPLE_RATE)
    }

    /// From here on frames come at `rate`.
    fn set_rate(&mut self, rate: u32) -> Result<(), String> {
        if self.resampler.is_some() && rate == self.rate {
            return Ok(());
        }
        if !RATES.contains(&rate) {
            return Err(format!("a sample rate of {rate} Hz"));
        }
        let next = Resampler::new(rate)?;
        let cursor = self.cursor.map(|frame| self.origin() + Nanos::frames(frame, self.rate));
        if let Some(last) = self.resampler.replace(next) {
            self.base += last.finish(self.sink);
        }
        (self.rate, self.laid) = (rate, 0);
        self.cursor = cursor.map(|time| (time - self.origin()).to_frames(rate));
        Ok(())
    }

    /// The frame where sound of time `at` belongs: right after the last where it is near, else where its time says.
    fn settle(&mut self, at: Nanos) -> i64 {
        let at = at + self.shift;
        let frame = (at - self.origin()).to_frames(self.rate);
        let Some(cursor) = self.cursor else {
            self.note_start(frame);
            return frame;
        };
        let expected = self.origin() + Nanos::frames(cursor, self.rate);
        let off = at - expected;
        if Nanos::ZERO - TOLERANCE <= off && off <= TOLERANCE {
            return cursor;
        }
        let within = self.expected_end.is_some_and(|end| at <= end);
        if off < Nanos::ZERO - OVERLAP || (off > HOLE && !within) {
            if self.jumps == 0 {
                self.first_jump = expected.to_ms();
            }
            self.jumps += 1;
            self.shift = self.shift - off;
            return cursor;
        }
        self.note_loss(cursor, frame);
        frame
    }

    /// Silence up to `frame`.
    fn fill_to(&mut self, frame: i64) {
        if let Some(resampler) = &mut self.resampler
            && frame > self.laid
        {
            resampler.push_silence((frame - self.laid) as u64, self.sink);
            self.laid = frame;
        }
    }

    fn note_start(&mut self, frame: i64) {
        let time = Nanos::frames(frame, self.rate).to_ms();
        self.start = Start { late: time.max(Ms::ZERO), cut: Ms(-time.0.min(0)) };
    }

    fn note_loss(&mut self, from: i64, to: i64) {
        let time = |frame| (self.origin() + Nanos::frames(frame, self.rate)).to_ms().max(Ms::ZERO);
        self.losses.add(Span::new(time(from), time(to)));
    }
}

/// Lost stretches, as many as are worth telling.
#[derive(Default)]
struct Losses {
    spans: Vec<Span>,
    count: usize,
    total: Ms,
    /// The last one, which may still grow.
    last: Option<Span>,
}

impl Losses {
    fn add(&mut self, span: Span) {
        if span.length() <= Ms::ZERO {
            return;
        }
        self.last = match self.last {
            Some(last) if span.start - last.end <= ADJACENT => Some(last.union(span)),
            last => {
                self.close(last);
                Some(span)
            }
        };
    }

    fn close(&mut self, span: Option<Span>) {
        let Some(span) = span else { return };
        self.count += 1;
        self.total += span.length();
        if self.spans.len() < MAX_SPANS {
            self.spans.push(span);
        }
    }

    fn into_warning(mut self) -> Option<Warning> {
        let last = self.last.take();
        self.close(last);
        (self.count > 0).then_some(Warning::Lost { spans: self.spans, count: self.count, total: self.total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of ones at 16 kHz, (ms, ms long) each, and what comes out.
    fn lay(runs: &[(i64, i64)]) -> (Vec<f32>, Laid) {
        let mut out = Vec::new();
        let mut sink = |samples: &[f32]| out.extend_from_slice(samples);
        let mut tape = Tape::new(None, &mut sink);
        for &(at, length) in runs {
            tape.lay(Nanos::from_ms(Ms(at)), 16_000, &vec![1.0; length as usize * 16]).unwrap();
        }
        let laid = tape.finish();
        assert_eq!(laid.samples, out.len() as u64);
        (out, laid)
    }

    /// (from, to) in milliseconds of each stretch of sound.
    fn sound(samples: &[f32]) -> Vec<(usize, usize)> {
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        for (ms, block) in samples.chunks(16).enumerate() {
            match stretches.last_mut() {
                _ if block[0] == 0.0 => {}
                Some(last) if last.1 == ms => last.1 += 1,
                _ => stretches.push((ms, ms + 1)),
            }
        }
        stretches
    }

    #[test]
    fn a_late_start_becomes_silence() {
        let (out, laid) = lay(&[(1_500, 100)]);
        assert_eq!(sound(&out), [(1_500, 1_600)]);
        assert_eq!((laid.start.late, laid.start.cut, laid.warnings), (Ms(1_500), Ms(0), vec![]));
    }

    #[test]
    fn sound_before_zero_is_cut() {
        let (out, laid) = lay(&[(-30, 20), (-10, 20), (10, 20)]);
        assert_eq!(sound(&out), [(0, 30)]);
        assert_eq!(laid.start.cut, Ms(30));
    }

    #[test]
    fn jitter_is_no_gap_and_a_missing_packet_is() {
        let (out, laid) = lay(&[(0, 20), (21, 20), (39, 20), (80, 20)]);
        assert_eq!(sound(&out), [(0, 60), (80, 100)]);
        let spans = vec![Span::new(Ms(60), Ms(80))];
        assert_eq!(laid.warnings, [Warning::Lost { spans, count: 1, total: Ms(20) }]);
    }

    #[test]
    fn overlapping_sound_is_heard_once() {
        let (out, _) = lay(&[(0, 100), (50, 100)]);
        assert_eq!(sound(&out), [(0, 150)]);
    }

    #[test]
    fn a_clock_that_begins_anew_goes_on() {
        let (out, laid) = lay(&[(0, 2_000), (0, 1_000), (1_000, 500)]);
        assert_eq!(sound(&out), [(0, 3_500)]);
        assert_eq!(laid.warnings, [Warning::ClockJump { at: Ms(2_000), count: 1 }]);
    }

    #[test]
    fn a_damaged_time_does_not_become_hours_of_silence() {
        let (out, _) = lay(&[(0, 100), (90_000_000, 100), (90_000_100, 100)]);
        assert_eq!(sound(&out), [(0, 300)]);
    }

    #[test]
    fn a_change_of_rate_in_mid_stream_keeps_the_clock() {
        let mut samples = 0;
        let mut sink = |block: &[f32]| samples += block.len();
        let mut tape = Tape::new(None, &mut sink);
        tape.lay(Nanos::ZERO, 44_100, &vec![0.5; 44_100]).unwrap();
        tape.lay(Nanos::from_ms(Ms(1_000)), 22_050, &vec![0.5; 22_050]).unwrap();
        let laid = tape.finish();
        assert_eq!((laid.samples, laid.warnings), (32_000, vec![]));
        assert_eq!(samples, 32_000);
    }

    #[test]
    fn what_could_not_be_decoded_is_silence_and_told() {
        let mut out = Vec::new();
        let mut sink = |samples: &[f32]| out.extend_from_slice(samples);
        let mut tape = Tape::new(None, &mut sink);
        tape.lay(Nanos::ZERO, 16_000, &[1.0; 1_600]).unwrap();
        tape.lose(Nanos::from_ms(Ms(100)), Nanos::from_ms(Ms(50)));
        tape.lose(Nanos::from_ms(Ms(150)), Nanos::from_ms(Ms(50)));
        let laid = tape.finish();
        assert_eq!((laid.samples, sound(&out)), (3_200, vec![(0, 100)]));
        let spans = vec![Span::new(Ms(100), Ms(200))];
        assert_eq!(laid.warnings, [Warning::Lost { spans, count: 1, total: Ms(100) }]);
    }
}
