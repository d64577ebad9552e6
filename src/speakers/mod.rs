//! The speakers room.
