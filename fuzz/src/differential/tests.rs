//! Each exception, by an input on which it is made and one beside it on which it is not; and a
//! campaign over random inputs that must need no other.

use super::*;
use Dialect::{Resp2, Resp3};
use Exception::*;
use rows::ROWS;

/// Exceptions that say that a verdict means nothing, so that it may be the same.
const UNASKED: &[Exception] = &[OneReader];

/// What this library says, of which the peer keeps all but for what `shown` says.
fn ours(peer: &dyn Peer, input: &[u8], shown: Exception) -> Verdict {
    let keep = |value: Value| match peer.keeps(value.clone()) {
        Err((_, exception)) if exception == shown => Ok(value),
        kept => kept,
    };
    let mut parser = Parser::with_limits(peer.dialect(), limits(peer.dialect()));
    match parser.parse(input) {
        Ok(Some(parsed)) => {
            let mut kept = |value| replaced(value, &mut Vec::new(), &keep);
            let value = map(Value::from(parsed.frame), &mut kept);
            Verdict::Accept(value, Some(parsed.consumed))
        }
        Ok(None) => Verdict::More,
        Err(_) => Verdict::Refuse,
    }
}

/// `None` for hiredis, if its sources have not been fetched.
fn peer(name: &str, dialect: Dialect) -> Option<Box<dyn Peer>> {
    let found = peers_of(dialect).into_iter().find(|peer| peer.name() == name);
    assert!(found.is_some() || (name == "hiredis" && cfg!(not(hiredis))), "{name}");
    found
}

fn made(peer: &dyn Peer, input: &[u8]) -> Vec<Exception> {
    compare(peer, Wire::new(peer.dialect(), input))
}

#[test]
fn every_exception_has_a_row() {
    for exception in Exception::ALL {
        assert!(ROWS.iter().any(|row| row.0 == *exception), "{exception:?} is shown by nothing");
    }
}

#[test]
fn each_exception_is_made_on_what_shows_it_and_is_a_disagreement() {
    for (exception, name, dialect, input, _) in ROWS {
        let Some(peer) = peer(name, *dialect) else { continue };
        let made = made(peer.as_ref(), input);
        assert!(made.contains(exception), "{name}: {made:?}: {}", input.escape_ascii());
        if !UNASKED.contains(exception) {
            let ours = ours(peer.as_ref(), input, *exception);
            let same = |theirs: Verdict| match (&ours, &theirs) {
                (Verdict::Accept(a, _), Verdict::Accept(b, None)) => a == b,
                (ours, theirs) => ours == theirs,
            };
            let agrees = same(peer.read(input)) && same(peer.read_pieces(&mut input.chunks(1)));
            assert!(!agrees, "{name} agrees by now: {ours:?} {}", input.escape_ascii());
        }
    }
}

/// So an exception that is made too often is red.
#[test]
fn no_exception_is_made_beside_what_shows_it() {
    for (exception, name, dialect, _, beside) in ROWS {
        let Some(peer) = peer(name, *dialect) else { continue };
        let made = made(peer.as_ref(), beside);
        assert!(!made.contains(exception), "{name}: {made:?}: {}", beside.escape_ascii());
    }
}

/// What is complete of a frame that is not, or wrong, is compared although the peer reads it in
/// another way: none of these could be sent as they are.
#[test]
fn behind_what_a_peer_reads_otherwise_it_is_still_compared() {
    struct Silent<'a>(&'a dyn Peer, std::cell::Cell<Option<Vec<u8>>>);
    impl Peer for Silent<'_> {
        fn name(&self) -> &'static str {
            self.0.name()
        }
        fn dialect(&self) -> Dialect {
            self.0.dialect()
        }
        fn read(&self, input: &[u8]) -> Verdict {
            // What is before a fault is asked behind it.
            let before = self.1.take().unwrap_or_default();
            self.1.set(Some(if input.len() > before.len() { input.to_vec() } else { before }));
            self.0.read(input)
        }
        fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict {
            self.0.read_pieces(pieces)
        }
        fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
            self.0.adapt(value)
        }
        fn marker(&self, marker: u8) -> Result<u8, (u8, Exception)> {
            self.0.marker(marker)
        }
        fn spelling(&self, event: &Event<'_>, spelling: Option<&[u8]>) -> Option<Exception> {
            self.0.spelling(event, spelling)
        }
        fn keeps(&self, value: Value) -> Result<Value, (Value, Exception)> {
            self.0.keeps(value)
        }
        fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
            self.0.looser(fault)
        }
    }
    let sent = |peer: &dyn Peer, input: &[u8]| {
        let peer = Silent(peer, Default::default());
        made(&peer, input);
        peer.1.take().map(|sent| sent.escape_ascii().to_string())
    };
    let resp_rs = peer("resp-rs", Resp3).unwrap();
    for (input, adapted) in [
        (&b"*?\r\n~?\r\n:1\r\n.\r\n:x\r\n"[..], r"*999\r\n~1\r\n:1\r\n:x\r\n"),
        (b"%?\r\n|1\r\n+a\r\n+b\r\n+k\r\n$?\r\n;1\r\nv\r\n;5", r"%499\r\n+k\r\n!5"),
        (b"*2\r\n>1\r\n+a\r\n:1\r\n@", r"*2\r\n:1\r\n@"),
        (b"*2\r\n|1\r\n+a\r\n+b\r\n>0\r\n:1\r\n@", r"*2\r\n:1\r\n@"),
        (b"*3\r\n:+1\r\n,1e2\r\n_\r", r"*3\r\n:+1\r\n,1e2\r\n_\r"),
        (b"|1\r\n$?\r\n;1\r\nk\r\n;0\r\n:", r"|1\r\n$1\r\nk\r\n:"),
    ] {
        assert_eq!(sent(resp_rs.as_ref(), input).as_deref(), Some(adapted));
    }
    // What it does not keep changes nothing of what it is sent.
    let redis_protocol = peer("redis-protocol", Resp2).unwrap();
    let input = b"*2\r\n$-1\r\n:+1\r\n";
    assert_eq!(sent(redis_protocol.as_ref(), input).as_deref(), Some(r"*2\r\n$-1\r\n:+1\r\n"));
    if let Some(hiredis) = peer("hiredis", Resp3) {
        let input = b"*3\r\n:+1\r\n!1\r\na\r\n!3\r\nxy";
        let adapted = r"*3\r\n:1\r\n$1\r\na\r\n$3\r\nxy";
        assert_eq!(sent(hiredis.as_ref(), input).as_deref(), Some(adapted));
    }
}

#[test]
fn the_types_that_all_have_need_no_exception() {
    for peer in peers() {
        for input in [
            &b"+text\r\n:-5\r\n$3\r\na\r\n\r\n*2\r\n*0\r\n-ERR no\r\n"[..],
            b"*2\r\n:1\r\n$5\r\nhel",
            b"*x\r\n",
            b":1a\r\n",
        ] {
            assert_eq!(made(peer.as_ref(), input), [], "{} {}", peer.name(), input.escape_ascii());
        }
    }
    // Nobody reads the latter as a frame of RESP2.
    for (input, peers) in [(&b"@\r\n"[..], peers()), (b"HELLO 3\r\n", peers_of(Resp2))] {
        for peer in peers {
            let made = made(peer.as_ref(), input);
            assert!(made.iter().all(|made| *made == MarkerDropped), "{} {made:?}", peer.name());
        }
    }
    for peer in peers_of(Resp3) {
        for input in [
            &b"*2\r\n_\r\n#t\r\n,1.5\r\n%1\r\n+k\r\n:1\r\n"[..],
            b"=8\r\ntxt:text\r\n(12345678901234567890\r\n>2\r\n$4\r\nkind\r\n:1\r\n*0\r\n",
            b"%2\r\n,1.5\r\n=8\r\ntxt:text\r\n(1234567890\r\n~2\r\n#t\r\n_",
            b"#yes\r\n",
        ] {
            assert_eq!(made(peer.as_ref(), input), [], "{} {}", peer.name(), input.escape_ascii());
        }
    }
}

/// A peer that is wrong.
#[derive(Clone, Copy)]
struct Wrong {
    peer: redis_crate::RedisCrate,
    /// What it says of an input in place of what is right.
    says: fn(&[u8], Verdict) -> Verdict,
    /// Whether of a whole, too, and not of pieces alone.
    whole: bool,
}

impl Peer for Wrong {
    fn name(&self) -> &'static str {
        self.peer.name()
    }
    fn dialect(&self) -> Dialect {
        self.peer.dialect()
    }
    fn read(&self, input: &[u8]) -> Verdict {
        let said = self.peer.read(input);
        if self.whole { (self.says)(input, said) } else { said }
    }
    fn read_pieces(&self, pieces: &mut dyn Iterator<Item = &[u8]>) -> Verdict {
        let pieces: Vec<&[u8]> = pieces.collect();
        (self.says)(&pieces.concat(), self.peer.read_pieces(&mut pieces.iter().copied()))
    }
    fn adapt(&self, value: Value) -> Result<Value, (Value, Exception)> {
        self.peer.adapt(value)
    }
    fn spelling(&self, event: &Event<'_>, spelling: Option<&[u8]>) -> Option<Exception> {
        self.peer.spelling(event, spelling)
    }
    fn over_limit(&self, fault: &Fault<'_>) -> Option<Verdict> {
        self.peer.over_limit(fault)
    }
    fn looser(&self, fault: &Fault<'_>) -> Option<(Exception, Verdict)> {
        self.peer.looser(fault)
    }
}

/// Compares a right input, and then one on which the peer is wrong.
fn wrong(whole: bool, right: &[u8], input: &[u8], says: fn(&[u8], Verdict) -> Verdict) {
    let peer = Wrong { peer: redis_crate::RedisCrate(Resp2), says, whole };
    made(&peer, right);
    made(&peer, input);
}

/// For 7 it says 8.
fn another(_: &[u8], said: Verdict) -> Verdict {
    match said {
        Verdict::Accept(Value::Integer(7), took) => Verdict::Accept(Value::Integer(8), took),
        said => said,
    }
}

/// A wrong reading on either side would be told.
#[test]
#[should_panic(expected = "redis (resp2): Accept(8, None), not Accept(7, None): :7")]
fn a_disagreement_is_told() {
    wrong(true, b":6\r\n", b":7\r\n", another);
}

#[test]
#[should_panic(expected = "redis (resp2): Accept(8, None) of pieces, not Accept(7, None)")]
fn a_disagreement_of_pieces_with_the_whole_is_told() {
    wrong(false, b":6\r\n", b":7\r\n", another);
}

/// A peer that is looser takes what it takes for one value alone.
#[test]
#[should_panic(expected = "Accept(8, None), not Accept(7, None) for LooseInteger")]
fn another_value_of_what_is_wrong_is_told() {
    wrong(true, b"*2\r\n: 6\r\n", b"*2\r\n: 7\r\n", another);
}

#[test]
#[should_panic(expected = "More, not Accept(+\"7\\n\", None) for LineEnd")]
fn waiting_for_more_than_the_line_that_is_wrong_is_told() {
    wrong(
        true,
        b"+6\n\r\n",
        b"+7\n\r\n",
        |input, said| {
            if input == b"+7\n\r\n" { Verdict::More } else { said }
        },
    );
}

#[test]
#[should_panic(expected = "More around Accept(7, None) for LooseInteger: *1")]
fn waiting_behind_what_the_line_that_is_wrong_completes_is_told() {
    wrong(true, b"*1\r\n: 6\r\n", b"*1\r\n: 7\r\n", |input, said| {
        if input == b"*1\r\n: 7\r\n" { Verdict::More } else { said }
    });
}

/// An exception that is too broad is one of a blob, too.
#[test]
#[should_panic(expected = "Refuse, not Accept(=???\"7\", None) for LooseVerbatim")]
fn a_refusal_of_what_the_peer_is_said_to_take_is_told() {
    let says = |input: &[u8], said| {
        if input.starts_with(b"=3\r\na:7") { Verdict::Refuse } else { said }
    };
    let peer = Wrong { peer: redis_crate::RedisCrate(Resp3), says, whole: true };
    made(&peer, b"=3\r\na:6\r\n");
    made(&peer, b"=3\r\na:7\r\n");
}

/// A length beyond 64 bits is a length again without its upper bits.
#[test]
#[should_panic(expected = "of a number over the limit")]
fn a_length_that_wraps_around_is_told() {
    wrong(true, b"$5000\r\n", b"$18446744073709551617\r\na\r\n", |input, said| {
        let wraps = input.starts_with(b"$18446744073709551617\r\n");
        if wraps { Verdict::Accept(Value::bulk("a"), None) } else { said }
    });
}

#[test]
#[should_panic(expected = "redis (resp2), of a number over the limit: $4097")]
fn a_number_over_a_limit_that_the_peer_refuses_is_told() {
    wrong(true, b"$4096\r\n", b"$4097\r\n", |input, said| {
        if input == b"$4097\r\n" { Verdict::Refuse } else { said }
    });
}

/// Both refuse the whole, the peer for what is right.
#[test]
#[should_panic(expected = "Refuse of a part: *2\\r\\n:7\\r\\n:")]
fn what_the_peer_refuses_before_the_fault_is_told() {
    wrong(true, b"*2\r\n:6\r\n:x\r\n", b"*2\r\n:7\r\n:x\r\n", |input, said| {
        if input.starts_with(b"*2\r\n:7\r\n") { Verdict::Refuse } else { said }
    });
}

/// Both refuse the whole, the peer for what is behind the fault.
#[test]
#[should_panic(expected = "redis (resp2): More, not InvalidInteger at 1 of :x\\r\\n")]
fn what_the_peer_refuses_behind_the_fault_is_told() {
    wrong(true, b"*2\r\n:y\r\n@", b"*2\r\n:x\r\n@", |input, said| {
        if input == b"*2\r\n:x\r\n" { Verdict::More } else { said }
    });
}

#[test]
fn random_inputs_need_no_other_exception() {
    const TOKENS: &[&[u8]] = &[
        b"*?\r\n",
        b"%?\r\n",
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
        b"1001",
        b"4097",
        b"9223372036854775807",
        b"9223372036854775808",
        b"18446744073709551617",
    ];
    let mut seed = 1u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 20) as usize
    };
    for _ in 0..25_000 {
        let tokens = 1 + next() % 9;
        let input: Vec<u8> =
            (0..tokens).flat_map(|_| TOKENS[next() % TOKENS.len()].to_vec()).collect();
        let cuts = [(next() % 8) as u8, (next() % 8) as u8];
        for peer in peers() {
            let mut wire = Wire::new(peer.dialect(), &input);
            wire.cuts = &cuts;
            compare(peer.as_ref(), wire);
        }
    }
}
