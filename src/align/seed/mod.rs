//! The seed model: what zimu knows of speech before it has heard a recording.
//!
//! [`Net`] is a small network that says for every frame how much likelier each phone state, silence or noise is than
//! usual. `crate::train` makes one from a corpus of short clips; `docs/models.md` tells what the one that ships is made of.

pub mod file;
pub(crate) mod hear;
pub(crate) mod net;

use std::sync::LazyLock;

pub use net::Net;

/// The model that zimu carries.
///
/// # Panics
/// Never: a test reads the bytes that are compiled in.
pub fn shipped() -> &'static Net {
    static NET: LazyLock<Net> =
        LazyLock::new(|| file::read(include_bytes!("shipped.zimunet")).expect("a test reads these very bytes"));
    &NET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_that_ships_is_read_and_is_small() {
        assert!(shipped().layers.len() > 1);
        assert!(include_bytes!("shipped.zimunet").len() <= 2_000_000);
    }
}
