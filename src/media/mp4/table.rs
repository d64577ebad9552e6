//! The sample table (`stbl`): the packets of a movie that is not in fragments.

use super::Sample;
use super::boxes::{Fields, find};

/// How many packets of constant size are joined at most.
const MERGED: u32 = 4096;

/// The table as the file packs it: runs of equal durations, chunks of packets.
#[derive(Clone, Debug, Default)]
pub struct SampleTable {
    /// (packets, ticks each).
    durations: Vec<(u32, u32)>,
    /// (first chunk counted from 1, packets in each).
    chunks: Vec<(u32, u32)>,
    sizes: Sizes,
    /// Where each chunk begins in the file.
    offsets: Vec<u64>,
}

#[derive(Clone, Debug)]
enum Sizes {
    Constant { size: u32, count: u32 },
    Each(Vec<u32>),
}

impl Default for Sizes {
    fn default() -> Sizes {
        Sizes::Each(Vec::new())
    }
}

impl SampleTable {
    /// Of a damaged or missing table, what there is.
    pub fn read(stbl: &[u8]) -> SampleTable {
        let short = entries(stbl, b"stco").into_iter().map(|[at]| u64::from(at));
        let long = entries(stbl, b"co64").into_iter().map(|[high, low]| u64::from(high) << 32 | u64::from(low));
        SampleTable {
            durations: entries(stbl, b"stts").into_iter().map(|[count, ticks]| (count, ticks)).collect(),
            chunks: entries(stbl, b"stsc").into_iter().map(|[first, packets, _]| (first, packets)).collect(),
            sizes: find(stbl, &[b"stsz"]).and_then(Sizes::read).unwrap_or_default(),
            offsets: short.chain(long).collect(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// Ticks of all packets together.
    pub fn duration(&self) -> u64 {
        self.durations.iter().fold(0u64, |sum, &(count, ticks)| sum.saturating_add(u64::from(count) * u64::from(ticks)))
    }
}

/// The entries of a table, `N` fields each: as many as it announces and holds.
fn entries<const N: usize>(stbl: &[u8], kind: &[u8; 4]) -> Vec<[u32; N]> {
    let Some(mut fields) = find(stbl, &[kind]).and_then(Fields::full) else { return Vec::new() };
    let count = fields.u32().unwrap_or(0) as usize;
    let fields: Vec<u32> = fields.rest().take(count.saturating_mul(N)).collect();
    fields.as_chunks().0.to_vec()
}

impl Sizes {
    fn read(stsz: &[u8]) -> Option<Sizes> {
        let mut fields = Fields::full(stsz)?;
        let (size, count) = (fields.u32()?, fields.u32()?);
        match size {
            0 => Some(Sizes::Each(fields.rest().take(count as usize).collect())),
            size => Some(Sizes::Constant { size, count }),
        }
    }

    fn get(&self, sample: u32) -> Option<u32> {
        match self {
            Sizes::Constant { size, count } => (sample < *count).then_some(*size),
            Sizes::Each(sizes) => sizes.get(sample as usize).copied(),
        }
    }
}

/// Goes through a table packet by packet.
pub struct TableCursor {
    table: SampleTable,
    merge: bool,
    sample: u32,
    time: u64,
    /// Entry of `durations`, and packets of it that are done.
    duration: (usize, u32),
    /// Chunk and its entry of `chunks`, both counted from 0, packets of it that are done, and where the next begins.
    chunk: usize,
    entry: usize,
    in_chunk: u32,
    offset: u64,
}

impl TableCursor {
    /// With `merge`, packets of constant size that lie side by side come as one.
    pub fn new(table: SampleTable, merge: bool) -> TableCursor {
        let merge = merge && matches!(table.sizes, Sizes::Constant { .. });
        let offset = table.offsets.first().copied().unwrap_or(0);
        TableCursor { table, merge, sample: 0, time: 0, duration: (0, 0), chunk: 0, entry: 0, in_chunk: 0, offset }
    }

    /// The next packet.
    pub fn next(&mut self) -> Option<Sample> {
        let left = self.enter_chunk()?;
        let size = self.table.sizes.get(self.sample)?;
        let wanted = if self.merge { left.min(MERGED) } else { 1 };
        let mut merged = Sample { offset: self.offset, size: 0, time: self.time, duration: 0 };
        for _ in 0..wanted {
            if self.table.sizes.get(self.sample).is_none() {
                break;
            }
            merged.size = merged.size.saturating_add(size);
            merged.duration += u64::from(self.next_duration());
            self.sample = self.sample.checked_add(1)?;
            self.in_chunk += 1;
        }
        self.offset = self.offset.saturating_add(u64::from(merged.size));
        self.time = self.time.saturating_add(merged.duration);
        Some(merged)
    }

    /// Goes on to the chunk that holds the next packet; how many it still holds.
    fn enter_chunk(&mut self) -> Option<u32> {
        loop {
            self.table.offsets.get(self.chunk)?;
            while self.table.chunks.get(self.entry + 1).is_some_and(|&(first, _)| first as usize <= self.chunk + 1) {
                self.entry += 1;
            }
            let &(_, packets) = self.table.chunks.get(self.entry)?;
            if self.in_chunk < packets {
                return Some(packets - self.in_chunk);
            }
            (self.chunk, self.in_chunk) = (self.chunk + 1, 0);
            self.offset = *self.table.offsets.get(self.chunk)?;
        }
    }

    fn next_duration(&mut self) -> u32 {
        while let Some(&(count, ticks)) = self.table.durations.get(self.duration.0) {
            if self.duration.1 < count {
                self.duration.1 += 1;
                return ticks;
            }
            self.duration = (self.duration.0 + 1, 0);
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::super::boxes::build::{full, longs};
    use super::*;

    fn all(mut cursor: TableCursor) -> Vec<(u64, u32, u64, u64)> {
        std::iter::from_fn(|| cursor.next()).map(|s| (s.offset, s.size, s.time, s.duration)).collect()
    }

    #[test]
    fn packets_lie_in_chunks() {
        let stbl = [
            full(b"stts", 0, &longs(&[2, 2, 1024, 3, 512])),
            full(b"stsc", 0, &longs(&[2, 1, 2, 1, 3, 1, 1])),
            full(b"stsz", 0, &longs(&[0, 5, 10, 20, 30, 40, 50])),
            full(b"stco", 0, &longs(&[3, 100, 500, 900])),
        ]
        .concat();
        let packets = all(TableCursor::new(SampleTable::read(&stbl), false));
        let expected = [
            (100, 10, 0, 1024),
            (110, 20, 1024, 1024),
            (500, 30, 2048, 512),
            (530, 40, 2560, 512),
            (900, 50, 3072, 512),
        ];
        assert_eq!(packets, expected);
    }

    #[test]
    fn uncompressed_sound_comes_in_long_packets() {
        let stbl = [
            full(b"stts", 0, &longs(&[1, 10_000, 1])),
            full(b"stsc", 0, &longs(&[1, 1, 5_000, 1])),
            full(b"stsz", 0, &longs(&[4, 10_000])),
            full(b"co64", 0, &longs(&[2, 0, 0, 1, 0])),
        ]
        .concat();
        let packets = all(TableCursor::new(SampleTable::read(&stbl), true));
        let second = 1 << 32;
        let expected = [
            (0, 4 * 4096, 0, 4096),
            (4 * 4096, 4 * 904, 4096, 904),
            (second, 4 * 4096, 5_000, 4096),
            (second + 4 * 4096, 4 * 904, 9_096, 904),
        ];
        assert_eq!(packets, expected);
    }
}
