//! AES-256-GCM (SP 800-38D) with 96-bit nonces and 128-bit tags, in place.
//!
//! Buffers: `data` may be read and rewritten for up to 15 bytes past its end, with what was there.
use crate::aes::{expand_key, RoundKeys};
use crate::aes_pass::Keys;
use crate::aes_sliced::{slice_keys, SlicedKeys};
use crate::ctr::{apply, encrypt_some, stream_few, stream_groups, with_counter, SLICED_FROM};
use crate::ghash::{absorb_some, build_power, lengths, Ghash, Power, ROWS};
use crate::short::{blocks_at, bound, gather, put_bound, Blocks, Common, DATA, SHORT_AAD};
use crate::simd::V;

/// Blocks from which eight at a time win with a key for one message, whose round keys have to be sliced first.
const SLICED_ONCE_FROM: usize = 13;

#[repr(C, align(16))]
pub struct GcmKey {
    pub rounds: RoundKeys,
    pub sliced: SlicedKeys,
    pub powers: [Power; 8],
    common: Common,
}

/// How a key is used: which of its parts are there.
pub struct Gcm {
    key: *const GcmKey,
    /// Tables of H to H^powers are built.
    powers: usize,
    sliced: bool,
    /// The first blocks of the next message's key stream, the tag's mask first, if they were made already.
    ahead: Blocks,
    ahead_count: usize,
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

/// Most bytes of a short message: six blocks of the cipher.
const SHORT: usize = 80;

/// True if all bits are zero, which is then public.
#[inline(always)]
pub fn is_zero(x: V) -> bool {
    crate::public((x.low64() | x.high64()) == 0)
}

#[inline(never)]
unsafe fn build(h: V, power: *mut V) {
    build_power(h, power)
}

unsafe fn build_powers(key: &mut GcmKey, h: V, count: usize) {
    let powers: *mut V = key.powers.as_mut_ptr().cast();
    build(h, powers);
    let mut power = h;
    for n in 1..count {
        power = absorb_some(V::zero(), &power, 1, powers);
        build(power, powers.add(ROWS * n));
    }
}

/// Everything, for a key of many messages.
pub unsafe fn import(key: &mut GcmKey, bytes: *const u8) {
    expand_key(bytes, key.rounds.as_mut_ptr());
    slice_keys(key.rounds.as_ptr(), key.sliced.as_mut_ptr().cast());
    let mut h = [V::zero(); 2];
    encrypt_some(key.rounds.as_ptr(), h.as_mut_ptr(), 1);
    build_powers(key, h[0], 8);
    key.common.known = 0;
}

/// For one message of `blocks` blocks (lengths counted), whose first chunk has `nonce`: no more than it pays for.
#[inline(always)]
pub unsafe fn import_once(key: &mut GcmKey, bytes: *const u8, nonce: V, blocks: usize, wide: bool) -> Gcm {
    expand_key(bytes, key.rounds.as_mut_ptr());
    let sliced = wide && blocks >= SLICED_ONCE_FROM;
    let mut ahead = Blocks::uninit();
    let x = blocks_at(&mut ahead);
    // A block for H, then those that the message begins with.
    V::zero().put(x, 0);
    let mut ahead_count = 0;
    if sliced {
        slice_keys(key.rounds.as_ptr(), key.sliced.as_mut_ptr().cast());
    } else {
        ahead_count = blocks.min(5);
        for i in 1..=ahead_count {
            with_counter(nonce, i as u32).put(x, i);
        }
    }
    encrypt_some(key.rounds.as_ptr(), x, 1 + ahead_count);
    let powers = match blocks {
        0..=6 => 1,
        7..=40 => 2,
        41..=112 => 4,
        _ => 8,
    };
    build_powers(key, V::get(x, 0), powers);
    for i in 0..ahead_count {
        V::get(x, i + 1).put(x, i);
    }
    Gcm { key, powers, sliced, ahead, ahead_count }
}

#[inline(always)]
fn is_short(m: &Message) -> bool {
    m.aad_length <= SHORT_AAD && m.length <= SHORT
}

/// Whether a tag is right; if not, clears what was opened.
#[inline(always)]
unsafe fn settle(m: Message, own: V, tag: *const u8) -> bool {
    let same = is_zero(own.xor(V::load(tag)));
    if !same {
        core::ptr::write_bytes(m.data, 0, m.length);
    }
    same
}

impl GcmKey {
    /// Encrypts or opens a short message in place, all of it in one group of the cipher and one of the hash. Gives the
    /// ciphertext's tag.
    #[inline(never)]
    unsafe fn short(&mut self, m: Message, open: bool) -> V {
        let nonce = load_nonce(m.nonce);
        let [mut stream, mut hashed] = [Blocks::uninit(), Blocks::uninit()];
        let (x, h) = (blocks_at(&mut stream), blocks_at(&mut hashed));
        let blocks = m.length.div_ceil(16);
        for i in 0..=blocks {
            with_counter(nonce, 1 + i as u32).put(x, i);
        }
        encrypt_some(self.rounds.as_ptr(), x, 1 + blocks);
        let lengths = lengths(m.aad_length as u64, m.length as u64);
        gather(m, x.add(1), open, lengths, h.add(DATA));
        self.hash_gathered(&m, lengths, h).xor(V::get(x, 0))
    }

    /// Hashes what was gathered.
    #[inline(always)]
    unsafe fn hash_gathered(&mut self, m: &Message, lengths: V, gathered: *mut V) -> V {
        let powers: *const V = self.powers.as_ptr().cast();
        let blocks = m.length.div_ceil(16);
        let aad = bound(m);
        let again = self.common.is_of(aad, lengths);
        let mut own = V::zero();
        if again && blocks > 0 {
            // The block of lengths comes after them, so the last has H^2.
            own = absorb_some(V::zero(), gathered.add(DATA), blocks, powers.add(ROWS));
            if self.common.known != 0 {
                return own.xor(self.common.share);
            }
        }
        let count = m.aad_length.div_ceil(16) + blocks + 1;
        let all = absorb_some(V::zero(), put_bound(aad, m.aad_length, gathered), count, powers);
        if again {
            self.common.share = all.xor(own);
            self.common.known = 1;
        }
        all
    }

    /// Seals in place; the tag goes to `tag`.
    #[inline(always)]
    pub unsafe fn seal(&mut self, m: Message, tag: *mut u8, wide: bool) {
        if is_short(&m) {
            self.short(m, false).store(tag);
        } else {
            self.complete(wide).seal(m, tag);
        }
    }

    /// Opens in place. False for a wrong tag; `data` is zeros then.
    #[inline(always)]
    pub unsafe fn open(&mut self, m: Message, tag: *const u8, wide: bool) -> bool {
        if is_short(&m) {
            settle(m, self.short(m, true), tag)
        } else {
            self.complete(wide).open(m, tag)
        }
    }

    #[inline(always)]
    pub fn complete(&self, sliced: bool) -> Gcm {
        Gcm { key: self, powers: 8, sliced, ahead: Blocks::uninit(), ahead_count: 0 }
    }
}
