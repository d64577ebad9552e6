//! What can be done to a draft, a file for each part of it.
//!
//! Whatever is done, cues and sentences go on to hold the same letters: text that is changed in one is changed in the other,
//! and what stays keeps its times.

mod chapters;
mod cues;
mod decisions;
mod people;
mod sentences;
mod terms;
mod text;

use serde::Deserialize;
use thiserror::Error;

use super::draft::Draft;
use super::ear::Ear;
use crate::cues::Style;
use crate::timeline::{Decision, Ms, Span};

pub use chapters::Heading;
pub use sentences::word_at;

/// What a user does. Cues, speakers and lines are counted from 0, characters too.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Edit {
    /// Says of corrections, by their keys, whether they are to be made; the text follows.
    Decide {
        /// Which.
        corrections: Vec<String>,
        /// What; nothing takes back what was said, and leaves the text alone.
        decision: Option<Decision>,
    },
    /// Says of doubts, by their keys, that they were looked at and all is well, or not after all.
    Pass {
        /// Which.
        doubts: Vec<String>,
        /// Whether all is well.
        passed: bool,
    },
    /// Gives a cue other text.
    Text {
        /// Which.
        cue: usize,
        /// Its lines from now on.
        lines: Vec<String>,
    },
    /// Gives a cue another time, between its neighbours.
    Time {
        /// Which.
        cue: usize,
        /// Its start.
        start: Ms,
        /// Its end.
        end: Ms,
    },
    /// Makes two cues of one.
    Split {
        /// Which.
        cue: usize,
        /// The line in which the second one begins.
        line: usize,
        /// Its first character there.
        at: usize,
    },
    /// Makes one cue of this and the next.
    Merge {
        /// Which.
        cue: usize,
    },
    /// Puts in a cue, and its text into the sentences.
    Insert {
        /// Its start.
        start: Ms,
        /// Its end.
        end: Ms,
        /// Its lines.
        lines: Vec<String>,
    },
    /// Takes cues out, and their text out of the sentences.
    Delete {
        /// The first of them.
        from: usize,
        /// The last of them.
        to: usize,
    },
    /// Looks anew in the recording when the words of cues are said.
    Align {
        /// The first of them.
        from: usize,
        /// The last of them.
        to: usize,
    },
    /// Says who speaks in cues: somebody known, or somebody new; nobody where the name is empty.
    Give {
        /// The first of them.
        from: usize,
        /// The last of them.
        to: usize,
        /// The name.
        name: String,
    },
    /// Calls a speaker otherwise.
    Rename {
        /// Who, an index.
        speaker: usize,
        /// The name from now on.
        name: String,
        /// Office or institution; none where it is empty.
        title: String,
    },
    /// Has other chapters.
    Chapters {
        /// All of them, in any order.
        headings: Vec<Heading>,
    },
    /// Looks for a term, `right | wrong | wrong`, and proposes it everywhere.
    Term {
        /// The term.
        term: String,
    },
}

/// The longest text of a cue, name or term, in characters: what is longer was pasted by mistake.
const LONGEST_TEXT: usize = 1_000;

/// Why something cannot be done; nothing is changed then.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// What is to be changed is not there.
    #[error("there is no such subtitle, speaker or correction")]
    Gone,
    /// A cue without words.
    #[error("a subtitle needs words; delete it instead")]
    NoWords,
    /// More text than any cue or term has.
    #[error("that is too long: at most {LONGEST_TEXT} characters")]
    TooMuch,
    /// A time that is not free.
    #[error("a subtitle can only be where no other one is, and not past the end of the recording")]
    NotFree,
    /// Nothing is left on one side.
    #[error("there are words on one side only")]
    NothingToSplit,
    /// The last one has no next.
    #[error("there is no next subtitle")]
    NoNext,
    /// Two people speak.
    #[error("they are of two speakers")]
    TwoSpeakers,
    /// A name that is empty.
    #[error("a speaker needs a name")]
    NoName,
    /// A chapter that cannot be.
    #[error("chapter {number}: {fault}")]
    Chapter {
        /// Which, counted from 1.
        number: usize,
        /// What is wrong.
        fault: &'static str,
    },
    /// It is no term.
    #[error("{0}")]
    Term(String),
    /// Nothing was heard yet.
    #[error("the recording is still being listened to, or is not there")]
    NotHeard,
    /// Too much at once.
    #[error("at most a minute can be listened to again at once")]
    TooLong,
    /// The words do not fit.
    #[error("the words cannot be said in that time")]
    NoRoom,
}

/// What an edit is made with.
pub struct Tools<'a> {
    /// The guide that cues are held to.
    pub style: &'a Style,
    /// The recording, once it was listened to.
    pub ear: Option<&'a Ear>,
}

impl Edit {
    /// Whether it says by number what it is about, which another edit may have changed.
    pub fn counts(&self) -> bool {
        !matches!(self, Edit::Decide { .. } | Edit::Pass { .. } | Edit::Term { .. })
    }

    /// What the user wrote.
    fn texts(&self) -> Vec<&str> {
        match self {
            Edit::Decide { decision: Some(Decision::Edit(text)), .. } => vec![text],
            Edit::Text { lines, .. } | Edit::Insert { lines, .. } => lines.iter().map(String::as_str).collect(),
            Edit::Give { name, .. } => vec![name],
            Edit::Rename { name, title, .. } => vec![name, title],
            Edit::Chapters { headings } => headings.iter().map(|heading| heading.title.as_str()).collect(),
            Edit::Term { term } => vec![term],
            _ => vec![],
        }
    }

    /// Makes it.
    ///
    /// # Errors
    /// [`Refusal`]; then the draft is of no more use.
    pub fn make(&self, draft: &mut Draft, tools: &Tools) -> Result<(), Refusal> {
        if self.texts().iter().any(|text| text.chars().count() > LONGEST_TEXT) {
            return Err(Refusal::TooMuch);
        }
        match self {
            Edit::Decide { corrections, decision } => {
                decisions::decide(draft, corrections, decision.as_ref(), tools.ear)
            }
            Edit::Pass { doubts, passed } => {
                for doubt in doubts {
                    if *passed {
                        draft.passed.insert(doubt.clone());
                    } else {
                        draft.passed.remove(doubt);
                    }
                }
                Ok(())
            }
            Edit::Text { cue, lines } => text::retext(draft, *cue, lines, tools.ear),
            Edit::Time { cue, start, end } => cues::retime(draft, *cue, Span { start: *start, end: *end }),
            Edit::Split { cue, line, at } => cues::split(draft, *cue, (*line, *at), tools.style),
            Edit::Merge { cue } => cues::merge(draft, *cue),
            Edit::Insert { start, end, lines } => {
                cues::insert(draft, Span { start: *start, end: *end }, lines, tools.ear)
            }
            Edit::Delete { from, to } => cues::delete(draft, *from, *to),
            Edit::Align { from, to } => cues::realign(draft, *from, *to, tools),
            Edit::Give { from, to, name } => people::give(draft, *from, *to, name),
            Edit::Rename { speaker, name, title } => people::rename(draft, *speaker, name, title),
            Edit::Chapters { headings } => chapters::head(draft, headings),
            Edit::Term { term } => terms::propose(draft, term),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::review::draft::Change;
    use crate::review::fixtures::draft;
    use crate::timeline::Correction;

    const SENTENCES: [&str; 4] = ["由生也科技，主办。", "We say hello, and go.", "听见声音！", "大家早好，3.5倍。"];
    const CUES: [&str; 6] = ["由生也", "科技主办", "We say hello|and go", "听见|声音", "大家早好", "3.5倍"];

    fn reviewed() -> Draft {
        let mut draft = draft(&SENTENCES, &CUES);
        let [wrong, right] = ["生也", "声野"].map(String::from);
        draft.timeline.corrections = vec![Correction { line: 1, offset: 1, wrong, right, ..Correction::default() }];
        draft
    }

    fn any_edit() -> impl Strategy<Value = Edit> {
        let cue = || 0..8usize;
        let time = || (0..25_000i64).prop_map(Ms);
        let text = || prop::collection::vec("[听见ab ，.0]{0,6}", 1..3);
        let decision = prop::sample::select(vec![Decision::Accept, Decision::Reject, Decision::Edit("AI 科".into())]);
        let heading = (time(), "[ab]?", 0..5u8);
        let heading = heading.prop_map(|(start, title, level)| Heading { start, title, level, speaker: Some(1) });
        prop_oneof![
            decision.prop_map(|decision| {
                Edit::Decide { corrections: vec!["1:1:生也:声野".into()], decision: Some(decision) }
            }),
            ("[ab]", any::<bool>()).prop_map(|(doubt, passed)| Edit::Pass { doubts: vec![doubt], passed }),
            (cue(), text()).prop_map(|(cue, lines)| Edit::Text { cue, lines }),
            (cue(), time(), time()).prop_map(|(cue, start, end)| Edit::Time { cue, start, end }),
            (cue(), 0..3usize, 0..9usize).prop_map(|(cue, line, at)| Edit::Split { cue, line, at }),
            cue().prop_map(|cue| Edit::Merge { cue }),
            (time(), 1..3_000i64, text()).prop_map(|(start, length, lines)| Edit::Insert {
                start,
                end: start + Ms(length),
                lines
            }),
            (cue(), cue()).prop_map(|(from, to)| Edit::Delete { from, to }),
            (cue(), cue(), "[甲乙]?").prop_map(|(from, to, name)| Edit::Give { from, to, name }),
            (0..3usize, "[甲乙丙]", "[ab]?").prop_map(|(speaker, name, title)| Edit::Rename { speaker, name, title }),
            prop::collection::vec(heading, 0..4).prop_map(|headings| Edit::Chapters { headings }),
            Just(Edit::Term { term: "声野科技".into() }),
        ]
    }

    fn letters(text: impl Iterator<Item = char>) -> String {
        text.filter(|c| c.is_alphanumeric()).collect()
    }

    fn check(draft: &Draft) {
        let timeline = &draft.timeline;
        let shown = draft.cues().iter().flat_map(|cue| &cue.lines).flat_map(|line| line.chars());
        let spoken = timeline.segments.iter().flat_map(|segment| segment.text.chars());
        assert_eq!(letters(shown), letters(spoken));
        let mut reached = Ms::ZERO;
        for cue in draft.cues() {
            assert!(reached <= cue.span.start && cue.span.start < cue.span.end && !cue.lines.is_empty(), "{cue:?}");
            reached = cue.span.end;
        }
        assert!(reached <= timeline.duration());
        for segment in &timeline.segments {
            let count = segment.text.chars().count();
            assert!(!segment.words.is_empty() && segment.words.iter().all(|word| word.chars.end <= count));
            let spans: Vec<Span> = segment.words.iter().filter_map(|word| word.span).collect();
            assert!(spans.windows(2).all(|pair| pair[0].start <= pair[1].start), "{segment:?}");
        }
        for turn in &timeline.turns {
            let said = &timeline.segments[turn.segments.clone()];
            assert!(turn.speaker < timeline.speakers.len() && said.iter().all(|one| one.speaker == Some(turn.speaker)));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_done_cues_and_sentences_hold_the_same_letters(edits in prop::collection::vec(any_edit(), 1..12)) {
            let style = Style::bilibili();
            let mut now = reviewed();
            for edit in edits {
                let mut after = now.clone();
                if edit.make(&mut after, &Tools { style: &style, ear: None }).is_err() {
                    continue;
                }
                check(&after);
                // What is in the journal makes the same of it, and takes it back.
                let change = serde_json::to_string(&Change::between(&now, &after)).unwrap();
                let change: Change = serde_json::from_str(&change).unwrap();
                let mut replayed = now.clone();
                change.put(&mut replayed, false).unwrap();
                prop_assert_eq!(&replayed, &after);
                change.put(&mut replayed, true).unwrap();
                prop_assert_eq!(&replayed, &now);
                now = after;
            }
        }
    }
}
