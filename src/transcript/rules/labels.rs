//! Speaker labels: `张三：`, `Speaker 1:`, `主持人 00:01:23`, `[张三]` at a paragraph's start.
//!
//! A colon also stands in running text (`他说：…`, `一是：…`, `10:30`). A label is short and either known as one, or a
//! name by its looks, or comes back.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::timeline::{Ms, Span};
use crate::transcript::Rule;
use crate::transcript::draft::{Draft, Edit, Timed, apply};
use crate::transcript::source::clock;

/// A dash, a time, perhaps in brackets: what may stand before a name.
const LEAD: &str =
    r"^(?:[-–—•*]\s*)?(?:[\[(（【]?(?P<before>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])）】]?\s*[-–—]?\s+)?\**";
/// A time after a name.
const TIME: &str = r"\**\s*(?:[\[(（【]?(?P<after>\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)[\])）】]?)?\**\s*";
/// `[张三]` with or without a colon.
static BOXED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{LEAD}[\[【](?P<name>[^\]】：:]{{1,40}})[\]】]{TIME}(?P<colon>[：:])?\**\s*")));
/// `张三：`, or `张三 00:01` alone on its line.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    const NAME: &str = r"[^\s：:，。！？,.!?\[\]【】()（）<>*][^：:，。！？,!?\[\]【】()（）<>*]{0,39}?";
    pattern(&format!(r"{LEAD}(?P<name>{NAME}){TIME}(?:(?P<colon>[：:])\**\s*|$)"))
});
/// Roles and the names that recognisers give to voices.
static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^(?:speaker|spk|voice|guest|host|participant|发言人|说话人|讲话人|嘉宾|讲者|主讲人?|观众|学员|记者|老师|用户)",
        r"[ _-]*(?:\d{1,3}|[a-z]|[一二三四五六七八九十甲乙丙丁]{1,2})?$|^(?:主持人?|提问者?|采访者|受访者|旁白|画外音|翻译|",
        r"q|a|问|答|moderator|interviewer|interviewee|narrator|announcer|question|answer|audience|translator)$"
    ))
});
/// Openings of running text before a colon, and words that end in saying.
static RUNNING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(?:说|道|问|讲|称|写|表示|指出|认为|强调|如下|包括|例如|比如|就是|的是|是|有|为|在|到|了|着|过|的)$|",
        r"^(?:第?[一二三四五六七八九十\d]+[是点个条来步类种、.)）]?|其[一二三]|首先|其次|最后|另外|总之|总结|结论|注意?|备注|说明|",
        r"问题|答案|时间|地点|日期|主题|标题|来源|作者|编辑|链接|摘要|目录|关键词|提示|补充|举例|例|如|即|但|那|这|我|你|他|她|它|",
        r"note|notes|tip|example|warning|title|date|time|place|subject|source|author|summary|https?|ftp|file|re|ps|p\.s)$"
    ))
});
/// The commonest surnames, over nine tenths of all bearers, and the commonest of two characters.
const SURNAMES: &str = concat!(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭",
    "陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐",
    "伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华"
);
const LONG_SURNAMES: [&str; 6] = ["欧阳", "司马", "上官", "诸葛", "东方", "皇甫"];

/// How long a label may be: in characters when it has any Han, in words when it is Latin.
const LONGEST_HAN: usize = 12;
const LONGEST_LATIN: usize = 5;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

/// A label found at a paragraph's start.
struct Found {
    name: String,
    /// Bytes of the paragraph that it takes.
    bytes: usize,
    start: Option<Ms>,
    /// A time or brackets around it: nothing but a label looks so.
    certain: bool,
}

pub(super) fn run(draft: &mut Draft) {
    let found: Vec<Option<Found>> = draft.paragraphs.iter().map(|paragraph| look(&paragraph.text.text())).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for found in found.iter().flatten() {
        *counts.entry(found.name.as_str()).or_default() += 1;
    }
    let accepted: Vec<bool> = found
        .iter()
        .map(|found| found.as_ref().is_some_and(|found| found.is_label(counts[found.name.as_str()])))
        .collect();
    let mut label: Option<String> = None;
    let mut start: Option<Ms> = None;
    for ((paragraph, found), accepted) in draft.paragraphs.iter_mut().zip(&found).zip(accepted) {
        if let (Some(found), true) = (found, accepted) {
            apply(&mut paragraph.text, &[Edit::remove(0..found.bytes)], Rule::Labels, &mut draft.changes);
            paragraph.labelled = true;
            label = Some(found.name.clone());
            start = found.start;
        }
        if paragraph.label.is_none() && !draft.cues || accepted {
            paragraph.label = label.clone();
        }
        paragraph.labelled |= start.is_some();
        if let (Some(time), Some(from)) = (start, paragraph.text.points().first().copied()) {
            let (to, span) = (from.offset + 1, Span::new(time, time));
            draft.times.push(Timed { from, to, span, opens: true, closes: false });
            start = None;
        }
    }
}

fn look(text: &str) -> Option<Found> {
    let boxed = BOXED.captures(text);
    let is_boxed = boxed.is_some();
    let found = boxed.or_else(|| PLAIN.captures(text))?;
    let name = found["name"].trim();
    let time = found.name("after").or(found.name("before")).and_then(|time| clock(time.as_str()));
    let bytes = found.get_match().end();
    let alone = bytes == text.len();
    let timed = found.name("after").is_some() && alone;
    let closes = found.name("colon").is_some() || timed || is_boxed && (alone || KNOWN.is_match(name));
    let is_address = text[bytes..].starts_with("//");
    (closes && is_short(name) && !RUNNING.is_match(name) && !is_address).then(|| Found {
        name: name.to_string(),
        bytes,
        start: time,
        certain: time.is_some() || is_boxed,
    })
}

fn is_short(name: &str) -> bool {
    let latin = name.is_ascii();
    let length = if latin { name.split_whitespace().count() } else { name.chars().count() };
    let lettered = name.chars().any(char::is_alphabetic);
    lettered && length <= if latin { LONGEST_LATIN } else { LONGEST_HAN }
}

impl Found {
    fn is_label(&self, count: usize) -> bool {
        self.certain || KNOWN.is_match(&self.name) || is_name(&self.name) || count >= 2
    }
}

/// Two to four Han characters after a surname, perhaps with a title; or two or three capitalised Latin words.
fn is_name(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let han = chars.iter().all(|c| crate::transcript::script::is_cjk(*c) || *c == '·');
    let surname =
        chars.first().is_some_and(|c| SURNAMES.contains(*c)) || LONG_SURNAMES.iter().any(|s| name.starts_with(s));
    let capitalised = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let words = name.split_whitespace().count();
    han && surname && (2..=4).contains(&chars.len())
        || name.is_ascii() && (2..=3).contains(&words) && name.split_whitespace().all(capitalised)
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;
    use crate::timeline::Hint;

    fn labels(text: &str) -> Vec<(Option<String>, String)> {
        let draft = cleaned(run, text).0;
        draft.paragraphs.iter().map(|paragraph| (paragraph.label.clone(), paragraph.text.text())).collect()
    }

    #[test]
    fn labels_in_every_dress() {
        for line in [
            "张三：你好",
            "张三: 你好",
            "**张三**：你好",
            "- 张三：你好",
            "[张三]：你好",
            "张三(00:01:23): 你好",
            "[00:12] 张三：你好",
        ] {
            assert_eq!(labels(line), [(Some("张三".into()), "你好".into())], "{line}");
        }
        for line in ["Speaker 1: Hi", "SPEAKER_00: Hi", "主持人：Hi", "发言人1：Hi", "John Smith: Hi"] {
            assert_eq!(labels(line)[0].1, "Hi", "{line}");
        }
    }

    #[test]
    fn a_label_on_a_line_of_its_own_holds_until_the_next() {
        let text = "发言人1 00:05\n大家好。\n欢迎。\n李四 00:01:23\n谢谢。";
        let expected = [("发言人1", "大家好。"), ("发言人1", "欢迎。"), ("李四", "谢谢。")];
        assert_eq!(labels(text), expected.map(|(label, text)| (Some(label.into()), text.into())));
        let draft = cleaned(run, text).0;
        let first = draft.paragraphs[2].text.points()[0];
        let hint = draft.hint(first, first, None, None).unwrap_or_default();
        assert_eq!(hint, Hint { span: Span::new(Ms(83_000), Ms(83_000)), exact_start: true, exact_end: false });
    }

    #[test]
    fn colons_in_running_text_are_no_labels() {
        let lines = [
            "他说：你好",
            "一是：坚持原则",
            "10:30 开会",
            "https://a.b/c",
            "问题：怎么办",
            "我们的目标有三个：第一",
            "Remember: be kind",
            "主席指出：要重视",
            "例如：这样\n例如：那样",
        ];
        for line in lines {
            assert!(labels(line).iter().all(|(label, _)| label.is_none()), "{line}");
        }
    }

    #[test]
    fn what_comes_back_is_a_label() {
        let found = labels("小爱：在吗\n阿强：在\n小爱：好");
        let label = Some("小爱".to_string());
        assert_eq!(found[0], (label.clone(), "在吗".into()));
        assert_eq!(found[1], (label, "阿强：在".into()), "said once, it may be running text");
    }
}
