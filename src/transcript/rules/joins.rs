//! Paragraphs chopped by a recogniser: joined, and the false full stop between them taken out.
//!
//! Recognisers cut at about a hundred characters and put a full stop at the cut, whether the sentence ends or not. The
//! words on both sides tell: each cue below adds to a weight, and at [`FALSE_STOP`] the stop is false. Some cues are words;
//! the others are what a clause lacks ([`clause`]) and what the two sides share. Where the stop is true, the paragraphs of a chopped transcript are joined all the same, up to a change of speaker or topic.

mod clause;

use std::sync::LazyLock;

use regex::Regex;

use crate::timeline::Point;
use crate::transcript::draft::{Draft, Edit, Paragraph, apply};
use crate::transcript::script::{is_cjk, is_closing, is_letter, is_stop, word_borders};
use crate::transcript::source::{append_line, ends_in_stop};
use crate::transcript::{Change, Rule};

/// The weight at which a final stop is held to be false.
const FALSE_STOP: i32 = 3;
/// The same where nothing says that the transcript is chopped, or inside a paragraph.
const FALSE_STOP_UNCHOPPED: i32 = 5;
/// The length of a chopped paragraph, in characters, and the share of them in a transcript that is chopped.
const CHOPPED_LENGTH: std::ops::RangeInclusive<usize> = 50..=140;
const CHOPPED_SHARE: f64 = 0.5;
/// A line without a final mark that is at least this long may be wrapped rather than finished.
const WRAPPED_LENGTH: usize = 30;
/// How much of the text on each side of a stop is looked at, in characters.
const REACH: usize = 120;

/// Words that leave a clause open when it ends with them.
static OPEN_TAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?:的话|时候|之后|以后|之前|之外|以外|之余|期间|过程中|当中|其中|[^个些大]方面|里面|上面|下面|基础上|领域上|方面上|过程上|之间|来讲|来说|来看|而言|",
        r"基础之上|在|把|给|从|向|被|将|跟|与|以及|或者|叫做?|让|使得?|关于|包括|通过|根据|按照|因为|所以|但是|而且|如果|虽然|比如说?|",
        r"例如|也就是|就是|我们|我|这个|那个|一个|一种|那么|不是|显示|表明|指出|认为|看到|发现|说到|提到|强调|觉得|知道|希望)$"
    ))
});
/// A clause that is nothing but an opening.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:那么?|而|但是?)?(?:首先|其次|同时|然后|最后|另外|此外|因此|所以|但是|而且|总的来说|总之|众所周知|目前|当前|现在|其实|",
        r"第[一二三四五六七八九十]|(?:早?就?在|到|从)?(?:今年|去年|前年|明年|本周|上周|下周|\d{2,4}年)?(?:[\d一二三四五六七八九十]*[年月日号天]?)*",
        r"(?:今年|去年|今天|昨天|明天|本周.|上周.|最近|年|月|日))$"
    ))
});
/// Conjunctions and prepositions whose clause needs another.
static SUBORDINATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:[呃啊嗯哎]|那么?|但是?|而且?|所以|然后|同时|其实|就|呢)*(?:如果|因为|由于|虽然|尽管|既然|只要|只有|除了|无论|不管|当[^然前]|随着|为了|",
        r"通过|根据|按照|基于|针对|对于|关于)"
    ))
});
/// A place or time with 在 in front and nothing said of it yet.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:[呃啊嗯]|那么?|但是?|就|包括)*(?:在|从|用).{1,14}(?:上|中|里|下|面|时|后|前|间|内|外)$")
});
/// A clause that stops right after its preposition's pronoun or noun: 把他, 在生存.
static BARE_OBJECT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:把|将|被|让|给)[他它她我你这那]们?$|^(?:在|把|对|从|向|为|将).{1,2}$"));
/// A verb whose object is a clause: what was said or thought follows.
static REPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:讲|说|觉得|认为|知道|希望|看到|提到|发现)(?:了|过|的|到)$"));
/// A condition…
static CONDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"如果|要是|只要|既然|假如|倘若"));
/// …what follows from it, within a sentence…
static CONSEQUENCE: LazyLock<Regex> = LazyLock::new(|| pattern(r"，(?:那|会)|就|都|那么|则"));
/// …and at the head of the next.
static CONSEQUENCE_HEAD: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[呃啊嗯，]*(?:那|就|则)"));
/// Ends of clauses that are rarely left open.
static CLOSED_TAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:了|吧|吗|嘛|谢谢|欢迎|是吧|对吧|等等|大家|过)$"));
/// 是……的: a whole predicate.
static PREDICATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:是|很|非常|应该|会是|不会|不能|有点).*的$|^[好真对行]的$"));
/// 以 as a preposition that still waits for its 为.
static TAKEN_AS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^可所难予得加])以[^及后前来上下内外往为]{2,}$"));
/// Posts and titles that stand with the names of guests.
static POST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"主任|教授|院士|院长|所长|校长|董事长|理事长|秘书长|总裁|总经理|创始人|主席|司长|局长|处长|部长|研究员|CEO|CTO|负责人|会长|书记",
    )
});
static QUESTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"什么|怎么|怎样|如何|为何|哪|谁|吗|多少|几"));

/// Words that cannot begin a sentence: nothing stands before them, not even a comma.
const CLINGING: [&str; 10] = ["的", "了", "呢", "吗", "着", "们", "和", "与", "及", "以及"];
/// Words that go on with a sentence.
static GOING_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:包括|并且?|而不|叫做?|特别是|尤其是|甚至|或者是|进而|从而|还不|还会|还能|(?:这个|那)?也就是|也|都|才|却|则|又|再|已|正在|一直|会|能|可以|可能|需要|是|",
        r"被|把|将|使|给|跟|对|去|来|其实|一定|既)"
    ))
});
/// Words that open a sentence or a paragraph.
static NEW_SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^[呃啊嗯，]*(?:那|接下来|下面|首先|第[一二三四五六七八九十]|另外|最后|[一二三四五六]是|所以|但|然后|因为|当然|因此|不过|这|我想|我觉得|",
        r"我认为|当前|目前|今天|去年|或者说|比如|如果)"
    ))
});
/// Times that open a sentence, whatever word their first character is elsewhere: 去 goes on, 去年 does not.
static TIME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[今去前明后来]年|[今昨前明后]天|[上本下这]个?(?:周|星期|月)|\d{2,4}年)"));
/// Words that open a new part of a talk.
static NEW_TOPIC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:接下来|下面|首先|最后|第[一二三四五六七八九十]|[一二三四五六]是)"));
/// One speaker ends, thanks or calls the next…
static FAREWELL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:谢谢(?:大家|各位|您|你们?)?|感谢|掌声(?:有请|欢迎)?|有请|入座|欢迎(?:你们|您)?|thank you(?: all| very much| so much)?)$",
    )
});
/// …or addresses the hall.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^(?:好的?，|尊敬的|各位|大家好|谢谢|感谢|女士们|ladies|good (?:morning|afternoon|evening)|thank)")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

pub(super) fn run(draft: &mut Draft) {
    if !draft.cues {
        join_paragraphs(draft);
    }
    mend_seams(draft);
}

/// What stands on the two sides of a stop.
struct Break {
    /// The sentence before it, without the stop and without fillers at its end.
    sentence: String,
    /// Its last clause.
    clause: String,
    /// What follows.
    head: String,
    /// Whether the stop could be false: a full stop, not a question mark.
    plain_stop: bool,
}

impl Break {
    fn new(before: &[char], after: &[char]) -> Break {
        let before = &before[before.len().saturating_sub(REACH)..];
        let plain_stop = matches!(before.last(), Some('。' | '.'));
        let body: String = before.iter().collect();
        let body = body.trim_end_matches(|c: char| is_stop(c) || is_closing(c) || c.is_whitespace());
        // A filler as a sentence of its own tells nothing: look at what it follows.
        let mut sentences = body.rsplit(is_stop).map(trim_fillers);
        let sentence = sentences.find(|sentence| !matches!(*sentence, "" | "啊")).unwrap_or_default();
        let clause = sentence.rsplit(['，', ',', '；']).next().unwrap_or_default();
        Break { sentence: sentence.into(), clause: clause.into(), head: after.iter().take(REACH).collect(), plain_stop }
    }

    /// How much speaks for a sentence that goes on.
    fn weight(&self) -> i32 {
        if self.plain_stop && clause::is_vocative(&self.clause) {
            return if NEW_SENTENCE.is_match(&self.head) { 0 } else { 4 };
        }
        if !self.plain_stop || self.changes_speaker() {
            return i32::MIN;
        }
        if self.is_condition() { 8 } else { self.weight_of_tail() + self.weight_of_head() }
    }

    fn weight_of_tail(&self) -> i32 {
        let (clause, sentence) = (self.clause.as_str(), self.sentence.as_str());
        let spoken = clause.trim_end_matches(['呢', '啊', '呀']);
        let single = !sentence.contains(['，', ',']);
        let mut weight = 0;
        if clause.is_empty() {
            return weight;
        }
        if OPEN_TAIL.is_match(spoken) && !clause::ends_in_object(spoken)
            || OPENING.is_match(spoken)
            || PLACE.is_match(spoken)
            || BARE_OBJECT.is_match(spoken)
        {
            weight += 8;
        } else if clause.ends_with('呢') && !QUESTION.is_match(sentence) || self.is_topic() {
            weight += 5;
        } else if SUBORDINATE.is_match(spoken) {
            weight += if single || clause::is_frame(clause) { 8 } else { 3 };
        } else if spoken.ends_with('的') && !PREDICATE.is_match(sentence) || clause::is_frame(clause) {
            weight += 4;
        } else if REPORT.is_match(spoken) || clause::is_nominal(clause) {
            weight += 3;
        } else if CLOSED_TAIL.is_match(spoken) || PREDICATE.is_match(clause) {
            weight -= 3;
        }
        weight
    }

    fn weight_of_head(&self) -> i32 {
        let head = self.head.as_str();
        let spoken = head.trim_start_matches(['呃', '嗯', '，']);
        let latin = |c: Option<char>| c.is_some_and(is_letter);
        if self.splits_word() {
            7
        } else if latin(self.sentence.chars().next_back()) && latin(head.chars().next()) {
            if head.starts_with(char::is_lowercase) { 5 } else { -7 }
        } else if self.clings() || self.is_circumfix() {
            5
        } else if self.repeats_phrase() {
            4
        } else if TIME.is_match(spoken) {
            -4
        } else if GOING_ON.is_match(spoken) || self.repeats_word() || self.goes_on_listing() || self.is_roll() {
            3
        } else if NEW_SENTENCE.is_match(spoken) {
            -4
        } else {
            0
        }
    }

    /// A clause of a word or two with a particle that marks it as a topic: `时间啊`.
    fn is_topic(&self) -> bool {
        const SHORT: usize = 4;
        self.clause.ends_with('啊') && (2..=SHORT).contains(&self.clause.chars().count())
    }

    /// 以……为……, with the stop in the middle.
    fn is_circumfix(&self) -> bool {
        let first_clause = self.head.split(['，', '。']).next().unwrap_or_default();
        TAKEN_AS.is_match(&self.clause) && first_clause.contains('为')
    }

    fn changes_speaker(&self) -> bool {
        FAREWELL.is_match(&self.clause) || ADDRESS.is_match(&self.head)
    }

    /// Whether the stop stands inside a word: `主管部。门科研机构`.
    fn splits_word(&self) -> bool {
        const NEAR: usize = 8;
        let tail: Vec<char> = self.sentence.chars().collect();
        let tail: String = tail[tail.len().saturating_sub(NEAR)..].iter().collect();
        let head: String = self.head.chars().take(NEAR).take_while(|c| is_cjk(*c)).collect();
        let Some(first) = head.chars().next() else { return false };
        let Some(last) = tail.chars().next_back().filter(|c| is_cjk(*c)) else { return false };
        let alone_before = word_borders(&tail).contains(&(tail.len() - last.len_utf8()));
        let alone_after = word_borders(&head).contains(&first.len_utf8());
        let common = "我你他她它这那就还也都会能要有是在对不一了的呢啊好说来去";
        let whole = word_borders(&format!("{tail}{head}"));
        alone_before && alone_after && !common.contains(first) && !common.contains(last) && !whole.contains(&tail.len())
    }

    /// Whether the first word after the stop is one that cannot begin a sentence. 的确, 了解 and 和平 can.
    fn clings(&self) -> bool {
        const NEAR: usize = 8;
        let head: String = self.head.chars().take(NEAR).collect();
        word_borders(&head).get(1).is_some_and(|end| CLINGING.contains(&&head[..*end]))
    }

    /// The last word said again: `并行处理。并行文件系统`.
    fn repeats_word(&self) -> bool {
        let last: Vec<char> = self.clause.chars().collect();
        let first: String = self.head.chars().take(2).collect();
        let near: String = last[last.len().saturating_sub(5)..].iter().collect();
        first.chars().count() == 2
            && first.chars().all(is_cjk)
            && near.contains(&first)
            && !NEW_SENTENCE.is_match(&first)
    }

    /// Three characters of the last clause said again: `声音本身的质量。声音本身的数量`.
    fn repeats_phrase(&self) -> bool {
        const PHRASE: usize = 3;
        let first: String = self.head.chars().take(PHRASE).take_while(|c| is_cjk(*c)).collect();
        first.chars().count() == PHRASE && self.clause.contains(&first) && !NEW_SENTENCE.is_match(&first)
    }

    /// A condition, with what follows from it behind the stop: `如果他来。那就好`.
    fn is_condition(&self) -> bool {
        let condition = CONDITION.find_iter(&self.sentence).last();
        condition.is_some_and(|found| !CONSEQUENCE.is_match(&self.sentence[found.end()..]))
            && CONSEQUENCE_HEAD.is_match(&self.head)
    }

    /// Items with 、 in the clauses on both sides.
    fn goes_on_listing(&self) -> bool {
        self.clause.contains('、') && self.is_list()
    }

    /// Items with 、 on both sides, of which the second is in the first clause.
    fn is_list(&self) -> bool {
        let first_clause = self.head.split(['，', '。']).next().unwrap_or_default();
        self.sentence.contains('、') && first_clause.contains('、') && self.sentence.contains('，')
    }

    /// A roll of guests: people with their posts before the stop and another one right after it.
    fn is_roll(&self) -> bool {
        let first_clause = self.head.split(['，', '。']).next().unwrap_or_default();
        let listed = POST.find_iter(&self.sentence).count() >= 2 && POST.is_match(&self.clause);
        listed && POST.is_match(first_clause) && !NEW_SENTENCE.is_match(first_clause)
    }

    /// What stands in the place of a false stop.
    fn mark(&self) -> &'static str {
        let spoken = self.clause.trim_end_matches(['呢', '啊']);
        let attribute =
            self.clause.ends_with('的') && !GOING_ON.is_match(&self.head) && !NEW_SENTENCE.is_match(&self.head);
        let dangling = BARE_OBJECT.is_match(spoken) || is_dangling(&self.clause);
        if self.splits_word() || self.clings() || attribute || dangling {
            ""
        } else if self.is_list() {
            "、"
        } else {
            "，"
        }
    }
}

/// A preposition, or a subject or measure, that its clause still waits for: no mark follows it.
fn is_dangling(clause: &str) -> bool {
    static LAST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:在|把|给|从|向|被|将|跟|与|以及|或者|叫做?|让|使得?|关于|包括|通过|根据|按照|我们|这个|那个|一个|一种|那么)$",
        )
    });
    LAST.is_match(clause)
}

/// Takes fillers with their marks off the end of a sentence.
fn trim_fillers(sentence: &str) -> &str {
    sentence.trim_end_matches(['呃', '嗯', '哎', '，', ',', ' '])
}

/// Whether most paragraphs have the length at which recognisers cut.
fn is_chopped(paragraphs: &[Paragraph]) -> bool {
    let cut = paragraphs.iter().filter(|paragraph| CHOPPED_LENGTH.contains(&paragraph.text.len())).count();
    paragraphs.len() > 1 && cut as f64 >= CHOPPED_SHARE * paragraphs.len() as f64
}

/// How two paragraphs stand to each other.
enum Link {
    /// They stay apart.
    Apart,
    /// One paragraph, the mark between them as it is.
    Same,
    /// One sentence: the mark gives way to another, or to none.
    Sentence(&'static str),
}

fn join_paragraphs(draft: &mut Draft) {
    let chopped = is_chopped(&draft.paragraphs);
    let stops = draft.paragraphs.iter().filter(|paragraph| ends_in_stop(&paragraph.text)).count();
    let punctuated = stops * 10 >= draft.paragraphs.len();
    let mut joined: Vec<Paragraph> = Vec::new();
    for next in std::mem::take(&mut draft.paragraphs) {
        let link = match joined.last() {
            Some(last) if !next.labelled && punctuated => link(last, &next, chopped),
            _ => Link::Apart,
        };
        match (joined.last_mut(), link) {
            (Some(last), Link::Same) => append_line(&mut last.text, &next.text),
            (Some(last), Link::Sentence(mark)) => {
                replace_stop(last, mark, &mut draft.changes);
                append_line(&mut last.text, &next.text);
            }
            _ => joined.push(next),
        }
    }
    draft.paragraphs = joined;
}

fn link(last: &Paragraph, next: &Paragraph, chopped: bool) -> Link {
    let (before, after) = (last.text.chars(), next.text.chars());
    let lines = last.text.points().last().zip(next.text.points().first());
    let Some((end, start)) = lines else { return Link::Apart };
    let Some(final_mark) = before.iter().rev().find(|c| !is_closing(**c)) else { return Link::Apart };
    if matches!(final_mark, '，' | ',' | '、') {
        return Link::Same;
    }
    let stop = Break::new(before, after);
    if !is_stop(*final_mark) {
        let wrapped = start.line == end.line + 1 && before.len() >= WRAPPED_LENGTH && !stop.changes_speaker();
        return if wrapped { Link::Same } else { Link::Apart };
    }
    if torn_number(before, after) {
        return Link::Same;
    }
    if stop.weight() >= if chopped { FALSE_STOP } else { FALSE_STOP_UNCHOPPED } {
        return Link::Sentence(stop.mark());
    }
    if chopped && is_same_stretch(&stop) { Link::Same } else { Link::Apart }
}

fn is_same_stretch(stop: &Break) -> bool {
    !stop.changes_speaker() && !NEW_TOPIC.is_match(&stop.head)
}

/// `3。` and `5…`: the decimals rule decides, on one line.
fn torn_number(before: &[char], after: &[char]) -> bool {
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    matches!(before, [.., n, '。'] if n.is_ascii_digit()) && digit(after.first()) && !digit(after.get(2))
}

/// Puts `mark` in the place of the paragraph's final stop. Only the end is touched, so that joining stays linear.
fn replace_stop(last: &mut Paragraph, mark: &str, changes: &mut Vec<Change>) {
    let chars = last.text.chars();
    let Some(back) = chars.iter().rev().position(|c| is_stop(*c)) else { return };
    let at = chars.len() - 1 - back;
    let (stop, point) = (chars[at], last.text.points()[at]);
    changes.push(Change { rule: Rule::Joins, at: point, before: format!("{stop}\n"), after: mark.into() });
    last.text.replace(at..at + 1, mark);
}

/// False stops where two of a recogniser's segments met inside a paragraph.
fn mend_seams(draft: &mut Draft) {
    let mut seams = std::mem::take(&mut draft.seams);
    seams.sort();
    for paragraph in &mut draft.paragraphs {
        let edits = false_seams(paragraph, &seams);
        apply(&mut paragraph.text, &edits, Rule::Joins, &mut draft.changes);
    }
}

fn false_seams(paragraph: &Paragraph, seams: &[Point]) -> Vec<Edit> {
    let (chars, points) = (paragraph.text.chars(), paragraph.text.points());
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let inside = seams.partition_point(|seam| seam < first)..seams.partition_point(|seam| seam <= last);
    let mut edits: Vec<Edit> = Vec::new();
    let (mut byte, mut at) = (0, 0);
    for seam in &seams[inside] {
        let stop = points.partition_point(|point| point < seam);
        if stop < at || chars.get(stop) != Some(&'。') || stop + 1 == chars.len() {
            continue;
        }
        byte += chars[at..stop].iter().map(|c| c.len_utf8()).sum::<usize>();
        at = stop;
        let around = Break::new(&chars[..=stop], &chars[stop + 1..]);
        if around.weight() >= FALSE_STOP_UNCHOPPED {
            edits.push(Edit::new(byte..byte + '。'.len_utf8(), around.mark()));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::markup::cleaned;
    use super::*;

    #[test]
    fn a_false_stop_goes_with_the_break() {
        let cases = [
            ("以及来自中央的主管部。\n\n门科研机构", "以及来自中央的主管部门科研机构"),
            ("在去年10月。\n\n主席在论坛上说", "在去年10月，主席在论坛上说"),
            ("做完这件事以后呢。\n\n它的算力很大", "做完这件事以后呢，它的算力很大"),
            ("不再仿照人类。\n\n的大脑来构造", "不再仿照人类的大脑来构造"),
            ("然后把他。\n\n开放出去", "然后把他开放出去"),
            ("比较起来。\n\n呢性能不错", "比较起来呢性能不错"),
            ("数鸟，如果他有了耳机。\n\n那就有一个问题", "数鸟，如果他有了耳机，那就有一个问题"),
            ("从声音本身的质量。\n\n声音本身的数量出发", "从声音本身的质量，声音本身的数量出发"),
            ("准确率是3。\n\n5倍", "准确率是3。5倍"),
            ("in the field of AI。\n\n in particular", "in the field of AI， in particular"),
        ];
        for (given, expected) in cases {
            assert_eq!(cleaned(run, given).1.replace("，in", "， in"), expected);
        }
    }

    #[test]
    fn less_is_needed_where_the_transcript_is_chopped() {
        let chopped = "这里的芦苇很高，水也很清。".repeat(5);
        for (end, start) in [
            ("陈老师刚才讲了", "湿地的鸟很多。"),
            ("各位老师", "各位同学，大家好。"),
            ("在湿地这个领域", "我们刚刚开始。"),
            ("但是人多，随着湿地的发展", "然后鸟也多了。"),
        ] {
            let given = format!("{chopped}{end}。\n\n{start}");
            assert_eq!(cleaned(run, &given).1, format!("{chopped}{end}，{start}"));
        }
    }

    #[test]
    fn a_true_stop_stays() {
        for text in [
            "我的分享到这里，谢谢大家。\n接下来有请张三。",
            "他走了。\n那么我们开始吧。",
            "这是为什么呢？\n因为爱。",
            "好的。\n提升一倍。",
            "他来了。\n的确很好。",
            "院长张军。\n中国信息院到了。",
            "这是我们做的。\n专家说好。",
            "有问题随时告诉我。\n芦苇很高。",
            "当然可以解释。\n它是人做的。",
            "如果他来就好了。\n那我们走吧。",
            "在图上几乎一模一样。\n去年我们把风声拿出来训练。",
        ] {
            assert_eq!(cleaned(run, text).1, text);
        }
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        let text =
            "This is a long line of an email that somebody wrapped\nat some column or other. It ends here.\n\nNew.";
        let expected =
            "This is a long line of an email that somebody wrapped at some column or other. It ends here.\nNew.";
        assert_eq!(cleaned(run, text).1, expected);
    }

    #[test]
    fn the_change_is_told_where_the_stop_was() {
        let changes = cleaned(run, "首先呢。\n\n我代表协会").0.changes;
        let expected =
            Change { rule: Rule::Joins, at: Point { line: 1, offset: 3 }, before: "。\n".into(), after: "，".into() };
        assert_eq!(changes, [expected]);
    }
}
