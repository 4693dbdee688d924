# Sourced by the scripts that need a native Rust, for the proofs of packages/crypto-core/wasm.

# rustup keeps its toolchains in the home it was installed for, which need not be HOME
if ! cargo --version >/dev/null 2>&1 && command -v rustup >/dev/null; then
  RUSTUP_HOME=$(dirname "$(dirname "$(dirname "$(readlink -f "$(command -v rustup)")")")")/.rustup
  export RUSTUP_HOME
fi
if ! cargo --version >/dev/null 2>&1; then
  echo 'No Rust. Get it by rustup (https://rustup.rs), 1.88 or newer.' >&2
  exit 1
fi
if [[ $(uname -m) != x86_64 ]]; then
  echo 'The kernels build natively for x86_64 alone.' >&2
  exit 1
fi
