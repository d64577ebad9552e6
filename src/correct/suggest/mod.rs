//! Drafts a file of terms from what people write about an event: its programme, its slides, its page.
//!
//! Taken are names of people that stand with a title, institutions, Latin words that the dictionary of English lacks, and
//! Chinese words that recur and that the dictionary of Chinese lacks. It is a draft: whoever knows the event strikes out
//! what is no term and adds how the names are said.

mod cells;
mod finds;
mod institutions;
mod latin;
mod page;
mod people;
mod recurring;

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::transcript;
use finds::Find;
use page::Line;

/// How many of the lines where a term was seen are told.
const TOLD_LINES: usize = 3;

/// A text about an event that could not be read.
#[derive(Debug, Error)]
pub enum SuggestError {
    /// The file could not be opened or read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no text.
    #[error("{path} is not text but {what}: save it as text, Markdown or HTML", path = path.display())]
    Binary {
        /// The file.
        path: PathBuf,
        /// What it seems to be, in words.
        what: &'static str,
    },
}

/// A text about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the draft calls it.
    pub name: String,
    /// What it says, as text, Markdown or HTML.
    pub text: String,
}

impl Source {
    /// Reads a file in any of the encodings that transcripts may have.
    ///
    /// # Errors
    /// [`SuggestError`] when it cannot be read or is no text.
    pub fn read(path: &Path) -> Result<Source, SuggestError> {
        let bytes = fs::read(path).map_err(|source| SuggestError::Read { path: path.into(), source })?;
        Source::decode(&bytes, path)
    }

    /// Decodes a text that is in memory.
    ///
    /// # Errors
    /// [`SuggestError::Binary`] when it is none.
    pub fn decode(bytes: &[u8], path: &Path) -> Result<Source, SuggestError> {
        let lines = transcript::lines_of(bytes).map_err(|what| SuggestError::Binary { path: path.into(), what })?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Source { name, text: lines.join("\n") })
    }
}

/// A draft of a file of terms; as text it is one that [`Terms::parse`](super::Terms::parse) reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    sections: Vec<Section>,
    /// What the sources are called, where there are several; then a line is told with its file.
    names: Vec<String>,
}

/// Terms of one kind, in the order in which they were seen first.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    heading: &'static str,
    /// The mark that says of what class they are; empty where that is not known.
    class: &'static str,
    terms: Vec<Suggestion>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Suggestion {
    term: String,
    others: Vec<String>,
    /// Source and line.
    seen: Vec<(usize, usize)>,
}

/// Drafts the terms of an event from what is written about it.
pub fn suggest(sources: &[Source]) -> Draft {
    let mut places = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    for (source, text) in sources.iter().enumerate() {
        let read = page::lines(&text.text);
        places.extend(read.iter().map(|line| (source, line.number)));
        lines.extend(read);
    }
    let people = people::find(&lines);
    let institutions = institutions::find(&lines);
    let latin = latin::find(&lines, &[&people, &institutions]);
    let recurring = recurring::find(&lines, &[&people, &institutions]);
    let mut known = HashSet::new();
    let sections = [
        ("people 人名", "class: person", people),
        ("institutions 机构", "class: organisation", institutions),
        ("Latin words 西文词", "class:", latin),
        ("recurring words 反复出现的词", "class:", recurring),
    ];
    let sections = sections.into_iter().map(|(heading, class, finds)| {
        let new = finds.into_iter().filter(|find| known.insert(find.term.clone()));
        let terms = new.map(|find| Suggestion::new(find, &places)).collect();
        Section { heading, class, terms }
    });
    let sections = sections.filter(|section| !section.terms.is_empty()).collect();
    let names = sources.iter().map(|source| source.name.clone()).filter(|_| sources.len() > 1).collect();
    Draft { sections, names }
}

impl Suggestion {
    fn new(find: Find, places: &[(usize, usize)]) -> Suggestion {
        let Find { term, others, lines } = find;
        Suggestion { term, others, seen: lines.into_iter().map(|line| places[line]).collect() }
    }
}

impl Draft {
    /// How many terms it proposes.
    pub fn len(&self) -> usize {
        self.sections.iter().map(|section| section.terms.len()).sum()
    }

    /// Whether it proposes none.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// Where a term was seen, in words.
    fn places(&self, seen: &[(usize, usize)]) -> String {
        let place = |&(source, line): &(usize, usize)| match self.names.get(source) {
            Some(name) => format!("{} line {line}", name.replace(char::is_control, " ")),
            None => format!("line {line}"),
        };
        let told: Vec<String> = seen.iter().take(TOLD_LINES).map(place).collect();
        told.join(", ") + if seen.len() > TOLD_LINES { " …" } else { "" }
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(
            f,
            "# A draft: strike out what is no term, correct the rest, add how names are said (reading: zi mu)."
        )?;
        writeln!(f, "# 草稿：删去不是术语的，改正其余的，需要时补上读音（读音：zi mu）。")?;
        for Section { heading, class, terms } in &self.sections {
            writeln!(f, "\n# {heading}\n{class}")?;
            for Suggestion { term, others, seen } in terms {
                let names = if others.is_empty() { String::new() } else { format!("\t{}", others.join("；")) };
                writeln!(f, "{term}{names} # {}", self.places(seen))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Terms, terms::Class};
    use super::*;
    use proptest::prelude::*;

    fn draft(text: &str) -> String {
        suggest(&[Source { name: "a.md".into(), text: text.into() }]).to_string()
    }

    #[test]
    fn a_programme_becomes_sections_of_terms() {
        let text = draft(
            "# 听见湿地论坛\n主办单位：青芦湖湿地保护站\n主持人：林晓岚\n9:30 用EchoReed听鸟 苏映雪 声野科技首席科学家\n\
             10:00 大苇莺与听苇计划 陈柏舟 青芦湖湿地保护站站长\n听苇计划问答\n",
        );
        let body: Vec<&str> = text.lines().skip(3).collect();
        assert_eq!(
            body,
            [
                "# people 人名",
                "class: person",
                "林晓岚\t主持人 # line 3",
                "苏映雪\t声野科技首席科学家 # line 4",
                "陈柏舟\t青芦湖湿地保护站站长 # line 5",
                "",
                "# institutions 机构",
                "class: organisation",
                "青芦湖湿地保护站 # line 2, line 5",
                "声野科技 # line 4",
                "",
                "# Latin words 西文词",
                "class:",
                "EchoReed # line 4",
                "",
                "# recurring words 反复出现的词",
                "class:",
                "听苇计划 # line 5, line 6",
            ]
        );
        let terms = Terms::parse(&text, "draft").unwrap();
        assert_eq!(terms.right.len(), 10);
        assert_eq!(terms.about[0].class, Some(Class::Person));
        assert_eq!(terms.about[9].class, None);
    }

    #[test]
    fn of_several_texts_the_file_is_told() {
        let source = |name: &str, text: &str| Source { name: name.into(), text: text.into() };
        let draft = suggest(&[source("a.md", "\nEchoReed"), source("b.html", "<p>EchoReed\n<p>EchoReed<p>EchoReed")]);
        assert!(draft.to_string().ends_with("\nEchoReed # a.md line 2, b.html line 1, b.html line 2 …\n"), "{draft}");
        assert_eq!((draft.len(), suggest(&[source("a.md", "你好")]).is_empty()), (1, true));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn whatever_the_text_the_draft_is_a_file_of_terms(
            text in "([林晓岚陈柏舟教授主任：、，；#| \t\n<>/·-]|声野大学|站长|EchoReed|Reed|<p>|\\PC){0,60}",
        ) {
            let draft = suggest(&[Source { name: "a".into(), text }]);
            let terms = Terms::parse(&draft.to_string(), "draft");
            prop_assert!(terms.is_ok_and(|terms| terms.right.len() >= draft.len()), "{}", draft);
        }
    }
}
