//! SHA-512 (FIPS 180-4) and HMAC-SHA-512 (RFC 2104) from saved states. The message schedule runs in vectors, two words
//! at a time, sixteen rounds ahead of the scalar rounds, so that both kinds of unit work at once.
use crate::aes::{first_bytes, row, tables};
use crate::simd::V;

pub type State = [u64; 8];

pub const BLOCK: usize = 128;

pub const INITIAL: State = [
    0x6a09e667f3bcc908,
    0xbb67ae8584caa73b,
    0x3c6ef372fe94f82b,
    0xa54ff53a5f1d36f1,
    0x510e527fade682d1,
    0x9b05688c2b3e6c1f,
    0x1f83d9abfb41bd6b,
    0x5be0cd19137e2179,
];

#[repr(C, align(16))]
struct Constants([u64; 80]);

// Writable and behind a pointer, as the tables of AES.
static mut CONSTANTS: Constants = Constants([
    0x428a2f98d728ae22,
    0x7137449123ef65cd,
    0xb5c0fbcfec4d3b2f,
    0xe9b5dba58189dbbc,
    0x3956c25bf348b538,
    0x59f111f1b605d019,
    0x923f82a4af194f9b,
    0xab1c5ed5da6d8118,
    0xd807aa98a3030242,
    0x12835b0145706fbe,
    0x243185be4ee4b28c,
    0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f,
    0x80deb1fe3b1696b1,
    0x9bdc06a725c71235,
    0xc19bf174cf692694,
    0xe49b69c19ef14ad2,
    0xefbe4786384f25e3,
    0x0fc19dc68b8cd5b5,
    0x240ca1cc77ac9c65,
    0x2de92c6f592b0275,
    0x4a7484aa6ea6e483,
    0x5cb0a9dcbd41fbd4,
    0x76f988da831153b5,
    0x983e5152ee66dfab,
    0xa831c66d2db43210,
    0xb00327c898fb213f,
    0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2,
    0xd5a79147930aa725,
    0x06ca6351e003826f,
    0x142929670a0e6e70,
    0x27b70a8546d22ffc,
    0x2e1b21385c26c926,
    0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df,
    0x650a73548baf63de,
    0x766a0abb3c77b2a8,
    0x81c2c92e47edaee6,
    0x92722c851482353b,
    0xa2bfe8a14cf10364,
    0xa81a664bbc423001,
    0xc24b8b70d0f89791,
    0xc76c51a30654be30,
    0xd192e819d6ef5218,
    0xd69906245565a910,
    0xf40e35855771202a,
    0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8,
    0x1e376c085141ab53,
    0x2748774cdf8eeb99,
    0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63,
    0x4ed8aa4ae3418acb,
    0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc,
    0x78a5636f43172f60,
    0x84c87814a1f0ab72,
    0x8cc702081a6439ec,
    0x90befffa23631e28,
    0xa4506cebde82bde9,
    0xbef9a3f7b2c67915,
    0xc67178f2e372532b,
    0xca273eceea26619c,
    0xd186b8c721c0c207,
    0xeada7dd6cde0eb1e,
    0xf57d4f7fee6ed178,
    0x06f067aa72176fba,
    0x0a637dc5a2c898a6,
    0x113f9804bef90dae,
    0x1b710b35131c471b,
    0x28db77f523047d84,
    0x32caab7b40c72493,
    0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6,
    0x597f299cfc657e2a,
    0x5fcb6fab3ad6faec,
    0x6c44198c4a475817,
]);
static mut CONSTANTS_AT: *const Constants = &raw const CONSTANTS;

#[inline(always)]
fn rotr<const N: i32, const M: i32>(x: V) -> V {
    x.shr64::<N>().or(x.shl64::<M>())
}

/// Schedule words t and t + 1 from words t - 16, t - 15, t - 7 and t - 2 on, each with its successor.
#[inline(always)]
fn extend(w16: V, w15: V, w7: V, w2: V, by8: V) -> V {
    let s0 = rotr::<1, 63>(w15).xor(w15.at(by8)).xor(w15.shr64::<7>());
    let s1 = rotr::<19, 45>(w2).xor(rotr::<61, 3>(w2)).xor(w2.shr64::<6>());
    w16.add64(s0).add64(w7).add64(s1)
}

/// Sixteen words of schedule, with the constants added, and what rounds leave for the fourth round after them: four words
/// that become d, and four that become h. These are in memory, and volatile or the compiler would bring them back, because
/// registers are few. At a fixed place, because an address in a register costs 9 %.
#[cfg(target_arch = "wasm32")]
static mut SCHEDULE: Schedule = [0; 24];
type Schedule = [u64; 24];
const D: usize = 16;
const H: usize = 20;

/// Clears what the last message left.
#[inline(always)]
pub unsafe fn wipe() {
    #[cfg(target_arch = "wasm32")]
    core::ptr::write_bytes(&raw mut SCHEDULE, 0, 1);
}

/// The words that a round finds in registers: `bc` is b XOR c, `hw` is h and the word of the schedule.
struct Working {
    a: u64,
    b: u64,
    bc: u64,
    e: u64,
    f: u64,
    g: u64,
    hw: u64,
}

/// Round `I` of sixteen. The next round's h and word are read before this round's e is known, which the compiler takes for
/// the order to add in.
#[inline(always)]
unsafe fn round<const I: usize>(p: *mut u64, s: Working) -> Working {
    let Working { a, b, bc, e, f, g, hw } = s;
    let next = (I + 1) & 15;
    let t = hw.wrapping_add(g ^ (e & (f ^ g)));
    let hw = p.add(H + (next & 3)).read_volatile().wrapping_add(p.add(next).read_volatile());
    let t = t.wrapping_add(e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41));
    let new_e = p.add(D + (I & 3)).read_volatile().wrapping_add(t);
    p.add(H + (I & 3)).write_volatile(new_e);
    let ab = a ^ b;
    let sum = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
    let new_a = t.wrapping_add((ab & bc) ^ b).wrapping_add(sum);
    p.add(D + (I & 3)).write_volatile(new_a);
    Working { a: new_a, b: a, bc: ab, e: new_e, f: e, g: f, hw }
}

/// Absorbs `count` blocks at `data`.
#[inline(never)]
pub unsafe fn compress(state: &mut State, mut data: *const u8, mut count: usize) {
    let reverse = row(&tables().word_reverse);
    let by8 = row(&tables().word_rotate8);
    let constants = core::ptr::read_volatile(&raw const CONSTANTS_AT).cast::<V>();
    #[cfg(target_arch = "wasm32")]
    let p: *mut u64 = (&raw mut SCHEDULE).cast();
    #[cfg(not(target_arch = "wasm32"))]
    let mut schedule: Schedule = [0; 24];
    #[cfg(not(target_arch = "wasm32"))]
    let p = schedule.as_mut_ptr();
    while count > 0 {
        let mut w = [V::zero(); 8];
        for j in 0..8 {
            w[j] = V::load(data.add(16 * j)).at(reverse);
            w[j].add64(V::get(constants, j)).put(p.cast(), j);
        }
        for j in 0..4 {
            p.add(D + j).write_volatile(state[3 - j]);
            p.add(H + j).write_volatile(state[7 - j]);
        }
        let [a, b, c, _, e, f, g, h] = *state;
        let mut s = Working { a, b, bc: b ^ c, e, f, g, hw: h.wrapping_add(*p) };
        let mut i = 8;
        // Two rounds, and in the place of their words those of 16 rounds later. The branch keeps the compiler from putting
        // all of the schedule before all rounds, where the machine does not look far enough ahead to overlap them.
        macro_rules! pair {
            ($j:literal) => {
                s = round::<{ 2 * $j }>(p, s);
                s = round::<{ 2 * $j + 1 }>(p, s);
                if i < 40 {
                    let odd = |n: usize| w[(n + 1) & 7].after8(w[n & 7]);
                    w[$j] = extend(w[$j], odd($j), odd($j + 4), w[($j + 7) & 7], by8);
                    w[$j].add64(V::get(constants, i + $j)).put(p.cast(), $j);
                }
            };
        }
        loop {
            pair!(0);
            pair!(1);
            pair!(2);
            pair!(3);
            pair!(4);
            pair!(5);
            pair!(6);
            pair!(7);
            i += 8;
            if i > 40 {
                break;
            }
        }
        for j in 0..4 {
            state[3 - j] = state[3 - j].wrapping_add(p.add(D + j).read_volatile());
            state[7 - j] = state[7 - j].wrapping_add(p.add(H + j).read_volatile());
        }
        data = data.add(BLOCK);
        count -= 1;
    }
}

/// Ends the message of `total` bytes whose last `length` are at `data` and, of these, the very last may be `suffix`
/// instead. Writes the digest. Up to 15 bytes after the data are read.
#[inline(always)]
pub unsafe fn finish(
    state: &mut State,
    data: *const u8,
    length: usize,
    suffix: Option<u8>,
    total: u64,
    digest: *mut u8,
) {
    let whole = length / BLOCK;
    if whole > 0 {
        compress(state, data, whole);
    }
    let data = data.add(whole * BLOCK);
    let length = length % BLOCK;
    let end = length + suffix.is_some() as usize;
    let blocks = if end < BLOCK - 16 { 1 } else { 2 };
    let mut last = core::mem::MaybeUninit::<[u8; 2 * BLOCK]>::uninit();
    let to: *mut u8 = last.as_mut_ptr().cast();
    let mut at = 0;
    while at + 16 <= length {
        V::load(data.add(at)).store(to.add(at));
        at += 16;
    }
    if at < length {
        V::load(data.add(at)).and(first_bytes(length - at)).store(to.add(at));
        at += 16;
    }
    while at < blocks * BLOCK {
        V::zero().store(to.add(at));
        at += 16;
    }
    if let Some(byte) = suffix {
        *to.add(length) = byte;
    }
    *to.add(end) = 0x80;
    to.add(blocks * BLOCK - 8).cast::<u64>().write_unaligned((total * 8).to_be());
    compress(state, to, blocks);
    write_digest(state, digest);
}

#[inline(always)]
unsafe fn write_digest(state: &State, digest: *mut u8) {
    let reverse = row(&tables().word_reverse);
    for i in 0..4 {
        V::load(state.as_ptr().add(2 * i).cast()).at(reverse).store(digest.add(16 * i));
    }
}

/// The states after the padded key's blocks. `key` has at most 128 bytes.
#[repr(C, align(16))]
pub struct HmacKey {
    pub inner: State,
    pub outer: State,
}

pub unsafe fn hmac_key(key: *const u8, length: usize, out: &mut HmacKey) {
    let mut block = [0x36u8; BLOCK];
    for i in 0..length {
        block[i] ^= *key.add(i);
    }
    out.inner = INITIAL;
    compress(&mut out.inner, block.as_ptr(), 1);
    for x in block.iter_mut() {
        *x ^= 0x36 ^ 0x5c;
    }
    out.outer = INITIAL;
    compress(&mut out.outer, block.as_ptr(), 1);
}

/// HMAC of `length` bytes at `data` and then `suffix`.
#[inline(never)]
pub unsafe fn hmac(key: &HmacKey, data: *const u8, length: usize, suffix: u8, mac: *mut u8) {
    let mut state = key.inner;
    let mut digest = [0u8; 64];
    finish(&mut state, data, length, Some(suffix), (BLOCK + length + 1) as u64, digest.as_mut_ptr());
    state = key.outer;
    finish(&mut state, digest.as_ptr(), 64, None, (BLOCK + 64) as u64, mac);
}
