//! Every break is made, and every kind of error comes of one.

use super::{Break, input, run};
use crate::error::ErrorKind;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use arbitrary::{Arbitrary, Unstructured};

/// The breaks that must give each kind of error, and a match that does not compile if a kind is
/// missing.
macro_rules! kinds {
    ($($kind:ident: $($what:ident)+;)+) => {
        const KINDS: &[(ErrorKind, &[Break])] =
            &[$((ErrorKind::$kind, &[$(Break::$what),+])),+];
        const _: fn(ErrorKind) = |kind| match kind {
            $(ErrorKind::$kind => {})+
        };
    };
}

kinds! {
    UnknownType: UnknownMarker;
    Resp3Type: WrongDialect;
    OutOfPlace: ChunkOutOfPlace EndOutOfPlace ValueInString;
    ExpectedBulkString: ArgumentType;
    PushInsidePush: PushInsidePush;
    TooDeep: TooDeep;
    OddMap: OddMap EndOutOfPlace;
    AttributeWithoutValue: EndOutOfPlace;
    BareLf: CrDropped LfInText;
    BareCr: LfReplaced CrInText;
    LineTooLong: LineTooLong;
    InvalidInteger: Empty JunkInLine;
    IntegerOutOfRange: IntegerOutOfRange;
    InvalidNull: JunkInLine;
    InvalidBoolean: Empty JunkInLine;
    InvalidDouble: Empty JunkInLine;
    InvalidBigNumber: Empty JunkInLine;
    InvalidStreamEnd: JunkBehindEnd;
    InvalidLength: PlusInNumber MinusInNumber LetterInNumber LeadingZero Empty StreamedOther
        WrongDialect;
    InvalidCount: PlusInNumber MinusInNumber LetterInNumber LeadingZero Empty StreamedOther
        WrongDialect;
    BlobTooLong: OverLimit Huge;
    TooManyElements: OverLimit Huge TooManyElements;
    FrameTooLong: FrameTooLong;
    BlobNotTerminated: LengthTooLarge LengthTooSmall TerminatorCr TerminatorLf;
    VerbatimTooShort: VerbatimTooShort LeadingZero;
    VerbatimFormat: VerbatimColon;
    UnbalancedQuotes: QuoteLeftOpen TextBehindQuote;
    NulInInline: NulInLine;
}

/// What random inputs come to: the kinds of error that each break gives. Each input is run, so what
/// it gives is what the machine says.
fn found() -> BTreeMap<String, BTreeSet<String>> {
    let mut state = 7u64;
    let mut next = move || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 56) as u8
    };
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    for _ in 0..60_000 {
        let data: Vec<u8> = (0..60).map(|_| next()).collect();
        let Ok(what) = Break::arbitrary(&mut Unstructured::new(&data)) else { continue };
        let given = found.entry(format!("{what:?}")).or_default();
        if let Ok(Some(input)) = input(&data) {
            run(&data);
            given.insert(
                input.broken.error.map_or("no error".to_string(), |(kind, _)| format!("{kind:?}")),
            );
        }
    }
    found
}

#[test]
fn each_kind_of_error_comes_of_its_breaks_and_each_break_gives_one() {
    let mut found = found();
    for (kind, breaks) in KINDS {
        for what in *breaks {
            let given = found.get_mut(&format!("{what:?}")).expect("some input chooses each");
            assert!(given.remove(&format!("{kind:?}")), "{what:?} has never given {kind:?}");
        }
    }
    assert!(found.remove("Truncated").is_some_and(|given| given.contains("no error")));
    for (what, others) in found {
        assert!(others.is_empty(), "{what} gives {others:?}: is that meant?");
    }
}
