//! Who speaks and where chapters begin, in small events of many kinds.

use zimu::chapters;
use zimu::speakers::{self, Cast, Kind};
use zimu::timeline::{Language, Ms, Segment, Sentence, Span, Traced};

/// A transcript of one sentence a line; `name|text` has a label.
fn sentences(text: &str) -> Vec<Sentence> {
    let sentence = |(index, line): (usize, &str)| {
        let (label, text) = line.split_once('|').map_or((None, line), |(label, text)| (Some(label.to_string()), text));
        Sentence { text: Traced::line(index as u32 + 1, text), paragraph: index as u32, label, hint: None }
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate().map(sentence).collect()
}

struct Event {
    sentences: Vec<Sentence>,
    cast: Cast,
    language: Language,
}

fn event(language: Language, text: &str) -> Event {
    let (sentences, cast) = speakers::cast(sentences(text), language);
    Event { sentences, cast, language }
}

impl Event {
    /// The turns: who, and the first characters.
    fn turns(&self) -> Vec<(&str, String)> {
        let first = |from: usize| self.sentences[from].text.text().chars().take(8).collect();
        let turn = |turn: &speakers::CastTurn| (self.name(turn.speaker), first(turn.sentences.start));
        self.cast.turns.iter().map(turn).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.cast.turns.iter().map(|turn| self.name(turn.speaker)).collect()
    }

    fn name(&self, speaker: usize) -> &str {
        &self.cast.speakers[speaker].name
    }

    /// The chapters, every sentence ten seconds long: start in tens of seconds, level, title.
    fn chapters(&self) -> Vec<(i64, u8, String)> {
        let segment = |id: usize| Segment {
            id,
            span: Some(Span::new(Ms::from_secs(10 * id as i64), Ms::from_secs(10 * id as i64 + 9))),
            text: self.sentences[id].text.text(),
            ..Segment::default()
        };
        let segments: Vec<Segment> = (0..self.sentences.len()).map(segment).collect();
        let duration = Ms::from_secs(10 * segments.len() as i64);
        chapters::divide(&segments, &self.cast, duration, self.language)
            .into_iter()
            .map(|chapter| ((chapter.span.start.0 + 500) / 10_000, chapter.level, chapter.title))
            .collect()
    }
}

#[test]
fn an_academic_conference() {
    let event = event(
        Language::Chinese,
        "各位老师、各位同学，大家早上好，我是今天的主持人沈若兰。
        首先有请海洋大学副校长郑怀远教授致开幕词，大家欢迎。
        尊敬的各位同行，早上好。
        感谢组委会的邀请，也谢谢各位远道而来。
        祝会议成功，谢谢大家。
        感谢郑校长的致辞。
        接下来会议进入第一部分，深海观测。
        我们请到的第一位报告人已经准备好了。
        有请极地研究所研究员温书意为我们做题为冰下的鲸歌的报告。
        谢谢主持人，大家好。
        鲸的歌声能传几百公里，我们听了三年。
        有人问我，谢谢这两个字用鲸语怎么说，我不知道。
        我的报告就到这里，谢谢。
        好，谢谢温老师的精彩报告，请回座。
        本次会议到此结束，谢谢大家。",
    );
    assert_eq!(event.names(), ["沈若兰", "郑怀远", "沈若兰", "温书意", "沈若兰"]);
    assert_eq!(event.cast.speakers[2].title.as_deref(), Some("极地研究所研究员"));
    assert_eq!(
        event.chapters(),
        [
            (0, 1, "开场与致辞".into()),
            (0, 2, "开场".into()),
            (1, 2, "致辞｜郑怀远".into()),
            (6, 1, "第一部分：深海观测".into()),
            (7, 2, "温书意：冰下的鲸歌".into()),
            (14, 2, "闭幕".into()),
        ]
    );
}

#[test]
fn a_turn_may_begin_inside_a_sentence() {
    let event = event(
        Language::Chinese,
        "大家下午好，我是主持人何小满。
        下面有请云雀科技创始人丁一鸣登台分享，大家好，我今天讲三件事。
        第一件事是做得小。
        第二件事是做得慢。
        第三件事是做得久，谢谢大家，谢谢丁总的精彩分享。
        我们下午见。",
    );
    let turns = event.turns();
    let turns: Vec<(&str, &str)> = turns.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(turns, [("何小满", "大家下午好，我是"), ("丁一鸣", "大家好，我今天讲"), ("何小满", "谢谢丁总的精彩分")]);
    let points: Vec<_> = event.sentences.iter().flat_map(|s| s.text.points().to_vec()).collect();
    assert!(points.is_sorted(), "every piece keeps the points of its characters");
}

#[test]
fn a_launch_in_english() {
    let event = event(
        Language::English,
        "Good morning everyone, my name is Laura Finch and I will be your host today.
        Please welcome our founder, Marcus Webb.
        Thank you, Laura.
        Ten years ago we had one oven and no customers.
        Today we have both, thank you very much.
        Thank you, Marcus.
        Our next speaker is Dr. Priya Nair from the Institute of Baking, who will talk about the chemistry of crust.
        Hello, everyone.
        Crust is where the sugar goes.
        I want to thank Jonas for the photographs.
        Thank you for listening.
        Thank you so much, Priya.
        That's all for today.",
    );
    assert_eq!(event.names(), ["Laura Finch", "Marcus Webb", "Laura Finch", "Priya Nair", "Laura Finch"]);
    let titles: Vec<String> = event.chapters().into_iter().map(|(_, _, title)| title).collect();
    assert_eq!(titles, ["Opening", "Talk | Marcus Webb", "Priya Nair: the chemistry of crust", "Closing"]);
}

#[test]
fn a_podcast_whose_guests_say_who_they_are() {
    let event = event(
        Language::Chinese,
        "欢迎收听山谷夜话，我是主播小鹿。
        今天我们聊聊修桥。
        大家好，我是桥梁工程师方有年。
        我修了三十年的桥。",
    );
    assert_eq!(event.names(), ["小鹿", "方有年"]);
}

#[test]
fn a_lecture_has_one_speaker() {
    let chinese = "今天我们讲潮汐。\n月亮牵着海水走。\n有一位先生说“下面有请张三上台”，那是另一回事。\n谢谢大家。";
    let event = event(Language::Chinese, chinese);
    assert_eq!(event.names(), ["说话人 1"], "a name that was not heard is not invented");
    assert!(event.cast.announcements.is_empty());
    let event = self::event(Language::English, "Today we look at tides.\nThe moon pulls the sea.\nThank you.");
    assert_eq!(event.names(), ["Speaker 1"]);
}

#[test]
fn labels_win() {
    let event = event(
        Language::Chinese,
        "主持人|欢迎来到直播间，接下来有请老陶为我们讲讲他的茶山。
        发言人1|大家好，我姓陶。
        发言人1|我是主持人小王，这是开玩笑的。
        主持人|哈哈，谢谢陶老师的精彩分享。
        发言人1|谢谢。",
    );
    assert_eq!(event.names(), ["主持人", "发言人1", "主持人", "发言人1"]);
}

#[test]
fn guests_greeted_at_the_opening_do_not_speak_yet() {
    let event = event(
        Language::Chinese,
        "各位来宾，上午好，我是主持人江一帆。
        出席今天活动的有市文旅局副局长卢建平，欢迎。
        民俗学会会长黎小棠，欢迎。
        首先让我们以热烈的掌声有请市文旅局副局长卢建平上台致辞，有请。
        各位朋友，大家好。
        预祝活动圆满成功，谢谢大家。
        谢谢卢局长。
        活动到此结束。",
    );
    assert_eq!(event.names(), ["江一帆", "卢建平", "江一帆"]);
    assert_eq!(event.cast.turns[1].sentences, 4..6);
}

#[test]
fn a_panel_is_led_by_its_moderator() {
    let event = event(
        Language::Chinese,
        "大家好，我是主持人贺知秋。
        接下来进入圆桌对话环节，由晨报主编谭青主持，共同探讨小城的书店。
        让我们掌声有请各位嘉宾。
        好，谢谢，我们先请各位介绍自己。
        大家好，我是来自南溪书店的骆宾。
        我开店十二年了。
        各位好，我是梧桐书屋的许知远。
        我们刚刚搬了家。
        骆老师，您觉得小城还需要书店吗？
        需要，而且不止一家。",
    );
    assert_eq!(event.names(), ["贺知秋", "谭青", "骆宾", "许知远", "谭青", "骆宾"]);
    let panel = event.cast.announcements.iter().find(|announcement| announcement.kind == Kind::Panel);
    assert_eq!(panel.and_then(|panel| panel.title.as_deref()), Some("圆桌对话：小城的书店"));
}

#[test]
fn an_english_conference_with_parts_and_a_panel() {
    let event = event(
        Language::English,
        "Good afternoon and welcome to the harbour forum.
        I'm Nora Quist, your host.
        Let's move on to the first session, tides and trade.
        I'd like to invite Professor Samuel Okoro from the port authority to talk about quiet ships.
        Thank you, Nora, and good afternoon.
        Ships are loud, and they need not be.
        Thank you all.
        Thank you, Professor Okoro.
        And now it is time for a panel discussion on night ferries, moderated by Ingrid Dahl.
        Please welcome Ingrid Dahl.
        Thank you.
        Who takes a ferry at night?
        That concludes our forum.",
    );
    assert_eq!(event.names(), ["Nora Quist", "Samuel Okoro", "Nora Quist", "Ingrid Dahl", "Nora Quist"]);
    let chapters = event.chapters();
    let titles: Vec<(u8, &str)> = chapters.iter().map(|(_, level, title)| (*level, title.as_str())).collect();
    assert_eq!(titles[..3], [(1, "Opening"), (1, "First session: tides and trade"), (2, "Samuel Okoro: quiet ships")]);
    assert!(titles[3].1.starts_with("Panel discussion"), "{titles:?}");
}

#[test]
fn an_interview_with_labels_is_divided_by_topic() {
    let talk = |topic: &str| {
        format!(
            "Reporter|What about the {topic}?\n{}",
            format!("Ada Lund|The {topic} keeps the {topic} warm.\n").repeat(20)
        )
    };
    let text = ["lighthouse", "orchard", "telescope"].map(talk).concat();
    let event = event(Language::English, &text);
    assert_eq!(event.cast.speakers.len(), 2);
    let chapters = event.chapters();
    assert_eq!(chapters.iter().map(|chapter| chapter.0).collect::<Vec<_>>(), [0, 21, 42]);
    assert!(chapters[1].2.to_lowercase().contains("orchard"), "{chapters:?}");
}

#[test]
fn turns_tile_any_text() {
    use proptest::prelude::*;
    let words = "有请|谢谢|张三|王局长|的精彩分享|大家好|，|。|我是|主持人|下面|进入第一部分|Thank you, |please welcome Ann Lee|“|”|李";
    let words: Vec<String> = words.split('|').map(String::from).collect();
    let line = proptest::collection::vec(proptest::sample::select(words), 0..12).prop_map(|words| words.concat());
    proptest!(|(lines in proptest::collection::vec(line, 0..12))| {
        let given: Vec<Sentence> = lines.iter().filter(|line| !line.is_empty()).enumerate()
            .map(|(i, line)| Sentence { text: Traced::line(i as u32, line), ..Sentence::default() }).collect();
        let text = |sentences: &[Sentence]| sentences.iter().map(|s| s.text.text()).collect::<String>();
        let before = text(&given);
        let (pieces, cast) = speakers::cast(given, Language::Chinese);
        prop_assert_eq!(text(&pieces), before);
        prop_assert!(pieces.iter().all(|piece| !piece.text.is_empty()));
        let mut end = 0;
        for turn in &cast.turns {
            prop_assert!(turn.sentences.start == end && !turn.sentences.is_empty() && turn.speaker < cast.speakers.len());
            end = turn.sentences.end;
        }
        prop_assert_eq!(end, pieces.len());
        prop_assert!(cast.announcements.iter().all(|a| a.sentence < pieces.len()));
        prop_assert!(cast.announcements.is_sorted_by_key(|a| a.sentence));
    });
}
