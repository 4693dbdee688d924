//! AES-256-GCM (SP 800-38D) with 96-bit nonces and 128-bit tags, in place.
//!
//! Buffers: `data` may be read and rewritten for up to 15 bytes past its end, with what was there.
use crate::aes_pass::Keys;
use crate::ctr::{apply, encrypt_some, stream_few, stream_groups, with_counter, SLICED_FROM};
use crate::gcm_key::GcmKey;
use crate::ghash::Ghash;
use crate::short::{blocks_at, Blocks};
use crate::simd::V;

/// How a key is used: which of its parts are there.
pub struct Gcm {
    pub key: *const GcmKey,
    /// Tables of H to H^powers are built.
    pub powers: usize,
    pub sliced: bool,
    /// The first blocks of the next message's key stream, the tag's mask first, if they were made already.
    pub ahead: Blocks,
    pub ahead_count: usize,
}

/// One message's parts.
#[derive(Clone, Copy)]
pub struct Message {
    pub nonce: *const u8,
    pub aad: *const u8,
    pub aad_length: usize,
    pub data: *mut u8,
    pub length: usize,
}

#[inline(always)]
pub unsafe fn load_nonce(nonce: *const u8) -> V {
    let word = |i: usize| nonce.cast::<u32>().add(i).read_unaligned();
    V::from32(word(0), word(1), word(2), 0)
}

impl Gcm {
    #[inline(always)]
    pub unsafe fn keys(&self) -> Keys {
        Keys { rounds: (*self.key).rounds.as_ptr(), sliced: (*self.key).sliced.as_ptr().cast() }
    }

    pub unsafe fn powers(&self) -> *const V {
        (*self.key).powers.as_ptr().cast()
    }

    /// Counter mode from block `counter` on. Gives the block before it, if `counter` is 2 and there is enough to do.
    pub unsafe fn stream(&self, nonce: V, counter: u32, data: *mut u8, length: usize) -> V {
        if self.sliced && length > 16 * (SLICED_FROM - 1) {
            return stream_groups(self.keys(), nonce, counter, data, length);
        }
        stream_few(self.keys().rounds, nonce, counter, data, length);
        V::zero()
    }

    /// Counter mode over the whole message; gives the block that masks the tag.
    pub unsafe fn crypt(&mut self, nonce: V, data: *mut u8, length: usize) -> V {
        let bytes;
        let x = blocks_at(&mut self.ahead);
        if self.ahead_count > 0 {
            bytes = length.min(16 * (self.ahead_count - 1));
            self.ahead_count = 0;
        } else if self.sliced && length > 16 * (SLICED_FROM - 1) {
            return self.stream(nonce, 2, data, length);
        } else {
            let blocks = 1 + length.div_ceil(16);
            let now = blocks.min(6);
            for i in 0..now {
                with_counter(nonce, 1 + i as u32).put(x, i);
            }
            encrypt_some((*self.key).rounds.as_ptr(), x, now);
            bytes = length.min(16 * (now - 1));
        }
        apply(x.add(1), data, bytes);
        let mask = V::get(x, 0);
        if length > bytes {
            self.stream(nonce, 2 + bytes as u32 / 16, data.add(bytes), length - bytes);
        }
        mask
    }

    pub unsafe fn hash(&self) -> Ghash {
        Ghash::new(self.powers(), self.powers)
    }

    pub unsafe fn seal(&mut self, m: Message, tag: *mut u8) {
        let mask = self.crypt(load_nonce(m.nonce), m.data, m.length);
        self.authenticate(m).xor(mask).store(tag);
    }

    /// False for a wrong tag; `data` is zeros then.
    pub unsafe fn open(&mut self, m: Message, tag: *const u8) -> bool {
        let mac = self.authenticate(m);
        let mask = self.crypt(load_nonce(m.nonce), m.data, m.length);
        settle(m, mac.xor(mask), tag)
    }

    unsafe fn authenticate(&self, m: Message) -> V {
        let mut hash = self.hash();
        hash.update(m.aad, m.aad_length);
        hash.update(m.data, m.length);
        hash.finish(m.aad_length as u64, m.length as u64)
    }
}

/// True if all bits are zero, which is then public.
#[inline(always)]
pub fn is_zero(x: V) -> bool {
    crate::public((x.low64() | x.high64()) == 0)
}

/// Whether a tag is right; if not, clears what was opened.
#[inline(always)]
pub unsafe fn settle(m: Message, own: V, tag: *const u8) -> bool {
    let same = is_zero(own.xor(V::load(tag)));
    if !same {
        core::ptr::write_bytes(m.data, 0, m.length);
    }
    same
}
