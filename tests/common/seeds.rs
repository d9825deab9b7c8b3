//! The seeds of fuzz targets: for each thing that a target can reach, the shortest input known.
//!
//! A seed is a file whose name says what it reaches. (The package of the targets that are not in the
//! library makes theirs with this file, too.)

use resp_machine::fuzzing::{Reached, Wire};
use std::collections::BTreeMap;
use std::path::Path;

/// By what they reach.
pub(crate) type Seeds = BTreeMap<String, Vec<u8>>;

/// What an input reaches.
pub(crate) type Reaches = fn(&[u8]) -> Reached;

/// Takes an input in, wherever it is the shortest.
pub(crate) fn keep(seeds: &mut Seeds, reaches: Reaches, data: &[u8]) {
    for name in reaches(data) {
        let seed = seeds.entry(name).or_insert_with(|| data.to_vec());
        if (data.len(), data) < (seed.len(), &seed[..]) {
            *seed = data.to_vec();
        }
    }
}

/// Takes pieces out of each seed, large ones first, as long as it reaches the same; and then takes in its
/// place what is left of another, if that is shorter and reaches it, too.
pub(crate) fn shrink(seeds: &mut Seeds, reaches: Reaches) {
    for (name, data) in seeds.iter_mut() {
        let mut before = usize::MAX;
        while data.len() < before {
            before = data.len();
            let mut size = before.div_ceil(2);
            while size > 0 {
                let mut at = 0;
                while at + size <= data.len() {
                    let without = [&data[..at], &data[at + size..]].concat();
                    if reaches(&without).contains(name) { *data = without } else { at += 1 }
                }
                size /= 2;
            }
        }
    }
    for data in seeds.clone().into_values() {
        keep(seeds, reaches, &data);
    }
}

/// The ways in which an input may arrive: whole, with tight limits, as a frame that is too long by a
/// byte, and, if it is short, cut in each place, and in each.
pub(crate) fn arrivals(whole: Wire<'_>) -> Vec<Vec<u8>> {
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

/// The files of a directory; none, if there is no such directory.
pub(crate) fn committed(directory: &Path) -> Seeds {
    let Ok(entries) = std::fs::read_dir(directory) else { return Seeds::new() };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Makes them the files of a directory.
pub(crate) fn write(directory: &Path, seeds: &Seeds) {
    let _ = std::fs::remove_dir_all(directory);
    std::fs::create_dir_all(directory).unwrap();
    for (name, data) in seeds {
        std::fs::write(directory.join(name), data).unwrap();
    }
}
