//! What a host says to open and close the talks, as a table of patterns; each sentence is heard on its own.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Kind;
use super::names::{self, Named, pattern};

/// A formula heard in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heard {
    /// Its bytes in the sentence.
    pub bytes: Range<usize>,
    /// What it says.
    pub says: Says,
}

/// What a formula says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// Someone is asked to the stage; without a name, `several` or someone unnamed. Everybody named is on the roster.
    Introduce { who: Option<Named>, several: bool, roster: Vec<Named>, kind: Kind, title: Option<String> },
    /// A part of the event begins; the title is what it is called, with its theme.
    Part { title: String },
    /// A conversation or a ceremony begins.
    Segment { kind: Kind, title: Option<String>, moderator: Option<Named> },
    /// Someone is thanked, by this mention; `praise` is a host's way of doing it.
    Thank { who: String, praise: bool },
    /// A speaker's own last words.
    Farewell,
    /// Someone says who they are; `host` when also that they lead the event.
    Myself { name: String, host: bool },
    /// The event is over.
    Close,
}

/// One kind of formula: how it sounds and what it means.
struct Formula {
    sounds: Regex,
    means: fn(&Captures, &str) -> Option<Says>,
}

/// The table, in Chinese and English. What a formula captures is judged by its function, which may refuse.
static FORMULAS: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    let formula = |sounds: &str, means| Formula { sounds: pattern(sounds), means };
    vec![
        formula(r"(?:有请|请出|请上|请到)(?:到|了)?(?P<rest>[^。！？]*)", introduction as _),
        formula(
            r"(?:让我们|请大家|接下来|下面|首先|掌声|现在)[^。！？，]{0,12}?(?:欢迎|邀请)(?:到|了)?(?P<rest>[^。！？]*)",
            welcome,
        ),
        formula(
            r"(?i)\b(?:please (?:join me in )?welcom(?:e|ing)|give (?:a|an) [a-z ]{0,20}(?:welcome|hand) (?:to|for)|(?:let's|let us|let me) welcome|i(?:'d| would) like to (?:invite|welcome|introduce)|(?:our|the) (?:next|first|last|final|second|third|keynote) speaker(?: today)? is|next up(?: is| we have)|my guest today is|joining (?:me|us) (?:today )?is|hand (?:it |things )?over to)\b(?P<rest>[^!?。！？]*)",
            english_introduction,
        ),
        formula(
            r"(?:进入|开启|来到|迎来|开始|进行)(?:到|了)?[^。！？]{0,16}?(?P<part>第[一二三四五六七八九十\d]+个?(?:篇章|部分|环节|议程|单元|板块|阶段|章节?|场)|篇章[一二三四五六七八九十\d]*|[上下]半场)(?P<theme>[^。！？]*)",
            part,
        ),
        formula(
            r"(?i)\b(?:move on to|moving on to|turn to|begin with|start with|on to|now for|welcome to|comes?)\b[^.!?。]{0,30}?\b(?P<part>(?:part|session|section) (?:one|two|three|four|five|six|\d+)|the (?:first|second|third|fourth|fifth|final|last) (?:part|session|section|block))\b(?P<theme>[^.!?。]*)",
            part,
        ),
        formula(
            r"(?:接下来|下面|现在|随后|最后|进入|开启|来到|迎来|开始)[^。！？]{0,24}?(?P<what>(?:高峰|圆桌|巅峰|尖峰|主题|炉边)(?:对话|论坛|讨论|圆桌|会议)|对话环节|圆桌环节|(?:问答|提问|互动|讨论)环节)(?P<theme>[^！？]*)",
            conversation,
        ),
        formula(
            r"(?i)\b(?:next|now|turn to|move on to|time for)\b[^.!?]{0,24}\b(?P<what>panel(?: discussion)?|round ?table|fireside chat|questions and answers|q ?& ?a)\b(?P<theme>[^.!?]*)",
            conversation,
        ),
        formula(r"(?:进入|迎来|开始|来到|举行)[^。！？]{0,24}?(?:激动人.的|(?P<what>[^，。！？]{0,24}仪式))", ceremony),
        formula(
            r"(?:谢谢|感谢|多谢)(?:您|你|我们的?|刚才|刚刚|一下)*(?P<who>[^，。！？；、\s谢感]{2,30}?)(?:为|给|带来|刚才|刚刚|[，。！？；]|的|$)",
            thanks,
        ),
        formula(
            r"(?i)\bthank(?:s| you)(?: very much| so much| a lot)?,? (?P<who>(?:dr\.? |professor |prof\.? |mr\.? |ms\.? )?[A-Z][a-z]+(?: [A-Z][a-z]+)*)",
            thanks,
        ),
        formula(
            r"(?:谢谢|感谢)(?:大家|各位|聆听|倾听)(?:的?(?:聆听|倾听|时间|收听|观看))?[。！，,.!\s]*(?:[谢好]|$)",
            farewell,
        ),
        formula(r"(?:汇报|报告|分享|介绍|演讲|发言|讲)[^。！？]{0,8}(?:到这里|到此|这些)[^。！？]{0,8}$", farewell),
        formula(
            r"(?i)\bthank(?:s| you)(?: all| very much| so much)*(?: for (?:listening|your attention|having me))?[\s.!。！，,]*$",
            farewell,
        ),
        formula(
            r"(?:我[呢是]*是|我叫)(?:那个|呃|来自[^，。！？是]{2,20}?[的，]|本次|本场|今天|大家的|节目|[^，。！？我是]{2,14}?的)*(?P<who>[^，。！？、]{2,18}?)(?:[，。！？、啊呃]|$)",
            myself,
        ),
        formula(
            r"\b(?:I'm|I am|[Mm]y name is|[Mm]y name's) (?P<who>(?:your host )?[A-Z][a-z]+(?: [A-Z][a-z'’-]+){0,2})",
            myself,
        ),
        formula(
            r"(?:论坛|会议|大会|活动|发布会|研讨会|讲座|节目|直播|峰会|年会|沙龙|学术会|年度会|分享会|报告会)[^，。！？]{0,14}(?:到此|就到这里|到这里|圆满(?:结束|闭幕|落幕))",
            close,
        ),
        formula(
            r"(?i)\b(?:concludes (?:our|the|today)|that's (?:all|it) for today|brings us to the end|that brings .{0,40} to a close|see you (?:next|again))",
            close,
        ),
    ]
});

/// What is heard in `sentence`, in order.
pub(super) fn hear(sentence: &str) -> Vec<Heard> {
    let mut heard: Vec<Heard> = FORMULAS
        .iter()
        .flat_map(|formula| {
            formula.sounds.captures_iter(sentence).filter_map(move |found| {
                let bytes = found.get(0)?.range();
                let says = (!is_quoted(sentence, bytes.start)).then(|| (formula.means)(&found, sentence)).flatten()?;
                Some(Heard { bytes, says })
            })
        })
        .collect();
    heard.sort_by_key(|heard| heard.bytes.start);
    heard
}

/// Whether the place lies between quotation marks: words of somebody else.
fn is_quoted(sentence: &str, at: usize) -> bool {
    let before = &sentence[..at];
    [('“', '”'), ('「', '」'), ('《', '》')].iter().any(|&(open, shut)| before.rfind(open) > before.rfind(shut))
}

fn group<'t>(found: &Captures<'t>, name: &str) -> &'t str {
    found.name(name).map_or("", |group| group.as_str())
}

/// Where what the guest does begins, after the name.
static DOES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "登台|上台|登场|上场|致辞|致词|致开|做|作|为|给|带来|来|和我们|与我们|跟我们|和大家|与大家|跟大家|发表|发言|分享|演讲|主持|讲|介绍|线上|开场|先|到|[，：；]|$",
    )
});

fn introduction(found: &Captures, sentence: &str) -> Option<Says> {
    static NOBODY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "^(?:我们的?|今天的?|各位|下一位|第.位|几位|这位|对话|圆桌|启动|颁奖|演讲|.{0,6})(?:嘉宾|讲者|演讲者|主讲人)",
        )
    });
    let rest = group(found, "rest");
    let who = named_in(rest, true).or_else(|| named_in(rest, false));
    let roster = roster(sentence);
    let several =
        names_several(rest) || ["各位", "几位"].iter().any(|many| rest.starts_with(many)) || rest.contains("启动嘉宾");
    if who.is_none() && !several && !NOBODY.is_match(rest) {
        return None;
    }
    let kind = kind_of(sentence);
    let title = who.as_ref().filter(|_| kind != Kind::Address).and_then(|(end, _)| title_in(&rest[*end..]));
    let who = who.map(|(_, named)| named).filter(|_| !several);
    Some(Says::Introduce { who, several, roster, kind, title })
}

/// Institution, office and name together are no longer than this, in bytes; keeps endless sentences cheap.
const LONGEST_NAMING: usize = 300;

/// The first name before a verb, with the byte where it ends; a whole name, or one that is only a surname.
fn named_in(text: &str, full: bool) -> Option<(usize, Named)> {
    let ends = DOES.find_iter(text).map(|verb| verb.start()).take_while(|end| *end <= LONGEST_NAMING);
    ends.filter(|end| *end > 0)
        .find_map(|end| Some((end, names::at_end(&text[..end]).filter(|named| named.full == full)?)))
}

/// Whether a list of names stands before the first comma; what ends in an office alone is another office of the next.
fn names_several(rest: &str) -> bool {
    let list = rest.split(['，', ',']).next().unwrap_or(rest);
    let Some((first, last)) = list.rsplit_once('、') else { return false };
    let named = first.split('、').filter_map(names::at_end).any(|named| named.full);
    named && named_in(last, true).is_some()
}

/// Everybody named with an office in a list of names.
pub(super) fn roster(sentence: &str) -> Vec<Named> {
    let parts: Vec<&str> = sentence.split(['、', '，', '。', '和']).collect();
    let named = parts.iter().filter_map(|part| named_in(part, true)).map(|(_, named)| named);
    named.filter(|named| named.office.is_some()).collect()
}

/// "欢迎" and "邀请" are said of many things: only a whole name makes an introduction of them.
fn welcome(found: &Captures, sentence: &str) -> Option<Says> {
    introduction(found, sentence)
        .filter(|says| matches!(says, Says::Introduce { who: Some(who), several: false, .. } if who.full))
}

fn english_introduction(found: &Captures, sentence: &str) -> Option<Says> {
    let who = names::latin_in(group(found, "rest"))?;
    Some(Says::Introduce {
        who: Some(who),
        several: false,
        roster: Vec::new(),
        kind: kind_of(sentence),
        title: title_in(sentence),
    })
}

fn kind_of(sentence: &str) -> Kind {
    static KINDS: LazyLock<[(Regex, Kind); 3]> = LazyLock::new(|| {
        [
            (pattern("致辞|致词|致开幕|开幕词|讲话|祝词|(?i:welcome address|opening remarks)"), Kind::Address),
            (pattern("圆桌|高峰对话|各位嘉宾|对话嘉宾|(?i:panel)"), Kind::Panel),
            (pattern("仪式|颁奖|签约|启动嘉宾"), Kind::Ceremony),
        ]
    });
    KINDS.iter().find(|(sounds, _)| sounds.is_match(sentence)).map_or(Kind::Talk, |(_, kind)| *kind)
}

/// The title of a talk in the words that announce it.
pub(super) fn title_in(text: &str) -> Option<String> {
    static TITLES: LazyLock<[Regex; 4]> = LazyLock::new(|| {
        [
            pattern("[《“\"「]([^》”\"」]{2,80})[》”\"」]"),
            pattern(
                "(?:题目|主题|标题)(?:是|为|叫做?|：)(.{2,60}?)(?:的)?(?:主旨|主题|专题|线上|特邀)*(?:报告|演讲|分享|讲座|发言|[。！？]|$)",
            ),
            pattern(
                "(?:做|作|带来|发表|分享|讲解|介绍|讲讲|聊聊|题为)(?:一[个场次])?(?:关于|有关|题为)*(.{2,60}?)(?:的)?(?:主旨|主题|专题|线上|特邀|精彩)*(?:报告|演讲|分享|讲座|发言|[。！？]|$)",
            ),
            pattern(
                r"(?i)\b(?:called|titled|entitled|title is|topic is|(?:talk|speak|tell)(?:ing)?(?: to)?(?: us)? (?:about|on))\s+(.{3,80}?)(?:, please.*)?[,.!?。！？\s]*$",
            ),
        ]
    });
    let title = TITLES.iter().find_map(|sounds| sounds.captures(text))?.get(1)?.as_str();
    let title = title.trim_matches(|c: char| c.is_whitespace() || "，。、：的他她".contains(c));
    let empty = ["精彩", "主题", "在这方面", "思考", "我们", "开场", "主旨", "掌声", "上台"];
    (title.chars().count() >= 3 && !empty.iter().any(|word| title.starts_with(word))).then(|| title.to_string())
}

/// What a talk is about in a sentence that introduces it without a title: "为大家介绍……的最新进展".
pub(crate) fn subject_in(text: &str) -> Option<String> {
    static LOOKS_BACK: LazyLock<Regex> = LazyLock::new(|| pattern("谢谢|感谢|刚才|刚刚"));
    static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            "(?:发布|分享|介绍|带来|讲讲|谈谈|聊聊|讲述)(?:一下|一些|其|他们?的?|她们?的?|我们的?|关于|有关|在|于)*",
            "([^，。！？；、]{2,24}?(?:进展|探索|实践|成果|思考|经验|故事|历程|体会))",
        ))
    });
    let subject = SUBJECT.captures(text).filter(|_| !LOOKS_BACK.is_match(text))?;
    // A bare 最新进展 says nothing.
    Some(subject[1].replace("这方面", "方面")).filter(|subject| subject.chars().count() > 6)
}

/// A theme in the words that lead up to it: "与大家共同探讨……".
pub(super) fn theme_in(text: &str) -> Option<String> {
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "^(?:[，、：:,\\s]|我们|将|会|与大家|和大家|来|一起|共同|探索|探讨|讨论|聚焦|分享|关注|围绕|聊聊|主题是|主题为|环节|的|听听|where we|which is(?: about)?|on|about)+",
        )
    });
    let theme = LEAD.replace(text, "");
    let theme = theme.split(['，', '。', ',', '！', '？', '；']).next().unwrap_or("").trim();
    (2..=30).contains(&theme.chars().count()).then(|| theme.to_string())
}

/// A title and what it is about, with the colon of its script.
pub(super) fn under(title: &str, theme: &str) -> String {
    if title.is_ascii() { format!("{title}: {theme}") } else { format!("{title}：{theme}") }
}

/// What a conversation is about: "共同探讨……".
pub(super) fn topic_in(text: &str) -> Option<String> {
    static TOPIC: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "(?:探讨|讨论|聊聊|聚焦|主题是|主题为|围绕|题目是|(?i:\\bon |about ))(.{2,40}?)(?:展开|[，。！？,.!]|$)",
        )
    });
    TOPIC.captures(text).map(|found| found[1].trim().to_string())
}

fn part(found: &Captures, _sentence: &str) -> Option<Says> {
    let name = group(found, "part").trim_start_matches("the ");
    let title = match theme_in(group(found, "theme")) {
        Some(theme) => under(name, &theme),
        None => name.to_string(),
    };
    Some(Says::Part { title })
}

fn conversation(found: &Captures, _sentence: &str) -> Option<Says> {
    static MODERATOR: LazyLock<Regex> = LazyLock::new(|| pattern("由(.{2,40}?)(?:来|为我们|担任)*主持"));
    static ENGLISH: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:moderated|hosted|chaired|led) by (.{2,60})"));
    let (what, theme) = (group(found, "what"), group(found, "theme"));
    let moderator = MODERATOR
        .captures(theme)
        .and_then(|c| names::at_end(&c[1]))
        .or_else(|| ENGLISH.captures(theme).and_then(|c| names::latin_in(&c[1])));
    let name = what.trim_end_matches("环节");
    let topic = topic_in(theme);
    let title = topic.map_or(name.to_string(), |topic| under(name, &topic));
    Some(Says::Segment { kind: Kind::Panel, title: Some(title), moderator })
}

fn ceremony(found: &Captures, _sentence: &str) -> Option<Says> {
    let what = group(found, "what").trim_start_matches(|c| "到了今天的本次".contains(c));
    let title = (!what.is_empty()).then(|| what.to_string());
    Some(Says::Segment { kind: Kind::Ceremony, title, moderator: None })
}

fn thanks(found: &Captures, sentence: &str) -> Option<Says> {
    static PRAISE: LazyLock<Regex> = LazyLock::new(|| pattern("精彩|入座|就座|落座|回座|深度思考|为我们|给我们带来"));
    let who = group(found, "who").trim();
    let nobody = ["大家", "各位", "聆听", "倾听", "主持人", "组委会", "主办方"];
    let after = &sentence[found.get(0)?.start()..];
    let praise = PRAISE.is_match(after);
    if nobody.iter().any(|word| who.starts_with(word)) && !praise {
        return None;
    }
    Some(Says::Thank { who: who.to_string(), praise })
}

fn farewell(_: &Captures, _: &str) -> Option<Says> {
    Some(Says::Farewell)
}

fn myself(found: &Captures, _sentence: &str) -> Option<Says> {
    let (who, whole) = (group(found, "who"), found.get(0)?.as_str());
    let host = ["主持人", "主播", "your host"].iter().any(|word| whole.contains(word));
    let who = who.trim_start_matches("your host ");
    // A host may go by a nickname; anyone else is believed only under a name that looks like one.
    let nickname = ["主持人", "主播"]
        .iter()
        .find_map(|word| Some(whole.split(word).nth(1)?.trim_end_matches(['，', '。', '！', '啊', '呃', '、'])));
    let name = match nickname.filter(|name| (2..=4).contains(&name.chars().count())) {
        Some(name) => name.to_string(),
        None => names::at_end(who).or_else(|| names::latin_in(who)).filter(|named| named.full)?.name,
    };
    Some(Says::Myself { name, host })
}

fn close(_: &Captures, _: &str) -> Option<Says> {
    Some(Says::Close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn introduced(sentence: &str) -> Option<(String, Kind, Option<String>)> {
        hear(sentence).into_iter().find_map(|heard| match heard.says {
            Says::Introduce { who: Some(who), kind, title, .. } => Some((who.name, kind, title)),
            _ => None,
        })
    }

    #[test]
    fn introductions_give_name_kind_and_title() {
        for (sentence, name, kind, title) in [
            ("接下来有请市科技局副局长周明远登台致辞。", "周明远", Kind::Address, None),
            ("让我们掌声欢迎海洋研究所所长何青做主题为深海的声音的主旨报告。", "何青", Kind::Talk, Some("深海的声音")),
            (
                "首先有请来自南方大学的梁小雨老师，为我们带来《稻田里的机器人》。",
                "梁小雨",
                Kind::Talk,
                Some("稻田里的机器人"),
            ),
            (
                "Our next speaker is Daniel Heartley from Reedham, who will talk about what the reeds remember.",
                "Daniel Heartley",
                Kind::Talk,
                Some("what the reeds remember"),
            ),
        ] {
            assert_eq!(introduced(sentence), Some((name.into(), kind, title.map(String::from))), "{sentence}");
        }
    }

    #[test]
    fn an_introduction_without_a_title_tells_the_subject() {
        let subject = |text| subject_in(text).unwrap_or_default();
        assert_eq!(subject("那么接下来请米老师来给我们介绍一下在古籍修复这方面的进展。"), "古籍修复方面的进展");
        assert_eq!(subject("她今天带来山区图书馆的故事，掌声有请。"), "山区图书馆的故事");
        assert_eq!(subject("感谢米老师分享古籍修复的实践经验。"), "");
        assert_eq!(subject("请他介绍最新进展。"), "");
    }

    #[test]
    fn what_is_quoted_or_nobody_is_no_introduction() {
        for sentence in ["他说“下面有请张三上台”，全场都笑了。", "欢迎各位来到本次论坛。", "我们邀请了很多合作伙伴。"]
        {
            assert_eq!(introduced(sentence), None, "{sentence}");
        }
    }

    #[test]
    fn parts_and_closings_are_heard() {
        let says = |sentence| hear(sentence).into_iter().map(|heard| heard.says).collect::<Vec<_>>();
        assert_eq!(
            says("下面我们进入第二个篇章，教机器听鸟。"),
            [Says::Part { title: "第二个篇章：教机器听鸟".into() }]
        );
        assert!(says("女士们先生们，本次论坛到此结束，谢谢。").contains(&Says::Close));
        assert!(says("各位好，我是本次论坛主持人齐军。").contains(&Says::Myself { name: "齐军".into(), host: true }));
        assert!(
            says("大家好，我是来自生数科技的唐佳宇。")
                .contains(&Says::Myself { name: "唐佳宇".into(), host: false })
        );
    }
}
