//! Reading transcripts: what comes in, what comes out, and what must hold for any input at all.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use zimu::timeline::{Given, Hint, Ms, Span};
use zimu::transcript::{self, Document, EventKind, Rule, Rules, TranscriptError};

fn read(text: &str) -> Document {
    read_as(text.as_bytes(), "talk.md", &Rules::default()).unwrap()
}

fn read_as(bytes: &[u8], name: &str, rules: &Rules) -> Result<Document, TranscriptError> {
    transcript::read_bytes(bytes, Path::new(name), rules)
}

fn sentences(document: &Document) -> Vec<String> {
    document.sentences.iter().map(|sentence| sentence.text.text()).collect()
}

#[test]
fn a_forum_in_markdown() {
    let document = read(
        "# 论坛 - P16\n\n主持人：各位来宾，大家好。😊，🎼今天提升1。5倍。\n\n![](img/1.png)\n\n张三：谢谢。我我我认为很好。\n",
    );
    assert_eq!(document.title.as_deref(), Some("论坛 - P16"));
    assert_eq!(sentences(&document), ["各位来宾，大家好。", "今天提升1.5倍。", "谢谢。", "我认为很好。"]);
    let labels: Vec<_> = document.sentences.iter().map(|sentence| sentence.label.as_deref()).collect();
    assert_eq!(labels, [Some("主持人"), Some("主持人"), Some("张三"), Some("张三")]);
    assert_eq!((document.events[0].kind, document.events[0].before), (EventKind::Music, 1));
    assert_eq!(document.lines[2], "主持人：各位来宾，大家好。😊，🎼今天提升1。5倍。");
    let decimal = document.changes.iter().find(|change| change.rule == Rule::Decimals).unwrap();
    assert_eq!((decimal.at.line, decimal.at.offset), (3, 21));
}

#[test]
fn verbatim_takes_out_only_what_is_not_speech() {
    let text = "# 题\n\n提升1。5倍，呃，我我我认为。😊\n\nＡＩ很好, 对吧";
    let document = read_as(text.as_bytes(), "talk.md", &Rules::verbatim()).unwrap();
    assert_eq!(sentences(&document).concat(), "提升1。5倍，呃，我我我认为。ＡＩ很好, 对吧");
}

#[test]
fn subtitles_bring_their_times() {
    let srt = "\u{feff}1\r\n00:00:01,000 --> 00:00:03,000\r\n张三：大家好，\r\n\r\n2\r\n00:00:03,000 --> 00:00:05,000\r\n欢迎你们。好的。\r\n";
    let document = read_as(srt.as_bytes(), "talk.srt", &Rules::default()).unwrap();
    assert_eq!(sentences(&document), ["大家好，欢迎你们。", "好的。"]);
    // Five of the eight characters of the second cue: the border between the two sentences is about there.
    assert_eq!(
        hints(&document),
        [
            Hint { span: Span::new(Ms(1_000), Ms(4_250)), exact_start: true, exact_end: false },
            Hint { span: Span::new(Ms(4_250), Ms(5_000)), exact_start: false, exact_end: true },
        ]
    );
}

#[test]
fn a_cue_of_two_speakers_is_exact_at_its_ends_alone() {
    let srt =
        "1\n00:00:01,000 --> 00:00:05,000\n- 走吗？\n- 走。\n\n2\n00:00:06,000 --> 00:00:07,000\n张三：[掌声]谢谢。\n";
    let document = read_as(srt.as_bytes(), "talk.srt", &Rules::default()).unwrap();
    assert_eq!(sentences(&document), ["走吗？", "走。", "谢谢。"]);
    let given: Vec<Given> = hints(&document).into_iter().map(Hint::given).collect();
    let second = |second: i64| Some(Ms(second * 1_000));
    assert_eq!(given[0], Given { start: second(1), end: None });
    assert_eq!(given[1], Given { start: None, end: second(5) });
    assert_eq!(given[2], Given { start: second(6), end: second(7) }, "what is not spoken takes no time");
}

fn hints(document: &Document) -> Vec<Hint> {
    document.sentences.iter().filter_map(|sentence| sentence.hint).collect()
}

/// The times of every sentence, where the source has both itself.
fn times(document: &Document) -> Vec<(Ms, Ms)> {
    hints(document).iter().filter_map(|hint| hint.given().start.zip(hint.given().end)).collect()
}

#[test]
fn webvtt_voices_are_labels() {
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 张三>你好 &amp; 再见。</v>\n\n00:02.000 --> 00:03.000\n<v Li Si><i>Hello.</i>\n";
    let document = read_as(vtt.as_bytes(), "talk.vtt", &Rules::default()).unwrap();
    assert_eq!(sentences(&document), ["你好 & 再见。", "Hello."]);
    assert_eq!(document.sentences[1].label.as_deref(), Some("Li Si"));
}

#[test]
fn whisper_and_whisperx() {
    let json = r#"{"text": "Hi.", "segments": [
  {"id": 0, "start": 0.5, "end": 2.0, "text": " Hello there.", "speaker": "SPEAKER_00",
   "words": [{"word": " Hello", "start": 0.5, "end": 1.0}, {"word": " there.", "start": 1.25, "end": 2.0}]},
  {"id": 1, "start": 2.0, "end": 3.0, "text": "\u4f60\"好\"。", "speaker": "SPEAKER_01"}]}"#;
    let document = read_as(json.as_bytes(), "a.json", &Rules::default()).unwrap();
    assert_eq!(sentences(&document), ["Hello there.", "你\"好\"。"]);
    assert_eq!(times(&document), [(Ms(500), Ms(2_000)), (Ms(2_000), Ms(3_000))]);
    assert_eq!(document.sentences[1].label.as_deref(), Some("SPEAKER_01"));
    let point = document.sentences[1].text.points()[0];
    let line: Vec<char> = document.lines[point.line as usize - 1].chars().collect();
    assert!(line[point.offset as usize..].starts_with(&['\\', 'u', '4', 'f', '6', '0']));
}

#[test]
fn funasr_in_both_layouts() {
    let info = r#"[{"key": "a", "text": "你好，世界。", "sentence_info": [
        {"text": "你好，", "start": 100, "end": 600, "spk": 0}, {"text": "世界。", "start": 600, "end": 1200, "spk": 0}]}]"#;
    let document = read_as(info.as_bytes(), "a.json", &Rules::default()).unwrap();
    assert_eq!(sentences(&document), ["你好，世界。"]);
    assert_eq!(times(&document), [(Ms(100), Ms(1_200))]);
    assert_eq!(document.sentences[0].label.as_deref(), Some("说话人 1"));
    let plain =
        r#"[{"key": "a", "text": "你好。AI好。", "timestamp": [[100, 200], [200, 400], [500, 900], [900, 1000]]}]"#;
    let document = read_as(plain.as_bytes(), "a.json", &Rules::default()).unwrap();
    assert_eq!(times(&document), [(Ms(100), Ms(400)), (Ms(500), Ms(1_000))]);
}

#[test]
fn segments_cut_inside_a_sentence_bring_the_times_of_their_words() {
    // Whisper cuts where it likes; its word times tell where the sentences begin all the same.
    let json = r#"{"segments": [
      {"start": 1.0, "end": 3.0, "text": " “Well done. And", "words": [{"word": " “Well", "start": 1.0, "end": 1.5},
        {"word": " done.", "start": 1.5, "end": 2.0}, {"word": " And", "start": 2.5, "end": 3.0}]},
      {"start": 3.0, "end": 4.0, "text": " now?”", "words": [{"word": " now?”", "start": 3.25, "end": 3.75}]}]}"#;
    let document = read_as(json.as_bytes(), "a.json", &Rules::default()).unwrap();
    assert_eq!(sentences(&document), ["“Well done.", "And now?”"]);
    assert_eq!(times(&document), [(Ms(1_000), Ms(2_000)), (Ms(2_500), Ms(3_750))]);
}

#[test]
fn words_without_a_time_and_marks_before_the_first_are_passed_over() {
    // WhisperX gives numbers no time; FunASR gives none to marks.
    let whisperx = r#"{"segments": [{"start": 0.5, "end": 2.0, "text": " In 2014 it rained.", "words": [
      {"word": "In", "start": 0.5, "end": 0.75}, {"word": "2014"}, {"word": "it", "start": 1.25, "end": 1.5},
      {"word": "rained.", "start": 1.5, "end": 2.0}]}], "word_segments": []}"#;
    assert_eq!(times(&read_as(whisperx.as_bytes(), "a.json", &Rules::default()).unwrap()), [(Ms(500), Ms(2_000))]);
    let funasr = r#"[{"text": "“你好。”", "timestamp": [[100, 200], [200, 400]]}]"#;
    assert_eq!(times(&read_as(funasr.as_bytes(), "a.json", &Rules::default()).unwrap()), [(Ms(100), Ms(400))]);
}

#[test]
fn a_length_stands_for_an_end() {
    let json =
        r#"[{"text": "你好。", "start": 1.5, "duration": 2.0}, {"text": "好。", "start": 4.0, "duration": 1.0}]"#;
    let document = read_as(json.as_bytes(), "a.json", &Rules::default()).unwrap();
    assert_eq!(times(&document), [(Ms(1_500), Ms(3_500)), (Ms(4_000), Ms(5_000))]);
}

#[test]
fn every_fault_names_the_file_and_what_to_do() {
    let message = |bytes: &[u8], name: &str| read_as(bytes, name, &Rules::default()).unwrap_err().to_string();
    assert!(message(b"", "a.md").contains("a.md holds no text to speak (the file is empty)"));
    assert!(message(b"![](a.png)\n\n# T\n", "a.md").contains("in its 3 lines"));
    assert!(message(b"\0\0\0\x20ftypM4A ", "a.m4a").contains("an MP4 media file"));
    assert!(message(b"{\"segments\": [\n{\"text\": }", "a.json").starts_with("a.json, line 2, column 10: broken JSON"));
    assert!(message(b"{\"a\": 1}", "a.json").contains("\"segments\""));
    let missing = transcript::read(Path::new("no/such/file.md"), &Rules::default()).unwrap_err();
    assert!(missing.to_string().starts_with("cannot read the transcript no/such/file.md: "));
    assert!(matches!(transcript::read(Path::new("."), &Rules::default()), Err(TranscriptError::Read { .. })));
}

#[test]
fn what_is_clean_stays_clean() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seed/transcript.md"));
    let Ok(given) = fs::read(path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let once = read_as(&given, "a.md", &Rules::default()).unwrap();
    let twice = read(&once.text());
    let changed = twice.changes.iter().filter(|change| change.rule != Rule::Joins).collect::<Vec<_>>();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// Every character is the one at its point, or some change tells of that point's line.
fn is_traced(document: &Document) -> Result<(), TestCaseError> {
    for sentence in &document.sentences {
        for (character, point) in sentence.text.chars().iter().zip(sentence.text.points()) {
            let line = &document.lines[point.line as usize - 1];
            let given = line.chars().nth(point.offset as usize);
            let changed = document.changes.iter().any(|change| change.at.line == point.line);
            prop_assert!(given == Some(*character) || changed || *character == ' ', "{character:?} at {point:?}");
        }
    }
    Ok(())
}

/// Text made of the things that the rules look at.
fn transcript_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "大家好",
        "我我我",
        "这个这个",
        "的",
        "工程院院士",
        "一个一个一个",
        "AI",
        "the the",
        "Hello world",
        "3",
        "1。5",
        "20呃17年",
        "。",
        "，",
        "？",
        "…",
        "“",
        "”",
        "😊",
        "🎼",
        "<|BGM|>",
        "[音乐]",
        "张三：",
        "Speaker 1:",
        "**",
        "# ",
        "- ",
        "![](a)",
        "<!--",
        "-->",
        "\n",
        "\n\n",
        " ",
        "００",
        "百分之五%",
        "00:01",
        "00:01.000 --> 00:02.000",
        "WEBVTT\n",
        "{\"text\":",
        "\"",
        "}",
        "\u{3000}",
        ".",
        ",",
    ]);
    prop::collection::vec(piece, 1..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for name in ["a.md", "a.json"] {
            let _ = read_as(&bytes, name, &Rules::all());
        }
    }

    #[test]
    fn points_never_go_back_and_every_character_is_traced(text in transcript_text()) {
        if let Ok(document) = read_as(text.as_bytes(), "a.md", &Rules::all()) {
            let points: Vec<_> = document.sentences.iter().flat_map(|sentence| sentence.text.points()).collect();
            prop_assert!(points.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(document.events.iter().all(|event| event.before <= document.sentences.len()));
            is_traced(&document)?;
        }
    }

    #[test]
    fn without_rules_the_text_is_as_given(text in transcript_text()) {
        let text = text.replace("-->", "").replace("WEBVTT", "").replace(['{', '['], "");
        if let Ok(document) = read_as(text.as_bytes(), "a.md", &Rules::none()) {
            prop_assert!(document.changes.is_empty());
            let given: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            let kept: String = sentences(&document).concat().chars().filter(|c| c.is_alphanumeric()).collect();
            prop_assert_eq!(given, kept);
        }
    }

    #[test]
    fn broken_subtitles_and_json_never_panic(text in transcript_text(), cut in 0usize..200) {
        let srt = format!("1\n00:00:01,000 --> 00:00:02,000\n{text}");
        let json = format!("{{\"segments\":[{{\"start\":1,\"end\":2,\"text\":{}}}]}}", serde_json::Value::from(text));
        let _ = read_as(srt.as_bytes(), "a.srt", &Rules::default());
        let broken = matches!(read_as(json.as_bytes(), "a.json", &Rules::default()), Err(TranscriptError::Json { .. }));
        prop_assert!(!broken);
        let _ = read_as(&json.as_bytes()[..cut.min(json.len())], "a.json", &Rules::default());
    }
}
