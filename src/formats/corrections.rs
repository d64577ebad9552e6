//! The table of corrections: `corrections.tsv`, and the same as JSON. It is written, looked through and filled in by the
//! user, and read back.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{FormatError, Note};
use crate::timeline::{Correction, NoDecision, Opinion, Tier, Weighed};

/// The columns of the table, in their order.
const COLUMNS: [&str; 16] = [
    "line", "offset", "wrong", "right", "tier", "reason", "before", "after", "applied", "decision", "score", "sound",
    "words", "document", "heard", "model",
];

/// Why a table of corrections could not be read.
#[derive(Debug, Error)]
pub enum CorrectionsError {
    /// The file could not be opened or read, or is not UTF-8.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not the JSON that zimu writes.
    #[error("{path} is no report of corrections: {fault}", path = path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        fault: serde_json::Error,
    },
    /// Its first line does not name a column that is needed.
    #[error("{path}, line 1: there is no column “{column}”; is this a report of `zimu correct`?", path = path.display())]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// A cell does not hold what its column ought to.
    #[error("{path}, line {line}: {fault}", path = path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong with it.
        fault: CellFault,
    },
}

/// What is wrong with a cell.
#[derive(Debug, Error)]
pub enum CellFault {
    /// No number.
    #[error("“{0}” is no number (column “{1}”)")]
    Number(String, &'static str),
    /// No tier.
    #[error("“{0}” is none of sure, likely, guess (column “tier”)")]
    Tier(String),
    /// Nothing that a language model says.
    #[error("“{0}” is none of agrees, disagrees, unsure (column “model”)")]
    Opinion(String),
    /// Neither yes nor no.
    #[error("“{0}” is neither yes nor no (column “applied”)")]
    Applied(String),
    /// No decision.
    #[error(transparent)]
    Decision(#[from] NoDecision),
}

/// The JSON of a report.
#[derive(Serialize, Deserialize)]
struct Report {
    version: u32,
    corrections: Vec<Correction>,
}

/// Writes the table of corrections: tab-separated, with a header. `wrong` stands exactly where `line` and `offset` say;
/// a correction whose `wrong` has a tab or a line break in it has no place in such a table and is left out.
///
/// # Errors
/// What the writer says.
pub fn write(corrections: &[Correction], out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
    writeln!(out, "{}", COLUMNS.join("\t"))?;
    let mut left_out = 0;
    for correction in corrections {
        if correction.wrong.contains(['\t', '\n', '\r']) {
            left_out += 1;
            continue;
        }
        writeln!(out, "{}", cells(correction).map(|cell| cell.replace(['\t', '\n', '\r'], " ")).join("\t"))?;
    }
    Ok(if left_out > 0 { vec![Note::CorrectionsLeftOut { count: left_out }] } else { vec![] })
}

fn cells(correction: &Correction) -> [String; COLUMNS.len()] {
    let Correction { line, offset, wrong, right, tier, reason, weighed, before, after, model, applied, decision } =
        correction;
    let nats = |nats: f32| format!("{nats:.1}");
    [
        line.to_string(),
        offset.to_string(),
        wrong.clone(),
        right.clone(),
        tier.name().into(),
        reason.clone(),
        before.clone(),
        after.clone(),
        if *applied { "yes" } else { "no" }.into(),
        decision.as_ref().map(ToString::to_string).unwrap_or_default(),
        nats(weighed.score()),
        nats(weighed.sound),
        nats(weighed.words),
        nats(weighed.document),
        weighed.heard.map(nats).unwrap_or_default(),
        model.map_or("", Opinion::name).into(),
    ]
}

/// Writes the same as JSON.
///
/// # Errors
/// What the writer says.
pub fn write_json(corrections: &[Correction], out: &mut dyn Write) -> Result<Vec<Note>, FormatError> {
    let report = Report { version: 1, corrections: corrections.to_vec() };
    serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(vec![])
}

/// Reads a report back, table or JSON, as zimu wrote it or a spreadsheet saved it: columns in any order, others beside
/// them, cells in quotes, any line ends. Rows without a line or a tier are of none: line 0, a guess.
///
/// # Errors
/// [`CorrectionsError`], which names file and line.
pub fn read(path: &Path) -> Result<Vec<Correction>, CorrectionsError> {
    let text = fs::read_to_string(path).map_err(|source| CorrectionsError::Read { path: path.into(), source })?;
    parse(&text, path)
}

/// The same from what a file holds; `path` is its name.
///
/// # Errors
/// [`CorrectionsError`], which names file and line.
pub fn parse(text: &str, path: &Path) -> Result<Vec<Correction>, CorrectionsError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        let report: Report =
            serde_json::from_str(text).map_err(|fault| CorrectionsError::Json { path: path.into(), fault })?;
        return Ok(report.corrections);
    }
    let mut lines = text.lines();
    let header: Vec<&str> =
        lines.next().unwrap_or_default().split('\t').map(|name| name.trim().trim_matches('"')).collect();
    let missing = ["wrong", "right"].into_iter().find(|needed| !header.contains(needed));
    if let Some(column) = missing {
        return Err(CorrectionsError::NoColumn { path: path.into(), column });
    }
    let rows = lines.zip(2..).filter(|(line, _)| !line.trim().is_empty());
    let read_row = |(line, number)| {
        row(&header, line).map_err(|fault| CorrectionsError::Cell { path: path.into(), line: number, fault })
    };
    rows.map(read_row).collect()
}

fn row(header: &[&str], line: &str) -> Result<Correction, CellFault> {
    let cells: Vec<String> = line.split('\t').map(unquoted).collect();
    let cell = |name: &str| {
        let at = header.iter().position(|column| *column == name);
        at.and_then(|at| cells.get(at)).map_or("", String::as_str)
    };
    let number = |name: &'static str| match cell(name).trim() {
        "" => Ok(0),
        text => text.parse().map_err(|_| CellFault::Number(text.into(), name)),
    };
    let nats = |name: &'static str| match cell(name).trim() {
        "" => Ok(0.0),
        text => text.parse().map_err(|_| CellFault::Number(text.into(), name)),
    };
    let tier = match cell("tier").trim() {
        "" => Tier::Guess,
        text => {
            let named = Tier::ALL.into_iter().find(|tier| tier.name().eq_ignore_ascii_case(text));
            named.ok_or_else(|| CellFault::Tier(text.into()))?
        }
    };
    let model = match cell("model").trim() {
        "" => None,
        text => {
            let named = Opinion::ALL.into_iter().find(|opinion| opinion.name().eq_ignore_ascii_case(text));
            Some(named.ok_or_else(|| CellFault::Opinion(text.into()))?)
        }
    };
    let applied = match cell("applied").trim().to_lowercase().as_str() {
        "yes" | "true" => true,
        "no" | "false" | "" => false,
        _ => return Err(CellFault::Applied(cell("applied").into())),
    };
    let decision = cell("decision").trim();
    Ok(Correction {
        line: number("line")?,
        offset: number("offset")?,
        wrong: cell("wrong").into(),
        right: cell("right").into(),
        tier,
        reason: cell("reason").into(),
        weighed: Weighed {
            sound: nats("sound")?,
            words: nats("words")?,
            document: nats("document")?,
            heard: if cell("heard").trim().is_empty() { None } else { Some(nats("heard")?) },
        },
        before: cell("before").into(),
        after: cell("after").into(),
        model,
        applied,
        decision: if decision.is_empty() { None } else { Some(decision.parse()?) },
    })
}

/// A cell without the quotes that spreadsheets put around what has quotes or commas in it.
fn unquoted(cell: &str) -> String {
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| cell.to_string(), |inner| inner.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Decision;
    use proptest::prelude::*;

    fn example() -> Vec<Correction> {
        let row = Correction {
            line: 17,
            offset: 53,
            wrong: "鹏程实验室".into(),
            right: "鹏城实验室".into(),
            tier: Tier::Sure,
            reason: "sounds the same as the term".into(),
            weighed: Weighed { sound: 2.0, words: 12.5, document: 0.0, heard: None },
            before: "中国工程院院士、".into(),
            after: "主任".into(),
            model: None,
            applied: true,
            decision: None,
        };
        let (decision, model) = (Some(Decision::Edit("鹏程".into())), Some(Opinion::Agrees));
        let decided = Correction { line: 20, tier: Tier::Likely, decision, model, ..row.clone() };
        vec![row, decided]
    }

    fn read_text(text: &str) -> Result<Vec<Correction>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.tsv");
        fs::write(&path, text).unwrap();
        read(&path).map_err(|error| error.to_string().replace(&*folder.path().to_string_lossy(), "…"))
    }

    type Writer = fn(&[Correction], &mut dyn Write) -> Result<Vec<Note>, FormatError>;

    #[test]
    fn what_is_written_is_read_back() {
        for write in [write as Writer, write_json] {
            let mut out = Vec::new();
            write(&example(), &mut out).unwrap();
            assert_eq!(read_text(&String::from_utf8(out).unwrap()).unwrap(), example());
        }
    }

    #[test]
    fn the_table_is_plain() {
        let mut out = Vec::new();
        write(&example()[..1], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "line\toffset\twrong\tright\ttier\treason\tbefore\tafter\tapplied\tdecision\t\
             score\tsound\twords\tdocument\theard\tmodel\n\
             17\t53\t鹏程实验室\t鹏城实验室\tsure\tsounds the same as the term\t中国工程院院士、\t主任\tyes\t\t10.5\t2.0\t12.5\t0.0\t\t\n"
        );
    }

    #[test]
    fn a_spreadsheet_may_have_saved_it() {
        let text = "\u{feff}note\tdecision\twrong\tright\r\nhm\treject\t\"a \"\"b\"\"\"\tc\r\n\r\n";
        let rows = read_text(text).unwrap();
        assert_eq!((rows[0].wrong.as_str(), &rows[0].decision), ("a \"b\"", &Some(Decision::Reject)));
    }

    #[test]
    fn faults_name_their_line() {
        let fault = |text: &str| read_text(text).unwrap_err();
        assert_eq!(fault("a\tb\n"), "…/c.tsv, line 1: there is no column “wrong”; is this a report of `zimu correct`?");
        assert_eq!(fault("wrong\tright\tline\nx\ty\tz\n"), "…/c.tsv, line 2: “z” is no number (column “line”)");
        assert_eq!(
            fault("wrong\tright\tdecision\n\nx\ty\tyes\n"),
            "…/c.tsv, line 3: “yes” is no decision: write accept, reject, or edit: and what is to stand there"
        );
        assert!(fault("wrong\tright\tmodel\nx\ty\tmaybe\n").contains("none of agrees, disagrees, unsure"));
        assert!(fault("{\"version\": 1}").contains("missing field `corrections`"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(line|wrong|right|tier|decision|applied|model|sure|[声1\t\r\n\"{}: ]){0,30}") {
            let _ = read_text(&text);
        }
    }
}
