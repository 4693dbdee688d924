//! No branch and no address depends on a key or a plaintext. Each case runs twice: as it is, and with its secrets marked
//! undefined for valgrind's memcheck, which counts an error for every branch or address that depends on them. What a case
//! gives out must be the same both times, and must depend on its secrets, or the case has shown nothing.
//!
//!   valgrind -q target/constant-time/ciphers-constant-time              the kernels: no case may count an error
//!   valgrind -q target/constant-time/ciphers-constant-time --planted    planted faults: each case must count one
mod cases;
mod planted;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    if !watch::watched() {
        eprintln!("Nothing was checked: this program has to run under valgrind.");
        return ExitCode::from(2);
    }
    let planted = std::env::args().any(|argument| argument == "--planted");
    let all = if planted { planted::all() } else { cases::all() };
    let failed = all.iter().filter(|case| !case.passes(planted)).count();
    println!("{} passed, {failed} failed", all.len() - failed);
    ExitCode::from((failed > 0) as u8)
}
