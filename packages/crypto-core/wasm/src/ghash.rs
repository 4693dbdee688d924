//! GHASH (SP 800-38D section 6.4) by nibble tables that lie across positions. Multiplying by H before reduction does not
//! depend on where a byte stands, so for each byte k = 0..15 two 16-entry tables give byte k of (high nibble) H and of
//! (low nibble) H, each reduced, and one permutation looks up all 16 positions of a block. Products of several blocks with
//! falling powers of H are summed before they are shifted into place and reduced, once.
use crate::aes::{first_bytes, row, tables};
use crate::short::{blocks_at, Blocks};
use crate::simd::V;

/// Tables of one power of H: for k = 0..15, high nibbles then low nibbles.
pub type Power = [V; ROWS];
pub const ROWS: usize = 32;

/// Multiplies by x^n: bytes of `h` shifted right by n bits, most significant bit first.
#[inline(always)]
fn shift_bits<const N: i32, const M: i32>(h: V) -> V {
    let low = V::splat8(0xff >> N);
    let before = h.after1(V::zero());
    h.shr16::<N>().and(low).xor(before.shl16::<M>().and(V::splat8((0xff00u32 >> N) as u8)))
}

/// Writes the tables of `h`.
pub unsafe fn build_power(h: V, power: *mut V) {
    let t = tables();
    let (a, b, c, d) = (h, shift_bits::<1, 7>(h), shift_bits::<2, 6>(h), shift_bits::<3, 5>(h));
    let (ab, cd, zero) = (a.xor(b), c.xor(d), V::zero());
    // For each byte position a, b, ab, 0, c, d, cd, 0.
    let quads = [
        (a.interleave_low8(b), ab.interleave_low8(zero), c.interleave_low8(d), cd.interleave_low8(zero)),
        (a.interleave_high8(b), ab.interleave_high8(zero), c.interleave_high8(d), cd.interleave_high8(zero)),
    ];
    let low = row(&t.low_nibbles);
    // What multiples by x, x^2 and x^3 push over the end of byte 15, as low nibbles.
    let last = (h.high64() >> 56) as u8;
    let over = V::splat8((last & 1) << 3)
        .and(row(&t.nibble_bits[0]))
        .xor(V::splat8((last & 3) << 2).and(row(&t.nibble_bits[1])))
        .xor(V::splat8((last & 7) << 1).and(row(&t.nibble_bits[2])));
    let mut before = V::zero();
    for half in 0..2 {
        let (ab, ab0, cd, cd0) = quads[half];
        let sides = [
            (ab.interleave_low16(ab0), cd.interleave_low16(cd0)),
            (ab.interleave_high16(ab0), cd.interleave_high16(cd0)),
        ];
        for quarter in 0..2 {
            let (x, y) = sides[quarter];
            let pairs = [x.interleave_low32(y), x.interleave_high32(y)];
            for k in 0..4 {
                let [high, rest] = &t.multiples[k & 1];
                let pair = pairs[k >> 1];
                let mut this = pair.at(row(high)).xor(pair.at(row(rest)));
                let place = 8 * half + 4 * quarter + k;
                if place < 2 {
                    this = this.xor(row(&t.reduced[place]).at(over));
                }
                let bottom = this.and(low);
                this.put(power, 2 * place);
                // Four bits further on: `before` is what flows in.
                this.xor(bottom).shr16::<4>().or(before).put(power, 2 * place + 1);
                before = if place < 15 { bottom.shl16::<4>() } else { bottom };
            }
        }
    }
    for place in 0..2 {
        V::get(power, 2 * place + 1).xor(row(&t.reduced[place]).at(before)).put(power, 2 * place + 1);
    }
}

/// Byte `k` of `x[0] H^N + ... + x[N-1] H`, where `highest` is the table of H^N. Unshifted.
#[inline(always)]
unsafe fn product<const N: usize>(nibbles: &[(V, V); N], highest: *const V, k: usize) -> V {
    let mut sum = V::zero();
    for i in 0..N {
        // H^N comes first in falling order, so block i takes the table before that of block i - 1.
        let power = highest.sub(ROWS * i).add(2 * k);
        let v = V::get(power, 0).at(nibbles[i].0).xor(V::get(power, 1).at(nibbles[i].1));
        sum = if i == 0 { v } else { sum.xor(v) };
    }
    sum
}

#[inline(always)]
unsafe fn split<const N: usize>(x: &[V; N]) -> [(V, V); N] {
    let low = row(&tables().low_nibbles);
    let mut nibbles = [(V::zero(), V::zero()); N];
    for i in 0..N {
        nibbles[i] = (x[i].shr16::<4>().and(low), x[i].and(low));
    }
    nibbles
}

/// What is summed over the bytes, from the last on: even and odd ones apart, which is half the latency.
struct Horner {
    even: V,
    even_high: V,
    odd: V,
    odd_high: V,
}

/// `x[0] H^N + x[1] H^(N-1) + ... + x[N-1] H`; `highest` is the table of H^N.
#[inline(always)]
unsafe fn fold<const N: usize>(x: &[V; N], highest: *const V) -> V {
    let nibbles = split(x);
    let zero = V::zero();
    let mut h = Horner { even: zero, even_high: zero, odd: zero, odd_high: zero };
    let mut at = highest.add(tables().counts[0] as usize);
    let end = highest;
    // Eight blocks from zeros on take JavaScriptCore 13 % longer.
    if N == 8 {
        h.odd = product(&nibbles, at, 1);
        h.even = product(&nibbles, at, 0);
        at = at.sub(4);
    }
    loop {
        h.odd_high = h.odd_high.after2(h.odd);
        h.odd = h.odd.after2(zero).xor(product(&nibbles, at, 1));
        h.even_high = h.even_high.after2(h.even);
        h.even = h.even.after2(zero).xor(product(&nibbles, at, 0));
        if at == end {
            break;
        }
        at = at.sub(4);
    }
    let high = h.even_high.xor(h.odd_high.after1(h.odd));
    let low = h.even.xor(h.odd.after1(zero));
    reduce(low, high)
}

/// x^128 = 1 + x + x^2 + x^7.
#[inline(always)]
unsafe fn reduce(low: V, high: V) -> V {
    let t = tables();
    // What the high half pushes over its own end comes back at its beginning.
    let last = V::zero().after1(high).and(row(&t.mask_first));
    let over = last.shl16::<7>().xor(last.shl16::<6>()).xor(last.shl16::<1>()).and(row(&t.mask_first));
    let y = high.xor(over).at(row(&t.byte_reverse));
    // Now the most significant byte is last: shift right across lanes.
    let above = V::zero().after8(y);
    let shifted = y
        .xor(y.shr64::<1>())
        .xor(above.shl64::<63>())
        .xor(y.shr64::<2>())
        .xor(above.shl64::<62>())
        .xor(y.shr64::<7>())
        .xor(above.shl64::<57>());
    low.xor(shifted.at(row(&t.byte_reverse)))
}

/// Absorbs `count` (1 to 8) blocks at `x` into `y`; `powers` has the tables of H to H^count, one after another. 3 and
/// 5 blocks take one of zeros before them and the table of a power more, which is there.
pub unsafe fn absorb(y: V, x: *const V, count: usize, powers: *const V) -> V {
    #[inline(always)]
    unsafe fn some<const N: usize>(y: V, x: *const V, odd: bool, powers: *const V) -> V {
        let mut blocks = [V::zero(); N];
        let rest = if odd {
            blocks[1] = y.xor(V::get(x, 0));
            x
        } else {
            blocks[0] = y.xor(V::get(x, 0));
            blocks[1] = V::get(x, 1);
            x.add(1)
        };
        for i in 2..N {
            blocks[i] = V::get(rest, i - 1);
        }
        fold(&blocks, powers.add(ROWS * (N - 1)))
    }
    let odd = count & 1 == 1;
    match count {
        1 => fold(&[y.xor(V::get(x, 0))], powers),
        2 => some::<2>(y, x, false, powers),
        3 | 4 => some::<4>(y, x, odd, powers),
        5 | 6 => some::<6>(y, x, odd, powers),
        7 => some::<7>(y, x, false, powers),
        _ => some::<8>(y, x, false, powers),
    }
}

#[inline(never)]
pub unsafe fn absorb_some(y: V, x: *const V, count: usize, powers: *const V) -> V {
    absorb(y, x, count, powers)
}

/// GHASH over parts that are each padded to whole blocks.
pub struct Ghash {
    pub y: V,
    powers: *const V,
    group: usize,
    x: Blocks,
    count: usize,
}

impl Ghash {
    /// `powers` has the tables of H to H^group.
    #[inline(always)]
    pub fn new(powers: *const V, group: usize) -> Ghash {
        Ghash { y: V::zero(), powers, group, x: Blocks::uninit(), count: 0 }
    }

    #[inline(always)]
    unsafe fn push(&mut self, block: V) {
        block.put(blocks_at(&mut self.x), self.count & 7);
        self.count += 1;
        if self.count == self.group {
            self.flush();
        }
    }

    #[inline(always)]
    pub unsafe fn flush(&mut self) {
        if self.count > 0 {
            self.y = absorb_some(self.y, self.x.as_ptr().cast(), self.count, self.powers);
            self.count = 0;
        }
    }

    #[inline(never)]
    pub unsafe fn update(&mut self, mut data: *const u8, mut length: usize) {
        let bytes = 16 * self.group;
        while length >= 16 {
            if self.count == 0 && length >= bytes {
                self.y = absorb_some(self.y, data.cast(), self.group, self.powers);
                data = data.add(bytes);
                length -= bytes;
            } else {
                self.push(V::load(data));
                data = data.add(16);
                length -= 16;
            }
        }
        if length > 0 {
            self.push(V::load(data).and(first_bytes(length)));
        }
    }

    pub unsafe fn finish(&mut self, aad_length: u64, length: u64) -> V {
        self.push(lengths(aad_length, length));
        self.flush();
        self.y
    }
}

/// The last block that is hashed.
#[inline(always)]
pub fn lengths(aad_length: u64, length: u64) -> V {
    V::from64((8 * aad_length).to_be(), (8 * length).to_be())
}
