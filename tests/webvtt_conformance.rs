//! WebVTT against the cases of `../shared/webvtt`: what a file must be parsed to, and the tree of each cue's text.
//!
//! The cases follow an older draft in places. There the current text of the W3C decides: such cases stand in `OLDER` with
//! the reason, are counted apart, and must still differ. `cargo test --test webvtt_conformance -- --nocapture` lists all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use zimu::formats::vtt::cue_text::{self, Element, Node, Tag};
use zimu::formats::vtt::parse::{File, RawCue, parse};
use zimu::formats::vtt::{Align, Edge, Line, Region, Vertical};

/// Where the draft that the cases follow differs from the current text, by the beginning of a case's name.
const OLDER: [(&str, &str); 13] = [
    ("regions/", "regions were one line of the header, `Region: id=…`; now they are blocks of their own"),
    ("cue-settings/region/", "regions were one line of the header; now they are blocks of their own"),
    ("integration/regions", "regions were one line of the header; now they are blocks of their own"),
    ("cue-settings/align/keyword-middle", "`middle` is called `center`, and is no value any more"),
    ("cue-settings/line/line-middle-align", "`middle` is called `center`, and is no value any more"),
    ("cue-settings/position/position-", "an edge was `start` or `end`; now it is `line-left` or `line-right`"),
    ("cue-settings/line/bad-line-align", "a bad edge left the line; now it is passed over with its line"),
    ("cue-settings/position/bad-position-align", "a bad edge left the position; now it is passed over with it"),
    ("cue-times/min-top-digits", "minutes could have three digits; now that makes them hours"),
    ("cue-times/minimum-spots-over-sixty", "minutes could be 120; now that makes them hours"),
    ("file-layout/header-no-new-line", "times behind the signature belonged to the header; now they end it"),
    ("integration/id", "an arrow alone spoilt the times behind it; now they begin a block of their own"),
    ("cuetext/escape-characters/incorrect", "references were few and needed their semicolon; now they are HTML's"),
];

/// Cases that share the expectation of another: those of a folder that parse, and those that do not.
const SHARED: [(&str, &str, &[&str]); 4] = [
    (
        "file-layout",
        "no-output",
        &[
            "bad-double-webvtt",
            "blank-file",
            "blank-file-with-bom",
            "bom-garbage-data",
            "bom-tab-webvtt",
            "garbage-signature",
            "newline-before-webvtt",
            "tab-after-bom-before-header",
            "header-no-new-line",
        ],
    ),
    ("file-layout", "with-data", &["webvtt-no-bom", "webvtt-space", "webvtt-tab", "webvtt-with-bom"]),
    ("cue-times", "bad-data", &["missing-separator"]),
    (
        "cue-times",
        "with-data",
        &[
            "left-tab",
            "missing-spaces-between-separator",
            "separator-extra-space",
            "separator-tab",
            "space-left-tab-right",
            "space-right-tab-left",
            "spaces-tabs-on-both-sides",
            "tab-right",
        ],
    ),
];

fn stem_of(root: &Path, path: &Path) -> String {
    path.with_extension("").strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/")
}

/// The expectation of a case: its own, the one that it shares, or that of what is bad in its folder.
fn expectation(root: &Path, stem: &str) -> Option<PathBuf> {
    let own = root.join(format!("{stem}.json"));
    if own.exists() {
        return Some(own);
    }
    let (folder, name) = stem.rsplit_once('/')?;
    let shared = SHARED.iter().find(|(of, _, names)| *of == folder && names.contains(&name));
    let last = folder.rsplit('/').next()?;
    let bad = format!("bad-{}", last.trim_end_matches('s'));
    let candidates = [shared.map_or("", |(_, shared, _)| shared).to_owned(), format!("bad-{last}"), bad];
    let all = candidates.iter().map(|name| root.join(format!("{folder}/{name}.json")));
    all.into_iter().find(|path| path.exists())
}

/// A cue as the expectations have it, in the names of today.
fn shown(cue: &RawCue, regions: &[Region]) -> Value {
    let settings = &cue.settings;
    let edge = |edge| match edge {
        Edge::Start => "start",
        Edge::Center => "center",
        Edge::End => "end",
    };
    let align = match settings.align {
        Align::Start => "start",
        Align::Center => "center",
        Align::End => "end",
        Align::Left => "left",
        Align::Right => "right",
    };
    let position_align = settings.position_align.map_or(
        match settings.align {
            Align::Start | Align::Left => "start",
            Align::Center => "center",
            Align::End | Align::Right => "end",
        },
        edge,
    );
    json!({
        "id": cue.id,
        "startTime": cue.start.seconds(),
        "endTime": cue.end.seconds(),
        "text": cue.text,
        "region": settings.region.map_or(json!(""), |region| region_shown(&regions[region])),
        "vertical": match settings.vertical {
            Vertical::Horizontal => "",
            Vertical::RightToLeft => "rl",
            Vertical::LeftToRight => "lr",
        },
        "line": match settings.line {
            None => json!("auto"),
            Some(Line::Number(line) | Line::Percent(line)) => json!(line),
        },
        "snapToLines": !matches!(settings.line, Some(Line::Percent(_))),
        "lineAlign": edge(settings.line_align),
        "position": settings.position.map_or(json!("auto"), |position| json!(position)),
        "positionAlign": position_align,
        "size": settings.size,
        "align": align,
        "pauseOnExit": false,
    })
}

fn region_shown(region: &Region) -> Value {
    json!({
        "width": region.width, "lines": region.lines, "scroll": if region.scroll_up { "up" } else { "" },
        "regionAnchorX": region.region_anchor.0, "regionAnchorY": region.region_anchor.1,
        "viewportAnchorX": region.viewport_anchor.0, "viewportAnchorY": region.viewport_anchor.1,
    })
}

/// Numbers as numbers, and `middle` as it is called today but for text.
fn modern(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let one = |(key, value): (&String, &Value)| {
                let middle = value == "middle" && key.to_lowercase().ends_with("align");
                (key.clone(), if middle { json!("center") } else { modern(value) })
            };
            Value::Object(map.iter().map(one).collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(modern).collect()),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// What of a parsed file the specification would not have is left out.
fn strict(file: Option<File>) -> File {
    let mut file = file.unwrap_or_default();
    file.cues.retain(|cue| !cue.mended);
    file
}

fn file_shown(file: &File) -> Value {
    let cues: Vec<Value> = file.cues.iter().map(|cue| shown(cue, &file.regions)).collect();
    modern(&json!({ "cues": cues, "regions": file.regions.iter().map(region_shown).collect::<Vec<_>>() }))
}

/// The tree of a cue's text as the expectations have it, without what only says how it is drawn.
fn tree(nodes: &[Node]) -> Value {
    let one = |node: &Node| match node {
        Node::Text(text) => Some(json!({ "data": text })),
        Node::Time(_) => None,
        Node::Element(Element { tag, classes, annotation, children, .. }) => {
            let name = match tag {
                Tag::Class | Tag::Voice | Tag::Language => "SPAN",
                Tag::Italic => "I",
                Tag::Bold => "B",
                Tag::Underline => "U",
                Tag::Ruby => "RUBY",
                Tag::RubyText => "RT",
            };
            let (title, lang) = match tag {
                Tag::Voice => (annotation.as_str(), ""),
                Tag::Language => ("", annotation.as_str()),
                _ => ("", ""),
            };
            Some(json!({ "tagName": name, "className": classes.join(" "), "title": title, "lang": lang,
                "childNodes": tree(children) }))
        }
    };
    nodes.iter().filter_map(one).collect()
}

fn tree_expected(node: &Value) -> Value {
    let children = node["childNodes"].as_array().cloned().unwrap_or_default();
    let one = |node: &Value| match node.get("data") {
        Some(data) => json!({ "data": data }),
        None => json!({ "tagName": node["tagName"], "className": node["className"], "title": node["title"],
            "lang": node["lang"], "childNodes": tree_expected(node) }),
    };
    Value::Array(children.iter().map(one).collect())
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
    older: Vec<String>,
}

#[test]
fn files_are_parsed_as_the_specification_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/webvtt/tests");
    if !root.exists() {
        eprintln!("SKIPPED: the cases of ../shared/webvtt are not here");
        return;
    }
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for path in vtt_files(&root) {
        let stem = stem_of(&root, &path);
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let file = strict(parse(&text));
        let group = match stem.split('/').next() {
            Some("file-layout" | "cue-times" | "integration") => "file parsing",
            _ => "the rest",
        };
        let Some(expected) = expectation(&root, &stem) else { panic!("no expectation for {stem}") };
        let wanted = modern(&read_json(&expected));
        let found = file_shown(&file);
        judge(tallies.entry(group).or_default(), &stem, &wanted, &found);
        let proc = root.join(format!("{stem}-proc.json"));
        if let Some(Value::Array(wanted)) = proc.exists().then(|| read_json(&proc)) {
            let wanted: Vec<Value> = wanted.iter().map(|cue| tree_expected(&cue["childNodes"][0])).collect();
            let found: Vec<Value> = file.cues.iter().map(|cue| tree(&cue_text::parse(&cue.text))).collect();
            let group = tallies.entry("trees of cue text").or_default();
            judge(group, &format!("{stem} (tree)"), &json!(wanted), &json!(found));
        }
    }
    for (group, tally) in &tallies {
        println!(
            "{group}: {} passed, {} failed, {} follow an older draft",
            tally.passed,
            tally.failed.len(),
            tally.older.len()
        );
        tally.older.iter().chain(&tally.failed).for_each(|line| println!("  {line}"));
    }
    assert!(tallies["file parsing"].failed.is_empty());
    for group in ["the rest", "trees of cue text"] {
        let tally = &tallies[group];
        assert!(tally.failed.len() * 20 <= tally.passed + tally.failed.len(), "{group}");
    }
}

fn judge(tally: &mut Tally, stem: &str, wanted: &Value, found: &Value) {
    if wanted == found {
        tally.passed += 1;
    } else if let Some((_, reason)) = OLDER.iter().find(|(begin, _)| stem.starts_with(begin)) {
        tally.older.push(format!("{stem}: {reason}"));
    } else {
        tally.failed.push(format!("{stem}:\n    wanted {wanted}\n    found  {found}"));
    }
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn vtt_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(vtt_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "vtt") {
            found.push(path);
        }
    }
    found.sort();
    found
}
