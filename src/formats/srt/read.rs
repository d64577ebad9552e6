//! Reading SubRip leniently: what can be understood is kept, what cannot is told by line.

use super::tags;
use crate::formats::Note;
use crate::formats::reading::{Entry, Fault, Reading, Unreadable};
use crate::formats::timing::{Timing, looks_like_timing, timing};
use crate::timeline::{Ms, Span};

/// How long a cue is shown whose end is not known, if nothing follows sooner.
const GUESSED: Ms = Ms(3_000);

/// Ends that come before their starts by more than this were not exchanged but mistyped.
const EXCHANGED: Ms = Ms(10_000);

/// How many lines at the start may precede the first times: a number, a heading.
const HEADING: usize = 50;

pub(super) fn looks_like_cues(text: &str) -> bool {
    !text.starts_with("WEBVTT")
        && text.lines().take(HEADING).any(|line| timing(line).is_some_and(|timing| timing.end.is_some()))
}

/// What stands between one line of times and the next.
struct Block<'a> {
    /// Its line, counted from 1.
    line: usize,
    /// `None` where the line wants to say when and does not.
    timing: Option<Timing>,
    /// The line of times as it stands.
    head: &'a str,
    body: Vec<(usize, &'a str)>,
}

pub(super) fn read(text: &str) -> Result<Reading, Unreadable> {
    let lines: Vec<&str> = text.split('\n').collect();
    let (before, mut blocks) = blocks(&lines);
    let mut faults = Vec::new();
    if let Some(last) = blocks.last_mut() {
        drop_torso(&mut last.body, &mut faults);
    }
    tell_unshown(&before, "text before the first cue is left out", &mut faults);
    let starts: Vec<Option<Ms>> = blocks.iter().map(|block| block.timing.as_ref().map(|timing| timing.start)).collect();
    let (mut entries, mut plain_only) = (Vec::new(), 0);
    for (at, block) in blocks.iter().enumerate() {
        let next = starts[at + 1..].iter().flatten().next().copied();
        if let Some((entry, lost)) = entry(block, next, &mut faults) {
            entries.push(entry);
            plain_only += usize::from(lost);
        }
    }
    if entries.is_empty() && !blocks.is_empty() {
        let Block { line, head, .. } = &blocks[0];
        return Err(Unreadable {
            line: *line, what: format!("no cue can be read; the first begins with “{head}”")
        });
    }
    let notes = Note::looks_left_out("srt", plain_only).into_iter().collect();
    faults.sort_by_key(|fault| fault.line);
    Ok(Reading { faults, notes, ..Reading::of_entries(entries) })
}

/// The lines before the first times, and the blocks.
fn blocks<'a>(lines: &[&'a str]) -> (Vec<(usize, &'a str)>, Vec<Block<'a>>) {
    let (mut before, mut blocks) = (Vec::new(), Vec::<Block>::new());
    for (at, line) in lines.iter().enumerate() {
        let found = timing(line);
        if found.is_some() || (looks_like_timing(line) && begins_block(lines, at)) {
            blocks.push(Block { line: at + 1, timing: found, head: line.trim(), body: vec![] });
        } else if !is_number_of_next(lines, at) {
            let body = blocks.last_mut().map_or(&mut before, |block| &mut block.body);
            body.push((at + 1, *line));
        }
    }
    (before, blocks)
}

/// Takes off what is left of a cue in which the file breaks off: a number, and no whole line of times.
fn drop_torso(body: &mut Vec<(usize, &str)>, faults: &mut Vec<Fault>) {
    let Some(blank) = body.iter().rposition(|(_, line)| line.trim().is_empty()) else { return };
    let torso: Vec<(usize, &str)> = body[blank..].iter().filter(|(_, line)| !line.trim().is_empty()).copied().collect();
    let is_time = |line: &str| line.contains(':') && line.bytes().all(|b| b.is_ascii_digit() || b" :,.->".contains(&b));
    if let [(line, number), rest @ ..] = &torso[..]
        && is_number(number)
        && rest.iter().all(|(_, line)| is_time(line))
    {
        let what = format!("the file breaks off in a cue, which is left out: “{}”", shown(&torso));
        faults.push(Fault { line: *line, what });
        body.truncate(blank);
    }
}

/// Whether a line comes where times are expected: first, after a blank line, or after a number.
fn begins_block(lines: &[&str], at: usize) -> bool {
    at == 0 || lines[at - 1].trim().is_empty() || is_number(lines[at - 1])
}

/// Whether a line is the number of the cue whose times follow.
fn is_number_of_next(lines: &[&str], at: usize) -> bool {
    let next = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
    let follows = next.is_some_and(|line| timing(line).is_some() || looks_like_timing(line));
    follows && is_number(lines[at])
}

fn is_number(line: &str) -> bool {
    let digits = line.trim().trim_start_matches('\u{feff}').trim_start_matches('#').trim_end_matches(['.', ':']);
    !digits.is_empty() && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The cue of a block, and whether its text had what is left out.
fn entry(block: &Block, next: Option<Ms>, faults: &mut Vec<Fault>) -> Option<(Entry, bool)> {
    let mut tell = |line: usize, what: String| faults.push(Fault { line, what });
    let Some(timing) = &block.timing else {
        tell(block.line, format!("the times “{}” cannot be read; left out: “{}”", block.head, shown(&block.body)));
        return None;
    };
    let plain = tags::plain(&body(block, &mut tell));
    if plain.lines.is_empty() {
        tell(block.line, "a cue without text is left out".into());
        return None;
    }
    let span = span(block.line, timing, next, &mut tell);
    let entry = Entry { span, lines: plain.lines, look: plain.look, line: block.line, ..Entry::default() };
    Some((entry, plain.lost))
}

/// The text of a block. Blank lines inside belong to it: nothing else stands behind them but the next cue.
fn body(block: &Block, tell: &mut impl FnMut(usize, String)) -> String {
    let lines = &block.body;
    let end = lines.iter().rposition(|(_, line)| !line.trim().is_empty()).map_or(0, |last| last + 1);
    let start = lines.iter().position(|(_, line)| !line.trim().is_empty()).unwrap_or(0);
    let inside = &lines[start.min(end)..end];
    if let Some((line, _)) = inside.iter().find(|(_, line)| line.trim().is_empty()) {
        tell(*line, "a blank line inside a cue; what follows it is kept as its text".into());
    }
    let rest = block.timing.as_ref().map_or("", |timing| timing.rest.as_str());
    let behind = (!rest.is_empty() && !is_place(rest)).then_some(rest);
    if behind.is_some() {
        tell(block.line, format!("“{rest}” behind the times is taken for text"));
    }
    behind.into_iter().chain(inside.iter().map(|(_, line)| *line)).collect::<Vec<_>>().join("\n")
}

/// Whether what stands behind the times says where the cue is shown: SubRip's `X1:…`, WebVTT's settings.
fn is_place(rest: &str) -> bool {
    rest.split_whitespace().all(|part| {
        let name = part.split_once(':').map(|(name, _)| name.to_ascii_lowercase());
        let names = ["x1", "x2", "y1", "y2", "line", "position", "align", "size", "vertical", "region"];
        name.is_some_and(|name| names.contains(&name.as_str()))
    })
}

/// When a cue is shown, whatever is wrong with its times.
fn span(line: usize, timing: &Timing, next: Option<Ms>, tell: &mut impl FnMut(usize, String)) -> Span {
    let guessed =
        |start: Ms| next.filter(|next| *next > start).map_or(start + GUESSED, |next| next.min(start + GUESSED));
    let start = timing.start.max(Ms::ZERO);
    if timing.start < Ms::ZERO {
        tell(line, format!("the start {} lies before zero and is taken for it", timing.start));
    }
    match timing.end {
        Some(end) if end > start => Span::new(start, end),
        Some(end) if end < start && start - end <= EXCHANGED && end >= Ms::ZERO => {
            tell(line, format!("the end {end} comes before the start {start}; they are exchanged"));
            Span::new(end, start)
        }
        Some(end) => {
            let guess = guessed(start);
            tell(line, format!("the end {end} does not come after the start {start}; {guess} is taken"));
            Span::new(start, guess)
        }
        None => {
            let guess = guessed(start);
            tell(line, format!("the end cannot be read; {guess} is taken"));
            Span::new(start, guess)
        }
    }
}

fn tell_unshown(lines: &[(usize, &str)], what: &str, faults: &mut Vec<Fault>) {
    /// Characters told of a longer text; its line says where the rest is.
    const MOST: usize = 80;
    let text = shown(lines);
    let text = text.char_indices().nth(MOST).map_or(text.clone(), |(end, _)| format!("{}…", &text[..end]));
    if let (false, Some((line, _))) = (text.is_empty(), lines.iter().find(|(_, line)| !line.trim().is_empty())) {
        faults.push(Fault { line: *line, what: format!("{what}: “{text}”") });
    }
}

/// The lines with text, in one.
fn shown(lines: &[(usize, &str)]) -> String {
    let texts: Vec<&str> = lines.iter().map(|(_, line)| line.trim()).filter(|line| !line.is_empty()).collect();
    texts.join(" ")
}
