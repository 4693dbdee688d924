//! Short messages: all that is authenticated is gathered in one place, to be absorbed at once, while the key stream is
//! applied.
use crate::aes::first_bytes;
use crate::gcm::{is_zero, Message};
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

/// Encrypts, or opens, the data with `stream`. Puts associated data and ciphertext, each padded, and `lengths` to `out`;
/// gives how many blocks that makes.
#[inline(always)]
pub unsafe fn gather(m: Message, stream: *const V, open: bool, lengths: V, out: *mut V) -> usize {
    let mut count = 0;
    let mut done = 0;
    while done < m.aad_length {
        let mask = first_bytes((m.aad_length - done).min(16));
        V::load(m.aad.add(done)).and(mask).put(out, count);
        done += 16;
        count += 1;
    }
    done = 0;
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
    count + 1
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
    /// Whether a message with this associated data (`bound` padded blocks) has the same as the last; it is the last now.
    #[inline(always)]
    pub unsafe fn is_of(&mut self, aad: *const V, bound: usize, lengths: V) -> bool {
        let mut differs = lengths.xor(self.lengths);
        for i in 0..bound {
            differs = differs.or(V::get(aad, i).xor(V::get(self.aad.as_ptr(), i)));
        }
        let same = is_zero(differs);
        if !same {
            self.lengths = lengths;
            for i in 0..bound {
                V::get(aad, i).put(self.aad.as_mut_ptr(), i);
            }
            self.known = 0;
        }
        same
    }
}
