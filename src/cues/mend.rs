//! Mending subtitles by a guide: times, lines and cuts, never words.

use super::check::{Breach, Evidence, Rule, check, width};
use super::pieces::one_line;
use super::{Cue, Look, Style, cut, timing};
use crate::timeline::{MediaSummary, Ms, Segment, Span, Timeline, Word};

/// Mended subtitles, and what could not be mended.
#[derive(Clone, Debug, PartialEq)]
pub struct Mended {
    /// The cues.
    pub cues: Vec<Cue>,
    /// The breaches that are left.
    pub left: Vec<Breach>,
    /// Cues in which italics and the like were lost, since they had to be cut anew.
    pub looks_lost: usize,
}

/// Mending anew what was mended changes hardly ever anything; after so many rounds it is left.
const ROUNDS: usize = 8;

/// Mends what breaches `style`: empty cues go, text that does not fit is cut anew within its time, lines are broken anew,
/// overlaps end, cues stay as long as they ought to and may, small gaps are closed. Marks go only where the style leaves
/// them out. Mending what is mended changes nothing.
///
/// `words` are the times of words where they are known; else a cue's time is shared over its text.
pub fn mend(cues: &[Cue], style: &Style, evidence: &Evidence, words: &[TimedWord]) -> Mended {
    let mut mended = Mended { cues: cues.to_vec(), left: vec![], looks_lost: 0 };
    for _ in 0..ROUNDS {
        let before = mended.cues.clone();
        mended.cues.retain(|cue| cue.lines.iter().any(|line| !line.trim().is_empty()));
        mended.cues.sort_by_key(|cue| cue.span.start);
        let breaches = check(&mended.cues, style, evidence);
        recut(&mut mended, &breaches, style, words);
        retime(&mut mended.cues, style, evidence);
        if mended.cues == before {
            break;
        }
    }
    mended.left = check(&mended.cues, style, evidence);
    mended
}

/// A word of the recording.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedWord {
    /// As it is written.
    pub text: String,
    /// When it is said.
    pub span: Span,
}

/// The words of a timeline, in the order of time.
pub fn words_of(timeline: &Timeline) -> Vec<TimedWord> {
    let timed = |segment: &Segment| {
        let word = |word: &Word| Some(TimedWord { text: segment.word_text(word).to_owned(), span: word.span? });
        segment.words.iter().filter_map(word).collect::<Vec<_>>()
    };
    let mut words: Vec<TimedWord> = timeline.spoken().flat_map(|(segment, _)| timed(segment)).collect();
    words.sort_by_key(|word| word.span.start);
    words
}

/// What is mended by cutting the text of a cue anew.
const BY_CUTTING: [Rule; 9] = [
    Rule::LineTooLong,
    Rule::TooManyLines,
    Rule::TooLong,
    Rule::TornWord,
    Rule::LineStart,
    Rule::LineEnd,
    Rule::Unbalanced,
    Rule::LightMark,
    Rule::ManyCharacters,
];

fn recut(mended: &mut Mended, breaches: &[Breach], style: &Style, words: &[TimedWord]) {
    let mut wrong = vec![false; mended.cues.len()];
    breaches.iter().filter(|breach| BY_CUTTING.contains(&breach.rule)).for_each(|breach| wrong[breach.cue] = true);
    let mut cues = Vec::new();
    for (cue, wrong) in std::mem::take(&mut mended.cues).into_iter().zip(wrong) {
        let anew = if wrong { cut_anew(&cue, style, words) } else { vec![] };
        // What cutting does not better is left: of one cue that stays one only the lines may change.
        if anew.is_empty() || anew.len() == 1 && anew[0].lines == cue.lines {
            cues.push(cue);
        } else {
            mended.looks_lost += usize::from(!cue.look.emphasis.is_empty());
            cues.extend(anew);
        }
    }
    mended.cues = cues;
}

/// The text of a cue cut by the style within the time of the cue.
fn cut_anew(cue: &Cue, style: &Style, words: &[TimedWord]) -> Vec<Cue> {
    let text = one_line(&joined(&cue.lines));
    let segment = Segment {
        span: Some(cue.span),
        words: timed(&text, cue.span, words),
        text,
        speaker: cue.speaker,
        ..Segment::default()
    };
    let media = MediaSummary { duration: cue.span.end, ..MediaSummary::default() };
    let alone = Timeline { media, segments: vec![segment], ..Timeline::default() };
    let mut cues = cut(&alone, style);
    // The whole of its time stays taken, whatever the shares.
    if let Some(first) = cues.first_mut() {
        first.span.start = cue.span.start;
    }
    if let Some(last) = cues.last_mut() {
        last.span.end = cue.span.end;
    }
    cues.iter_mut().for_each(|part| part.look = Look { anchor: cue.look.anchor, ..Look::default() });
    cues
}

/// Lines in one, with a space between where either side has letters.
fn joined(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let wide = |c: Option<char>| c.is_some_and(|c| c as u32 >= 0x2E80);
        let wide_border = wide(text.chars().next_back()) && wide(line.trim().chars().next());
        if !(text.is_empty() || wide_border) {
            text.push(' ');
        }
        text.push_str(line.trim());
    }
    text
}

/// The words of a text with the times that the recording has for them there, in order; none where it has not all.
fn timed(text: &str, span: Span, words: &[TimedWord]) -> Vec<Word> {
    let chars: Vec<char> = text.chars().collect();
    let from = words.partition_point(|word| word.span.end <= span.start);
    let (mut at, mut found) = (0, Vec::new());
    for word in words[from..].iter().take_while(|word| word.span.start < span.end) {
        let letters: Vec<char> = word.text.chars().collect();
        let place = chars[at..].windows(letters.len().max(1)).position(|window| window == letters);
        // A word far off is another one.
        let Some(place) = place.filter(|place| *place <= 4).map(|place| at + place) else { continue };
        found.push(Word { chars: place..place + letters.len(), span: Some(word.span), ..Word::default() });
        at = place + letters.len();
    }
    let said: usize = chars.iter().filter(|c| c.is_alphanumeric()).count();
    let timed: usize = found.iter().map(|word| word.chars.len()).sum();
    // Half of the words would leave the others no time.
    if timed * 10 >= said * 9 { found } else { vec![] }
}

/// Ends overlaps, lets cues stay as long as they ought to, and closes small gaps.
fn retime(cues: &mut Vec<Cue>, style: &Style, evidence: &Evidence) {
    let end = match evidence.end {
        Some(end) if style.whole_seconds => Ms(end.0 / 1000 * 1000),
        Some(end) => end,
        None => cues.iter().map(|cue| cue.span.end).max().unwrap_or(Ms::ZERO),
    };
    timing::set_apart(cues, end);
    for at in 0..cues.len() {
        let next = cues.get(at + 1).map(|cue| cue.span.start);
        let cue = &mut cues[at];
        cue.span.end = mended_end(cue, next, style, end);
    }
}

/// When a cue ends that begins where it does: not before it could be read, not after the longest time, and as far from
/// the next one as the style says.
fn mended_end(cue: &Cue, next: Option<Ms>, style: &Style, end: Ms) -> Ms {
    let Span { start, end: given } = cue.span;
    let latest = next.map_or(end, |next| (next - style.gap).max(start + Ms(1)).min(next)).min(end);
    let to_read = Ms::from_seconds((width(cue) as f64 / style.speed * 1000.0).ceil() / 1000.0);
    let wanted = given.max(start + style.shortest).max(start + to_read).min(start + style.longest);
    let wanted = wanted.min(latest).max(start + Ms(1));
    match next {
        // Open the gap, or close it, as far as the longest time allows.
        Some(next) if next - wanted < style.close => latest.min(start + style.longest).max(start + Ms(1)),
        _ => wanted,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cue(start: i64, end: i64, lines: &[&str]) -> Cue {
        let lines = lines.iter().map(|line| line.to_string()).collect();
        Cue { span: Span::new(Ms(start), Ms(end)), lines, ..Cue::default() }
    }

    fn mended(cues: &[Cue], style: &str) -> Vec<(i64, i64, String)> {
        let mended = mend(cues, &Style::named(style).unwrap(), &Evidence::default(), &[]);
        mended.cues.iter().map(|cue| (cue.span.start.0, cue.span.end.0, cue.lines.join("/"))).collect()
    }

    #[test]
    fn times_are_mended_where_there_is_room() {
        let cues =
            [cue(0, 300, &["一"]), cue(1_200, 3_000, &["二"]), cue(2_500, 4_000, &["三"]), cue(5_000, 15_000, &["四"])];
        assert_eq!(
            mended(&cues, "bilibili"),
            [
                (0, 1_117, "一".into()),
                (1_200, 2_917, "二".into()),
                (3_000, 4_000, "三".into()),
                (5_000, 12_000, "四".into())
            ]
        );
    }

    #[test]
    fn text_that_does_not_fit_is_cut_within_its_time() {
        let long = cue(0, 8_000, &["每天早上他们都去听鸟的叫声，", "因为听见是保护的第一步，谁都知道。"]);
        let parts = mended(&[long], "bilibili");
        assert!(parts.len() > 1 && parts.iter().all(|(_, _, line)| !line.contains('，')), "{parts:?}");
        assert_eq!((parts[0].0, parts.last().unwrap().1), (0, 8_000));
    }

    #[test]
    fn words_give_the_times_of_the_parts() {
        let word = |text: &str, start, end| TimedWord { text: text.into(), span: Span::new(Ms(start), Ms(end)) };
        let words = [
            word("The", 0, 200),
            word("birds", 200, 600),
            word("sing", 600, 1_000),
            word("They", 5_000, 5_300),
            word("stop", 5_300, 5_900),
        ];
        let style = Style { pause: Ms(1_500), ..Style::named("ted").unwrap() };
        let parts = mend(&[cue(0, 9_000, &["The birds sing. They stop."])], &style, &Evidence::default(), &words);
        assert_eq!(parts.cues.len(), 2);
        assert_eq!(parts.cues[1].span.start, Ms(5_000));
    }

    fn any_cues() -> impl Strategy<Value = Vec<Cue>> {
        let line = "[a-z听见声音，。 ]{0,40}";
        let one = (0i64..2_000, 0i64..9_000, prop::collection::vec(line, 0..4));
        prop::collection::vec(one, 0..8).prop_map(|all| {
            let mut at = 0;
            let one = |(gap, length, lines): (i64, i64, Vec<String>)| {
                let start = (at + gap - 300).max(0);
                at = start + length;
                Cue { span: Span::new(Ms(start), Ms(at)), lines, ..Cue::default() }
            };
            all.into_iter().map(one).collect()
        })
    }

    fn letters(cues: &[Cue]) -> String {
        cues.iter().flat_map(|cue| &cue.lines).flat_map(|line| line.chars()).filter(|c| c.is_alphanumeric()).collect()
    }

    proptest! {
        #[test]
        fn mending_twice_is_mending_once_and_no_word_is_lost(mut cues in any_cues(), style in prop::sample::select(Style::names().to_vec())) {
            cues.sort_by_key(|cue| cue.span.start);
            let style = Style::named(style).unwrap();
            let once = mend(&cues, &style, &Evidence::default(), &[]);
            let twice = mend(&once.cues, &style, &Evidence::default(), &[]);
            prop_assert_eq!(&twice.cues, &once.cues);
            prop_assert_eq!(letters(&once.cues), letters(&cues));
            let hard: Vec<_> = once.left.iter().filter(|breach| breach.rule == Rule::Overlap || breach.rule == Rule::Empty).collect();
            prop_assert!(hard.is_empty(), "{:?}", hard);
        }
    }
}
