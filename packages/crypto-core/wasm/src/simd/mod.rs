//! The vector operations that the kernels are written in: one set, two machines.
#[cfg(target_arch = "wasm32")]
mod wasm;
#[cfg(target_arch = "wasm32")]
pub use wasm::V;

#[cfg(target_arch = "x86_64")]
mod x86;
#[cfg(target_arch = "x86_64")]
pub use x86::V;

#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
compile_error!("the kernels build for wasm32, and for x86_64 to be tested");

impl V {
    /// Vector `i` of an array of vectors.
    #[inline(always)]
    pub unsafe fn get(from: *const V, i: usize) -> V {
        V::load(from.add(i).cast())
    }
    #[inline(always)]
    pub unsafe fn put(self, to: *mut V, i: usize) {
        self.store(to.add(i).cast())
    }
}
