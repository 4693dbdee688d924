//! AES-256 of one or two groups of eight blocks, a round of one and then a round of the other, so that the machine has
//! something to do while it waits for either; and of two blocks more beside them, by permutations, in half of their time
//! alone.
use crate::aes::{begin, end, round, row, tables};
use crate::aes_sliced::{mix_columns, substitute, transpose, with_first_key};
use crate::simd::V;
use core::mem::MaybeUninit;

/// Most blocks beside the groups.
pub const BESIDE: usize = 2;

/// Registers of bits, or blocks, of each group; then the blocks beside them.
#[repr(C)]
pub struct Pass {
    pub groups: [[V; 8]; 2],
    pub beside: [V; BESIDE],
}

/// A key in both forms.
#[derive(Clone, Copy)]
pub struct Keys {
    pub rounds: *const V,
    pub sliced: *const V,
}

impl Pass {
    /// Encrypts `count` groups, whose registers are before round `from`, and what is beside them if that is wanted.
    #[inline(never)]
    pub unsafe fn encrypt(&mut self, keys: Keys, count: usize, from: usize, beside: bool) {
        let t = tables();
        let mut number = if beside { 1 } else { from };
        if beside {
            begin(keys.rounds, &mut self.beside);
        }
        while number < 14 {
            let (r1, r2) = (row(&t.rotate1[number & 3]), row(&t.rotate2[number & 3]));
            // Those beside begin at round 1.
            let now = if number < from { 0 } else { count };
            for bits in self.groups[..now].iter_mut() {
                *bits = mix_columns(substitute(*bits), r1, r2, keys.sliced.add(8 * number));
            }
            if beside {
                round(keys.rounds, number, &mut self.beside);
            }
            number += 1;
        }
        if beside {
            end(keys.rounds, &mut self.beside);
        }
        for bits in self.groups[..count].iter_mut() {
            let mut q = substitute(*bits);
            for b in 0..8 {
                q[b] = q[b].xor(V::get(keys.sliced, 8 * 14 + b));
            }
            q = transpose(q);
            let last = row(&t.unshift[2]);
            for j in 0..8 {
                bits[j] = q[j].at(last);
            }
        }
    }
}

/// Encrypts any eight blocks.
#[inline(always)]
pub unsafe fn encrypt_blocks(keys: Keys, blocks: &mut [V; 8]) {
    let mut room = MaybeUninit::<Pass>::uninit();
    let pass = &mut *room.as_mut_ptr();
    pass.groups[0] = with_first_key(keys.sliced, transpose(*blocks));
    pass.encrypt(keys, 1, 1, false);
    *blocks = pass.groups[0];
}
