//! What a user may ask for besides terms: hesitation taken out, 的 put right, figures, one script.
//!
//! It is done to what stands after the corrections of terms, kind by kind, and again until nothing more is found, so that a
//! second run changes nothing. Each change is listed like any other correction. Where a term stands, or a correction that was
//! made or proposed, nothing is touched.

mod de;
mod numbers;
mod patches;
mod script;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use aho_corasick::{AhoCorasick, MatchKind};
use thiserror::Error;

use super::finding::Finding;
use super::{Policy, Terms};
use crate::timeline::{Correction, Tier, Traced};
use crate::transcript::{self, Rule, Rules};
use patches::Patches;

/// Rounds at most. One change leads to another seldom, and never in a circle: a second round mostly finds nothing.
const ROUNDS: usize = 6;

/// Something that may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words said twice by a speaker in search of the next one: 这个这个.
    Stutters,
    /// Sounds of hesitation: 呃, um.
    Fillers,
    /// 地 and 得 where 的 stands for them.
    De,
    /// Chinese numbers in figures, where GB/T 15835-2011 has figures.
    Numbers,
    /// Simplified characters.
    Simplified,
    /// Traditional characters.
    Traditional,
}

impl Kind {
    /// All of them, in the order in which they are done: what is not said for its meaning goes first; the script comes last,
    /// since the others know simplified words.
    pub const ALL: [Kind; 6] =
        [Kind::Stutters, Kind::Fillers, Kind::De, Kind::Numbers, Kind::Simplified, Kind::Traditional];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Stutters => "stutters",
            Kind::Fillers => "fillers",
            Kind::De => "de",
            Kind::Numbers => "numbers",
            Kind::Simplified => "simplified",
            Kind::Traditional => "traditional",
        }
    }

    /// The changes that it wants in a text, in order; nothing overlaps.
    fn changes(self, text: &[char]) -> Vec<Change> {
        match self {
            Kind::Stutters => removals(text, transcript::stutters, "said twice"),
            Kind::Fillers => removals(text, transcript::fillers, "a filler"),
            Kind::De => by_simplified(text, de::changes),
            Kind::Numbers => by_simplified(text, numbers::changes),
            Kind::Simplified => script::to_simplified(text),
            Kind::Traditional => script::to_traditional(text),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was asked for; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// In the order of [`Kind::ALL`], each once.
    kinds: Vec<Kind>,
}

/// A list of kinds that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KindsError {
    /// A name that no kind has.
    #[error("nothing is called “{0}” that could be asked for; there are: {known}", known = Kind::ALL.map(Kind::name).join(", "))]
    Unknown(String),
    /// Both scripts.
    #[error("simplified and traditional exclude each other")]
    BothScripts,
}

impl FromStr for Kinds {
    type Err = KindsError;

    /// Reads names apart by commas, such as `stutters,fillers`.
    fn from_str(list: &str) -> Result<Kinds, KindsError> {
        let names: Vec<&str> = list.split([',', '，']).map(str::trim).filter(|name| !name.is_empty()).collect();
        if let Some(unknown) = names.iter().find(|name| !Kind::ALL.iter().any(|kind| kind.name() == **name)) {
            return Err(KindsError::Unknown(unknown.to_string()));
        }
        let kinds = Kinds { kinds: Kind::ALL.into_iter().filter(|kind| names.contains(&kind.name())).collect() };
        let both = kinds.has(Kind::Simplified) && kinds.has(Kind::Traditional);
        if both { Err(KindsError::BothScripts) } else { Ok(kinds) }
    }
}

impl Kinds {
    /// Whether a kind was asked for.
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The cleaning rules to read a transcript by that is made into something else: the default ones, but for what takes
    /// out unlisted what is to be listed.
    pub fn rules(&self) -> Rules {
        let dropped = [(Kind::Stutters, Rule::Stutter), (Kind::Numbers, Rule::Percent)];
        let dropped = dropped.into_iter().filter(|(kind, _)| self.has(*kind));
        dropped.fold(Rules::default(), |rules, (_, rule)| rules.without(rule))
    }

    /// The rules to read a transcript by that is to be changed itself: what they took out would stand there all the same, as
    /// it was, and be read otherwise the next time.
    pub fn rules_in_place(&self) -> Rules {
        let dropped = [Rule::Stutter, Rule::Percent, Rule::Numbers].into_iter().filter(|_| !self.is_empty());
        dropped.fold(Rules::default(), Rules::without)
    }
}

/// A change to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    /// What it replaces.
    chars: Range<usize>,
    right: String,
    tier: Tier,
    reason: &'static str,
}

impl Change {
    fn sure(chars: Range<usize>, right: impl Into<String>, reason: &'static str) -> Change {
        Change { chars, right: right.into(), tier: Tier::Sure, reason }
    }
}

/// What a cleaning rule takes out, given in bytes.
fn removals(text: &[char], rule: fn(&str) -> Vec<Range<usize>>, reason: &'static str) -> Vec<Change> {
    let string: String = text.iter().collect();
    let char_at = |byte: usize| string[..byte].chars().count();
    rule(&string).into_iter().map(|range| Change::sure(char_at(range.start)..char_at(range.end), "", reason)).collect()
}

/// The changes that are found in a text as if it were simplified; what they leave stays in the characters that it has.
fn by_simplified(text: &[char], find: fn(&[char]) -> Vec<Change>) -> Vec<Change> {
    let simplified = script::as_simplified(text);
    let mut changes = find(&simplified);
    for Change { chars, right, .. } in &mut changes {
        let mut rest = chars.clone().zip(&simplified[chars.clone()]);
        let mut own = |c: char| rest.clone().position(|(_, there)| *there == c).and_then(|at| rest.nth(at));
        *right = right.chars().map(|c| own(c).map_or(c, |(at, _)| text[at])).collect();
    }
    changes
}

/// Looks for what was asked for.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    lines: &'a [String],
    policy: &'a Policy,
    /// Finds the terms where they stand; none where there are none.
    terms: Option<AhoCorasick>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(lines: &'a [String], terms: &Terms, policy: &'a Policy) -> Asked<'a> {
        let terms = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&terms.right);
        Asked { lines, policy, terms: terms.ok() }
    }

    /// Adds what there is in a sentence to what was found in it, in order. Of what was found it is known already what is made.
    pub(super) fn add(&self, text: &Traced, found: &mut Vec<(Finding, Correction)>) {
        let kinds = &self.policy.also.kinds;
        if kinds.is_empty() {
            return;
        }
        let mut patches = Patches::new(text, self.lines, self.policy, found);
        self.standing(text).into_iter().for_each(|term| patches.close(term));
        for _ in 0..ROUNDS {
            let mut made = false;
            for kind in kinds {
                // From the back, so that places before stay good.
                for change in kind.changes(&patches.now()).into_iter().rev() {
                    made |= patches.make(change);
                }
            }
            if !made {
                break;
            }
        }
        found.extend(patches.listed());
        found.sort_by_key(|(finding, _)| finding.chars.start);
    }

    /// Where terms stand in a text.
    fn standing(&self, text: &Traced) -> Vec<Range<usize>> {
        let string = text.text();
        let char_at = |byte: usize| string[..byte].chars().count();
        let found = self.terms.iter().flat_map(|terms| terms.find_iter(&string));
        found.map(|m| char_at(m.start())..char_at(m.end())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_in_any_order() {
        let kinds: Kinds = "numbers, stutters,numbers".parse().unwrap();
        assert_eq!(kinds.kinds, [Kind::Stutters, Kind::Numbers]);
        assert_eq!("".parse(), Ok(Kinds::default()));
        assert_eq!("traditional,simplified".parse::<Kinds>(), Err(KindsError::BothScripts));
        assert_eq!(
            "figures".parse::<Kinds>().unwrap_err().to_string(),
            "nothing is called “figures” that could be asked for; \
             there are: stutters, fillers, de, numbers, simplified, traditional"
        );
    }

    #[test]
    fn traditional_text_is_understood_and_stays_traditional() {
        let changes = |kind: Kind, text: &str| {
            let changes = kind.changes(&text.chars().collect::<Vec<_>>());
            changes.into_iter().map(|change| change.right).collect::<Vec<_>>()
        };
        assert_eq!(changes(Kind::De, "他講的很清楚。"), ["講得很"]);
        assert_eq!(changes(Kind::Numbers, "八點二十分，兩千億，二十個"), ["8點20", "2000", "20"]);
    }

    #[test]
    fn what_is_to_be_listed_is_not_cleaned_away() {
        let kinds: Kinds = "stutters".parse().unwrap();
        assert!(!kinds.rules().has(Rule::Stutter) && kinds.rules().has(Rule::Percent));
        assert_eq!(Kinds::default().rules(), Rules::default());
        assert!(!"de".parse::<Kinds>().unwrap().rules_in_place().has(Rule::Stutter));
        assert_eq!(Kinds::default().rules_in_place(), Rules::default());
    }
}
