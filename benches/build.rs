//! Finds out whether hiredis is there, and the versions of everything that is measured, so that
//! nobody has to type them.

use std::fs::read_to_string;
use std::path::Path;

const HIREDIS: &str = "hiredis/vendor/hiredis";
/// The peers that a lock file pins.
const PEERS: [(&str, &str); 5] = [
    ("../Cargo.lock", "resp-machine"),
    ("../Cargo.lock", "resp-rs"),
    ("../Cargo.lock", "redis-protocol"),
    ("../Cargo.lock", "redis"),
    ("redis-parser/Cargo.lock", "redis-parser"),
];

fn main() {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = std::process::Command::new(compiler).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let number = version.ok().and_then(|said| said.split(' ').nth(1).map(str::to_owned));
    println!(
        "cargo::rustc-env=RUSTC_VERSION={}",
        number.as_deref().unwrap_or("of unknown version")
    );
    println!("cargo::rustc-env=PEER_VERSIONS={}", versions().join(", "));
    println!("cargo::rustc-check-cfg=cfg(hiredis)");
    for path in ["hiredis", "build.rs", "../Cargo.lock", "redis-parser/Cargo.lock"] {
        println!("cargo::rerun-if-changed={path}");
    }
    if std::env::var_os("DEP_HIREDIS_PRESENT").is_some() {
        println!("cargo::rustc-cfg=hiredis");
    }
}

/// Each library with its version.
fn versions() -> Vec<String> {
    let pinned = PEERS.iter().filter_map(|(lock, name)| {
        let lock = read_to_string(lock).ok()?;
        let version = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1;
        Some(format!("{name} {}", version.split('"').next()?))
    });
    pinned.chain(hiredis_version()).collect()
}

/// What hiredis' header and the package around it say.
fn hiredis_version() -> Option<String> {
    let header = read_to_string(Path::new(HIREDIS).join("hiredis.h")).ok()?;
    let part = |name: &str| {
        let value = header.split_once(&format!("#define HIREDIS_{name} "))?.1;
        value.split_whitespace().next().map(str::to_owned)
    };
    let package = read_to_string("hiredis/PKG-INFO").ok()?;
    let package = package.lines().find_map(|line| line.strip_prefix("Version: "))?;
    Some(format!(
        "hiredis {}.{}.{} (of the Python package hiredis {package})",
        part("MAJOR")?,
        part("MINOR")?,
        part("PATCH")?
    ))
}
