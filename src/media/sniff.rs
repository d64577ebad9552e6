//! What a file is, by its first bytes: what symphonia must not see, and what is no recording at all.

/// How many bytes are looked at.
pub const HEAD: usize = 4096;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No bytes.
    Empty,
    /// Text, in whatever encoding.
    Text,
    /// An MP4 or one of its kin: a box structure from the start.
    Mp4,
    /// A fragment of an MP4, without the boxes that describe it.
    LoneFragment,
    /// A format that the built-in decoders do not have. Some of them symphonia would take for another and decode
    /// as noise, so it is not even asked.
    Foreign(&'static str),
    /// Anything else: for symphonia to say.
    Other,
}

/// Magic numbers of [`Kind::Foreign`] formats: name, place, bytes.
const FOREIGN: &[(&str, usize, &[u8])] = &[
    ("Flash Video", 0, b"FLV"),
    ("AVI", 8, b"AVI "),
    ("Windows Media", 0, &[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]),
    ("RF64 WAV", 0, b"RF64"),
    ("BW64 WAV", 0, b"BW64"),
    ("Wave64", 0, b"riff\x2E\x91\xCF\x11"),
    ("AC-3", 0, &[0x0B, 0x77]),
    ("MPEG program stream", 0, &[0x00, 0x00, 0x01, 0xBA]),
    ("RealMedia", 0, b".RMF"),
    ("AMR", 0, b"#!AMR"),
    ("Monkey's Audio", 0, b"MAC "),
    ("WavPack", 0, b"wvpk"),
];

/// Looks at the first [`HEAD`] bytes of a file, or all it has.
pub fn sniff(head: &[u8]) -> Kind {
    if head.is_empty() {
        return Kind::Empty;
    }
    if let Some((name, ..)) =
        FOREIGN.iter().find(|(_, at, magic)| head.get(*at..).is_some_and(|h| h.starts_with(magic)))
    {
        return Kind::Foreign(name);
    }
    if is_transport_stream(head) {
        return Kind::Foreign("MPEG transport stream");
    }
    match head.get(4..8) {
        Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot") => Kind::Mp4,
        Some(b"styp" | b"moof" | b"sidx") => Kind::LoneFragment,
        _ if is_text(head) => Kind::Text,
        _ => Kind::Other,
    }
}

/// A sync byte at the start of every packet: of 188 bytes, or of 192 with a time code before it (Blu-ray).
fn is_transport_stream(head: &[u8]) -> bool {
    let synced = |first: usize, packet: usize| {
        head.len() > first + 2 * packet && head[first..].iter().step_by(packet).all(|&byte| byte == 0x47)
    };
    synced(0, 188) || synced(4, 192)
}

/// Text has no control characters but those that lay it out, in any encoding; a recording has some in every header.
fn is_text(head: &[u8]) -> bool {
    let is_control = |unit: u16| (unit < 0x20 && !matches!(unit, 0x09 | 0x0A | 0x0C | 0x0D)) || unit == 0x7F;
    let wide = |decode: fn([u8; 2]) -> u16| head.chunks_exact(2).all(|pair| !is_control(decode([pair[0], pair[1]])));
    match head {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => head.iter().all(|&byte| !is_control(u16::from(byte))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_symphonia_would_mistake_goes_elsewhere() {
        assert_eq!(sniff(b"FLV\x01\x05\0\0\0\x09"), Kind::Foreign("Flash Video"));
        assert_eq!(sniff(b"RIFF\x10\0\0\0AVI LIST"), Kind::Foreign("AVI"));
        assert_eq!(sniff(b"RF64\xFF\xFF\xFF\xFFWAVE"), Kind::Foreign("RF64 WAV"));
        let mut transport = vec![0u8; HEAD];
        transport.iter_mut().step_by(188).for_each(|byte| *byte = 0x47);
        assert_eq!(sniff(&transport), Kind::Foreign("MPEG transport stream"));
        assert_eq!(sniff(b"RIFF\x10\0\0\0WAVEfmt "), Kind::Other);
    }

    #[test]
    fn a_transcript_is_text_in_whatever_encoding() {
        assert_eq!(sniff("# 论坛\n大家好".as_bytes()), Kind::Text);
        assert_eq!(sniff(&"字".repeat(2_000).as_bytes()[..HEAD]), Kind::Text);
        let utf16: Vec<u8> = "\u{feff}你好 hello\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sniff(&utf16), Kind::Text);
        assert_eq!(sniff(b"\xB4\xF3\xBC\xD2\xBA\xC3\r\n"), Kind::Text, "GB18030");
        assert_eq!(sniff(b"ID3\x04\0\0\0\0\0\0"), Kind::Other);
    }

    #[test]
    fn a_fragment_alone_is_told_from_a_whole_file() {
        assert_eq!(sniff(b"\0\0\0\x18ftypiso5"), Kind::Mp4);
        assert_eq!(sniff(b"\0\0\0\x18stypmsdh"), Kind::LoneFragment);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(head in proptest::collection::vec(any::<u8>(), 0..HEAD)) {
            let _ = sniff(&head);
        }
    }
}
