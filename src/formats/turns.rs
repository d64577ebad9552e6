//! The table of turns: who says what, by places in the transcript, with times where there are any.

use std::io::Write;

use super::FormatError;
use crate::speakers::{Cast, CastTurn};
use crate::timeline::{Segment, Sentence, Span};

/// The columns of the table, in their order.
const COLUMNS: [&str; 9] =
    ["start_line", "start_char", "end_line", "end_char", "start", "end", "speaker", "confidence", "first_words"];
/// First words that are shown, in characters.
const SHOWN: usize = 24;

/// Writes the table: tab-separated, with a header, a row a turn. Lines count from 1, characters from 0; times are in
/// seconds and empty where the turn has none. `segments[i]` has the times of sentence `i`, if any has.
///
/// # Errors
/// [`FormatError::Out`] with what the writer says.
pub fn write(
    sentences: &[Sentence],
    cast: &Cast,
    segments: Option<&[Segment]>,
    out: &mut dyn Write,
) -> Result<(), FormatError> {
    let mut table = csv::WriterBuilder::new().delimiter(b'\t').from_writer(out);
    let written = table.write_record(COLUMNS).and_then(|()| {
        cast.turns.iter().try_for_each(|turn| match row(turn, sentences, cast, segments) {
            Some(row) => table.write_record(row),
            None => Ok(()),
        })
    });
    written.map_err(|error| FormatError::Out(error.into()))?;
    table.flush().map_err(FormatError::Out)
}

fn row(turn: &CastTurn, sentences: &[Sentence], cast: &Cast, segments: Option<&[Segment]>) -> Option<[String; 9]> {
    let said = &sentences[turn.sentences.clone()];
    let start = said.iter().find_map(|sentence| sentence.text.place())?.start;
    let end = said.iter().rev().find_map(|sentence| sentence.text.place())?.end;
    let timed = segments.and_then(|segments| {
        segments.get(turn.sentences.clone())?.iter().filter_map(|segment| segment.span).reduce(Span::union)
    });
    let time = |time: Option<crate::timeline::Ms>| time.map_or(String::new(), |time| format!("{:.3}", time.seconds()));
    let text: String = said.iter().map(|sentence| sentence.text.text()).collect();
    Some([
        start.line.to_string(),
        start.offset.to_string(),
        end.line.to_string(),
        end.offset.to_string(),
        time(timed.map(|span| span.start)),
        time(timed.map(|span| span.end)),
        cast.speakers[turn.speaker].name.clone(),
        format!("{:.3}", turn.confidence),
        text.chars().take(SHOWN).collect(),
    ])
}
