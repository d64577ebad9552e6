//! `zimu probe`: what a recording is and what is to be heard in it.

use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use serde::Serialize;
use thiserror::Error;

use super::Voice;
use super::options::MediaOptions;
use crate::formats::FormatError;
use crate::formats::plot::{self, Plot};
use crate::media::{self, Decoded, MediaError, Stream, StreamKind};
use crate::progress::Progress;
use crate::signal::{Loudness, Sound, SpeechMap, listen_and_measure};
use crate::timeline::{Ms, Span, Timeline, TimelineError};

/// How many stretches of music and of silence are listed for people, the longest first.
const LISTED: usize = 8;
/// Shorter silences are pauses, not worth a line.
const LEAST_LISTED: Ms = Ms(2_000);

/// Decoders may differ this much on how long a recording is.
const SAME_LENGTH: Ms = Ms(1_000);

/// What was typed after `zimu probe`.
#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    zimu probe forum.mp4\n  \
    zimu probe forum.mp4 --json | jq .loudness\n  \
    zimu probe forum.mp4 --plot forum.svg\n  \
    zimu probe forum.mp4 --plot forum.png --timeline forum.zimu/timeline.json")]
pub struct Args {
    /// The recording: an audio or video file
    pub media: PathBuf,
    /// Print JSON, with the whole map of speech, silence and music
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    media_options: MediaOptions,
    /// Draw the waveform and the map, as .svg or .png
    #[arg(long, value_name = "OUT.svg|png")]
    pub plot: Option<PathBuf>,
    /// Draw into the picture what an earlier `zimu make` found (its timeline.json): who speaks when, the chapters, and
    /// what is not sure
    #[arg(long, value_name = "TIMELINE.json", requires = "plot")]
    pub timeline: Option<PathBuf>,
}

/// Why a recording could not be probed.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// It could not be decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Its picture could not be written.
    #[error(transparent)]
    Plot(#[from] FormatError),
    /// The timeline that is to be in the picture could not be read.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// What was found could not be printed.
    #[error("the result could not be printed: {0}")]
    Print(#[from] io::Error),
}

/// What a file says of itself, and what became of it on the way to samples.
#[derive(Clone, Debug, Default, Serialize)]
struct Source {
    /// The file as it was given.
    path: String,
    /// Short name of its container.
    container: String,
    /// Its streams, one line each.
    streams: Vec<String>,
    /// Short name of the codec of the stream that was decoded.
    codec: String,
    /// What decoded it.
    decoder: String,
    /// From the player's time zero to the end of the last sample.
    duration: Ms,
    /// What was put right on the way: edit lists, encoder delay, gaps.
    corrections: Vec<String>,
    /// What the user ought to know.
    warnings: Vec<String>,
}

/// Listens to the recording and prints what it is.
///
/// # Errors
/// [`ProbeError`] when it cannot be decoded, the timeline cannot be read, or what was found cannot be written.
pub fn run(args: &Args, voice: &Voice, progress: &dyn Progress) -> Result<(), ProbeError> {
    // Better told now than after all the work.
    if let Some(path) = &args.plot {
        let inputs: Vec<&Path> = iter::once(&args.media).chain(&args.timeline).map(PathBuf::as_path).collect();
        plot::check(path, &inputs)?;
    }
    let timeline = args.timeline.as_deref().map(Timeline::read_json).transpose()?;
    let request = args.media_options.request();
    let decode = |sink: &mut dyn FnMut(&[f32])| media::decode(&args.media, &request, progress, sink);
    let (decoded, heard, measured) = listen_and_measure(decode);
    let decoded = decoded?;
    if let (Some(path), Some(timeline)) = (&args.timeline, &timeline)
        && timeline.media.duration.distance(decoded.duration) > SAME_LENGTH
    {
        let (path, length) = (path.display(), timeline.media.duration);
        progress.warn(&format!("{path} is of a recording of {length}, this one has {}", decoded.duration));
    }
    if let Some(path) = &args.plot {
        let picture = Plot { peaks: &measured.peaks, map: &heard.map, timeline: timeline.as_ref() };
        for note in plot::write(&picture, path)? {
            voice.tell(&format!("note: {note}"));
        }
    }
    print(args.json, &Source::of(&decoded), &heard.map, measured.loudness, &mut io::stdout().lock())?;
    Ok(())
}

impl Source {
    fn of(decoded: &Decoded) -> Source {
        let start = decoded.start;
        let late =
            (start.late > Ms::ZERO).then(|| format!("the sound begins {} late: silence put in front", start.late));
        let cut = (start.cut > Ms::ZERO).then(|| format!("{} of priming cut from the start", start.cut));
        Source {
            path: decoded.media.path.display().to_string(),
            container: decoded.media.container.clone(),
            streams: decoded.media.streams.iter().map(describe).collect(),
            codec: decoded.media.codec.clone(),
            decoder: decoded.decoder.to_owned(),
            duration: decoded.duration,
            corrections: late.into_iter().chain(cut).collect(),
            warnings: decoded.warnings.iter().map(ToString::to_string).collect(),
        }
    }
}

fn describe(stream: &Stream) -> String {
    let kind = match stream.kind {
        StreamKind::Audio => "audio",
        StreamKind::Video => "video",
        StreamKind::Subtitle => "subtitle",
        StreamKind::Other => "other",
    };
    let mut line = format!("#{} {kind} {}", stream.index, stream.codec);
    for detail in [
        stream.sample_rate.map(|rate| format!("{rate} Hz")),
        stream.channels.map(|channels| format!("{channels} channel{}", if channels == 1 { "" } else { "s" })),
        stream.language.clone(),
        stream.default.then(|| "default".to_owned()),
    ] {
        line.extend(detail.map(|detail| format!(", {detail}")));
    }
    line
}

fn print(json: bool, source: &Source, map: &SpeechMap, loudness: Loudness, out: &mut dyn Write) -> io::Result<()> {
    if json { print_json(source, map, loudness, out) } else { print_text(source, map, loudness, out) }
}

/// The totals of the map, in seconds.
#[derive(Serialize)]
struct Totals {
    speech: Ms,
    silence: Ms,
    music: Ms,
}

#[derive(Serialize)]
struct JsonStretch {
    start: Ms,
    end: Ms,
    sound: Sound,
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    source: &'a Source,
    loudness: Loudness,
    totals: Totals,
    map: Vec<JsonStretch>,
}

fn print_json(source: &Source, map: &SpeechMap, loudness: Loudness, out: &mut dyn Write) -> io::Result<()> {
    let stretch = |stretch: &crate::signal::Stretch| JsonStretch {
        start: stretch.span.start,
        end: stretch.span.end,
        sound: stretch.sound,
    };
    let json = Json {
        source,
        loudness,
        totals: Totals {
            speech: map.total(Sound::Speech),
            silence: map.total(Sound::Silence),
            music: map.total(Sound::Music),
        },
        map: map.stretches.iter().map(stretch).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn print_text(source: &Source, map: &SpeechMap, loudness: Loudness, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", source.path)?;
    writeln!(out, "  container    {}", source.container)?;
    for stream in &source.streams {
        writeln!(out, "  stream       {stream}")?;
    }
    writeln!(out, "  codec        {} (decoded by {})", source.codec, source.decoder)?;
    writeln!(out, "  duration     {}", source.duration)?;
    writeln!(out, "  loudness     {}", describe_loudness(loudness))?;
    for (name, lines) in [("corrected", &source.corrections), ("warning", &source.warnings)] {
        for line in lines {
            writeln!(out, "  {name:12} {line}")?;
        }
    }
    writeln!(out)?;
    print_map(map, out)
}

/// Says that one channel at 16 kHz was measured: a stereo original measures up to 3 LU louder.
fn describe_loudness(loudness: Loudness) -> String {
    let Some(integrated) = loudness.integrated else { return "none: silence".to_owned() };
    let peak = loudness.true_peak.map_or(String::new(), |peak| format!(", true peak {peak:.1} dBTP"));
    format!("{integrated:.1} LUFS, range {:.1} LU{peak} (as mono at 16 kHz)", loudness.range)
}

fn print_map(map: &SpeechMap, out: &mut dyn Write) -> io::Result<()> {
    let all = map.duration().0.max(1) as f64;
    for (name, sound) in SOUNDS {
        let total = map.total(sound);
        let count = map.spans(sound).count();
        writeln!(
            out,
            "  {name:8} {:>12} {:5.1}%  in {count} stretches",
            total.to_string(),
            100.0 * total.0 as f64 / all
        )?;
    }
    for (name, sound) in &SOUNDS[1..] {
        let longest = longest(map, *sound);
        if !longest.is_empty() {
            writeln!(out, "\n  longest {name}")?;
        }
        for span in longest {
            let (start, end, length) = (span.start.to_string(), span.end.to_string(), span.length().to_string());
            writeln!(out, "    {start:>12} – {end:>12} {length:>12}")?;
        }
    }
    Ok(())
}

const SOUNDS: [(&str, Sound); 3] = [("speech", Sound::Speech), ("silence", Sound::Silence), ("music", Sound::Music)];

/// The longest stretches of a sound, in the order of time.
fn longest(map: &SpeechMap, sound: Sound) -> Vec<Span> {
    let mut spans: Vec<Span> = map.spans(sound).filter(|span| span.length() >= LEAST_LISTED).collect();
    spans.sort_by_key(|span| (-span.length().0, span.start));
    spans.truncate(LISTED);
    spans.sort();
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::Measured;

    /// One second of a 200 Hz hum that comes and goes four times, one of silence; over and over.
    fn heard(seconds: usize) -> (SpeechMap, Measured) {
        let sample = |time: f32| {
            if (time as usize).is_multiple_of(2) {
                (time * 1256.6).sin() * (time * 12.57).sin().powi(4) * 0.5
            } else {
                0.0
            }
        };
        let samples: Vec<f32> = (0..seconds * 16_000).map(|at| sample(at as f32 / 16_000.0)).collect();
        let ((), heard, measured) = listen_and_measure(|sink| sink(&samples));
        (heard.map, measured)
    }

    fn shown(json: bool, (map, measured): &(SpeechMap, Measured)) -> String {
        let source = Source { path: "talk.wav".into(), duration: Ms(10_000), ..Source::default() };
        let mut out = Vec::new();
        print(json, &source, map, measured.loudness, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn people_read_totals_and_tools_the_whole_map() {
        let heard = heard(10);
        let text = shown(false, &heard);
        assert!(text.contains("duration     0:10.000"), "{text}");
        assert!(text.contains("LUFS"), "{text}");
        let json: serde_json::Value = serde_json::from_str(&shown(true, &heard)).unwrap();
        let map = json["map"].as_array().unwrap();
        assert_eq!(map[0]["start"], 0.0);
        assert_eq!(map[map.len() - 1]["end"], 10.0);
        let totals = &json["totals"];
        let sum: f64 = ["speech", "silence", "music"].iter().map(|sound| totals[sound].as_f64().unwrap()).sum();
        assert!((sum - 10.0).abs() < 1e-9, "{totals}");
        assert!(totals["silence"].as_f64().unwrap() > 4.0, "{totals}");
    }
}
