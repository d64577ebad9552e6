//! Cues: their times, two of one and one of two, put in, taken out, laid anew.

use super::sentences::{self, Replacement, measure, rewrite, set_times, word_at, words_of};
use super::text::clean;
use super::{Refusal, Tools};
use crate::cues::{self, Cue, Style};
use crate::phones;
use crate::review::draft::Draft;
use crate::review::ear::{Ear, LONGEST};
use crate::review::letters::{Letters, Spot};
use crate::timeline::{Gap, Ms, Place, Segment, SettledCue, Span, Word};

/// How much earlier and later than the cues their words are looked for at most.
const REACH: Ms = Ms(10_000);

/// The time between the cues before one and behind another; where there are none, to the ends of the recording.
fn free(draft: &Draft, before: Option<usize>, behind: usize) -> Span {
    let start = before.map_or(Ms::ZERO, |before| draft.cues()[before].span.end);
    Span::new(start, draft.cues().get(behind).map_or(draft.timeline.duration(), |cue| cue.span.start))
}

fn is_within(span: Span, free: Span) -> bool {
    span.start < span.end && span.start >= free.start && span.end <= free.end
}

/// Gives a cue another time. Its words go with it where it is moved as a whole, and are pressed into it where it begins
/// later or ends earlier than they do.
pub fn retime(draft: &mut Draft, cue: usize, span: Span) -> Result<(), Refusal> {
    let old = draft.cues().get(cue).ok_or(Refusal::Gone)?.span;
    if !is_within(span, free(draft, cue.checked_sub(1), cue + 1)) {
        return Err(Refusal::NotFree);
    }
    let by = span.start - old.start;
    let spots = words_in(draft, cue);
    let Some(hull) = hull(draft, &spots) else {
        draft.cues_mut()[cue].span = span;
        return Ok(());
    };
    let to = if span.end - old.end == by {
        Span { start: hull.start + by, end: hull.end + by }
    } else {
        let start = hull.start.clamp(span.start, span.end - Ms(1));
        Span { start, end: hull.end.clamp(start + Ms(1), span.end) }
    };
    if to != hull {
        let scale = to.length().0 as f64 / hull.length().0.max(1) as f64;
        let at = |time: Ms| to.start + Ms(((time - hull.start).0 as f64 * scale).round() as i64);
        for &(sentence, word) in &spots {
            let word = &mut draft.timeline.segments[sentence].words[word];
            word.span = word.span.map(|span| Span::new(at(span.start), at(span.end)));
            word.phones.clear();
        }
        measure_all(draft, &spots);
    }
    draft.cues_mut()[cue].span = span;
    Ok(())
}

/// The words of a cue: sentence and number.
fn words_in(draft: &Draft, cue: usize) -> Vec<(usize, usize)> {
    let letters = Letters::of(draft);
    let mut words: Vec<(usize, usize)> = letters
        .of_cue(cue)
        .iter()
        .filter_map(|letter| letter.of)
        .flat_map(|(sentence, at)| {
            words_of(&draft.timeline.segments[sentence], &(at..at + 1)).map(move |word| (sentence, word))
        })
        .collect();
    words.dedup();
    words
}

fn hull(draft: &Draft, words: &[(usize, usize)]) -> Option<Span> {
    let span = |&(sentence, word): &(usize, usize)| draft.timeline.segments[sentence].words[word].span;
    words.iter().filter_map(span).reduce(Span::union)
}

fn measure_all(draft: &mut Draft, words: &[(usize, usize)]) {
    let mut sentences: Vec<usize> = words.iter().map(|(sentence, _)| *sentence).collect();
    sentences.dedup();
    sentences.into_iter().for_each(|sentence| measure(&mut draft.timeline.segments[sentence]));
}

/// Makes two cues of one; the second begins with its first word.
pub fn split(draft: &mut Draft, cue: usize, (line, at): (usize, usize), style: &Style) -> Result<(), Refusal> {
    let old = draft.cues().get(cue).ok_or(Refusal::Gone)?.clone();
    let text = old.lines.get(line).ok_or(Refusal::Gone)?;
    let byte = text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
    let (left, right) = text.split_at(byte);
    let first: Vec<String> = old.lines[..line].iter().cloned().chain([left.into()]).collect();
    let second: Vec<String> = std::iter::once(right.into()).chain(old.lines[line + 1..].iter().cloned()).collect();
    let (first, second) =
        clean(&first).and_then(|first| Ok((first, clean(&second)?))).map_err(|_| Refusal::NothingToSplit)?;
    let letters = Letters::of(draft);
    let behind = letters.of_cue(cue).iter().find(|letter| (letter.line, letter.at) >= (line, at));
    let begins = behind.and_then(|letter| word_at(draft, letter.of?)?.span).map(|span| span.start);
    // Without a word to go by, in the middle of the time as of the text.
    let border = begins.unwrap_or(Ms((old.span.start.0 + old.span.end.0) / 2));
    if old.span.length() < Ms(2) {
        return Err(Refusal::NoRoom);
    }
    let border = border.clamp(old.span.start + Ms(1), old.span.end - Ms(1));
    let end = (border - style.gap).max(old.span.start + Ms(1));
    let pair = [
        SettledCue { span: Span { start: old.span.start, end }, lines: first, speaker: old.speaker },
        SettledCue { span: Span { start: border, end: old.span.end }, lines: second, speaker: old.speaker },
    ];
    draft.cues_mut().splice(cue..=cue, pair);
    Ok(())
}

/// Makes one cue of this and the next: a line each.
pub fn merge(draft: &mut Draft, cue: usize) -> Result<(), Refusal> {
    let first = draft.cues().get(cue).ok_or(Refusal::Gone)?;
    let second = draft.cues().get(cue + 1).ok_or(Refusal::NoNext)?;
    if first.speaker != second.speaker {
        return Err(Refusal::TwoSpeakers);
    }
    let lines = [first, second].map(|cue| one_line(&cue.lines)).to_vec();
    let merged = SettledCue { span: first.span.union(second.span), lines, speaker: first.speaker };
    draft.cues_mut().splice(cue..=cue + 1, [merged]);
    Ok(())
}

fn one_line(lines: &[String]) -> String {
    // A space marks the border in Chinese too, where a mark was left out.
    lines.join(" ")
}

/// Puts in a cue where none is, as a sentence of its own. The words are looked for in the recording, where it was heard, or
/// else share the time.
pub fn insert(draft: &mut Draft, span: Span, lines: &[String], ear: Option<&Ear>) -> Result<(), Refusal> {
    let lines = clean(lines)?;
    let at = draft.cues().partition_point(|cue| cue.span.start < span.start);
    let before = at.checked_sub(1);
    if !is_within(span, free(draft, before, at)) {
        return Err(Refusal::NotFree);
    }
    let letters = Letters::of(draft);
    let last_before = (0..at).rev().find_map(|cue| letters.range(cue)).map(|(_, last)| last);
    let sentence = last_before.map_or(0, |(sentence, char)| {
        sentences::part(draft, (sentence, char + 1));
        sentence + 1
    });
    let speaker = before.and_then(|before| draft.cues()[before].speaker);
    let text = lines.join(" ");
    let chars: Vec<char> = text.chars().collect();
    let words = phones::read_out(&chars, draft.timeline.language);
    if words.is_empty() {
        return Err(Refusal::NoWords);
    }
    let times = ear.and_then(|ear| ear.lay(&words, span)).unwrap_or_else(|| shared(span, words.len()));
    let mut words: Vec<Word> = words.into_iter().map(|word| Word { chars: word.chars, ..Word::default() }).collect();
    set_times(&mut words, times);
    // It stands nowhere in the transcript: behind what is before it.
    let end = sentence.checked_sub(1).map(|before| draft.timeline.segments[before].source.end).unwrap_or_default();
    let mut segment = Segment { text, speaker, words, source: Place { start: end, end }, ..Segment::default() };
    measure(&mut segment);
    draft.timeline.segments.insert(sentence, segment);
    sentences::rebuild_turns(draft);
    let gaps = std::mem::take(&mut draft.timeline.gaps);
    draft.timeline.gaps = gaps.into_iter().flat_map(|gap| without(gap, span)).collect();
    draft.cues_mut().insert(at, SettledCue { span, lines, speaker });
    Ok(())
}

/// So many words in a time, each as long as the others; nothing is sure of it.
fn shared(span: Span, words: usize) -> Vec<(Span, f32)> {
    let at = |word: usize| span.start + Ms(span.length().0 * word as i64 / words as i64);
    (0..words).map(|word| (Span::new(at(word), at(word + 1)), 0.0)).collect()
}

/// What is left of a gap when something is said in it.
fn without(gap: Gap, span: Span) -> impl Iterator<Item = Gap> {
    let before = Span::new(gap.span.start, gap.span.end.min(span.start));
    let behind = Span::new(gap.span.start.max(span.end), gap.span.end);
    let parts = if gap.span.overlap(span).is_some() { vec![before, behind] } else { vec![gap.span] };
    parts.into_iter().filter(|span| span.length() > Ms::ZERO).map(move |span| Gap { span, ..gap })
}

/// Takes cues out, and their text with the marks behind it.
pub fn delete(draft: &mut Draft, from: usize, to: usize) -> Result<(), Refusal> {
    if from > to || to >= draft.cues().len() {
        return Err(Refusal::Gone);
    }
    let letters = Letters::of(draft);
    let spots = (from..=to).flat_map(|cue| letters.of_cue(cue)).filter_map(|letter| letter.of);
    let replacements = spots.map(|spot| taken_out(draft, spot)).collect();
    draft.cues_mut().drain(from..=to);
    rewrite(draft, replacements, None);
    Ok(())
}

/// A letter of a sentence, with the marks up to the next.
fn taken_out(draft: &Draft, (sentence, at): Spot) -> Replacement {
    let behind = draft.timeline.segments[sentence].text.chars().skip(at + 1);
    let marks = behind.take_while(|c| !c.is_alphanumeric()).count();
    Replacement { sentence, start: at, end: at + 1 + marks, text: String::new() }
}

/// Looks for the words of cues between the cues before and behind them, and gives the cues their words' times.
pub fn realign(draft: &mut Draft, from: usize, to: usize, tools: &Tools) -> Result<(), Refusal> {
    if from > to || to >= draft.cues().len() {
        return Err(Refusal::Gone);
    }
    let ear = tools.ear.ok_or(Refusal::NotHeard)?;
    let free = free(draft, from.checked_sub(1), to + 1);
    let (first, last) = (draft.cues()[from].span, draft.cues()[to].span);
    let window = Span::new(free.start.max(first.start - REACH), free.end.min(last.end + REACH));
    if window.length() > LONGEST {
        return Err(Refusal::TooLong);
    }
    let of_cues: Vec<Vec<(usize, usize)>> = (from..=to).map(|cue| words_in(draft, cue)).collect();
    let mut spots = of_cues.concat();
    spots.dedup();
    let language = draft.timeline.language;
    let heard = |&(sentence, word): &(usize, usize)| {
        sentences::spoken_words(&draft.timeline.segments[sentence], language).into_iter().nth(word)
    };
    let words: Vec<_> = spots.iter().filter_map(heard).collect();
    let times = ear.lay(&words, window).filter(|times| times.len() == spots.len()).ok_or(Refusal::NoRoom)?;
    for (&(sentence, word), time) in spots.iter().zip(times) {
        set_times(&mut draft.timeline.segments[sentence].words[word..=word], vec![time]);
    }
    measure_all(draft, &spots);
    let cues: Vec<Cue> = draft.cues()[from..=to].iter().map(Cue::from).collect();
    let timed =
        cues.into_iter().zip(&of_cues).map(|(cue, words)| Cue { span: hull(draft, words).unwrap_or(cue.span), ..cue });
    let mut timed: Vec<Cue> = timed.collect();
    let end = if to + 1 < draft.cues().len() { free.end - tools.style.gap } else { free.end };
    cues::give_time_to_read(&mut timed, tools.style, end);
    draft.cues_mut().splice(from..=to, timed.iter().map(SettledCue::from));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{draft, said, shown};
    use crate::timeline::GapKind;

    fn span(start: i64, end: i64) -> Span {
        Span { start: Ms(start), end: Ms(end) }
    }

    fn style() -> Style {
        Style::bilibili()
    }

    /// Two cues of one sentence, two seconds each, then a pause.
    fn two() -> Draft {
        draft(&["听见声音，大家早好。"], &["听见声音", "大家早好"])
    }

    fn word_spans(draft: &Draft) -> Vec<(i64, i64)> {
        let words = draft.timeline.segments.iter().flat_map(|segment| &segment.words);
        words.map(|word| word.span.map(|span| (span.start.0, span.end.0)).unwrap()).collect()
    }

    #[test]
    fn a_cue_that_is_moved_takes_its_words_along() {
        let mut draft = two();
        retime(&mut draft, 1, span(3_000, 5_000)).unwrap();
        assert_eq!(word_spans(&draft)[4..], [(3_000, 3_500), (3_500, 4_000), (4_000, 4_500), (4_500, 5_000)]);
        assert_eq!(draft.timeline.segments[0].span, Some(span(0, 5_000)));
    }

    #[test]
    fn words_stay_where_a_cue_lingers_and_are_pressed_into_a_shorter_one() {
        let mut draft = two();
        retime(&mut draft, 1, span(2_000, 6_000)).unwrap();
        assert_eq!(word_spans(&draft)[7], (3_500, 4_000));
        retime(&mut draft, 1, span(3_000, 6_000)).unwrap();
        assert_eq!(word_spans(&draft)[4..], [(3_000, 3_250), (3_250, 3_500), (3_500, 3_750), (3_750, 4_000)]);
    }

    #[test]
    fn no_cue_takes_the_time_of_another() {
        let mut draft = two();
        for taken in [span(1_999, 4_000), span(4_000, 60_001), span(3_000, 3_000), span(3_000, 2_500)] {
            assert_eq!(retime(&mut draft, 1, taken), Err(Refusal::NotFree));
        }
        assert_eq!(retime(&mut draft, 2, span(0, 1)), Err(Refusal::Gone));
    }

    #[test]
    fn two_cues_of_one_begin_with_their_words() {
        let mut draft = draft(&["听见声音，大家早好。"], &["听见|声音大家早好"]);
        split(&mut draft, 0, (1, 2), &style()).unwrap();
        assert_eq!(shown(&draft), ["听见|声音", "大家早好"]);
        let spans: Vec<Span> = draft.cues().iter().map(|cue| cue.span).collect();
        assert_eq!(spans, [Span { start: Ms(0), end: Ms(2_000) - style().gap }, span(2_000, 4_000)]);
        assert_eq!(split(&mut draft, 1, (0, 0), &style()), Err(Refusal::NothingToSplit));
        assert_eq!(split(&mut draft, 1, (0, 99), &style()), Err(Refusal::NothingToSplit));
        merge(&mut draft, 0).unwrap();
        assert_eq!((shown(&draft), draft.cues()[0].span), (vec!["听见 声音|大家早好".to_string()], span(0, 4_000)));
        assert_eq!(merge(&mut draft, 0), Err(Refusal::NoNext));
    }

    #[test]
    fn a_cue_that_is_put_in_is_a_sentence_of_its_own() {
        let mut draft = two();
        retime(&mut draft, 1, span(5_000, 7_000)).unwrap();
        draft.timeline.gaps = vec![Gap { span: span(2_000, 5_000), kind: GapKind::Untranscribed }];
        insert(&mut draft, span(2_500, 4_500), &["谢谢".into()], None).unwrap();
        assert_eq!(said(&draft), ["听见声音，", "谢谢", "大家早好。"]);
        assert_eq!(shown(&draft), ["听见声音", "谢谢", "大家早好"]);
        assert_eq!(word_spans(&draft)[4..6], [(2_500, 3_500), (3_500, 4_500)]);
        let gaps: Vec<Span> = draft.timeline.gaps.iter().map(|gap| gap.span).collect();
        assert_eq!(gaps, [span(2_000, 2_500), span(4_500, 5_000)]);
        assert_eq!(insert(&mut draft, span(4_000, 5_000), &["谢谢".into()], None), Err(Refusal::NotFree));
    }

    #[test]
    fn a_cue_that_is_taken_out_takes_its_text_along() {
        let mut draft = two();
        delete(&mut draft, 0, 0).unwrap();
        assert_eq!((said(&draft), shown(&draft)), (vec!["大家早好。"], vec!["大家早好".to_string()]));
        assert_eq!(draft.timeline.segments[0].span, Some(span(2_000, 4_000)));
        delete(&mut draft, 0, 0).unwrap();
        assert!(draft.timeline.segments.is_empty() && draft.cues().is_empty());
        assert_eq!(delete(&mut draft, 0, 0), Err(Refusal::Gone));
    }

    #[test]
    fn what_was_not_heard_cannot_be_laid_anew() {
        let style = style();
        assert_eq!(realign(&mut two(), 0, 1, &Tools { style: &style, ear: None }), Err(Refusal::NotHeard));
    }
}
