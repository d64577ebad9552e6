//! The picture as SVG.
//!
//! Time runs in rows of at most half an hour, so that a sentence is still a pixel wide in a recording of three hours;
//! under each row stand only the speakers who speak in it. Colours follow the reader's light or dark setting.

use std::fmt::Write;

use super::{Plot, speaker_colour, uncertain};
use crate::signal::Sound;
use crate::timeline::{Chapter, GapKind, Language, Ms, Span, Timeline};

/// Longest row.
const ROW: Ms = Ms(30 * 60 * 1000);
/// Width of the names at the left of a row, in pixels.
const NAMES: f64 = 130.0;
/// Width of a row's time axis, in pixels, and of the whole picture.
const WIDTH: u32 = 1200;
const WHOLE: f64 = NAMES + WIDTH as f64 + 20.0;
/// Heights in pixels: the legend, the time axis, a lane of chapters or of a speaker, the waveform, the space between
/// rows.
const LEGEND: f64 = 30.0;
const AXIS: f64 = 16.0;
const LANE: f64 = 17.0;
const WAVE: f64 = 60.0;
const SPACE: f64 = 18.0;
/// Ticks of the axis, in milliseconds; the first one that leaves a row at most [`MOST_TICKS`] is taken.
const TICKS: [i64; 16] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000,
    3_600_000,
];
const MOST_TICKS: i64 = 16;

const STYLE: &str = "\
.zimu-plot{font-size:12px;background:#fff;font-family:system-ui,'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC',\
'Source Han Sans CN','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei','WenQuanYi Zen Hei',sans-serif}\
.zimu-plot text{fill:#333}\
.zimu-plot .paper{fill:#fff}\
.zimu-plot .faint{fill:#666}\
.zimu-plot .tick{stroke:#ccc;stroke-width:.5}\
.zimu-plot .lane{fill:#f1f1f1}\
.zimu-plot .chapter{fill:#e2e6ef;stroke:#fff}\
.zimu-plot .speech{stroke:#2a6fbb;fill:#2a6fbb}\
.zimu-plot .silence{stroke:#b5b5b5;fill:#b5b5b5}\
.zimu-plot .music{stroke:#d0821b;fill:#d0821b}\
.zimu-plot .gap{fill:#8a8a8a;opacity:.55}\
.zimu-plot .gap.music{fill:#d0821b;stroke:none}\
.zimu-plot .gap.untranscribed{fill:#a03bb5}\
.zimu-plot .uncertain{fill:#d22f2f}\
@media(prefers-color-scheme:dark){\
.zimu-plot{background:#16181c}\
.zimu-plot text{fill:#ddd}\
.zimu-plot .paper{fill:#16181c}\
.zimu-plot .faint{fill:#aaa}\
.zimu-plot .tick{stroke:#444}\
.zimu-plot .lane{fill:#22252b}\
.zimu-plot .chapter{fill:#2c3445;stroke:#16181c}\
.zimu-plot .speech{stroke:#6aa9ee;fill:#6aa9ee}\
.zimu-plot .silence{stroke:#5c5f66;fill:#5c5f66}\
.zimu-plot .music{stroke:#e5a24a;fill:#e5a24a}\
.zimu-plot .gap.untranscribed{fill:#c77bd8}\
.zimu-plot .uncertain{fill:#ff6b6b}}";

/// The picture, a whole SVG document that may also stand inside of an HTML page.
pub fn svg(plot: &Plot) -> String {
    let duration = plot.timeline.map_or(Ms::ZERO, Timeline::duration).max(plot.map.duration()).max(Ms(1));
    let length = duration.min(ROW);
    let mut rows = String::new();
    let mut y = LEGEND;
    let mut start = Ms::ZERO;
    let mut cursor = Cursor::default();
    while start < duration {
        let row = Row { span: Span::new(start, start + length), end: duration.min(start + length), plot };
        y = row.draw(&mut rows, y, &mut cursor) + SPACE;
        start += length;
    }
    let (words, language) = words(plot);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"zimu-plot\" viewBox=\"0 0 {WHOLE} {y}\" width=\"{WHOLE}\" \
         height=\"{y}\" role=\"img\" lang=\"{}\"><title>{}</title><style>{STYLE}</style>\
         <rect class=\"paper\" width=\"{WHOLE}\" height=\"{y}\"/>",
        language.code(),
        words.title,
    );
    legend(&mut out, &words, plot.timeline.is_some());
    out + &rows + "</svg>\n"
}

/// What the picture says in words.
struct Words {
    title: &'static str,
    speech: &'static str,
    silence: &'static str,
    music: &'static str,
    untranscribed: &'static str,
    uncertain: &'static str,
    chapters: &'static str,
    marks: &'static str,
}

const ENGLISH: Words = Words {
    title: "What sounds when",
    speech: "speech",
    silence: "silence",
    music: "music, applause",
    untranscribed: "speech without transcript",
    uncertain: "uncertain",
    chapters: "chapters",
    marks: "gaps, uncertain",
};

const CHINESE: Words = Words {
    title: "录音概览",
    speech: "语音",
    silence: "静音",
    music: "音乐、掌声",
    untranscribed: "无文稿的语音",
    uncertain: "时间不确定",
    chapters: "章节",
    marks: "空白、不确定",
};

fn words(plot: &Plot) -> (Words, Language) {
    match plot.timeline.map(|timeline| timeline.language) {
        Some(Language::Chinese) => (CHINESE, Language::Chinese),
        _ => (ENGLISH, Language::English),
    }
}

fn legend(out: &mut String, words: &Words, whole: bool) {
    let map = [("speech", words.speech), ("silence", words.silence), ("music", words.music)];
    let places = [("gap untranscribed", words.untranscribed), ("uncertain", words.uncertain)];
    let mut x = NAMES;
    for (class, text) in map.iter().chain(if whole { &places[..] } else { &[] }) {
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"8\" width=\"10\" height=\"10\"/><text x=\"{}\" y=\"17\">{text}</text>",
            x + 15.0
        );
        x += 40.0 + text_width(text);
    }
}

/// How far the lists that run along with the rows have been drawn, so that each is walked through once.
#[derive(Default)]
struct Cursor {
    stretch: usize,
}

/// One row of the picture.
struct Row<'a> {
    /// The time that its whole width stands for.
    span: Span,
    /// Where the recording ends, if it does within the row.
    end: Ms,
    plot: &'a Plot<'a>,
}

impl Row<'_> {
    /// Draws the row from `y` down and returns where it ends.
    fn draw(&self, out: &mut String, y: f64, cursor: &mut Cursor) -> f64 {
        let words = words(self.plot).0;
        let mut below = String::new();
        let mut bottom = y + AXIS;
        if let Some(timeline) = self.plot.timeline {
            bottom = self.chapters(&mut below, timeline, bottom, words.chapters);
        }
        bottom = self.wave(&mut below, bottom, cursor);
        if let Some(timeline) = self.plot.timeline {
            bottom = self.marks(&mut below, timeline, bottom, &words);
            bottom = self.speakers(&mut below, timeline, bottom);
        }
        self.axis(out, y, bottom);
        out.push_str(&below);
        bottom
    }

    /// Where `time` is, in pixels.
    fn x(&self, time: Ms) -> f64 {
        let part = (time - self.span.start).0 as f64 / self.span.length().0 as f64;
        NAMES + part.clamp(0.0, 1.0) * f64::from(WIDTH)
    }

    /// A box over the part of `span` that lies in this row, at least `least` pixels wide, with what a pointer over it
    /// is told.
    fn rect(&self, out: &mut String, span: Span, (y, height): (f64, f64), least: f64, paint: &str, told: &str) {
        let Some(here) = self.span.overlap(Span::new(span.start, span.end.max(span.start + Ms(1)))) else { return };
        let (x, end) = (self.x(here.start), self.x(here.end));
        let width = (end - x).max(least);
        let _ = write!(
            out,
            "<rect {paint} x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{height}\"><title>{} – {} {}</title></rect>",
            span.start,
            span.end,
            escape(told)
        );
    }

    fn name(&self, out: &mut String, y: f64, name: &str) {
        let name = escape(&fitting(name, NAMES - 14.0));
        let _ = write!(out, "<text class=\"faint\" x=\"{}\" y=\"{y}\" text-anchor=\"end\">{name}</text>", NAMES - 8.0);
    }

    fn axis(&self, out: &mut String, y: f64, bottom: f64) {
        let length = self.span.length().0;
        let step = TICKS.into_iter().find(|step| length / step <= MOST_TICKS).unwrap_or(length.max(1));
        let mut time = (self.span.start.0 + step - 1) / step * step;
        // The tick at a row's very end is the first one of the next row.
        while time < self.end.0 {
            let x = self.x(Ms(time));
            let _ = write!(
                out,
                "<path class=\"tick\" d=\"M{x:.1} {y}V{bottom}\"/><text class=\"faint\" x=\"{:.1}\" y=\"{}\">{}</text>",
                x + 3.0,
                y + 11.0,
                clock(time, step)
            );
            time += step;
        }
    }

    fn chapters(&self, out: &mut String, timeline: &Timeline, mut y: f64, name: &str) -> f64 {
        let mut first = true;
        for level in 1..=3 {
            let lane = self.titled(timeline, level);
            if lane.is_empty() || (level == 3 && !has_room(&lane)) {
                continue;
            }
            if std::mem::take(&mut first) {
                self.name(out, y + 12.0, name);
            }
            for (chapter, title) in lane {
                self.rect(out, chapter.span, (y, LANE - 2.0), 1.0, "class=\"chapter\"", &chapter.title);
                if !title.is_empty() {
                    let x = self.x(chapter.span.start) + 4.0;
                    let _ = write!(out, "<text x=\"{x:.1}\" y=\"{}\">{}</text>", y + 12.0, escape(&title));
                }
            }
            y += LANE;
        }
        y
    }

    /// The row's chapters of a level, each with as much of its title as fits before the next one; where none follows
    /// a title may go on past its chapter's end.
    fn titled<'a>(&self, timeline: &'a Timeline, level: u8) -> Vec<(&'a Chapter, String)> {
        let mut end = NAMES + f64::from(WIDTH);
        let mut lane = Vec::new();
        for chapter in timeline.chapters.iter().rev() {
            if chapter.level == level && chapter.span.overlap(self.span).is_some() {
                let x = self.x(chapter.span.start);
                lane.push((chapter, fitting(&chapter.title, end - x - 8.0)));
                end = x;
            }
        }
        lane.reverse();
        lane
    }

    /// A bar a pixel, as high as the waveform, in the colour of what mostly sounds there.
    fn wave(&self, out: &mut String, y: f64, cursor: &mut Cursor) -> f64 {
        let highest = self.plot.peaks.highest().max(f32::MIN_POSITIVE);
        let (mut speech, mut silence, mut music) = (String::new(), String::new(), String::new());
        let length = self.span.length().0;
        for column in 0..i64::from(WIDTH) {
            let at = |column: i64| self.span.start + Ms(column * length / i64::from(WIDTH));
            let span = Span::new(at(column), at(column + 1));
            if span.start >= self.end {
                break;
            }
            let path = match self.mostly(span, cursor) {
                Sound::Speech => &mut speech,
                Sound::Silence => &mut silence,
                Sound::Music => &mut music,
            };
            let half = f64::from(self.plot.peaks.within(span) / highest) * (WAVE / 2.0 - 2.0);
            let half = half.max(0.5);
            let x = NAMES + column as f64 + 0.5;
            let _ = write!(path, "M{x} {:.1}v{:.1}", y + WAVE / 2.0 - half, 2.0 * half);
        }
        for (class, path) in [("silence", silence), ("music", music), ("speech", speech)] {
            if !path.is_empty() {
                let _ = write!(out, "<path class=\"{class}\" d=\"{path}\"/>");
            }
        }
        y + WAVE
    }

    /// What sounds longest within `span`; spans come in the order of time.
    fn mostly(&self, span: Span, cursor: &mut Cursor) -> Sound {
        let stretches = &self.plot.map.stretches;
        while stretches.get(cursor.stretch).is_some_and(|stretch| stretch.span.end <= span.start) {
            cursor.stretch += 1;
        }
        let mut lengths = [(Sound::Speech, Ms::ZERO), (Sound::Music, Ms::ZERO), (Sound::Silence, Ms::ZERO)];
        for stretch in stretches[cursor.stretch.min(stretches.len())..].iter().take_while(|s| s.span.start < span.end) {
            let length = stretch.span.overlap(span).map_or(Ms::ZERO, Span::length);
            if let Some(entry) = lengths.iter_mut().find(|entry| entry.0 == stretch.sound) {
                entry.1 += length;
            }
        }
        // Of equally long ones the first of the list.
        lengths
            .into_iter()
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map_or(Sound::Silence, |b| b.0)
    }

    /// Gaps and uncertain sentences share a lane: where the one is the other is not.
    fn marks(&self, out: &mut String, timeline: &Timeline, y: f64, words: &Words) -> f64 {
        let before = out.len();
        for gap in &timeline.gaps {
            let (class, told) = match gap.kind {
                GapKind::Silence => ("class=\"gap\"", words.silence),
                GapKind::Music => ("class=\"gap music\"", words.music),
                GapKind::Untranscribed => ("class=\"gap untranscribed\"", words.untranscribed),
            };
            self.rect(out, gap.span, (y + 2.0, LANE - 6.0), 0.5, class, told);
        }
        for (segment, span) in timeline.spoken().filter(|(segment, _)| uncertain(segment)) {
            self.rect(out, span, (y, LANE - 2.0), 2.0, "class=\"uncertain\"", &segment.text);
        }
        if out.len() == before {
            return y;
        }
        self.name(out, y + 11.0, words.marks);
        y + LANE
    }

    fn speakers(&self, out: &mut String, timeline: &Timeline, mut y: f64) -> f64 {
        for speaker in &timeline.speakers {
            let mut turns = timeline
                .turns
                .iter()
                .filter(|t| t.speaker == speaker.id && t.span.overlap(self.span).is_some())
                .peekable();
            if turns.peek().is_none() {
                continue;
            }
            self.name(out, y + 12.0, &speaker.name);
            let width = self.x(self.end) - NAMES;
            let _ = write!(
                out,
                "<rect class=\"lane\" x=\"{NAMES}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\"/>",
                y + 1.0,
                LANE - 3.0
            );
            let paint = format!("fill=\"{}\"", speaker_colour(speaker.id));
            for turn in turns {
                self.rect(out, turn.span, (y + 1.0, LANE - 3.0), 1.0, &paint, &speaker.name);
            }
            y += LANE;
        }
        y
    }
}

/// Whether most of the chapters of a lane have room for their titles.
fn has_room(lane: &[(&Chapter, String)]) -> bool {
    2 * lane.iter().filter(|(_, title)| !title.is_empty()).count() >= lane.len()
}

/// A tick's time: as many figures as its step needs.
fn clock(time: i64, step: i64) -> String {
    let shown = Ms(time).to_string();
    let figures = if step < 1_000 { 2 } else { 4 };
    shown[..shown.len() - figures].to_owned()
}

/// About how wide a text is, in pixels at 12 px: Han characters are square, others half as wide.
fn text_width(text: &str) -> f64 {
    6.4 * unicode_width::UnicodeWidthStr::width(text) as f64
}

/// As much of `text` as `width` pixels hold, with an ellipsis where it is cut; nothing where that would be a stub.
fn fitting(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars() {
        cut.push(character);
        if text_width(&cut) + 8.0 > width {
            cut.pop();
            break;
        }
    }
    if cut.chars().count() < 2 { String::new() } else { cut + "…" }
}

/// `text` as it may stand in XML, between tags or in an attribute; characters that XML does not have are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Peaks, SpeechMap};
    use crate::timeline::MediaSummary;

    /// The picture of half an hour with chapters of a level, each so many seconds long.
    fn with_chapters(level: u8, seconds: i64) -> String {
        let length = Ms(seconds * 1000);
        let chapters = (0..ROW.0 / length.0).map(|number| {
            let start = Ms(number * length.0);
            Chapter { span: Span::new(start, start + length), title: format!("Topic {number}"), level, speaker: None }
        });
        let media = MediaSummary { duration: ROW, ..MediaSummary::default() };
        let language = Language::English;
        let timeline = Timeline { media, language, chapters: chapters.collect(), ..Timeline::default() };
        svg(&Plot { peaks: &Peaks::default(), map: &SpeechMap::default(), timeline: Some(&timeline) })
    }

    #[test]
    fn chapters_of_level_3_are_drawn_where_their_titles_have_room() {
        let drawn = |level, seconds| with_chapters(level, seconds).contains("class=\"chapter\"");
        assert!(drawn(3, 300) && !drawn(3, 10));
        assert!(drawn(1, 10) && drawn(2, 10));
        assert!(!drawn(4, 300));
    }

    #[test]
    fn a_title_is_cut_before_the_next_one() {
        let svg = with_chapters(2, 100);
        assert!(svg.contains(">Topic 3<"), "{svg}");
        let svg = with_chapters(2, 60);
        assert!(!svg.contains(">Topic 13<") && svg.contains("…<"), "{svg}");
    }
}
