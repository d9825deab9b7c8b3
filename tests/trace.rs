//! The trace is the machine, seen step by step, and nothing else.
//!
//! For every vector and every seed of the fuzz targets, under several cuts: transitions chain, and
//! their bytes are the consumed input, each once and in order; the stack is the machine's own; the
//! events are those of a machine that nobody watches; cuts add chunks and change nothing; the JSON
//! says the same as the items.

#![cfg(feature = "trace")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Rng, vectors};
use resp_machine::event::{Aggregate, Event};
use resp_machine::machine::Machine;
use resp_machine::state::{Emits, Rule, State, TABLE};
use resp_machine::trace::{Item, Open, Tracer, json_lines, pieces};
use resp_machine::{Dialect, Limits};
use serde_json::{Value as Json, json};

/// What a tracer told, and its JSON.
#[derive(Default)]
struct Told {
    /// Everything but chunks.
    lines: Vec<String>,
    chunks: Vec<String>,
    /// The events, as debug text.
    events: Vec<String>,
    frames: u64,
}

/// Checks each item of a trace as it comes.
struct Checker<'i> {
    input: &'i [u8],
    state: State,
    /// Up to where transitions (and parts) have shown the input.
    shown: u64,
    /// Whether bytes of the blob being read have been shown in parts.
    in_parts: bool,
    over: bool,
    /// How many attributes await their value.
    awaited: usize,
    told: Told,
}

impl Checker<'_> {
    fn take(&mut self, item: &Item<'_>) {
        let said = || format!("{} of {}", item.to_json(), self.input.escape_ascii());
        assert!(!self.over, "behind the end: {}", said());
        let line = item.to_json();
        let parsed: Json = serde_json::from_str(&line).unwrap();
        match item {
            Item::Transition(row) => {
                let shown = self.input[row.start as usize..row.end as usize].to_vec();
                assert_eq!(row.from, self.state, "{}", said());
                assert_eq!((row.from, row.to), {
                    let row = row.rule.transition();
                    (row.from, row.to)
                });
                match self.in_parts && row.from == State::Body {
                    true => assert_eq!(row.bytes, b"\r\n", "{}", said()),
                    false => {
                        assert_eq!(row.start, self.shown, "{}", said());
                        assert_eq!(row.bytes, shown, "{}", said());
                    }
                }
                self.in_parts &= row.from != State::Body;
                let emits = row.rule.transition().emits;
                assert_eq!(row.event.is_some(), emits != Emits::Nothing, "{}", said());
                assert_eq!(row.event.is_some(), !parsed["event"].is_null(), "{}", said());
                assert_eq!(parsed["bytes"], row.bytes.escape_ascii().to_string());
                assert_eq!(parsed["stack"], levels(row.stack), "{}", said());
                assert!(row.stack.iter().all(|open| {
                    open.awaits_value <= (open.kind == Aggregate::Attribute)
                        && open.interrupts <= (open.kind == Aggregate::Push)
                }));
                if let Some(Event::Begin { kind, count, interrupts }) = row.event {
                    let open = row.stack.last().unwrap();
                    let values = count.map(|count| count * kind.values_per_element());
                    assert_eq!(
                        (open.kind, open.count, open.remaining, open.interrupts),
                        (kind, values, values, interrupts),
                        "{}",
                        said()
                    );
                }
                // An attribute awaits its value from the row that says so until it is gone.
                let awaits = row.rule == Rule::ElementsAnnotated;
                assert!(!awaits || row.stack.last().unwrap().awaits_value, "{}", said());
                let waiting = row.stack.iter().filter(|open| open.awaits_value).count();
                assert!(waiting <= self.awaited + usize::from(awaits), "{}", said());
                self.awaited = waiting;
                self.told.events.extend(row.event.map(|event| format!("{event:?}")));
                self.state = row.to;
                self.shown = row.end;
                self.told.lines.push(line);
            }
            Item::Part(part) => {
                let shown = &self.input[part.start as usize..part.end as usize];
                assert_eq!((part.start, part.bytes), (self.shown, shown), "{}", said());
                self.shown = part.end;
                self.in_parts = true;
                self.told.events.push(format!("{:?}", part.event));
                self.told.lines.push(line);
            }
            Item::Chunk(chunk) => {
                assert_eq!(chunk.state, self.state, "{}", said());
                assert_eq!(chunk.consumed, self.shown, "{}", said());
                assert_eq!(chunk.consumed + chunk.kept, chunk.end, "{}", said());
                assert!(chunk.scanned <= chunk.kept, "{}", said());
                assert_eq!(chunk.due.is_some(), chunk.state == State::Body, "{}", said());
                assert_eq!(parsed["stack"], levels(chunk.stack), "{}", said());
                self.told.chunks.push(line);
            }
            Item::Error(error) => {
                assert!(error.offset >= self.shown, "{}", said());
                assert_eq!(error.start, error.offset.saturating_sub(32), "{}", said());
                let place = &self.input[error.start as usize..][..error.bytes.len()];
                assert_eq!(error.bytes, place, "{}", said());
                assert!((error.start..=self.input.len() as u64).contains(&error.offset));
                self.over = true;
                self.told.lines.push(line);
            }
            Item::End(end) => {
                assert_eq!(end.offset, self.input.len() as u64, "{}", said());
                assert_eq!(end.offset, self.shown, "{}", said());
                self.told.frames = end.frames;
                self.over = true;
                self.told.lines.push(line);
            }
            Item::Incomplete(end) => {
                assert_eq!(end.offset, self.input.len() as u64, "{}", said());
                assert_eq!(end.state, self.state, "{}", said());
                self.over = true;
                self.told.lines.push(line);
            }
            other => panic!("an item that no check knows: {other:?}"),
        }
    }
}

fn levels(stack: &[Open]) -> Json {
    let level = |open: &Open| {
        let mut level = json!({
            "type": open.kind.to_string(), "remaining": open.remaining, "count": open.count,
        });
        if open.awaits_value {
            level["awaits_value"] = json!(true);
        }
        if open.interrupts {
            level["interrupts"] = json!(true);
        }
        level
    };
    stack.iter().map(level).collect()
}

/// Traces `input` cut at `cuts`, and checks what can be checked of one trace.
fn check(tracer: Tracer, input: &[u8], cuts: &[usize]) -> Told {
    let mut tracer = tracer;
    let mut checker = Checker {
        input,
        state: State::Start,
        shown: 0,
        in_parts: false,
        over: false,
        awaited: 0,
        told: Told::default(),
    };
    for piece in pieces(input, cuts) {
        tracer.feed(piece, |item| checker.take(item));
        // The stack is the machine's.
        let machine = tracer.machine();
        assert_eq!(tracer.stack().len(), machine.depth(), "{}", input.escape_ascii());
        if let Some((open, level)) = tracer.stack().last().zip(machine.innermost()) {
            assert_eq!((open.kind, open.remaining), (level.kind(), level.remaining()));
        }
        assert_eq!(checker.state, machine.state(), "{}", input.escape_ascii());
        if machine.error().is_none() {
            assert_eq!(checker.shown, machine.offset(), "{}", input.escape_ascii());
        }
    }
    tracer.finish(|item| checker.take(item));
    assert!(checker.over, "no last item: {}", input.escape_ascii());
    checker.told
}

/// The events of a machine that nobody watches, and how many frames they make.
fn events(
    mut machine: Machine<Vec<resp_machine::machine::Level>>,
    input: &[u8],
) -> (Vec<String>, u64) {
    let mut feed = machine.feed(input);
    let mut events = Vec::new();
    let mut frames = 0;
    while let Ok(Some(token)) = feed.next_token() {
        let interrupts = matches!(token.event, Event::End { interrupts: true, .. });
        frames += u64::from(interrupts || feed.machine().is_between_frames());
        events.push(format!("{:?}", token.event));
    }
    (events, frames)
}

fn hold(dialect: Dialect, limits: Limits, input: &[u8], cuts: &[usize], rng: &mut Rng) {
    let tracer = || Tracer::with_limits(dialect, limits);
    let whole = check(tracer(), input, &[]);
    let (expected, frames) = events(Machine::with_limits(dialect, limits), input);
    assert_eq!(whole.events, expected, "{}", input.escape_ascii());
    if whole.lines.last().unwrap().starts_with(r#"{"kind":"end""#) {
        assert_eq!(whole.frames, frames, "{}", input.escape_ascii());
    }
    let mut random: Vec<usize> = (0..3).map(|_| rng.below(input.len() + 1)).collect();
    random.sort_unstable();
    let each: Vec<usize> = if input.len() < 400 { (1..input.len()).collect() } else { Vec::new() };
    for cuts in [cuts, &random, &each] {
        let cut = check(tracer(), input, cuts);
        let broken = cut.lines.last().unwrap().starts_with(r#"{"kind":"error""#);
        if broken {
            // How much there is behind an error depends on the cut: it is the last field.
            let before = |lines: &[String]| {
                let (last, lines) = lines.split_last().unwrap();
                let (last, _) = last.split_once(r#","bytes":"#).unwrap();
                [lines, &[last.to_owned()]].concat()
            };
            assert_eq!(before(&cut.lines), before(&whole.lines), "cut at {cuts:?}");
        } else {
            assert_eq!(cut.lines, whole.lines, "{} cut at {cuts:?}", input.escape_ascii());
            assert_eq!(cut.chunks.len(), pieces(input, cuts).count());
        }
    }
    // Blobs in parts: the same events as a machine gives, in parts as well.
    for threshold in [0, 3] {
        let parts = check(tracer().blobs_in_parts_over(threshold), input, &[]);
        let machine = Machine::with_limits(dialect, limits).blobs_in_parts_over(threshold);
        assert_eq!(parts.events, events(machine, input).0, "{}", input.escape_ascii());
        check(tracer().blobs_in_parts_over(threshold), input, &each);
    }
}

#[test]
fn vectors_are_traced_as_they_are_read() {
    common::on_large_stack(|| {
        let mut rng = Rng::new(3);
        let mut traced = 0;
        for vector in vectors::all() {
            // Each row of a trace shows the whole stack.
            if vector.wire.len() > 20_000 {
                continue;
            }
            for &dialect in &vector.dialects {
                hold(dialect, Limits::new(dialect), &vector.wire, &[], &mut rng);
                traced += 1;
            }
        }
        assert!(traced > 1000, "only {traced}");
    });
}

#[cfg(feature = "fuzzing")]
#[test]
fn seeds_are_traced_as_they_are_read() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/wire");
    let mut rng = Rng::new(4);
    let mut traced = 0;
    for seed in std::fs::read_dir(seeds).unwrap() {
        let data = std::fs::read(seed.unwrap().path()).unwrap();
        let Some(wire) = resp_machine::fuzzing::Wire::of(&data) else { continue };
        let mut cuts = Vec::new();
        wire.pieces().fold(0, |at, piece| {
            cuts.push(at + piece.len());
            at + piece.len()
        });
        hold(wire.dialect, wire.limits(), wire.input, &cuts, &mut rng);
        traced += 1;
    }
    assert!(traced > 100, "only {traced}");
}

#[test]
fn random_input_is_traced_as_it_is_read() {
    let mut rng = Rng::new(5);
    for _ in 0..3000 {
        let rows = (0..rng.below(10)).map(|_| rng.pick(&TABLE).example);
        let input: Vec<u8> = rows.flat_map(|example| example.to_vec()).collect();
        let dialect = *rng.pick(&Dialect::ALL);
        hold(dialect, Limits::new(dialect), &input, &[], &mut rng);
    }
}

/// The contract of `docs/trace.md`, to the byte.
#[test]
fn the_json_is_as_documented() {
    let lines =
        json_lines(Dialect::Resp3, b"*2\r\n:+7\r\n|1\r\n+k\r\n=5\r\ntxt:v\r\n$-1\r\n", &[6]);
    println!("{lines}");
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(
        lines[..5],
        [
            r#"{"kind":"transition","rule":"StartArray","from":"Start","to":"Count","start":0,"end":1,"bytes":"*","stack":[],"event":null,"why":"array: its count follows"}"#,
            r#"{"kind":"transition","rule":"CountSized","from":"Count","to":"Elements","start":1,"end":4,"bytes":"2\\r\\n","stack":[{"type":"array","remaining":2,"count":2}],"event":{"event":"begin","type":"array","count":2,"interrupts":false},"why":"2 elements follow"}"#,
            r#"{"kind":"transition","rule":"ElementsNext","from":"Elements","to":"Start","start":4,"end":4,"bytes":"","stack":[{"type":"array","remaining":2,"count":2}],"event":null,"why":"an element is due"}"#,
            r#"{"kind":"transition","rule":"StartInteger","from":"Start","to":"Line","start":4,"end":5,"bytes":":","stack":[{"type":"array","remaining":2,"count":2}],"event":null,"why":"integer: its line follows"}"#,
            r#"{"kind":"chunk","end":6,"state":"Line","consumed":5,"kept":1,"scanned":1,"due":null,"stack":[{"type":"array","remaining":2,"count":2}],"resumes":6,"message":"a line has no end yet: 1 byte kept, and searched; the search for CR LF goes on at offset 6"}"#,
        ]
    );
    let text = lines.join("\n");
    for form in [
        r#""event":{"event":"value","type":"integer","text":"7"}"#,
        r#""event":{"event":"value","type":"verbatim string","text":"v","format":"txt"}"#,
        r#"{"type":"attribute","remaining":1,"count":2,"awaits_value":true}"#,
        r#""event":{"event":"value","type":"null","text":"$-1"}"#,
        r#""event":{"event":"end","type":"array","count":2,"interrupts":false}"#,
    ] {
        assert!(text.contains(form), "{form} in\n{text}");
    }
    assert_eq!(lines.last(), Some(&r#"{"kind":"end","offset":33,"frames":1}"#));
}
