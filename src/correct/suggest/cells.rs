//! The parts of a line that marks, gaps and a change of script set apart.

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    /// Whether a colon stands behind it: `主持人：`.
    pub(super) is_label: bool,
}

/// Marks between cells. The middle dot is none: it holds transliterated names together.
const MARKS: &str = "：:，,；;。！？!?（）()【】[]《》〈〉“”\"「」『』、/／—–…&＆+";

/// Titles of Latin letters, which stand behind Chinese ones with or without a blank: `创始人兼 CEO`.
pub(super) const LATIN_TITLES: &[&str] = &["CEO", "CTO", "CFO", "COO", "CIO", "VP"];

/// What a full stop stands behind that ends nothing.
const ABBREVIATIONS: &[&str] = &["Dr", "Prof", "Mr", "Mrs", "Ms", "St", "Jr", "Sr", "No", "vs"];

/// The cells of a line, none empty.
pub(super) fn cells(line: &str) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, c) in line.char_indices() {
        let end = at + c.len_utf8();
        if parts(&line[..at], c, &line[end..]) {
            push(&mut cells, &line[start..at], matches!(c, ':' | '：'));
            start = end;
        }
    }
    push(&mut cells, &line[start..], false);
    cells
}

/// Whether a character parts what stands before it from what stands after.
fn parts(before: &str, c: char, after: &str) -> bool {
    let wide = |c: Option<char>| c.is_none_or(|c| is_han(c) || !c.is_alphanumeric() && c != '.');
    match c {
        // Slides and pages of a PDF end in a form feed, lines of slides in a vertical tab.
        '\u{3000}' => true,
        _ if c.is_control() => true,
        ' ' | '\u{a0}' if LATIN_TITLES.iter().any(|title| after.starts_with(title)) => false,
        // Blanks and hyphens belong to Latin names, unless there are several or Han characters stand beside them.
        ' ' | '\u{a0}' | '-' | '－' => wide(before.chars().next_back()) || wide(after.chars().next()),
        '.' => after.is_empty() || after.starts_with(char::is_whitespace) && !is_abbreviated(before),
        _ => MARKS.contains(c),
    }
}

/// Whether a text ends in an abbreviation: one of the known ones, or a letter as in `J. R.`
fn is_abbreviated(text: &str) -> bool {
    let word = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    word.chars().count() == 1 && !word.chars().all(|c| c.is_ascii_digit()) || ABBREVIATIONS.contains(&word)
}

fn push<'a>(cells: &mut Vec<Cell<'a>>, text: &'a str, is_label: bool) {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    if !text.is_empty() {
        cells.push(Cell { text, is_label });
    } else if let Some(last) = cells.last_mut().filter(|_| is_label) {
        last.is_label = true;
    }
}

/// Whether a character is a Chinese one.
pub(super) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        cells(line).iter().map(|cell| format!("{}{}", cell.text, if cell.is_label { ":" } else { "" })).collect()
    }

    #[test]
    fn marks_and_gaps_part_cells() {
        assert_eq!(
            texts("主持人：林晓岚（青芦湖）、Daniel Hartley 教授"),
            ["主持人:", "林晓岚", "青芦湖", "Daniel Hartley", "教授"]
        );
        assert_eq!(texts("嘉宾 : 丹尼尔·哈特利\u{b}声野-科技"), ["嘉宾:", "丹尼尔·哈特利", "声野", "科技"]);
        assert_eq!(texts("孙立 声野科技创始人兼 CEO"), ["孙立", "声野科技创始人兼 CEO"]);
        assert_eq!(texts("Marshes. J. R. Hartley. 🎼Birds."), ["Marshes", "J. R. Hartley", "Birds"]);
        assert_eq!(texts("9:00\tDr. Jane Miller, Reed-Lab"), ["9:", "00", "Dr. Jane Miller", "Reed-Lab"]);
        assert!(texts(" ：· ").is_empty());
    }
}
