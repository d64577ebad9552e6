//! What is on the screen, and when.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;
use zimu::cues::{Cue, Style, cut, cut_with_names, verbatim};
use zimu::timeline::{Language, MediaSummary, Ms, Segment, SettledCue, Span, Speaker, Timeline, Word};

/// A spoken text whose every letter or digit takes 200 ms, and every `_` a silence of half a second.
struct Speech {
    timeline: Timeline,
    now: Ms,
}

fn speech(language: Language) -> Speech {
    Speech { timeline: Timeline { language, ..Timeline::default() }, now: Ms(1_000) }
}

impl Speech {
    fn say(mut self, speaker: usize, text: &str) -> Speech {
        let (mut words, mut shown): (Vec<Word>, String) = (vec![], String::new());
        let mut inside = false;
        for c in text.chars() {
            if c == '_' {
                self.now += Ms(500);
                continue;
            }
            let at = shown.chars().count();
            shown.push(c);
            let spoken = Span::new(self.now, self.now + Ms(if c.is_ascii() { 60 } else { 200 }));
            match words.last_mut() {
                Some(word) if inside && c.is_ascii_alphanumeric() => {
                    word.chars.end = at + 1;
                    word.span = word.span.map(|span| span.union(spoken));
                }
                _ if c.is_alphanumeric() => {
                    words.push(Word { chars: at..at + 1, span: Some(spoken), probability: 1.0, ..Word::default() })
                }
                _ => {
                    inside = false;
                    continue;
                }
            }
            inside = c.is_ascii_alphanumeric();
            self.now = spoken.end;
        }
        let span = words.first().and_then(|first| Some(first.span?.union(words.last()?.span?)));
        let id = self.timeline.segments.len();
        self.timeline.segments.push(Segment {
            id,
            text: shown,
            span,
            speaker: Some(speaker),
            words,
            ..Segment::default()
        });
        self
    }

    fn named(mut self, names: &[&str]) -> Speech {
        self.timeline.speakers =
            names.iter().enumerate().map(|(id, name)| Speaker { id, name: name.to_string(), title: None }).collect();
        self
    }

    fn end(mut self) -> Timeline {
        self.timeline.media = MediaSummary { duration: self.now + Ms(3_000), ..MediaSummary::default() };
        self.timeline
    }
}

/// The text of the cues, lines parted by `/`.
fn shown(cues: &[Cue]) -> Vec<String> {
    cues.iter().map(|cue| cue.lines.join("/")).collect()
}

fn chinese(text: &str) -> Vec<String> {
    shown(&cut(&speech(Language::Chinese).say(0, text).end(), &Style::bilibili()))
}

fn english(text: &str) -> Vec<String> {
    shown(&cut(&speech(Language::English).say(0, text).end(), &Style::netflix_english()))
}

#[test]
fn a_chinese_sentence_is_cut_at_its_commas_and_shown_without_them() {
    let text = "以大模型为代表的新一代人工智能技术变革，仍在加速迭代，为新质生产力的发展注入强劲动力，助力产业智能化升级和经济发展。";
    assert_eq!(
        chinese(text),
        [
            "以大模型为代表的新一代人工智能技术变革",
            "仍在加速迭代",
            "为新质生产力的发展注入强劲动力",
            "助力产业智能化升级和经济发展"
        ]
    );
}

#[test]
fn without_commas_it_is_cut_between_words_into_halves() {
    let text = "本次分论坛由世界人工智能大会组委会办公室指导新一代人工智能产业技术创新战略联盟主办";
    for line in chinese(text) {
        assert!(line.chars().count() <= 20, "{line}");
        assert!(!line.starts_with(['能', '会']) && !line.ends_with(['人', '产']), "{line}");
    }
}

#[test]
fn marks_that_carry_tone_are_kept() {
    assert_eq!(chinese("真的吗？太好了！《战争、与和平》……"), ["真的吗？", "太好了！《战争、与和平》……"]);
}

#[test]
fn english_is_broken_into_two_balanced_lines() {
    let text = "We would like to remind you again to switch off all mobile phones.";
    assert_eq!(english(text), ["We would like to remind you again/to switch off all mobile phones."]);
}

#[test]
fn titles_and_names_stay_whole() {
    let timeline = speech(Language::Chinese)
        .named(&["欧阳震华", "John Smith"])
        .say(0, "接下来我们有请来自中国科学院自动化所的欧阳震华研究员为我们介绍《可信人工智能的技术路线》这一本书")
        .say(0, "今天的最后一位讲者是从远方赶来的嘉宾大家都很熟悉的John Smith")
        .end();
    let all = shown(&cut(&timeline, &Style::bilibili())).join("|");
    for whole in ["欧阳震华", "《可信人工智能的技术路线》", "John Smith"] {
        assert!(all.contains(whole), "{all}");
    }
}

#[test]
fn a_word_that_no_line_holds_is_torn_rather_than_run_over() {
    let cues = english(&format!("see {} there", "x".repeat(100)));
    assert_eq!(cues.join("/").split('/').map(str::len).collect::<Vec<_>>(), [3, 42, 42, 16 + " there".len()]);
}

#[test]
fn another_voice_and_a_long_pause_end_a_cue() {
    let timeline = speech(Language::Chinese).say(0, "你好").say(1, "好").say(1, "____再见").end();
    assert_eq!(shown(&cut(&timeline, &Style::bilibili())), ["你好", "好", "再见"]);
}

#[test]
fn a_name_stands_before_each_turn_and_counts_as_text() {
    let timeline = speech(Language::Chinese)
        .say(0, "大家早上好，我们先从湿地里面的鸟儿讲起吧_____")
        .say(0, "它们都在哪里呢？_____")
        .say(1, "谢谢主持人邀请。")
        .named(&["林晓", "Kate"])
        .end();
    let style = Style::for_language(Language::Chinese);
    let shown = shown(&cut_with_names(&timeline, &style));
    assert_eq!(shown[0].split_once('：').map(|(name, _)| name), Some("林晓"), "{shown:?}");
    assert_eq!(shown.last().map(String::as_str), Some("Kate: 谢谢主持人邀请"), "{shown:?}");
    assert_eq!(shown.iter().filter(|line| line.contains(['：', ':'])).count(), 2, "{shown:?}");
    assert!(shown.iter().all(|line| line.chars().count() <= 20), "{shown:?}");
}

#[test]
fn settled_cues_stay_as_they_are() {
    let mut timeline = speech(Language::Chinese).say(0, "各位来宾，大家上午好。").named(&["齐军", "Ann"]).end();
    let cue = |start, end, line: &str, speaker| SettledCue {
        span: Span::new(Ms(start), Ms(end)),
        lines: vec![line.into()],
        speaker: Some(speaker),
    };
    timeline.cues = Some(vec![
        cue(900, 1_500, "大家好", 1),
        cue(100, 700, "各位来宾\n\n", 0),
        cue(1_400, 1_900, "早", 1),
        cue(1_900, 2_000, " ", 1),
        cue(9_000, 3_000, "晚", 7),
    ]);
    for style in ["bilibili", "podcast"] {
        let cues = cut(&timeline, &Style::named(style).unwrap());
        assert_eq!(shown(&cues), ["各位来宾", "大家好", "早", "晚"]);
        assert_eq!(cues[3].speaker, None);
        // Written by hand, they may overlap or be out of order.
        assert!(cues.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{cues:?}");
    }
    let named = cut_with_names(&timeline, &Style::bilibili());
    assert_eq!(shown(&named), ["齐军：各位来宾", "Ann: 大家好", "早", "晚"]);
}

#[test]
fn unspoken_sentences_have_no_cue() {
    let mut timeline = speech(Language::Chinese).say(0, "说了").say(0, "没说").end();
    timeline.segments[1].span = None;
    assert_eq!(shown(&cut(&timeline, &Style::bilibili())), ["说了"]);
    assert_eq!(shown(&verbatim(&timeline)), ["说了"]);
}

#[test]
fn verbatim_keeps_text_and_times() {
    let timeline = speech(Language::Chinese).say(0, "“大家好，”他说：\n我们开始。").say(0, "__好。").end();
    let cues = verbatim(&timeline);
    assert_eq!(shown(&cues), ["“大家好，”他说： 我们开始。", "好。"]);
    assert_eq!(cues[0].span, timeline.segments[0].span.unwrap());
}

#[test]
fn a_short_cue_stays_as_long_as_there_is_room() {
    let timeline = speech(Language::Chinese).say(0, "好").end();
    let cues = cut(&timeline, &Style::bilibili());
    assert_eq!(cues[0].span, Span::new(Ms(1_000), Ms(2_000)));
}

#[test]
fn a_cue_goes_before_the_next_one_comes() {
    let style = Style::bilibili();
    let timeline = speech(Language::Chinese).say(0, "今天天气很好").say(1, "_是的是的").end();
    let cues = cut(&timeline, &style);
    assert_eq!(cues[0].span.end, cues[1].span.start - style.gap);
}

#[test]
fn eight_times_the_text_takes_about_eight_times_the_time() {
    let time = |sentences: usize| {
        let text = "新一代人工智能产业技术创新战略联盟主办的论坛，";
        let timeline = (0..sentences).fold(speech(Language::Chinese), |speech, _| speech.say(0, text)).end();
        let run = || {
            let start = std::time::Instant::now();
            assert!(!cut(&timeline, &Style::bilibili()).is_empty());
            start.elapsed()
        };
        // The quickest of a few runs is the one that the machine's other work disturbed least.
        (0..3).map(|_| run()).min().unwrap().as_secs_f64()
    };
    let (once, eightfold) = (time(500), time(4_000));
    assert!(eightfold < 24.0 * once, "{once} s, then {eightfold} s");
}

/// `style | text`, with the names of speakers after a comma behind the style; then a cue a line, its lines parted by `/`.
/// `ZIMU_ACCEPT=1` writes anew what follows each text: read it before it is kept.
#[test]
fn two_hundred_cases_are_cut_as_a_subtitler_would() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cues_cases.txt");
    let given = std::fs::read_to_string(path).unwrap();
    let heads = given.lines().filter(|line| line.contains(" | "));
    let blocks: Vec<String> = heads.map(|head| format!("{head}\n{}\n", case(head).join("\n"))).collect();
    let cut = blocks.join("\n");
    if std::env::var_os("ZIMU_ACCEPT").is_some() {
        std::fs::write(path, &cut).unwrap();
    }
    assert!(blocks.len() >= 200);
    for (expected, block) in given.split("\n\n").zip(&blocks) {
        assert_eq!(block.trim_end(), expected.trim_end());
    }
}

/// What becomes of a case's text.
fn case(head: &str) -> Vec<String> {
    let (style, text) = head.split_once(" | ").unwrap();
    let mut names = style.split(", ");
    let style = Style::named(names.next().unwrap()).unwrap();
    let names: Vec<&str> = names.collect();
    let cues = cut(&speech(Language::Chinese).say(0, text).named(&names).end(), &style);
    shown(&cues).into_iter().map(|cue| format!("    {cue}")).collect()
}

/// Text without marks and spaces.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn any_text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "我们",
        "的",
        "人工智能",
        "好",
        "GPT-4",
        "model ",
        "the ",
        "2024",
        "年",
        "三",
        "个",
        "，",
        "。",
        "、",
        "“",
        "”",
        "（",
        "）",
        "《",
        "》",
        " ",
        "？",
        "…",
        "\n",
        "!",
        "don't",
        "👏",
        "é",
        "％",
        "ー",
        "\u{301}",
    ]);
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// Words at random times, in random segments, by random voices.
fn any_timeline() -> impl Strategy<Value = Timeline> {
    let time = prop::option::weighted(0.8, (0i64..60_000, 0i64..2_000));
    let segment = (
        any_text(),
        prop::option::weighted(0.9, (0i64..60_000, 0i64..5_000)),
        0usize..3,
        prop::collection::vec(time, 100),
    );
    prop::collection::vec(segment, 0..8).prop_map(|segments| {
        let span = |(start, length): (i64, i64)| Span::new(Ms(start), Ms(start + length));
        let segments = segments.into_iter().enumerate().map(|(id, (text, when, speaker, times))| {
            let letters = text.chars().enumerate().filter(|(_, c)| c.is_alphanumeric());
            let words = letters.zip(times).map(|((at, _), time)| Word {
                chars: at..at + 1,
                span: time.map(span),
                probability: 1.0,
                ..Word::default()
            });
            let words = words.collect();
            Segment { id, span: when.map(span), text, speaker: Some(speaker), words, ..Segment::default() }
        });
        Timeline {
            media: MediaSummary { duration: Ms(50_000), ..MediaSummary::default() },
            segments: segments.collect(),
            speakers: vec![Speaker { id: 0, name: "人工".into(), title: None }],
            ..Timeline::default()
        }
    })
}

fn spoken(timeline: &Timeline) -> String {
    let mut segments: Vec<&Segment> = timeline.segments.iter().filter(|segment| segment.span.is_some()).collect();
    segments.sort_by_key(|segment| segment.span.unwrap().start);
    segments.into_iter().map(|segment| bare(&segment.text)).collect()
}

fn check(timeline: &Timeline, cues: &[Cue]) -> Result<(), TestCaseError> {
    let mut free = Ms::ZERO;
    for cue in cues {
        prop_assert!(free <= cue.span.start && cue.span.start < cue.span.end, "{:?}", cue);
        prop_assert!(cue.span.end <= timeline.duration(), "{:?}", cue);
        prop_assert!((1..=2).contains(&cue.lines.len()) && cue.lines.iter().all(|line| !line.trim().is_empty()));
        free = cue.span.end;
    }
    let text: String = cues.iter().flat_map(|cue| &cue.lines).map(|line| bare(line)).collect();
    prop_assert_eq!(text, spoken(timeline));
    Ok(())
}

proptest! {
    #[test]
    fn any_timeline_gives_sound_cues(timeline in any_timeline()) {
        for style in [Style::bilibili(), Style::netflix_chinese(), Style::netflix_english()] {
            let cues = cut(&timeline, &style);
            check(&timeline, &cues)?;
            for line in cues.iter().flat_map(|cue| &cue.lines) {
                prop_assert!(line.width() <= style.columns, "{}", line);
                prop_assert!(!line.starts_with(['，', '。', '、', '”', '）', '》', '？', '…', '!', '％', ' ']), "{}", line);
                prop_assert!(!line.ends_with(['“', '（', '《', ' ']), "{}", line);
            }
        }
        check(&timeline, &verbatim(&timeline).into_iter().filter(|cue| !cue.lines.is_empty()).collect::<Vec<_>>())?;
    }
}
