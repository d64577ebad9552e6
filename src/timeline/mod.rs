//! The shared types: everything that one stage hands to the next.
//!
//! The words that zimu uses, each defined where its type is:
//!
//! * **transcript**: the untimed text as given; a [`Point`] names one of its characters, a [`Place`] a stretch of it;
//! * **sentence** ([`Sentence`]): a cleaned sentence whose every character knows its point ([`Traced`]);
//! * **word** ([`Word`]): a Han character, a Latin word or a number, the smallest timed text;
//! * **phone** ([`TimedPhone`]): a sound of a word;
//! * **segment** ([`Segment`]): a sentence with the times of its words;
//! * **turn** ([`Turn`]): one speaker's uninterrupted speech;
//! * **chapter** ([`Chapter`]), **gap** ([`Gap`]): media time with a title, media time without transcript;
//! * **unspoken**: a segment without media time;
//! * **timeline** ([`Timeline`]): all of it together, kept in `timeline.json`.

mod json;
mod layout;
mod model;
mod text;
mod time;

pub use json::TimelineError;
pub use model::{
    Chapter, Correction, Gap, GapKind, Language, MediaSummary, Segment, Speaker, Tier, TimedPhone, Timeline, Turn, Word,
};
pub use text::{Place, Point, Sentence, Traced};
pub use time::{Ms, Span};
