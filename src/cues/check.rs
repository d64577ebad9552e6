//! Subtitles against a guide: every breach with its rule, what was measured, and the limit.

use unicode_width::UnicodeWidthStr;

use super::borders::is_torn;
use super::marks::{LIGHT, ends_no_line, starts_no_line};
use super::{Cue, Style};
use crate::timeline::{Ms, Span, Timeline};

/// What a guide asks of subtitles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Rule {
    Empty,
    Overlap,
    PastEnd,
    LineTooLong,
    TooManyLines,
    MuchTooFast,
    TooFast,
    TooShort,
    TooLong,
    SmallGap,
    OpenGap,
    TooEarly,
    TooLate,
    TwoSpeakers,
    LongPause,
    TornWord,
    LineStart,
    LineEnd,
    Unbalanced,
    LightMark,
    ManyCharacters,
    ManyCues,
}

impl Rule {
    /// All of them, the worst first.
    pub const ALL: [Rule; 22] = [
        Rule::Empty,
        Rule::Overlap,
        Rule::PastEnd,
        Rule::LineTooLong,
        Rule::TooManyLines,
        Rule::MuchTooFast,
        Rule::TooFast,
        Rule::TooShort,
        Rule::TooLong,
        Rule::SmallGap,
        Rule::OpenGap,
        Rule::TooEarly,
        Rule::TooLate,
        Rule::TwoSpeakers,
        Rule::LongPause,
        Rule::TornWord,
        Rule::LineStart,
        Rule::LineEnd,
        Rule::Unbalanced,
        Rule::LightMark,
        Rule::ManyCharacters,
        Rule::ManyCues,
    ];

    /// Its name in reports, which stays the same.
    pub fn id(self) -> &'static str {
        self.description().0
    }

    /// What it asks.
    pub fn about(self) -> &'static str {
        self.description().1
    }

    fn description(self) -> (&'static str, &'static str) {
        match self {
            Rule::Empty => ("empty-cue", "a cue has text"),
            Rule::Overlap => ("overlap", "a cue ends before the next one begins"),
            Rule::PastEnd => ("past-end", "no cue ends after the media, or its last whole second"),
            Rule::LineTooLong => ("line-too-long", "a line has no more columns than fit"),
            Rule::TooManyLines => ("too-many-lines", "a cue has no more lines than fit"),
            Rule::MuchTooFast => ("much-too-fast", "a cue can be read at all in its time"),
            Rule::TooFast => ("too-fast", "a cue can be read with ease in its time"),
            Rule::TooShort => ("too-short", "a cue is long enough to be noticed"),
            Rule::TooLong => ("too-long", "a cue does not stay too long"),
            Rule::SmallGap => ("small-gap", "cues are apart as far as the guide says"),
            Rule::OpenGap => ("open-gap", "small gaps are closed"),
            Rule::TooEarly => ("too-early", "a cue does not come long before the voice"),
            Rule::TooLate => ("too-late", "a cue does not come long after the voice"),
            Rule::TwoSpeakers => ("two-speakers", "a cue has the words of one person"),
            Rule::LongPause => ("long-pause", "a cue does not run across a long pause"),
            Rule::TornWord => ("torn-word", "a line does not end inside a word, a number or a title"),
            Rule::LineStart => ("line-start", "no line begins with a mark that closes"),
            Rule::LineEnd => ("line-end", "no line ends with a mark that opens"),
            Rule::Unbalanced => ("unbalanced", "two lines are about as long"),
            Rule::LightMark => ("light-mark", "full-width commas and stops are left out"),
            Rule::ManyCharacters => ("many-characters", "a cue has no more characters than go through everywhere"),
            Rule::ManyCues => ("many-cues", "a file has no more cues than go through everywhere"),
        }
    }

    /// The limit of a style that it goes by; `None` where it holds for every style and must be kept.
    fn limit(self) -> Option<&'static str> {
        match self {
            Rule::Empty | Rule::Overlap => None,
            Rule::PastEnd => Some("whole_seconds"),
            Rule::LineTooLong => Some("columns"),
            Rule::TooManyLines => Some("lines"),
            Rule::MuchTooFast => Some("most_speed"),
            Rule::TooFast => Some("speed"),
            Rule::TooShort => Some("shortest"),
            Rule::TooLong => Some("longest"),
            Rule::SmallGap => Some("gap"),
            Rule::OpenGap => Some("close"),
            Rule::TooEarly => Some("early"),
            Rule::TooLate => Some("late"),
            Rule::LongPause => Some("pause"),
            Rule::Unbalanced => Some("balance"),
            Rule::LightMark => Some("light_marks"),
            Rule::ManyCharacters => Some("characters"),
            Rule::ManyCues => Some("cues"),
            Rule::TwoSpeakers | Rule::TornWord | Rule::LineStart | Rule::LineEnd => Some(""),
        }
    }

    /// Whether a breach is an error by this style, and not a warning.
    pub fn is_hard(self, style: &Style) -> bool {
        match (self, self.limit()) {
            (_, None) => true,
            // Past the end of the media it is for every site.
            (Rule::PastEnd, _) => true,
            (_, Some(limit)) => style.is_hard(limit),
        }
    }
}

/// A place where subtitles do not keep to a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Which rule.
    pub rule: Rule,
    /// The cue, an index.
    pub cue: usize,
    /// When that is.
    pub span: Span,
    /// What was measured, in words.
    pub measured: String,
    /// What is allowed, in words.
    pub limit: String,
    /// Whether it must be mended, or only ought to.
    pub hard: bool,
}

/// What is known beside the subtitles.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// How long the media is.
    pub end: Option<Ms>,
    /// Where somebody speaks: words, or stretches of speech, in the order of time.
    pub spoken: Vec<Span>,
    /// Who speaks each word, where that is known; as many as `spoken`, or none.
    pub speakers: Vec<Option<usize>>,
    /// Whether `spoken` are words: of a stretch of speech only the beginning is known to be one.
    pub words: bool,
    /// The spoken text with its marks, a sentence a line; empty where it is not known.
    pub text: String,
}

impl Evidence {
    /// What a timeline knows: its words with their speakers, and the media's length.
    pub fn of_timeline(timeline: &Timeline) -> Evidence {
        let words = timeline
            .spoken()
            .flat_map(|(segment, _)| segment.words.iter().filter_map(|word| Some((word.span?, segment.speaker))));
        let mut words: Vec<(Span, Option<usize>)> = words.collect();
        words.sort_by_key(|(span, _)| span.start);
        let (spoken, speakers) = words.into_iter().unzip();
        let end = Some(timeline.duration()).filter(|end| *end > Ms::ZERO);
        let text = timeline.segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join("\n");
        Evidence { end, spoken, speakers, words: true, text }
    }

    /// Whether two lines follow each other without a mark between, such as a comma that the style leaves out.
    fn goes_on(&self, upper: &str, lower: &str) -> bool {
        self.text.is_empty() || self.text.contains(&format!("{}{}", last(upper), first(lower)))
    }

    /// The words, or stretches of speech, that are spoken while a cue is shown: those of which most lies within.
    fn during(&self, span: Span) -> std::ops::Range<usize> {
        let middle = |spoken: &Span| Ms((spoken.start.0 + spoken.end.0) / 2);
        let start = self.spoken.partition_point(|spoken| middle(spoken) < span.start);
        let end = self.spoken.partition_point(|spoken| middle(spoken) < span.end);
        start..end.max(start)
    }
}

/// Every breach of `style`, in the order of the cues; those must be in the order of their starts.
pub fn check(cues: &[Cue], style: &Style, evidence: &Evidence) -> Vec<Breach> {
    let mut found = Vec::new();
    for (number, cue) in cues.iter().enumerate() {
        let mut report = Report { number, cue, style, found: &mut found };
        text(&mut report);
        lines(&mut report, evidence);
        time(&mut report, evidence.end);
        neighbour(&mut report, cues.get(number + 1));
        voice(&mut report, evidence);
    }
    if let (true, Some(cue)) = (cues.len() > style.cues, cues.get(style.cues)) {
        let mut report = Report { number: style.cues, cue, style, found: &mut found };
        report.add(Rule::ManyCues, format!("{} cues", cues.len()), style.cues.to_string());
    }
    found
}

struct Report<'a> {
    number: usize,
    cue: &'a Cue,
    style: &'a Style,
    found: &'a mut Vec<Breach>,
}

impl Report<'_> {
    fn add(&mut self, rule: Rule, measured: String, limit: impl Into<String>) {
        let hard = rule.is_hard(self.style);
        self.found.push(Breach { rule, cue: self.number, span: self.cue.span, measured, limit: limit.into(), hard });
    }
}

fn seconds(time: Ms) -> String {
    format!("{:.3} s", time.seconds())
}

/// The width of a cue's text, in half-width columns.
pub(super) fn width(cue: &Cue) -> usize {
    cue.lines.iter().map(|line| line.width()).sum()
}

fn text(report: &mut Report) {
    let Report { cue, style, .. } = *report;
    let characters: usize = cue.lines.iter().map(|line| line.chars().count()).sum();
    if cue.lines.iter().all(|line| line.trim().is_empty()) {
        report.add(Rule::Empty, "no text".into(), "some");
    }
    if characters > style.characters {
        report.add(Rule::ManyCharacters, characters.to_string(), style.characters.to_string());
    }
    let light = |c: &char| style.light_marks && LIGHT.contains(*c);
    let marks: String = cue.lines.iter().flat_map(|line| line.chars()).filter(light).collect();
    if !marks.is_empty() {
        report.add(Rule::LightMark, marks, "none");
    }
}

fn lines(report: &mut Report, evidence: &Evidence) {
    let Report { cue, style, .. } = *report;
    if cue.lines.len() > style.lines {
        report.add(Rule::TooManyLines, cue.lines.len().to_string(), style.lines.to_string());
    }
    for line in &cue.lines {
        if line.width() > style.columns {
            report.add(Rule::LineTooLong, format!("{} columns", line.width()), style.columns.to_string());
        }
        if let Some(mark) = line.chars().next().filter(|mark| closes(*mark, line)) {
            report.add(Rule::LineStart, mark.to_string(), "no mark that closes");
        }
        if let Some(mark) = line.chars().next_back().filter(|mark| ends_no_line(*mark) && !matches!(mark, '\'' | '"')) {
            report.add(Rule::LineEnd, mark.to_string(), "no mark that opens");
        }
    }
    for pair in cue.lines.windows(2) {
        if is_torn(&pair[0], &pair[1]) && evidence.goes_on(&pair[0], &pair[1]) {
            report.add(Rule::TornWord, format!("{}|{}", last(&pair[0]), first(&pair[1])), "whole words");
        }
        let (upper, lower) = (pair[0].width() as f64, pair[1].width() as f64);
        let share = upper.min(lower) / upper.max(lower).max(1.0);
        if share < style.balance {
            report.add(Rule::Unbalanced, format!("{:.0}%", share * 100.0), format!("{:.0}%", style.balance * 100.0));
        }
    }
}

/// Whether a line begins with a mark that closes something; dots and quotes of Latin text may open it.
fn closes(mark: char, line: &str) -> bool {
    let opens = matches!(mark, '\'' | '"' | '…' | '—' | '-') || line.starts_with("..");
    starts_no_line(mark) && !opens
}

fn last(line: &str) -> String {
    line.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect()
}

fn first(line: &str) -> String {
    line.chars().take(4).collect()
}

fn time(report: &mut Report, end: Option<Ms>) {
    let Report { cue, style, .. } = *report;
    let length = cue.span.length();
    if length < style.shortest {
        report.add(Rule::TooShort, seconds(length), seconds(style.shortest));
    }
    if length > style.longest {
        report.add(Rule::TooLong, seconds(length), seconds(style.longest));
    }
    let speed = width(cue) as f64 / length.seconds().max(0.001);
    if speed > style.most_speed {
        report.add(Rule::MuchTooFast, format!("{speed:.1} columns/s"), style.most_speed.to_string());
    } else if speed > style.speed {
        report.add(Rule::TooFast, format!("{speed:.1} columns/s"), style.speed.to_string());
    }
    let end = end.map(|end| if style.whole_seconds { Ms(end.0 / 1000 * 1000) } else { end });
    if let Some(end) = end.filter(|end| cue.span.end > *end) {
        report.add(Rule::PastEnd, cue.span.end.to_string(), end.to_string());
    }
}

fn neighbour(report: &mut Report, next: Option<&Cue>) {
    let Report { cue, style, .. } = *report;
    let Some(next) = next else { return };
    let gap = next.span.start - cue.span.end;
    if gap < Ms::ZERO {
        report.add(Rule::Overlap, seconds(-gap), "0 s");
    } else if gap < style.gap {
        report.add(Rule::SmallGap, seconds(gap), seconds(style.gap));
    } else if gap > style.gap && gap < style.close {
        report.add(Rule::OpenGap, seconds(gap), format!("{} or {}", seconds(style.gap), seconds(style.close)));
    }
}

fn voice(report: &mut Report, evidence: &Evidence) {
    let Report { cue, style, .. } = *report;
    let during = evidence.during(cue.span);
    let Some(first) = evidence.spoken.get(during.start).filter(|_| !during.is_empty()) else { return };
    let early = first.start - cue.span.start;
    if early > style.early {
        report.add(Rule::TooEarly, seconds(early), seconds(style.early));
    }
    if evidence.words && -early > style.late {
        report.add(Rule::TooLate, seconds(-early), seconds(style.late));
    }
    let pauses = evidence.spoken[during.clone()].windows(2).map(|pair| pair[1].start - pair[0].end);
    if let Some(pause) = pauses.max().filter(|pause| *pause >= style.pause) {
        report.add(Rule::LongPause, seconds(pause), seconds(style.pause));
    }
    let speakers = evidence.speakers.get(during).unwrap_or(&[]);
    if speakers.windows(2).any(|pair| pair[0] != pair[1] && pair[0].is_some() && pair[1].is_some()) {
        report.add(Rule::TwoSpeakers, "more than one".into(), "one");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start: i64, end: i64, lines: &[&str]) -> Cue {
        let lines = lines.iter().map(|line| line.to_string()).collect();
        Cue { span: Span::new(Ms(start), Ms(end)), lines, ..Cue::default() }
    }

    fn found(cues: &[Cue], style: &str, evidence: &Evidence) -> Vec<(usize, &'static str, bool)> {
        let breaches = check(cues, &Style::named(style).unwrap(), evidence);
        breaches.iter().map(|breach| (breach.cue, breach.rule.id(), breach.hard)).collect()
    }

    #[test]
    fn good_cues_breach_nothing() {
        let cues = [cue(0, 2_000, &["听见 是保护的第一步"]), cue(2_083, 5_000, &["每天早上他们都去听鸟的叫声"])];
        assert_eq!(found(&cues, "bilibili", &Evidence { end: Some(Ms(5_000)), ..Evidence::default() }), []);
    }

    #[test]
    fn each_rule_finds_its_breach() {
        let none = Evidence::default();
        let one =
            |cues: &[Cue], style: &str| found(cues, style, &none).into_iter().map(|(_, id, _)| id).collect::<Vec<_>>();
        assert_eq!(one(&[cue(0, 2_000, &[" "])], "ted"), ["empty-cue"]);
        assert_eq!(one(&[cue(0, 3_000, &["a"]), cue(2_000, 4_000, &["b"])], "ted"), ["overlap"]);
        assert_eq!(
            one(&[cue(0, 7_000, &["这一行实在是太长了所以一眼根本看不完也读不下去"])], "bilibili"),
            ["line-too-long"]
        );
        assert_eq!(one(&[cue(0, 2_000, &["说话 ", "二"])], "bilibili"), ["too-many-lines"]);
        assert_eq!(one(&[cue(0, 1_000, &["这一行字多得来不及读完了"])], "bilibili"), ["too-fast"]);
        assert_eq!(one(&[cue(0, 1_000, &["这一行字多得真的来不及读完了吧"])], "bilibili"), ["too-fast"]);
        assert_eq!(one(&[cue(0, 1_000, &["这一行字多得真的来不及读完了吧你说呢"])], "bilibili"), ["much-too-fast"]);
        assert_eq!(one(&[cue(0, 500, &["短"])], "bilibili"), ["too-short"]);
        assert_eq!(one(&[cue(0, 8_000, &["长"])], "bilibili"), ["too-long"]);
        assert_eq!(one(&[cue(0, 2_000, &["一"]), cue(2_010, 4_000, &["二"])], "bilibili"), ["small-gap"]);
        assert_eq!(one(&[cue(0, 2_000, &["一"]), cue(2_300, 4_000, &["二"])], "bilibili"), ["open-gap"]);
        assert_eq!(one(&[cue(0, 2_000, &["听见声", "音，很好"])], "ted"), ["torn-word"]);
        assert_eq!(one(&[cue(0, 2_000, &["听见声音", "，很好"])], "ted"), ["line-start"]);
        assert_eq!(one(&[cue(0, 2_000, &["他说的是《", "听见》"])], "ted"), ["line-end"]);
        assert_eq!(one(&[cue(0, 2_000, &["a", "and a much longer line"])], "ted"), ["unbalanced"]);
        assert_eq!(one(&[cue(0, 2_000, &["听见，很好。"])], "bilibili"), ["light-mark"]);
    }

    #[test]
    fn a_comma_left_out_tears_no_word() {
        let cues = [cue(0, 3_000, &["达到了人类的百分之几十", "对吧？"])];
        let torn = |text: &str| found(&cues, "netflix-zh", &Evidence { text: text.into(), ..Evidence::default() });
        assert_eq!(torn("达到了人类的百分之几十，对吧？"), []);
        assert_eq!(torn("达到了人类的百分之几十对吧？"), [(0, "torn-word", false)]);
    }

    #[test]
    fn the_voice_and_the_end_are_evidence() {
        let span = |start, end| Span::new(Ms(start), Ms(end));
        let evidence = Evidence {
            end: Some(Ms(9_900)),
            spoken: vec![span(1_500, 1_900), span(4_000, 4_400), span(6_300, 6_500), span(9_000, 9_200)],
            speakers: vec![None, Some(0), Some(1), None],
            words: true,
            ..Evidence::default()
        };
        let cues = [cue(1_000, 2_500, &["a"]), cue(4_000, 6_900, &["b"]), cue(9_000, 9_800, &["c"])];
        let ids: Vec<_> = found(&cues, "bilibili", &evidence);
        assert_eq!(
            ids,
            [
                (0, "too-early", false),
                (1, "long-pause", false),
                (1, "two-speakers", false),
                (2, "too-short", false),
                (2, "past-end", true)
            ]
        );
    }
}
