//! Faults that memcheck must notice, in the forms that ciphers are known to have them: the check of the check.
use crate::watch::{Case, Outcome, Secrets};
use hammerwork_ciphers::simd::V;
use std::hint::black_box;

fn case(name: &str, run: fn(&mut Secrets) -> Vec<u8>) -> Case {
    Case::new(name.into(), &[0], move |secrets, _| Outcome::Bytes(run(secrets)))
}

pub fn all() -> Vec<Case> {
    vec![
        case("a branch on a bit of the key", |secrets| {
            let key = secrets.key();
            let mut sum = vec![0];
            if black_box(&key)[0] & 1 == 1 {
                sum[0] = black_box(7);
            }
            sum
        }),
        case("a tag compared byte by byte until one differs", |secrets| {
            let (own, given) = (secrets.take(16), vec![0x5a; 16]);
            let equal = black_box(&own).iter().zip(black_box(&given)).position(|(a, b)| a != b);
            vec![equal.unwrap_or(16) as u8]
        }),
        case("a table of bytes at an index from the key", |secrets| {
            let table: [u8; 256] = std::array::from_fn(|i| (i as u8).rotate_left(3) ^ 0x63);
            let key = secrets.key();
            vec![black_box(&table)[black_box(&key)[3] as usize]]
        }),
        case("a store at an address from the key", |secrets| {
            let key = secrets.key();
            let mut counts = vec![0u8; 256];
            black_box(&mut counts)[black_box(&key)[9] as usize] += 1;
            counts
        }),
        case("a table of vectors at an index from the plaintext", |secrets| {
            let rows: [V; 16] = std::array::from_fn(|i| V::splat8(i as u8));
            let plaintext = secrets.take(16);
            let mut out = vec![0; 16];
            let row = black_box(&rows)[(black_box(&plaintext)[0] & 15) as usize];
            unsafe { row.store(out.as_mut_ptr()) };
            out
        }),
        case("a loop as long as the plaintext's padding", |secrets| {
            let plaintext = secrets.take(64);
            let zeros = black_box(&plaintext).iter().rev().take_while(|&&x| x != 0x80).count();
            vec![zeros as u8]
        }),
        case("a verdict that was not declared known", |secrets| {
            let (own, given) = (secrets.take(16), vec![0x5a; 16]);
            let zero = black_box(&own).iter().zip(&given).fold(0, |sum, (a, b)| sum | (a ^ b));
            if black_box(zero) == 0 {
                vec![1]
            } else {
                vec![black_box(0)]
            }
        }),
    ]
}
