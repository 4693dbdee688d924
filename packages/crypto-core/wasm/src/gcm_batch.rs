//! AES-256-GCM of many short messages under one key. Their blocks are encrypted eight at a time, whichever message they
//! belong to; what they have in common, associated data and often length, is hashed once.
use crate::aes::first_bytes;
use crate::aes_pass::{encrypt_blocks, Keys};
use crate::ctr::with_counter;
use crate::gcm::{load_nonce, Gcm};
use crate::ghash::{absorb_some, lengths};
use crate::short::{absorb_before_lengths, blocks_at, Blocks};
use crate::simd::V;

/// Blocks that wait to be encrypted, and where their key stream goes.
struct Pool {
    keys: Keys,
    blocks: [V; 8],
    targets: [(*mut u8, usize); 8],
    count: usize,
}

impl Pool {
    /// XORs the encrypted block to the first `length` (1 to 16) bytes at `target`.
    #[inline(always)]
    unsafe fn push(&mut self, block: V, target: *mut u8, length: usize) {
        block.put(self.blocks.as_mut_ptr(), self.count);
        *self.targets.as_mut_ptr().add(self.count) = (target, length);
        self.count += 1;
        if self.count == 8 {
            self.flush();
        }
    }

    #[inline(never)]
    unsafe fn flush(&mut self) {
        encrypt_blocks(self.keys, &mut self.blocks);
        for i in 0..self.count {
            let (target, length) = *self.targets.as_ptr().add(i);
            let stream = V::get(self.blocks.as_ptr(), i).and(first_bytes(length));
            V::load(target).xor(stream).store(target);
        }
        self.count = 0;
    }
}

/// As `aead_key::seal_many`; the key is sliced.
pub unsafe fn seal_many(
    gcm: &Gcm,
    (aad, aad_length): (*const u8, usize),
    nonces: *const u8,
    data: *mut u8,
    jobs: &[[u32; 2]],
) {
    encrypt_all(gcm, nonces, data, jobs);
    let mut hash = gcm.hash();
    hash.update(aad, aad_length);
    hash.flush();
    let start = hash.y;
    let powers = gcm.powers();
    let mut common = V::zero();
    let mut common_length = u32::MAX;
    let mut at = data;
    for &[_, length] in jobs {
        let bytes = length as usize;
        let blocks = bytes.div_ceil(16);
        let tag = at.add(bytes);
        let mask = V::load(tag);
        let own = if blocks > 7 {
            let mut hash = gcm.hash();
            hash.y = start;
            hash.update(at, bytes);
            hash.finish(aad_length as u64, bytes as u64)
        } else {
            if length != common_length {
                let mut x = [V::zero(); 8];
                lengths(aad_length as u64, bytes as u64).put(x.as_mut_ptr(), blocks);
                common = absorb_some(start, x.as_ptr(), blocks + 1, powers);
                common_length = length;
            }
            common.xor(hash_ciphertext(at, bytes, powers))
        };
        own.xor(mask).store(tag);
        at = at.add((bytes + 16 + 15) & !15);
    }
}

/// Counter mode over all messages; the masks of their tags go where the tags will be.
unsafe fn encrypt_all(gcm: &Gcm, mut nonce: *const u8, data: *mut u8, jobs: &[[u32; 2]]) {
    let mut pool =
        Pool { keys: gcm.keys(), blocks: [V::zero(); 8], targets: [(core::ptr::null_mut(), 0); 8], count: 0 };
    let mut at = data;
    for &[_, length] in jobs {
        let length = length as usize;
        let base = load_nonce(nonce);
        V::zero().store(at.add(length));
        pool.push(with_counter(base, 1), at.add(length), 16);
        let mut done = 0;
        while done < length {
            pool.push(with_counter(base, 2 + (done / 16) as u32), at.add(done), (length - done).min(16));
            done += 16;
        }
        at = at.add((length + 16 + 15) & !15);
        nonce = nonce.add(12);
    }
    if pool.count > 0 {
        pool.flush();
    }
}

/// The share of at most seven blocks of ciphertext in the hash.
#[inline(always)]
unsafe fn hash_ciphertext(data: *const u8, length: usize, powers: *const V) -> V {
    if length == 0 {
        return V::zero();
    }
    let count = length.div_ceil(16);
    let rest = length % 16;
    if rest == 0 {
        return absorb_before_lengths(data.cast(), count, powers);
    }
    let mut room = Blocks::uninit();
    let x = blocks_at(&mut room);
    for i in 0..count - 1 {
        V::get(data.cast(), i).put(x, i);
    }
    V::load(data.add(16 * (count - 1))).and(first_bytes(rest)).put(x, count - 1);
    absorb_before_lengths(x, count, powers)
}
