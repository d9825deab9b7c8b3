//! The bodies of the two fuzz targets that cannot be in the library: `memory` needs an allocator,
//! which is unsafe code, and `differential` other libraries. (The others are in
//! `resp_machine::fuzzing`; what each target holds is said there.)

pub mod differential;
pub mod memory;

use resp_machine::fuzzing::TARGETS;

/// The name and the body of every target, wherever it is.
pub fn targets() -> impl Iterator<Item = (&'static str, fn(&[u8]))> {
    let here = [("differential", differential::run as fn(&[u8])), ("memory", memory::run)];
    TARGETS.iter().map(|target| (target.name, target.run)).chain(here)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    // For `memory`, which counts.
    #[global_allocator]
    static ALLOCATOR: counting::Counting = counting::Counting;

    fn directory(name: &str) -> impl Iterator<Item = std::path::PathBuf> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::read_dir(path).into_iter().flatten().map(|entry| entry.unwrap().path())
    }

    fn stem(path: &Path) -> String {
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// A target is not half there: its program in `fuzz_targets`, its name in the manifest, its body.
    #[test]
    fn each_target_has_a_program_and_a_body() {
        let bodies: BTreeSet<String> = super::targets().map(|(name, _)| name.to_owned()).collect();
        let sources: BTreeSet<String> = directory("fuzz_targets").map(|path| stem(&path)).collect();
        assert_eq!(sources, bodies, "fuzz/fuzz_targets, and the bodies");
        let manifest = include_str!("../Cargo.toml");
        for name in bodies {
            assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        }
    }

    /// What a fuzzer once found stays fixed; and the seeds hold, of the targets of this package too.
    #[test]
    fn seeds_and_regressions_hold() {
        for (name, run) in super::targets() {
            let own: Vec<_> = directory(&format!("seeds/{name}")).collect();
            let seeds = if own.is_empty() { directory("seeds/wire").collect() } else { own };
            assert!(!seeds.is_empty(), "{name}: where are its seeds?");
            for path in seeds.into_iter().chain(directory(&format!("regressions/{name}"))) {
                println!("{name}: {}", path.display());
                run(&std::fs::read(path).unwrap());
            }
        }
        for path in directory("regressions") {
            assert!(super::targets().any(|(name, _)| name == stem(&path)), "{}", path.display());
        }
    }
}
