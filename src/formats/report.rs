//! `report.html`: one page, complete in itself, that shows what was made of a recording and where to look again.

use askama::Template;
use thiserror::Error;

use super::plot::{self, Plot};
use crate::cues::Cue;
use crate::signal::{Loudness, Peaks, Sound, SpeechMap};
use crate::timeline::{GapKind, Moved, Ms, Repairs, Segment, Span, Speaker, Tier, Timeline};

mod words;

use words::Words;

/// What it is called in a project folder.
pub const FILE: &str = "report.html";

/// How many of the uncertain sentences are listed, the least certain first.
const MOST_UNCERTAIN: usize = 100;

/// The report could not be written.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The template failed.
    #[error("the report could not be laid out: {0}")]
    Template(#[from] askama::Error),
}

/// What a report is made of.
pub struct Report<'a> {
    /// The timeline.
    pub timeline: &'a Timeline,
    /// The subtitles that were cut from it, in the order of time.
    pub cues: &'a [Cue],
    /// What sounds when.
    pub map: &'a SpeechMap,
    /// The outline of the waveform.
    pub peaks: &'a Peaks,
    /// How loud the recording is.
    pub loudness: Loudness,
}

/// The page, as HTML. Its language is the timeline's; its size grows with the transcript's, at about 300 bytes a cue.
///
/// # Errors
/// [`ReportError::Template`] when the template cannot be filled, which no content brings about.
pub fn html(report: &Report) -> Result<String, ReportError> {
    let timeline = report.timeline;
    let repairs = timeline.repairs();
    let page = Page {
        words: Words::of(timeline.language),
        language: timeline.language.code(),
        timeline,
        facts: facts(report, repairs.as_ref()),
        plot: plot::svg(&Plot { peaks: report.peaks, map: report.map, timeline: Some(timeline) }),
        cues: cue_rows(report),
        uncertain: uncertain(timeline),
        gaps: gaps(timeline),
        moved: repairs.map(|repairs| moved(timeline, repairs)),
        unspoken: timeline.segments.iter().filter(|segment| segment.span.is_none()).collect(),
        speakers: speakers(timeline),
    };
    Ok(page.render()?)
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    words: &'static Words,
    language: &'static str,
    timeline: &'a Timeline,
    facts: Vec<(&'static str, String)>,
    plot: String,
    cues: Vec<CueRow<'a>>,
    uncertain: Uncertain<'a>,
    gaps: Vec<(Span, &'static str)>,
    /// `None` where the transcript had no times.
    moved: Option<Vec<(Moved, &'a Segment)>>,
    unspoken: Vec<&'a Segment>,
    speakers: Vec<SpeakerRow<'a>>,
}

struct CueRow<'a> {
    span: Span,
    speaker: &'a str,
    lines: &'a [String],
    confidence: Option<f32>,
}

struct Uncertain<'a> {
    rows: Vec<(Span, &'a Segment)>,
    more: usize,
}

struct SpeakerRow<'a> {
    name: &'a str,
    title: &'a str,
    colour: String,
    time: Ms,
    share: String,
    turns: usize,
}

impl Page<'_> {
    /// A confidence for people.
    fn percent(&self, confidence: &f32) -> String {
        percent(f64::from(*confidence), 1.0)
    }

    /// The class that shades a cue: the paler the row, the less its times are to be trusted.
    fn shade(&self, confidence: &Option<f32>) -> &'static str {
        match confidence {
            Some(confidence) if *confidence < plot::UNCERTAIN => "weak",
            Some(confidence) if *confidence < (1.0 + plot::UNCERTAIN) / 2.0 => "fair",
            _ => "sure",
        }
    }

    fn speaker(&self, id: &Option<usize>) -> &str {
        self.timeline.speaker_name(*id).unwrap_or_default()
    }

    fn tier(&self, tier: &Tier) -> &'static str {
        match tier {
            Tier::Sure => self.words.sure,
            Tier::Likely => self.words.likely,
            Tier::Guess => self.words.guess,
        }
    }
}

fn percent(part: f64, whole: f64) -> String {
    if whole > 0.0 { format!("{:.0}%", 100.0 * part / whole) } else { "–".to_owned() }
}

/// The table at the top.
fn facts(report: &Report, repairs: Option<&Repairs>) -> Vec<(&'static str, String)> {
    let (timeline, words) = (report.timeline, Words::of(report.timeline.language));
    let media = &timeline.media;
    let timed = timeline.spoken().count();
    let all = timeline.segments.len();
    let decibel = |value: Option<f64>, unit: &str| value.map_or("–".to_owned(), |value| format!("{value:.1} {unit}"));
    let heard = [(words.speech, Sound::Speech), (words.music, Sound::Music), (words.silence, Sound::Silence)]
        .map(|(name, sound)| format!("{name} {}", report.map.total(sound)))
        .join(" · ");
    let mut facts = vec![
        (words.media, format!("{} · {}", media.container, media.codec)),
        (words.duration, media.duration.to_string()),
        (words.heard, heard),
        (
            words.loudness,
            format!(
                "{} · {} {}",
                decibel(report.loudness.integrated, "LUFS"),
                words.true_peak,
                decibel(report.loudness.true_peak, "dBTP")
            ),
        ),
        (words.timed, format!("{timed} / {all} ({})", percent(timed as f64, all as f64))),
        (words.unspoken, (all - timed).to_string()),
        (words.cues, report.cues.len().to_string()),
        (words.speakers, timeline.speakers.len().to_string()),
        (words.chapters, timeline.chapters.len().to_string()),
        (words.gaps, timeline.gaps.len().to_string()),
        (words.corrections, timeline.corrections.len().to_string()),
    ];
    if let Some(repairs) = repairs {
        let (kept, moved) = (repairs.kept, repairs.moved.len());
        let mut told = format!("{kept} {} · {moved} {}", words.kept, words.moved);
        if let Some(lateness) = repairs.lateness {
            let (first, last) = (lateness.first, lateness.last);
            let (how, first, last) =
                if first < Ms::ZERO { (words.early, -first, -last) } else { (words.late, first, last) };
            told += &format!(" · {how} {first} – {last}");
        }
        facts.push((words.given, told));
    }
    if media.audio_offset != Ms::ZERO {
        facts.insert(2, (words.offset, media.audio_offset.to_string()));
    }
    facts
}

/// The cues, each with the confidence of the least certain sentence that it shows.
fn cue_rows<'a>(report: &Report<'a>) -> Vec<CueRow<'a>> {
    let timeline = report.timeline;
    let mut spoken: Vec<(Span, f32)> = timeline.spoken().map(|(segment, span)| (span, segment.confidence)).collect();
    spoken.sort_by_key(|&(span, _)| span);
    let mut first = 0;
    let row = |cue: &'a Cue| {
        while spoken.get(first).is_some_and(|(span, _)| span.end <= cue.span.start) {
            first += 1;
        }
        let shown = spoken[first..].iter().take_while(|(span, _)| span.start < cue.span.end);
        let confidence = shown.filter(|(span, _)| span.overlap(cue.span).is_some()).map(|&(_, c)| c).reduce(f32::min);
        let speaker = timeline.speaker_name(cue.speaker).unwrap_or_default();
        CueRow { span: cue.span, speaker, lines: &cue.lines, confidence }
    };
    report.cues.iter().map(row).collect()
}

fn uncertain(timeline: &Timeline) -> Uncertain<'_> {
    let mut rows: Vec<(Span, &Segment)> = timeline
        .spoken()
        .filter(|(segment, _)| plot::uncertain(segment))
        .map(|(segment, span)| (span, segment))
        .collect();
    rows.sort_by(|a, b| a.1.confidence.total_cmp(&b.1.confidence).then(a.0.cmp(&b.0)));
    let more = rows.len().saturating_sub(MOST_UNCERTAIN);
    rows.truncate(MOST_UNCERTAIN);
    Uncertain { rows, more }
}

fn gaps(timeline: &Timeline) -> Vec<(Span, &'static str)> {
    let words = Words::of(timeline.language);
    let name = |kind| match kind {
        GapKind::Silence => words.silence,
        GapKind::Music => words.music,
        GapKind::Untranscribed => words.untranscribed,
    };
    timeline.gaps.iter().map(|gap| (gap.span, name(gap.kind))).collect()
}

fn moved(timeline: &Timeline, repairs: Repairs) -> Vec<(Moved, &Segment)> {
    let row = |moved: Moved| Some((moved, timeline.segments.get(moved.segment)?));
    repairs.moved.into_iter().filter_map(row).collect()
}

fn speakers<'a>(timeline: &'a Timeline) -> Vec<SpeakerRow<'a>> {
    let times = timeline.speaking_times();
    let all: i64 = times.iter().map(|(time, _)| time.0).sum();
    let row = |speaker: &'a Speaker, time: Ms, turns: usize| SpeakerRow {
        name: &speaker.name,
        title: speaker.title.as_deref().unwrap_or_default(),
        colour: plot::speaker_colour(speaker.id),
        time,
        share: percent(time.0 as f64, all as f64),
        turns,
    };
    timeline.speakers.iter().zip(times).map(|(speaker, (time, turns))| row(speaker, time, turns)).collect()
}
