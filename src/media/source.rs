//! Packets of one track with their times, from symphonia's readers or from our MP4 index.

use std::collections::VecDeque;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::packet::Packet;
use symphonia::core::units::TimeBase;

use super::codec::guarded;
use super::mp4::Packets;
use super::time::Nanos;

/// How many packets are looked at for the one in which each track begins.
const LOOK_AHEAD: usize = 256;
/// How many errors in a row a reader may recover from.
const STUMBLES: usize = 16;

/// A packet and its media times.
pub struct Unit {
    pub packet: Packet,
    /// Of its first frame, and of the first that is no priming.
    pub start: Nanos,
    pub heard: Nanos,
    /// Where it ends, padding left out.
    pub end: Nanos,
    /// Length of the padding at its end.
    pub trim_end: Nanos,
}

/// What comes next.
pub enum Next {
    Unit(Unit),
    /// The packets that follow belong to a new stream.
    NewStream,
    End,
    /// The file goes on, or should, but cannot be read: why.
    Broken(String),
}

/// Where packets come from.
pub struct Source {
    origin: Origin,
    first: Option<Nanos>,
}

enum Origin {
    Movie(Box<Packets>),
    Demuxed(Demuxed),
}

impl Source {
    pub fn movie(packets: Packets) -> Source {
        Source { origin: Origin::Movie(Box::new(packets)), first: None }
    }

    /// Reads ahead to where each track begins.
    pub fn demuxed(format: Box<dyn FormatReader>, track: u32) -> Source {
        Source { origin: Origin::Demuxed(Demuxed::new(format, track)), first: None }
    }

    /// The earliest time of any track.
    pub fn zero(&self) -> Nanos {
        match &self.origin {
            Origin::Movie(_) => Nanos::ZERO,
            Origin::Demuxed(demuxed) => demuxed.zero.unwrap_or_default(),
        }
    }

    /// Time of the first packet, priming included.
    pub fn first(&self) -> Nanos {
        self.first.unwrap_or_default()
    }

    /// The codec parameters after a [`Next::NewStream`].
    pub fn parameters(&self) -> Option<&AudioCodecParameters> {
        let Origin::Demuxed(demuxed) = &self.origin else { return None };
        let track = demuxed.format.tracks().iter().find(|track| track.id == demuxed.track)?;
        track.codec_params.as_ref()?.audio()
    }

    pub fn next(&mut self) -> Next {
        let next = match &mut self.origin {
            Origin::Movie(packets) => match packets.next() {
                Ok(Some((packet, time))) => {
                    let (start, end) = (time.start, time.end);
                    Next::Unit(Unit { packet, start, heard: start, end, trim_end: Nanos::ZERO })
                }
                Ok(None) => Next::End,
                Err(error) => Next::Broken(error.to_string()),
            },
            Origin::Demuxed(demuxed) => demuxed.next(),
        };
        if let Next::Unit(unit) = &next {
            self.first.get_or_insert(unit.start);
        }
        next
    }
}

/// One track of a symphonia reader.
struct Demuxed {
    format: Box<dyn FormatReader>,
    track: u32,
    base: TimeBase,
    ready: VecDeque<Packet>,
    zero: Option<Nanos>,
    /// The last error, until a packet comes after it.
    stumbled: Option<String>,
}

/// What a reader gives.
enum Read {
    Packet(Packet),
    NewStream,
    End,
}

impl Demuxed {
    fn new(format: Box<dyn FormatReader>, track: u32) -> Demuxed {
        let base = time_base(format.as_ref(), track);
        let mut demuxed = Demuxed { format, track, base, ready: VecDeque::new(), zero: None, stumbled: None };
        demuxed.look_ahead();
        demuxed
    }

    fn look_ahead(&mut self) {
        let is_timed = |kind| matches!(kind, Some(TrackType::Audio | TrackType::Video));
        let mut waited: Vec<u32> =
            self.format.tracks().iter().filter(|track| is_timed(track.track_type())).map(|track| track.id).collect();
        for _ in 0..LOOK_AHEAD {
            if waited.is_empty() {
                return;
            }
            let Read::Packet(packet) = self.read() else { return };
            if let Some(place) = waited.iter().position(|&id| id == packet.track_id) {
                waited.swap_remove(place);
                let base = time_base(self.format.as_ref(), packet.track_id);
                let time = ticks(packet.pts.get(), base) + ticks(packet.trim_start.get(), base);
                self.zero = Some(self.zero.map_or(time, |zero| zero.min(time)));
            }
            if packet.track_id == self.track {
                self.ready.push_back(packet);
            }
        }
    }

    fn next(&mut self) -> Next {
        if let Some(packet) = self.ready.pop_front() {
            return Next::Unit(self.unit(packet));
        }
        loop {
            match self.read() {
                Read::Packet(packet) if packet.track_id == self.track => return Next::Unit(self.unit(packet)),
                Read::Packet(_) => {}
                Read::NewStream => {
                    let tracks = self.format.tracks();
                    if let Some(track) = tracks.iter().find(|track| track.track_type() == Some(TrackType::Audio)) {
                        self.track = track.id;
                    }
                    self.base = time_base(self.format.as_ref(), self.track);
                    return Next::NewStream;
                }
                Read::End => return self.stumbled.take().map_or(Next::End, Next::Broken),
            }
        }
    }

    /// The next packet of any track, beyond errors from which the reader recovers.
    fn read(&mut self) -> Read {
        for _ in 0..STUMBLES {
            let next = match guarded(|| self.format.next_packet()) {
                Ok(next) => next,
                Err(reason) => {
                    self.stumbled = Some(reason);
                    continue;
                }
            };
            match next {
                Ok(Some(packet)) => {
                    self.stumbled = None;
                    return Read::Packet(packet);
                }
                Ok(None) => return Read::End,
                Err(Error::ResetRequired) => return Read::NewStream,
                Err(Error::IoError(error)) => {
                    self.stumbled = Some(error.to_string());
                    return Read::End;
                }
                Err(error) => self.stumbled = Some(error.to_string()),
            }
        }
        Read::End
    }

    fn unit(&self, packet: Packet) -> Unit {
        let start = ticks(packet.pts.get(), self.base);
        let heard = start + ticks(packet.trim_start.get(), self.base);
        let end = heard + ticks(packet.dur.get(), self.base);
        Unit { start, heard, end, trim_end: ticks(packet.trim_end.get(), self.base), packet }
    }
}

fn ticks(count: impl Into<i128>, base: TimeBase) -> Nanos {
    Nanos::ticks(count.into(), base.numer.get(), base.denom.get())
}

fn time_base(format: &dyn FormatReader, id: u32) -> TimeBase {
    format.tracks().iter().find(|track| track.id == id).and_then(|track| track.time_base).unwrap_or_default()
}
