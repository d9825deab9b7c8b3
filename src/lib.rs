#![doc = "RESP."]
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
pub mod decoder;
#[cfg(feature = "alloc")]
pub mod encode;
pub mod error;
pub mod event;
#[cfg(feature = "alloc")]
pub mod frame;
pub mod grammar;
pub mod limits;
pub mod machine;
#[cfg(feature = "alloc")]
mod spill;
pub mod state;
#[cfg(feature = "alloc")]
pub mod value;
pub mod wire;

#[cfg(feature = "alloc")]
pub use decoder::Decoder;
pub use error::{ErrorKind, ProtocolError, Truncated};
pub use limits::Limits;
pub use state::Dialect;
