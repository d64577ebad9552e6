//! Chapter lists and the rules of those who take them.

use proptest::prelude::*;
use zimu::formats::chapters::{self, CHAPTER_FORMATS, ChapterFormat, Fault, OTHER_FORMATS};
use zimu::formats::{Demands, FormatError, Note};
use zimu::timeline::{Chapter, Language, MediaSummary, Ms, Span, Timeline};

/// A timeline of `seconds` with chapters at these seconds, each to the next one of its level or of a lower one.
fn timeline(seconds: i64, chapters: &[(i64, u8, &str)]) -> Timeline {
    let end = |at: usize| {
        let next = chapters[at + 1..].iter().find(|next| next.1 <= chapters[at].1);
        Ms::from_secs(next.map_or(seconds, |next| next.0))
    };
    let chapter = |(at, (start, level, title)): (usize, &(i64, u8, &str))| Chapter {
        span: Span::new(Ms::from_secs(*start), end(at)),
        title: title.to_string(),
        level: *level,
        speaker: None,
    };
    Timeline {
        media: MediaSummary { duration: Ms::from_secs(seconds), ..MediaSummary::default() },
        language: Language::Chinese,
        chapters: chapters.iter().enumerate().map(chapter).collect(),
        ..Timeline::default()
    }
}

fn forum() -> Timeline {
    timeline(
        4_000,
        &[
            (2, 1, "开幕致辞：院士、领导"),
            (754, 1, "主旨演讲"),
            (760, 2, "可信大模型 = 产业创新; C# & <AI>"),
            (1_900, 2, "The long road towards trustworthy models"),
            (3_723, 1, "圆桌"),
        ],
    )
}

fn format(file: &str) -> &'static dyn ChapterFormat {
    all().find(|format| format.file() == file).expect("a chapter format")
}

fn list(format: &dyn ChapterFormat, timeline: &Timeline) -> Result<(Option<String>, Vec<Note>), FormatError> {
    chapters::list(format, timeline, Demands::usual())
}

fn all() -> impl Iterator<Item = &'static dyn ChapterFormat> {
    CHAPTER_FORMATS.into_iter().chain(OTHER_FORMATS)
}

fn written(file: &str, timeline: &Timeline) -> String {
    list(format(file), timeline).unwrap().0.expect("a list")
}

#[test]
fn bilibili() {
    insta::assert_snapshot!(written("chapters.bilibili.txt", &forum()), @"
    00:00 开幕致辞 院士 领导
    12:34 主旨演讲
    31:40 The long road
    01:02:03 圆桌
    ");
}

#[test]
fn youtube() {
    insta::assert_snapshot!(written("chapters.youtube.txt", &forum()), @"
    0:00 开幕致辞：院士、领导
    12:34 主旨演讲
    31:40 The long road towards trustworthy models
    1:02:03 圆桌
    ");
}

#[test]
fn webvtt() {
    insta::assert_snapshot!(written("chapters.vtt", &forum()), @"
    WEBVTT

    1
    00:00:02.000 --> 00:12:34.000
    开幕致辞：院士、领导

    2
    00:12:34.000 --> 00:12:40.000
    主旨演讲

    3
    00:12:40.000 --> 00:31:40.000
    可信大模型 = 产业创新; C# &amp; &lt;AI&gt;

    4
    00:31:40.000 --> 01:02:03.000
    The long road towards trustworthy models

    5
    01:02:03.000 --> 01:06:40.000
    圆桌
    ");
}

#[test]
fn ffmetadata() {
    insta::assert_snapshot!(written("chapters.ffmeta", &forum()), @r"
    ;FFMETADATA1
    [CHAPTER]
    TIMEBASE=1/1000
    START=2000
    END=754000
    title=开幕致辞：院士、领导
    [CHAPTER]
    TIMEBASE=1/1000
    START=754000
    END=760000
    title=主旨演讲
    [CHAPTER]
    TIMEBASE=1/1000
    START=760000
    END=1900000
    title=可信大模型 \= 产业创新\; C\# & <AI>
    [CHAPTER]
    TIMEBASE=1/1000
    START=1900000
    END=3723000
    title=The long road towards trustworthy models
    [CHAPTER]
    TIMEBASE=1/1000
    START=3723000
    END=4000000
    title=圆桌
    ");
}

#[test]
fn matroska() {
    insta::assert_snapshot!(written("chapters.mkv.xml", &forum()), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <Chapters>
      <EditionEntry>
        <ChapterAtom>
          <ChapterUID>1</ChapterUID>
          <ChapterTimeStart>00:00:02.000000000</ChapterTimeStart>
          <ChapterTimeEnd>00:12:34.000000000</ChapterTimeEnd>
          <ChapterDisplay>
            <ChapterString>开幕致辞：院士、领导</ChapterString>
            <ChapterLanguage>chi</ChapterLanguage>
            <ChapLanguageIETF>zh</ChapLanguageIETF>
          </ChapterDisplay>
        </ChapterAtom>
        <ChapterAtom>
          <ChapterUID>2</ChapterUID>
          <ChapterTimeStart>00:12:34.000000000</ChapterTimeStart>
          <ChapterTimeEnd>01:02:03.000000000</ChapterTimeEnd>
          <ChapterDisplay>
            <ChapterString>主旨演讲</ChapterString>
            <ChapterLanguage>chi</ChapterLanguage>
            <ChapLanguageIETF>zh</ChapLanguageIETF>
          </ChapterDisplay>
          <ChapterAtom>
            <ChapterUID>3</ChapterUID>
            <ChapterTimeStart>00:12:40.000000000</ChapterTimeStart>
            <ChapterTimeEnd>00:31:40.000000000</ChapterTimeEnd>
            <ChapterDisplay>
              <ChapterString>可信大模型 = 产业创新; C# &amp; &lt;AI&gt;</ChapterString>
              <ChapterLanguage>chi</ChapterLanguage>
              <ChapLanguageIETF>zh</ChapLanguageIETF>
            </ChapterDisplay>
          </ChapterAtom>
          <ChapterAtom>
            <ChapterUID>4</ChapterUID>
            <ChapterTimeStart>00:31:40.000000000</ChapterTimeStart>
            <ChapterTimeEnd>01:02:03.000000000</ChapterTimeEnd>
            <ChapterDisplay>
              <ChapterString>The long road towards trustworthy models</ChapterString>
              <ChapterLanguage>chi</ChapterLanguage>
              <ChapLanguageIETF>zh</ChapLanguageIETF>
            </ChapterDisplay>
          </ChapterAtom>
        </ChapterAtom>
        <ChapterAtom>
          <ChapterUID>5</ChapterUID>
          <ChapterTimeStart>01:02:03.000000000</ChapterTimeStart>
          <ChapterTimeEnd>01:06:40.000000000</ChapterTimeEnd>
          <ChapterDisplay>
            <ChapterString>圆桌</ChapterString>
            <ChapterLanguage>chi</ChapterLanguage>
            <ChapLanguageIETF>zh</ChapLanguageIETF>
          </ChapterDisplay>
        </ChapterAtom>
      </EditionEntry>
    </Chapters>
    "#);
}

#[test]
fn podcast() {
    insta::assert_snapshot!(written("chapters.podcast.json", &forum()), @r#"
    {
      "version": "1.2.0",
      "chapters": [
        {
          "startTime": 2.0,
          "endTime": 754.0,
          "title": "开幕致辞：院士、领导"
        },
        {
          "startTime": 754.0,
          "endTime": 760.0,
          "title": "主旨演讲"
        },
        {
          "startTime": 760.0,
          "endTime": 1900.0,
          "title": "可信大模型 = 产业创新; C# & <AI>"
        },
        {
          "startTime": 1900.0,
          "endTime": 3723.0,
          "title": "The long road towards trustworthy models"
        },
        {
          "startTime": 3723.0,
          "endTime": 4000.0,
          "title": "圆桌"
        }
      ]
    }
    "#);
}

#[test]
fn what_comes_before_the_first_chapter_is_one_of_its_own() {
    let timeline = timeline(4_000, &[(30, 1, "致辞"), (600, 1, "演讲")]);
    assert_eq!(written("chapters.bilibili.txt", &timeline), "00:00 开场\n00:30 致辞\n10:00 演讲\n");
    assert!(written("chapters.vtt", &timeline).starts_with("WEBVTT\n\n1\n00:00:30.000 --> 00:10:00.000\n致辞\n"));
}

#[test]
fn of_too_many_chapters_the_upper_levels_and_the_long_ones_stay() {
    let mut chapters = vec![(0, 1, "A"), (500, 1, "B")];
    chapters.extend((1..=8).map(|at| (500 + at * 100, 2, "talk")));
    chapters.extend([(1_420, 2, "short"), (1_440, 3, "part"), (1_460, 1, "C")]);
    let (list, notes) = list(format("chapters.bilibili.txt"), &timeline(2_000, &chapters)).unwrap();
    let list = list.unwrap();
    assert_eq!(list.lines().count(), 10);
    assert!(["A", "B", "C"].iter().all(|title| list.contains(title)) && !list.contains("short"), "{list}");
    let left_out = vec!["talk".into(), "short".into(), "part".into()];
    assert_eq!(notes, [Note::ChaptersLeftOut { target: "chapters.bilibili.txt", titles: left_out }]);
    assert!(notes[0].to_string().contains("3 chapters: talk; short; part"));
}

#[test]
fn a_list_that_the_site_would_refuse_is_not_written() {
    let two = timeline(4_000, &[(0, 1, "A"), (600, 1, "B")]);
    for file in ["chapters.bilibili.txt", "chapters.youtube.txt"] {
        let (list, notes) = list(format(file), &two).unwrap();
        assert_eq!((list, notes), (None, vec![Note::TooFewChapters { target: file, count: 2, least: 3 }]));
    }
    assert!(written("chapters.ffmeta", &two).contains("title=B"));
}

#[test]
fn a_title_is_shortened_between_words_and_counted() {
    let long = "大模型时代可信人工智能产业生态的建设与发展";
    let timeline = timeline(900, &[(0, 1, long), (100, 1, "？？"), (200, 1, "Donaudampfschifffahrtsgesellschaft")]);
    let (list, notes) = list(format("chapters.bilibili.txt"), &timeline).unwrap();
    assert_eq!(list.unwrap(), "00:00 大模型时代可信人工智能产业生态\n01:40 第2章\n03:20 第3章\n");
    assert_eq!(notes, [Note::TitlesShortened { target: "chapters.bilibili.txt", count: 2 }]);
}

#[test]
fn matroska_keeps_parts_inside_their_chapter() {
    let xml = written("chapters.mkv.xml", &forum());
    let outer: Vec<&str> = xml.split("\n    <ChapterAtom>").skip(1).collect();
    assert_eq!(outer.len(), 3);
    assert!(outer[1].contains("可信大模型") && outer[1].contains("long road"));
}

#[test]
fn checks_find_what_is_wrong() {
    let hour = Ms::from_secs(3_600);
    let fault = |file: &str, text: &str| format(file).check(text, hour, Demands::usual()).unwrap_err();
    let bilibili = |text: &str| fault("chapters.bilibili.txt", text);
    assert_eq!(bilibili("00:01 A\n01:00 B\n02:00 C\n"), Fault::LateStart);
    assert_eq!(bilibili("00:00 A\n01:00 B\n"), Fault::TooFew { count: 2, least: 3 });
    assert_eq!(bilibili("00:00 A\n00:09 B\n02:00 C\n"), Fault::TooClose { entry: 2 });
    assert_eq!(bilibili("00:00 A\n02:00 B\n01:00 C\n"), Fault::TooClose { entry: 3 });
    assert_eq!(bilibili("00:00 A\n01:00 B：b\n02:00 C\n"), Fault::Title { entry: 2 });
    assert_eq!(bilibili("00:00 A\n01:00 12345678901234567\n02:00 C\n"), Fault::Title { entry: 2 });
    assert_eq!(bilibili("00:00 A\n01:00\n02:00 C\n"), Fault::Malformed { entry: 2 });
    assert_eq!(bilibili("00:00 A\n01:00 B\n59:55 C\n"), Fault::WrongEnd { entry: 3 });
    let eleven: String = (0..11).map(|at| format!("{at:02}:00 A\n")).collect();
    assert_eq!(bilibili(&eleven), Fault::TooMany { count: 11, most: 10 });
    assert_eq!(format("chapters.youtube.txt").check(&eleven, hour, Demands::usual()), Ok(()));

    assert_eq!(fault("chapters.vtt", "00:00"), Fault::Malformed { entry: 0 });
    let overlap = "WEBVTT\n\n1\n00:00:00.000 --> 00:00:09.000\nA\n\n2\n00:00:08.000 --> 00:00:10.000\nB\n";
    assert_eq!(fault("chapters.vtt", overlap), Fault::TooClose { entry: 2 });
    let past = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3600001\ntitle=A\n";
    assert_eq!(fault("chapters.ffmeta", past), Fault::WrongEnd { entry: 1 });
    let unescaped = past.replace("3600001", "10").replace("=A", "=a=b");
    assert_eq!(fault("chapters.ffmeta", &unescaped), Fault::Malformed { entry: 1 });
    assert_eq!(fault("chapters.podcast.json", "{}"), Fault::Malformed { entry: 0 });
    let twice = written("chapters.mkv.xml", &forum()).replace("<ChapterUID>2<", "<ChapterUID>1<");
    assert_eq!(fault("chapters.mkv.xml", &twice), Fault::Identifier { entry: 2 });
    let zero = twice.replace("<ChapterUID>1<", "<ChapterUID>0<");
    assert_eq!(fault("chapters.mkv.xml", &zero), Fault::Identifier { entry: 1 });
}

fn any_chapters() -> impl Strategy<Value = Timeline> {
    let title = prop_oneof![any::<String>(), "[ -~]{0,40}", "[一-龥，。、 ]{0,40}"];
    let chapter = (-5i64..1_000_000, 0i64..500_000, 0u8..5, title);
    let language = prop::sample::select(vec![Language::Chinese, Language::English]);
    (prop::collection::vec(chapter, 0..30), 0i64..1_000_000, language).prop_map(|(chapters, duration, language)| {
        let chapter = |(start, length, level, title)| Chapter {
            span: Span::new(Ms(start), Ms(start + length)),
            title,
            level,
            speaker: None,
        };
        Timeline {
            media: MediaSummary { duration: Ms(duration), ..MediaSummary::default() },
            language,
            chapters: chapters.into_iter().map(chapter).collect(),
            ..Timeline::default()
        }
    })
}

proptest! {
    #[test]
    fn any_chapters_give_lists_within_the_rules(timeline in any_chapters()) {
        for format in all() {
            let listed: Result<_, FormatError> = list(format, &timeline);
            prop_assert!(listed.is_ok(), "{}: {:?}", format.file(), listed);
        }
    }

    #[test]
    fn checks_bear_any_text(text in any::<String>(), head in 0usize..6) {
        let head = ["", "WEBVTT\n", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\n", "<ChapterAtom><ChapterUID>", "00:00 ", "{"][head];
        for format in all() {
            let _ = format.check(&format!("{head}{text}"), Ms(5_000), Demands::usual());
        }
    }
}
