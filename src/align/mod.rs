//! The align room.
