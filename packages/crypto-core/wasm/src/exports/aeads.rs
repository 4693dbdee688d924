//! Plain AEADs in one call: keys, and one message or a batch under them.
use crate::aead_key;
use crate::gcm::Message;
use crate::kind::Kind;
use crate::memory::{aead_slot, check, frame, io, job, wide, IO, JOBS};
use crate::record::TAG;
use core::ptr::write_bytes;

#[no_mangle]
pub unsafe extern "C" fn import_aead_key(slot: u32, kind: u32) {
    aead_key::import(&mut *aead_slot(slot), Kind::of(kind), io());
}

#[no_mangle]
pub unsafe extern "C" fn free_aead_key(slot: u32) {
    write_bytes(aead_slot(slot), 0, 1);
}

/// Nonce at io, associated data at io + 32, data after it, 16-aligned; the tag goes after the data.
unsafe fn message(aad_length: usize, length: usize) -> Message {
    check(aad_length <= IO && length <= IO && 32 + ((aad_length + 15) & !15) + length + TAG <= IO);
    let aad = io().add(32);
    Message { nonce: io(), aad, aad_length, data: aad.add((aad_length + 15) & !15), length }
}

#[no_mangle]
pub unsafe extern "C" fn seal_aead(slot: u32, kind: u32, aad_length: usize, length: usize) {
    aead_key::seal(&mut *aead_slot(slot), Kind::of(kind), message(aad_length, length), wide());
}

/// `length` bytes of ciphertext, then the tag.
#[no_mangle]
pub unsafe extern "C" fn open_aead(slot: u32, kind: u32, aad_length: usize, length: usize) -> u32 {
    let m = message(aad_length, length);
    aead_key::open(&mut *aead_slot(slot), Kind::of(kind), m, wide()) as u32
}

/// Where the messages of a batch begin, all of which fit into input and output.
unsafe fn batch(aad_length: usize, count: usize) -> (*mut u8, &'static [[u32; 2]]) {
    check(count <= JOBS && aad_length <= IO);
    let jobs = core::slice::from_raw_parts(job(0), count);
    let start = (aad_length + 15) & !15;
    let mut end = start;
    for &[_, length] in jobs {
        check(length as usize <= IO);
        end += (length as usize + TAG + 15) & !15;
        check(end <= IO);
    }
    (io().add(start), jobs)
}

/// Nonces at frames, one after another; associated data at io; messages after it, each 16-aligned with its tag.
#[no_mangle]
pub unsafe extern "C" fn seal_aeads(slot: u32, kind: u32, aad_length: usize, count: usize) {
    let (data, jobs) = batch(aad_length, count);
    aead_key::seal_many(&mut *aead_slot(slot), Kind::of(kind), (io(), aad_length), frame(0), data, jobs, wide());
}

/// As `seal_aeads`, lengths without tags; answers in the jobs.
#[no_mangle]
pub unsafe extern "C" fn open_aeads(slot: u32, kind: u32, aad_length: usize, count: usize) {
    let (mut data, _) = batch(aad_length, count);
    let kind = Kind::of(kind);
    let mut nonce = frame(0);
    for i in 0..count {
        let length = (*job(i))[1] as usize;
        let m = Message { nonce, aad: io(), aad_length, data, length };
        (*job(i))[0] = aead_key::open(&mut *aead_slot(slot), kind, m, wide()) as u32;
        data = data.add((length + TAG + 15) & !15);
        nonce = nonce.add(kind.nonce_bytes());
    }
}
