//! Compiles hiredis, if `benches/fetch-hiredis` has brought its sources, and tells dependants, as
//! `DEP_HIREDIS_PRESENT`.

use std::path::Path;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(hiredis)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../hiredis");
    let sources = Path::new("../hiredis/vendor/hiredis");
    if !sources.join("read.c").exists() {
        println!("cargo::warning=hiredis is left out: run benches/fetch-hiredis first");
        return;
    }
    cc::Build::new()
        .files(
            ["alloc.c", "async.c", "hiredis.c", "net.c", "read.c", "sds.c", "sockcompat.c"]
                .map(|file| sources.join(file)),
        )
        .include(sources)
        .opt_level(3)
        .warnings(false)
        .compile("hiredis");
    println!("cargo::rustc-cfg=hiredis");
    println!("cargo::metadata=present=1");
}
