//! Records against the reference: every length to 2,200, the borders of chunks and calls, batches, streams of chunks, and
//! what is refused.
use ciphers_proof_kit::bytes::Bytes;
use ciphers_proof_kit::module::Module;
use ciphers_proof_kit::{reference, Kind, BODY, CHUNK, HEAD, LONG_FROM, RECORD_KINDS, TAG};
use hammerwork_ciphers::exports;

fn each(mut run: impl FnMut(Kind, &mut Module, &mut Bytes)) {
    for kind in RECORD_KINDS {
        for wide in [true, false] {
            run(kind, &mut Module::enter(wide), &mut Bytes::new(11));
        }
    }
}

/// A frame: header, salt and a context of any length.
fn frame(random: &mut Bytes, context: usize) -> Vec<u8> {
    random.take(HEAD + context)
}

fn check(kind: Kind, module: &mut Module, random: &mut Bytes, (context, length): (usize, usize)) {
    let key = random.array();
    let frame = frame(random, context);
    let plaintext = random.take(length);
    module.import_record_key(4, &key);
    let record = module.seal_record(4, kind, &frame, &plaintext);
    assert!(record == reference::seal_record(kind, &key, &frame, &plaintext), "seal {kind:?} {context} {length}");
    assert!(module.open_record(4, kind, &frame, &record) == Some(plaintext), "open {kind:?} {context} {length}");
    // anywhere after the header and salt, which the frame has
    let mut wrong = record.clone();
    wrong[HEAD + random.below(record.len() - HEAD)] ^= 1 << random.below(8);
    assert_eq!(module.open_record(4, kind, &frame, &wrong), None, "{kind:?} {context} {length}");
    let mut elsewhere = frame.clone();
    elsewhere[12 + random.below(frame.len() - 12)] ^= 1 << random.below(8);
    assert_eq!(module.open_record(4, kind, &elsewhere, &record), None, "{kind:?} {context} {length}");
}

#[test]
fn every_length() {
    each(|kind, module, random| (0..=2_200).for_each(|n| check(kind, module, random, (n % 90, n))));
}

#[test]
fn every_length_of_context() {
    each(|kind, module, random| {
        (0..=600).for_each(|n| check(kind, module, random, (n, n % 50)));
        [4_000, 65_000, 65_536].into_iter().for_each(|n| check(kind, module, random, (n, 20)));
    });
}

#[test]
fn borders_of_chunks_and_calls() {
    each(|kind, module, random| {
        for border in [1, 2, 3, 6, 7, 8, 14, 21].map(|chunks| chunks * CHUNK) {
            for length in [-257, -129, -17, -16, -15, -1, 0, 1, 15, 16, 17, 129, 257] {
                check(kind, module, random, (30, border.wrapping_add_signed(length)));
            }
        }
    });
}

#[test]
fn lengths_at_random() {
    each(|kind, module, random| {
        for _ in 0..150 {
            let length = random.below(3 * CHUNK);
            check(kind, module, random, (25, length));
        }
        for _ in 0..6 {
            let length = LONG_FROM + random.below(2 * LONG_FROM);
            check(kind, module, random, (25, length));
        }
    });
}

#[test]
fn every_bit_of_a_record_counts() {
    each(|kind, module, random| {
        let frame = frame(random, 40);
        module.import_record_key(0, &random.array());
        let record = module.seal_record(0, kind, &frame, b"4111 1111 1111 1111");
        for bit in 8 * HEAD..8 * record.len() {
            let mut wrong = record.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(module.open_record(0, kind, &frame, &wrong), None, "{kind:?} {bit}");
        }
        for bit in 8 * 12..8 * frame.len() {
            let mut wrong = frame.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(module.open_record(0, kind, &wrong, &record), None, "{kind:?} {bit}");
        }
    });
}

#[test]
fn chunks_moved_cut_or_added_are_refused() {
    each(|kind, module, random| {
        let frame = frame(random, 40);
        module.import_record_key(0, &random.array());
        let record = module.seal_record(0, kind, &frame, &random.take(3 * CHUNK + 100));
        let sealed = CHUNK + TAG;
        let (body, chunk) = (&record[BODY..], |i: usize| &record[BODY + i * sealed..BODY + (i + 1) * sealed]);
        let last = &body[3 * sealed..];
        let others = [
            [chunk(0), chunk(1), chunk(2)].concat(),
            [chunk(0), chunk(1), last].concat(),
            [chunk(1), chunk(0), chunk(2), last].concat(),
            [chunk(0), chunk(0), chunk(1), chunk(2), last].concat(),
            [chunk(0), chunk(1), chunk(2), last, last].concat(),
            [body, &[0; TAG]].concat(),
            body[..body.len() - 1].to_vec(),
            body[..TAG].to_vec(),
        ];
        for (i, other) in others.iter().enumerate() {
            let wrong = [&record[..BODY], other].concat();
            assert_eq!(module.open_record(0, kind, &frame, &wrong), None, "{kind:?} {i}");
        }
        assert!(module.open_record(0, kind, &frame, &record).is_some());
    });
}

#[test]
fn batches() {
    each(|kind, module, random| {
        let key = random.array();
        module.import_record_key(2_047, &key);
        for (count, longest) in [(0, 1), (1, 500), (64, 800), (exports::capacity(1), 300), (6, CHUNK)] {
            let frames: Vec<Vec<u8>> = (0..count).map(|i| frame(random, i % 100)).collect();
            let plaintexts: Vec<Vec<u8>> = (0..count)
                .map(|_| {
                    let length = random.below(longest);
                    random.take(length)
                })
                .collect();
            let jobs: Vec<(&[u8], &[u8])> = frames.iter().zip(&plaintexts).map(|(f, p)| (&f[..], &p[..])).collect();
            let mut records = module.seal_records(2_047, kind, &jobs);
            for ((frame, plaintext), record) in jobs.iter().zip(&records) {
                assert!(*record == reference::seal_record(kind, &key, frame, plaintext), "{kind:?} {count}");
            }
            let mut expected: Vec<Option<Vec<u8>>> = plaintexts.iter().cloned().map(Some).collect();
            for i in (1..count).step_by(3) {
                let at = HEAD + random.below(records[i].len() - HEAD);
                records[i][at] ^= 0x10;
                expected[i] = None;
            }
            let jobs: Vec<(&[u8], &[u8])> = frames.iter().zip(&records).map(|(f, r)| (&f[..], &r[..])).collect();
            assert!(module.open_records(2_047, kind, &jobs) == expected, "{kind:?} {count}");
        }
    });
}

#[test]
fn every_length_of_a_chunk() {
    each(|kind, module, random| {
        let key = random.array();
        let frame = frame(random, 33);
        module.import_record_key(1, &key);
        module.derive_message_key(1, kind, &frame, 6);
        let derived = reference::derive(kind, &key, &frame[12..]);
        for length in (0..=2_200).chain(CHUNK - 40..CHUNK) {
            let plaintext = random.take(length);
            let index = random.number() as u32;
            let sealed = module.seal_chunks(6, kind, index, &plaintext, true);
            let nonce = reference::chunk_nonce(&derived, index);
            assert_eq!(sealed, reference::seal(kind, &derived.key, &nonce, &[], &plaintext), "{kind:?} {length}");
            assert!(module.open_chunks(6, kind, index, &sealed) == Some(plaintext), "{kind:?} {length}");
        }
    });
}

/// As web streams seal: one chunk a call, under the message's own key.
#[test]
fn chunk_by_chunk() {
    each(|kind, module, random| {
        let key = random.array();
        let frame = frame(random, 33);
        let plaintext = random.take(2 * CHUNK + 77);
        module.import_record_key(1, &key);
        let commitment = module.derive_message_key(1, kind, &frame, 6);
        let mut record = [&frame[..HEAD], &commitment].concat();
        for (i, chunk) in plaintext.chunks(CHUNK).enumerate() {
            record.extend(module.seal_chunks(6, kind, i as u32, chunk, i == 2));
        }
        assert!(record == reference::seal_record(kind, &key, &frame, &plaintext), "{kind:?}");
        for (i, chunk) in record[BODY..].chunks(CHUNK + TAG).enumerate() {
            let expected = plaintext.chunks(CHUNK).nth(i).unwrap();
            assert!(module.open_chunks(6, kind, i as u32, chunk).as_deref() == Some(expected), "{kind:?} {i}");
            assert!(module.open_chunks(6, kind, i as u32 + 1, chunk).is_none(), "{kind:?} {i}");
        }
        // the highest number that a chunk can have
        let sealed = module.seal_chunks(6, kind, u32::MAX, b"far", true);
        let derived = reference::derive(kind, &key, &frame[12..]);
        let nonce = reference::chunk_nonce(&derived, u32::MAX);
        assert_eq!(sealed, reference::seal(kind, &derived.key, &nonce, &[], b"far"), "{kind:?}");
    });
}

/// For a cipher outside of the module.
#[test]
fn what_a_message_needs() {
    each(|kind, module, random| {
        for context in [0, 1, 33, 90, 1_000] {
            let key = random.array();
            let frame = frame(random, context);
            module.import_record_key(1, &key);
            let derived = reference::derive(kind, &key, &frame[12..]);
            let expected = [&derived.key[..], &derived.base_nonce, &derived.commitment].concat();
            assert_eq!(module.derive_message(1, kind, &frame), expected, "{kind:?} {context}");
        }
    });
}

#[test]
fn keys_do_not_touch_each_other() {
    let mut module = Module::enter(true);
    let mut random = Bytes::new(12);
    let frame = frame(&mut random, 10);
    let keys: Vec<[u8; 32]> = (0..exports::capacity(2)).map(|_| random.array()).collect();
    for (slot, key) in keys.iter().enumerate() {
        module.import_record_key(slot as u32, key);
    }
    module.free_record_key(5);
    for (slot, key) in keys.iter().enumerate().filter(|(slot, _)| *slot != 5) {
        let record = module.seal_record(slot as u32, Kind::ChaCha20Poly1305, &frame, b"own");
        let expected = reference::seal_record(Kind::ChaCha20Poly1305, key, &frame, b"own");
        assert_eq!(record, expected, "slot {slot}");
    }
}
