//! 128-bit vectors on WebAssembly.
use core::arch::wasm32::*;

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct V(v128);

impl V {
    #[inline(always)]
    pub unsafe fn load(from: *const u8) -> V {
        V(v128_load(from.cast()))
    }
    #[inline(always)]
    pub unsafe fn store(self, to: *mut u8) {
        v128_store(to.cast(), self.0)
    }
    #[inline(always)]
    pub fn zero() -> V {
        V(u64x2_splat(0))
    }
    #[inline(always)]
    pub fn splat8(x: u8) -> V {
        V(u8x16_splat(x))
    }
    #[inline(always)]
    pub fn splat32(x: u32) -> V {
        V(u32x4_splat(x))
    }
    #[inline(always)]
    pub fn from32(a: u32, b: u32, c: u32, d: u32) -> V {
        V(u32x4(a, b, c, d))
    }
    #[inline(always)]
    pub fn from64(a: u64, b: u64) -> V {
        V(u64x2(a, b))
    }
    #[inline(always)]
    pub fn low64(self) -> u64 {
        u64x2_extract_lane::<0>(self.0)
    }
    #[inline(always)]
    pub fn high64(self) -> u64 {
        u64x2_extract_lane::<1>(self.0)
    }
    #[inline(always)]
    pub fn set_last32(self, x: u32) -> V {
        V(u32x4_replace_lane::<3>(self.0, x))
    }
    #[inline(always)]
    pub fn xor(self, y: V) -> V {
        V(v128_xor(self.0, y.0))
    }
    #[inline(always)]
    pub fn and(self, y: V) -> V {
        V(v128_and(self.0, y.0))
    }
    #[inline(always)]
    pub fn or(self, y: V) -> V {
        V(v128_or(self.0, y.0))
    }
    /// `self[index[i]]`; indices are below 16, or have bit 7 set and give 0. Others give anything.
    #[inline(always)]
    pub fn at(self, index: V) -> V {
        #[cfg(target_feature = "relaxed-simd")]
        return V(u8x16_relaxed_swizzle(self.0, index.0));
        #[cfg(not(target_feature = "relaxed-simd"))]
        V(u8x16_swizzle(self.0, index.0))
    }
    #[inline(always)]
    pub fn eq8(self, y: V) -> V {
        V(u8x16_eq(self.0, y.0))
    }
    #[inline(always)]
    pub fn add32(self, y: V) -> V {
        V(u32x4_add(self.0, y.0))
    }
    #[inline(always)]
    pub fn add64(self, y: V) -> V {
        V(u64x2_add(self.0, y.0))
    }
    #[inline(always)]
    pub fn shl16<const N: i32>(self) -> V {
        V(u16x8_shl(self.0, N as u32))
    }
    #[inline(always)]
    pub fn shr16<const N: i32>(self) -> V {
        V(u16x8_shr(self.0, N as u32))
    }
    #[inline(always)]
    pub fn shl32<const N: i32>(self) -> V {
        V(u32x4_shl(self.0, N as u32))
    }
    #[inline(always)]
    pub fn shr32<const N: i32>(self) -> V {
        V(u32x4_shr(self.0, N as u32))
    }
    #[inline(always)]
    pub fn shl64<const N: i32>(self) -> V {
        V(u64x2_shl(self.0, N as u32))
    }
    #[inline(always)]
    pub fn shr64<const N: i32>(self) -> V {
        V(u64x2_shr(self.0, N as u32))
    }
    /// Products of the 32-bit lanes 0 and 1, as 64-bit lanes.
    #[inline(always)]
    pub fn mul_low(self, y: V) -> V {
        V(u64x2_extmul_low_u32x4(self.0, y.0))
    }
    /// Products of the 32-bit lanes 2 and 3.
    #[inline(always)]
    pub fn mul_high(self, y: V) -> V {
        V(u64x2_extmul_high_u32x4(self.0, y.0))
    }
    /// Lanes 1, 2, 3, 0.
    #[inline(always)]
    pub fn lanes1230(self) -> V {
        V(u32x4_shuffle::<1, 2, 3, 0>(self.0, self.0))
    }
    /// Lanes 2, 3, 0, 1.
    #[inline(always)]
    pub fn lanes2301(self) -> V {
        V(u32x4_shuffle::<2, 3, 0, 1>(self.0, self.0))
    }
    /// Lanes 3, 0, 1, 2.
    #[inline(always)]
    pub fn lanes3012(self) -> V {
        V(u32x4_shuffle::<3, 0, 1, 2>(self.0, self.0))
    }
    /// Even 32-bit lanes of `self`, then of `y`.
    #[inline(always)]
    pub fn even32(self, y: V) -> V {
        V(u32x4_shuffle::<0, 2, 4, 6>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_low8(self, y: V) -> V {
        V(u8x16_shuffle::<0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_high8(self, y: V) -> V {
        V(u8x16_shuffle::<8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_low16(self, y: V) -> V {
        V(u16x8_shuffle::<0, 8, 1, 9, 2, 10, 3, 11>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_high16(self, y: V) -> V {
        V(u16x8_shuffle::<4, 12, 5, 13, 6, 14, 7, 15>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_low32(self, y: V) -> V {
        V(u32x4_shuffle::<0, 4, 1, 5>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_high32(self, y: V) -> V {
        V(u32x4_shuffle::<2, 6, 3, 7>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_low64(self, y: V) -> V {
        V(u64x2_shuffle::<0, 2>(self.0, y.0))
    }
    #[inline(always)]
    pub fn interleave_high64(self, y: V) -> V {
        V(u64x2_shuffle::<1, 3>(self.0, y.0))
    }
    /// The last byte of `before`, then bytes 0 to 14 of `self`.
    #[inline(always)]
    pub fn after1(self, before: V) -> V {
        V(u8x16_shuffle::<15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(before.0, self.0))
    }
    /// The last two bytes of `before`, then bytes 0 to 13 of `self`.
    #[inline(always)]
    pub fn after2(self, before: V) -> V {
        V(u8x16_shuffle::<14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29>(before.0, self.0))
    }
    /// The last four bytes of `before`, then bytes 0 to 11 of `self`.
    #[inline(always)]
    pub fn after4(self, before: V) -> V {
        V(u8x16_shuffle::<12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27>(before.0, self.0))
    }
    /// The high 64-bit lane of `before`, then the low one of `self`.
    #[inline(always)]
    pub fn after8(self, before: V) -> V {
        V(u64x2_shuffle::<1, 2>(before.0, self.0))
    }
}
