//! From one file of subtitles to another: what is changed on the way, and the bytes that come out.
//!
//! [`Changes`] moves, stretches and cuts what was read; [`encode`] turns what was written into the bytes that an old
//! player wants. Reading and writing themselves are the business of [`formats`](crate::formats).

mod changes;
mod encoding;

pub use changes::{Changes, Scale, ScaleFault, clock, clock_span};
pub use encoding::{Encoded, Form, LineEnds, NoEncoding, encode};
