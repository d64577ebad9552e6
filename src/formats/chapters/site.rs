//! Lists to paste into a site: a line a chapter, its start in whole seconds before its title.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Fault, Note, short};
use crate::formats::demands::ChapterRules;
use crate::formats::text::one_line;
use crate::timeline::{Language, Ms, Timeline};

/// A list for a site: what it is called, what the site takes, and how it writes times.
pub(super) struct Target<'a> {
    /// The list's file.
    pub file: &'static str,
    /// What the site takes.
    pub rules: &'a ChapterRules,
    /// How a start is written, from seconds.
    pub clock: fn(i64) -> String,
}

/// A chapter as the site shows it.
struct Entry<'a> {
    start: i64,
    /// At full length; of an opening that no chapter covers, none.
    title: Option<&'a str>,
}

/// The list for a site, or `None` when there are too few chapters for it.
pub(super) fn write(timeline: &Timeline, site: &Target) -> (Option<String>, Vec<Note>) {
    let Target { file: target, rules, clock } = *site;
    let (entries, left_out) = choose(timeline, rules);
    if entries.len() < rules.least {
        return (None, vec![Note::TooFewChapters { target, count: entries.len(), least: rules.least }]);
    }
    let (mut list, mut shortened) = (String::new(), 0);
    for (number, entry) in (1..).zip(&entries) {
        let (title, short) = title(entry, number, timeline.language, rules);
        shortened += usize::from(short);
        list += &format!("{} {title}\n", clock(entry.start));
    }
    let mut notes = Vec::new();
    if !left_out.is_empty() {
        notes.push(Note::ChaptersLeftOut { target, titles: left_out });
    }
    if shortened > 0 {
        notes.push(Note::TitlesShortened { target, count: shortened });
    }
    (Some(list), notes)
}

/// The chapters for which there is room, and the titles of the others. The first one covers the start of the media; of
/// the others the upper levels come first, then the longer ones.
fn choose<'a>(timeline: &'a Timeline, rules: &ChapterRules) -> (Vec<Entry<'a>>, Vec<String>) {
    let total = timeline.duration().0 / 1000;
    let mut waiting: Vec<_> = timeline.chapters.iter().collect();
    waiting.sort_by_key(|chapter| (chapter.level, Reverse(chapter.span.length()), chapter.span.start));
    if waiting.is_empty() || total < rules.shortest {
        return (vec![], vec![]);
    }
    let second = |time: Ms| time.0.max(0) / 1000;
    let first = waiting.iter().position(|chapter| second(chapter.span.start) < rules.shortest);
    let opening = first.map(|at| waiting.remove(at).title.as_str());
    let mut chosen = BTreeMap::from([(0, opening)]);
    let mut left_out = Vec::new();
    for chapter in waiting {
        let start = second(chapter.span.start);
        let near = start.saturating_sub(rules.shortest - 1)..start.saturating_add(rules.shortest);
        let room = chosen.range(near).next().is_none() && total - start >= rules.shortest;
        if room && chosen.len() < rules.most {
            chosen.insert(start, Some(&chapter.title));
        } else {
            left_out.push((start, chapter.title.clone()));
        }
    }
    left_out.sort();
    let entries = chosen.into_iter().map(|(start, title)| Entry { start, title }).collect();
    (entries, left_out.into_iter().map(|(_, title)| title).collect())
}

/// The title as the site takes it, and whether it had to be shortened. One of which nothing is left is numbered.
fn title(entry: &Entry, number: usize, language: Language, rules: &ChapterRules) -> (String, bool) {
    let (opening, chapter) = match language {
        Language::Chinese => ("开场".to_string(), format!("第{number}章")),
        Language::English => ("Opening".to_string(), format!("Chapter {number}")),
    };
    let Some(title) = entry.title else { return (opening, false) };
    let taken = |title: &str| {
        let taken: String = one_line(title).chars().map(|c| if rules.takes(c) { c } else { ' ' }).collect();
        taken.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let short = short::fit(title, rules.title, taken);
    let taken = taken(title);
    if short.is_empty() { (chapter, !taken.is_empty()) } else { (short.clone(), short != taken) }
}

/// Whether a list keeps to the rules.
pub(super) fn check(list: &str, duration: Ms, rules: &ChapterRules) -> Result<(), Fault> {
    let (mut count, mut before) = (0, None);
    for (entry, line) in (1..).zip(list.lines()) {
        count = entry;
        let (clock, title) = line.split_once(' ').ok_or(Fault::Malformed { entry })?;
        let start = seconds(clock).ok_or(Fault::Malformed { entry })?;
        match before {
            None if start != 0 => return Err(Fault::LateStart),
            Some(before) if start - before < rules.shortest => return Err(Fault::TooClose { entry }),
            _ => before = Some(start),
        }
        let whole = title.trim() == title && !title.is_empty() && title.chars().count() <= rules.title;
        if !whole || !title.chars().all(|c| rules.takes(c)) {
            return Err(Fault::Title { entry });
        }
    }
    if count < rules.least {
        return Err(Fault::TooFew { count, least: rules.least });
    }
    if count > rules.most {
        return Err(Fault::TooMany { count, most: rules.most });
    }
    if before.is_some_and(|last| duration.0 / 1000 - last < rules.shortest) {
        return Err(Fault::WrongEnd { entry: count });
    }
    Ok(())
}

/// `M:SS`, `MM:SS`, `H:MM:SS` or `HH:MM:SS` in seconds.
fn seconds(clock: &str) -> Option<i64> {
    let parts: Vec<&str> = clock.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    parts.iter().enumerate().try_fold(0i64, |sum, (at, part)| {
        let digits = !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()) && (at == 0 || part.len() == 2);
        let value: i64 = part.parse().ok().filter(|value| digits && (at == 0 || *value < 60))?;
        sum.checked_mul(60)?.checked_add(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_strictly() {
        assert_eq!(seconds("0:00"), Some(0));
        assert_eq!(seconds("62:03"), Some(3723));
        assert_eq!(seconds("1:02:03"), Some(3723));
        for wrong in ["", "7", "1:2", "1:60", ":10", "1:00:60", "1:02:03:04", "-1:00", "0:00.5"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
