//! `zimu align --batch`: a manifest of recordings, and a table of what came of each.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use unicode_width::UnicodeWidthStr;

use super::{Failure, Voice, damage, say, summary};
use crate::batch::{Aligned, Batch, Item, Outcome, Plan};
use crate::formats::{self, Format, FormatError};
use crate::make::Wishes;
use crate::progress::Progress;
use crate::timeline::Ms;

/// What is typed for a batch.
#[derive(Clone, Debug, ClapArgs)]
pub struct Options {
    /// Align the recordings that a manifest lists (tab-separated; columns file, and transcript or text, and perhaps name
    /// and language); OUT is the folder of the results. What was done before is not done again without --force
    #[arg(long, value_name = "MANIFEST", conflicts_with_all = ["media", "transcript"])]
    pub batch: Option<PathBuf>,
    /// Recordings of a batch at a time [default: as many as there are cores]
    #[arg(short, long, value_name = "N", conflicts_with_all = ["media", "transcript"],
        value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Formats of a batch, by their endings, apart by commas
    #[arg(long, value_name = "LIST", conflicts_with_all = ["media", "transcript"], value_delimiter = ',',
        default_value = "TextGrid")]
    format: Vec<String>,
}

impl Options {
    /// What is to be done: results go to `folder`; with `force` rows are done again that were done before, and those
    /// written that do not fit.
    ///
    /// # Errors
    /// [`FormatError::UnknownEnding`] of a format that there is not.
    pub fn plan(&self, folder: &Path, wishes: Wishes, force: bool) -> Result<Plan, FormatError> {
        Ok(Plan { folder: folder.into(), formats: self.formats()?, wishes, force, jobs: self.jobs() })
    }

    fn jobs(&self) -> NonZeroUsize {
        let wanted = self.jobs.and_then(|jobs| NonZeroUsize::new(jobs.into()));
        wanted.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
    }

    fn formats(&self) -> Result<Vec<&'static dyn Format>, FormatError> {
        let mut formats: Vec<&'static dyn Format> = Vec::new();
        for ending in &self.format {
            let format = formats::for_path(Path::new(&format!(".{}", ending.trim().trim_start_matches('.'))))?;
            if formats.iter().all(|known| known.name() != format.name()) {
                formats.push(format);
            }
        }
        Ok(formats)
    }
}

/// Works a manifest off and prints the table.
///
/// # Errors
/// [`Failure`] where the batch cannot be begun, or some of its rows could not be done.
pub fn run(manifest: &Path, plan: &Plan, voice: &Voice, progress: &dyn Progress) -> Result<(), Failure> {
    let started = Instant::now();
    let batch = Batch::read(manifest)?;
    batch.check(plan)?;
    let outcomes = batch.run(plan, progress)?;
    warn_of(&batch.items, &outcomes, progress);
    if voice.quiet {
        tell_failures(&batch.items, &outcomes);
    } else {
        let mut out = io::stdout().lock();
        out.write_all(table(&batch.items, &outcomes).as_bytes())
            .and_then(|()| out.flush())
            .map_err(FormatError::Out)?;
    }
    tell_repairs(&batch.items, &outcomes, voice);
    voice.tell(&sum(&outcomes, started.elapsed()));
    match outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Failed(_))).count() {
        0 => Ok(()),
        failed => Err(Failure::Rows { failed, all: outcomes.len() }),
    }
}

/// Tells, row by row, what the user ought to know though the row was done.
fn warn_of(items: &[Item], outcomes: &[Outcome], progress: &dyn Progress) {
    for (item, outcome) in items.iter().zip(outcomes) {
        let Outcome::Aligned(aligned) = outcome else { continue };
        let warnings = aligned.warnings.iter().map(ToString::to_string);
        let damage = damage(&aligned.damaged_lines).into_iter();
        let misfit = aligned.misfit.iter().map(ToString::to_string);
        let notes = aligned.notes.iter().map(ToString::to_string);
        for told in warnings.chain(damage).chain(misfit).chain(notes) {
            progress.warn(&format!("{}: {told}", item.label));
        }
    }
}

/// Tells what became of the times that transcripts brought.
fn tell_repairs(items: &[Item], outcomes: &[Outcome], voice: &Voice) {
    for (item, outcome) in items.iter().zip(outcomes) {
        if let Outcome::Aligned(Aligned { repairs: Some(repairs), .. }) = outcome {
            voice.tell(&format!("{}: {}", item.label, summary::of_repairs(repairs)));
        }
    }
}

fn tell_failures(items: &[Item], outcomes: &[Outcome]) {
    for (item, outcome) in items.iter().zip(outcomes) {
        if let Outcome::Failed(error) = outcome {
            say(&format!("error: {}: {}", item.label, one_line(&error.to_string())));
        }
    }
}

/// A line a row: its recording; seconds, sentences, fit, the time it took and how many times faster than the sound that
/// is; or why there are none.
fn table(items: &[Item], outcomes: &[Outcome]) -> String {
    let widest = items.iter().map(|item| item.label.width()).max().unwrap_or_default().max("file".len());
    let mut table = String::new();
    let mut line = |file: &str, rest: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{file}{}  {rest}", " ".repeat(widest - file.width()));
    };
    line("file", &format!("{:>10}  {:>11}  {:>4}  {:>8}  {:>7}", "seconds", "sentences", "fit", "took", "speed"));
    for (item, outcome) in items.iter().zip(outcomes) {
        line(
            &item.label,
            &match outcome {
                Outcome::Aligned(aligned) => figures(aligned),
                Outcome::DoneBefore => "done before".to_owned(),
                Outcome::Failed(error) => format!("error: {}", one_line(&error.to_string())),
            },
        );
    }
    table
}

fn figures(aligned: &Aligned) -> String {
    let Aligned { duration, spoken, sentences, fit, took, .. } = aligned;
    format!(
        "{:>10.3}  {:>11}  {:>3.0}%  {:>6.2} s  {:>6.0}×",
        duration.seconds(),
        format!("{spoken} of {sentences}"),
        100.0 * fit,
        took.as_secs_f64(),
        times_real_time(*duration, *took)
    )
}

/// The batch in a line.
fn sum(outcomes: &[Outcome], took: Duration) -> String {
    let (mut aligned, mut before, mut failed, mut sound) = (0, 0, 0, Ms::ZERO);
    for outcome in outcomes {
        match outcome {
            Outcome::Aligned(row) => {
                aligned += 1;
                sound += row.duration;
            }
            Outcome::DoneBefore => before += 1,
            Outcome::Failed(_) => failed += 1,
        }
    }
    let counts = format!("{aligned} aligned, {before} done before, {failed} failed");
    if aligned == 0 {
        return counts;
    }
    let (seconds, times) = (took.as_secs_f64(), times_real_time(sound, took));
    format!("{counts}; {sound} of sound in {seconds:.1} s, {times:.0} times real time")
}

fn times_real_time(sound: Ms, took: Duration) -> f64 {
    sound.seconds() / took.as_secs_f64().max(1e-3)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{RowError, Text};

    fn item(label: &str) -> Item {
        let (media, name) = (label.into(), label.into());
        Item { line: 2, label: label.into(), media, text: Text::Inline("hi".into()), language: None, name }
    }

    fn aligned(milliseconds: i64, took: u64) -> Outcome {
        Outcome::Aligned(Aligned {
            duration: Ms(milliseconds),
            spoken: 3,
            sentences: 4,
            fit: 0.987,
            repairs: None,
            took: Duration::from_millis(took),
            warnings: vec![],
            damaged_lines: vec![],
            misfit: None,
            notes: vec![],
        })
    }

    #[test]
    fn the_table_has_a_line_a_row_and_its_columns_stand_below_each_other() {
        let items = ["ann/1.wav", "录音.wav", "b.wav", "c.wav"].map(item);
        let broken = RowError::Panic { what: "index\n out of bounds".into() };
        let outcomes = [aligned(12_345, 100), aligned(3_600_000, 36_000), Outcome::DoneBefore, Outcome::Failed(broken)];
        insta::assert_snapshot!(table(&items, &outcomes), @"
        file          seconds    sentences   fit      took    speed
        ann/1.wav      12.345       3 of 4   99%    0.10 s     123×
        录音.wav     3600.000       3 of 4   99%   36.00 s     100×
        b.wav      done before
        c.wav      error: zimu stumbled over it, which is a fault of zimu: please report it (index out of bounds)
        ");
        assert_eq!(
            sum(&outcomes, Duration::from_secs(20)),
            "2 aligned, 1 done before, 1 failed; 1:00:12.345 of sound in 20.0 s, 181 times real time"
        );
        assert_eq!(sum(&outcomes[2..], Duration::from_secs(1)), "0 aligned, 1 done before, 1 failed");
    }
}
