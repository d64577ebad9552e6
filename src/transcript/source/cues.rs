//! SubRip and WebVTT, read leniently: any line ends, `.` or `,`, missing numbers, blank lines and hours.

use std::sync::LazyLock;

use regex::Regex;

use super::{Cue, append_line, clock, join_cues, trimmed};
use crate::timeline::{Ms, Span, Traced};
use crate::transcript::draft::{Draft, Paragraph, Timed};

static TIMING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*((?:\d+:)?\d+:\d+(?:[.,]\d*)?)\s*-{1,2}>\s*((?:\d+:)?\d+:\d+(?:[.,]\d*)?)")
        .expect("a constant pattern")
});
/// WebVTT's voice: `<v Name>`, `<v.loud Name>`.
static VOICE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<v(?:\.[^\s>]*)?\s+([^>]+)>").expect("a constant pattern"));

/// How many lines at the start may precede the first timing: a header with notes, or a number.
const HEADER_LINES: usize = 50;

/// Whether the file begins with `WEBVTT` or has a timing line near its start.
pub(super) fn looks_like_cues(lines: &[String]) -> bool {
    let begins = lines.first().is_some_and(|line| line.trim_start_matches('\u{feff}').starts_with("WEBVTT"));
    begins || lines.iter().take(HEADER_LINES).any(|line| timing(line).is_some())
}

fn timing(line: &str) -> Option<Span> {
    let found = TIMING.captures(line)?;
    Some(Span::new(clock(found[1].trim_end_matches(['.', ',']))?, clock(found[2].trim_end_matches(['.', ',']))?))
}

/// Reads the cues. What stands before the first timing, numbers, identifiers and notes are no text.
pub(super) fn parse(lines: &[String]) -> Draft {
    let mut draft = Draft { cues: true, ..Draft::default() };
    let mut cues = Vec::new();
    let mut span: Option<Span> = None;
    let mut body: Vec<Traced> = Vec::new();
    let mut in_note = false;
    for (i, line) in lines.iter().enumerate() {
        let blank = line.trim().is_empty();
        if let Some(next) = timing(line) {
            close(&mut cues, &mut draft.times, span, &mut body);
            (span, in_note) = (Some(next), false);
        } else if blank {
            in_note = false;
        } else if in_note || is_number_of_next(lines, i) {
        } else if after_blank(lines, i) && is_note(line) {
            in_note = true;
        } else if span.is_some() {
            body.push(trimmed(i as u32 + 1, line));
        }
    }
    close(&mut cues, &mut draft.times, span, &mut body);
    draft.paragraphs = join_cues(cues);
    draft
}

fn after_blank(lines: &[String], i: usize) -> bool {
    i == 0 || lines[i - 1].trim().is_empty()
}

fn is_note(line: &str) -> bool {
    ["NOTE", "STYLE", "REGION"].iter().any(|word| line.trim() == *word || line.starts_with(&format!("{word} ")))
}

/// Whether a line only numbers or names the cue whose timing follows: digits anywhere, anything after a blank line.
fn is_number_of_next(lines: &[String], i: usize) -> bool {
    let next = lines[i + 1..].iter().find(|line| !line.trim().is_empty());
    let adjacent = lines.get(i + 1).is_some_and(|line| !line.trim().is_empty());
    let digits = lines[i].trim().bytes().all(|byte| byte.is_ascii_digit());
    next.is_some_and(|line| timing(line).is_some()) && (digits || adjacent && after_blank(lines, i))
}

/// Ends a cue: a paragraph for each voice in it, its lines put together, its time shared among the lines.
fn close(cues: &mut Vec<Cue>, times: &mut Vec<Timed>, span: Option<Span>, body: &mut Vec<Traced>) {
    let Some(span) = span else { return };
    let all: usize = body.iter().map(Traced::len).sum();
    let mut done = 0;
    let at = |done: usize| Ms(span.start.0 + span.length().0 * done as i64 / all.max(1) as i64);
    let mut label = None;
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for line in body.drain(..) {
        let start = done;
        done += line.len();
        let Some(from) = super::first_point(&line) else { continue };
        times.push(Timed {
            from,
            to: from.offset + line.len() as u32,
            span: Span::new(at(start), at(done)),
            opens: start == 0,
            closes: done == all,
        });
        for (voice, text) in voices(&line) {
            let speaks = voice.is_some() || is_dialogue(&text);
            label = voice.or(label);
            match paragraphs.last_mut() {
                Some(last) if !speaks => append_line(&mut last.text, &text),
                _ => paragraphs.push(Paragraph { text, label: label.clone(), labelled: speaks }),
            }
        }
    }
    cues.extend(paragraphs.into_iter().map(|paragraph| Cue {
        paragraph,
        start: Some(span.start),
        end: Some(span.end),
    }));
}

/// Parts of a line by `<v Name>`; the tags themselves stay in the text, for the markup rule to take out.
fn voices(line: &Traced) -> Vec<(Option<String>, Traced)> {
    let text = line.text();
    let chars_to = |byte: usize| text[..byte].chars().count();
    let mut parts = Vec::new();
    let (mut from, mut voice) = (0, None);
    for found in VOICE.captures_iter(&text) {
        let whole = found.get_match();
        let at = chars_to(whole.start());
        if at > from {
            parts.push((voice.take(), line.slice(from..at)));
        }
        (from, voice) = (at, Some(found[1].trim().to_string()));
    }
    parts.push((voice, line.slice(from..line.len())));
    parts
}

/// `- Yes. - No.`: a dash opens each speaker's line in a cue of two.
fn is_dialogue(text: &Traced) -> bool {
    matches!(text.chars(), ['-' | '–' | '—', next, ..] if !matches!(next, '-' | '–' | '—'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs(text: &str) -> Vec<String> {
        let lines: Vec<String> = text.lines().map(String::from).collect();
        assert!(looks_like_cues(&lines));
        parse(&lines).paragraphs.iter().map(|paragraph| paragraph.text.text()).collect()
    }

    #[test]
    fn cues_of_one_sentence_are_joined() {
        let text = "1\n00:00:01,000 --> 00:00:02,000\n各位来宾，\n\n2\n00:00:02,000 --> 00:00:03,000\n大家好。\n\n\
                    3\n00:00:03,000 --> 00:00:04,000\nThank\nyou.\n";
        assert_eq!(paragraphs(text), ["各位来宾，大家好。", "Thank you."]);
    }

    #[test]
    fn without_punctuation_a_cue_is_a_sentence() {
        let text = "00:01.000 --> 00:02.000\n各位来宾\n\n00:02.000 --> 00:03.000\n大家好\n";
        assert_eq!(paragraphs(text), ["各位来宾", "大家好"]);
    }

    #[test]
    fn broken_files_are_read_as_far_as_they_go() {
        let text = "1\n0:00:01.000 -> 0:00:02\n一。\n2\n00:00:02,5-->00:00:03,000 X1:0\n二。\n\n三。\n\n4\n\n\
                    00:00:05,000 --> 00:00:04,000\n四。";
        assert_eq!(
            paragraphs(text),
            ["一。", "二。三。", "四。"],
            "what follows a blank line inside a cue is its text"
        );
    }

    #[test]
    fn voices_notes_and_identifiers_of_webvtt() {
        let text = "WEBVTT - a title\nKind: captions\n\nNOTE not spoken\nat all\n\nintro\n00:01.000 --> 00:02.000 line:0\n\
                    <v 张三>你好。</v>\n<v Li Si>Hello.\n";
        let lines: Vec<String> = text.lines().map(String::from).collect();
        let draft = parse(&lines);
        let labels: Vec<_> = draft.paragraphs.iter().map(|p| p.label.as_deref()).collect();
        assert_eq!(labels, [Some("张三"), Some("Li Si")]);
    }
}
