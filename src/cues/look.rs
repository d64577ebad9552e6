//! How a cue looks, as far as most formats agree on it.

use std::ops::Range;

/// How a cue looks: what is set apart in it, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// What is set apart, by line and place.
    pub emphasis: Vec<Emphasis>,
    /// Where it stands on the screen.
    pub anchor: Anchor,
}

/// A part of a line that is set apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emphasis {
    /// The line, an index into [`Cue::lines`](super::Cue::lines).
    pub line: usize,
    /// The characters of that line, counted from 0.
    pub chars: Range<usize>,
    /// How.
    pub kind: EmphasisKind,
}

/// How a part of a line is set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmphasisKind {
    /// *Like this*.
    Italic,
    /// **Like this**.
    Bold,
    /// With a line below.
    Underline,
}

/// One of nine places, as the keys of a number pad lie (SubStation Alpha's `\an`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor(u8);

impl Anchor {
    /// Bottom, in the middle: where subtitles stand.
    pub const BOTTOM: Anchor = Anchor(2);

    /// The place of a key, 1 to 9.
    pub fn of_key(key: u8) -> Option<Anchor> {
        (1..=9).contains(&key).then_some(Anchor(key))
    }

    /// A place as SubStation Alpha 4 numbered it: 1 to 3 at the bottom, 5 to 7 at the top, 9 to 11 in the middle.
    pub fn of_ssa(number: u8) -> Option<Anchor> {
        match number {
            1..=3 => Anchor::of_key(number),
            5..=7 => Anchor::of_key(number + 2),
            9..=11 => Anchor::of_key(number - 5),
            _ => None,
        }
    }

    /// Its key, 1 to 9.
    pub fn key(self) -> u8 {
        self.0
    }
}

impl Default for Anchor {
    fn default() -> Anchor {
        Anchor::BOTTOM
    }
}
