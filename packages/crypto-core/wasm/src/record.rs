//! One message of C2SP chunked encryption (c2sp.org/chunked-encryption, version 1): derive, commit, encrypt.
use crate::chachapoly::ChaChaPoly;
use crate::gcm::{load_nonce, Gcm, Message};
use crate::gcm_key::{import_once, GcmKey};
use crate::kind::Kind;
use crate::sha512::{hmac, HmacKey};
use crate::simd::V;

pub const CHUNK: usize = 16_384;
pub const TAG: usize = 16;
pub const COMMITMENT: usize = 32;
/// Header and salt, before the commitment.
pub const HEAD: usize = 36;
pub const SALT_AT: usize = 12;
/// Before the first chunk.
pub const BODY: usize = HEAD + COMMITMENT;
pub const LONGEST_LABEL: usize = 54;
/// Bytes that `derive` overwrites before the salt.
pub const BEFORE_SALT: usize = 64 + LONGEST_LABEL;

const AES_LABEL: &[u8; 48] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
const CHACHA_LABEL: &[u8; LONGEST_LABEL] = b"c2sp.org/chunked-encryption@v1+AEAD_CHACHA20_POLY1305\0";

/// HKDF-Expand's first 76 bytes: key, base nonce and commitment, then more that is of no use.
#[repr(C, align(16))]
pub struct Derived {
    pub key: [u8; 32],
    pub base_nonce: [u8; 12],
    pub commitment: [u8; 32],
    rest: [u8; 52],
}

impl Derived {
    pub const EMPTY: Derived = Derived { key: [0; 32], base_nonce: [0; 12], commitment: [0; 32], rest: [0; 52] };

    /// The base nonce XOR the chunk's number.
    #[inline(always)]
    pub fn nonce(&self, index: u32) -> [u8; 12] {
        let mut nonce = self.base_nonce;
        for (x, y) in nonce[8..].iter_mut().zip(index.to_be_bytes()) {
            *x ^= y;
        }
        nonce
    }
}

/// Expands salt and context, `length` bytes at `salt`. Overwrites the `BEFORE_SALT` bytes before it.
#[inline(never)]
pub unsafe fn derive(key: &HmacKey, kind: Kind, salt: *mut u8, length: usize, out: &mut Derived) {
    let info = match kind {
        Kind::Aes256Gcm => put_label(AES_LABEL, salt),
        _ => put_label(CHACHA_LABEL, salt),
    };
    let length = salt.offset_from(info) as usize + length;
    let bytes = (out as *mut Derived).cast::<u8>();
    hmac(key, info, length, 1, bytes);
    let again = info.sub(64);
    copy64(bytes, again);
    hmac(key, again, 64 + length, 2, bytes.add(64));
}

/// Writes a label so that it ends at `salt`; gives its beginning.
#[inline(always)]
unsafe fn put_label<const N: usize>(label: &[u8; N], salt: *mut u8) -> *mut u8 {
    let to = salt.sub(N);
    for at in [0, 16, 32, N - 16] {
        V::load(label.as_ptr().add(at)).store(to.add(at));
    }
    to
}

/// Vector by vector: the compiler's own copies of constant size are calls out of WebAssembly.
#[inline(always)]
pub unsafe fn copy64(from: *const u8, to: *mut u8) {
    copy32(from, to);
    copy32(from.add(32), to.add(32));
}

#[inline(always)]
pub unsafe fn copy32(from: *const u8, to: *mut u8) {
    V::load(from).store(to);
    V::load(from.add(16)).store(to.add(16));
}

/// An AEAD key that is ready for chunks of one message, the one with number 0 first if it was made for one message.
pub enum Ready {
    Gcm(Gcm),
    ChaCha(ChaChaPoly),
}

impl Ready {
    /// Prepares the derived key for `length` bytes of plaintext; `wide` as in `ChaChaPoly`.
    pub unsafe fn new(derived: &Derived, kind: Kind, room: &mut GcmKey, length: usize, wide: bool) -> Ready {
        match kind {
            Kind::Aes256Gcm => {
                let nonce = load_nonce(derived.base_nonce.as_ptr());
                Ready::Gcm(import_once(room, derived.key.as_ptr(), nonce, length.div_ceil(16) + 1, wide))
            }
            _ => Ready::ChaCha(ChaChaPoly { key: derived.key.as_ptr(), wide }),
        }
    }

    pub unsafe fn seal(&mut self, m: Message, tag: *mut u8) {
        match self {
            Ready::Gcm(gcm) => gcm.seal(m, tag),
            Ready::ChaCha(chacha) => chacha.seal(m, tag),
        }
    }

    pub unsafe fn open(&mut self, m: Message, tag: *const u8) -> bool {
        match self {
            Ready::Gcm(gcm) => gcm.open(m, tag),
            Ready::ChaCha(chacha) => chacha.open(m, tag),
        }
    }

    /// Seals `length` bytes of plaintext that lie in chunks at `body`, each with room for its tag. `last` says that the
    /// message ends here, so that a full last chunk has an empty one after it.
    pub unsafe fn seal_chunks(&mut self, derived: &Derived, first: u32, body: *mut u8, length: usize, last: bool) {
        let mut left = length;
        let mut at = body;
        let mut index = first;
        while left > 0 || last {
            let now = left.min(CHUNK);
            let nonce = derived.nonce(index);
            let m = Message { nonce: nonce.as_ptr(), aad: at, aad_length: 0, data: at, length: now };
            self.seal(m, at.add(now));
            left -= now;
            if now < CHUNK {
                break;
            }
            at = at.add(CHUNK + TAG);
            index += 1;
        }
    }

    /// Opens `length` bytes of chunks, tags counted, in place. All or nothing: zeros after a failure.
    pub unsafe fn open_chunks(&mut self, derived: &Derived, first: u32, body: *mut u8, length: usize) -> bool {
        let mut left = length;
        let mut at = body;
        let mut index = first;
        while left > 0 {
            let now = left.min(CHUNK + TAG);
            let nonce = derived.nonce(index);
            let bytes = now.saturating_sub(TAG);
            let m = Message { nonce: nonce.as_ptr(), aad: at, aad_length: 0, data: at, length: bytes };
            // no message has a last chunk that is shorter than its tag
            if now < TAG || !self.open(m, at.add(bytes)) {
                core::ptr::write_bytes(body, 0, length);
                return false;
            }
            left -= now;
            at = at.add(now);
            index += 1;
        }
        true
    }
}

/// Whether the commitment at `given` is the derived one.
pub unsafe fn committed(derived: &Derived, given: *const u8) -> bool {
    let own = derived.commitment.as_ptr();
    let low = V::load(own).xor(V::load(given));
    let high = V::load(own.add(16)).xor(V::load(given.add(16)));
    crate::gcm::is_zero(low.or(high))
}
