//! Messages of the chunked construction that take more than one call: their keys, and chunks under them.
use super::records::derive_into;
use crate::aead_key;
use crate::kind::Kind;
use crate::memory::{aead_slot, check, io, is_frame, memory, wide, CHUNKS};
use crate::record::{Derived, Ready, CHUNK, COMMITMENT, TAG};
use core::ptr::{addr_of_mut, copy_nonoverlapping, write_bytes};

/// Derives the key of one message into an AEAD slot; the commitment is at io.
#[no_mangle]
pub unsafe extern "C" fn derive_message_key(slot: u32, kind: u32, end: u32, message: u32) {
    let derived = addr_of_mut!((*memory()).derived);
    let message = aead_slot(message);
    check(is_frame(0, end));
    let kind = Kind::of(kind);
    derive_into(slot, kind, 0, end, derived);
    copy_nonoverlapping((*derived).commitment.as_ptr(), io(), COMMITMENT);
    aead_key::import(&mut *message, kind, (*derived).key.as_ptr());
    (*message).base_nonce = (*derived).base_nonce;
    write_bytes(derived, 0, 1);
}

/// Derives what one message needs: at io its key, base nonce and commitment, one after another. `wipe` is called next.
#[no_mangle]
pub unsafe extern "C" fn derive_message(slot: u32, kind: u32, end: u32) {
    check(is_frame(0, end));
    derive_into(slot, Kind::of(kind), 0, end, io().cast());
}

unsafe fn message_of(slot: u32, kind: u32, derived: &mut Derived) -> Ready {
    let key = &*aead_slot(slot);
    derived.base_nonce = key.base_nonce;
    key.ready(Kind::of(kind), wide())
}

/// Chunks at io, `length` bytes of plaintext without gaps counted; `last` 1 where the message ends.
#[no_mangle]
pub unsafe extern "C" fn seal_chunks(slot: u32, kind: u32, first: u32, length: usize, last: u32) {
    check(length <= CHUNKS * CHUNK);
    let mut derived = Derived::EMPTY;
    let mut ready = message_of(slot, kind, &mut derived);
    ready.seal_chunks(&derived, first, io(), length, last != 0);
}

/// Chunks at io, `length` bytes with their tags.
#[no_mangle]
pub unsafe extern "C" fn open_chunks(slot: u32, kind: u32, first: u32, length: usize) -> u32 {
    check(length <= CHUNKS * (CHUNK + TAG));
    let mut derived = Derived::EMPTY;
    let mut ready = message_of(slot, kind, &mut derived);
    ready.open_chunks(&derived, first, io(), length) as u32
}
