//! The words and the voices together: the words propose who speaks, the voices confirm it, move it or refuse it.
//!
//! ```text
//!     timed words ──cut──► pieces ──listen──► voices ─┐
//!     cast: turns by the words ──trust──► claims ──own┴──► whose voice ──listen again──► turns with a confidence
//! ```
//!
//! Voices are found as without words, and then owned by whoever the words say has the floor where they are heard. After
//! that everything is weighed together once more: the sound of each piece, what the words claim of it, and that whoever
//! speaks mostly goes on, least likely in the middle of a sentence.
//!
//! Another diarizer's turns may take the place of what zimu hears (`told`): then they decide, and the words only name them.

mod naming;
mod pieces;
mod told;

use std::collections::HashMap;

use naming::{Claim, Owned, own};
use pieces::Piece;

use super::voices::{self, Eigenvoices, Expected, Spoken, VoiceTurn, cluster, resegment};
use super::{Announcement, Cast, CastTurn, Hold, Insert, begin_turn, cut, is_unnamed, unnamed};
use crate::signal::{SpeechMap, Timbre};
use crate::timeline::{Gap, GapKind, Language, Ms, Segment, Sentence, Span, Speaker};

/// How likely whoever speaks goes on, from one stretch to the next: in one breath, in one sentence, over its end, and where
/// the words pass the floor.
const IN_A_PIECE: f64 = 0.999;
const IN_A_SENTENCE: f64 = 0.97;
const OVER_SENTENCES: f64 = 0.9;
const OVER_TURNS: f64 = 0.5;

/// Who is heard for less than this in all, in seconds, while the words give the floor to others, is no speaker of their own.
const LEAST_SPEECH: f64 = 3.0;

/// Speech without transcript that goes on after a pause of at most this is one insert.
const LONGEST_BREAK: Ms = Ms(2_000);

/// What is heard of a recording besides the words.
pub struct Sound<'a> {
    /// The timbre of every frame.
    pub timbre: &'a Timbre,
    /// What sounds when.
    pub map: &'a SpeechMap,
    /// How voices differ.
    pub known: &'a Eigenvoices,
}

/// Who speaks when, apart from what the words say of it.
pub enum Voiced<'a> {
    /// As zimu hears it.
    Heard(Sound<'a>),
    /// As another diarizer has told, by start; turns may overlap.
    Told(&'a [VoiceTurn]),
}

/// Settles who says which sentence by the words and the voices. `segments[i]` has the times of sentence `i`; a sentence
/// in which the speaker changes is split, so that the segments have to be made anew. Labels of the transcript win.
pub fn join(
    sentences: Vec<Sentence>,
    cast: Cast,
    segments: &[Segment],
    gaps: &[Gap],
    voiced: &Voiced,
    language: Language,
) -> (Vec<Sentence>, Cast) {
    let pieces = pieces::cut(segments, &untranscribed(gaps, voiced));
    let stretches: Vec<(usize, Span)> = pieces
        .iter()
        .enumerate()
        .flat_map(|(at, piece)| pieces::stretches(piece).map(move |span| (at, span)))
        .collect();
    let claims = claims(&cast, segments.len());
    let speakers = cast.speakers.len();
    let Shared { piece_of, owned, shares } = match voiced {
        // Pieces are often too short to tell a voice. Where the words tell nothing voices are told without them.
        Voiced::Heard(sound) if claims.iter().flatten().all(|claim| claim.trust == 0.0) => {
            let turns = voices::of_recording(sound.timbre, sound.map, sound.known).turns();
            told::share(&turns, &pieces, &stretches, &claims, speakers)
        }
        Voiced::Heard(sound) => share_by_sound(sound, &pieces, &stretches, &claims, speakers),
        Voiced::Told(turns) => told::share(turns, &pieces, &stretches, &claims, speakers),
    };
    let said = decide(&pieces, &piece_of, &shares, &owned, &claims, speakers);
    let said = settle(&pieces, said, &claims);
    assemble(sentences, cast, &pieces, &said, &claims, language)
}

/// Which stretches have a voice, and whose it is.
struct Shared {
    /// The pieces that they are of.
    piece_of: Vec<usize>,
    /// The voices.
    owned: Vec<Owned>,
    /// How probable each voice is in each stretch.
    shares: Vec<Vec<f64>>,
}

/// Finds the voices by listening. `stretches` tells of each which piece it is of.
fn share_by_sound(
    sound: &Sound,
    pieces: &[Piece],
    stretches: &[(usize, Span)],
    claims: &[Option<Claim>],
    speakers: usize,
) -> Shared {
    let spans: Vec<Span> = stretches.iter().map(|(_, span)| *span).collect();
    let Spoken { at, spans, points } = voices::hear(sound.timbre, &spans, sound.known);
    let piece_of: Vec<usize> = at.iter().map(|&at| stretches[at].0).collect();
    let heard = claims_of(&piece_of, pieces, claims);
    let seconds: Vec<f64> = spans.iter().map(|span| span.length().seconds()).collect();
    let owned = own(&long_enough(cluster(&points, &spans), &seconds, &heard), &seconds, &heard, speakers);
    let lists: Vec<Vec<usize>> = owned.iter().map(|voice| voice.stretches.clone()).collect();
    let expected = Expected { goes_on: goes_on(pieces, &piece_of, &heard), odds: odds(&owned, &heard) };
    let shares = resegment(&points, &lists, &expected);
    Shared { piece_of, owned, shares }
}

/// What the words say of each stretch, by the pieces that they are of.
fn claims_of(piece_of: &[usize], pieces: &[Piece], claims: &[Option<Claim>]) -> Vec<Option<Claim>> {
    piece_of.iter().map(|&piece| claims[pieces[piece].sentence?]).collect()
}

/// Speech that the transcript lacks.
fn untranscribed(gaps: &[Gap], voiced: &Voiced) -> Vec<Span> {
    let speech = match voiced {
        Voiced::Heard(sound) => voices::speech(sound.map),
        Voiced::Told(turns) => return told::within(turns, gaps),
    };
    let gaps = gaps.iter().filter(|gap| gap.kind == GapKind::Untranscribed);
    let in_gap = |gap: &Gap| {
        let within = speech.iter().filter(|span| span.start >= gap.span.start && span.end <= gap.span.end);
        within.copied().collect::<Vec<_>>()
    };
    gaps.flat_map(in_gap).collect()
}

/// How long somebody is heard, and how much of that the words give to others, in seconds.
#[derive(Clone, Copy, Default)]
struct Speech {
    all: f64,
    claimed: f64,
}

impl Speech {
    fn of(stretches: impl Iterator<Item = (f64, Option<Claim>)>) -> Speech {
        stretches.fold(Speech::default(), |sum, (seconds, claim)| Speech {
            all: sum.all + seconds,
            claimed: sum.claimed + seconds * claim.map_or(0.0, |claim| claim.trust),
        })
    }

    /// Whether it is no speaker of its own.
    fn is_passing(self) -> bool {
        self.all < LEAST_SPEECH && self.claimed > self.all / 2.0
    }
}

/// Voices without those of a moment, whose stretches go to the others.
fn long_enough(mut voices: Vec<Vec<usize>>, seconds: &[f64], heard: &[Option<Claim>]) -> Vec<Vec<usize>> {
    let is_passing = |voice: &Vec<usize>| {
        let speech = Speech::of(voice.iter().map(|&at| (seconds[at], heard[at])));
        speech.is_passing()
    };
    if !voices.iter().all(is_passing) {
        voices.retain(|voice| !is_passing(voice));
    }
    voices
}

/// What the words say of each sentence.
fn claims(cast: &Cast, sentences: usize) -> Vec<Option<Claim>> {
    let mut claims = vec![None; sentences];
    for (turn, CastTurn { sentences, speaker, hold, .. }) in cast.turns.iter().enumerate() {
        for (into, at) in sentences.clone().enumerate() {
            let is_label = *hold == Hold::Label;
            claims[at] = Some(Claim { speaker: *speaker, turn, trust: hold.trust(into), is_label });
        }
    }
    claims
}

fn goes_on(pieces: &[Piece], piece_of: &[usize], heard: &[Option<Claim>]) -> Vec<f64> {
    let pair = |at: usize| {
        let (one, other) = (&pieces[piece_of[at]], &pieces[piece_of[at + 1]]);
        match (heard[at], heard[at + 1]) {
            _ if piece_of[at] == piece_of[at + 1] => IN_A_PIECE,
            _ if one.sentence.is_some() && one.sentence == other.sentence => IN_A_SENTENCE,
            (Some(a), Some(b)) if a.turn != b.turn => OVER_TURNS,
            _ => OVER_SENTENCES,
        }
    };
    (0..piece_of.len().saturating_sub(1)).map(pair).collect()
}

/// By what the words multiply the odds of each voice in each stretch.
fn odds(owned: &[Owned], heard: &[Option<Claim>]) -> Vec<Vec<f64>> {
    let of = |claim: &Option<Claim>| {
        let odds = |voice: &Owned| match claim {
            Some(claim) if voice.speaker != Some(claim.speaker) => 1.0 - claim.trust,
            _ => 1.0,
        };
        owned.iter().map(odds).collect()
    };
    heard.iter().map(of).collect()
}

/// Whose a piece is: one of the cast, or a voice that nobody named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    Cast(usize),
    Voice(usize),
}

/// Who says each piece, and how probable that is; nobody where there was no voice to hear and no words to tell.
fn decide(
    pieces: &[Piece],
    piece_of: &[usize],
    shares: &[Vec<f64>],
    owned: &[Owned],
    claims: &[Option<Claim>],
    speakers: usize,
) -> Vec<Option<(Who, f64)>> {
    let whos: Vec<Who> = (0..speakers).map(Who::Cast).chain((0..owned.len()).map(Who::Voice)).collect();
    let column = |(voice, owned): (usize, &Owned)| owned.speaker.unwrap_or(speakers + voice);
    let columns: Vec<usize> = owned.iter().enumerate().map(column).collect();
    let mut sums = vec![(vec![0.0; whos.len()], 0.0); pieces.len()];
    for (piece, shares) in piece_of.iter().zip(shares) {
        let (row, count) = &mut sums[*piece];
        columns.iter().zip(shares).for_each(|(&column, share)| row[column] += share);
        *count += 1.0;
    }
    let decided = |(piece, (row, count)): (&Piece, &(Vec<f64>, f64))| {
        let claim = piece.sentence.and_then(|sentence| claims[sentence]);
        if *count == 0.0 {
            return claim.map(|claim| (Who::Cast(claim.speaker), claim.trust));
        }
        if let Some(label) = claim.filter(|claim| claim.is_label) {
            return Some((Who::Cast(label.speaker), row[label.speaker] / count));
        }
        let best = (0..whos.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]))?;
        Some((whos[best], row[best] / count))
    };
    pieces.iter().zip(&sums).map(decided).collect()
}

/// Voices that nobody named and that say next to nothing are taken for whoever the words say, or who spoke before.
fn settle(pieces: &[Piece], mut said: Vec<Option<(Who, f64)>>, claims: &[Option<Claim>]) -> Vec<Option<(Who, f64)>> {
    let claim_of = |piece: &Piece| piece.sentence.and_then(|sentence| claims[sentence]);
    let mut heard: HashMap<usize, Vec<(f64, Option<Claim>)>> = HashMap::new();
    for (piece, said) in pieces.iter().zip(&said) {
        if let Some((Who::Voice(voice), _)) = said {
            heard.entry(*voice).or_default().push((piece.span.length().seconds(), claim_of(piece)));
        }
    }
    let is_passing =
        |who: Who| matches!(who, Who::Voice(voice) if Speech::of(heard[&voice].iter().copied()).is_passing());
    let mut before = None;
    for (piece, said) in pieces.iter().zip(&mut said) {
        if said.is_none_or(|(who, _)| is_passing(who)) {
            *said = claim_of(piece).map(|claim| (Who::Cast(claim.speaker), 1.0 - claim.trust)).or(before);
        }
        before = *said;
    }
    said
}

/// The speakers that were found, in the order of their first words.
struct Roster {
    old: Vec<Speaker>,
    ids: HashMap<Who, usize>,
    speakers: Vec<Speaker>,
    language: Language,
}

impl Roster {
    fn id(&mut self, who: Who) -> usize {
        let Roster { old, ids, speakers, language } = self;
        *ids.entry(who).or_insert_with(|| {
            let known = match who {
                Who::Cast(at) => old.get(at).cloned().filter(|speaker| !is_unnamed(speaker, *language)),
                Who::Voice(_) => None,
            };
            let id = speakers.len();
            let name = || unnamed(speakers, *language);
            let speaker = known.unwrap_or_else(|| Speaker { name: name(), ..Speaker::default() });
            speakers.push(Speaker { id, ..speaker });
            id
        })
    }
}

/// A part of a sentence that one speaker says.
struct Run {
    /// Its first character.
    from: usize,
    who: Who,
    /// The probability of that, summed over its milliseconds, and how many these are.
    sure: (f64, f64),
}

/// The runs of each sentence. One without a piece is said by whoever the words say.
fn runs(sentences: usize, pieces: &[Piece], said: &[Option<(Who, f64)>], claims: &[Option<Claim>]) -> Vec<Vec<Run>> {
    let mut runs: Vec<Vec<Run>> = (0..sentences).map(|_| Vec::new()).collect();
    for (piece, said) in pieces.iter().zip(said) {
        let (Some(sentence), Some((who, confidence))) = (piece.sentence, said) else { continue };
        let length = piece.span.length().0 as f64;
        let sure = (confidence * length, length);
        match runs[sentence].last_mut().filter(|last| last.who == *who) {
            Some(last) => last.sure = (last.sure.0 + sure.0, last.sure.1 + sure.1),
            None => {
                let from = if runs[sentence].is_empty() { 0 } else { piece.chars.start };
                runs[sentence].push(Run { from, who: *who, sure });
            }
        }
    }
    for (runs, claim) in runs.iter_mut().zip(claims).filter(|(runs, _)| runs.is_empty()) {
        runs.extend(claim.map(|claim| Run { from: 0, who: Who::Cast(claim.speaker), sure: (0.0, 0.0) }));
    }
    runs
}

/// Splits the sentences where the speaker changes, and numbers everything anew.
fn assemble(
    sentences: Vec<Sentence>,
    cast: Cast,
    pieces: &[Piece],
    said: &[Option<(Who, f64)>],
    claims: &[Option<Claim>],
    language: Language,
) -> (Vec<Sentence>, Cast) {
    let mut roster = Roster { old: cast.speakers, ids: HashMap::new(), speakers: Vec::new(), language };
    let (mut new, mut turns, mut starts, mut sure) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let all_runs = runs(sentences.len(), pieces, said, claims);
    for ((sentence, runs), claim) in sentences.into_iter().zip(all_runs).zip(claims) {
        starts.push(new.len());
        let hold = claim.map(|claim| cast.turns[claim.turn].hold).unwrap_or_default();
        let (mut rest, mut done) = (Some(sentence), 0);
        for run in runs {
            rest = rest.and_then(|whole| cut(whole, run.from - done, &mut new));
            done = run.from;
            begin_turn(&mut turns, new.len(), roster.id(run.who), hold);
            sure.push(run.sure);
        }
        new.extend(rest);
    }
    if let Some(last) = turns.last_mut() {
        last.sentences.end = new.len();
    }
    for turn in &mut turns {
        let (sum, length) = sure[turn.sentences.clone()].iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        turn.confidence = if length > 0.0 { (sum / length) as f32 } else { 0.0 };
    }
    let inserts = inserts(pieces, said, &mut roster);
    let announcements = cast.announcements.into_iter().map(|announcement| Announcement {
        sentence: starts[announcement.sentence],
        speaker: announcement.speaker.map(|speaker| roster.id(Who::Cast(speaker))),
        ..announcement
    });
    let announcements = announcements.collect();
    (new, Cast { speakers: roster.speakers, turns, announcements, inserts })
}

/// Who speaks where there is no transcript. A moment of it may be applause, and is left out.
fn inserts(pieces: &[Piece], said: &[Option<(Who, f64)>], roster: &mut Roster) -> Vec<Insert> {
    let mut found: Vec<(Who, Span, f32)> = Vec::new();
    for (piece, said) in pieces.iter().zip(said).filter(|(piece, _)| piece.sentence.is_none()) {
        let Some((who, confidence)) = said else { continue };
        let confidence = *confidence as f32;
        match found.last_mut() {
            Some((last, span, least)) if last == who && piece.span.start - span.end <= LONGEST_BREAK => {
                (span.end, *least) = (piece.span.end, least.min(confidence));
            }
            _ => found.push((*who, piece.span, confidence)),
        }
    }
    found.retain(|(_, span, _)| span.length().seconds() >= LEAST_SPEECH);
    found.into_iter().map(|(who, span, confidence)| Insert { span, speaker: roster.id(who), confidence }).collect()
}
