//! The tagged JSON form: a frame as a JSON object that loses nothing of its types.
//! Its fields are described once, for who uses it, in `docs/tagged-json.md`. Neither direction
//! recurses, so that a frame of any depth passes.

mod json;
mod read;
mod write;

pub(super) use read::read;
pub(super) use write::{text, write};
