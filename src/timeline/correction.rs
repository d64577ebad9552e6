//! An error of the transcript, what ought to stand there, and what was decided about it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How sure a correction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Made unless told otherwise.
    Sure,
    /// Proposed.
    Likely,
    /// Shown to be looked at.
    #[default]
    Guess,
}

impl Tier {
    /// All of them, the surest first.
    pub const ALL: [Tier; 3] = [Tier::Sure, Tier::Likely, Tier::Guess];

    /// The word that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Sure => "sure",
            Tier::Likely => "likely",
            Tier::Guess => "guess",
        }
    }
}

/// One error of the transcript and what ought to stand there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// 1-based line of the transcript as given.
    pub line: u32,
    /// 0-based offset of `wrong` in that line, in characters.
    pub offset: u32,
    /// What stands exactly there.
    pub wrong: String,
    /// What ought to.
    pub right: String,
    /// How sure it is.
    pub tier: Tier,
    /// Why, in words.
    pub reason: String,
    /// What was weighed.
    #[serde(default)]
    pub weighed: Weighed,
    /// What stands before it in its sentence, [`Correction::CONTEXT`] characters at most: by this the place is found
    /// again after the transcript was edited elsewhere.
    #[serde(default)]
    pub before: String,
    /// The same after it.
    #[serde(default)]
    pub after: String,
    /// What a language model said of it, where one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Opinion>,
    /// Whether it was made.
    #[serde(default)]
    pub applied: bool,
    /// What the user said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// What speaks for a correction and against it, in nats: how many times likelier it makes it, as a natural logarithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weighed {
    /// What the difference in sound costs; it speaks against it.
    pub sound: f32,
    /// By how much the sentence reads better with it.
    pub words: f32,
    /// What the rest of the document says for it.
    pub document: f32,
    /// By how much the recording sounds more like it, where there was one to listen to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<f32>,
}

impl Weighed {
    /// All together: the higher, the likelier it is right.
    pub fn score(&self) -> f32 {
        self.words + self.document + self.heard.unwrap_or_default() - self.sound
    }
}

impl Correction {
    /// Characters kept on either side of an error.
    pub const CONTEXT: usize = 10;

    /// What stands in the place of `wrong` once it is made: the user's own words, where there are any.
    pub fn put(&self) -> &str {
        match &self.decision {
            Some(Decision::Edit(text)) => text,
            _ => &self.right,
        }
    }

    /// The reason, and what the language model says to it. The reason itself stays what it is without a model, since a
    /// rejection holds for its reason.
    pub fn why(&self) -> String {
        match self.model {
            None => self.reason.clone(),
            Some(Opinion::Agrees) => format!("{}; the language model agrees", self.reason),
            Some(Opinion::Disagrees) => format!("{}; the language model disagrees", self.reason),
            Some(Opinion::Unsure) => format!("{}; the language model is unsure", self.reason),
        }
    }
}

/// What a language model says of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Opinion {
    /// It is right.
    Agrees,
    /// It is wrong.
    Disagrees,
    /// It cannot tell.
    Unsure,
}

impl Opinion {
    /// All of them.
    pub const ALL: [Opinion; 3] = [Opinion::Agrees, Opinion::Disagrees, Opinion::Unsure];

    /// The word that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Opinion::Agrees => "agrees",
            Opinion::Disagrees => "disagrees",
            Opinion::Unsure => "unsure",
        }
    }
}

/// What a user says of a correction.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Decision {
    /// It is to be made.
    Accept,
    /// It is not to be made, nor proposed again for the same reason, here or elsewhere.
    Reject,
    /// Something else is to stand there.
    Edit(String),
}

/// What stands for a decision and is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("“{0}” is no decision: write accept, reject, or edit: and what is to stand there")]
pub struct NoDecision(String);

impl FromStr for Decision {
    type Err = NoDecision;

    fn from_str(text: &str) -> Result<Decision, NoDecision> {
        let text = text.trim();
        match text.to_lowercase().as_str() {
            "accept" => return Ok(Decision::Accept),
            "reject" => return Ok(Decision::Reject),
            _ => {}
        }
        let edited = text.split_once([':', '：']).filter(|(word, _)| word.trim().eq_ignore_ascii_case("edit"));
        edited.map(|(_, text)| Decision::Edit(text.trim().into())).ok_or_else(|| NoDecision(text.into()))
    }
}

impl TryFrom<String> for Decision {
    type Error = NoDecision;

    fn try_from(text: String) -> Result<Decision, NoDecision> {
        text.parse()
    }
}

impl From<Decision> for String {
    fn from(decision: Decision) -> String {
        decision.to_string()
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Decision::Accept => f.write_str("accept"),
            Decision::Reject => f.write_str("reject"),
            Decision::Edit(text) => write!(f, "edit:{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_read_as_it_is_written() {
        for decision in
            [Decision::Accept, Decision::Reject, Decision::Edit("声野：科技".into()), Decision::Edit("".into())]
        {
            assert_eq!(decision.to_string().parse(), Ok(decision));
        }
        assert_eq!(" Edit：声野 ".parse(), Ok(Decision::Edit("声野".into())));
        let fault = "yes".parse::<Decision>().unwrap_err();
        assert_eq!(
            fault.to_string(),
            "“yes” is no decision: write accept, reject, or edit: and what is to stand there"
        );
    }
}
