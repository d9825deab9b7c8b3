//! The round trips of `roundtrip.rs` with values that nobody thought of.
//!
//! The strategies are the library's own (`value::strategy`), so this also tests that everything
//! they make is valid: each value must be accepted by the encoder and come back the same.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::conversion::{down, up};
use common::reference::{self, Bounds, End};
use common::{by_bytes, whole};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use resp_machine::encode::{Encoder, Target, command};
use resp_machine::value::{Value, strategy};
use resp_machine::{Decoder, Dialect};

fn encoded(target: Target, value: &Value) -> Vec<u8> {
    let mut wire = Vec::new();
    Encoder::to(target).value(&mut wire, value).expect("a valid value");
    wire
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn resp3_values_come_back(value in strategy::resp3()) {
        let wire = encoded(Target::AsIs, &value);
        let read = whole(Dialect::Resp3, &wire);
        prop_assert_eq!(&read.frames, std::slice::from_ref(&value));
        prop_assert_eq!(&by_bytes(Dialect::Resp3, &wire), &read);
        let expected = reference::decode(&wire, Dialect::Resp3, Bounds::new(Dialect::Resp3));
        prop_assert_eq!((read.frames, End::Clean), expected);
        let written = encoded(Target::Resp3, &value);
        prop_assert_eq!(whole(Dialect::Resp3, &written).frames, [up(&value)]);
        let mut decoder = Decoder::new(Dialect::Resp3);
        decoder.feed(&wire);
        let mut out = Vec::new();
        let frame = decoder.next_frame().unwrap().unwrap();
        Encoder::new().frame(&mut out, frame).unwrap();
        prop_assert_eq!(&out, &wire);
        out.clear();
        Encoder::to(Target::Resp2).frame(&mut out, frame).unwrap();
        prop_assert_eq!(&out, &encoded(Target::Resp2, &value));
        prop_assert_eq!(value.clone(), value);
    }

    #[test]
    fn resp3_values_lose_what_is_documented(value in strategy::resp3()) {
        let wire = encoded(Target::Resp2, &value);
        let read = whole(Dialect::Resp2, &wire);
        prop_assert_eq!((read.frames, read.end), (vec![down(&value)], Ok(Ok(()))));
    }

    #[test]
    fn resp2_values_come_back_in_both_dialects(value in strategy::resp2()) {
        let wire = encoded(Target::Resp2, &value);
        prop_assert_eq!(&encoded(Target::AsIs, &value), &wire);
        for dialect in [Dialect::Resp2, Dialect::Resp3] {
            prop_assert_eq!(&whole(dialect, &wire).frames, std::slice::from_ref(&value));
        }
    }

    #[test]
    fn requests_come_back(words in strategy::request()) {
        let mut wire = Vec::new();
        command(&mut wire, &words);
        let read = whole(Dialect::Request, &wire).frames;
        prop_assert_eq!(read, [Value::array(words.iter().map(Value::bulk))]);
        let inline = Value::Inline(words);
        let wire = encoded(Target::AsIs, &inline);
        prop_assert_eq!(whole(Dialect::Request, &wire).frames, [inline]);
    }
}

/// What fails is made smaller by the thousand before anybody sees it: each of those must be
/// valid, too, or what is shown is another failure.
#[test]
fn whatever_a_value_shrinks_to_is_valid() {
    fn shrink<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, valid: impl Fn(&T) -> bool) {
        let mut runner = TestRunner::deterministic();
        let mut steps = 0;
        for _ in 0..300 {
            let mut tree = strategy.new_tree(&mut runner).expect("a value");
            assert!(valid(&tree.current()));
            // Down as far as it goes, and now and then back, as a failure that is lost would.
            for step in 0..400 {
                let moved = if step % 5 == 4 { tree.complicate() } else { tree.simplify() };
                assert!(valid(&tree.current()), "{:?}", tree.current());
                steps += usize::from(moved);
            }
        }
        assert!(steps > 3000, "{steps} steps");
    }
    let comes_back = |dialect| {
        move |value: &Value| {
            whole(dialect, &encoded(Target::AsIs, value)).frames == std::slice::from_ref(value)
        }
    };
    shrink(strategy::resp3(), comes_back(Dialect::Resp3));
    shrink(strategy::resp2(), comes_back(Dialect::Resp2));
    shrink(strategy::request(), |words| {
        let mut wire = Vec::new();
        command(&mut wire, words);
        whole(Dialect::Request, &wire).frames == [Value::array(words.iter().map(Value::bulk))]
    });
}
