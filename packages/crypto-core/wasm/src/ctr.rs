//! Counter mode of AES-256 (SP 800-38A section 6.5) as GCM counts, in a block's last 32 bits.
use crate::aes::{encrypt, first_bytes};
use crate::aes_counters::Counters;
use crate::aes_pass::{Keys, Pass, BESIDE};
use crate::aes_sliced::count;
use crate::short::{blocks_at, Blocks};
use crate::simd::V;
use core::mem::MaybeUninit;

/// Blocks from which eight at a time win over few at a time.
pub const SLICED_FROM: usize = 6;
/// Blocks from which it pays to prepare what counter blocks have in common.
const CACHED_FROM: usize = 14;

/// Encrypts the first `count` (1 to 6) blocks at `x`, where there is room for two at least.
#[inline(never)]
pub unsafe fn encrypt_some(keys: *const V, x: *mut V, count: usize) {
    if count == 1 {
        V::zero().put(x, 1);
    }
    #[inline(always)]
    unsafe fn some<const N: usize>(keys: *const V, x: *mut V) {
        let mut y = [V::zero(); N];
        for i in 0..N {
            y[i] = V::get(x, i);
        }
        encrypt(keys, &mut y);
        for i in 0..N {
            y[i].put(x, i);
        }
    }
    match count {
        1 | 2 => some::<2>(keys, x),
        3 => some::<3>(keys, x),
        4 => some::<4>(keys, x),
        5 => some::<5>(keys, x),
        _ => some::<6>(keys, x),
    }
}

#[inline(always)]
pub unsafe fn with_counter(nonce: V, counter: u32) -> V {
    nonce.set_last32(counter.to_be())
}

/// XORs up to `length` bytes with `stream`.
#[inline(always)]
pub unsafe fn apply(stream: *const V, data: *mut u8, length: usize) {
    let mut i = 0;
    while 16 * i + 16 <= length {
        V::load(data.add(16 * i)).xor(V::get(stream, i)).store(data.add(16 * i));
        i += 1;
    }
    let rest = length & 15;
    if rest > 0 {
        let stream = V::get(stream, i).and(first_bytes(rest));
        V::load(data.add(16 * i)).xor(stream).store(data.add(16 * i));
    }
}

/// Counter mode from block `counter` on, a few blocks at a time.
#[inline(never)]
pub unsafe fn stream_few(rounds: *const V, nonce: V, mut counter: u32, mut data: *mut u8, mut length: usize) {
    let mut room = Blocks::uninit();
    let x = blocks_at(&mut room);
    while length > 0 {
        let blocks = length.div_ceil(16);
        let now = if blocks > 6 { 4 } else { blocks };
        for i in 0..now {
            with_counter(nonce, counter + i as u32).put(x, i);
        }
        encrypt_some(rounds, x, now);
        let bytes = length.min(16 * now);
        apply(x, data, bytes);
        data = data.add(bytes);
        length -= bytes;
        counter += now as u32;
    }
}

/// Where groups of eight counter blocks come from.
struct Source {
    nonce: V,
    /// Whether it pays to prepare what they have in common.
    cached: bool,
    counters: MaybeUninit<Counters>,
}

impl Source {
    /// The first round that is left to do.
    #[inline(always)]
    fn from(&self) -> usize {
        if self.cached {
            3
        } else {
            1
        }
    }

    /// Registers of bits of group `number`, before round `from`. `fresh` says that it is the first of all.
    #[inline(always)]
    unsafe fn group(&mut self, keys: Keys, number: usize, fresh: bool) -> [V; 8] {
        let first = 8 * number as u32;
        if !self.cached {
            return count(keys.sliced, with_counter(self.nonce, first));
        }
        let counters = &mut *self.counters.as_mut_ptr();
        if fresh || number & 15 == 0 {
            counters.start(keys, with_counter(self.nonce, first & !127));
        }
        if fresh || number & 3 == 0 {
            counters.take_four(number >> 2 & 3);
        }
        counters.group(number & 3)
    }
}

/// As `stream_few`, but eight blocks at a time, if there are so many. Gives the block before `counter`, if that is 2.
#[inline(never)]
pub unsafe fn stream_groups(keys: Keys, nonce: V, counter: u32, data: *mut u8, length: usize) -> V {
    let mut room = MaybeUninit::<Pass>::uninit();
    let pass = &mut *room.as_mut_ptr();
    let mut source = Source { nonce, cached: length >= 16 * CACHED_FROM, counters: MaybeUninit::uninit() };
    let start = counter as usize;
    let end = start + length.div_ceil(16);
    // Groups end here; a few blocks come after them.
    let border = if end & 7 < SLICED_FROM { end & !7 } else { (end + 7) & !7 };
    let few = end.saturating_sub(border);
    let mut before = V::zero();
    let mut next = start;
    while next < border {
        let group = next >> 3;
        let count = ((border >> 3) - group).min(2);
        let fresh = next == start;
        for i in 0..count {
            pass.groups[i] = source.group(keys, group + i, fresh && i == 0);
        }
        let beside = fresh && few > 0 && few <= BESIDE;
        if beside {
            pass.beside = [0, 1].map(|i| with_counter(nonce, (border + i) as u32));
        }
        pass.encrypt(keys, count, source.from(), beside);
        let x: *const V = pass.groups.as_ptr().cast();
        if fresh {
            before = V::get(x, 1);
        }
        if beside {
            let done = 16 * (border - start);
            apply(pass.beside.as_ptr(), data.add(done), length - done);
        }
        let done = 16 * (next - start);
        let now = 8 * (group + count) - next;
        apply(x.add(next & 7), data.add(done), (16 * now).min(length - done));
        next += now;
    }
    if few > BESIDE {
        let done = 16 * (next - start);
        stream_few(keys.rounds, nonce, next as u32, data.add(done), length - done);
    }
    before
}
