//! Terms as a table: CSV, or the same with tabs.

use csv::{ReaderBuilder, StringRecord};

use super::entry::Entry;
use super::error::{Place, TermsError};

/// A column, by what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Term,
    Other,
    Wrong,
    Reading,
    Class,
    NotIn,
    Comment,
}

/// The columns and their names.
const COLUMNS: [(Column, &str, &str); 7] = [
    (Column::Term, "term", "词"),
    (Column::Other, "other", "别名"),
    (Column::Wrong, "wrong", "错词"),
    (Column::Reading, "reading", "读音"),
    (Column::Class, "class", "类别"),
    (Column::NotIn, "not_in", "不适用"),
    (Column::Comment, "comment", "备注"),
];

/// What stands between several values of one cell.
const SEPARATORS: [char; 6] = ['；', ';', '|', '｜', '\n', '\r'];

/// The names of the columns for messages.
pub(super) fn known() -> String {
    COLUMNS.map(|(_, name, chinese)| format!("{name} ({chinese})")).join(", ")
}

/// The entries of a table, in order. The first row names the columns; a row may end early, and lines that begin with
/// `#` are left out.
pub(super) fn parse(text: &str, name: &str, delimiter: u8) -> Result<Vec<Entry>, TermsError> {
    let mut reader = ReaderBuilder::new();
    let reader = reader.delimiter(delimiter).flexible(true).has_headers(false).comment(Some(b'#'));
    // Nothing can go wrong in rows of any length that are text already.
    let mut rows = reader.from_reader(text.as_bytes()).into_records().filter_map(Result::ok);
    let odd_quotes = text.matches('"').count() % 2 == 1;
    let place = |row: &StringRecord| Place { name: name.into(), line: line_of(row, text) };
    let header = rows.next().unwrap_or_default();
    let columns = columns(&header, &place(&header))?;
    let mut entries = Vec::new();
    for row in rows.filter(|row| row.iter().any(|cell| !cell.trim().is_empty())) {
        let at = place(&row);
        if odd_quotes && row.iter().any(|cell| cell.contains('\n')) {
            return Err(TermsError::Torn { at });
        }
        entries.push(entry(&row, &columns, &at)?);
    }
    Ok(entries)
}

/// The line where a row begins. The reader takes blank lines and comments before it for a part of it.
fn line_of(row: &StringRecord, text: &str) -> usize {
    let Some(position) = row.position() else { return 1 };
    let lines = text.get(position.byte() as usize..).unwrap_or_default().split('\n');
    let skipped = lines.take_while(|line| line.trim_end_matches('\r').is_empty() || line.starts_with('#')).count();
    position.line() as usize + skipped
}

fn columns(header: &StringRecord, at: &Place) -> Result<Vec<Column>, TermsError> {
    let mut columns = Vec::with_capacity(header.len());
    for name in header.iter().map(str::trim) {
        let is_named =
            |(_, english, chinese): &&(Column, &str, &str)| name.to_lowercase() == *english || name == *chinese;
        let Some((column, ..)) = COLUMNS.iter().find(is_named) else {
            return Err(TermsError::Column { at: at.clone(), column: name.into() });
        };
        if columns.contains(column) {
            return Err(TermsError::ColumnTwice { at: at.clone(), column: name.into() });
        }
        columns.push(*column);
    }
    if !columns.contains(&Column::Term) {
        return Err(TermsError::NoColumn { at: at.clone() });
    }
    Ok(columns)
}

fn entry(row: &StringRecord, columns: &[Column], at: &Place) -> Result<Entry, TermsError> {
    if row.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(TermsError::Cells { at: at.clone(), cells: row.len(), columns: columns.len() });
    }
    let mut entry = Entry { line: at.line, ..Entry::default() };
    for (cell, column) in row.iter().zip(columns) {
        match column {
            Column::Term => entry.term = cell.trim().into(),
            Column::Other => entry.others = values(cell).map(String::from).collect(),
            Column::Wrong => entry.wrong = values(cell).map(String::from).collect(),
            Column::Reading => values(cell).try_for_each(|reading| entry.add_reading(reading, at))?,
            Column::Class => entry.set_class(cell, at)?,
            Column::NotIn => entry.not_in = values(cell).map(String::from).collect(),
            Column::Comment => {}
        }
    }
    if entry.term.is_empty() {
        return Err(TermsError::EmptyCell { at: at.clone() });
    }
    if entry.term.contains(['\n', '\r']) {
        return Err(TermsError::Torn { at: at.clone() });
    }
    Ok(entry)
}

fn values(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(SEPARATORS).map(str::trim).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::Class;
    use super::*;

    fn entries(text: &str) -> Vec<Entry> {
        parse(text, "t.csv", b',').unwrap()
    }

    fn fault(text: &str) -> String {
        parse(text, "t.csv", b',').unwrap_err().to_string()
    }

    #[test]
    fn columns_stand_in_any_order_and_cells_hold_several_values() {
        let read = entries(
            "Class,term,other,wrong,reading,not_in,comment\n\
             person,林晓岚,主持人；林老师,林小兰|林晓兰,lin xiao lan;ling xiao lan,,\"host, all day\"\n\
             \n\
             ,\"Reed, Inc.\"\n",
        );
        assert_eq!(read[0].class, Some(Class::Person));
        assert_eq!(read[0].others, ["主持人", "林老师"]);
        assert_eq!(read[0].wrong, ["林小兰", "林晓兰"]);
        assert_eq!(read[0].readings, ["lin xiao lan", "ling xiao lan"]);
        assert_eq!((read[0].line, read[1].line), (2, 4));
        assert_eq!(read[1], Entry { line: 4, term: "Reed, Inc.".into(), ..Entry::default() });
    }

    #[test]
    fn columns_have_chinese_names_too() {
        let read = parse("词\t别名\t错词\t读音\t类别\t不适用\t备注\n声野\t\t生也\t\t机构\t原声野外\t", "t.tsv", b'\t')
            .unwrap();
        assert_eq!((read[0].term.as_str(), read[0].class), ("声野", Some(Class::Organisation)));
        assert_eq!((&read[0].wrong[..], &read[0].not_in[..]), (&["生也".into()][..], &["原声野外".into()][..]));
    }

    #[test]
    fn faults_name_their_line() {
        assert!(fault("term,colour\n").starts_with("t.csv, line 1: there is no column “colour”; there are term (词)"));
        assert!(fault("term,词\n").starts_with("t.csv, line 1: “词” names a column that was there before"));
        assert!(fault("").starts_with("t.csv, line 1: the first row has to name the columns"));
        assert!(fault("\n\nother\n").starts_with("t.csv, line 3: the first row"));
        assert!(fault("term,wrong\n声野\n,生也\n").starts_with("t.csv, line 3: the column of the terms is empty"));
        assert!(fault("term\n声野,生也\n").starts_with("t.csv, line 2: 2 cells in this row, but only 1 columns"));
        assert!(fault("term,class\n# birds\n大苇莺,鸟\n").starts_with("t.csv, line 3: “鸟” is no class"));
        assert!(fault("term,reading\n声野,sheng 野\n").starts_with("t.csv, line 2: “野” is no syllable"));
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest() {
        assert!(fault("term,comment\n声野,\"说\n青芦湖,\n").starts_with("t.csv, line 2: a cell of this row runs over"));
        assert_eq!(entries("term,comment\n声野,\"两\n行\"\n青芦湖,\n").len(), 2);
        assert_eq!(entries("term,other\n声野,\"甲\n乙\"\n")[0].others, ["甲", "乙"]);
    }
}
