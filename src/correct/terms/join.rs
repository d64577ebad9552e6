//! Terms of several files, and of packs, made one.

use std::collections::{HashMap, HashSet};

use super::entry::Entry;
use super::error::{Place, TermsError};
use super::{About, Terms};

/// Terms that are being put together, with the place where each writing stood first.
#[derive(Default)]
pub(super) struct Joiner {
    terms: Terms,
    /// What the files are called.
    names: Vec<String>,
    /// Right writing → index in `terms.right`, file and line.
    right: HashMap<String, (usize, Origin)>,
    /// Wrong writing → index in `terms.right`, file and line.
    wrong: HashMap<String, (usize, Origin)>,
}

/// A file, by its index, and a line.
type Origin = (usize, usize);

impl Joiner {
    /// Adds the entries of a file of the user's.
    pub(super) fn add_file(&mut self, name: &str, entries: Vec<Entry>) -> Result<(), TermsError> {
        self.names.push(name.into());
        entries.into_iter().try_for_each(|entry| self.add_users(entry))
    }

    /// Adds packs to the user's terms, which are whole by now: what a pack says otherwise than they do, or than a pack
    /// before it, is left out.
    pub(super) fn finish(mut self, packs: Vec<Vec<Entry>>) -> Result<Terms, TermsError> {
        self.check()?;
        let spelt: HashSet<String> = self.terms.right.iter().map(|writing| letters(writing)).collect();
        self.names.push("the packs".into());
        for entry in packs.into_iter().flatten() {
            self.add_packs(entry, &spelt);
        }
        Ok(self.terms)
    }

    fn add_users(&mut self, entry: Entry) -> Result<(), TermsError> {
        let origin = (self.names.len() - 1, entry.line);
        let index = self.add_right(&entry.term, origin, false);
        // What was another name of some term before is one of its own from now on.
        self.terms.about[index].term = index;
        self.add_about(index, &entry);
        for other in &entry.others {
            self.add_other(other, index, &entry, origin, false);
        }
        entry.wrong.into_iter().try_for_each(|wrong| self.add_wrong(wrong, index, origin))
    }

    fn add_packs(&mut self, mut entry: Entry, spelt: &HashSet<String>) {
        let refused = |joiner: &Joiner, writing: &str| {
            let known = joiner.right.contains_key(writing);
            joiner.wrong.contains_key(writing) || !known && spelt.contains(&letters(writing))
        };
        if refused(self, &entry.term) {
            return;
        }
        let origin = (self.names.len() - 1, entry.line);
        let index = self.add_right(&entry.term, origin, true);
        self.add_about(index, &entry);
        entry.others.retain(|other| !refused(self, other));
        for other in &entry.others {
            self.add_other(other, index, &entry, origin, true);
        }
        for wrong in std::mem::take(&mut entry.wrong) {
            if !self.right.contains_key(&wrong) && !self.wrong.contains_key(&wrong) {
                self.wrong.insert(wrong.clone(), (index, origin));
                self.terms.wrong.push((wrong, index));
            }
        }
    }

    fn add_right(&mut self, writing: &str, origin: Origin, from_pack: bool) -> usize {
        if let Some(&(index, _)) = self.right.get(writing) {
            return index;
        }
        let index = self.terms.right.len();
        self.terms.right.push(writing.to_string());
        self.terms.about.push(About { class: None, readings: vec![], not_in: vec![], term: index, from_pack });
        self.right.insert(writing.to_string(), (index, origin));
        index
    }

    fn add_other(&mut self, other: &str, term: usize, entry: &Entry, origin: Origin, from_pack: bool) {
        let count = self.terms.right.len();
        let index = self.add_right(other, origin, from_pack);
        if index < count {
            return;
        }
        let term = self.terms.about[term].term;
        let about = &mut self.terms.about[index];
        (about.term, about.class) = (term, entry.class);
        about.not_in.extend_from_slice(&entry.not_in);
    }

    /// Adds what an entry says of its term to what is known of it; a class that was given before stays.
    fn add_about(&mut self, index: usize, entry: &Entry) {
        let about = &mut self.terms.about[index];
        about.class = about.class.or(entry.class);
        for (known, more) in [(&mut about.readings, &entry.readings), (&mut about.not_in, &entry.not_in)] {
            for text in more {
                if !known.contains(text) {
                    known.push(text.clone());
                }
            }
        }
    }

    fn add_wrong(&mut self, writing: String, index: usize, origin: Origin) -> Result<(), TermsError> {
        match self.wrong.get(&writing) {
            Some(&(other, _)) if other == index => return Ok(()),
            Some(&(_, other)) => return Err(self.contradiction(&writing, index, origin, other)),
            None => self.wrong.insert(writing.clone(), (index, origin)),
        };
        self.terms.wrong.push((writing, index));
        Ok(())
    }

    /// A right writing may stand after the line that calls it wrong, so this can only be seen at the end.
    fn check(&self) -> Result<(), TermsError> {
        for (writing, index) in &self.terms.wrong {
            if let (Some(&(_, right)), Some(&(_, wrong))) = (self.right.get(writing), self.wrong.get(writing)) {
                return Err(self.contradiction(writing, *index, wrong, right));
            }
        }
        Ok(())
    }

    fn contradiction(&self, wrong: &str, index: usize, at: Origin, other: Origin) -> TermsError {
        let place = |(file, line): Origin| Place { name: self.names[file].clone(), line };
        let right = self.terms.right[index].clone();
        TermsError::Contradiction { at: place(at), wrong: wrong.into(), right, other: place(other) }
    }
}

/// What two spellings of one name have in common: its letters, without case, spaces and marks.
fn letters(writing: &str) -> String {
    writing.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Class;
    use super::super::lines::parse;
    use super::*;

    fn joined(files: &[&str], packs: &[&str]) -> Result<Terms, TermsError> {
        let mut joiner = Joiner::default();
        for (file, name) in files.iter().zip(["a.txt", "b.txt"]) {
            joiner.add_file(name, parse(file, name)?)?;
        }
        joiner.finish(packs.iter().map(|pack| parse(pack, "pack")).collect::<Result<_, _>>()?)
    }

    fn wrong(terms: &Terms) -> Vec<String> {
        terms.wrong.iter().map(|(wrong, right)| format!("{wrong}>{}", terms.right[*right])).collect()
    }

    #[test]
    fn other_names_know_their_term_and_share_its_line() {
        let terms = joined(
            &["声野科技；声野；类别：机构；不适用：原声野；读音：sheng ye\n声野\n林晓岚\t主持人\n陈柏舟\t主持人"],
            &[],
        );
        let terms = terms.unwrap();
        assert_eq!(terms.right, ["声野科技", "声野", "林晓岚", "主持人", "陈柏舟"]);
        let of: Vec<_> = terms.about.iter().map(|about| about.term).collect();
        assert_eq!(of, [0, 1, 2, 2, 4]);
        assert_eq!(terms.about[1].class, Some(Class::Organisation));
        assert_eq!((&terms.about[0].not_in, terms.about[1].readings.len()), (&terms.about[1].not_in, 0));
    }

    #[test]
    fn lines_on_the_same_term_are_joined() {
        let terms =
            joined(&["声野；读音：sheng ye | 生也", "声野；读音：sheng ye，shen ye；类别：机构 | 生也 | 深野"], &[])
                .unwrap();
        assert_eq!(terms.right, ["声野"]);
        assert_eq!(terms.about[0].readings, ["sheng ye", "shen ye"]);
        assert_eq!(wrong(&terms), ["生也>声野", "深野>声野"]);
    }

    #[test]
    fn two_files_that_contradict_are_both_named() {
        let message = |files: &[&str]| joined(files, &[]).unwrap_err().to_string();
        assert_eq!(
            message(&["声野 | 生也", "\n盛业 | 生也"]),
            "b.txt, line 2: “生也” is to become “盛业”, but a.txt, line 1 says otherwise"
        );
        assert_eq!(
            message(&["声野 | 生也", "生也"]),
            "a.txt, line 1: “生也” is to become “声野”, but b.txt, line 1 says otherwise"
        );
    }

    #[test]
    fn the_user_outranks_a_pack() {
        let pack = "EchoReed；回声芦苇；类别：产品 | 回生芦苇 | 易可\n大苇莺；苇莺 | 大伟鹰\n鸣谱云听";
        let terms = joined(&["Echo Reed\n易可\n苇莺 | 大苇莺\n鸣谱云听；类别：术语"], &[pack]).unwrap();
        assert_eq!(terms.right, ["Echo Reed", "易可", "苇莺", "鸣谱云听"]);
        assert_eq!(wrong(&terms), ["大苇莺>苇莺"]);
        let terms = joined(&["声野\t回声芦苇 | 易可"], &[pack]).unwrap();
        assert_eq!(terms.right, ["声野", "回声芦苇", "EchoReed", "大苇莺", "苇莺", "鸣谱云听"]);
        assert_eq!(wrong(&terms), ["易可>声野", "回生芦苇>EchoReed", "大伟鹰>大苇莺"]);
        let of: Vec<_> = terms.about.iter().map(|about| (about.term, about.from_pack)).collect();
        assert_eq!(of, [(0, false), (0, false), (2, true), (3, true), (3, true), (5, true)]);
    }

    #[test]
    fn of_two_packs_the_first_is_right() {
        let terms = joined(&[], &["声野 | 生也", "生也\n盛业 | 生也 | 声野"]).unwrap();
        assert_eq!((terms.right.join(" "), wrong(&terms)), ("声野 盛业".to_string(), vec!["生也>声野".to_string()]));
    }
}
