//! The user's terms: files of lines or tables, and packs that zimu brings.

mod csv;
mod entry;
mod error;
mod join;
mod lines;
mod packs;

use std::fs;
use std::path::{Path, PathBuf};

pub(super) use entry::Class;
use entry::Entry;
pub use error::{Place, TermsError};
use join::Joiner;
pub use packs::{Pack, UnknownPack};

/// The names and words that must be spelt so, as a user who knows the event writes them down.
///
/// One term a line; `#` at the start of a line or after a space begins a comment:
///
/// ```text
/// # people
/// 林晓岚 <tab> 主持人；林老师      a term; after the tab, apart by ；, what else it is called
/// 声野科技；声野；类别：机构       the same without a tab, and what it is
/// 鸣谱云听 | 明朴云听 | 名谱云听   after each |, a writing that is wrong
/// EchoReed；读音：ai kou rui de    how people say it
/// ```
///
/// What stands after a tab or `；` is another *right* way to say the same (a title, a short form, a description): it is
/// left as it is wherever it occurs, and what merely sounds like it is corrected to it, not to the term. What stands
/// after `|` is *wrong* and becomes the term wherever it occurs. Marks (`读音`, `类别` and `不适用`; `reading`, `class` and
/// `not in`) say more of the term. The same may be written as a table: see `docs/formats.md`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Right writings: the terms and their other names, each once, in the order of the files.
    pub(super) right: Vec<String>,
    /// Wrong writings, each with the index in `right` of what it is to become.
    pub(super) wrong: Vec<(String, usize)>,
    /// What is known of each right writing.
    pub(super) about: Vec<About>,
}

/// What is known of a right writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// What it names; other names are of the class of their term.
    pub(super) class: Option<Class>,
    /// How people say the term: syllables of pinyin without tones, a space between, a whole reading each.
    pub(super) readings: Vec<String>,
    /// Where one of these stands around a place, the writing is not meant there.
    pub(super) not_in: Vec<String>,
    /// Index in `right` of the term whose other name this is; its own where it is a term.
    pub(super) term: usize,
    /// Whether a pack brought it, not the user.
    pub(super) from_pack: bool,
}

impl Terms {
    /// No terms: nothing is corrected.
    pub fn empty() -> Terms {
        Terms::default()
    }

    /// Reads a file of terms, UTF-8 with or without a byte order mark: a table where its name ends in `.csv` or `.tsv`,
    /// else lines.
    ///
    /// # Errors
    /// [`TermsError`] when the file cannot be read, is not UTF-8, or says something that makes no sense.
    pub fn read(path: &Path) -> Result<Terms, TermsError> {
        Terms::read_all(&[path.into()], &[])
    }

    /// Reads several files of terms and makes them one, with packs behind them: what a pack says otherwise than a file
    /// is left out.
    ///
    /// # Errors
    /// As [`Terms::read`]; [`TermsError::Contradiction`] also where one file contradicts another.
    pub fn read_all(files: &[PathBuf], packs: &[Pack]) -> Result<Terms, TermsError> {
        let mut joiner = Joiner::default();
        for path in files {
            joiner.add_file(&path.display().to_string(), entries(path)?)?;
        }
        joiner.finish(packs.iter().map(|pack| pack.entries()).collect::<Result<_, _>>()?)
    }

    /// Reads terms from lines of `text`; `name` is what messages call it.
    ///
    /// # Errors
    /// [`TermsError`] when a line says something that makes no sense, or two contradict.
    pub fn parse(text: &str, name: &str) -> Result<Terms, TermsError> {
        let mut joiner = Joiner::default();
        joiner.add_file(name, lines::parse(without_mark(text), name)?)?;
        joiner.finish(vec![])
    }

    /// Writings of which nothing more is known.
    pub(super) fn of_writings(right: Vec<String>) -> Terms {
        let about = |term| About { class: None, readings: vec![], not_in: vec![], term, from_pack: false };
        let about = (0..right.len()).map(about).collect();
        Terms { right, wrong: vec![], about }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.right.is_empty()
    }
}

/// What a file says, in the form that its name's ending tells.
fn entries(path: &Path) -> Result<Vec<Entry>, TermsError> {
    let bytes = fs::read(path).map_err(|source| TermsError::Read { path: path.into(), source })?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes).map_err(|fault| {
        let valid = &fault.as_bytes()[..fault.utf8_error().valid_up_to()];
        let line = 1 + valid.iter().filter(|&&byte| byte == b'\n').count();
        TermsError::Encoding { at: Place { name: name.clone(), line } }
    })?;
    let text = without_mark(&text);
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    match ending.to_str() {
        Some("csv") => csv::parse(text, &name, b','),
        Some("tsv") => csv::parse(text, &name, b'\t'),
        _ => lines::parse(text, &name),
    }
}

/// The text behind its byte order mark.
fn without_mark(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
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
        assert!(matches!(Terms::read(file.path()), Err(TermsError::Encoding { at: Place { line: 2, .. } })));
        assert!(matches!(Terms::read(Path::new("no/such/file")), Err(TermsError::Read { .. })));
    }

    #[test]
    fn the_ending_tells_a_table_from_lines() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let files = [
            file("a.txt", "声野,生也"),
            file("b.CSV", "\u{feff}term,wrong\r\n声野,生也\r\n"),
            file("c.tsv", "别名\t词\n苇莺\t大苇莺\n"),
        ];
        let terms = Terms::read_all(&files, &[]).unwrap();
        assert_eq!(terms.right, ["声野,生也", "声野", "大苇莺", "苇莺"]);
        assert_eq!(terms.wrong, [("生也".to_string(), 1)]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "([声野生也A#|；;:，, \t\"\n]|读音：|类别：人名|不适用：|sheng|\\PC){0,40}") {
            let joined = |entries: Result<Vec<Entry>, TermsError>| {
                let mut joiner = Joiner::default();
                joiner.add_file("t", entries?)?;
                joiner.finish(vec![])
            };
            let read = [
                joined(lines::parse(&text, "t")),
                joined(csv::parse(&text, "t", b',')),
                joined(csv::parse(&format!("term,other,wrong,reading,class,not_in\n{text}"), "t", b',')),
                joined(csv::parse(&format!("词\t错词\n{text}"), "t", b'\t')),
            ];
            for terms in read.into_iter().flatten() {
                prop_assert!(terms.wrong.iter().all(|(_, right)| *right < terms.right.len()));
                prop_assert!(terms.right.iter().all(|term| !term.trim().is_empty()));
                prop_assert_eq!(terms.about.len(), terms.right.len());
                prop_assert!(terms.about.iter().all(|about| terms.about[about.term].term == about.term));
            }
        }
    }
}
