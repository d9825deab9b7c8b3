//! Bytes on the command line: text with escapes, the inverse of how bytes are printed.

/// Reads `\r \n \t \\ \" \' \xHH`; everything else stands for itself.
pub(super) fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut letters = text.chars().enumerate();
    while let Some((at, letter)) = letters.next() {
        if letter != '\\' {
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let place = at + 1;
        bytes.push(match letters.next() {
            Some((_, 'r')) => b'\r',
            Some((_, 'n')) => b'\n',
            Some((_, 't')) => b'\t',
            Some((_, same @ ('\\' | '"' | '\''))) => same as u8,
            Some((_, 'x')) => {
                let mut digit = || letters.next().and_then(|(_, letter)| letter.to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err(format!(r"\x at letter {place} needs two hexadecimal digits")),
                }
            }
            Some((_, other)) => {
                return Err(format!(
                    r#"\{other} at letter {place} is no escape; there are \r \n \t \\ \" \' \xHH"#
                ));
            }
            None => return Err(format!(r"the \ at letter {place}, the last, escapes nothing")),
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn every_byte_is_read_as_it_is_printed() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unescape(&all.escape_ascii().to_string()).unwrap(), all);
        assert_eq!(unescape("é€").unwrap(), "é€".as_bytes());
    }

    #[test]
    fn a_bad_escape_is_named() {
        let cases = [
            (r"a\q", r"\q at letter 2"),
            (r"ab\x4", r"\x at letter 3"),
            (r"\xg0", r"\x at letter 1"),
            ("a\\", "at letter 2, the last"),
            (r"\é", r"\é at letter 1"),
        ];
        for (text, expected) in cases {
            let error = unescape(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
