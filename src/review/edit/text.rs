//! Text that changes in the cues and in the sentences alike.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_width::UnicodeWidthChar;

use super::sentences::{Replacement, rewrite};
use super::{LONGEST_TEXT, Refusal};
use crate::review::draft::Draft;
use crate::review::ear::Ear;
use crate::review::letters::{Letter, Letters, Spot};

/// The lines of a cue as a user gives them: no empty ones, no marks of control, no space at the ends.
pub fn clean(lines: &[String]) -> Result<Vec<String>, Refusal> {
    let lines = lines.iter().flat_map(|line| line.lines());
    let lines = lines.map(|line| line.replace(char::is_control, " ").trim().to_owned());
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    if lines.iter().map(String::len).sum::<usize>() > 4 * LONGEST_TEXT {
        return Err(Refusal::TooMuch);
    }
    let worded = lines.iter().any(|line| line.chars().any(char::is_alphanumeric));
    worded.then_some(lines).ok_or(Refusal::NoWords)
}

/// Gives a cue other text. What differs changes in the sentences too.
pub fn retext(draft: &mut Draft, cue: usize, lines: &[String], ear: Option<&Ear>) -> Result<(), Refusal> {
    let lines = clean(lines)?;
    let old = draft.cues().get(cue).ok_or(Refusal::Gone)?.lines.clone();
    let spots = spots(draft, &old, Letters::of(draft).of_cue(cue));
    let replacements = replacements(&joined(&old), &spots, &joined(&lines));
    draft.cues_mut()[cue].lines = lines;
    rewrite(draft, replacements, ear);
    Ok(())
}

/// The text of some lines on one; where lines of words are joined there is a space between them.
fn joined(lines: &[String]) -> Vec<char> {
    let mut chars: Vec<char> = Vec::new();
    for line in lines {
        let wide = |c: Option<char>| c.and_then(UnicodeWidthChar::width) == Some(2);
        if !chars.is_empty() && !wide(chars.last().copied()) && !wide(line.chars().next()) {
            chars.push(' ');
        }
        chars.extend(line.chars());
    }
    chars
}

/// Where in the sentences each character of the joined lines stands, as far as it does: marks are looked for between the
/// letters around them.
fn spots(draft: &Draft, lines: &[String], letters: &[Letter]) -> Vec<Option<Spot>> {
    let mut letters = letters.iter();
    let mut reached: Option<Spot> = None;
    let spot = |c: char| {
        if c.is_alphanumeric() {
            let found = letters.next()?.of;
            reached = found.map(|(sentence, at)| (sentence, at + 1)).or(reached);
            return found;
        }
        let (sentence, from) = reached?;
        // A space beside a mark stands for the mark.
        let farthest = if c == ' ' { 1 } else { usize::MAX };
        let text = draft.timeline.segments[sentence].text.chars().skip(from);
        let mut marks = text.take_while(|ahead| !ahead.is_alphanumeric()).take(farthest);
        let ahead = marks.position(|ahead| ahead == c)?;
        reached = Some((sentence, from + ahead + 1));
        Some((sentence, from + ahead))
    };
    joined(lines).into_iter().map(spot).collect()
}

/// What is to be replaced in the sentences where `old`, which stands at `spots` there, becomes `new`.
fn replacements(old: &[char], spots: &[Option<Spot>], new: &[char]) -> Vec<Replacement> {
    let mut replacements = Vec::new();
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    let slices = |text: &'_ [char], tokens: &[Range<usize>]| -> Vec<String> {
        tokens.iter().map(|token| text[token.clone()].iter().collect()).collect()
    };
    for op in capture_diff_slices(Algorithm::Myers, &slices(old, &old_tokens), &slices(new, &new_tokens)) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (out, put) = (hull(&old_tokens, op.old_range(), old.len()), hull(&new_tokens, op.new_range(), new.len()));
        let gone: Vec<Spot> = spots[out.clone()].iter().copied().flatten().collect();
        for &(sentence, at) in &gone {
            replacements.push(Replacement { sentence, start: at, end: at + 1, text: String::new() });
        }
        let Some((sentence, at)) = gone.first().copied().or_else(|| beside(spots, &out)) else { continue };
        if !put.is_empty() {
            replacements.push(Replacement { sentence, start: at, end: at, text: new[put].iter().collect() });
        }
    }
    replacements
}

/// Words of narrow letters, and every other character by itself.
fn tokens(text: &[char]) -> Vec<Range<usize>> {
    let narrow = |c: &char| c.is_alphanumeric() && c.width() != Some(2);
    let mut start = 0;
    let token = |chars: &[char]| {
        start += chars.len();
        start - chars.len()..start
    };
    text.chunk_by(|before, c| narrow(before) && narrow(c)).map(token).collect()
}

/// The characters of some tokens; where there are none, the place before the next.
fn hull(tokens: &[Range<usize>], of: Range<usize>, end: usize) -> Range<usize> {
    let start = tokens.get(of.start).map_or(end, |token| token.start);
    if of.is_empty() { start..start } else { start..tokens[of.end - 1].end }
}

/// Where text is to be put in that takes the place of none: behind what stands before it, or before what stands behind it.
fn beside(spots: &[Option<Spot>], out: &Range<usize>) -> Option<Spot> {
    let before = spots[..out.start].iter().copied().flatten().next_back().map(|(sentence, at)| (sentence, at + 1));
    before.or_else(|| spots[out.end..].iter().copied().flatten().next())
}

/// Puts other text in the place of some characters of a sentence, in the cues too.
pub fn replace(draft: &mut Draft, sentence: usize, chars: Range<usize>, text: &str, ear: Option<&Ear>) {
    let shown = Letters::of(draft).within(sentence, &chars);
    show(draft, &shown, text);
    rewrite(draft, vec![Replacement { sentence, start: chars.start, end: chars.end, text: text.into() }], ear);
}

/// Puts text in the place of letters of cues: letter by letter where they are as many, so that lines break where they did,
/// else where the first of them stands. A cue that has none left goes.
pub fn show(draft: &mut Draft, letters: &[(usize, Letter)], text: &str) {
    let new: Vec<char> = text.chars().collect();
    let alike = new.len() == letters.len() && new.iter().all(|c| c.is_alphanumeric());
    let cues = draft.cues_mut();
    for (number, &(cue, Letter { line, at, .. })) in letters.iter().enumerate().rev() {
        let put = match () {
            () if alike => new[number].to_string(),
            () if number == 0 => text.to_owned(),
            () => String::new(),
        };
        let text = &mut cues[cue].lines[line];
        let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte);
        let range = byte(at)..byte(at + 1);
        text.replace_range(range, &put);
    }
    let mut touched: Vec<usize> = letters.iter().map(|(cue, _)| *cue).collect();
    touched.dedup();
    for cue in touched.into_iter().rev() {
        let lines = cues[cue].lines.iter().map(|line| line.trim().to_owned());
        cues[cue].lines = lines.filter(|line| !line.is_empty()).collect();
        if !has_words(&cues[cue].lines) {
            cues.remove(cue);
        }
    }
}

fn has_words(lines: &[String]) -> bool {
    lines.iter().any(|line| line.chars().any(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{draft, said, shown};
    use crate::timeline::{Ms, Span};

    const SENTENCES: [&str; 2] = ["由生也科技，主办。", "We say hello, and go."];
    const CUES: [&str; 2] = ["由生也|科技主办", "We say hello|and go"];

    fn retexted(cue: usize, text: &str) -> Draft {
        let mut draft = draft(&SENTENCES, &CUES);
        let lines: Vec<String> = text.split('|').map(String::from).collect();
        retext(&mut draft, cue, &lines, None).unwrap();
        draft
    }

    #[test]
    fn what_differs_changes_in_the_sentence() {
        let draft = retexted(0, "由声野|科技 主办");
        assert_eq!(said(&draft)[0], "由声野科技，主办。");
        assert_eq!(shown(&draft)[0], "由声野|科技 主办");
        // As many words as there were: the times stay.
        let words = &draft.timeline.segments[0].words;
        assert_eq!(words[1].span, Some(Span::new(Ms(500), Ms(1_000))));
        assert_eq!(words[5].span, Some(Span::new(Ms(2_500), Ms(3_000))));
    }

    #[test]
    fn lines_broken_elsewhere_change_no_sentence() {
        assert_eq!(said(&retexted(0, "由生也科技|主办")), SENTENCES);
        assert_eq!(said(&retexted(1, "We say|hello and go")), SENTENCES);
    }

    #[test]
    fn words_put_in_share_the_time_of_their_neighbour() {
        let draft = retexted(1, "We all say hello|and go");
        assert_eq!(said(&draft)[1], "We all say hello, and go.");
        let spans: Vec<Span> = draft.timeline.segments[1].words.iter().map(|word| word.span.unwrap()).collect();
        assert_eq!(spans.len(), 6);
        assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{spans:?}");
        assert_eq!(spans[5], Span::new(Ms(5_500), Ms(6_000)));
    }

    #[test]
    fn words_taken_out_are_gone() {
        let draft = retexted(1, "We say|go");
        assert_eq!(said(&draft)[1], "We say, go.");
        assert_eq!(draft.timeline.segments[1].words.len(), 3);
    }

    #[test]
    fn a_sentence_changes_its_cues() {
        let mut draft = draft(&SENTENCES, &CUES);
        replace(&mut draft, 0, 1..5, "声野科技", None);
        assert_eq!((said(&draft)[0], shown(&draft)[0].as_str()), ("由声野科技，主办。", "由声野|科技主办"));
        replace(&mut draft, 0, 1..5, "AI", None);
        assert_eq!((said(&draft)[0], shown(&draft)[0].as_str()), ("由AI，主办。", "由AI|主办"));
    }

    #[test]
    fn a_cue_needs_words() {
        let mut draft = draft(&SENTENCES, &CUES);
        assert_eq!(retext(&mut draft, 0, &["…".into()], None), Err(Refusal::NoWords));
        assert_eq!(retext(&mut draft, 9, &["一".into()], None), Err(Refusal::Gone));
    }
}
