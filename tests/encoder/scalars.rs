//! The functions that write one value each, and the words of an inline command.

use resp_machine::encode::{EncodeError as E, command, inline, scalar};
use resp_machine::event::{BigNumber, Null};

#[test]
fn lines_of_text_are_held_to_the_default_limit() {
    let most = vec![b'a'; 65_536];
    let more = vec![b'a'; 65_537];
    let mut out = Vec::new();
    for write in [scalar::simple_string, scalar::simple_error] {
        write(&mut out, &most).unwrap();
        assert_eq!(out.len(), 65_539);
        assert_eq!(write(&mut out, &more), Err(E::LineTooLong { limit: 65_536 }));
        assert_eq!(write(&mut out, b"a\nb"), Err(E::LineBreak { at: 1 }));
        assert_eq!(write(&mut out, b"ab\r"), Err(E::LineBreak { at: 2 }));
        assert_eq!(out.len(), 65_539);
        out.clear();
    }
    scalar::sanitized_error(&mut out, &more);
    assert_eq!(out.len(), 65_539);
    let digits = vec![b'1'; 65_537];
    let number = BigNumber::new(&digits).unwrap();
    assert_eq!(scalar::big_number(&mut out, number), Err(E::LineTooLong { limit: 65_536 }));
    assert_eq!(out.len(), 65_539);
    // Two words, and the space between them.
    let words = |last: usize| [vec![b'a'; 65_530], vec![b'a'; last]];
    out.truncate(3);
    inline(&mut out, words(5)).unwrap();
    assert_eq!(out.len(), 3 + 65_538);
    assert_eq!(inline(&mut out, words(6)), Err(E::LineTooLong { limit: 65_536 }));
    assert_eq!(out.len(), 3 + 65_538);
}

#[test]
fn each_scalar_has_its_bytes() {
    let written = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    };
    for length in [0, 1, 9, 10, 11, 42, 99, 100, 101, 1000] {
        let text = "x".repeat(length);
        let bytes = text.as_bytes();
        let blob = format!("{length}\r\n{text}\r\n");
        assert_eq!(written(&|out| scalar::bulk_string(out, bytes)), format!("${blob}"));
        assert_eq!(written(&|out| scalar::bulk_error(out, bytes)), format!("!{blob}"));
        let verbatim = format!("={}\r\ntxt:{text}\r\n", length + 4);
        assert_eq!(written(&|out| scalar::verbatim_string(out, *b"txt", bytes)), verbatim);
        let number = length as i64;
        assert_eq!(written(&|out| scalar::integer(out, number)), format!(":{number}\r\n"));
        assert_eq!(
            written(&|out| scalar::integer(out, -1 - number)),
            format!(":-{}\r\n", number + 1)
        );
        let array = format!("*{length}\r\n{}", "$1\r\na\r\n".repeat(length));
        assert_eq!(written(&|out| command(out, vec!["a"; length])), array);
    }
    assert_eq!(written(&|out| scalar::boolean(out, true)), "#t\r\n");
    assert_eq!(written(&|out| scalar::boolean(out, false)), "#f\r\n");
    assert_eq!(written(&|out| scalar::null(out, Null::Array)), "*-1\r\n");
    assert_eq!(
        written(&|out| scalar::big_number(out, BigNumber::new(b"12").unwrap()).unwrap()),
        "(12\r\n"
    );
    assert_eq!(written(&|out| scalar::simple_string(out, b"OK").unwrap()), "+OK\r\n");
    assert_eq!(written(&|out| scalar::simple_error(out, b"a").unwrap()), "-a\r\n");
    for text in ["7", "+7", "-007"] {
        let integer = written(&|out| scalar::integer_text(out, text.as_bytes()).unwrap());
        assert_eq!(integer, format!(":{text}\r\n"));
    }
    for text in [&b""[..], b"+", b"1a", b"9223372036854775808", b"\xff", &[b'0'; 65_537]] {
        let mut out = Vec::new();
        assert_eq!(scalar::integer_text(&mut out, text), Err(E::InvalidNumber));
        assert!(out.is_empty());
    }
    assert_eq!(written(&|out| scalar::sanitized_error(out, b"\ra\r\nb\n")), "- a  b \r\n");
    for (value, text) in [(f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf"), (-f64::NAN, "nan")] {
        assert_eq!(written(&|out| scalar::double(out, value)), format!(",{text}\r\n"));
    }
}

/// A word is quoted only if it must be: every byte by itself, and in a word.
#[test]
fn words_are_quoted_only_if_they_must_be() {
    for byte in 0..=u8::MAX {
        let hidden = byte < 0x20 || byte == 0x7f;
        let quoted: Vec<u8> = match byte {
            b'"' | b'\\' => vec![b'\\', byte],
            _ if hidden => format!("\\x{byte:02x}").into_bytes(),
            _ => vec![byte],
        };
        for (before, after) in [("", ""), ("a", "b")] {
            let word = [before.as_bytes(), &[byte], after.as_bytes()].concat();
            let plain = !hidden && !matches!(byte, b' ' | b'"' | b'\'') && word[0] != b'*';
            let expected = match plain {
                true => word.clone(),
                false => [b"\"", before.as_bytes(), &quoted, after.as_bytes(), b"\""].concat(),
            };
            let mut out = Vec::new();
            inline(&mut out, [&word[..]]).unwrap();
            assert_eq!(out, [&expected[..], b"\r\n"].concat());
        }
    }
    let mut out = Vec::new();
    inline(&mut out, ["", "a", "b"]).unwrap();
    assert_eq!(out, b"\"\" a b\r\n");
}
