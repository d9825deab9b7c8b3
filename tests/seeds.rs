//! The committed seeds of the fuzz targets: replayed, true to their names, and fresh.
//!
//! A corpus of seeds rots silently: a target's input changes, and what was the way into a state is
//! noise. So each seed's name says what it reaches, and here it must. The seeds are made, not
//! collected: for the targets that read the protocol from the shortest input of each row of the
//! table and the shortest vectors for everything else that can be reached, for the structured ones
//! from a seeded search. Running that again must give the same files:
//!
//! `UPDATE_SEEDS=1 cargo test --all-features --test seeds` writes them.
//!
//! The tokens of `fuzz/resp.dict` are held against the table of types, too.

#![cfg(all(feature = "fuzzing", feature = "server"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Rng, vectors};
use resp_machine::fuzzing::{TARGETS, Target, Wire};
use resp_machine::server::{Connection, Engine};
use resp_machine::state::TABLE;
use resp_machine::value::Value;
use resp_machine::wire::Type;
use resp_machine::{Decoder, Dialect};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Once;

/// The shortest seed known for each thing that can be reached.
type Seeds = BTreeMap<String, Vec<u8>>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn keep(seeds: &mut Seeds, name: String, data: &[u8]) {
    let seed = seeds.entry(name).or_insert_with(|| data.to_vec());
    if (data.len(), data) < (seed.len(), &seed[..]) {
        *seed = data.to_vec();
    }
}

/// From the table and from the vectors. All targets that read the protocol share them.
fn wire_seeds(target: &Target) -> Seeds {
    let mut seeds = Seeds::new();
    let mut inputs = Vec::new();
    for row in TABLE.iter() {
        inputs.extend(row.dialects.iter().map(|dialect| (*dialect, row.example.to_vec())));
    }
    for vector in vectors::all().into_iter().filter(|vector| vector.wire.len() < 200) {
        inputs.extend(vector.dialects.iter().map(|dialect| (*dialect, vector.wire.clone())));
    }
    for (dialect, input) in inputs {
        for data in arrivals(Wire::new(dialect, &input)) {
            for name in (target.reaches)(&data) {
                keep(&mut seeds, name, &data);
            }
        }
    }
    seeds
}

/// The ways in which an input may arrive: whole, with tight limits, as a frame that is too long by a
/// byte, and, if it is short, cut in each place, and in each.
fn arrivals(whole: Wire<'_>) -> Vec<Vec<u8>> {
    let with = |change: &dyn Fn(&mut Wire<'_>)| {
        let mut wire = whole;
        change(&mut wire);
        wire.to_bytes()
    };
    let mut arrivals = vec![whole.to_bytes(), with(&|wire| wire.tight = true)];
    let Ok(length @ 2..40) = u8::try_from(whole.input.len()) else { return arrivals };
    arrivals.push(with(&|wire| wire.frame = length - 1));
    arrivals.push(with(&|wire| (wire.cuts, wire.over_and_over) = (&[1], true)));
    for cut in 1..length {
        let mut wire = whole;
        wire.cuts = core::slice::from_ref(&cut);
        arrivals.push(wire.to_bytes());
    }
    arrivals
}

/// From a search, the same each time.
fn searched_seeds(target: &Target) -> Seeds {
    let mut rng = Rng::new(2);
    let mut seeds = Seeds::new();
    for _ in 0..60_000 {
        let length = 4 + rng.below(60);
        let data: Vec<u8> = (0..length).map(|_| (rng.next() >> 32) as u8).collect();
        for name in (target.reaches)(&data) {
            keep(&mut seeds, name, &data);
        }
    }
    // Shorter, as long as the same is reached.
    for (name, data) in &mut seeds {
        let mut at = data.len();
        while at > 0 {
            at -= 1;
            let mut without = data.clone();
            without.remove(at);
            if (target.reaches)(&without).contains(name) {
                *data = without;
                at = at.min(data.len());
            }
        }
    }
    seeds
}

/// The directory of a target's seeds: one for all that read the protocol.
fn directory(target: &Target) -> PathBuf {
    root().join("seeds").join(if target.wire { "wire" } else { target.name })
}

fn committed(directory: &Path) -> Seeds {
    let Ok(entries) = std::fs::read_dir(directory) else { return Seeds::new() };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })
        .collect()
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
            let directory = directory(target);
            let _ = std::fs::remove_dir_all(&directory);
            std::fs::create_dir_all(&directory).unwrap();
            for (name, data) in &fresh(target) {
                std::fs::write(directory.join(name), data).unwrap();
            }
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
