//! The corpus that a model is trained on: short clips with their texts.
//!
//! Either a folder in which every recording has a text of the same name beside it (`a/b.wav`, `a/b.txt`; the folder of a
//! clip is its speaker), or a [`Manifest`] with the columns `file` and `text`, and `speaker` and `language` where they are
//! known.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use thiserror::Error;

use crate::manifest::{Manifest, ManifestError, Row};
use crate::media::{self, MediaError, Request};
use crate::phones;
use crate::progress::{Progress, Silent};
use crate::timeline::Language;

/// A clip as the corpus lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The recording.
    pub file: PathBuf,
    /// What is said.
    pub text: String,
    /// Who says it.
    pub speaker: String,
    /// In which language; found from the text where the corpus does not tell.
    pub language: Language,
}

/// Why a corpus could not be read.
#[derive(Debug, Error)]
pub enum CorpusError {
    /// It could not be opened.
    #[error("cannot read {path}: {source}", path = path.display())]
    Open {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The manifest could not be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// There is nothing to learn from.
    #[error("{path} holds no recordings with texts: a folder needs a .txt beside each recording", path = path.display())]
    Empty {
        /// The corpus.
        path: PathBuf,
    },
    /// A clip could not be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
}

/// Lists the clips of a folder or manifest, in the order of their files.
///
/// # Errors
/// [`CorpusError`] where it cannot be read or lists nothing.
pub fn list(path: &Path) -> Result<Vec<Entry>, CorpusError> {
    let mut entries = if path.is_dir() { folder(path)? } else { manifest(path)? };
    entries.sort_by(|a, b| a.file.cmp(&b.file));
    if entries.is_empty() {
        return Err(CorpusError::Empty { path: path.into() });
    }
    Ok(entries)
}

/// Decodes every clip to 16 kHz mono, on all cores.
///
/// # Errors
/// [`CorpusError::Media`] with the first clip that cannot be decoded.
pub fn decode(entries: &[Entry], progress: &dyn Progress) -> Result<Vec<Vec<i16>>, CorpusError> {
    progress.begin("decoding", entries.len() as u64);
    let mut clips = Vec::with_capacity(entries.len());
    for share in entries.chunks(64) {
        let decoded: Vec<Result<Vec<i16>, MediaError>> =
            share.par_iter().map(|entry| decode_one(&entry.file)).collect();
        for clip in decoded {
            clips.push(clip?);
        }
        progress.reach(clips.len() as u64);
    }
    progress.end();
    Ok(clips)
}

fn decode_one(file: &Path) -> Result<Vec<i16>, MediaError> {
    let mut clip = Vec::new();
    let round = |sample: &f32| (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
    media::decode(file, &Request::default(), &Silent, &mut |samples| clip.extend(samples.iter().map(round)))?;
    Ok(clip)
}

fn manifest(path: &Path) -> Result<Vec<Entry>, CorpusError> {
    let manifest = Manifest::read(path)?;
    let (Some(file), Some(text)) = (manifest.column("file"), manifest.column("text")) else {
        return Err(manifest.no_header("`file` and `text`").into());
    };
    let speaker = manifest.column("speaker").unwrap_or(file);
    let entry = |row: &Row| {
        let text = row.cell(text);
        let language = manifest.language(row)?.unwrap_or_else(|| phones::language_of([text].into_iter()));
        let (file, speaker) = (manifest.file(row.cell(file)), row.cell(speaker).into());
        Ok(Entry { file, text: text.into(), speaker, language })
    };
    manifest.rows.iter().map(entry).collect()
}

fn folder(path: &Path) -> Result<Vec<Entry>, CorpusError> {
    let mut entries = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let open = |source| CorpusError::Open { path: folder.clone(), source };
        let mut beside: BTreeMap<PathBuf, (Option<PathBuf>, Option<PathBuf>)> = BTreeMap::new();
        for item in fs::read_dir(&folder).map_err(open)? {
            let item = item.map_err(open)?;
            // Folders behind links are not entered: they may lead round in a circle.
            let is_folder = item.file_type().map_err(open)?.is_dir();
            let item = item.path();
            if is_folder {
                folders.push(item);
                continue;
            }
            let pair = beside.entry(item.with_extension("")).or_default();
            if item.extension().is_some_and(|ending| ending == "txt") {
                pair.1 = Some(item);
            } else {
                pair.0 = Some(item);
            }
        }
        for (file, text) in beside.into_values().filter_map(|(file, text)| file.zip(text)) {
            let text = fs::read_to_string(&text).map_err(|source| CorpusError::Open { path: text, source })?;
            let language = phones::language_of([text.as_str()].into_iter());
            entries.push(Entry { file, text, speaker: folder.display().to_string(), language });
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn a_manifest_names_its_columns_in_any_order() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("clips.tsv");
        fs::write(&path, "text\tfile\tspeaker\nhello there\tb.wav\tAnn\n\n你好\ta.wav\tBo\n").unwrap();
        let entries = list(&path).unwrap();
        assert_eq!(entries[0].file, folder.path().join("a.wav"));
        assert_eq!((entries[0].speaker.as_str(), entries[0].language), ("Bo", Language::Chinese));
        assert_eq!((entries[1].text.as_str(), entries[1].language), ("hello there", Language::English));
    }

    #[test]
    fn a_folder_pairs_recordings_with_texts() {
        let folder = tempdir().unwrap();
        fs::create_dir(folder.path().join("ann")).unwrap();
        for name in ["ann/1.wav", "ann/1.txt", "ann/2.wav", "3.txt"] {
            fs::write(folder.path().join(name), "one").unwrap();
        }
        let entries = list(folder.path()).unwrap();
        assert_eq!(entries.len(), 1);
        assert!(entries[0].speaker.ends_with("ann"));
    }

    #[test]
    fn faults_name_file_and_line() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("clips.tsv");
        let told = |text: &str| {
            fs::write(&path, text).unwrap();
            list(&path).unwrap_err().to_string()
        };
        assert!(told("a.wav\thello\n").contains("line 1"));
        assert!(told("file\ttext\na.wav\n").contains("line 2 has 1 columns"));
        assert!(told("file\ttext\tlanguage\na.wav\tbonjour\tfr\n").contains("\"fr\""));
        assert!(told("file\ttext\n").contains("no recordings"));
        assert!(list(&folder.path().join("none.tsv")).unwrap_err().to_string().contains("none.tsv"));
    }
}
