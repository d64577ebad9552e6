//! From text to bytes, for players that want something else than UTF-8.

use std::str::FromStr;

use encoding_rs::{EncoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use thiserror::Error;

/// How lines end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnds {
    /// A line feed.
    #[default]
    Lf,
    /// Carriage return and line feed, as on Windows.
    CrLf,
}

/// An encoding, by any name that browsers know (WHATWG Encoding, "Names and labels").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form(&'static Encoding);

impl Default for Form {
    fn default() -> Form {
        Form(UTF_8)
    }
}

/// A name that is no encoding's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no encoding is called that; common ones are utf-8, gb18030, big5, utf-16le, shift_jis, windows-1252")]
pub struct NoEncoding;

impl FromStr for Form {
    type Err = NoEncoding;

    fn from_str(name: &str) -> Result<Form, NoEncoding> {
        Encoding::for_label(name.as_bytes()).map(Form).ok_or(NoEncoding)
    }
}

/// Bytes, and how much was lost on the way to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that the encoding has not, and that became `?`.
    pub lost: usize,
}

/// Encodes a text whose lines end in line feeds.
///
/// A byte order mark is put before UTF-8 and UTF-16 only: other encodings have none.
pub fn encode(text: &str, form: Form, line_ends: LineEnds, byte_order_mark: bool) -> Encoded {
    let mut marked = String::new();
    let unicode = [UTF_8, UTF_16LE, UTF_16BE].contains(&form.0);
    if byte_order_mark && unicode {
        marked.push('\u{feff}');
    }
    match line_ends {
        LineEnds::Lf => marked.push_str(text),
        LineEnds::CrLf => marked.push_str(&text.replace('\n', "\r\n")),
    }
    let units = |bytes: fn(u16) -> [u8; 2]| marked.encode_utf16().flat_map(bytes).collect();
    match form.0 {
        encoding if encoding == UTF_8 => Encoded { bytes: marked.into_bytes(), lost: 0 },
        encoding if encoding == UTF_16LE => Encoded { bytes: units(u16::to_le_bytes), lost: 0 },
        encoding if encoding == UTF_16BE => Encoded { bytes: units(u16::to_be_bytes), lost: 0 },
        encoding => in_legacy(&marked, encoding),
    }
}

fn in_legacy(mut text: &str, encoding: &'static Encoding) -> Encoded {
    let mut encoder = encoding.new_encoder();
    let (mut bytes, mut lost) = (Vec::new(), 0);
    loop {
        let most = encoder.max_buffer_length_from_utf8_without_replacement(text.len()).unwrap_or(4 * text.len() + 16);
        bytes.reserve(most);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
        text = &text[read..];
        match result {
            EncoderResult::InputEmpty => return Encoded { bytes, lost },
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => {
                bytes.push(b'?');
                lost += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, name: &str) -> (Vec<u8>, usize) {
        let Encoded { bytes, lost } = encode(text, name.parse().unwrap(), LineEnds::CrLf, true);
        (bytes, lost)
    }

    #[test]
    fn old_players_get_what_they_read() {
        assert_eq!(bytes("中\n", "gbk"), (vec![0xd6, 0xd0, b'\r', b'\n'], 0));
        assert_eq!(bytes("中", "utf-16le"), (vec![0xff, 0xfe, 0x2d, 0x4e], 0));
        assert_eq!(bytes("a", "utf-8"), (vec![0xef, 0xbb, 0xbf, b'a'], 0));
        assert_eq!("klingon".parse::<Form>(), Err(NoEncoding));
    }

    #[test]
    fn what_an_encoding_has_not_is_counted() {
        assert_eq!(bytes("a中b👏", "latin1"), (b"a?b?".to_vec(), 2));
        assert_eq!(bytes("👏", "gb18030").1, 0, "GB18030 has all of Unicode");
    }
}
