#!/usr/bin/env bash
# No branch and no address of the ciphers depends on a key or a plaintext: runs every kernel under valgrind's memcheck with
# both marked undefined, and planted faults, which it must find (packages/crypto-core/wasm/constant-time).
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/rust.sh
if ! command -v valgrind >/dev/null; then
  echo 'No valgrind. Get it from your system (Debian: apt-get install valgrind).' >&2
  exit 1
fi
cd packages/crypto-core/wasm
cargo build --quiet --locked --profile constant-time -p ciphers-constant-time
watch=(valgrind -q --error-limit=no)
program=target/constant-time/ciphers-constant-time
status=0
"${watch[@]}" $program || status=1
# what memcheck says of planted faults is of no interest
"${watch[@]}" --log-file=/dev/null $program --planted || status=1
exit $status
