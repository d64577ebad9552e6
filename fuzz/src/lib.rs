//! What the fuzz targets do: read bytes that may be anything, write what was read in one format or another, and read that
//! again. Nothing may panic or hang, and what was read must be in order.

use std::path::Path;

use zimu::correct::Terms;
use zimu::correct::suggest::{self, Source};
use zimu::cues::Style;
use zimu::formats::chapters::{self, CHAPTER_FORMATS, OTHER_FORMATS};
use zimu::formats::reading::{self, Reading};
use zimu::formats::{Demands, FORMATS, Subject, corrections};
use zimu::timeline::Span;
use zimu::transcript::{self, Rules};

/// One reader, by its name, whatever the bytes look like.
pub fn reader(name: &str, bytes: &[u8]) {
    let reader = reading::readers().find(|reader| reader.name() == name).expect("a reader has this name");
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    reader.knows(&text);
    if let Ok(reading) = reader.read(&text) {
        check(&reading);
        write_and_read(&reading, bytes);
    }
}

/// A file without an ending: the encoding and who reads it are found out.
pub fn file(bytes: &[u8]) {
    if let Ok(reading) = reading::read_bytes(bytes, Path::new("file")) {
        check(&reading);
    }
}

/// A transcript, with every rule of cleaning.
pub fn transcript(bytes: &[u8]) {
    let rules = Rules::parse("all").expect("a name of rules");
    let _ = transcript::read_bytes(bytes, Path::new("transcript"), &rules);
}

/// A list of terms, as lines and as a table.
pub fn terms(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for name in ["terms.txt", "terms.csv", "terms.tsv"] {
        let _ = Terms::parse(&text, name);
    }
}

/// A page that terms are drafted from; the draft must be one that is read.
pub fn suggest(bytes: &[u8]) {
    if let Ok(source) = Source::decode(bytes, Path::new("page.html")) {
        let draft = suggest::suggest(&[source]).to_string();
        Terms::parse(&draft, "draft.txt").expect("a draft is a list of terms");
    }
}

/// A report of corrections with the user's decisions in it, written and read again.
pub fn corrections(bytes: &[u8]) {
    let path = Path::new("corrections.tsv");
    if let Ok(read) = corrections::parse(&String::from_utf8_lossy(bytes), path) {
        let mut table = Vec::new();
        corrections::write(&read, &mut table).expect("a vector takes everything");
        corrections::parse(&String::from_utf8_lossy(&table), path).expect("what was written can be read");
    }
}

/// The user's rules of sites.
pub fn rules(bytes: &[u8]) {
    let _ = Demands::default().changed_by(&String::from_utf8_lossy(bytes));
}

/// A style of the user's.
pub fn style(bytes: &[u8]) {
    let _ = Style::of_toml(&String::from_utf8_lossy(bytes), "style");
}

/// Who speaks when, by another diarizer.
pub fn rttm(bytes: &[u8]) {
    let _ = zimu::formats::rttm::read_bytes(bytes, Path::new("who.rttm"), Path::new("talk.wav"));
}

/// An outline of the user's.
pub fn outline(bytes: &[u8]) {
    let _ = zimu::chapters::given::parse(&String::from_utf8_lossy(bytes));
}

/// Asserts what every reading promises.
fn check(reading: &Reading) {
    let Reading { timeline, cues, .. } = reading;
    let ordered = |span: Span| assert!(span.start <= span.end, "{span:?} ends before it begins");
    assert!(cues.is_sorted_by_key(|cue| cue.span.start), "the cues are not in order");
    for cue in cues {
        ordered(cue.span);
        for emphasis in &cue.look.emphasis {
            let line = &cue.lines[emphasis.line];
            assert!(emphasis.chars.end <= line.chars().count(), "{emphasis:?} goes past the end of “{line}”");
        }
    }
    for segment in &timeline.segments {
        segment.span.map(ordered);
        for word in &segment.words {
            word.span.map(ordered);
            assert!(word.chars.end <= segment.text.chars().count(), "{word:?} goes past the end of {segment:?}");
        }
    }
    timeline.chapters.iter().for_each(|chapter| ordered(chapter.span));
}

/// Writes in a format and as a list of chapters, which the bytes choose so that runs are quick, and reads what was written
/// by whoever takes it for theirs.
fn write_and_read(reading: &Reading, bytes: &[u8]) {
    let Reading { timeline, cues, .. } = reading;
    let choice = bytes.iter().fold(0usize, |sum, byte| sum + usize::from(*byte));
    let format = FORMATS[choice % FORMATS.len()];
    let mut written = Vec::new();
    format.write(Subject::new(timeline, cues), &mut written).expect("a vector takes everything");
    read_again(&written, &format!("again.{}", format.endings()[0]));
    let lists: Vec<_> = CHAPTER_FORMATS.into_iter().chain(OTHER_FORMATS).collect();
    let format = lists[choice % lists.len()];
    let (list, _) =
        chapters::list(format, timeline, Demands::usual()).expect("a list keeps to the rules of its format");
    if let Some(list) = list {
        read_again(list.as_bytes(), format.file());
    }
}

fn read_again(bytes: &[u8], name: &str) {
    if let Ok(again) = reading::read_bytes(bytes, Path::new(name)) {
        check(&again);
    }
}
