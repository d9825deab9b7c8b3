//! The other libraries, each behind one function that reads every value of a whole buffer.

#[cfg(hiredis)]
pub mod hiredis;
pub mod naive;
pub mod redis_crate;
pub mod redis_protocol;
pub mod resp_rs;
