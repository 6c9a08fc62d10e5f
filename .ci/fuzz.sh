#!/usr/bin/env bash
# Every fuzz target for some seconds: .ci/fuzz.sh [SECONDS]. Needs cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
for target in fuzz/fuzz_targets/*.rs; do
    name=$(basename "$target" .rs)
    RUSTC_BOOTSTRAP=1 cargo fuzz run "$name" -- -max_total_time="${1:-60}" -max_len=65536
done
