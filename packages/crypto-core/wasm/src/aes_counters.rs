//! What rounds 1 and 2 of AES make of counter blocks. 128 of them differ in their last byte alone, so that 16 groups of
//! eight share one S-box layer in round 1 and a linear layer but for four bytes; four groups share one S-box layer in round
//! 2, and the rest of that round is two permutations (after Bernstein and Schwabe, "New AES software speed records", 2008).
use crate::aes::{row, tables};
use crate::aes_sliced::{encrypt_bits, mix_columns, slice, substitute_twice};
use crate::aes_tables::{rotations, Row};
use crate::simd::V;

pub struct Counters {
    /// Round 1 where blocks differ, four times side by side, and round 2, both but for what the last byte gives.
    first: [V; 8],
    second: [V; 8],
    /// S-box outputs, then these doubled: of the last byte of 16 groups, and of the four bytes of four groups.
    groups: [[V; 8]; 2],
    four: [[V; 8]; 2],
}

impl Counters {
    /// Of `block`, whose last seven bits are zero, to `block` + 127.
    #[inline(never)]
    pub unsafe fn start(&mut self, sliced: *const V, block: V) {
        let t = tables();
        let mut q = [V::zero(); 8];
        slice(sliced, block, &mut q);
        let mut last = q;
        for b in 0..8 {
            last[b] = q[b].at(V::splat8(15));
        }
        for b in 0..3 {
            last[b] = last[b].xor(V::splat8([0xaa, 0xcc, 0xf0][b]));
        }
        for (b, bits) in [(3, 2), (4, 1), (5, 0), (6, 3)] {
            last[b] = last[b].xor(row(&t.nibble_bits[bits]));
        }
        substitute_twice(&last, &mut self.groups);
        self.rest_of_round(sliced, &mut q, 1);
        for b in 0..8 {
            self.first[b] = q[b].at(row(&t.spread[0].places));
        }
        self.rest_of_round(sliced, &mut q, 2);
        self.second = q;
    }

    /// A round of what is the same in all blocks. Uses `four`.
    #[inline(never)]
    unsafe fn rest_of_round(&mut self, sliced: *const V, q: &mut [V; 8], round: usize) {
        let t = tables();
        substitute_twice(q, &mut self.four);
        for b in 0..8 {
            q[b] = self.four[0][b].and(row(&t.spread[round - 1].same));
        }
        *q = mix_columns(*q, row(&t.rotate1[round]), row(&t.rotate2[round]), sliced.add(8 * round));
    }

    /// Goes to groups 4 `index` to 4 `index` + 3 of the 16.
    #[inline(always)]
    pub unsafe fn take_four(&mut self, index: usize) {
        let mut q = [V::zero(); 8];
        add(&self.first, &self.groups, &tables().spread[0], index, &mut q);
        substitute_twice(&q, &mut self.four);
    }

    /// Encrypts group `index` of the four.
    #[inline(always)]
    pub unsafe fn encrypt(&self, sliced: *const V, index: usize, out: &mut [V; 8]) {
        add(&self.second, &self.four, &tables().spread[1], index, out);
        encrypt_bits(sliced, out, 3);
    }
}

/// What is the same and what differs, for number `index`.
#[inline(always)]
unsafe fn add(same: &[V; 8], [once, doubled]: &[[V; 8]; 2], spread: &Spread, index: usize, q: &mut [V; 8]) {
    let number = V::splat8(4 * index as u8);
    let (from, from_doubled) = (row(&spread.once).or(number), row(&spread.doubled).or(number));
    for b in 0..8 {
        q[b] = same[b].xor(once[b].at(from)).xor(doubled[b].at(from_doubled));
    }
}

/// What becomes in a round of the bytes that differ between counter blocks, among all that do not.
#[repr(C)]
pub struct Spread {
    /// Ones where bytes are the same before the round.
    pub same: Row,
    /// Where the bytes that differ after round 1 are, four times; round 2 has none left that are the same.
    pub places: Row,
    /// From S-box outputs, and from these doubled: to each place of the round's output what it takes of them, or 0x80.
    /// Number i of what stands there four or sixteen times side by side is taken by OR with i, or with 4i.
    pub once: Row,
    pub doubled: Row,
}

/// What output `place` of MixColumns takes of input `from` after `m` steps of ShiftRows not taken, as `mix_columns` adds
/// it up: bit 0 once, bit 1 doubled.
const fn share(m: usize, place: usize, from: usize) -> u8 {
    let (r1, r2) = (rotations(1)[m], rotations(2)[m]);
    let next = r1[place] as usize;
    let across = r2[place] as usize;
    let once = (next == from) ^ (across == from) ^ (r1[across] as usize == from);
    let doubled = (place == from) ^ (next == from);
    once as u8 | (doubled as u8) << 1
}

/// The last byte differs, by the counter, before round 1.
pub const fn spreads() -> [Spread; 2] {
    let mut places = [0; 4];
    let mut count = 0;
    let mut p = 0;
    while p < 16 {
        if share(1, p, 15) != 0 {
            places[count] = p;
            count += 1;
        }
        p += 1;
    }
    let none = [0x80; 16];
    let mut first = Spread { same: [0xff; 16], places: [0; 16], once: none, doubled: none };
    let mut second = Spread { same: [0xff; 16], places: [0; 16], once: none, doubled: none };
    first.same[15] = 0;
    let mut i = 0;
    while i < 16 {
        let j = i & 3;
        first.places[i] = places[j] as u8;
        second.same[places[j]] = 0;
        let taken = share(1, places[j], 15);
        if taken & 1 != 0 {
            first.once[i] = i as u8 >> 2;
        }
        if taken & 2 != 0 {
            first.doubled[i] = i as u8 >> 2;
        }
        let mut from = 0;
        while from < 4 {
            let taken = share(2, i, places[from]);
            if taken & 1 != 0 {
                second.once[i] = from as u8;
            }
            if taken & 2 != 0 {
                second.doubled[i] = from as u8;
            }
            from += 1;
        }
        i += 1;
    }
    [first, second]
}
