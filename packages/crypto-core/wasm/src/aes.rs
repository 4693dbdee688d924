//! AES-256 (FIPS 197) by vector permutations, for a few blocks at a time: Hamburg, "Accelerating AES with Vector Permute
//! Instructions" (CHES 2009), without ShiftRows: the state after round r is kept with r ShiftRows undone, which turns the
//! column rotations of MixColumns into other fixed permutations, four in turn.
use crate::aes_tables::{AesTables, AES_TABLES};
use crate::simd::V;

#[cfg_attr(target_arch = "wasm32", link_section = ".data")]
static mut TABLES: AesTables = AES_TABLES;
static mut TABLES_AT: *const AesTables = &raw const TABLES;

/// Opaque to the compiler, which would otherwise spread the tables over the code as constants.
#[inline(always)]
pub fn tables() -> &'static AesTables {
    unsafe { &*core::ptr::read_volatile(&raw const TABLES_AT) }
}

/// Round keys as `encrypt` takes them: 0 to 13 in the tower, 14 plain.
pub type RoundKeys = [V; 15];

#[inline(always)]
pub unsafe fn row(r: &[u8; 16]) -> V {
    V::load(r.as_ptr())
}

/// A mask of the first `n` bytes.
#[inline(always)]
pub unsafe fn first_bytes(n: usize) -> V {
    V::load(tables().mask.as_ptr().cast::<u8>().add(16 - n))
}

#[inline(always)]
unsafe fn change_basis(t: &AesTables, rows: &[[u8; 16]; 2], x: V) -> V {
    let nibbles = row(&t.low_nibbles);
    let high = x.shr16::<4>().and(nibbles);
    row(&rows[0]).at(x.and(nibbles)).xor(row(&rows[1]).at(high))
}

/// Both lookup indices of the S-box's output.
#[inline(always)]
unsafe fn invert(t: &AesTables, x: V) -> (V, V) {
    let nibbles = row(&t.low_nibbles);
    let inverse = row(&t.inverse);
    let k = x.and(nibbles);
    let i = x.shr16::<4>().and(nibbles);
    let j = k.xor(i);
    let ak = row(&t.scaled).at(k);
    let io = inverse.at(inverse.at(i).xor(ak)).xor(j);
    let jo = inverse.at(inverse.at(j).xor(ak)).xor(i);
    (io, jo)
}

#[inline(always)]
unsafe fn look_up(rows: &[[u8; 16]; 2], (io, jo): (V, V)) -> V {
    row(&rows[0]).at(io).xor(row(&rows[1]).at(jo))
}

/// Encrypts N blocks, in plain bytes both sides.
#[inline(always)]
pub unsafe fn encrypt<const N: usize>(keys: *const V, x: &mut [V; N]) {
    begin(keys, x);
    let mut number = 1;
    while number < 14 {
        round(keys, number, x);
        number += 1;
    }
    end(keys, x);
}

#[inline(always)]
pub unsafe fn begin<const N: usize>(keys: *const V, x: &mut [V; N]) {
    let t = tables();
    for i in 0..N {
        x[i] = change_basis(t, &t.into, x[i]).xor(V::get(keys, 0));
    }
}

/// Rounds 1 to 13.
#[inline(always)]
pub unsafe fn round<const N: usize>(keys: *const V, number: usize, x: &mut [V; N]) {
    let t = tables();
    for i in 0..N {
        x[i] = rest_of_round(t, keys, number, invert(t, x[i]));
    }
}

/// A round from what `invert` gives on.
#[inline(always)]
unsafe fn rest_of_round(t: &AesTables, keys: *const V, number: usize, inverses: (V, V)) -> V {
    let forward = row(&t.rotate1[number & 3]);
    let a = look_up(&t.sub, inverses);
    let z = a.at(forward).xor(look_up(&t.double, inverses));
    z.at(forward).xor(z.xor(a.at(row(&t.rotate3[number & 3])).xor(V::get(keys, number))))
}

/// A round as if the S-box gave zeros where `gone` has bit 7 set.
#[inline(always)]
pub unsafe fn round_without(keys: *const V, number: usize, gone: V, x: V) -> V {
    let t = tables();
    let (io, jo) = invert(t, x);
    rest_of_round(t, keys, number, (io.or(gone), jo.or(gone)))
}

/// Plain bytes of a state between rounds.
#[inline(always)]
pub unsafe fn plain(x: V) -> V {
    let t = tables();
    change_basis(t, &t.back, x)
}

#[inline(always)]
pub unsafe fn end<const N: usize>(keys: *const V, x: &mut [V; N]) {
    let t = tables();
    // Fourteen ShiftRows, of which four are none.
    let last = row(&t.unshift[2]);
    let key = V::get(keys, 14);
    for i in 0..N {
        x[i] = look_up(&t.plain, invert(t, x[i])).xor(key).at(last);
    }
}

/// The key schedule, in the tower from end to end. Writes the round keys of `encrypt`.
#[inline(never)]
pub unsafe fn expand_key(key: *const u8, keys: *mut V) {
    let t = tables();
    let constant = row(&t.constant);
    let mut even = change_basis(t, &t.into, V::load(key));
    let mut odd = change_basis(t, &t.into, V::load(key.add(16)));
    even.put(keys, 0);
    place(t, odd, keys, 1);
    let mut round = 2;
    loop {
        let word = look_up(&t.sub, invert(t, odd.at(row(&t.last_rotated))));
        even = spread(even).xor(word).xor(constant.xor(row(&t.round_constants[round / 2 - 1])));
        if round == 14 {
            break;
        }
        place(t, even, keys, round);
        let word = look_up(&t.sub, invert(t, even.at(row(&t.last))));
        odd = spread(odd).xor(word).xor(constant);
        place(t, odd, keys, round + 1);
        round += 2;
    }
    let last = change_basis(t, &t.back, even.xor(constant));
    last.at(row(&t.unshift[2])).put(keys, 14);
}

/// Each word XOR all words before it.
#[inline(always)]
fn spread(x: V) -> V {
    let x = x.xor(x.after4(V::zero()));
    x.xor(x.after8(V::zero()))
}

/// S-box constant in, ShiftRows out.
#[inline(always)]
unsafe fn place(t: &AesTables, key: V, keys: *mut V, round: usize) {
    key.xor(row(&t.constant)).at(row(&t.unshift[round & 3])).put(keys, round);
}

/// Round key `round` of `encrypt` in plain bytes, for the bitsliced form.
#[inline(always)]
pub unsafe fn plain_round_key(keys: *const V, round: usize) -> V {
    let key = V::get(keys, round);
    if round == 14 {
        key
    } else {
        plain(key)
    }
}
