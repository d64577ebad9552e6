//! The blocks of a WebVTT file (W3C WebVTT, 6.1 "WebVTT file parsing" and 6.3 "cue timings").

use super::settings::{self, Region, Settings};
use crate::formats::reading::Fault;
use crate::formats::timing::timing;
use crate::timeline::{Ms, Span};

/// A file as the specification parses it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The cues, in the order of the file.
    pub cues: Vec<RawCue>,
    /// The regions, in the order of the file.
    pub regions: Vec<Region>,
    /// The style sheets, unread.
    pub stylesheets: Vec<String>,
    /// What the specification passes over in silence, by line.
    pub faults: Vec<Fault>,
}

/// A cue before its text is taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawCue {
    /// Its identifier, often empty.
    pub id: String,
    /// When it begins.
    pub start: Ms,
    /// When it ends; what a file says may be before the start.
    pub end: Ms,
    /// Where it stands.
    pub settings: Settings,
    /// Its text with tags.
    pub text: String,
    /// Whether the specification would drop it for its times, which were read more kindly.
    pub mended: bool,
    /// The line of its times, counted from 1.
    pub line: usize,
}

/// What a file begins with.
const SIGNATURE: &str = "WEBVTT";

/// Whether a text begins as a WebVTT file has to.
pub(super) fn is_signed(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.strip_prefix(SIGNATURE).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// Parses a file; `None` where it does not begin as one. Line ends of any kind are taken, zeros become U+FFFD.
pub fn parse(text: &str) -> Option<File> {
    if !is_signed(text) {
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace('\0', "\u{fffd}").replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut parser = Parser { lines: &lines, at: 1, file: File::default() };
    if parser.line().is_some_and(|line| !line.is_empty()) {
        parser.block(true);
    }
    while parser.at < lines.len() {
        if lines[parser.at].is_empty() {
            parser.at += 1;
        } else {
            parser.block(false);
        }
    }
    Some(parser.file)
}

struct Parser<'a> {
    lines: &'a [&'a str],
    /// The next line, counted from 0.
    at: usize,
    file: File,
}

impl<'a> Parser<'a> {
    fn line(&self) -> Option<&'a str> {
        self.lines.get(self.at).copied()
    }

    /// Collects a block: a cue, a style sheet, a region, a comment; the header is but passed over.
    fn block(&mut self, in_header: bool) {
        let first = self.at;
        let mut buffer: Vec<&str> = Vec::new();
        let (mut seen_arrow, mut cue, mut kind) = (false, None, Kind::Other);
        while let Some(line) = self.line() {
            let count = self.at - first + 1;
            if line.contains("-->") {
                let begins = !in_header && (count == 1 || count == 2 && !seen_arrow);
                if !begins {
                    break;
                }
                seen_arrow = true;
                cue = self.cue(&buffer.join("\n"), line);
                if cue.is_some() {
                    buffer.clear();
                } else {
                    buffer.push(line);
                }
            } else if line.is_empty() {
                break;
            } else {
                if !in_header && count == 2 && !seen_arrow && self.file.cues.is_empty() {
                    kind = Kind::of(&buffer.join("\n"));
                    if kind != Kind::Other {
                        buffer.clear();
                    }
                }
                buffer.push(line);
            }
            self.at += 1;
        }
        self.close(cue, kind, &buffer, first, in_header);
    }

    fn close(&mut self, cue: Option<RawCue>, kind: Kind, buffer: &[&str], first: usize, in_header: bool) {
        let text = buffer.join("\n");
        match (cue, kind) {
            (Some(cue), _) => self.file.cues.push(RawCue { text, ..cue }),
            (None, Kind::Style) => self.file.stylesheets.push(text),
            (None, Kind::Region) => self.file.regions.push(settings::region(&text)),
            (None, Kind::Other) if !in_header && !is_comment(&text) => {
                let what = format!("a block without times is left out: “{}”", buffer.join(" "));
                self.file.faults.push(Fault { line: first + 1, what });
            }
            _ => {}
        }
    }

    /// The cue whose times stand in `line`.
    fn cue(&mut self, id: &str, line: &str) -> Option<RawCue> {
        let number = self.at + 1;
        if let Some((start, end, rest)) = times(line) {
            let settings = settings::parse(rest, &self.file.regions);
            return Some(RawCue { id: id.into(), start, end, settings, line: number, ..RawCue::default() });
        }
        let read = timing(line).and_then(|timing| Some((timing.start, timing.end?, timing.rest)));
        let (start, end, rest) = read?;
        let what = format!("the times “{}” are not written as WebVTT wants, and are read all the same", line.trim());
        self.file.faults.push(Fault { line: number, what });
        let Span { start, end } = Span::new(start.max(Ms::ZERO), end);
        let settings = settings::parse(&rest, &self.file.regions);
        Some(RawCue { id: id.into(), start, end, settings, line: number, mended: true, ..RawCue::default() })
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Style,
    Region,
    Other,
}

impl Kind {
    fn of(line: &str) -> Kind {
        match line.trim_end_matches([' ', '\t', '\u{c}']) {
            "STYLE" => Kind::Style,
            "REGION" => Kind::Region,
            _ => Kind::Other,
        }
    }
}

fn is_comment(block: &str) -> bool {
    block.strip_prefix("NOTE").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n']))
}

/// Start, end and what stands behind them.
fn times(line: &str) -> Option<(Ms, Ms, &str)> {
    let blank = [' ', '\t', '\u{c}'];
    let (start, rest) = timestamp(line.trim_start_matches(blank))?;
    let rest = rest.trim_start_matches(blank).strip_prefix("-->")?;
    let (end, rest) = timestamp(rest.trim_start_matches(blank))?;
    Some((start, end, rest))
}

/// The timestamp with which a text begins, and the rest of it.
pub(super) fn timestamp(text: &str) -> Option<(Ms, &str)> {
    let (first, digits, rest) = number(text)?;
    let (second, rest) = two_digits(rest.strip_prefix(':')?)?;
    let with_hours = digits != 2 || first > 59 || rest.starts_with(':');
    let (hours, minutes, seconds, rest) = if with_hours {
        let (third, rest) = two_digits(rest.strip_prefix(':')?)?;
        (first, second, third, rest)
    } else {
        (0, first, second, rest)
    };
    let (milliseconds, digits, rest) = number(rest.strip_prefix('.')?)?;
    let sound = digits == 3 && minutes <= 59 && seconds <= 59;
    // Beyond this no player counts, and sums would overflow.
    let hours = hours.min(1_000_000_000);
    sound.then(|| (Ms(((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds), rest))
}

fn two_digits(text: &str) -> Option<(i64, &str)> {
    number(text).filter(|(_, digits, _)| *digits == 2).map(|(value, _, rest)| (value, rest))
}

/// A number, how many digits it has, and what follows; one too large is the largest.
fn number(text: &str) -> Option<(i64, usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    (digits > 0).then(|| (number.parse().unwrap_or(i64::MAX), digits, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(i64, i64, String)> {
        let cues = parse(text).unwrap().cues;
        cues.iter().map(|cue| (cue.start.0, cue.end.0, cue.text.clone())).collect()
    }

    #[test]
    fn a_fraction_of_many_digits_is_no_time() {
        assert_eq!(timestamp(&format!("00:01.0{} rest", "1".repeat(60))), None);
        assert_eq!(timestamp("99999999999999999999:00:00.000"), Some((Ms(3_600_000_000_000_000), "")));
    }

    #[test]
    fn the_signature_stands_alone_on_its_line() {
        for good in ["WEBVTT", "\u{feff}WEBVTT\n", "WEBVTT a title", "WEBVTT\tx\r\n"] {
            assert!(parse(good).is_some(), "{good:?}");
        }
        for bad in ["", "webvtt", "WEBVTTx", " WEBVTT", "\nWEBVTT", "\u{feff}\u{feff}WEBVTT"] {
            assert!(parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn times_as_the_specification_has_them() {
        let at = |text| timestamp(text).map(|(time, _)| time.0);
        assert_eq!(
            [at("00:01.000"), at("60:00:01.000"), at("100:00:00.001")],
            [Some(1_000), Some(216_001_000), Some(360_000_001)]
        );
        for bad in ["0:01.000", "00:60.000", "60:01.000", "00:01,000", "00:01.00", "00:01.0000", ":01.000", "00:1.000"]
        {
            assert_eq!(at(bad), None, "{bad}");
        }
    }

    #[test]
    fn blocks_end_at_blank_lines_and_at_arrows() {
        let text = "WEBVTT\nkind: x\n\nid\n00:01.000 --> 00:02.000\na\n00:03.000 --> 00:04.000\nb\n\nNOTE\nc\n\n\
                    00:05.000 --> 00:06.000 line:0\n\nd";
        assert_eq!(
            shown(text),
            [(1_000, 2_000, "a".into()), (3_000, 4_000, "b".into()), (5_000, 6_000, String::new())]
        );
        let file = parse(text).unwrap();
        assert_eq!((file.cues[0].id.as_str(), file.faults[0].line), ("id", 15));
    }

    #[test]
    fn styles_and_regions_stand_before_the_first_cue() {
        let text = "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:left width:40%\n\n00:01.000 --> 00:02.000 region:left\n\
                    a\n\nSTYLE\nb\n";
        let file = parse(text).unwrap();
        assert_eq!(file.stylesheets, ["::cue { color: red }"]);
        assert_eq!((file.regions[0].id.as_str(), file.regions[0].width), ("left", 40.0));
        assert_eq!(file.cues[0].settings.region, Some(0));
        assert_eq!(file.faults.len(), 1, "a style sheet after a cue is none");
    }

    #[test]
    fn times_of_other_formats_are_read_and_told() {
        let file = parse("WEBVTT\n\n0:00:01,5 --> 0:00:02\na\n").unwrap();
        assert_eq!((file.cues[0].start, file.cues[0].mended), (Ms(1_500), true));
        assert_eq!(file.faults[0].line, 3);
    }
}
