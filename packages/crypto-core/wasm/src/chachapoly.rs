//! ChaCha20-Poly1305 (RFC 8439 section 2.8) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), in place.
//!
//! Buffers: as in `gcm.rs`.
use crate::chacha::{blocks, blocks_with, four_blocks, four_blocks_with, hchacha, ChaChaInput};
use crate::gcm::Message;
use crate::poly1305::{load64, Poly1305};
use crate::short::{blocks_at, bound, gather, put_bound, Blocks, DATA, SHORT_AAD};
use crate::simd::V;
use core::mem::MaybeUninit;

#[derive(Clone, Copy)]
pub struct ChaChaPoly {
    pub key: *const u8,
    /// False where few registers are to be had: then row by row for all lengths.
    pub wide: bool,
}

impl ChaChaPoly {
    #[inline(always)]
    pub unsafe fn input(&self, nonce: *const u8, counter: u32) -> ChaChaInput {
        let word = |i: usize| nonce.cast::<u32>().add(i).read_unaligned();
        input_of(self.key, V::from32(counter, word(0), word(1), word(2)))
    }

    pub unsafe fn seal(&self, m: Message, tag: *mut u8) {
        let [low, high] = crypt(&self.input(m.nonce, 0), m, self.wide, false);
        V::from64(low, high).store(tag);
    }

    /// False for a wrong tag; `data` is zeros then.
    pub unsafe fn open(&self, m: Message, tag: *const u8) -> bool {
        let given = [load64(tag), load64(tag.add(8))];
        let [low, high] = crypt(&self.input(m.nonce, 0), m, self.wide, true);
        let same = crate::public(((low ^ given[0]) | (high ^ given[1])) == 0);
        if !same {
            core::ptr::write_bytes(m.data, 0, m.length);
        }
        same
    }
}

/// Vector by vector: a processor that reads back what it wrote in smaller parts has to wait.
#[inline(always)]
unsafe fn input_of(key: *const u8, tail: V) -> ChaChaInput {
    let mut input = MaybeUninit::<ChaChaInput>::uninit();
    let to: *mut V = input.as_mut_ptr().cast();
    V::load(key).put(to, 0);
    V::load(key.add(16)).put(to, 1);
    tail.put(to, 2);
    input.assume_init()
}

/// XChaCha20: the subkey goes to `subkey`, the rest of the nonce to `nonce` (12 bytes).
pub unsafe fn extend(key: *const u8, long_nonce: *const u8, subkey: *mut u8, nonce: *mut u8) {
    hchacha(&input_of(key, V::load(long_nonce)), subkey);
    nonce.cast::<u32>().write_unaligned(0);
    core::ptr::copy_nonoverlapping(long_nonce.add(16), nonce.add(4), 8);
}

#[inline(always)]
unsafe fn apply(stream: *const V, data: *mut u8, length: usize) {
    let mut i = 0;
    while i + 16 <= length {
        V::load(data.add(i)).xor(V::load(stream.cast::<u8>().add(i))).store(data.add(i));
        i += 16;
    }
    let rest = length - i;
    if rest > 0 {
        let mask = V::load(crate::aes::tables().mask.as_ptr().cast::<u8>().add(16 - rest));
        V::load(data.add(i)).xor(V::load(stream.cast::<u8>().add(i)).and(mask)).store(data.add(i));
    }
}

type Stream = [[V; 4]; 4];

/// Room for four blocks, not cleared (as in `gcm.rs`).
type Room = MaybeUninit<Stream>;

/// `count` (1 to 4) blocks of key stream; where it is one, another is made in the same time.
#[inline(never)]
unsafe fn make_blocks(input: &ChaChaInput, count: usize, out: *mut V) {
    #[inline(always)]
    unsafe fn some<const N: usize>(input: &ChaChaInput, out: *mut V) {
        let mut x = [[V::zero(); 4]; N];
        blocks(input, &mut x);
        put_blocks(&x, out);
    }
    match count {
        1 | 2 => some::<2>(input, out),
        3 => some::<3>(input, out),
        _ => put_blocks(&four_blocks(input), out),
    }
}

#[inline(always)]
unsafe fn put_blocks<const N: usize>(x: &[[V; 4]; N], out: *mut V) {
    for n in 0..N {
        for r in 0..4 {
            x[n][r].put(out, 4 * n + r);
        }
    }
}

/// As `make_blocks` for 1 or 4 while Poly1305 absorbs `pairs` (at most 10) times 32 bytes: the vector units and the
/// multiplier work at once.
#[inline(never)]
unsafe fn make_blocks_absorbing(
    input: &ChaChaInput,
    count: usize,
    out: *mut V,
    poly: &mut Poly1305,
    data: *const u8,
    pairs: usize,
) {
    let mut work = *poly;
    let absorb = |round| {
        if round < pairs {
            work.pair(data.add(32 * round));
        }
    };
    if count == 1 {
        let mut x = [[V::zero(); 4]];
        blocks_with(input, &mut x, absorb);
        put_blocks(&x, out);
    } else {
        put_blocks(&four_blocks_with(input, absorb), out);
    }
    poly.h = work.h;
}

/// Most bytes of a short message: the block after that of Poly1305's key.
const SHORT: usize = 64;

/// Encrypts or opens in place; gives the tag of the ciphertext.
#[inline(never)]
unsafe fn crypt(input: &ChaChaInput, m: Message, wide: bool, open: bool) -> [u64; 2] {
    if m.aad_length <= SHORT_AAD && m.length <= SHORT {
        return short(input, m, open);
    }
    let mut room = Room::uninit();
    let x: *mut V = room.as_mut_ptr().cast();
    let count = match m.length {
        0..=64 => 2,
        65..=128 => 3,
        _ if wide => 4,
        _ => 3,
    };
    make_blocks(input, count, x);
    let mut poly = Poly1305::start(x.cast());
    poly.padded(m.aad, m.aad_length);
    let first = m.length.min(64 * (count - 1));
    if wide && m.length > first {
        if open {
            poly.blocks(m.data, first / 16);
        }
        apply(x.add(4), m.data, first);
        return rest(&mut poly, *input, m, open);
    }
    let mut tag = [0; 2];
    if open {
        tag = end(&mut poly, m, 0);
    }
    apply(x.add(4), m.data, first);
    if m.length > first {
        stream(input, count as u32, m.data.add(first), m.length - first, false);
    }
    if open {
        tag
    } else {
        end(&mut poly, m, 0)
    }
}

#[inline(always)]
unsafe fn short(input: &ChaChaInput, m: Message, open: bool) -> [u64; 2] {
    let mut room = Room::uninit();
    let x: *mut V = room.as_mut_ptr().cast();
    make_blocks(input, 2, x);
    let mut poly = Poly1305::start(x.cast());
    let mut gathered = Blocks::uninit();
    let h = blocks_at(&mut gathered);
    let blocks = gather(m, x.add(4), open, V::from64(m.aad_length as u64, m.length as u64), h.add(DATA));
    let count = m.aad_length.div_ceil(16) + blocks + 1;
    poly.few_blocks(put_bound(bound(&m), m.aad_length, h), count);
    poly.finish()
}

/// All after the first 192 bytes. Sealing absorbs the group before, opening the group that is about to be decrypted.
unsafe fn rest(poly: &mut Poly1305, mut input: ChaChaInput, m: Message, open: bool) -> [u64; 2] {
    let mut room = Room::uninit();
    let x: *mut V = room.as_mut_ptr().cast();
    let mut tag = [0; 2];
    let mut at = 192;
    let mut absorbed = if open { at } else { 0 };
    let mut counter = 4;
    while at < m.length {
        let now = (m.length - at).min(256);
        let ready = if open { at + now } else { at };
        let pairs = ((ready - absorbed) / 32).min(10);
        input.tail.as_mut_ptr().cast::<u32>().write(counter);
        let count = if now <= 64 { 1 } else { 4 };
        make_blocks_absorbing(&input, count, x, poly, m.data.add(absorbed), pairs);
        absorbed += 32 * pairs;
        if open && at + now == m.length {
            tag = end(poly, m, absorbed);
        }
        apply(x, m.data.add(at), now);
        at += now;
        counter += 4;
    }
    if open {
        tag
    } else {
        end(poly, m, absorbed)
    }
}

/// Key stream from block `counter` on.
#[inline(never)]
pub unsafe fn stream(input: &ChaChaInput, counter: u32, mut data: *mut u8, mut length: usize, wide: bool) {
    let mut input = *input;
    let mut room = Room::uninit();
    let x: *mut V = room.as_mut_ptr().cast();
    let at = input.tail.as_mut_ptr().cast::<u32>();
    at.write(counter);
    while length > 0 {
        let count = length.div_ceil(64).min(if wide { 4 } else { 3 });
        make_blocks(&input, count, x);
        let bytes = length.min(64 * count);
        apply(x, data, bytes);
        data = data.add(bytes);
        length -= bytes;
        at.write(at.read().wrapping_add(count as u32));
    }
}

/// Absorbs the ciphertext from `absorbed` on and the lengths; gives the tag.
#[inline(never)]
unsafe fn end(poly: &mut Poly1305, m: Message, absorbed: usize) -> [u64; 2] {
    let (aad, data) = (m.aad_length as u64, m.length as u64);
    match poly.all_but_last(m.data.add(absorbed), m.length - absorbed) {
        Some([low, high]) => poly.blocks2(low, high, aad, data),
        None => poly.block(aad, data),
    }
    poly.finish()
}
