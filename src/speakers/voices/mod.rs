//! Who speaks when, by the sound of the voices alone.
//!
//! ```text
//!     timbre, speech map ──cut──► stretches ──eigenvoices──► points ──cluster──► voices ──resegment──► turns
//! ```
//!
//! Stretches may also come from outside: sentences that alignment timed are mostly of one voice each. What clustering sees
//! are [`Points`]; other ways to make them may take the place of the [`Eigenvoices`] that the program carries.

mod cluster;
mod eigenvoices;
pub mod file;
pub(crate) mod linear;
pub(crate) mod mixture;
mod points;
mod resegment;
mod stretches;

use std::sync::LazyLock;

use rayon::prelude::*;

use crate::signal::{SpeechMap, Timbre};
use crate::timeline::{Ms, Span};

pub(super) use cluster::cluster;
pub use eigenvoices::Eigenvoices;
pub use points::Points;
pub(super) use resegment::{Expected, resegment};
use stretches::Scale;
pub(super) use stretches::cut_evenly;

/// A stretch of this many frames tells all that one stretch tells: 2 s.
const FULL_FRAMES: f32 = 200.0;
/// A voice that goes on after a pause of at most this is in the same turn.
const TURN_PAUSE: Ms = Ms(500);

/// A stretch of the recording and whose voice it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// When.
    pub span: Span,
    /// Which voice, counted from 0 in the order of their first words; `None` where it seems to be no speech.
    pub voice: Option<usize>,
    /// How probable that is against all other voices, 0 to 1.
    pub confidence: f32,
}

/// One voice's uninterrupted speech.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VoiceTurn {
    /// When.
    pub span: Span,
    /// Which voice, counted from 0 in the order of their first words.
    pub voice: usize,
    /// How sure the voice is, 0 to 1: the mean over the turn's stretches, by their lengths.
    pub confidence: f32,
}

/// The voices of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Voices {
    /// How many there are.
    pub count: usize,
    /// The stretches in the order of time.
    pub stretches: Vec<Stretch>,
}

/// The eigenvoices that zimu carries.
///
/// # Panics
/// Never: a test reads the bytes that are compiled in.
pub fn shipped() -> &'static Eigenvoices {
    static VOICES: LazyLock<Eigenvoices> =
        LazyLock::new(|| file::read(include_bytes!("shipped.zimuvoi")).expect("a test reads these very bytes"));
    &VOICES
}

/// Tells the voices of a recording apart, by its timbre and the map of where somebody speaks.
pub fn of_recording(timbre: &Timbre, map: &SpeechMap, known: &Eigenvoices) -> Voices {
    of_stretches(timbre, speech(map), known)
}

/// The stretches of speech in a map.
pub(super) fn speech(map: &SpeechMap) -> Vec<Span> {
    stretches::cut(map)
}

/// The same of stretches that are known to hold speech of one voice each, mostly; in the order of time.
pub fn of_stretches(timbre: &Timbre, spans: Vec<Span>, known: &Eigenvoices) -> Voices {
    let Spoken { at, spans: spoken, points } = hear(timbre, &spans, known);
    let guesses = of_points(&points, &spoken);
    let mut stretches: Vec<Stretch> =
        spans.into_iter().map(|span| Stretch { span, voice: None, confidence: 1.0 }).collect();
    for (at, (voice, confidence)) in at.into_iter().zip(guesses) {
        (stretches[at].voice, stretches[at].confidence) = (Some(voice), confidence);
    }
    let count = stretches.iter().filter_map(|stretch| stretch.voice).max().map_or(0, |last| last + 1);
    Voices { count, stretches }
}

/// Those of some stretches that may be speech.
pub(super) struct Spoken {
    /// Which.
    pub at: Vec<usize>,
    /// When.
    pub spans: Vec<Span>,
    /// Where their voices lie.
    pub points: Points,
}

/// Listens to stretches, in the order of time.
pub(super) fn hear(timbre: &Timbre, spans: &[Span], known: &Eigenvoices) -> Spoken {
    let scale = Scale::of(timbre, spans);
    let heard: Vec<Option<(Vec<f32>, f32)>> = spans
        .par_iter()
        .map(|&span| {
            let frames = scale.read(timbre, span);
            let weight = (frames.nrows() as f32 / FULL_FRAMES).min(1.0);
            stretches::may_be_speech(&frames).then(|| (known.place(frames.view()), weight))
        })
        .collect();
    let at: Vec<usize> = (0..spans.len()).filter(|&at| heard[at].is_some()).collect();
    let (places, weights) = heard.into_iter().flatten().unzip();
    let mut points = Points { places, weights, between: known.between().to_vec() };
    points.centre();
    Spoken { spans: at.iter().map(|&at| spans[at]).collect(), at, points }
}

/// Which voice each point is of, counted in the order of their first stretches, and how probable that is. `spans` tells when
/// each stretch is, in the order of time.
pub fn of_points(points: &Points, spans: &[Span]) -> Vec<(usize, f32)> {
    let voices = cluster(points, spans);
    let shares = resegment(points, &voices, &Expected::nothing(points.len(), voices.len()));
    let mut numbers: Vec<usize> = Vec::new();
    let likeliest = |shares: &Vec<f64>| -> (usize, f32) {
        let best = shares.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let (voice, share) = best.map_or((0, 0.0), |(voice, share)| (voice, *share as f32));
        let known = numbers.iter().position(|&number| number == voice);
        let number = known.unwrap_or_else(|| {
            numbers.push(voice);
            numbers.len() - 1
        });
        (number, share)
    };
    shares.iter().map(likeliest).collect()
}

impl Voices {
    /// The turns, in the order of time.
    pub fn turns(&self) -> Vec<VoiceTurn> {
        let mut turns: Vec<VoiceTurn> = Vec::new();
        for stretch in &self.stretches {
            let Some(voice) = stretch.voice else { continue };
            match turns.last_mut() {
                Some(turn) if turn.voice == voice && stretch.span.start - turn.span.end <= TURN_PAUSE => {
                    turn.go_on(stretch);
                }
                _ => turns.push(VoiceTurn { span: stretch.span, voice, confidence: stretch.confidence }),
            }
        }
        turns
    }
}

impl VoiceTurn {
    fn go_on(&mut self, stretch: &Stretch) {
        let (before, more) = (self.span.length().0 as f32, stretch.span.length().0 as f32);
        let sum = self.confidence * before + stretch.confidence * more;
        self.confidence = sum / (before + more).max(1.0);
        self.span.end = stretch.span.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eigenvoices_that_ship_are_read_and_are_small() {
        assert!(shipped().between().len() >= 20);
        assert!(include_bytes!("shipped.zimuvoi").len() <= 500_000);
    }

    #[test]
    fn where_nobody_speaks_there_is_no_voice() {
        let (timbre, map) = (crate::signal::TimbreBuilder::new().finish(), SpeechMap::default());
        assert_eq!(of_recording(&timbre, &map, shipped()), Voices::default());
        // Stretches past the end of the sound hold nothing, and are somebody's all the same.
        let spans = vec![Span { start: Ms(0), end: Ms(900) }, Span { start: Ms(1_000), end: Ms(1_900) }];
        assert_eq!(of_stretches(&timbre, spans, shipped()).count, 1);
    }

    #[test]
    fn turns_end_at_another_voice_and_at_long_pauses() {
        let stretch = |start, end, voice| Stretch {
            span: Span { start: Ms(start), end: Ms(end) },
            voice,
            confidence: if start == 0 { 1.0 } else { 0.5 },
        };
        let stretches = vec![
            stretch(0, 1_000, Some(0)),
            stretch(1_200, 2_200, Some(0)),
            stretch(2_200, 3_000, Some(1)),
            stretch(3_000, 4_000, None),
            stretch(4_000, 5_000, Some(1)),
        ];
        let turns = Voices { count: 2, stretches }.turns();
        assert_eq!(
            turns.iter().map(|turn| (turn.span.start.0, turn.voice)).collect::<Vec<_>>(),
            [(0, 0), (2_200, 1), (4_000, 1)]
        );
        assert!((turns[0].confidence - 0.75).abs() < 0.01, "{turns:?}");
    }

    #[test]
    fn voices_are_numbered_in_the_order_of_their_first_words() {
        let places = [5.0, -5.0, 5.0, -5.0, 5.0].map(|place| vec![place; 4]).to_vec();
        let points = Points { weights: vec![1.0; places.len()], places, between: vec![20.0; 4] };
        let spans: Vec<Span> = (0..5).map(|at| Span { start: Ms(at * 3_000), end: Ms(at * 3_000 + 2_000) }).collect();
        let voices: Vec<usize> = of_points(&points, &spans).iter().map(|guess| guess.0).collect();
        assert_eq!(voices, [0, 1, 0, 1, 0]);
    }
}
