//! The people that the user names: how they are written, and what they are.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::floor::Person;
use super::names;

/// A list of people, in the user's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People(Vec<Listed>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Listed {
    name: String,
    aliases: Vec<String>,
    title: Option<String>,
}

/// Why a list of people could not be read.
#[derive(Debug, Error)]
pub enum PeopleError {
    /// It could not be read at all.
    #[error("cannot read {path}: {what}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said, or what is wrong with its bytes.
        what: String,
    },
    /// A line without a name.
    #[error("{path}, line {line}: no name in {text:?}; write `name；other spelling：title`", path = path.display())]
    NoName {
        /// The file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A name that an earlier line has.
    #[error("{path}, line {line}: {name} is on line {first} already", path = path.display())]
    Twice {
        /// The file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// The name.
        name: String,
        /// The earlier line.
        first: usize,
    },
}

impl People {
    /// Reads a list: a person a line, `name；other spelling；other spelling：title`, of which only the name must be there.
    /// Full-width marks and `;` and `:` do alike; `#` begins a comment.
    ///
    /// # Errors
    /// [`PeopleError`] with the file and the line.
    pub fn read(path: &Path) -> Result<People, PeopleError> {
        let failed = |what: String| PeopleError::Read { path: path.into(), what };
        let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
        let lines = crate::transcript::lines_of(&bytes).map_err(|what| failed(format!("it is {what}, not text")))?;
        People::of_lines(&lines, path)
    }

    fn of_lines(lines: &[String], path: &Path) -> Result<People, PeopleError> {
        let mut people: Vec<(usize, Listed)> = Vec::new();
        for (number, line) in (1..).zip(lines) {
            let text = line.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            let no_name = || PeopleError::NoName { path: path.into(), line: number, text: text.into() };
            let listed = listed(text).ok_or_else(no_name)?;
            for name in std::iter::once(&listed.name).chain(&listed.aliases) {
                if let Some((first, _)) = people.iter().find(|(_, other)| other.is_written(name)) {
                    return Err(PeopleError::Twice {
                        path: path.into(),
                        line: number,
                        name: name.clone(),
                        first: *first,
                    });
                }
            }
            people.push((number, listed));
        }
        Ok(People(people.into_iter().map(|(_, listed)| listed).collect()))
    }

    /// Writes whoever was heard of the way the list does, with the title that it gives them.
    pub(super) fn respell(&self, person: &mut Person) {
        let Some(name) = &person.name else { return };
        let exact = self.0.iter().find(|listed| listed.is_written(name));
        let Some(listed) = exact.or_else(|| self.0.iter().find(|listed| names::alike(&listed.name, name))) else {
            return;
        };
        person.name = Some(listed.name.clone());
        if listed.title.is_some() {
            person.office.clone_from(&listed.title);
        }
    }

    /// The only one whose title says that they lead the event.
    pub(super) fn host(&self) -> Option<Person> {
        let leads = |listed: &&Listed| {
            let title = listed.title.as_deref().unwrap_or_default().to_lowercase();
            ["主持", "司仪", "host", "moderator"].iter().any(|word| title.contains(word))
        };
        let mut hosts = self.0.iter().filter(leads);
        let host = hosts.next().filter(|_| hosts.next().is_none())?;
        Some(Person { name: Some(host.name.clone()), office: host.title.clone() })
    }
}

impl Listed {
    fn is_written(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

fn listed(text: &str) -> Option<Listed> {
    let (names, title) =
        text.split_once(['：', ':']).map_or((text, None), |(names, title)| (names, Some(title.trim())));
    let mut names = names.split(['；', ';']).map(str::trim).filter(|name| !name.is_empty()).map(String::from);
    let name = names.next()?;
    Some(Listed { name, aliases: names.collect(), title: title.filter(|title| !title.is_empty()).map(String::from) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(text: &str) -> Result<People, PeopleError> {
        People::of_lines(&text.lines().map(String::from).collect::<Vec<_>>(), Path::new("people.txt"))
    }

    fn person(name: &str) -> Person {
        Person { name: Some(name.into()), office: Some("教授".into()) }
    }

    #[test]
    fn whoever_was_heard_is_written_as_listed() {
        let people = people("# 嘉宾\n秦瑶；秦摇：副总裁\nKate Lin; Katie").unwrap();
        for (heard, name, office) in [
            ("秦尧", "秦瑶", "副总裁"),
            ("秦摇", "秦瑶", "副总裁"),
            ("Katie", "Kate Lin", "教授"),
            ("林晓", "林晓", "教授"),
        ] {
            let mut person = person(heard);
            people.respell(&mut person);
            assert_eq!(person, Person { name: Some(name.into()), office: Some(office.into()) });
        }
    }

    #[test]
    fn the_host_is_the_only_one_who_is_said_to_lead() {
        assert_eq!(people("何青：主持人\n秦瑶：副总裁").unwrap().host().unwrap().name.as_deref(), Some("何青"));
        assert_eq!(people("何青：主持人\n秦瑶：圆桌主持").unwrap().host(), None);
    }

    #[test]
    fn a_bad_line_is_named() {
        assert_eq!(
            people("秦瑶\n：主任").unwrap_err().to_string(),
            "people.txt, line 2: no name in \"：主任\"; write `name；other spelling：title`"
        );
        assert_eq!(
            people("秦瑶\n\n何青；秦瑶").unwrap_err().to_string(),
            "people.txt, line 3: 秦瑶 is on line 1 already"
        );
    }
}
