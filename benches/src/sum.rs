//! What "every value read" means, the same for every library: a sum over all values.
//!
//! Strings count their length and their first byte, so that their payload is touched; numbers
//! count themselves; aggregates count their elements. The sum does not depend on the order, since
//! some peers keep maps in hash tables.

pub fn string(bytes: &[u8]) -> u64 {
    (bytes.len() as u64)
        .wrapping_mul(31)
        .wrapping_add(u64::from(bytes.first().copied().unwrap_or(0)))
}

pub fn integer(value: i64) -> u64 {
    value as u64
}

pub fn double(value: f64) -> u64 {
    value.to_bits()
}

pub fn boolean(value: bool) -> u64 {
    2 + u64::from(value)
}

pub const NULL: u64 = 1;

pub fn elements(count: usize) -> u64 {
    count as u64
}
