//! What a check of subtitles found: as text, JSON, SARIF and JUnit.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::{Value, json};

use crate::cues::Style;
use crate::cues::check::{Breach, Rule};

/// What was checked by what, and what was found.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// The file's name.
    pub name: &'a str,
    /// How many cues it has.
    pub cues: usize,
    /// The line of the file at which each cue begins, counted from 1; 0 where that is not known.
    pub lines: &'a [usize],
    /// The guide.
    pub style: &'a Style,
    /// In the order of the cues.
    pub breaches: &'a [Breach],
}

impl Checked<'_> {
    fn line(&self, breach: &Breach) -> Option<usize> {
        self.lines.get(breach.cue).copied().filter(|line| *line > 0)
    }

    /// How many breaches are errors and how many warnings.
    fn counts(&self) -> (usize, usize) {
        let errors = self.breaches.iter().filter(|breach| breach.hard).count();
        (errors, self.breaches.len() - errors)
    }
}

fn level(breach: &Breach) -> &'static str {
    if breach.hard { "error" } else { "warning" }
}

fn message(breach: &Breach) -> String {
    format!("{}; allowed: {}", breach.measured, breach.limit)
}

/// A line a breach, as compilers tell theirs, and a summary by rule.
///
/// # Errors
/// What the writer says.
pub fn write_text(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let Checked { name, cues, style, breaches, .. } = checked;
    for breach in *breaches {
        let line = checked.line(breach).map_or(String::new(), |line| format!("{line}:"));
        let (cue, start) = (breach.cue + 1, breach.span.start);
        writeln!(out, "{name}:{line} cue {cue} {start} {}: {}: {}", level(breach), breach.rule.id(), message(breach))?;
    }
    let (errors, warnings) = checked.counts();
    if !breaches.is_empty() {
        writeln!(out)?;
    }
    let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
    breaches.iter().for_each(|breach| *counts.entry(breach.rule).or_default() += 1);
    for (rule, count) in counts {
        writeln!(out, "{count:>6}  {:<16} {}", rule.id(), rule.about())?;
    }
    writeln!(out, "{cues} cues by {}: {errors} errors, {warnings} warnings", style.name)
}

/// One object: the totals, and an entry a breach.
///
/// # Errors
/// What the writer says.
pub fn write_json(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let (errors, warnings) = checked.counts();
    let entry = |breach: &Breach| {
        json!({
            "cue": breach.cue + 1, "line": checked.line(breach), "start": breach.span.start, "end": breach.span.end,
            "rule": breach.rule.id(), "level": level(breach), "measured": breach.measured, "limit": breach.limit,
        })
    };
    let found: Vec<Value> = checked.breaches.iter().map(entry).collect();
    let report = json!({
        "file": checked.name, "style": checked.style.name, "cues": checked.cues, "errors": errors,
        "warnings": warnings, "breaches": found,
    });
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

/// SARIF 2.1.0 (OASIS), which code hosts show beside the lines.
///
/// # Errors
/// What the writer says.
pub fn write_sarif(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let rule = |rule: Rule| {
        let level = if rule.is_hard(checked.style) { "error" } else { "warning" };
        json!({ "id": rule.id(), "shortDescription": { "text": rule.about() }, "defaultConfiguration": { "level": level } })
    };
    let result = |breach: &Breach| {
        let mut place = json!({ "artifactLocation": { "uri": checked.name } });
        if let Some(line) = checked.line(breach) {
            place["region"] = json!({ "startLine": line });
        }
        let text = format!("cue {} at {}: {}", breach.cue + 1, breach.span.start, message(breach));
        json!({
            "ruleId": breach.rule.id(), "level": level(breach), "message": { "text": text },
            "locations": [{ "physicalLocation": place }],
        })
    };
    let rules: Vec<Value> = Rule::ALL.map(rule).into();
    let results: Vec<Value> = checked.breaches.iter().map(result).collect();
    let driver = json!({ "name": "zimu", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }],
    });
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

/// JUnit's XML, which build servers show as tests: one a rule, failed where an error breaches it; warnings are its output.
///
/// # Errors
/// What the writer says.
pub fn write_junit(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let failed = |rule: Rule| checked.breaches.iter().filter(move |breach| breach.rule == rule);
    let failures = Rule::ALL.iter().filter(|rule| failed(**rule).any(|breach| breach.hard)).count();
    let (tests, failures) = (Rule::ALL.len().to_string(), failures.to_string());
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", checked.name),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", "0"),
    ]);
    suite.write_inner_content(|writer| {
        for rule in Rule::ALL {
            let told = |hard: bool| {
                let lines = failed(rule).filter(|breach| breach.hard == hard);
                lines
                    .map(|breach| format!("cue {} {}: {}\n", breach.cue + 1, breach.span.start, message(breach)))
                    .collect::<String>()
            };
            let (errors, warnings) = (told(true), told(false));
            let case = writer
                .create_element("testcase")
                .with_attributes([("classname", checked.style.name.as_str()), ("name", rule.id())]);
            if errors.is_empty() && warnings.is_empty() {
                case.write_empty()?;
                continue;
            }
            case.write_inner_content(|writer| {
                if !errors.is_empty() {
                    let failure = writer.create_element("failure").with_attribute(("message", rule.about()));
                    failure.write_text_content(BytesText::new(&errors))?;
                }
                if !warnings.is_empty() {
                    writer.create_element("system-out").write_text_content(BytesText::new(&warnings))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    writeln!(out)
}
