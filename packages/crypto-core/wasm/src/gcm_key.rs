//! Keys of AES-256-GCM: for many messages, for one, and short messages under those for many.
use crate::aes::{expand_key, RoundKeys};
use crate::aes_sliced::{slice_keys, SlicedKeys};
use crate::ctr::{encrypt_some, with_counter};
use crate::gcm::{load_nonce, settle, Gcm, Message};
use crate::ghash::{absorb_some, build_power, lengths, Power, ROWS};
use crate::short::{absorb_before_lengths, blocks_at, bound, gather, put_bound, Blocks, Common, DATA, SHORT_AAD};
use crate::simd::V;

/// Blocks from which eight at a time win with a key for one message, whose round keys have to be sliced first.
const SLICED_ONCE_FROM: usize = 13;

/// Most bytes of a short message: six blocks of the cipher.
const SHORT: usize = 80;

#[repr(C, align(16))]
pub struct GcmKey {
    pub rounds: RoundKeys,
    pub sliced: SlicedKeys,
    pub powers: [Power; 8],
    common: Common,
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
            own = absorb_before_lengths(gathered.add(DATA), blocks, powers);
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
