//! The limits of subtitle guides.

use crate::timeline::{Language, Ms};

/// A subtitle guide's limits.
///
/// Text is measured in half-width columns, so that one number serves mixed text: a Han character takes two, a Latin
/// letter one. A guide's "16 characters a line" for Chinese is 32 columns, its "9 characters a second" 18.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// What `--style` calls it.
    pub name: &'static str,
    /// The longest line, in half-width columns.
    pub columns: usize,
    /// The most lines of a cue, 1 or 2.
    pub lines: usize,
    /// A shorter cue is lengthened where there is time.
    pub shortest: Ms,
    /// The length that a cue should not exceed.
    pub longest: Ms,
    /// The reading speed that should not be exceeded, in half-width columns a second.
    pub speed: f64,
    /// What is left free before the next cue when a cue is lengthened.
    pub gap: Ms,
    /// How long a cue stays after its last word, where there is time.
    pub linger: Ms,
    /// A pause of this length always ends a cue.
    pub pause: Ms,
    /// Whether the full-width marks `。，、；：` are left out: at the end of a cue or line altogether, within one for a
    /// space.
    pub light_marks: bool,
}

/// Two frames at 24 a second: the gap that Netflix asks for (Timed Text Style Guide, General Requirements).
const TWO_FRAMES: Ms = Ms(83);

/// Twelve frames at 24 a second: how long Netflix lets a cue stay after the speech (Timed Text Style Guide).
const TWELVE_FRAMES: Ms = Ms(500);

/// The silence at which a cue ends whatever its length. VideoCaptioner splits there too.
const LONG_PAUSE: Ms = Ms(1_500);

impl Style {
    /// What viewers of Bilibili are used to: one line of at most 20 characters, no stops or commas, 1 to 7 seconds, at
    /// most 11 characters a second. No official guide is published; these are the limits on which the written practice
    /// of Chinese subtitlers agrees best.
    pub fn bilibili() -> Style {
        Style {
            name: "bilibili",
            columns: 40,
            lines: 1,
            shortest: Ms(1_000),
            longest: Ms(7_000),
            speed: 22.0,
            gap: TWO_FRAMES,
            linger: TWELVE_FRAMES,
            pause: LONG_PAUSE,
            light_marks: true,
        }
    }

    /// Netflix, Simplified Chinese Timed Text Style Guide: two lines of 16 characters, 9 characters a second; 5/6 to 7
    /// seconds as in all languages.
    pub fn netflix_chinese() -> Style {
        Style { name: "netflix-zh", columns: 32, lines: 2, shortest: Ms(833), speed: 18.0, ..Style::bilibili() }
    }

    /// Netflix, English Timed Text Style Guide: two lines of 42 characters, 20 characters a second; 5/6 to 7 seconds.
    pub fn netflix_english() -> Style {
        Style {
            name: "netflix-en",
            columns: 42,
            lines: 2,
            shortest: Ms(833),
            speed: 20.0,
            light_marks: false,
            ..Style::bilibili()
        }
    }

    /// The style for a recording in `language` when none was asked for.
    pub fn for_language(language: Language) -> Style {
        match language {
            Language::Chinese => Style::bilibili(),
            Language::English => Style::netflix_english(),
        }
    }
}
