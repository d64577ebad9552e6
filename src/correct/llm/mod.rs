//! A second opinion from a language model, if the user has one: it ranks what zimu found, and writes nothing.
//!
//! The model is shown the likely corrections and the guesses, each in its sentence, some at a time, and says of each
//! whether it is right. What that counts for is little, since a model that finds everything plausible is no evidence:
//!
//! | it says | likely | guess |
//! |---|---|---|
//! | right | likely | likely |
//! | wrong | guess | dropped |
//! | unsure | likely | guess |
//!
//! So nothing becomes sure. What else it takes for errors in the sentences that it saw comes in as guesses, where the text
//! has it in one place only. Its answers are text from elsewhere: they are read with bounds, and whatever they say can
//! change nothing but tiers and guesses. What is not answered stays as it was, and is told once.

mod answer;
mod cache;
mod chat;

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use super::finding::{self, Finding};
use super::{Proposed, listed};
use crate::progress::Progress;
use crate::timeline::{Correction, Opinion, Tier};
use answer::{Answer, Other};
use cache::Cache;
pub use cache::CacheError;
use chat::{Chat, Fault};
pub use chat::{Endpoint, Key, NoEndpoint};

/// How many places are asked about together: enough to be quick, few enough that none is forgotten.
const BATCH: usize = 20;

/// How many characters of its sentence are shown on either side of a place: a transcript may have no full stop at all.
const AROUND: usize = 100;

/// After so many questions in a row without an answer no more is asked.
const PATIENCE: u32 = 3;

/// The reason of what the model itself proposes.
const PROPOSES: &str = "the language model proposes it";

/// What the model is told to do.
const INSTRUCTIONS: &str = include_str!("prompt.txt");

/// Whom to ask, and how long and how often.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the model is.
    pub endpoint: Endpoint,
    /// Its name there.
    pub model: String,
    /// What opens the door, where it is closed.
    pub key: Option<Key>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How many requests may be made.
    pub budget: u32,
    /// Where answers are kept, so that the same is not asked again.
    pub cache: Option<PathBuf>,
}

/// A language model that can be asked.
#[derive(Debug)]
pub struct Model {
    chat: Chat,
    name: String,
    cache: Cache,
    /// Questions in a row that were not answered, and why not the last one.
    failed: u32,
    last: Option<Fault>,
}

/// What came of asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Places that could be asked about.
    pub places: usize,
    /// How many of them the model calls right.
    pub right: usize,
    /// Wrong.
    pub wrong: usize,
    /// How many it cannot tell.
    pub unsure: usize,
    /// Further errors that it proposes.
    pub proposed: usize,
    /// Requests that were made: fewer, where answers were kept.
    pub requests: u32,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Asked { places, right, wrong, unsure, proposed, requests } = self;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        write!(f, "asked the language model about {places} place{}", plural(*places))?;
        write!(f, ", {requests} request{}: ", plural(*requests as usize))?;
        write!(f, "{right} right, {wrong} wrong, {unsure} unsure; {proposed} further guess")?;
        f.write_str(if *proposed == 1 { "" } else { "es" })
    }
}

impl Model {
    /// A model, as it is set; nothing is asked yet.
    ///
    /// # Errors
    /// [`CacheError`] when the cache cannot be read, or is another file.
    pub fn new(settings: Settings) -> Result<Model, CacheError> {
        let Settings { endpoint, model, key, timeout, budget, cache } = settings;
        let cache = cache.map_or_else(|| Ok(Cache::default()), |path| Cache::open(&path))?;
        let chat = Chat::new(endpoint, model.clone(), key, timeout, budget);
        Ok(Model { chat, name: model, cache, failed: 0, last: None })
    }

    /// Asks about all that is proposed and not sure, and makes of the answers what they are worth. It never fails: what is
    /// not answered stays as it is, and `progress` is warned of it.
    pub fn ask(&mut self, proposed: &mut Proposed, progress: &dyn Progress) -> Asked {
        let asked = places(proposed);
        if asked.is_empty() {
            return Asked::default();
        }
        let (places, budget) = (asked.len(), self.chat.budget());
        let mut answered = Vec::with_capacity(places);
        let mut silence = Silence::default();
        progress.begin("asking", places as u64);
        for (batch, done) in asked.chunks(BATCH).zip(1..) {
            match self.answers(&question(proposed, batch), batch.len(), progress) {
                Ok(answers) => {
                    silence.add("its answer leaves them out", answers.iter().filter(|answer| answer.is_none()).count());
                    let places = batch.iter().cloned().zip(answers);
                    answered.extend(places.filter_map(|(place, answer)| Some((place, answer?))));
                }
                Err(fault) => silence.add(&fault.to_string(), batch.len()),
            }
            progress.reach(places.min(done * BATCH) as u64);
        }
        progress.end();
        silence.tell(places, progress);
        Asked { places, requests: budget - self.chat.budget(), ..heed(proposed, answered) }
    }

    /// The answers to a question about `count` places, from the cache or the model.
    fn answers(&mut self, question: &str, count: usize, progress: &dyn Progress) -> Result<Vec<Option<Answer>>, Fault> {
        let key = cache::key(&[&self.name, INSTRUCTIONS, question]);
        if let Some(answers) = self.cache.get(&key).and_then(|text| answer::read(text, count)) {
            return Ok(answers);
        }
        if let Some(fault) = self.last.as_ref().filter(|fault| self.failed >= PATIENCE || fault.lasts()) {
            return Err(fault.clone());
        }
        let answered = self.chat.ask(INSTRUCTIONS, question).and_then(|text| {
            let answers = answer::read(&text, count).ok_or(Fault::Nonsense)?;
            Ok((text, answers))
        });
        match answered {
            Ok((text, answers)) => {
                (self.failed, self.last) = (0, None);
                if let Err(fault) = self.cache.put(key, &text) {
                    progress.warn(&format!("an answer of the language model could not be kept: {fault}"));
                }
                Ok(answers)
            }
            Err(fault) => {
                (self.failed, self.last) = (self.failed + 1, Some(fault.clone()));
                Err(fault)
            }
        }
    }
}

/// Why nothing was said of how many places.
#[derive(Default)]
struct Silence(Vec<(String, usize)>);

impl Silence {
    fn add(&mut self, why: &str, count: usize) {
        match self.0.iter_mut().find(|(known, _)| known == why) {
            Some((_, known)) => *known += count,
            None if count > 0 => self.0.push((why.into(), count)),
            None => {}
        }
    }

    /// Warns once, of all of it.
    fn tell(&self, places: usize, progress: &dyn Progress) {
        let why = match &self.0[..] {
            [] => return,
            [(why, _)] => why.clone(),
            more => more.iter().map(|(why, count)| format!("{why} ({count})")).collect::<Vec<_>>().join("; "),
        };
        let count: usize = self.0.iter().map(|(_, count)| count).sum();
        progress.warn(&format!(
            "the language model said nothing of {count} of {places} places, which stay as they were: {why}"
        ));
    }
}

/// A place that is asked about.
#[derive(Clone, Debug)]
struct Place {
    /// Its sentence.
    sentence: usize,
    /// Which of the findings there it is.
    at: usize,
    /// The characters of the sentence that the model sees.
    seen: Range<usize>,
}

/// All that is proposed, but for what is sure and what the user has decided.
fn places(proposed: &Proposed) -> Vec<Place> {
    let mut places = Vec::new();
    for (sentence, found) in proposed.found.iter().enumerate() {
        let length = proposed.sentences[sentence].text.len();
        for (at, (finding, correction)) in found.iter().enumerate() {
            if correction.tier != Tier::Sure && correction.decision.is_none() {
                let Range { start, end } = finding.chars;
                let seen = start.saturating_sub(AROUND)..length.min(end + AROUND);
                places.push(Place { sentence, at, seen });
            }
        }
    }
    places
}

/// A place as the model sees it.
#[derive(Serialize)]
struct Shown<'a> {
    number: usize,
    before: String,
    written: String,
    after: String,
    proposed: &'a str,
    why: &'a str,
}

/// What is asked about some places, as JSON.
fn question(proposed: &Proposed, places: &[Place]) -> String {
    let shown = |(place, number): (&Place, usize)| {
        let (finding, correction) = &proposed.found[place.sentence][place.at];
        let text = &proposed.sentences[place.sentence].text;
        Shown {
            number,
            before: text.text_of(place.seen.start..finding.chars.start),
            written: text.text_of(finding.chars.clone()),
            after: text.text_of(finding.chars.end..place.seen.end),
            proposed: &correction.right,
            why: &correction.reason,
        }
    };
    let shown: Vec<Shown> = places.iter().zip(1..).map(shown).collect();
    serde_json::json!({ "places": shown }).to_string()
}

/// Makes of the answers what they are worth, and counts them.
fn heed(proposed: &mut Proposed, answered: Vec<(Place, Answer)>) -> Asked {
    let further = further(proposed, &answered);
    let mut asked = Asked { proposed: further.len(), ..Asked::default() };
    for (place, answer) in answered {
        match answer.opinion {
            Opinion::Agrees => asked.right += 1,
            Opinion::Disagrees => asked.wrong += 1,
            Opinion::Unsure => asked.unsure += 1,
        }
        proposed.found[place.sentence][place.at].1.model = Some(answer.opinion);
    }
    for found in &mut proposed.found {
        found.retain_mut(|(_, correction)| rate(correction));
    }
    for (sentence, guess) in further {
        let found = &mut proposed.found[sentence];
        found.push(guess);
        found.sort_by_key(|(finding, _)| finding.chars.start);
    }
    asked
}

/// Gives a correction the tier that it has after what the model said; `false` where it is none any more.
fn rate(correction: &mut Correction) -> bool {
    match (correction.model, correction.tier) {
        (Some(Opinion::Disagrees), Tier::Guess) => return false,
        (Some(Opinion::Disagrees), Tier::Likely) => correction.tier = Tier::Guess,
        (Some(Opinion::Agrees), Tier::Guess) => correction.tier = Tier::Likely,
        _ => {}
    }
    true
}

/// What the model itself proposes, with the sentences that it is in; it overlaps nothing that was found.
fn further(proposed: &Proposed, answered: &[(Place, Answer)]) -> Vec<(usize, (Finding, Correction))> {
    let mut further: Vec<(usize, (Finding, Correction))> = Vec::new();
    for (place, answer) in answered {
        for other in &answer.others {
            let Some(guess) = guess(proposed, place, other) else { continue };
            let beside = further.iter().filter(|(sentence, _)| *sentence == place.sentence).map(|(_, guess)| guess);
            let mut beside = beside.chain(&proposed.found[place.sentence]);
            if !beside.any(|(finding, _)| finding::overlap(&finding.chars, &guess.0.chars)) {
                further.push((place.sentence, guess));
            }
        }
    }
    further
}

/// What the model proposes as a guess of ours; `None` where the text that it saw does not have it in exactly one place and
/// in one piece, where it would put words for all of the text, or where the user has rejected it.
fn guess(proposed: &Proposed, place: &Place, other: &Other) -> Option<(Finding, Correction)> {
    let text = &proposed.sentences[place.sentence].text;
    let wrong: Vec<char> = other.wrong.chars().collect();
    let seen = &text.chars()[place.seen.clone()];
    let mut starts = seen.windows(wrong.len().max(1)).enumerate().filter(|(_, part)| *part == wrong);
    let (Some((start, _)), None) = (starts.next(), starts.next()) else { return None };
    if wrong.len() == seen.len() {
        return None;
    }
    let start = place.seen.start + start;
    let finding = Finding::guess(start..start + wrong.len(), &other.right, PROPOSES);
    let correction = listed(text, proposed.lines, &finding, None)?;
    let rejected = proposed.policy.decisions.reject(&correction.wrong, &correction.right, &correction.reason);
    (!rejected).then_some((finding, correction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correct::{Decisions, Policy, Terms, propose};
    use crate::timeline::{Decision, Sentence, Traced};
    use proptest::prelude::*;

    const TEXT: &str = "由生也科技和震荡鸦雀保护站主办，名普也来了，名普和主持人林晓蓝说大家好。";
    const TERMS: &str = "声野科技\n鸣谱";

    /// What is made of an answer, and the text afterwards.
    fn told(answer: &str, policy: &Policy) -> (Vec<Correction>, String) {
        let mut sentences = [Sentence { text: Traced::line(1, TEXT), ..Sentence::default() }];
        let lines = [TEXT.to_string()];
        let mut proposed = propose(&mut sentences, &lines, &Terms::parse(TERMS, "terms").unwrap(), policy, None);
        let places = places(&proposed);
        let answers = answer::read(answer, places.len()).unwrap_or_default();
        let answered = places.into_iter().zip(answers).filter_map(|(place, answer)| Some((place, answer?)));
        heed(&mut proposed, answered.collect());
        let made = proposed.make();
        (made, sentences[0].text.text())
    }

    fn rows(made: &[Correction]) -> Vec<(&str, &str, Tier, Option<Opinion>)> {
        made.iter().map(|c| (c.wrong.as_str(), c.right.as_str(), c.tier, c.model)).collect()
    }

    fn verdicts(places: &str) -> String {
        format!(r#"{{"places": [{places}]}}"#)
    }

    #[test]
    fn a_likely_one_is_doubted_and_a_guess_believed_or_dropped() {
        let rated = |tier, opinion| {
            let mut row = told("", &Policy::default()).0.remove(1);
            (row.tier, row.model) = (tier, Some(opinion));
            rate(&mut row).then_some(row.tier)
        };
        use Opinion::{Agrees, Disagrees, Unsure};
        assert_eq!(
            [Agrees, Disagrees, Unsure].map(|opinion| rated(Tier::Guess, opinion)),
            [Some(Tier::Likely), None, Some(Tier::Guess)]
        );
        assert_eq!(
            [Agrees, Disagrees, Unsure].map(|opinion| rated(Tier::Likely, opinion)),
            [Some(Tier::Likely), Some(Tier::Guess), Some(Tier::Likely)]
        );
    }

    #[test]
    fn the_sure_ones_are_not_asked_about() {
        let mut sentences = [Sentence { text: Traced::line(1, TEXT), ..Sentence::default() }];
        let (lines, policy) = ([TEXT.to_string()], Policy::default());
        let proposed = propose(&mut sentences, &lines, &Terms::parse(TERMS, "terms").unwrap(), &policy, None);
        let question: serde_json::Value = serde_json::from_str(&question(&proposed, &places(&proposed))).unwrap();
        let places = question["places"].as_array().unwrap();
        assert_eq!(places.len(), 2);
        assert_eq!(places[0]["number"], 1);
        assert_eq!(places[0]["before"], "由生也科技和震荡鸦雀保护站主办，");
        assert_eq!((&places[1]["written"], &places[1]["proposed"]), (&"名普".into(), &"鸣谱".into()));
        assert_eq!(places[1]["after"], "和主持人林晓蓝说大家好。");
    }

    #[test]
    fn what_the_model_proposes_is_a_guess_in_a_place_of_its_own() {
        let other = |wrong: &str, right: &str| format!(r#"{{"wrong": "{wrong}", "right": "{right}"}}"#);
        let answer = |others: &[String]| {
            let others = others.join(", ");
            verdicts(&format!(
                r#"{{"number": 1, "verdict": "right", "other": [{others}]}}, {{"number": 2, "verdict": "unsure"}}"#
            ))
        };
        let answer = answer(&[
            other("林晓蓝", "林晓岚"),
            other("晓蓝说", "小兰说"),
            other("名普也", "明朴也"),
            other("名", "明"),
            other("没有的", "有"),
        ]);
        let (made, text) = told(&answer, &Policy::default());
        assert_eq!(
            rows(&made),
            [
                ("生也科技", "声野科技", Tier::Sure, None),
                ("名普", "鸣谱", Tier::Likely, Some(Opinion::Agrees)),
                ("名普", "鸣谱", Tier::Likely, Some(Opinion::Unsure)),
                ("林晓蓝", "林晓岚", Tier::Guess, None),
            ]
        );
        assert_eq!((made[3].reason.as_str(), made[3].offset, made[3].applied), (PROPOSES, 28, false));
        assert_eq!(text, TEXT.replace("生也", "声野"));
    }

    #[test]
    fn a_rejection_holds_whatever_the_model_says() {
        let answer = verdicts(
            r#"{"number": 1, "verdict": "right", "other": [{"wrong": "林晓蓝", "right": "林晓岚"}]}, {"number": 2, "verdict": "right"}"#,
        );
        let (mut made, _) = told(&answer, &Policy::default());
        assert_eq!(made[1].why(), "sounds the same as the term; the language model agrees");
        made.iter_mut().for_each(|row| row.decision = Some(Decision::Reject));
        let policy = Policy { decisions: Decisions::of(made), ..Policy::default() };
        assert_eq!(told("", &policy).0, []);
        let policy_but_one = |row: usize| {
            let mut made = told(&answer, &Policy::default()).0;
            made[row].decision = Some(Decision::Reject);
            told(&answer, &Policy { decisions: Decisions::of(made), ..Policy::default() }).0.len()
        };
        // Without 名普 there is nothing to ask about, and so nothing proposed.
        assert_eq!([policy_but_one(1), policy_but_one(3)], [1, 3]);
    }

    proptest! {
        #[test]
        fn an_answer_changes_tiers_and_adds_guesses_and_nothing_else(
            entries in prop::collection::vec((0usize..5, "(right|wrong|unsure|sure|)", "[由生也名普主办林晓蓝大家]{0,5}", "(鸣谱|声野|\\PC{0,5})"), 0..6),
            around in "\\PC{0,5}",
        ) {
            let entries = entries.iter().map(|(number, verdict, wrong, right)| {
                serde_json::json!({ "number": number, "verdict": verdict, "other": [{ "wrong": wrong, "right": right }] })
            });
            let answer = format!("{around}{}{around}", serde_json::json!({ "places": entries.collect::<Vec<_>>() }));
            let (before, text) = told("", &Policy::default());
            let (after, text_after) = told(&answer, &Policy::default());
            prop_assert_eq!(text, text_after);
            for row in &after {
                let known = before.iter().find(|known| (known.offset, &known.wrong) == (row.offset, &row.wrong));
                let Some(known) = known else {
                    prop_assert_eq!((row.tier, row.reason.as_str(), row.applied), (Tier::Guess, PROPOSES, false));
                    let stands: String = TEXT.chars().skip(row.offset as usize).take(row.wrong.chars().count()).collect();
                    prop_assert_eq!(&stands, &row.wrong);
                    continue;
                };
                prop_assert_eq!((known.tier == Tier::Sure, known.applied), (row.tier == Tier::Sure, row.applied));
                let same = Correction { tier: known.tier, model: None, ..row.clone() };
                prop_assert_eq!(&same, known);
            }
            let sure = |rows: &[Correction]| rows.iter().filter(|row| row.tier == Tier::Sure).count();
            prop_assert_eq!(sure(&before), sure(&after));
        }
    }
}
