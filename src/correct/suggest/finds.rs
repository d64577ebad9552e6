//! What was found so far, each term once.

use std::collections::HashMap;

/// A term that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) term: String,
    /// What else it is called.
    pub(super) others: Vec<String>,
    /// The lines where it was seen, by their index, rising.
    pub(super) lines: Vec<usize>,
}

/// Terms in the order in which they were found first.
#[derive(Clone, Debug, Default)]
pub(super) struct Finds {
    list: Vec<Find>,
    places: HashMap<String, usize>,
}

impl Finds {
    /// Adds a term that was seen on a line; what a line of a file of terms cannot hold is left out.
    pub(super) fn add(&mut self, term: &str, others: &[&str], line: usize) {
        let term = term.trim();
        if !is_writable(term) {
            return;
        }
        let place = *self.places.entry(term.to_string()).or_insert_with(|| {
            self.list.push(Find { term: term.into(), others: vec![], lines: vec![] });
            self.list.len() - 1
        });
        let find = &mut self.list[place];
        for other in others.iter().map(|other| other.trim()).filter(|other| is_writable(other) && *other != term) {
            if !find.others.iter().any(|known| known == other) {
                find.others.push(other.into());
            }
        }
        if find.lines.last() != Some(&line) {
            find.lines.push(line);
        }
    }

    /// The terms.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Find> {
        self.list.iter()
    }

    /// Puts the terms into the order of the lines where they were seen first.
    pub(super) fn in_order(mut self) -> Finds {
        for find in &mut self.list {
            find.lines.sort_unstable();
        }
        self.list.sort_by_key(|find| find.lines[0]);
        self.places = self.list.iter().enumerate().map(|(place, find)| (find.term.clone(), place)).collect();
        self
    }
}

impl IntoIterator for Finds {
    type Item = Find;
    type IntoIter = std::vec::IntoIter<Find>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// Whether a line of a file of terms can hold the text as one name.
fn is_writable(text: &str) -> bool {
    let structure = |c: char| c.is_control() || "|｜；;:：#＃\u{feff}".contains(c);
    text.chars().any(char::is_alphanumeric) && !text.contains(structure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_there_once_with_all_its_names_and_lines() {
        let mut finds = Finds::default();
        finds.add("声野", &["声野科技", "声野"], 3);
        finds.add("林晓岚 ", &[], 1);
        finds.add("声野", &["声野科技"], 3);
        finds.add("声野", &["Shengye"], 5);
        for bad in ["", "·", "a;b", "类别：人"] {
            finds.add(bad, &[], 1);
        }
        let list: Vec<Find> = finds.in_order().into_iter().collect();
        let find = |term: &str, others: &[&str], lines: &[usize]| Find {
            term: term.into(),
            others: others.iter().map(|other| other.to_string()).collect(),
            lines: lines.into(),
        };
        assert_eq!(list, [find("林晓岚", &[], &[1]), find("声野", &["声野科技", "Shengye"], &[3, 5])]);
    }
}
