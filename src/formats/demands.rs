//! What a target asks for beside its format: the limits of sites, kept as data, and the frames of an editor's project.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;
use thiserror::Error;

use super::frames::FrameRate;

/// What targets ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Demands {
    /// Bilibili's limits.
    pub bilibili: Site,
    /// YouTube's limits.
    pub youtube: Site,
    /// How many frames a second lists have that count them.
    pub frames: FrameRate,
}

/// What a site takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// Of chapters.
    pub chapters: ChapterRules,
    /// Of cues.
    pub cues: CueRules,
}

/// What a site takes of chapters. The first of them always begins at zero.
#[derive(Clone, Debug, PartialEq)]
pub struct ChapterRules {
    /// The fewest.
    pub least: usize,
    /// The most; `usize::MAX` where there is no limit.
    pub most: usize,
    /// The shortest, in seconds.
    pub shortest: i64,
    /// The longest title, in characters.
    pub title: usize,
    /// Whether titles may have more in them than letters, digits and spaces.
    pub marks: bool,
    /// The characters that no title may have in it.
    pub without: String,
}

/// What a site takes of cues.
#[derive(Clone, Debug, PartialEq)]
pub struct CueRules {
    /// The most characters of a cue; beyond them a note.
    pub characters: usize,
    /// The most cues of a track; beyond them a note.
    pub count: usize,
    /// Whether no cue may end past the last whole second of the media.
    pub whole_seconds: bool,
}

impl Default for ChapterRules {
    fn default() -> ChapterRules {
        let without = String::new();
        ChapterRules { least: 1, most: usize::MAX, shortest: 1, title: usize::MAX, marks: true, without }
    }
}

impl Default for CueRules {
    fn default() -> CueRules {
        CueRules { characters: usize::MAX, count: usize::MAX, whole_seconds: false }
    }
}

impl ChapterRules {
    /// Whether a title may have this character in it.
    pub fn takes(&self, c: char) -> bool {
        (self.marks || c.is_alphanumeric() || c == ' ') && !self.without.contains(c)
    }
}

/// Why a file of rules could not be used.
#[derive(Debug, Error)]
pub enum RulesError {
    /// The file could not be opened or read.
    #[error("cannot read the rules {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not written as it ought to be.
    #[error("{path}: {fault}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Where and what.
        fault: String,
    },
}

/// The rules that zimu brings, in the form of a user's own.
const BROUGHT: &str = include_str!("sites.toml");

static USUAL: LazyLock<Demands> = LazyLock::new(|| {
    let nothing = Demands { bilibili: Site::default(), youtube: Site::default(), frames: FrameRate::default() };
    // The file is a part of the program, and read by a test.
    nothing.clone().changed_by(BROUGHT).unwrap_or(nothing)
});

impl Default for Demands {
    fn default() -> Demands {
        Demands::usual().clone()
    }
}

impl Demands {
    /// What zimu takes the sites' limits to be, and 25 frames a second.
    pub fn usual() -> &'static Demands {
        &USUAL
    }

    /// The usual ones as a user's file changes them.
    ///
    /// # Errors
    /// [`RulesError`], which names the file and the line.
    pub fn read(path: &Path) -> Result<Demands, RulesError> {
        let text = fs::read_to_string(path).map_err(|source| RulesError::Read { path: path.into(), source })?;
        let changed = Demands::default().changed_by(&text);
        changed.map_err(|fault| RulesError::File { path: path.into(), fault })
    }

    /// These as the text of a file of rules changes them.
    ///
    /// # Errors
    /// Where the text is wrong, and what is allowed there.
    pub fn changed_by(mut self, text: &str) -> Result<Demands, String> {
        let file: File = toml::from_str(text).map_err(|error| on_one_line(&error, text))?;
        for (site, changes) in [(&mut self.bilibili, file.bilibili), (&mut self.youtube, file.youtube)] {
            changes.chapters.change(&mut site.chapters);
            changes.cues.change(&mut site.cues);
            let ChapterRules { least, most, shortest, title, .. } = site.chapters;
            if least > most || shortest < 1 || title < ROOM_FOR_NUMBER {
                return Err(format!(
                    "least is more than most, shortest less than 1, or title less than {ROOM_FOR_NUMBER}"
                ));
            }
        }
        Ok(self)
    }
}

/// A title of which a site takes nothing becomes `Chapter 1234` at most.
const ROOM_FOR_NUMBER: usize = 12;

fn on_one_line(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let what: Vec<&str> = error.message().split_whitespace().collect();
    format!("line {}: {}", before.matches('\n').count() + 1, what.join(" "))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    bilibili: SiteChanges,
    #[serde(default)]
    youtube: SiteChanges,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SiteChanges {
    chapters: ChapterChanges,
    cues: CueChanges,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ChapterChanges {
    least: Option<usize>,
    most: Option<usize>,
    shortest: Option<u32>,
    title: Option<usize>,
    marks: Option<bool>,
    without: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CueChanges {
    characters: Option<usize>,
    count: Option<usize>,
    whole_seconds: Option<bool>,
}

impl ChapterChanges {
    fn change(self, rules: &mut ChapterRules) {
        set(&mut rules.least, self.least);
        set(&mut rules.most, self.most);
        set(&mut rules.shortest, self.shortest.map(i64::from));
        set(&mut rules.title, self.title);
        set(&mut rules.marks, self.marks);
        set(&mut rules.without, self.without);
    }
}

impl CueChanges {
    fn change(self, rules: &mut CueRules) {
        set(&mut rules.characters, self.characters);
        set(&mut rules.count, self.count);
        set(&mut rules.whole_seconds, self.whole_seconds);
    }
}

fn set<T>(rule: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *rule = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_zimu_brings_is_read() {
        let nothing = Demands { bilibili: Site::default(), youtube: Site::default(), ..Demands::default() };
        assert_eq!(nothing.changed_by(BROUGHT).as_ref(), Ok(Demands::usual()));
        let Site { chapters, cues } = &Demands::usual().bilibili;
        assert_eq!((chapters.least, chapters.most, chapters.shortest, chapters.title), (3, 10, 10, 16));
        assert_eq!((cues.characters, cues.count, cues.whole_seconds), (80, 1_000, true));
        assert!(chapters.takes('听') && !chapters.takes('，'));
        assert!(Demands::usual().youtube.chapters.takes('，') && !Demands::usual().youtube.chapters.takes('<'));
    }

    #[test]
    fn a_file_says_what_differs() {
        let changed = Demands::default().changed_by("[bilibili.chapters]\nmost = 20\nmarks = true\n").unwrap();
        let ChapterRules { least, most, marks, .. } = changed.bilibili.chapters;
        assert_eq!((least, most, marks), (3, 20, true));
        assert_eq!(changed.youtube, Demands::usual().youtube);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let fault = |text: &str| Demands::default().changed_by(text).unwrap_err();
        assert!(
            fault("[bilibili.chapters]\nmots = 20\n").contains("line 2"),
            "{}",
            fault("[bilibili.chapters]\nmots = 20\n")
        );
        assert!(fault("[acfun.chapters]\nmost = 20\n").contains("bilibili"));
        assert!(fault("[bilibili.chapters]\nmost = 2\n").contains("least"));
        assert!(fault("[bilibili.chapters]\ntitle = -1\n").contains("line 2"));
    }
}
