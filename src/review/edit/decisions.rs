//! Corrections made and taken back.

use std::ops::Range;

use super::Refusal;
use super::text::replace;
use crate::review::doubts::sentence_of;
use crate::review::draft::{Draft, key};
use crate::review::ear::Ear;
use crate::timeline::{Correction, Decision};

/// Says of corrections whether they are to be made, and makes the text follow. Where the place is not to be found any more
/// the text stays; what was said holds when the transcript is made again.
pub fn decide(
    draft: &mut Draft,
    keys: &[String],
    decision: Option<&Decision>,
    ear: Option<&Ear>,
) -> Result<(), Refusal> {
    for wanted in keys {
        let at = draft.timeline.corrections.iter().position(|made| key(made) == *wanted).ok_or(Refusal::Gone)?;
        let old = &draft.timeline.corrections[at];
        let mut new = Correction { decision: decision.cloned(), ..old.clone() };
        new.applied = match decision {
            Some(Decision::Accept | Decision::Edit(_)) => true,
            Some(Decision::Reject) => false,
            None => old.applied,
        };
        let (stands, wants) = (standing(old).to_owned(), standing(&new).to_owned());
        if decision.is_some() && stands != wants {
            let place =
                sentence_of(old, &draft.timeline).and_then(|sentence| Some((sentence, place(draft, sentence, old)?)));
            if let Some((sentence, chars)) = place {
                replace(draft, sentence, chars, &wants, ear);
            }
        }
        draft.timeline.corrections[at] = new;
    }
    Ok(())
}

/// What stands in the place of a correction.
fn standing(correction: &Correction) -> &str {
    if correction.applied { correction.put() } else { &correction.wrong }
}

/// Where in its sentence a correction is: of the places where what stands there stands, the one whose surroundings are most
/// like those of the correction.
fn place(draft: &Draft, sentence: usize, correction: &Correction) -> Option<Range<usize>> {
    let text: Vec<char> = draft.timeline.segments[sentence].text.chars().collect();
    let sought: Vec<char> = standing(correction).chars().collect();
    if sought.is_empty() {
        return None;
    }
    let likeness = |at: &usize| {
        let before = text[..*at].iter().rev().zip(correction.before.chars().rev());
        let after = text[at + sought.len()..].iter().zip(correction.after.chars());
        before.take_while(|(here, there)| *here == there).count()
            + after.take_while(|(here, there)| *here == there).count()
    };
    let starts = text.windows(sought.len()).enumerate().filter(|(_, there)| *there == sought).map(|(at, _)| at);
    let best = starts.rev().max_by_key(likeness)?;
    Some(best..best + sought.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{draft, said, shown};

    fn correction(offset: u32, before: &str, after: &str) -> Correction {
        let [wrong, right, before, after] = ["生也", "声野", before, after].map(String::from);
        Correction { line: 1, offset, wrong, right, before, after, ..Correction::default() }
    }

    fn decide_all(draft: &mut Draft, decision: Decision) {
        let keys: Vec<String> = draft.timeline.corrections.iter().map(key).collect();
        decide(draft, &keys, Some(&decision), None).unwrap();
    }

    #[test]
    fn the_text_follows_what_is_decided() {
        let mut draft = draft(&["生也很好，感谢生也。"], &["生也很好", "感谢生|也"]);
        draft.timeline.corrections = vec![correction(7, "很好，感谢", "。")];
        decide_all(&mut draft, Decision::Accept);
        assert_eq!((said(&draft)[0], shown(&draft)[1].as_str()), ("生也很好，感谢声野。", "感谢声|野"));
        assert!(draft.timeline.corrections[0].applied);
        decide_all(&mut draft, Decision::Edit("升业集团".into()));
        assert_eq!(shown(&draft)[1], "感谢升业集团");
        decide_all(&mut draft, Decision::Reject);
        assert_eq!((said(&draft)[0], shown(&draft)[1].as_str()), ("生也很好，感谢生也。", "感谢生也"));
    }

    #[test]
    fn what_is_not_there_any_more_is_decided_all_the_same() {
        let mut draft = draft(&["大家很好。"], &["大家很好"]);
        draft.timeline.corrections = vec![correction(0, "", "很好。")];
        decide_all(&mut draft, Decision::Accept);
        assert_eq!(said(&draft), ["大家很好。"]);
        assert_eq!(draft.timeline.corrections[0].decision, Some(Decision::Accept));
        let gone = decide(&mut draft, &["x".into()], None, None);
        assert_eq!(gone, Err(Refusal::Gone));
    }
}
