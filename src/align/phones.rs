//! The phones of each word and their times.
//!
//! A path that passes through a word passes through the states of one of its readings. That tells which reading was
//! said and where each of its phones begins. A word's own edges may have moved since (`edges`); its phones follow.

use super::graph::Graph;
use super::path::{Path, Step};
use crate::phones::Phone;
use crate::signal::FRAME_MS;
use crate::timeline::{Ms, Span, TimedPhone};

/// What a phone keeps at least where its word has room: the two frames that the models give to a consonant.
const SHORTEST: Ms = Ms(2 * FRAME_MS);

/// A phone and where it begins.
type Onset = (Phone, Ms);

/// The phones of every word, laid over the word's span; none for words that are not spoken.
pub fn of_words(graph: &Graph, path: &Path, spans: &[Option<Span>]) -> Vec<Vec<TimedPhone>> {
    let mut phones = vec![Vec::new(); spans.len()];
    let mut rest = path.steps().zip(0i64..).peekable();
    while let Some((step, frame)) = rest.next() {
        let Step::State { word, state } = step else { continue };
        let Some(span) = spans[word as usize] else { continue };
        let mut entered = vec![(state, frame)];
        while let Some((Step::State { state, .. }, frame)) = rest.next_if(|(step, _)| is_in(*step, word)) {
            entered.push((state, frame));
        }
        phones[word as usize] = lay(&onsets(graph, word as usize, &entered), span);
    }
    phones
}

fn is_in(step: Step, word: u32) -> bool {
    matches!(step, Step::State { word: same, .. } if same == word)
}

/// Where the phones of the reading begin whose states were passed; one that was stepped over begins with the next.
fn onsets(graph: &Graph, word: usize, passed: &[(u32, i64)]) -> Vec<Onset> {
    let holds = |state: u32| move |states: &&std::ops::Range<u32>| states.contains(&state);
    let reading = passed.first().and_then(|&(state, _)| graph.readings(word).iter().find(holds(state)));
    let Some(reading) = reading else { return Vec::new() };
    let end = passed.last().map_or(0, |&(_, frame)| frame + 1);
    let (mut onsets, mut first) = (Vec::new(), reading.start);
    while first < reading.end {
        let Some(phone) = graph.pdfs[first as usize].phone() else { break };
        let entered = passed.partition_point(|&(state, _)| state < first);
        let frame = passed.get(entered).map_or(end, |&(_, frame)| frame);
        onsets.push((phone, Ms(frame * FRAME_MS)));
        first += phone.states() as u32;
    }
    onsets
}

/// Lays phones over a span without gap or overlap: the first begins with it, the last ends with it, the others begin
/// where they are heard to unless that leaves one of them less than it needs.
pub fn lay(onsets: &[Onset], span: Span) -> Vec<TimedPhone> {
    let Some(room) = span.length().0.checked_div(onsets.len() as i64) else { return Vec::new() };
    let shortest = SHORTEST.min(Ms(room));
    let mut starts = Vec::with_capacity(onsets.len() + 1);
    let mut free = span.start;
    for (at, &(_, onset)) in onsets.iter().enumerate() {
        let start = if at == 0 { span.start } else { onset.max(free) };
        starts.push(start);
        free = start + shortest;
    }
    starts.push(span.end);
    for at in (1..onsets.len()).rev() {
        starts[at] = starts[at].min(starts[at + 1] - shortest);
    }
    let spans = starts.windows(2).map(|edges| Span::new(edges[0], edges[1]));
    onsets.iter().zip(spans).map(|(&(phone, _), span)| TimedPhone { phone, span }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{graph, path_of};
    use proptest::prelude::*;

    fn span(start: i64, end: i64) -> Span {
        Span::new(Ms(start), Ms(end))
    }

    /// Phones as `name start-end`.
    fn shown(phones: &[TimedPhone]) -> Vec<String> {
        let show = |phone: &TimedPhone| format!("{:?} {}-{}", phone.phone, phone.span.start.0, phone.span.end.0);
        phones.iter().map(show).collect()
    }

    fn onsets_of(starts: &[i64]) -> Vec<Onset> {
        starts.iter().zip(Phone::all()).map(|(&start, phone)| (phone, Ms(start))).collect()
    }

    #[test]
    fn phones_begin_where_the_path_enters_them() {
        let graph = graph("n-i h-ao. d-a.");
        // Of the first word 6 frames are "n" and 8 are "i"; the last one is not said.
        let path = path_of(&graph, &[10..24, 24..34, 34..34], 40);
        let phones = of_words(&graph, &path, &[Some(span(100, 240)), Some(span(240, 340)), None]);
        assert_eq!(shown(&phones[0]), ["n 100-160", "i 160-240"]);
        assert_eq!(shown(&phones[1]), ["h 240-280", "ao 280-340"]);
        assert!(phones[2].is_empty());
    }

    #[test]
    fn the_reading_that_was_said_is_the_one_that_is_told() {
        let graph = graph("l-e|l-iao-o");
        let second = graph.readings(0)[1].clone();
        let path: Path = second.map(|state| Step::State { word: 0, state }).collect();
        let phones = of_words(&graph, &path, &[Some(span(0, 80))]);
        assert_eq!(shown(&phones[0]), ["l 0-20", "iao 20-50", "o 50-80"]);
    }

    #[test]
    fn a_sound_twice_in_a_row_is_two_phones() {
        let graph = graph("a-a");
        let path: Path = (0..6).map(|state| Step::State { word: 0, state }).collect();
        assert_eq!(shown(&of_words(&graph, &path, &[Some(span(0, 60))])[0]), ["a 0-30", "a 30-60"]);
    }

    #[test]
    fn where_a_words_edges_moved_its_phones_follow() {
        let onsets = onsets_of(&[100, 200, 300]);
        // Outward: the outer ones are longer.
        assert_eq!(shown(&lay(&onsets, span(50, 500))), ["b 50-200", "p 200-300", "m 300-500"]);
        // Inward, over the start of the second one: the first keeps a little.
        assert_eq!(shown(&lay(&onsets, span(250, 400))), ["b 250-270", "p 270-300", "m 300-400"]);
        assert_eq!(shown(&lay(&onsets, span(100, 210))), ["b 100-170", "p 170-190", "m 190-210"]);
        // Hardly any room: each has its share.
        assert_eq!(shown(&lay(&onsets, span(290, 320))), ["b 290-300", "p 300-310", "m 310-320"]);
        assert_eq!(lay(&[], span(0, 100)), []);
    }

    proptest! {
        #[test]
        fn phones_tile_their_word(mut starts in prop::collection::vec(-50i64..500, 1..12), from in 0i64..400, length in 0i64..300) {
            starts.sort_unstable();
            let (word, count) = (span(from, from + length), starts.len() as i64);
            let phones = lay(&onsets_of(&starts), word);
            prop_assert_eq!(phones.len() as i64, count);
            prop_assert_eq!((phones[0].span.start, phones[phones.len() - 1].span.end), (word.start, word.end));
            prop_assert!(phones.windows(2).all(|pair| pair[0].span.end == pair[1].span.start));
            let least = (length / count).min(20);
            prop_assert!(phones.iter().all(|phone| phone.span.length().0 >= least), "{:?}", phones);
        }
    }
}
