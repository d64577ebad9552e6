//! What can be wrong with a file of terms.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A line of a file of terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user calls it.
    pub name: String,
    /// 1-based line; in a table the one where the row begins.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}, line {}", self.name, self.line)
    }
}

impl Place {
    /// The place as it is called from another one: the file's name goes without saying where it is the same.
    fn seen_from(&self, other: &Place) -> String {
        if self.name == other.name { format!("line {}", self.line) } else { self.to_string() }
    }
}

/// A file of terms that could not be read. Every fault names the line where it stands.
#[derive(Debug, Error)]
pub enum TermsError {
    /// The file could not be opened or read.
    #[error("cannot read the terms {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not UTF-8; the line is that of the first byte that is wrong.
    #[error("{at}: this is not UTF-8; save the terms as UTF-8")]
    Encoding {
        /// Where.
        at: Place,
    },
    /// A line gives other forms of nothing.
    #[error("{at}: a term is missing before the first separator")]
    NoTerm {
        /// Where.
        at: Place,
    },
    /// A row of a table gives other forms of nothing.
    #[error("{at}: the column of the terms is empty in this row")]
    EmptyCell {
        /// Where.
        at: Place,
    },
    /// The same writing is called right in one place and wrong in another, or wrong for two terms.
    #[error("{at}: “{wrong}” is to become “{right}”, but {other} says otherwise", other = other.seen_from(at))]
    Contradiction {
        /// Where it is called wrong.
        at: Place,
        /// The writing in question.
        wrong: String,
        /// What it is to become.
        right: String,
        /// What contradicts.
        other: Place,
    },
    /// A class that there is not.
    #[error("{at}: “{class}” is no class; there are {known}", known = super::Class::known())]
    Class {
        /// Where.
        at: Place,
        /// What stands for the class.
        class: String,
    },
    /// A reading that is not written in pinyin.
    #[error("{at}: “{syllable}” is no syllable of pinyin; a reading is syllables with spaces between, as in “zi mu”")]
    Reading {
        /// Where.
        at: Place,
        /// The part of the reading in question.
        syllable: String,
    },
    /// A column of a table that means nothing.
    #[error("{at}: there is no column “{column}”; there are {known}", known = super::csv::known())]
    Column {
        /// Where the columns are named.
        at: Place,
        /// The column.
        column: String,
    },
    /// A column of a table that is there twice.
    #[error("{at}: “{column}” names a column that was there before")]
    ColumnTwice {
        /// Where the columns are named.
        at: Place,
        /// The later of the two.
        column: String,
    },
    /// A table without a column of terms.
    #[error("{at}: the first row has to name the columns, `term` (词) among them")]
    NoColumn {
        /// Where the columns should be named.
        at: Place,
    },
    /// A row of a table with more cells than there are columns.
    #[error("{at}: {cells} cells in this row, but only {columns} columns; is a quotation mark missing?")]
    Cells {
        /// Where.
        at: Place,
        /// The cells of the row.
        cells: usize,
        /// The columns.
        columns: usize,
    },
    /// A cell of a table runs over the end of a line, and a quotation mark is missing somewhere.
    #[error("{at}: a cell of this row runs over the end of the line; is a quotation mark missing?")]
    Torn {
        /// Where.
        at: Place,
    },
}
