#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| resp_machine::fuzzing::request::run(data));
