//! From bytes to lines of text, whatever the encoding.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to tell text from something else, in bytes.
const PROBE: usize = 64 * 1024;

/// The text of a file and what it was decoded from.
pub(crate) struct Decoded {
    /// Its lines without their ends (LF, CR LF or CR).
    pub lines: Vec<String>,
    /// The encoding's usual name, such as `UTF-8`.
    pub encoding: &'static str,
    /// Lines (1-based) that held bytes which mean nothing in this encoding and were replaced by U+FFFD.
    pub damaged: Vec<u32>,
}

/// Decodes `bytes`, or says what they are when they are no text.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, &'static str> {
    if let Some(what) = known_binary(bytes) {
        return Err(what);
    }
    let encoding = encoding_of(bytes);
    if encoding != UTF_16LE && encoding != UTF_16BE && bytes[..bytes.len().min(PROBE)].contains(&0) {
        return Err("a binary file");
    }
    let (text, encoding, faulty) = encoding.decode(bytes);
    if mostly_control(&text) {
        return Err("a binary file");
    }
    let lines = split_lines(&text);
    let damaged = if faulty { lines_with_replacements(&lines) } else { Vec::new() };
    Ok(Decoded { lines, encoding: encoding.name(), damaged })
}

/// A byte order mark decides; then zeros in every other byte; then strict UTF-8; then a guess that leans to China.
pub(super) fn encoding_of(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf16_by_pattern(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    // GBK is a part of GB18030; a few stray bytes in UTF-8 are damage, not another encoding.
    if mostly_utf8(bytes) {
        UTF_8
    } else if guess == encoding_rs::GBK {
        GB18030
    } else {
        guess
    }
}

/// UTF-16 without a byte order mark: line ends and spaces have their zero on one side only.
fn utf16_by_pattern(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes[..bytes.len().min(PROBE)].chunks_exact(2);
    let ascii = |byte: u8| (0x20..0x7f).contains(&byte) || matches!(byte, b'\n' | b'\r' | b'\t');
    let (mut little, mut big, mut zero) = (0usize, 0usize, 0usize);
    for pair in pairs {
        match (pair[0], pair[1]) {
            (0, 0) => zero += 1,
            (byte, 0) if ascii(byte) => little += 1,
            (0, byte) if ascii(byte) => big += 1,
            _ => {}
        }
    }
    match (little, big) {
        _ if zero > 0 => None,
        (1.., _) if little > 8 * big => Some(UTF_16LE),
        (_, 1..) if big > 8 * little => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether all but a twentieth of the bytes above ASCII are sound UTF-8: of Chinese in GB18030 most are not.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let faults: usize = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    faults * 20 <= high
}

/// Files that people give by mistake, known by how they begin.
pub(super) fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: [(usize, &[u8], &str); 14] = [
        (4, b"ftyp", "an MP4 media file"),
        (0, b"RIFF", "a WAV or AVI media file"),
        (0, b"OggS", "an Ogg media file"),
        (0, b"fLaC", "a FLAC media file"),
        (0, b"ID3", "an MP3 media file"),
        (0, b"\xff\xfb", "an MP3 media file"),
        (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM media file"),
        (0, b"FLV\x01", "an FLV media file"),
        (0, b"PK\x03\x04", "a ZIP archive or a Word document"),
        (0, b"\xd0\xcf\x11\xe0", "an old Word document"),
        (0, b"%PDF-", "a PDF document"),
        (0, b"{\\rtf", "an RTF document"),
        (0, b"\x1f\x8b", "a gzip archive"),
        (0, b"\x89PNG", "a picture"),
    ];
    SIGNS.iter().find(|(at, sign, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(sign))).map(|found| found.2)
}

/// Text has no control characters but line ends, tabs and the odd form feed.
fn mostly_control(text: &str) -> bool {
    let (mut odd, mut all) = (0usize, 0usize);
    for character in text.chars().take(PROBE) {
        all += 1;
        let control = character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}');
        odd += usize::from(control || character == '\u{fffd}');
    }
    odd * 10 > all
}

fn split_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        lines.push(rest[..end].to_string());
        let after = &rest[end..];
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).unwrap_or("");
    }
    lines
}

fn lines_with_replacements(lines: &[String]) -> Vec<u32> {
    (1..).zip(lines).filter(|(_, line)| line.contains('\u{fffd}')).map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "各位来宾，大家上午好。\r\n欢迎来到人工智能大会，今天我们讨论大模型。\nThank you.";

    fn lines(bytes: &[u8]) -> (Vec<String>, &'static str) {
        let decoded = decode(bytes).unwrap();
        (decoded.lines, decoded.encoding)
    }

    fn utf16(big: bool) -> Vec<u8> {
        TEXT.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn the_same_text_in_every_encoding() {
        let expected: Vec<String> = TEXT.lines().map(String::from).collect();
        let with_bom = |bom: &[u8], bytes: &[u8]| [bom, bytes].concat();
        let cases = [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (with_bom(b"\xef\xbb\xbf", TEXT.as_bytes()), "UTF-8"),
            (utf16(false), "UTF-16LE"),
            (with_bom(b"\xff\xfe", &utf16(false)), "UTF-16LE"),
            (utf16(true), "UTF-16BE"),
            (with_bom(b"\xfe\xff", &utf16(true)), "UTF-16BE"),
            (GB18030.encode(TEXT).0.to_vec(), "gb18030"),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(lines(&bytes), (expected.clone(), encoding));
        }
    }

    #[test]
    fn all_three_line_ends() {
        assert_eq!(lines(b"a\r\nb\rc\n\nd").0, ["a", "b", "c", "", "d"]);
    }

    #[test]
    fn a_stray_byte_is_replaced_and_its_line_told() {
        let mut bytes = "第一行\n第二行".repeat(300).into_bytes();
        bytes.extend(b"\nstray \xff byte\n");
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(decoded.damaged.len(), 1);
        assert!(decoded.lines[decoded.damaged[0] as usize - 1].starts_with("stray"));
    }

    #[test]
    fn media_and_binary_files_are_named() {
        assert_eq!(decode(b"\0\0\0\x20ftypM4A \0\0").err(), Some("an MP4 media file"));
        assert_eq!(decode(&[1, 0, 0, 2, 3, 0, 0, 9, 200]).err(), Some("a binary file"));
    }
}
