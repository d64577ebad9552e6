//! A picture of a recording: the waveform, what sounds, who speaks, chapters, gaps and what is uncertain.
//!
//! It is drawn as SVG; a PNG is that SVG in pixels. The ending of the file's name chooses.

mod png;
mod svg;

use std::path::Path;

use crate::signal::{Peaks, SpeechMap};
use crate::timeline::{Segment, Timeline};

use super::{FormatError, Note, check_file, write_whole};

pub use png::PngError;
pub use svg::svg;

/// Sentences of a lower confidence are marked as uncertain.
pub const UNCERTAIN: f32 = 0.5;

/// What is drawn.
pub struct Plot<'a> {
    /// The outline of the waveform.
    pub peaks: &'a Peaks,
    /// What sounds when.
    pub map: &'a SpeechMap,
    /// Who speaks when, chapters, gaps and confidence, where they are known.
    pub timeline: Option<&'a Timeline>,
}

/// What the file of a picture holds.
enum Kind {
    Svg,
    Png,
}

impl Kind {
    /// By the ending; upper and lower case are the same.
    fn of(path: &Path) -> Result<Kind, FormatError> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("svg") => Ok(Kind::Svg),
            Some("png") => Ok(Kind::Png),
            _ => Err(FormatError::NoPicture { path: path.into() }),
        }
    }
}

/// Whether a picture can be written to `path`, as far as can be told before it is, without touching any of the `inputs`
/// that it is made from.
///
/// # Errors
/// As [`check_file`]; [`FormatError::NoPicture`] where the ending is none of a picture.
pub fn check(path: &Path, inputs: &[&Path]) -> Result<(), FormatError> {
    check_file(path, inputs)?;
    Kind::of(path).map(drop)
}

/// Writes the picture, whole or not at all, and says what of it this machine could not draw.
///
/// # Errors
/// [`FormatError::NoPicture`] where the ending is none of a picture, [`FormatError::Png`] where the pixels cannot be had,
/// and as [`write_whole`].
pub fn write(plot: &Plot, path: &Path) -> Result<Vec<Note>, FormatError> {
    let picture = svg(plot);
    let (bytes, notes) = match Kind::of(path)? {
        Kind::Svg => (picture.into_bytes(), Vec::new()),
        Kind::Png => png::png(&picture)?,
    };
    write_whole(path, |out| Ok(out.write_all(&bytes)?))?;
    Ok(notes)
}

/// Whether the times of a sentence ought to be looked at.
pub(super) fn uncertain(segment: &Segment) -> bool {
    segment.span.is_some() && segment.confidence < UNCERTAIN
}

/// A colour that stands out from its neighbours' and from light and dark paper: hues apart by the golden angle. As
/// `#rrggbb`, since not everything that draws SVG knows `hsl()`; converted as CSS Color 4, section 7.1, says.
pub(super) fn speaker_colour(speaker: usize) -> String {
    const SATURATION: f64 = 0.55;
    const LIGHTNESS: f64 = 0.52;
    let hue = ((speaker % 360 * 137 + 205) % 360) as f64;
    let channel = |n: f64| {
        let k = (n + hue / 30.0) % 12.0;
        let away = SATURATION * LIGHTNESS.min(1.0 - LIGHTNESS);
        (255.0 * (LIGHTNESS - away * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0))).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", channel(0.0), channel(8.0), channel(4.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Sound, Stretch};
    use crate::timeline::{Ms, Span};

    /// A minute of speech.
    fn drawn(path: &Path) -> Result<Vec<Note>, FormatError> {
        let map = SpeechMap { stretches: vec![Stretch { span: Span::new(Ms(0), Ms(60_000)), sound: Sound::Speech }] };
        write(&Plot { peaks: &Peaks::default(), map: &map, timeline: None }, path)
    }

    #[test]
    fn the_ending_chooses() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        for (name, begins) in [("a.svg", &b"<svg"[..]), ("a.png", b"\x89PNG\r\n\x1a\n"), ("A.PNG", b"\x89PNG")] {
            drawn(&path(name)).unwrap();
            assert!(std::fs::read(path(name)).unwrap().starts_with(begins), "{name}");
        }
        for name in ["a.jpg", "a", "png", ".png", "a.png.gz", "a.svgz"] {
            assert!(matches!(check(&path(name), &[]), Err(FormatError::NoPicture { .. })), "{name}");
            assert!(drawn(&path(name)).is_err() && !path(name).exists(), "{name}");
        }
    }

    #[test]
    fn it_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        assert!(drawn(&folder.path().join("missing/talk.svg")).is_err());
        drawn(&folder.path().join("talk.svg")).unwrap();
        assert!(std::fs::read_to_string(folder.path().join("talk.svg")).unwrap().ends_with("</svg>\n"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
