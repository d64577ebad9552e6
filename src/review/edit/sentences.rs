//! The sentences under the cues: text changed, times kept, sentences parted and taken out.

use std::ops::Range;

use crate::align::carry;
use crate::phones::{self, SpokenWord};
use crate::review::draft::Draft;
use crate::review::ear::Ear;
use crate::review::letters::Spot;
use crate::speakers::{Insert, Said, turns_of};
use crate::timeline::{Language, Ms, Point, Segment, Span, Timeline, Word, three_decimals};

/// How much earlier than before a sentence may begin with another first word, and end later with another last one.
const AROUND: Ms = Ms(300);

/// A stretch of a sentence that other text takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The sentence.
    pub sentence: usize,
    /// Where its characters begin.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// What stands there from now on.
    pub text: String,
}

/// Replaces parts of sentences. Words that stay keep their times; the others are looked for in the recording, where it was
/// heard, or share the time of those whose place they take. A sentence without words goes.
pub fn rewrite(draft: &mut Draft, mut replacements: Vec<Replacement>, ear: Option<&Ear>) {
    // What is put in at one place stays in its order, before what is taken out there.
    replacements.sort_by_key(|one| (one.sentence, one.start, one.end));
    let mut emptied = Vec::new();
    for of_one in replacements.chunk_by(|a, b| a.sentence == b.sentence) {
        let sentence = of_one[0].sentence;
        let old = draft.timeline.segments[sentence].clone();
        let mut chars: Vec<char> = old.text.chars().collect();
        for Replacement { start, end, text, .. } in of_one.iter().rev() {
            chars.splice(*start..*end, text.chars());
        }
        let new = retold(&old, &tidied(&chars), draft.timeline.language);
        if new.words.is_empty() {
            emptied.push(sentence);
        } else {
            draft.timeline.segments[sentence] = new;
            listen_again(draft, sentence, &old, ear);
        }
    }
    if !emptied.is_empty() {
        emptied.into_iter().rev().for_each(|sentence| _ = draft.timeline.segments.remove(sentence));
        rebuild_turns(draft);
    }
}

/// Text without the spaces that what was taken out left at the ends, before others and before marks.
fn tidied(chars: &[char]) -> Vec<char> {
    let mut tidied: Vec<char> = Vec::with_capacity(chars.len());
    for &c in chars {
        if ",.;:!?，。、；：！？ ".contains(c) {
            tidied.pop_if(|before| *before == ' ');
        }
        if c != ' ' || !tidied.is_empty() {
            tidied.push(c);
        }
    }
    tidied.pop_if(|last| *last == ' ');
    tidied
}

/// A sentence with other text.
fn retold(old: &Segment, chars: &[char], language: Language) -> Segment {
    let words = phones::read_out(chars, language);
    let words = carry::carry(std::slice::from_ref(old), &[chars], &[words]).pop().unwrap_or_default();
    let mut new = Segment { text: chars.iter().collect(), words, ..old.clone() };
    measure(&mut new);
    new
}

/// Sets the span and the confidence of a sentence by its words, as a timeline keeps them: else what is read back would not
/// be what was written.
pub fn measure(segment: &mut Segment) {
    segment.words.iter_mut().for_each(|word| word.probability = three_decimals(word.probability) as f32);
    segment.measure();
    segment.confidence = three_decimals(segment.confidence) as f32;
}

/// Looks in the recording for the words of a sentence that `old` does not have, and for their neighbours' borders to them.
fn listen_again(draft: &mut Draft, sentence: usize, old: &Segment, ear: Option<&Ear>) {
    let Some(ear) = ear else { return };
    let segment = &draft.timeline.segments[sentence];
    let texts = |segment: &Segment| -> Vec<String> {
        segment.words.iter().map(|word| segment.word_text(word).to_owned()).collect()
    };
    let (was, is) = (texts(old), texts(segment));
    let before = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let after = was[before..].iter().rev().zip(is[before..].iter().rev()).take_while(|(was, is)| was == is).count();
    let changed = before..is.len() - after;
    if changed.is_empty() {
        return;
    }
    let asked = before.saturating_sub(1)..(changed.end + 1).min(is.len());
    let Some(hull) = segment.words[asked.clone()].iter().filter_map(|word| word.span).reduce(Span::union) else {
        return;
    };
    let free = free_around(draft, sentence);
    let start = if before == 0 { (hull.start - AROUND).max(free.start) } else { hull.start };
    let end = if after == 0 { (hull.end + AROUND).min(free.end) } else { hull.end };
    let words = spoken_words(segment, draft.timeline.language);
    let Some(mut times) = words.get(asked.clone()).and_then(|words| ear.lay(words, Span::new(start, end))) else {
        return;
    };
    // Neighbours that stay keep their outer borders.
    if let Some((span, _)) = times.first_mut().filter(|_| before > 0) {
        span.start = hull.start;
    }
    if let Some((span, _)) = times.last_mut().filter(|_| after > 0) {
        span.end = hull.end;
    }
    let segment = &mut draft.timeline.segments[sentence];
    set_times(&mut segment.words[asked], times);
    measure(segment);
}

/// The words of a sentence and what they sound like.
pub fn spoken_words(segment: &Segment, language: Language) -> Vec<SpokenWord> {
    phones::read_out(&segment.text.chars().collect::<Vec<_>>(), language)
}

/// Gives words their times.
pub fn set_times(words: &mut [Word], times: Vec<(Span, f32)>) {
    for (word, (span, probability)) in words.iter_mut().zip(times) {
        *word = Word { span: Some(span), probability, phones: vec![], chars: word.chars.clone() };
    }
}

/// The time around a sentence in which no other one is spoken.
fn free_around(draft: &Draft, sentence: usize) -> Span {
    let Some(own) = draft.timeline.segments[sentence].span else { return Span::default() };
    let others = || {
        let others = draft.timeline.segments.iter().enumerate().filter(|(at, _)| *at != sentence);
        others.filter_map(|(_, segment)| segment.span)
    };
    let start = others().map(|span| span.end).filter(|end| *end <= own.start).max().unwrap_or(Ms::ZERO);
    let end = others().map(|span| span.start).filter(|start| *start >= own.end).min();
    Span::new(start, end.unwrap_or(draft.timeline.duration()))
}

/// The word that a character of a sentence belongs to.
pub fn word_at(draft: &Draft, (sentence, char): Spot) -> Option<&Word> {
    let words = &draft.timeline.segments.get(sentence)?.words;
    words.get(words.partition_point(|word| word.chars.end <= char)).filter(|word| word.chars.start <= char)
}

/// The words of a sentence that have a character of some.
pub fn words_of(segment: &Segment, chars: &Range<usize>) -> Range<usize> {
    let words = &segment.words;
    words.partition_point(|word| word.chars.end <= chars.start)
        ..words.partition_point(|word| word.chars.start < chars.end)
}

/// Makes two sentences of one, the second of which begins with a character, or with the next word where it lies within one.
pub fn part(draft: &mut Draft, (sentence, char): Spot) {
    let segment = &mut draft.timeline.segments[sentence];
    let first = segment.words.partition_point(|word| word.chars.start < char);
    if first == 0 || first == segment.words.len() {
        return;
    }
    let char = segment.words[first].chars.start;
    let chars: Vec<char> = segment.text.chars().collect();
    let words = segment.words.split_off(first).into_iter();
    let words = words.map(|word| Word { chars: word.chars.start - char..word.chars.end - char, ..word }).collect();
    let mut rest = Segment { text: chars[char..].iter().collect(), words, given: None, ..segment.clone() };
    segment.text = chars[..char].iter().collect::<String>().trim_end().into();
    // Where in the transcript the border is, is not known: about so many characters in, where it is one line.
    if segment.source.start.line == segment.source.end.line {
        let Point { line, offset } = segment.source.start;
        let offset = (offset + char as u32).min(segment.source.end.offset);
        (segment.source.end, rest.source.start) = (Point { line, offset }, Point { line, offset });
    }
    measure(segment);
    measure(&mut rest);
    draft.timeline.segments.insert(sentence + 1, rest);
}

/// Makes the turns anew from who says each sentence. How sure that is stays where it stays the same person; what the user
/// says is certain. Turns of speech without transcript stay, and divide those they lie in.
pub fn rebuild_turns(draft: &mut Draft) {
    let Timeline { segments, turns: old, .. } = &mut draft.timeline;
    let untranscribed = old.iter().filter(|turn| turn.segments.is_empty());
    let inserts: Vec<Insert> = untranscribed
        .map(|turn| Insert { span: turn.span, speaker: turn.speaker, confidence: turn.confidence })
        .collect();
    let spoken = segments.iter().enumerate().filter_map(|(at, segment)| Some((at, segment.span?, segment.speaker)));
    let (mut run, mut before) = (0, None);
    let said = spoken.filter_map(|(segment, span, speaker)| {
        run += usize::from(speaker != before);
        before = speaker;
        let speaker = speaker?;
        let known = old.iter().find(|turn| turn.speaker == speaker && turn.span.holds(span.start));
        let confidence = known.map_or(1.0, |turn| turn.confidence);
        Some(Said { segment, span, turn: run, speaker, confidence })
    });
    let turns = turns_of(said, &inserts, segments.len());
    *old = turns;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{draft, said};

    #[test]
    fn two_sentences_of_one_keep_their_words() {
        let mut draft = draft(&["听见声音，大家好。"], &["听见声音大家好"]);
        part(&mut draft, (0, 5));
        assert_eq!(said(&draft), ["听见声音，", "大家好。"]);
        let [first, second] = &draft.timeline.segments[..] else { panic!() };
        assert_eq!(
            (first.span, second.span),
            (Some(Span::new(Ms(0), Ms(2_000))), Some(Span::new(Ms(2_000), Ms(3_500))))
        );
        assert_eq!(second.word_text(&second.words[0]), "大");
        assert_eq!((first.source.end.offset, second.source.start.offset), (5, 5));
        // Before the first word, or behind the last, nothing is to be parted.
        part(&mut draft, (0, 0));
        part(&mut draft, (1, 3));
        assert_eq!(draft.timeline.segments.len(), 2);
    }
}
