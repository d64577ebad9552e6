//! The media room: any recording to 16 kHz mono samples on the player's clock.
//!
//! ```text
//!     file ──sniff──► symphonia ──packets──► decoder ──frames──► tape ──16 kHz mono──► sink
//!              │      (mp4: our own sample index)                 ▲
//!              └────► an installed ffmpeg ────────────────────────┘
//! ```
//!
//! Sample 0 is the **player's time zero**: where ffmpeg and mpv put it, at the first presentation time of whichever
//! stream starts first. Encoder delay, edit lists, a late audio track and lost packets are all settled here, so that
//! every later stage counts samples from 0 and is right. The terms:
//!
//! * **presentation time**: when a packet is to be heard, as its container says;
//! * **priming** (encoder delay): samples that the encoder put in front and that must not be heard;
//! * **edit list**: an MP4's table of which media time plays when; it hides priming and delays tracks.
//!
//! Nothing is held but a packet at a time and, of an MP4, its sample table.

mod builtin;
mod codec;
mod error;
mod ffmpeg;
mod mp4;
mod opus;
mod resample;
mod sniff;
mod source;
mod tape;
mod time;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

pub use error::MediaError;

use crate::progress::Progress;
use crate::timeline::{Ms, Span};
use sniff::Kind;

/// Who decodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decoder {
    /// The built-in decoders, and an installed ffmpeg for what they cannot read.
    #[default]
    Auto,
    /// The built-in decoders alone (symphonia, ropus).
    Builtin,
    /// An installed ffmpeg alone.
    Ffmpeg,
}

/// What is wanted of a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Which audio track, counted from 0 among the audio tracks; `None` takes the default one, else the first.
    pub track: Option<usize>,
    /// Who decodes.
    pub decoder: Decoder,
    /// Added to the player's clock: positive makes the sound later, negative cuts its start.
    pub offset: Ms,
}

/// What a stream of a container carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
    /// Subtitles.
    Subtitle,
    /// Anything else, or what nobody knows.
    Other,
}

/// A stream of a container, as its header describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its place in the container, counted from 0.
    pub index: usize,
    /// What it carries.
    pub kind: StreamKind,
    /// The codec's short name, as ffmpeg spells it (`aac`, `opus`, `pcm_s16le` …); `unknown` where nobody knows.
    pub codec: String,
    /// Samples a second, of sound.
    pub sample_rate: Option<u32>,
    /// Channels, of sound.
    pub channels: Option<usize>,
    /// The language, as the container spells it.
    pub language: Option<String>,
    /// Whether the container marks it as the one to play.
    pub default: bool,
}

/// A recording: its container and its streams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The file.
    pub path: PathBuf,
    /// The container's short name (`mp4`, `matroska`, `ogg`, `wav` …).
    pub container: String,
    /// Its streams in the container's order.
    pub streams: Vec<Stream>,
    /// The audio track that was decoded, counted from 0 among the audio tracks.
    pub track: usize,
    /// That track's codec, as in [`Stream::codec`].
    pub codec: String,
}

impl Media {
    /// The audio tracks; [`Request::track`] counts into them.
    pub fn audio(&self) -> impl Iterator<Item = &Stream> {
        self.streams.iter().filter(|stream| stream.kind == StreamKind::Audio)
    }
}

/// How the start of the sound was brought onto the player's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Silence put in front because the sound begins after the player's time zero.
    pub late: Ms,
    /// Sound cut from the front: priming, what an edit list hides, or what a negative offset moved before zero.
    pub cut: Ms,
}

/// A recording decoded to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The recording.
    pub media: Media,
    /// Who decoded it: `symphonia` or `ffmpeg`.
    pub decoder: &'static str,
    /// Samples handed out, at 16 kHz: the exact duration.
    pub samples: u64,
    /// The same in milliseconds.
    pub duration: Ms,
    /// What was done about the start.
    pub start: Start,
    /// What the user ought to know: each one line when displayed.
    pub warnings: Vec<Warning>,
}

/// Something that is not as it should be, though the recording could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The built-in decoders could not read the recording and ffmpeg did.
    Fallback {
        /// Why the built-in decoders could not.
        reason: String,
    },
    /// Stretches that could not be decoded, or whose packets are missing; silence stands in their place.
    Lost {
        /// The first of them, in the order of time, [`MAX_SPANS`] at most.
        spans: Vec<Span>,
        /// How many there are.
        count: usize,
        /// Their length together.
        total: Ms,
    },
    /// The recording ends before its header says it does.
    Short {
        /// Where the sound ends.
        at: Ms,
        /// Where the header says it does, where the header can be trusted.
        expected: Option<Ms>,
        /// What the reader stumbled over, if it did.
        reason: Option<String>,
    },
    /// The clock of the recording jumps; the sound goes on without a break.
    ClockJump {
        /// Where the first jump is.
        at: Ms,
        /// How many there are.
        count: usize,
    },
    /// Only the lower half of an HE-AAC stream's frequencies was decoded, which is all that speech needs.
    CoreOnly,
    /// What ffmpeg complained of on the way.
    Ffmpeg {
        /// How many lines.
        lines: usize,
        /// The last of them.
        last: String,
    },
}

/// How many places a [`Warning::Lost`] names.
pub const MAX_SPANS: usize = 10;

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Fallback { reason } => write!(f, "decoded by ffmpeg: {reason}"),
            Warning::Lost { spans, count, total } => {
                write!(f, "{:.1} s of sound lost in {count} places, silence instead: ", total.seconds())?;
                for (i, span) in spans.iter().enumerate() {
                    write!(f, "{}{}–{}", if i > 0 { ", " } else { "" }, span.start, span.end)?;
                }
                if *count > spans.len() { write!(f, " …") } else { Ok(()) }
            }
            Warning::Short { at, expected, reason } => {
                write!(f, "the recording breaks off at {at}")?;
                if let Some(end) = expected {
                    write!(f, ", {:.1} s before its end at {end}", (*end - *at).seconds())?;
                }
                reason.as_ref().map_or(Ok(()), |reason| write!(f, " ({reason})"))
            }
            Warning::ClockJump { at, count } => {
                write!(f, "the recording's clock jumps {count} times, first at {at}: times after that may be off")
            }
            Warning::CoreOnly => write!(f, "HE-AAC: the core alone was decoded, without the highest frequencies"),
            Warning::Ffmpeg { lines, last } => write!(f, "ffmpeg complained ({lines} lines), at last: {last}"),
        }
    }
}

/// Decodes the recording at `path` and hands it to `sink` block by block, as mono samples between -1 and 1 at
/// [`SAMPLE_RATE`](crate::signal::SAMPLE_RATE), the first of them at the player's time zero.
///
/// Channels are averaged. Damaged stretches become silence of the same length and a [`Warning`]. `progress` hears of
/// one stage, `decoding`, in milliseconds of media.
///
/// # Errors
/// See [`MediaError`]; whatever `sink` was given by then belongs to nothing.
pub fn decode(
    path: &Path,
    request: &Request,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[f32]),
) -> Result<Decoded, MediaError> {
    let kind = sniff(path)?;
    match request.decoder {
        Decoder::Ffmpeg => ffmpeg::decode(path, request, progress, sink),
        Decoder::Builtin => {
            builtin::decode(path, kind, request, progress, sink).map_err(|refusal| refusal.into_error(path))
        }
        Decoder::Auto => match builtin::decode(path, kind, request, progress, sink) {
            Err(builtin::Refusal::Unreadable(reason)) => fall_back(path, reason, request, progress, sink),
            result => result.map_err(|refusal| refusal.into_error(path)),
        },
    }
}

/// ffmpeg's turn, after the built-in decoders gave up for `reason` before they had handed out anything.
fn fall_back(
    path: &Path,
    reason: String,
    request: &Request,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[f32]),
) -> Result<Decoded, MediaError> {
    match ffmpeg::decode(path, request, progress, sink) {
        Ok(mut decoded) => {
            decoded.warnings.insert(0, Warning::Fallback { reason });
            Ok(decoded)
        }
        Err(MediaError::NoFfmpeg { path, .. }) => Err(MediaError::NoFfmpeg { path, reason }),
        Err(error) => Err(error),
    }
}

/// What the file's first bytes say it is.
fn sniff(path: &Path) -> Result<Kind, MediaError> {
    let metadata = path.metadata().map_err(|error| MediaError::open(path, error))?;
    if metadata.is_dir() {
        return Err(MediaError::Folder { path: path.to_owned() });
    }
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| MediaError::open(path, error))?;
    file.take(sniff::HEAD as u64).read_to_end(&mut head).map_err(|error| MediaError::open(path, error))?;
    match sniff::sniff(&head) {
        Kind::Empty => Err(MediaError::Empty { path: path.to_owned() }),
        Kind::Text => Err(MediaError::Text { path: path.to_owned() }),
        Kind::LoneFragment => Err(MediaError::LoneFragment { path: path.to_owned() }),
        kind => Ok(kind),
    }
}

/// The wanted audio track, or the default one, else the first: its place among the audio tracks, and among all.
fn choose(path: &Path, streams: &[Stream], wanted: Option<usize>) -> Result<(usize, usize), MediaError> {
    let audio: Vec<(usize, &Stream)> =
        streams.iter().enumerate().filter(|(_, stream)| stream.kind == StreamKind::Audio).collect();
    if audio.is_empty() {
        let kinds: Vec<String> = streams.iter().map(|stream| format!("{:?}", stream.kind).to_lowercase()).collect();
        let streams = if kinds.is_empty() { "nothing".to_owned() } else { format!("only {}", kinds.join(", ")) };
        return Err(MediaError::NoAudio { path: path.to_owned(), streams });
    }
    let default = || audio.iter().position(|(_, stream)| stream.default).unwrap_or(0);
    let track = wanted.unwrap_or_else(default);
    match audio.get(track) {
        Some(&(index, _)) => Ok((track, index)),
        None => Err(MediaError::NoSuchTrack { path: path.to_owned(), track, tracks: list_tracks(&audio) }),
    }
}

/// The audio tracks in a line: `0 (aac, zh), 1 (opus)`.
fn list_tracks(audio: &[(usize, &Stream)]) -> String {
    let describe = |(track, (_, stream)): (usize, &(usize, &Stream))| match &stream.language {
        Some(language) => format!("{track} ({}, {language})", stream.codec),
        None => format!("{track} ({})", stream.codec),
    };
    audio.iter().enumerate().map(describe).collect::<Vec<_>>().join(", ")
}
