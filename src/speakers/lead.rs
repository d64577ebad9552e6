//! Where the host's words turn from the talk before to the one that comes.
//!
//! Between two talks a host thanks, looks back, and leads in to what comes next. A viewer wants to land on the first
//! sentence of the lead-in. The look back is told by its words, and it lasts as long as its sentences lean on each
//! other: recognisers and hosts alike put full stops into it.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::names::pattern;

/// Sentences of a lead-in that belong to the introduction at most.
pub(super) const LONGEST: usize = 15;

/// Words that look back at the talk before.
static LOOKS_BACK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "谢谢|感谢|刚才|刚刚|入座|让我们(?:看到|感受到|了解到|认识到)|为我们(?:分享|介绍|讲述|讲解)了",
        "|(?i:thank|fascinating|wonderful talk|great talk|what an? (?:[a-z]+ ){0,3}(?:talk|story|report|start)\\b)",
        "|(?i:\\b(?:we just|we(?:['’]ve| have)(?: just)?) (?:heard|seen)\\b)",
        "|(?i:\\b(?:you|he|she|they|talk|story|words)(?:['’]ve| has| have)?(?: just)?",
        " (?:show(?:ed|n)|reminded|taught|told) us\\b)",
    ))
});

/// What is said of a talk, the one before unless the sentence turns to the next.
static OF_A_TALK: LazyLock<Regex> =
    LazyLock::new(|| pattern("的(?:分享|演讲|报告|致辞|讲话|讲解|发言)(?:当?中|里|让|给|告诉|非常|很|呢)"));

/// Words that look back at the whole event, not at one talk.
static OF_ALL: LazyLock<Regex> = LazyLock::new(|| pattern("今天|所有|全体|到来|参与"));

/// Words with which a sentence leans on the one before, whose subject or matter it keeps.
static LEANS_BACK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(?:而|也|同时|特别是|尤其|这|并|此外|从而|进而|因此|所以|以及|包括|[他她]们?|其中)",
        "|^(?i:(?:and |but )?(?:it|this|that|these|those|he|she|they)(?:['’](?:s|ve|re)| also| is",
        "| are| was| were| has| have| had| showed?| shows| means?| meant| makes?| made| gives?| gave| reminds?| reminded",
        "| tells?| told)\\b)",
        "|^(?i:(?:and )?(?:also|above all|especially|in particular|not least|which)\\b)",
    ))
});

/// A sentence without a subject of its own: a place or nothing at all before the verb.
static LACKS_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(?:在[^，。！？]{2,30}(?:方面|领域|过程|之间|[上中里下内]))?[，,]?(?:也|都|还|更|又|已经?|均|正在?|逐步|不断|先后)*",
        "(?:(?:取得|实现|形成|积累|作出|做出|开展|展开|获得|得到|提出|带来|迈出|完成|建立|找到|证明|打开|推动|促进)[了过]",
        "|有了|做了|具有|进行了|发挥[了着])",
    ))
});

/// A sentence that stops before its verb: on a mark, on a place or time nothing has been said of yet, or on a means.
static STOPS_SHORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "[，、；：,;:]\\s*$",
        "|(?:^|[，；])(?:那么?|而|并|也|同时|特别是?|尤其是?|或者?|包括)*(?:在|从|当|随着|对于|面对|围绕|基于)[^，。！？；]{2,30}",
        "(?:方面|领域|过程|背景|前提|同时|时候|[上中里下时后前间内外])[。.]?\\s*$",
        "|(?:通过|借助|依托|凭借|随着|依靠)[^，。！？；]{2,30}",
        "(?:合作|协作|努力|探索|实践|研究|交流|方式|手段|办法|途径|形式|平台|发展|到来|成熟)[。.]?\\s*$",
    ))
});

/// Words that turn to what comes next: whatever they begin with, they look forward.
static TURNS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "接下来|下面|下一[位个场]|说到|谈到|提起|今天我们|今天的?[这下]一?位|^[这那]一?[次位]|[？?]\\s*$",
        "|(?i:\\bnext\\b|\\bnow\\b|\\btoday\\b|(?:brings|leads|takes) us to)",
    ))
});

/// The sentence with which the introduction made in `sentence` begins; the host's words begin at `lead`.
pub(super) fn introduced_from(texts: &[String], lead: usize, sentence: usize) -> usize {
    let first = looks_forward(texts, lead..sentence, looks_back);
    on_the_subject(texts, first..sentence)
}

/// The sentence with which the host begins to close the event: a look back at all of it is part of that.
pub(super) fn closing_from(texts: &[String], lead: usize, sentence: usize) -> usize {
    looks_forward(texts, lead..sentence, |text| looks_back(text) && !OF_ALL.is_match(text))
}

fn looks_back(text: &str) -> bool {
    LOOKS_BACK.is_match(text) || OF_A_TALK.is_match(text) && !TURNS.is_match(text)
}

/// The sentence behind the last one of `words` that looks back, and behind those that go on with what it said.
fn looks_forward(texts: &[String], words: Range<usize>, looks_back: impl Fn(&str) -> bool) -> usize {
    let end = words.end;
    let first = words.start.max(end.saturating_sub(LONGEST)).min(end);
    let Some(back) = (first..end).rev().find(|&i| looks_back(&texts[i])) else { return first };
    (back + 1..end).find(|&i| !goes_on(&texts[i - 1], &texts[i])).unwrap_or(end)
}

/// Whether `text` goes on with what the sentence before it said.
fn goes_on(before: &str, text: &str) -> bool {
    let leans = LEANS_BACK.is_match(text) || LACKS_SUBJECT.is_match(text) || STOPS_SHORT.is_match(before);
    leans && !TURNS.is_match(text)
}

/// The tail of a look back may give itself away by nothing but having no word in common with the introduction, which
/// is the sentence behind `words`: the first sentence that has one, if it comes soon.
fn on_the_subject(texts: &[String], words: Range<usize>) -> usize {
    /// Sentences that such a tail has at most.
    const LONGEST_TAIL: usize = 2;
    let (first, introduction) = (words.start, words.end);
    let subject = pairs(&texts[introduction]);
    let mut soon = words.take(LONGEST_TAIL + 1);
    soon.find(|&i| pairs(&texts[i]).iter().any(|pair| subject.contains(pair))).unwrap_or(first)
}

/// The pairs of neighbouring Han characters, without those that any sentence may have.
fn pairs(text: &str) -> HashSet<(char, char)> {
    const COMMON: &str = "的了是在我你他们这那不有就也都和与呢啊吧让请大家今天接下来一个个着";
    let is_content = |c: char| c > '\u{2e7f}' && c.is_alphanumeric() && !COMMON.contains(c);
    let after = text.chars().skip(1);
    text.chars().zip(after).filter(|&(a, b)| is_content(a) && is_content(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentence with which the introduction at the end of `texts` begins.
    fn begins(texts: &[&str]) -> String {
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        texts[introduced_from(&texts, 0, texts.len() - 1)].clone()
    }

    #[test]
    fn a_lead_in_begins_behind_thanks_and_look_back() {
        let begins = begins(&[
            "刚才顾老师的分享让我们看到了山里的学校。",
            "而这需要很多人一起努力。",
            "这也是我们办这个会的初衷。",
            "南江图书馆是全省最老的图书馆。",
            "去年它开进了十二个村子。",
            "接下来有请南江图书馆馆长米小禾。",
        ]);
        assert_eq!(begins, "南江图书馆是全省最老的图书馆。");
    }

    #[test]
    fn a_look_back_goes_on_where_its_sentence_stopped_short() {
        for (open, rest) in [
            ("尤其是在高寒、缺水的山区里。", "耐旱的谷种守住了收成。"),
            ("而研究站也通过与三十个村子的合作。", "种子库一年比一年满。"),
            ("也明白了一件事：", "谷种要种在地里才活着。"),
        ] {
            let begins = begins(&[
                "从刚刚贺教授的报告中，我们学到了很多。",
                open,
                rest,
                "养蜂人是谷种的朋友。",
                "让我们有请养蜂人协会会长毛一舟讲讲蜂和谷种。",
            ]);
            assert_eq!(begins, "养蜂人是谷种的朋友。", "{open}");
        }
    }

    #[test]
    fn a_sentence_without_a_subject_goes_on() {
        for tail in ["在养蜂和育种方面取得了不少成果。", "也积累了十年的养蜂记录。", "在田里，还找到了新的蜂种。"]
        {
            let begins =
                begins(&["谢谢贺教授的精彩报告，请入座。", tail, "养蜂是一门老手艺。", "让我们有请毛一舟讲讲养蜂。"]);
            assert_eq!(begins, "养蜂是一门老手艺。", "{tail}");
        }
    }

    #[test]
    fn a_new_subject_leads_in_whatever_its_place() {
        for lead in
            ["在养蜂方面，南江协会取得了不少成果。", "而说到养蜂，大家会想到谁？", "这一位养蜂人，我们等了很久。"]
        {
            let begins = begins(&["谢谢贺教授的精彩报告，请入座。", lead, "让我们有请毛一舟讲讲养蜂。"]);
            assert_eq!(begins, lead);
        }
    }

    #[test]
    fn an_english_lead_in_begins_behind_the_look_back_too() {
        let begins = begins(&[
            "What a lovely talk.",
            "You have shown us that a bog is a library.",
            "And it is one that burns easily.",
            "Especially in a dry spring.",
            "Moss has a cousin that nobody sings about.",
            "It has kept roofs dry for a thousand years.",
            "Our next speaker is Rowan Pike, who thatches with reed.",
        ]);
        assert_eq!(begins, "Moss has a cousin that nobody sings about.");
        let turning = "This brings us to roofs.";
        assert_eq!(self::begins(&["Thank you, Iris.", turning, "Please welcome Rowan Pike."]), turning);
    }

    #[test]
    fn a_closing_keeps_the_look_back_at_the_whole_event() {
        let texts = ["谢谢毛会长，请入座。", "感谢所有来宾的到来。", "明年春天我们再见。", "本次论坛到此结束。"];
        assert_eq!(closing_from(&texts.map(String::from), 0, 3), 1);
    }
}
