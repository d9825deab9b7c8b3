//! hiredis' reader of replies, in C, behind types that cannot be misused.
//!
//! The sources are those that the Python package `hiredis` carries; `benches/fetch-hiredis` brings
//! them, and they are not committed. Where they are not there, this is empty, and who depends on it
//! leaves hiredis out: its build script finds `DEP_HIREDIS_PRESENT` in the environment, or not.
//!
//! A [`Reader`] is fed bytes and gives a [`Reply`] for each value that is whole. The layout of a
//! reply is known here and nowhere else; [`Reply::view`] says what it is.

#[cfg(hiredis)]
mod reader;

#[cfg(hiredis)]
pub use reader::{Broken, Items, Reader, Reply, View};
