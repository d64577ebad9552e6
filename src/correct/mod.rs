//! The correct room.
