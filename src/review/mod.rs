//! The review page: a local page on the folder that `zimu make` wrote, to listen, look, correct and save.
//!
//! ```text
//!     timeline.json ──► draft ──► view ──► page (player, waveform, cues, doubts)
//!                         ▲                  │ edits
//!             journal ◄── change ◄───────────┘
//!                │
//!                └──► all files of the project, decisions.json
//! ```
//!
//! The page is served on 127.0.0.1 to whoever has the token, and asks for nothing else. An edit is made on a copy of the
//! draft; what differs is the change, which is on the disk, in the journal, before the edit is acknowledged, and which can be
//! taken back. The ear listens again to words that are changed.

mod doubts;
mod draft;
mod ear;
mod edit;
#[cfg(test)]
mod fixtures;
mod guard;
mod journal;
mod letters;
mod project;
mod server;
mod view;
mod waveform;

pub use project::{Manner, Opened, Project, ReviewError, is_edited};
pub use server::{Server, bind};
