//! Every kind of recording, whole and damaged, against what ffmpeg plays.

#[path = "media/studio.rs"]
mod studio;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use studio::{Noise, Studio, assert_in_time, builtin, hear, lag, player, source};
use zimu::media::{Decoder, MediaError, Request, StreamKind, Warning};
use zimu::timeline::{Ms, Span};

/// Bilibili's and YouTube's fragments.
const FRAGMENTED: &str = "-f mp4 -movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 1000000";

/// What a recording is called, how its sound is made, its container's options, and the codec it then has.
const FORMATS: &[(&str, u32, &str, &str, &str)] = &[
    ("s16.wav", 48_000, "-c:a pcm_s16le", "", "pcm_s16le"),
    ("s24.wav", 44_100, "-c:a pcm_s24le", "", "pcm_s24le"),
    ("f32.wav", 48_000, "-c:a pcm_f32le", "", "pcm_f32le"),
    ("adpcm.wav", 22_050, "-c:a adpcm_ms", "", "adpcm_ms"),
    ("s16.aiff", 48_000, "-c:a pcm_s16be", "", "pcm_s16be"),
    ("s16.caf", 48_000, "-c:a pcm_s16le", "", "pcm_s16le"),
    ("plain.flac", 44_100, "-c:a flac", "", "flac"),
    ("flac.ogg", 48_000, "-c:a flac", "", "flac"),
    ("flac.mkv", 48_000, "-c:a flac", "", "flac"),
    ("alac.m4a", 48_000, "-c:a alac", "", "alac"),
    ("lame.mp3", 44_100, "-c:a libmp3lame -b:a 128k", "", "mp3"),
    ("no-xing.mp3", 44_100, "-c:a libmp3lame -q:a 4", "-write_xing 0", "mp3"),
    ("mp3.mkv", 44_100, "-c:a libmp3lame", "", "mp3"),
    ("mp3.mp4", 44_100, "-c:a libmp3lame", "", "mp3"),
    ("vorbis.ogg", 48_000, "-c:a libvorbis", "", "vorbis"),
    ("vorbis.webm", 48_000, "-c:a libvorbis", "", "vorbis"),
    ("opus.opus", 48_000, "-c:a libopus", "", "opus"),
    ("opus.webm", 48_000, "-c:a libopus", "", "opus"),
    ("opus.mp4", 48_000, "-c:a libopus", "", "opus"),
    ("opus-voip.opus", 48_000, "-c:a libopus -b:a 16k -application voip", "", "opus"),
    ("opus.m4s", 48_000, "-c:a libopus", FRAGMENTED, "opus"),
    ("aac.m4a", 44_100, "-c:a aac", "", "aac"),
    ("aac.mp4", 48_000, "-c:a aac", "-movflags +faststart", "aac"),
    ("aac.mov", 48_000, "-c:a aac", "", "aac"),
    ("pcm.mov", 48_000, "-c:a pcm_s16le", "", "pcm_s16le"),
    ("aac-22050.m4a", 22_050, "-c:a aac", "", "aac"),
    ("aac.mkv", 48_000, "-c:a aac", "", "aac"),
    ("adts.aac", 48_000, "-c:a aac", "", "aac"),
    ("aac.m4s", 48_000, "-c:a aac", FRAGMENTED, "aac"),
];

#[test]
fn every_format_is_on_the_players_clock() {
    let Some(studio) = Studio::open() else { return };
    for &(name, rate, sound, container, codec) in FORMATS {
        let path = studio.record(name).at(rate).sound(sound).with(container).make();
        let (heard, decoded) = hear(&path, builtin()).unwrap();
        assert_in_time(name, &heard, &player(&path, 0));
        assert_eq!((decoded.media.codec.as_str(), decoded.decoder), (codec, "symphonia"), "{name}");
        assert_eq!(decoded.warnings, [], "{name}");
    }
}

#[test]
fn the_sound_of_a_film_is_on_the_players_clock() {
    let Some(studio) = Studio::open() else { return };
    for name in ["film.mp4", "film.mov", "film.mkv"] {
        for late in [None, Some("1.5"), Some("0.3")] {
            let mut film = studio.record(name).pictures().sound("-c:a aac");
            film = match late {
                Some(seconds) => film.late(seconds),
                None => film,
            };
            let path = film.make();
            let (heard, decoded) = hear(&path, builtin()).unwrap();
            assert_in_time(&format!("{name}, sound late by {late:?}"), &heard, &player(&path, 0));
            let kinds: Vec<StreamKind> = decoded.media.streams.iter().map(|stream| stream.kind).collect();
            assert_eq!(kinds, [StreamKind::Video, StreamKind::Audio], "{name}");
            assert_eq!(decoded.warnings, [], "{name}");
        }
    }
}

#[test]
fn pictures_that_go_on_after_the_sound_are_no_fault() {
    let Some(studio) = Studio::open() else { return };
    for name in ["long.mp4", "long.mkv", "long.ts"] {
        let path = studio.record(name).pictures().sound("-c:a aac -filter:a atrim=0:5").make();
        let (heard, decoded) = hear(&path, Request::default()).unwrap();
        assert_in_time(name, &heard, &player(&path, 0));
        assert!(!decoded.warnings.iter().any(|warning| matches!(warning, Warning::Short { .. })), "{name}");
    }
}

#[test]
fn what_was_done_about_the_start_is_told() {
    let Some(studio) = Studio::open() else { return };
    let late = studio.record("late.mp4").pictures().late("1.5").sound("-c:a aac").make();
    let start = hear(&late, builtin()).unwrap().1.start;
    assert!(start.late.distance(Ms(1_479)) <= Ms(2), "{start:?}");
    let primed = studio.record("primed.m4a").sound("-c:a aac").make();
    let start = hear(&primed, builtin()).unwrap().1.start;
    assert_eq!((start.late, start.cut), (Ms(0), Ms(21)), "1024 samples of priming at 48 kHz");
}

#[test]
fn the_length_is_exact() {
    let Some(studio) = Studio::open() else { return };
    for name in ["exact.wav", "exact.flac"] {
        let (_, decoded) = hear(&studio.record(name).at(44_100).sound("").make(), builtin()).unwrap();
        assert_eq!((decoded.samples, decoded.duration), (160_000, Ms(10_000)), "{name}");
    }
}

#[test]
fn the_wanted_track_is_decoded() {
    let Some(studio) = Studio::open() else { return };
    let second = "-c:a:# aac -filter:a:# volume=0.5,adelay=700:all=1 -metadata:s:a:# language=eng";
    for name in ["two.mp4", "two.mkv"] {
        let path = studio.record(name).pictures().sound("-c:a:# libopus").sound(second).make();
        for track in [0, 1] {
            let (heard, decoded) = hear(&path, Request { track: Some(track), ..builtin() }).unwrap();
            assert_in_time(&format!("{name}, track {track}"), &heard, &player(&path, track));
            assert_eq!(decoded.media.track, track);
            assert_eq!(decoded.media.codec, ["opus", "aac"][track]);
        }
        let error = hear(&path, Request { track: Some(2), ..builtin() }).unwrap_err();
        assert!(matches!(&error, MediaError::NoSuchTrack { track: 2, .. }), "{error}");
        assert!(error.to_string().contains("0 (opus), 1 (aac, eng)"), "{error}");
    }
}

#[test]
fn an_offset_moves_the_sound() {
    let Some(studio) = Studio::open() else { return };
    let path = studio.path("source-48000.wav");
    let source = source(&studio);
    let loudness = hear(&path, builtin()).unwrap().0;
    for decoder in [Decoder::Builtin, Decoder::Ffmpeg] {
        let shifted = |ms| hear(&path, Request { offset: Ms(ms), decoder, ..Request::default() }).unwrap();
        let (later, decoded) = shifted(250);
        let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
        assert!((power(&later) / power(&loudness) - 1.0).abs() < 0.02, "as loud by {decoder:?}");
        assert!(lag("later", &later[4_000..], &source).abs() < 0.1);
        assert_eq!((later.len(), decoded.start.late), (164_000, Ms(250)));
        let (earlier, decoded) = shifted(-250);
        assert!(lag("earlier", &earlier, &source[4_000..]).abs() < 0.1);
        assert_eq!((earlier.len(), decoded.start.cut), (156_000, Ms(250)));
    }
}

#[test]
fn lost_packets_leave_a_gap() {
    let Some(studio) = Studio::open() else { return };
    for (name, sound) in [("lossy.mkv", "aac"), ("lossy.mp4", "aac"), ("lossy.webm", "libopus"), ("lossy.m4s", "aac")] {
        let whole = studio.record(&format!("whole-{name}")).sound(&format!("-c:a {sound}"));
        let whole = if name.ends_with("m4s") { whole.with(FRAGMENTED) } else { whole }.make();
        let path = studio.path(name);
        remux(&whole, &path, &["-bsf:a", "noise=amount=0:drop='between(n,100,150)'"]);
        let (heard, decoded) = hear(&path, builtin()).unwrap();
        assert_in_time(name, &heard, &player(&path, 0));
        let [Warning::Lost { spans, count: 1, .. }] = decoded.warnings.as_slice() else {
            panic!("{name}: {:?}", decoded.warnings)
        };
        let expected = if sound == "aac" { (2_133, 3_221) } else { (2_000, 3_020) };
        assert_near(name, spans[0], expected, 60);
    }
}

#[test]
fn joined_files_play_one_after_the_other() {
    let Some(studio) = Studio::open() else { return };
    for (name, sound) in [("joined.ogg", "-c:a libvorbis"), ("joined.opus", "-c:a libopus"), ("joined.mp3", "")] {
        let [first, second] = ["first", "second"].map(|part| {
            let path = studio.record(&format!("{part}-{name}")).sound(sound).make();
            fs::read(path).unwrap()
        });
        let (heard, _) = hear(&studio.file(name, &[first, second].concat()), builtin()).unwrap();
        assert!((heard.len() as f64 / 16_000.0 - 20.0).abs() < 0.1, "{name}: {} samples", heard.len());
        // The second part's priming is heard, as a player lets it be heard too.
        let late = lag(name, &heard[160_000..], &source(&studio));
        assert!(late.abs() < 60.0, "{name}: the second part is {late} ms off");
    }
}

#[test]
fn a_missing_fragment_of_a_stream_leaves_a_gap() {
    let Some(studio) = Studio::open() else { return };
    let fragments = dash(&studio);
    let stream = |name: &str, missing: Option<usize>| {
        let kept = fragments.iter().enumerate().filter(|(i, _)| Some(*i) != missing);
        studio.file(name, &kept.flat_map(|(_, path)| fs::read(path).unwrap()).collect::<Vec<_>>())
    };
    let whole = stream("whole.m4s", None);
    let (heard, decoded) = hear(&whole, builtin()).unwrap();
    assert_in_time("a whole stream", &heard, &player(&whole, 0));
    assert_eq!(decoded.warnings, []);

    let gap = stream("gap.m4s", Some(2));
    let (heard, decoded) = hear(&gap, builtin()).unwrap();
    assert_in_time("a stream with a gap", &heard, &player(&gap, 0));
    let [Warning::Lost { spans, .. }] = decoded.warnings.as_slice() else { panic!("{:?}", decoded.warnings) };
    assert_near("a stream with a gap", spans[0], (2_000, 4_000), 60);

    let late = stream("late.m4s", Some(1));
    let (heard, _) = hear(&late, builtin()).unwrap();
    assert_in_time("a stream that begins in its midst", &heard, &player(&late, 0));

    let error = hear(&fragments[1], Request::default()).unwrap_err();
    assert!(matches!(error, MediaError::LoneFragment { .. }), "{error}");
}

#[test]
fn he_aac_is_decoded_by_its_core() {
    let Some(studio) = Studio::open() else { return };
    // No encoder of HE-AAC is installed anywhere by default; but an AAC-LC stream that says it is HE-AAC is one, of
    // which the upper half is empty.
    let path = studio.record("he.m4a").at(22_050).sound("-c:a aac -ac 1").make();
    let mut bytes = fs::read(&path).unwrap();
    // AudioSpecificConfig: LC, 22.05 kHz, one channel … becomes SBR, the same core, 44.1 kHz in all.
    let lc = [0x13, 0x88, 0x56, 0xE5, 0x00];
    let at = bytes.windows(5).position(|bytes| bytes == lc).expect("ffmpeg writes a configuration of five bytes");
    bytes[at..at + 5].copy_from_slice(&[0x2B, 0x8A, 0x08, 0x00, 0x00]);
    fs::write(&path, bytes).unwrap();
    let (heard, decoded) = hear(&path, builtin()).unwrap();
    assert_in_time("HE-AAC", &heard, &player(&path, 0));
    assert_eq!(decoded.warnings, [Warning::CoreOnly]);
}

#[test]
fn what_is_not_built_in_goes_through_ffmpeg() {
    let Some(studio) = Studio::open() else { return };
    let formats = [
        ("a.flv", "-c:a aac"),
        ("a.ts", "-c:a aac"),
        ("a.avi", "-c:a libmp3lame"),
        ("a.wma", "-c:a wmav2"),
        ("a.w64", "-c:a pcm_s16le"),
        ("a.ac3", "-c:a ac3"),
        ("ac3.mkv", "-c:a ac3"),
        ("ac3.mp4", "-c:a ac3"),
        ("eac3.mp4", "-c:a eac3"),
        ("surround.m4a", "-c:a aac -ac 6"),
        ("rf64.wav", "-c:a pcm_s16le -rf64 always"),
    ];
    for (name, sound) in formats {
        let path = studio.record(name).sound(sound).make();
        let (heard, decoded) = hear(&path, Request::default()).unwrap();
        assert_in_time(name, &heard, &player(&path, 0));
        assert_eq!(decoded.decoder, "ffmpeg", "{name}");
        assert!(matches!(decoded.warnings.as_slice(), [Warning::Fallback { .. }]), "{name}: {:?}", decoded.warnings);
        let error = hear(&path, builtin()).unwrap_err();
        assert!(error.to_string().contains("--decoder auto"), "{name}: {error}");
    }
}

#[test]
fn ffmpeg_can_be_asked_for() {
    let Some(studio) = Studio::open() else { return };
    let path = studio.record("film.mp4").pictures().late("1.5").sound("-c:a aac -metadata:s:a:0 language=zho").make();
    let (heard, decoded) = hear(&path, Request { decoder: Decoder::Ffmpeg, ..Request::default() }).unwrap();
    assert_in_time("by ffmpeg", &heard, &player(&path, 0));
    assert_eq!((decoded.decoder, decoded.media.codec.as_str()), ("ffmpeg", "aac"));
    let sound = decoded.media.audio().next().unwrap();
    assert_eq!((sound.sample_rate, sound.channels, sound.language.as_deref()), (Some(48_000), Some(2), Some("zho")));
}

#[test]
fn of_a_truncated_recording_what_there_is_is_used() {
    let Some(studio) = Studio::open() else { return };
    let formats = [
        ("t.wav", "-c:a pcm_s16le", ""),
        ("t.flac", "-c:a flac", ""),
        ("t.mp3", "-c:a libmp3lame", ""),
        ("t.aac", "-c:a aac", ""),
        ("t.ogg", "-c:a libvorbis", ""),
        ("t.opus", "-c:a libopus", ""),
        ("t.mp4", "-c:a aac", "-movflags +faststart"),
        ("t.m4s", "-c:a aac", FRAGMENTED),
    ];
    for (name, sound, container) in formats {
        let whole = studio.record(name).sound(sound).with(container).make();
        let reference = player(&whole, 0);
        let path = cut(&studio, &whole, 0.5);
        let (heard, decoded) = hear(&path, builtin()).unwrap();
        let missed = (player(&path, 0).len() as f64 - heard.len() as f64) / 16_000.0;
        assert!(missed < 0.15, "{name}: {missed:.2} s less than a player gets out of it");
        let both = heard.len().min(reference.len());
        let late = lag(name, &heard[..both], &reference[..both]);
        assert!(late.abs() <= 5.0, "{name}: {late} ms");
        let [Warning::Short { at, .. }] = decoded.warnings.as_slice() else { panic!("{name}: {:?}", decoded.warnings) };
        assert!(at.distance(decoded.duration) <= Ms(1), "{name}: {at}");
    }
}

#[test]
fn a_truncated_film_goes_through_ffmpeg_or_the_error_says_why() {
    let Some(studio) = Studio::open() else { return };
    let path = cut(&studio, &studio.record("t.webm").sound("-c:a libopus").make(), 0.5);
    let (heard, decoded) = hear(&path, Request::default()).unwrap();
    assert!(heard.len() > 60_000, "{}", heard.len());
    assert!(!decoded.warnings.is_empty());

    let path = cut(&studio, &studio.record("end.m4a").sound("-c:a aac").make(), 0.5);
    let error = hear(&path, Request::default()).unwrap_err();
    assert!(matches!(&error, MediaError::Ffmpeg { message, .. } if message.contains("end.m4a")), "{error}");
}

#[test]
fn damage_is_silence_of_the_same_length_and_told() {
    let Some(studio) = Studio::open() else { return };
    for (name, sound) in [("d.m4a", "-c:a aac -b:a 128k"), ("d.flac", "-c:a flac"), ("d.mkv", "-c:a aac -b:a 128k")] {
        let path = studio.record(name).sound(sound).make();
        let reference = player(&path, 0);
        damage(&path, 0.5, 800);
        let (heard, decoded) = hear(&path, builtin()).unwrap();
        let off = (heard.len() as f64 - reference.len() as f64).abs() / 16.0;
        let broke_off = decoded.warnings.iter().any(|warning| matches!(warning, Warning::Short { .. }));
        assert!(off < 40.0 || broke_off, "{name}: {off} ms off, {:?}", decoded.warnings);
        assert!(!decoded.warnings.is_empty(), "{name}");
        let both = heard.len().min(reference.len());
        let late = lag(name, &heard[..both], &reference[..both]);
        assert!(late.abs() <= 5.0, "{name}: {late} ms");
    }
}

#[test]
fn no_damage_makes_it_panic_or_hang() {
    let Some(studio) = Studio::open() else { return };
    let formats =
        ["w.wav", "w.flac", "w.mp3", "w.ogg", "w.opus", "w.m4a", "w.mov", "w.mkv", "w.webm", "w.aac", "w.caf"];
    for name in formats {
        let whole = fs::read(studio.record(name).sound("").make()).unwrap();
        for seed in 1..=6 {
            let mut noise = Noise(seed);
            let mut bytes = whole.clone();
            // Anywhere, and in the header, where it hurts most.
            for reach in [bytes.len(), 2_000] {
                for _ in 0..40 {
                    let at = noise.next() as usize % reach.min(bytes.len());
                    bytes[at] = noise.next() as u8;
                }
            }
            let path = studio.file(&format!("{seed}-{name}"), &bytes);
            if let Ok((heard, _)) = hear(&path, builtin()) {
                assert!(heard.len() < 16_000 * 700, "{name}, seed {seed}: {} samples", heard.len());
            }
        }
    }
}

#[test]
fn what_is_no_recording_is_refused_in_plain_words() {
    let Some(studio) = Studio::open() else { return };
    let mut noise = Noise(7);
    let random: Vec<u8> = (0..200_000).map(|_| noise.next() as u8).collect();
    let silent = studio.path("silent.mp4");
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=duration=1:size=64x48", "-c:v", "mpeg4"], &silent);
    let cases = [
        (studio.path("missing.mp4"), "no such file"),
        (studio.path("."), "folder"),
        (studio.file("empty.mp4", b""), "empty"),
        (studio.file("transcript.md", "# 论坛\n大家好。\n".as_bytes()), "text file"),
        (studio.file("renamed.mp4", b"just some words\n"), "text file"),
        (studio.file("random.bin", &random), "not a recording|no audio track"),
        (studio.file("zeros.mp3", &[0; 50_000]), "not a recording"),
        (silent, "no audio track"),
    ];
    for (path, expected) in cases {
        for decoder in [Decoder::Auto, Decoder::Builtin] {
            let error = hear(&path, Request { decoder, ..Request::default() }).map(|(_, d)| d).unwrap_err().to_string();
            let builtin = expected.starts_with("not a recording") && decoder == Decoder::Builtin;
            let expected = if builtin { "--decoder auto" } else { expected };
            assert!(expected.split('|').any(|expected| error.contains(expected)), "{error}");
            assert!(error.starts_with(&path.display().to_string()), "{error}");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("locked.wav");
    fs::write(&path, b"RIFF").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let error = hear(&path, Request::default()).unwrap_err();
    assert!(matches!(error, MediaError::Permission { .. }), "{error}");
}

#[test]
fn without_ffmpeg_the_error_says_what_to_install() {
    let Some(studio) = Studio::open() else { return };
    let path = studio.record("a.flv").sound("-c:a aac").make();
    // The same test program again, with nothing to be found on its PATH.
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "on_a_machine_without_ffmpeg"])
        .env("PATH", studio.path("nowhere"))
        .env("ZIMU_TEST_RECORDING", &path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("apt install ffmpeg"), "{said}");
    assert!(said.contains("Flash Video"), "{said}");
}

#[test]
#[ignore = "run by without_ffmpeg_the_error_says_what_to_install"]
fn on_a_machine_without_ffmpeg() {
    let path = PathBuf::from(std::env::var_os("ZIMU_TEST_RECORDING").unwrap());
    println!("{}", hear(&path, Request::default()).unwrap_err());
}

#[test]
fn samples_that_are_no_numbers_become_silence() {
    let Some(studio) = Studio::open() else { return };
    let path = studio.record("nan.wav").sound("-c:a pcm_f32le").make();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 8 * 4;
    bytes[middle..middle + 4_000].fill(0xFF);
    fs::write(&path, bytes).unwrap();
    let (heard, _) = hear(&path, builtin()).unwrap();
    assert_eq!(heard.len(), 160_000);
}

/// Runs ffmpeg with `options`, into `path`.
fn ffmpeg(options: &[&str], path: &Path) {
    let output =
        Command::new("ffmpeg").args(["-v", "error", "-nostdin", "-y"]).args(options).arg(path).output().unwrap();
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
}

/// The same packets in another file.
fn remux(from: &Path, to: &Path, options: &[&str]) {
    let fragmented: Vec<&str> = match to.extension() {
        Some(ending) if ending == "m4s" => FRAGMENTED.split_whitespace().collect(),
        _ => Vec::new(),
    };
    ffmpeg(&[&["-i", from.to_str().unwrap(), "-c", "copy"], options, &fragmented].concat(), to);
}

/// A DASH stream's files: the initialisation segment, then the fragments of 2 s each.
fn dash(studio: &Studio) -> Vec<PathBuf> {
    let source = studio.path("source-48000.wav");
    let options = ["-i", source.to_str().unwrap(), "-c:a", "aac", "-f", "dash", "-seg_duration", "2"];
    ffmpeg(&options, &studio.path("stream.mpd"));
    let fragments = (1..=5).map(|number| studio.path(&format!("chunk-stream0-{number:05}.m4s")));
    std::iter::once(studio.path("init-stream0.m4s")).chain(fragments).collect()
}

/// The first part of a file, in another file.
fn cut(studio: &Studio, path: &Path, share: f64) -> PathBuf {
    let bytes = fs::read(path).unwrap();
    let name = format!("cut-{}", path.file_name().unwrap().display());
    studio.file(&name, &bytes[..(bytes.len() as f64 * share) as usize])
}

/// Overwrites `count` bytes from a share of the file on with noise.
fn damage(path: &Path, from: f64, count: usize) {
    let mut bytes = fs::read(path).unwrap();
    let from = (bytes.len() as f64 * from) as usize;
    let to = (from + count).min(bytes.len());
    let mut noise = Noise(3);
    bytes[from..to].iter_mut().for_each(|byte| *byte = noise.next() as u8);
    fs::write(path, bytes).unwrap();
}

fn assert_near(name: &str, span: Span, (start, end): (i64, i64), tolerance: i64) {
    let near = span.start.distance(Ms(start)) <= Ms(tolerance) && span.end.distance(Ms(end)) <= Ms(tolerance);
    assert!(near, "{name}: lost {}–{} instead of {start}–{end} ms", span.start, span.end);
}
