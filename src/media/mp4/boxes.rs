//! Boxes: a length, a name of four letters, and fields or more boxes inside.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

/// A description longer than this is damaged: ten hours of film have some 20 MB.
const LONGEST: u64 = 256 << 20;

/// Walks the boxes of the file itself, of which only a few are ever read.
pub struct TopLevel<R> {
    reader: R,
    at: u64,
    end: u64,
}

impl<R: Read + Seek> TopLevel<R> {
    pub fn new(mut reader: R) -> io::Result<TopLevel<R>> {
        let end = reader.seek(SeekFrom::End(0))?;
        Ok(TopLevel { reader, at: 0, end })
    }

    /// Goes on to the next box called `wanted`; gives its place in the file, without the header.
    pub fn find(&mut self, wanted: &[u8; 4]) -> io::Result<Option<Range<u64>>> {
        while let Some((kind, place)) = self.next()? {
            if kind == *wanted {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// What the box at `place` holds, as much of it as there is.
    pub fn read(&mut self, place: &Range<u64>) -> io::Result<Vec<u8>> {
        self.reader.seek(SeekFrom::Start(place.start))?;
        let mut data = Vec::new();
        (&mut self.reader).take((place.end - place.start).min(LONGEST)).read_to_end(&mut data)?;
        Ok(data)
    }

    fn next(&mut self) -> io::Result<Option<([u8; 4], Range<u64>)>> {
        if self.at.saturating_add(8) > self.end {
            return Ok(None);
        }
        self.reader.seek(SeekFrom::Start(self.at))?;
        let mut header = Vec::new();
        (&mut self.reader).take(16).read_to_end(&mut header)?;
        let Some((kind, header, size)) = read_header(&header) else { return Ok(None) };
        let end = size.map_or(self.end, |size| self.at.saturating_add(size)).min(self.end);
        let start = self.at + header;
        self.at = end.max(start);
        Ok(Some((kind, start.min(end)..end)))
    }
}

/// A box's name, the length of its header, and its whole length, `None` where it goes on to the end.
fn read_header(data: &[u8]) -> Option<([u8; 4], u64, Option<u64>)> {
    let kind = data.get(4..8)?.try_into().ok()?;
    match u32::from_be_bytes(data.get(..4)?.try_into().ok()?) {
        0 => Some((kind, 8, None)),
        1 => Some((kind, 16, Some(u64::from_be_bytes(data.get(8..16)?.try_into().ok()?)))),
        size => Some((kind, 8, Some(u64::from(size)))),
    }
}

/// The boxes in `data`: name and what is inside.
pub fn children(mut data: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (_, header, size) = read_header(data)?;
        let end = size.map_or(data.len(), |size| usize::try_from(size).unwrap_or(usize::MAX).min(data.len()));
        let inside = data.get(header as usize..end)?;
        let kind = data.get(4..8)?.try_into().ok()?;
        data = &data[end..];
        Some((kind, inside))
    })
}

/// The first box along `path`.
pub fn find<'a>(data: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(data, |data, wanted| children(data).find(|(kind, _)| kind == wanted).map(|(_, inside)| inside))
}

/// Reads the fields of a box one after the other, all big-endian.
pub struct Fields<'a> {
    data: &'a [u8],
    pub version: u8,
    pub flags: u32,
}

impl<'a> Fields<'a> {
    /// Of a full box, which begins with its version and flags.
    pub fn full(data: &'a [u8]) -> Option<Fields<'a>> {
        let mut fields = Fields { data, version: 0, flags: 0 };
        let head = fields.u32()?;
        fields.version = (head >> 24) as u8;
        fields.flags = head & 0xFF_FFFF;
        Some(fields)
    }

    pub fn u32(&mut self) -> Option<u32> {
        let (field, rest) = self.data.split_first_chunk()?;
        self.data = rest;
        Some(u32::from_be_bytes(*field))
    }

    pub fn u64(&mut self) -> Option<u64> {
        Some(u64::from(self.u32()?) << 32 | u64::from(self.u32()?))
    }

    /// A field that version 1 widened to 64 bits.
    pub fn long(&mut self) -> Option<u64> {
        if self.version == 0 { self.u32().map(u64::from) } else { self.u64() }
    }

    /// A field that is there if `flag` is set.
    pub fn optional(&mut self, flag: u32) -> Option<Option<u32>> {
        if self.flags & flag != 0 { self.u32().map(Some) } else { Some(None) }
    }

    /// When the box was made and when it was changed.
    pub fn skip_times(&mut self) -> Option<()> {
        self.long()?;
        self.long()?;
        Some(())
    }

    /// All that remains, in fields of 32 bits.
    pub fn rest(self) -> impl Iterator<Item = u32> + 'a {
        self.data.as_chunks().0.iter().map(|field| u32::from_be_bytes(*field))
    }
}

/// Boxes for tests.
#[cfg(test)]
pub mod build {
    pub fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        [&(inside.len() as u32 + 8).to_be_bytes(), kind.as_slice(), inside].concat()
    }

    pub fn full(kind: &[u8; 4], flags: u32, inside: &[u8]) -> Vec<u8> {
        boxed(kind, &[&flags.to_be_bytes(), inside].concat())
    }

    pub fn longs(fields: &[u32]) -> Vec<u8> {
        fields.iter().flat_map(|field| field.to_be_bytes()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::build::boxed;
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    #[test]
    fn boxes_are_found_by_their_path() {
        let data = [boxed(b"free", b"xx"), boxed(b"moov", &boxed(b"mvhd", b"here"))].concat();
        assert_eq!(find(&data, &[b"moov", b"mvhd"]), Some(b"here".as_slice()));
        assert_eq!(find(&data, &[b"moov", b"trak"]), None);
    }

    #[test]
    fn a_box_of_64_bit_length_and_one_without_end() {
        let mut data = [&1u32.to_be_bytes()[..], b"mdat", &20u64.to_be_bytes(), b"data"].concat();
        data.extend([&0u32.to_be_bytes()[..], b"moov", b"to the end"].concat());
        let mut top = TopLevel::new(Cursor::new(data)).unwrap();
        let place = top.find(b"moov").unwrap().unwrap();
        assert_eq!(top.read(&place).unwrap(), b"to the end");
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(children(&data).count() <= data.len());
            let mut top = TopLevel::new(Cursor::new(&data)).unwrap();
            prop_assert!(top.find(b"none").unwrap().is_none());
        }
    }
}
