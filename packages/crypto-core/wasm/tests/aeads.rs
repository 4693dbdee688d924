//! Plain AEADs against RustCrypto: every length to 2,200, associated data, batches, pieces, and what is refused.
use ciphers_proof_kit::bytes::Bytes;
use ciphers_proof_kit::module::{BatchMessage, Module, PIECE};
use ciphers_proof_kit::{reference, Kind, KINDS, TAG};
use hammerwork_ciphers::exports;

const LONGEST: usize = 2_200;

/// Every kind, with many registers and with few.
fn each(mut run: impl FnMut(Kind, bool)) {
    for kind in KINDS {
        for wide in [true, false] {
            run(kind, wide);
        }
    }
}

/// A copy with one bit the other way.
fn flipped(data: &[u8], random: &mut Bytes) -> Vec<u8> {
    let mut copy = data.to_vec();
    copy[random.below(data.len())] ^= 1 << random.below(8);
    copy
}

#[test]
fn every_length() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(1);
        let key = random.array();
        module.import_aead_key(3, kind, &key);
        for length in 0..=LONGEST {
            let nonce = random.take(kind.nonce_bytes());
            let aad = random.take(length % 67);
            let plaintext = random.take(length);
            let sealed = module.seal_aead(3, kind, &nonce, &aad, &plaintext);
            assert_eq!(sealed, reference::seal(kind, &key, &nonce, &aad, &plaintext), "{kind:?} {length} {wide}");
            assert_eq!(module.open_aead(3, kind, &nonce, &aad, &sealed), (true, plaintext), "{kind:?} {length} {wide}");
            let refused = (false, vec![0; length]);
            let wrong = flipped(&sealed, &mut random);
            assert_eq!(module.open_aead(3, kind, &nonce, &aad, &wrong), refused, "{kind:?} {length} {wide}");
            let wrong = flipped(&nonce, &mut random);
            assert_eq!(module.open_aead(3, kind, &wrong, &aad, &sealed), refused, "{kind:?} {length} {wide}");
            let wrong = [aad, vec![0]].concat();
            assert_eq!(module.open_aead(3, kind, &nonce, &wrong, &sealed), refused, "{kind:?} {length} {wide}");
        }
    });
}

#[test]
fn every_length_of_associated_data() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(2);
        let key = random.array();
        module.import_aead_key(0, kind, &key);
        for length in 0..=700 {
            let nonce = random.take(kind.nonce_bytes());
            let aad = random.take(length);
            let plaintext = random.take(length % 5 * 37);
            let sealed = module.seal_aead(0, kind, &nonce, &aad, &plaintext);
            assert_eq!(sealed, reference::seal(kind, &key, &nonce, &aad, &plaintext), "{kind:?} {length} {wide}");
        }
    });
}

#[test]
fn every_bit_of_a_tag_counts() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(3);
        module.import_aead_key(0, kind, &random.array());
        let nonce = random.take(kind.nonce_bytes());
        let sealed = module.seal_aead(0, kind, &nonce, &[], b"job-sized data");
        for bit in 0..8 * sealed.len() {
            let mut wrong = sealed.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!module.open_aead(0, kind, &nonce, &[], &wrong).0, "{kind:?} {bit} {wide}");
        }
    });
}

/// What is around a message in the module's memory stays as it was, though vectors reach beyond its end.
#[test]
fn nothing_beside_a_message_changes() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(4);
        module.import_aead_key(0, kind, &random.array());
        let nonce = random.take(kind.nonce_bytes());
        let around = random.take(4_096);
        for length in (0..300).chain(1_000..1_040) {
            let aad = random.take(length % 33);
            let plaintext = random.take(length);
            let end = 32 + aad.len().next_multiple_of(16) + length + TAG;
            module.put(0, &around);
            let sealed = module.seal_aead(0, kind, &nonce, &aad, &plaintext);
            assert_eq!(module.get(end, 4_096 - end), around[end..], "seal {kind:?} {length} {wide}");
            module.open_aead(0, kind, &nonce, &aad, &sealed);
            assert_eq!(module.get(end, 4_096 - end), around[end..], "open {kind:?} {length} {wide}");
        }
    });
}

#[test]
fn batches() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(5);
        let key = random.array();
        module.import_aead_key(9, kind, &key);
        for count in [0, 1, 2, 63, 64, exports::capacity(1)] {
            let aad = random.take(count % 40);
            let mut messages = Vec::new();
            for _ in 0..count {
                let length = random.below(200);
                messages.push(BatchMessage { nonce: random.take(kind.nonce_bytes()), data: random.take(length) });
            }
            let mut sealed = module.seal_aeads(9, kind, &aad, &messages);
            for (m, sealed) in messages.iter().zip(&sealed) {
                assert_eq!(*sealed, reference::seal(kind, &key, &m.nonce, &aad, &m.data), "{kind:?} {wide}");
            }
            let mut expected = Vec::new();
            let mut wrong = Vec::new();
            for (i, (m, sealed)) in messages.into_iter().zip(&mut sealed).enumerate() {
                let genuine = i % 3 != 1;
                let data = if genuine { sealed.clone() } else { flipped(sealed, &mut random) };
                expected.push((genuine, if genuine { m.data } else { vec![0; m.data.len()] }));
                wrong.push(BatchMessage { nonce: m.nonce, data });
            }
            assert_eq!(module.open_aeads(9, kind, &aad, &wrong), expected, "{kind:?} {wide}");
        }
    });
}

/// Of nine messages with the same length and one that is longer, so that groups of any size are left over.
#[test]
fn batches_of_every_length() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(8);
        let key = random.array();
        module.import_aead_key(9, kind, &key);
        for length in 0..=300 {
            let aad = random.take(length % 21);
            let mut messages = Vec::new();
            for size in [vec![length; 9], vec![length + 40; length % 3]].concat() {
                messages.push(BatchMessage { nonce: random.take(kind.nonce_bytes()), data: random.take(size) });
            }
            let sealed = module.seal_aeads(9, kind, &aad, &messages);
            for (m, sealed) in messages.iter().zip(&sealed) {
                let expected = reference::seal(kind, &key, &m.nonce, &aad, &m.data);
                assert_eq!(*sealed, expected, "{kind:?} {length} {wide}");
            }
            let plaintexts = messages.iter().map(|m| (true, m.data.clone())).collect::<Vec<_>>();
            let nonces = messages.iter().map(|m| m.nonce.clone());
            let sealed: Vec<_> = nonces.zip(sealed).map(|(nonce, data)| BatchMessage { nonce, data }).collect();
            assert_eq!(module.open_aeads(9, kind, &aad, &sealed), plaintexts, "{kind:?} {length} {wide}");
        }
    });
}

/// Cuts into pieces of a multiple of 256 bytes and a last one.
fn cut<'a>(mut data: &'a [u8], random: &mut Bytes) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while data.len() > 256 {
        let (piece, rest) = data.split_at(256 * (1 + random.below(data.len().min(PIECE) / 256)));
        pieces.push(piece);
        data = rest;
    }
    pieces.push(data);
    pieces
}

#[test]
fn pieces() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(6);
        let key = random.array();
        module.import_aead_key(446, kind, &key);
        let long = [5_000, PIECE - 1, PIECE, PIECE + 1, 400_003];
        for length in (0..=LONGEST).step_by(11).chain(long) {
            let nonce = random.take(kind.nonce_bytes());
            let aad = random.take(length % 1_300);
            let plaintext = random.take(length);
            let sealed = module.seal_stream(446, kind, &nonce, &cut(&aad, &mut random), &cut(&plaintext, &mut random));
            assert!(sealed == reference::seal(kind, &key, &nonce, &aad, &plaintext), "{kind:?} {length} {wide}");
            let (ciphertext, tag) = sealed.split_at(length);
            let cuts = cut(ciphertext, &mut random);
            let opened = module.open_stream(446, kind, &nonce, &cut(&aad, &mut random), (&cuts, tag));
            assert!(opened == (true, plaintext), "{kind:?} {length} {wide}");
            let wrong = flipped(tag, &mut random);
            let opened = module.open_stream(446, kind, &nonce, &cut(&aad, &mut random), (&cuts, &wrong));
            assert!(!opened.0, "{kind:?} {length} {wide}");
        }
    });
}

/// What short messages have in common is kept with the key: never for other data, another length or another key.
#[test]
fn messages_like_the_last() {
    each(|kind, wide| {
        let mut module = Module::enter(wide);
        let mut random = Bytes::new(8);
        let aad = random.take(32);
        let aads = [[&aad[..31], &[!aad[31]]].concat(), aad, random.take(20), vec![], vec![0; 16]];
        let mut key = random.array();
        module.import_aead_key(3, kind, &key);
        for i in 0..2_000 {
            if i % 97 == 0 {
                key = random.array();
                module.import_aead_key(3, kind, &key);
            }
            let choice = i / 3;
            let aad = &aads[choice % 5];
            let nonce = random.take(kind.nonce_bytes());
            let plaintext = random.take([16, 0, 33, 80, 15][choice / 5 % 5]);
            let sealed = module.seal_aead(3, kind, &nonce, aad, &plaintext);
            assert_eq!(sealed, reference::seal(kind, &key, &nonce, aad, &plaintext), "{kind:?} {i} {wide}");
            let wrong = flipped(&sealed, &mut random);
            assert!(!module.open_aead(3, kind, &nonce, aad, &wrong).0, "{kind:?} {i} {wide}");
            assert_eq!(module.open_aead(3, kind, &nonce, aad, &sealed), (true, plaintext), "{kind:?} {i} {wide}");
        }
    });
}

#[test]
fn keys_do_not_touch_each_other() {
    let mut module = Module::enter(true);
    let mut random = Bytes::new(7);
    let slots = exports::capacity(3) as u32;
    let keys: Vec<(Kind, [u8; 32])> = (0..slots).map(|slot| (KINDS[slot as usize % 3], random.array())).collect();
    for (slot, (kind, key)) in keys.iter().enumerate() {
        module.import_aead_key(slot as u32, *kind, key);
    }
    module.free_aead_key(5);
    for (slot, (kind, key)) in keys.iter().enumerate().filter(|(slot, _)| *slot != 5) {
        let nonce = vec![slot as u8; kind.nonce_bytes()];
        let sealed = module.seal_aead(slot as u32, *kind, &nonce, &[], b"each with its own");
        assert_eq!(sealed, reference::seal(*kind, key, &nonce, &[], b"each with its own"), "slot {slot}");
    }
}

#[test]
fn a_freed_key_is_zeros() {
    let mut module = Module::enter(true);
    let kind = Kind::ChaCha20Poly1305;
    module.import_aead_key(1, kind, &[0x5a; 32]);
    module.free_aead_key(1);
    let sealed = module.seal_aead(1, kind, &[1; 12], &[], b"under no key");
    assert_eq!(sealed, reference::seal(kind, &[0; 32], &[1; 12], &[], b"under no key"));
}

#[test]
fn wiping_leaves_nothing_of_messages() {
    let mut module = Module::enter(true);
    let io = exports::capacity(0);
    module.put(0, &vec![0x5a; io]);
    module.import_aead_key(1, Kind::Aes256Gcm, &[7; 32]);
    module.seal_aead(1, Kind::Aes256Gcm, &[1; 12], b"data", &[9; 300]);
    module.import_record_key(1, &[8; 32]);
    module.seal_record(1, Kind::Aes256Gcm, &[3; 200], &[9; 300]);
    module.wipe();
    assert!(module.get(0, io).iter().all(|&x| x == 0));
    assert!(module.frames(0, 4_096).iter().all(|&x| x == 0));
    // but keys stay
    let sealed = module.seal_aead(1, Kind::Aes256Gcm, &[1; 12], &[], &[9; 30]);
    assert_eq!(sealed, reference::seal(Kind::Aes256Gcm, &[7; 32], &[1; 12], &[], &[9; 30]));
}
