//! Client requests of valgrind's memcheck, for native builds: what is undefined is secret, so that a branch or an address
//! that depends on it is an error. The instructions do nothing outside valgrind (`valgrind.h`, "magic sequence").
use core::arch::asm;

const RUNNING_ON_VALGRIND: usize = 0x1001;
const COUNT_ERRORS: usize = 0x1201;
const MEMCHECK: usize = (b'M' as usize) << 24 | (b'C' as usize) << 16;

unsafe fn request(number: usize, a: usize, b: usize, c: usize) -> usize {
    let arguments = [number, a, b, c, 0, 0];
    let result;
    asm!(
        "rol rdi, 3",
        "rol rdi, 13",
        "rol rdi, 61",
        "rol rdi, 51",
        "xchg rbx, rbx",
        in("rax") arguments.as_ptr(),
        inout("rdx") 0usize => result,
        inout("rdi") 0usize => _,
    );
    result
}

/// Whether anything watches.
pub fn watched() -> bool {
    unsafe { request(RUNNING_ON_VALGRIND, 0, 0, 0) != 0 }
}

/// Errors so far, repeated ones counted.
pub fn errors() -> usize {
    unsafe { request(COUNT_ERRORS, 0, 0, 0) }
}

/// What `length` bytes at `at` hold is a secret from now on.
pub fn hide(at: *const u8, length: usize) {
    unsafe { request(MEMCHECK + 1, at as usize, length, 0) };
}

/// What `length` bytes at `at` hold may be known from now on.
pub fn reveal(at: *const u8, length: usize) {
    unsafe { request(MEMCHECK + 2, at as usize, length, 0) };
}

/// Whether any of `length` bytes at `at` depends on a secret. False where nothing watches.
pub fn depends_on_secret(at: *const u8, length: usize) -> bool {
    let mut bits = vec![0u8; length];
    unsafe { request(MEMCHECK + 8, at as usize, bits.as_mut_ptr() as usize, length) };
    bits.iter().any(|&b| b != 0)
}
