//! Seals records as the reference does, alone and in batches, and opens them.
#![no_main]
use ciphers_fuzz::Input;
use ciphers_proof_kit::module::Module;
use ciphers_proof_kit::{reference, CHUNK, HEAD, LONG_FROM};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (kind, wide, slot) = (input.record_kind(), input.flag(), input.number(2_047) as u32);
    let mut random = input.random();
    let key = random.array();
    let mut module = Module::enter(wide);
    module.import_record_key(slot, &key);

    if input.flag() {
        let frame = random.take(HEAD + input.length(65_536));
        let plaintext = random.take(input.length(2 * LONG_FROM + 100));
        let record = module.seal_record(slot, kind, &frame, &plaintext);
        assert!(record == reference::seal_record(kind, &key, &frame, &plaintext));
        assert!(module.open_record(slot, kind, &frame, &record) == Some(plaintext));
        return;
    }
    let mut jobs = Vec::new();
    let mut room = 120_000;
    for _ in 0..input.number(255) {
        let frame = random.take(HEAD + input.number(200));
        let plaintext = random.take(input.length(CHUNK - 1));
        if plaintext.len() + 100 > room {
            break;
        }
        room -= plaintext.len() + 100;
        jobs.push((frame, plaintext));
    }
    let borrowed: Vec<(&[u8], &[u8])> = jobs.iter().map(|(f, p)| (&f[..], &p[..])).collect();
    let mut records = module.seal_records(slot, kind, &borrowed);
    for ((frame, plaintext), record) in jobs.iter().zip(&records) {
        assert!(*record == reference::seal_record(kind, &key, frame, plaintext));
    }
    let wrong = input.number(255);
    if let Some(record) = records.get_mut(wrong) {
        let at = HEAD + input.number(record.len() - HEAD - 1);
        record[at] ^= 1 << input.number(7);
    }
    let borrowed: Vec<(&[u8], &[u8])> = jobs.iter().zip(&records).map(|((f, _), r)| (&f[..], &r[..])).collect();
    let opened = module.open_records(slot, kind, &borrowed);
    for (i, (opened, (_, plaintext))) in opened.into_iter().zip(jobs).enumerate() {
        assert!(opened == (i != wrong).then_some(plaintext));
    }
});
