//! Praat's TextGrid in its long text form: a tier of sentences, one of words and, where they are known, one of phones. Read are the
//! long and the short form.

mod read;

use std::io::{self, Write};

use super::reading::{Reading, Unreadable};
use super::{Format, FormatError, Note, Phones, Reader, Subject, grid, text};
use crate::timeline::{Ms, Span};

/// TextGrid (`.TextGrid`).
pub(super) struct TextGrid;

/// A tier's labelled stretches; what lies between them is empty intervals.
struct Tier {
    name: &'static str,
    intervals: Vec<(Span, String)>,
}

impl Format for TextGrid {
    fn name(&self) -> &'static str {
        "TextGrid"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["TextGrid"]
    }

    fn phones(&self) -> Phones {
        Phones::Always
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let end = subject.timeline.duration().max(Ms::ZERO);
        let (mut sentences, mut words, mut phones) = (Vec::new(), Vec::new(), Vec::new());
        let mut left_out = 0;
        let (timeline, guessed) = grid::with_words(subject.timeline);
        for (segment, span) in timeline.spoken() {
            sentences.push((span, text::one_line(&segment.text)));
            for (word, text) in text::words(segment) {
                match word.span {
                    Some(span) => words.push((span, text::one_line(text))),
                    None => left_out += 1,
                }
                phones.extend(word.phones.iter().map(|timed| (timed.span, timed.phone.name().to_owned())));
            }
        }
        let has_phones = !phones.is_empty();
        let overlapping = overlapping(&mut sentences);
        let (sentences, _) = tile(sentences, end);
        let (words, lost) = tile(words, end);
        let (phones, _) = tile(phones, end);
        left_out += lost;
        let mut tiers =
            vec![Tier { name: "sentences", intervals: sentences }, Tier { name: "words", intervals: words }];
        if has_phones {
            tiers.push(Tier { name: "phones", intervals: phones });
        }
        write_grid(&tiers, end, out)?;
        let mut notes: Vec<Note> = Note::speakers_left_out("TextGrid", subject).into_iter().collect();
        if overlapping > 0 {
            notes.push(Note::Overlaps { target: "TextGrid", count: overlapping });
        }
        if guessed > 0 {
            notes.push(Note::WordsGuessed { target: "TextGrid", count: guessed });
        }
        if left_out > 0 {
            notes.push(Note::WordsLeftOut { target: "TextGrid", count: left_out });
        }
        Ok(notes)
    }
}

/// How many begin before the one before ends; they are put in order.
fn overlapping(labelled: &mut [(Span, String)]) -> usize {
    labelled.sort_by_key(|(span, _)| span.start);
    labelled.windows(2).filter(|pair| pair[1].0.start < pair[0].0.end).count()
}

impl Reader for TextGrid {
    fn name(&self) -> &'static str {
        Format::name(self)
    }

    fn endings(&self) -> &'static [&'static str] {
        Format::endings(self)
    }

    fn knows(&self, text: &str) -> bool {
        text.trim_start().starts_with("File type = \"ooTextFile\"") || text.trim_start().starts_with("\"ooTextFile\"")
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        read::read(text)
    }
}

/// Intervals that cover the time from zero to `end` without gap or overlap, as Praat demands; and how many of the
/// labelled ones had no length left.
fn tile(mut labelled: Vec<(Span, String)>, end: Ms) -> (Vec<(Span, String)>, usize) {
    labelled.sort_by_key(|(span, _)| span.start);
    let (mut intervals, mut reached, mut lost) = (Vec::new(), Ms::ZERO, 0);
    for (span, label) in labelled {
        let span = Span::new(span.start.clamp(reached, end), span.end.min(end));
        if span.start == span.end {
            lost += 1;
            continue;
        }
        if reached < span.start {
            intervals.push((Span::new(reached, span.start), String::new()));
        }
        reached = span.end;
        intervals.push((span, label));
    }
    if reached < end {
        intervals.push((Span::new(reached, end), String::new()));
    }
    (intervals, lost)
}

fn write_grid(tiers: &[Tier], end: Ms, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n")?;
    writeln!(out, "xmin = 0\nxmax = {}\ntiers? <exists>\nsize = {}\nitem []:", end.seconds(), tiers.len())?;
    for (number, tier) in (1..).zip(tiers) {
        writeln!(out, "    item [{number}]:\n        class = \"IntervalTier\"\n        name = \"{}\"", tier.name)?;
        writeln!(out, "        xmin = 0\n        xmax = {}", end.seconds())?;
        writeln!(out, "        intervals: size = {}", tier.intervals.len())?;
        for (number, (span, label)) in (1..).zip(&tier.intervals) {
            let (start, end) = (span.start.seconds(), span.end.seconds());
            writeln!(out, "        intervals [{number}]:\n            xmin = {start}\n            xmax = {end}")?;
            writeln!(out, "            text = \"{}\"", label.replace('"', "\"\""))?;
        }
    }
    Ok(())
}
