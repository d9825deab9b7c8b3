#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| resp_machine::fuzzing::mutate::run(data));
