//! Batches of messages of any lengths are sealed as the reference seals each, and opened but for one that was changed.
#![no_main]
use ciphers_fuzz::Input;
use ciphers_proof_kit::module::{BatchMessage, Module};
use ciphers_proof_kit::{reference, TAG};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let (kind, wide) = (input.kind(), input.flag());
    let mut random = input.random();
    let key = random.array();
    let aad = random.take(input.length(1_000));
    let mut room = 130_000 - aad.len();
    let mut messages = Vec::new();
    for _ in 0..input.number(255) {
        let length = input.length(16_384);
        if length + 2 * TAG > room {
            break;
        }
        room -= length + 2 * TAG;
        messages.push(BatchMessage { nonce: random.take(kind.nonce_bytes()), data: random.take(length) });
    }

    let mut module = Module::enter(wide);
    module.import_aead_key(0, kind, &key);
    let mut sealed = module.seal_aeads(0, kind, &aad, &messages);
    for (m, sealed) in messages.iter().zip(&sealed) {
        assert!(*sealed == reference::seal(kind, &key, &m.nonce, &aad, &m.data));
    }
    let wrong = input.number(255);
    if let Some(data) = sealed.get_mut(wrong) {
        let at = input.number(data.len() - 1);
        data[at] ^= 1 << input.number(7);
    }
    let nonces = messages.iter().map(|m| m.nonce.clone());
    let changed: Vec<_> = nonces.zip(sealed).map(|(nonce, data)| BatchMessage { nonce, data }).collect();
    let opened = module.open_aeads(0, kind, &aad, &changed);
    for (i, (opened, m)) in opened.into_iter().zip(messages).enumerate() {
        assert!(opened == if i == wrong { (false, vec![0; m.data.len()]) } else { (true, m.data) });
    }
});
