//! MP4 and its kin (M4A, MOV, fragmented `.m4s`): what plays when, and where its bytes are.
//!
//! symphonia tells the codec; which packets there are we find ourselves, because symphonia 0.6 reads edit lists and
//! fragments' decode times without minding them (its issue #544), reads the pictures along with the sound, walks
//! the table of durations anew for every packet, and gives up on a file that was cut short.
//!
//! Boxes and their fields: ISO/IEC 14496-12, section 8.

mod boxes;
mod fragments;
mod table;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::time::{Edit, Nanos};
use boxes::{Fields, TopLevel, children, find};
use fragments::FragmentCursor;
use table::{SampleTable, TableCursor};

/// How many fragments are looked at for the one in which each track begins.
const FIRST_FRAGMENTS: usize = 16;

/// An MP4's tracks and their clock.
pub struct Movie {
    pub tracks: Vec<Track>,
    /// The earliest presentation time of all sound and pictures: the player's time zero.
    pub zero: Nanos,
}

/// A track of an MP4.
pub struct Track {
    pub id: u32,
    /// `soun`, `vide`, `subt` …
    pub handler: [u8; 4],
    /// ISO 639-2 code.
    pub language: Option<String>,
    timescale: u32,
    edits: Vec<ListedEdit>,
    table: SampleTable,
    /// What samples of fragments are where these do not say (`trex`); without it the movie has no fragments.
    defaults: Option<Defaults>,
    movie: MovieTimes,
    /// Decode time of the first fragment, in ticks.
    first_fragment: Option<u64>,
}

/// Times of the movie as a whole.
#[derive(Clone, Copy)]
struct MovieTimes {
    timescale: u32,
    /// Length of all fragments together, where the file gives it.
    fragments: Option<u64>,
}

/// An entry of an edit list (`elst`): length in the movie's ticks, start in the media's or -1 for nothing to hear.
#[derive(Clone, Copy, Debug)]
struct ListedEdit {
    length: u64,
    media_time: i64,
}

/// Duration and size of a fragment's samples where it does not say itself.
#[derive(Clone, Copy, Debug, Default)]
struct Defaults {
    duration: u32,
    size: u32,
}

/// A packet's place and time, in the track's ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    offset: u64,
    size: u32,
    time: u64,
    duration: u64,
}

impl Movie {
    /// Reads the movie's description; `None` where the file has none, or an unreadable one.
    pub fn read(file: &File) -> io::Result<Option<Movie>> {
        let mut top = TopLevel::new(BufReader::new(file))?;
        let Some(moov) = top.find(b"moov")? else { return Ok(None) };
        let data = top.read(&moov)?;
        let Some(mut tracks) = read_tracks(&data) else { return Ok(None) };
        if tracks.iter().any(|track| track.defaults.is_some()) {
            find_first_fragments(&mut top, &mut tracks)?;
        }
        let starts = tracks.iter().filter(|track| matches!(&track.handler, b"soun" | b"vide")).filter_map(Track::start);
        Ok(Some(Movie { zero: starts.min().unwrap_or_default(), tracks }))
    }
}

impl Track {
    /// What plays when, on a clock whose zero is the movie's.
    pub fn edits(&self) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut player = Nanos::ZERO;
        for edit in &self.edits {
            let length = Nanos::ticks(i128::from(edit.length), 1, self.movie.timescale);
            if edit.media_time >= 0 {
                let start = self.time(edit.media_time as u64);
                let end = if edit.length == 0 { Nanos::MAX } else { start + length };
                edits.push(Edit { media: start..end, shift: player - start });
            }
            player = player + length;
        }
        match edits.first() {
            None => vec![Edit::whole(player)],
            // In fragments the list gives the shift alone: players let everything be heard that lies in them.
            Some(first) if self.defaults.is_some() => vec![Edit::whole(first.shift)],
            Some(_) => edits,
        }
    }

    /// Player's time of the first sample that is heard; `None` for a track without samples.
    fn start(&self) -> Option<Nanos> {
        let edits = self.edits();
        let first = edits.first()?;
        let media = match self.first_fragment {
            Some(ticks) if self.table.is_empty() => self.time(ticks),
            None if self.table.is_empty() => return None,
            _ => Nanos::ZERO,
        };
        Some(media.max(first.media.start) + first.shift)
    }

    /// Player's time at which the track ends, on the movie's clock, as far as the file tells.
    pub fn end(&self) -> Option<Nanos> {
        if self.defaults.is_some() {
            return self.movie.fragments.map(|ticks| Nanos::ticks(i128::from(ticks), 1, self.movie.timescale));
        }
        let media = self.time(self.table.duration());
        self.edits().iter().map(|edit| edit.media.end.min(media) + edit.shift).max()
    }

    /// Its packets; `merge` joins such of constant size, as uncompressed sound has them, into longer ones.
    pub fn packets(&self, path: &Path, merge: bool) -> io::Result<Packets> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Packets {
            track: self.id,
            timescale: self.timescale,
            length,
            at: 0,
            table: TableCursor::new(self.table.clone(), merge),
            fragments: match self.defaults {
                Some(defaults) => {
                    Some(FragmentCursor::new(self.id, defaults, self.table.duration(), File::open(path)?)?)
                }
                None => None,
            },
            file: BufReader::new(file),
        })
    }

    fn time(&self, ticks: u64) -> Nanos {
        Nanos::ticks(i128::from(ticks), 1, self.timescale)
    }
}

/// A track's packets in their order.
pub struct Packets {
    track: u32,
    timescale: u32,
    file: BufReader<File>,
    /// Length of the file, and where the reader stands in it.
    length: u64,
    at: u64,
    table: TableCursor,
    fragments: Option<FragmentCursor>,
}

impl Packets {
    /// The next packet and the media time that it covers; `None` at the end.
    ///
    /// # Errors
    /// The file ends before the packet does, or cannot be read.
    pub fn next(&mut self) -> io::Result<Option<(Packet, Range<Nanos>)>> {
        let Some(sample) = self.next_sample()? else { return Ok(None) };
        if sample.offset.saturating_add(u64::from(sample.size)) > self.length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is cut short"));
        }
        self.file.seek_relative(sample.offset as i64 - self.at as i64)?;
        let mut data = vec![0; sample.size as usize];
        self.file.read_exact(&mut data)?;
        self.at = sample.offset + u64::from(sample.size);
        let ticks = |ticks: u64| Nanos::ticks(i128::from(ticks), 1, self.timescale);
        let covers = ticks(sample.time)..ticks(sample.time.saturating_add(sample.duration));
        let stamp = Timestamp::new(i64::try_from(sample.time).unwrap_or(i64::MAX));
        Ok(Some((Packet::new(self.track, stamp, Duration::new(sample.duration), data), covers)))
    }

    fn next_sample(&mut self) -> io::Result<Option<Sample>> {
        match (self.table.next(), &mut self.fragments) {
            (None, Some(fragments)) => fragments.next(),
            (sample, _) => Ok(sample),
        }
    }
}

/// Notes the decode time at which each track's fragments begin.
fn find_first_fragments(top: &mut TopLevel<BufReader<&File>>, tracks: &mut [Track]) -> io::Result<()> {
    for _ in 0..FIRST_FRAGMENTS {
        let Some(moof) = top.find(b"moof")? else { return Ok(()) };
        let data = top.read(&moof)?;
        for track in tracks.iter_mut().filter(|track| track.first_fragment.is_none()) {
            track.first_fragment = fragments::start(&data, track.id);
        }
        if tracks.iter().all(|track| track.first_fragment.is_some()) {
            return Ok(());
        }
    }
    Ok(())
}

fn read_tracks(moov: &[u8]) -> Option<Vec<Track>> {
    let mut mvhd = Fields::full(find(moov, &[b"mvhd"])?)?;
    mvhd.skip_times()?;
    let timescale = mvhd.u32()?;
    let fragments = find(moov, &[b"mvex", b"mehd"]).and_then(|mehd| Fields::full(mehd)?.long());
    let movie = MovieTimes { timescale, fragments };
    let defaults = find(moov, &[b"mvex"]).map(read_defaults).unwrap_or_default();
    let traks = children(moov).filter(|(kind, _)| *kind == b"trak");
    Some(traks.filter_map(|(_, trak)| read_track(trak, movie, &defaults)).collect())
}

fn read_track(trak: &[u8], movie: MovieTimes, defaults: &[(u32, Defaults)]) -> Option<Track> {
    let mut tkhd = Fields::full(find(trak, &[b"tkhd"])?)?;
    tkhd.skip_times()?;
    let id = tkhd.u32()?;
    let mut mdhd = Fields::full(find(trak, &[b"mdia", b"mdhd"])?)?;
    mdhd.skip_times()?;
    let timescale = mdhd.u32().filter(|&ticks| ticks > 0)?;
    mdhd.long()?; // the length
    let language = mdhd.u32().and_then(|field| read_language(field >> 16));
    Some(Track {
        id,
        language,
        handler: find(trak, &[b"mdia", b"hdlr"])?.get(8..12)?.try_into().ok()?,
        timescale,
        edits: find(trak, &[b"edts", b"elst"]).and_then(read_edits).unwrap_or_default(),
        table: SampleTable::read(find(trak, &[b"mdia", b"minf", b"stbl"])?),
        defaults: defaults.iter().find(|(track, _)| *track == id).map(|(_, defaults)| *defaults),
        movie,
        first_fragment: None,
    })
}

/// Three letters of five bits each (14496-12 section 8.4.2); QuickTime's numbers, all below them, name none.
fn read_language(packed: u32) -> Option<String> {
    let letters = [packed >> 10, packed >> 5, packed].map(|five| (five & 0x1F) as u8 + 0x60);
    let is_named = packed >= 0x400 && letters.iter().all(u8::is_ascii_lowercase) && letters != *b"und";
    is_named.then(|| letters.map(char::from).iter().collect())
}

fn read_edits(elst: &[u8]) -> Option<Vec<ListedEdit>> {
    let mut fields = Fields::full(elst)?;
    let count = fields.u32()?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let Some(length) = fields.long() else { break };
        let media_time = if fields.version == 0 { i64::from(fields.u32()? as i32) } else { fields.u64()? as i64 };
        fields.u32()?; // the rate
        entries.push(ListedEdit { length, media_time });
    }
    Some(entries)
}

fn read_defaults(mvex: &[u8]) -> Vec<(u32, Defaults)> {
    let read = |trex: &[u8]| {
        let mut fields = Fields::full(trex)?;
        let (track, _description) = (fields.u32()?, fields.u32()?);
        Some((track, Defaults { duration: fields.u32()?, size: fields.u32()? }))
    };
    children(mvex).filter(|(kind, _)| *kind == b"trex").filter_map(|(_, trex)| read(trex)).collect()
}

#[cfg(test)]
mod tests {
    use super::boxes::build::{boxed, full, longs};
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    /// A track of `frames` one-tick samples at 1000 ticks a second, with the edit list (length, start).
    fn track(frames: u32, edits: &[(u32, i32)]) -> Vec<u8> {
        let list: Vec<u32> = edits.iter().flat_map(|&(length, start)| [length, start as u32, 0x10000]).collect();
        let elst = full(b"elst", 0, &longs(&[&[edits.len() as u32], list.as_slice()].concat()));
        let table = [
            full(b"stts", 0, &longs(&[1, frames, 1])),
            full(b"stsc", 0, &longs(&[1, 1, 1, 1])),
            full(b"stsz", 0, &longs(&[1, frames])),
            full(b"stco", 0, &longs(&[1, 0])),
        ];
        let media = [
            full(b"mdhd", 0, &longs(&[0, 0, 1000, 0, 0])),
            full(b"hdlr", 0, b"\0\0\0\0soun"),
            boxed(b"minf", &boxed(b"stbl", &table.concat())),
        ];
        let parts =
            [full(b"tkhd", 0, &longs(&[0, 0, 7])), boxed(b"edts", &elst), boxed(b"mdia", &media.concat())].concat();
        boxed(b"trak", &parts)
    }

    fn movie(tracks: &[Vec<u8>]) -> Movie {
        let moov = [full(b"mvhd", 0, &longs(&[0, 0, 1000, 0])), tracks.concat()].concat();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&[boxed(b"ftyp", b"isom"), boxed(b"moov", &moov)].concat()).unwrap();
        Movie::read(file.as_file()).unwrap().unwrap()
    }

    fn ms(time: i64) -> Nanos {
        Nanos(time * 1_000_000)
    }

    #[test]
    fn an_edit_list_hides_priming() {
        let movie = movie(&[track(5_000, &[(4_900, 23)])]);
        let edits = movie.tracks[0].edits();
        assert_eq!(edits, [Edit { media: ms(23)..ms(4_923), shift: ms(-23) }]);
        assert_eq!((movie.zero, movie.tracks[0].end()), (ms(0), Some(ms(4_900))));
    }

    #[test]
    fn an_empty_edit_delays_a_track() {
        let movie = movie(&[track(5_000, &[(1_500, -1), (5_000, 0)]), track(5_000, &[])]);
        assert_eq!(movie.tracks[0].edits(), [Edit { media: ms(0)..ms(5_000), shift: ms(1_500) }]);
        assert_eq!(movie.zero, ms(0));
    }

    #[test]
    fn a_language_is_three_letters() {
        assert_eq!(read_language(0x690F).as_deref(), Some("zho"));
        assert_eq!((read_language(0x55C4), read_language(0)), (None, None), "und, and QuickTime's English");
    }

    #[test]
    fn where_every_track_is_late_time_begins_with_the_first() {
        let late = |by| track(100, &[(by, -1), (100, 0)]);
        assert_eq!(movie(&[late(1_500), late(800)]).zero, ms(800));
    }

    #[test]
    fn a_trimmed_recording_plays_its_pieces_one_after_the_other() {
        let edits = movie(&[track(5_000, &[(1_000, 500), (2_000, 3_000)])]).tracks[0].edits();
        assert_eq!(edits[0], Edit { media: ms(500)..ms(1_500), shift: ms(-500) });
        assert_eq!(edits[1], Edit { media: ms(3_000)..ms(5_000), shift: ms(-2_000) });
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40)) {
            let mut moov = [full(b"mvhd", 0, &longs(&[0, 0, 1000, 0])), track(50, &[(1, 2), (3, -1)])].concat();
            for (at, byte) in damage {
                let at = at.index(moov.len());
                moov[at] = byte;
            }
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&boxed(b"moov", &moov)).unwrap();
            if let Some(movie) = Movie::read(file.as_file()).unwrap() {
                for track in &movie.tracks {
                    let _ = (track.edits(), track.end());
                    let mut packets = track.packets(file.path(), true).unwrap();
                    (0..100).take_while(|_| matches!(packets.next(), Ok(Some(_)))).for_each(drop);
                }
            }
        }
    }
}
