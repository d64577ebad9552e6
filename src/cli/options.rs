//! Options that several commands share, and what they mean.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::chapters::Amount;
use crate::correct::Pack;
use crate::correct::also::Kinds;
use crate::correct::llm::{self, Endpoint, Key};
use crate::cues::{Style, StyleError};
use crate::formats::demands::{Demands, RulesError};
use crate::formats::rttm::{self, Diarization, RttmError};
use crate::media::{Decoder, Request};
use crate::progress::Progress;
use crate::speakers::voices::VoiceTurn;
use crate::timeline::{Language, Ms};

/// Ten hours: what is put in front of the sound is silence that has to be gone through like any other.
const MOST_OFFSET: i64 = 10 * 3600 * 1000;

/// The terms to correct by.
#[derive(Clone, Debug, Default, Args)]
pub struct TermsOptions {
    /// Names and words that must be spelt so: one a line, `right | wrong | wrong`, `#` comments; or a .csv or .tsv.
    /// May be given several times
    #[arg(long = "terms", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Terms of a field that zimu brings; your own go before them. May be given several times
    #[arg(long = "pack", value_name = "NAME", value_parser = pack_names())]
    pub packs: Vec<Pack>,
}

/// What is done besides the correction of terms.
#[derive(Clone, Debug, Default, Args)]
pub struct AlsoOptions {
    /// Do this besides, and list it like corrections; apart by commas: stutters and fillers taken out, de (地 and 得 where 的
    /// stands for them), numbers (in figures), and simplified or traditional (characters)
    #[arg(id = "also", long = "also", value_name = "KIND,…", default_value = "", hide_default_value = true)]
    pub kinds: Kinds,
}

/// The chapters that are wanted.
#[derive(Clone, Debug, Default, Args)]
pub struct ChapterOptions {
    /// How many chapters: auto, about so many (12), or chapters of about so many minutes (5m)
    #[arg(id = "amount", long = "chapters", value_name = "auto|N|MINUTESm", default_value = "auto")]
    pub amount: Amount,
    /// Your own titles, one a line, with H:MM:SS before them or without; indented ones are parts of the one above. They win
    /// over what is found, and are placed where they belong
    #[arg(long, value_name = "FILE")]
    pub outline: Option<PathBuf>,
}

fn pack_names() -> impl TypedValueParser<Value = Pack> {
    PossibleValuesParser::new(Pack::ALL.map(Pack::name)).try_map(|name| name.parse())
}

/// Where the key of a language model is looked for: on the command line others would see it.
const LLM_KEY: &str = "ZIMU_LLM_KEY";

/// The language model that is asked about corrections.
#[derive(Clone, Debug, Default, Args)]
pub struct LlmOptions {
    /// Ask a language model about what is not sure: the base URL of an OpenAI-compatible server, such as
    /// http://localhost:11434/v1. The sentences asked about are sent there. A key is taken from ZIMU_LLM_KEY
    #[arg(id = "llm", long = "llm", value_name = "URL", requires = "llm_model")]
    endpoint: Option<Endpoint>,
    /// The model's name there
    #[arg(id = "llm_model", long = "llm-model", value_name = "NAME", requires = "llm")]
    model: Option<String>,
    /// Seconds that an answer may take
    #[arg(id = "llm_timeout", long = "llm-timeout", value_name = "SECONDS", default_value_t = 60, requires = "llm",
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Requests at most, each about 20 places
    #[arg(id = "llm_budget", long = "llm-budget", value_name = "N", default_value_t = 50, requires = "llm")]
    budget: u32,
    /// Keep the answers in this file, and ask nothing again that is in it
    #[arg(id = "llm_cache", long = "llm-cache", value_name = "FILE", requires = "llm")]
    pub cache: Option<PathBuf>,
}

impl LlmOptions {
    /// Whom to ask; `None` where nobody is to be asked.
    pub fn settings(&self) -> Option<llm::Settings> {
        Some(llm::Settings {
            endpoint: self.endpoint.clone()?,
            model: self.model.clone()?,
            key: env::var(LLM_KEY).ok().and_then(|key| Key::of(&key)),
            timeout: Duration::from_secs(self.timeout),
            budget: self.budget,
            cache: self.cache.clone(),
        })
    }
}

/// The guide that subtitles are cut by.
#[derive(Clone, Debug, Default, Args)]
pub struct StyleOptions {
    /// The guide that subtitles are cut by: a name (`zimu styles`) or a file of your own; the one of the language where
    /// none is given
    #[arg(id = "style", long = "style", value_name = "STYLE")]
    name: Option<String>,
}

impl StyleOptions {
    /// The guide, where one was asked for.
    ///
    /// # Errors
    /// [`StyleError`].
    pub fn style(&self) -> Result<Option<Style>, StyleError> {
        self.name.as_deref().map(Style::find).transpose()
    }
}

/// Who speaks when, by another diarizer.
#[derive(Clone, Debug, Default, Args)]
pub struct VoicesOptions {
    /// Who speaks when as another diarizer found it (RTTM, on the player's clock), instead of the voices that zimu hears;
    /// the words still say what they are called
    #[arg(id = "voices", long = "voices", value_name = "FILE.rttm", requires = "media")]
    pub file: Option<PathBuf>,
}

impl VoicesOptions {
    /// The turns, where a file was given; what could not be used of it is told.
    ///
    /// # Errors
    /// [`RttmError`].
    pub fn turns(&self, recording: &Path, progress: &dyn Progress) -> Result<Option<Vec<VoiceTurn>>, RttmError> {
        let Some(path) = &self.file else { return Ok(None) };
        let Diarization { turns, faults, others, .. } = rttm::read(path, recording)?;
        for fault in faults {
            progress.warn(&format!("{}: {fault}", path.display()));
        }
        if others > 0 {
            progress.warn(&format!("{}: lines of something else than turns left out: {others}", path.display()));
        }
        Ok(Some(turns))
    }
}

/// Who speaks, in the text.
#[derive(Clone, Debug, Default, Args)]
pub struct NamesOptions {
    /// Put the speaker's name before the first words of each turn, in subtitles that have no other place for it, such as
    /// .srt and .bcc.json
    #[arg(id = "prefix_speakers", long = "prefix-speakers")]
    pub wanted: bool,
}

/// What sites take.
#[derive(Clone, Debug, Default, Args)]
pub struct RulesOptions {
    /// What sites take of chapters and cues, where it differs from what zimu knows: a file of TOML
    #[arg(long = "rules", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl RulesOptions {
    /// What targets ask for by these rules.
    ///
    /// # Errors
    /// [`RulesError`].
    pub fn demands(&self) -> Result<Demands, RulesError> {
        self.file.as_deref().map_or_else(|| Ok(Demands::default()), Demands::read)
    }
}

/// How a recording is read.
#[derive(Clone, Debug, Default, Args)]
pub struct MediaOptions {
    /// Audio track to use, counted from 0 among the audio tracks (default: the one the container marks, else the first)
    #[arg(long, value_name = "N")]
    track: Option<usize>,
    /// Milliseconds to add to every time: positive where the sound comes later in the player
    #[arg(long, value_name = "MS", default_value_t = 0, allow_negative_numbers = true,
        value_parser = clap::value_parser!(i64).range(-MOST_OFFSET..=MOST_OFFSET))]
    audio_offset: i64,
    /// What decodes: the built-in decoders, an installed ffmpeg, or whichever can
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    decoder: DecoderChoice,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum DecoderChoice {
    #[default]
    Auto,
    Builtin,
    Ffmpeg,
}

impl MediaOptions {
    /// What is asked of the decoder.
    pub fn request(&self) -> Request {
        let decoder = match self.decoder {
            DecoderChoice::Auto => Decoder::Auto,
            DecoderChoice::Builtin => Decoder::Builtin,
            DecoderChoice::Ffmpeg => Decoder::Ffmpeg,
        };
        Request { track: self.track, decoder, offset: Ms(self.audio_offset) }
    }
}

/// The main language of a transcript.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum LanguageChoice {
    /// Chinese.
    Zh,
    /// English.
    En,
    /// Whichever the transcript has more of.
    #[default]
    Auto,
}

impl LanguageChoice {
    /// The language, where one was chosen.
    pub fn language(self) -> Option<Language> {
        match self {
            LanguageChoice::Zh => Some(Language::Chinese),
            LanguageChoice::En => Some(Language::English),
            LanguageChoice::Auto => None,
        }
    }
}
