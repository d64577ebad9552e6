//! The cleaning rules: an ordered list, each with a name, a file of its own, and a switch.

mod decimals;
mod english;
mod fillers;
mod joins;
mod labels;
mod markup;
mod measures;
mod numbers;
mod percent;
mod spacing;
mod stutter;
mod tags;
mod width;

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use super::draft::Draft;

/// A cleaning rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Title line, front matter, headings, image links, bold, lists, links, comments, HTML tags.
    Markup,
    /// Emoji and `<|…|>` tags of recognisers, `[music]` and the like.
    Tags,
    /// `张三：`, `Speaker 1:` at a paragraph's start.
    Labels,
    /// Paragraphs chopped by a false full stop.
    Joins,
    /// `1。5` for `1.5`.
    Decimals,
    /// `百分之五十%`.
    Percent,
    /// `20呃17年`.
    Numbers,
    /// `呃，`, `um,`.
    Fillers,
    /// `这个这个这个`, `the the`.
    Stutter,
    /// `1个` for `一个`.
    Measures,
    /// Full-width marks in English.
    English,
    /// Full-width letters and digits, half-width marks between Han characters.
    Width,
    /// `用 AI 的人`.
    Spacing,
}

/// What the list of rules says of one of them.
struct Entry {
    rule: Rule,
    name: &'static str,
    about: &'static str,
    /// On unless switched off.
    default: bool,
    /// On for `zimu align`, which keeps the text as given.
    verbatim: bool,
    run: fn(&mut Draft),
}

/// All rules in the order in which they run: what is not speech first, then what joins lines, then what looks at
/// neighbouring words, then punctuation and spaces.
const ENTRIES: [Entry; 13] = [
    entry(Rule::Markup, "markup", "take out titles, headings, image links, Markdown and HTML", true, true, markup::run),
    entry(Rule::Tags, "tags", "turn emoji and <|tags|> of recognisers into events", true, true, tags::run),
    entry(Rule::Labels, "labels", "take speaker labels such as 张三： out of the text", true, true, labels::run),
    entry(Rule::Joins, "joins", "join paragraphs that a false full stop chopped", true, false, joins::run),
    entry(Rule::Decimals, "decimals", "mend torn decimals: 1。5 → 1.5", true, false, decimals::run),
    entry(Rule::Percent, "percent", "drop % after 百分之", true, false, percent::run),
    entry(Rule::Numbers, "numbers", "drop a filler inside a number: 20呃17年 → 2017年", true, false, numbers::run),
    entry(Rule::Fillers, "fillers", "drop fillers such as 呃, 嗯, um", false, false, fillers::run),
    entry(Rule::Stutter, "stutter", "drop stuttered repeats: 这个这个这个 → 这个", true, false, stutter::run),
    entry(Rule::Measures, "measures", "write 1个 as 一个", false, false, measures::run),
    entry(Rule::English, "english", "half-width marks and single spaces in English", true, false, english::run),
    entry(Rule::Width, "width", "half-width letters and digits, full-width marks in Chinese", true, false, width::run),
    entry(Rule::Spacing, "spacing", "a space between Chinese and Latin: 用 AI 的人", false, false, spacing::run),
];

const fn entry(
    rule: Rule,
    name: &'static str,
    about: &'static str,
    default: bool,
    verbatim: bool,
    run: fn(&mut Draft),
) -> Entry {
    Entry { rule, name, about, default, verbatim, run }
}

impl Rule {
    /// Every rule, in the order in which they run.
    pub fn all() -> impl Iterator<Item = Rule> {
        ENTRIES.iter().map(|entry| entry.rule)
    }

    /// Its name on the command line and in reports.
    pub fn name(self) -> &'static str {
        ENTRIES[self as usize].name
    }

    /// What it does, in a line.
    pub fn about(self) -> &'static str {
        ENTRIES[self as usize].about
    }

    /// Whether it is on unless switched off.
    pub fn is_default(self) -> bool {
        ENTRIES[self as usize].default
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the rule for stutters takes out of a text in one pass, in bytes: [`Rule::Stutter`].
pub(crate) fn stutters(text: &str) -> Vec<Range<usize>> {
    stutter::edits(text).into_iter().map(|edit| edit.range).collect()
}

/// What the rule for fillers takes out of a text, in bytes: [`Rule::Fillers`].
pub(crate) fn fillers(text: &str) -> Vec<Range<usize>> {
    fillers::edits(text).into_iter().map(|edit| edit.range).collect()
}

/// Which rules are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    on: [bool; ENTRIES.len()],
}

/// A name in a list of rules that no rule has.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no cleaning rule is called {name:?}; there are: all, default, verbatim, none, {known}", known = names())]
pub struct UnknownRule {
    /// The name as given.
    pub name: String,
}

fn names() -> String {
    Rule::all().map(Rule::name).collect::<Vec<_>>().join(", ")
}

impl Default for Rules {
    /// The rules that are safe on any transcript.
    fn default() -> Rules {
        Rules { on: ENTRIES.each_ref().map(|entry| entry.default) }
    }
}

impl Rules {
    /// Only what is not speech goes: titles, markup, tags, labels. The text stays as given.
    pub fn verbatim() -> Rules {
        Rules { on: ENTRIES.each_ref().map(|entry| entry.verbatim) }
    }

    /// No rule at all.
    pub fn none() -> Rules {
        Rules { on: [false; ENTRIES.len()] }
    }

    /// Every rule.
    pub fn all() -> Rules {
        Rules { on: [true; ENTRIES.len()] }
    }

    /// Reads a list such as `spacing,-stutter` (the default rules with one more and one less) or `none,tags`. The sets
    /// `all`, `default`, `verbatim` and `none` replace what stands before them; a leading `-` switches off.
    ///
    /// # Errors
    /// [`UnknownRule`] for a name that is neither a rule nor a set.
    pub fn parse(list: &str) -> Result<Rules, UnknownRule> {
        let mut rules = Rules::default();
        for word in list.split([',', ' ', '，']).filter(|word| !word.is_empty()) {
            match word {
                "all" => rules = Rules::all(),
                "default" => rules = Rules::default(),
                "verbatim" => rules = Rules::verbatim(),
                "none" => rules = Rules::none(),
                _ => {
                    let name = word.trim_start_matches(['-', '+']);
                    let rule = Rule::all().find(|rule| rule.name() == name);
                    let rule = rule.ok_or_else(|| UnknownRule { name: name.into() })?;
                    rules.on[rule as usize] = !word.starts_with('-');
                }
            }
        }
        Ok(rules)
    }

    /// Whether a rule is on.
    pub fn has(&self, rule: Rule) -> bool {
        self.on[rule as usize]
    }

    /// The same rules with one switched on.
    pub fn with(mut self, rule: Rule) -> Rules {
        self.on[rule as usize] = true;
        self
    }

    /// The same rules with one switched off.
    pub fn without(mut self, rule: Rule) -> Rules {
        self.on[rule as usize] = false;
        self
    }

    /// Runs every rule that is on, in order.
    pub(super) fn run(&self, draft: &mut Draft) {
        for entry in ENTRIES.iter().filter(|entry| self.has(entry.rule)) {
            (entry.run)(draft);
            draft.paragraphs.retain(|paragraph| !paragraph.text.is_empty());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_the_enumeration() {
        for (i, entry) in ENTRIES.iter().enumerate() {
            assert_eq!(entry.rule as usize, i, "{}", entry.name);
        }
    }

    #[test]
    fn a_list_of_rules_starts_from_the_default_ones() {
        assert_eq!(Rules::parse("").unwrap(), Rules::default());
        let rules = Rules::parse("spacing,-stutter").unwrap();
        assert!(rules.has(Rule::Spacing) && !rules.has(Rule::Stutter) && rules.has(Rule::Joins));
        assert_eq!(Rules::parse("none, tags").unwrap(), Rules::none().with(Rule::Tags));
        assert_eq!(Rules::parse("all,-width").unwrap(), Rules::all().without(Rule::Width));
    }

    #[test]
    fn an_unknown_name_is_told_with_the_known_ones() {
        let message = Rules::parse("stuter").unwrap_err().to_string();
        assert!(
            message.contains("\"stuter\"") && message.contains("stutter") && message.contains("joins"),
            "{message}"
        );
    }
}
