//! The committed seeds of the fuzz targets: replayed, true to their names, and fresh.
//!
//! A corpus of seeds rots silently: a target's input changes, and what was the way into a state is
//! noise. So each seed's name says what it reaches, and here it must. The seeds are made, not
//! collected: for the targets that read the protocol from the shortest input of each row of the
//! table and the shortest vectors for everything else that can be reached, for the structured ones
//! from a seeded search; and then made as short as they can be. Running that again must give the same files:
//!
//! `UPDATE_SEEDS=1 cargo test --all-features --test seeds` writes them.
//!
//! The tokens of `fuzz/resp.dict` are held against the table of types, too.

#![cfg(all(feature = "fuzzing", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::seeds::{Seeds, arrivals, committed, keep, shrink, write};
use common::{Rng, vectors};
use resp_machine::fuzzing::{TARGETS, Target, Wire};
use resp_machine::server::{Connection, Engine};
use resp_machine::state::{State, TABLE};
use resp_machine::value::Value;
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect};
use std::path::{Path, PathBuf};
use std::sync::Once;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// From the table and from the vectors. All targets that read the protocol share them.
fn wire_seeds(target: &Target) -> Seeds {
    let mut seeds = Seeds::new();
    let mut inputs = Vec::new();
    for row in TABLE.iter() {
        inputs.extend(row.dialects.iter().map(|dialect| (*dialect, row.example.to_vec())));
        if row.to == State::Count {
            // One level deeper than the tight limits let it be.
            let deep = [&b"*1\r\n".repeat(3), row.example].concat();
            inputs.extend(row.dialects.iter().map(|dialect| (*dialect, deep.clone())));
        }
    }
    for vector in vectors::all().into_iter().filter(|vector| vector.wire.len() < 200) {
        inputs.extend(vector.dialects.iter().map(|dialect| (*dialect, vector.wire.clone())));
    }
    for (dialect, input) in inputs {
        for data in arrivals(Wire::new(dialect, &input)) {
            keep(&mut seeds, target.reaches, &data);
        }
    }
    shrink(&mut seeds, target.reaches);
    seeds
}

/// From a search, the same each time.
fn searched_seeds(target: &Target) -> Seeds {
    let mut rng = Rng::new(2);
    let mut seeds = Seeds::new();
    for _ in 0..60_000 {
        let length = 4 + rng.below(60);
        let data: Vec<u8> = (0..length).map(|_| (rng.next() >> 32) as u8).collect();
        keep(&mut seeds, target.reaches, &data);
    }
    shrink(&mut seeds, target.reaches);
    seeds
}

/// The directory of a target's seeds: one for all of the library that read the protocol.
fn directory(target: &Target) -> PathBuf {
    root().join("seeds").join(if target.wire { "wire" } else { target.name })
}

fn fresh(target: &Target) -> Seeds {
    if target.wire { wire_seeds(target) } else { searched_seeds(target) }
}

/// Before any test looks at them.
fn update_if_asked() {
    static ONCE: Once = Once::new();
    if std::env::var_os("UPDATE_SEEDS").is_none() {
        return;
    }
    ONCE.call_once(|| {
        for target in TARGETS {
            write(&directory(target), &fresh(target));
        }
    });
}

#[test]
fn seeds_are_fresh() {
    update_if_asked();
    for target in TARGETS {
        assert!(
            committed(&directory(target)) == fresh(target),
            "the seeds of {} are stale: UPDATE_SEEDS=1 cargo test --all-features --test seeds",
            target.name
        );
    }
}

#[test]
fn each_seed_reaches_what_its_name_says() {
    update_if_asked();
    for target in TARGETS {
        let seeds = committed(&directory(target));
        assert!(seeds.len() > 20, "{}: {} seeds", target.name, seeds.len());
        for (name, data) in seeds {
            assert!(data.len() < 220, "{}: {name} has {} bytes", target.name, data.len());
            (target.run)(&data);
            let reached = (target.reaches)(&data);
            assert!(reached.contains(&name), "{}: {name} reaches {reached:?}", target.name);
        }
    }
}

#[test]
fn every_row_of_every_dialect_has_a_seed() {
    update_if_asked();
    let seeds = committed(&root().join("seeds/wire"));
    for row in TABLE.iter() {
        for dialect in row.dialects {
            let name = format!("{}-{:?}", dialect.name(), row.rule);
            assert!(seeds.contains_key(&name), "{name}");
        }
    }
}

/// A command that the server has and the target does not make would never be tried.
#[test]
fn every_command_of_the_server_has_a_seed() {
    update_if_asked();
    let seeds = committed(&root().join("seeds/server"));
    let mut connection = Connection::new(Engine::new());
    let mut out = Vec::new();
    connection.feed(b"COMMAND\r\n");
    connection.process(&mut out);
    let mut decoder = Decoder::new(Dialect::Resp3);
    decoder.feed(&out);
    let told = Value::from(decoder.next_frame().unwrap().unwrap());
    let mut entries: Vec<&Value> = items(&told).iter().collect();
    let mut commands = 0;
    while let Some(entry) = entries.pop() {
        let [Value::BulkString(name), .., subcommands] = items(entry) else { panic!("{entry:?}") };
        let name = String::from_utf8_lossy(name).replace('|', ".") + "-";
        assert!(seeds.keys().any(|seed| seed.starts_with(&name)), "{name}");
        entries.extend(items(subcommands));
        commands += 1;
    }
    assert!(commands > 40, "{commands}");
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) | Value::Set(items) => items,
        other => panic!("{other:?} has no items"),
    }
}

/// What a fuzzer once found, and stays as it was found: `fuzz/regressions`, by target. (Those of the
/// targets that are not in the library are replayed in `fuzz/`.)
#[test]
fn regressions_stay_fixed() {
    for target in TARGETS {
        for (name, data) in committed(&root().join("regressions").join(target.name)) {
            println!("{}: {name}", target.name);
            (target.run)(&data);
        }
    }
}

/// The tokens that a fuzzer tries begin with every marker, and end lines as the protocol does.
#[test]
fn the_dictionary_has_every_marker() {
    let text = std::fs::read_to_string(root().join("resp.dict")).unwrap();
    let tokens: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap())
        .collect();
    for kind in Type::MARKED {
        let marker = char::from(kind.marker());
        assert!(tokens.iter().any(|token| token.starts_with(marker)), "{kind}: {marker}");
    }
    assert!(tokens.contains(&"\\x0d\\x0a"));
    // The streamed forms, and what closes them.
    for form in ["$?", "*?", "%?", "~?", ";0", ".", "$-1", "*-1"] {
        assert!(tokens.contains(&format!("{form}\\x0d\\x0a").as_str()), "{form}");
    }
}
