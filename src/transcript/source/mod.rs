//! The formats that a transcript comes in, known by their content, and the paragraphs in each.

mod cues;
mod json;
mod prose;

use std::path::Path;

use super::TranscriptError;
use super::draft::{Draft, Paragraph};
use super::script::{is_closing, is_stop, needs_space};
use crate::timeline::{Ms, Point, Traced};

/// Finds out the format and takes the lines apart.
pub(super) fn parse(lines: &[String], name: &Path) -> Result<Draft, TranscriptError> {
    if looks_like_json(lines, name) {
        json::parse(lines, name)
    } else if cues::looks_like_cues(lines) {
        Ok(cues::parse(lines))
    } else {
        Ok(prose::parse(lines))
    }
}

/// JSON begins with `{"` or `[{`; the file's ending decides where only blanks tell (`[]`, `{}`).
pub(super) fn looks_like_json(lines: &[String], name: &Path) -> bool {
    let mut start = lines.iter().flat_map(|line| line.chars()).filter(|c| !c.is_whitespace());
    let named_json = name.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    match (start.next(), start.next()) {
        (Some('{'), Some('"')) | (Some('['), Some('{')) => true,
        (Some('{' | '['), _) => named_json,
        _ => false,
    }
}

/// The share of cues that must end in a stop before a cue without one is taken for an unfinished sentence.
const PUNCTUATED_SHARE: f64 = 0.1;
/// A sentence does not wait longer than this for its next cue.
const LONGEST_WAIT: Ms = Ms(5_000);

/// One cue or segment as it stands in the file.
struct Cue {
    paragraph: Paragraph,
    start: Option<Ms>,
    end: Option<Ms>,
}

/// Puts the cues of one sentence together where the transcript is punctuated; else every cue is a paragraph.
fn join_cues(cues: Vec<Cue>) -> Vec<Paragraph> {
    let ends = |cue: &Cue| ends_in_stop(&cue.paragraph.text);
    let stops = cues.iter().filter(|cue| ends(cue)).count();
    let punctuated = stops as f64 >= PUNCTUATED_SHARE * cues.len() as f64 && stops > 0;
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut open: Option<Option<Ms>> = None;
    for cue in cues {
        let waits = |end: Option<Ms>| end.zip(cue.start).is_none_or(|(end, start)| start - end <= LONGEST_WAIT);
        let unfinished = punctuated && !ends(&cue);
        match paragraphs.last_mut() {
            Some(last) if open.is_some_and(waits) && last.label == cue.paragraph.label => {
                append_line(&mut last.text, &cue.paragraph.text);
            }
            _ => paragraphs.push(cue.paragraph),
        }
        open = unfinished.then_some(cue.end);
    }
    paragraphs
}

pub(super) fn ends_in_stop(text: &Traced) -> bool {
    text.chars().iter().rev().find(|c| !c.is_whitespace() && !is_closing(**c)).is_some_and(|c| is_stop(*c))
}

/// Adds a line to a paragraph, with a space between where the script has spaces.
pub(super) fn append_line(text: &mut Traced, line: &Traced) {
    if let (Some(&last), true) =
        (text.points().last(), needs_space(text.chars().last().copied(), line.chars().first().copied()))
    {
        text.push(' ', last);
    }
    text.append(line);
}

/// A line of the source without the blanks around it.
fn trimmed(number: u32, line: &str) -> Traced {
    let before = line.chars().take_while(|c| c.is_whitespace()).count();
    let length = line.trim().chars().count();
    Traced::line(number, line).slice(before..before + length)
}

/// Reads `1:02:03.456`, `02:03,456`, `2:03` as a time.
pub(super) fn clock(text: &str) -> Option<Ms> {
    let (whole, fraction) = text.split_once(['.', ',', '，', '．']).unwrap_or((text, ""));
    let mut seconds = 0i64;
    let mut parts = 0;
    for part in whole.split([':', '：']) {
        let part = part.trim();
        if part.is_empty() || part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        seconds = seconds * 60 + part.parse::<i64>().ok()?;
        parts += 1;
    }
    if !(2..=3).contains(&parts) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ms = format!("{fraction:0<3}").get(..3).and_then(|digits| digits.parse::<i64>().ok())?;
    Some(Ms(seconds * 1000 + ms))
}

/// The first point of `text`, for paragraphs that have one.
fn first_point(text: &Traced) -> Option<Point> {
    text.points().first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_of_all_makes() {
        assert_eq!(clock("1:02:03.456"), Some(Ms(3_723_456)));
        assert_eq!(clock("02:03,5"), Some(Ms(123_500)));
        assert_eq!(clock("00:05"), Some(Ms(5_000)));
        assert_eq!(clock("12"), None);
        assert_eq!(clock("a:b"), None);
    }
}
