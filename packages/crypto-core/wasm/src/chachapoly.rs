//! ChaCha20-Poly1305 (RFC 8439 section 2.8) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), in place.
//!
//! Buffers: as in `gcm.rs`.
use crate::chacha::{blocks, four_blocks, hchacha, ChaChaInput};
use crate::gcm::Message;
use crate::poly1305::{load64, Poly1305};
use crate::simd::V;

#[derive(Clone, Copy)]
pub struct ChaChaPoly {
    pub key: *const u8,
    /// False where few registers are to be had: then row by row for all lengths.
    pub wide: bool,
}

impl ChaChaPoly {
    #[inline(always)]
    pub unsafe fn input(&self, nonce: *const u8, counter: u32) -> ChaChaInput {
        let mut input = ChaChaInput { key: [0; 32], tail: [0; 16] };
        core::ptr::copy_nonoverlapping(self.key, input.key.as_mut_ptr(), 32);
        input.tail.as_mut_ptr().cast::<u32>().write(counter);
        core::ptr::copy_nonoverlapping(nonce, input.tail.as_mut_ptr().add(4), 12);
        input
    }

    pub unsafe fn seal(&self, m: Message, tag: *mut u8) {
        let input = self.input(m.nonce, 0);
        let mut poly = start(&input, m.data, m.length, self.wide);
        let [low, high] = authenticate(&mut poly, m);
        V::from64(low, high).store(tag);
    }

    /// False for a wrong tag; `data` is zeros then.
    pub unsafe fn open(&self, m: Message, tag: *const u8) -> bool {
        let input = self.input(m.nonce, 0);
        let mut one_time = [[V::zero(); 4]];
        blocks(&input, &mut one_time);
        let mut poly = Poly1305::start(one_time.as_ptr().cast());
        let [low, high] = authenticate(&mut poly, m);
        let same = crate::public(((low ^ load64(tag)) | (high ^ load64(tag.add(8)))) == 0);
        if same {
            start(&input, m.data, m.length, self.wide);
        } else {
            core::ptr::write_bytes(m.data, 0, m.length);
        }
        same
    }
}

/// XChaCha20: the subkey goes to `subkey`, the rest of the nonce to `nonce` (12 bytes).
pub unsafe fn extend(key: *const u8, long_nonce: *const u8, subkey: *mut u8, nonce: *mut u8) {
    let mut input = ChaChaInput { key: [0; 32], tail: [0; 16] };
    core::ptr::copy_nonoverlapping(key, input.key.as_mut_ptr(), 32);
    core::ptr::copy_nonoverlapping(long_nonce, input.tail.as_mut_ptr(), 16);
    hchacha(&input, subkey);
    nonce.cast::<u32>().write_unaligned(0);
    core::ptr::copy_nonoverlapping(long_nonce.add(16), nonce.add(4), 8);
}

#[inline(always)]
unsafe fn apply(stream: *const V, data: *mut u8, length: usize) {
    let mut i = 0;
    while i + 16 <= length {
        V::load(data.add(i)).xor(V::load(stream.cast::<u8>().add(i))).store(data.add(i));
        i += 16;
    }
    let rest = length - i;
    if rest > 0 {
        let mask = V::load(crate::aes::tables().mask.as_ptr().cast::<u8>().add(16 - rest));
        V::load(data.add(i)).xor(V::load(stream.cast::<u8>().add(i)).and(mask)).store(data.add(i));
    }
}

/// Encrypts from block 1 on; block 0 is Poly1305's key.
#[inline(never)]
unsafe fn start(input: &ChaChaInput, data: *mut u8, length: usize, wide: bool) -> Poly1305 {
    if length <= 64 {
        let mut x = [[V::zero(); 4]; 2];
        blocks(input, &mut x);
        apply(x[1].as_ptr(), data, length);
        Poly1305::start(x[0].as_ptr().cast())
    } else if length <= 128 || !wide {
        let mut x = [[V::zero(); 4]; 3];
        blocks(input, &mut x);
        apply(x[1].as_ptr(), data, length.min(128));
        if length > 128 {
            stream(input, 3, data.add(128), length - 128, wide);
        }
        Poly1305::start(x[0].as_ptr().cast())
    } else {
        let x = four_blocks(input);
        apply(x[1].as_ptr(), data, length.min(192));
        if length > 192 {
            stream(input, 4, data.add(192), length - 192, wide);
        }
        Poly1305::start(x[0].as_ptr().cast())
    }
}

/// Key stream from block `counter` on.
#[inline(never)]
pub unsafe fn stream(input: &ChaChaInput, counter: u32, mut data: *mut u8, mut length: usize, wide: bool) {
    let mut input = *input;
    let at = input.tail.as_mut_ptr().cast::<u32>();
    at.write(counter);
    while wide && length > 128 {
        let x = four_blocks(&input);
        let bytes = length.min(256);
        apply(x.as_ptr().cast(), data, bytes);
        data = data.add(bytes);
        length -= bytes;
        at.write(at.read().wrapping_add(4));
    }
    while length > 0 {
        let mut x = [[V::zero(); 4]; 3];
        if length <= 64 {
            let mut one = [[V::zero(); 4]; 1];
            blocks(&input, &mut one);
            x[0] = one[0];
        } else {
            blocks(&input, &mut x);
        }
        let bytes = length.min(192);
        apply(x.as_ptr().cast(), data, bytes);
        data = data.add(bytes);
        length -= bytes;
        at.write(at.read().wrapping_add(3));
    }
}

unsafe fn authenticate(poly: &mut Poly1305, m: Message) -> [u64; 2] {
    poly.padded(m.aad, m.aad_length);
    let (aad, data) = (m.aad_length as u64, m.length as u64);
    match poly.all_but_last(m.data, m.length) {
        Some([low, high]) => poly.blocks2(low, high, aad, data),
        None => poly.block(aad, data),
    }
    poly.finish()
}
