//! What JavaScript calls. The caller checks sizes and hands out slots (see `src/engines/wasm.ts`); a number that is out of
//! range all the same traps before it reaches memory beside its own (`memory.rs`).
mod aeads;
mod hashes;
mod messages;
mod pieces;
mod records;

pub use aeads::*;
pub use hashes::*;
pub use messages::*;
pub use pieces::*;
pub use records::*;

use crate::memory::{self, frame, io, job, memory, AEAD_KEYS, IO, JOBS, RECORD_KEYS};
use crate::sha512;
use core::ptr::{addr_of_mut, write_bytes};

/// Where things are: 0 frames, 1 input and output, 2 jobs of a batch.
#[no_mangle]
pub unsafe extern "C" fn address(what: u32) -> usize {
    match what {
        0 => frame(0) as usize,
        1 => io() as usize,
        _ => job(0) as usize,
    }
}

/// How many: 0 bytes of input and output, 1 jobs of a batch, 2 record keys, 3 AEAD keys.
#[no_mangle]
pub extern "C" fn capacity(what: u32) -> usize {
    match what {
        0 => IO,
        1 => JOBS,
        2 => RECORD_KEYS,
        _ => AEAD_KEYS,
    }
}

#[no_mangle]
pub unsafe extern "C" fn set_wide(wide: u32) {
    memory::set_wide(wide);
}

#[cfg(target_arch = "wasm32")]
extern "C" {
    static mut __stack_low: u8;
    static mut __stack_high: u8;
}

/// Clears all that messages left behind: everything but keys. Has no stack frame of its own.
#[no_mangle]
pub unsafe extern "C" fn wipe() {
    let m = memory();
    let start = m.cast::<u8>();
    let keys = addr_of_mut!((*m).records).cast::<u8>();
    write_bytes(start, 0, keys as usize - start as usize);
    sha512::wipe();
    #[cfg(target_arch = "wasm32")]
    {
        let low = addr_of_mut!(__stack_low);
        write_bytes(low, 0, addr_of_mut!(__stack_high) as usize - low as usize);
    }
}
