#![no_main]

libfuzzer_sys::fuzz_target!(|text: &[u8]| zimu_fuzz::reader("LRC", text));
