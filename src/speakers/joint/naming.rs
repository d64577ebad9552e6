//! Which voice is whose: what the words say of who has the floor, gathered by the voices that are heard there.

/// What the words say of one stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Claim {
    /// Who speaks.
    pub speaker: usize,
    /// The turn that says so.
    pub turn: usize,
    /// How far it can be trusted, 0 to 1.
    pub trust: f64,
    /// Whether a label of the transcript says so, which wins.
    pub is_label: bool,
}

/// A voice and whose it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Owned {
    /// Whose; `None` where no words say it.
    pub speaker: Option<usize>,
    /// The stretches that have it.
    pub stretches: Vec<usize>,
}

/// A name is said on at least this much evidence: seconds of trusted speech.
const LEAST_EVIDENCE: f64 = 2.0;
/// A claim that is trusted at least as much may make two voices of one.
const TRUSTED: f64 = 0.5;

/// Gives the voices their owners.
///
/// Somebody who is left without a voice gets the one in which they are heard most: all of it where its owner has another
/// that is theirs nearly as much, else what the words surely say of it, so that it becomes two.
///
/// `seconds` and `claims` tell of each stretch how long it is and what the words say.
pub(super) fn own(voices: &[Vec<usize>], seconds: &[f64], claims: &[Option<Claim>], speakers: usize) -> Vec<Owned> {
    let evidence = gather(voices, seconds, claims, speakers);
    let enough = |voice: usize, speaker: usize| evidence[voice][speaker] >= LEAST_EVIDENCE;
    let most_of = |speaker: usize| {
        let voice = (0..voices.len()).max_by(|&a, &b| evidence[a][speaker].total_cmp(&evidence[b][speaker]))?;
        enough(voice, speaker).then_some(voice)
    };
    let owner = |voice: usize| {
        let speaker = (0..speakers).max_by(|&a, &b| evidence[voice][a].total_cmp(&evidence[voice][b]))?;
        enough(voice, speaker).then_some(speaker)
    };
    let mut owned: Vec<Owned> = voices
        .iter()
        .enumerate()
        .map(|(voice, stretches)| Owned { speaker: owner(voice), stretches: stretches.clone() })
        .collect();
    for speaker in 0..speakers {
        let Some(voice) = most_of(speaker).filter(|_| owned.iter().all(|owned| owned.speaker != Some(speaker))) else {
            continue;
        };
        // Everybody's best voice counts: what the owner loses by the exchange, the other one wins and more.
        let other = |owner: usize| {
            let others = (0..voices.len()).filter(|&at| at != voice && owned[at].speaker == Some(owner));
            others.map(|at| evidence[at][owner]).fold(0.0, f64::max)
        };
        let owner = owned[voice].speaker;
        if owner.is_none_or(|owner| evidence[voice][speaker] + other(owner) > evidence[voice][owner]) {
            owned[voice].speaker = Some(speaker);
            continue;
        }
        let surely = |at: &usize| claims[*at].is_some_and(|claim| claim.speaker == speaker && claim.trust >= TRUSTED);
        let stretches = owned[voice].stretches.extract_if(.., |at| surely(at)).collect();
        owned.push(Owned { speaker: Some(speaker), stretches });
    }
    owned.retain(|voice| !voice.stretches.is_empty());
    owned
}

/// How much speaks for each speaker as the owner of each voice, in seconds: the voice's part of the turns that are said to
/// be the speaker's, each counted for as much as the voice has of it. So whoever is heard for a moment in somebody's talk
/// is not taken for them.
fn gather(voices: &[Vec<usize>], seconds: &[f64], claims: &[Option<Claim>], speakers: usize) -> Vec<Vec<f64>> {
    let turns = claims.iter().flatten().map(|claim| claim.turn + 1).max().unwrap_or(0);
    let mut of_turn = vec![0.0; turns];
    for (claim, seconds) in claims.iter().zip(seconds) {
        if let Some(claim) = claim {
            of_turn[claim.turn] += claim.trust * seconds;
        }
    }
    let row = |stretches: &Vec<usize>| {
        let (mut row, mut heard, mut owner) = (vec![0.0; speakers], vec![0.0; turns], vec![0; turns]);
        for &at in stretches {
            let Some(claim) = claims[at] else { continue };
            heard[claim.turn] += claim.trust * seconds[at];
            owner[claim.turn] = claim.speaker;
        }
        for turn in (0..turns).filter(|&turn| heard[turn] > 0.0) {
            row[owner[turn]] += heard[turn] * heard[turn] / of_turn[turn];
        }
        row
    };
    voices.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(speaker: usize, turn: usize) -> Option<Claim> {
        Some(Claim { speaker, turn, trust: 0.9, is_label: false })
    }

    fn owners(voices: &[Vec<usize>], claims: &[Option<Claim>]) -> Vec<(Option<usize>, Vec<usize>)> {
        let owned = own(voices, &vec![3.0; claims.len()], claims, 3);
        owned.into_iter().map(|owned| (owned.speaker, owned.stretches)).collect()
    }

    #[test]
    fn a_voice_is_whose_turns_it_fills() {
        let claims = [claim(0, 0), claim(0, 0), claim(1, 1), claim(1, 1), claim(0, 2), None];
        let voices = [vec![0, 1, 4], vec![2, 3], vec![5]];
        assert_eq!(owners(&voices, &claims), [(Some(0), vec![0, 1, 4]), (Some(1), vec![2, 3]), (None, vec![5])]);
    }

    #[test]
    fn a_film_in_a_talk_is_not_the_speaker() {
        let mut claims = vec![claim(0, 0); 20];
        claims.push(claim(0, 0));
        let voices = [(0..20).collect(), vec![20]];
        assert_eq!(owners(&voices, &claims)[1], (None, vec![20]));
    }

    #[test]
    fn two_that_sound_alike_are_told_apart_by_the_words() {
        let claims = [claim(0, 0), claim(0, 0), claim(0, 0), claim(1, 1), claim(1, 1), None];
        let voices = [vec![0, 1, 2, 3, 4, 5]];
        assert_eq!(owners(&voices, &claims), [(Some(0), vec![0, 1, 2, 5]), (Some(1), vec![3, 4])]);
    }

    #[test]
    fn nobody_keeps_the_voice_of_somebody_who_has_no_other() {
        let claims = [claim(0, 0), claim(0, 0), claim(0, 0), claim(0, 1), claim(0, 1), claim(1, 2), None];
        let voices = [vec![0, 1, 2], vec![3, 4, 5, 6]];
        assert_eq!(owners(&voices, &claims), [(Some(0), vec![0, 1, 2]), (Some(1), vec![3, 4, 5, 6])]);
    }
}
