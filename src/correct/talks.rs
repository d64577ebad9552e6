//! Which sentences belong to one talk: what its title names, and what its speaker says, is said throughout it.

use crate::phones::language_of;
use crate::speakers;
use crate::timeline::{Point, Sentence};

/// A turn of fewer characters is no talk: it announces the one that follows, or thanks.
const SHORTEST_TALK: usize = 400;

/// The number of each sentence's talk, which rises through the document. An introduction, with the title in it, belongs to
/// the talk that it introduces.
pub(super) fn talks_of(sentences: &[Sentence]) -> Vec<usize> {
    let texts: Vec<String> = sentences.iter().map(|sentence| sentence.text.text()).collect();
    let (pieces, cast) = speakers::cast(sentences.to_vec(), language_of(texts.iter().map(String::as_str)));
    let mut starts: Vec<(Point, usize)> = Vec::new();
    let (mut talk, mut said) = (0, false);
    for turn in &cast.turns {
        let length: usize = pieces[turn.sentences.clone()].iter().map(|piece| piece.text.len()).sum();
        let start = pieces.get(turn.sentences.start).and_then(|piece| piece.text.points().first().copied());
        // Behind a talk another one begins, with whatever introduces it.
        talk += usize::from(said);
        said = length >= SHORTEST_TALK;
        starts.extend(start.map(|start| (start, talk)));
    }
    let talk_at = |point: &Point| {
        let turn = starts.partition_point(|(start, _)| start <= point);
        starts.get(turn.saturating_sub(1)).map_or(0, |(_, talk)| *talk)
    };
    sentences.iter().map(|sentence| sentence.text.points().first().map_or(0, talk_at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Traced;

    #[test]
    fn an_introduction_belongs_to_its_talk() {
        let long = "我们听见了很多鸟的叫声，这件事做了十年。";
        let lines: Vec<String> = [vec!["下面有请林晓岚教授，她的题目是鸣谱。".to_owned()], vec![long.to_owned(); 30]]
            .concat()
            .into_iter()
            .chain(["谢谢林晓岚教授！下面有请苏映雪博士。".to_owned()])
            .chain(vec![long.to_owned(); 30])
            .collect();
        let sentences: Vec<Sentence> = (1..)
            .zip(&lines)
            .map(|(number, line)| Sentence { text: Traced::line(number, line), ..Sentence::default() })
            .collect();
        let talks = talks_of(&sentences);
        assert_eq!(talks[0], talks[5]);
        assert!(talks[31] == talks[40] && talks[5] != talks[40], "{talks:?}");
    }
}
