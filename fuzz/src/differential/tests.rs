//! Each exception, by an input on which it is made; and a campaign over random inputs that must
//! need no other.

use super::*;

const EXCEPTIONS: &[(Exception, &str, &[u8])] = &[
    (Exception::Limit, "hiredis", b"$5000\r\n"),
    (Exception::Limit, "resp-rs", b"*5000\r\n"),
    (Exception::BehindForeign, "hiredis", b"!"),
    (Exception::BehindForeign, "redis-protocol", b"*2\r\n|0\r\n"),
    (Exception::ToldAtLineEnd, "hiredis", b"=\n"),
    (Exception::ToldAtLineEnd, "redis", b":\rx"),
    (Exception::ToldBeforeLineEnd, "resp-rs", b"__!"),
    (Exception::PushIsElement, "hiredis", b"*1\r\n>0\r\n:1\r\n"),
    (Exception::PushIsElement, "redis-protocol", b"*1\r\n>0\r\n:1\r\n"),
    (Exception::PushIsElement, "resp-rs", b"*1\r\n>0\r\n:1\r\n"),
    (Exception::Attribute, "hiredis", b"|1\r\n+a\r\n+b\r\n:1\r\n"),
    (Exception::Attribute, "redis-protocol", b"|0\r\n_\r\n"),
    (Exception::Attribute, "resp-rs", b"|1\r\n+a\r\n+b\r\n:1\r\n"),
    (Exception::Streamed, "hiredis", b"$?\r\n;0\r\n"),
    (Exception::Streamed, "redis", b"*?\r\n.\r\n"),
    (Exception::Streamed, "redis-protocol", b"%?\r\n.\r\n"),
    (Exception::Streamed, "resp-rs", b"~?\r\n.\r\n"),
    (Exception::Streamed, "resp-rs", b"=?\r\n"),
    (Exception::BulkError, "hiredis", b"!1\r\na\r\n"),
    (Exception::OldNull, "redis-protocol", b"$-1\r\n"),
    (Exception::OldNull, "redis-protocol", b"*-1\r\n"),
    (Exception::BigNumberPlus, "hiredis", b"(+5\r\n"),
    (Exception::IntegerSpelling, "hiredis", b":+5\r\n"),
    (Exception::IntegerSpelling, "hiredis", b":-0\r\n"),
    (Exception::DoubleSpelling, "hiredis", b",1e400\r\n"),
    (Exception::DoubleSpelling, "hiredis", b",nan(1)\r\n"),
    (Exception::DoubleSpelling, "redis", b",nan(1)\r\n"),
    (Exception::DoubleSpelling, "redis-protocol", b",-nan(1)\r\n"),
    (Exception::DoubleSpelling, "resp-rs", b",nan(1)\r\n"),
    (Exception::VerbatimFormat, "redis-protocol", b"=4\r\nabc:\r\n"),
    (Exception::VerbatimFormat, "redis", b"=4\r\na:b:\r\n"),
    (Exception::VerbatimFormat, "resp-rs", b"=4\r\na:b:\r\n"),
    (Exception::NotUtf8, "redis", b"+\xff\r\n"),
    (Exception::NotUtf8, "redis-protocol", b"-\xff\r\n"),
    (Exception::Hashed, "redis-protocol", b"~2\r\n:1\r\n:1\r\n"),
    (Exception::Hashed, "redis-protocol", b"%1\r\n*0\r\n:1\r\n"),
    (Exception::PushKind, "redis", b">0\r\n"),
    (Exception::PushKind, "redis", b">1\r\n:1\r\n"),
    (Exception::PushKind, "redis", b">1\r\n+OK\r\n"),
    (Exception::LineEnd, "redis", b"+a\nb\r\n"),
    (Exception::LineEnd, "redis-protocol", b"+a\rb\r\n"),
    (Exception::LineEnd, "resp-rs", b"-\r\r\n"),
    (Exception::Terminator, "hiredis", b"$1\r\naXX"),
    (Exception::Terminator, "redis-protocol", b"$1\r\naXX"),
    (Exception::Negative, "hiredis", b"%-1\r\n"),
    (Exception::Negative, "redis", b"$-5\r\n"),
    (Exception::LengthSpelling, "redis", b"%0 \r\n"),
    (Exception::LengthSpelling, "redis-protocol", b"$+1\r\na\r\n"),
    (Exception::LengthSpelling, "redis-protocol", b"$-0\r\n\r\n"),
    (Exception::LengthSpelling, "redis-protocol", b">09223372036854775808\r\n"),
    (Exception::LengthSpelling, "resp-rs", b"*01\r\n:1\r\n"),
    (Exception::LengthSpelling, "resp-rs", b"=04\r\ntxt:\r\n"),
    (Exception::BooleanSpelling, "hiredis", b"#T\r\n"),
    (Exception::BooleanSpelling, "hiredis", b"#\0\r\n"),
    (Exception::LooseDouble, "hiredis", b",0.\r\n"),
    (Exception::LooseDouble, "redis", b",.5\r\n"),
    (Exception::LooseDouble, "redis-protocol", b",INF\r\n"),
    (Exception::LooseDouble, "resp-rs", b",Infinity\r\n"),
    (Exception::LooseBigNumber, "hiredis", b"(-\r\n"),
    (Exception::LooseBigNumber, "redis", b"(x\r\n"),
    (Exception::LooseBigNumber, "redis-protocol", b"(x\r\n"),
    (Exception::LooseInteger, "redis", b": 5\r\n"),
    (Exception::LooseNull, "redis", b"_x\r\n"),
    (Exception::LooseNull, "redis-protocol", b"_x\r\n"),
    (Exception::VerbatimLate, "hiredis", b"=1\r\n"),
    (Exception::VerbatimLate, "redis", b"=3\r\na:b\r\n"),
    (Exception::VerbatimLate, "redis-protocol", b"=4\r\ntxtX\r\n"),
    (Exception::VerbatimLate, "resp-rs", b"=1\r\n"),
    (Exception::LooseChunk, "redis-protocol", b".\r\n"),
    (Exception::LooseChunk, "resp-rs", b";0\r\n"),
    (Exception::Hello, "redis-protocol", b"HELLO 3\r\n"),
];

/// What this library says, in the peer's terms.
fn ours(peer: &dyn Peer, input: &[u8]) -> Verdict {
    let mut parser = Parser::with_limits(Dialect::Resp3, limits());
    match parser.parse(input) {
        Ok(Some(parsed)) => {
            Verdict::Accept(keep(peer, Value::from(parsed.frame)), Some(parsed.consumed))
        }
        Ok(None) => Verdict::More,
        Err(_) => Verdict::Refuse,
    }
}

#[test]
fn each_exception_is_made_on_what_shows_it_and_is_a_disagreement() {
    for (exception, name, input) in EXCEPTIONS {
        let peers = peers();
        let Some(peer) = peers.iter().find(|peer| peer.name() == *name) else {
            // hiredis, whose sources have not been fetched.
            assert_eq!(*name, "hiredis");
            continue;
        };
        let peer = peer.as_ref();
        let made = compare(peer, input);
        assert!(made.contains(exception), "{name}: {made:?}: {}", input.escape_ascii());
        // These two say that the peer is not asked, `redis` and a negative length that it must not be.
        let unasked = matches!(exception, Exception::Limit | Exception::BehindForeign)
            || (*exception, *name) == (Exception::Negative, "redis");
        if !unasked {
            let (ours, theirs) = (ours(peer, input), peer.read(input));
            let same = match (&ours, &theirs) {
                (Verdict::Accept(a, _), Verdict::Accept(b, None)) => a == b,
                (a, b) => a == b,
            };
            assert!(!same, "{name} agrees by now: {ours:?} {}", input.escape_ascii());
        }
    }
}

#[test]
fn the_types_that_all_have_need_no_exception() {
    for peer in peers() {
        for input in [
            &b"+text\r\n:-5\r\n$3\r\na\r\n\r\n*2\r\n_\r\n#t\r\n,1.5\r\n%1\r\n+k\r\n:1\r\n"[..],
            b"=8\r\ntxt:text\r\n-ERR no\r\n(12345678901234567890\r\n>2\r\n+kind\r\n:1\r\n*0\r\n",
            b"*2\r\n:1\r\n$5\r\nhel",
            b"@\r\n",
            b"*x\r\n",
            b":1a\r\n",
            b"#yes\r\n",
        ] {
            assert_eq!(
                compare(peer.as_ref(), input),
                [],
                "{} {}",
                peer.name(),
                input.escape_ascii()
            );
        }
    }
}

/// A wrong reading on either side would be told.
#[test]
#[should_panic(expected = "redis: ")]
fn a_disagreement_is_told() {
    struct Wrong(redis_crate::RedisCrate);
    impl Peer for Wrong {
        fn name(&self) -> &'static str {
            self.0.name()
        }
        fn read(&self, input: &[u8]) -> Verdict {
            match self.0.read(input) {
                Verdict::Accept(Value::Integer(7), took) => {
                    Verdict::Accept(Value::Integer(8), took)
                }
                said => said,
            }
        }
        fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
            self.0.adapt(value)
        }
        fn spelling(&self, event: &Event<'_>, spelling: Option<&[u8]>) -> Option<Exception> {
            self.0.spelling(event, spelling)
        }
        fn looser(&self, error: &ProtocolError, line: &[u8], said: &Verdict) -> Option<Exception> {
            self.0.looser(error, line, said)
        }
    }
    compare(&Wrong(redis_crate::RedisCrate), b":6\r\n:7\r\n");
}

#[test]
fn random_inputs_need_no_other_exception() {
    const TOKENS: &[&[u8]] = &[
        b"*1\r\n",
        b"*2\r\n",
        b"%1\r\n",
        b"~1\r\n",
        b"|1\r\n",
        b">1\r\n",
        b"$?\r\n",
        b";1\r\na\r\n",
        b";0\r\n",
        b".\r\n",
        b":1\r\n",
        b"$1\r\na\r\n",
        b"=4\r\ntxt:\r\n",
        b"+OK\r\n",
        b"\r",
        b"\n",
        b"\r\n",
        b"-1",
        b"0",
        b"1",
        b"+",
        b"-",
        b":",
        b"$",
        b"*",
        b",",
        b"(",
        b"#",
        b"_",
        b"!",
        b"=",
        b"%",
        b"~",
        b"|",
        b">",
        b"t",
        b"f",
        b"inf",
        b"nan",
        b".",
        b"e5",
        b"T",
        b"?",
        b"x",
        b" ",
        b"\xff",
    ];
    let mut seed = 1u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 20) as usize
    };
    for _ in 0..100_000 {
        let tokens = 1 + next() % 9;
        let input: Vec<u8> =
            (0..tokens).flat_map(|_| TOKENS[next() % TOKENS.len()].to_vec()).collect();
        for peer in peers() {
            compare(peer.as_ref(), &input);
        }
    }
}
