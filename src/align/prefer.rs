//! Which of two texts a stretch of sound rather says.

use std::ops::Range;

use ndarray::{ArrayView2, Axis, Slice};

use super::pdf::Pdf;
use super::seed::Net;
use super::seed::hear;
use crate::phones::{Phone, SpokenWord};
use crate::signal::Cepstra;

/// No frame speaks more strongly against a sound, in nats: the network may err, and a click is not a word.
const WORST: f32 = -6.0;

/// What it costs a word, in nats, to be read otherwise than usual: else the character with more readings fits better.
pub(super) const READ_OTHERWISE: f32 = 10.0;

/// Which of two texts is said in some frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Where.
    pub frames: Range<usize>,
    /// The words that are written there.
    pub written: Vec<SpokenWord>,
    /// Those that may be said there.
    pub right: Vec<SpokenWord>,
}

/// By how many nats the frames of each question fit what may be said better than what is written, each laid on all of
/// them in its best way, with silence between words where that fits. Frames that follow one another say much the same, so
/// the sum is not that of independent witnesses. `None` where one of the texts has more to say than there are frames.
pub fn prefer<'a>(net: &Net, cepstra: &Cepstra, questions: impl Iterator<Item = &'a Question>) -> Vec<Option<f32>> {
    let questions: Vec<&Question> = questions.collect();
    let mut answers = vec![None; questions.len()];
    for stretch in stretches(&questions, cepstra.frames()) {
        let ratios = net.likelihood_ratios(hear::input(cepstra, net, stretch.frames.clone()));
        let mut written: Option<(&Question, Option<f32>)> = None;
        for number in stretch.questions {
            let question = questions[number];
            let Range { start, end } = question.frames;
            let ratios =
                ratios.slice_axis(Axis(0), Slice::from(start - stretch.frames.start..end - stretch.frames.start));
            // Several terms are asked about in one place.
            let same =
                written.filter(|(other, _)| other.frames == question.frames && other.written == question.written);
            let as_written = same.map_or_else(|| fit(&ratios, &question.written), |(_, fit)| fit);
            written = Some((question, as_written));
            answers[number] = fit(&ratios, &question.right).zip(as_written).map(|(right, written)| right - written);
        }
    }
    answers
}

/// Frames that are heard once for all questions about them.
struct Stretch {
    frames: Range<usize>,
    questions: Vec<usize>,
}

/// Questions about overlapping frames together; those about none, or past the last of `frames`, in none.
fn stretches(questions: &[&Question], frames: usize) -> Vec<Stretch> {
    let asked = |number: &usize| !questions[*number].frames.is_empty() && questions[*number].frames.end <= frames;
    let mut order: Vec<usize> = (0..questions.len()).filter(asked).collect();
    order.sort_by_key(|&number| (questions[number].frames.start, questions[number].frames.end));
    let mut stretches: Vec<Stretch> = Vec::new();
    for number in order {
        let frames = questions[number].frames.clone();
        match stretches.last_mut() {
            Some(last) if frames.start < last.frames.end => {
                last.frames.end = last.frames.end.max(frames.end);
                last.questions.push(number);
            }
            _ => stretches.push(Stretch { frames, questions: vec![number] }),
        }
    }
    stretches
}

/// How well the words fit all of the frames, in nats over sound in general.
fn fit(ratios: &ArrayView2<f32>, words: &[SpokenWord]) -> Option<f32> {
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
fn rest(upto: &mut [f32], ratios: &ArrayView2<f32>) {
    for frame in 0..ratios.nrows() {
        upto[frame + 1] = upto[frame + 1].max(upto[frame] + score(ratios, frame, Pdf::SILENCE));
    }
}

/// The same after a reading of a word: Viterbi over its states from left to right.
fn say(upto: &[f32], reading: &[Phone], ratios: &ArrayView2<f32>) -> Vec<f32> {
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

pub(super) fn score(ratios: &ArrayView2<f32>, frame: usize, pdf: Pdf) -> f32 {
    ratios[[frame, pdf.index()]].max(WORST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::seed::shipped;
    use crate::phones::read_out;
    use crate::timeline::Language;
    use ndarray::Array2;

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
        let right = fit(&frames.view(), &words("多模态模型")).unwrap();
        assert_eq!(right, 3.0 * frames.nrows() as f32);
        for wrong in ["多么态模型", "大模型", "多模态模型呢"] {
            assert!(fit(&frames.view(), &words(wrong)).unwrap() < right - 10.0, "{wrong}");
        }
    }

    #[test]
    fn homophones_fit_alike() {
        let frames = said("声野科技");
        assert_eq!(fit(&frames.view(), &words("生也科技")), fit(&frames.view(), &words("声野科技")));
    }

    #[test]
    fn too_few_frames_say_nothing() {
        assert_eq!(fit(&ratios(&[Pdf::SILENCE; 3]).view(), &words("声野科技")), None);
    }

    #[test]
    fn questions_asked_together_are_answered_alike() {
        let samples: Vec<f32> =
            (0..48_000u32).map(|at| (at.wrapping_mul(2_654_435_761) as f32 / 4e9 - 0.5) * 0.1).collect();
        let cepstra = Cepstra::of(&samples);
        let question = |frames, right| Question { frames, written: words("生也"), right: words(right) };
        let questions =
            [question(20..90, "名普"), question(150..220, "名普"), question(20..90, "多么"), question(60..120, "多么")];
        let together = prefer(shipped(), &cepstra, questions.iter());
        let alone = |question: &Question| prefer(shipped(), &cepstra, [question].into_iter())[0].unwrap();
        assert!(questions.iter().zip(&together).all(|(one, answer)| (alone(one) - answer.unwrap()).abs() < 1e-3));
        let outside = [question(0..0, "多么"), question(250..100_000, "多么")];
        assert_eq!(prefer(shipped(), &cepstra, outside.iter()), [None, None]);
    }
}
