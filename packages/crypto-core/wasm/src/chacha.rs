//! ChaCha20 (RFC 8439 section 2.3) and HChaCha20 (draft-irtf-cfrg-xchacha-03 section 2.2): row by row for one to three
//! blocks, where the latency of one chain counts, and four blocks at a time, column by column, for more.
use crate::simd::V;

/// Key (8 words), then the last four words of the state: counter and nonce, or all nonce.
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct ChaChaInput {
    pub key: [u8; 32],
    pub tail: [u8; 16],
}

#[repr(C, align(16))]
struct ChaChaTables {
    rotate16: [u8; 16],
    rotate8: [u8; 16],
    constants: [u8; 16],
    one: [u32; 4],
    lanes: [u32; 4],
}

// Writable and behind a pointer, as the tables of AES.
static mut TABLES: ChaChaTables = ChaChaTables {
    rotate16: [2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13],
    rotate8: [3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14],
    constants: *b"expand 32-byte k",
    one: [1, 0, 0, 0],
    lanes: [0, 1, 2, 3],
};
static mut TABLES_AT: *const ChaChaTables = &raw const TABLES;

#[inline(always)]
fn tables() -> &'static ChaChaTables {
    unsafe { &*core::ptr::read_volatile(&raw const TABLES_AT) }
}

#[inline(always)]
fn rotl<const N: i32, const M: i32>(x: V) -> V {
    x.shl32::<N>().or(x.shr32::<M>())
}

macro_rules! quarter {
    ($a:expr, $b:expr, $c:expr, $d:expr, $by16:ident, $by8:ident) => {
        $a = $a.add32($b);
        $d = $d.xor($a).at($by16);
        $c = $c.add32($d);
        $b = rotl::<12, 20>($b.xor($c));
        $a = $a.add32($b);
        $d = $d.xor($a).at($by8);
        $c = $c.add32($d);
        $b = rotl::<7, 25>($b.xor($c));
    };
}

/// One double round of N states of four rows each.
#[inline(always)]
fn double_round<const N: usize>(x: &mut [[V; 4]; N], Rotations { by16, by8 }: Rotations) {
    for s in x.iter_mut() {
        quarter!(s[0], s[1], s[2], s[3], by16, by8);
    }
    for s in x.iter_mut() {
        s[0] = s[0].lanes3012();
        s[2] = s[2].lanes1230();
        s[3] = s[3].lanes2301();
    }
    for s in x.iter_mut() {
        quarter!(s[0], s[1], s[2], s[3], by16, by8);
    }
    for s in x.iter_mut() {
        s[0] = s[0].lanes1230();
        s[2] = s[2].lanes3012();
        s[3] = s[3].lanes2301();
    }
}

#[inline(always)]
unsafe fn start_row(input: &ChaChaInput) -> [V; 4] {
    [
        V::load(tables().constants.as_ptr()),
        V::load(input.key.as_ptr()),
        V::load(input.key.as_ptr().add(16)),
        V::load(input.tail.as_ptr()),
    ]
}

/// N blocks of key stream from the input's counter on; `between` runs after each double round with its number.
#[inline(always)]
pub unsafe fn blocks_with<const N: usize>(input: &ChaChaInput, out: &mut [[V; 4]; N], mut between: impl FnMut(usize)) {
    let rotations = Rotations::load();
    let start = start_row(input);
    let one = V::load(tables().one.as_ptr().cast());
    let mut counters = [start[3]; N];
    for n in 1..N {
        counters[n] = counters[n - 1].add32(one);
    }
    for n in 0..N {
        out[n] = [start[0], start[1], start[2], counters[n]];
    }
    let mut i = 0;
    while i < 10 {
        double_round(out, rotations);
        between(i);
        i += 1;
    }
    for n in 0..N {
        out[n] = [
            out[n][0].add32(start[0]),
            out[n][1].add32(start[1]),
            out[n][2].add32(start[2]),
            out[n][3].add32(counters[n]),
        ];
    }
}

/// N blocks of key stream from the input's counter on.
#[inline(always)]
pub unsafe fn blocks<const N: usize>(input: &ChaChaInput, out: &mut [[V; 4]; N]) {
    blocks_with(input, out, |_| ());
}

/// HChaCha20: the subkey of `input.key` and the 16 bytes of `input.tail`.
pub unsafe fn hchacha(input: &ChaChaInput, subkey: *mut u8) {
    let rotations = Rotations::load();
    let mut x = [start_row(input)];
    let mut i = 0;
    while i < 10 {
        double_round(&mut x, rotations);
        i += 1;
    }
    x[0][0].store(subkey);
    x[0][3].store(subkey.add(16));
}

/// The state of four blocks, one in each lane.
struct Four {
    x: [V; 16],
}

/// Everything that a double round of four blocks needs.
#[derive(Clone, Copy)]
struct Rotations {
    by16: V,
    by8: V,
}

impl Rotations {
    #[inline(always)]
    unsafe fn load() -> Rotations {
        let t = tables();
        Rotations { by16: V::load(t.rotate16.as_ptr()), by8: V::load(t.rotate8.as_ptr()) }
    }
}

impl Four {
    #[inline(always)]
    unsafe fn start(input: &ChaChaInput) -> Four {
        let words = (input as *const ChaChaInput).cast::<u32>();
        let constants = tables().constants.as_ptr().cast::<u32>();
        let mut x = [V::zero(); 16];
        for i in 0..4 {
            x[i] = V::splat32(*constants.add(i));
        }
        for i in 0..12 {
            x[4 + i] = V::splat32(*words.add(i));
        }
        x[12] = x[12].add32(V::load(tables().lanes.as_ptr().cast()));
        Four { x }
    }

    #[inline(always)]
    fn double_round(&mut self, r: Rotations) {
        let Rotations { by16, by8 } = r;
        let x = &mut self.x;
        quarters(x, [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], by16, by8);
        quarters(x, [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14], by16, by8);
    }

    /// Adds the input again and gives the four blocks one after another.
    #[inline(always)]
    unsafe fn finish(mut self, input: &ChaChaInput) -> [[V; 4]; 4] {
        let start = Four::start(input).x;
        for i in 0..16 {
            self.x[i] = self.x[i].add32(start[i]);
        }
        let mut out = [[V::zero(); 4]; 4];
        for r in 0..4 {
            let [a, b, c, d] = [self.x[4 * r], self.x[4 * r + 1], self.x[4 * r + 2], self.x[4 * r + 3]];
            let (ab, ab2) = (a.interleave_low32(b), a.interleave_high32(b));
            let (cd, cd2) = (c.interleave_low32(d), c.interleave_high32(d));
            out[0][r] = ab.interleave_low64(cd);
            out[1][r] = ab.interleave_high64(cd);
            out[2][r] = ab2.interleave_low64(cd2);
            out[3][r] = ab2.interleave_high64(cd2);
        }
        out
    }
}

/// Four quarter rounds, breadth first.
#[inline(always)]
fn quarters(x: &mut [V; 16], p: [usize; 4], q: [usize; 4], r: [usize; 4], s: [usize; 4], by16: V, by8: V) {
    let all = [p, q, r, s];
    for [a, b, _, d] in all {
        x[a] = x[a].add32(x[b]);
        x[d] = x[d].xor(x[a]).at(by16);
    }
    for [_, b, c, d] in all {
        x[c] = x[c].add32(x[d]);
        x[b] = rotl::<12, 20>(x[b].xor(x[c]));
    }
    for [a, b, _, d] in all {
        x[a] = x[a].add32(x[b]);
        x[d] = x[d].xor(x[a]).at(by8);
    }
    for [_, b, c, d] in all {
        x[c] = x[c].add32(x[d]);
        x[b] = rotl::<7, 25>(x[b].xor(x[c]));
    }
}

/// Four blocks of key stream from the input's counter on; `between` as in `blocks_with`.
#[inline(always)]
pub unsafe fn four_blocks_with(input: &ChaChaInput, mut between: impl FnMut(usize)) -> [[V; 4]; 4] {
    let rotations = Rotations::load();
    let mut four = Four::start(input);
    let mut i = 0;
    while i < 10 {
        four.double_round(rotations);
        between(i);
        i += 1;
    }
    four.finish(input)
}

/// Four blocks of key stream from the input's counter on.
#[inline(always)]
pub unsafe fn four_blocks(input: &ChaChaInput) -> [[V; 4]; 4] {
    four_blocks_with(input, |_| ())
}
