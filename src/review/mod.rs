//! The review page: a local page on the folder that `zimu make` wrote, to listen, look and settle what is in doubt.
//!
//! ```text
//!     timeline.json ──► project ──► page (player, waveform, cues, doubts)
//!                          ▲             │ edits
//!                       journal ◄────────┘ ──► decisions.json
//! ```
//!
//! The page is served on 127.0.0.1 to whoever has the token, and asks for nothing else. Every edit is on the disk, in the
//! journal, before it is acknowledged; what is saved is `decisions.json`, which `make` and `correct` take.

mod doubts;
mod guard;
mod journal;
mod project;
mod server;
mod view;
mod waveform;

pub use project::{Project, ReviewError};
pub use server::{Server, bind};
