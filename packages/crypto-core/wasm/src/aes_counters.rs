//! What rounds 1 and 2 of AES make of counter blocks. 128 of them differ in their last byte alone, so that 16 groups of
//! eight share one S-box layer in round 1 and a linear layer but for four bytes; four groups share one S-box layer in round
//! 2, and the rest of that round is two permutations (after Bernstein and Schwabe, "New AES software speed records", 2008).
use crate::aes::{begin, plain, round_without, row, tables};
use crate::aes_pass::Keys;
use crate::aes_sliced::{slice, substitute_twice, with_first_key};
use crate::aes_tables::{rotations, shift_rows, Row};
use crate::simd::V;

pub struct Counters {
    /// Round 1 where blocks differ, four times side by side, and round 2, both but for what the last byte gives.
    same: [[V; 8]; 2],
    /// S-box outputs, then these doubled: of the last byte of 16 groups, and of the four bytes of four groups.
    groups: [[V; 8]; 2],
    four: [[V; 8]; 2],
}

impl Counters {
    /// Of `block`, whose last seven bits are zero, to `block` + 127.
    #[inline(never)]
    pub unsafe fn start(&mut self, keys: Keys, block: V) {
        let t = tables();
        let mut last = with_first_key(keys.sliced, slice(block));
        for b in 0..8 {
            last[b] = last[b].at(V::splat8(15));
        }
        for b in 0..3 {
            last[b] = last[b].xor(V::splat8([0xaa, 0xcc, 0xf0][b]));
        }
        for (b, bits) in [(3, 2), (4, 1), (5, 0), (6, 3)] {
            last[b] = last[b].xor(row(&t.nibble_bits[bits]));
        }
        substitute_twice(&last, &mut self.groups);
        // What is the same in all blocks needs one block.
        let mut x = [block];
        begin(keys.rounds, &mut x);
        for i in 0..t.counts[1] as usize {
            let spread = &t.spread[i & 1];
            x[0] = round_without(keys.rounds, i + 1, row(&spread.gone), x[0]);
            self.same[i & 1] = slice(plain(x[0]).at(row(&spread.places)));
        }
    }

    /// Goes to groups 4 `index` to 4 `index` + 3 of the 16.
    #[inline(always)]
    pub unsafe fn take_four(&mut self, index: usize) {
        let q = add(&self.same[0], &self.groups, &tables().spread[0], index);
        substitute_twice(&q, &mut self.four);
    }

    /// Registers of bits of group `index` of the four, before round 3.
    #[inline(always)]
    pub unsafe fn group(&self, index: usize) -> [V; 8] {
        add(&self.same[1], &self.four, &tables().spread[1], index)
    }
}

/// What is the same and what differs, for number `index`.
#[inline(always)]
unsafe fn add(same: &[V; 8], [once, doubled]: &[[V; 8]; 2], spread: &Spread, index: usize) -> [V; 8] {
    let number = V::splat8(4 * index as u8);
    let (from, from_doubled) = (row(&spread.once).or(number), row(&spread.doubled).or(number));
    let mut q = *same;
    for b in 0..8 {
        q[b] = q[b].xor(once[b].at(from)).xor(doubled[b].at(from_doubled));
    }
    q
}

/// What becomes in a round of the bytes that differ between counter blocks, among all that do not.
#[repr(C)]
pub struct Spread {
    /// 0x80 where bytes differ before the round.
    pub gone: Row,
    /// Where the bytes that differ after round 1 are, four times; after round 2 all do.
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
    let mut first = Spread { gone: [0; 16], places: [0; 16], once: none, doubled: none };
    let mut second = Spread { gone: [0; 16], places: shift_rows(0), once: none, doubled: none };
    first.gone[15] = 0x80;
    let mut i = 0;
    while i < 16 {
        let j = i & 3;
        first.places[i] = places[j] as u8;
        second.gone[places[j]] = 0x80;
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
