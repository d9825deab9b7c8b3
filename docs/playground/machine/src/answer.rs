//! What the page is told, as JSON.
//!
//! Nothing here knows the protocol: the trace is that of [`resp_machine::trace`], item by item, and
//! the table is [`TABLE`]. One thing is the page's own: of a stack only the innermost levels are
//! told, and its depth beside it. Otherwise a few thousand bytes that nest a thousand deep would be
//! a trace of a hundred megabytes.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use resp_machine::Dialect;
use resp_machine::event::Aggregate;
use resp_machine::machine::Machine;
use resp_machine::state::{Observer, On, State, Step, TABLE};
use resp_machine::trace::{Item, Open, pieces};
use resp_machine::wire::Type;
use serde_json::{Value, json};

/// How many levels of a stack are told.
const LEVELS: usize = 24;

/// `{"items": […], "depths": […], "levels": […]}`: the items of the trace, how deep the stack of each
/// is, and for each level that is told its words and its n, `[["array 1 left", 1], …]`.
pub(crate) fn trace(dialect: Dialect, input: &[u8], cuts: &[usize]) -> String {
    let mut items = String::new();
    let mut depths: Vec<usize> = Vec::new();
    let mut levels: Vec<Value> = Vec::new();
    resp_machine::trace::trace(dialect, input, cuts, |item| {
        let mut item = item.clone();
        let (depth, told) = match &mut item {
            Item::Transition(transition) => innermost(&mut transition.stack),
            Item::Chunk(chunk) => innermost(&mut chunk.stack),
            _ => (depths.last().copied().unwrap_or(0), json!([])),
        };
        depths.push(depth);
        levels.push(told);
        if !items.is_empty() {
            items.push(',');
        }
        items.push_str(&item.to_json());
    });
    format!(r#"{{"items":[{items}],"depths":{},"levels":{}}}"#, json!(depths), Value::Array(levels))
}

/// Leaves the innermost levels; says how many there were, and what those that are left say.
fn innermost(stack: &mut &[Open]) -> (usize, Value) {
    let depth = stack.len();
    *stack = &stack[depth.saturating_sub(LEVELS)..];
    (depth, stack.iter().map(|open| json!([open.to_string(), open.n()])).collect())
}

/// Counts the bytes that the machine looks at.
struct Visits(usize);

impl Observer for Visits {
    fn transition(&mut self, _: &Step) {}

    fn visited(&mut self, bytes: usize) {
        self.0 += bytes;
    }
}

/// `[…]`: for each read, how many bytes have been looked at by its end, those of earlier reads
/// included.
pub(crate) fn visits(dialect: Dialect, input: &[u8], cuts: &[usize]) -> String {
    let mut machine = Machine::new(dialect);
    let mut visits = Visits(0);
    let mut kept: Vec<u8> = Vec::new();
    let mut sums: Vec<usize> = Vec::new();
    for piece in pieces(input, cuts) {
        kept.extend_from_slice(piece);
        let mut feed = machine.feed_observed(&kept, &mut visits);
        while let Ok(Some(_)) = feed.next_token() {}
        let consumed = feed.consumed();
        kept.drain(..consumed);
        sums.push(visits.0);
    }
    json!(sums).to_string()
}

/// The states, the dialects, the rows, and the types of which an element is a pair.
pub(crate) fn table() -> String {
    let states: Vec<Value> = State::ALL
        .iter()
        .map(|state| {
            json!({
                "name": format!("{state:?}"),
                "letter": state.letter(),
                "reads": state.reads(),
            })
        })
        .collect();
    let rows: Vec<Value> = TABLE
        .iter()
        .map(|row| {
            json!({
                "rule": format!("{:?}", row.rule),
                "from": format!("{:?}", row.from),
                "on": row.on.to_string(),
                "type": begins(row.on),
                "to": format!("{:?}", row.to),
                "emits": row.emits.to_string(),
                "within": row.within.to_string(),
                "dialects": names(row.dialects),
                "example": row.example.escape_ascii().to_string(),
            })
        })
        .collect();
    let pairs: Vec<String> = Aggregate::ALL
        .iter()
        .filter(|kind| kind.values_per_element() == 2)
        .map(|kind| kind.to_string())
        .collect();
    let dialects = names(&Dialect::ALL);
    json!({ "states": states, "dialects": dialects, "rows": rows, "pairs": pairs }).to_string()
}

/// The type of which a row reads the beginning.
fn begins(on: On) -> Option<&'static str> {
    match on {
        On::Marker(kind) => Some(kind.name()),
        On::OtherByte => Some(Type::Inline.name()),
        _ => None,
    }
}

fn names(dialects: &[Dialect]) -> Vec<&'static str> {
    dialects.iter().map(|dialect| dialect.name()).collect()
}
