//! The ciphers of sealed records. Constant time in source: no branch and no address depends on a key or a plaintext.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![allow(long_running_const_eval)]
#![allow(clippy::missing_safety_doc, clippy::needless_range_loop, static_mut_refs)]

pub mod aead_key;
pub mod aes;
pub mod aes_counters;
pub mod aes_pass;
pub mod aes_sliced;
pub mod aes_tables;
pub mod chacha;
pub mod chachapoly;
pub mod ctr;
pub mod exports;
pub mod gcm;
pub mod gcm_batch;
pub mod gcm_key;
pub mod ghash;
pub mod kind;
#[cfg(not(target_arch = "wasm32"))]
pub mod memcheck;
pub mod memory;
pub mod pieces;
pub mod poly1305;
pub mod record;
pub mod sha512;
pub mod short;
pub mod simd;

/// Marks what may be known: whether a tag was right. A memory checker is told here (`constant-time/`).
#[inline(always)]
pub fn public(verdict: bool) -> bool {
    #[cfg(not(target_arch = "wasm32"))]
    memcheck::reveal((&raw const verdict).cast(), 1);
    verdict
}

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
