//! Compiles hiredis, if `fetch-hiredis` has brought its sources.

use std::path::Path;

fn main() {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = std::process::Command::new(compiler).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let number = version.ok().and_then(|said| said.split(' ').nth(1).map(str::to_owned));
    println!(
        "cargo::rustc-env=RUSTC_VERSION={}",
        number.as_deref().unwrap_or("of unknown version")
    );
    println!("cargo::rustc-check-cfg=cfg(hiredis)");
    println!("cargo::rerun-if-changed=hiredis");
    let sources = Path::new("hiredis/vendor/hiredis");
    if !sources.join("read.c").exists() {
        println!("cargo::warning=hiredis is left out: run benches/fetch-hiredis first");
        return;
    }
    cc::Build::new()
        .files(
            ["alloc.c", "hiredis.c", "net.c", "read.c", "sds.c", "sockcompat.c"]
                .map(|file| sources.join(file)),
        )
        .include(sources)
        .opt_level(3)
        .warnings(false)
        .compile("hiredis");
    println!("cargo::rustc-cfg=hiredis");
}
