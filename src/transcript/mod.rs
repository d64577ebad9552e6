//! The transcript room.
