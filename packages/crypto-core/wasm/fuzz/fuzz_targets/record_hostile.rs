//! Records that were changed, cut, lengthened or put together from pieces, and bytes from anywhere: opened where the
//! reference opens them, which is where nothing changed.
#![no_main]
use ciphers_fuzz::Input;
use ciphers_proof_kit::module::Module;
use ciphers_proof_kit::{reference, CHUNK, HEAD, LONG_FROM};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (kind, wide) = (input.record_kind(), input.flag());
    let mut random = input.random();
    let key = random.array();
    let mut frame = random.take(HEAD + input.length(300));
    let length = if input.number(3) == 0 { input.number(LONG_FROM + CHUNK) } else { input.length(3 * CHUNK) };
    let plaintext = random.take(length);
    let genuine = reference::seal_record(kind, &key, &frame, &plaintext);
    let mut record = genuine.clone();
    match input.number(7) {
        0 => record = input.rest().to_vec(),
        1 => frame[12 + random.below(HEAD - 12)] ^= 0x20,
        _ => input.mutate(&mut record),
    }
    // as callers do, who take the salt from the record
    if record.len() >= HEAD {
        frame[12..HEAD].copy_from_slice(&record[12..HEAD]);
    }

    let mut module = Module::enter(wide);
    module.import_record_key(0, &key);
    let opened = module.open_record(0, kind, &frame, &record);
    assert!(opened == reference::open_record(kind, &key, &frame, &record));
    // the first twelve bytes are bound by the context, which the caller makes
    assert!(opened.is_none() || (record[12..] == genuine[12..] && opened == Some(plaintext)));
});
