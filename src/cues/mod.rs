//! From timed words to cues: what is on the screen at once, and when.
//!
//! The spoken segments become **pieces** (`pieces`), the smallest text that a cue or a line may end after, each with
//! the quality of the border behind it (`borders`): of the words (`words`) some hold together (`bonds`), some lean on their
//! neighbours (`leanings`), and marks have rules of their own (`marks`). A dynamic programme over the pieces of a **passage** (one voice,
//! no long pause) finds the cheapest cut into cues (`split`); a smaller one breaks a cue into lines (`lines`). At last
//! the cues get the time that a reader needs where there is some to spare (`timing`).

mod bonds;
mod borders;
pub mod check;
mod leanings;
mod lines;
mod look;
mod marks;
pub mod mend;
mod pieces;
mod split;
mod style;
mod timing;
mod words;

pub(crate) use borders::shorten;
pub use look::{Anchor, Emphasis, EmphasisKind, Look};
pub use style::{Source, Style, StyleError, StyleFault};
pub(crate) use timing::give_time_to_read;

use crate::timeline::{Ms, SettledCue, Span, Timeline, Word};

/// What is on the screen at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cue {
    /// When; never empty.
    pub span: Span,
    /// One line or two.
    pub lines: Vec<String>,
    /// Who speaks, an index into [`Timeline::speakers`].
    pub speaker: Option<usize>,
    /// How it looks; of what zimu cuts, as usual.
    pub look: Look,
}

/// Cuts the spoken segments into cues within the limits of `style`.
///
/// The cues are in the order of time, none empty, none overlapping another, none past the end of the media; every
/// spoken word stands in exactly one of them, in one piece. Unspoken segments have none. Time and memory grow with the
/// length of the text alone.
///
/// Words must fit in whole milliseconds: of more cues than the media has milliseconds, those without room are dropped.
///
/// Where the timeline's cues are settled they are these, whatever the style.
pub fn cut(timeline: &Timeline, style: &Style) -> Vec<Cue> {
    if let Some(settled) = &timeline.cues {
        return as_settled(timeline, settled);
    }
    let mut cues = Vec::new();
    for passage in pieces::passages(timeline, style) {
        for cue in split::split(&passage, style) {
            let pieces = &passage.pieces[cue];
            let (first, last) = (pieces.first(), pieces.last());
            let (Some(first), Some(last)) = (first, last) else { continue };
            cues.push(Cue {
                span: Span::new(first.span.start, last.span.end),
                lines: lines::break_lines(pieces, style),
                speaker: passage.speaker,
                look: Look::default(),
            });
        }
    }
    let end = if style.whole_seconds { Ms(media_end(timeline).0 / 1000 * 1000) } else { media_end(timeline) };
    timing::set_apart(&mut cues, end);
    timing::give_time_to_read(&mut cues, style, end);
    cues
}

/// Settled cues as they are; by hand anything can be written into a file.
fn as_settled(timeline: &Timeline, settled: &[SettledCue]) -> Vec<Cue> {
    let mut cues: Vec<Cue> = settled.iter().map(Cue::from).collect();
    for cue in &mut cues {
        cue.lines = cue.lines.iter().map(|line| pieces::one_line(line)).filter(|line| !line.is_empty()).collect();
        cue.speaker = cue.speaker.filter(|speaker| *speaker < timeline.speakers.len());
    }
    cues.retain(|cue| !cue.lines.is_empty());
    cues.sort_by_key(|cue| cue.span.start);
    timing::set_apart(&mut cues, media_end(timeline));
    cues
}

impl From<&SettledCue> for Cue {
    fn from(settled: &SettledCue) -> Cue {
        let SettledCue { span, lines, speaker } = settled.clone();
        Cue { span, lines, speaker, look: Look::default() }
    }
}

impl From<&Cue> for SettledCue {
    fn from(cue: &Cue) -> SettledCue {
        SettledCue { span: cue.span, lines: cue.lines.clone(), speaker: cue.speaker }
    }
}

/// The same with the speaker's name before the first words of each turn, for formats that have no other place for it. The
/// name counts as text: lines are no longer for it, and cues leave time to read it.
pub fn cut_with_names(timeline: &Timeline, style: &Style) -> Vec<Cue> {
    with_names(timeline, |named| cut(named, style))
}

/// As [`verbatim`], with the speaker's name before the first words of each turn.
pub fn verbatim_with_names(timeline: &Timeline) -> Vec<Cue> {
    with_names(timeline, verbatim)
}

/// The cues of a timeline in whose text the speakers' names stand; no cue has a speaker besides.
fn with_names(timeline: &Timeline, cues_of: impl FnOnce(&Timeline) -> Vec<Cue>) -> Vec<Cue> {
    let mut named = timeline.clone();
    let mut before = None;
    named.cues.iter_mut().for_each(|cues| cues.sort_by_key(|cue| cue.span.start));
    for cue in named.cues.iter_mut().flatten() {
        let name = timeline.speaker_name(cue.speaker).filter(|_| cue.speaker != before);
        if let Some((line, name)) = cue.lines.first_mut().zip(name) {
            line.insert_str(0, &format!("{name}: "));
        }
        before = cue.speaker;
    }
    before = None;
    for segment in named.segments.iter_mut().filter(|segment| segment.span.is_some()) {
        if let Some(name) = timeline.speaker_name(segment.speaker).filter(|_| segment.speaker != before) {
            // A full-width colon is a mark that Chinese subtitles leave out; it takes the same room, and is put in again.
            let prefix = format!("{name}: ");
            let length = prefix.chars().count();
            segment.text.insert_str(0, &prefix);
            segment.words.iter_mut().for_each(|Word { chars, .. }| *chars = chars.start + length..chars.end + length);
        }
        before = segment.speaker;
    }
    let mut cues = cues_of(&named);
    for cue in &mut cues {
        let name = timeline.speaker_name(cue.speaker.take()).filter(|name| !name.is_ascii());
        let Some((line, name)) = cue.lines.first_mut().zip(name) else { continue };
        if let Some(rest) = line.strip_prefix(&format!("{name}: ")) {
            *line = format!("{name}：{rest}");
        }
    }
    cues
}

/// One cue for each spoken segment, its text exactly as it stands there but on one line.
///
/// Times are those of the segments; only where they overlap or are empty they give way by as little as possible.
pub fn verbatim(timeline: &Timeline) -> Vec<Cue> {
    let mut cues: Vec<Cue> = timeline
        .spoken()
        .map(|(segment, span)| Cue {
            span,
            lines: vec![pieces::one_line(&segment.text)],
            speaker: segment.speaker,
            look: Look::default(),
        })
        .filter(|cue| !cue.lines[0].is_empty())
        .collect();
    cues.sort_by_key(|cue| cue.span.start);
    timing::set_apart(&mut cues, media_end(timeline));
    cues
}

/// The last moment that a cue may reach. A duration that no recording has (a timeline made by hand) is bounded, so that
/// no sum of times overflows.
fn media_end(timeline: &Timeline) -> Ms {
    const LONGEST_MEDIA: Ms = Ms::from_secs(100 * 365 * 24 * 3600);
    timeline.duration().clamp(Ms::ZERO, LONGEST_MEDIA)
}
