//! The tagged JSON form: a frame as a JSON object that loses nothing of its types.
//!
//! | `t` | fields |
//! | --- | --- |
//! | `simple`, `error`, `bulk`, `bulkerror` | `b64`; a streamed bulk also `streamed` and `chunks` |
//! | `int`, `bignum` | `v`, canonical decimal; `text`, if the wire spells it differently |
//! | `null` | `wire`: `$`, `*` or `_` |
//! | `bool` | `v` |
//! | `double` | `v`: `inf`, `-inf`, `nan` or a decimal; `text`, as on the wire; `bits`, in hex |
//! | `verbatim` | `fmt`: three characters, each one byte; `b64` |
//! | `array`, `set`, `push` | `items`; `streamed` |
//! | `map` | `pairs`: `[[key, value], …]`; `streamed` |
//! | `attr` | `pairs`, and `of`: the value described |
//! | `inline` | `args`: a list of base64 |
//!
//! Where `b64` is read, `parts` may stand instead: a list of `[base64, n]`, each repeated n times.
//! Neither direction recurses, so that a frame of any depth passes.

mod json;
mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
