//! Changes to a transcript as it was given: a few characters here and there, every other byte as it was.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use thiserror::Error;

use super::decode;
use crate::timeline::Point;

/// One change to the transcript as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Its first character.
    pub at: Point,
    /// What stands there.
    pub before: String,
    /// What is to stand there.
    pub after: String,
}

/// Why a transcript could not be changed. Every fault names the line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RewriteError {
    /// The transcript has something else there.
    #[error("line {}, offset {}: “{before}” does not stand there (any more)", at.line, at.offset)]
    Elsewhere {
        /// Where it ought to stand.
        at: Point,
        /// What ought to.
        before: String,
    },
    /// A character that the transcript's encoding lacks.
    #[error("line {line}: {encoding} has no way to write “{text}”; save the transcript as UTF-8")]
    Unwritable {
        /// 1-based line.
        line: u32,
        /// What was to be written.
        text: String,
        /// The encoding.
        encoding: &'static str,
    },
    /// It is no text at all.
    #[error("this is {0}, no text")]
    Binary(&'static str),
}

/// Makes `edits` in `bytes`, a transcript in any encoding that can be read. Outside of them not a byte changes.
///
/// They may come in any order but must not overlap; of two that do, the later one in the text is refused.
///
/// # Errors
/// [`RewriteError`] where the text is not what an edit says, or cannot be written in the transcript's encoding.
pub fn rewrite(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, RewriteError> {
    if let Some(what) = decode::known_binary(bytes) {
        return Err(RewriteError::Binary(what));
    }
    let encoding = decode::encoding_of(bytes);
    let layout = Layout::of(bytes, encoding);
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.at);
    let (mut out, mut done) = (Vec::with_capacity(bytes.len()), 0);
    for edit in edits {
        let elsewhere = || RewriteError::Elsewhere { at: edit.at, before: edit.before.clone() };
        let range = layout.find(edit).filter(|range| range.start >= done).ok_or_else(elsewhere)?;
        out.extend_from_slice(&bytes[done..range.start]);
        out.extend(encoded(&edit.after, encoding).ok_or_else(|| RewriteError::Unwritable {
            line: edit.at.line,
            text: edit.after.clone(),
            encoding: encoding.name(),
        })?);
        done = range.end;
    }
    out.extend_from_slice(&bytes[done..]);
    Ok(out)
}

/// `text` in `encoding`; `None` where that lacks a character.
fn encoded(text: &str, encoding: &'static Encoding) -> Option<Vec<u8>> {
    if encoding == UTF_16LE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    if encoding == UTF_16BE {
        return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    let (bytes, _, lossy) = encoding.encode(text);
    (!lossy).then(|| bytes.into_owned())
}

/// Where each character of each line begins, in bytes.
struct Layout {
    /// Line by line: the characters, each with its first byte, and last where the line ends.
    lines: Vec<(Vec<(char, usize)>, usize)>,
}

impl Layout {
    fn of(bytes: &[u8], encoding: &'static Encoding) -> Layout {
        let mut lines = vec![(Vec::new(), bytes.len())];
        let mut after_return = false;
        for (c, at) in characters(bytes, encoding) {
            // The line is there from the first one on.
            let Some((line, end)) = lines.last_mut() else { break };
            match c {
                '\n' if after_return => *end = bytes.len(),
                '\n' | '\r' => {
                    *end = at;
                    lines.push((Vec::new(), bytes.len()));
                }
                c => line.push((c, at)),
            }
            after_return = c == '\r';
        }
        Layout { lines }
    }

    /// The bytes that an edit replaces, if its text stands there.
    fn find(&self, edit: &Edit) -> Option<std::ops::Range<usize>> {
        let (line, end) = self.lines.get(edit.at.line.checked_sub(1)? as usize)?;
        let rest = line.get(edit.at.offset as usize..)?;
        let length = edit.before.chars().count();
        let stands = rest.len() >= length && rest.iter().map(|(c, _)| *c).take(length).eq(edit.before.chars());
        let at = |index: usize| rest.get(index).map_or(*end, |(_, at)| *at);
        stands.then(|| at(0)..at(length))
    }
}

/// The characters of a text, each with its first byte; the byte order mark is none of them.
fn characters(bytes: &[u8], encoding: &'static Encoding) -> Vec<(char, usize)> {
    let start = Encoding::for_bom(bytes).map_or(0, |(_, length)| length);
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(&bytes[start..])
    {
        return text.char_indices().map(|(at, c)| (c, at + start)).collect();
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut found = Vec::new();
    let (mut first, mut buffer) = (start, [0u8; 32]);
    for at in start..=bytes.len() {
        let byte = bytes.get(at..at + 1).unwrap_or_default();
        let (_, _, written, _) = decoder.decode_to_utf8(byte, &mut buffer, byte.is_empty());
        let text = std::str::from_utf8(&buffer[..written]).unwrap_or_default();
        let count = text.chars().count();
        for (number, c) in text.chars().enumerate() {
            // After bytes that mean nothing comes, in the same step, the character whose byte made that clear.
            found.push((c, if number + 1 == count && number > 0 { at } else { first }));
        }
        if count > 0 {
            first = at + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GB18030};
    use proptest::prelude::*;

    fn edit(line: u32, offset: u32, before: &str, after: &str) -> Edit {
        Edit { at: Point { line, offset }, before: before.into(), after: after.into() }
    }

    #[test]
    fn only_what_is_edited_changes() {
        let text = "\u{feff}# 题\r\n\r\n由生也科技主办。\rB 生也  \n\n".as_bytes();
        let edits = [edit(4, 2, "生也", "声野"), edit(3, 1, "生也科技", "声野科技")];
        let wanted = "\u{feff}# 题\r\n\r\n由声野科技主办。\rB 声野  \n\n".as_bytes();
        assert_eq!(rewrite(text, &edits).unwrap(), wanted);
        assert_eq!(rewrite(text, &[]).unwrap(), text);
    }

    #[test]
    fn other_encodings_stay_what_they_are() {
        let (before, after) =
            ("今天由生也科技主办，欢迎大家。\n第二行生也。\n", "今天由声野科技主办，欢迎大家。\n第二行声野了。\n");
        let edits = [edit(1, 3, "生也", "声野"), edit(2, 3, "生也", "声野了")];
        let gb = |text: &str| GB18030.encode(text).0.into_owned();
        assert_eq!(rewrite(&gb(before), &edits).unwrap(), gb(after));
        let utf16 =
            |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (before, after): (Vec<u8>, Vec<u8>) = (utf16(before), utf16(after));
        assert_eq!(rewrite(&before, &edits).unwrap(), after);
    }

    #[test]
    fn damaged_bytes_stay_too() {
        let rest = "由生也科技主办，由生也科技承办，各位来宾、各位朋友，大家上午好。".as_bytes();
        let text = [b"\xe5\xa5\xff", rest].concat();
        let wanted =
            [b"\xe5\xa5\xff", "由声野科技主办，由生也科技承办，各位来宾、各位朋友，大家上午好。".as_bytes()].concat();
        assert_eq!(rewrite(&text, &[edit(1, 3, "生也", "声野")]).unwrap(), wanted);
    }

    #[test]
    fn faults_name_their_line() {
        let say = |bytes: &[u8], edits: &[Edit]| rewrite(bytes, edits).unwrap_err().to_string();
        let text = "好。\n生也".as_bytes();
        assert_eq!(
            say(text, &[edit(2, 1, "生也", "声野")]),
            "line 2, offset 1: “生也” does not stand there (any more)"
        );
        assert_eq!(say(text, &[edit(9, 0, "好", "是")]), "line 9, offset 0: “好” does not stand there (any more)");
        let twice = [edit(2, 0, "生也", "声野"), edit(2, 1, "也", "野")];
        assert_eq!(say(text, &twice), "line 2, offset 1: “也” does not stand there (any more)");
    }

    #[test]
    fn what_an_encoding_lacks_is_not_written_as_something_else() {
        assert_eq!(encoded("這個", BIG5), Some(BIG5.encode("這個").0.into_owned()));
        assert_eq!(encoded("这个", BIG5), None);
        assert_eq!(encoded("这", UTF_16BE), Some(vec![0x8f, 0xd9]));
    }

    proptest! {
        #[test]
        fn characters_are_those_of_the_decoder(text in "[a声野😊é\r\n]{0,30}", which in 0..3usize) {
            let bytes: Vec<u8> = match which {
                0 => text.clone().into_bytes(),
                1 => GB18030.encode(&text).0.into_owned(),
                _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            };
            let encoding = [UTF_8, GB18030, UTF_16BE][which];
            let found: String = characters(&bytes, encoding).iter().map(|(c, _)| *c).collect();
            prop_assert_eq!(found, text);
        }

        #[test]
        fn any_bytes_without_edits_stay(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(same) = rewrite(&bytes, &[]) {
                prop_assert_eq!(same, bytes);
            }
        }
    }
}
