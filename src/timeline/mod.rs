//! The shared types: everything that one stage hands to the next.
//!
//! The words that zimu uses, each defined where its type is:
//!
//! * **transcript**: the untimed text as given; a [`Point`] names one of its characters, a [`Place`] a stretch of it;
//! * **sentence** ([`Sentence`]): a cleaned sentence whose every character knows its point ([`Traced`]);
//! * **word** ([`Word`]): a Han character, a Latin word or a number, the smallest timed text;
//! * **phone** ([`TimedPhone`]): a sound of a word;
//! * **segment** ([`Segment`]): a sentence with the times of its words;
//! * **correction** ([`Correction`]): an error of the transcript, what ought to stand there, what was decided about it;
//! * **turn** ([`Turn`]): one speaker's uninterrupted speech;
//! * **chapter** ([`Chapter`]), **gap** ([`Gap`]): media time with a title, media time without transcript;
//! * **unspoken**: a segment without media time;
//! * **settled cue** ([`SettledCue`]): a subtitle that stays as it is; others are cut from the segments;
//! * **hint** ([`Hint`]), **given** ([`Given`]): times that the transcript already had, for the aligner and as they
//!   stand;
//! * **timeline** ([`Timeline`]): all of it together, kept in `timeline.json`.

mod correction;
mod given;
mod json;
mod layout;
mod model;
mod text;
mod time;

pub use correction::{Correction, Decision, NoDecision, Opinion, Tier, Weighed};
pub use given::{Given, Lateness, Moved, Repairs};
pub use json::TimelineError;
pub(crate) use json::three_decimals;
pub use model::{
    Chapter, Gap, GapKind, Language, MediaSummary, Segment, SettledCue, Speaker, TimedPhone, Timeline, Turn, Word,
};
pub use text::{Hint, Place, Point, Sentence, Traced};
pub use time::{Ms, Span};
