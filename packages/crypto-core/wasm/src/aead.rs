//! Plain AEADs under held keys.
use crate::chacha::ChaChaInput;
use crate::chachapoly::{extend, stream as chacha_stream, ChaChaPoly};
use crate::gcm::{self, load_nonce, Gcm, GcmKey, Message};
use crate::gcm_batch;
use crate::poly1305::{load64, Poly1305};
use crate::record::Ready;
use crate::simd::V;

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Aes256Gcm,
    ChaCha20Poly1305,
    XChaCha20Poly1305,
}

impl Kind {
    /// By its number at the module's border.
    pub fn of(number: u32) -> Kind {
        match number {
            0 => Kind::Aes256Gcm,
            1 => Kind::ChaCha20Poly1305,
            _ => Kind::XChaCha20Poly1305,
        }
    }

    pub fn nonce_bytes(self) -> usize {
        if self == Kind::XChaCha20Poly1305 {
            24
        } else {
            12
        }
    }
}

/// A slot: for ChaCha20 the first 32 bytes are the key.
#[repr(C, align(16))]
pub struct AeadKey {
    gcm: GcmKey,
    /// Of the one message whose key this is.
    pub base_nonce: [u8; 12],
}

impl AeadKey {
    fn bytes(&self) -> *const u8 {
        (self as *const AeadKey).cast()
    }

    pub fn ready(&self, kind: Kind, wide: bool) -> Ready {
        match kind {
            Kind::Aes256Gcm => Ready::Gcm(self.gcm.complete(wide)),
            _ => Ready::ChaCha(ChaChaPoly { key: self.bytes(), wide }),
        }
    }
}

pub unsafe fn import(slot: &mut AeadKey, kind: Kind, key: *const u8) {
    match kind {
        Kind::Aes256Gcm => gcm::import(&mut slot.gcm, key),
        _ => core::ptr::copy_nonoverlapping(key, (slot as *mut AeadKey).cast(), 32),
    }
}

/// Subkey and inner nonce of XChaCha20.
struct Extended {
    key: [u8; 32],
    nonce: [u8; 12],
}

#[inline(always)]
unsafe fn extended(slot: &AeadKey, nonce: *const u8) -> Extended {
    let mut x = Extended { key: [0; 32], nonce: [0; 12] };
    extend(slot.bytes(), nonce, x.key.as_mut_ptr(), x.nonce.as_mut_ptr());
    x
}

/// Seals in place; the tag goes after the data.
#[inline(never)]
pub unsafe fn seal(slot: &mut AeadKey, kind: Kind, mut m: Message, wide: bool) {
    let tag = m.data.add(m.length);
    match kind {
        Kind::Aes256Gcm => slot.gcm.seal(m, tag, wide),
        Kind::ChaCha20Poly1305 => ChaChaPoly { key: slot.bytes(), wide }.seal(m, tag),
        Kind::XChaCha20Poly1305 => {
            let x = extended(slot, m.nonce);
            m.nonce = x.nonce.as_ptr();
            ChaChaPoly { key: x.key.as_ptr(), wide }.seal(m, tag)
        }
    }
}

/// Opens in place; the tag is after the data.
#[inline(never)]
pub unsafe fn open(slot: &mut AeadKey, kind: Kind, mut m: Message, wide: bool) -> bool {
    let tag = m.data.add(m.length);
    match kind {
        Kind::Aes256Gcm => slot.gcm.open(m, tag, wide),
        Kind::ChaCha20Poly1305 => ChaChaPoly { key: slot.bytes(), wide }.open(m, tag),
        Kind::XChaCha20Poly1305 => {
            let x = extended(slot, m.nonce);
            m.nonce = x.nonce.as_ptr();
            ChaChaPoly { key: x.key.as_ptr(), wide }.open(m, tag)
        }
    }
}

/// Seals one message per job (its second number is the length), one after another from `data` on.
pub unsafe fn seal_many(
    slot: &mut AeadKey,
    kind: Kind,
    (aad, aad_length): (*const u8, usize),
    mut nonce: *const u8,
    mut data: *mut u8,
    jobs: &[[u32; 2]],
    wide: bool,
) {
    if kind == Kind::Aes256Gcm && wide {
        return gcm_batch::seal_many(&slot.gcm.complete(wide), (aad, aad_length), nonce, data, jobs);
    }
    for job in jobs {
        let length = job[1] as usize;
        seal(slot, kind, Message { nonce, aad, aad_length, data, length }, wide);
        data = data.add((length + 16 + 15) & !15);
        nonce = nonce.add(kind.nonce_bytes());
    }
}

/// A message that comes in pieces.
#[repr(C, align(16))]
pub struct Stream {
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

pub unsafe fn stream_start(slot: &AeadKey, kind: Kind, nonce: *const u8, s: &mut Stream, wide: bool) {
    core::ptr::write_bytes(s as *mut Stream, 0, 1);
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

unsafe fn start_chacha(s: &mut Stream, input: ChaChaInput) {
    let mut first = [0u8; 64];
    chacha_stream(&input, 0, first.as_mut_ptr(), 64, s.wide);
    s.poly = Poly1305::start(first.as_ptr());
    s.input = input;
    s.counter = 1;
}

/// 0 takes associated data, 1 encrypts, 2 decrypts.
pub unsafe fn stream_piece(slot: &AeadKey, s: &mut Stream, action: u32, data: *mut u8, length: usize) {
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
        chacha_stream(&s.input, s.counter, data, length, s.wide);
        s.counter = s.counter.wrapping_add(length.div_ceil(64) as u32);
    }
    if action == 1 {
        absorb(slot, s, data, length);
    }
}

unsafe fn absorb(slot: &AeadKey, s: &mut Stream, data: *const u8, length: usize) {
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
pub unsafe fn stream_end(slot: &AeadKey, s: &mut Stream, given: *const u8, tag: *mut u8) -> bool {
    let own = if s.gcm {
        let mut gcm: Gcm = slot.gcm.complete(s.wide);
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
    gcm::is_zero(own.xor(V::from64(load64(given), load64(given.add(8)))))
}
