//! What `make` says at its end, and `align` of the times that it was given.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::make::Made;
use crate::timeline::{Correction, GapKind, Lateness, Ms, Repairs, Segment, Tier, Timeline};

/// Uncertain places that are listed.
const LISTED: usize = 10;
/// Speakers that are listed.
const MOST_SPEAKERS: usize = 20;
/// Sentences at least as sure as this are not listed: of the words above it, 98 to 100% were right (docs/accuracy.md).
const SURE: f32 = 0.9;
/// Characters of a sentence that are quoted.
const QUOTED: usize = 24;

/// The summary: duration, share timed, unspoken, gaps, the least certain places, the files.
pub fn of(made: &Made, files: &[PathBuf], folder: &Path) -> String {
    let timeline = &made.timeline;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_facts(&mut text, made);
    let _ = write_given(&mut text, timeline);
    let _ = write_unspoken(&mut text, timeline);
    let _ = write_uncertain(&mut text, timeline);
    let _ = write!(text, "{} files in {}", files.len(), folder.display());
    text
}

fn write_facts(text: &mut String, made: &Made) -> std::fmt::Result {
    let timeline = &made.timeline;
    let (timed, all) = (timeline.spoken().count(), timeline.segments.len());
    let words = timeline.segments.iter().flat_map(|segment| &segment.words);
    let (timed_words, all_words) =
        words.fold((0, 0), |(timed, all), word| (timed + usize::from(word.span.is_some()), all + 1));
    writeln!(text, "{} of {}, {}", timeline.duration(), timeline.media.path, timeline.media.codec)?;
    writeln!(
        text,
        "timed      {:.1}% of the words: {timed} of {all} sentences, {} cues",
        percent(timed_words, all_words),
        made.cues.len()
    )?;
    writeln!(text, "cleaned    {} changes to the transcript", made.changes)?;
    writeln!(
        text,
        "corrected  {} (the sure ones are applied; all are in corrections.tsv)",
        tiers(&timeline.corrections)
    )?;
    write_speakers(text, timeline)?;
    writeln!(text, "chapters   {}", timeline.chapters.len())?;
    for (kind, name) in [
        (GapKind::Untranscribed, "speech that the transcript lacks"),
        (GapKind::Music, "music and applause"),
        (GapKind::Silence, "silence"),
    ] {
        let gaps: Vec<Ms> = timeline.gaps.iter().filter(|gap| gap.kind == kind).map(|gap| gap.span.length()).collect();
        if !gaps.is_empty() {
            let total = gaps.iter().fold(Ms::ZERO, |sum, &length| sum + length);
            writeln!(text, "gaps       {total} of {name}, in {}", places(gaps.len()))?;
        }
    }
    Ok(())
}

/// A table of speaking times; of many speakers those who speak most, in the order of their first words.
fn write_speakers(text: &mut String, timeline: &Timeline) -> std::fmt::Result {
    writeln!(text, "speakers   {}", timeline.speakers.len())?;
    let times = timeline.speaking_times();
    let all: usize = times.iter().map(|(time, _)| time.0 as usize).sum();
    let mut most: Vec<usize> = (0..times.len()).collect();
    most.sort_by_key(|&at| -times[at].0.0);
    let rest = most.split_off(most.len().min(MOST_SPEAKERS));
    most.sort_unstable();
    for speaker in most.iter().map(|&at| &timeline.speakers[at]) {
        let (time, turns) = times[speaker.id];
        let share = percent(time.0 as usize, all);
        let title = speaker.title.as_deref().map(|title| format!(", {title}")).unwrap_or_default();
        writeln!(text, "           {:>11} {share:>5.1}% {turns:>4} {}{title}", time.to_string(), speaker.name)?;
    }
    if !rest.is_empty() {
        let time = rest.iter().fold(Ms::ZERO, |sum, &at| sum + times[at].0);
        writeln!(
            text,
            "           {:>11} {:>5.1}%      {} more",
            time.to_string(),
            percent(time.0 as usize, all),
            rest.len()
        )?;
    }
    Ok(())
}

/// What became of the times that the transcript brought along, in lines; empty where it brought none.
pub fn given(timeline: &Timeline) -> String {
    let mut text = String::new();
    let _ = write_given(&mut text, timeline);
    text
}

/// How many corrections there are of each tier.
pub fn tiers(corrections: &[Correction]) -> String {
    let count = |tier: Tier| corrections.iter().filter(|correction| correction.tier == tier).count();
    Tier::ALL.map(|tier| format!("{} {}", count(tier), tier.name())).join(", ")
}

/// The same in one line.
pub fn of_repairs(repairs: &Repairs) -> String {
    let mut text = format!("times for {}", sentences(repairs.sentences()));
    match repairs.lateness {
        None => text += ": ",
        Some(Lateness { first, last }) if first.distance(last) < Ms(100) => {
            text += &format!(", {} throughout: ", late(first));
        }
        Some(Lateness { first, last }) => {
            text += &format!(", {} at the start and {} at the end: ", late(first), late(last));
        }
    }
    let but_for_that = if repairs.lateness.is_some() { " but for that" } else { "" };
    text += &format!("{} kept{but_for_that}", repairs.kept);
    let distances = repairs.distances();
    if let Some(most) = distances.last() {
        let (count, median) = (distances.len(), distances[distances.len() / 2]);
        text += &format!(", {count} moved (median {}, most {})", seconds(median), seconds(*most));
    }
    if repairs.unspoken > 0 {
        text += &format!(", {} not spoken", repairs.unspoken);
    }
    text
}

fn write_given(text: &mut String, timeline: &Timeline) -> std::fmt::Result {
    let Some(repairs) = timeline.repairs() else { return Ok(()) };
    writeln!(text, "given      {}", of_repairs(&repairs))?;
    let mut worst = repairs.moved;
    worst.sort_by_key(|moved| -moved.by.distance(Ms::ZERO));
    for moved in worst.iter().take(LISTED) {
        let Some(segment) = timeline.segments.get(moved.segment) else { continue };
        let (given, found) = (moved.given.to_string(), moved.found.to_string());
        let line = segment.source.start.line;
        writeln!(text, "           line {line:<5} {given:>11} → {found:>11}  {}", quote(&segment.text))?;
    }
    if worst.len() > LISTED {
        writeln!(text, "           … and {} more", worst.len() - LISTED)?;
    }
    Ok(())
}

fn write_unspoken(text: &mut String, timeline: &Timeline) -> std::fmt::Result {
    let unspoken: Vec<&Segment> =
        timeline.segments.iter().filter(|segment| segment.span.is_none() && !segment.words.is_empty()).collect();
    if unspoken.is_empty() {
        return Ok(());
    }
    writeln!(text, "unspoken   {}", sentences(unspoken.len()))?;
    for segment in unspoken.iter().take(LISTED) {
        writeln!(text, "           line {:<5} {}", segment.source.start.line, quote(&segment.text))?;
    }
    if unspoken.len() > LISTED {
        writeln!(text, "           … and {} more, in report.html", unspoken.len() - LISTED)?;
    }
    Ok(())
}

fn write_uncertain(text: &mut String, timeline: &Timeline) -> std::fmt::Result {
    let mut doubtful: Vec<_> = timeline.spoken().filter(|(segment, _)| segment.confidence < SURE).collect();
    doubtful.sort_by(|a, b| a.0.confidence.total_cmp(&b.0.confidence));
    doubtful.truncate(LISTED);
    if !doubtful.is_empty() {
        writeln!(text, "least certain places:")?;
    }
    for (segment, span) in doubtful {
        writeln!(
            text,
            "  {:>12}  {:>3.0}%  {}",
            span.start.to_string(),
            segment.confidence * 100.0,
            quote(&segment.text)
        )?;
    }
    Ok(())
}

fn quote(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if text.chars().count() > QUOTED {
        quoted.push('…');
    }
    quoted
}

fn seconds(time: Ms) -> String {
    format!("{:.1} s", time.distance(Ms::ZERO).seconds())
}

fn late(time: Ms) -> String {
    format!("{} {}", seconds(time), if time < Ms::ZERO { "early" } else { "late" })
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn places(count: usize) -> String {
    if count == 1 { "1 place".into() } else { format!("{count} places") }
}

fn sentences(count: usize) -> String {
    if count == 1 { "1 sentence".into() } else { format!("{count} sentences") }
}
