//! The recording, listened to again for the words that are changed.

use crate::align::lay;
use crate::align::seed;
use crate::phones::SpokenWord;
use crate::signal::{Cepstra, FRAME_MS};
use crate::timeline::{Ms, Span};

/// The longest stretch that is listened to at once; time and memory grow with the stretch times its words.
pub const LONGEST: Ms = Ms(60_000);
/// The most words of it.
const MOST_WORDS: usize = 400;

/// What was heard of a recording.
pub struct Ear {
    cepstra: Cepstra,
}

impl Ear {
    /// An ear that heard this.
    pub fn of(cepstra: Cepstra) -> Ear {
        Ear { cepstra }
    }

    /// When each of the words is said in a stretch, and how sure that is; they are all said there. `None` where they are not
    /// to be found in it, and where there are too many.
    pub fn lay(&self, words: &[SpokenWord], span: Span) -> Option<Vec<(Span, f32)>> {
        if span.length() > LONGEST || words.len() > MOST_WORDS {
            return None;
        }
        let frame = |time: Ms| (time.0.max(0) / FRAME_MS) as usize;
        let frames = frame(span.start)..frame(span.end).min(self.cepstra.frames());
        lay::lay(seed::shipped(), &self.cepstra, words, frames)
    }
}
