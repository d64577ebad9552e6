//! A term that the user adds while reviewing.

use super::Refusal;
use crate::correct::{self, Apply, Policy, Terms};
use crate::review::draft::Draft;
use crate::timeline::{Correction, Point, Sentence, Traced};

/// Looks through all sentences for a term, and proposes it wherever it was misheard; nothing of it is made yet.
pub fn propose(draft: &mut Draft, term: &str) -> Result<(), Refusal> {
    let terms = Terms::parse(term, "the term").map_err(|fault| Refusal::Term(fault.to_string()))?;
    if terms.is_empty() {
        return Err(Refusal::Term("a term is written right | wrong | wrong".into()));
    }
    // Each sentence is a line of its own here, so that what is found tells in which it is, and where.
    let lines: Vec<String> = draft.timeline.segments.iter().map(|segment| segment.text.clone()).collect();
    let line =
        |(at, text): (usize, &String)| Sentence { text: Traced::line(at as u32 + 1, text), ..Sentence::default() };
    let mut sentences: Vec<Sentence> = lines.iter().enumerate().map(line).collect();
    let policy = Policy { apply: Apply::None, ..Policy::default() };
    let found = correct::correct(&mut sentences, &lines, &terms, &policy, None);
    let proposed: Vec<Correction> = found.into_iter().map(|made| in_transcript(draft, made)).collect();
    let corrections = &mut draft.timeline.corrections;
    let known = |made: &Correction| {
        corrections.iter().any(|known| {
            known.line == made.line && known.offset.abs_diff(made.offset) < made.wrong.chars().count() as u32
        })
    };
    let new: Vec<Correction> = proposed.into_iter().filter(|made| !known(made)).collect();
    corrections.extend(new);
    corrections.sort_by_key(|made| (made.line, made.offset));
    Ok(())
}

/// A correction of a sentence, as one of the transcript. A timeline does not have the transcript, so that the offset is
/// where it would be if cleaning had changed nothing; `make` finds the place by what stands around it.
fn in_transcript(draft: &Draft, made: Correction) -> Correction {
    let Point { line, offset } = draft.timeline.segments[made.line as usize - 1].source.start;
    Correction { line, offset: offset + made.offset, ..made }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::doubts::sentence_of;
    use crate::review::fixtures::{draft, said};

    #[test]
    fn a_term_is_proposed_wherever_it_was_misheard() {
        let sentences = ["由生也科技主办。", "大家好。", "感谢生也科技。"];
        let mut draft = draft(&sentences, &["由生也科技主办", "大家好", "感谢生也科技"]);
        propose(&mut draft, "声野科技").unwrap();
        let found = &draft.timeline.corrections;
        let told: Vec<_> =
            found.iter().map(|made| (made.line, made.offset, made.wrong.as_str(), made.applied)).collect();
        assert_eq!(told, [(1, 1, "生也科技", false), (3, 2, "生也科技", false)]);
        assert_eq!(sentence_of(&found[1], &draft.timeline), Some(2));
        assert_eq!(said(&draft), sentences);
        // What is known is not proposed twice.
        propose(&mut draft, "声野科技").unwrap();
        assert_eq!(draft.timeline.corrections.len(), 2);
        assert!(matches!(propose(&mut draft, " "), Err(Refusal::Term(_))));
    }
}
