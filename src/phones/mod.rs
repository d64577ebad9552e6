//! The phones room.
