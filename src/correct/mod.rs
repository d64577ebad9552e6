//! What the recogniser misheard, put right by the user's terms.
//!
//! A general model of Chinese would be needed to mend all of a recogniser's errors; the names and words of one event
//! can be mended with what the user knows: how they are written. [`Terms`] reads that, [`correct`] looks for
//!
//! * writings that the user calls wrong (`right | wrong`);
//! * stretches of text that sound like a term: the same syllables, or ones that are often confused, tones apart;
//! * Latin letters that spell a term, but for case, spaces and hyphens or a few letters.
//!
//! How sure a hit is depends on how long it is, how near it sounds, and on word borders: what cuts a word in two, or is
//! a word itself, is hardly a mishearing. Sure corrections are made, the others only listed. How often a form occurs
//! in the document counts for nothing, since a recogniser that mishears a name does so every time.

mod decide;
mod sound;
mod sounds_like;
mod spelt_like;
pub mod suggest;
mod terms;
mod words;

use std::ops::Range;

use crate::timeline::{Correction, Point, Sentence, Tier, Traced};

use decide::{Finder, Finding};
pub use terms::{Pack, Place, Terms, TermsError, UnknownPack};

/// Looks through `sentences` for terms that were misheard, and corrects those that are surely so.
///
/// All that was found is returned, sure or not, in the order of the transcript. [`Correction::wrong`] stands exactly at
/// its line and offset of the transcript as given; what cannot be shown in one piece there (a name torn over two lines)
/// is neither listed nor corrected. Sure corrections change only the characters that differ, so spaces that cleaning
/// put in stay, and every character keeps its point in the transcript.
pub fn correct(sentences: &mut [Sentence], terms: &Terms) -> Vec<Correction> {
    if terms.is_empty() {
        return Vec::new();
    }
    let finder = Finder::new(terms);
    let mut corrections = Vec::new();
    for sentence in sentences {
        for finding in finder.find(sentence.text.chars()).into_iter().rev() {
            let Some((at, wrong)) = source(&sentence.text, finding.chars.clone()) else { continue };
            let right = terms.right[finding.right].clone();
            let (Point { line, offset }, tier) = (at, finding.tier);
            if tier == Tier::Sure {
                apply(&mut sentence.text, &finding, &right);
            }
            corrections.push(Correction { line, offset, wrong, right, tier, reason: finding.reason });
        }
    }
    corrections.sort_by_key(|correction| (correction.line, correction.offset));
    corrections
}

/// Where a stretch of cleaned text stands in the transcript and what it reads there; `None` where something was taken
/// out of it in cleaning. A character that cleaning put in shares the point of the one before it and does not count.
fn source(text: &Traced, range: Range<usize>) -> Option<(Point, String)> {
    let points = &text.points()[range.clone()];
    let first = *points.first()?;
    let mut wrong = String::new();
    let mut next = first;
    for (&c, &point) in text.chars()[range].iter().zip(points) {
        if point == next {
            wrong.push(c);
            next.offset += 1;
        } else if point.line != next.line || point.offset + 1 != next.offset {
            return None;
        }
    }
    Some((first, wrong))
}

/// Puts `right` in the place of the finding, from the back so that places before stay good. Where both have the same
/// units, only those that differ are changed.
fn apply(text: &mut Traced, finding: &Finding, right: &str) {
    let right: Vec<char> = right.chars().collect();
    let (old, new) = (sound::units(&text.chars()[finding.chars.clone()]), sound::units(&right));
    let start = finding.chars.start;
    if old.len() != new.len() || finding.whole {
        return text.replace(finding.chars.clone(), &right.iter().collect::<String>());
    }
    for (old, new) in old.iter().zip(&new).rev() {
        let (from, to) = (old.chars.start + start..old.chars.end + start, &right[new.chars.clone()]);
        if text.chars()[from.clone()] != *to {
            text.replace(from, &to.iter().collect::<String>());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: Traced) -> Sentence {
        Sentence { text, ..Sentence::default() }
    }

    fn terms(text: &str) -> Terms {
        Terms::parse(text, "terms").unwrap()
    }

    #[test]
    fn sure_errors_are_corrected_the_others_listed() {
        let mut sentences = [sentence(Traced::line(4, "由生也科技和震荡鸦雀保护站主办，名普也来了。"))];
        let found = correct(&mut sentences, &terms("声野科技\n震旦鸦雀\n鸣谱"));
        assert_eq!(sentences[0].text.text(), "由声野科技和震旦鸦雀保护站主办，名普也来了。");
        let rows: Vec<_> =
            found.iter().map(|c| (c.line, c.offset, c.wrong.as_str(), c.right.as_str(), c.tier)).collect();
        assert_eq!(
            rows,
            [
                (4, 1, "生也科技", "声野科技", Tier::Sure),
                (4, 6, "震荡鸦雀", "震旦鸦雀", Tier::Sure),
                (4, 16, "名普", "鸣谱", Tier::Likely),
            ]
        );
    }

    #[test]
    fn a_space_that_cleaning_put_in_stays_and_is_not_quoted() {
        let mut text = Traced::line(1, "由生也AI承办");
        text.replace(3..3, " ");
        let mut sentences = [sentence(text)];
        let found = correct(&mut sentences, &terms("声野AI"));
        assert_eq!(sentences[0].text.text(), "由声野 AI承办");
        assert_eq!((found[0].offset, found[0].wrong.as_str()), (1, "生也AI"));
    }

    #[test]
    fn what_does_not_stand_in_one_piece_is_left_alone() {
        let mut text = Traced::line(1, "请生也");
        text.append(&Traced::line(3, "科技发言"));
        let mut sentences = [sentence(text)];
        assert!(correct(&mut sentences, &terms("声野科技")).is_empty());
        assert_eq!(sentences[0].text.text(), "请生也科技发言");
    }

    #[test]
    fn a_longer_right_form_keeps_the_points_around_it() {
        let mut sentences = [sentence(Traced::line(2, "用卷神经网络训练。"))];
        let found = correct(&mut sentences, &terms("卷积神经网络 | 卷神经网络"));
        assert_eq!(sentences[0].text.text(), "用卷积神经网络训练。");
        assert_eq!(sentences[0].text.points()[7], Point { line: 2, offset: 6 });
        assert_eq!(found[0].wrong, "卷神经网络");
    }
}
