//! Poly1305 (RFC 8439 section 2.5) in five limbs of 26 bits: scalar, two blocks per step. All blocks are whole, as the
//! AEAD pads them.
use crate::aes::tables;
use crate::simd::V;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Poly1305 {
    pub h: [u64; 5],
    pub r: [u64; 5],
    /// r squared.
    pub r2: [u64; 5],
    pad: [u64; 2],
}

pub const MASK: u64 = 0x3ff_ffff;

#[inline(always)]
pub unsafe fn load64(from: *const u8) -> u64 {
    u64::from_le(from.cast::<u64>().read_unaligned())
}

#[inline(always)]
fn limbs(low: u64, high: u64, top: u64) -> [u64; 5] {
    [low & MASK, (low >> 26) & MASK, ((low >> 52) | (high << 12)) & MASK, (high >> 14) & MASK, (high >> 40) | top]
}

#[inline(always)]
fn fives(r: &[u64; 5]) -> [u64; 5] {
    [0, r[1] * 5, r[2] * 5, r[3] * 5, r[4] * 5]
}

/// Adds x * r to the sums.
#[inline(always)]
fn multiply_add(d: &mut [u64; 5], x: &[u64; 5], r: &[u64; 5]) {
    let s = fives(r);
    d[0] += x[0] * r[0] + x[1] * s[4] + x[2] * s[3] + x[3] * s[2] + x[4] * s[1];
    d[1] += x[0] * r[1] + x[1] * r[0] + x[2] * s[4] + x[3] * s[3] + x[4] * s[2];
    d[2] += x[0] * r[2] + x[1] * r[1] + x[2] * r[0] + x[3] * s[4] + x[4] * s[3];
    d[3] += x[0] * r[3] + x[1] * r[2] + x[2] * r[1] + x[3] * r[0] + x[4] * s[4];
    d[4] += x[0] * r[4] + x[1] * r[3] + x[2] * r[2] + x[3] * r[1] + x[4] * r[0];
}

#[inline(always)]
pub fn carry(mut d: [u64; 5]) -> [u64; 5] {
    d[1] += d[0] >> 26;
    d[4] += d[3] >> 26;
    d[0] &= MASK;
    d[3] &= MASK;
    d[2] += d[1] >> 26;
    d[0] += (d[4] >> 26) * 5;
    d[1] &= MASK;
    d[4] &= MASK;
    d[3] += d[2] >> 26;
    d[1] += d[0] >> 26;
    d[2] &= MASK;
    d[0] &= MASK;
    d[4] += d[3] >> 26;
    d[3] &= MASK;
    d
}

impl Poly1305 {
    /// `key` is r and s, 32 bytes.
    #[inline(always)]
    pub unsafe fn start(key: *const u8) -> Poly1305 {
        let low = load64(key) & 0x0fff_fffc_0fff_ffff;
        let high = load64(key.add(8)) & 0x0fff_fffc_0fff_fffc;
        let r = limbs(low, high, 0);
        let mut d = [0; 5];
        multiply_add(&mut d, &r, &r);
        Poly1305 { h: [0; 5], r, r2: carry(d), pad: [load64(key.add(16)), load64(key.add(24))] }
    }

    /// Two blocks at `data`.
    #[inline(always)]
    pub unsafe fn pair(&mut self, data: *const u8) {
        self.blocks2(load64(data), load64(data.add(8)), load64(data.add(16)), load64(data.add(24)));
    }

    #[inline(always)]
    pub fn blocks2(&mut self, a0: u64, a1: u64, b0: u64, b1: u64) {
        let mut x = limbs(a0, a1, 1 << 24);
        for i in 0..5 {
            x[i] += self.h[i];
        }
        let mut d = [0; 5];
        multiply_add(&mut d, &x, &self.r2);
        multiply_add(&mut d, &limbs(b0, b1, 1 << 24), &self.r);
        self.h = carry(d);
    }

    #[inline(always)]
    pub fn block(&mut self, a0: u64, a1: u64) {
        let mut x = limbs(a0, a1, 1 << 24);
        for i in 0..5 {
            x[i] += self.h[i];
        }
        let mut d = [0; 5];
        multiply_add(&mut d, &x, &self.r);
        self.h = carry(d);
    }

    /// Whole blocks at `data`.
    pub unsafe fn blocks(&mut self, mut data: *const u8, mut count: usize) {
        let mut poly = *self;
        while count >= 2 {
            poly.pair(data);
            data = data.add(32);
            count -= 2;
        }
        if count > 0 {
            poly.block(load64(data), load64(data.add(8)));
        }
        self.h = poly.h;
    }

    /// The same one by one, for so few that making r squared would take longer than it saves.
    #[inline(always)]
    pub unsafe fn few_blocks(&mut self, data: *const V, count: usize) {
        for i in 0..count {
            let block = V::get(data, i);
            self.block(block.low64(), block.high64());
        }
    }

    /// `length` bytes, padded with zeros to whole blocks.
    #[inline(always)]
    pub unsafe fn padded(&mut self, data: *const u8, length: usize) {
        if let Some([low, high]) = self.all_but_last(data, length) {
            self.block(low, high);
        }
    }

    /// As `padded`, but gives back the last block if it is a partial or an odd one.
    #[inline(always)]
    pub unsafe fn all_but_last(&mut self, data: *const u8, length: usize) -> Option<[u64; 2]> {
        let whole = (length / 32) * 2 + (length % 32) / 17;
        self.blocks(data, whole);
        let rest = length - 16 * whole;
        if rest == 0 {
            return None;
        }
        let mask = V::load(tables().mask.as_ptr().cast::<u8>().add(16 - rest));
        let last = V::load(data.add(16 * whole)).and(mask);
        Some([last.low64(), last.high64()])
    }

    /// The tag, as two little-endian halves.
    pub fn finish(&self) -> [u64; 2] {
        let mut h = self.h;
        // 1 if h is not below the prime 2^130 - 5, else 0: what h + 5 has above 130 bits.
        let mut over = 5;
        for limb in h {
            over = (limb + over) >> 26;
        }
        h[0] += 5 * over;
        for i in 0..4 {
            h[i + 1] += h[i] >> 26;
            h[i] &= MASK;
        }
        let low = h[0] | (h[1] << 26) | (h[2] << 52);
        let high = (h[2] >> 12) | (h[3] << 14) | (h[4] << 40);
        let tag_low = low.wrapping_add(self.pad[0]);
        let over = ((low & self.pad[0]) | ((low | self.pad[0]) & !tag_low)) >> 63;
        [tag_low, high.wrapping_add(self.pad[1]).wrapping_add(over)]
    }
}
