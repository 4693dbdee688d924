//! The one memory that the module shares with JavaScript: where things lie in it, and the checks that keep every number that
//! comes in within its own part.
use crate::aead_key::AeadKey;
use crate::gcm_key::GcmKey;
use crate::pieces::Pieces;
use crate::record::{Derived, BODY, CHUNK, HEAD, TAG};
use crate::sha512::HmacKey;
use core::ptr::addr_of_mut;

/// Room before the frames for what `derive` puts before a salt.
const BEFORE: usize = 128;
pub const FRAMES: usize = HEAD + 65_536;
/// Seven chunks of a record, or a piece of a long message, and what goes with it.
pub const IO: usize = 128 * 1024;
pub const JOBS: usize = 256;
/// Chunks that one call takes.
pub const CHUNKS: usize = 7;
pub const RECORD_KEYS: usize = 2_048;
pub const AEAD_KEYS: usize = 448;

#[repr(C, align(16))]
pub struct Memory {
    before: [u8; BEFORE],
    frames: [u8; FRAMES + 12],
    io: [u8; IO + 64],
    jobs: [[u32; 2]; JOBS],
    pub derived: Derived,
    pub message: GcmKey,
    pub pieces: Pieces,
    pub hash: [u64; 8],
    pub records: [HmacKey; RECORD_KEYS],
    aeads: [AeadKey; AEAD_KEYS],
}

const _: () = assert!(BODY + CHUNKS * (CHUNK + TAG) + TAG <= IO);

static mut MEMORY: core::mem::MaybeUninit<Memory> = core::mem::MaybeUninit::zeroed();
/// 0 where few vector registers are to be had (JavaScriptCore).
static mut WIDE: u32 = 0;

#[inline(always)]
pub fn memory() -> *mut Memory {
    addr_of_mut!(MEMORY).cast()
}

#[inline(always)]
pub unsafe fn set_wide(wide: u32) {
    WIDE = wide;
}

/// Whether there are many vector registers.
#[inline(always)]
pub unsafe fn wide() -> bool {
    WIDE != 0
}

#[inline(always)]
pub unsafe fn io() -> *mut u8 {
    addr_of_mut!((*memory()).io).cast()
}

/// A trap, which JavaScript sees as an error, unless a number that came in is in range.
#[inline(always)]
pub fn check(in_range: bool) {
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
pub unsafe fn fits(at: *mut u8, bytes: usize) -> bool {
    bytes <= IO - (at as usize - io() as usize)
}

/// Whether there is a frame, which has a header and a salt at least.
#[inline(always)]
pub fn is_frame(start: u32, end: u32) -> bool {
    end as usize <= FRAMES && start <= end && (end - start) as usize >= HEAD
}

#[inline(always)]
pub unsafe fn frame(start: u32) -> *mut u8 {
    addr_of_mut!((*memory()).frames).cast::<u8>().add(start as usize)
}

#[inline(always)]
pub unsafe fn record_slot(slot: u32) -> *mut HmacKey {
    check((slot as usize) < RECORD_KEYS);
    addr_of_mut!((*memory()).records).cast::<HmacKey>().add(slot as usize)
}

#[inline(always)]
pub unsafe fn aead_slot(slot: u32) -> *mut AeadKey {
    check((slot as usize) < AEAD_KEYS);
    addr_of_mut!((*memory()).aeads).cast::<AeadKey>().add(slot as usize)
}

#[inline(always)]
pub unsafe fn job(i: usize) -> *mut [u32; 2] {
    check(i < JOBS);
    addr_of_mut!((*memory()).jobs).cast::<[u32; 2]>().add(i)
}
