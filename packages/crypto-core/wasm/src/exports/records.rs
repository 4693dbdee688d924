//! Records in one call: keys, and one record or a batch under them.
use crate::kind::Kind;
use crate::memory::{check, fits, frame, io, is_frame, job, memory, record_slot, wide, CHUNKS};
use crate::record::{committed, copy32, derive, Derived, Ready, BODY, CHUNK, HEAD, SALT_AT, TAG};
use crate::sha512;
use core::ptr::{addr_of_mut, write_bytes};

#[no_mangle]
pub unsafe extern "C" fn import_record_key(slot: u32) {
    sha512::hmac_key(io(), 32, &mut *record_slot(slot));
}

#[no_mangle]
pub unsafe extern "C" fn free_record_key(slot: u32) {
    write_bytes(record_slot(slot), 0, 1);
}

#[inline(always)]
pub(super) unsafe fn derive_into(slot: u32, kind: Kind, start: u32, end: u32, out: *mut Derived) {
    let salt = frame(start).add(SALT_AT);
    derive(&*record_slot(slot), kind, salt, (end - start) as usize - SALT_AT, &mut *out);
}

#[inline(never)]
unsafe fn seal_at(slot: u32, kind: Kind, (start, end): (u32, u32), record: *mut u8, length: usize) {
    check(is_frame(start, end));
    let m = memory();
    let derived = addr_of_mut!((*m).derived);
    copy32(frame(start), record);
    record.add(32).cast::<u32>().write_unaligned(frame(start + 32).cast::<u32>().read_unaligned());
    derive_into(slot, kind, start, end, derived);
    copy32((*derived).commitment.as_ptr(), record.add(HEAD));
    let mut ready = Ready::new(&*derived, kind, &mut *addr_of_mut!((*m).message), length, wide());
    ready.seal_chunks(&*derived, 0, record.add(BODY), length, true);
}

#[inline(never)]
unsafe fn open_at(slot: u32, kind: Kind, (start, end): (u32, u32), record: *mut u8, length: usize) -> bool {
    check(is_frame(start, end));
    let m = memory();
    let derived = addr_of_mut!((*m).derived);
    derive_into(slot, kind, start, end, derived);
    if !committed(&*derived, record.add(HEAD)) {
        return false;
    }
    let body = length - BODY;
    let mut ready = Ready::new(&*derived, kind, &mut *addr_of_mut!((*m).message), body, wide());
    ready.open_chunks(&*derived, 0, record.add(BODY), body)
}

/// Frame at 0..end; plaintext of `length` bytes at io + 68, in chunks with room for tags. The record is at io.
#[no_mangle]
pub unsafe extern "C" fn seal_record(slot: u32, kind: u32, end: u32, length: usize) {
    check(length < CHUNKS * CHUNK);
    seal_at(slot, Kind::of(kind), (0, end), io(), length);
}

/// Record of `length` bytes at io; its plaintext is at io + 68, in chunks with gaps, if the answer is 1.
#[no_mangle]
pub unsafe extern "C" fn open_record(slot: u32, kind: u32, end: u32, length: usize) -> u32 {
    check((BODY + TAG..=BODY + CHUNKS * (CHUNK + TAG)).contains(&length));
    open_at(slot, Kind::of(kind), (0, end), io(), length) as u32
}

/// `count` jobs of (end of frame, bytes of plaintext), the first frame from `start`; record i + 1 begins 16-aligned after
/// record i. Below 16 KiB each.
#[no_mangle]
pub unsafe extern "C" fn seal_records(slot: u32, kind: u32, mut start: u32, count: usize) {
    let mut record = io();
    for i in 0..count {
        let [end, length] = *job(i);
        let length = length as usize;
        check(length < CHUNK && fits(record, BODY + length + TAG));
        seal_at(slot, Kind::of(kind), (start, end), record, length);
        record = record.add((BODY + length + TAG + 15) & !15);
        start = end;
    }
}

/// `count` jobs of (end of frame, bytes of record); answers in place of the first.
#[no_mangle]
pub unsafe extern "C" fn open_records(slot: u32, kind: u32, mut start: u32, count: usize) {
    let mut record = io();
    for i in 0..count {
        let [end, length] = *job(i);
        let length = length as usize;
        check(length >= BODY + TAG && fits(record, length));
        let opened = open_at(slot, Kind::of(kind), (start, end), record, length);
        (*job(i))[0] = opened as u32;
        record = record.add((length + 15) & !15);
        start = end;
    }
}
