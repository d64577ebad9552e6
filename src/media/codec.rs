//! From a track's parameters to a decoder that gives mono frames.

use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::audio::well_known::*;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet;

use super::opus::{Head, OpusDecoder};
use super::time::Nanos;

/// A decoder of one track.
pub struct TrackDecoder {
    engine: Engine,
    /// Priming that the container does not know of and the decoder does not remove: for the caller to cut.
    pub priming: Nanos,
    /// How much later than its core alone a full decoder gives out the sound.
    pub core_delay: Nanos,
    /// The decoder cuts what a packet says is priming and padding; otherwise that is for the caller to do.
    pub trims: bool,
}

enum Engine {
    Symphonia { decoder: Box<dyn AudioDecoder>, planes: Vec<Vec<f32>> },
    Opus(Box<OpusDecoder>),
}

/// The delay of a spectral band replication decoder, in frames of its core. ISO/IEC 14496-3 section 4.6.18: the
/// analysis and synthesis filter banks and six slots of adjustment, 962 frames at the doubled rate.
const SBR_DELAY: i64 = 481;

impl TrackDecoder {
    /// A decoder for `params`, found in an MP4 or not; an error says why there is none.
    pub fn new(params: &AudioCodecParameters, mp4: bool) -> Result<TrackDecoder, String> {
        match params.codec {
            CODEC_ID_OPUS => {
                let head = params.extra_data.as_deref().and_then(|data| Head::read(data, mp4));
                let head = head.ok_or("an Opus track without its header")?;
                let (ticks, clock) = head.priming();
                let priming = Nanos::ticks(ticks, 1, clock);
                let engine = Engine::Opus(Box::new(OpusDecoder::new(head)?));
                Ok(TrackDecoder { engine, priming, core_delay: Nanos::ZERO, trims: false })
            }
            CODEC_ID_AAC => aac(params),
            // Where the length in an MP3's tag is wrong (joined files), or is a guess from its first frames for want
            // of a tag, symphonia would trim all that lies beyond it.
            CODEC_ID_MP3 => plain(params, false),
            _ => plain(params, true),
        }
    }

    /// Whether only the core of the stream is decoded.
    pub fn is_core_only(&self) -> bool {
        self.core_delay > Nanos::ZERO
    }

    /// Decodes a packet into `mono`, the mean of its channels; returns the sample rate.
    pub fn decode(&mut self, packet: &Packet, mono: &mut Vec<f32>) -> Result<u32, String> {
        guarded(|| self.engine.decode(packet, mono))?
    }
}

/// Runs a library on bytes that nobody has checked. It ought not to panic on them; where it does, that is one more
/// damaged packet.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| "the decoder stumbled over damaged data".to_owned())
}

impl Engine {
    fn decode(&mut self, packet: &Packet, mono: &mut Vec<f32>) -> Result<u32, String> {
        match self {
            Engine::Opus(decoder) => {
                decoder.decode(&packet.data, mono)?;
                Ok(crate::signal::SAMPLE_RATE)
            }
            Engine::Symphonia { decoder, planes } => {
                mono.clear();
                let decoded = match decoder.decode(packet) {
                    Ok(decoded) => decoded,
                    Err(error) => {
                        let reason = error.to_string();
                        if matches!(error, Error::ResetRequired) {
                            decoder.reset();
                        }
                        return Err(reason);
                    }
                };
                decoded.copy_to_vecs_planar(planes);
                downmix(planes, mono);
                Ok(decoded.spec().rate())
            }
        }
    }
}

fn plain(params: &AudioCodecParameters, gapless: bool) -> Result<TrackDecoder, String> {
    let options = AudioDecoderOptions::default().gapless(gapless);
    let decoder = guarded(|| symphonia::default::get_codecs().make_audio_decoder(params, &options))?
        .map_err(|error| format!("the codec {} cannot be decoded ({error})", name(params.codec)))?;
    let engine = Engine::Symphonia { decoder, planes: Vec::new() };
    let trims = params.codec == CODEC_ID_VORBIS;
    Ok(TrackDecoder { engine, priming: Nanos::ZERO, core_delay: Nanos::ZERO, trims })
}

/// AAC, whose HE variants symphonia refuses although their core is plain AAC-LC.
fn aac(params: &AudioCodecParameters) -> Result<TrackDecoder, String> {
    let Some(config) = params.extra_data.as_deref().and_then(AacConfig::read) else {
        return plain(params, true);
    };
    let mut core = params.clone();
    core.extra_data = Some(config.core().into());
    core.sample_rate = Some(config.rate);
    core.profile = None;
    let mut decoder = plain(&core, true)?;
    // Where SBR is not announced, the container's rate, twice the core's, gives it away.
    if config.sbr || params.sample_rate == Some(2 * config.rate) {
        decoder.core_delay = Nanos::frames(SBR_DELAY, config.rate);
    }
    Ok(decoder)
}

/// What an AAC track's AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1) says, as far as it is LC underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct AacConfig {
    /// Index into the table of rates, and the core's rate.
    rate_index: u8,
    rate: u32,
    channels: u8,
    /// Spectral band replication on top.
    sbr: bool,
}

impl AacConfig {
    const RATES: [u32; 13] =
        [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
    const LC: u32 = 2;
    const SBR: u32 = 5;
    const PS: u32 = 29;
    /// Announces, after an LC configuration, that SBR follows.
    const SYNC_EXTENSION: u32 = 0x2B7;

    /// `None` where it is neither LC nor HE-AAC, or uses what only few encoders do: such go to the decoder as they are.
    fn read(data: &[u8]) -> Option<AacConfig> {
        let mut bits = Bits { data, at: 0 };
        let announced = bits.take(5)?;
        let rate_index = bits.take(4)? as u8;
        let rate = *Self::RATES.get(usize::from(rate_index))?;
        let channels = bits.take(4).filter(|&channels| channels > 0)? as u8;
        if announced == Self::SBR || announced == Self::PS {
            if bits.take(4)? == 15 {
                bits.take(24)?;
            }
            let sbr = true;
            return (bits.take(5)? == Self::LC).then_some(AacConfig { rate_index, rate, channels, sbr });
        }
        if announced != Self::LC || bits.take(3)? != 0 {
            return None;
        }
        let sbr =
            bits.take(11) == Some(Self::SYNC_EXTENSION) && bits.take(5) == Some(Self::SBR) && bits.take(1) == Some(1);
        Some(AacConfig { rate_index, rate, channels, sbr })
    }

    /// The configuration of the core: AAC-LC, frames of 1024.
    fn core(self) -> [u8; 2] {
        let bits = (Self::LC as u16) << 11 | u16::from(self.rate_index) << 7 | u16::from(self.channels) << 3;
        bits.to_be_bytes()
    }
}

/// Reads bits, the highest of each byte first.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.data.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }
}

/// The mean of the channels; what is not a number becomes silence.
fn downmix(channels: &[Vec<f32>], mono: &mut Vec<f32>) {
    mono.clear();
    let Some((first, others)) = channels.split_first() else { return };
    mono.extend_from_slice(first);
    for other in others {
        mono.iter_mut().zip(other).for_each(|(sum, sample)| *sum += sample);
    }
    let share = 1.0 / channels.len() as f32;
    mono.iter_mut().for_each(|sum| *sum = if sum.is_finite() { *sum * share } else { 0.0 });
}

/// The short name of a codec, as ffmpeg spells it.
pub fn name(codec: AudioCodecId) -> &'static str {
    match codec {
        CODEC_ID_AAC => "aac",
        CODEC_ID_ALAC => "alac",
        CODEC_ID_FLAC => "flac",
        CODEC_ID_MP1 => "mp1",
        CODEC_ID_MP2 => "mp2",
        CODEC_ID_MP3 => "mp3",
        CODEC_ID_OPUS => "opus",
        CODEC_ID_VORBIS => "vorbis",
        CODEC_ID_AC3 => "ac3",
        CODEC_ID_EAC3 => "eac3",
        CODEC_ID_AC4 => "ac4",
        CODEC_ID_DCA => "dts",
        CODEC_ID_TRUEHD => "truehd",
        CODEC_ID_WAVPACK => "wavpack",
        CODEC_ID_TTA => "tta",
        CODEC_ID_SPEEX => "speex",
        CODEC_ID_PCM_S8 => "pcm_s8",
        CODEC_ID_PCM_U8 => "pcm_u8",
        CODEC_ID_PCM_S16LE => "pcm_s16le",
        CODEC_ID_PCM_S16BE => "pcm_s16be",
        CODEC_ID_PCM_S24LE => "pcm_s24le",
        CODEC_ID_PCM_S24BE => "pcm_s24be",
        CODEC_ID_PCM_S32LE => "pcm_s32le",
        CODEC_ID_PCM_S32BE => "pcm_s32be",
        CODEC_ID_PCM_F32LE => "pcm_f32le",
        CODEC_ID_PCM_F32BE => "pcm_f32be",
        CODEC_ID_PCM_F64LE => "pcm_f64le",
        CODEC_ID_PCM_F64BE => "pcm_f64be",
        CODEC_ID_PCM_ALAW => "pcm_alaw",
        CODEC_ID_PCM_MULAW => "pcm_mulaw",
        CODEC_ID_ADPCM_MS => "adpcm_ms",
        CODEC_ID_ADPCM_IMA_WAV => "adpcm_ima_wav",
        CODEC_ID_ADPCM_IMA_QT => "adpcm_ima_qt",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes an AudioSpecificConfig from (value, bits) pairs.
    fn config(fields: &[(u32, usize)]) -> Vec<u8> {
        let text: String = fields.iter().map(|&(value, bits)| format!("{value:0bits$b}")).collect();
        text.as_bytes()
            .chunks(8)
            .map(|byte| byte.iter().enumerate().fold(0, |sum, (i, bit)| sum | (bit - b'0') << (7 - i)))
            .collect()
    }

    #[test]
    fn announced_he_aac_is_its_core_at_half_the_rate() {
        for kind in [AacConfig::SBR, AacConfig::PS] {
            // 22.05 kHz core, mono, 44.1 kHz in all, LC below.
            let data = config(&[(kind, 5), (7, 4), (1, 4), (4, 4), (2, 5), (0, 3)]);
            let read = AacConfig::read(&data).unwrap();
            assert_eq!((read.rate, read.channels, read.sbr), (22_050, 1, true));
            assert_eq!(read.core().to_vec(), config(&[(2, 5), (7, 4), (1, 4), (0, 3)]));
        }
    }

    #[test]
    fn he_aac_announced_behind_an_lc_configuration_is_seen() {
        let sync = |present| config(&[(2, 5), (6, 4), (2, 4), (0, 3), (0x2B7, 11), (5, 5), (present, 1), (3, 4)]);
        assert!(AacConfig::read(&sync(1)).unwrap().sbr);
        assert!(!AacConfig::read(&sync(0)).unwrap().sbr);
    }

    #[test]
    fn plain_lc_stays_as_it_is() {
        let data = config(&[(2, 5), (4, 4), (2, 4), (0, 3)]);
        assert_eq!(AacConfig::read(&data).unwrap().core().to_vec(), data);
    }

    #[test]
    fn the_mean_of_the_channels_without_what_is_no_number() {
        let mut mono = Vec::new();
        downmix(&[vec![1.0, f32::NAN, -1.0], vec![0.0, 1.0, 1.0]], &mut mono);
        assert_eq!(mono, [0.5, 0.0, 0.0]);
        downmix(&[vec![0.3], vec![0.6], vec![0.9]], &mut mono);
        assert!((mono[0] - 0.6).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn no_configuration_makes_it_panic(data in proptest::collection::vec(any::<u8>(), 0..12)) {
            let _ = AacConfig::read(&data).map(AacConfig::core);
        }
    }
}
