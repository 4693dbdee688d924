//! Constants of the AES kernels, computed from the field, not copied.
//!
//! The vector-permute S-box (Hamburg, CHES 2009) works in GF(16)[w] / (w^2 + A w + 1). A byte `i << 4 | k` stands for
//! `i + j w` with `j = i + k`. With `N = i^2 + A i j + j^2`, the norm:
//!
//!   1 / (1/(1/i + A/k) + j) = ((1 + A) i + j) / N =: P
//!   1 / (1/(1/j + A/k) + i) = (i + (1 + A) j) / N =: Q
//!
//! and the inverse of `i + j w` is linear in P and Q. Division by zero gives 0x80, which a lookup takes to 0.

use crate::aes_counters::{spreads, Spread};

pub type Row = [u8; 16];

/// What the kernels look up. In memory and writable, because V8 makes a vector constant anew at each use.
#[repr(C, align(16))]
pub struct AesTables {
    pub low_nibbles: Row,
    /// 1/n and A/n.
    pub inverse: Row,
    pub scaled: Row,
    /// S-box output (without its constant) from P and Q; the same doubled; the same as plain AES bytes.
    pub sub: [Row; 2],
    pub double: [Row; 2],
    pub plain: [Row; 2],
    /// AES bytes to the tower by low and high nibble, and back.
    pub into: [Row; 2],
    pub back: [Row; 2],
    /// 0x63 in the tower, in every byte.
    pub constant: Row,
    /// Column rotations by one, two and three rows, between `m` steps of ShiftRows not taken and their inverses.
    pub rotate1: [Row; 4],
    pub rotate2: [Row; 4],
    pub rotate3: [Row; 4],
    /// ShiftRows backwards `m` times.
    pub unshift: [Row; 4],
    /// Key schedule: the last word, rotated or not, in all four places.
    pub last_rotated: Row,
    pub last: Row,
    /// Counters 0 to 7 in the last byte, bits 0 to 2, one block per bit.
    pub counters: [Row; 3],
    /// Bit b of every byte.
    pub bits: [Row; 8],
    pub byte_reverse: Row,
    /// Counts that the compiler must not know, or it would write loops out: of GHASH's rows, of rounds.
    pub counts: [u32; 4],
    /// Ones in the first byte.
    pub mask_first: Row,
    pub word_reverse: Row,
    /// 64-bit words rotated right by 8.
    pub word_rotate8: Row,
    /// 16 bytes of ones, then 16 of zeros: load at 16 - n for a mask of n bytes.
    pub mask: [Row; 2],
    /// Powers of x as round constants, in the tower, in all four words' first bytes.
    pub round_constants: [Row; 7],
    /// Which of the numbers 0 to 15 have bit 2, 1, 0 and 3: of the multiples, which hold x, x^2, x^3.
    pub nibble_bits: [Row; 4],
    /// Bytes a, b, a + b, _, c, d, c + d, _ to a multiple per nibble: its two high bits choose of the first three, its
    /// two low bits of the others. For bytes 0 to 7, then for bytes 8 to 15.
    pub multiples: [[Row; 2]; 2],
    /// What a nibble that stands after byte 15 of a product, its first bit for x^128, adds to bytes 0 and 1.
    pub reduced: [Row; 2],
    /// Rounds 1 and 2 of counter blocks.
    pub spread: [Spread; 2],
}

const fn mul4(a: u8, b: u8) -> u8 {
    let mut r = 0;
    let mut i = 0;
    while i < 4 {
        if (b >> i) & 1 == 1 {
            r ^= a << i;
        }
        i += 1;
    }
    if r & 0x40 != 0 {
        r ^= 0x13 << 2;
    }
    if r & 0x20 != 0 {
        r ^= 0x13 << 1;
    }
    if r & 0x10 != 0 {
        r ^= 0x13;
    }
    r
}

const fn inv4(a: u8) -> u8 {
    let mut b = 0;
    while b < 16 {
        if mul4(a, b) == 1 {
            return b;
        }
        b += 1;
    }
    0
}

/// The smallest A for which z^2 + A z + 1 has no root in GF(16).
const A: u8 = {
    let mut a = 1;
    'next: loop {
        let mut z = 0;
        while z < 16 {
            if mul4(z, z) ^ mul4(a, z) ^ 1 == 0 {
                a += 1;
                continue 'next;
            }
            z += 1;
        }
        break a;
    }
};

/// (i, j) for i + j w, packed i << 4 | j.
const fn tower_mul(x: u8, y: u8) -> u8 {
    let (xi, xj, yi, yj) = (x >> 4, x & 15, y >> 4, y & 15);
    let jj = mul4(xj, yj);
    let i = mul4(xi, yi) ^ jj;
    let j = mul4(xi, yj) ^ mul4(xj, yi) ^ mul4(A, jj);
    i << 4 | j
}

/// A root of AES's polynomial x^8 + x^4 + x^3 + x + 1 in the tower.
const ROOT: u8 = {
    let mut b = 2;
    loop {
        let b2 = tower_mul(b, b);
        let b3 = tower_mul(b2, b);
        let b4 = tower_mul(b2, b2);
        let b8 = tower_mul(b4, b4);
        if b8 ^ b4 ^ b3 ^ b ^ 0x10 == 0 {
            break b;
        }
        b += 1;
    }
};

const fn with_sum(x: u8) -> u8 {
    (x & 0xf0) | ((x >> 4) ^ (x & 15))
}

const fn into_tower(byte: u8) -> u8 {
    let mut power = 0x10;
    let mut r = 0;
    let mut i = 0;
    while i < 8 {
        if (byte >> i) & 1 == 1 {
            r ^= power;
        }
        power = tower_mul(power, ROOT);
        i += 1;
    }
    with_sum(r)
}

/// Inverse of `into_tower`.
const FROM_TOWER: [u8; 256] = {
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        all[into_tower(byte as u8) as usize] = byte as u8;
        byte += 1;
    }
    all
};

const fn from_tower(x: u8) -> u8 {
    FROM_TOWER[x as usize]
}

const fn affine(x: u8) -> u8 {
    x ^ x.rotate_left(1) ^ x.rotate_left(2) ^ x.rotate_left(3) ^ x.rotate_left(4)
}

const fn double(x: u8) -> u8 {
    (x << 1) ^ (if x & 0x80 != 0 { 0x1b } else { 0 })
}

const fn sub_rows(form: u8) -> [Row; 2] {
    let scale = inv4(mul4(A, A));
    let mut rows = [[0; 16]; 2];
    let mut n = 0;
    while n < 16 {
        let p = mul4(inv4(n as u8), scale);
        let inverses = [p << 4 | p, mul4(p, 1 ^ A ^ mul4(A, A)) << 4 | mul4(p, 1 ^ A)];
        let mut side = 0;
        while side < 2 {
            let out = affine(from_tower(with_sum(inverses[side])));
            rows[side][n] = match form {
                0 => into_tower(out),
                1 => into_tower(double(out)),
                _ => out,
            };
            side += 1;
        }
        n += 1;
    }
    rows
}

const fn inverse_row(scale: u8) -> Row {
    let mut row = [0x80; 16];
    let mut n = 1;
    while n < 16 {
        row[n] = mul4(scale, inv4(n as u8));
        n += 1;
    }
    row
}

const fn basis_rows(back: bool) -> [Row; 2] {
    let mut rows = [[0; 16]; 2];
    let mut n = 0;
    while n < 16 {
        let m = n as u8;
        rows[0][n] = if back { from_tower(m) } else { into_tower(m) };
        rows[1][n] = if back { from_tower(m << 4) } else { into_tower(m << 4) };
        n += 1;
    }
    rows
}

/// ShiftRows `m` times, as an index.
pub const fn shift_rows(m: usize) -> Row {
    let mut row = [0; 16];
    let mut p = 0;
    while p < 16 {
        let (r, c) = (p % 4, p / 4);
        row[p] = (r + 4 * ((c + m * r) % 4)) as u8;
        p += 1;
    }
    row
}

pub const fn rotations(rows: usize) -> [Row; 4] {
    let mut all = [[0; 16]; 4];
    let mut m = 0;
    while m < 4 {
        let forward = shift_rows(m);
        let backward = shift_rows((4 - m) % 4);
        let mut p = 0;
        while p < 16 {
            let q = backward[p] as usize;
            all[m][p] = forward[(q & 12) | ((q + rows) & 3)];
            p += 1;
        }
        m += 1;
    }
    all
}

const fn counter_rows() -> [Row; 3] {
    let mut rows = [[0; 16]; 3];
    rows[0][15] = 0xaa;
    rows[1][15] = 0xcc;
    rows[2][15] = 0xf0;
    rows
}

const fn bit_rows() -> [Row; 8] {
    let mut rows = [[0; 16]; 8];
    let mut b = 0;
    while b < 8 {
        rows[b] = [1 << b; 16];
        b += 1;
    }
    rows
}

const fn round_constants() -> [Row; 7] {
    let mut rows = [[0; 16]; 7];
    let mut r = 0;
    while r < 7 {
        let mut w = 0;
        while w < 4 {
            rows[r][4 * w] = into_tower(1 << r);
            w += 1;
        }
        r += 1;
    }
    rows
}

const fn nibble_bits() -> [Row; 4] {
    let mut rows = [[0; 16]; 4];
    let mut n = 0;
    while n < 16 {
        let mut s = 0;
        while s < 4 {
            rows[s][n] = if (n >> ((6 - s) & 3)) & 1 == 1 { 0xff } else { 0 };
            s += 1;
        }
        n += 1;
    }
    rows
}

const fn multiples() -> [[Row; 2]; 2] {
    let mut all = [[[0x80; 16]; 2]; 2];
    let mut n = 0;
    while n < 16 {
        let mut half = 0;
        while half < 2 {
            // 0, b, a, a + b and 0, d, c, c + d
            let places = [0x80, 1, 0, 2];
            let (high, low) = (places[n >> 2], places[n & 3]);
            if high < 0x80 {
                all[half][0][n] = high + 8 * half as u8;
            }
            if low < 0x80 {
                all[half][1][n] = low + 4 + 8 * half as u8;
            }
            half += 1;
        }
        n += 1;
    }
    all
}

const fn reduced() -> [Row; 2] {
    let mut rows = [[0; 16]; 2];
    let mut n = 0;
    while n < 16 {
        let x = (n as u16) << 12;
        let [first, second] = (x ^ x >> 1 ^ x >> 2 ^ x >> 7).to_be_bytes();
        rows[0][n] = first;
        rows[1][n] = second;
        n += 1;
    }
    rows
}

pub const AES_TABLES: AesTables = AesTables {
    low_nibbles: [0x0f; 16],
    inverse: inverse_row(1),
    scaled: inverse_row(A),
    sub: sub_rows(0),
    double: sub_rows(1),
    plain: sub_rows(2),
    into: basis_rows(false),
    back: basis_rows(true),
    constant: [into_tower(0x63); 16],
    rotate1: rotations(1),
    rotate2: rotations(2),
    rotate3: rotations(3),
    unshift: [shift_rows(0), shift_rows(3), shift_rows(2), shift_rows(1)],
    last_rotated: [13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12],
    last: [12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15],
    counters: counter_rows(),
    bits: bit_rows(),
    mask_first: [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    counts: [28, 2, 0, 0],
    byte_reverse: [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    word_reverse: [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8],
    word_rotate8: [1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8],
    mask: [[0xff; 16], [0; 16]],
    round_constants: round_constants(),
    nibble_bits: nibble_bits(),
    multiples: multiples(),
    reduced: reduced(),
    spread: spreads(),
};
