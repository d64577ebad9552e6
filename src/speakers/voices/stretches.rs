//! The stretches of speech that are taken to be of one voice each, and their frames.

use ndarray::{Array1, Array2, Axis};

use crate::signal::{FRAME_MS, Sound, SpeechMap, TIMBRE, Timbre};
use crate::timeline::{Ms, Span};

/// How long a stretch is made where nothing else cuts it: long enough to tell a voice, short enough not to miss a turn.
const LENGTH: Ms = Ms(2_000);
/// Steadier sound than this is no speech, which changes from sound to sound: by how much a frame lies from the mean of its
/// stretch, against that of the recording's speech. Applause reaches 0.55 to 0.6, of speech a stretch in a hundred lies
/// under 0.65.
const LEAST_CHANGE: f32 = 0.6;
/// A shorter stretch may be a single vowel.
const LEAST_FRAMES: usize = 50;

/// The speech of a map, cut at its pauses, and evenly where somebody speaks on.
pub(super) fn cut(map: &SpeechMap) -> Vec<Span> {
    map.spans(Sound::Speech).flat_map(cut_evenly).collect()
}

pub fn cut_evenly(span: Span) -> impl Iterator<Item = Span> {
    let parts = ((span.length().0 + LENGTH.0 / 2) / LENGTH.0).max(1);
    let border = move |at: i64| span.start + Ms(span.length().0 * at / parts / FRAME_MS * FRAME_MS);
    let end = move |at: i64| if at == parts { span.end } else { border(at) };
    (0..parts).map(move |at| Span { start: border(at), end: end(at + 1) })
}

/// How the frames of a recording's speech are brought to mean 0 and variance 1: what microphone and room do to all voices
/// alike goes.
pub(super) struct Scale {
    mean: Array1<f32>,
    spread: Array1<f32>,
}

impl Scale {
    /// The scale of the speech in these spans.
    pub fn of(timbre: &Timbre, spans: &[Span]) -> Scale {
        let (mut count, mut sums, mut squares) = (0.0f64, [0.0f64; TIMBRE], [0.0f64; TIMBRE]);
        for span in spans {
            for frame in timbre.of(frames(*span)).as_chunks::<TIMBRE>().0 {
                count += 1.0;
                for (dim, &value) in frame.iter().enumerate() {
                    sums[dim] += f64::from(value);
                    squares[dim] += f64::from(value) * f64::from(value);
                }
            }
        }
        let mean = sums.map(|sum| sum / count.max(1.0));
        let spread = |dim: usize| (squares[dim] / count.max(1.0) - mean[dim] * mean[dim]).max(1e-6).sqrt() as f32;
        Scale { mean: mean.iter().map(|&mean| mean as f32).collect(), spread: (0..TIMBRE).map(spread).collect() }
    }

    /// The scaled frames of a span, a row each.
    pub fn read(&self, timbre: &Timbre, span: Span) -> Array2<f32> {
        let numbers = timbre.of(frames(span));
        let rows = numbers.len() / TIMBRE;
        let frames = Array2::from_shape_vec((rows, TIMBRE), numbers).expect("whole frames were read");
        (frames - &self.mean) / &self.spread
    }
}

/// Whether a stretch's scaled frames may be speech.
pub(super) fn may_be_speech(frames: &Array2<f32>) -> bool {
    frames.nrows() < LEAST_FRAMES || frames.std_axis(Axis(0), 0.0).mean().is_some_and(|change| change > LEAST_CHANGE)
}

fn frames(span: Span) -> std::ops::Range<usize> {
    let frame = |time: Ms| (time.0.max(0) / FRAME_MS) as usize;
    frame(span.start)..frame(span.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Stretch;

    #[test]
    fn speech_is_cut_at_pauses_and_evenly() {
        let stretch = |start, end, sound| Stretch { span: Span { start: Ms(start), end: Ms(end) }, sound };
        let map = SpeechMap {
            stretches: vec![
                stretch(0, 6_010, Sound::Speech),
                stretch(6_010, 9_000, Sound::Music),
                stretch(9_000, 9_200, Sound::Speech),
            ],
        };
        let starts: Vec<i64> = cut(&map).iter().map(|span| span.start.0).collect();
        assert_eq!(starts, [0, 2_000, 4_000, 9_000]);
        assert_eq!(cut(&map)[2].end, Ms(6_010));
    }

    #[test]
    fn what_hardly_changes_is_no_speech() {
        let alternating = |by: f32| Array2::from_shape_fn((60, TIMBRE), |(at, _)| if at % 2 == 0 { by } else { -by });
        assert!(may_be_speech(&alternating(0.9)) && !may_be_speech(&alternating(0.5)));
    }
}
