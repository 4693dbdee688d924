//! Messages of plain AEADs that come in pieces.
use crate::aead_key::{extended, AeadKey};
use crate::chacha::ChaChaInput;
use crate::chachapoly::{stream, ChaChaPoly};
use crate::gcm::{is_zero, load_nonce};
use crate::kind::Kind;
use crate::poly1305::{load64, Poly1305};
use crate::simd::V;

/// A message that comes in pieces.
#[repr(C, align(16))]
pub struct Pieces {
    y: V,
    nonce: V,
    input: ChaChaInput,
    poly: Poly1305,
    counter: u32,
    gcm: bool,
    wide: bool,
    aad_length: u64,
    length: u64,
}

pub unsafe fn start(slot: &AeadKey, kind: Kind, nonce: *const u8, s: &mut Pieces, wide: bool) {
    core::ptr::write_bytes(s as *mut Pieces, 0, 1);
    s.wide = wide;
    match kind {
        Kind::Aes256Gcm => {
            s.gcm = true;
            s.nonce = load_nonce(nonce);
            s.counter = 2;
        }
        Kind::ChaCha20Poly1305 => start_chacha(s, ChaChaPoly { key: slot.bytes(), wide }.input(nonce, 0)),
        Kind::XChaCha20Poly1305 => {
            let x = extended(slot, nonce);
            start_chacha(s, ChaChaPoly { key: x.key.as_ptr(), wide }.input(x.nonce.as_ptr(), 0))
        }
    }
}

unsafe fn start_chacha(s: &mut Pieces, input: ChaChaInput) {
    let mut first = [0u8; 64];
    stream(&input, 0, first.as_mut_ptr(), 64, s.wide);
    s.poly = Poly1305::start(first.as_ptr());
    s.input = input;
    s.counter = 1;
}

/// 0 takes associated data, 1 encrypts, 2 decrypts.
pub unsafe fn add(slot: &AeadKey, s: &mut Pieces, action: u32, data: *mut u8, length: usize) {
    if action == 0 {
        s.aad_length += length as u64;
        return absorb(slot, s, data, length);
    }
    s.length += length as u64;
    if action == 2 {
        absorb(slot, s, data, length);
    }
    if s.gcm {
        slot.gcm.complete(s.wide).stream(s.nonce, s.counter, data, length);
        s.counter = s.counter.wrapping_add(length.div_ceil(16) as u32);
    } else {
        stream(&s.input, s.counter, data, length, s.wide);
        s.counter = s.counter.wrapping_add(length.div_ceil(64) as u32);
    }
    if action == 1 {
        absorb(slot, s, data, length);
    }
}

unsafe fn absorb(slot: &AeadKey, s: &mut Pieces, data: *const u8, length: usize) {
    if s.gcm {
        let mut hash = slot.gcm.complete(s.wide).hash();
        hash.y = s.y;
        hash.update(data, length);
        hash.flush();
        s.y = hash.y;
    } else {
        s.poly.padded(data, length);
    }
}

/// Writes the tag to `tag`; true if it equals the one at `given`.
pub unsafe fn end(slot: &AeadKey, s: &mut Pieces, given: *const u8, tag: *mut u8) -> bool {
    let own = if s.gcm {
        let mut gcm = slot.gcm.complete(s.wide);
        let mut hash = gcm.hash();
        hash.y = s.y;
        let mask = gcm.crypt(s.nonce, tag, 0);
        hash.finish(s.aad_length, s.length).xor(mask)
    } else {
        s.poly.block(s.aad_length, s.length);
        let [low, high] = s.poly.finish();
        V::from64(low, high)
    };
    own.store(tag);
    is_zero(own.xor(V::from64(load64(given), load64(given.add(8)))))
}
