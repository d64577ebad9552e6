//! The classes of sounds that frames are laid on.

use crate::phones::Phone;

/// States of the longest phone.
const MOST_STATES: usize = 3;

/// A class of sounds with a score of its own: a state of a phone, silence, or the filler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pdf(pub u16);

impl Pdf {
    /// Silence and whatever noise the recording's pauses hold.
    pub const SILENCE: Pdf = Pdf(0);
    /// Speech of any kind: what the transcript lacks is laid on it.
    pub const FILLER: Pdf = Pdf(1);
    /// Music, applause and the like; it stands in for the filler where it fits better.
    pub const NOISE: Pdf = Pdf(2);

    /// State number `state` of a phone.
    pub fn of(phone: Phone, state: usize) -> Pdf {
        Pdf((3 + phone.index() * MOST_STATES + state) as u16)
    }

    /// The phone that it is a state of; `None` for silence, filler and noise.
    pub fn phone(self) -> Option<Phone> {
        Phone::at(self.index().checked_sub(3)? / MOST_STATES)
    }

    /// Whether both are states of one phone, or the same silence or noise.
    pub fn is_same_phone(self, other: Pdf) -> bool {
        self == other || self.phone().is_some_and(|phone| other.phone() == Some(phone))
    }

    /// Whether it is the first state of a phone.
    pub fn starts_phone(self) -> bool {
        self.phone().is_some_and(|phone| self == Pdf::of(phone, 0))
    }

    /// How many there are; a phone with fewer states leaves some unused.
    pub const COUNT: usize = 3 + Phone::COUNT * MOST_STATES;

    /// Its place in tables of [`Pdf::COUNT`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_state_of_every_phone_has_a_pdf_of_its_own() {
        let mut seen = HashSet::from([Pdf::SILENCE, Pdf::FILLER, Pdf::NOISE]);
        for phone in Phone::all() {
            for state in 0..phone.states() {
                let pdf = Pdf::of(phone, state);
                assert!(pdf.index() < Pdf::COUNT);
                assert!(seen.insert(pdf), "{phone:?} {state}");
            }
        }
    }
}
