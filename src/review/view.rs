//! What the page is told of a project, as JSON. Times are seconds.

use serde::Serialize;

use super::doubts::{Doubt, Kind, sentence_of};
use super::journal::{Settled, key};
use crate::cues::Cue;
use crate::formats::plot::UNCERTAIN;
use crate::timeline::{Chapter, Correction, Decision, Gap, Ms, Segment, Span, Timeline};

/// A project, without what is settled of it.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    language: &'static str,
    duration: Ms,
    media: Option<String>,
    speakers: Vec<SpeakerView<'a>>,
    cues: Vec<CueView<'a>>,
    chapters: Vec<ChapterView<'a>>,
    gaps: Vec<GapView>,
    unspoken: Vec<UnspokenView<'a>>,
    corrections: Vec<CorrectionView<'a>>,
    /// The worst first.
    doubts: Vec<DoubtView<'a>>,
}

#[derive(Debug, Serialize)]
struct SpeakerView<'a> {
    name: &'a str,
    title: Option<&'a str>,
    /// How long, in all.
    time: Ms,
}

#[derive(Debug, Serialize)]
struct CueView<'a> {
    start: Ms,
    end: Ms,
    lines: &'a [String],
    speaker: Option<usize>,
    /// How sure its words' times are, the mean.
    confidence: Option<f32>,
    /// The words whose times are not sure: line, first character, end.
    weak: Vec<(usize, usize, usize)>,
}

#[derive(Debug, Serialize)]
struct ChapterView<'a> {
    start: Ms,
    end: Ms,
    title: &'a str,
    level: u8,
}

#[derive(Debug, Serialize)]
struct GapView {
    start: Ms,
    end: Ms,
    kind: crate::timeline::GapKind,
}

#[derive(Debug, Serialize)]
struct UnspokenView<'a> {
    line: u32,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct CorrectionView<'a> {
    key: String,
    line: u32,
    wrong: &'a str,
    right: &'a str,
    tier: &'static str,
    reason: String,
    before: &'a str,
    after: &'a str,
    applied: bool,
    start: Option<Ms>,
    end: Option<Ms>,
}

#[derive(Debug, Serialize)]
struct DoubtView<'a> {
    key: &'a str,
    kind: Kind,
    start: Ms,
    end: Ms,
    about: &'a str,
    correction: Option<usize>,
}

/// What is settled, and whether there is something to take back.
#[derive(Debug, Serialize)]
pub struct SettledView<'a> {
    /// How many acts there were: the page asks for what is newer.
    pub acts: u64,
    /// Acts that are not in `decisions.json` yet.
    pub unsaved: u64,
    decisions: &'a std::collections::BTreeMap<String, Decision>,
    passed: &'a std::collections::BTreeSet<String>,
    undo: bool,
    redo: bool,
}

impl<'a> SettledView<'a> {
    /// That of what is settled.
    pub fn of(settled: &'a Settled, acts: u64, unsaved: u64) -> SettledView<'a> {
        SettledView {
            acts,
            unsaved,
            decisions: &settled.decisions,
            passed: &settled.passed,
            undo: settled.can_undo(),
            redo: settled.can_redo(),
        }
    }
}

impl<'a> View<'a> {
    /// That of a timeline with its cues; `media` is the name of the recording where it can be played.
    pub fn of(timeline: &'a Timeline, cues: &'a [Cue], doubts: &'a [Doubt], media: Option<String>) -> View<'a> {
        let times = timeline.speaking_times();
        let speakers = timeline.speakers.iter().zip(times);
        let unspoken = timeline.segments.iter().filter(|segment| segment.span.is_none());
        View {
            language: timeline.language.code(),
            duration: timeline.duration(),
            media,
            speakers: speakers
                .map(|(speaker, (time, _))| SpeakerView { name: &speaker.name, title: speaker.title.as_deref(), time })
                .collect(),
            cues: cue_views(timeline, cues),
            chapters: timeline.chapters.iter().map(chapter_view).collect(),
            gaps: timeline
                .gaps
                .iter()
                .map(|Gap { span, kind }| GapView { start: span.start, end: span.end, kind: *kind })
                .collect(),
            unspoken: unspoken
                .map(|segment| UnspokenView { line: segment.source.start.line, text: &segment.text })
                .collect(),
            corrections: timeline.corrections.iter().map(|made| correction_view(made, timeline)).collect(),
            doubts: doubts.iter().map(doubt_view).collect(),
        }
    }
}

fn chapter_view(chapter: &Chapter) -> ChapterView<'_> {
    let Chapter { span, title, level, .. } = chapter;
    ChapterView { start: span.start, end: span.end, title, level: *level }
}

fn correction_view<'a>(made: &'a Correction, timeline: &Timeline) -> CorrectionView<'a> {
    let span = sentence_of(made, timeline).and_then(|sentence| timeline.segments[sentence].span);
    CorrectionView {
        key: key(made),
        line: made.line,
        wrong: &made.wrong,
        right: &made.right,
        tier: made.tier.name(),
        reason: made.why(),
        before: &made.before,
        after: &made.after,
        applied: made.applied,
        start: span.map(|span| span.start),
        end: span.map(|span| span.end),
    }
}

fn doubt_view(doubt: &Doubt) -> DoubtView<'_> {
    let Doubt { key, kind, span, about, correction, .. } = doubt;
    DoubtView { key, kind: *kind, start: span.start, end: span.end, about, correction: *correction }
}

/// The cues with the confidence of their words. Cues hold the letters of the spoken sentences, each once and in the order
/// of time; only marks differ.
fn cue_views<'a>(timeline: &Timeline, cues: &'a [Cue]) -> Vec<CueView<'a>> {
    let mut sentences: Vec<(&Segment, Span)> = timeline.spoken().collect();
    sentences.sort_by_key(|(_, span)| span.start);
    let mut sure = sentences.into_iter().flat_map(|(segment, _)| letters(segment));
    cues.iter().map(|cue| cue_view(cue, &mut sure)).collect()
}

/// How sure the word of each letter or digit of a sentence is.
fn letters(segment: &Segment) -> Vec<f32> {
    let mut words = segment.words.iter().peekable();
    let mut sure = Vec::new();
    for (at, c) in segment.text.chars().enumerate() {
        while words.next_if(|word| word.chars.end <= at).is_some() {}
        if c.is_alphanumeric() {
            let word = words.peek().filter(|word| word.chars.start <= at);
            sure.push(word.map_or(segment.confidence, |word| word.probability));
        }
    }
    sure
}

fn cue_view<'a>(cue: &'a Cue, sure: &mut impl Iterator<Item = f32>) -> CueView<'a> {
    let (mut sum, mut count, mut weak) = (0.0, 0u32, Vec::<(usize, usize, usize)>::new());
    for (line, text) in cue.lines.iter().enumerate() {
        for (at, _) in text.chars().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
            let Some(probability) = sure.next() else { continue };
            (sum, count) = (sum + probability, count + 1);
            match weak.last_mut().filter(|last| last.0 == line && last.2 == at) {
                _ if probability >= UNCERTAIN => {}
                Some(last) => last.2 = at + 1,
                None => weak.push((line, at, at + 1)),
            }
        }
    }
    let confidence = (count > 0).then(|| sum / count as f32);
    CueView { start: cue.span.start, end: cue.span.end, lines: &cue.lines, speaker: cue.speaker, confidence, weak }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Word;

    #[test]
    fn words_that_are_not_sure_are_marked() {
        let word = |at: usize, probability| Word { chars: at..at + 1, probability, ..Word::default() };
        let segment = Segment {
            span: Some(Span::new(Ms(0), Ms(2_000))),
            text: "听，见声音".into(),
            words: vec![word(0, 1.0), word(2, 0.2), word(3, 0.4), word(4, 0.8)],
            ..Segment::default()
        };
        let timeline = Timeline { segments: vec![segment], ..Timeline::default() };
        let cues = [Cue { lines: vec!["听 见".into(), "声音".into()], ..Cue::default() }];
        let views = cue_views(&timeline, &cues);
        assert_eq!(views[0].weak, [(0, 2, 3), (1, 0, 1)]);
        assert!((views[0].confidence.unwrap() - 0.6).abs() < 1e-6);
    }
}
