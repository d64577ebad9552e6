//! The times of words carried over to what their text became.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::phones::SpokenWord;
use crate::signal::FRAME_MS;
use crate::timeline::{Ms, Segment, Span, Word};

/// Gives the words of some texts the times that the same words have in `from`; `texts` and `words` go together, text by text.
///
/// Words that are the same keep their times, and so do as many words as they took the place of. More or fewer share the time
/// of those by how many phones they have; where nothing stood there before, they share that of the word before them. What has no time there, or
/// less than a frame a word, has none.
pub fn carry(from: &[Segment], texts: &[&[char]], words: &[Vec<SpokenWord>]) -> Vec<Vec<Word>> {
    let (old_texts, old): (Vec<String>, Vec<&Word>) = from.iter().flat_map(spelt).unzip();
    let new: Vec<&SpokenWord> = words.iter().flatten().collect();
    let spelt = |(text, words): (&&[char], &Vec<SpokenWord>)| -> Vec<String> {
        words.iter().map(|word| text[word.chars.clone()].iter().collect()).collect()
    };
    let new_texts: Vec<String> = texts.iter().zip(words).flat_map(spelt).collect();
    let mut carried = blocks(&old_texts, &new_texts).into_iter().flat_map(|Block { same, old: from, new: to }| {
        let (old, new) = (&old[from], &new[to]);
        match same {
            true => keep(old, new),
            false if old.len() == new.len() => keep(old, new).into_iter().map(without_phones).collect(),
            false => share(old, new),
        }
    });
    words.iter().map(|words| carried.by_ref().take(words.len()).collect()).collect()
}

/// The words of a segment and their texts.
fn spelt(segment: &Segment) -> Vec<(String, &Word)> {
    let text: Vec<char> = segment.text.chars().collect();
    segment.words.iter().map(|word| (text[word.chars.clone()].iter().collect(), word)).collect()
}

/// Words that took the place of others, or are the same; the blocks tile both texts.
#[derive(Debug, PartialEq)]
struct Block {
    same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

fn blocks(old: &[String], new: &[String]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let mut block = Block { same: matches!(op, DiffOp::Equal { .. }), old: op.old_range(), new: op.new_range() };
        match blocks.last_mut() {
            // Nothing stood there before: the last word of what is the same shares its time,
            Some(last) if last.same && block.old.is_empty() => {
                (last.old.end, last.new.end) = (last.old.end - 1, last.new.end - 1);
                (block.old.start, block.new.start) = (last.old.end, last.new.end);
                blocks.pop_if(|last| last.old.is_empty());
            }
            // or else the first.
            Some(last) if block.same && last.old.is_empty() => {
                (last.old.end, last.new.end) = (last.old.end + 1, last.new.end + 1);
                (block.old.start, block.new.start) = (last.old.end, last.new.end);
            }
            _ => {}
        }
        match blocks.last_mut() {
            Some(last) if last.same == block.same => (last.old.end, last.new.end) = (block.old.end, block.new.end),
            _ => blocks.push(block),
        }
    }
    blocks
}

fn keep(old: &[&Word], new: &[&SpokenWord]) -> Vec<Word> {
    old.iter().zip(new).map(|(old, new)| Word { chars: new.chars.clone(), ..(*old).clone() }).collect()
}

fn without_phones(word: Word) -> Word {
    Word { phones: vec![], ..word }
}

fn share(old: &[&Word], new: &[&SpokenWord]) -> Vec<Word> {
    let span = old.iter().filter_map(|word| word.span).reduce(Span::union);
    let span = span.filter(|span| span.length().0 >= FRAME_MS * new.len() as i64);
    let sum: f32 = old.iter().map(|word| word.probability).sum();
    let probability = if span.is_some() { sum / old.len() as f32 } else { 0.0 };
    let phones = |word: &SpokenWord| word.readings.first().map_or(1, Vec::len) as i64;
    let all: i64 = new.iter().map(|word| phones(word)).sum();
    let mut before = 0;
    let shares = new.iter().map(|word| {
        let from = before;
        before += phones(word);
        let border = |span: Span, upto: i64| Ms(span.start.0 + span.length().0 * upto / all);
        let span = span.map(|span| Span::new(border(span, from), border(span, before)));
        Word { chars: word.chars.clone(), span, probability, phones: vec![] }
    });
    shares.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::read_out;
    use crate::timeline::Language;
    use proptest::prelude::*;

    fn read(text: &str) -> (Vec<char>, Vec<SpokenWord>) {
        let chars: Vec<char> = text.chars().collect();
        let words = read_out(&chars, Language::Chinese);
        (chars, words)
    }

    /// A segment whose words take 200 ms each, from 1 s on.
    fn segment(text: &str) -> Segment {
        let words = (0..).zip(read(text).1).map(|(number, word)| {
            let start = 1000 + 200 * number;
            let span = Some(Span::new(Ms(start), Ms(start + 200)));
            Word { chars: word.chars, span, probability: 0.5, phones: vec![] }
        });
        Segment { text: text.into(), words: words.collect(), ..Segment::default() }
    }

    /// The words with their times, such as `声1000-1200`; what has none is `声?`.
    fn carried(from: &[&str], to: &[&str]) -> Vec<String> {
        let from: Vec<Segment> = from.iter().map(|text| segment(text)).collect();
        let (texts, words): (Vec<_>, Vec<_>) = to.iter().map(|text| read(text)).unzip();
        let texts: Vec<&[char]> = texts.iter().map(Vec::as_slice).collect();
        let show = |(text, words): (&[char], Vec<Word>)| {
            let show = |word: Word| {
                let letters: String = text[word.chars].iter().collect();
                word.span.map_or(format!("{letters}?"), |span| format!("{letters}{}-{}", span.start.0, span.end.0))
            };
            words.into_iter().map(show).collect::<Vec<_>>().join(" ")
        };
        let carried = carry(&from, &texts, &words);
        texts.into_iter().zip(carried).map(show).collect()
    }

    #[test]
    fn what_is_the_same_keeps_its_time() {
        assert_eq!(
            carried(&["由声野，", "主办"], &["由声野主办"]),
            ["由1000-1200 声1200-1400 野1400-1600 主1000-1200 办1200-1400"]
        );
    }

    #[test]
    fn what_took_the_place_of_others_shares_their_time() {
        assert_eq!(carried(&["由生也办"], &["由声野办"]), ["由1000-1200 声1200-1400 野1400-1600 办1600-1800"]);
        assert_eq!(carried(&["用G P T写"], &["用GPT写"]), ["用1000-1200 GPT1200-1800 写1800-2000"]);
        assert_eq!(carried(&["有一二个"], &["有个"]), ["有1000-1200 个1600-1800"]);
    }

    #[test]
    fn what_was_put_in_shares_the_time_of_its_neighbour() {
        assert_eq!(carried(&["卷神"], &["卷积神"]), ["卷1000-1100 积1100-1200 神1200-1400"]);
        assert_eq!(carried(&["神"], &["积神"]), ["积1000-1100 神1100-1200"]);
        assert_eq!(carried(&["也办"], &["野声办"]), ["野1000-1066 声1066-1200 办1200-1400"]);
        assert_eq!(carried(&[""], &["声野"]), ["声? 野?"]);
    }

    proptest! {
        #[test]
        fn times_rise_and_stay_within(from in "[生也声野，办]{0,12}", to in "[生也声野，办]{0,12}") {
            let segment = segment(&from);
            let (text, words) = read(&to);
            let carried = carry(std::slice::from_ref(&segment), &[&text], std::slice::from_ref(&words)).remove(0);
            prop_assert!(carried.iter().map(|word| &word.chars).eq(words.iter().map(|word| &word.chars)));
            let spans: Vec<Span> = carried.iter().filter_map(|word| word.span).collect();
            prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
            prop_assert!(spans.iter().all(|span| span.start >= Ms(1000) && span.end <= Ms(1000 + 200 * segment.words.len() as i64)));
        }
    }
}
