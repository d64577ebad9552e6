//! Fragments (`moof`): the packets of a movie that is streamed, as Bilibili's `.m4s` are.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader};

use super::boxes::{Fields, TopLevel, children, find};
use super::{Defaults, Sample};

/// A fragment of more packets than this is damaged: it would be 20 s of uncompressed sound.
const MOST_SAMPLES: usize = 1 << 20;

/// Flags of `tfhd` (14496-12 section 8.8.7) and `trun` (section 8.8.8): which fields are there.
mod flag {
    pub const BASE_OFFSET: u32 = 0x01;
    pub const DESCRIPTION: u32 = 0x02;
    pub const DEFAULT_DURATION: u32 = 0x08;
    pub const DEFAULT_SIZE: u32 = 0x10;
    pub const DATA_OFFSET: u32 = 0x001;
    pub const FIRST_FLAGS: u32 = 0x004;
    pub const DURATION: u32 = 0x100;
    pub const SIZE: u32 = 0x200;
    pub const FLAGS: u32 = 0x400;
    pub const COMPOSITION: u32 = 0x800;
}

/// Goes through the fragments of one track packet by packet.
pub struct FragmentCursor {
    track: u32,
    defaults: Defaults,
    top: TopLevel<BufReader<File>>,
    /// What remains of the present fragment.
    ready: VecDeque<Sample>,
    /// Where the next fragment's time begins if it does not say.
    time: u64,
}

impl FragmentCursor {
    /// `time` is where the fragments begin if they do not say.
    pub fn new(track: u32, defaults: Defaults, time: u64, file: File) -> io::Result<FragmentCursor> {
        let top = TopLevel::new(BufReader::new(file))?;
        Ok(FragmentCursor { track, defaults, top, ready: VecDeque::new(), time })
    }

    /// The next packet.
    pub fn next(&mut self) -> io::Result<Option<Sample>> {
        loop {
            if let Some(sample) = self.ready.pop_front() {
                return Ok(Some(sample));
            }
            let Some(place) = self.top.find(b"moof")? else { return Ok(None) };
            let moof = self.top.read(&place)?;
            for traf in own_fragments(&moof, self.track) {
                // Offsets count from the start of the box, header included.
                self.read_fragment(traf, place.start.saturating_sub(8));
            }
        }
    }

    /// Takes over the packets of a track fragment; of a damaged one, those before the damage.
    fn read_fragment(&mut self, traf: &[u8], moof: u64) -> Option<()> {
        let mut tfhd = Fields::full(find(traf, &[b"tfhd"])?)?;
        tfhd.u32()?;
        let base = if tfhd.flags & flag::BASE_OFFSET != 0 { tfhd.u64()? } else { moof };
        tfhd.optional(flag::DESCRIPTION)?;
        let defaults = Defaults {
            duration: tfhd.optional(flag::DEFAULT_DURATION)?.unwrap_or(self.defaults.duration),
            size: tfhd.optional(flag::DEFAULT_SIZE)?.unwrap_or(self.defaults.size),
        };
        self.time = decode_time(traf).unwrap_or(self.time);
        let mut offset = base;
        for (_, trun) in children(traf).filter(|(kind, _)| *kind == b"trun") {
            self.read_run(trun, defaults, base, &mut offset)?;
        }
        Some(())
    }

    fn read_run(&mut self, trun: &[u8], defaults: Defaults, base: u64, offset: &mut u64) -> Option<()> {
        let mut fields = Fields::full(trun)?;
        let count = fields.u32()?;
        if let Some(from_base) = fields.optional(flag::DATA_OFFSET)? {
            *offset = base.saturating_add_signed(i64::from(from_base as i32));
        }
        fields.optional(flag::FIRST_FLAGS)?;
        for _ in 0..count {
            let duration = fields.optional(flag::DURATION)?.unwrap_or(defaults.duration);
            let size = fields.optional(flag::SIZE)?.unwrap_or(defaults.size);
            fields.optional(flag::FLAGS)?;
            fields.optional(flag::COMPOSITION)?;
            if self.ready.len() >= MOST_SAMPLES {
                return None;
            }
            self.ready.push_back(Sample { offset: *offset, size, time: self.time, duration: u64::from(duration) });
            *offset = offset.saturating_add(u64::from(size));
            self.time = self.time.saturating_add(u64::from(duration));
        }
        Some(())
    }
}

/// Decode time at which the fragment `moof` begins for a track.
pub fn start(moof: &[u8], track: u32) -> Option<u64> {
    own_fragments(moof, track).next().map(|traf| decode_time(traf).unwrap_or(0))
}

fn decode_time(traf: &[u8]) -> Option<u64> {
    Fields::full(find(traf, &[b"tfdt"])?)?.long()
}

fn own_fragments(moof: &[u8], track: u32) -> impl Iterator<Item = &[u8]> {
    let is_own = move |traf: &[u8]| find(traf, &[b"tfhd"]).and_then(|tfhd| Fields::full(tfhd)?.u32()) == Some(track);
    children(moof).filter(|(kind, _)| *kind == b"traf").map(|(_, traf)| traf).filter(move |traf| is_own(traf))
}

#[cfg(test)]
mod tests {
    use super::super::boxes::build::{boxed, full, longs};
    use super::*;
    use std::io::Write;

    fn fragment(time: u32, sizes: &[u32]) -> Vec<u8> {
        let run = [&[sizes.len() as u32, 50], sizes].concat();
        let traf = [
            full(b"tfhd", 0x20000 | flag::DEFAULT_DURATION, &longs(&[1, 1024])),
            full(b"tfdt", 0, &longs(&[time])),
            full(b"trun", flag::DATA_OFFSET | flag::SIZE, &longs(&run)),
        ];
        boxed(b"moof", &boxed(b"traf", &traf.concat()))
    }

    #[test]
    fn each_fragment_says_when_it_begins() {
        let (first, second) = (fragment(0, &[5, 6]), fragment(9_000, &[7]));
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[first.as_slice(), &second].concat()).unwrap();
        let mut cursor = FragmentCursor::new(1, Defaults::default(), 0, file).unwrap();
        let packets: Vec<_> = std::iter::from_fn(|| cursor.next().unwrap()).collect();
        let second = first.len() as u64 + 50;
        let expected = [(50, 5, 0), (55, 6, 1024), (second, 7, 9_000)];
        assert_eq!(packets.iter().map(|s| (s.offset, s.size, s.time)).collect::<Vec<_>>(), expected);
        assert_eq!(start(&fragment(9_000, &[1])[8..], 1), Some(9_000));
        assert_eq!(start(&fragment(9_000, &[1])[8..], 2), None);
    }
}
