#!/usr/bin/env bash
# Builds packages/crypto-core/wasm/ into its .wasm files and src/engines/wasm-module.generated.ts.
#
#   tools/build-wasm.sh           builds and writes
#   tools/build-wasm.sh --check   builds and compares with what is committed
#
# The bytes are those of Rust 1.85.1 alone. It is taken from HAMMERWORK_RUST_WASM (a folder with rustc and, where rustc
# brings no rust-lld, wasm-ld), else from what ../shared/bin/rust-wasm prints where that exists, else from rustup.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.85.1
crate=packages/crypto-core/wasm
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

bin=${HAMMERWORK_RUST_WASM:-}
if [[ -z $bin && -x ../shared/bin/rust-wasm ]]; then bin=$(../shared/bin/rust-wasm); fi
if [[ -n $bin ]]; then
  rustc=("$bin/rustc")
elif command -v rustup >/dev/null && rustup run $version rustc --version >/dev/null 2>&1; then
  rustc=(rustup run $version rustc)
else
  echo "No Rust $version for wasm32. Run: rustup toolchain install $version --profile minimal --target wasm32-unknown-unknown" >&2
  exit 1
fi
found=$("${rustc[@]}" --version)
if [[ $found != "rustc $version "* ]]; then
  echo "The module is built by Rust $version only, this is: $found" >&2
  exit 1
fi
linker=()
if [[ -n $bin && -x $bin/wasm-ld ]]; then linker=(-C "linker=$bin/wasm-ld"); fi

"${rustc[@]}" --edition 2021 --crate-type cdylib --crate-name ciphers --target wasm32-unknown-unknown \
  -C opt-level=3 -C panic=abort -C lto=fat -C codegen-units=1 -C strip=symbols \
  -C target-feature=+simd128,+relaxed-simd,+bulk-memory "${linker[@]}" \
  -C link-arg=--stack-first -C link-arg=-zstack-size=32768 \
  -C link-arg=--initial-memory=4194304 -C link-arg=--max-memory=4194304 \
  --remap-path-prefix "$PWD=." -o "$out/ciphers.wasm" $crate/src/lib.rs

node tools/embed-wasm.ts "$out/ciphers.wasm" "${1:---write}"
