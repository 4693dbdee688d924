//! AES-256, eight blocks at a time, bitsliced: in register b, bit j of byte p is bit b of byte p of block j. The S-box is the
//! circuit of Boyar, Peralta and Calik with 113 gates; ShiftRows is not taken, as in `aes.rs`.
use crate::aes::{plain_round_key, row, tables};
use crate::simd::V;

/// Bit masks of the round keys: [round][bit].
pub type SlicedKeys = [[V; 8]; 15];

#[inline(never)]
pub unsafe fn slice_keys(keys: *const V, sliced: *mut V) {
    for round in 0..15 {
        let bits = slice(plain_round_key(keys, round));
        for b in 0..8 {
            bits[b].put(sliced, 8 * round + b);
        }
    }
}

/// Bits of a block as masks.
#[inline(always)]
pub unsafe fn slice(block: V) -> [V; 8] {
    let t = tables();
    let mut q = [V::zero(); 8];
    for b in 0..8 {
        let bit = row(&t.bits[b]);
        q[b] = block.and(bit).eq8(bit);
    }
    q
}

/// Registers of bits of the counter blocks `block`, whose last three bits are zero, to `block` + 7.
#[inline(always)]
pub unsafe fn count(sliced: *const V, block: V) -> [V; 8] {
    let t = tables();
    let mut q = slice(block);
    for b in 0..3 {
        q[b] = q[b].xor(row(&t.counters[b]));
    }
    with_first_key(sliced, q)
}

#[inline(always)]
pub unsafe fn with_first_key(sliced: *const V, mut q: [V; 8]) -> [V; 8] {
    for b in 0..8 {
        q[b] = q[b].xor(V::get(sliced, b));
    }
    q
}

/// The S-box, and its output doubled.
#[inline(never)]
pub fn substitute_twice(q: &[V; 8], out: &mut [[V; 8]; 2]) {
    let s = substitute(*q);
    out[0] = s;
    out[1] = [s[7], s[0].xor(s[7]), s[1], s[2].xor(s[7]), s[3].xor(s[7]), s[4], s[5], s[6]];
}

#[inline(always)]
pub unsafe fn mix_columns(x: [V; 8], r1: V, r2: V, keys: *const V) -> [V; 8] {
    let mut out = x;
    let first7 = x[7].at(r1);
    let t7 = x[7].xor(first7);
    let mut below = t7;
    for b in 0..8 {
        let first = if b == 7 { first7 } else { x[b].at(r1) };
        let sum = if b == 7 { t7 } else { x[b].xor(first) };
        let mut y = first.xor(sum.at(r2)).xor(V::get(keys, b).xor(below));
        if b == 1 || b == 3 || b == 4 {
            y = y.xor(t7);
        }
        out[b] = y;
        below = sum;
    }
    out
}

/// Eight registers of bits to eight blocks, and back.
#[inline(always)]
pub fn transpose(mut q: [V; 8]) -> [V; 8] {
    let m = V::splat8(0x55);
    for i in [0, 2, 4, 6] {
        let t = q[i].shr64::<1>().xor(q[i + 1]).and(m);
        q[i + 1] = q[i + 1].xor(t);
        q[i] = q[i].xor(t.shl64::<1>());
    }
    let m = V::splat8(0x33);
    for i in [0, 1, 4, 5] {
        let t = q[i].shr64::<2>().xor(q[i + 2]).and(m);
        q[i + 2] = q[i + 2].xor(t);
        q[i] = q[i].xor(t.shl64::<2>());
    }
    let m = V::splat8(0x0f);
    for i in [0, 1, 2, 3] {
        let t = q[i].shr64::<4>().xor(q[i + 4]).and(m);
        q[i + 4] = q[i + 4].xor(t);
        q[i] = q[i].xor(t.shl64::<4>());
    }
    q
}

/// The S-box without its constant, which is in the round keys.
#[inline(always)]
pub fn substitute(q: [V; 8]) -> [V; 8] {
    let [x7, x6, x5, x4, x3, x2, x1, x0] = q;
    let y14 = x3.xor(x5);
    let y13 = x0.xor(x6);
    let y9 = x0.xor(x3);
    let y8 = x0.xor(x5);
    let t0 = x1.xor(x2);
    let y1 = t0.xor(x7);
    let y4 = y1.xor(x3);
    let y12 = y13.xor(y14);
    let y2 = y1.xor(x0);
    let y5 = y1.xor(x6);
    let y3 = y5.xor(y8);
    let t1 = x4.xor(y12);
    let y15 = t1.xor(x5);
    let y20 = t1.xor(x1);
    let y6 = y15.xor(x7);
    let y10 = y15.xor(t0);
    let y11 = y20.xor(y9);
    let y7 = x7.xor(y11);
    let y17 = y10.xor(y11);
    let y19 = y10.xor(y8);
    let y16 = t0.xor(y11);
    let y21 = y13.xor(y16);
    let y18 = x0.xor(y16);

    let t2 = y12.and(y15);
    let t4 = y3.and(y6).xor(t2);
    let t6 = y4.and(x7).xor(t2);
    let t7 = y13.and(y16);
    let t9 = y5.and(y1).xor(t7);
    let t11 = y2.and(y7).xor(t7);
    let t12 = y9.and(y11);
    let t14 = y14.and(y17).xor(t12);
    let t16 = y8.and(y10).xor(t12);
    let t21 = t4.xor(t14).xor(y20);
    let t22 = t6.xor(t16).xor(y19);
    let t23 = t9.xor(t14).xor(y21);
    let t24 = t11.xor(t16).xor(y18);

    let t25 = t21.xor(t22);
    let t26 = t21.and(t23);
    let t27 = t24.xor(t26);
    let t29 = t25.and(t27).xor(t22);
    let t30 = t23.xor(t24);
    let t31 = t22.xor(t26);
    let t33 = t31.and(t30).xor(t24);
    let t34 = t23.xor(t33);
    let t35 = t27.xor(t33);
    let t36 = t24.and(t35);
    let t37 = t36.xor(t34);
    let t38 = t27.xor(t36);
    let t40 = t25.xor(t29.and(t38));
    let t41 = t40.xor(t37);
    let t42 = t29.xor(t33);
    let t43 = t29.xor(t40);
    let t44 = t33.xor(t37);
    let t45 = t42.xor(t41);

    let z0 = t44.and(y15);
    let z1 = t37.and(y6);
    let z2 = t33.and(x7);
    let z3 = t43.and(y16);
    let z4 = t40.and(y1);
    let z5 = t29.and(y7);
    let z6 = t42.and(y11);
    let z7 = t45.and(y17);
    let z8 = t41.and(y10);
    let z9 = t44.and(y12);
    let z10 = t37.and(y3);
    let z11 = t33.and(y4);
    let z12 = t43.and(y13);
    let z13 = t40.and(y5);
    let z14 = t29.and(y2);
    let z15 = t42.and(y9);
    let z16 = t45.and(y14);
    let z17 = t41.and(y8);

    let t46 = z15.xor(z16);
    let t47 = z10.xor(t46);
    let t48 = z9.xor(t47);
    let t49 = z0.xor(z2);
    let t50 = z3.xor(z4);
    let t51 = z7.xor(t50);
    let t52 = z6.xor(t51);
    let t53 = z8.xor(z12.xor(t49));
    let t54 = t51.xor(t53);
    let t55 = z14.xor(t54);
    let t56 = z3.xor(z5).xor(t49);
    let t57 = z13.xor(t46).xor(t56);
    let s0 = t48.xor(t52);
    let s3 = t48.xor(t50.xor(z0.xor(z1)));
    let s1 = s3.xor(t52);
    let s2 = t55.xor(z15.xor(t52)).xor(z17);
    let s4 = s3.xor(t56);
    let s5 = t47.xor(z11).xor(t55);
    let s6 = t54.xor(t57);
    let s7 = z12.xor(t57);
    [s7, s6, s5, s4, s3, s2, s1, s0]
}
