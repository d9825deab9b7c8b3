//! The table and the machine are the same thing, seen from two sides.
//!
//! The diagrams, the documentation and the playground are made from the table; that is worth
//! something only if the machine does exactly what the table says. So: every sequence of rows
//! that the machine reports is a path (each row leaves the state that the one before it entered),
//! made of rows that the dialect has; every row is taken by its own example, and by the last byte
//! of it; and a value taken in one stride reports the same rows, with the same bytes, depth and
//! count, as the same value taken byte by byte.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Rng, vectors};
use resp_machine::Dialect;
use resp_machine::event::Event;
use resp_machine::machine::Machine;
use resp_machine::state::{Emits, Observer, On, Rule, State, Step, TABLE, Transition, Within};
use resp_machine::wire::Type;
use std::collections::HashSet;

#[derive(Default)]
struct Log(Vec<Step>);

impl Observer for Log {
    fn transition(&mut self, step: &Step) {
        self.0.push(*step);
    }
}

/// The rows taken while the machine is shown `input` up to each of `ends` in turn.
fn steps(dialect: Dialect, input: &[u8], ends: impl IntoIterator<Item = usize>) -> Vec<Step> {
    let mut machine = Machine::new(dialect);
    let mut log = Log::default();
    let mut start = 0;
    for end in ends {
        let mut feed = machine.feed_observed(&input[start..end], &mut log);
        while let Ok(Some(_)) = feed.next_token() {}
        start += feed.consumed();
    }
    log.0
}

/// The open aggregates as the rows open and close them, to check where a row was taken.
#[derive(Default)]
struct Places {
    /// What the last row out of `Start` began to read.
    reading: Option<Type>,
    /// For each open one: its type, whether it is streamed, whether it is an attribute whose pairs
    /// are complete, and whether it is a push that interrupts.
    open: Vec<(Type, bool, bool, bool)>,
    interrupts: bool,
}

impl Places {
    fn take(&mut self, step: &Step, show: impl Fn() -> String) {
        let row = step.rule.transition();
        let said = || format!("{step:?} {}", show());
        // A value that ended takes the attributes that described it along.
        if matches!(step.rule, Rule::EndElement | Rule::EndFrame) {
            while self.open.last().is_some_and(|open| open.2) {
                self.open.pop();
            }
        }
        let innermost = self.open.last().copied();
        // The places of rows that close what is open are inside it; those of the others are where
        // the value stands.
        let streamed =
            |kind: &[Type]| innermost.is_some_and(|open| open.1 && kind.contains(&open.0));
        match row.within {
            Within::Top => assert!(self.open.iter().all(|open| open.2), "{}", said()),
            Within::Aggregate => assert!(innermost.is_some(), "{}", said()),
            Within::StreamedString => assert!(streamed(&[Type::BulkString]), "{}", said()),
            Within::StreamedAggregate => {
                assert!(streamed(&[Type::Array, Type::Map, Type::Set]), "{}", said());
            }
            // Only a chunk, and the end of the string, stand directly in a streamed string.
            Within::Any => {
                let chunk = matches!(step.rule, Rule::EndElement | Rule::ElementsNext);
                assert!(chunk || !streamed(&[Type::BulkString]), "{}", said());
            }
        }
        match row.on {
            On::Marker(kind) => self.reading = Some(kind),
            On::OtherByte => self.reading = Some(Type::Inline),
            _ => {}
        }
        self.interrupts |= step.rule == Rule::StartInterruption;
        let kind = self.reading.unwrap_or(Type::Inline);
        match step.rule {
            Rule::CountSized | Rule::CountNegative | Rule::CountStreamed | Rule::LengthStreamed => {
                let streamed = matches!(step.rule, Rule::CountStreamed | Rule::LengthStreamed);
                let interrupts = std::mem::take(&mut self.interrupts);
                self.open.push((kind, streamed, false, interrupts));
            }
            Rule::ElementsDone | Rule::LineStreamEnd | Rule::LengthChunkEnd => {
                self.open.pop();
            }
            Rule::ElementsAnnotated => {
                let attribute = self.open.last_mut().expect("an attribute");
                assert_eq!(attribute.0, Type::Attribute, "{}", said());
                attribute.2 = true;
            }
            _ => {}
        }
    }
}

/// Checks that `steps` is a path of rows of `dialect`, and that its numbers agree.
fn assert_path(dialect: Dialect, steps: &[Step], input: &[u8]) {
    let show = || input.escape_ascii().to_string();
    let mut state = State::Start;
    let mut read = 0;
    let mut depth = 0usize;
    let mut interrupted = false;
    let mut places = Places::default();
    for step in steps {
        let row = step.rule.transition();
        assert_eq!(row.from, state, "{step:?} {}", show());
        assert!(row.allowed_in(dialect), "{step:?} {}", show());
        // What reads begins where the last that read ended: no byte is read twice, none skipped.
        assert_eq!(step.start, read, "{step:?} {}", show());
        assert!(step.end >= step.start, "{step:?}");
        let reads = matches!(row.from, State::Line | State::Length | State::Body | State::Count)
            || (row.from == State::Start && row.on != On::OtherByte);
        assert_eq!(step.end > step.start, reads, "{step:?} {}", show());
        // A level is opened by a count or a streamed length, and closed by three rows. An
        // attribute is closed with the value it describes, by no row of its own.
        match step.rule {
            Rule::CountSized | Rule::CountStreamed | Rule::CountNegative | Rule::LengthStreamed => {
                assert_eq!(step.depth, depth + 1, "{step:?} {}", show());
            }
            Rule::ElementsDone | Rule::LineStreamEnd | Rule::LengthChunkEnd => {
                assert_eq!(step.depth, depth - 1, "{step:?} {}", show());
            }
            Rule::EndElement | Rule::EndFrame => {
                assert!(step.depth <= depth, "{step:?} {}", show());
            }
            _ => assert_eq!(step.depth, depth, "{step:?} {}", show()),
        }
        match step.rule {
            Rule::StartInterruption => assert!(!std::mem::replace(&mut interrupted, true)),
            Rule::EndInterruption => assert!(std::mem::replace(&mut interrupted, false)),
            Rule::EndFrame | Rule::StartPush => assert!(!interrupted, "{step:?} {}", show()),
            _ => {}
        }
        places.take(step, show);
        state = row.to;
        read = step.end;
        depth = step.depth;
    }
}

/// Whole, byte by byte and in random chunks: the same path.
fn assert_same_path(dialect: Dialect, input: &[u8], rng: &mut Rng) -> usize {
    let bytewise = steps(dialect, input, 1..=input.len());
    assert_path(dialect, &bytewise, input);
    assert_emits(dialect, input);
    let whole = steps(dialect, input, [input.len()]);
    assert_eq!(whole, bytewise, "whole and byte by byte: {}", input.escape_ascii());
    let mut ends: Vec<usize> = (0..4).map(|_| rng.below(input.len() + 1)).collect();
    ends.push(input.len());
    ends.sort_unstable();
    let chunks = steps(dialect, input, ends.clone());
    assert_eq!(chunks, bytewise, "cut at {ends:?}: {}", input.escape_ascii());
    bytewise.len()
}

/// Each event is announced by one row, which says that it emits just that.
fn assert_emits(dialect: Dialect, input: &[u8]) {
    let mut machine = Machine::new(dialect);
    let mut log = Log::default();
    let mut rest = input;
    loop {
        // One event for each feed, so that the rows can be looked at in between.
        let mut feed = machine.feed_observed(rest, &mut log);
        let token = feed.next_token();
        rest = &rest[feed.consumed()..];
        let rows = std::mem::take(&mut log.0).into_iter().map(|step| step.rule.transition());
        let emitted: Vec<Emits> =
            rows.map(|row| row.emits).filter(|emits| *emits != Emits::Nothing).collect();
        let Ok(Some(token)) = token else {
            assert_eq!(emitted, [], "{}", input.escape_ascii());
            return;
        };
        let expected = match token.event {
            Event::SimpleString(_) => Emits::Value(Type::SimpleString),
            Event::SimpleError(_) => Emits::Value(Type::SimpleError),
            Event::Integer(_) => Emits::Value(Type::Integer),
            Event::BulkString(_) => Emits::Value(Type::BulkString),
            Event::BulkError(_) => Emits::Value(Type::BulkError),
            Event::Verbatim { .. } => Emits::Value(Type::VerbatimString),
            Event::Null(_) => Emits::Value(Type::Null),
            Event::Boolean(_) => Emits::Value(Type::Boolean),
            Event::Double(_) => Emits::Value(Type::Double),
            Event::BigNumber(_) => Emits::Value(Type::BigNumber),
            Event::Inline(_) => Emits::Value(Type::Inline),
            Event::Chunk(_) => Emits::Value(Type::Chunk),
            Event::Begin { .. } => Emits::Begin,
            Event::End { .. } => Emits::End,
            other => panic!("not without blobs in parts: {other:?}"),
        };
        assert_eq!(emitted, [expected], "{:?} of {}", token, input.escape_ascii());
    }
}

#[test]
fn every_row_is_taken_by_the_last_byte_of_its_example() {
    for row in &TABLE {
        let dialect = row.dialects[0];
        let taken = |input: &[u8], whole: bool| {
            let ends: Vec<usize> =
                if whole { vec![input.len()] } else { (1..=input.len()).collect() };
            steps(dialect, input, ends).iter().any(|step| step.rule == row.rule)
        };
        for whole in [true, false] {
            assert!(taken(row.example, whole), "{:?} by its example", row.rule);
            for end in 0..row.example.len() {
                assert!(!taken(&row.example[..end], whole), "{:?} after {end} bytes", row.rule);
            }
        }
        let mut machine = Machine::new(dialect);
        let mut feed = machine.feed(row.example);
        while feed.next_token().expect("an example is valid so far").is_some() {}
    }
}

#[test]
fn rows_stand_in_the_table_at_their_rules_place() {
    for (index, row) in TABLE.iter().enumerate() {
        assert_eq!(row.rule as usize, index);
        assert_eq!(row.rule.transition(), row);
        assert!(!row.dialects.is_empty() && !row.example.is_empty());
    }
}

#[test]
fn one_marker_has_one_row_for_each_place() {
    for dialect in Dialect::ALL {
        let mut seen = HashSet::new();
        for row in TABLE.iter().filter(|row| row.allowed_in(dialect)) {
            let condition = format!("{:?} {:?}", row.from, row.on);
            let place = format!("{condition} {:?}", row.within);
            assert!(seen.insert(place.clone()), "two rows for {place} in {dialect:?}");
            // `Any` overlaps with every place but the inside of a streamed string.
            if matches!(row.within, Within::Any) && row.from == State::Start {
                for within in [Within::Top, Within::Aggregate, Within::StreamedAggregate] {
                    let other = format!("{condition} {within:?}");
                    assert!(!seen.contains(&other), "{place} and {other} in {dialect:?}");
                }
            }
        }
    }
}

/// Attributes do not enclose what they describe: a push behind one at the top is no interruption.
#[test]
fn a_push_interrupts_only_what_encloses_it() {
    let cases: [(&[u8], Rule); 5] = [
        (b">0\r\n", Rule::StartPush),
        (b"|0\r\n|0\r\n>0\r\n", Rule::StartPush),
        (b"*1\r\n>0\r\n", Rule::StartInterruption),
        (b"*1\r\n|0\r\n>0\r\n", Rule::StartInterruption),
        (b"|1\r\n>0\r\n", Rule::StartInterruption),
    ];
    for (input, rule) in cases {
        for ends in [vec![input.len()], (1..=input.len()).collect()] {
            let steps = steps(Dialect::Resp3, input, ends);
            let of_push =
                steps.iter().find(|step| step.rule.transition().on == On::Marker(Type::Push));
            assert_eq!(of_push.map(|step| step.rule), Some(rule), "{}", input.escape_ascii());
        }
    }
}

#[test]
fn every_state_can_be_reached_and_left() {
    for state in State::ALL {
        assert!(TABLE.iter().any(|row| row.to == state), "{state:?} is never entered");
        assert!(TABLE.iter().any(|row| row.from == state), "{state:?} is never left");
    }
}

#[test]
fn vectors_take_the_same_path_in_every_piece() {
    common::on_large_stack(|| {
        let mut rng = Rng::new(1);
        let mut rows = 0;
        for vector in vectors::all() {
            for &dialect in &vector.dialects {
                rows += assert_same_path(dialect, &vector.wire, &mut rng);
            }
        }
        println!("{rows} transitions");
        assert!(rows > 50_000);
    });
}

#[test]
fn random_input_takes_the_same_path_in_every_piece() {
    let parts: [&[u8]; 32] = [
        b"*0\r\n",
        b"*1\r\n",
        b"*2\r\n",
        b"*?\r\n",
        b"%0\r\n",
        b"%1\r\n",
        b"%?\r\n",
        b"~1\r\n",
        b"~?\r\n",
        b"|0\r\n",
        b"|1\r\n",
        b">0\r\n",
        b">2\r\n",
        b"$?\r\n",
        b";2\r\nab\r\n",
        b";0\r\n",
        b".\r\n",
        b":1\r\n",
        b"_\r\n",
        b"$-1\r\n",
        b"*-1\r\n",
        b"$3\r\nabc\r\n",
        b"+OK\r\n",
        b"-ERR\r\n",
        b"#t\r\n",
        b",1.5\r\n",
        b"(12\r\n",
        b"!3\r\nabc\r\n",
        b"=5\r\ntxt:a\r\n",
        b"\r\n",
        b"*-5\r\n",
        b"PING a\n",
    ];
    let mut rng = Rng::new(2);
    let mut rows = 0;
    for _ in 0..60_000 {
        let input: Vec<u8> = (0..rng.below(14)).flat_map(|_| rng.pick(&parts).to_vec()).collect();
        // Mostly the dialect in which the input gets furthest.
        let dialect = if rng.below(8) > 0 { Dialect::Resp3 } else { *rng.pick(&Dialect::ALL) };
        rows += assert_same_path(dialect, &input, &mut rng);
    }
    println!("{rows} transitions");
    assert!(rows > 500_000);
}

/// Two rows out of one state are told apart by what is printed of them, and so are the states and
/// the dialects.
#[test]
fn the_words_of_the_table_tell_its_rows_apart() {
    let different = |words: Vec<String>| {
        let count = words.len();
        assert!(words.iter().all(|word| !word.is_empty()), "{words:?}");
        assert_eq!(words.into_iter().collect::<HashSet<_>>().len(), count);
    };
    different(State::ALL.iter().map(|state| state.letter().to_owned()).collect());
    different(State::ALL.iter().map(|state| state.reads().to_owned()).collect());
    different(Dialect::ALL.iter().map(|dialect| dialect.name().to_owned()).collect());
    let row =
        |row: &Transition| format!("{:?} {:?}: {} {}", row.from, row.dialects, row.on, row.within);
    different(TABLE.iter().map(row).collect());
    for row in TABLE.iter() {
        assert!(!row.on.to_string().is_empty());
        assert_eq!(row.emits.to_string().is_empty(), row.emits == Emits::Nothing, "{row:?}");
        assert_eq!(row.within.to_string().is_empty(), row.within == Within::Any, "{row:?}");
    }
}
