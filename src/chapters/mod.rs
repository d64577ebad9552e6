//! The chapters room.
