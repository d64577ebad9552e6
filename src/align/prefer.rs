//! Which of two texts a stretch of sound rather says.

use std::ops::Range;

use ndarray::Array2;

use super::pdf::Pdf;
use super::seed::Net;
use super::seed::hear;
use crate::phones::{Phone, SpokenWord};
use crate::signal::Cepstra;

/// No frame speaks more strongly against a sound, in nats: the network may err, and a click is not a word.
const WORST: f32 = -6.0;

/// What it costs a word, in nats, to be read otherwise than usual: else the character with more readings fits better.
const READ_OTHERWISE: f32 = 10.0;

/// By how many nats the frames fit `right` better than `written`, each laid on all of them in its best way, with silence
/// between words where that fits. Frames that follow one another say much the same, so the sum is not that of
/// independent witnesses. `None` where one of the texts has more to say than there are frames.
pub fn prefer(
    net: &Net,
    cepstra: &Cepstra,
    frames: Range<usize>,
    written: &[SpokenWord],
    right: &[SpokenWord],
) -> Option<f32> {
    if frames.is_empty() || frames.end > cepstra.frames() {
        return None;
    }
    let ratios = net.likelihood_ratios(hear::input(cepstra, net, frames));
    Some(fit(&ratios, right)? - fit(&ratios, written)?)
}

/// How well the words fit all of the frames, in nats over sound in general.
fn fit(ratios: &Array2<f32>, words: &[SpokenWord]) -> Option<f32> {
    // How well what was said so far fits the first so many frames.
    let mut upto = vec![f32::NEG_INFINITY; ratios.nrows() + 1];
    upto[0] = 0.0;
    rest(&mut upto, ratios);
    for word in words {
        let mut after = vec![f32::NEG_INFINITY; upto.len()];
        for (number, reading) in word.readings.iter().enumerate() {
            let cost = if number == 0 { 0.0 } else { READ_OTHERWISE };
            for (after, said) in after.iter_mut().zip(say(&upto, reading, ratios)) {
                *after = after.max(said - cost);
            }
        }
        upto = after;
        rest(&mut upto, ratios);
    }
    upto.last().copied().filter(|fit| fit.is_finite())
}

/// Lets silence follow.
fn rest(upto: &mut [f32], ratios: &Array2<f32>) {
    for frame in 0..ratios.nrows() {
        upto[frame + 1] = upto[frame + 1].max(upto[frame] + score(ratios, frame, Pdf::SILENCE));
    }
}

/// The same after a reading of a word: Viterbi over its states from left to right.
fn say(upto: &[f32], reading: &[Phone], ratios: &Array2<f32>) -> Vec<f32> {
    let mut row = upto.to_vec();
    for &phone in reading {
        for state in 0..phone.states() {
            let pdf = Pdf::of(phone, state);
            let mut here = f32::NEG_INFINITY;
            let mut before = row[0];
            row[0] = f32::NEG_INFINITY;
            for frame in 0..ratios.nrows() {
                here = here.max(before) + score(ratios, frame, pdf);
                before = std::mem::replace(&mut row[frame + 1], here);
            }
        }
    }
    row
}

fn score(ratios: &Array2<f32>, frame: usize, pdf: Pdf) -> f32 {
    ratios[[frame, pdf.index()]].max(WORST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::read_out;
    use crate::timeline::Language;

    /// Frames each of which fits one pdf by three nats.
    fn ratios(pdfs: &[Pdf]) -> Array2<f32> {
        Array2::from_shape_fn(
            (pdfs.len(), Pdf::COUNT),
            |(frame, pdf)| if pdfs[frame].index() == pdf { 3.0 } else { -9.0 },
        )
    }

    fn words(text: &str) -> Vec<SpokenWord> {
        read_out(&text.chars().collect::<Vec<_>>(), Language::Chinese)
    }

    /// Frames that say a text, three a state, with silence before and after.
    fn said(text: &str) -> Array2<f32> {
        let words = words(text);
        let phones = words.iter().flat_map(|word| &word.readings[0]);
        let states = phones.flat_map(|&phone| (0..phone.states()).map(move |state| Pdf::of(phone, state)));
        let states = states.flat_map(|pdf| [pdf; 3]);
        ratios(&[Pdf::SILENCE; 4].into_iter().chain(states).chain([Pdf::SILENCE; 4]).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_said_fits_best() {
        let frames = said("多模态模型");
        let right = fit(&frames, &words("多模态模型")).unwrap();
        assert_eq!(right, 3.0 * frames.nrows() as f32);
        for wrong in ["多么态模型", "大模型", "多模态模型呢"] {
            assert!(fit(&frames, &words(wrong)).unwrap() < right - 10.0, "{wrong}");
        }
    }

    #[test]
    fn homophones_fit_alike() {
        let frames = said("声野科技");
        assert_eq!(fit(&frames, &words("生也科技")), fit(&frames, &words("声野科技")));
    }

    #[test]
    fn too_few_frames_say_nothing() {
        assert_eq!(fit(&ratios(&[Pdf::SILENCE; 3]), &words("声野科技")), None);
    }
}
