//! How long the sample forum takes: stage by stage, and as a whole.

use std::path::Path;
use std::sync::LazyLock;

use zimu::align::{Alignment, seed};
use zimu::make::{Wishes, align};
use zimu::media::{self, Request};
use zimu::phones::{SpokenWord, read_out};
use zimu::progress::Silent;
use zimu::signal::{Heard, listen};
use zimu::timeline::{Language, Sentence};
use zimu::transcript::{self, Rules};

const MEDIA: &str = "samples/forum.m4a";
const TRANSCRIPT: &str = "samples/forum.md";

static SAMPLES: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let mut samples = Vec::new();
    decode(&mut |block| samples.extend_from_slice(block));
    samples
});
static HEARD: LazyLock<Heard> = LazyLock::new(|| listen(|sink| sink(&SAMPLES)).1);
static SENTENCES: LazyLock<Vec<Sentence>> =
    LazyLock::new(|| transcript::read(Path::new(TRANSCRIPT), &Rules::verbatim()).unwrap().sentences);

fn decode(sink: &mut dyn FnMut(&[f32])) {
    media::decode(Path::new(MEDIA), &Request::default(), &Silent, sink).unwrap();
}

fn words() -> Vec<Vec<SpokenWord>> {
    SENTENCES.iter().map(|sentence| read_out(sentence.text.chars(), Language::Chinese)).collect()
}

fn main() {
    divan::main();
}

/// The file to samples.
#[divan::bench(sample_count = 10)]
fn decoding() {
    decode(&mut |block| {
        divan::black_box(block);
    });
}

/// Samples to cepstra and the map of speech.
#[divan::bench(sample_count = 10)]
fn features(bencher: divan::Bencher) {
    let samples = &*SAMPLES;
    bencher.bench(|| listen(|sink| sink(samples)).1.cepstra.frames());
}

/// The text to phones.
#[divan::bench(sample_count = 10)]
fn reading_out(bencher: divan::Bencher) {
    LazyLock::force(&SENTENCES);
    bencher.bench(words);
}

/// Cepstra and phones to times: the network, the landmarks, the search, the recording's own model.
#[divan::bench(sample_count = 10)]
fn search(bencher: divan::Bencher) {
    let (net, heard) = (seed::shipped(), &*HEARD);
    bencher.with_inputs(words).bench_values(|words| -> Alignment {
        zimu::align::align(net, &heard.cepstra, &heard.map, &SENTENCES, words.into_iter(), false, &Silent).unwrap()
    });
}

/// From the files to the timeline.
#[divan::bench(sample_count = 10)]
fn whole() -> usize {
    align(Path::new(MEDIA), Path::new(TRANSCRIPT), &Wishes::default(), &Silent).unwrap().cues.len()
}
