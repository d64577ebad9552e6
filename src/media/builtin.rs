//! The built-in decoders: symphonia's readers and decoders, our own MP4 index, Opus.

use std::fs::File;
use std::path::Path;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackFlags, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::codec::{self, TrackDecoder, guarded};
use super::error::MediaError;
use super::mp4::Movie;
use super::sniff::Kind;
use super::source::{Next, Source, Unit};
use super::tape::Tape;
use super::time::{Edit, Nanos};
use super::{Decoded, Media, Request, Stream, StreamKind, Warning};
use crate::progress::Progress;
use crate::signal::SAMPLE_RATE;
use crate::timeline::Ms;

/// How many packets may fail before the first that decodes.
const PATIENCE: usize = 100;
/// A recording that reaches this share of the length in its header is whole.
const WHOLE: f64 = 0.98;
/// Frames of padding at the end of an MP3 at most: its tag has 12 bits for them.
const MOST_PADDING: i64 = 1 << 12;

/// Why the built-in decoders hand out nothing.
pub enum Refusal {
    /// They cannot read this; ffmpeg may.
    Unreadable(String),
    /// Nobody can.
    Final(MediaError),
}

impl Refusal {
    pub fn into_error(self, path: &Path) -> MediaError {
        match self {
            Refusal::Unreadable(reason) => MediaError::Unreadable { path: path.to_owned(), reason },
            Refusal::Final(error) => error,
        }
    }
}

/// Decodes with the built-in decoders; see [`super::decode`].
///
/// A [`Refusal`] comes before anything was given to `sink`.
pub fn decode(
    path: &Path,
    kind: Kind,
    request: &Request,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[f32]),
) -> Result<Decoded, Refusal> {
    if let Kind::Foreign(name) = kind {
        return Err(Refusal::Unreadable(format!("{name} is not among the built-in formats")));
    }
    let mut session = Session::open(path, kind, request)?;
    let mut tape = Tape::new(session.media_end, sink);
    progress.begin("decoding", session.media_end.map_or(0, |end| end.to_ms().0.max(0) as u64));
    let ended = session.run(&mut tape, progress);
    progress.end();
    let broken = ended?;
    let end = tape.end().to_ms();
    let laid = tape.finish();
    let mut warnings = laid.warnings;
    warnings.extend(session.short(end, broken));
    if session.decoder.is_core_only() {
        warnings.push(Warning::CoreOnly);
    }
    let mut start = laid.start;
    start.cut += session.cut.to_ms();
    Ok(Decoded {
        media: session.media,
        decoder: "symphonia",
        samples: laid.samples,
        duration: Ms::from_samples(laid.samples, SAMPLE_RATE),
        start,
        warnings,
    })
}

/// One track on its way to the tape.
struct Session {
    media: Media,
    source: Source,
    decoder: TrackDecoder,
    is_mp4: bool,
    /// What plays when, on the player's clock.
    edits: Vec<Edit>,
    /// Media time before which there is only priming.
    heard_from: Nanos,
    /// What edits and priming cut from the front.
    cut: Nanos,
    /// Where the header says that the sound ends, where it can be trusted, and that any track does.
    expected_end: Option<Nanos>,
    media_end: Option<Nanos>,
    heard: bool,
    /// Where the first packet was that failed before any could be decoded.
    failed_at: Option<Nanos>,
}

impl Session {
    fn open(path: &Path, kind: Kind, request: &Request) -> Result<Session, Refusal> {
        let unreadable = |error: std::io::Error| Refusal::Unreadable(error.to_string());
        let format = probe(path)?;
        let movie = match kind {
            Kind::Mp4 => File::open(path).and_then(|file| Movie::read(&file)).map_err(unreadable)?,
            _ => None,
        };
        let streams = describe(format.as_ref(), movie.as_ref());
        let (track, index) = choose(path, &streams, request.track)?;
        let media = Media {
            path: path.to_owned(),
            container: container(format.as_ref()).to_owned(),
            codec: streams[index].codec.clone(),
            streams,
            track,
        };
        let chosen = &format.tracks()[index];
        let Some(CodecParameters::Audio(params)) = &chosen.codec_params else {
            return Err(Refusal::Unreadable(format!("the codec of audio track {track} is not built in")));
        };
        let is_mp4 = movie.is_some();
        let decoder = TrackDecoder::new(params, is_mp4).map_err(Refusal::Unreadable)?;
        let offset = Nanos::from_ms(request.offset);
        let id = chosen.id;
        let (source, edits, expected_end, media_end) = match movie {
            Some(movie) => {
                let own = movie.tracks.iter().find(|own| own.id == id);
                let own = own.ok_or_else(|| Refusal::Unreadable("the description of its track is damaged".into()))?;
                let source = Source::movie(own.packets(path, media.codec.starts_with("pcm_")).map_err(unreadable)?);
                let edits = shifted(own.edits(), offset - movie.zero);
                let end = own.end().map(|end| end + offset - movie.zero);
                (source, edits, end, end)
            }
            None => {
                let media_end = media_end(format.as_ref(), index).map(|end| end + offset);
                let end = media_end.filter(|_| is_end_trusted(format.as_ref(), index, &media));
                // Ogg's times count from the first sound that is heard, Matroska's from the priming before it.
                let priming = if media.container == "ogg" { decoder.priming } else { Nanos::ZERO };
                let source = Source::demuxed(format, id);
                let zero = source.zero() + priming;
                (source, vec![Edit::whole(offset - zero)], end, media_end)
            }
        };
        let (cut, heard_from) = (Nanos::ZERO, Nanos::MIN);
        let (heard, failed_at) = (false, None);
        Ok(Session {
            media,
            source,
            decoder,
            is_mp4,
            edits,
            heard_from,
            cut,
            expected_end,
            media_end,
            heard,
            failed_at,
        })
    }

    /// Decodes to the end. Gives the reason if the reader broke off before it.
    fn run(&mut self, tape: &mut Tape, progress: &dyn Progress) -> Result<Option<String>, Refusal> {
        let mut mono = Vec::new();
        let (mut failed, mut reason) = (0, None);
        let mut first: Option<Nanos> = None;
        let broken = loop {
            let unit = match self.source.next() {
                Next::Unit(unit) => unit,
                Next::NewStream => {
                    self.renew_decoder();
                    continue;
                }
                Next::End => break None,
                Next::Broken(reason) => break Some(reason),
            };
            if first.is_none() {
                first = Some(unit.start);
                self.heard_from = unit.start + self.decoder.priming;
            }
            match self.decoder.decode(&unit.packet, &mut mono).and_then(|rate| self.lay(tape, &unit, rate, &mono)) {
                Ok(()) => {}
                Err(_) if self.heard => self.lose(tape, &unit),
                Err(error) => {
                    self.failed_at.get_or_insert(unit.heard);
                    (failed, reason) = (failed + 1, Some(error));
                    if failed >= PATIENCE {
                        break reason.clone();
                    }
                }
            }
            progress.reach(tape.end().to_ms().0.max(0) as u64);
        };
        if self.heard {
            return Ok(broken);
        }
        let reason = broken.or(reason).unwrap_or_else(|| "there are no packets in it".into());
        Err(Refusal::Unreadable(format!("nothing could be decoded ({reason})")))
    }

    /// Lays what a packet decoded to, as far as it is to be heard.
    fn lay(&mut self, tape: &mut Tape, unit: &Unit, rate: u32, mono: &[f32]) -> Result<(), String> {
        if mono.is_empty() {
            return Ok(());
        }
        let mono = if self.decoder.trims { mono } else { self.trim(unit, rate, mono) };
        let start = unit.heard + self.decoder.core_delay;
        for edit in &self.edits {
            let frame = |time: Nanos| (time - start).to_frames(rate).clamp(0, mono.len() as i64);
            let (from, to) = (frame(edit.media.start.max(self.heard_from)), frame(edit.media.end));
            if from < to {
                let at = start + Nanos::frames(from, rate);
                if !self.heard {
                    self.cut = at - self.source.first().min(at);
                    if let Some(failed) = self.failed_at {
                        tape.expect(failed.max(edit.media.start) + edit.shift);
                    }
                }
                tape.lay(at + edit.shift, rate, &mono[from as usize..to as usize])?;
                self.heard = true;
            }
        }
        Ok(())
    }

    /// A packet's frames without the priming and the padding that its container tells of.
    fn trim<'m>(&self, unit: &Unit, rate: u32, mono: &'m [f32]) -> &'m [f32] {
        let frames = |time: Nanos| time.to_frames(rate).clamp(0, mono.len() as i64) as usize;
        let shift = self.edits.first().map_or(Nanos::ZERO, |edit| edit.shift);
        // What the length in the header leaves out is padding, unless the header is wrong.
        let is_last = |end: Nanos| unit.start + shift <= end + Nanos::frames(MOST_PADDING, rate);
        let padding = if self.expected_end.is_some_and(is_last) { frames(unit.trim_end) } else { 0 };
        mono.get(frames(unit.heard - unit.start)..mono.len() - padding).unwrap_or_default()
    }

    /// Lays silence for a packet that could not be decoded.
    fn lose(&self, tape: &mut Tape, unit: &Unit) {
        for edit in &self.edits {
            let (from, to) = (unit.heard.max(edit.media.start), unit.end.min(edit.media.end));
            if from < to {
                tape.lose(from + edit.shift, to - from);
            }
        }
    }

    /// A new stream begins within the file, as in joined Ogg files: its codec may have other parameters.
    fn renew_decoder(&mut self) {
        if let Some(params) = self.source.parameters()
            && let Ok(decoder) = TrackDecoder::new(params, self.is_mp4)
        {
            self.decoder = decoder;
        }
    }

    /// A warning if the sound ends at `end` before it should.
    fn short(&self, end: Ms, reason: Option<String>) -> Option<Warning> {
        let expected = self.expected_end.map(Nanos::to_ms);
        let is_short = expected.is_some_and(|expected| (end.0 as f64) < expected.0 as f64 * WHOLE);
        let expected = expected.filter(|&expected| expected > end);
        (is_short || reason.is_some()).then_some(Warning::Short { at: end, expected, reason })
    }
}

fn probe(path: &Path) -> Result<Box<dyn FormatReader>, Refusal> {
    let file = File::open(path).map_err(|error| Refusal::Final(MediaError::open(path, error)))?;
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let probe = symphonia::default::get_probe();
    guarded(|| probe.probe(&Default::default(), stream, FormatOptions::default(), MetadataOptions::default()))
        .and_then(|probed| probed.map_err(|error| error.to_string()))
        .map_err(|error| Refusal::Unreadable(format!("its format is unknown or damaged ({error})")))
}

fn container(format: &dyn FormatReader) -> &'static str {
    match format.format_info().short_name {
        "isomp4" => "mp4",
        "wave" => "wav",
        name => name,
    }
}

/// The streams as the container describes them.
fn describe(format: &dyn FormatReader, movie: Option<&Movie>) -> Vec<Stream> {
    let own = |id| movie.and_then(|movie| movie.tracks.iter().find(|own| own.id == id));
    let describe = |(index, track): (usize, &symphonia::core::formats::Track)| {
        let audio = track.codec_params.as_ref().and_then(CodecParameters::audio);
        let own = own(track.id);
        let kind = match (track.track_type(), own.map(|own| &own.handler)) {
            (Some(TrackType::Audio), _) | (None, Some(b"soun")) => StreamKind::Audio,
            (Some(TrackType::Video), _) | (None, Some(b"vide")) => StreamKind::Video,
            (Some(TrackType::Subtitle), _) => StreamKind::Subtitle,
            _ => StreamKind::Other,
        };
        Stream {
            index,
            kind,
            codec: audio.map_or("unknown", |params| codec::name(params.codec)).to_owned(),
            sample_rate: audio.and_then(|params| params.sample_rate),
            channels: audio.and_then(|params| params.channels.as_ref().map(|channels| channels.count())),
            language: track.language.clone().or_else(|| own?.language.clone()).filter(|language| language != "und"),
            default: track.flags.contains(TrackFlags::DEFAULT),
        }
    };
    format.tracks().iter().enumerate().map(describe).collect()
}

/// The wanted audio track: its number among the audio tracks, and among all.
fn choose(path: &Path, streams: &[Stream], wanted: Option<usize>) -> Result<(usize, usize), Refusal> {
    // A track that nobody knows may be sound to ffmpeg.
    if streams.iter().any(|stream| stream.kind == StreamKind::Other) && wanted.is_some() {
        return Err(Refusal::Unreadable("it has tracks of an unknown kind".into()));
    }
    super::choose(path, streams, wanted).map_err(|error| match error {
        MediaError::NoAudio { .. } if streams.iter().any(|stream| stream.kind == StreamKind::Other) => {
            Refusal::Unreadable("it has tracks of an unknown kind".into())
        }
        error => Refusal::Final(error),
    })
}

/// Where the header says that the track ends, else that the whole does.
fn media_end(format: &dyn FormatReader, index: usize) -> Option<Nanos> {
    let (track, info) = (&format.tracks()[index], format.media_info());
    let (base, duration) = track.time_base.zip(track.duration).or(info.time_base.zip(info.duration))?;
    Some(Nanos::ticks(i128::from(duration.get()), base.numer.get(), base.denom.get()))
}

/// Whether sound that ends before [`media_end`] is cut short. Of an MP3 without a tag and of raw AAC the length is a
/// guess, and a film's pictures may go on after its sound.
fn is_end_trusted(format: &dyn FormatReader, index: usize, media: &Media) -> bool {
    let track = &format.tracks()[index];
    let is_guess = media.container == "aac" || (media.container == "mp3" && track.delay.is_none());
    !is_guess && (track.duration.is_some() || format.tracks().len() == 1)
}

fn shifted(edits: Vec<Edit>, by: Nanos) -> Vec<Edit> {
    edits.into_iter().map(|edit| Edit { shift: edit.shift + by, ..edit }).collect()
}
