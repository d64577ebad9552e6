//! What a language model answers: read with patience, and never believed.

use serde::Deserialize;
use serde_json::Value;

use crate::timeline::Opinion;

/// How many other errors of one place are listened to: more would be another text.
const MOST_OTHERS: usize = 5;

/// How many characters an error that the model proposes may have, and what it puts there: names and words, not sentences.
const LONGEST: usize = 30;

/// What is said of one place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) opinion: Opinion,
    pub(super) others: Vec<Other>,
}

/// Another error in the text of a place.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Other {
    pub(super) wrong: String,
    pub(super) right: String,
}

#[derive(Deserialize)]
struct Sheet {
    places: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    number: usize,
    verdict: Verdict,
    /// Each is read by itself: one bad one spoils no other.
    #[serde(default)]
    other: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Right,
    Wrong,
    Unsure,
}

impl From<Verdict> for Opinion {
    fn from(verdict: Verdict) -> Opinion {
        match verdict {
            Verdict::Right => Opinion::Agrees,
            Verdict::Wrong => Opinion::Disagrees,
            Verdict::Unsure => Opinion::Unsure,
        }
    }
}

/// The answers to places 1 to `count`, `None` for those of which nothing is said. `None` where nothing is said of any:
/// then it is no answer at all.
pub(super) fn read(text: &str, count: usize) -> Option<Vec<Option<Answer>>> {
    let sheet: Sheet = serde_json::from_str(json_in(text)?).ok()?;
    let mut answers: Vec<Option<Answer>> = vec![None; count];
    for entry in sheet.places.into_iter().filter_map(|entry| serde_json::from_value::<Entry>(entry).ok()) {
        if let Some(slot) = entry.number.checked_sub(1).and_then(|at| answers.get_mut(at)) {
            let answer = Answer { opinion: entry.verdict.into(), others: others(entry.other) };
            match slot {
                // Who says both knows neither.
                Some(before) if before.opinion != answer.opinion => before.opinion = Opinion::Unsure,
                Some(_) => {}
                None => *slot = Some(answer),
            }
        }
    }
    answers.iter().any(Option::is_some).then_some(answers)
}

/// The JSON in an answer: models put it into fences, or think aloud first.
fn json_in(text: &str) -> Option<&str> {
    let said = text.rsplit_once("</think>").map_or(text, |(_, said)| said);
    said.get(said.find('{')?..=said.rfind('}')?)
}

fn others(values: Vec<Value>) -> Vec<Other> {
    let others = values.into_iter().filter_map(|value| serde_json::from_value::<Other>(value).ok());
    others.filter(Other::is_plain).take(MOST_OTHERS).collect()
}

impl Other {
    /// Whether it may stand in a report: words for words, nothing that a terminal or a spreadsheet would act upon.
    fn is_plain(&self) -> bool {
        let is_plain = |text: &str| {
            (1..=LONGEST).contains(&text.chars().take(LONGEST + 1).count())
                && text.trim() == text
                && !text.starts_with(['=', '+', '-', '@'])
                && text.contains(char::is_alphanumeric)
                && !text.contains(acts)
        };
        self.wrong != self.right && is_plain(&self.wrong) && is_plain(&self.right)
    }
}

/// Whether a character does something instead of being seen: control characters, and those that turn or join text.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn opinions(text: &str, count: usize) -> Option<Vec<Option<Opinion>>> {
        let opinion = |answer: Option<Answer>| answer.map(|answer| answer.opinion);
        Some(read(text, count)?.into_iter().map(opinion).collect())
    }

    #[test]
    fn json_is_read_in_fences_and_after_thoughts_too() {
        let json = r#"{"places": [{"number": 2, "verdict": "right"}, {"number": 1, "verdict": "wrong", "more": 1}]}"#;
        let wanted = Some(vec![Some(Opinion::Disagrees), Some(Opinion::Agrees)]);
        assert_eq!(opinions(json, 2), wanted);
        assert_eq!(opinions(&format!("Here you are:\n```json\n{json}\n```\n"), 2), wanted);
        assert_eq!(opinions(&format!("<think>{{1}} is {{wrong}}</think>{json}"), 2), wanted);
    }

    #[test]
    fn what_was_not_asked_or_makes_no_sense_is_left_out() {
        let json = r#"{"places": [{"number": 0, "verdict": "right"}, {"number": 4, "verdict": "right"},
            {"number": -1, "verdict": "right"}, {"number": 1, "verdict": "maybe"}, 7, null, {"number": 3},
            {"number": 2, "verdict": "right"}, {"number": 2, "verdict": "wrong"}]}"#;
        assert_eq!(opinions(json, 3), Some(vec![None, Some(Opinion::Unsure), None]));
        for nonsense in ["", "yes", "}{", "{}", "[]", r#"{"places": []}"#, r#"{"places": 3}"#, r#"{"places": [{"#] {
            assert_eq!(opinions(nonsense, 3), None, "{nonsense}");
        }
    }

    #[test]
    fn only_words_are_proposed() {
        let others = |other: &str| {
            let json = format!(r#"{{"places": [{{"number": 1, "verdict": "right", "other": [{other}]}}]}}"#);
            read(&json, 1).unwrap()[0].clone().unwrap().others
        };
        let pair = |wrong: &str, right: &str| format!(r#"{{"wrong": "{wrong}", "right": "{right}"}}"#);
        assert_eq!(others(&pair("名普", "鸣谱")), [Other { wrong: "名普".into(), right: "鸣谱".into() }]);
        assert_eq!(others(&["7", &pair("名普", "鸣谱"), "{}"].join(", ")).len(), 1);
        for right in ["", "名普", " 鸣谱", "。", "=1+1", "鸣\\t谱", "鸣\\u202e谱", "\\u001b[2J鸣", &"鸣".repeat(31)]
        {
            assert!(others(&pair("名普", right)).is_empty(), "{right}");
        }
        let many: Vec<String> = (0..20).map(|n| pair(&format!("名{n}"), "鸣谱")).collect();
        assert_eq!(others(&many.join(",")).len(), MOST_OTHERS);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "(\\{|\\}|\\[|\\]|\"places\": |\"number\": |\"verdict\": |\"right\"|\"other\": |\"wrong\": |1|,|</think>|声|\\PC){0,40}",
            count in 0usize..4,
        ) {
            if let Some(answers) = read(&text, count) {
                prop_assert_eq!(answers.len(), count);
            }
        }
    }
}
