//! Titles made to fit.

use crate::cues::shorten;

/// Words that a title is about nothing without: what is celebrated, at its end.
const CORES: [&str; 6] = ["仪式", "发布会", "论坛", "对话", "颁奖", "ceremony"];

/// Words that lead in to what a title is about.
const LEADING_IN: [&str; 8] = ["关于", "浅谈", "漫谈", "看", "谈", "论", "从", "about "];

/// The title in at most `most` characters, cut between words. `taken` is a text as the target takes it.
///
/// What does not fit whole keeps who it is, and of what follows the longest clause; what ends in a ceremony keeps its end.
pub(super) fn fit(title: &str, most: usize, taken: impl Fn(&str) -> String) -> String {
    let whole = taken(title);
    if whole.chars().count() <= most {
        return whole;
    }
    if CORES.iter().any(|core| whole.ends_with(core)) {
        return Some(last_words(&whole, most)).filter(|end| !end.is_empty()).unwrap_or_else(|| shorten(&whole, most));
    }
    let Some((who, what)) = title.split_once(['：', ':', '｜', '|']) else { return shorten(&whole, most) };
    let who = taken(who);
    let clauses = what.split(['，', '。', '；', ',', ';', '？', '！', '—']).map(|clause| taken(core_of(clause)));
    let core = clauses.max_by_key(|clause| clause.chars().count()).unwrap_or_default();
    let room = most.saturating_sub(who.chars().count() + 1);
    let head = shorten(&whole, most);
    match shorten(&core, room) {
        short if short.is_empty() || who.is_empty() || short.chars().count() * 2 < room => head,
        short if head.starts_with(&taken(&format!("{who} {short}"))) => head,
        short => format!("{who} {short}"),
    }
}

/// A clause without the words that lead in to it.
fn core_of(clause: &str) -> &str {
    let clause = clause.trim();
    LEADING_IN.iter().find_map(|lead| clause.strip_prefix(lead)).unwrap_or(clause)
}

/// As many whole words from the end of `text` as fit.
fn last_words(text: &str, most: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let from = chars.len().saturating_sub(most);
    // What `shorten` leaves off at the end of a longer and longer head is where a word begins.
    let starts = (from..chars.len()).find(|&at| at > 0 && shorten(text, at).chars().count() == at);
    starts.map_or(String::new(), |at| chars[at..].iter().collect::<String>().trim().to_string())
}

#[cfg(test)]
mod tests {
    fn fit(title: &str, most: usize) -> String {
        super::fit(title, most, |text| text.replace(['：', '，', '｜'], " "))
    }

    #[test]
    fn who_and_the_core_are_kept() {
        assert_eq!(fit("何青：深海的声音", 16), "何青 深海的声音");
        assert_eq!(fit("丹尼尔哈特利：从录音机谈起，看芦苇沼泽的四季变化", 16), "丹尼尔哈特利 芦苇沼泽的四季变化");
        assert_eq!(fit("青芦湖湿地声音监测网络合作伙伴共建计划启动仪式", 12), "合作伙伴共建计划启动仪式");
        assert_eq!(fit("青芦湖湿地声音监测网络合作伙伴共建计划启动仪式", 11), "共建计划启动仪式");
    }
}
