//! The dictionary of Chinese words: their frequencies and parts of speech.

use std::sync::LazyLock;

use jieba_rs::Jieba;

/// Loading it takes a quarter of a second, so once is enough.
pub(crate) static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);
