//! Manifests: tab-separated lists of recordings, whose first line names the columns.
//!
//! `zimu train` learns from one, `zimu align --batch` works one off; so a corpus needs but one. Files are looked for
//! beside the manifest. Columns may stand in any order; those that nobody asks for are left alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::timeline::Language;

/// A manifest as it stands in its file.
#[derive(Clone, Debug)]
pub struct Manifest {
    path: PathBuf,
    columns: Vec<String>,
    /// Its rows in order, without blank lines.
    pub rows: Vec<Row>,
}

/// A line below the first.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which line, counted from 1.
    pub line: usize,
    cells: Vec<String>,
}

/// A column of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(usize);

/// Why a manifest could not be read.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// It could not be opened, or is no UTF-8.
    #[error("cannot read {path}: {source}", path = path.display())]
    Open {
        /// The manifest.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The first line does not name the columns.
    #[error("{path}: line 1 must name the columns, {wanted} among them, separated by tabs", path = path.display())]
    NoHeader {
        /// The manifest.
        path: PathBuf,
        /// The columns that are needed, in words.
        wanted: &'static str,
    },
    /// A line has too few columns, or too many.
    #[error("{path}: line {line} has {columns} columns, the header {expected}", path = path.display())]
    Columns {
        /// The manifest.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// Its columns.
        columns: usize,
        /// Those of the header.
        expected: usize,
    },
    /// A language that zimu has no phones for.
    #[error("{path}: line {line}: language {language:?} is neither zh nor en", path = path.display())]
    Language {
        /// The manifest.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// The language.
        language: String,
    },
}

impl Manifest {
    /// Reads a manifest: UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// [`ManifestError::Open`] and [`ManifestError::Columns`].
    pub fn read(path: &Path) -> Result<Manifest, ManifestError> {
        let text = fs::read_to_string(path).map_err(|source| ManifestError::Open { path: path.into(), source })?;
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let split = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<String>>();
        let columns = split(lines.next().unwrap_or_default());
        let mut rows = Vec::new();
        for (line, text) in (2..).zip(lines).filter(|(_, text)| !text.trim().is_empty()) {
            let cells = split(text);
            if cells.len() != columns.len() {
                let (columns, expected) = (cells.len(), columns.len());
                return Err(ManifestError::Columns { path: path.into(), line, columns, expected });
            }
            rows.push(Row { line, cells });
        }
        Ok(Manifest { path: path.into(), columns, rows })
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.columns.iter().position(|column| column.trim() == name).map(Column)
    }

    /// The fault of a header that lacks a column; `wanted` says which are needed.
    pub fn no_header(&self, wanted: &'static str) -> ManifestError {
        ManifestError::NoHeader { path: self.path.clone(), wanted }
    }

    /// A file that a cell names.
    pub fn file(&self, cell: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(cell)
    }

    /// The language that a row names in the column `language`; `None` where there is no such column or nothing in it.
    ///
    /// # Errors
    /// [`ManifestError::Language`] for any other than `zh` and `en`.
    pub fn language(&self, row: &Row) -> Result<Option<Language>, ManifestError> {
        match self.column("language").map(|column| row.cell(column).trim()) {
            None | Some("") => Ok(None),
            Some("zh") => Ok(Some(Language::Chinese)),
            Some("en") => Ok(Some(Language::English)),
            Some(other) => {
                Err(ManifestError::Language { path: self.path.clone(), line: row.line, language: other.into() })
            }
        }
    }
}

impl Row {
    /// What stands in a column.
    pub fn cell(&self, column: Column) -> &str {
        &self.cells[column.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    fn manifest(text: &str) -> Result<Manifest, ManifestError> {
        let folder = tempdir().unwrap();
        let path = folder.path().join("clips.tsv");
        fs::write(&path, text).unwrap();
        Manifest::read(&path)
    }

    #[test]
    fn columns_stand_in_any_order_and_lines_keep_their_numbers() {
        let read = manifest("\u{feff}text\tfile\r\nhello there\ta.wav\r\n\r\n你好\tb/b.wav\r\n").unwrap();
        let (file, text) = (read.column("file").unwrap(), read.column("text").unwrap());
        let rows: Vec<_> = read.rows.iter().map(|row| (row.line, row.cell(file), row.cell(text))).collect();
        assert_eq!(rows, [(2, "a.wav", "hello there"), (4, "b/b.wav", "你好")]);
        assert_eq!(read.column("speaker"), None);
        assert_eq!(read.file("b/b.wav"), read.path.with_file_name("b").join("b.wav"));
        assert_eq!(read.file("/c.wav"), Path::new("/c.wav"));
    }

    #[test]
    fn languages_are_zh_or_en_or_not_told() {
        let read = manifest("file\tlanguage\na\tzh\nb\ten\nc\t\nd\tfr\n").unwrap();
        let languages: Vec<_> = read.rows.iter().map(|row| read.language(row).ok()).collect();
        assert_eq!(languages, [Some(Some(Language::Chinese)), Some(Some(Language::English)), Some(None), None]);
        assert!(
            read.language(&read.rows[3])
                .unwrap_err()
                .to_string()
                .ends_with("line 5: language \"fr\" is neither zh nor en")
        );
    }

    #[test]
    fn a_line_with_columns_of_its_own_is_refused() {
        let told = manifest("file\ttext\n\na.wav\n").unwrap_err().to_string();
        assert!(told.ends_with("clips.tsv: line 3 has 1 columns, the header 2"), "{told}");
    }
}
