//! The two forms of AES against FIPS 197 and RustCrypto's `aes`.
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::Aes256;
use ciphers_proof_kit::bytes::Bytes;
use hammerwork_ciphers::aes::{encrypt, expand_key, RoundKeys};
use hammerwork_ciphers::aes_counters::Counters;
use hammerwork_ciphers::aes_pass::{Keys, Pass};
use hammerwork_ciphers::aes_sliced::{count, slice_keys, SlicedKeys};
use hammerwork_ciphers::simd::V;

fn round_keys(key: &[u8; 32]) -> RoundKeys {
    let mut keys = [V::zero(); 15];
    unsafe { expand_key(key.as_ptr(), keys.as_mut_ptr()) };
    keys
}

fn stored(x: V) -> [u8; 16] {
    let mut out = [0; 16];
    unsafe { x.store(out.as_mut_ptr()) };
    out
}

/// N blocks at a time by vector permutations.
fn check<const N: usize>(keys: &RoundKeys, own: &Aes256, random: &mut Bytes) {
    let blocks: [[u8; 16]; N] = std::array::from_fn(|_| random.array());
    let mut x = blocks.map(|block| unsafe { V::load(block.as_ptr()) });
    unsafe { encrypt(keys.as_ptr(), &mut x) };
    for (block, x) in blocks.into_iter().zip(x) {
        assert_eq!(stored(x), encrypted(own, block));
    }
}

fn encrypted(own: &Aes256, block: [u8; 16]) -> [u8; 16] {
    let mut block = block.into();
    own.encrypt_block(&mut block);
    block.into()
}

fn empty_pass() -> Pass {
    Pass { groups: [[V::zero(); 8]; 2], beside: [V::zero(); 2] }
}

#[test]
fn fips_197() {
    let keys = round_keys(&std::array::from_fn(|i| i as u8));
    let block: [u8; 16] = std::array::from_fn(|i| 0x11 * i as u8);
    let mut x = unsafe { [V::load(block.as_ptr())] };
    unsafe { encrypt(keys.as_ptr(), &mut x) };
    let expected = 0x8ea2b7ca_516745bf_eafc4990_4b496089_u128;
    assert_eq!(stored(x[0]), expected.to_be_bytes());
}

#[test]
fn both_forms_of_aes() {
    let mut random = Bytes::new(31);
    for _ in 0..500 {
        let key = random.array();
        let own = Aes256::new(&key.into());
        let keys = round_keys(&key);
        check::<1>(&keys, &own, &mut random);
        check::<2>(&keys, &own, &mut random);
        check::<3>(&keys, &own, &mut random);
        check::<4>(&keys, &own, &mut random);
        check::<6>(&keys, &own, &mut random);
        let mut sliced: SlicedKeys = [[V::zero(); 8]; 15];
        unsafe { slice_keys(keys.as_ptr(), sliced.as_mut_ptr().cast()) };
        let keys = Keys { rounds: keys.as_ptr(), sliced: sliced.as_ptr().cast() };
        let mut pass = empty_pass();
        for (groups, beside) in [(1, false), (2, false), (1, true), (2, true)] {
            let mut blocks: [[u8; 16]; 18] = std::array::from_fn(|_| random.array());
            let random_blocks = blocks;
            for (i, block) in blocks[..16].iter_mut().enumerate() {
                *block = random_blocks[i & 8];
                block[15] = block[15] & 0xf8 | i as u8 & 7;
            }
            let x = blocks.map(|block| unsafe { V::load(block.as_ptr()) });
            pass.groups = [0, 8].map(|i| unsafe { count(keys.sliced, x[i]) });
            pass.beside = [x[16], x[17]];
            unsafe { pass.encrypt(keys, groups, 1, beside) };
            for (i, block) in blocks[..8 * groups].iter().enumerate() {
                assert_eq!(stored(pass.groups[i / 8][i % 8]), encrypted(&own, *block));
            }
            if beside {
                assert_eq!(pass.beside.map(stored), [16, 17].map(|i| encrypted(&own, blocks[i])));
            }
        }
    }
}

/// Groups by what counter blocks have in common, from the first and from the last of 16 on.
#[test]
fn counter_blocks_in_common() {
    let mut random = Bytes::new(32);
    for counter in [0, 128, 65_408, 16_777_088, 4_294_967_168_u32] {
        let key = random.array();
        let own = Aes256::new(&key.into());
        let keys = round_keys(&key);
        let mut sliced: SlicedKeys = [[V::zero(); 8]; 15];
        unsafe { slice_keys(keys.as_ptr(), sliced.as_mut_ptr().cast()) };
        let mut block: [u8; 16] = random.array();
        block[12..].copy_from_slice(&counter.to_be_bytes());
        let mut counters = std::mem::MaybeUninit::<Counters>::uninit();
        let keys = Keys { rounds: keys.as_ptr(), sliced: sliced.as_ptr().cast() };
        let mut pass = empty_pass();
        for (group, beside) in (0..16).chain([15, 3, 8]).map(|group| (group, group & 1 == 1)) {
            let other = random.array();
            unsafe {
                let counters = &mut *counters.as_mut_ptr();
                counters.start(keys, V::load(block.as_ptr()));
                counters.take_four(group / 4);
                pass.groups[0] = counters.group(group % 4);
                pass.beside = [V::load(other.as_ptr()); 2];
                pass.encrypt(keys, 1, 3, beside);
            }
            for (i, x) in pass.groups[0].into_iter().enumerate() {
                let mut counted = block;
                counted[12..].copy_from_slice(&(counter + 8 * group as u32 + i as u32).to_be_bytes());
                assert_eq!(stored(x), encrypted(&own, counted));
            }
            if beside {
                assert_eq!(pass.beside.map(stored), [encrypted(&own, other); 2]);
            }
        }
    }
}
