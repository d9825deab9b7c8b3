//! The bodies of the two fuzz targets that cannot be in the library: `memory` needs an allocator,
//! which is unsafe code, and `differential` other libraries. (The others are in
//! `resp_machine::fuzzing`; what each target holds is said there.)

pub mod differential;
pub mod memory;

use resp_machine::fuzzing::{TARGETS, Target};

/// The targets whose bodies are here.
pub static HERE: [Target; 2] = [
    Target::elsewhere("differential", differential::run, differential::reaches),
    Target::elsewhere("memory", memory::run, memory::reaches),
];

/// Every target, wherever its body is.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().chain(&HERE)
}

#[cfg(test)]
#[path = "../../tests/common/seeds.rs"]
mod seeds;

#[cfg(test)]
mod tests {
    use super::seeds::{Seeds, arrivals, committed, keep, shrink, write};
    use super::{HERE, Target};
    use resp_machine::Dialect;
    use resp_machine::fuzzing::Wire;
    use resp_machine::state::TABLE;
    use resp_machine::wire::Type;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};
    use std::sync::Once;

    // For `memory`, which counts.
    #[global_allocator]
    static ALLOCATOR: counting::Counting = counting::Counting;

    fn path(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
    }

    fn directory(name: &str) -> impl Iterator<Item = PathBuf> {
        std::fs::read_dir(path(name)).into_iter().flatten().map(|entry| entry.unwrap().path())
    }

    fn stem(path: &Path) -> String {
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// A target is not half there: its program in `fuzz_targets`, its name in the manifest, its body.
    #[test]
    fn each_target_has_a_program_and_a_body() {
        let bodies: BTreeSet<String> =
            super::targets().map(|target| target.name.to_owned()).collect();
        let sources: BTreeSet<String> = directory("fuzz_targets").map(|path| stem(&path)).collect();
        assert_eq!(sources, bodies, "fuzz/fuzz_targets, and the bodies");
        let manifest = include_str!("../Cargo.toml");
        for name in bodies {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
    }

    /// Made of the seeds that those in the library share, in other arrivals, and of what reaches the limits
    /// that the targets here have.
    fn fresh(target: &Target) -> Seeds {
        let shared = committed(&path("seeds/wire"));
        assert!(shared.len() > 200, "{} seeds are shared", shared.len());
        let mut inputs: Vec<(Dialect, Vec<u8>)> = shared
            .values()
            .filter_map(|data| Wire::of(data))
            .map(|wire| (wire.dialect, wire.input.to_vec()))
            .collect();
        for dialect in Dialect::ALL {
            inputs.push((dialect, b"*1\r\n".repeat(65)));
            for marker in Type::MARKED.iter().map(|kind| kind.marker()) {
                let header = [&[marker], &b"5000\r\n"[..]].concat();
                inputs.push((dialect, [b"*1\r\n", &header[..]].concat()));
                inputs.push((dialect, header));
            }
        }
        let mut seeds = Seeds::new();
        for (dialect, input) in &inputs {
            for data in arrivals(Wire::new(*dialect, input)) {
                keep(&mut seeds, target.reaches, &data);
                if data[0] < 64 {
                    // As `memory` reads it, behind large frames.
                    let behind = [&[data[0] + 192, 0], &data[1..]].concat();
                    keep(&mut seeds, target.reaches, &behind);
                }
            }
        }
        shrink(&mut seeds, target.reaches);
        seeds
    }

    /// `UPDATE_SEEDS=1` makes them again, before any test looks at them. They are made of the shared ones,
    /// which come first.
    fn update_if_asked() {
        static ONCE: Once = Once::new();
        if std::env::var_os("UPDATE_SEEDS").is_none() {
            return;
        }
        ONCE.call_once(|| {
            for target in &HERE {
                write(&path("seeds").join(target.name), &fresh(target));
            }
        });
    }

    #[test]
    fn seeds_are_fresh_and_reach_what_their_names_say() {
        update_if_asked();
        for target in &HERE {
            let fresh = fresh(target);
            let seeds = committed(&path("seeds").join(target.name));
            let again = "UPDATE_SEEDS=1 cargo test --manifest-path fuzz/Cargo.toml --lib";
            assert!(seeds == fresh, "the seeds of {} are stale: {again}", target.name);
            for row in TABLE.iter() {
                for dialect in row.dialects {
                    let name = format!("{}-{:?}", dialect.name(), row.rule);
                    let requests = *dialect == Dialect::Request && target.name == "differential";
                    assert_eq!(seeds.contains_key(&name), !requests, "{}: {name}", target.name);
                }
            }
            for (name, data) in seeds {
                assert!((target.reaches)(&data).contains(&name), "{}: {name}", target.name);
            }
        }
    }

    /// What a fuzzer once found stays fixed; and the seeds hold, of the targets of this package too.
    #[test]
    fn seeds_and_regressions_hold() {
        update_if_asked();
        for target in super::targets() {
            let name = target.name;
            let own: Vec<_> = directory(&format!("seeds/{name}")).collect();
            let seeds = if own.is_empty() { directory("seeds/wire").collect() } else { own };
            assert!(!seeds.is_empty(), "{name}: where are its seeds?");
            for path in seeds.into_iter().chain(directory(&format!("regressions/{name}"))) {
                println!("{name}: {}", path.display());
                (target.run)(&std::fs::read(path).unwrap());
            }
        }
        for path in directory("regressions") {
            let name = stem(&path);
            assert!(super::targets().any(|target| target.name == name), "{}", path.display());
        }
    }
}
