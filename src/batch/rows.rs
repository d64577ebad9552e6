//! The rows of a batch's manifest, and what each is called.

use std::path::{Component, Path, PathBuf};

use super::BatchError;
use crate::manifest::Manifest;
use crate::timeline::Language;
use crate::transcript::{self, Document, Rules, TranscriptError};

/// A recording and its text.
#[derive(Clone, Debug)]
pub struct Item {
    /// The line of the manifest, counted from 1.
    pub line: usize,
    /// The recording as the manifest writes it.
    pub label: String,
    /// The recording.
    pub media: PathBuf,
    /// What is said in it.
    pub text: Text,
    /// In which language; found from the text where the manifest does not tell.
    pub language: Option<Language>,
    /// The path of its results in their folder, without ending.
    pub name: PathBuf,
}

/// Where the text of a row stands.
#[derive(Clone, Debug)]
pub enum Text {
    /// In a file of its own.
    File(PathBuf),
    /// In the manifest itself.
    Inline(String),
}

impl Item {
    /// Reads its text, which stays as it is but for what is not speech.
    ///
    /// # Errors
    /// As [`transcript::read`].
    pub(super) fn read(&self) -> Result<Document, TranscriptError> {
        match &self.text {
            Text::File(path) => transcript::read(path, &Rules::verbatim()),
            Text::Inline(text) => {
                let name = PathBuf::from(format!("the text in line {}", self.line));
                transcript::read_bytes(text.as_bytes(), &name, &Rules::verbatim())
            }
        }
    }
}

/// Reads the rows of a manifest: `file`, and `transcript` (a file) or `text`; `name` and `language` where they are there.
pub(super) fn read(path: &Path) -> Result<Vec<Item>, BatchError> {
    let manifest = Manifest::read(path)?;
    let (text, transcript) = (manifest.column("text"), manifest.column("transcript"));
    let (Some(file), true) = (manifest.column("file"), text.is_some() || transcript.is_some()) else {
        return Err(manifest.no_header("`file`, and `transcript` or `text`").into());
    };
    let named = manifest.column("name");
    let mut items = Vec::new();
    for row in &manifest.rows {
        let line = row.line;
        let cell = |column| row.cell(column).trim();
        let label = cell(file);
        if label.is_empty() {
            return Err(BatchError::NoFile { manifest: path.into(), line });
        }
        let text = match (transcript.map(cell), text) {
            (Some(transcript), _) if !transcript.is_empty() => Text::File(manifest.file(transcript)),
            (_, Some(text)) => Text::Inline(cell(text).to_owned()),
            (_, None) => Text::Inline(String::new()),
        };
        let name = match named.map(cell).filter(|name| !name.is_empty()) {
            None => usual_name(label),
            Some(name) => within(Path::new(name)).ok_or_else(|| {
                let name = name.to_owned();
                BatchError::Name { manifest: path.into(), line, name }
            })?,
        };
        let (media, language) = (manifest.file(label), manifest.language(row)?);
        items.push(Item { line, label: label.to_owned(), media, text, language, name });
    }
    Ok(items)
}

/// The recording's name without its ending; in its folders, where these lie beside the manifest.
fn usual_name(file: &str) -> PathBuf {
    let path = Path::new(file).with_extension("");
    within(&path).unwrap_or_else(|| path.file_name().map(PathBuf::from).unwrap_or(path))
}

/// A path that stays in the folder it is looked for in; `None` where it would lead out of it, or nowhere.
fn within(path: &Path) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => inside.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!inside.as_os_str().is_empty()).then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::tempdir;

    fn rows(text: &str) -> Result<Vec<Item>, BatchError> {
        let folder = tempdir().unwrap();
        let path = folder.path().join("clips.tsv");
        fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn recordings_keep_their_folders_unless_they_lie_elsewhere() {
        for (file, name) in [
            ("a.wav", "a"),
            ("./ann/a.b.wav", "ann/a.b"),
            ("../corpus/a.wav", "a"),
            ("/corpus/a.wav", "a"),
            ("ann/noending", "ann/noending"),
            (".wav", ".wav"),
        ] {
            assert_eq!(usual_name(file), Path::new(name), "{file}");
        }
    }

    #[test]
    fn a_text_stands_in_the_row_or_in_a_file() {
        let items = rows("file\ttext\ttranscript\na.wav\thi\t\nb.wav\t\tb.txt\nc.wav\tho\tc.txt\n").unwrap();
        assert!(matches!(&items[0].text, Text::Inline(text) if text == "hi"));
        assert!(matches!(&items[1].text, Text::File(path) if path.ends_with("b.txt")));
        assert!(matches!(&items[2].text, Text::File(path) if path.ends_with("c.txt")));
    }

    #[test]
    fn faults_name_the_line() {
        let told = |text: &str| rows(text).unwrap_err().to_string();
        assert!(told("file\n").contains("line 1 must name the columns, `file`, and `transcript` or `text`"));
        assert!(told("file\ttext\n \thi\n").contains("line 2 names no recording"));
        for name in ["../a", "/a", ".", "b/../../a"] {
            let told = told(&format!("file\ttext\tname\nb.wav\thi\tb\na.wav\thi\t{name}\n"));
            assert!(told.contains("line 3") && told.contains(&format!("{name:?}")), "{told}");
        }
    }
}
