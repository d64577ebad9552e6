//! Voices as another diarizer has told them.

use super::naming::{Claim, own};
use super::pieces::Piece;
use super::{Shared, claims_of};
use crate::speakers::voices::VoiceTurn;
use crate::timeline::{Gap, GapKind, Ms, Span};

/// A stretch has the voice that is told of most of it, and that voice is as probable there as its part of all that is told.
/// A stretch of which nothing is told is left out: the words alone say who speaks. As [`super::share_by_sound`].
pub(super) fn share(
    turns: &[VoiceTurn],
    pieces: &[Piece],
    stretches: &[(usize, Span)],
    claims: &[Option<Claim>],
    speakers: usize,
) -> Shared {
    let voices = turns.iter().map(|turn| turn.voice + 1).max().unwrap_or(0);
    let mut lists = vec![Vec::new(); voices];
    let (mut piece_of, mut seconds, mut sure) = (Vec::new(), Vec::new(), Vec::new());
    for (piece, span) in stretches {
        let Some((voice, part)) = voice_of(turns, voices, *span) else { continue };
        lists[voice].push(piece_of.len());
        piece_of.push(*piece);
        seconds.push(span.length().seconds());
        sure.push(part);
    }
    lists.retain(|stretches| !stretches.is_empty());
    let owned = own(&lists, &seconds, &claims_of(&piece_of, pieces, claims), speakers);
    let mut shares = vec![vec![0.0; owned.len()]; piece_of.len()];
    for (voice, owned) in owned.iter().enumerate() {
        owned.stretches.iter().for_each(|&at| shares[at][voice] = sure[at]);
    }
    Shared { piece_of, owned, shares }
}

/// The voice that is told of most of `span`, and its part of all that is told of it, weighed by how sure that was.
fn voice_of(turns: &[VoiceTurn], voices: usize, span: Span) -> Option<(usize, f64)> {
    let mut told = vec![0.0; voices];
    let (mut sure, mut all) = (0.0, 0.0);
    for turn in turns.iter().take_while(|turn| turn.span.start < span.end) {
        let seconds = turn.span.overlap(span).map_or(0.0, |both| both.length().seconds());
        told[turn.voice] += seconds;
        sure += seconds * f64::from(turn.confidence);
        all += seconds;
    }
    let best = (0..voices).max_by(|&a, &b| told[a].total_cmp(&told[b]))?;
    (told[best] > 0.0).then(|| (best, told[best] / all * sure / all))
}

/// The turns within gaps of speech that the transcript lacks, what overlaps taken together.
pub(super) fn within(turns: &[VoiceTurn], gaps: &[Gap]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for gap in gaps.iter().filter(|gap| gap.kind == GapKind::Untranscribed) {
        let mut done = gap.span.start;
        for both in turns.iter().filter_map(|turn| turn.span.overlap(gap.span)) {
            let new = Span::new(both.start.max(done), both.end);
            if new.length() > Ms::ZERO {
                spans.push(new);
            }
            done = done.max(both.end);
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(start: i64, end: i64, voice: usize) -> VoiceTurn {
        VoiceTurn { span: Span::new(Ms(start), Ms(end)), voice, confidence: 1.0 }
    }

    #[test]
    fn a_stretch_has_the_voice_that_is_told_of_most_of_it() {
        let turns = [turn(0, 3_000, 0), turn(2_500, 6_000, 1)];
        let voice = |start, end| voice_of(&turns, 2, Span::new(Ms(start), Ms(end)));
        assert_eq!(voice(0, 2_000), Some((0, 1.0)));
        assert_eq!(voice(2_500, 4_500), Some((1, 0.8)));
        assert_eq!(voice(6_000, 8_000), None);
    }

    #[test]
    fn what_the_transcript_lacks_is_where_somebody_is_told_to_speak() {
        let gap = |start, end, kind| Gap { span: Span::new(Ms(start), Ms(end)), kind };
        let gaps = [gap(1_000, 5_000, GapKind::Untranscribed), gap(6_000, 7_000, GapKind::Music)];
        let turns = [turn(0, 2_000, 0), turn(1_500, 3_000, 1), turn(4_000, 6_500, 0)];
        let spans: Vec<(i64, i64)> = within(&turns, &gaps).iter().map(|span| (span.start.0, span.end.0)).collect();
        assert_eq!(spans, [(1_000, 2_000), (2_000, 3_000), (4_000, 5_000)]);
    }
}
