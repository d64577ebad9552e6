//! The waveform and the map of sound, at several zooms, worked out once and kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::formats::write_whole;
use crate::media::{self, MediaError, Request};
use crate::progress::Progress;
use crate::signal::{FINEST, PeaksBuilder, Sound, listen};

/// Peaks a second at each zoom, the finest first. Each is made of whole peaks of the one before.
pub const ZOOMS: [u32; 4] = [FINEST, 20, 4, 1];

/// Another layout of the kept file has another number.
const VERSION: u32 = 1;

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
}

/// By what a file is known again: length and time of its last change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    bytes: u64,
    changed_ms: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Stamp> {
        let metadata = fs::metadata(path).ok()?;
        let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Stamp { bytes: metadata.len(), changed_ms: changed.as_millis() as u64 })
    }
}

impl Waveform {
    /// That of `media`: kept in the file `kept` from an earlier time, or worked out and kept. That it cannot be kept is no
    /// fault.
    ///
    /// # Errors
    /// [`MediaError`] where the recording cannot be decoded.
    pub fn of(media: &Path, kept: &Path, progress: &dyn Progress) -> Result<Waveform, MediaError> {
        let stamp = Stamp::of(media);
        let known = || postcard::from_bytes::<Waveform>(&fs::read(kept).ok()?).ok();
        if let Some(known) = known().filter(|known| known.version == VERSION && Some(known.of) == stamp) {
            return Ok(known);
        }
        let mut peaks = PeaksBuilder::finest();
        let request = Request::default();
        let (decoded, heard) = listen(|sink| {
            media::decode(media, &request, progress, &mut |block| {
                peaks.push(block);
                sink(block);
            })
        });
        decoded?;
        let number = |sound| match sound {
            Sound::Speech => 0,
            Sound::Silence => 1,
            Sound::Music => 2,
        };
        let map = heard.map.stretches.iter().map(|stretch| (stretch.span.start.0, number(stretch.sound))).collect();
        let finest = peaks.finish().all().iter().map(|peak| (peak * 255.0).round() as u8).collect();
        let of = stamp.unwrap_or(Stamp { bytes: 0, changed_ms: 0 });
        let waveform = Waveform { version: VERSION, of, finest, map };
        if let Ok(bytes) = postcard::to_stdvec(&waveform) {
            let _ = write_whole(kept, |out| Ok(out.write_all(&bytes)?));
        }
        Ok(waveform)
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
    use crate::progress::Silent;

    #[test]
    fn a_waveform_is_worked_out_once() {
        let folder = tempfile::tempdir().unwrap();
        let kept = kept_in(folder.path());
        let media = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/forum.m4a"));
        let first = Waveform::of(media, &kept, &Silent).unwrap();
        assert!(first.map.iter().any(|stretch| stretch.1 == 0));
        assert!(first.peaks(1).unwrap().len() > 100);
        let (fine, coarse) = (first.peaks(100).unwrap(), first.peaks(1).unwrap());
        assert_eq!(coarse.len(), fine.len().div_ceil(100));
        assert_eq!(coarse[10], *fine[1000..1100].iter().max().unwrap());
        assert_eq!(first.peaks(7), None);
        // What is kept is taken, not worked out again.
        let altered = Waveform { map: vec![(0, 2)], ..first };
        fs::write(&kept, postcard::to_stdvec(&altered).unwrap()).unwrap();
        assert_eq!(Waveform::of(media, &kept, &Silent).unwrap(), altered);
    }
}
