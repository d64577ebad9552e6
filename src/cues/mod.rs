//! The cues room.
