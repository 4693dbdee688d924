//! Messages of plain AEADs that do not fit: one at a time, piece by piece.
use crate::kind::Kind;
use crate::memory::{aead_slot, check, io, memory, wide, IO};
use crate::pieces;
use core::ptr::{addr_of_mut, write_bytes};

/// A message that does not fit: nonce at io. Pieces follow at io + 32, all but the last a multiple of 256 bytes.
#[no_mangle]
pub unsafe extern "C" fn start_pieces(slot: u32, kind: u32) {
    let message = addr_of_mut!((*memory()).pieces);
    pieces::start(&*aead_slot(slot), Kind::of(kind), io(), &mut *message, wide());
}

/// 0 takes associated data, 1 encrypts, 2 decrypts.
#[no_mangle]
pub unsafe extern "C" fn add_piece(slot: u32, action: u32, length: usize) {
    check(length <= IO - 32);
    let message = addr_of_mut!((*memory()).pieces);
    pieces::add(&*aead_slot(slot), &mut *message, action, io().add(32), length);
}

/// Writes the tag to io + 32; answers whether it equals the one at io.
#[no_mangle]
pub unsafe extern "C" fn end_pieces(slot: u32) -> u32 {
    let message = addr_of_mut!((*memory()).pieces);
    let same = pieces::end(&*aead_slot(slot), &mut *message, io(), io().add(32));
    write_bytes(message, 0, 1);
    same as u32
}
