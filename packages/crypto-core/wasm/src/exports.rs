//! What JavaScript calls, and the one memory that it shares with it. The caller checks sizes and hands out slots (see
//! `src/engines/wasm.ts`); a number that is out of range all the same traps before it reaches memory beside its own.
use crate::aead::{self, AeadKey, Kind, Stream};
use crate::gcm::{GcmKey, Message};
use crate::record::{committed, copy32, derive, Aead, Derived, Ready, CHUNK, COMMITMENT, TAG};
use crate::sha512::{self, compress, HmacKey, BLOCK, INITIAL};
use core::ptr::{addr_of_mut, copy_nonoverlapping, write_bytes};

const HEAD: usize = 36;
const SALT_AT: usize = 12;
/// Room before the frames for what `derive` puts before a salt.
const BEFORE: usize = 128;
const FRAMES: usize = HEAD + 65_536;
/// Seven chunks of a record, or a piece of a long message, and what goes with it.
const IO: usize = 128 * 1024;
const JOBS: usize = 256;
/// Before a record's first chunk.
const BODY: usize = HEAD + COMMITMENT;
/// Chunks that one call takes.
const CHUNKS: usize = 7;
pub const RECORD_KEYS: usize = 2_048;
pub const AEAD_KEYS: usize = 448;

#[repr(C, align(16))]
struct Memory {
    before: [u8; BEFORE],
    frames: [u8; FRAMES + 12],
    io: [u8; IO + 64],
    jobs: [[u32; 2]; JOBS],
    derived: Derived,
    message: GcmKey,
    stream: Stream,
    hash: [u64; 8],
    records: [HmacKey; RECORD_KEYS],
    aeads: [AeadKey; AEAD_KEYS],
}

static mut MEMORY: core::mem::MaybeUninit<Memory> = core::mem::MaybeUninit::zeroed();
/// 0 where few vector registers are to be had (JavaScriptCore).
static mut WIDE: u32 = 0;

#[inline(always)]
fn memory() -> *mut Memory {
    addr_of_mut!(MEMORY).cast()
}

#[inline(always)]
unsafe fn io() -> *mut u8 {
    addr_of_mut!((*memory()).io).cast()
}

/// A trap, which JavaScript sees as an error, unless a number that came in is in range.
#[inline(always)]
fn check(in_range: bool) {
    if !in_range {
        out_of_range();
    }
}

#[cold]
#[inline(never)]
fn out_of_range() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    panic!("a number is out of range");
}

/// Whether `bytes` fit into input and output from `at` on.
#[inline(always)]
unsafe fn fits(at: *mut u8, bytes: usize) -> bool {
    bytes <= IO - (at as usize - io() as usize)
}

/// Whether there is a frame, which has a header and a salt at least.
#[inline(always)]
fn is_frame(start: u32, end: u32) -> bool {
    end as usize <= FRAMES && start <= end && (end - start) as usize >= HEAD
}

#[inline(always)]
unsafe fn frame(start: u32) -> *mut u8 {
    addr_of_mut!((*memory()).frames).cast::<u8>().add(start as usize)
}

#[inline(always)]
unsafe fn record_key(slot: u32) -> *mut HmacKey {
    check((slot as usize) < RECORD_KEYS);
    addr_of_mut!((*memory()).records).cast::<HmacKey>().add(slot as usize)
}

#[inline(always)]
unsafe fn aead_key(slot: u32) -> *mut AeadKey {
    check((slot as usize) < AEAD_KEYS);
    addr_of_mut!((*memory()).aeads).cast::<AeadKey>().add(slot as usize)
}

#[inline(always)]
unsafe fn job(i: usize) -> *mut [u32; 2] {
    check(i < JOBS);
    addr_of_mut!((*memory()).jobs).cast::<[u32; 2]>().add(i)
}

/// 0 is AES-256-GCM.
fn record_aead(aead: u32) -> Aead {
    if aead == 0 {
        Aead::Aes256Gcm
    } else {
        Aead::ChaCha20Poly1305
    }
}

/// Where things are: 0 frames, 1 input and output, 2 jobs of a batch.
#[no_mangle]
pub unsafe extern "C" fn address(what: u32) -> usize {
    match what {
        0 => frame(0) as usize,
        1 => io() as usize,
        _ => addr_of_mut!((*memory()).jobs) as usize,
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
    WIDE = wide;
}

#[no_mangle]
pub unsafe extern "C" fn import_record_key(slot: u32) {
    sha512::hmac_key(io(), 32, &mut *record_key(slot));
}

#[no_mangle]
pub unsafe extern "C" fn free_record_key(slot: u32) {
    write_bytes(record_key(slot), 0, 1);
}

#[inline(always)]
unsafe fn derive_into(slot: u32, aead: Aead, start: u32, end: u32, out: *mut Derived) {
    let salt = frame(start).add(SALT_AT);
    derive(&*record_key(slot), aead, salt, (end - start) as usize - SALT_AT, &mut *out);
}

#[inline(never)]
unsafe fn seal_at(slot: u32, aead: Aead, (start, end): (u32, u32), record: *mut u8, length: usize) {
    check(is_frame(start, end));
    let m = memory();
    let derived = addr_of_mut!((*m).derived);
    copy32(frame(start), record);
    record.add(32).cast::<u32>().write_unaligned(frame(start + 32).cast::<u32>().read_unaligned());
    derive_into(slot, aead, start, end, derived);
    copy32((*derived).commitment.as_ptr(), record.add(HEAD));
    let mut ready = Ready::new(&*derived, aead, &mut *addr_of_mut!((*m).message), length, WIDE != 0);
    ready.seal_chunks(&*derived, 0, record.add(BODY), length, true);
}

#[inline(never)]
unsafe fn open_at(slot: u32, aead: Aead, (start, end): (u32, u32), record: *mut u8, length: usize) -> bool {
    check(is_frame(start, end));
    let m = memory();
    let derived = addr_of_mut!((*m).derived);
    derive_into(slot, aead, start, end, derived);
    if !committed(&*derived, record.add(HEAD)) {
        return false;
    }
    let body = length - HEAD - COMMITMENT;
    let mut ready = Ready::new(&*derived, aead, &mut *addr_of_mut!((*m).message), body, WIDE != 0);
    ready.open_chunks(&*derived, 0, record.add(BODY), body)
}

/// Frame at 0..end; plaintext of `length` bytes at io + 68, in chunks with room for tags. The record is at io.
#[no_mangle]
pub unsafe extern "C" fn seal_record(slot: u32, aead: u32, end: u32, length: usize) {
    check(length < CHUNKS * CHUNK);
    seal_at(slot, record_aead(aead), (0, end), io(), length);
}

/// Record of `length` bytes at io; its plaintext is at io + 68, in chunks with gaps, if the answer is 1.
#[no_mangle]
pub unsafe extern "C" fn open_record(slot: u32, aead: u32, end: u32, length: usize) -> u32 {
    check((BODY + TAG..=BODY + CHUNKS * (CHUNK + TAG)).contains(&length));
    open_at(slot, record_aead(aead), (0, end), io(), length) as u32
}

/// `count` jobs of (end of frame, bytes of plaintext), the first frame from `start`; record i + 1 begins 16-aligned after
/// record i. Below 16 KiB each.
#[no_mangle]
pub unsafe extern "C" fn seal_records(slot: u32, aead: u32, mut start: u32, count: usize) {
    let mut record = io();
    for i in 0..count {
        let [end, length] = *job(i);
        let length = length as usize;
        check(length < CHUNK && fits(record, BODY + length + TAG));
        seal_at(slot, record_aead(aead), (start, end), record, length);
        record = record.add((BODY + length + TAG + 15) & !15);
        start = end;
    }
}

/// `count` jobs of (end of frame, bytes of record); answers in place of the first.
#[no_mangle]
pub unsafe extern "C" fn open_records(slot: u32, aead: u32, mut start: u32, count: usize) {
    let mut record = io();
    for i in 0..count {
        let [end, length] = *job(i);
        let length = length as usize;
        check(length >= BODY + TAG && fits(record, length));
        let opened = open_at(slot, record_aead(aead), (start, end), record, length);
        (*job(i))[0] = opened as u32;
        record = record.add((length + 15) & !15);
        start = end;
    }
}

/// Derives the key of one message into an AEAD slot; the commitment is at io.
#[no_mangle]
pub unsafe extern "C" fn derive_message_key(slot: u32, aead: u32, end: u32, message: u32) {
    let derived = addr_of_mut!((*memory()).derived);
    let message = aead_key(message);
    check(is_frame(0, end));
    derive_into(slot, record_aead(aead), 0, end, derived);
    copy_nonoverlapping((*derived).commitment.as_ptr(), io(), COMMITMENT);
    let kind = if aead == 0 { Kind::Aes256Gcm } else { Kind::ChaCha20Poly1305 };
    aead::import(&mut *message, kind, (*derived).key.as_ptr());
    (*message).base_nonce = (*derived).base_nonce;
    write_bytes(derived, 0, 1);
}

/// Derives what one message needs: at io its key, base nonce and commitment, one after another. `wipe` is called next.
#[no_mangle]
pub unsafe extern "C" fn derive_message(slot: u32, aead: u32, end: u32) {
    check(is_frame(0, end));
    derive_into(slot, record_aead(aead), 0, end, io().cast());
}

unsafe fn message_of(slot: u32, aead: u32, derived: &mut Derived) -> Ready {
    let key = &*aead_key(slot);
    derived.base_nonce = key.base_nonce;
    key.ready(if aead == 0 { Kind::Aes256Gcm } else { Kind::ChaCha20Poly1305 }, WIDE != 0)
}

/// Chunks at io, `length` bytes of plaintext without gaps counted; `last` 1 where the message ends.
#[no_mangle]
pub unsafe extern "C" fn seal_chunks(slot: u32, aead: u32, first: u32, length: usize, last: u32) {
    check(length <= CHUNKS * CHUNK);
    let mut derived = Derived::EMPTY;
    let mut ready = message_of(slot, aead, &mut derived);
    ready.seal_chunks(&derived, first, io(), length, last != 0);
}

/// Chunks at io, `length` bytes with their tags.
#[no_mangle]
pub unsafe extern "C" fn open_chunks(slot: u32, aead: u32, first: u32, length: usize) -> u32 {
    check(length <= CHUNKS * (CHUNK + TAG));
    let mut derived = Derived::EMPTY;
    let mut ready = message_of(slot, aead, &mut derived);
    ready.open_chunks(&derived, first, io(), length) as u32
}

#[no_mangle]
pub unsafe extern "C" fn import_aead_key(slot: u32, kind: u32) {
    aead::import(&mut *aead_key(slot), Kind::of(kind), io());
}

#[no_mangle]
pub unsafe extern "C" fn free_aead_key(slot: u32) {
    write_bytes(aead_key(slot), 0, 1);
}

/// Nonce at io, associated data at io + 32, data after it, 16-aligned; the tag goes after the data.
unsafe fn message(aad_length: usize, length: usize) -> Message {
    check(aad_length <= IO && length <= IO && 32 + ((aad_length + 15) & !15) + length + TAG <= IO);
    let aad = io().add(32);
    Message { nonce: io(), aad, aad_length, data: aad.add((aad_length + 15) & !15), length }
}

#[no_mangle]
pub unsafe extern "C" fn seal_aead(slot: u32, kind: u32, aad_length: usize, length: usize) {
    aead::seal(&mut *aead_key(slot), Kind::of(kind), message(aad_length, length), WIDE != 0);
}

/// `length` bytes of ciphertext, then the tag.
#[no_mangle]
pub unsafe extern "C" fn open_aead(slot: u32, kind: u32, aad_length: usize, length: usize) -> u32 {
    let m = message(aad_length, length);
    aead::open(&mut *aead_key(slot), Kind::of(kind), m, WIDE != 0) as u32
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
    aead::seal_many(&mut *aead_key(slot), Kind::of(kind), (io(), aad_length), frame(0), data, jobs, WIDE != 0);
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
        (*job(i))[0] = aead::open(&mut *aead_key(slot), kind, m, WIDE != 0) as u32;
        data = data.add((length + TAG + 15) & !15);
        nonce = nonce.add(kind.nonce_bytes());
    }
}

/// A message that does not fit: nonce at io. Pieces follow at io + 32, all but the last a multiple of 256 bytes.
#[no_mangle]
pub unsafe extern "C" fn stream_start(slot: u32, kind: u32) {
    let stream = addr_of_mut!((*memory()).stream);
    aead::stream_start(&*aead_key(slot), Kind::of(kind), io(), &mut *stream, WIDE != 0);
}

/// 0 takes associated data, 1 encrypts, 2 decrypts.
#[no_mangle]
pub unsafe extern "C" fn stream_piece(slot: u32, action: u32, length: usize) {
    check(length <= IO - 32);
    let stream = addr_of_mut!((*memory()).stream);
    aead::stream_piece(&*aead_key(slot), &mut *stream, action, io().add(32), length);
}

/// Writes the tag to io + 32; answers whether it equals the one at io.
#[no_mangle]
pub unsafe extern "C" fn stream_end(slot: u32) -> u32 {
    let stream = addr_of_mut!((*memory()).stream);
    let same = aead::stream_end(&*aead_key(slot), &mut *stream, io(), io().add(32));
    write_bytes(stream, 0, 1);
    same as u32
}

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
        sha512::finish(state, io(), length, None, total as u64, io());
        write_bytes(addr_of_mut!((*memory()).hash), 0, 1);
    }
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

const _: () = assert!(BODY + CHUNKS * (CHUNK + TAG) + TAG <= IO);
