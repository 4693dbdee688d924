//! Short messages: all that is authenticated is gathered in one place, to be absorbed at once, while the key stream is
//! applied.
use crate::aes::first_bytes;
use crate::gcm::{is_zero, Message};
use crate::ghash::{absorb_some, ROWS};
use crate::simd::V;
use core::mem::MaybeUninit;

/// Most bytes of associated data beside a short message.
pub const SHORT_AAD: usize = 32;

/// Room for associated data, up to five blocks of data, and lengths. Not cleared: the compiler clears so much by a call
/// out of WebAssembly, which takes 4 ns.
pub type Blocks = MaybeUninit<[V; 8]>;

#[inline(always)]
pub fn blocks_at(room: &mut Blocks) -> *mut V {
    room.as_mut_ptr().cast()
}

/// Where ciphertext is gathered: associated data ends there.
pub const DATA: usize = 2;

/// Associated data, padded.
#[inline(always)]
pub unsafe fn bound(m: &Message) -> [V; 2] {
    let mut blocks = [V::zero(); 2];
    for i in 0..2 {
        if m.aad_length > 16 * i {
            let mask = first_bytes((m.aad_length - 16 * i).min(16));
            blocks[i] = V::load(m.aad.add(16 * i)).and(mask);
        }
    }
    blocks
}

/// Puts associated data in front of what is gathered; gives its first block.
#[inline(always)]
pub unsafe fn put_bound([first, second]: [V; 2], length: usize, room: *mut V) -> *const V {
    if length > 16 {
        first.put(room, 0);
        second.put(room, 1);
    } else {
        first.put(room, 1);
    }
    room.add(DATA - length.div_ceil(16))
}

/// Encrypts, or opens, the data with `stream`. Puts its ciphertext, padded, and `lengths` to `out`; gives how many blocks
/// the ciphertext makes.
#[inline(always)]
pub unsafe fn gather(m: Message, stream: *const V, open: bool, lengths: V, out: *mut V) -> usize {
    let mut count = 0;
    let mut done = 0;
    while done < m.length {
        let at = m.data.add(done);
        let mask = first_bytes((m.length - done).min(16));
        let before = V::load(at);
        let after = before.xor(V::load(stream.cast::<u8>().add(done)).and(mask));
        after.store(at);
        (if open { before } else { after }).and(mask).put(out, count);
        done += 16;
        count += 1;
    }
    lengths.put(out, count);
    count
}

/// What blocks add to a hash that ends with that of the lengths: the last of them has H^2.
#[inline(always)]
pub unsafe fn absorb_before_lengths(x: *const V, count: usize, powers: *const V) -> V {
    absorb_some(V::zero(), x, count, powers.add(ROWS))
}

/// What the last short message under a key of AES-256-GCM had besides its own bytes. From the second with the same on, what
/// that adds to the hash is `known`: under one associated data, 16 bytes are one block to hash, not four.
#[repr(C, align(16))]
pub struct Common {
    aad: [V; 2],
    lengths: V,
    pub share: V,
    pub known: u32,
}

impl Common {
    /// Whether a message has the same as the last, which it is now.
    #[inline(always)]
    pub unsafe fn is_of(&mut self, aad: [V; 2], lengths: V) -> bool {
        let differs = aad[0].xor(self.aad[0]).or(aad[1].xor(self.aad[1])).or(lengths.xor(self.lengths));
        let same = is_zero(differs);
        if !same {
            self.aad = aad;
            self.lengths = lengths;
            self.known = 0;
        }
        same
    }
}
