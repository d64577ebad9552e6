//! Corrections as edits of the transcript as given, there and back.

use crate::timeline::{Correction, Point};
use crate::transcript::Edit;

/// The edits that make those corrections that are [applied](Correction::applied). In JSON, where points are those of
/// the file, what is put in is written as JSON has it.
pub fn making(corrections: &[Correction], json: bool) -> Vec<Edit> {
    let edit = |correction: &Correction| Edit {
        at: Point { line: correction.line, offset: correction.offset },
        before: correction.wrong.clone(),
        after: put(correction, json),
    };
    made(corrections).map(edit).collect()
}

/// The edits that take them back out of the corrected transcript.
pub fn taking_back(corrections: &[Correction], json: bool) -> Vec<Edit> {
    let mut made: Vec<&Correction> = made(corrections).collect();
    made.sort_by_key(|correction| (correction.line, correction.offset));
    // By how many characters the corrections before it have moved a place of the line.
    let (mut line, mut moved) = (0, 0i64);
    let edit = |correction: &Correction| {
        if correction.line != line {
            (line, moved) = (correction.line, 0);
        }
        let before = put(correction, json);
        let offset = (i64::from(correction.offset) + moved).try_into().unwrap_or(u32::MAX);
        moved += before.chars().count() as i64 - correction.wrong.chars().count() as i64;
        Edit { at: Point { line, offset }, before, after: correction.wrong.clone() }
    };
    made.into_iter().map(edit).collect()
}

fn made(corrections: &[Correction]) -> impl Iterator<Item = &Correction> {
    corrections.iter().filter(|correction| correction.applied)
}

fn put(correction: &Correction, json: bool) -> String {
    let text = correction.put();
    if json {
        // A string with quotes around it; that it is one cannot fail.
        let quoted = serde_json::to_string(text).unwrap_or_default();
        return quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_string();
    }
    text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Tier;
    use crate::transcript::rewrite;
    use proptest::prelude::*;

    fn correction(line: u32, offset: u32, wrong: &str, right: &str) -> Correction {
        Correction {
            line,
            offset,
            wrong: wrong.into(),
            right: right.into(),
            tier: Tier::Sure,
            applied: true,
            ..Correction::default()
        }
    }

    #[test]
    fn what_was_made_is_taken_back() {
        let given = "由生也和名普主办，生也承办。\r\n恰GPT";
        let mut corrections = vec![
            correction(1, 1, "生也", "声野科技"),
            correction(1, 4, "名普", "鸣"),
            correction(1, 9, "生也", "声野科技"),
            correction(2, 0, "恰GPT", "ChatGPT"),
        ];
        let made = rewrite(given.as_bytes(), &making(&corrections, false)).unwrap();
        assert_eq!(String::from_utf8(made.clone()).unwrap(), "由声野科技和鸣主办，声野科技承办。\r\nChatGPT");
        assert_eq!(rewrite(&made, &taking_back(&corrections, false)).unwrap(), given.as_bytes());
        corrections[1].applied = false;
        let made = rewrite(given.as_bytes(), &making(&corrections, false)).unwrap();
        assert_eq!(rewrite(&made, &taking_back(&corrections, false)).unwrap(), given.as_bytes());
    }

    #[test]
    fn json_stays_json() {
        let given = r#"[{"text": "由生也主办"}]"#;
        let corrections = [correction(1, 12, "生也", r#"“声"野\”"#)];
        let made = rewrite(given.as_bytes(), &making(&corrections, true)).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&made).unwrap();
        assert_eq!(value[0]["text"], r#"由“声"野\”主办"#);
        assert_eq!(rewrite(&made, &taking_back(&corrections, true)).unwrap(), given.as_bytes());
    }

    proptest! {
        #[test]
        fn any_corrections_are_taken_back(
            text in "[声野A\n]{0,40}",
            cuts in prop::collection::vec((1usize..4, "[生也B]{0,3}"), 0..8),
        ) {
            let mut corrections = Vec::new();
            for (number, line) in (1..).zip(text.lines()) {
                let (chars, mut at) = (line.chars().collect::<Vec<_>>(), 0);
                for (length, right) in &cuts {
                    if at + length > chars.len() {
                        break;
                    }
                    let wrong: String = chars[at..at + length].iter().collect();
                    corrections.push(correction(number, at as u32, &wrong, right));
                    at += 2 * length;
                }
            }
            let made = rewrite(text.as_bytes(), &making(&corrections, false)).unwrap();
            prop_assert_eq!(rewrite(&made, &taking_back(&corrections, false)).unwrap(), text.as_bytes());
        }
    }
}
