//! Who speaks, and what they are called.

use super::Refusal;
use super::sentences::{part, rebuild_turns};
use crate::review::draft::Draft;
use crate::review::letters::Letters;
use crate::timeline::Speaker;

/// Gives cues to a speaker, and so moves the borders of turns; a sentence of which only a part is meant becomes two.
pub fn give(draft: &mut Draft, from: usize, to: usize, name: &str) -> Result<(), Refusal> {
    if from > to || to >= draft.cues().len() {
        return Err(Refusal::Gone);
    }
    let speaker = speaker_named(draft, name.trim());
    // From the back, so that the first place stays good.
    if let Some((_, (sentence, last))) = Letters::of(draft).range(to) {
        part(draft, (sentence, last + 1));
    }
    if let Some((first, _)) = Letters::of(draft).range(from) {
        part(draft, first);
    }
    let letters = Letters::of(draft);
    let meant = (from..=to).flat_map(|cue| letters.of_cue(cue)).filter_map(|letter| letter.of);
    for (sentence, _) in meant {
        draft.timeline.segments[sentence].speaker = speaker;
    }
    draft.cues_mut()[from..=to].iter_mut().for_each(|cue| cue.speaker = speaker);
    rebuild_turns(draft);
    Ok(())
}

/// The speaker of this name, who is new where nobody has it.
fn speaker_named(draft: &mut Draft, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let speakers = &mut draft.timeline.speakers;
    let known = speakers.iter().position(|speaker| speaker.name == name);
    Some(known.unwrap_or_else(|| {
        speakers.push(Speaker { id: speakers.len(), name: name.into(), title: None });
        speakers.len() - 1
    }))
}

/// Calls a speaker otherwise, in the titles of chapters too. Where somebody else has that name, what the speaker says
/// becomes theirs.
pub fn rename(draft: &mut Draft, speaker: usize, name: &str, title: &str) -> Result<(), Refusal> {
    let (name, title) = (name.trim(), title.trim());
    if name.is_empty() {
        return Err(Refusal::NoName);
    }
    let timeline = &mut draft.timeline;
    let old = timeline.speakers.get(speaker).ok_or(Refusal::Gone)?.name.clone();
    for chapter in timeline.chapters.iter_mut().filter(|chapter| chapter.title.contains(&old)) {
        chapter.title = chapter.title.replace(&old, name);
    }
    let other = timeline.speakers.iter().position(|other| other.name == name).filter(|other| *other != speaker);
    let Some(other) = other else {
        let renamed = &mut timeline.speakers[speaker];
        (renamed.name, renamed.title) = (name.into(), (!title.is_empty()).then(|| title.into()));
        return Ok(());
    };
    let theirs = |of: &mut Option<usize>| {
        if *of == Some(speaker) {
            *of = Some(other);
        }
    };
    timeline.segments.iter_mut().for_each(|segment| theirs(&mut segment.speaker));
    timeline.chapters.iter_mut().for_each(|chapter| theirs(&mut chapter.speaker));
    timeline.turns.iter_mut().filter(|turn| turn.speaker == speaker).for_each(|turn| turn.speaker = other);
    draft.cues_mut().iter_mut().for_each(|cue| theirs(&mut cue.speaker));
    rebuild_turns(draft);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{draft, said};
    use crate::timeline::{Chapter, Ms, Span};

    /// The speakers of the turns, with the sentences.
    fn turns(draft: &Draft) -> Vec<(String, std::ops::Range<usize>)> {
        let name = |turn: &crate::timeline::Turn| draft.timeline.speakers[turn.speaker].name.clone();
        draft.timeline.turns.iter().map(|turn| (name(turn), turn.segments.clone())).collect()
    }

    fn interview() -> Draft {
        let mut draft = draft(&["听见声音，大家早好。", "再见。"], &["听见声音", "大家早好", "再见"]);
        give(&mut draft, 0, 2, "主持人").unwrap();
        draft
    }

    #[test]
    fn the_border_of_a_turn_may_lie_in_a_sentence() {
        let mut draft = interview();
        assert_eq!(turns(&draft), [("主持人".to_string(), 0..2)]);
        give(&mut draft, 1, 1, " 齐军 ").unwrap();
        assert_eq!(said(&draft), ["听见声音，", "大家早好。", "再见。"]);
        let named = |name: &str, range| (name.to_string(), range);
        assert_eq!(turns(&draft), [named("主持人", 0..1), named("齐军", 1..2), named("主持人", 2..3)]);
        give(&mut draft, 2, 2, "齐军").unwrap();
        assert_eq!(turns(&draft), [named("主持人", 0..1), named("齐军", 1..3)]);
        give(&mut draft, 0, 0, "").unwrap();
        assert_eq!(turns(&draft), [named("齐军", 1..3)]);
        assert_eq!(give(&mut draft, 2, 3, "齐军"), Err(Refusal::Gone));
    }

    #[test]
    fn a_name_changes_everywhere() {
        let mut draft = interview();
        give(&mut draft, 1, 1, "齐君").unwrap();
        let span = Span::new(Ms(0), Ms(4_000));
        draft.timeline.chapters = vec![Chapter { span, title: "齐君：开场".into(), level: 2, speaker: Some(1) }];
        rename(&mut draft, 1, "齐军", "鹏城实验室").unwrap();
        assert_eq!(draft.timeline.chapters[0].title, "齐军：开场");
        assert_eq!(draft.timeline.speakers[1].title.as_deref(), Some("鹏城实验室"));
        assert_eq!(rename(&mut draft, 1, " ", ""), Err(Refusal::NoName));
        // A name that somebody has: they are one person.
        rename(&mut draft, 1, "主持人", "").unwrap();
        assert_eq!(turns(&draft), [("主持人".to_string(), 0..3)]);
        assert!(draft.cues().iter().all(|cue| cue.speaker == Some(0)));
    }
}
