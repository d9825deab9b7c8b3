//! Each leaf by itself: input, and the value with what is left, the fault with its index, or that
//! more is needed.
//!
//! The suites beside the crate test the leaves through the machine, which never calls one on an
//! unfinished line; whoever composes them with nom does.

use super::*;
use ErrorKind as K;

/// What a leaf said: the value printed and the bytes behind it, or the fault.
#[derive(Debug, PartialEq)]
enum Said {
    Value(alloc::string::String, usize),
    Fault(ErrorKind, usize),
    More,
}

fn said<T: core::fmt::Debug>(input: &[u8], leaf: Leaf<'_, T>) -> Said {
    match leaf {
        Ok((rest, value)) => Said::Value(alloc::format!("{value:?}"), rest.len()),
        Err(Err::Incomplete(_)) => Said::More,
        Err(Err::Error(fault) | Err::Failure(fault)) => {
            let at = input.len() - fault.input.len();
            if let Some(Found::Byte(byte)) = fault.found {
                assert_eq!(byte, input[at], "what was found is what is there");
            }
            Said::Fault(fault.kind.unwrap_or(ErrorKind::UnknownType), at)
        }
    }
}

fn value(text: &str, rest: usize) -> Said {
    Said::Value(text.into(), rest)
}

/// Tries each row, and each of its prefixes too: no verdict may change with what comes later.
fn table(rows: &[(&[u8], Said)], judge: impl Fn(&[u8]) -> Said) {
    for (input, expected) in rows {
        let name = input.escape_ascii();
        assert_eq!(judge(input), *expected, "{name}");
        for end in 0..input.len() {
            match judge(&input[..end]) {
                Said::More => {}
                Said::Fault(kind, at) => assert_eq!(Said::Fault(kind, at), *expected, "{name}"),
                Said::Value(text, rest) => {
                    assert_eq!(Said::Value(text, rest + input.len() - end), *expected, "{name}");
                }
            }
        }
    }
}

#[test]
fn texts_nulls_and_booleans() {
    table(
        &[
            (b"\r\n", value("[]", 0)),
            (b"a\r\n:", value("[97]", 1)),
            (b"0123456789abcdefghij\n", Said::Fault(K::BareLf, 20)),
            (b"a\nb\r\n", Said::Fault(K::BareLf, 1)),
            (b"a\rb\r\n", Said::Fault(K::BareCr, 2)),
            (b"a\r\r\n", Said::Fault(K::BareCr, 2)),
            (b"a\r", Said::More),
            (b"", Said::More),
        ],
        |input| said(input, text(input)),
    );
    table(
        &[
            (b"\r\nx", value("()", 1)),
            (b"x\r\n", Said::Fault(K::InvalidNull, 0)),
            (b"\n", Said::Fault(K::BareLf, 0)),
            (b"\rx", Said::Fault(K::BareCr, 1)),
            (b"x", Said::More),
        ],
        |input| said(input, null(input)),
    );
    table(
        &[
            (b"t\r\n", value("true", 0)),
            (b"f\r\n", value("false", 0)),
            (b"T\r\n", Said::Fault(K::InvalidBoolean, 0)),
            (b"\r\n", Said::Fault(K::InvalidBoolean, 0)),
            (b"true\r\n", Said::Fault(K::InvalidBoolean, 1)),
            (b"t\n", Said::Fault(K::BareLf, 1)),
            (b"x", Said::More),
            (b"x\r", Said::More),
        ],
        |input| said(input, boolean(input)),
    );
    table(&[(b".\r\n", Said::Fault(K::InvalidStreamEnd, 0)), (b"\r\n", value("()", 0))], |input| {
        said(input, stream_end(input))
    });
}

#[test]
fn lines_end_at_the_first_of_either() {
    // Neighbours of CR and LF, and the same with the highest bit, in words and behind them.
    let bytes = [0, 1, 9, 10, 11, 12, 13, 14, b'a', 0x7f, 0x80, 0x89, 0x8a, 0x8b, 0x8d, 0x8e, 0xff];
    for length in 0..20 {
        for behind in 0..length {
            for before in bytes {
                for byte in bytes {
                    for after in [b'a', b'\r', b'\n', 11, 14] {
                        let mut input = vec![before; length];
                        input[behind] = byte;
                        input[behind + 1..].fill(after);
                        let end = input.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                        assert_eq!(line_break(&input), end, "{}", input.escape_ascii());
                    }
                }
            }
        }
    }
}

/// A fault says what was expected, and what came, of a leaf; and of a combinator, where.
#[test]
fn faults_say_what_is_wrong() {
    let Err(Err::Error(fault)) = boolean(b"x\r\n") else { panic!("a boolean") };
    assert_eq!(
        fault.to_string(),
        format!("expected {}, found {}", fault.expected, Found::Byte(b'x'))
    );
    assert_eq!(Fault { found: None, ..fault }.to_string(), format!("expected {}", fault.expected));
    assert_eq!(Fault { kind: None, ..fault }.to_string(), "no match, 3 bytes before the end");
}

#[test]
fn sizes() {
    let bulk = Forms::length(512).null(true).streamed(true);
    table(
        &[
            (b"0\r\n", value("Exactly(0)", 0)),
            (b"512\r\n", value("Exactly(512)", 0)),
            (b"-1\r\n", value("Null", 0)),
            (b"?\r\n", value("Streamed", 0)),
            (b"513\r\n", Said::Fault(K::BlobTooLong, 0)),
            (b"99999999999999999999999\r\n", Said::Fault(K::BlobTooLong, 0)),
            (b"00\r\n", Said::Fault(K::InvalidLength, 1)),
            (b"-2\r\n", Said::Fault(K::InvalidLength, 1)),
            (b"-11\r\n", Said::Fault(K::InvalidLength, 2)),
            (b"-\r\n", Said::Fault(K::InvalidLength, 1)),
            (b"+1\r\n", Said::Fault(K::InvalidLength, 0)),
            (b"\r\n", Said::Fault(K::InvalidLength, 0)),
            (b"1x\r\n", Said::Fault(K::InvalidLength, 1)),
            (b"??\r\n", Said::Fault(K::InvalidLength, 1)),
            (b"1\n", Said::Fault(K::BareLf, 1)),
            (b"1\rx", Said::Fault(K::BareCr, 2)),
            (b"12", Said::More),
        ],
        |input| said(input, size(bulk)(input)),
    );
    let count = Forms::count(9).negative(true);
    table(
        &[
            (b"9\r\n", value("Exactly(9)", 0)),
            (b"10\r\n", Said::Fault(K::TooManyElements, 0)),
            (b"-1\r\n", value("Null", 0)),
            (b"-2\r\n", value("Negative", 0)),
            (b"-9223372036854775808\r\n", value("Negative", 0)),
            (b"-9223372036854775809\r\n", Said::Fault(K::InvalidCount, 0)),
            (b"-0\r\n", Said::Fault(K::InvalidCount, 1)),
            (b"?\r\n", Said::Fault(K::InvalidCount, 0)),
        ],
        |input| said(input, size(count)(input)),
    );
    let least = Forms::length(99).at_least(4);
    table(
        &[
            (b"4\r\n", value("Exactly(4)", 0)),
            (b"3\r\n", Said::Fault(K::VerbatimTooShort, 0)),
            (b"0\r\n", Said::Fault(K::VerbatimTooShort, 0)),
            (b"30\r\n", value("Exactly(30)", 0)),
            (b"3x\r\n", Said::Fault(K::InvalidLength, 1)),
        ],
        |input| said(input, size(least)(input)),
    );
}

#[test]
fn integers_and_big_numbers() {
    table(
        &[
            (b"0\r\n", value("0", 0)),
            (b"-0\r\n", value("0", 0)),
            (b"+5\r\n", value("5", 0)),
            (b"0000000000000000000000000000012\r\n", value("12", 0)),
            (b"9223372036854775807\r\n", value("9223372036854775807", 0)),
            (b"-9223372036854775808\r\n", value("-9223372036854775808", 0)),
            (b"9223372036854775808\r\n", Said::Fault(K::IntegerOutOfRange, 0)),
            (b"-9223372036854775809\r\n", Said::Fault(K::IntegerOutOfRange, 0)),
            (b"99999999999999999999\r\n", Said::Fault(K::IntegerOutOfRange, 0)),
            (b"123456789012345678x\r\n", Said::Fault(K::InvalidInteger, 18)),
            (b"1234567890123456789x\r\n", Said::Fault(K::InvalidInteger, 19)),
            (b"\r\n", Said::Fault(K::InvalidInteger, 0)),
            (b"-\r\n", Said::Fault(K::InvalidInteger, 1)),
            (b"--1\r\n", Said::Fault(K::InvalidInteger, 1)),
            (b"1.5\r\n", Said::Fault(K::InvalidInteger, 1)),
            (b"1\n", Said::Fault(K::BareLf, 1)),
            (b"x", Said::More),
        ],
        |input| said(input, integer(input)),
    );
    table(
        &[
            (b"+12\r\n", value("[43, 49, 50]", 0)),
            (b"\r\n", Said::Fault(K::InvalidBigNumber, 0)),
            (b"+\r\n", Said::Fault(K::InvalidBigNumber, 1)),
            (b"1 2\r\n", Said::Fault(K::InvalidBigNumber, 1)),
            (b"12\r1", Said::Fault(K::BareCr, 3)),
        ],
        |input| said(input, big_number(input)),
    );
}

#[test]
fn doubles() {
    let valid = [
        "0",
        "-0",
        "+1",
        "1.5",
        "01.50",
        "1e5",
        "1E+5",
        "1.5e-5",
        "inf",
        "-inf",
        "nan",
        "-nan",
        "NAN",
        "nan()",
        "-nan(0x8_a)",
        "1e999999",
    ];
    for text in valid {
        let line = alloc::format!("{text}\r\n");
        let (rest, read) = double(line.as_bytes()).unwrap();
        assert_eq!((rest, read), (&b""[..], text.as_bytes()));
        assert!(number::is_double(text.as_bytes()), "{text}");
    }
    let invalid = [
        ("", 0),
        (".5", 0),
        ("5.", 2),
        ("1.e5", 2),
        ("1e", 2),
        ("1e+", 3),
        ("e5", 0),
        ("+", 1),
        ("+inf", 1),
        ("+nan", 1),
        ("INF", 0),
        ("Inf", 0),
        ("infinity", 3),
        ("in", 2),
        ("NaN", 1),
        ("nan(", 4),
        ("nan(-)", 4),
        ("nan(ab-)", 6),
        ("nan()x", 5),
        ("inf(1)", 3),
        ("0x1", 1),
        ("1 ", 1),
        ("1_0", 1),
        ("--1", 1),
    ];
    for (text, at) in invalid {
        let line = alloc::format!("{text}\r\n");
        let fault = said(line.as_bytes(), double(line.as_bytes()));
        assert_eq!(fault, Said::Fault(K::InvalidDouble, at), "{text}");
        assert!(!number::is_double(text.as_bytes()), "{text}");
    }
}

#[test]
fn bodies() {
    table(
        &[
            (b"abc\r\nx", value("[97, 98, 99]", 1)),
            (b"\r\n\r\r\n", value("[13, 10, 13]", 0)),
            (b"abcX", Said::Fault(K::BlobNotTerminated, 3)),
            (b"abc\rX", Said::Fault(K::BlobNotTerminated, 4)),
            (b"abc\r", Said::More),
            (b"ab", Said::More),
        ],
        |input| said(input, body(3)(input)),
    );
    assert!(body(usize::MAX)(b"abc").unwrap_err().is_incomplete());
    table(
        &[
            (b"txt:a\r\n", value("([116, 120, 116], [97])", 0)),
            (b"txtx", Said::Fault(K::VerbatimFormat, 3)),
            (b"txt:aX", Said::Fault(K::BlobNotTerminated, 5)),
        ],
        |input| said(input, verbatim(5)(input)),
    );
    // A length of three is too short for a format and its colon.
    let at_least = |length, input| said(input, verbatim(length)(input));
    assert_eq!(at_least(3, b"txt\r\n"), Said::Fault(K::VerbatimTooShort, 0));
    assert_eq!(at_least(4, b"txt:\r\n"), value("([116, 120, 116], [])", 0));
    // What is missing is known.
    assert_eq!(blob::format(b"t"), Err(Err::Incomplete(Needed::new(3))));
    assert_eq!(body(5)(b"a\r"), Err(Err::Incomplete(Needed::new(5))));
}

#[test]
fn inline_commands() {
    let words = |input: &'static [u8]| {
        inline_command(input).map(|(rest, inline)| {
            let words: alloc::vec::Vec<_> = inline
                .words()
                .map(|word| {
                    let bytes: alloc::vec::Vec<u8> = word.bytes().collect();
                    // A word that says it is plain is what its letters are.
                    assert!(word.plain().is_none_or(|plain| plain == bytes));
                    alloc::string::String::from_utf8_lossy(&bytes).into_owned()
                })
                .collect();
            (rest, words)
        })
    };
    let rows: [(&'static [u8], Said); 14] = [
        (b"\n", value("[]", 0)),
        (b"GET k\r\nx", value(r#"["GET", "k"]"#, 1)),
        (b" \t a\x0b b \r\n", value(r#"["a\u{b}", "b"]"#, 0)),
        (b"\"a b\" 'c d'\n", value(r#"["a b", "c d"]"#, 0)),
        (b"\"\\x41\\n\\q\\\"\" '\\n\\''\n", value(r#"["A\nq\"", "\\n'"]"#, 0)),
        (b"a\"b c\"\n", value(r#"["ab c"]"#, 0)),
        (b"\"\" ''\n", value(r#"["", ""]"#, 0)),
        (b"\"a\"b\n", Said::Fault(K::UnbalancedQuotes, 3)),
        (b"\"a\r\n", Said::Fault(K::UnbalancedQuotes, 3)),
        (b"'a\\'\n", Said::Fault(K::UnbalancedQuotes, 4)),
        (b"a\0\n", Said::Fault(K::NulInInline, 1)),
        (b"\"\\\0\"\n", Said::Fault(K::NulInInline, 2)),
        (b"'a'\0\n", Said::Fault(K::NulInInline, 3)),
        (b"\"a\0\"", Said::More),
    ];
    for (input, expected) in rows {
        assert_eq!(said(input, words(input)), expected, "{}", input.escape_ascii());
    }
}

/// Two hexadecimal digits are a byte, and anything else behind `\x` is not.
#[test]
fn hexadecimal_escapes() {
    for byte in 0..=u8::MAX {
        let spelled = [format!("{byte:02x}"), format!("{byte:02X}")];
        for digits in spelled {
            let line = format!("\"\\x{digits}\"\n");
            let (_, inline) = inline_command(line.as_bytes()).unwrap();
            let word = inline.words().next().unwrap();
            assert_eq!(word.bytes().collect::<alloc::vec::Vec<_>>(), [byte], "{line}");
        }
    }
    for digits in ["1", "1g", "g1", "", " 1", "1 ", "@1", "1`", "G0"] {
        let line = format!("\"\\x{digits}\"\n");
        let (_, inline) = inline_command(line.as_bytes()).unwrap();
        let word = inline.words().next().unwrap();
        assert!(word.bytes().eq([b"x", digits.as_bytes()].concat()), "{line}");
    }
}

/// Which words need no unquoting, and what they are then.
#[test]
fn plain_words() {
    for (raw, plain) in [
        (&b"abc"[..], Some(&b"abc"[..])),
        (b"a\\n", Some(b"a\\n")),
        (b"\"a b\"", Some(b"a b")),
        (b"'a b'", Some(b"a b")),
        (b"\"\"", Some(b"")),
        (b"''", Some(b"")),
        (b"\"a'b\"", Some(b"a'b")),
        (b"\"a\\n\"", None),
        (b"'a\\'b'", None),
        (b"a\"b\"", None),
        (b"a'b'", None),
    ] {
        let line = [raw, b"\n"].concat();
        let (_, inline) = inline_command(&line).unwrap();
        assert_eq!(inline.line(), raw);
        let words: alloc::vec::Vec<_> = inline.words().collect();
        assert_eq!((words.len(), words[0].raw()), (1, raw));
        assert_eq!(words[0].plain(), plain, "{}", raw.escape_ascii());
    }
}

/// The size that is read in one stride is the one that the leaf reads, if it reads any.
#[test]
fn a_size_in_one_stride_is_a_size() {
    let numbers = (0..1200u64).map(|number| number.to_string());
    let odd = ["", "-1", "?", "00", "01", "099", "18446744073709551615", "18446744073709551616"];
    for number in numbers.chain(odd.map(str::to_owned)) {
        for behind in
            ["", "\r", "\n", "\r\n", "\r\nx", "\r\nxyz", "x\r\n", "\rx", "\r\r\n", ":\r\n"]
        {
            let line = format!("{number}{behind}");
            for limit in [2, 3, 4, 20] {
                let expected = match size(Forms::length(u64::MAX))(line.as_bytes()) {
                    Ok((rest, Size::Exactly(value))) if number.len() <= limit => {
                        Some((rest, value))
                    }
                    _ => None,
                };
                assert_eq!(
                    number::short_size(line.as_bytes(), limit),
                    expected,
                    "{line:?} {limit}"
                );
            }
        }
    }
}

#[test]
fn integers_of_every_length_are_what_the_standard_library_reads() {
    let mut seed = 1u64;
    for digits in 1..=19u32 {
        for _ in 0..2_000 {
            // A linear congruential generator: any spread of digits will do.
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let value = (seed >> 1) as i64 % 10i64.saturating_pow(digits);
            for value in [value, -value] {
                for behind in ["\r\n", "\r\n:1", "\r\n99999999"] {
                    let line = format!("{value}{behind}");
                    let read = integer(line.as_bytes());
                    assert_eq!(read, Ok((&behind.as_bytes()[2..], value)), "{line:?}");
                }
            }
        }
    }
    // What is no digit, in each place of two words, whatever follows.
    let behind: [&[u8]; 5] = [b"", b"12345678", b"........", &[0xb5; 8], &[0xff; 8]];
    for digits in [1, 3, 7, 8, 15, 16] {
        for behind in behind {
            let line = [&b"1234567890123456"[..digits], b"\r\n", behind].concat();
            assert!(
                integer(&line).is_ok_and(|(rest, _)| rest == behind),
                "{}",
                line.escape_ascii()
            );
            for place in 0..digits {
                for byte in (0..=255u8).filter(|byte| !byte.is_ascii_digit()) {
                    let mut line = [&b"1234567890123456"[..digits], b"\r\n", behind].concat();
                    line[place] = byte;
                    let sign = place == 0 && digits > 1 && matches!(byte, b'+' | b'-');
                    assert_eq!(integer(&line).is_ok(), sign, "{}", line.escape_ascii());
                }
            }
        }
    }
}

/// What came in the place of a number within bounds is the number.
#[test]
fn a_number_out_of_bounds_is_told() {
    let found = |fault: Err<Fault<'_>>| match fault {
        Err::Error(fault) => (fault.kind.unwrap(), fault.found.unwrap()),
        other => panic!("{other:?}"),
    };
    let most = |forms: Forms, line| found(size(forms)(line).unwrap_err());
    assert_eq!(most(Forms::length(9), b"10\r\n"), (K::BlobTooLong, Found::Number(10)));
    assert_eq!(most(Forms::count(9), b"10\r\n"), (K::TooManyElements, Found::Number(10)));
    let huge = b"18446744073709551616\r\n";
    assert_eq!(most(Forms::count(9), huge), (K::TooManyElements, Found::HugeNumber));
    assert_eq!(found(integer(huge).unwrap_err()), (K::IntegerOutOfRange, Found::HugeNumber));
}

#[test]
fn decimals_are_what_the_standard_library_reads() {
    let mut seed = 7u64;
    let mut texts: Vec<String> =
        ["0", "-0", "+0.0", "0.1", "-0.3", "123456789012345", "9.99999999999999"]
            .map(str::to_owned)
            .to_vec();
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let digits = (seed >> 20) % 10u64.pow((seed % 18) as u32 + 1);
        let places = (seed >> 12) as usize % 17;
        let sign = ["", "-", "+"][(seed >> 8) as usize % 3];
        let padded = format!("{digits:0width$}", width = places + 1);
        let (whole, fraction) = padded.split_at(padded.len() - places);
        let point = if places > 0 { "." } else { "" };
        texts.push(format!("{sign}{whole}{point}{fraction}"));
        texts.push(format!("{sign}{whole}{point}{fraction}e{}", seed % 40));
    }
    for text in texts {
        let read = number::double_value(text.as_bytes());
        assert_eq!(read.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
    }
}
