//! Runs files through a fuzz target, on any toolchain and without a fuzzer:
//!
//!     cargo resp-replay TARGET FILE|DIRECTORY…
//!
//! Says of each what it is and what it reaches. The first that breaks a promise ends the program, as
//! it ends a campaign: with the target's panic.

use resp_machine::fuzzing::{Target, Wire};
use std::error::Error;
use std::path::{Path, PathBuf};

// For `memory`, which counts.
#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let paths: Vec<_> = arguments.collect();
    let target = resp_machine_fuzz::targets().find(|target| target.name == name);
    let (Some(target), false) = (target, paths.is_empty()) else {
        let names: Vec<_> = resp_machine_fuzz::targets().map(|target| target.name).collect();
        return Err(
            format!("TARGET FILE|DIRECTORY…, and TARGET is one of {}", names.join(" ")).into()
        );
    };
    for path in paths {
        for file in files(Path::new(&path))? {
            replay(target, &file)?;
        }
    }
    Ok(())
}

/// The files of a directory in order, or the one file that it is.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = entries.collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn replay(target: &Target, file: &Path) -> std::io::Result<()> {
    let data = std::fs::read(file)?;
    println!("{}: {} bytes", file.display(), data.len());
    match Wire::of(&data) {
        Some(wire) if target.wire => {
            let tight = if wire.tight { "tight" } else { "wide" };
            let (dialect, cuts) = (wire.dialect.name(), wire.cuts);
            let again = if wire.over_and_over { " over and over" } else { "" };
            let frame = match wire.frame {
                0 => String::new(),
                most => format!(", frames of at most {most} bytes"),
            };
            let input = wire.input.escape_ascii();
            println!("  {dialect}, {tight} limits{frame}, cut at {cuts:?}{again}: {input}");
        }
        _ => println!("  {}", data.escape_ascii()),
    }
    (target.run)(&data);
    println!("  holds; reaches {}", Vec::from_iter((target.reaches)(&data)).join(" "));
    Ok(())
}
