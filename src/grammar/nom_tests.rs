//! The leaves among nom's combinators: what becomes of a fault on its way through them.

use super::*;
use alloc::string::ToString;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::streaming::tag;
use nom::combinator::{cut, map_res};
use nom::sequence::preceded;

/// The fault, and whether it forbids the next alternative.
fn fault<T: core::fmt::Debug>(leaf: Leaf<'_, T>) -> (Fault<'_>, bool) {
    match leaf {
        Err(Err::Error(fault)) => (fault, false),
        Err(Err::Failure(fault)) => (fault, true),
        other => panic!("a fault was expected, not {other:?}"),
    }
}

#[test]
fn a_fault_of_a_combinator_has_a_place_and_no_kind() {
    let mut field = preceded(tag::<_, _, Fault<'_>>("len:"), integer);
    let (missing, cuts) = fault(field.parse(b"siz:4\r\n"));
    assert_eq!((missing.kind, missing.found), (None, Some(Found::Byte(b's'))));
    assert_eq!((missing.input, cuts), (&b"siz:4\r\n"[..], false));
    assert_eq!(missing.to_string(), "no match, 7 bytes before the end");
    // A leaf's own fault comes through as it is.
    let (wrong, _) = fault(field.parse(b"len:x\r\n"));
    assert_eq!((wrong.kind, wrong.input), (Some(ErrorKind::InvalidInteger), &b"x\r\n"[..]));
    assert_eq!(wrong.to_string(), "expected a sign or a digit, found 'x'");
    assert_eq!(Fault { found: None, ..wrong }.to_string(), "expected a sign or a digit");
}

#[test]
fn alternatives_are_tried_until_one_is_cut() {
    let mut either = alt((integer, boolean.map(i64::from)));
    assert_eq!(either.parse(b"t\r\n"), Ok((&b""[..], 1)));
    // The last alternative's fault is the one that stays.
    let (last, _) = fault(either.parse(b"x\r\n"));
    assert_eq!(last.kind, Some(ErrorKind::InvalidBoolean));
    let mut first = alt((cut(integer), boolean.map(i64::from)));
    let (only, cuts) = fault(first.parse(b"t\r\n"));
    assert_eq!((only.kind, cuts), (Some(ErrorKind::InvalidInteger), true));
}

#[test]
fn a_value_that_a_caller_refuses_is_a_fault_where_it_began() {
    let mut small = map_res(integer, u8::try_from);
    assert_eq!(small.parse(b"255\r\n"), Ok((&b""[..], 255)));
    let (refused, cuts) = fault(small.parse(b"256\r\nrest"));
    assert_eq!((refused.kind, refused.input, cuts), (None, &b"256\r\nrest"[..], false));
    // At the end of the input there is nothing to show.
    let at_end = <Fault<'_> as nom::error::ParseError<_>>::from_error_kind(
        &b""[..],
        nom::error::ErrorKind::Eof,
    );
    assert_eq!(
        (at_end.found, at_end.to_string().as_str()),
        (None, "no match, 0 bytes before the end")
    );
}

#[test]
fn a_verbatim_string_has_room_for_its_format() {
    for length in 0..4 {
        let (short, _) = fault(verbatim(length)(b"txt:\r\n"));
        assert_eq!(short.kind, Some(ErrorKind::VerbatimTooShort));
        assert_eq!(short.found, Some(Found::Number(length as u64)));
    }
    let wire = b"txt:ab\r\n";
    assert_eq!(verbatim(6)(wire), Ok((&b""[..], (*b"txt", &b"ab"[..]))));
    for end in 0..wire.len() {
        assert!(verbatim(6)(&wire[..end]).unwrap_err().is_incomplete(), "{end}");
    }
    for (input, kind, at) in [
        (&b"txt;ab\r\n"[..], ErrorKind::VerbatimFormat, 3),
        (b"txt:ab\n", ErrorKind::BlobNotTerminated, 6),
        (b"txt:ab\rb", ErrorKind::BlobNotTerminated, 7),
    ] {
        let (fault, _) = fault(verbatim(6)(input));
        assert_eq!((fault.kind, input.len() - fault.input.len()), (Some(kind), at));
    }
}
