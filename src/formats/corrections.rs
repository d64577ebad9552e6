//! `corrections.tsv`.

use std::io::Write;

use super::{FormatError, Note, text};
use crate::timeline::Correction;

/// Writes the table of corrections: tab-separated, with a header. `wrong` stands exactly where `line` and `offset` say;
/// a correction whose `wrong` has a tab or a line break in it has no place in such a table and is left out.
///
/// # Errors
/// What the writer says.
pub(super) fn write(corrections: &[Correction], out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
    writeln!(out, "line\toffset\twrong\tright\ttier\treason")?;
    let mut left_out = 0;
    for Correction { line, offset, wrong, right, tier, reason } in corrections {
        if wrong.contains(['\t', '\n', '\r']) {
            left_out += 1;
            continue;
        }
        let right = right.replace(['\t', '\n', '\r'], " ");
        writeln!(out, "{line}\t{offset}\t{wrong}\t{right}\t{}\t{}", tier.name(), text::one_line(reason))?;
    }
    Ok(if left_out > 0 { vec![Note::CorrectionsLeftOut { count: left_out }] } else { vec![] })
}
