//! Recordings made for tests: bursts of noise at known times, put into every format by ffmpeg, and what a player
//! makes of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use zimu::media::{Decoded, Decoder, MediaError, Request, decode};
use zimu::progress::Silent;

/// Seconds of the source.
pub const LENGTH: f64 = 10.0;
/// Where its bursts begin, in seconds, at distances that are all different.
const BURSTS: [f64; 9] = [0.35, 1.1, 2.05, 3.3, 4.45, 5.85, 6.5, 8.2, 9.4];
/// Seconds that a burst lasts.
const BURST: f64 = 0.04;

/// A temporary folder with a source recording in it.
pub struct Studio {
    folder: TempDir,
}

impl Studio {
    /// `None`, said aloud, where ffmpeg is not installed.
    pub fn open() -> Option<Studio> {
        if Command::new("ffmpeg").arg("-version").output().is_err() {
            eprintln!("skipped: ffmpeg is not installed");
            return None;
        }
        let studio = Studio { folder: TempDir::new().unwrap() };
        for rate in [48_000, 44_100, 22_050] {
            write_wav(&studio.path(&format!("source-{rate}.wav")), rate);
        }
        Some(studio)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Begins a recording called `name`; its ending gives the container.
    pub fn record<'a>(&'a self, name: &str) -> Recording<'a> {
        Recording {
            studio: self,
            name: name.into(),
            rate: 48_000,
            pictures: false,
            late: None,
            tracks: vec![],
            end: None,
        }
    }

    /// A file with these bytes.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// A recording about to be made.
pub struct Recording<'a> {
    studio: &'a Studio,
    name: String,
    rate: u32,
    pictures: bool,
    late: Option<&'static str>,
    /// Encoder options of each audio track.
    tracks: Vec<String>,
    end: Option<&'static str>,
}

impl Recording<'_> {
    /// With sound encoded so; again for another track.
    pub fn sound(mut self, options: &str) -> Self {
        self.tracks.push(options.into());
        self
    }

    /// At this sample rate instead of 48 kHz.
    pub fn at(mut self, rate: u32) -> Self {
        self.rate = rate;
        self
    }

    /// With pictures.
    pub fn pictures(mut self) -> Self {
        self.pictures = true;
        self
    }

    /// The sound begins so many seconds after the pictures.
    pub fn late(mut self, seconds: &'static str) -> Self {
        self.late = Some(seconds);
        self
    }

    /// Options of the container.
    pub fn with(mut self, options: &'static str) -> Self {
        self.end = Some(options);
        self
    }

    /// Makes it.
    pub fn make(self) -> PathBuf {
        let path = self.studio.path(&self.name);
        let source = self.studio.path(&format!("source-{}.wav", self.rate));
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-nostdin", "-y"]);
        if self.pictures {
            ffmpeg.args(["-f", "lavfi", "-i", "testsrc=duration=10:rate=25:size=64x48"]);
        }
        if let Some(seconds) = self.late {
            ffmpeg.args(["-itsoffset", seconds]);
        }
        ffmpeg.arg("-i").arg(source).args(["-bitexact", "-threads", "1"]);
        if self.pictures {
            ffmpeg.args(["-map", "0:v", "-c:v", "mpeg4", "-g", "25"]);
        }
        for (track, options) in self.tracks.iter().enumerate() {
            ffmpeg.args(["-map", if self.pictures { "1:a" } else { "0:a" }]);
            ffmpeg.args(options.replace('#', &track.to_string()).split_whitespace());
        }
        ffmpeg.args(self.end.unwrap_or_default().split_whitespace()).arg(&path);
        let output = ffmpeg.output().unwrap();
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        path
    }
}

/// What zimu hears.
pub fn hear(path: &Path, request: Request) -> Result<(Vec<f32>, Decoded), MediaError> {
    let mut samples = Vec::new();
    let decoded = decode(path, &request, &Silent, &mut |block| samples.extend_from_slice(block))?;
    assert_eq!(decoded.samples, samples.len() as u64, "{}: samples handed out", path.display());
    assert!(samples.iter().all(|sample| sample.is_finite()), "{}: not a number", path.display());
    Ok((samples, decoded))
}

/// A request of the built-in decoders.
pub fn builtin() -> Request {
    Request { decoder: Decoder::Builtin, ..Request::default() }
}

/// What a player plays of an audio track, from its time zero on.
pub fn player(path: &Path, track: usize) -> Vec<f32> {
    let output = Command::new("ffmpeg")
        .args(["-v", "quiet", "-nostdin", "-i"])
        .arg(path)
        .args(["-map", &format!("0:a:{track}"), "-vn", "-af", "aresample=async=1:first_pts=0"])
        .args(["-ac", "1", "-ar", "16000", "-f", "f32le", "-"])
        .output()
        .unwrap();
    output.stdout.as_chunks().0.iter().map(|sample| f32::from_le_bytes(*sample)).collect()
}

/// The source at 16 kHz.
pub fn source(studio: &Studio) -> Vec<f32> {
    player(&studio.path("source-48000.wav"), 0)
}

/// By how many milliseconds `heard` is later than `reference`, by the highest correlation within 80 ms; panics where
/// the two are not alike at all.
pub fn lag(name: &str, heard: &[f32], reference: &[f32]) -> f64 {
    let loud: Vec<usize> = (0..reference.len()).filter(|&i| reference[i].abs() > 0.02).collect();
    let correlation = |lag: i64| -> f64 {
        let pairs =
            loud.iter().filter_map(|&i| Some((heard.get(usize::try_from(i as i64 + lag).ok()?)?, reference[i])));
        pairs.map(|(a, b)| f64::from(a * b)).sum()
    };
    let (best, highest) = (-1280..=1280).map(|lag| (lag, correlation(lag))).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let energy = |samples: &[f32]| samples.iter().map(|&sample| f64::from(sample * sample)).sum::<f64>();
    let alike = highest / (energy(heard) * energy(reference)).sqrt();
    assert!(alike > 0.7, "{name}: only {alike:.2} like the player's");
    best as f64 / 16.0
}

/// Asserts that zimu's time is the player's, to 5 ms, and the length too, to 35 ms: codecs pad to whole packets.
pub fn assert_in_time(name: &str, heard: &[f32], reference: &[f32]) {
    let lag = lag(name, heard, reference);
    assert!(lag.abs() <= 5.0, "{name}: {lag:.2} ms later than the player");
    let longer = (heard.len() as f64 - reference.len() as f64) / 16.0;
    assert!(longer.abs() <= 35.0, "{name}: {longer:.2} ms longer than the player's");
}

/// The source: bursts of noise in both channels, 16 bits.
fn write_wav(path: &Path, rate: u32) {
    let frames = (LENGTH * f64::from(rate)) as u32;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + frames * 4).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1u16, 2].iter().flat_map(|field| field.to_le_bytes()));
    wav.extend([rate, rate * 4].iter().flat_map(|field| field.to_le_bytes()));
    wav.extend([4u16, 16].iter().flat_map(|field| field.to_le_bytes()));
    wav.extend(b"data");
    wav.extend((frames * 4).to_le_bytes());
    let mut noise = Noise(1);
    // Noise that changes 8,000 times a second, the same at every rate: what every codec keeps.
    let grains: Vec<i16> = (0..(LENGTH * 8_000.0) as usize).map(|_| (noise.next() as i16) / 3).collect();
    for frame in 0..frames {
        let time = f64::from(frame) / f64::from(rate);
        let loud = BURSTS.iter().any(|&burst| (burst..burst + BURST).contains(&time));
        let sample = if loud { grains[(time * 8_000.0) as usize] } else { 0 };
        wav.extend([sample, sample].iter().flat_map(|sample| sample.to_le_bytes()));
    }
    fs::write(path, wav).unwrap();
}

/// The same random numbers every time (Knuth's MMIX generator).
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }
}
