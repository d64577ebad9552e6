//! The spoken text in pieces that no cue may tear apart, each with its time.

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::timeline::{Ms, Segment, Span, Timeline, Word};

use super::borders::{Border, borders};
use super::marks::{LIGHT, columns, ends_no_line, is_closing, starts_no_line};
use super::{Style, media_end};

/// Text that stands in one cue and one line; no line is too short for it.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// As it is shown at the end of a line.
    pub text: String,
    /// Its width in half-width columns.
    pub width: usize,
    /// Whether a space parts it from what follows on the same line.
    pub spaced: bool,
    /// When it is spoken.
    pub span: Span,
    /// What a break behind it tears apart.
    pub border: Border,
}

/// Pieces that follow one another in one voice without a long pause.
pub(super) struct Passage {
    pub speaker: Option<usize>,
    pub pieces: Vec<Piece>,
    /// When the next passage begins; of the last one, the end of the media.
    pub until: Ms,
}

/// All that is spoken, in the order of time; of pieces whose times overlap the later one gives way.
pub(super) fn passages(timeline: &Timeline, style: &Style) -> Vec<Passage> {
    let mut spoken: Vec<(&Segment, Span)> = timeline.spoken().collect();
    spoken.sort_by_key(|(_, span)| span.start);
    let mut passages: Vec<Passage> = Vec::new();
    let names = names(timeline);
    let end = media_end(timeline);
    let mut reached = Ms::ZERO;
    for (segment, span) in spoken {
        for mut piece in pieces(segment, span, &names, style) {
            let start = piece.span.start.clamp(reached, end);
            piece.span = Span::new(start, piece.span.end.clamp(start, end));
            match passages.last_mut() {
                Some(passage) if passage.speaker == segment.speaker && start - reached < style.pause => {
                    reached = piece.span.end;
                    passage.pieces.push(piece);
                }
                last => {
                    last.into_iter().for_each(|passage| passage.until = start);
                    reached = piece.span.end;
                    passages.push(Passage { speaker: segment.speaker, pieces: vec![piece], until: end });
                }
            }
        }
    }
    passages
}

/// The text on one line: line breaks and control characters are spaces, and spaces are single.
pub(super) fn one_line(text: &str) -> String {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    text.split(blank).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What is written as one in the whole recording: the names of its speakers, and terms that were put right in it.
fn names(timeline: &Timeline) -> BTreeSet<&str> {
    let speakers = timeline.speakers.iter().map(|speaker| speaker.name.as_str());
    let terms = timeline.corrections.iter().filter(|made| made.applied).map(|made| made.put());
    speakers.chain(terms).filter(|name| name.chars().nth(1).is_some()).collect()
}

/// The pieces of one segment, with the times of their words.
fn pieces(segment: &Segment, span: Span, names: &BTreeSet<&str>, style: &Style) -> Vec<Piece> {
    let blank = |c: char| if c.is_control() { ' ' } else { c };
    let chars: Vec<char> = segment.text.chars().map(blank).collect();
    let times = times(&segment.words, chars.len());
    let whole = whole(&chars, segment, names, style);
    // What is left of a sentence cut at the wrong place: its marks would begin or end a line.
    let stray = |c: &char| starts_no_line(*c) || c.is_whitespace();
    let mut start = chars.iter().position(|c| !stray(c)).unwrap_or(chars.len());
    let mut pieces = Vec::new();
    let mut timed = Vec::new();
    for (end, border) in borders(&chars) {
        if end <= start || whole.get(end).is_some_and(|whole| *whole) {
            continue;
        }
        for (part, border) in fitting(&chars, start..end, border, style) {
            if let Some(piece) = piece(&chars[part.clone()], border, style) {
                timed.push(times[part].iter().flatten().copied().reduce(Span::union));
                pieces.push(piece);
            }
        }
        start = end;
    }
    let spans = fill(&timed, &weights(&pieces), span);
    for (piece, span) in pieces.iter_mut().zip(spans) {
        piece.span = span;
    }
    pieces
}

/// A piece of these characters, not timed yet; `None` when nothing of them is shown.
fn piece(chars: &[char], border: Border, style: &Style) -> Option<Piece> {
    let space = |c: &char| c.is_whitespace();
    let dropped = |c: &char| space(c) || ends_no_line(*c) || (style.light_marks && LIGHT.contains(*c));
    let end = chars.iter().rposition(|c| !dropped(c))? + 1;
    let spaced = chars[end..].iter().any(|c| space(c) || dropped(c));
    let light =
        style.light_marks && chars[..end].iter().rev().find(|c| !is_closing(**c)).is_some_and(|c| LIGHT.contains(*c));
    let closing = chars[..end].iter().rposition(|c| !is_closing(*c)).map_or(0, |last| last + 1);
    // 。” is ” without the stop.
    let kept = chars[..end].iter().enumerate().filter(|(at, _)| !(light && at + 1 == closing));
    let text = one_line(&kept.map(|(_, c)| c).collect::<String>());
    Some(Piece { width: text.width(), text, spaced, span: Span::default(), border })
}

/// The characters themselves where a line holds them, else parts that lines hold, torn where it hurts least.
fn fitting(chars: &[char], whole: Range<usize>, border: Border, style: &Style) -> Vec<(Range<usize>, Border)> {
    let holds =
        |part: Range<usize>| piece(&chars[part], border, style).is_none_or(|piece| piece.width <= style.columns);
    let may_tear = |at: usize| {
        !(starts_no_line(chars[at]) || chars[at].is_whitespace() || ends_no_line(chars[at - 1]))
            && chars[at].width().is_some_and(|width| width > 0)
    };
    let (mut parts, mut start) = (Vec::new(), whole.start);
    while !holds(start..whole.end) {
        let longest = (start + 1..whole.end).take_while(|end| holds(start..*end)).last().unwrap_or(start + 1);
        let place = |good: &dyn Fn(usize) -> bool| (start + 1..=longest).rev().find(|at| may_tear(*at) && good(*at));
        // Of an address whole parts, where they fill half a line.
        let after_mark = |at: usize| chars[at - 1].is_ascii_punctuation() && 2 * (at - start) > longest - start;
        let end = place(&after_mark).or_else(|| place(&|_| true)).unwrap_or(longest);
        parts.push((start..end, Border::Torn));
        start = end;
    }
    parts.push((start..whole.end, border));
    parts
}

/// The time of each character, where a word gives it one.
fn times(words: &[Word], length: usize) -> Vec<Option<Span>> {
    let mut times = vec![None; length];
    for word in words {
        let chars = word.chars.start.min(length)..word.chars.end.min(length);
        times.get_mut(chars).into_iter().flatten().for_each(|time| *time = word.span);
    }
    times
}

/// For each character whether the text must stay whole before it: within a word, a title in 《…》 or one of `names`,
/// as long as a line holds it.
fn whole(chars: &[char], segment: &Segment, names: &BTreeSet<&str>, style: &Style) -> Vec<bool> {
    let mut whole = vec![false; chars.len()];
    let mut keep = |start: usize, end: usize| {
        let end = end.min(chars.len());
        if start >= end || columns(&chars[start..end]) > style.columns {
            return;
        }
        whole.get_mut(start + 1..end.min(chars.len())).into_iter().flatten().for_each(|whole| *whole = true);
    };
    for word in &segment.words {
        keep(word.chars.start, word.chars.end);
    }
    let mut opened = None;
    for (at, c) in chars.iter().enumerate() {
        match (c, opened) {
            ('《', None) => opened = Some(at),
            ('》', Some(start)) => {
                keep(start, at + 1);
                opened = None;
            }
            _ => {}
        }
    }
    for name in names {
        let length = name.chars().count();
        let (mut at, mut byte) = (0, 0);
        for (found, _) in segment.text.match_indices(name) {
            at += segment.text[byte..found].chars().count();
            byte = found;
            keep(at, at + length);
        }
    }
    whole
}

/// How much time each piece takes where no word says: as much as its letters and digits need, marks none.
fn weights(pieces: &[Piece]) -> Vec<i64> {
    pieces.iter().map(|piece| piece.text.chars().filter(|c| c.is_alphanumeric()).count() as i64).collect()
}

/// Gives the pieces without a time their share, by weight, of the time between their neighbours, or between those and
/// the ends of the segment.
fn fill(timed: &[Option<Span>], weights: &[i64], segment: Span) -> Vec<Span> {
    let mut spans = Vec::with_capacity(timed.len());
    let mut start = segment.start;
    while spans.len() < timed.len() {
        let first = spans.len();
        if let Some(span) = timed[first] {
            spans.push(span);
            start = span.end;
            continue;
        }
        let until = (first..timed.len()).find(|at| timed[*at].is_some()).unwrap_or(timed.len());
        let end = timed.get(until).copied().flatten().map_or(segment.end, |span| span.start).max(start);
        let total = weights[first..until].iter().sum::<i64>().max(1);
        let (from, length, mut done) = (start, i128::from(end.0) - i128::from(start.0), 0);
        for weight in &weights[first..until] {
            done += weight;
            let share = Ms(from.0.saturating_add((length * i128::from(done) / i128::from(total)) as i64));
            spans.push(Span::new(start, share));
            start = share;
        }
    }
    spans
}
