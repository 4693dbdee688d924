//! 128-bit vectors on x86_64 (SSSE3), for tests of the same kernels. A lookup is one `pshufb`, so that a memory checker
//! sees no address that depends on data.
use core::arch::x86_64::*;

#[cfg(not(all(target_feature = "ssse3", target_feature = "sse4.1")))]
compile_error!(
    "build with -C target-feature=+ssse3,+sse4.1, as .cargo/config.toml says where cargo runs in this folder"
);

#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct V(__m128i);

impl V {
    #[inline(always)]
    pub unsafe fn load(from: *const u8) -> V {
        V(_mm_loadu_si128(from.cast()))
    }
    #[inline(always)]
    pub unsafe fn store(self, to: *mut u8) {
        _mm_storeu_si128(to.cast(), self.0)
    }
    #[inline(always)]
    pub fn zero() -> V {
        unsafe { V(_mm_setzero_si128()) }
    }
    #[inline(always)]
    pub fn splat8(x: u8) -> V {
        unsafe { V(_mm_set1_epi8(x as i8)) }
    }
    #[inline(always)]
    pub fn splat32(x: u32) -> V {
        unsafe { V(_mm_set1_epi32(x as i32)) }
    }
    #[inline(always)]
    pub fn from32(a: u32, b: u32, c: u32, d: u32) -> V {
        unsafe { V(_mm_set_epi32(d as i32, c as i32, b as i32, a as i32)) }
    }
    #[inline(always)]
    pub fn from64(a: u64, b: u64) -> V {
        unsafe { V(_mm_set_epi64x(b as i64, a as i64)) }
    }
    #[inline(always)]
    pub fn low64(self) -> u64 {
        unsafe { _mm_cvtsi128_si64(self.0) as u64 }
    }
    #[inline(always)]
    pub fn high64(self) -> u64 {
        unsafe { _mm_cvtsi128_si64(_mm_unpackhi_epi64(self.0, self.0)) as u64 }
    }
    #[inline(always)]
    pub fn set_last32(self, x: u32) -> V {
        unsafe { V(_mm_insert_epi32::<3>(self.0, x as i32)) }
    }
    #[inline(always)]
    pub fn xor(self, y: V) -> V {
        unsafe { V(_mm_xor_si128(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn and(self, y: V) -> V {
        unsafe { V(_mm_and_si128(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn or(self, y: V) -> V {
        unsafe { V(_mm_or_si128(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn at(self, index: V) -> V {
        unsafe { V(_mm_shuffle_epi8(self.0, index.0)) }
    }
    #[inline(always)]
    pub fn eq8(self, y: V) -> V {
        unsafe { V(_mm_cmpeq_epi8(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn add32(self, y: V) -> V {
        unsafe { V(_mm_add_epi32(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn add64(self, y: V) -> V {
        unsafe { V(_mm_add_epi64(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn shl16<const N: i32>(self) -> V {
        unsafe { V(_mm_slli_epi16::<N>(self.0)) }
    }
    #[inline(always)]
    pub fn shr16<const N: i32>(self) -> V {
        unsafe { V(_mm_srli_epi16::<N>(self.0)) }
    }
    #[inline(always)]
    pub fn shl32<const N: i32>(self) -> V {
        unsafe { V(_mm_slli_epi32::<N>(self.0)) }
    }
    #[inline(always)]
    pub fn shr32<const N: i32>(self) -> V {
        unsafe { V(_mm_srli_epi32::<N>(self.0)) }
    }
    #[inline(always)]
    pub fn shl64<const N: i32>(self) -> V {
        unsafe { V(_mm_slli_epi64::<N>(self.0)) }
    }
    #[inline(always)]
    pub fn shr64<const N: i32>(self) -> V {
        unsafe { V(_mm_srli_epi64::<N>(self.0)) }
    }
    #[inline(always)]
    pub fn mul_low(self, y: V) -> V {
        unsafe { V(_mm_mul_epu32(_mm_unpacklo_epi32(self.0, self.0), _mm_unpacklo_epi32(y.0, y.0))) }
    }
    #[inline(always)]
    pub fn mul_high(self, y: V) -> V {
        unsafe { V(_mm_mul_epu32(_mm_unpackhi_epi32(self.0, self.0), _mm_unpackhi_epi32(y.0, y.0))) }
    }
    #[inline(always)]
    pub fn lanes1230(self) -> V {
        unsafe { V(_mm_shuffle_epi32::<0b00_11_10_01>(self.0)) }
    }
    #[inline(always)]
    pub fn lanes2301(self) -> V {
        unsafe { V(_mm_shuffle_epi32::<0b01_00_11_10>(self.0)) }
    }
    #[inline(always)]
    pub fn lanes3012(self) -> V {
        unsafe { V(_mm_shuffle_epi32::<0b10_01_00_11>(self.0)) }
    }
    #[inline(always)]
    pub fn even32(self, y: V) -> V {
        unsafe {
            V(_mm_unpacklo_epi64(_mm_shuffle_epi32::<0b11_01_10_00>(self.0), _mm_shuffle_epi32::<0b11_01_10_00>(y.0)))
        }
    }
    #[inline(always)]
    pub fn interleave_low8(self, y: V) -> V {
        unsafe { V(_mm_unpacklo_epi8(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_high8(self, y: V) -> V {
        unsafe { V(_mm_unpackhi_epi8(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_low16(self, y: V) -> V {
        unsafe { V(_mm_unpacklo_epi16(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_high16(self, y: V) -> V {
        unsafe { V(_mm_unpackhi_epi16(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_low32(self, y: V) -> V {
        unsafe { V(_mm_unpacklo_epi32(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_high32(self, y: V) -> V {
        unsafe { V(_mm_unpackhi_epi32(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_low64(self, y: V) -> V {
        unsafe { V(_mm_unpacklo_epi64(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn interleave_high64(self, y: V) -> V {
        unsafe { V(_mm_unpackhi_epi64(self.0, y.0)) }
    }
    #[inline(always)]
    pub fn after1(self, before: V) -> V {
        unsafe { V(_mm_alignr_epi8::<15>(self.0, before.0)) }
    }
    #[inline(always)]
    pub fn after2(self, before: V) -> V {
        unsafe { V(_mm_alignr_epi8::<14>(self.0, before.0)) }
    }
    #[inline(always)]
    pub fn after4(self, before: V) -> V {
        unsafe { V(_mm_alignr_epi8::<12>(self.0, before.0)) }
    }
    #[inline(always)]
    pub fn after8(self, before: V) -> V {
        unsafe { V(_mm_alignr_epi8::<8>(self.0, before.0)) }
    }
}
