//! Marks: which may stand where on a line, and how wide text is.

use unicode_width::UnicodeWidthStr;

/// Marks that no line may begin with (W3C, Requirements for Chinese Text Layout, 3.1.6; UAX #14 class CL, EX, NS).
const NO_LINE_STARTS_WITH: &str = "，。、；：？！）》〉」』】〗〕］｝”’…⋯·—～,.;:?!)]}%‰°℃％";

/// Marks that no line may end with (the same section; UAX #14 class OP).
const NO_LINE_ENDS_WITH: &str = "（《〈「『【〖〔［｛“‘([{￥＄$£€";

/// What may stand between a mark and the end of its clause.
const CLOSING: &str = "）》〉」』】〗〕］｝”’)]}\"'";

/// The full-width marks that a style with light marks leaves out.
pub(super) const LIGHT: &str = "。，、；：";

/// Whether a line must not begin with this character.
pub(super) fn starts_no_line(mark: char) -> bool {
    NO_LINE_STARTS_WITH.contains(mark)
}

/// Whether a line must not end with this character.
pub(super) fn ends_no_line(mark: char) -> bool {
    NO_LINE_ENDS_WITH.contains(mark)
}

/// Whether it closes a quotation or a bracket.
pub(super) fn is_closing(mark: char) -> bool {
    CLOSING.contains(mark)
}

/// The mark that ends a text, what closes a quotation or a bracket aside; a letter where there is none.
pub(super) fn last_mark(chars: &[char]) -> char {
    chars.iter().rev().find(|c| !CLOSING.contains(**c) && !c.is_whitespace()).copied().unwrap_or(' ')
}

/// The columns that some characters take on the screen.
pub(super) fn columns(chars: &[char]) -> usize {
    chars.iter().collect::<String>().width()
}
