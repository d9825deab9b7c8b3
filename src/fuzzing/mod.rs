//! The bodies of the fuzz targets, so that tests can replay a corpus without a fuzzer.
//!
//! A target takes any bytes and panics if a promise of the library is broken on them. `fuzz/` has a
//! thin program around each for `cargo fuzz`; the two targets that need unsafe code or other
//! libraries (`memory`, `differential`) have their bodies there. The committed seeds are replayed
//! through the targets by the ordinary tests.
//!
//! What a target holds, and which bug turns it red, is the beginning and the end of its module's
//! essay; the table of all targets in `docs/fuzzing.md` is made from these.
//!
//! What a target compares is computed twice: by means that share no code (`reference`, `layout`,
//! `conversion` and `spelling` ask nothing of the library, and print doubles with the standard library,
//! not with the encoder's crate), or, where one input is read in several ways (`reading`, `view`), by
//! parts of the library of which each could be wrong by itself. A target that asks the library about
//! the library proves nothing.
//!
//! # Inputs
//!
//! Two kinds. Targets that read the protocol take a [`Wire`]: one byte or two that choose the dialect,
//! the limits and how it is cut, the cuts, and then the bytes as they are, so that a corpus
//! can be shared between them and with any other RESP parser. The others make a structured value of
//! the bytes (with `arbitrary`), so that nearly every input is valid and reaches far.
//!
//! Limits are low in some inputs, that of a frame included, so that a few dozen bytes reach them; in the
//! others they are the defaults for what is announced, so that every digit of a number counts.
//!
//! # To add a target
//!
//! A module with a function from bytes to nothing, and one that says what an input reaches; a row in
//! [`TARGETS`]; a program in `fuzz/`. `docs/fuzzing.md` does it step by step.

#![expect(clippy::panic, reason = "panicking is how a target reports")]

mod conversion;
mod layout;
pub mod mutate;
pub mod oracle;
mod reading;
mod redis_rules;
mod reference;
pub mod request;
pub mod roundtrip;
#[cfg(feature = "server")]
pub mod server;
mod spelling;
pub mod split;
mod tokens;
mod view;
mod wire;

pub use wire::Wire;

use alloc::collections::BTreeSet;
use alloc::string::String;

/// What an input reaches, in names that say it: rows of the table, kinds of error, commands.
pub type Reached = BTreeSet<String>;

/// A target whose body is in the library.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Its name: that of the program in `fuzz/`, and of the directory of its seeds.
    pub name: &'static str,
    /// Panics if a promise is broken.
    pub run: fn(&[u8]),
    /// What an input reaches.
    pub reaches: fn(&[u8]) -> Reached,
    /// Whether its input is a [`Wire`].
    pub wire: bool,
}

impl Target {
    /// A target whose input is a [`Wire`], and whose body is not in the library.
    pub const fn elsewhere(
        name: &'static str,
        run: fn(&[u8]),
        reaches: fn(&[u8]) -> Reached,
    ) -> Target {
        Target { name, run, reaches, wire: true }
    }
}

/// Every target whose body is in the library.
///
/// ```
/// for target in resp_machine::fuzzing::TARGETS {
///     (target.run)(b"\x01+OK\r\n");
/// }
/// ```
pub static TARGETS: &[Target] = &[
    Target { name: "split", run: split::run, reaches: wire::reaches, wire: true },
    Target { name: "oracle", run: oracle::run, reaches: wire::reaches, wire: true },
    Target { name: "roundtrip", run: roundtrip::run, reaches: roundtrip::reaches, wire: false },
    Target { name: "mutate", run: mutate::run, reaches: mutate::reaches, wire: false },
    Target { name: "request", run: request::run, reaches: request::reaches, wire: false },
    #[cfg(feature = "server")]
    Target { name: "server", run: server::run, reaches: server::reaches, wire: false },
];
