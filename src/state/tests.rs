//! The look-ups that the compiler builds from the table, held against a search of the table.

use super::*;

/// Of two rows for one byte, the first; of two kinds of row, the one that names the byte.
fn found(dialect: Dialect, byte: u8) -> Option<Rule> {
    let mut rows = TABLE.iter().filter(|row| row.from == State::Start && row.allowed_in(dialect));
    let named = |row: &&Transition| matches!(row.on, On::Marker(kind) if kind.marker() == byte);
    let other = |row: &&Transition| row.on == On::OtherByte;
    rows.clone().find(named).or_else(|| rows.find(other)).map(|row| row.rule)
}

#[test]
fn the_first_byte_finds_the_first_row_that_names_it() {
    for dialect in Dialect::ALL {
        let built = start_rows(dialect);
        for byte in 0..=u8::MAX {
            let expected = found(dialect, byte);
            assert_eq!(start_row(dialect, byte), expected, "{dialect:?} {byte}");
            assert_eq!(built[usize::from(byte)], expected, "{dialect:?} {byte}");
        }
    }
}

#[test]
fn every_line_and_blob_finds_the_row_that_completes_it() {
    let built = value_rows();
    for byte in 0..=u8::MAX {
        let completes = |row: &&Transition| match row.on {
            On::Line(kind) | On::Bytes(kind) => kind as u8 == byte,
            _ => false,
        };
        let expected = TABLE.iter().find(completes).map(|row| row.rule);
        assert_eq!(built[usize::from(byte)], expected, "{byte}");
    }
    for kind in Type::MARKED {
        assert_eq!(value_row(kind), built[kind as usize], "{kind}");
    }
    assert_eq!(value_row(Type::Inline), Some(Rule::LineInline));
}

#[test]
fn states_and_dialects_are_named() {
    let letters = State::ALL.map(State::letter);
    assert_eq!(letters, ["S", "A", "B", "C", "D", "En", "END"]);
    let mut reads = State::ALL.map(State::reads);
    reads.sort_unstable();
    assert!(reads.windows(2).all(|pair| pair[0] != pair[1]), "{reads:?}");
    assert_eq!(Dialect::ALL.map(Dialect::name), ["resp2", "resp3", "request"]);
}
