//! The user's file of terms.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file of terms that could not be read. Every fault names the line where it stands.
#[derive(Debug, Error)]
pub enum TermsError {
    /// The file could not be opened or read.
    #[error("cannot read the terms {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not UTF-8.
    #[error("{name}, line {line}: this is not UTF-8; save the terms as UTF-8")]
    Encoding {
        /// The file, as the user calls it.
        name: String,
        /// 1-based line of the first byte that is wrong.
        line: usize,
    },
    /// A line gives other forms of nothing.
    #[error("{name}, line {line}: a term is missing before the first separator")]
    NoTerm {
        /// The file, as the user calls it.
        name: String,
        /// 1-based line.
        line: usize,
    },
    /// The same writing is called right in one place and wrong in another, or wrong for two terms.
    #[error("{name}, line {line}: “{wrong}” is to become “{right}”, but line {other} says otherwise")]
    Contradiction {
        /// The file, as the user calls it.
        name: String,
        /// 1-based line that calls it wrong.
        line: usize,
        /// The writing in question.
        wrong: String,
        /// What it is to become.
        right: String,
        /// 1-based line that contradicts.
        other: usize,
    },
}

/// The names and words that must be spelt so, as a user who knows the event writes them down.
///
/// One term a line; `#` at the start of a line or after a space begins a comment:
///
/// ```text
/// # people
/// 林晓岚 <tab> 主持人；林老师      a term; after the tab, apart by ；, what else it is called
/// 声野科技；声野                   the same without a tab
/// 鸣谱云听 | 明朴云听 | 名谱云听   after each |, a writing that is wrong
/// ```
///
/// What stands after a tab or `；` is another *right* way to say the same (a title, a short form, a description): it is
/// left as it is wherever it occurs, and what merely sounds like it is corrected to it, not to the term. What stands
/// after `|` is *wrong* and becomes the term wherever it occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Right writings: the terms and their other names, each once, in the order of the file.
    pub(super) right: Vec<String>,
    /// Wrong writings, each with the index in `right` of what it is to become.
    pub(super) wrong: Vec<(String, usize)>,
}

impl Terms {
    /// No terms: nothing is corrected.
    pub fn empty() -> Terms {
        Terms::default()
    }

    /// Reads a file of terms, UTF-8 with or without a byte order mark.
    ///
    /// # Errors
    /// [`TermsError`] when the file cannot be read, is not UTF-8, or says something that makes no sense.
    pub fn read(path: &Path) -> Result<Terms, TermsError> {
        let bytes = fs::read(path).map_err(|source| TermsError::Read { path: path.into(), source })?;
        let name = path.display().to_string();
        let text = String::from_utf8(bytes).map_err(|fault| {
            let valid = &fault.as_bytes()[..fault.utf8_error().valid_up_to()];
            let line = 1 + valid.iter().filter(|&&byte| byte == b'\n').count();
            TermsError::Encoding { name: name.clone(), line }
        })?;
        Terms::parse(&text, &name)
    }

    /// Reads terms from `text`; `name` is what messages call it.
    ///
    /// # Errors
    /// [`TermsError::NoTerm`], [`TermsError::Contradiction`].
    pub fn parse(text: &str, name: &str) -> Result<Terms, TermsError> {
        let mut reader = Reader { name, terms: Terms::empty(), right: HashMap::new(), wrong: HashMap::new() };
        for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            reader.line(number + 1, without_comment(line).trim())?;
        }
        reader.finish()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.right.is_empty()
    }
}

/// Terms that are being read, with the line on which each writing stood first.
struct Reader<'a> {
    name: &'a str,
    terms: Terms,
    /// Right writing → index in `terms.right` and line.
    right: HashMap<String, (usize, usize)>,
    /// Wrong writing → index in `terms.right` and line.
    wrong: HashMap<String, (usize, usize)>,
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) -> Result<(), TermsError> {
        if line.is_empty() {
            return Ok(());
        }
        let mut columns = line.split(['|', '｜']).map(str::trim);
        let names = columns.next().unwrap_or_default();
        let mut names = names.split(['\t', '；', ';']).map(str::trim);
        let term = names.next().filter(|term| !term.is_empty());
        let term = term.ok_or_else(|| TermsError::NoTerm { name: self.name.into(), line: number })?;
        let index = self.add_right(term, number);
        for name in names.filter(|name| !name.is_empty()) {
            self.add_right(name, number);
        }
        columns.filter(|wrong| !wrong.is_empty()).try_for_each(|wrong| self.add_wrong(wrong, index, number))
    }

    fn add_right(&mut self, writing: &str, line: usize) -> usize {
        if let Some(&(index, _)) = self.right.get(writing) {
            return index;
        }
        let index = self.terms.right.len();
        self.terms.right.push(writing.to_string());
        self.right.insert(writing.to_string(), (index, line));
        index
    }

    fn add_wrong(&mut self, writing: &str, index: usize, line: usize) -> Result<(), TermsError> {
        match self.wrong.get(writing) {
            Some(&(other, _)) if other == index => return Ok(()),
            Some(&(_, other)) => return Err(self.contradiction(writing, index, line, other)),
            None => self.wrong.insert(writing.to_string(), (index, line)),
        };
        self.terms.wrong.push((writing.to_string(), index));
        Ok(())
    }

    /// A right writing may stand after the line that calls it wrong, so this can only be seen at the end.
    fn finish(self) -> Result<Terms, TermsError> {
        for (writing, index) in &self.terms.wrong {
            if let (Some(&(_, right)), Some(&(_, line))) = (self.right.get(writing), self.wrong.get(writing)) {
                return Err(self.contradiction(writing, *index, line, right));
            }
        }
        Ok(self.terms)
    }

    fn contradiction(&self, wrong: &str, right: usize, line: usize, other: usize) -> TermsError {
        let right = self.terms.right[right].clone();
        TermsError::Contradiction { name: self.name.into(), line, wrong: wrong.into(), right, other }
    }
}

/// A `#` within a word belongs to it: `C#`.
fn without_comment(line: &str) -> &str {
    let comment = line
        .char_indices()
        .scan(' ', |before, (at, c)| Some((std::mem::replace(before, c), at, c)))
        .find(|(before, _, c)| *c == '#' && before.is_whitespace());
    comment.map_or(line, |(_, at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_a_term_its_other_names_and_its_wrong_writings() {
        let terms = Terms::parse(
            "\u{feff}# people\n林晓岚\t主持人；林老师 # host\n\n声野科技；声野\nC#\n鸣谱云听 | 明朴云听｜名谱云听\n",
            "terms.txt",
        );
        let terms = terms.unwrap();
        assert_eq!(terms.right, ["林晓岚", "主持人", "林老师", "声野科技", "声野", "C#", "鸣谱云听"]);
        assert_eq!(terms.wrong, [("明朴云听".to_string(), 6), ("名谱云听".to_string(), 6)]);
    }

    #[test]
    fn faults_name_their_line() {
        let message = |text| Terms::parse(text, "t.txt").unwrap_err().to_string();
        assert_eq!(message("声野\n | 生也"), "t.txt, line 2: a term is missing before the first separator");
        assert_eq!(
            message("声野 | 生也\n\n盛业 | 生也"),
            "t.txt, line 3: “生也” is to become “盛业”, but line 1 says otherwise"
        );
        assert_eq!(
            message("声野 | 生也\n生也"),
            "t.txt, line 1: “生也” is to become “声野”, but line 2 says otherwise"
        );
    }

    #[test]
    fn a_file_that_is_not_utf8_is_refused_at_its_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), b"AI\n\xc9\xf9\xd2\xb0\n").unwrap();
        assert!(matches!(Terms::read(file.path()), Err(TermsError::Encoding { line: 2, .. })));
        assert!(matches!(Terms::read(Path::new("no/such/file")), Err(TermsError::Read { .. })));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[声野生也A#|；;\t \n]{0,40}") {
            if let Ok(terms) = Terms::parse(&text, "t") {
                prop_assert!(terms.wrong.iter().all(|(_, right)| *right < terms.right.len()));
                prop_assert!(terms.right.iter().all(|term| !term.trim().is_empty()));
            }
        }
    }
}
