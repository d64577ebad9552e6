//! Chinese words that recur and that the dictionary lacks: it cuts them into single characters.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use super::cells::{cells, is_han};
use super::finds::Finds;
use super::page::Line;
use crate::correct::words::Cut;

/// A word that is seen less often may be anything.
const LEAST: usize = 2;

/// Words of the dictionary, or single characters, that one term is made of at most.
const LONGEST: usize = 6;

/// Characters of grammar: no term runs over one.
const GRAMMAR: &str = "的地得了着过是在有和与及或就也都还又不没这那个们我你他她它您呢啊呃吧吗嘛把被让给对从到为以于而之所去来说等将由\
向其该各每某此自如若则却但因并且且即乃者么什怎哪谁请谢";

/// Characters that are words: two of them side by side say nothing of a word that the dictionary lacks.
const WORDS: &str = "一二两三四五六七八九十百千万亿零年月日时分秒点上下中里外前后左右大小多少新老好更最很高低长短人事物天地水火山河\
看听想做用会要能可该叫问答学教写读走跑吃喝买卖开关进出起落打拿放找讲谈话字词句书页图表第次条项种类位名家国省市区县村路号楼层室东南西北\
片声歌音风雨雪花树草鸟鱼马牛羊车船门窗桌衣饭菜茶酒钱心手头脸眼口身脚病药光电气油米金银石土城乡街店厅房间楼站队组员工农商兵王队友男女早晚今明春夏秋冬黑白红黄蓝绿再只才已正真全每非无主副总即场届期";

/// Words side by side → the lines where they stand so.
type Seen = BTreeMap<Vec<String>, Vec<usize>>;

/// The recurring words of a text; not those that stand only within terms that are known.
pub(super) fn find(lines: &[Line], known: &[&Finds]) -> Finds {
    let seen = recurring(lines);
    let parts = parts_of_longer(&seen);
    let mut known: Vec<&str> = known.iter().flat_map(|finds| finds.iter()).map(|find| find.term.as_str()).collect();
    known.sort_by_key(|term| Reverse(term.len()));
    let mut finds = Finds::default();
    for (words, found) in seen.iter().filter(|(words, _)| words.len() <= LONGEST && is_evident(words)) {
        let term = words.concat();
        if !parts.contains(&words[..]) && stands_alone(&term, found, lines, &known) {
            found.iter().for_each(|line| finds.add(&term, &[], *line));
        }
    }
    finds.in_order()
}

/// What recurs, one word longer than a term may be, so that a part of a recurring sentence is known for one.
fn recurring(lines: &[Line]) -> Seen {
    let mut seen = Seen::new();
    for (number, line) in lines.iter().enumerate() {
        for run in cells(&line.text).iter().flat_map(|cell| runs(cell.text)) {
            for from in 0..run.len() {
                for to in from + 2..=run.len().min(from + LONGEST + 1) {
                    seen.entry(run[from..to].to_vec()).or_default().push(number);
                }
            }
        }
    }
    seen.retain(|_, lines| lines.len() >= LEAST);
    seen
}

/// Words that always have the same neighbour: they are a part of a longer term.
fn parts_of_longer(seen: &Seen) -> HashSet<&[String]> {
    let longer = seen.iter().filter(|(words, _)| words.len() > 2);
    let parts = longer.flat_map(|(words, lines)| {
        [&words[1..], &words[..words.len() - 1]].into_iter().map(|part| (part, lines.len()))
    });
    parts
        .filter(|(part, count)| seen.get(*part).is_some_and(|lines| lines.len() == *count))
        .map(|(part, _)| part)
        .collect()
}

/// Stretches of Chinese words without grammar.
fn runs(cell: &str) -> Vec<Vec<String>> {
    let chars: Vec<char> = cell.chars().collect();
    let mut runs = vec![vec![]];
    for word in Cut::of(&chars).words() {
        let text: String = chars[word].iter().collect();
        if !text.chars().all(is_han) || is_grammar(&text) {
            runs.push(vec![]);
        } else if let Some(run) = runs.last_mut() {
            run.push(text);
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// Whether a word is made of characters of grammar alone, or counts: 一个.
pub(super) fn is_grammar(word: &str) -> bool {
    let counts = word.chars().count() > 1 && word.chars().all(|c| "一二两三几多些个件次种位".contains(c));
    counts || word.chars().all(|c| GRAMMAR.contains(c))
}

/// Whether two single characters stand side by side of which one is hardly a word on its own.
fn is_evident(words: &[String]) -> bool {
    let is_single = |word: &String| word.chars().count() == 1;
    let is_rare = |word: &String| !word.chars().all(|c| WORDS.contains(c));
    words.windows(2).any(|pair| pair.iter().all(is_single) && pair.iter().any(is_rare))
}

/// Whether a term stands anywhere but within longer ones that are known.
fn stands_alone(term: &str, found: &[usize], lines: &[Line], known: &[&str]) -> bool {
    let holders: Vec<&&str> = known.iter().filter(|known| known.contains(term)).collect();
    found.iter().any(|line| {
        let rest = holders.iter().fold(lines[*line].text.clone(), |text, holder| text.replace(**holder, "\n"));
        rest.contains(term)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recurring(text: &str) -> Vec<String> {
        let lines = (1..).zip(text.lines()).map(|(number, text)| Line { number, text: text.into() });
        find(&lines.collect::<Vec<_>>(), &[]).into_iter().map(|find| find.term).collect()
    }

    #[test]
    fn what_recurs_is_taken_as_long_as_it_recurs() {
        assert_eq!(recurring("听苇计划开始了\n我们的听苇计划\n鸣谱云听"), ["听苇计划"]);
        assert_eq!(recurring("鸣谱云听的声音\n鸣谱云听，鸣谱平台"), ["鸣谱", "鸣谱云听"]);
    }

    #[test]
    fn dictionary_words_and_grammar_are_none() {
        assert!(recurring("我们在研究人工智能。\n你们也在研究人工智能。\n我们说了很多。我们说了很多。").is_empty());
    }

    #[test]
    fn what_stands_within_a_known_term_alone_is_left_out() {
        let mut known = Finds::default();
        known.add("青芦湖", &[], 0);
        let lines = ["青芦湖一", "青芦湖二"].map(|text| Line { number: 1, text: text.into() });
        assert_eq!(find(&lines, &[&known]).iter().count(), 0);
        assert_eq!(find(&lines, &[]).iter().count(), 1);
    }
}
