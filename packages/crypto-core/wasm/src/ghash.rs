//! GHASH (SP 800-38D section 6.4) by nibble tables that lie across positions. Multiplying by H before reduction does not
//! depend on where a byte stands, so for each byte offset k = 0..16 of the product two 16-entry tables give byte k of
//! (high nibble) H and of (low nibble) H, and one permutation looks up all 16 positions of a block. Products of several
//! blocks with falling powers of H are summed before they are shifted into place and reduced, once.
use crate::aes::{row, tables};
use crate::simd::V;

/// Tables of one power of H: for k = 0..16, high nibbles then low nibbles.
pub type Power = [V; 34];

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
    let h1 = shift_bits::<1, 7>(h);
    let h2 = shift_bits::<2, 6>(h);
    let h3 = shift_bits::<3, 5>(h);
    let mut m = [V::zero(); 16];
    m[8] = h;
    m[4] = h1;
    m[2] = h2;
    m[1] = h3;
    m[3] = h2.xor(h3);
    m[5] = h1.xor(h3);
    m[6] = h1.xor(h2);
    m[7] = m[6].xor(h3);
    for n in 1..8 {
        m[8 + n] = m[n].xor(h);
    }
    let mut rounds = 0;
    while rounds < 4 {
        let mut out = m;
        for i in 0..8 {
            out[2 * i] = m[i].interleave_low8(m[i + 8]);
            out[2 * i + 1] = m[i].interleave_high8(m[i + 8]);
        }
        m = out;
        rounds += 1;
    }
    let last = (h.high64() >> 56) as u8;
    let over = V::splat8(last << 7)
        .and(row(&t.nibble_bits[0]))
        .xor(V::splat8(last << 6).and(row(&t.nibble_bits[1])))
        .xor(V::splat8(last << 5).and(row(&t.nibble_bits[2])));
    let low = row(&t.low_nibbles);
    let high = V::splat8(0xf0);
    let mut before = V::zero();
    for k in 0..17 {
        let this = if k == 16 { over } else { m[k] };
        this.put(power, 2 * k);
        this.shr16::<4>().and(low).or(before.shl16::<4>().and(high)).put(power, 2 * k + 1);
        before = this;
    }
}

/// Sum of the products of `x[i]` with the powers `n`, `n - 1`, ..., where `powers` begins with the first. Unshifted.
#[inline(always)]
unsafe fn product<const N: usize>(nibbles: &[(V, V); N], powers: *const V, k: usize) -> V {
    let mut sum = V::zero();
    for i in 0..N {
        // H^n comes first in falling order, so block i takes the table before that of block i - 1.
        let power = powers.sub(34 * i).add(2 * k);
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

/// `x[0] H^N + x[1] H^(N-1) + ... + x[N-1] H`, plus what `more` holds unshifted; `highest` is the table of H^N.
#[inline(always)]
unsafe fn fold<const N: usize>(x: &[V; N], highest: *const V, more: Option<&[V; 17]>) -> V {
    let nibbles = split(x);
    let mut low = product(&nibbles, highest, 16);
    if let Some(sums) = more {
        low = low.xor(sums[16]);
    }
    let mut high = V::zero();
    let mut k = 16;
    while k > 0 {
        k -= 1;
        let mut v = product(&nibbles, highest, k);
        if let Some(sums) = more {
            v = v.xor(sums[k]);
        }
        high = high.after1(low);
        low = low.after1(V::zero()).xor(v);
    }
    reduce(low, high)
}

/// The products of four blocks with the powers from `highest` down, unshifted.
#[inline(always)]
unsafe fn sum4(x: &[V; 4], highest: *const V) -> [V; 17] {
    let nibbles = split(x);
    let mut sums = [V::zero(); 17];
    let mut k = 0;
    while k < 17 {
        sums[k] = product(&nibbles, highest, k);
        k += 1;
    }
    sums
}

/// x^128 = 1 + x + x^2 + x^7.
#[inline(always)]
unsafe fn reduce(low: V, high: V) -> V {
    let t = tables();
    // What the high half pushes over its own end comes back at its beginning.
    let last = (high.high64() >> 56) as u8;
    let over = (last << 7) ^ (last << 6) ^ (last << 1);
    let y = high.xor(V::from64(over as u64, 0)).at(row(&t.byte_reverse));
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

/// Absorbs `count` (1 to 8) blocks at `x` into `y`; `powers` has the tables of H to H^count, one after another.
pub unsafe fn absorb(y: V, x: *const V, count: usize, powers: *const V) -> V {
    let top = powers.add(34 * (count - 1));
    let b = |i: usize| if i == 0 { V::get(x, 0).xor(y) } else { V::get(x, i) };
    match count {
        1 => fold::<1>(&[b(0)], top, None),
        2 => fold::<2>(&[b(0), b(1)], top, None),
        3 => fold::<3>(&[b(0), b(1), b(2)], top, None),
        4 => fold::<4>(&[b(0), b(1), b(2), b(3)], top, None),
        _ => {
            let sums = sum4(&[b(0), b(1), b(2), b(3)], top);
            let rest = top.sub(34 * 4);
            match count {
                5 => fold::<1>(&[b(4)], rest, Some(&sums)),
                6 => fold::<2>(&[b(4), b(5)], rest, Some(&sums)),
                7 => fold::<3>(&[b(4), b(5), b(6)], rest, Some(&sums)),
                _ => fold::<4>(&[b(4), b(5), b(6), b(7)], rest, Some(&sums)),
            }
        }
    }
}
