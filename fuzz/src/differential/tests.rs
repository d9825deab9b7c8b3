//! Each exception, by an input on which it is made and one beside it on which it is not; and a
//! campaign over random inputs that must need no other.

use super::*;
use Dialect::{Resp2, Resp3};
use Exception::*;

/// An exception, a peer in a dialect, an input on which it is made, and one like it on which it is
/// not.
type Row = (Exception, &'static str, Dialect, &'static [u8], &'static [u8]);

const ROWS: &[Row] = &[
    (Limit, "hiredis", Resp3, b"$9223372036854775807\r\n", b"$9223372036854775808\r\n"),
    (Limit, "hiredis", Resp2, b"*1\r\n*1001\r\n", b"*1\r\n*4294967296\r\n"),
    (Limit, "resp-rs", Resp3, b"*?\r\n*10000000\r\n", b"*?\r\n*10000001\r\n"),
    (Limit, "resp-rs", Resp2, b"$536870912\r\n", b"$18446744073709551617\r\na\r\n"),
    (Limit, "redis", Resp3, b"|5000\r\n", b"|9223372036854775808\r\n"),
    (Limit, "redis", Resp3, b"$5000 \r\n", b"$5000x\r\n"),
    (Limit, "redis-protocol", Resp3, b">18446744073709551615\r\n", b">18446744073709551616\r\n"),
    (Limit, "redis-protocol", Resp3, b"$9223372036854775807\r\n", b"$9223372036854775808\r\n"),
    (Limit, "redis-protocol", Resp2, b"*9223372036854775807\r\n", b"*18446744073709551617\r\n"),
    (OneReader, "hiredis", Resp2, b"*1\r\n#t\r\n", b"*1\r\n@t\r\n"),
    (OneReader, "redis", Resp2, b"_", b"*1\r\n:"),
    (ToldAtLineEnd, "hiredis", Resp3, b"=\n", b"=\n\r\n"),
    (ToldAtLineEnd, "redis", Resp3, b":\rx", b":x\r\n"),
    (ToldAtLineEnd, "redis-protocol", Resp2, b"$x\n", b"$x\r\n"),
    (ToldAtLineEnd, "resp-rs", Resp3, b"$1\r\naX", b"$1\r\naXX"),
    (ToldAtLineEnd, "resp-rs", Resp2, b":x\n", b":x\r\n"),
    (ToldBeforeLineEnd, "resp-rs", Resp3, b"__!", b"__"),
    (ToldBeforeLineEnd, "resp-rs", Resp3, b"*1\r\n_x!", b"_\r"),
    (PushIsElement, "hiredis", Resp3, b"*1\r\n>0\r\n:1\r\n", b">0\r\n*1\r\n:1\r\n"),
    (PushIsElement, "hiredis", Resp3, b">1\r\n>0\r\n", b">1\r\n*0\r\n"),
    (PushIsElement, "redis", Resp3, b"*2\r\n>1\r\n+a\r\n:1\r\n", b"*2\r\n>1\r\n+a"),
    (PushIsElement, "redis-protocol", Resp3, b"*1\r\n>0\r\n:1\r\n", b">1\r\n*0\r\n"),
    (PushIsElement, "resp-rs", Resp3, b"*1\r\n>0\r\n:1\r\n", b">1\r\n*0\r\n"),
    (Attribute, "hiredis", Resp3, b"|1\r\n+a\r\n+b\r\n:1\r\n", b"|1\r\n+a\r\n+b"),
    (Attribute, "redis-protocol", Resp3, b"|0\r\n_\r\n", b"|0\r"),
    (Attribute, "resp-rs", Resp3, b"|1\r\n+a\r\n+b\r\n:1\r\n", b"|1\r\n+a\r\n+b"),
    (Attribute, "resp-rs", Resp3, b"|0\r\n:", b"%0\r\n:"),
    (Streamed, "hiredis", Resp3, b"$?\r\n;0\r\n", b"$0\r\n\r\n"),
    (Streamed, "hiredis", Resp3, b"*?\r\n:1\r\n.", b"*3\r\n:1\r\n."),
    (Streamed, "resp-rs", Resp3, b"$?\r\n+", b"$?x"),
    (Streamed, "redis", Resp3, b"*?\r\n.\r\n", b"*?"),
    (Streamed, "redis-protocol", Resp3, b"%?\r\n.\r\n", b"%?"),
    (Streamed, "resp-rs", Resp3, b"~?\r\n.\r\n", b"~?"),
    (Streamed, "resp-rs", Resp3, b"=?\r\n", b"=?x\r\n"),
    (BulkError, "hiredis", Resp3, b"!1\r\na\r\n", b"$1\r\na\r\n"),
    (BulkError, "hiredis", Resp3, b"*2\r\n!1\r\na\r\n", b"*2\r\n=5\r\na"),
    (BulkError, "hiredis", Resp3, b"!", b"="),
    (OldNull, "redis-protocol", Resp3, b"$-1\r\n", b"$-1"),
    (OldNull, "redis-protocol", Resp3, b"*2\r\n*-1\r\n", b"*2\r\n_\r\n"),
    (BigNumberPlus, "hiredis", Resp3, b"(+5\r\n", b"(-5\r\n"),
    (IntegerSpelling, "hiredis", Resp3, b":+5\r\n", b":-5\r\n"),
    (IntegerSpelling, "hiredis", Resp2, b":-0\r\n", b":0\r\n"),
    (IntegerSpelling, "hiredis", Resp2, b"*2\r\n:007\r\n", b"*2\r\n:007"),
    (DoubleSpelling, "hiredis", Resp3, b",1e400\r\n", b",1e300\r\n"),
    (DoubleSpelling, "hiredis", Resp3, b",nan(1)\r\n", b",nan\r\n"),
    (DoubleSpelling, "redis", Resp3, b",nan(1)\r\n", b",1e400\r\n"),
    (DoubleSpelling, "redis-protocol", Resp3, b",-nan(1)\r\n", b",-nan\r\n"),
    (DoubleSpelling, "resp-rs", Resp3, b",nan(1)\r\n", b",NAN\r\n"),
    (VerbatimFormat, "redis-protocol", Resp3, b"=4\r\nabc:\r\n", b"=4\r\nmkd:\r\n"),
    (VerbatimFormat, "redis", Resp3, b"=4\r\na:b:\r\n", b"=5\r\nabc::\r\n"),
    (VerbatimFormat, "resp-rs", Resp3, b"=4\r\na:b:\r\n", b"=5\r\nabc::\r\n"),
    (NotUtf8, "redis", Resp3, b"+\xff\r\n", b"$1\r\n\xff\r\n"),
    (NotUtf8, "redis", Resp2, b"-\xff\r\n", b"-\xc3\xa9\r\n"),
    (NotUtf8, "redis-protocol", Resp3, b"-\xff\r\n", b"+\xff\r\n"),
    (NotUtf8, "redis-protocol", Resp2, b"-\xff\r\n", b"+\xff\r\n"),
    (
        Hashed,
        "redis-protocol",
        Resp3,
        b"%2\r\n+a\r\n:1\r\n+a\r\n:1\r\n",
        b"%2\r\n+b\r\n:1\r\n+a\r\n:1\r\n",
    ),
    (Hashed, "redis-protocol", Resp3, b"~2\r\n:1\r\n:1\r\n", b"~2\r\n:2\r\n:1\r\n"),
    (Hashed, "redis-protocol", Resp3, b"%1\r\n*0\r\n:1\r\n", b"%1\r\n:1\r\n*0\r\n"),
    (PushKind, "redis", Resp3, b">0\r\n", b">1\r\n$0\r\n\r\n"),
    (PushKind, "redis", Resp3, b">1\r\n:1\r\n", b">2\r\n:1\r\n"),
    (PushKind, "redis", Resp3, b">1\r\n+OK\r\n", b">1\r\n+ok\r\n"),
    (LineEnd, "redis", Resp3, b"+a\nb\r\n", b"$a\nb\r\n"),
    (LineEnd, "redis", Resp2, b"+a\rb\r\n", b":1\rb\r\n"),
    (LineEnd, "redis-protocol", Resp3, b"+a\rb\r\n", b":1\rb\r\n"),
    (LineEnd, "redis-protocol", Resp2, b"-a\nb\r\n", b"$1\n\r\n"),
    (LineEnd, "resp-rs", Resp3, b"-\r\r\n", b":1\r\r\n"),
    (LineEnd, "resp-rs", Resp2, b"+a\nb\r\n", b":1\n\r\n"),
    (Terminator, "hiredis", Resp3, b"$1\r\naXX", b"$1\r\na\r\n"),
    (Terminator, "hiredis", Resp2, b"$1\r\na\rX", b"$1\r\na\r"),
    (Terminator, "redis-protocol", Resp3, b"$1\r\naXX", b"$1\r\na\r\n"),
    (Terminator, "redis-protocol", Resp2, b"$1\r\naXX", b"$1\r\na\r\n"),
    (Negative, "hiredis", Resp3, b"%-1\r\n", b"%-2\r\n"),
    (Negative, "redis", Resp3, b"$-5\r\n", b"$-1\r\n"),
    (LengthSpelling, "redis", Resp3, b"%0 \r\n", b"%0x\r\n"),
    (LengthSpelling, "redis", Resp2, b"$+1\r\na\r\n", b"$1+\r\n"),
    (LengthSpelling, "redis-protocol", Resp3, b"$+1\r\na\r\n", b"$++1\r\n"),
    (LengthSpelling, "redis-protocol", Resp3, b"$-0\r\n\r\n", b">-0\r\n"),
    (
        LengthSpelling,
        "redis-protocol",
        Resp3,
        b">09223372036854775808\r\n",
        b"*09223372036854775808\r\n",
    ),
    (LengthSpelling, "redis-protocol", Resp2, b"$-01\r\n", b"$-02\r\n"),
    (LengthSpelling, "resp-rs", Resp3, b"*01\r\n:1\r\n", b"*+1\r\n"),
    (LengthSpelling, "resp-rs", Resp2, b"$01\r\na\r\n", b"$+1\r\n"),
    (LengthSpelling, "resp-rs", Resp3, b"=04\r\ntxt:\r\n", b"=+4\r\n"),
    (BooleanSpelling, "hiredis", Resp3, b"#T\r\n", b"#x\r\n"),
    (BooleanSpelling, "hiredis", Resp3, b"#\0\r\n", b"#\x01\r\n"),
    (LooseDouble, "hiredis", Resp3, b",0.\r\n", b",.\r\n"),
    (LooseDouble, "hiredis", Resp3, b",5.\r\n", b",+5.\r\n"),
    (LooseDouble, "hiredis", Resp3, b",.5\r\n", b",.5e999\r\n"),
    (LooseDouble, "hiredis", Resp3, b",.0e50\r\n", b",.1e-999\r\n"),
    (LooseDouble, "redis", Resp3, b",.5\r\n", b",.\r\n"),
    (LooseDouble, "redis-protocol", Resp3, b",INF\r\n", b",INFI\r\n"),
    (LooseDouble, "resp-rs", Resp3, b",Infinity\r\n", b",Infin\r\n"),
    (LooseBigNumber, "hiredis", Resp3, b"(-\r\n", b"(+\r\n"),
    (LooseBigNumber, "redis", Resp3, b"(x\r\n", b"(\xff\r\n"),
    (LooseBigNumber, "redis-protocol", Resp3, b"(x\r\n", b"(1\r\n"),
    (LooseInteger, "redis", Resp3, b": 5\r\n", b": 5x\r\n"),
    (LooseNull, "redis", Resp3, b"_x\r\n", b"_\xff\r\n"),
    (LooseNull, "redis-protocol", Resp3, b"_x\r\n", b"_\r\n"),
    (VerbatimLate, "hiredis", Resp3, b"=1\r\n", b"=1\r\na\r\n"),
    (VerbatimLate, "redis", Resp3, b"=1\r\n", b"=1\r\na\r\n"),
    (VerbatimLate, "redis-protocol", Resp3, b"=1\r\n", b"=1\r\na\r\n\r\n"),
    (VerbatimLate, "resp-rs", Resp3, b"=5\r\ntxt!", b"=5\r\ntxt!x\r\n"),
    (LooseVerbatim, "redis", Resp3, b"=3\r\na:b\r\n", b"=3\r\nabc\r\n"),
    (LooseVerbatim, "redis-protocol", Resp3, b"=4\r\ntxtX\r\n", b"=4\r\nabcX\r\n"),
    (LooseChunk, "redis-protocol", Resp3, b".\r\n", b"@\r\n"),
    (LooseChunk, "redis-protocol", Resp3, b"%1\r\n.x\r\n", b"%1\r\n,x\r\n"),
    (LooseChunk, "resp-rs", Resp3, b";0\r\n", b";x\r\n"),
    (LooseChunk, "resp-rs", Resp3, b"%?\r\n:1\r\n.", b"%1\r\n:1\r\n@"),
    (MarkerDropped, "redis", Resp3, b"@:1\r\n", b"-:1\r\n"),
    (Hello, "redis-protocol", Resp3, b"HELLO 3\r\n", b"HELL 3\r\n"),
];

/// Exceptions that say that a verdict means nothing, so that it may be the same.
const UNASKED: &[Exception] = &[OneReader];

/// What this library says, in the peer's terms.
fn ours(peer: &dyn Peer, input: &[u8]) -> Verdict {
    let mut parser = Parser::with_limits(peer.dialect(), limits(peer.dialect()));
    match parser.parse(input) {
        Ok(Some(parsed)) => {
            Verdict::Accept(keep(peer, Value::from(parsed.frame)), Some(parsed.consumed))
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
            let ours = ours(peer.as_ref(), input);
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
        fn looser(&self, fault: &Fault<'_>) -> Option<Exception> {
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
    for peer in peers() {
        let made = made(peer.as_ref(), b"@\r\n");
        assert!(made.iter().all(|made| *made == MarkerDropped), "{} {made:?}", peer.name());
    }
    for peer in peers_of(Resp3) {
        for input in [
            &b"*2\r\n_\r\n#t\r\n,1.5\r\n%1\r\n+k\r\n:1\r\n"[..],
            b"=8\r\ntxt:text\r\n(12345678901234567890\r\n>2\r\n+kind\r\n:1\r\n*0\r\n",
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
    fn looser(&self, fault: &Fault<'_>) -> Option<Exception> {
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
#[should_panic(expected = "redis (resp2): Accept(8, None), not 7")]
fn a_disagreement_is_told() {
    wrong(true, b":6\r\n", b":7\r\n", another);
}

#[test]
#[should_panic(expected = "redis (resp2): Accept(8, None) of pieces, not Accept(7, None)")]
fn a_disagreement_of_pieces_with_the_whole_is_told() {
    wrong(false, b":6\r\n", b":7\r\n", another);
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
