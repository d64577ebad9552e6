#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| zimu_fuzz::rttm(bytes));
