//! How `timeline.json` is laid out: indented down to the fields of words, the phones of a word on one line. Indented
//! too, they would be most of the file.

use std::io::{Result, Write};

use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

/// How deep the fields of a word lie: within timeline, segments, segment, words, word.
const WORD_FIELDS: usize = 5;

/// Formats by depth.
#[derive(Default)]
pub(super) struct Layout {
    indented: PrettyFormatter<'static>,
    depth: usize,
}

/// Leaves a step of the writing to the formatter of this depth.
macro_rules! step {
    ($layout:ident, $step:ident($($argument:expr),*)) => {
        if $layout.depth > WORD_FIELDS {
            CompactFormatter.$step($($argument),*)
        } else {
            $layout.indented.$step($($argument),*)
        }
    };
}

impl Formatter for Layout {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        self.depth += 1;
        step!(self, begin_array(out))
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        let done = step!(self, end_array(out));
        self.depth -= 1;
        done
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> Result<()> {
        step!(self, begin_array_value(out, first))
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        step!(self, end_array_value(out))
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        self.depth += 1;
        step!(self, begin_object(out))
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        let done = step!(self, end_object(out));
        self.depth -= 1;
        done
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> Result<()> {
        step!(self, begin_object_key(out, first))
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        step!(self, begin_object_value(out))
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> Result<()> {
        step!(self, end_object_value(out))
    }
}
