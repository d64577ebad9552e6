//! Plain text and Markdown: every line is a paragraph until joining says otherwise.

use super::trimmed;
use crate::transcript::draft::{Draft, Paragraph};

/// Takes blank lines out; all else is left to the rules. That a line began with blanks can be seen from the point of
/// its first character.
pub(super) fn parse(lines: &[String]) -> Draft {
    let mut draft = Draft::default();
    for (number, line) in (1..).zip(lines) {
        if !line.trim().is_empty() {
            draft.paragraphs.push(Paragraph { text: trimmed(number, line), ..Paragraph::default() });
        }
    }
    draft
}
