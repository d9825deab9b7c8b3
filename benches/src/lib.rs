//! resp-machine, measured beside its peers.
//!
//! Everything that is measured becomes a figure of one [`report`]: which workload, which library,
//! what, how much. The lines of JSON and the page are two ways of printing that report, so that
//! they cannot disagree.
//!
//! - [`reading`]: every library on every workload, whole buffers;
//! - [`fragments`]: values that arrive in pieces;
//! - [`encoding`]: commands and replies written;
//! - [`counts`]: what does not depend on the machine: allocations, peak memory, bytes visited;
//! - [`instructions`]: instructions, counted by valgrind, and held against a baseline;
//! - [`debug`]: how much slower the dev profile is.

pub mod contender;
pub mod counts;
pub mod debug;
pub mod encoding;
pub mod fragments;
pub mod goals;
pub mod instructions;
pub mod ours;
pub mod page;
mod peers;
pub mod reading;
pub mod report;
mod sum;
pub mod switched;
pub mod times;
mod visits;
pub mod workload;

/// By this path [`switched`] finds it in either of the programs that it is a part of.
pub use counting;
