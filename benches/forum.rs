//! How long the sample forum takes: decoded and listened to, and timed as a whole.

use std::path::Path;

use zimu::make::{Wishes, align};
use zimu::media::{self, Request};
use zimu::progress::Silent;
use zimu::signal::Listener;

const MEDIA: &str = "samples/forum.m4a";
const TRANSCRIPT: &str = "samples/forum.md";

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5)]
fn decode_and_listen() -> usize {
    let mut listener = Listener::default();
    media::decode(Path::new(MEDIA), &Request::default(), &Silent, &mut |samples| listener.push(samples)).unwrap();
    listener.finish().cepstra.frames()
}

#[divan::bench(sample_count = 5)]
fn decode_and_align() -> usize {
    align(Path::new(MEDIA), Path::new(TRANSCRIPT), &Wishes::default(), &Silent).unwrap().cues.len()
}
