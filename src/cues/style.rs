//! The limits of subtitle guides, kept as data: a file a guide, each limit with its source.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::timeline::{Language, Ms};

/// A subtitle guide's limits.
///
/// Text is measured in half-width columns, so that one number serves mixed text: a Han character takes two, a Latin
/// letter one. A guide's "16 characters a line" for Chinese is 32 columns, its "9 characters a second" 18.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// What `--style` calls it.
    pub name: String,
    /// Whose guide it is.
    pub about: String,
    /// The longest line, in half-width columns.
    pub columns: usize,
    /// The most lines of a cue, 1 or 2.
    pub lines: usize,
    /// A shorter cue is lengthened where there is time.
    pub shortest: Ms,
    /// The length that a cue should not exceed.
    pub longest: Ms,
    /// The reading speed that should not be exceeded, in half-width columns a second.
    pub speed: f64,
    /// The reading speed beyond which nobody reads along, in the same; infinite where the guide names none.
    pub most_speed: f64,
    /// What is left free before the next cue when a cue is lengthened.
    pub gap: Ms,
    /// Gaps shorter than this flicker, and are closed to `gap`.
    pub close: Ms,
    /// How long a cue stays after its last word, where there is time.
    pub linger: Ms,
    /// How much earlier than its first word a cue may come.
    pub early: Ms,
    /// How much later than its first word a cue may come.
    pub late: Ms,
    /// A pause of this length always ends a cue.
    pub pause: Ms,
    /// The least share of the longer of two lines that the shorter one should have; 0 where the guide has none.
    pub balance: f64,
    /// Whether the full-width marks `。，、；：` are left out: at the end of a cue or line altogether, within one for a
    /// space.
    pub light_marks: bool,
    /// The most characters of a cue; `usize::MAX` where the guide names none.
    pub characters: usize,
    /// The most cues of a file; `usize::MAX` where the guide names none.
    pub cues: usize,
    /// Whether no cue may end past the last whole second of the media.
    pub whole_seconds: bool,
    /// Where each limit comes from, by the name it has in a file, and whether it must be kept: a breach of such a limit is
    /// an error, of another a warning.
    pub sources: BTreeMap<String, Source>,
}

/// Where a limit comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The guide, or whoever chose it.
    pub text: String,
    /// Whether it must be kept.
    pub hard: bool,
}

/// The guides that zimu brings, by name, as files.
const FILES: [(&str, &str); 6] = [
    ("bilibili", include_str!("styles/bilibili.toml")),
    ("netflix-zh", include_str!("styles/netflix-zh.toml")),
    ("netflix-en", include_str!("styles/netflix-en.toml")),
    ("bbc", include_str!("styles/bbc.toml")),
    ("ted", include_str!("styles/ted.toml")),
    ("podcast", include_str!("styles/podcast.toml")),
];

/// Why a style could not be had.
#[derive(Debug, Error)]
pub enum StyleError {
    /// The file could not be opened or read.
    #[error("cannot read the style {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no style.
    #[error("{path}: {fault}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: StyleFault,
    },
    /// No guide and no file is called that.
    #[error("no style is called {name}: there are {}, and files that end in .toml", Style::names().join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
    },
}

/// What is wrong with a file.
#[derive(Debug, Error)]
pub enum StyleFault {
    /// It is not written as it ought to be; the line and what was expected are in it.
    #[error("{0}")]
    Form(String),
    /// It builds upon a style that there is not.
    #[error("base: no style is called {name}: there are {}", Style::names().join(", "))]
    Base {
        /// What it builds upon.
        name: String,
    },
    /// A limit that a guide needs is not there.
    #[error("{0} is missing: give it under [limits], or a `base` to build upon")]
    Missing(&'static str),
    /// A limit that cannot be kept.
    #[error("{0}")]
    Value(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: Option<String>,
    base: Option<String>,
    // What a guide is for; said in its file for whoever reads it.
    #[serde(rename = "language")]
    _language: Option<Language>,
    #[serde(default)]
    limits: Limits,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    columns: Option<Limit<usize>>,
    lines: Option<Limit<usize>>,
    shortest: Option<Limit<f64>>,
    longest: Option<Limit<f64>>,
    speed: Option<Limit<f64>>,
    most_speed: Option<Limit<f64>>,
    gap: Option<Limit<f64>>,
    close: Option<Limit<f64>>,
    linger: Option<Limit<f64>>,
    early: Option<Limit<f64>>,
    late: Option<Limit<f64>>,
    pause: Option<Limit<f64>>,
    balance: Option<Limit<f64>>,
    light_marks: Option<Limit<bool>>,
    characters: Option<Limit<usize>>,
    cues: Option<Limit<usize>>,
    whole_seconds: Option<Limit<bool>>,
}

/// `columns = 40`, or with where it comes from.
#[derive(Deserialize)]
#[serde(untagged)]
enum Limit<T> {
    Told {
        limit: T,
        #[serde(default)]
        hard: bool,
        #[serde(default)]
        source: String,
    },
    Bare(T),
}

impl Style {
    /// The names of the guides that zimu brings.
    pub fn names() -> [&'static str; 6] {
        FILES.map(|(name, _)| name)
    }

    /// A guide's file, to begin one's own with.
    pub fn file(name: &str) -> Option<&'static str> {
        FILES.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
    }

    /// The guide of this name.
    pub fn named(name: &str) -> Option<Style> {
        // The guides are read by a test.
        Style::of_toml(Style::file(name)?, name).ok()
    }

    /// A guide by its name, or a file that ends in `.toml`.
    ///
    /// # Errors
    /// [`StyleError`], which names the file, the line and what is allowed there.
    pub fn find(name: &str) -> Result<Style, StyleError> {
        if let Some(style) = Style::named(name) {
            return Ok(style);
        }
        let path = Path::new(name);
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            return Err(StyleError::Unknown { name: name.into() });
        }
        let text = fs::read_to_string(path).map_err(|source| StyleError::Read { path: path.into(), source })?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Style::of_toml(&text, &stem).map_err(|fault| StyleError::File { path: path.into(), fault })
    }

    /// The style that a file describes, called `name`.
    ///
    /// # Errors
    /// [`StyleFault`].
    pub fn of_toml(text: &str, name: &str) -> Result<Style, StyleFault> {
        let file: File = toml::from_str(text).map_err(|error| StyleFault::Form(error.to_string().trim().into()))?;
        let base = file.base.map(|base| Style::named(&base).ok_or(StyleFault::Base { name: base })).transpose()?;
        let about = file.about.or_else(|| base.as_ref().map(|base| base.about.clone())).unwrap_or_default();
        let style = file.limits.style(base)?;
        Style { name: name.into(), about, ..style }.checked()
    }

    /// Limits that nothing could keep are refused.
    fn checked(self) -> Result<Style, StyleFault> {
        let fault = match &self {
            // A Han character with its mark, and the longest English words, must fit.
            style if style.columns < 10 => "columns: a line has 10 at least",
            style if !(1..=2).contains(&style.lines) => "lines: 1 or 2",
            style if style.shortest > style.longest => "shortest is longer than longest",
            style if !(style.speed > 0.0 && style.most_speed >= style.speed) => {
                "speed must be positive, and most_speed no less"
            }
            style if !(0.0..=1.0).contains(&style.balance) => "balance: from 0 to 1",
            style if style.gap > style.close => "gap is longer than close",
            style if style.pause <= Ms::ZERO || style.longest <= Ms::ZERO => "pause and longest must be positive",
            _ => return Ok(self),
        };
        Err(StyleFault::Value(fault))
    }

    /// The style for a recording in `language` when none was asked for.
    pub fn for_language(language: Language) -> Style {
        match language {
            Language::Chinese => Style::bilibili(),
            Language::English => Style::netflix_english(),
        }
    }

    /// What viewers of Bilibili are used to.
    pub fn bilibili() -> Style {
        Style::named("bilibili").expect("a style of ours, which a test reads")
    }

    /// Netflix, Simplified Chinese Timed Text Style Guide.
    pub fn netflix_chinese() -> Style {
        Style::named("netflix-zh").expect("a style of ours, which a test reads")
    }

    /// Netflix, English Timed Text Style Guide.
    pub fn netflix_english() -> Style {
        Style::named("netflix-en").expect("a style of ours, which a test reads")
    }

    /// Whether the limit of this name must be kept.
    pub fn is_hard(&self, limit: &str) -> bool {
        self.sources.get(limit).is_some_and(|source| source.hard)
    }

    /// Every limit that the guide has: its name, its value in words, and where it comes from.
    pub fn limits(&self) -> Vec<(&'static str, String, Source)> {
        let seconds = |time: Ms| format!("{} s", time.seconds());
        let speed = |speed: f64| format!("{speed} columns/s");
        let all = [
            ("columns", self.columns.to_string()),
            ("lines", self.lines.to_string()),
            ("shortest", seconds(self.shortest)),
            ("longest", seconds(self.longest)),
            ("speed", speed(self.speed)),
            ("most_speed", speed(self.most_speed)),
            ("gap", seconds(self.gap)),
            ("close", seconds(self.close)),
            ("linger", seconds(self.linger)),
            ("early", seconds(self.early)),
            ("late", seconds(self.late)),
            ("pause", seconds(self.pause)),
            ("balance", self.balance.to_string()),
            ("light_marks", if self.light_marks { "yes" } else { "no" }.to_owned()),
            ("characters", self.characters.to_string()),
            ("cues", self.cues.to_string()),
            ("whole_seconds", if self.whole_seconds { "yes" } else { "no" }.to_owned()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value, self.sources.get(name)?.clone()))).collect()
    }
}

impl Limits {
    /// The style of these limits, the missing ones from `base`.
    fn style(self, base: Option<Style>) -> Result<Style, StyleFault> {
        let mut sources = base.as_ref().map(|base| base.sources.clone()).unwrap_or_default();
        let base = base.as_ref();
        let mut told = Told { sources: &mut sources };
        let seconds = |limit: f64| if limit.is_finite() { Ms::from_seconds(limit) } else { Ms(-1) };
        let style = Style {
            name: String::new(),
            about: String::new(),
            columns: told.need("columns", self.columns, base.map(|base| base.columns))?,
            lines: told.need("lines", self.lines, base.map(|base| base.lines))?,
            shortest: seconds(told.need("shortest", self.shortest, base.map(|base| base.shortest.seconds()))?),
            longest: seconds(told.need("longest", self.longest, base.map(|base| base.longest.seconds()))?),
            speed: told.need("speed", self.speed, base.map(|base| base.speed))?,
            most_speed: told.or("most_speed", self.most_speed, base.map(|base| base.most_speed), f64::INFINITY),
            gap: seconds(told.need("gap", self.gap, base.map(|base| base.gap.seconds()))?),
            close: seconds(told.need("close", self.close, base.map(|base| base.close.seconds()))?),
            linger: seconds(told.need("linger", self.linger, base.map(|base| base.linger.seconds()))?),
            early: seconds(told.need("early", self.early, base.map(|base| base.early.seconds()))?),
            late: seconds(told.need("late", self.late, base.map(|base| base.late.seconds()))?),
            pause: seconds(told.need("pause", self.pause, base.map(|base| base.pause.seconds()))?),
            balance: told.or("balance", self.balance, base.map(|base| base.balance), 0.0),
            light_marks: told.need("light_marks", self.light_marks, base.map(|base| base.light_marks))?,
            characters: told.or("characters", self.characters, base.map(|base| base.characters), usize::MAX),
            cues: told.or("cues", self.cues, base.map(|base| base.cues), usize::MAX),
            whole_seconds: told.or("whole_seconds", self.whole_seconds, base.map(|base| base.whole_seconds), false),
            sources: BTreeMap::new(),
        };
        let times = [style.shortest, style.longest, style.gap, style.close, style.linger, style.early, style.late];
        if times.iter().any(|time| *time < Ms::ZERO) {
            return Err(StyleFault::Value("times are seconds, none negative"));
        }
        Ok(Style { sources, ..style })
    }
}

/// Takes limits and keeps where they come from.
struct Told<'a> {
    sources: &'a mut BTreeMap<String, Source>,
}

impl Told<'_> {
    fn need<T>(&mut self, name: &'static str, limit: Option<Limit<T>>, base: Option<T>) -> Result<T, StyleFault> {
        self.take(name, limit).or(base).ok_or(StyleFault::Missing(name))
    }

    fn or<T>(&mut self, name: &'static str, limit: Option<Limit<T>>, base: Option<T>, none: T) -> T {
        self.take(name, limit).or(base).unwrap_or(none)
    }

    fn take<T>(&mut self, name: &'static str, limit: Option<Limit<T>>) -> Option<T> {
        let (value, source) = match limit? {
            Limit::Told { limit, hard, source } => (limit, Source { text: source, hard }),
            // Whoever changes a number keeps what sort of limit it is.
            Limit::Bare(value) => {
                let hard = self.sources.get(name).is_some_and(|source| source.hard);
                (value, Source { text: String::new(), hard })
            }
        };
        self.sources.insert(name.into(), source);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guide_can_be_read_and_names_its_sources() {
        for (name, text) in FILES {
            let style = Style::of_toml(text, name).unwrap();
            assert!(style.limits().iter().all(|(_, _, source)| !source.text.is_empty()), "{name}");
            assert!(style.is_hard("columns") && style.is_hard("lines"));
        }
    }

    #[test]
    fn ones_own_says_only_what_differs() {
        let own = Style::of_toml(
            "base = \"netflix-zh\"\n[limits]\ncolumns = 28\nspeed = { limit = 14, hard = true }\n",
            "own",
        );
        let own = own.unwrap();
        assert_eq!((own.columns, own.speed, own.lines, own.name.as_str()), (28, 14.0, 2, "own"));
        assert!(own.is_hard("columns") && own.is_hard("speed"));
    }

    #[test]
    fn faults_say_where_and_what() {
        let fault = |text: &str| Style::of_toml(text, "own").unwrap_err().to_string();
        assert!(fault("base = \"netflix-zh\"\n[limits]\ncolums = 28\n").contains("line 3"));
        assert!(fault("base = \"netflix-zh\"\n[limits]\ncolums = 28\n").contains("expected one of `columns`"));
        assert!(fault("base = \"hulu\"").contains("no style is called hulu"));
        assert!(fault("[limits]\ncolumns = 30").contains("lines is missing"));
        assert_eq!(fault("base = \"ted\"\n[limits]\nlines = 3"), "lines: 1 or 2");
        assert_eq!(fault("base = \"ted\"\n[limits]\ngap = -1"), "times are seconds, none negative");
    }
}
