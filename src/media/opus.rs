//! Opus through `ropus`; symphonia finds its packets and has no decoder for them.

use ropus::{Channels, DecodeMode, Decoder};

use crate::signal::SAMPLE_RATE;

/// Opus always counts at 48 kHz, whatever it decodes to.
const CLOCK: u32 = 48_000;
/// The longest packet, 120 ms (RFC 6716 section 2.1.4), in frames at 16 kHz.
const LONGEST: usize = 120 * SAMPLE_RATE as usize / 1000;

/// What zimu needs of an identification header (RFC 7845 section 5.1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    pub channels: u8,
    /// Priming in frames at 48 kHz.
    pub pre_skip: u16,
    /// What the samples are to be multiplied by.
    pub gain: f32,
}

impl Head {
    /// Reads the header, which begins with `OpusHead`. MP4 keeps the same fields in its `dOps` box with the other
    /// byte order, and symphonia hands them on as they are: `big_endian`.
    pub fn read(data: &[u8], big_endian: bool) -> Option<Head> {
        let fields = data.strip_prefix(b"OpusHead")?;
        let word = |at: usize| -> Option<[u8; 2]> { fields.get(at..at + 2)?.try_into().ok() };
        let (skip, gain) = (word(2)?, word(8)?);
        let (pre_skip, gain) = match big_endian {
            true => (u16::from_be_bytes(skip), i16::from_be_bytes(gain)),
            false => (u16::from_le_bytes(skip), i16::from_le_bytes(gain)),
        };
        // Decibels in 256ths.
        Some(Head { channels: *fields.get(1)?, pre_skip, gain: 10f32.powf(f32::from(gain) / (20.0 * 256.0)) })
    }

    /// Priming in seconds: (ticks, ticks a second).
    pub fn priming(self) -> (i128, u32) {
        (i128::from(self.pre_skip), CLOCK)
    }
}

/// Decodes straight to mono at 16 kHz, which the codec offers by itself: no second resampling, a third of the work.
pub struct OpusDecoder {
    decoder: Decoder,
    gain: f32,
}

impl OpusDecoder {
    /// An error says why this stream cannot be decoded.
    pub fn new(head: Head) -> Result<OpusDecoder, String> {
        if !(1..=2).contains(&head.channels) {
            return Err(format!("Opus with {} channels", head.channels));
        }
        let decoder = Decoder::new(SAMPLE_RATE, Channels::Mono).map_err(|error| error.to_string())?;
        Ok(OpusDecoder { decoder, gain: head.gain })
    }

    /// Decodes a packet into `mono`, at 16 kHz.
    pub fn decode(&mut self, packet: &[u8], mono: &mut Vec<f32>) -> Result<(), String> {
        mono.clear();
        if packet.is_empty() {
            return Err("an empty packet".into());
        }
        mono.resize(LONGEST, 0.0);
        let frames = self.decoder.decode_float(packet, mono, DecodeMode::Normal).map_err(|error| error.to_string())?;
        mono.truncate(frames);
        mono.iter_mut().for_each(|sample| *sample *= self.gain);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_byte_order_of_ogg_and_of_mp4() {
        let ogg = b"OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0";
        let mp4 = b"OpusHead\0\x02\x01\x38\0\0\xBB\x80\0\0\0";
        let expected = Some(Head { channels: 2, pre_skip: 312, gain: 1.0 });
        assert_eq!(Head::read(ogg, false), expected);
        assert_eq!(Head::read(mp4, true), expected);
        assert_eq!(Head::read(&ogg[..12], false), None);
    }

    #[test]
    fn the_gain_is_in_256ths_of_a_decibel() {
        let head = Head::read(b"OpusHead\x01\x01\0\0\0\0\0\0\x00\x14\0", false).unwrap();
        assert!((head.gain - 10.0).abs() < 1e-4, "20 dB are a factor of 10: {}", head.gain);
    }

    proptest! {
        #[test]
        fn no_packet_makes_it_panic(packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..8)) {
            let mut decoder = OpusDecoder::new(Head { channels: 2, pre_skip: 0, gain: 1.0 }).unwrap();
            let mut mono = Vec::new();
            for packet in packets {
                let _ = decoder.decode(&packet, &mut mono);
                prop_assert!(mono.len() <= LONGEST);
            }
        }
    }
}
