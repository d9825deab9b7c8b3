#!/bin/bash -eu
# Builds every fuzz target into $OUT, with its seeds, its dictionary and its options beside it under
# the names that ClusterFuzzLite and OSS-Fuzz look for. Runs in their images; .clusterfuzzlite/check
# runs it without one.
cd "$SRC/resp-machine"

# As they are built for a campaign by hand: optimised, with debug assertions and overflow checks.
cargo fuzz build
programs=${CARGO_TARGET_DIR:-fuzz/target}/x86_64-unknown-linux-gnu/release

# The sources, and not `cargo fuzz list`: when an image measures coverage, its cargo makes a build of
# every `cargo fuzz`. (The check holds one against the other.)
for source in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "$programs/$target" "$OUT/"
    find $(fuzz/inputs "$target") -type f \
        -exec python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" {} +
    cp fuzz/resp.dict "$OUT/$target.dict"
    cp fuzz/resp.options "$OUT/$target.options"
done
