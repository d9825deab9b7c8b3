//! The other libraries, each behind functions that read every value: of a whole buffer, and of
//! input that comes in pieces.

#[cfg(hiredis)]
pub mod hiredis;
#[cfg(hiredis)]
mod hiredis_memory;
pub mod naive;
pub mod redis_crate;
pub mod redis_parser;
pub mod redis_protocol;
pub mod resp_rs;

#[cfg(hiredis)]
pub use hiredis_memory::{count as count_hiredis, measure as measure_hiredis};
