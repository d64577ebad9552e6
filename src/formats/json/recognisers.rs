//! The JSON of recognisers: Whisper's, WhisperX's and FunASR's, written and read.

use std::io::Write;
use std::ops::Range;

use serde_json::{Value, json};

use crate::formats::reading::{Entry, Fault, Reading, Unreadable};
use crate::formats::words::found_in_order;
use crate::formats::{Format, FormatError, Note, Reader, Subject, text};
use crate::timeline::{Ms, Segment, Span, Timeline};

/// Whisper's JSON (`.whisper.json`): `text`, `segments` with `words`, `language`.
pub(in crate::formats) struct Whisper;

/// WhisperX's JSON (`.whisperx.json`): segments with speakers, words with scores, all words once more.
pub(in crate::formats) struct WhisperX;

/// FunASR's JSON (`.funasr.json`): text, a pair of milliseconds a character or Latin word, sentences with speakers.
pub(in crate::formats) struct FunAsr;

/// The words of a segment as objects; `score` is what they call how sure they are.
fn words(segment: &Segment, score: &str) -> Vec<Value> {
    let word = |(word, text): (&crate::timeline::Word, &str)| {
        let span = word.span?;
        let probability = (f64::from(word.probability) * 1000.0).round() / 1000.0;
        Some(json!({ "word": text, "start": span.start, "end": span.end, score: probability }))
    };
    text::words(segment).filter_map(word).collect()
}

fn whole_text(timeline: &Timeline) -> String {
    timeline.spoken().map(|(segment, _)| text::one_line(&segment.text)).collect::<Vec<_>>().join(" ")
}

fn write_json(out: &mut dyn Write, value: &Value) -> Result<(), FormatError> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

fn untimed(timeline: &Timeline, target: &'static str) -> Option<Note> {
    let words = timeline.spoken().flat_map(|(segment, _)| &segment.words);
    let count = words.filter(|word| word.span.is_none()).count();
    (count > 0).then_some(Note::WordsLeftOut { target, count })
}

impl Format for Whisper {
    fn name(&self) -> &'static str {
        "Whisper's JSON"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["whisper.json"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let timeline = subject.timeline;
        let segment = |(id, (segment, span)): (usize, (&Segment, Span))| {
            json!({ "id": id, "start": span.start, "end": span.end, "text": segment.text,
                "words": words(segment, "probability") })
        };
        let segments: Vec<Value> = timeline.spoken().enumerate().map(segment).collect();
        let language = timeline.language.code();
        write_json(out, &json!({ "text": whole_text(timeline), "segments": segments, "language": language }))?;
        let speakers = Note::speakers_left_out("whisper.json", subject);
        Ok(speakers.into_iter().chain(untimed(timeline, "whisper.json")).collect())
    }
}

impl Format for WhisperX {
    fn name(&self) -> &'static str {
        "WhisperX's JSON"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["whisperx.json"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let timeline = subject.timeline;
        let segment = |(segment, span): (&Segment, Span)| {
            let mut value = json!({ "start": span.start, "end": span.end, "text": segment.text,
                "words": words(segment, "score") });
            if let Some(name) = timeline.speaker_name(segment.speaker) {
                value["speaker"] = name.into();
            }
            value
        };
        let segments: Vec<Value> = timeline.spoken().map(segment).collect();
        let all: Vec<Value> = timeline.spoken().flat_map(|(segment, _)| words(segment, "score")).collect();
        let language = timeline.language.code();
        write_json(out, &json!({ "segments": segments, "word_segments": all, "language": language }))?;
        Ok(untimed(timeline, "whisperx.json").into_iter().collect())
    }
}

impl Format for FunAsr {
    fn name(&self) -> &'static str {
        "FunASR's JSON"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["funasr.json"]
    }

    fn write(&self, subject: Subject, out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
        let timeline = subject.timeline;
        let pairs = |segment: &Segment| -> Vec<[i64; 2]> {
            segment.words.iter().filter_map(|word| word.span).map(|span| [span.start.0, span.end.0]).collect()
        };
        let sentence = |(segment, span): (&Segment, Span)| {
            let mut value = json!({ "text": segment.text, "start": span.start.0, "end": span.end.0,
                "timestamp": pairs(segment) });
            if let Some(speaker) = segment.speaker {
                value["spk"] = speaker.into();
            }
            value
        };
        let sentences: Vec<Value> = timeline.spoken().map(sentence).collect();
        let all: Vec<[i64; 2]> = timeline.spoken().flat_map(|(segment, _)| pairs(segment)).collect();
        let text = whole_text(timeline);
        write_json(out, &json!([{ "text": text, "timestamp": all, "sentence_info": sentences }]))?;
        let names = timeline.speakers.len();
        let speakers = (names > 0).then_some(Note::SpeakersLeftOut { target: "funasr.json", count: names });
        Ok(speakers.into_iter().chain(untimed(timeline, "funasr.json")).collect())
    }
}

/// Reads any of these, and layouts like theirs.
pub(in crate::formats) struct Recognised;

impl Reader for Recognised {
    fn name(&self) -> &'static str {
        "JSON of Whisper, WhisperX or FunASR"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn knows(&self, text: &str) -> bool {
        text.trim_start().starts_with(['{', '['])
            && ["\"segments\"", "\"sentence_info\"", "\"sentences\"", "\"timestamp\""]
                .iter()
                .any(|key| text.contains(key))
    }

    fn read(&self, text: &str) -> Result<Reading, Unreadable> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| Unreadable { line: error.line(), what: error.to_string() })?;
        let (mut entries, mut faults) = (Vec::new(), Vec::new());
        let lists = match &root {
            Value::Array(all) => all.iter().collect(),
            one => vec![one],
        };
        for list in lists {
            segments(list, &mut entries, &mut faults);
        }
        if entries.is_empty() {
            return Err(Unreadable { line: 1, what: "there is no segment with a text and times in it".into() });
        }
        Ok(Reading { faults, ..Reading::of_entries(entries) })
    }
}

/// The keys of lists of segments, and by how much their times are to be multiplied for seconds.
const LISTS: [(&str, f64); 3] = [("segments", 1.0), ("sentence_info", 0.001), ("sentences", 0.001)];

fn segments(root: &Value, entries: &mut Vec<Entry>, faults: &mut Vec<Fault>) {
    let list = LISTS.iter().find_map(|(key, scale)| Some((root.get(key)?.as_array()?, *scale)));
    let alone = vec![root.clone()];
    let (list, scale) = list.unwrap_or((&alone, 0.001));
    for (number, segment) in (1..).zip(list) {
        match entry(segment, scale) {
            Some(entry) => entries.push(entry),
            None => {
                let text = segment.get("text").and_then(Value::as_str).unwrap_or("");
                faults.push(Fault {
                    line: 1,
                    what: format!("segment {number} has no times or no text; left out: “{text}”"),
                });
            }
        }
    }
}

/// A time in seconds, or in what `scale` makes seconds of.
fn time(value: &Value, key: &str, scale: f64) -> Option<Ms> {
    Some(Ms::from_seconds(value.get(key)?.as_f64()? * scale))
}

fn timed_word(word: &Value) -> Option<(Span, &str)> {
    let text = word.get("word").or_else(|| word.get("text"))?.as_str()?;
    Some((Span::new(time(word, "start", 1.0)?, time(word, "end", 1.0)?), text))
}

fn entry(segment: &Value, scale: f64) -> Option<Entry> {
    let text = segment.get("text")?.as_str()?.trim();
    let chars: Vec<char> = text.chars().collect();
    let words =
        match (segment.get("words").and_then(Value::as_array), segment.get("timestamp").and_then(Value::as_array)) {
            (Some(words), _) => found_in_order(text, &words.iter().filter_map(timed_word).collect::<Vec<_>>()),
            (None, Some(pairs)) => {
                let at = |pair: &Value, index: usize| Some(Ms::from_seconds(pair.get(index)?.as_f64()? * 0.001));
                let pairs = pairs.iter().filter_map(|pair| Some(Span::new(at(pair, 0)?, at(pair, 1)?)));
                counted(&chars, &pairs.collect::<Vec<_>>())
            }
            _ => vec![],
        };
    let of_words = || Some((words.first()?.1.start, words.last()?.1.end));
    let (start, end) = time(segment, "start", scale).zip(time(segment, "end", scale)).or_else(of_words)?;
    if text.is_empty() || end <= start {
        return None;
    }
    let speaker = match segment.get("speaker").or_else(|| segment.get("spk")) {
        Some(Value::String(name)) => Some(name.clone()),
        Some(Value::Number(number)) => number.as_u64().map(|number| format!("说话人 {}", number.saturating_add(1))),
        _ => None,
    };
    let lines = text.split('\n').map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let words = if text.contains('\n') { vec![] } else { words };
    Some(Entry { span: Span { start, end }, lines, speaker, words, ..Entry::default() })
}

/// Characters and Latin words in turn with their times, if there are as many of both.
fn counted(chars: &[char], pairs: &[Span]) -> Vec<(Range<usize>, Span)> {
    let latin = |c: char| c.is_alphanumeric() && (c as u32) < 0x2E80;
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, &c) in chars.iter().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
        match words.last_mut() {
            Some(word) if word.end == at && latin(c) && latin(chars[at - 1]) => word.end = at + 1,
            _ => words.push(at..at + 1),
        }
    }
    if words.len() == pairs.len() { words.into_iter().zip(pairs.iter().copied()).collect() } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_speakers_of_all_three() {
        let whisperx = r#"{"segments":[{"start":1.0,"end":2.5,"text":" 听见 it.","speaker":"SPEAKER_00",
            "words":[{"word":"听","start":1.0,"end":1.4,"score":0.9},{"word":"见"},{"word":"it.","start":2.0,"end":2.5}]}]}"#;
        let reading = Recognised.read(whisperx).unwrap();
        let segment = &reading.timeline.segments[0];
        assert_eq!(segment.text, "听见 it.");
        assert_eq!(segment.words.iter().map(|word| word.chars.clone()).collect::<Vec<_>>(), [0..1, 3..6]);
        assert_eq!(reading.timeline.speakers[0].name, "SPEAKER_00");
        let funasr = r#"[{"key":"a","text":"听见 it","timestamp":[[1000,1400],[1400,1800],[2000,2500]]}]"#;
        let reading = Recognised.read(funasr).unwrap();
        assert_eq!(reading.cues[0].span, Span::new(Ms(1_000), Ms(2_500)));
        assert_eq!(reading.timeline.segments[0].words.len(), 3);
        let broken = r#"{"segments":[{"text":"a"},{"start":1,"end":2,"text":"b"}]}"#;
        assert_eq!(Recognised.read(broken).unwrap().faults.len(), 1);
    }
}
