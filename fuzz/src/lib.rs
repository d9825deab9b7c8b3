//! The bodies of the two fuzz targets that cannot be in the library: `memory` needs an allocator,
//! which is unsafe code, and `differential` other libraries. (The others are in
//! `resp_machine::fuzzing`; what each target holds is said there.)

pub mod differential;
pub mod memory;
