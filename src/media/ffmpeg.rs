//! An installed ffmpeg, for what the built-in decoders cannot read.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde::Deserialize;

use super::error::MediaError;
use super::tape::Tape;
use super::time::Nanos;
use super::{Decoded, Media, Request, Stream, StreamKind, Warning};
use crate::progress::Progress;
use crate::signal::SAMPLE_RATE;
use crate::timeline::Ms;

/// Bytes read from the pipe at a time: a second of sound.
const BLOCK: usize = 4 * SAMPLE_RATE as usize;
/// A decoded length under this share of what the container says is worth a warning.
const WHOLE: f64 = 0.98;

/// Decodes with an installed ffmpeg; see [`super::decode`].
pub fn decode(
    path: &Path,
    request: &Request,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(&[f32]),
) -> Result<Decoded, MediaError> {
    let probed = probe(path, request)?;
    let mut child = start(path, probed.media.track)?;
    let complaints = child.stderr.take().map(|stderr| thread::spawn(move || read_complaints(stderr)));
    let expected = probed.duration.map(|duration| Ms::from_seconds(duration) + request.offset);
    progress.begin("decoding", expected.map_or(0, |end| end.0.max(0) as u64));
    // A film's pictures may go on after its sound.
    let expected = expected.filter(|_| probed.media.streams.len() == 1);
    let mut tape = Tape::new(None, sink);
    let read = copy(&mut child, request, &mut tape, progress);
    progress.end();
    let complaints = complaints.and_then(|thread| thread.join().ok()).unwrap_or_default();
    let status = child.wait();
    read.map_err(|error| MediaError::open(path, error))?;
    let end = tape.end().to_ms();
    let laid = tape.finish();
    let failed = |message: String| MediaError::Ffmpeg { path: path.to_owned(), message };
    if laid.samples == 0 {
        return Err(failed(complaints.last.unwrap_or_else(|| "it found no sound".into())));
    }
    let mut warnings = laid.warnings;
    if let Some(expected) = expected.filter(|expected| (end.0 as f64) < expected.0 as f64 * WHOLE) {
        warnings.push(Warning::Short { at: end, expected: Some(expected), reason: None });
    } else if !status.is_ok_and(|status| status.success()) {
        let reason = Some("ffmpeg gave up".into());
        warnings.push(Warning::Short { at: end, expected: None, reason });
    }
    warnings.extend(complaints.last.map(|last| Warning::Ffmpeg { lines: complaints.lines, last }));
    Ok(Decoded {
        media: probed.media,
        decoder: "ffmpeg",
        samples: laid.samples,
        duration: Ms::from_samples(laid.samples, SAMPLE_RATE),
        start: laid.start,
        warnings,
    })
}

/// What makes of any sound 16 kHz mono on the player's clock: `first_pts=0` puts silence before a late start, `async=1`
/// into gaps, `rematrix_maxval` takes the mean of the channels where ffmpeg would make them louder.
const FILTER: &str = "aresample=async=1:first_pts=0:rematrix_maxval=1,\
                      aformat=sample_fmts=flt:sample_rates=16000:channel_layouts=mono";

/// Begins to decode audio track `track`.
fn start(path: &Path, track: usize) -> Result<Child, MediaError> {
    Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(url(path))
        .args(["-map", &format!("0:a:{track}"), "-vn", "-af", FILTER, "-f", "f32le", "-"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| missing(path, error))
}

/// From ffmpeg's pipe to the tape.
fn copy(child: &mut Child, request: &Request, tape: &mut Tape, progress: &dyn Progress) -> io::Result<()> {
    let Some(mut stdout) = child.stdout.take() else { return Ok(()) };
    let (mut bytes, mut samples) = (Vec::with_capacity(BLOCK), Vec::new());
    let mut at = Nanos::from_ms(request.offset);
    loop {
        bytes.clear();
        (&mut stdout).take(BLOCK as u64).read_to_end(&mut bytes)?;
        samples.clear();
        samples.extend(bytes.as_chunks().0.iter().map(|sample| f32::from_le_bytes(*sample)));
        if samples.is_empty() {
            return Ok(());
        }
        tape.lay(at, SAMPLE_RATE, &samples).map_err(io::Error::other)?;
        at = at + Nanos::frames(samples.len() as i64, SAMPLE_RATE);
        progress.reach(tape.end().to_ms().0.max(0) as u64);
    }
}

/// What ffmpeg wrote to its standard error.
#[derive(Default)]
struct Complaints {
    lines: usize,
    last: Option<String>,
}

fn read_complaints(stderr: impl Read) -> Complaints {
    let mut complaints = Complaints::default();
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if !line.is_empty() {
            complaints = Complaints { lines: complaints.lines + 1, last: Some(line) };
        }
    }
    complaints
}

/// A file name that is nothing else, even if it begins with `-` or holds a colon.
fn url(path: &Path) -> OsString {
    let mut url = OsString::from("file:");
    url.push(path);
    url
}

fn missing(path: &Path, error: io::Error) -> MediaError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => MediaError::NoFfmpeg { path, reason: "ffmpeg is needed and not installed".into() },
        _ => MediaError::Ffmpeg { path, message: error.to_string() },
    }
}

/// What ffprobe tells.
struct Probed {
    media: Media,
    /// Of the longest stream, in seconds.
    duration: Option<f64>,
}

/// Asks ffprobe for the streams; where there is none, ffmpeg is asked for the wanted track all the same.
fn probe(path: &Path, request: &Request) -> Result<Probed, MediaError> {
    let entries = "stream=codec_type,codec_name,sample_rate,channels:stream_tags=language:stream_disposition=default\
                   :format=format_name,duration";
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json", "-show_entries", entries])
        .arg(url(path))
        .stdin(Stdio::null())
        .output();
    let report = output.ok().and_then(|output| serde_json::from_slice::<Report>(&output.stdout).ok());
    let Some(Report { streams, format: Some(format) }) = report else {
        let (path, codec) = (path.to_owned(), "unknown".to_owned());
        let track = request.track.unwrap_or(0);
        let media = Media { path, container: "unknown".into(), streams: Vec::new(), track, codec };
        return Ok(Probed { media, duration: None });
    };
    let streams: Vec<Stream> = streams.into_iter().enumerate().map(|(i, stream)| stream.describe(i)).collect();
    let (track, index) = super::choose(path, &streams, request.track)?;
    let container = format.format_name.split(',').next().unwrap_or_default().to_owned();
    let codec = streams[index].codec.clone();
    let duration = format.duration.and_then(|seconds| seconds.parse().ok());
    Ok(Probed { media: Media { path: path.to_owned(), container, streams, track, codec }, duration })
}

/// ffprobe's JSON, as much of it as is asked for.
#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    streams: Vec<ReportedStream>,
    format: Option<ReportedFormat>,
}

#[derive(Deserialize)]
struct ReportedFormat {
    #[serde(default)]
    format_name: String,
    duration: Option<String>,
}

#[derive(Deserialize)]
struct ReportedStream {
    codec_type: Option<String>,
    codec_name: Option<String>,
    sample_rate: Option<String>,
    channels: Option<usize>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    disposition: Disposition,
}

#[derive(Default, Deserialize)]
struct Tags {
    language: Option<String>,
}

#[derive(Default, Deserialize)]
struct Disposition {
    #[serde(default)]
    default: u8,
}

impl ReportedStream {
    fn describe(self, index: usize) -> Stream {
        let kind = match self.codec_type.as_deref() {
            Some("audio") => StreamKind::Audio,
            Some("video") => StreamKind::Video,
            Some("subtitle") => StreamKind::Subtitle,
            _ => StreamKind::Other,
        };
        Stream {
            index,
            kind,
            codec: self.codec_name.unwrap_or_else(|| "unknown".into()),
            sample_rate: self.sample_rate.and_then(|rate| rate.parse().ok()),
            channels: self.channels,
            language: self.tags.language.filter(|language| language != "und"),
            default: self.disposition.default == 1,
        }
    }
}
