//! Words laid anew on a stretch of sound that is known to say them.

use std::ops::Range;

use ndarray::{Array2, ArrayView2};

use super::confidence;
use super::edges;
use super::pdf::Pdf;
use super::prefer::{READ_OTHERWISE, score};
use super::seed::Net;
use super::seed::hear;
use crate::phones::{Phone, SpokenWord};
use crate::signal::{Cepstra, FRAME_MS};
use crate::timeline::{Ms, Span};

/// What sound between words that no word is scores, as a share of the best sound's score: less than what is said reaches,
/// more than what is not.
const FILLER_SHARE: f32 = 0.4;

/// When each of the words is said in some frames, and how sure that is; they are all said there, in this order, with
/// silence and other sounds between them. `None` where there is not a frame for every state of a sound, or where the
/// frames lie outside of the recording.
///
/// Time and memory grow with the frames times the words: this is for parts of a minute.
pub fn lay(net: &Net, cepstra: &Cepstra, words: &[SpokenWord], frames: Range<usize>) -> Option<Vec<(Span, f32)>> {
    if words.is_empty() || frames.is_empty() || frames.end > cepstra.frames() {
        return None;
    }
    let ratios: Array2<f32> = net.likelihood_ratios(hear::input(cepstra, net, frames.clone()));
    let laid = Trellis::of(&ratios.view(), words).way()?;
    let shares: Vec<(f32, f32)> = laid.iter().map(|word| (word.own, best_of(&ratios.view(), &word.frames))).collect();
    let time = |frame: usize| Ms((frame + frames.start) as i64 * FRAME_MS);
    let mut spans: Vec<Option<Span>> =
        laid.iter().map(|word| Some(Span::new(time(word.frames.start), time(word.frames.end)))).collect();
    edges::settle(&mut spans, cepstra);
    Some(spans.into_iter().flatten().zip(confidence::by_shares(&shares)).collect())
}

/// What the best pdfs of some frames score together.
fn best_of(ratios: &ArrayView2<f32>, frames: &Range<usize>) -> f32 {
    frames.clone().map(|frame| best(ratios, frame)).sum()
}

fn best(ratios: &ArrayView2<f32>, frame: usize) -> f32 {
    ratios.row(frame).iter().copied().fold(0.0, f32::max)
}

/// The frames of a word, and what its states score in them.
struct Laid {
    frames: Range<usize>,
    own: f32,
}

/// How well the first so many frames say the words so far, and where the last of them begins.
#[derive(Clone, Copy)]
struct Reached {
    score: f32,
    /// Where the word began, of those whose last frame is the one before.
    begun: u32,
}

const NOWHERE: Reached = Reached { score: f32::NEG_INFINITY, begun: 0 };

/// For every word and every number of frames, how the word can end there.
struct Trellis {
    /// The score and beginning of each word that ends exactly before a frame.
    ended: Vec<Vec<Reached>>,
    /// The same where other sound may follow: the frame before which the word ended, for the best score.
    rested: Vec<Vec<(f32, u32)>>,
}

impl Trellis {
    fn of(ratios: &ArrayView2<f32>, words: &[SpokenWord]) -> Trellis {
        let mut trellis = Trellis { ended: vec![], rested: vec![] };
        let mut upto: Vec<(f32, u32)> = vec![(f32::NEG_INFINITY, 0); ratios.nrows() + 1];
        upto[0].0 = 0.0;
        rest(&mut upto, ratios);
        for word in words {
            let mut ended = vec![NOWHERE; upto.len()];
            for (number, reading) in word.readings.iter().enumerate() {
                let cost = if number == 0 { 0.0 } else { READ_OTHERWISE };
                for (ended, said) in ended.iter_mut().zip(say(&upto, reading, ratios)) {
                    if said.score - cost > ended.score {
                        *ended = Reached { score: said.score - cost, ..said };
                    }
                }
            }
            upto = ended.iter().enumerate().map(|(frame, ended)| (ended.score, frame as u32)).collect();
            rest(&mut upto, ratios);
            trellis.ended.push(ended);
            trellis.rested.push(upto.clone());
        }
        trellis
    }

    /// The frames of each word, of the best way through all of them.
    fn way(&self) -> Option<Vec<Laid>> {
        let mut frame = self.rested.last()?.len() - 1;
        let mut laid = Vec::with_capacity(self.ended.len());
        for word in (0..self.ended.len()).rev() {
            let (score, end) = self.rested[word][frame];
            if !score.is_finite() {
                return None;
            }
            let Reached { score, begun } = self.ended[word][end as usize];
            let before = match word.checked_sub(1) {
                Some(before) => self.rested[before][begun as usize].0,
                None => 0.0,
            };
            laid.push(Laid { frames: begun as usize..end as usize, own: score - before });
            frame = begun as usize;
        }
        laid.reverse();
        Some(laid)
    }
}

/// Lets silence or other sounds follow.
fn rest(upto: &mut [(f32, u32)], ratios: &ArrayView2<f32>) {
    for frame in 0..ratios.nrows() {
        let other = score(ratios, frame, Pdf::SILENCE).max(FILLER_SHARE * best(ratios, frame));
        let (reached, ended) = upto[frame];
        if reached + other > upto[frame + 1].0 {
            upto[frame + 1] = (reached + other, ended);
        }
    }
}

/// The same after a reading of a word: Viterbi over its states from left to right.
fn say(upto: &[(f32, u32)], reading: &[Phone], ratios: &ArrayView2<f32>) -> Vec<Reached> {
    let begin = |(frame, &(score, _)): (usize, &(f32, u32))| Reached { score, begun: frame as u32 };
    let mut row: Vec<Reached> = upto.iter().enumerate().map(begin).collect();
    for &phone in reading {
        for state in 0..phone.states() {
            let pdf = Pdf::of(phone, state);
            let mut here = NOWHERE;
            let mut before = std::mem::replace(&mut row[0], NOWHERE);
            for frame in 0..ratios.nrows() {
                let from = if before.score > here.score { before } else { here };
                here = Reached { score: from.score + score(ratios, frame, pdf), ..from };
                before = std::mem::replace(&mut row[frame + 1], here);
            }
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::read_out;
    use crate::timeline::Language;

    fn words(text: &str) -> Vec<SpokenWord> {
        read_out(&text.chars().collect::<Vec<_>>(), Language::Chinese)
    }

    /// Frames that say a text, three a state, with silence before each word; and the frames of the words.
    fn said(text: &str, silence: usize) -> (Array2<f32>, Vec<Range<usize>>) {
        let (mut pdfs, mut frames) = (vec![], vec![]);
        for word in words(text) {
            pdfs.extend(vec![Pdf::SILENCE; silence]);
            let from = pdfs.len();
            for &phone in &word.readings[0] {
                (0..phone.states()).for_each(|state| pdfs.extend([Pdf::of(phone, state); 3]));
            }
            frames.push(from..pdfs.len());
        }
        pdfs.extend(vec![Pdf::SILENCE; silence]);
        let ratio = |(frame, pdf): (usize, usize)| if pdfs[frame].index() == pdf { 3.0 } else { -9.0 };
        (Array2::from_shape_fn((pdfs.len(), Pdf::COUNT), ratio), frames)
    }

    fn laid(ratios: &Array2<f32>, text: &str) -> Option<Vec<Range<usize>>> {
        let way = Trellis::of(&ratios.view(), &words(text)).way()?;
        Some(way.into_iter().map(|word| word.frames).collect())
    }

    #[test]
    fn words_lie_where_they_are_said() {
        for silence in [0, 7] {
            let (ratios, frames) = said("多模态模型", silence);
            assert_eq!(laid(&ratios, "多模态模型"), Some(frames));
        }
    }

    #[test]
    fn what_no_word_says_is_left_out() {
        let (ratios, frames) = said("大家多模态模型上午好", 2);
        assert_eq!(laid(&ratios, "多模态模型").unwrap(), frames[2..7]);
    }

    #[test]
    fn too_few_frames_hold_no_words() {
        assert_eq!(laid(&said("大", 0).0, "多模态模型"), None);
    }
}
