//! What is asked where a topic begins: a question is a title that people write themselves.

use std::sync::LazyLock;

use regex::Regex;

use crate::speakers::names::pattern;

/// A title is no longer than this, in characters; of Latin text three times as long.
const LONGEST: usize = 18;
/// A question of fewer characters says too little.
const SHORTEST: usize = 5;

/// Words that ask, by which a clause is known for a question.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "什么|哪[个些里种一儿]|在哪|怎么|怎样|如何|为何|多少|是否|能不能|会不会|(?i:^(?:how|what|why|where|who|which|when|can|should|will)\\b)",
    )
});

/// Words before the question proper.
static LEADS_IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(?:(?:那么?|就|然后|所以|其实|还有|但是?|而且|因为|如果|这个|那个|现在|请问?|想问问?|问一?下|各?位|大家都?关心|大家都?想知道",
        "|[你您]们?(?:觉得|认为|怎么看)|我们|咱们|[他她它]们?|说|呃|嗯|啊|好)[，,\\s]*)+",
        "|^(?i:(?:so|and|but|now|well|okay|then)[, ]+)+",
    ))
});

/// The clauses of a sentence that ask something in few words, as titles.
pub(super) fn asked(text: &str) -> impl Iterator<Item = &str> {
    text.split(['，', '。', '？', '！', '；', ',', '.', '?', '!', ';']).filter_map(|clause| {
        let clause = clause.trim();
        let question = &clause[LEADS_IN.find(clause).map_or(0, |found| found.end())..];
        let question = question.trim_end_matches(['啊', '呢', '吗', '嘛', '吧', '呀', '呃', ' ']);
        let most = if question.is_ascii() { 3 * LONGEST } else { LONGEST };
        let fits = (SHORTEST..=most).contains(&question.chars().count());
        // "Which" and the like ask only at the end of a sentence that does.
        let is_one = !question.is_ascii() || text.trim_end().strip_suffix('?').is_some_and(|all| all.ends_with(clause));
        (fits && is_one && ASKS.is_match(question)).then_some(question)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_questions_are_titles() {
        let first = |text| asked(text).next().unwrap_or_default();
        assert_eq!(first("那么请问，您觉得候鸟为什么要飞这么远呢？"), "候鸟为什么要飞这么远");
        assert_eq!(first("嗯，他到了什么阶段。"), "到了什么阶段");
        assert_eq!(first("So, how do reeds keep a roof dry?"), "how do reeds keep a roof dry");
        assert_eq!(first("我们在湖边工作了十一年。"), "");
        assert_eq!(first("怎么办？"), "");
        assert_eq!(first("We met a thatcher, which was a surprise."), "");
    }
}
