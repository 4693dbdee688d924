//! SHA-512 by itself.
use crate::memory::{check, io, memory, IO};
use crate::sha512::{compress, finish, BLOCK, INITIAL};
use core::ptr::{addr_of_mut, write_bytes};

/// Pieces at io, all but the last a multiple of 128 bytes; first 1 begins, `total` other than 0 ends. The digest is at io.
#[no_mangle]
pub unsafe extern "C" fn sha512(first: u32, length: usize, total: f64) {
    check(length <= IO);
    let state = &mut *addr_of_mut!((*memory()).hash);
    if first != 0 {
        *state = INITIAL;
    }
    if total < 0.0 {
        compress(state, io(), length / BLOCK);
    } else {
        finish(state, io(), length, None, total as u64, io());
        write_bytes(addr_of_mut!((*memory()).hash), 0, 1);
    }
}
