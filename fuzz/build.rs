//! Says whether hiredis is there to compare with.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(hiredis)");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("DEP_HIREDIS_PRESENT").is_some() {
        println!("cargo::rustc-cfg=hiredis");
    }
}
