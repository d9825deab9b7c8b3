#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
// Some files of the fuzz targets are used by the suites, too, which know the crate by this name.
#[cfg(feature = "fuzzing")]
extern crate self as resp_machine;

#[cfg(feature = "alloc")]
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "codec")]
pub mod codec;
#[cfg(feature = "alloc")]
pub mod decoder;
#[cfg(feature = "alloc")]
pub mod encode;
pub mod error;
pub mod event;
#[cfg(feature = "alloc")]
pub mod frame;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod grammar;
pub mod limits;
pub mod machine;
#[cfg(feature = "proxy")]
pub mod proxy;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "alloc")]
mod show;
pub mod state;
#[cfg(feature = "trace")]
pub mod trace;
#[cfg(feature = "alloc")]
pub mod value;
pub mod wire;

#[cfg(feature = "alloc")]
pub use decoder::Decoder;
#[cfg(feature = "std")]
pub use decoder::{FrameReader, StreamError};
pub use error::{ErrorKind, ProtocolError, Truncated};
pub use limits::Limits;
pub use state::{Dialect, State};
