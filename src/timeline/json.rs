//! `timeline.json`: a superset of Whisper's JSON, so that tools which read Whisper's or WhisperX's read ours.
//!
//! Times are seconds with up to three decimals. Words are written as their text; their places in the segment's text
//! are found again by looking for them in order.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::layout::Layout;
use super::{
    Chapter, Correction, Gap, GapKind, Given, Language, MediaSummary, Ms, Place, Point, Segment, SettledCue, Span,
    Speaker, TimedPhone, Timeline, Turn, Word,
};
use crate::phones::Phone;

/// The version of the layout that this zimu writes and reads.
const VERSION: u32 = 1;

/// A `timeline.json` that could not be read.
#[derive(Debug, Error)]
pub enum TimelineError {
    /// The file could not be opened or read.
    #[error("cannot read the timeline {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no timeline, or a damaged one.
    #[error("{path} is not a timeline of zimu: {source}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// A later zimu wrote it.
    #[error("{path} has timeline version {version}; this zimu reads version {VERSION}: update zimu")]
    Version {
        /// The file.
        path: PathBuf,
        /// The version found.
        version: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct TimelineJson {
    version: u32,
    media: MediaSummary,
    language: Language,
    duration: Ms,
    segments: Vec<Segment>,
    #[serde(default)]
    speakers: Vec<Speaker>,
    #[serde(default)]
    turns: Vec<Turn>,
    #[serde(default)]
    chapters: Vec<Chapter>,
    #[serde(default)]
    gaps: Vec<Gap>,
    #[serde(default)]
    corrections: Vec<Correction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cues: Option<Vec<SettledCue>>,
}

#[derive(Serialize, Deserialize)]
struct SegmentJson {
    id: usize,
    start: Option<Ms>,
    end: Option<Ms>,
    text: String,
    speaker: Option<usize>,
    confidence: f64,
    source: SourceJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<Given>,
    words: Vec<WordJson>,
}

/// `start` and `end` are offsets in characters; `end_line` stands only where a sentence runs over lines.
#[derive(Serialize, Deserialize)]
struct SourceJson {
    line: u32,
    start: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    end: u32,
}

#[derive(Serialize, Deserialize)]
struct WordJson {
    word: String,
    start: Option<Ms>,
    end: Option<Ms>,
    probability: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    phones: Vec<PhoneJson>,
}

#[derive(Serialize, Deserialize)]
struct PhoneJson {
    #[serde(serialize_with = "phone_name", deserialize_with = "phone_named")]
    phone: Phone,
    start: Ms,
    end: Ms,
}

fn phone_name<S: Serializer>(phone: &Phone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(phone.name())
}

fn phone_named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Phone, D::Error> {
    let name = String::deserialize(deserializer)?;
    Phone::named(&name).ok_or_else(|| D::Error::custom(format!("{name:?} is no phone that this zimu knows")))
}

#[derive(Serialize, Deserialize)]
struct TurnJson {
    start: Ms,
    end: Ms,
    speaker: usize,
    first_segment: usize,
    end_segment: usize,
    #[serde(default = "certain")]
    confidence: f64,
}

/// What versions that did not weigh it wrote of how sure a speaker is: nothing.
fn certain() -> f64 {
    1.0
}

#[derive(Serialize, Deserialize)]
struct ChapterJson {
    start: Ms,
    end: Ms,
    title: String,
    level: u8,
    speaker: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct GapJson {
    start: Ms,
    end: Ms,
    kind: GapKind,
}

#[derive(Serialize, Deserialize)]
struct CueJson {
    start: Ms,
    end: Ms,
    lines: Vec<String>,
    speaker: Option<usize>,
}

/// Parts are written and read by themselves as they are in a timeline.
macro_rules! as_json {
    ($($part:ty => $json:ty),*) => {$(
        impl Serialize for $part {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                <$json>::from(self).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $part {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$part, D::Error> {
                <$json>::deserialize(deserializer).map(<$part>::from)
            }
        }
    )*};
}

as_json!(Segment => SegmentJson, Turn => TurnJson, Chapter => ChapterJson, Gap => GapJson, SettledCue => CueJson);

impl Timeline {
    /// Writes `timeline.json`.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Layout::default());
        TimelineJson::from(self).serialize(&mut serializer)?;
        out.write_all(b"\n")
    }

    /// Whether a file is a `timeline.json`, as far as its first bytes tell; a recogniser's JSON is none.
    pub fn is_json_of_one(path: &Path) -> bool {
        #[derive(Deserialize)]
        struct Marks {
            version: Option<u32>,
            media: Option<serde::de::IgnoredAny>,
        }
        let text = fs::read_to_string(path).unwrap_or_default();
        serde_json::from_str::<Marks>(&text).is_ok_and(|marks| marks.version.is_some() && marks.media.is_some())
    }

    /// Reads a `timeline.json`.
    ///
    /// # Errors
    /// [`TimelineError`] when the file cannot be read, is none, or comes from a later zimu.
    pub fn read_json(path: &Path) -> Result<Timeline, TimelineError> {
        let text = fs::read_to_string(path).map_err(|source| TimelineError::Read { path: path.into(), source })?;
        Timeline::parse_json(&text, path)
    }

    /// The same from what a file holds; `path` is its name.
    ///
    /// # Errors
    /// [`TimelineError`], which names the file.
    pub fn parse_json(text: &str, path: &Path) -> Result<Timeline, TimelineError> {
        let json: TimelineJson =
            serde_json::from_str(text).map_err(|source| TimelineError::Parse { path: path.into(), source })?;
        if json.version > VERSION {
            return Err(TimelineError::Version { path: path.into(), version: json.version });
        }
        Ok(json.into())
    }
}

impl From<&Timeline> for TimelineJson {
    fn from(timeline: &Timeline) -> TimelineJson {
        let Timeline { media, language, segments, speakers, turns, chapters, gaps, corrections, cues } =
            timeline.clone();
        let (version, duration) = (VERSION, media.duration);
        TimelineJson {
            version,
            media,
            language,
            duration,
            segments,
            speakers,
            turns,
            chapters,
            gaps,
            corrections,
            cues,
        }
    }
}

impl From<TimelineJson> for Timeline {
    fn from(json: TimelineJson) -> Timeline {
        let TimelineJson { media, language, segments, speakers, turns, chapters, gaps, corrections, cues, .. } = json;
        Timeline { media, language, segments, speakers, turns, chapters, gaps, corrections, cues }
    }
}

impl From<&Segment> for SegmentJson {
    fn from(segment: &Segment) -> SegmentJson {
        let Place { start, end } = segment.source;
        SegmentJson {
            id: segment.id,
            start: segment.span.map(|span| span.start),
            end: segment.span.map(|span| span.end),
            text: segment.text.clone(),
            speaker: segment.speaker,
            confidence: three_decimals(segment.confidence),
            source: SourceJson {
                line: start.line,
                start: start.offset,
                end_line: (end.line != start.line).then_some(end.line),
                end: end.offset,
            },
            given: segment.given,
            words: segment
                .words
                .iter()
                .map(|word| WordJson {
                    word: segment.word_text(word).to_string(),
                    start: word.span.map(|span| span.start),
                    end: word.span.map(|span| span.end),
                    probability: three_decimals(word.probability),
                    phones: word.phones.iter().map(PhoneJson::from).collect(),
                })
                .collect(),
        }
    }
}

impl From<SegmentJson> for Segment {
    fn from(json: SegmentJson) -> Segment {
        let SourceJson { line, start, end_line, end } = json.source;
        let words = words_in(&json.text, &json.words);
        Segment {
            id: json.id,
            span: span_of(json.start, json.end),
            text: json.text,
            speaker: json.speaker,
            confidence: json.confidence as f32,
            source: Place {
                start: Point { line, offset: start },
                end: Point { line: end_line.unwrap_or(line), offset: end },
            },
            given: json.given,
            words,
        }
    }
}

/// Finds each word in the text, in order; one that is not there any more (a text edited by hand) is left out.
fn words_in(text: &str, words: &[WordJson]) -> Vec<Word> {
    let (mut byte, mut at) = (0, 0);
    words
        .iter()
        .filter_map(|word| {
            let found = byte + text[byte..].find(word.word.trim())?;
            let start = at + text[byte..found].chars().count();
            let end = start + word.word.trim().chars().count();
            (byte, at) = (found + word.word.trim().len(), end);
            Some(Word {
                chars: start..end,
                span: span_of(word.start, word.end),
                probability: word.probability as f32,
                phones: word.phones.iter().map(TimedPhone::from).collect(),
            })
        })
        .collect()
}

impl From<&TimedPhone> for PhoneJson {
    fn from(timed: &TimedPhone) -> PhoneJson {
        PhoneJson { phone: timed.phone, start: timed.span.start, end: timed.span.end }
    }
}

impl From<&PhoneJson> for TimedPhone {
    fn from(json: &PhoneJson) -> TimedPhone {
        TimedPhone { phone: json.phone, span: Span::new(json.start, json.end) }
    }
}

fn span_of(start: Option<Ms>, end: Option<Ms>) -> Option<Span> {
    Some(Span::new(start?, end?))
}

/// A probability as a timeline keeps it.
pub(crate) fn three_decimals(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

impl From<&Turn> for TurnJson {
    fn from(turn: &Turn) -> TurnJson {
        TurnJson {
            start: turn.span.start,
            end: turn.span.end,
            speaker: turn.speaker,
            first_segment: turn.segments.start,
            end_segment: turn.segments.end,
            confidence: three_decimals(turn.confidence),
        }
    }
}

impl From<TurnJson> for Turn {
    fn from(json: TurnJson) -> Turn {
        Turn {
            span: Span::new(json.start, json.end),
            speaker: json.speaker,
            segments: json.first_segment..json.end_segment,
            confidence: json.confidence as f32,
        }
    }
}

impl From<&Chapter> for ChapterJson {
    fn from(chapter: &Chapter) -> ChapterJson {
        ChapterJson {
            start: chapter.span.start,
            end: chapter.span.end,
            title: chapter.title.clone(),
            level: chapter.level,
            speaker: chapter.speaker,
        }
    }
}

impl From<ChapterJson> for Chapter {
    fn from(json: ChapterJson) -> Chapter {
        Chapter { span: Span::new(json.start, json.end), title: json.title, level: json.level, speaker: json.speaker }
    }
}

impl From<&Gap> for GapJson {
    fn from(gap: &Gap) -> GapJson {
        GapJson { start: gap.span.start, end: gap.span.end, kind: gap.kind }
    }
}

impl From<GapJson> for Gap {
    fn from(json: GapJson) -> Gap {
        Gap { span: Span::new(json.start, json.end), kind: json.kind }
    }
}

impl From<&SettledCue> for CueJson {
    fn from(cue: &SettledCue) -> CueJson {
        CueJson { start: cue.span.start, end: cue.span.end, lines: cue.lines.clone(), speaker: cue.speaker }
    }
}

impl From<CueJson> for SettledCue {
    fn from(json: CueJson) -> SettledCue {
        SettledCue { span: Span::new(json.start, json.end), lines: json.lines, speaker: json.speaker }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{Decision, Tier, Weighed};

    fn example() -> Timeline {
        let span = |start, end| Span::new(Ms(start), Ms(end));
        let word =
            |chars, start, end| Word { chars, span: Some(span(start, end)), probability: 0.875, phones: Vec::new() };
        let phone = |name, start, end| TimedPhone { phone: Phone::named(name).unwrap(), span: span(start, end) };
        let phones = vec![phone("h", 1_000, 1_150), phone("ao", 1_150, 1_400)];
        Timeline {
            media: MediaSummary {
                path: "forum.m4a".into(),
                container: "mp4".into(),
                codec: "aac".into(),
                duration: Ms(4_000),
                audio_offset: Ms::ZERO,
            },
            language: Language::Chinese,
            segments: vec![
                Segment {
                    id: 0,
                    span: Some(Span::new(Ms(500), Ms(2_120))),
                    text: "AI，好 AI。".into(),
                    speaker: Some(0),
                    confidence: 0.5,
                    source: Place { start: Point { line: 3, offset: 2 }, end: Point { line: 5, offset: 1 } },
                    given: Some(Given { start: Some(Ms(480)), end: None }),
                    words: vec![
                        word(0..2, 500, 900),
                        Word { phones, ..word(3..4, 1_000, 1_400) },
                        word(5..7, 1_400, 2_120),
                    ],
                },
                Segment { id: 1, text: "没有说。".into(), words: vec![], ..Segment::default() },
            ],
            speakers: vec![Speaker { id: 0, name: "齐军".into(), title: None }],
            turns: vec![Turn { span: Span::new(Ms(500), Ms(2_120)), speaker: 0, segments: 0..1, confidence: 0.5 }],
            chapters: vec![Chapter {
                span: Span::new(Ms(0), Ms(4_000)),
                title: "开场".into(),
                level: 1,
                speaker: None,
            }],
            gaps: vec![Gap { span: Span::new(Ms(2_120), Ms(4_000)), kind: GapKind::Music }],
            corrections: vec![Correction {
                line: 3,
                offset: 4,
                wrong: "鹏程".into(),
                right: "鹏城".into(),
                tier: Tier::Sure,
                reason: "alias of a term".into(),
                weighed: Weighed { sound: 2.0, words: 12.5, document: 0.0, heard: Some(-1.5) },
                before: "主办的是".into(),
                after: "实验室。".into(),
                model: None,
                applied: true,
                decision: Some(Decision::Accept),
            }],
            cues: Some(vec![SettledCue {
                span: Span::new(Ms(480), Ms(2_500)),
                lines: vec!["AI 好".into(), "AI".into()],
                speaker: Some(0),
            }]),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timeline.json");
        example().write_json(&mut fs::File::create(&path).unwrap()).unwrap();
        assert_eq!(Timeline::read_json(&path).unwrap(), example());
    }

    #[test]
    fn an_unspoken_segment_has_null_times() {
        let mut out = Vec::new();
        example().write_json(&mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert!(json["segments"][1]["start"].is_null() && json["segments"][1]["end"].is_null());
        assert_eq!(json["segments"][0]["words"][2]["word"], "AI");
        assert_eq!(json["segments"][0]["source"], serde_json::json!({"line": 3, "start": 2, "end_line": 5, "end": 1}));
    }

    #[test]
    fn the_phones_of_a_word_are_one_line_and_words_without_have_none() {
        let mut out = Vec::new();
        example().write_json(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let phones = r#""phones": [{"phone":"h","start":1.0,"end":1.15},{"phone":"ao","start":1.15,"end":1.4}]"#;
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("phone")).collect();
        assert_eq!(lines.iter().map(|line| line.trim()).collect::<Vec<_>>(), [phones]);
        // All else is laid out as usual.
        let mut without = example();
        without.segments[0].words[1].phones.clear();
        let (mut out, json) = (Vec::new(), TimelineJson::from(&without));
        without.write_json(&mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string_pretty(&json).unwrap() + "\n");
    }

    #[test]
    fn a_phone_that_nobody_knows_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timeline.json");
        let mut out = Vec::new();
        example().write_json(&mut out).unwrap();
        fs::write(&path, String::from_utf8(out).unwrap().replace("\"ao\"", "\"xx\"")).unwrap();
        let told = Timeline::read_json(&path).unwrap_err().to_string();
        assert!(told.contains("\"xx\" is no phone") && told.contains("line"), "{told}");
    }

    #[test]
    fn a_later_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("timeline.json");
        let mut out = Vec::new();
        example().write_json(&mut out).unwrap();
        let later = String::from_utf8(out).unwrap().replacen("\"version\": 1", "\"version\": 9", 1);
        fs::write(&path, later).unwrap();
        assert!(matches!(Timeline::read_json(&path), Err(TimelineError::Version { version: 9, .. })));
    }
}
