//! What a recording looks like: the waveform, the map of sound and the loudness, worked out once and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::formats::write_whole;
use crate::signal::{FINEST, Loudness, Peaks, Sound, SpeechMap, Stretch};
use crate::timeline::{Ms, Span};

/// Peaks a second at each zoom, the finest first. Each is made of whole peaks of the one before.
pub const ZOOMS: [u32; 4] = [FINEST, 20, 4, 1];

/// Another layout of the kept file has another number.
const VERSION: u32 = 2;

/// What a recording looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waveform {
    version: u32,
    /// Which file it is of, as far as that can be told without reading it.
    of: Stamp,
    /// The largest amplitude of every hundredth of a second, 255 for full scale.
    finest: Vec<u8>,
    /// Where each stretch of sound begins, in milliseconds, and what sounds: speech, silence or music (0, 1, 2).
    pub map: Vec<(i64, u8)>,
    /// Integrated loudness, range and true peak.
    loudness: (Option<f64>, f64, Option<f64>),
}

/// By what a file is known again: length, time of its last change, and by how much its sound was shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    changed_ms: u64,
    offset_ms: i64,
}

impl Stamp {
    fn of(path: &Path, offset: Ms) -> Option<Stamp> {
        let metadata = fs::metadata(path).ok()?;
        let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Stamp { bytes: metadata.len(), changed_ms: changed.as_millis() as u64, offset_ms: offset.0 })
    }
}

/// The sounds by their numbers.
const SOUNDS: [Sound; 3] = [Sound::Speech, Sound::Silence, Sound::Music];

impl Waveform {
    /// That of `media`, its sound shifted by `offset`, as the file `kept` has it from an earlier time.
    pub fn kept(media: &Path, offset: Ms, kept: &Path) -> Option<Waveform> {
        let known: Waveform = postcard::from_bytes(&fs::read(kept).ok()?).ok()?;
        (known.version == VERSION && Some(known.of) == Stamp::of(media, offset)).then_some(known)
    }

    /// That of a recording that was listened to: its peaks at their finest, what sounds when, how loud it is.
    pub fn of(media: &Path, offset: Ms, peaks: &Peaks, map: &SpeechMap, loudness: Loudness) -> Waveform {
        let number = |sound| SOUNDS.iter().position(|other| *other == sound).unwrap_or_default() as u8;
        let stretches = map.stretches.iter();
        Waveform {
            version: VERSION,
            of: Stamp::of(media, offset).unwrap_or(Stamp { bytes: 0, changed_ms: 0, offset_ms: 0 }),
            finest: peaks.all().iter().map(|peak| (peak * 255.0).round() as u8).collect(),
            map: stretches.map(|stretch| (stretch.span.start.0, number(stretch.sound))).collect(),
            loudness: (loudness.integrated, loudness.range, loudness.true_peak),
        }
    }

    /// Keeps it in a file. That it cannot be kept is no fault: it is worked out again then.
    pub fn keep(&self, kept: &Path) {
        if let Ok(bytes) = postcard::to_stdvec(self) {
            let _ = write_whole(kept, |out| Ok(out.write_all(&bytes)?));
        }
    }

    /// The outline as reports draw it.
    pub fn outline(&self) -> Peaks {
        Peaks::finest(self.finest.iter().map(|peak| f32::from(*peak) / 255.0).collect())
    }

    /// What sounds when.
    pub fn speech_map(&self) -> SpeechMap {
        let end = self.finest.len() as i64 * 1000 / i64::from(FINEST);
        let ends = self.map.iter().skip(1).map(|(start, _)| *start).chain([end]);
        let stretch = |(&(start, sound), end): (&(i64, u8), i64)| Stretch {
            span: Span::new(Ms(start), Ms(end)),
            sound: SOUNDS[usize::from(sound).min(2)],
        };
        SpeechMap { stretches: self.map.iter().zip(ends).map(stretch).collect() }
    }

    /// How loud the recording is.
    pub fn loudness(&self) -> Loudness {
        let (integrated, range, true_peak) = self.loudness;
        Loudness { integrated, range, true_peak }
    }

    /// The peaks at so many a second, one of [`ZOOMS`].
    pub fn peaks(&self, zoom: u32) -> Option<Vec<u8>> {
        let each = ZOOMS.contains(&zoom).then(|| (ZOOMS[0] / zoom) as usize)?;
        Some(self.finest.chunks(each).map(|chunk| chunk.iter().copied().max().unwrap_or(0)).collect())
    }
}

/// Where a project keeps it.
pub fn kept_in(folder: &Path) -> PathBuf {
    folder.join("waveform.bin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waveform_is_kept_and_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let (media, kept) = (folder.path().join("talk.wav"), kept_in(folder.path()));
        fs::write(&media, "sound").unwrap();
        let stretch = |start, end, sound| Stretch { span: Span::new(Ms(start), Ms(end)), sound };
        let map = SpeechMap { stretches: vec![stretch(0, 700, Sound::Music), stretch(700, 2_000, Sound::Speech)] };
        let peaks = Peaks::finest((0..200).map(|at| at as f32 / 255.0).collect());
        let waveform = Waveform::of(&media, Ms(0), &peaks, &map, Loudness::default());
        assert_eq!((waveform.speech_map(), waveform.outline()), (map, peaks));
        assert_eq!(waveform.peaks(1), Some(vec![99, 199]));
        assert_eq!(waveform.peaks(7), None);
        waveform.keep(&kept);
        assert_eq!(Waveform::kept(&media, Ms(0), &kept), Some(waveform));
        assert_eq!(Waveform::kept(&media, Ms(40), &kept), None);
        fs::write(&media, "other sound").unwrap();
        assert_eq!(Waveform::kept(&media, Ms(0), &kept), None);
    }
}
