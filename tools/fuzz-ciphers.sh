#!/usr/bin/env bash
# Fuzzes the ciphers against a slow reference with libFuzzer and the address sanitizer (packages/crypto-core/wasm/fuzz).
#
#   tools/fuzz-ciphers.sh                      every target, 5 seconds each, always with the same seed
#   tools/fuzz-ciphers.sh SECONDS TARGET...    these targets, at random
#
# This builds as `cargo fuzz` does, but with any Rust. With a nightly one, in packages/crypto-core/wasm:
#
#   RUSTFLAGS='-C target-feature=+ssse3,+sse4.1' cargo +nightly fuzz run record_hostile
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/rust.sh
if ! command -v c++ >/dev/null; then
  echo 'No C++ compiler for libFuzzer. Get one from your system (Debian: apt-get install g++).' >&2
  exit 1
fi
seconds=${1:-5} seed=$(($# == 0))
cd packages/crypto-core/wasm
targets=("${@:2}")
if [[ ${#targets[@]} -eq 0 ]]; then
  for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

host=$(rustc -vV | sed -n 's/^host: //p')
coverage=(-level=4 -inline-8bit-counters -pc-table -trace-compares)
RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Ctarget-feature=+ssse3,+sse4.1 -Zsanitizer=address -Cpasses=sancov-module \
  ${coverage[*]/#/-Cllvm-args=-sanitizer-coverage} --cfg fuzzing -Cdebug-assertions -Ccodegen-units=1" \
  cargo build --quiet --locked --release --target "$host" -p ciphers-fuzz

passed=0 failed=0
for target in "${targets[@]}"; do
  corpus=target/corpus/$target
  mkdir -p "$corpus"
  log=$(mktemp)
  if "target/$host/release/$target" -seed="$seed" -max_total_time="$seconds" -max_len=512 -len_control=0 -timeout=10 \
    -print_final_stats=1 -artifact_prefix="target/corpus/$target-" "$corpus" "fuzz/seeds/$target" >"$log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok   %s: %s inputs, %s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
      "$(sed -n 's/.*DONE *\(cov: [0-9]*\).*/\1/p' "$log")"
  else
    failed=$((failed + 1))
    tail -n 40 "$log"
    printf 'FAIL %s\n' "$target"
  fi
  rm -f "$log"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
